//! A draft that answers a letter.

use crate::address;
use crate::defect::Defects;
use crate::header;
use crate::{letter, subject};
use mail_parser::{HeaderName, MessageParser};
use pli_model::{AccountId, Address, Draft, Envelope};
use std::sync::LazyLock;

/// Ids kept of a long thread, the root among them, so that the References field stays within reason.
const MAX_REFERENCES: usize = 40;

/// Answers a letter: to its author, or with `all` to everyone who had it. `me` are one's own addresses, which are
/// not written to; `quote_line` introduces the quoted text ("On Monday, Bob wrote:").
///
/// Recipients follow RFC 5322 §3.6.3, with two customs: Mail-Followup-To says where answers to all go, and a
/// Reply-To that a mailing list set to itself (it is the address of List-Post, RFC 2369) does not turn an answer
/// to the author into one to the list.
pub fn reply(
    raw: &[u8],
    me: &[Address],
    all: bool,
    account: AccountId,
    quote_line: impl Fn(&Envelope) -> String,
) -> Draft {
    let read = letter::read(raw);
    let envelope = &read.envelope;
    let (to, cc) = recipients(envelope, &ListFields::of(raw), me, all);
    let mut draft = Draft::new(account);
    draft.to = to.iter().map(ToString::to_string).collect();
    draft.cc = cc.iter().map(ToString::to_string).collect();
    draft.subject = subject::of_reply(&envelope.subject);
    draft.text = format!("\n\n{}\n{}", quote_line(envelope).trim_end(), quoted(&read.text));
    draft.in_reply_to.clone_from(&envelope.message_id);
    draft.references = thread(envelope);
    draft
}

/// What mailing lists and their members say about answers.
#[derive(Debug, Default)]
struct ListFields {
    followup_to: Vec<Address>,
    post: Vec<Address>,
}

impl ListFields {
    fn of(raw: &[u8]) -> Self {
        static PARSER: LazyLock<MessageParser> = LazyLock::new(|| {
            MessageParser::new()
                .header_address(HeaderName::Other("Mail-Followup-To".into()))
                .header_address(HeaderName::ListPost)
                .default_header_ignore()
        });
        let block = header::prepared(header::split_letter(raw).header, &mut Defects::default());
        let Some(message) = header::parse(&PARSER, &block) else {
            return Self::default();
        };
        let list = |name| header::field(&message, &name).map(address::list).unwrap_or_default();
        let mut post = list(HeaderName::ListPost);
        for address in &mut post {
            let bare = address.email.strip_prefix("mailto:").unwrap_or(&address.email);
            address.email = bare.split('?').next().unwrap_or_default().to_owned();
        }
        Self {
            followup_to: list(HeaderName::Other("Mail-Followup-To".into())),
            post,
        }
    }
}

fn recipients(envelope: &Envelope, lists: &ListFields, me: &[Address], all: bool) -> (Vec<Address>, Vec<Address>) {
    let is_mine = |address: &Address| me.iter().any(|mine| same(mine, address));
    if is_mine(&envelope.from) && envelope.reply_to.is_empty() {
        // An answer to one's own letter goes on to those it was for.
        let cc = if all { envelope.cc.clone() } else { Vec::new() };
        return unique(envelope.to.clone(), cc, |_| false);
    }
    let reply_to_list = !envelope.reply_to.is_empty()
        && envelope
            .reply_to
            .iter()
            .all(|address| lists.post.iter().any(|post| same(post, address)));
    let author = if envelope.reply_to.is_empty() || (reply_to_list && !envelope.from.email.is_empty()) {
        vec![envelope.from.clone()]
    } else {
        envelope.reply_to.clone()
    };
    if !all {
        return unique(author, Vec::new(), |_| false);
    }
    if !lists.followup_to.is_empty() {
        return unique(lists.followup_to.clone(), Vec::new(), is_mine);
    }
    let mut others = envelope.to.clone();
    others.extend(envelope.cc.iter().cloned());
    if reply_to_list {
        others.extend(envelope.reply_to.iter().cloned());
    }
    unique(author, others, is_mine)
}

fn same(one: &Address, other: &Address) -> bool {
    one.email.eq_ignore_ascii_case(&other.email)
}

/// Each address once, those that cannot be written to or are `left_out` not at all. Where nobody would be left to
/// write to, the first list stays as it is.
fn unique(to: Vec<Address>, cc: Vec<Address>, left_out: impl Fn(&Address) -> bool) -> (Vec<Address>, Vec<Address>) {
    let mut seen: Vec<Address> = Vec::new();
    let mut pick = |list: &[Address], all: bool| -> Vec<Address> {
        let mut kept = Vec::new();
        for address in list {
            let fresh = !seen.iter().any(|known| same(known, address));
            if fresh && Address::parse(&address.email).is_ok() && (all || !left_out(address)) {
                seen.push(address.clone());
                kept.push(address.clone());
            }
        }
        kept
    };
    let mut first = pick(&to, false);
    let second = pick(&cc, false);
    if first.is_empty() && second.is_empty() {
        first = pick(&to, true);
    }
    if first.is_empty() {
        (second, Vec::new())
    } else {
        (first, second)
    }
}

/// RFC 5322 §3.6.4: the thread of the answered letter, then that letter.
fn thread(envelope: &Envelope) -> Vec<String> {
    let mut references = envelope.references.clone();
    if references.is_empty() && !envelope.in_reply_to.is_empty() {
        references.push(envelope.in_reply_to.clone());
    }
    if !envelope.message_id.is_empty() {
        references.retain(|id| *id != envelope.message_id);
        references.push(envelope.message_id.clone());
    }
    if references.len() > MAX_REFERENCES {
        let excess = references.len() - MAX_REFERENCES;
        references.drain(1..=excess);
    }
    references
}

/// The text with `> ` before each line, without its signature.
fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 16);
    let lines: Vec<&str> = text.lines().take_while(|line| *line != "-- ").collect();
    let end = lines
        .iter()
        .rposition(|line| !line.trim().is_empty())
        .map_or(0, |at| at + 1);
    for line in lines.into_iter().take(end) {
        out.push_str(if line.is_empty() || line.starts_with('>') {
            ">"
        } else {
            "> "
        });
        out.push_str(line);
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const ME: &str = "ann@north.test";

    fn answered(header: &str, all: bool) -> Draft {
        let raw = format!("{header}\r\n\r\nHello\r\n\r\n> earlier\r\n-- \r\nBob\r\n");
        reply(raw.as_bytes(), &[Address::bare(ME)], all, AccountId(1), |envelope| {
            format!("{} wrote:", envelope.from.label())
        })
    }

    #[test]
    fn an_answer_to_the_author() {
        let draft = answered(
            "From: Bob <bob@south.test>\r\nTo: ann@north.test, eve@south.test\r\nSubject: Re: lunch\r\nMessage-ID: <2@x>\r\nReferences: <0@x> <1@x>",
            false,
        );
        assert_eq!(draft.to, ["Bob <bob@south.test>"]);
        assert!(draft.cc.is_empty());
        assert_eq!(draft.subject, "Re: lunch");
        assert_eq!(draft.text, "\n\nBob wrote:\n> Hello\n>\n>> earlier\n");
        assert_eq!(draft.in_reply_to, "2@x");
        assert_eq!(draft.references, ["0@x", "1@x", "2@x"]);
    }

    #[test]
    fn an_answer_to_all_leaves_oneself_out_and_nobody_twice() {
        let draft = answered(
            "From: bob@south.test\r\nTo: Ann <ANN@north.test>, eve@south.test\r\nCc: BOB@south.test, max@south.test\r\nIn-Reply-To: <p@x>\r\nMessage-ID: <q@x>",
            true,
        );
        assert_eq!(draft.to, ["bob@south.test"]);
        assert_eq!(draft.cc, ["eve@south.test", "max@south.test"]);
        assert_eq!(draft.references, ["p@x", "q@x"]);
    }

    #[test]
    fn reply_to_counts_unless_the_list_set_it() {
        assert_eq!(
            answered("From: bob@south.test\r\nReply-To: desk@south.test", false).to,
            ["desk@south.test"]
        );
        let list =
            "From: bob@south.test\r\nTo: list@x.test\r\nReply-To: list@x.test\r\nList-Post: <mailto:list@x.test>";
        assert_eq!(answered(list, false).to, ["bob@south.test"]);
        let all = answered(list, true);
        assert_eq!(
            (all.to, all.cc),
            (vec!["bob@south.test".to_owned()], vec!["list@x.test".to_owned()])
        );
    }

    #[test]
    fn followups_go_where_they_are_asked_to() {
        let header = "From: bob@south.test\r\nTo: list@x.test\r\nMail-Followup-To: list@x.test, ann@north.test";
        assert_eq!(answered(header, true).to, ["list@x.test"]);
        assert_eq!(answered(header, false).to, ["bob@south.test"]);
    }

    #[test]
    fn an_answer_to_oneself_goes_on_to_the_recipients() {
        let draft = answered("From: ann@north.test\r\nTo: bob@south.test\r\nCc: eve@south.test", true);
        assert_eq!(
            (draft.to, draft.cc),
            (vec!["bob@south.test".to_owned()], vec!["eve@south.test".to_owned()])
        );
        assert_eq!(
            answered("From: ann@north.test\r\nTo: ann@north.test", true).to,
            ["ann@north.test"]
        );
    }

    #[test]
    fn addresses_that_cannot_be_written_to_are_left_out() {
        assert!(answered("From: nobody", true).to.is_empty());
    }
}

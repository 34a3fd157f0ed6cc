//! The envelope: what a letter's header says about it.

use crate::address;
use crate::defect::Defects;
use crate::header;
use crate::line::one_line;
use mail_parser::{HeaderName, HeaderValue, Message, MessageParser};
use pli_model::{Envelope, Timestamp};
use std::sync::LazyLock;

/// Of a longer thread, the root and the latest ids are kept.
const MAX_REFERENCES: usize = 200;
/// In characters: what fits on a line (RFC 5322 §2.1.1).
const LONGEST_ID: usize = 998;

static PARSER: LazyLock<MessageParser> = LazyLock::new(parser);

/// A parser of the fields that [`of`] reads.
pub(crate) fn parser() -> MessageParser {
    MessageParser::new()
        .header_text(HeaderName::Subject)
        .header_date(HeaderName::Date)
        .header_address(HeaderName::From)
        .header_address(HeaderName::Sender)
        .header_address(HeaderName::ReplyTo)
        .header_address(HeaderName::To)
        .header_address(HeaderName::Cc)
        .header_address(HeaderName::Bcc)
        .header_id(HeaderName::MessageId)
        .header_id(HeaderName::InReplyTo)
        .header_id(HeaderName::References)
        .default_header_ignore()
}

/// Whether a field is one that [`parser`] knows, or one of MIME (RFC 2045).
pub(crate) fn is_read(name: &[u8]) -> bool {
    const NAMES: [&[u8]; 11] = [
        b"subject",
        b"date",
        b"from",
        b"sender",
        b"reply-to",
        b"to",
        b"cc",
        b"bcc",
        b"message-id",
        b"in-reply-to",
        b"references",
    ];
    const MIME: &[u8] = b"content-";
    let is_mime = name
        .get(..MIME.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(MIME));
    is_mime || NAMES.iter().any(|one| one.eq_ignore_ascii_case(name))
}

/// Reads the envelope of a letter, or of its header block alone. Cheap: the body is not looked at. Fields that are
/// missing or unreadable are empty.
pub fn envelope(header_or_letter: &[u8]) -> Envelope {
    let header = header::split_letter(header_or_letter).header;
    let block = header::prepared_fields(header, is_read, &mut Defects::default());
    header::parse(&PARSER, &block).as_ref().map(of).unwrap_or_default()
}

/// What a header block says that was read by a [`parser`].
pub(crate) fn of(message: &Message<'_>) -> Envelope {
    let mut found = Envelope::default();
    let mut sender = None;
    for field in header::fields(message) {
        let value = &field.value;
        match field.name {
            HeaderName::Subject if found.subject.is_empty() => found.subject = text(value),
            HeaderName::Date if found.date.is_none() => found.date = date(value),
            HeaderName::From if found.from.email.is_empty() => {
                found.from = address::list(value).into_iter().next().unwrap_or_default();
            }
            HeaderName::Sender => sender = address::list(value).into_iter().next(),
            HeaderName::ReplyTo => found.reply_to.extend(address::list(value)),
            HeaderName::To => found.to.extend(address::list(value)),
            HeaderName::Cc => found.cc.extend(address::list(value)),
            HeaderName::Bcc => found.bcc.extend(address::list(value)),
            HeaderName::MessageId if found.message_id.is_empty() => {
                found.message_id = ids(value).into_iter().next().unwrap_or_default();
            }
            HeaderName::InReplyTo if found.in_reply_to.is_empty() => {
                found.in_reply_to = ids(value).into_iter().next().unwrap_or_default();
            }
            HeaderName::References => found.references.extend(ids(value)),
            _ => {}
        }
    }
    if found.from.email.is_empty() && found.from.name.is_empty() {
        found.from = sender.unwrap_or_default();
    }
    found.references = thread(found.references);
    found
}

fn text(value: &HeaderValue<'_>) -> String {
    one_line(value.as_text().unwrap_or_default(), 1_000)
}

fn date(value: &HeaderValue<'_>) -> Option<Timestamp> {
    let date = value.as_datetime().filter(|date| date.is_valid())?;
    Some(Timestamp::from_secs(date.to_timestamp()))
}

/// Message ids of a field, without brackets and without the white space that folding leaves inside.
fn ids(value: &HeaderValue<'_>) -> Vec<String> {
    let clean = |id: &str| -> String {
        let is_clean = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'<' | b'>');
        if id.len() <= LONGEST_ID && id.bytes().all(is_clean) {
            return id.to_owned();
        }
        id.chars()
            .filter(|c| !c.is_whitespace() && !c.is_control() && !matches!(c, '<' | '>'))
            .take(LONGEST_ID)
            .collect()
    };
    let all: Vec<String> = match value {
        HeaderValue::Text(id) => vec![clean(id)],
        HeaderValue::TextList(list) => list.iter().map(|id| clean(id)).collect(),
        _ => Vec::new(),
    };
    all.into_iter().filter(|id| !id.is_empty()).collect()
}

/// Each id once, bounded.
fn thread(references: Vec<String>) -> Vec<String> {
    let mut seen = std::collections::HashSet::new();
    let mut unique: Vec<String> = references.into_iter().filter(|id| seen.insert(id.clone())).collect();
    if unique.len() > MAX_REFERENCES {
        let excess = unique.len() - MAX_REFERENCES;
        unique.drain(1..=excess);
    }
    unique
}

#[cfg(test)]
mod tests {
    use super::*;
    use pli_model::Address;

    #[test]
    fn a_full_header() {
        let found = envelope(
            "Message-ID: <1@north.test>\r\nIn-Reply-To: <0@south.test>\r\nReferences: <r@south.test>\r\n <0@south.test>\r\n\
             Subject: =?utf-8?q?R=C3=A9sum=C3=A9?= of\r\n\tthe week\r\nFrom: \"Doe, Ann\" <ann@north.test>\r\n\
             Reply-To: list@north.test\r\nTo: Bob <bob@south.test>, team: eve@south.test, 'max@south.test' <max@south.test>;\r\n\
             Cc: =?iso-8859-1?q?Ren=E9?= <rene@south.test>\r\nDate: Mon, 23 Nov 2026 21:10:08 +0100\r\n\r\nbody"
                .as_bytes(),
        );
        assert_eq!(found.message_id, "1@north.test");
        assert_eq!(found.in_reply_to, "0@south.test");
        assert_eq!(found.references, ["r@south.test", "0@south.test"]);
        assert_eq!(found.subject, "Résumé of the week");
        assert_eq!(
            found.from,
            Address {
                name: "Doe, Ann".into(),
                email: "ann@north.test".into()
            }
        );
        assert_eq!(found.reply_to, [Address::bare("list@north.test")]);
        let to: Vec<_> = found
            .to
            .iter()
            .map(|to| (to.name.as_str(), to.email.as_str()))
            .collect();
        assert_eq!(
            to,
            [
                ("Bob", "bob@south.test"),
                ("", "eve@south.test"),
                ("", "max@south.test")
            ]
        );
        assert_eq!(
            found.cc,
            [Address {
                name: "René".into(),
                email: "rene@south.test".into()
            }]
        );
        assert_eq!(found.date, Some(Timestamp::from_secs(1_795_464_608)));
    }

    #[test]
    fn a_zone_of_letters_takes_nothing_of_the_next_field() {
        for zone in ["UT", "Z", "GMT"] {
            let found = envelope(format!("Date: Mon, 23 Nov 2026 20:10:08 {zone}\nSubject: x\n\n").as_bytes());
            let date = Some(Timestamp::from_secs(1_795_464_608));
            assert_eq!((found.date, found.subject.as_str()), (date, "x"), "{zone}");
        }
    }

    #[test]
    fn headers_that_end_without_a_line_end() {
        assert_eq!(
            envelope(b"Subject: x\nMessage-ID: <last@north.test>").message_id,
            "last@north.test"
        );
        assert_eq!(envelope(b"").subject, "");
        assert_eq!(envelope(b"\x00\xff\xfe").from, Address::default());
    }

    #[test]
    fn encoded_words_cannot_smuggle_lines_or_turn_text_around() {
        let found = envelope(b"Subject: =?utf-8?q?a=0D=0ABcc:_x=E2=80=AEcod.exe?=\r\n\r\n");
        assert_eq!(found.subject, "a Bcc: xcod.exe");
    }

    #[test]
    fn the_first_of_doubled_fields_counts_and_long_threads_keep_their_root() {
        assert_eq!(envelope(b"Subject: one\r\nSubject: two\r\n\r\n").subject, "one");
        let ids: String = (0..500).map(|n| format!(" <{n}@x.test>\r\n")).collect();
        let found = envelope(format!("References:{ids}\r\n\r\n").as_bytes());
        assert_eq!(found.references.len(), MAX_REFERENCES);
        assert_eq!(found.references.first().map(String::as_str), Some("0@x.test"));
        assert_eq!(found.references.last().map(String::as_str), Some("499@x.test"));
    }
}

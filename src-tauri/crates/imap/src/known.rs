//! Takes over what `imap-proto` has read.

use crate::{
    Capabilities, Code, Condition, Listing, MailboxName, MailboxStatus, Response, StatusText, UidSet, Untagged, reader,
};
use imap_proto::rfc4315::UidSetMember;
use imap_proto::{
    Capability, MailboxDatum, MailboxListData, NameAttribute, Outcome, Response as Parsed, ResponseCode, Status,
    StatusAttribute,
};

/// Our own form of a parsed response. Kinds that Pli never asks for (quota, ACL, metadata) become
/// [`Untagged::Other`] with their name; FETCH never comes here.
pub fn response(parsed: &Parsed<'_>) -> Response {
    Response::Untagged(match parsed {
        Parsed::Done {
            tag,
            status: ended,
            outcome,
        } => {
            return Response::Tagged {
                tag: tag.0.clone(),
                condition: condition(ended),
                status: status(outcome),
            };
        }
        Parsed::Continue(outcome) => {
            return Response::Continue(outcome.information.as_deref().unwrap_or("").to_owned());
        }
        Parsed::Data {
            status: condition_,
            outcome,
        } => Untagged::Status(condition(condition_), status(outcome)),
        Parsed::Capabilities(names) => Untagged::Capability(capabilities(names)),
        Parsed::Expunge(seq) => Untagged::Expunge(*seq),
        Parsed::Vanished { earlier, uids } => Untagged::Vanished {
            earlier: *earlier,
            uids: UidSet::new(uids.iter().cloned()),
        },
        Parsed::MailboxData(datum) => mailbox_data(datum),
        other => Untagged::Other(format!("{other:?}").into_bytes()),
    })
}

fn mailbox_data(datum: &MailboxDatum<'_>) -> Untagged {
    match datum {
        MailboxDatum::Exists(count) => Untagged::Exists(*count),
        MailboxDatum::Recent(count) => Untagged::Recent(*count),
        MailboxDatum::Flags(flags) => Untagged::Flags(flags.iter().map(|flag| flag.to_string()).collect()),
        MailboxDatum::List(list) => Untagged::List(listing(list)),
        MailboxDatum::Search(hits) => Untagged::Search(hits.clone()),
        MailboxDatum::Status { mailbox, status } => {
            let mut counters = MailboxStatus::new(MailboxName::from_wire(mailbox.as_bytes()));
            for attribute in status {
                match attribute {
                    StatusAttribute::HighestModSeq(value) => counters.highest_modseq = Some(*value),
                    StatusAttribute::Messages(value) => counters.messages = Some(*value),
                    StatusAttribute::UidNext(value) => counters.uid_next = Some(*value),
                    StatusAttribute::UidValidity(value) => counters.uid_validity = Some(*value),
                    StatusAttribute::Unseen(value) => counters.unseen = Some(*value),
                    _ => {}
                }
            }
            Untagged::MailboxStatus(counters)
        }
        other => Untagged::Other(format!("{other:?}").into_bytes()),
    }
}

fn listing(list: &MailboxListData<'_>) -> Listing {
    let attribute = |attribute: &NameAttribute<'_>| {
        match attribute {
            NameAttribute::NoInferiors => "\\Noinferiors",
            NameAttribute::NoSelect => "\\Noselect",
            NameAttribute::Marked => "\\Marked",
            NameAttribute::Unmarked => "\\Unmarked",
            NameAttribute::All => "\\All",
            NameAttribute::Archive => "\\Archive",
            NameAttribute::Drafts => "\\Drafts",
            NameAttribute::Flagged => "\\Flagged",
            NameAttribute::Junk => "\\Junk",
            NameAttribute::Sent => "\\Sent",
            NameAttribute::Trash => "\\Trash",
            NameAttribute::Extension(name) => name,
            _ => "",
        }
        .to_owned()
    };
    Listing {
        name: MailboxName::from_wire(list.name.as_bytes()),
        delimiter: list.delimiter.as_ref().and_then(|text| text.chars().next()),
        attributes: list.name_attributes.iter().map(attribute).collect(),
    }
}

fn capabilities(names: &[Capability<'_>]) -> Capabilities {
    let names: Vec<String> = names
        .iter()
        .map(|name| match name {
            Capability::Imap4rev1 => "IMAP4REV1".to_owned(),
            Capability::Auth(mechanism) => format!("AUTH={mechanism}"),
            Capability::Atom(name) => name.to_string(),
        })
        .collect();
    Capabilities::new(names.iter().map(String::as_str))
}

fn condition(status: &Status) -> Condition {
    match status {
        Status::Ok => Condition::Ok,
        Status::No => Condition::No,
        Status::Bad => Condition::Bad,
        Status::Bye => Condition::Bye,
        Status::PreAuth => Condition::PreAuth,
    }
}

/// `imap-proto` leaves the codes that it does not know (all of RFC 5530) in the text.
fn status(outcome: &Outcome<'_>) -> StatusText {
    let text = outcome.information.as_deref().unwrap_or("");
    match outcome.code.as_ref().map(code) {
        Some(code) => StatusText {
            code: Some(code),
            text: text.trim().to_owned(),
        },
        None => reader::status(text.as_bytes()),
    }
}

fn code(code: &ResponseCode<'_>) -> Code {
    match code {
        ResponseCode::Alert => Code::Alert,
        ResponseCode::Capabilities(names) => Code::Capability(capabilities(names)),
        ResponseCode::HighestModSeq(modseq) => Code::HighestModSeq(*modseq),
        ResponseCode::PermanentFlags(flags) => {
            Code::PermanentFlags(flags.iter().map(|flag| flag.to_string()).collect())
        }
        ResponseCode::ReadOnly => Code::ReadOnly,
        ResponseCode::ReadWrite => Code::ReadWrite,
        ResponseCode::TryCreate => Code::TryCreate,
        ResponseCode::UidNext(uid) => Code::UidNext(*uid),
        ResponseCode::UidValidity(value) => Code::UidValidity(*value),
        ResponseCode::UidNotSticky => Code::UidNotSticky,
        ResponseCode::AppendUid(uid_validity, uids) => Code::AppendUid {
            uid_validity: *uid_validity,
            uids: uid_set(uids),
        },
        ResponseCode::CopyUid(uid_validity, source, target) => Code::CopyUid {
            uid_validity: *uid_validity,
            source: uid_set(source),
            target: uid_set(target),
        },
        other => Code::Other(format!("{other:?}")),
    }
}

fn uid_set(members: &[UidSetMember]) -> UidSet {
    UidSet::new(members.iter().map(|member| match member {
        UidSetMember::UidRange(range) => range.clone(),
        UidSetMember::Uid(uid) => *uid..=*uid,
    }))
}

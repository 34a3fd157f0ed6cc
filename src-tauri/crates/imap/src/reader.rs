//! Reads the response lines that `imap-proto` cannot, or would read wrongly: extensions it does not know, quoted
//! strings with backslashes, 8-bit names, dates that are NIL. Knows every response Pli acts upon.
//!
//! Never fails: a line that makes no sense becomes [`Untagged::Other`].

mod mailboxes;

use crate::tokens::Tokens;
use crate::{Capabilities, Code, Condition, Fetch, FetchedFlags, Response, StatusText, UidSet, Untagged, date};
use pli_model::Uid;
use std::borrow::Cow;

/// Reads one complete logical line with its line end.
pub fn response(line: &[u8]) -> Response {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    if let Some(text) = line.strip_prefix(b"+") {
        return Response::Continue(lossy(text.trim_ascii_start()));
    }
    if let Some(data) = line.strip_prefix(b"* ") {
        return Response::Untagged(untagged(data).unwrap_or_else(|| Untagged::Other(data.to_vec())));
    }
    let mut tokens = Tokens::new(line);
    let mut tagged = || {
        let tag = tokens.text()?.to_owned();
        let condition = condition(tokens.word()?)?;
        Some(Response::Tagged {
            tag,
            condition,
            status: status(tokens.rest()),
        })
    };
    tagged().unwrap_or_else(|| Response::Untagged(Untagged::Other(line.to_vec())))
}

/// Reads `[CODE ...] text`.
pub fn status(text: &[u8]) -> StatusText {
    let text = text.trim_ascii();
    let bracketed = text.strip_prefix(b"[").and_then(|rest| {
        let end = rest.iter().position(|byte| *byte == b']')?;
        Some((rest.get(..end)?, rest.get(end + 1..)?))
    });
    match bracketed {
        Some((inner, after)) => StatusText {
            code: Some(code(inner)),
            text: lossy(after.trim_ascii_start()),
        },
        None => StatusText {
            code: None,
            text: lossy(text),
        },
    }
}

fn code(inner: &[u8]) -> Code {
    known_code(inner).unwrap_or_else(|| Code::Other(lossy(inner)))
}

fn known_code(inner: &[u8]) -> Option<Code> {
    let mut tokens = Tokens::new(inner);
    let small = |tokens: &mut Tokens<'_>| tokens.number().and_then(|number| u32::try_from(number).ok());
    let set = |tokens: &mut Tokens<'_>| tokens.text().and_then(UidSet::parse);
    Some(match tokens.text()?.to_ascii_uppercase().as_str() {
        "ALERT" => Code::Alert,
        "ALREADYEXISTS" => Code::AlreadyExists,
        "APPENDUID" => Code::AppendUid {
            uid_validity: small(&mut tokens)?,
            uids: set(&mut tokens)?,
        },
        "AUTHENTICATIONFAILED" => Code::AuthenticationFailed,
        "AUTHORIZATIONFAILED" => Code::AuthorizationFailed,
        "CANNOT" => Code::Cannot,
        "CAPABILITY" => Code::Capability(capabilities(tokens)),
        "CLOSED" => Code::Closed,
        "CONTACTADMIN" => Code::ContactAdmin,
        "COPYUID" => Code::CopyUid {
            uid_validity: small(&mut tokens)?,
            source: set(&mut tokens)?,
            target: set(&mut tokens)?,
        },
        "EXPIRED" => Code::Expired,
        "HASCHILDREN" => Code::HasChildren,
        "HIGHESTMODSEQ" => Code::HighestModSeq(tokens.number()?),
        "INUSE" => Code::InUse,
        "LIMIT" => Code::Limit,
        "MODIFIED" => Code::Modified(set(&mut tokens)?),
        "NOMODSEQ" => Code::NoModSeq,
        "NONEXISTENT" => Code::NonExistent,
        "NOPERM" => Code::NoPerm,
        "NOTIFICATIONOVERFLOW" => Code::NotificationOverflow,
        "OVERQUOTA" => Code::OverQuota,
        "PERMANENTFLAGS" => Code::PermanentFlags(tokens.words()?.into_iter().map(str::to_owned).collect()),
        "PRIVACYREQUIRED" => Code::PrivacyRequired,
        "READ-ONLY" => Code::ReadOnly,
        "READ-WRITE" => Code::ReadWrite,
        "SERVERBUG" => Code::ServerBug,
        "TOOBIG" => Code::TooBig,
        "TRYCREATE" => Code::TryCreate,
        "UIDNEXT" => Code::UidNext(small(&mut tokens)?),
        "UIDNOTSTICKY" => Code::UidNotSticky,
        "UIDVALIDITY" => Code::UidValidity(small(&mut tokens)?),
        "UNAVAILABLE" => Code::Unavailable,
        _ => return None,
    })
}

fn condition(word: &[u8]) -> Option<Condition> {
    Some(match word.to_ascii_uppercase().as_slice() {
        b"OK" => Condition::Ok,
        b"NO" => Condition::No,
        b"BAD" => Condition::Bad,
        b"BYE" => Condition::Bye,
        b"PREAUTH" => Condition::PreAuth,
        _ => return None,
    })
}

fn untagged(data: &[u8]) -> Option<Untagged> {
    let mut tokens = Tokens::new(data);
    let word = tokens.word()?;
    if let Some(condition) = condition(word) {
        return Some(Untagged::Status(condition, status(tokens.rest())));
    }
    if word.iter().all(u8::is_ascii_digit) {
        let number = std::str::from_utf8(word).ok()?.parse().ok()?;
        return numbered(number, &mut tokens);
    }
    match word.to_ascii_uppercase().as_slice() {
        b"CAPABILITY" => Some(Untagged::Capability(capabilities(tokens))),
        b"ENABLED" => Some(Untagged::Enabled(words(tokens).map(str::to_ascii_uppercase).collect())),
        b"ID" => Some(Untagged::Id(id(&mut tokens).unwrap_or_default())),
        b"FLAGS" => Some(Untagged::Flags(
            tokens.words()?.into_iter().map(str::to_owned).collect(),
        )),
        b"ESEARCH" => extended_search(&mut tokens),
        b"LIST" => mailboxes::listing(&mut tokens).map(Untagged::List),
        b"LSUB" => mailboxes::listing(&mut tokens).map(Untagged::Subscribed),
        b"NAMESPACE" => mailboxes::namespaces(&mut tokens).map(Untagged::Namespaces),
        b"SEARCH" => search(&mut tokens),
        b"STATUS" => mailboxes::status(&mut tokens).map(Untagged::MailboxStatus),
        b"VANISHED" => vanished(&mut tokens),
        _ => None,
    }
}

fn numbered(number: u32, tokens: &mut Tokens<'_>) -> Option<Untagged> {
    match tokens.word()?.to_ascii_uppercase().as_slice() {
        b"EXISTS" => Some(Untagged::Exists(number)),
        b"RECENT" => Some(Untagged::Recent(number)),
        b"EXPUNGE" => Some(Untagged::Expunge(number)),
        b"FETCH" => fetch(number, tokens).map(Untagged::Fetch),
        _ => None,
    }
}

fn fetch(seq: u32, tokens: &mut Tokens<'_>) -> Option<Fetch> {
    let mut fetch = Fetch {
        seq,
        ..Fetch::default()
    };
    tokens.spaces();
    if !tokens.take(b'(') {
        return None;
    }
    loop {
        tokens.spaces();
        if tokens.take(b')') {
            return Some(fetch);
        }
        let name = tokens.word()?.to_ascii_uppercase();
        match name.as_slice() {
            // A number that makes no sense must not lose what else is told of the letter.
            b"UID" => fetch.uid = tokens.number().and_then(uid),
            b"RFC822.SIZE" => fetch.size = tokens.number(),
            b"FLAGS" => fetch.flags = Some(FetchedFlags::sort(tokens.words()?)),
            b"INTERNALDATE" => {
                let text = tokens.nstring()?;
                fetch.received = text.and_then(|text| date::parse(&lossy(&text)));
            }
            b"X-GM-MSGID" => fetch.object_id = tokens.number().map(|number| format!("gm:{number}")),
            b"EMAILID" => fetch.object_id = object_id(tokens)?.map(|id| format!("emailid:{id}")).or(fetch.object_id),
            b"MODSEQ" => fetch.modseq = tokens.words()?.first().and_then(|number| number.parse().ok()),
            name if name.starts_with(b"BODY[") && fetch.body.is_none() => {
                fetch.origin = origin(name);
                fetch.body = tokens.nstring()?.map(Cow::into_owned);
                fetch.body_is_nil = fetch.body.is_none();
            }
            _ => tokens.skip()?,
        }
    }
}

/// A UID: a number of 32 bits that is not 0.
fn uid(number: u64) -> Option<Uid> {
    u32::try_from(number).ok().filter(|uid| *uid != 0).map(Uid)
}

/// `(M123)` or NIL (RFC 8474); the inner `None` is NIL.
fn object_id<'a>(tokens: &mut Tokens<'a>) -> Option<Option<&'a str>> {
    tokens.spaces();
    match tokens.rest().first()? {
        b'(' => tokens.words().map(|words| words.first().copied()),
        _ => tokens.skip().map(|()| None),
    }
}

/// The number in `BODY[]<1024>`.
fn origin(name: &[u8]) -> Option<u64> {
    let start = name.iter().rposition(|byte| *byte == b'<')?;
    let number = name.get(start + 1..)?.strip_suffix(b">")?;
    std::str::from_utf8(number).ok()?.parse().ok()
}

/// `ID ("name" "Dovecot" "version" NIL)`, or `ID NIL`.
fn id(tokens: &mut Tokens<'_>) -> Option<Vec<(String, String)>> {
    tokens.spaces();
    if !tokens.take(b'(') {
        return None;
    }
    let mut fields = Vec::new();
    loop {
        tokens.spaces();
        if tokens.take(b')') {
            return Some(fields);
        }
        let name = tokens.nstring()??;
        if let Some(value) = tokens.nstring()? {
            fields.push((lossy(&name), lossy(&value)));
        }
    }
}

/// `SEARCH 2 3 (MODSEQ 917)`: the number in parentheses (RFC 7162 §3.1.5) is not a hit.
fn search(tokens: &mut Tokens<'_>) -> Option<Untagged> {
    let mut hits = Vec::new();
    while let Some(number) = tokens.text() {
        hits.push(number.parse().ok()?);
    }
    let rest = tokens.rest().trim_ascii();
    (rest.is_empty() || rest.starts_with(b"(")).then_some(Untagged::Search(hits))
}

/// `ESEARCH (TAG "A1") UID COUNT 4 ALL 2,10:12`, in whichever order; without hits there is no ALL.
fn extended_search(tokens: &mut Tokens<'_>) -> Option<Untagged> {
    let mut tag = None;
    let mut all = UidSet::default();
    tokens.spaces();
    if tokens.take(b'(') {
        while !tokens.take(b')') {
            match tokens.text()?.eq_ignore_ascii_case("TAG") {
                true => tag = Some(lossy(&tokens.string()?)),
                false => tokens.skip()?,
            }
            tokens.spaces();
        }
    }
    while let Some(item) = tokens.text() {
        match item.to_ascii_uppercase().as_str() {
            "UID" => {}
            "ALL" => all = UidSet::parse(tokens.text()?)?,
            _ => tokens.skip()?,
        }
    }
    tokens
        .rest()
        .trim_ascii()
        .is_empty()
        .then_some(Untagged::ExtendedSearch { tag, all })
}

fn vanished(tokens: &mut Tokens<'_>) -> Option<Untagged> {
    tokens.spaces();
    let earlier = tokens.rest().first() == Some(&b'(');
    if earlier && !tokens.words()?.first()?.eq_ignore_ascii_case("EARLIER") {
        return None;
    }
    Some(Untagged::Vanished {
        earlier,
        uids: UidSet::parse(tokens.text()?)?,
    })
}

fn capabilities(tokens: Tokens<'_>) -> Capabilities {
    Capabilities::new(words(tokens))
}

fn words(mut tokens: Tokens<'_>) -> impl Iterator<Item = &str> {
    std::iter::from_fn(move || tokens.text())
}

fn lossy(text: &[u8]) -> String {
    String::from_utf8_lossy(text).into_owned()
}

#[cfg(test)]
mod tests;

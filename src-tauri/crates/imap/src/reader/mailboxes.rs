//! Reads what a server says about its mailboxes: LIST, LSUB, STATUS, NAMESPACE.

use super::{lossy, object_id};
use crate::tokens::Tokens;
use crate::{Listing, MailboxName, MailboxStatus, Namespace, Namespaces};

/// The rest of a LIST or LSUB; extended data behind the name is passed over.
pub fn listing(tokens: &mut Tokens<'_>) -> Option<Listing> {
    let attributes = tokens.words()?.into_iter().map(str::to_owned).collect();
    let delimiter = delimiter(tokens)?;
    let name = MailboxName::from_wire(&tokens.string()?);
    Some(Listing {
        name,
        delimiter,
        attributes,
    })
}

/// The rest of a STATUS.
pub fn status(tokens: &mut Tokens<'_>) -> Option<MailboxStatus> {
    let mut status = MailboxStatus::new(MailboxName::from_wire(&tokens.string()?));
    tokens.spaces();
    if !tokens.take(b'(') {
        return None;
    }
    while let Some(item) = tokens.text() {
        let mut value = tokens.clone();
        tokens.skip()?;
        if item.eq_ignore_ascii_case("MAILBOXID") {
            status.mailbox_id = object_id(&mut value)?.map(str::to_owned);
        } else if let Some(value) = value.number() {
            status.set(item, value);
        }
    }
    Some(status)
}

/// `(("" "/")) (("Other Users/" "/" "TRANSLATION" ("..."))) NIL`: personal, of others, shared.
pub fn namespaces(tokens: &mut Tokens<'_>) -> Option<Namespaces> {
    Some(Namespaces {
        personal: namespace_list(tokens)?,
        others: namespace_list(tokens)?,
        shared: namespace_list(tokens)?,
    })
}

/// Name spaces in parentheses, or NIL.
fn namespace_list(tokens: &mut Tokens<'_>) -> Option<Vec<Namespace>> {
    let mut listed = Vec::new();
    tokens.spaces();
    if !tokens.take(b'(') {
        return tokens.nstring()?.is_none().then_some(listed);
    }
    loop {
        tokens.spaces();
        if tokens.take(b')') {
            return Some(listed);
        }
        if !tokens.take(b'(') {
            return None;
        }
        listed.push(Namespace {
            prefix: MailboxName::from_wire(&tokens.string()?),
            delimiter: delimiter(tokens)?,
        });
        tokens.spaces();
        while !tokens.take(b')') {
            tokens.skip()?;
            tokens.spaces();
        }
    }
}

/// A quoted character, or NIL where there is no hierarchy.
fn delimiter(tokens: &mut Tokens<'_>) -> Option<Option<char>> {
    let text = tokens.nstring()?;
    Some(text.and_then(|text| lossy(&text).chars().next()))
}

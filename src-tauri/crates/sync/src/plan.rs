//! What to do about a mailbox, decided without I/O: what we hold, what the server says, nothing else.
//!
//! | server lists it | we hold it | what is done |
//! |---|---|---|
//! | yes | no | `appeared`: fetch its header, newest first |
//! | yes | yes, same flags | nothing |
//! | yes | yes, other flags | `flags`: the server's word is kept as server truth; the store lays pending operations over it |
//! | no | yes | `vanished`, and only because the list is complete and stands under the UIDVALIDITY we know |
//! | other UIDVALIDITY | anything | `reset`: our UIDs are void, nothing is deleted, every listed letter counts as appeared and is matched with what we hold |
//! | "unchanged" | anything | nothing |
//!
//! For a server that does not mirror deletion (POP3) only the first row exists: a letter that is not listed any
//! more is gone from the server, not from here.

use pli_model::{Flags, PlacementId, Uid, UidValidity};
use pli_remote::{Delta, Known, Listed, ServerId};
use std::collections::{HashMap, HashSet};

/// A letter whose place on the server we know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// Our letter.
    pub placement: PlacementId,
    /// Its UID in this mailbox.
    pub uid: Uid,
    /// Flags on the server as last seen.
    pub flags: Flags,
    /// Keywords on the server as last seen, sorted.
    pub keywords: Vec<String>,
}

/// New flags of a letter we hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewFlags {
    /// Our letter.
    pub placement: PlacementId,
    /// Flags on the server.
    pub flags: Flags,
    /// Keywords on the server, sorted.
    pub keywords: Vec<String>,
}

/// What to do.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Plan {
    /// Our UIDs of this mailbox are void and are cleared before anything else.
    pub reset: bool,
    /// Letters to fetch, newest first.
    pub appeared: Vec<Listed>,
    /// Flags to take over.
    pub flags: Vec<NewFlags>,
    /// Letters the server has expunged.
    pub vanished: Vec<PlacementId>,
    /// To be kept once all of the above is durable; `None` when nothing changed.
    pub state: Option<Known>,
}

/// Plans for a mailbox that mirrors its server (IMAP).
pub fn mirror(held: &[Held], known: Option<UidValidity>, delta: Delta) -> Plan {
    let Delta::Complete { state, letters } = delta else {
        return Plan::default();
    };
    let reset = known.is_some() && known != state.uid_validity;
    let held = if reset { &[] } else { held };
    let by_uid: HashMap<Uid, &Held> = held.iter().map(|letter| (letter.uid, letter)).collect();

    let mut plan = Plan {
        reset,
        state: Some(state),
        ..Plan::default()
    };
    let mut listed: HashSet<Uid> = HashSet::with_capacity(letters.len());
    for letter in letters {
        let ServerId::Uid(uid) = letter.id else { continue };
        listed.insert(uid);
        match by_uid.get(&uid) {
            None => plan.appeared.push(letter),
            Some(ours) if ours.flags == letter.flags && ours.keywords == letter.keywords => {}
            Some(ours) => plan.flags.push(NewFlags {
                placement: ours.placement,
                flags: letter.flags,
                keywords: letter.keywords,
            }),
        }
    }
    plan.vanished = held
        .iter()
        .filter(|letter| !listed.contains(&letter.uid))
        .map(|letter| letter.placement)
        .collect();
    plan.appeared.reverse();
    plan
}

/// Plans for a maildrop that is only downloaded (POP3): `seen` are the UIDLs ever fetched or deleted here.
pub fn download(seen: &HashSet<String>, delta: Delta) -> Plan {
    let Delta::Complete { letters, .. } = delta else {
        return Plan::default();
    };
    let mut met: HashSet<String> = HashSet::new();
    let mut appeared: Vec<Listed> = letters
        .into_iter()
        .filter(|letter| match &letter.id {
            ServerId::Uidl(uidl) => !seen.contains(uidl) && met.insert(uidl.clone()),
            ServerId::Uid(_) => false,
        })
        .collect();
    appeared.reverse();
    Plan {
        appeared,
        ..Plan::default()
    }
}

#[cfg(test)]
mod tests;

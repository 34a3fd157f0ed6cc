//! What to do about a mailbox, decided without I/O: what we hold, what the server says, nothing else.
//!
//! | server says | we hold it | what is done |
//! |---|---|---|
//! | it is there | no | `appeared`: fetch it, newest first; its marks come with it |
//! | it is there, with marks | yes, same marks | nothing |
//! | it is there, with marks | yes, other marks | `marks`: the server's word is kept as server truth; the store lays pending operations over it |
//! | it is there, marks not told | yes | nothing |
//! | it vanished (VANISHED, or a complete list without it under the UIDVALIDITY we know) | yes | `vanished` |
//! | it vanished | no | nothing |
//! | nothing about it, the list is not complete | yes | nothing: absence proves nothing |
//! | everything is made anew (UIDVALIDITY) | anything | `reset`: our UIDs are void, nothing is deleted, every listed letter counts as appeared and is matched with what we hold |
//! | unchanged | anything | nothing |
//!
//! A letter that has a pending operation is no case of its own: what the server says of it is taken as the server's
//! truth, and what is shown is made of both by the store.
//!
//! For a server that does not mirror deletion (POP3) see [`maildrop`].

mod batch;
pub mod maildrop;

pub use batch::batch;

use pli_model::{PlacementId, Uid};
use pli_remote::{Delta, Known, Listed, Marks, ServerId};
use std::collections::{HashMap, HashSet};

/// A letter whose place on the server we know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// Our letter.
    pub placement: PlacementId,
    /// Its UID in this mailbox.
    pub uid: Uid,
    /// Marks on the server as last seen.
    pub marks: Marks,
}

/// New marks of a letter we hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMarks {
    /// Our letter.
    pub placement: PlacementId,
    /// Marks on the server.
    pub marks: Marks,
}

/// What to do.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Plan {
    /// Our UIDs of this mailbox are void and are cleared before anything else.
    pub reset: bool,
    /// Letters to fetch, newest first.
    pub appeared: Vec<Listed>,
    /// Marks to take over.
    pub marks: Vec<NewMarks>,
    /// Letters the server has expunged, and under which UID.
    pub vanished: Vec<(PlacementId, Uid)>,
    /// To be kept once all of the above is durable; `None` when nothing changed.
    pub state: Option<Known>,
}

impl Plan {
    /// Whether the server has said nothing that we did not know.
    pub fn is_agreement(&self) -> bool {
        !self.reset && self.appeared.is_empty() && self.marks.is_empty() && self.vanished.is_empty()
    }
}

/// Plans for a mailbox that mirrors its server (IMAP). `held` are our letters there: those that the delta names at
/// least, all of them when it is complete.
pub fn mirror(held: &[Held], delta: Delta) -> Plan {
    match delta {
        Delta::Unchanged => Plan::default(),
        Delta::Changes {
            state,
            letters,
            vanished,
            ..
        } => {
            let gone: HashSet<Uid> = vanished.iter().filter_map(uid).collect();
            let mut plan = compare(held, letters, state);
            plan.vanished = expunged(held, |letter| gone.contains(&letter.uid));
            plan
        }
        Delta::Complete { state, letters } => {
            let listed: HashSet<Uid> = letters.iter().filter_map(|letter| uid(&letter.id)).collect();
            let mut plan = compare(held, letters, state);
            plan.vanished = expunged(held, |letter| !listed.contains(&letter.uid));
            plan
        }
        Delta::Anew { state, letters } => Plan {
            reset: true,
            ..compare(&[], letters, state)
        },
    }
}

fn compare(held: &[Held], letters: Vec<Listed>, state: Known) -> Plan {
    let by_uid: HashMap<Uid, &Held> = held.iter().map(|letter| (letter.uid, letter)).collect();
    let mut plan = Plan {
        state: Some(state),
        ..Plan::default()
    };
    for letter in letters {
        let ours = uid(&letter.id).map(|uid| by_uid.get(&uid));
        match (ours, letter.marks) {
            (None, _) | (Some(Some(_)), None) => {}
            (Some(None), marks) => plan.appeared.push(Listed { marks, ..letter }),
            (Some(Some(ours)), Some(marks)) if ours.marks == marks => {}
            (Some(Some(ours)), Some(marks)) => plan.marks.push(NewMarks {
                placement: ours.placement,
                marks,
            }),
        }
    }
    plan.appeared.reverse();
    plan
}

fn expunged(held: &[Held], is_gone: impl Fn(&Held) -> bool) -> Vec<(PlacementId, Uid)> {
    let gone = held.iter().filter(|letter| is_gone(letter));
    gone.map(|letter| (letter.placement, letter.uid)).collect()
}

fn uid(id: &ServerId) -> Option<Uid> {
    match id {
        ServerId::Uid(uid) => Some(*uid),
        ServerId::Uidl(_) => None,
    }
}

/// The letters that a delta names; `None` when it is complete, so that all that we hold matter.
pub fn named(delta: &Delta) -> Option<Vec<Uid>> {
    match delta {
        Delta::Unchanged | Delta::Anew { .. } => Some(Vec::new()),
        Delta::Complete { .. } => None,
        Delta::Changes { letters, vanished, .. } => {
            let mut uids: Vec<Uid> = letters
                .iter()
                .map(|letter| &letter.id)
                .chain(vanished)
                .filter_map(uid)
                .collect();
            uids.sort_unstable();
            Some(uids)
        }
    }
}

#[cfg(test)]
mod tests;

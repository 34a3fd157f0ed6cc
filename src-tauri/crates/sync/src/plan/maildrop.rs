//! What to do about a maildrop (POP3), decided without I/O: what is remembered of it, what it lists, nothing else.
//!
//! | the server lists | we remember | what is done |
//! |---|---|---|
//! | a name | nothing | `new`: fetched, unless it turns out to be a letter of ours whose old name is missing |
//! | a name | it, with the same octets | nothing |
//! | a name | it, with other octets, or that it was gone | `doubtful`: the header block tells whether it is another letter |
//! | not that name | it | `missing`: gone from the server once the session has ended well, never from here |
//!
//! What the server is asked to delete is what the person's choice says of letters that it lists and that are whole here, or
//! that a person deleted here; nothing that is doubtful.

use pli_model::{LeaveOnServer, Timestamp};
use pli_remote::{Listed, ServerId};
use pli_store::{ServerCopy, Uidl};
use std::collections::{HashMap, HashSet};

/// What a listing says, beside what is remembered.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Look<'m> {
    /// Names that were never seen, newest first.
    pub new: Vec<Listed>,
    /// Names that may stand for another letter than before, with what is remembered of them.
    pub doubtful: Vec<(Listed, &'m Uidl)>,
    /// What is remembered under names that the server does not list.
    pub missing: Vec<&'m Uidl>,
}

/// Compares a complete listing, oldest first, with what is remembered.
pub fn compare<'m>(memory: &'m [Uidl], listed: &[Listed]) -> Look<'m> {
    let known: HashMap<&str, &Uidl> = memory.iter().map(|uidl| (uidl.name.as_str(), uidl)).collect();
    let mut met: HashSet<&str> = HashSet::with_capacity(listed.len());
    let mut look = Look::default();
    for letter in listed.iter().rev() {
        let Some(name) = name(&letter.id).filter(|name| met.insert(name)) else {
            continue;
        };
        match known.get(name) {
            None => look.new.push(letter.clone()),
            Some(uidl) if is_doubtful(uidl, letter.size) => look.doubtful.push((letter.clone(), uidl)),
            Some(_) => {}
        }
    }
    let is_missing = |uidl: &&Uidl| !met.contains(uidl.name.as_str());
    look.missing = memory.iter().filter(is_missing).collect();
    look
}

fn is_doubtful(uidl: &Uidl, octets: u64) -> bool {
    let differs = uidl.octets != 0 && octets != 0 && uidl.octets != octets;
    differs || uidl.copy == ServerCopy::Gone
}

/// What the server may be asked to delete at `now`. Whether it is safe here must be looked at before.
pub fn over<'m>(memory: &'m [Uidl], listed: &[Listed], leave: LeaveOnServer, now: Timestamp) -> Vec<&'m Uidl> {
    let there: HashMap<&str, &Listed> = listed.iter().filter_map(|one| Some((name(&one.id)?, one))).collect();
    let is_over = |uidl: &&Uidl| {
        let is_there = there
            .get(uidl.name.as_str())
            .is_some_and(|letter| !is_doubtful(uidl, letter.size));
        // Not known is not long ago.
        let since = if uidl.since == Timestamp(0) { now } else { uidl.since };
        let is_ours = uidl.has_body || (uidl.deleted && uidl.placement.is_none());
        is_there && is_ours && leave.is_over(since, uidl.deleted, now)
    };
    memory.iter().filter(is_over).collect()
}

/// What a session that has ended well changes in what is remembered.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Settled {
    /// Names that the server has, with their octets.
    pub listed: Vec<(String, u64)>,
    /// Names that it has not.
    pub gone: Vec<String>,
    /// Names of which nobody knows whether it has that letter.
    pub doubtful: Vec<String>,
}

/// What a session has come to.
#[derive(Debug, Clone, Default)]
pub struct Visited {
    /// What was listed, with its octets.
    pub listed: Vec<(String, u64)>,
    /// Names that were doubtful, and stand for the same letter as before.
    pub same: HashSet<String>,
    /// What the server was asked to delete.
    pub asked: HashSet<String>,
    /// Whether it took every one of them; else nobody knows which.
    pub is_deleted: bool,
}

/// What is to be remembered of a session that has ended well. What is doubtful still is looked at again the next time.
pub fn settled(memory: &[Uidl], visited: &Visited) -> Settled {
    let listed = visited.listed.iter();
    let there: HashMap<&str, u64> = listed.map(|(name, octets)| (name.as_str(), *octets)).collect();
    let mut settled = Settled::default();
    for uidl in memory {
        let is_asked = visited.asked.contains(&uidl.name);
        match there.get(uidl.name.as_str()) {
            Some(_) if is_asked && !visited.is_deleted => {}
            Some(octets) if is_doubtful(uidl, *octets) && !visited.same.contains(&uidl.name) => {
                let was_listed = uidl.copy == ServerCopy::Listed;
                settled.doubtful.extend(was_listed.then(|| uidl.name.clone()));
            }
            Some(octets) if !is_asked => {
                let is_known = uidl.copy == ServerCopy::Listed && uidl.octets == *octets && uidl.since != Timestamp(0);
                if !is_known {
                    settled.listed.push((uidl.name.clone(), *octets));
                }
            }
            _ if uidl.copy != ServerCopy::Gone => settled.gone.push(uidl.name.clone()),
            _ => {}
        }
    }
    settled
}

/// The unique-id of a letter.
pub fn name(id: &ServerId) -> Option<&str> {
    match id {
        ServerId::Uidl(uidl) => Some(uidl),
        ServerId::Uid(_) => None,
    }
}

#[cfg(test)]
mod tests;

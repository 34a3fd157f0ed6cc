//! Comparing a mailbox with what is held of it, by the best means that the server has and is believed to have.
//!
//! | the server | is asked | believed when |
//! |---|---|---|
//! | nothing held yet | SELECT and UID SEARCH ALL in one flight | as many as EXISTS |
//! | QRESYNC | SELECT (QRESYNC ...): what vanished, what changed | it explains the number of letters |
//! | CONDSTORE | FETCH CHANGEDSINCE; UID SEARCH ALL when the number is not explained by what appeared | the same |
//! | neither | FETCH 1:* (UID FLAGS) | as many as EXISTS |
//!
//! What is not explained is compared by a complete UID set, whose word counts, and the extension is not used again.

mod complete;
mod find;

use super::ImapRemote;
use super::failure::Failing;
use crate::{Delta, Extension, Known, Listed, Marks, Problem, Remote, RemoteError, Result, ServerId};
use pli_imap::{Access, Error, Fetch, MailboxName, Opening, Selected, Since, UidSet};
use pli_model::{Uid, UidValidity};
use std::collections::BTreeMap;

/// A statement that this many letters vanished, and at least half of those that we hold, is checked by a complete UID
/// set before it is believed: servers have been seen to say so of letters that were there.
const ALARMING: usize = 50;

/// The counters of a mailbox that has just been selected.
pub fn state(selected: &Selected) -> Known {
    Known {
        uid_validity: selected.uid_validity,
        uid_next: selected.uid_next.unwrap_or(0),
        exists: selected.exists,
        highest_modseq: selected.highest_modseq,
    }
}

/// What the server told of the time since we looked last.
#[derive(Debug, Default)]
struct Told {
    letters: BTreeMap<Uid, Marks>,
    vanished: Vec<Uid>,
}

impl ImapRemote {
    pub(super) async fn look_at(&mut self, path: &str, known: Known, held: &[Uid]) -> Result<Delta> {
        let Some(validity) = known.uid_validity.filter(|_| known.uid_next != 0) else {
            return match held {
                [] => self.first_look(path).await,
                _ => self.look_by_listing(path, known).await,
            };
        };
        if known.highest_modseq == 0 || !self.uses_modseq() {
            self.look_by_listing(path, known).await
        } else if self.uses(Extension::Qresync) {
            self.look_by_qresync(path, known, validity, held).await
        } else {
            self.look_by_condstore(path, known, held).await
        }
    }

    /// All ids of a mailbox of which nothing is held: one round trip, and a few octets where UIDs are dense.
    async fn first_look(&mut self, path: &str) -> Result<Delta> {
        let (state, uids) = self.select_and_search(path).await?;
        Ok(Delta::Complete {
            state,
            letters: uids.into_iter().map(unmarked).collect(),
        })
    }

    async fn look_by_qresync(
        &mut self,
        path: &str,
        known: Known,
        uid_validity: UidValidity,
        held: &[Uid],
    ) -> Result<Delta> {
        let opening = Opening::Resync {
            uid_validity,
            modseq: known.highest_modseq,
            known: &[],
        };
        let name = self.wire_name(path).await?;
        self.takes_change();
        let opened = match self.session.select(&name, Access::ReadOnly, opening).await {
            Err(error @ (Error::Bad(_) | Error::NotEnabled(_))) => {
                self.distrust(Extension::Qresync, &format!("it refuses what it offers: {error}"));
                return self.look_by_condstore(path, known, held).await;
            }
            outcome => outcome.failing(&self.server, format_args!("to open “{path}”"))?,
        };
        let state = self.opened(path, &name)?;
        if is_void(known, state) {
            return self.anew(path, state).await;
        }
        if known.is_unchanged(&state) {
            return Ok(Delta::Unchanged);
        }
        if state.highest_modseq == 0 {
            return self.look_by_listing(path, known).await;
        }
        let told = Told {
            letters: marks(opened.changes.changed),
            vanished: within(held, &opened.changes.vanished),
        };
        self.believe_or_compare(path, state, held, told, Extension::Qresync)
            .await
    }

    async fn look_by_condstore(&mut self, path: &str, known: Known, held: &[Uid]) -> Result<Delta> {
        let (name, state) = self.select_for_look(path).await?;
        if is_void(known, state) {
            return self.anew(path, state).await;
        }
        if known.is_unchanged(&state) {
            return Ok(Delta::Unchanged);
        }
        if state.highest_modseq == 0 {
            return self.list_selected(path, &name, state).await;
        }
        let mut told = Told::default();
        if state.exists > 0 {
            let asked = format!("to tell what changed in “{path}”");
            let since = Since::Changed(known.highest_modseq);
            let changes = match self.session.uid_fetch_changed("1:*", since).await {
                Err(error @ Error::Bad(_)) => {
                    self.distrust(Extension::Condstore, &format!("it refuses what it offers: {error}"));
                    return self.list_selected(path, &name, state).await;
                }
                outcome => outcome.failing(&self.server, &asked)?,
            };
            told.letters = marks(changes.changed);
        }
        // What was expunged CONDSTORE does not tell: when the numbers do not fit, the complete set does.
        if explains(held, &told, state.exists) {
            return Ok(changes(state, told, Extension::Condstore));
        }
        let there = self.all_uids(path).await?;
        Ok(compared(state, held, told, &there, Extension::Condstore))
    }

    async fn look_by_listing(&mut self, path: &str, known: Known) -> Result<Delta> {
        let (name, state) = self.select_for_look(path).await?;
        if is_void(known, state) {
            return self.anew(path, state).await;
        }
        if known.is_unchanged(&state) {
            return Ok(Delta::Unchanged);
        }
        self.list_selected(path, &name, state).await
    }

    /// Takes the server's word where it fits the number of letters, else compares the complete UID set.
    async fn believe_or_compare(
        &mut self,
        path: &str,
        state: Known,
        held: &[Uid],
        told: Told,
        extension: Extension,
    ) -> Result<Delta> {
        let alarming = told.vanished.len() >= ALARMING && told.vanished.len() * 2 >= held.len();
        let fits = explains(held, &told, state.exists);
        if fits && !alarming {
            return Ok(changes(state, told, extension));
        }
        let there = self.all_uids(path).await?;
        let lied = told.vanished.iter().any(|uid| there.binary_search(uid).is_ok());
        let kept_back = held
            .iter()
            .any(|uid| there.binary_search(uid).is_err() && !told.vanished.contains(uid))
            || there
                .iter()
                .any(|uid| held.binary_search(uid).is_err() && !told.letters.contains_key(uid));
        // Something that happened between the two answers is no lie.
        let moved_on = self.session.selected().map(|selected| selected.exists) != Some(state.exists);
        if lied {
            self.distrust(extension, "it said that letters had vanished which were there");
        } else if kept_back && !moved_on {
            self.distrust(extension, "it kept back which letters had come or vanished");
        }
        Ok(compared(state, held, told, &there, extension))
    }

    async fn select_for_look(&mut self, path: &str) -> Result<(MailboxName, Known)> {
        let name = self.wire_name(path).await?;
        self.takes_change();
        let opening = self.opening();
        let selected = self.session.select(&name, Access::ReadOnly, opening).await;
        selected.failing(&self.server, format_args!("to open “{path}”"))?;
        let state = self.opened(path, &name)?;
        Ok((name, state))
    }

    /// The state of the mailbox that has just been selected, remembered for what follows on this connection.
    fn opened(&mut self, path: &str, name: &MailboxName) -> Result<Known> {
        let state = self
            .session
            .selected()
            .filter(|selected| selected.name == *name)
            .map(state);
        let state = state.unwrap_or_default();
        if state.uid_validity.is_none() {
            let text = format!(
                "The server {} keeps no lasting numbers for the letters of “{path}”.",
                self.server
            );
            return Err(RemoteError {
                problem: Problem::Refused,
                text,
            });
        }
        self.looked.insert(path.to_owned(), state.uid_validity);
        Ok(state)
    }
}

/// Whether UIDs that we know mean nothing any more. A UIDNEXT that went back says that the server gives UIDs a second
/// time, whatever its UIDVALIDITY says (RFC 9051 §2.3.1.1 forbids it; restored backups do it).
fn is_void(known: Known, now: Known) -> bool {
    let epoch = known.uid_validity.is_some() && known.uid_validity != now.uid_validity;
    epoch || (now.uid_next != 0 && now.uid_next < known.uid_next)
}

/// Whether what was told leads from the letters that we hold to as many as there are.
fn explains(held: &[Uid], told: &Told, exists: u32) -> bool {
    let appeared = told
        .letters
        .keys()
        .filter(|uid| held.binary_search(uid).is_err())
        .count();
    (held.len() + appeared).checked_sub(told.vanished.len()) == usize::try_from(exists).ok()
}

/// Those of our letters that the set names.
fn within(held: &[Uid], set: &UidSet) -> Vec<Uid> {
    let mut found: Vec<Uid> = set
        .ranges()
        .iter()
        .flat_map(|range| {
            let from = held.partition_point(|uid| uid.0 < *range.start());
            let to = held.partition_point(|uid| uid.0 <= *range.end());
            held.get(from..to).unwrap_or_default()
        })
        .copied()
        .collect();
    found.sort_unstable();
    found.dedup();
    found
}

fn marks(fetched: Vec<Fetch>) -> BTreeMap<Uid, Marks> {
    let marks = |fetch: Fetch| {
        let flags = fetch.flags?;
        Some((
            fetch.uid?,
            Marks {
                flags: flags.system,
                keywords: flags.keywords,
            },
        ))
    };
    fetched.into_iter().filter_map(marks).collect()
}

fn changes(state: Known, told: Told, by: Extension) -> Delta {
    let gone = |uid: &Uid| told.vanished.binary_search(uid).is_ok();
    let letters = told.letters.into_iter().filter(|(uid, _)| !gone(uid));
    Delta::Changes {
        state,
        letters: letters.map(marked).collect(),
        vanished: told.vanished.iter().copied().map(ServerId::Uid).collect(),
        by,
    }
}

/// The difference to a complete UID set, with the marks that were told.
fn compared(state: Known, held: &[Uid], mut told: Told, there: &[Uid], by: Extension) -> Delta {
    let vanished = held.iter().filter(|uid| there.binary_search(uid).is_err());
    let vanished = vanished.copied().map(ServerId::Uid).collect();
    let mut letters: Vec<Listed> = Vec::new();
    for uid in there {
        match told.letters.remove(uid) {
            Some(marks) => letters.push(marked((*uid, marks))),
            None if held.binary_search(uid).is_err() => letters.push(unmarked(*uid)),
            None => {}
        }
    }
    Delta::Changes {
        state: Known {
            exists: u32::try_from(there.len()).unwrap_or(u32::MAX),
            ..state
        },
        letters,
        vanished,
        by,
    }
}

fn marked((uid, marks): (Uid, Marks)) -> Listed {
    Listed {
        id: ServerId::Uid(uid),
        marks: Some(marks),
        size: 0,
    }
}

fn unmarked(uid: Uid) -> Listed {
    Listed {
        id: ServerId::Uid(uid),
        marks: None,
        size: 0,
    }
}

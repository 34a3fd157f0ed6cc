//! What is shown = what the server said last + our unfinished operations, oldest first.
//!
//! Decided by the operations that exist, never by a timer: a sync cannot undo on the screen what a person just did,
//! and an operation that ends leaves exactly what the server has and the others say.

use crate::column::{join_keywords, split_keywords};
use crate::table::placement::{Standing, place};
use crate::{Result, Writer};
use pli_model::{Flags, MailboxId, Operation, PlacementId, Uid};
use rusqlite::params;

/// The server's side of a placement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Truth {
    pub(crate) mailbox: MailboxId,
    pub(crate) uid: Option<Uid>,
    pub(crate) flags: Flags,
    /// As in the column: words with a space between.
    pub(crate) keywords: String,
    /// The mailbox is at the server, and the letter is not (yet).
    pub(crate) only_here: bool,
}

/// What is shown of a placement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Shown {
    pub(crate) mailbox: MailboxId,
    pub(crate) flags: Flags,
    pub(crate) keywords: String,
}

impl Truth {
    /// The truth once the server has done that. A letter that moved has a new UID, which only the server can tell;
    /// one that is at the target already keeps the UID that it was told. One that is to be deleted is hidden until
    /// its row goes, and one that is put back after that is shown again.
    pub(crate) fn after(self, operation: &Operation) -> Self {
        match operation {
            Operation::Mark(marking) => {
                let flags = marking.flags.apply(self.flags);
                let keywords = if marking.add_keywords.is_empty() && marking.remove_keywords.is_empty() {
                    self.keywords
                } else {
                    join_keywords(&marking.apply_to_keywords(&split_keywords(&self.keywords)))
                };
                Self {
                    flags,
                    keywords,
                    ..self
                }
            }
            Operation::Move(target) if *target == self.mailbox => self,
            Operation::Move(target) => Self {
                mailbox: *target,
                uid: None,
                ..self
            },
            Operation::Expunge => Self {
                flags: self.flags | Flags::DELETED,
                ..self
            },
            Operation::Copy(_) => Self {
                only_here: false,
                ..self
            },
            Operation::Append => Self {
                only_here: false,
                flags: self.flags.without(Flags::DELETED),
                ..self
            },
        }
    }

    /// What is to be shown while those operations are under way.
    pub(crate) fn with<'a>(&self, pending: impl IntoIterator<Item = &'a Operation>) -> Shown {
        let Self {
            mailbox,
            flags,
            keywords,
            ..
        } = pending.into_iter().fold(self.clone(), Self::after);
        Shown {
            mailbox,
            flags,
            keywords,
        }
    }
}

impl Writer<'_> {
    /// Writes the server's truth of a placement, and what is shown of it by consequence.
    pub(crate) fn state(&mut self, standing: &Standing, truth: Truth) -> Result<()> {
        let shown = truth.with(self.pending_operations(standing.id)?.iter());
        let shown_as_before = shown == standing.shown;
        if shown_as_before && truth == standing.truth {
            return Ok(());
        }
        self.execute(
            "UPDATE placement SET mailbox_id = ?2, flags = ?3, hidden = (?3 & 16) <> 0, starred = (?3 & 20) = 4,
                 keywords = ?4, server_mailbox_id = ?5, uid = ?6, server_flags = ?7, server_keywords = ?8,
                 only_here = ?9
             WHERE id = ?1",
            params![
                standing.id.0,
                shown.mailbox.0,
                shown.flags.bits(),
                shown.keywords,
                truth.mailbox.0,
                truth.uid.map(|uid| uid.0),
                truth.flags.bits(),
                truth.keywords,
                truth.only_here,
            ],
        )?;
        if !shown_as_before {
            let after = place(shown.mailbox, standing.received, shown.flags);
            self.changes.placement(standing.id, standing.place(), after);
        }
        Ok(())
    }

    /// Shows a placement anew after its operations changed.
    pub(crate) fn restate(&mut self, placement: PlacementId) -> Result<()> {
        match self.find_standing(placement)? {
            Some(standing) => self.state(&standing, standing.truth.clone()),
            None => Ok(()),
        }
    }

    /// Notes a change that neither moves a placement nor touches its flags.
    pub(crate) fn looks_different(&mut self, placement: PlacementId) -> Result<()> {
        if let Some(place) = self.find_standing(placement)?.and_then(|standing| standing.place()) {
            self.changes.placement(placement, Some(place), Some(place));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pli_model::{FlagChange, Marking};

    fn mark(change: FlagChange) -> Operation {
        Operation::Mark(Marking::flags(change))
    }

    #[test]
    fn operations_stack_in_order() {
        let truth = Truth {
            mailbox: MailboxId(1),
            uid: Some(Uid(9)),
            flags: Flags::SEEN,
            keywords: "work".to_owned(),
            only_here: false,
        };
        let pending = [
            mark(FlagChange::add(Flags::FLAGGED)),
            Operation::Move(MailboxId(2)),
            mark(FlagChange::remove(Flags::SEEN)),
            Operation::Mark(Marking {
                flags: FlagChange::add(Flags::SEEN),
                add_keywords: vec!["$Junk".to_owned()],
                remove_keywords: vec!["WORK".to_owned()],
            }),
        ];
        let shown = Shown {
            mailbox: MailboxId(2),
            flags: Flags::SEEN | Flags::FLAGGED,
            keywords: "$Junk".to_owned(),
        };
        assert_eq!(truth.with(&pending), shown);
        assert_eq!(truth.with(&[]).keywords, "work");
        assert_eq!(truth.clone().after(&Operation::Move(MailboxId(1))), truth);
        assert_eq!(truth.clone().after(&Operation::Move(MailboxId(2))).uid, None);
        let deleted = truth.with(&[Operation::Expunge]);
        assert!(deleted.flags.contains(Flags::DELETED));
        assert_eq!(truth.with(&[Operation::Expunge, Operation::Append]), truth.with(&[]));
    }
}

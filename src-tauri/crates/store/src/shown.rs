//! What is shown = what the server said last + our unfinished operations, oldest first.
//!
//! Decided by the operations that exist, never by a timer: a sync cannot undo on the screen what a person just did,
//! and an operation that ends leaves exactly what the server has and the others say.

use crate::table::placement::{Standing, place};
use crate::{Result, Writer};
use pli_model::{Flags, MailboxId, Operation, PlacementId, Uid};
use rusqlite::params;

/// The server's side of a placement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Truth {
    pub(crate) mailbox: MailboxId,
    pub(crate) uid: Option<Uid>,
    pub(crate) flags: Flags,
}

impl Truth {
    /// The truth once the server has done that. A letter that moved has a new UID, which only the server can tell;
    /// one that is at the target already keeps the UID that it was told.
    pub(crate) fn after(self, operation: Operation) -> Self {
        match operation {
            Operation::Flag(change) => Self {
                flags: change.apply(self.flags),
                ..self
            },
            Operation::Move(target) if target == self.mailbox => self,
            Operation::Move(target) => Self {
                mailbox: target,
                uid: None,
                ..self
            },
        }
    }

    /// What is to be shown while those operations are under way.
    pub(crate) fn with(self, pending: &[Operation]) -> (MailboxId, Flags) {
        let shown = pending.iter().fold(self, |truth, operation| truth.after(*operation));
        (shown.mailbox, shown.flags)
    }
}

impl Writer<'_> {
    /// Writes the server's truth of a placement, and what is shown of it by consequence.
    pub(crate) fn state(&mut self, standing: &Standing, truth: Truth) -> Result<()> {
        let (mailbox, flags) = truth.with(&self.pending_operations(standing.id)?);
        let shown_as_before = (mailbox, flags) == (standing.mailbox, standing.flags);
        if shown_as_before && truth == standing.truth {
            return Ok(());
        }
        self.execute(
            "UPDATE placement SET mailbox_id = ?2, flags = ?3, hidden = (?3 & 16) <> 0, starred = (?3 & 20) = 4,
                 server_mailbox_id = ?4, uid = ?5, server_flags = ?6
             WHERE id = ?1",
            params![
                standing.id.0,
                mailbox.0,
                flags.bits(),
                truth.mailbox.0,
                truth.uid.map(|uid| uid.0),
                truth.flags.bits(),
            ],
        )?;
        if !shown_as_before {
            self.changes
                .placement(standing.id, standing.place(), place(mailbox, standing.received, flags));
        }
        Ok(())
    }

    /// Shows a placement anew after its operations changed.
    pub(crate) fn restate(&mut self, placement: PlacementId) -> Result<()> {
        match self.find_standing(placement)? {
            Some(standing) => self.state(&standing, standing.truth),
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
    use pli_model::FlagChange;

    #[test]
    fn operations_stack_in_order() {
        let truth = Truth {
            mailbox: MailboxId(1),
            uid: Some(Uid(9)),
            flags: Flags::SEEN,
        };
        let pending = [
            Operation::Flag(FlagChange::add(Flags::FLAGGED)),
            Operation::Move(MailboxId(2)),
            Operation::Flag(FlagChange::remove(Flags::SEEN)),
            Operation::Flag(FlagChange::add(Flags::SEEN)),
        ];
        assert_eq!(truth.with(&pending), (MailboxId(2), Flags::SEEN | Flags::FLAGGED));
        assert_eq!(truth.with(&[]), (MailboxId(1), Flags::SEEN));
        assert_eq!(truth.after(Operation::Move(MailboxId(1))), truth);
        assert_eq!(truth.after(Operation::Move(MailboxId(2))).uid, None);
    }
}

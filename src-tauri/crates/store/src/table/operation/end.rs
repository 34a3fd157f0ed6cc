//! How operations end.

use super::super::placement::Standing;
use super::{KEPT_DAYS, UNFINISHED, is_unfinished};
use crate::change::Change;
use crate::shown::Truth;
use crate::{Result, Writer};
use pli_model::{Flags, Operation, OperationId, OperationState, PlacementId};
use rusqlite::params;

impl Writer<'_> {
    /// The server has done it: its truth is now the effect. A letter that moved or was put there has no known UID,
    /// unless [`Writer::set_position`] told it, before or after this in the same transaction. One that was expunged
    /// is gone.
    pub fn settle(&mut self, id: OperationId) -> Result<()> {
        let row = self.operation(id)?;
        if !is_unfinished(row.state) {
            return Ok(());
        }
        self.execute("UPDATE operation SET state = 'done', error = '' WHERE id = ?1", [id.0])?;
        for letter in self.letters_of_operation(id)? {
            let Some(standing) = self.find_standing(letter)? else {
                continue;
            };
            if row.operation == Operation::Expunge {
                self.let_go(&standing)?;
            } else {
                self.state(&standing, standing.truth.clone().after(&row.operation))?;
            }
        }
        self.age_graves(id)?;
        self.note(Change::Operations(row.account));
        Ok(())
    }

    /// The server refused for good: the effect is taken back, and the row kept for the notice. What the server has
    /// and the other operations say is what remains. A copy goes; a letter that was to be put there stays here.
    pub fn refuse(&mut self, id: OperationId, why: &str) -> Result<()> {
        self.end_operation(id, OperationState::Undone, why)
    }

    pub(crate) fn end_operation(&mut self, id: OperationId, state: OperationState, why: &str) -> Result<()> {
        let row = self.operation(id)?;
        if !is_unfinished(row.state) {
            return Ok(());
        }
        self.execute(
            "UPDATE operation SET state = ?2, error = ?3 WHERE id = ?1",
            params![id.0, state.as_str(), why],
        )?;
        let undone = (state == OperationState::Undone).then_some(&row.operation);
        for letter in self.letters_of_operation(id)? {
            match undone {
                Some(Operation::Copy(_)) => self.remove_if_only_here(letter)?,
                Some(Operation::Expunge) => self.spare(letter, id)?,
                _ => {}
            }
            self.restate(letter)?;
        }
        if undone == Some(&Operation::Expunge) {
            self.drop_graves(id)?;
        }
        self.note(Change::Operations(row.account));
        Ok(())
    }

    /// An operation whose last letter is gone has nothing left to do.
    pub(crate) fn finish_if_empty(&mut self, id: OperationId) -> Result<()> {
        if self.letters_of_operation(id)?.is_empty() {
            self.end_operation(id, OperationState::Done, "")?;
        }
        Ok(())
    }

    /// The operation turned out not to be for that letter, which the server did not have any more where it was: it is shown
    /// there again until the server states what became of it.
    pub fn release(&mut self, id: OperationId, letter: PlacementId) -> Result<()> {
        let sql = "DELETE FROM operation_letter WHERE operation_id = ?1 AND placement_id = ?2";
        if self.execute(sql, [id.0, letter.0])? > 0 {
            self.restate(letter)?;
            self.finish_if_empty(id)?;
        }
        Ok(())
    }

    /// A letter whose move was begun has vanished from where it was and is not at the move's target: it is nowhere at the
    /// server, and goes here too.
    pub fn remove_vanished(&mut self, letter: PlacementId) -> Result<()> {
        match self.find_standing(letter)? {
            Some(standing) => self.let_go(&standing),
            None => Ok(()),
        }
    }

    /// The letter is gone at the server. It goes here too, unless it is to be put back there.
    pub(crate) fn let_go(&mut self, standing: &Standing) -> Result<()> {
        if !self.pending_operations(standing.id)?.contains(&Operation::Append) {
            return self.remove_placement(standing.id);
        }
        let truth = Truth {
            uid: None,
            only_here: true,
            flags: standing.truth.flags.without(Flags::DELETED),
            ..standing.truth.clone()
        };
        self.state(standing, truth)
    }

    pub(super) fn remove_if_only_here(&mut self, letter: PlacementId) -> Result<()> {
        match self.find_standing(letter)? {
            Some(standing) if standing.truth.only_here => self.remove_placement(letter),
            _ => Ok(()),
        }
    }

    /// Not expunged after all. A letter that was to be put back afterwards is there still: all that may be left to do
    /// is to take back the mark under which it was to go.
    fn spare(&mut self, letter: PlacementId, expunge: OperationId) -> Result<()> {
        let sql = format!(
            "UPDATE operation SET kind = 'mark', flags_remove = ?3
             WHERE kind = 'append' AND state IN {UNFINISHED} AND id > ?2
                 AND id IN (SELECT operation_id FROM operation_letter WHERE placement_id = ?1)"
        );
        self.execute(&sql, params![letter.0, expunge.0, Flags::DELETED.bits()])?;
        Ok(())
    }

    pub(crate) fn forget_old_operations(&mut self) -> Result<()> {
        let before = self.now.plus_millis(-KEPT_DAYS * 24 * 60 * 60 * 1000);
        let sql = format!("DELETE FROM operation WHERE created < ?1 AND state NOT IN {UNFINISHED}");
        self.execute(&sql, [before.0])?;
        self.forget_old_mailbox_operations(before.0)?;
        self.forget_old_graves()
    }
}

//! Operations: what a person did to letters, waiting to be done at the server. A row is written in the transaction
//! that shows its effect.
//!
//! An operation that ended is kept for [`KEPT_DAYS`], so that a command said twice is done once.

use crate::change::Change;
use crate::column::word;
use crate::table::placement::{ServerPosition, Standing};
use crate::{Reader, Result, StoreError, Writer};
use pli_model::{
    AccountId, CommandId, FlagChange, Flags, MailboxId, Operation, OperationId, OperationState, PlacementId, Protocol,
    Timestamp,
};
use rusqlite::{Row, params};

pub(crate) const CREATE: &str = "
CREATE TABLE operation (
    id                INTEGER PRIMARY KEY AUTOINCREMENT,
    command           TEXT    NOT NULL UNIQUE,
    account_id        INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    -- A move to that mailbox, or else a change of flags. No foreign key: the row of a move that ended outlives its target.
    target_mailbox_id INTEGER,
    flags_add         INTEGER NOT NULL DEFAULT 0,
    flags_remove      INTEGER NOT NULL DEFAULT 0,
    state             TEXT    NOT NULL,
    attempts          INTEGER NOT NULL DEFAULT 0,
    not_before        INTEGER NOT NULL DEFAULT 0,
    error             TEXT    NOT NULL DEFAULT '',
    created           INTEGER NOT NULL
) STRICT;
CREATE INDEX operation_by_state ON operation (account_id, state, id);
CREATE INDEX operation_by_target ON operation (target_mailbox_id) WHERE target_mailbox_id IS NOT NULL;
CREATE TABLE operation_letter (
    operation_id INTEGER NOT NULL REFERENCES operation (id) ON DELETE CASCADE,
    placement_id INTEGER NOT NULL REFERENCES placement (id) ON DELETE CASCADE,
    PRIMARY KEY (operation_id, placement_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX operation_letter_by_placement ON operation_letter (placement_id, operation_id);
";

/// How long the memory of an ended operation is kept.
const KEPT_DAYS: i64 = 30;

/// An operation whose turn it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingOperation {
    /// Which.
    pub id: OperationId,
    /// What is to be done.
    pub operation: Operation,
    /// On which letters, and where the server has them.
    pub letters: Vec<(PlacementId, ServerPosition)>,
    /// How often it was tried in vain.
    pub attempts: u32,
}

/// An operation as a face shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperationRow {
    /// Which.
    pub id: OperationId,
    /// The command that asked for it.
    pub command: String,
    /// Whose.
    pub account: AccountId,
    /// What is to be done.
    pub operation: Operation,
    /// On which letters; those that are gone meanwhile are left out.
    pub letters: Vec<PlacementId>,
    /// Where it stands.
    pub state: OperationState,
    /// How often it was tried in vain.
    pub attempts: u32,
    /// Not to be tried before that.
    pub not_before: Timestamp,
    /// The server's words, or why it waits; empty when there are none.
    pub error: String,
    /// When it was asked for.
    pub created: Timestamp,
}

/// Unfinished: what is shown depends on it.
const UNFINISHED: &str = "('queued', 'parked')";

pub(crate) const PENDING_OF_PLACEMENT: &str = "
    SELECT operation.target_mailbox_id, operation.flags_add, operation.flags_remove
    FROM operation_letter JOIN operation ON operation.id = operation_letter.operation_id
    WHERE operation_letter.placement_id = ?1 AND operation.state IN ('queued', 'parked')
    ORDER BY operation_letter.operation_id";

pub(crate) const NEXT_OPERATION: &str = "
    SELECT id, target_mailbox_id, flags_add, flags_remove, attempts FROM operation
    WHERE account_id = ?1 AND state = 'queued' AND not_before <= ?2 AND NOT EXISTS (
        SELECT 1 FROM operation_letter AS mine
        JOIN operation_letter AS other
            ON other.placement_id = mine.placement_id AND other.operation_id < mine.operation_id
        JOIN operation AS earlier ON earlier.id = other.operation_id AND earlier.state IN ('queued', 'parked')
        WHERE mine.operation_id = operation.id
    )
    ORDER BY id LIMIT 1";

impl Reader<'_> {
    /// The oldest operation that may run at `now`. One waits while an earlier one on one of its letters is
    /// unfinished; others overtake it.
    pub fn next_operation(&self, account: AccountId, now: Timestamp) -> Result<Option<PendingOperation>> {
        let found = self.one(NEXT_OPERATION, [account.0, now.0], |row| {
            Ok((OperationId(row.get(0)?), operation(row, 1)?, row.get(4)?))
        })?;
        let Some((id, operation, attempts)) = found else {
            return Ok(None);
        };
        let letters = self.letters_of_operation(id)?;
        let letters = letters.into_iter().map(|letter| Ok((letter, self.position(letter)?)));
        Ok(Some(PendingOperation {
            id,
            operation,
            letters: letters.collect::<Result<_>>()?,
            attempts,
        }))
    }

    /// Every operation of the account that is remembered, oldest first.
    pub fn operations(&self, account: AccountId) -> Result<Vec<OperationRow>> {
        let mut rows = self.all(
            "SELECT id, command, target_mailbox_id, flags_add, flags_remove, state, attempts, not_before, error, created
             FROM operation WHERE account_id = ?1 ORDER BY id",
            [account.0],
            |row| {
                Ok(OperationRow {
                    id: OperationId(row.get(0)?),
                    command: row.get(1)?,
                    account,
                    operation: operation(row, 2)?,
                    letters: Vec::new(),
                    state: word(row, 5, OperationState::from_word)?,
                    attempts: row.get(6)?,
                    not_before: Timestamp(row.get(7)?),
                    error: row.get(8)?,
                    created: Timestamp(row.get(9)?),
                })
            },
        )?;
        for row in &mut rows {
            row.letters = self.letters_of_operation(row.id)?;
        }
        Ok(rows)
    }

    /// How many operations of the account are unfinished.
    pub fn pending_count(&self, account: AccountId) -> Result<u32> {
        let sql = format!("SELECT count(*) FROM operation WHERE account_id = ?1 AND state IN {UNFINISHED}");
        Ok(self.one(&sql, [account.0], |row| row.get(0))?.unwrap_or(0))
    }

    /// Unfinished operations on that letter, in order.
    pub(crate) fn pending_operations(&self, placement: PlacementId) -> Result<Vec<Operation>> {
        self.all(PENDING_OF_PLACEMENT, [placement.0], |row| operation(row, 0))
    }

    pub(crate) fn unfinished_operations(&self, placement: PlacementId) -> Result<Vec<OperationId>> {
        let sql = format!(
            "SELECT operation.id FROM operation_letter JOIN operation ON operation.id = operation_letter.operation_id
             WHERE operation_letter.placement_id = ?1 AND operation.state IN {UNFINISHED}"
        );
        self.all(&sql, [placement.0], |row| row.get(0).map(OperationId))
    }

    /// Unfinished operations on letters that are shown in that mailbox.
    pub(crate) fn unfinished_operations_in(&self, mailbox: MailboxId) -> Result<Vec<OperationId>> {
        let sql = format!(
            "SELECT DISTINCT operation.id FROM operation
             JOIN operation_letter ON operation_letter.operation_id = operation.id
             JOIN placement ON placement.id = operation_letter.placement_id
             WHERE operation.state IN {UNFINISHED} AND placement.mailbox_id = ?1"
        );
        self.all(&sql, [mailbox.0], |row| row.get(0).map(OperationId))
    }

    pub(crate) fn moves_into(&self, mailbox: MailboxId) -> Result<Vec<OperationId>> {
        let sql = format!("SELECT id FROM operation WHERE target_mailbox_id = ?1 AND state IN {UNFINISHED}");
        self.all(&sql, [mailbox.0], |row| row.get(0).map(OperationId))
    }

    fn letters_of_operation(&self, id: OperationId) -> Result<Vec<PlacementId>> {
        let sql = "SELECT placement_id FROM operation_letter WHERE operation_id = ?1";
        self.all(sql, [id.0], |row| row.get(0).map(PlacementId))
    }

    fn operation(&self, id: OperationId) -> Result<(AccountId, Operation, OperationState)> {
        let sql = "SELECT account_id, target_mailbox_id, flags_add, flags_remove, state FROM operation WHERE id = ?1";
        self.the(
            || format!("operation {id}"),
            sql,
            [id.0],
            |row| {
                Ok((
                    AccountId(row.get(0)?),
                    operation(row, 1)?,
                    word(row, 4, OperationState::from_word)?,
                ))
            },
        )
    }
}

impl Writer<'_> {
    /// Does an operation here and queues it for the server, or returns `None` when that command is known already.
    /// Letters that are gone are left out.
    ///
    /// Where the server has no part in it (POP3 knows neither flags nor mailboxes; a mailbox of this computer only)
    /// the effect is final at once. An operation that has no other letters is recorded as done.
    pub fn enqueue(
        &mut self,
        command: &CommandId,
        account: AccountId,
        operation: Operation,
        letters: &[PlacementId],
    ) -> Result<Option<OperationId>> {
        let known = self.one("SELECT 1 FROM operation WHERE command = ?1", [command.as_str()], |_| {
            Ok(())
        })?;
        if known.is_some() {
            return Ok(None);
        }
        let local_account = self.account(account)?.protocol == Protocol::Pop3;
        let target_is_local = self.check_target(account, operation)?;
        let (mut queued, mut local) = (Vec::new(), Vec::new());
        for letter in letters {
            let Some(standing) = self.find_standing(*letter)? else {
                continue;
            };
            if standing.account != account {
                return Err(StoreError::Refused(format!("letter {letter} is of another account")));
            }
            let is_local = local_account || (target_is_local && !self.mailbox(standing.truth.mailbox)?.on_server);
            if is_local {
                local.push(standing)
            } else {
                queued.push(standing)
            }
        }
        for standing in &local {
            self.state(standing, standing.truth.after(operation))?;
        }
        let (state, listed) = if queued.is_empty() {
            (OperationState::Done, local)
        } else {
            (OperationState::Queued, queued)
        };
        let id = self.insert_operation(command, account, operation, state)?;
        self.list_letters(id, &listed)?;
        self.note(Change::Operations(account));
        Ok(Some(id))
    }

    /// The server has done it: its truth is now the effect. A letter that moved has no known UID, unless
    /// [`Writer::set_position`] told it, before or after this in the same transaction.
    pub fn settle(&mut self, id: OperationId) -> Result<()> {
        let (account, operation, state) = self.operation(id)?;
        if !is_unfinished(state) {
            return Ok(());
        }
        self.execute("UPDATE operation SET state = 'done', error = '' WHERE id = ?1", [id.0])?;
        for letter in self.letters_of_operation(id)? {
            if let Some(standing) = self.find_standing(letter)? {
                self.state(&standing, standing.truth.after(operation))?;
            }
        }
        self.note(Change::Operations(account));
        Ok(())
    }

    /// It did not work this time: not again before `until`.
    pub fn postpone(&mut self, id: OperationId, until: Timestamp, why: &str) -> Result<()> {
        let (account, ..) = self.operation(id)?;
        self.execute(
            "UPDATE operation SET attempts = attempts + 1, not_before = ?2, error = ?3 WHERE id = ?1 AND state = 'queued'",
            params![id.0, until.0, why],
        )?;
        self.note(Change::Operations(account));
        Ok(())
    }

    /// Waits for a person from now on.
    pub fn park(&mut self, id: OperationId, why: &str) -> Result<()> {
        let (account, ..) = self.operation(id)?;
        self.execute(
            "UPDATE operation SET state = 'parked', error = ?2 WHERE id = ?1 AND state = 'queued'",
            params![id.0, why],
        )?;
        self.note(Change::Operations(account));
        Ok(())
    }

    /// The account is signed in again: its parked operations may run at once.
    pub fn unpark(&mut self, account: AccountId) -> Result<()> {
        let sql = "UPDATE operation SET state = 'queued', not_before = 0, error = ''
            WHERE account_id = ?1 AND state = 'parked'";
        if self.execute(sql, [account.0])? > 0 {
            self.note(Change::Operations(account));
        }
        Ok(())
    }

    /// The server refused for good: the effect is taken back, and the row kept for the notice. What the server has
    /// and the other operations say is what remains.
    pub fn undo(&mut self, id: OperationId, why: &str) -> Result<()> {
        self.end_operation(id, OperationState::Undone, why)
    }

    pub(crate) fn end_operation(&mut self, id: OperationId, state: OperationState, why: &str) -> Result<()> {
        let (account, _, before) = self.operation(id)?;
        if !is_unfinished(before) {
            return Ok(());
        }
        self.execute(
            "UPDATE operation SET state = ?2, error = ?3 WHERE id = ?1",
            params![id.0, state.as_str(), why],
        )?;
        for letter in self.letters_of_operation(id)? {
            self.restate(letter)?;
        }
        self.note(Change::Operations(account));
        Ok(())
    }

    /// An operation whose last letter is gone has nothing left to do.
    pub(crate) fn finish_if_empty(&mut self, id: OperationId) -> Result<()> {
        if self.letters_of_operation(id)?.is_empty() {
            self.end_operation(id, OperationState::Done, "")?;
        }
        Ok(())
    }

    pub(crate) fn forget_old_operations(&mut self) -> Result<()> {
        let before = self.now.plus_millis(-KEPT_DAYS * 24 * 60 * 60 * 1000);
        let sql = format!("DELETE FROM operation WHERE created < ?1 AND state NOT IN {UNFINISHED}");
        self.execute(&sql, [before.0])?;
        Ok(())
    }

    /// Checks a move's target; answers whether the operation would end up on this computer only.
    fn check_target(&self, account: AccountId, operation: Operation) -> Result<bool> {
        let Operation::Move(target) = operation else {
            return Ok(true);
        };
        let target = self.mailbox(target)?;
        if target.account != account || !target.selectable {
            return Err(StoreError::Refused(format!(
                "letters cannot be moved to {}",
                target.path
            )));
        }
        Ok(!target.on_server)
    }

    fn insert_operation(
        &mut self,
        command: &CommandId,
        account: AccountId,
        operation: Operation,
        state: OperationState,
    ) -> Result<OperationId> {
        let (target, change) = match operation {
            Operation::Move(target) => (Some(target.0), FlagChange::default()),
            Operation::Flag(change) => (None, change),
        };
        let created = self.now.0;
        let id = self.insert(
            "INSERT INTO operation (command, account_id, target_mailbox_id, flags_add, flags_remove, state, created)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![
                command.as_str(),
                account.0,
                target,
                change.add.bits(),
                change.remove.bits(),
                state.as_str(),
                created
            ],
        )?;
        Ok(OperationId(id))
    }

    fn list_letters(&mut self, id: OperationId, letters: &[Standing]) -> Result<()> {
        for standing in letters {
            self.execute(
                "INSERT OR IGNORE INTO operation_letter (operation_id, placement_id) VALUES (?1, ?2)",
                [id.0, standing.id.0],
            )?;
            self.restate(standing.id)?;
        }
        Ok(())
    }
}

fn is_unfinished(state: OperationState) -> bool {
    matches!(state, OperationState::Queued | OperationState::Parked)
}

/// Three columns from `first` on: target, flags to set, flags to clear.
fn operation(row: &Row<'_>, first: usize) -> rusqlite::Result<Operation> {
    Ok(match row.get::<_, Option<i64>>(first)? {
        Some(target) => Operation::Move(MailboxId(target)),
        None => Operation::Flag(FlagChange {
            add: Flags::from_bits(row.get(first + 1)?),
            remove: Flags::from_bits(row.get(first + 2)?),
        }),
    })
}

#[cfg(test)]
mod tests;

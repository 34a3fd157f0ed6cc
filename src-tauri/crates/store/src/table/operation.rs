//! Operations: what a person did to letters, waiting to be done at the server. A row is written in the transaction
//! that shows its effect, with what each letter was before: undo needs no memory but the store's.
//!
//! An operation that ended is kept for [`KEPT_DAYS`], so that a command said twice is done once.

mod due;
mod end;
mod enqueue;
mod left;
mod record;
mod undo;
mod upload;

pub use due::{PendingLetter, PendingOperation};
pub use enqueue::Act;
pub(crate) use record::Origin;
pub use undo::{Undoable, Undone};

#[cfg(test)]
pub(crate) use due::DUE;
#[cfg(test)]
pub(crate) use left::{HAS_BEGUN_MOVES, LIKE_LEFT};

use crate::column::{self, word};
use crate::{Reader, Result};
use pli_model::{
    AccountId, FlagChange, MailboxId, Marking, Operation, OperationId, OperationState, PlacementId, Timestamp,
};
use rusqlite::Row;

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

/// Both tables anew: a key cannot be altered. The account's id was appended to the command before; now it is a column.
/// What was done before this format cannot be undone: what it changed was not written down.
pub(crate) const FORMAT_2: &str = "
CREATE TABLE operation_2 (
    id                INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id        INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    -- The act of a person, and which part of it this is.
    command           TEXT    NOT NULL,
    part              INTEGER NOT NULL,
    kind              TEXT    NOT NULL,
    -- Of a move or a copy. No foreign key: the row of one that ended outlives its target.
    target_mailbox_id INTEGER,
    flags_add         INTEGER NOT NULL DEFAULT 0,
    flags_remove      INTEGER NOT NULL DEFAULT 0,
    keywords_add      TEXT    NOT NULL DEFAULT '',
    keywords_remove   TEXT    NOT NULL DEFAULT '',
    state             TEXT    NOT NULL,
    -- Whether a byte of it may have reached the server.
    attempted         INTEGER NOT NULL DEFAULT 0,
    attempts          INTEGER NOT NULL DEFAULT 0,
    not_before        INTEGER NOT NULL DEFAULT 0,
    error             TEXT    NOT NULL DEFAULT '',
    created           INTEGER NOT NULL,
    -- Whether a person may take it back: it is an act of its own, and was not taken back yet.
    undoable          INTEGER NOT NULL DEFAULT 0,
    UNIQUE (command, account_id, part)
) STRICT;
INSERT INTO operation_2 (id, account_id, command, part, kind, target_mailbox_id, flags_add, flags_remove, state,
        attempted, attempts, not_before, error, created)
    SELECT id, account_id,
        iif(command LIKE '_%/' || account_id, substr(command, 1, length(command) - length('/' || account_id)), command),
        -- One a command in each account; the id keeps apart what would collide all the same.
        id, iif(target_mailbox_id IS NULL, 'mark', 'move'), target_mailbox_id, flags_add, flags_remove, state,
        1, attempts, not_before, error, created
    FROM operation;
CREATE TABLE operation_letter_2 (
    operation_id    INTEGER NOT NULL REFERENCES operation_2 (id) ON DELETE CASCADE,
    placement_id    INTEGER NOT NULL REFERENCES placement (id) ON DELETE CASCADE,
    -- What was shown of it before.
    was_mailbox_id  INTEGER,
    was_flags       INTEGER NOT NULL DEFAULT 0,
    was_keywords    TEXT    NOT NULL DEFAULT '',
    -- Where the server had it, or that of which it is a copy, when an attempt was last begun.
    from_mailbox_id INTEGER,
    from_uid        INTEGER,
    -- What it is a copy of.
    source_id       INTEGER REFERENCES placement (id) ON DELETE SET NULL,
    PRIMARY KEY (operation_id, placement_id)
) STRICT, WITHOUT ROWID;
INSERT INTO operation_letter_2 (operation_id, placement_id) SELECT operation_id, placement_id FROM operation_letter;
DROP TABLE operation_letter;
DROP TABLE operation;
ALTER TABLE operation_2 RENAME TO operation;
ALTER TABLE operation_letter_2 RENAME TO operation_letter;
CREATE INDEX operation_by_state ON operation (account_id, state, id);
CREATE INDEX operation_unfinished ON operation (account_id, id) WHERE state IN ('queued', 'parked');
CREATE INDEX operation_by_target ON operation (target_mailbox_id) WHERE target_mailbox_id IS NOT NULL;
CREATE INDEX operation_letter_by_placement ON operation_letter (placement_id, operation_id);
CREATE INDEX operation_letter_by_source ON operation_letter (source_id, operation_id) WHERE source_id IS NOT NULL;
";

/// How long the memory of an ended operation is kept.
const KEPT_DAYS: i64 = 30;

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
    /// Whether a byte of it may have reached the server.
    pub attempted: bool,
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
pub(super) const UNFINISHED: &str = "('queued', 'parked')";

pub(crate) const PENDING_OF_PLACEMENT: &str = "
    SELECT operation.kind, operation.target_mailbox_id, operation.flags_add, operation.flags_remove,
        operation.keywords_add, operation.keywords_remove
    FROM operation_letter CROSS JOIN operation NOT INDEXED ON operation.id = operation_letter.operation_id
    WHERE operation_letter.placement_id = ?1 AND operation.state IN ('queued', 'parked')
    ORDER BY operation_letter.operation_id";

/// Whether an unfinished operation of that condition is on a row of `placement`.
pub(crate) fn is_pending(condition: &str) -> String {
    format!(
        "EXISTS (
            SELECT 1 FROM operation_letter CROSS JOIN operation NOT INDEXED ON operation.id = operation_letter.operation_id
            WHERE operation_letter.placement_id = placement.id AND operation.state IN {UNFINISHED} AND {condition})"
    )
}

/// Columns of [`read`].
const COLUMNS: &str = "kind, target_mailbox_id, flags_add, flags_remove, keywords_add, keywords_remove,
    id, command, account_id, state, attempted, attempts, not_before, error, created";

impl Reader<'_> {
    /// Every operation of the account that is remembered, oldest first.
    pub fn operations(&self, account: AccountId) -> Result<Vec<OperationRow>> {
        let sql = format!("SELECT {COLUMNS} FROM operation WHERE account_id = ?1 ORDER BY id");
        let mut rows = self.all(&sql, [account.0], read)?;
        for row in &mut rows {
            row.letters = self.letters_of_operation(row.id)?;
        }
        Ok(rows)
    }

    /// How many operations of the account, on letters and on mailboxes, are unfinished.
    pub fn pending_count(&self, account: AccountId) -> Result<u32> {
        let sql = format!("SELECT count(*) FROM operation WHERE account_id = ?1 AND state IN {UNFINISHED}");
        let on_letters: u32 = self.one(&sql, [account.0], |row| row.get(0))?.unwrap_or(0);
        Ok(on_letters.saturating_add(self.pending_mailbox_count(account)?))
    }

    /// Unfinished operations on that letter, in order.
    pub(crate) fn pending_operations(&self, placement: PlacementId) -> Result<Vec<Operation>> {
        self.all(PENDING_OF_PLACEMENT, [placement.0], |row| operation(row, 0))
    }

    /// The target of the first unfinished move that was begun and takes that letter out of `mailbox`.
    pub(crate) fn attempted_move(&self, placement: PlacementId, mailbox: MailboxId) -> Result<Option<MailboxId>> {
        let sql = format!(
            "SELECT operation.target_mailbox_id
             FROM operation_letter CROSS JOIN operation NOT INDEXED ON operation.id = operation_letter.operation_id
             WHERE operation_letter.placement_id = ?1 AND operation.state IN {UNFINISHED} AND operation.kind = 'move'
                 AND operation.attempted = 1 AND operation.target_mailbox_id <> ?2
             ORDER BY operation_letter.operation_id LIMIT 1"
        );
        self.one(&sql, [placement.0, mailbox.0], |row| row.get(0).map(MailboxId))
    }

    pub(crate) fn unfinished_operations(&self, placement: PlacementId) -> Result<Vec<OperationId>> {
        let sql = format!(
            "SELECT operation.id
             FROM operation_letter CROSS JOIN operation NOT INDEXED ON operation.id = operation_letter.operation_id
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

    pub(crate) fn unfinished_into(&self, mailbox: MailboxId) -> Result<Vec<OperationId>> {
        let sql = format!("SELECT id FROM operation WHERE target_mailbox_id = ?1 AND state IN {UNFINISHED}");
        self.all(&sql, [mailbox.0], |row| row.get(0).map(OperationId))
    }

    pub(crate) fn letters_of_operation(&self, id: OperationId) -> Result<Vec<PlacementId>> {
        let sql = "SELECT placement_id FROM operation_letter WHERE operation_id = ?1";
        self.all(sql, [id.0], |row| row.get(0).map(PlacementId))
    }

    /// One operation, without its letters.
    fn operation(&self, id: OperationId) -> Result<OperationRow> {
        let sql = format!("SELECT {COLUMNS} FROM operation WHERE id = ?1");
        self.the(|| format!("operation {id}"), &sql, [id.0], read)
    }
}

const fn is_unfinished(state: OperationState) -> bool {
    matches!(state, OperationState::Queued | OperationState::Parked)
}

/// Six columns from `first` on: kind, target, flags to set and to clear, keywords to set and to clear.
fn operation(row: &Row<'_>, first: usize) -> rusqlite::Result<Operation> {
    Ok(match row.get_ref(first)?.as_str()? {
        "mark" => Operation::Mark(Marking {
            flags: FlagChange {
                add: column::flags(row, first + 2)?,
                remove: column::flags(row, first + 3)?,
            },
            add_keywords: column::keywords(row, first + 4)?,
            remove_keywords: column::keywords(row, first + 5)?,
        }),
        "move" => Operation::Move(MailboxId(row.get(first + 1)?)),
        "copy" => Operation::Copy(MailboxId(row.get(first + 1)?)),
        "expunge" => Operation::Expunge,
        "append" => Operation::Append,
        other => return Err(column::unreadable(first, format!("unknown word “{other}”"))),
    })
}

fn read(row: &Row<'_>) -> rusqlite::Result<OperationRow> {
    Ok(OperationRow {
        operation: operation(row, 0)?,
        id: OperationId(row.get(6)?),
        command: row.get(7)?,
        account: AccountId(row.get(8)?),
        letters: Vec::new(),
        state: word(row, 9, OperationState::from_word)?,
        attempted: row.get(10)?,
        attempts: row.get(11)?,
        not_before: Timestamp(row.get(12)?),
        error: row.get(13)?,
        created: Timestamp(row.get(14)?),
    })
}

#[cfg(test)]
mod tests;

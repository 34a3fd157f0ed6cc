//! Operations on mailboxes: what a person did to them, waiting to be done at the server, one after the other.
//!
//! As with letters a row is written in the transaction that shows its effect. Operations on mailboxes run strictly in
//! their order; letters on their way into a mailbox wait until it is there (`operation/due.rs`), and a mailbox goes
//! only when nothing is under way in it any more.

mod act;
mod end;
mod undo;

pub(crate) use undo::Turn;

use super::operation::UNFINISHED;
use crate::column::{time, unreadable, word};
use crate::{Mailbox, Reader, Result};
use pli_model::{AccountId, MailboxId, MailboxOperation, OperationId, OperationState, Timestamp};
use rusqlite::Row;

pub(crate) const CREATE: &str = "
CREATE TABLE mailbox_operation (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    command    TEXT    NOT NULL,
    -- No foreign key: the row outlives its mailbox.
    mailbox_id INTEGER NOT NULL,
    kind       TEXT    NOT NULL,
    -- What it is to be called; where that does not change, what it is called.
    path       TEXT    NOT NULL,
    was_path   TEXT    NOT NULL,
    delimiter  TEXT    NOT NULL,
    on_server  INTEGER NOT NULL,
    state      TEXT    NOT NULL,
    -- Whether a byte of it may have reached the server.
    attempted  INTEGER NOT NULL DEFAULT 0,
    attempts   INTEGER NOT NULL DEFAULT 0,
    not_before INTEGER NOT NULL DEFAULT 0,
    error      TEXT    NOT NULL DEFAULT '',
    created    INTEGER NOT NULL,
    undoable   INTEGER NOT NULL DEFAULT 0,
    UNIQUE (command, account_id, kind, path)
) STRICT;
CREATE INDEX mailbox_operation_unfinished ON mailbox_operation (account_id, id) WHERE state IN ('queued', 'parked');
";

/// An operation on a mailbox whose turn it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingMailboxOperation {
    /// Which; ids of operations on letters are others.
    pub id: OperationId,
    /// The mailbox: at the server it is called [`Mailbox::server_path`].
    pub mailbox: Mailbox,
    /// What is to be done.
    pub operation: MailboxOperation,
    /// Whether an attempt was begun before: then the server may have done it already.
    pub attempted: bool,
    /// How often it was tried in vain.
    pub attempts: u32,
}

/// An operation on a mailbox as a face shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailboxOperationRow {
    /// Which; ids of operations on letters are others.
    pub id: OperationId,
    /// The command that asked for it.
    pub command: String,
    /// Whose.
    pub account: AccountId,
    /// The mailbox; it may be gone.
    pub mailbox: MailboxId,
    /// What is to be done.
    pub operation: MailboxOperation,
    /// What the mailbox was called before.
    pub was_path: String,
    /// Its hierarchy delimiter.
    pub delimiter: Option<char>,
    /// False for a mailbox of this computer only: then the operation was final at once.
    pub on_server: bool,
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

const COLUMNS: &str =
    "id, command, account_id, mailbox_id, kind, path, was_path, delimiter, state, attempted, attempts,
    not_before, error, created, on_server";

impl Reader<'_> {
    /// Every operation on a mailbox of the account that is remembered, oldest first.
    pub fn mailbox_operations(&self, account: AccountId) -> Result<Vec<MailboxOperationRow>> {
        let sql = format!("SELECT {COLUMNS} FROM mailbox_operation WHERE account_id = ?1 ORDER BY id");
        self.all(&sql, [account.0], read)
    }

    /// The oldest unfinished operation on a mailbox, if it may run at `now`. A deletion waits until no operation on a
    /// letter is under way there.
    pub fn next_mailbox_operation(
        &self,
        account: AccountId,
        now: Timestamp,
    ) -> Result<Option<PendingMailboxOperation>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM mailbox_operation
             WHERE account_id = ?1 AND state IN {UNFINISHED} ORDER BY id LIMIT 1"
        );
        let Some(row) = self.one(&sql, [account.0], read)? else {
            return Ok(None);
        };
        let is_ready = row.state == OperationState::Queued && row.not_before <= now;
        let waits = row.operation == MailboxOperation::Delete && self.is_busy(row.mailbox)?;
        if !is_ready || waits {
            return Ok(None);
        }
        Ok(Some(PendingMailboxOperation {
            id: row.id,
            mailbox: self.mailbox(row.mailbox)?,
            operation: row.operation,
            attempted: row.attempted,
            attempts: row.attempts,
        }))
    }

    /// Whether an unfinished operation takes letters out of that mailbox, or puts some into it.
    fn is_busy(&self, mailbox: MailboxId) -> Result<bool> {
        let sql = format!(
            "SELECT EXISTS (SELECT 1 FROM operation WHERE target_mailbox_id = ?1 AND state IN {UNFINISHED})
                 OR EXISTS (
                     SELECT 1 FROM operation
                     CROSS JOIN operation_letter ON operation_letter.operation_id = operation.id
                     CROSS JOIN placement
                         ON placement.id IN (operation_letter.placement_id, operation_letter.source_id)
                     WHERE operation.account_id = (SELECT account_id FROM mailbox WHERE id = ?1)
                         AND operation.state IN {UNFINISHED} AND placement.server_mailbox_id = ?1)"
        );
        Ok(self.one(&sql, [mailbox.0], |row| row.get(0))?.unwrap_or(false))
    }

    /// Unfinished operations on the account's mailboxes, oldest first.
    pub(crate) fn pending_mailbox_operations(&self, account: AccountId) -> Result<Vec<(MailboxId, MailboxOperation)>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM mailbox_operation WHERE account_id = ?1 AND state IN {UNFINISHED} ORDER BY id"
        );
        let rows = self.all(&sql, [account.0], read)?;
        Ok(rows.into_iter().map(|row| (row.mailbox, row.operation)).collect())
    }

    pub(crate) fn pending_mailbox_count(&self, account: AccountId) -> Result<u32> {
        let sql = format!("SELECT count(*) FROM mailbox_operation WHERE account_id = ?1 AND state IN {UNFINISHED}");
        Ok(self.one(&sql, [account.0], |row| row.get(0))?.unwrap_or(0))
    }

    pub(crate) fn is_subscription_pending(&self, mailbox: MailboxId) -> Result<bool> {
        let rows = self.unfinished_on(mailbox)?;
        Ok(rows.iter().any(|row| {
            matches!(
                row.operation,
                MailboxOperation::Subscribe | MailboxOperation::Unsubscribe
            )
        }))
    }

    fn unfinished_on(&self, mailbox: MailboxId) -> Result<Vec<MailboxOperationRow>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM mailbox_operation
             WHERE mailbox_id = ?1 AND state IN {UNFINISHED} ORDER BY id"
        );
        self.all(&sql, [mailbox.0], read)
    }

    fn mailbox_operation(&self, id: OperationId) -> Result<MailboxOperationRow> {
        let sql = format!("SELECT {COLUMNS} FROM mailbox_operation WHERE id = ?1");
        self.the(|| format!("operation {id} on a mailbox"), &sql, [id.0], read)
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<MailboxOperationRow> {
    let path = || row.get(5);
    let operation = match row.get_ref(4)?.as_str()? {
        "create" => MailboxOperation::Create(path()?),
        "rename" => MailboxOperation::Rename(path()?),
        "delete" => MailboxOperation::Delete,
        "subscribe" => MailboxOperation::Subscribe,
        "unsubscribe" => MailboxOperation::Unsubscribe,
        other => return Err(unreadable(4, format!("unknown word “{other}”"))),
    };
    Ok(MailboxOperationRow {
        id: OperationId(row.get(0)?),
        command: row.get(1)?,
        account: AccountId(row.get(2)?),
        mailbox: MailboxId(row.get(3)?),
        operation,
        was_path: row.get(6)?,
        delimiter: row.get_ref(7)?.as_str()?.chars().next(),
        state: word(row, 8, OperationState::from_word)?,
        attempted: row.get(9)?,
        attempts: row.get(10)?,
        not_before: time(row, 11)?,
        error: row.get(12)?,
        created: time(row, 13)?,
        on_server: row.get(14)?,
    })
}

const fn is_unfinished(state: OperationState) -> bool {
    matches!(state, OperationState::Queued | OperationState::Parked)
}

#[cfg(test)]
mod tests;

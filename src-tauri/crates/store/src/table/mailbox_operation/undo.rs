//! Taking back what a person did to mailboxes.

use super::{COLUMNS, MailboxOperationRow, UNFINISHED, is_unfinished, read};
use crate::table::operation::Origin;
use crate::{NewMailbox, Reader, Result, StoreError, Writer};
use pli_model::{CommandId, MailboxOperation, Role};
use rusqlite::params;

/// Letters come back to mailboxes that are there, and leave those that go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Turn {
    BeforeLetters,
    AfterLetters,
}

impl Reader<'_> {
    /// The newest operations on mailboxes that can be taken back, newest first.
    pub(crate) fn undoable_mailbox_operations(&self, limit: usize) -> Result<Vec<MailboxOperationRow>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM mailbox_operation WHERE undoable = 1 AND state <> 'undone' ORDER BY id DESC LIMIT ?1"
        );
        self.all(&sql, [i64::try_from(limit).unwrap_or(i64::MAX)], read)
    }
}

impl Writer<'_> {
    /// Takes back what a command did to mailboxes, newest first; answers to how many.
    pub(crate) fn undo_mailbox_operations(&mut self, command: &CommandId, undo: &CommandId, turn: Turn) -> Result<u32> {
        let sql = format!(
            "SELECT {COLUMNS} FROM mailbox_operation
             WHERE command = ?1 AND undoable = 1 AND state <> 'undone' AND (kind = 'create') = ?2 ORDER BY id DESC"
        );
        let rows = self.all(&sql, params![command.as_str(), turn == Turn::AfterLetters], read)?;
        let mut undone = 0;
        for row in rows {
            self.execute("UPDATE mailbox_operation SET undoable = 0 WHERE id = ?1", [row.id.0])?;
            if is_unfinished(row.state) && !row.attempted {
                self.refuse_mailbox_operation(row.id, "")?;
            } else {
                self.invert_mailbox_operation(&row, undo)?;
            }
            undone += 1;
        }
        Ok(undone)
    }

    fn invert_mailbox_operation(&mut self, row: &MailboxOperationRow, undo: &CommandId) -> Result<()> {
        let inverse = match &row.operation {
            MailboxOperation::Delete => return self.make_anew(row, undo),
            MailboxOperation::Create(_) => MailboxOperation::Delete,
            MailboxOperation::Rename(_) => MailboxOperation::Rename(row.was_path.clone()),
            MailboxOperation::Subscribe => MailboxOperation::Unsubscribe,
            MailboxOperation::Unsubscribe => MailboxOperation::Subscribe,
        };
        if self.find_mailbox(row.mailbox)?.is_none() {
            return Ok(());
        }
        self.change_mailbox(undo, row.mailbox, &inverse, Origin::Consequence)?;
        Ok(())
    }

    /// Under its old id, so that letters find their way back to it.
    fn make_anew(&mut self, row: &MailboxOperationRow, undo: &CommandId) -> Result<()> {
        if self.find_mailbox(row.mailbox)?.is_some() {
            // It may be gone at the server by now, or not: making it is right in both cases, deleting it again in
            // none, and letters wait until it is made.
            self.refuse_mailbox_operation(row.id, "")?;
            let sql = "UPDATE mailbox SET server_path = '' WHERE id = ?1";
            self.execute(sql, [row.mailbox.0])?;
        } else {
            if self.mailbox_named(row.account, &row.was_path)?.is_some() {
                return Err(StoreError::AlreadyThere(format!("the mailbox {}", row.was_path)));
            }
            let new = NewMailbox {
                path: row.was_path.clone(),
                delimiter: row.delimiter,
                role: Role::Other,
                selectable: true,
                on_server: row.on_server,
                subscribed: true,
                object_id: String::new(),
            };
            let made = self.insert_mailbox(row.account, &new, "")?;
            self.execute("UPDATE mailbox SET id = ?2 WHERE id = ?1", [made.0, row.mailbox.0])?;
        }
        let mailbox = self.mailbox(row.mailbox)?;
        let creation = MailboxOperation::Create(row.was_path.clone());
        self.record(undo, Origin::Consequence, &mailbox, &creation)?;
        self.note(crate::Change::Mailboxes(row.account));
        Ok(())
    }

    pub(crate) fn forget_old_mailbox_operations(&mut self, before: i64) -> Result<()> {
        let sql = format!("DELETE FROM mailbox_operation WHERE created < ?1 AND state NOT IN {UNFINISHED}");
        self.execute(&sql, [before])?;
        Ok(())
    }
}

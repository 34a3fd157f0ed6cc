//! How attempts on mailboxes are written down, and how operations on them end.

use super::{MailboxOperationRow, is_unfinished};
use crate::change::Change;
use crate::{Mailbox, Result, Writer};
use pli_model::{AccountId, MailboxId, MailboxOperation, OperationId, OperationState, Timestamp};
use rusqlite::params;

impl Writer<'_> {
    /// An attempt begins: written before its first byte goes out.
    pub fn begin_mailbox_operation(&mut self, id: OperationId) -> Result<()> {
        let sql = "UPDATE mailbox_operation SET attempted = 1 WHERE id = ?1 AND state IN ('queued', 'parked')";
        self.execute(sql, [id.0])?;
        Ok(())
    }

    /// It did not work this time: not again before `until`.
    pub fn postpone_mailbox_operation(&mut self, id: OperationId, until: Timestamp, why: &str) -> Result<()> {
        let account = self.mailbox_operation(id)?.account;
        self.execute(
            "UPDATE mailbox_operation SET attempts = attempts + 1, not_before = ?2, error = ?3
             WHERE id = ?1 AND state = 'queued'",
            params![id.0, until.0, why],
        )?;
        self.note(Change::Operations(account));
        Ok(())
    }

    /// Waits for a person from now on; [`Writer::unpark`] lets it go on.
    pub fn park_mailbox_operation(&mut self, id: OperationId, why: &str) -> Result<()> {
        let account = self.mailbox_operation(id)?.account;
        self.execute(
            "UPDATE mailbox_operation SET state = 'parked', error = ?2 WHERE id = ?1 AND state = 'queued'",
            params![id.0, why],
        )?;
        self.note(Change::Operations(account));
        Ok(())
    }

    /// The server has done it. A mailbox that was deleted goes here, with what the server had in it.
    pub fn settle_mailbox_operation(&mut self, id: OperationId) -> Result<()> {
        let row = self.mailbox_operation(id)?;
        let Some(mailbox) = self.end(&row, OperationState::Done, "")? else {
            return Ok(());
        };
        match &row.operation {
            MailboxOperation::Create(path) | MailboxOperation::Rename(path) => {
                self.rename_at_server(row.account, mailbox.id, path)
            }
            MailboxOperation::Delete => self.remove_mailbox(mailbox.id),
            MailboxOperation::Subscribe | MailboxOperation::Unsubscribe => Ok(()),
        }
    }

    /// The server refused for good: the effect is taken back, and the row kept for the notice. A mailbox that could
    /// not be made goes, and letters on their way into it go back to where they are; were any to be lost with it, it
    /// becomes one of this computer only.
    pub fn refuse_mailbox_operation(&mut self, id: OperationId, why: &str) -> Result<()> {
        let row = self.mailbox_operation(id)?;
        let Some(mailbox) = self.end(&row, OperationState::Undone, why)? else {
            return Ok(());
        };
        let sql = match row.operation {
            MailboxOperation::Create(_) => return self.unmake(&mailbox, why),
            MailboxOperation::Rename(_) => return self.restate_paths(row.account),
            MailboxOperation::Delete => "UPDATE mailbox SET doomed = 0 WHERE id = ?1",
            MailboxOperation::Subscribe => "UPDATE mailbox SET subscribed = 0 WHERE id = ?1",
            MailboxOperation::Unsubscribe => "UPDATE mailbox SET subscribed = 1 WHERE id = ?1",
        };
        self.execute(sql, [mailbox.id.0])?;
        self.note(Change::Mailboxes(row.account));
        Ok(())
    }

    /// Ends an operation; answers its mailbox when there is something left to be done about it.
    fn end(&mut self, row: &MailboxOperationRow, state: OperationState, why: &str) -> Result<Option<Mailbox>> {
        if !is_unfinished(row.state) {
            return Ok(None);
        }
        self.execute(
            "UPDATE mailbox_operation SET state = ?2, error = ?3 WHERE id = ?1",
            params![row.id.0, state.as_str(), why],
        )?;
        self.note(Change::Operations(row.account));
        self.find_mailbox(row.mailbox)
    }

    fn unmake(&mut self, mailbox: &Mailbox, why: &str) -> Result<()> {
        for operation in self.unfinished_into(mailbox.id)? {
            self.end_operation(operation, OperationState::Undone, why)?;
        }
        let sql = "SELECT EXISTS (SELECT 1 FROM placement WHERE mailbox_id = ?1)";
        if !self.one(sql, [mailbox.id.0], |row| row.get(0))?.unwrap_or(false) {
            return self.remove_mailbox(mailbox.id);
        }
        self.execute("UPDATE mailbox SET on_server = 0 WHERE id = ?1", [mailbox.id.0])?;
        self.end_mailbox_operations(mailbox.id)?;
        self.note(Change::Mailboxes(mailbox.account));
        Ok(())
    }

    /// The mailbox is gone: nothing is left to be done about it.
    pub(crate) fn end_mailbox_operations(&mut self, mailbox: MailboxId) -> Result<()> {
        for row in self.unfinished_on(mailbox)? {
            self.end(&row, OperationState::Done, "")?;
        }
        Ok(())
    }

    /// The server has it, whether or not our own doing was what made it.
    pub(crate) fn finish_creating(&mut self, mailbox: MailboxId) -> Result<()> {
        for row in self.unfinished_on(mailbox)? {
            if matches!(row.operation, MailboxOperation::Create(_)) {
                self.settle_mailbox_operation(row.id)?;
            }
        }
        Ok(())
    }

    /// The server has something under the path to which we began to rename that mailbox: that is it. Answers whether
    /// there was such a renaming.
    pub(crate) fn finish_renaming(&mut self, mailbox: MailboxId, path: &str) -> Result<bool> {
        let renaming = MailboxOperation::Rename(path.to_owned());
        let rows = self.unfinished_on(mailbox)?;
        let Some(begun) = rows.iter().find(|row| row.attempted && row.operation == renaming) else {
            return Ok(false);
        };
        self.settle_mailbox_operation(begun.id)?;
        Ok(true)
    }

    /// The server has another mailbox under that path: our renamings that lead to it will be refused.
    pub(crate) fn make_way(&mut self, account: AccountId, path: &str) -> Result<()> {
        let sql = "SELECT id FROM mailbox_operation
            WHERE account_id = ?1 AND kind = 'rename' AND state IN ('queued', 'parked') ORDER BY id DESC";
        for id in self.all(sql, [account.0], |row| row.get(0).map(OperationId))? {
            if self.mailbox_named(account, path)?.is_none() {
                break;
            }
            self.refuse_mailbox_operation(id, "there is another mailbox of that name")?;
        }
        Ok(())
    }

    /// A mailbox into which letters came before it was deleted stays. Looked at before each commit, whatever wrote.
    pub(crate) fn spare_refilled_mailboxes(&mut self) -> Result<()> {
        let sql = "SELECT id FROM mailbox WHERE doomed = 1 AND total > 0";
        for mailbox in self.all(sql, [], |row| row.get(0).map(MailboxId))? {
            for row in self.unfinished_on(mailbox)? {
                if row.operation == MailboxOperation::Delete {
                    self.refuse_mailbox_operation(row.id, "letters came into it")?;
                }
            }
        }
        Ok(())
    }
}

//! What the server lists: mailboxes that appear, change, bear another name, and are gone.

use super::{COLUMNS, Mailbox, NewMailbox, rank, read};
use crate::change::Change;
use crate::{Reader, Result, StoreError, Writer};
use pli_model::{AccountId, MailboxId, OperationState, PlacementId};
use rusqlite::params;

impl Reader<'_> {
    /// The mailbox that has that path at the server; also one that is being deleted.
    pub(crate) fn mailbox_at_server(&self, account: AccountId, path: &str) -> Result<Option<Mailbox>> {
        let sql = format!("SELECT {COLUMNS} FROM mailbox WHERE account_id = ?1 AND server_path = ?2");
        self.one(&sql, params![account.0, path], read)
    }

    /// The mailbox that is shown under that path, or was until its deletion began.
    pub(crate) fn mailbox_named(&self, account: AccountId, path: &str) -> Result<Option<Mailbox>> {
        let sql = format!("SELECT {COLUMNS} FROM mailbox WHERE account_id = ?1 AND path = ?2");
        self.one(&sql, params![account.0, path], read)
    }
}

impl Writer<'_> {
    /// Adds the mailbox, or brings the one that has that path at the server up to date. One that we made, or began to
    /// rename, under that path is the one that is listed; one that we have not begun to rename to it cannot have it.
    pub fn put_mailbox(&mut self, account: AccountId, new: &NewMailbox) -> Result<MailboxId> {
        let (known, server_path) = if new.on_server {
            let known = self.mailbox_at_server(account, &new.path)?;
            let known = known.map_or_else(|| self.recognise(account, new), |known| Ok(Some(known)))?;
            (known, new.path.as_str())
        } else {
            (self.mailbox_named(account, &new.path)?, "")
        };
        match known {
            Some(known) => self.update_mailbox(&known, new, server_path).map(|()| known.id),
            None => self.insert_mailbox(account, new, server_path),
        }
    }

    /// `server_path` is empty while the server does not have it.
    pub(crate) fn insert_mailbox(
        &mut self,
        account: AccountId,
        new: &NewMailbox,
        server_path: &str,
    ) -> Result<MailboxId> {
        self.account(account)?;
        let id = self.insert(
            "INSERT INTO mailbox (account_id, path, server_path, delimiter, role, rank, selectable, on_server,
                 subscribed, object_id)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            params![
                account.0,
                new.path,
                server_path,
                new.delimiter.map(String::from).unwrap_or_default(),
                new.role.as_str(),
                rank(new.role),
                new.selectable,
                new.on_server,
                new.subscribed,
                new.object_id,
            ],
        )?;
        self.note(Change::Mailboxes(account));
        Ok(MailboxId(id))
    }

    fn update_mailbox(&mut self, known: &Mailbox, new: &NewMailbox, server_path: &str) -> Result<()> {
        let subscribed = if self.is_subscription_pending(known.id)? {
            known.subscribed
        } else {
            new.subscribed
        };
        let same = (
            known.delimiter,
            known.role,
            known.selectable,
            known.on_server,
            known.subscribed,
        ) == (new.delimiter, new.role, new.selectable, new.on_server, subscribed);
        if same && (known.object_id.as_str(), known.server_path.as_str()) == (new.object_id.as_str(), server_path) {
            return Ok(());
        }
        self.execute(
            "UPDATE mailbox SET delimiter = ?2, role = ?3, rank = ?4, selectable = ?5, on_server = ?6, subscribed = ?7,
                 object_id = ?8, server_path = ?9
             WHERE id = ?1",
            params![
                known.id.0,
                new.delimiter.map(String::from).unwrap_or_default(),
                new.role.as_str(),
                rank(new.role),
                new.selectable,
                new.on_server,
                subscribed,
                new.object_id,
                server_path,
            ],
        )?;
        if !same {
            self.note(Change::Mailboxes(known.account));
        }
        Ok(())
    }

    /// The mailbox of ours that is at the server under that path, without our knowing so far.
    fn recognise(&mut self, account: AccountId, new: &NewMailbox) -> Result<Option<Mailbox>> {
        let sql = "SELECT mailbox_id FROM mailbox_operation
            WHERE account_id = ?1 AND kind = 'create' AND path = ?2 AND state IN ('queued', 'parked')";
        if let Some(made) = self.one(sql, params![account.0, new.path], |row| row.get(0))? {
            self.finish_creating(MailboxId(made))?;
            return self.find_mailbox(MailboxId(made));
        }
        let Some(ours) = self.mailbox_named(account, &new.path)? else {
            return Ok(None);
        };
        if ours.server_path.is_empty() {
            return Ok(Some(ours));
        }
        let may_be_it = ours.object_id.is_empty() || new.object_id.is_empty() || ours.object_id == new.object_id;
        if may_be_it && self.finish_renaming(ours.id, &new.path)? {
            return self.find_mailbox(ours.id);
        }
        self.make_way(account, &new.path)?;
        Ok(None)
    }

    /// The server itself has renamed a mailbox, with those below it: it was recognised by what is in it, or by its
    /// object id. What we are about to name it stays on top. Another mailbox that stands under that path at the
    /// server is [`StoreError::AlreadyThere`].
    pub fn rename_mailbox_from_server(&mut self, id: MailboxId, new_path: &str) -> Result<()> {
        let mailbox = self.mailbox(id)?;
        match self.mailbox_at_server(mailbox.account, new_path)? {
            Some(same) if same.id == id => return Ok(()),
            Some(_) => return Err(StoreError::AlreadyThere(format!("the mailbox {new_path}"))),
            None => {}
        }
        if self
            .mailbox_named(mailbox.account, new_path)?
            .is_some_and(|other| other.id != id)
        {
            self.make_way(mailbox.account, new_path)?;
        }
        self.rename_at_server(mailbox.account, id, new_path)
    }

    /// Removes a mailbox, on a positive statement that it is gone, with the letters that are shown in it or that the
    /// server has there. Unfinished moves and copies into it are undone first: letters go back to where they are.
    ///
    /// The letters that were shown in it are not told one by one.
    pub fn remove_mailbox(&mut self, id: MailboxId) -> Result<()> {
        let mailbox = self.mailbox(id)?;
        for operation in self.unfinished_into(id)? {
            self.end_operation(operation, OperationState::Undone, "the mailbox was removed")?;
        }
        let sql = "SELECT id FROM placement WHERE server_mailbox_id = ?1 AND mailbox_id <> ?1";
        for shown_elsewhere in self.all(sql, [id.0], |row| row.get(0).map(PlacementId))? {
            self.remove_placement(shown_elsewhere)?;
        }
        let unfinished = self.unfinished_operations_in(id)?;
        self.execute("DELETE FROM mailbox WHERE id = ?1", [id.0])?;
        unfinished
            .into_iter()
            .try_for_each(|operation| self.finish_if_empty(operation))?;
        self.end_mailbox_operations(id)?;
        self.note(Change::Mailboxes(mailbox.account));
        Ok(())
    }
}

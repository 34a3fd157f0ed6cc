//! Making, renaming, deleting mailboxes and subscribing to them here, and queueing it for the server.

use crate::change::Change;
use crate::table::mailbox::{Named, below, rename_tree};
use crate::table::operation::Origin;
use crate::{Mailbox, NewMailbox, Reader, Result, StoreError, Writer};
use pli_model::{AccountId, CommandId, MailboxId, MailboxOperation, OperationId, OperationState, Protocol, Role};
use rusqlite::params;

/// Mailboxes of this computer only.
const NAMES_HERE: &str = "SELECT id, path, delimiter FROM mailbox WHERE account_id = ?1 AND on_server = 0 ORDER BY id";
const ALL_NAMES: &str = "SELECT id, path, delimiter FROM mailbox WHERE account_id = ?1 AND doomed = 0 ORDER BY id";

impl Reader<'_> {
    /// Whether operations on that mailbox are final at once.
    fn is_here_only(&self, mailbox: &Mailbox) -> Result<bool> {
        Ok(!mailbox.on_server || self.account(mailbox.account)?.protocol == Protocol::Pop3)
    }

    fn is_known_mailbox_command(&self, command: &CommandId, mailbox: MailboxId, kind: &str) -> Result<bool> {
        let sql = "SELECT 1 FROM mailbox_operation WHERE command = ?1 AND mailbox_id = ?2 AND kind = ?3";
        let found = self.one(sql, params![command.as_str(), mailbox.0, kind], |_| Ok(()))?;
        Ok(found.is_some())
    }

    /// The mailbox as it stands among all of its account.
    fn tree(&self, mailbox: &Mailbox) -> Result<(Named, Vec<Named>)> {
        let top = Named {
            id: mailbox.id,
            path: mailbox.path.clone(),
            delimiter: mailbox.delimiter,
        };
        let all = self.names(ALL_NAMES, mailbox.account)?;
        let below = all.into_iter().filter(|named| below(&named.path, &top).is_some());
        Ok((top.clone(), below.collect()))
    }

    fn check_renaming(&self, mailbox: &Mailbox, path: &str) -> Result<()> {
        let (top, below_it) = self.tree(mailbox)?;
        let target = Named {
            path: path.to_owned(),
            ..top.clone()
        };
        if path.is_empty() || path == mailbox.path || below(path, &top).is_some() {
            return Err(StoreError::Refused(format!(
                "{} cannot be renamed to “{path}”",
                mailbox.path
            )));
        }
        for named in below_it.iter().chain([&top]) {
            let this = self.mailbox(named.id)?;
            refuse_special(&this, "renamed")?;
            let renamed = match below(&named.path, &top) {
                Some(rest) => format!("{}{rest}", target.path),
                None => target.path.clone(),
            };
            if self.mailbox_named(mailbox.account, &renamed)?.is_some() {
                return Err(StoreError::AlreadyThere(format!("the mailbox {renamed}")));
            }
        }
        Ok(())
    }

    fn check_deleting(&self, mailbox: &Mailbox) -> Result<()> {
        refuse_special(mailbox, "deleted")?;
        let sql = "SELECT EXISTS (SELECT 1 FROM placement WHERE mailbox_id = ?1)";
        let holds_any = self.one(sql, [mailbox.id.0], |row| row.get(0))?.unwrap_or(false);
        if mailbox.total > 0 || (holds_any && self.is_here_only(mailbox)?) {
            return Err(StoreError::Refused(format!(
                "there are letters in {}: it is not deleted before they are elsewhere",
                mailbox.path
            )));
        }
        if self.tree(mailbox)?.1.is_empty() {
            Ok(())
        } else {
            Err(StoreError::Refused(format!(
                "there are mailboxes below {}",
                mailbox.path
            )))
        }
    }
}

fn refuse_special(mailbox: &Mailbox, what: &str) -> Result<()> {
    if mailbox.role == Role::Other {
        return Ok(());
    }
    let role = mailbox.role.as_str();
    Err(StoreError::Refused(format!(
        "{} cannot be {what}: it is the account's mailbox for “{role}”",
        mailbox.path
    )))
}

impl Writer<'_> {
    /// Makes a mailbox here and queues it for the server; of a command that is known already it answers the mailbox
    /// that it made. A path that is taken is [`StoreError::AlreadyThere`]. In a POP3 account, and where it is not to be
    /// at the server, it is made at once.
    pub fn create_mailbox(&mut self, command: &CommandId, account: AccountId, new: &NewMailbox) -> Result<MailboxId> {
        let sql = "SELECT mailbox_id FROM mailbox_operation
            WHERE command = ?1 AND account_id = ?2 AND kind = 'create' AND path = ?3";
        let known = self.one(sql, params![command.as_str(), account.0, new.path], |row| row.get(0))?;
        if let Some(known) = known {
            return Ok(MailboxId(known));
        }
        if new.path.is_empty() {
            return Err(StoreError::Refused("a mailbox needs a name".to_owned()));
        }
        if self.mailbox_named(account, &new.path)?.is_some() {
            return Err(StoreError::AlreadyThere(format!("the mailbox {}", new.path)));
        }
        let new = NewMailbox {
            on_server: new.on_server && self.account(account)?.protocol == Protocol::Imap,
            ..new.clone()
        };
        let id = self.insert_mailbox(account, &new, "")?;
        let mailbox = self.mailbox(id)?;
        self.record(command, Origin::Person, &mailbox, &MailboxOperation::Create(new.path))?;
        Ok(id)
    }

    /// Renames a mailbox here, with those below it, and queues it for the server; `None` when that command is known
    /// already. One with a special role, or above one, is [`StoreError::Refused`].
    pub fn rename_mailbox(
        &mut self,
        command: &CommandId,
        mailbox: MailboxId,
        path: &str,
    ) -> Result<Option<OperationId>> {
        self.change_mailbox(
            command,
            mailbox,
            &MailboxOperation::Rename(path.to_owned()),
            Origin::Person,
        )
    }

    /// Deletes a mailbox here and queues it for the server; `None` when that command is known already. No letter is
    /// ever deleted with it: while any is shown in it, or a mailbox is below it, or it has a special role, this is
    /// [`StoreError::Refused`]. When one comes into it before it is gone it stays.
    pub fn delete_mailbox(&mut self, command: &CommandId, mailbox: MailboxId) -> Result<Option<OperationId>> {
        self.change_mailbox(command, mailbox, &MailboxOperation::Delete, Origin::Person)
    }

    /// Subscribes to a mailbox; `None` when that command is known already.
    pub fn subscribe_mailbox(&mut self, command: &CommandId, mailbox: MailboxId) -> Result<Option<OperationId>> {
        self.change_mailbox(command, mailbox, &MailboxOperation::Subscribe, Origin::Person)
    }

    /// Subscribes to a mailbox no more; `None` when that command is known already.
    pub fn unsubscribe_mailbox(&mut self, command: &CommandId, mailbox: MailboxId) -> Result<Option<OperationId>> {
        self.change_mailbox(command, mailbox, &MailboxOperation::Unsubscribe, Origin::Person)
    }

    pub(super) fn change_mailbox(
        &mut self,
        command: &CommandId,
        id: MailboxId,
        operation: &MailboxOperation,
        origin: Origin,
    ) -> Result<Option<OperationId>> {
        if self.is_known_mailbox_command(command, id, kind(operation))? {
            return Ok(None);
        }
        let mailbox = self.mailbox(id)?;
        match operation {
            MailboxOperation::Rename(path) => self.check_renaming(&mailbox, path)?,
            MailboxOperation::Delete => self.check_deleting(&mailbox)?,
            _ => {}
        }
        let recorded = self.record(command, origin, &mailbox, operation)?;
        if self.is_here_only(&mailbox)? {
            self.change_here(&mailbox, operation)?;
        } else {
            self.show_change(&mailbox, operation)?;
        }
        Ok(Some(recorded))
    }

    /// Final at once.
    fn change_here(&mut self, mailbox: &Mailbox, operation: &MailboxOperation) -> Result<()> {
        match operation {
            MailboxOperation::Rename(path) => {
                let mut names = self.names(NAMES_HERE, mailbox.account)?;
                rename_tree(&mut names, mailbox.id, path);
                for named in names {
                    let sql = "UPDATE mailbox SET path = ?2 WHERE id = ?1 AND path <> ?2";
                    self.execute(sql, params![named.id.0, named.path])?;
                }
            }
            MailboxOperation::Delete => self.remove_mailbox(mailbox.id)?,
            other => self.show_change(mailbox, other)?,
        }
        self.note(Change::Mailboxes(mailbox.account));
        Ok(())
    }

    /// What is seen of an operation that the server has still to do.
    fn show_change(&mut self, mailbox: &Mailbox, operation: &MailboxOperation) -> Result<()> {
        let sql = match operation {
            MailboxOperation::Create(_) | MailboxOperation::Rename(_) => return self.restate_paths(mailbox.account),
            MailboxOperation::Delete if self.was_never_made(mailbox)? => return self.remove_mailbox(mailbox.id),
            MailboxOperation::Delete => "UPDATE mailbox SET doomed = 1 WHERE id = ?1",
            MailboxOperation::Subscribe => "UPDATE mailbox SET subscribed = 1 WHERE id = ?1",
            MailboxOperation::Unsubscribe => "UPDATE mailbox SET subscribed = 0 WHERE id = ?1",
        };
        self.execute(sql, [mailbox.id.0])?;
        self.note(Change::Mailboxes(mailbox.account));
        Ok(())
    }

    /// Whether no attempt was made yet to make it at the server.
    fn was_never_made(&self, mailbox: &Mailbox) -> Result<bool> {
        let unfinished = self.unfinished_on(mailbox.id)?;
        let creation = unfinished
            .iter()
            .find(|row| matches!(row.operation, MailboxOperation::Create(_)));
        Ok(mailbox.server_path.is_empty() && creation.is_none_or(|row| !row.attempted))
    }

    /// A mailbox of this computer is to be at the server from now on, under that path: it is made there before letters go
    /// into it.
    pub(crate) fn queue_making(
        &mut self,
        command: &CommandId,
        id: MailboxId,
        path: &str,
        delimiter: Option<char>,
    ) -> Result<()> {
        self.execute(
            "UPDATE mailbox SET on_server = 1, server_path = '', delimiter = ?2 WHERE id = ?1",
            params![id.0, delimiter.map(String::from).unwrap_or_default()],
        )?;
        let mailbox = self.mailbox(id)?;
        self.record(
            command,
            Origin::Consequence,
            &mailbox,
            &MailboxOperation::Create(path.to_owned()),
        )?;
        self.restate_paths(mailbox.account)
    }

    pub(super) fn record(
        &mut self,
        command: &CommandId,
        origin: Origin,
        mailbox: &Mailbox,
        operation: &MailboxOperation,
    ) -> Result<OperationId> {
        let path = match operation {
            MailboxOperation::Create(path) | MailboxOperation::Rename(path) => path,
            _ => &mailbox.path,
        };
        let state = if self.is_here_only(mailbox)? {
            OperationState::Done
        } else {
            OperationState::Queued
        };
        let now = self.now;
        let id = self.insert(
            "INSERT INTO mailbox_operation (account_id, command, mailbox_id, kind, path, was_path, delimiter, on_server,
                 state, created, undoable)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
            params![
                mailbox.account.0,
                command.as_str(),
                mailbox.id.0,
                kind(operation),
                path,
                mailbox.path,
                mailbox.delimiter.map(String::from).unwrap_or_default(),
                state == OperationState::Queued,
                state.as_str(),
                now.0,
                origin == Origin::Person,
            ],
        )?;
        self.note(Change::Operations(mailbox.account));
        Ok(OperationId(id))
    }
}

const fn kind(operation: &MailboxOperation) -> &'static str {
    match operation {
        MailboxOperation::Create(_) => "create",
        MailboxOperation::Rename(_) => "rename",
        MailboxOperation::Delete => "delete",
        MailboxOperation::Subscribe => "subscribe",
        MailboxOperation::Unsubscribe => "unsubscribe",
    }
}

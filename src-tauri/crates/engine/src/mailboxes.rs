//! Mailboxes: made, renamed, deleted, emptied.

use crate::{Engine, EngineError, Field, Result};
use pli_model::{AccountId, CommandId, MailboxId, Operation, Role};
use pli_store::{Act, Mailbox, NewMailbox, View, Writer};

/// Longest name of one level, in characters: some servers take no more than a file system does.
const LONGEST_NAME: usize = 100;

impl Engine {
    /// Every mailbox of an account, by role and then by path.
    pub async fn mailboxes(&self, account: AccountId) -> Result<Vec<Mailbox>> {
        Ok(self.inner.store.read(move |reader| reader.mailboxes(account)).await?)
    }

    /// Makes a mailbox, inside `parent` or at the top. Visible at once; the server follows.
    pub async fn create_mailbox(
        &self,
        command: &CommandId,
        account: AccountId,
        parent: Option<MailboxId>,
        name: &str,
    ) -> Result<Mailbox> {
        let all = self.inner.store.read(move |reader| reader.mailboxes(account)).await?;
        let inbox = all.iter().find(|mailbox| mailbox.role == Role::Inbox);
        let above = match parent {
            Some(parent) => Some(
                all.iter()
                    .find(|mailbox| mailbox.id == parent)
                    .ok_or_else(|| EngineError::invalid(Field::Mailbox, "the mailbox above it is gone"))?,
            ),
            None => None,
        };
        let delimiter = above.or(inbox).and_then(|mailbox| mailbox.delimiter);
        let name = checked_name(name, delimiter)?;
        let path = match (above, delimiter) {
            (Some(above), Some(delimiter)) => format!("{}{delimiter}{name}", above.path),
            (Some(_), None) => {
                return Err(EngineError::invalid(
                    Field::Mailbox,
                    "this server has no mailboxes inside others",
                ));
            }
            (None, _) => self.prefixed(account, &name).await?,
        };
        if all.iter().any(|mailbox| mailbox.path == path) {
            return Err(EngineError::invalid(
                Field::Mailbox,
                format!("there is a mailbox “{name}” already"),
            ));
        }
        let new = NewMailbox {
            delimiter,
            ..NewMailbox::new(&path, Role::Other)
        };
        let command = command.clone();
        let created = self
            .inner
            .store
            .write(move |writer| {
                let id = writer.create_mailbox(&command, account, &new)?;
                writer.mailbox(id)
            })
            .await?;
        self.tell(account, pli_sync::Account::operation_queued);
        Ok(created)
    }

    /// Gives a mailbox another name at its place.
    pub async fn rename_mailbox(&self, command: &CommandId, id: MailboxId, name: &str) -> Result<()> {
        let mailbox = self.inner.store.read(move |reader| reader.mailbox(id)).await?;
        let name = checked_name(name, mailbox.delimiter)?;
        let above = mailbox
            .delimiter
            .and_then(|delimiter| mailbox.path.rsplit_once(delimiter));
        let path = match (above, mailbox.delimiter) {
            (Some((above, _)), Some(delimiter)) => format!("{above}{delimiter}{name}"),
            _ => name,
        };
        if path == mailbox.path {
            return Ok(());
        }
        let command = command.clone();
        self.write_to(id, move |writer| writer.rename_mailbox(&command, id, &path).map(drop))
            .await
    }

    /// Deletes a mailbox. Its letters go to the trash first.
    pub async fn remove_mailbox(&self, command: &CommandId, id: MailboxId) -> Result<()> {
        let (mailbox, letters) = self.with_letters(id).await?;
        let trash = self.mailbox_for(mailbox.account, Role::Trash).await?;
        let (account, command) = (mailbox.account, command.clone());
        self.inner
            .store
            .write(move |writer| {
                writer.enqueue(&command, account, &[Act::new(Operation::Move(trash), letters)])?;
                writer.delete_mailbox(&command, id).map(drop)
            })
            .await?;
        self.tell(account, pli_sync::Account::operation_queued);
        Ok(())
    }

    /// Deletes every letter of the trash or the junk mailbox for good. `agreed` as for [`Engine::delete_letters`].
    pub async fn empty_mailbox(&self, command: &CommandId, id: MailboxId, agreed: u32) -> Result<()> {
        let (mailbox, letters) = self.with_letters(id).await?;
        if !matches!(mailbox.role, Role::Trash | Role::Junk) {
            return Err(EngineError::refused(
                "only the trash and the junk mailbox can be emptied",
            ));
        }
        self.delete_letters(command, &letters, agreed).await
    }

    /// Subscribes to a mailbox at the server.
    pub async fn subscribe(&self, id: MailboxId) -> Result<()> {
        let command = self.new_command();
        self.write_to(id, move |writer| writer.subscribe_mailbox(&command, id).map(drop))
            .await
    }

    /// Ends a subscription at the server.
    pub async fn unsubscribe(&self, id: MailboxId) -> Result<()> {
        let command = self.new_command();
        self.write_to(id, move |writer| writer.unsubscribe_mailbox(&command, id).map(drop))
            .await
    }

    /// Does something with a mailbox and lets its account's loops know.
    async fn write_to(
        &self,
        id: MailboxId,
        act: impl FnOnce(&mut Writer<'_>) -> pli_store::Result<()> + Send + 'static,
    ) -> Result<()> {
        let account = self
            .inner
            .store
            .write(move |writer| {
                act(writer)?;
                Ok(writer.mailbox(id)?.account)
            })
            .await?;
        self.tell(account, pli_sync::Account::operation_queued);
        Ok(())
    }

    pub(crate) async fn with_letters(&self, id: MailboxId) -> Result<(Mailbox, Vec<pli_model::PlacementId>)> {
        Ok(self
            .inner
            .store
            .read(move |reader| {
                let keys = reader.view_keys(&View::Mailbox(id))?;
                Ok((reader.mailbox(id)?, keys.into_iter().map(|key| key.placement).collect()))
            })
            .await?)
    }

    /// The path of a mailbox at the top: below the personal namespace, where the server has one (RFC 2342).
    async fn prefixed(&self, account: AccountId, name: &str) -> Result<String> {
        let prefix = self
            .inner
            .store
            .read(move |reader| reader.mailbox_prefix(account))
            .await?;
        Ok(format!("{prefix}{name}"))
    }
}

/// One level of a path: what a person typed, made fit, or why it is not.
fn checked_name(name: &str, delimiter: Option<char>) -> Result<String> {
    let name = name.trim();
    let refused = |why: String| Err(EngineError::invalid(Field::Mailbox, why));
    if name.is_empty() {
        return refused("the name is missing".to_owned());
    }
    if name.chars().count() > LONGEST_NAME {
        return refused(format!("the name is longer than {LONGEST_NAME} characters"));
    }
    if let Some(wrong) = name.chars().find(|c| c.is_control() || Some(*c) == delimiter) {
        return refused(format!("the name cannot hold “{}”", wrong.escape_debug()));
    }
    if name.contains(['%', '*']) {
        // LIST's wildcards (RFC 9051 §6.3.9): a mailbox of that name could not be listed alone.
        return refused("the name cannot hold “%” or “*”".to_owned());
    }
    Ok(name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_one_level_and_printable() {
        assert_eq!(checked_name("  Été 2026 ", Some('/')).unwrap(), "Été 2026");
        assert_eq!(checked_name("a/b", Some('.')).unwrap(), "a/b");
        for wrong in ["", "  ", "a/b", "a\u{7}", "50%", "*", &"x".repeat(101)] {
            assert!(checked_name(wrong, Some('/')).is_err(), "{wrong:?}");
        }
    }
}

//! STATUS, and what is done to whole mailboxes.
//!
//! A NO carries its code, where the server gives one (RFC 5530, RFC 9051 §7.1): NONEXISTENT, ALREADYEXISTS, CANNOT,
//! HASCHILDREN.

use super::{Session, Transport};
use crate::command::Command;
use crate::{Code, Error, MailboxName, MailboxStatus, Result, Untagged};

impl<S: Transport> Session<S> {
    /// STATUS: the counters of a mailbox that is not selected.
    pub async fn status(&mut self, name: &MailboxName) -> Result<MailboxStatus> {
        let command = self.status_command(name)?;
        let mut counters = None;
        self.run(command, |response| match response {
            Untagged::MailboxStatus(status) if status.name == *name => {
                counters = Some(status);
                None
            }
            other => Some(other),
        })
        .await?;
        counters.ok_or_else(|| Error::Protocol("the server gave no counters of the mailbox".to_owned()))
    }

    pub(super) fn status_command(&self, name: &MailboxName) -> Result<Command<'static>> {
        let command = Command::new("STATUS").mailbox(name)?;
        Ok(command.raw(format!(" ({})", self.status_items())))
    }

    /// The counters that the server has.
    pub(super) fn status_items(&self) -> String {
        let mut items = "MESSAGES UIDNEXT UIDVALIDITY UNSEEN".to_owned();
        if self.has("CONDSTORE") || self.has("QRESYNC") {
            items.push_str(" HIGHESTMODSEQ");
        }
        if self.has("OBJECTID") {
            items.push_str(" MAILBOXID");
        }
        items
    }

    /// CREATE; a mailbox that exists already is no error where the server says so (ALREADYEXISTS, RFC 5530).
    pub async fn create(&mut self, name: &MailboxName) -> Result<()> {
        match self.run(Command::new("CREATE").mailbox(name)?, Some).await {
            Err(Error::No(status)) if status.code == Some(Code::AlreadyExists) => Ok(()),
            outcome => outcome.map(drop),
        }
    }

    /// RENAME; the mailboxes below follow. The inbox stays and only its letters go. Where the mailbox is selected, none
    /// is afterwards.
    pub async fn rename(&mut self, from: &MailboxName, to: &MailboxName) -> Result<()> {
        let command = Command::new("RENAME").mailbox(from)?.mailbox(to)?;
        self.run(command, Some).await?;
        self.deselect(from);
        Ok(())
    }

    /// DELETE: the mailbox and its letters, for good; not the mailboxes below. Where it is selected, none is afterwards.
    pub async fn delete(&mut self, name: &MailboxName) -> Result<()> {
        self.run(Command::new("DELETE").mailbox(name)?, Some).await?;
        self.deselect(name);
        Ok(())
    }

    /// SUBSCRIBE.
    pub async fn subscribe(&mut self, name: &MailboxName) -> Result<()> {
        self.run(Command::new("SUBSCRIBE").mailbox(name)?, Some).await.map(drop)
    }

    /// UNSUBSCRIBE.
    pub async fn unsubscribe(&mut self, name: &MailboxName) -> Result<()> {
        self.run(Command::new("UNSUBSCRIBE").mailbox(name)?, Some)
            .await
            .map(drop)
    }

    /// Servers differ in what stays selected when the selected mailbox goes: it has to be selected anew.
    fn deselect(&mut self, name: &MailboxName) {
        self.selected.take_if(|selected| selected.name == *name);
    }
}

//! LIST, STATUS and CREATE.

use super::{Session, Transport};
use crate::command::Command;
use crate::{Code, Error, Listing, MailboxName, MailboxStatus, Result, Untagged};

impl<S: Transport> Session<S> {
    /// Every mailbox, with its special use where the server knows it (RFC 6154).
    pub async fn list(&mut self) -> Result<Vec<Listing>> {
        if self.has("SPECIAL-USE") && self.has("LIST-EXTENDED") {
            match self.list_by("LIST \"\" \"*\" RETURN (SPECIAL-USE)").await {
                Err(Error::Bad(_)) => {}
                outcome => return outcome,
            }
        }
        self.list_by("LIST \"\" \"*\"").await
    }

    async fn list_by(&mut self, command: &str) -> Result<Vec<Listing>> {
        let mut listed: Vec<Listing> = Vec::new();
        let mut known = std::collections::HashSet::new();
        self.run(Command::new(command), |response| match response {
            Untagged::List(listing) => {
                if known.insert(listing.name.clone()) {
                    listed.push(listing);
                }
                None
            }
            other => Some(other),
        })
        .await?;
        Ok(listed)
    }

    /// STATUS: the counters of a mailbox that is not selected.
    pub async fn status(&mut self, name: &MailboxName) -> Result<MailboxStatus> {
        let modseq = if self.has("CONDSTORE") || self.has("QRESYNC") {
            " HIGHESTMODSEQ"
        } else {
            ""
        };
        let command = Command::new("STATUS")
            .mailbox(name)?
            .raw(format!(" (MESSAGES UNSEEN UIDNEXT UIDVALIDITY{modseq})"));
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

    /// CREATE; a mailbox that exists already is no error where the server says so (ALREADYEXISTS, RFC 5530).
    pub async fn create(&mut self, name: &MailboxName) -> Result<()> {
        match self.run(Command::new("CREATE").mailbox(name)?, Some).await {
            Err(Error::No(status)) if status.code == Some(Code::AlreadyExists) => Ok(()),
            outcome => outcome.map(drop),
        }
    }
}

//! The account's mailboxes: looked over in one go, created, renamed, deleted.

use super::ImapRemote;
use super::failure::Failing;
use crate::{Extension, Known, Problem, RemoteError, Result, Survey};
use pli_imap::{Code, Error, MailboxName, MailboxStatus};
use pli_model::UidValidity;

impl ImapRemote {
    pub(super) async fn survey_mailboxes(&mut self) -> Result<Survey> {
        let asked = "to list the mailboxes";
        let survey = self.session.survey().await.failing(&self.server, asked)?;
        let believed = !self.distrusted.contains(&Extension::ListStatus);
        let modseq = self.uses_modseq();
        let told = |name: &MailboxName| {
            let Some(status) = survey.counters.get(name) else {
                return (None, String::new());
            };
            let counters = counters(status).filter(|_| believed);
            let counters = counters.map(|counters| Known {
                highest_modseq: if modseq { counters.highest_modseq } else { 0 },
                ..counters
            });
            (counters, status.mailbox_id.clone().unwrap_or_default())
        };
        let mailboxes = self.names.learn(&survey.listings, told);
        let personal = survey.namespaces.as_ref().and_then(|spaces| spaces.personal.first());
        Ok(Survey {
            mailboxes,
            prefix: personal.map(|space| space.prefix.decode()).unwrap_or_default(),
        })
    }

    pub(super) async fn create(&mut self, path: &str) -> Result<()> {
        let name = self.wire_name(path).await?;
        match self.session.create(&name).await {
            Ok(()) => {
                // A client that shows subscribed mailboxes only is to show it too; a refusal changes nothing for us.
                match self.session.subscribe(&name).await {
                    Ok(()) | Err(Error::No(_) | Error::Bad(_)) => Ok(()),
                    outcome => outcome.failing(&self.server, format_args!("to subscribe to “{path}”")),
                }
            }
            // Not every server has the code for it: ask whether it is there.
            Err(Error::No(_)) if self.is_there(path).await? == Some(true) => Ok(()),
            outcome => outcome.failing(&self.server, format_args!("to create “{path}”")),
        }
    }

    pub(super) async fn rename(&mut self, path: &str, new: &str) -> Result<()> {
        let (from, to) = (self.wire_name(path).await?, self.wire_name(new).await?);
        self.looked.remove(path);
        match self.session.rename(&from, &to).await {
            // The answer to an earlier attempt may have been lost.
            Err(Error::No(_))
                if self.is_there(path).await? == Some(false) && self.is_there(new).await? == Some(true) =>
            {
                Ok(())
            }
            outcome => outcome.failing(&self.server, format_args!("to rename “{path}” to “{new}”")),
        }
    }

    pub(super) async fn delete(&mut self, path: &str) -> Result<()> {
        let name = self.wire_name(path).await?;
        self.looked.remove(path);
        let letters = match self.session.status(&name).await {
            Ok(status) => status.messages.unwrap_or(0),
            Err(Error::No(status)) if is_absence(&status) => return Ok(()),
            Err(error) => return Err(error).failing(&self.server, format_args!("to look at “{path}”")),
        };
        if letters > 0 {
            return Err(RemoteError {
                problem: Problem::Refused,
                text: format!("The mailbox “{path}” is not empty any more: it holds {letters} letters."),
            });
        }
        match self.session.delete(&name).await {
            Err(Error::No(status)) if is_absence(&status) => Ok(()),
            outcome => outcome.failing(&self.server, format_args!("to delete “{path}”")),
        }
    }

    /// Whether the server has that mailbox: by STATUS, whose refusal counts only with its code.
    pub(super) async fn is_there(&mut self, path: &str) -> Result<Option<bool>> {
        let name = self.wire_name(path).await?;
        match self.session.status(&name).await {
            Ok(_) => Ok(Some(true)),
            Err(Error::No(status)) if is_absence(&status) => Ok(Some(false)),
            Err(Error::No(_) | Error::Bad(_)) => Ok(None),
            Err(error) => Err(error).failing(&self.server, format_args!("to look at “{path}”")),
        }
    }
}

/// RFC 5530; Dovecot says it in words too, older servers in words only, which prove nothing.
fn is_absence(status: &pli_imap::StatusText) -> bool {
    status.code == Some(Code::NonExistent)
}

/// Counters as we keep them; `None` when the ones that matter were not told.
fn counters(status: &MailboxStatus) -> Option<Known> {
    Some(Known {
        uid_validity: Some(UidValidity(status.uid_validity?)),
        uid_next: status.uid_next?,
        exists: status.messages?,
        highest_modseq: status.highest_modseq.unwrap_or(0),
    })
}

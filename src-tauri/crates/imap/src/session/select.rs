//! SELECT and EXAMINE, and the selected mailbox's counters.

use super::{Session, Transport};
use crate::command::Command;
use crate::{Code, MailboxName, Result, Untagged};
use pli_model::UidValidity;

/// How a mailbox is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// EXAMINE: nothing there changes by looking.
    ReadOnly,
    /// SELECT.
    ReadWrite,
}

/// The selected mailbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selected {
    /// Its name.
    pub name: MailboxName,
    /// How it was opened.
    pub access: Access,
    /// Number of letters, kept up with EXISTS, EXPUNGE and VANISHED.
    pub exists: u32,
    /// How many letters went since the mailbox was selected.
    pub expunged: u32,
    /// UIDVALIDITY; `None` where UIDs do not last (UIDNOTSTICKY, or not told).
    pub uid_validity: Option<UidValidity>,
    /// UIDNEXT at the time of selecting; `None` where it was not told.
    pub uid_next: Option<u32>,
    /// HIGHESTMODSEQ at the time of selecting; 0 where the mailbox keeps none.
    pub highest_modseq: u64,
}

impl Selected {
    fn new(name: MailboxName, access: Access) -> Self {
        Self {
            name,
            access,
            exists: 0,
            expunged: 0,
            uid_validity: None,
            uid_next: None,
            highest_modseq: 0,
        }
    }

    /// Keeps the counters up with what the server tells later.
    pub(super) fn note(&mut self, response: &Untagged) {
        let gone = match response {
            Untagged::Exists(count) => {
                self.exists = *count;
                return;
            }
            Untagged::Expunge(_) => 1,
            Untagged::Vanished { earlier: false, uids } => u32::try_from(uids.len()).unwrap_or(u32::MAX),
            _ => return,
        };
        self.exists = self.exists.saturating_sub(gone);
        self.expunged = self.expunged.saturating_add(gone);
    }

    fn note_code(&mut self, code: &Code, sticky: &mut bool) {
        match code {
            Code::UidValidity(value) => self.uid_validity = Some(UidValidity(*value)),
            Code::UidNext(uid) => self.uid_next = Some(*uid),
            Code::HighestModSeq(modseq) => self.highest_modseq = *modseq,
            Code::NoModSeq => self.highest_modseq = 0,
            Code::UidNotSticky => *sticky = false,
            _ => {}
        }
    }
}

impl<S: Transport> Session<S> {
    /// Selects a mailbox anew, whichever is selected, with CONDSTORE where the server has it. Take the news of
    /// the mailbox that was selected before first: they do not tell which it is. On failure no mailbox is selected.
    pub async fn select(&mut self, name: &MailboxName, access: Access) -> Result<&Selected> {
        let verb = match access {
            Access::ReadOnly => "EXAMINE",
            Access::ReadWrite => "SELECT",
        };
        let mut command = Command::new(verb).mailbox(name)?;
        if self.has("CONDSTORE") || self.has("QRESYNC") {
            command = command.raw(" (CONDSTORE)");
        }
        self.selected = None;
        let mut selected = Selected::new(name.clone(), access);
        let mut sticky = true;
        let done = self
            .run(command, |response| {
                match &response {
                    Untagged::Status(_, status) => match &status.code {
                        // What came so far was about the mailbox before (RFC 7162 §3.2.11).
                        Some(Code::Other(code)) if code == "CLOSED" => selected = Selected::new(name.clone(), access),
                        Some(Code::Alert) | None => return Some(response),
                        Some(code) => selected.note_code(code, &mut sticky),
                    },
                    Untagged::Exists(_) | Untagged::Expunge(_) | Untagged::Vanished { .. } => selected.note(&response),
                    Untagged::Recent(_) | Untagged::Flags(_) => {}
                    _ => return Some(response),
                }
                None
            })
            .await?;
        if let Some(code) = &done.code {
            selected.note_code(code, &mut sticky);
        }
        if !sticky {
            selected.uid_validity = None;
        }
        Ok(self.selected.insert(selected))
    }
}

//! SELECT and EXAMINE, what they tell of the time since the last visit (RFC 7162), and the selected mailbox's counters.

use super::search::Searching;
use super::{Session, Step, Transport};
use crate::command::Command;
use crate::{Code, Error, Fetch, MailboxName, Result, StatusText, UidSet, Untagged, uid_set};
use pli_model::{Uid, UidValidity};

/// How a mailbox is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// EXAMINE: nothing there changes by looking.
    ReadOnly,
    /// SELECT.
    ReadWrite,
}

/// What opening a mailbox is to tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Opening<'a> {
    /// The counters of RFC 3501.
    Plain,
    /// HIGHESTMODSEQ too, where the server has CONDSTORE or QRESYNC.
    Condstore,
    /// What changed and what went since the mailbox was last seen. Only where [`Session::enable`] has switched QRESYNC
    /// on, else it is [`Error::NotEnabled`]. A server tells nothing when UIDVALIDITY is another now, or when the mailbox
    /// keeps no modification sequences: compare [`Opened::selected`] before believing that nothing happened.
    Resync {
        /// UIDVALIDITY when it was seen.
        uid_validity: UidValidity,
        /// HIGHESTMODSEQ when it was seen; not 0.
        modseq: u64,
        /// The letters that are held, in whichever order: of others it is not told that they went. Empty for all; left
        /// out where they do not fit into one line.
        known: &'a [Uid],
    },
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
    /// The flags that can be changed for good, as told last, `\*` for new keywords; `None` where that was not told, which
    /// means all (RFC 9051 §7.1).
    pub permanent_flags: Option<Vec<String>>,
}

/// A mailbox that has just been opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// Its counters at that moment.
    pub selected: Selected,
    /// What happened since it was last seen; nothing unless [`Opening::Resync`] asked.
    pub changes: Changes,
    /// What was still told of the mailbox that was selected before, until it was closed.
    pub before: Vec<Untagged>,
}

/// What happened in a mailbox since a modification sequence.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Changes {
    /// The letters that went, VANISHED (EARLIER). A server may name UIDs that never were: any number of them.
    pub vanished: UidSet,
    /// The letters that came or whose flags changed: UID, FLAGS and MODSEQ of each. One may come twice, the later wins.
    pub changed: Vec<Fetch>,
}

/// What has come of a mailbox that is being opened.
pub(super) struct Arriving {
    before: Vec<Untagged>,
    told: Vec<Untagged>,
}

impl<S: Transport> Session<S> {
    /// Selects a mailbox anew, whichever is selected. Take the news of the mailbox that was selected before first: they
    /// do not tell which it is. On failure no mailbox is selected.
    pub async fn select(&mut self, name: &MailboxName, access: Access, opening: Opening<'_>) -> Result<Opened> {
        let command = self.select_command(name, access, opening)?;
        self.must_be_free()?;
        self.selected = None;
        let mut arriving = Arriving::new();
        let outcome = self.run(command, |response| arriving.take(response)).await;
        self.opened(name, access, arriving, outcome)
    }

    /// [`Self::select`] and [`Self::uid_search_all`] in one flight: what a first look needs.
    pub async fn select_and_search_all(
        &mut self,
        name: &MailboxName,
        access: Access,
        opening: Opening<'_>,
    ) -> Result<(Opened, UidSet)> {
        let select = self.select_command(name, access, opening)?;
        self.must_be_free()?;
        self.selected = None;
        let select = self.send(select).await?;
        let mut searching = Searching::new(self.next_number());
        self.send(self.search_all_command()).await?;
        self.flush().await?;
        let mut arriving = Some(Arriving::new());
        let (mut opened, mut searched) = (None, None);
        while !self.running.is_empty() {
            match self.step().await? {
                Step::Done(number, outcome) if number == select => {
                    opened = arriving
                        .take()
                        .map(|arriving| self.opened(name, access, arriving, outcome));
                }
                Step::Done(_, outcome) => searched = Some(outcome),
                Step::Data(response) => {
                    let response = match &mut arriving {
                        Some(arriving) => arriving.take(response),
                        None => Some(response),
                    };
                    if let Some(response) = response.and_then(|response| searching.take(response)) {
                        self.keep(response);
                    }
                }
            }
        }
        let never = || Error::Protocol("the server did not answer what it was asked".to_owned());
        let opened = opened.ok_or_else(never)??;
        let hits = match searched.ok_or_else(never)? {
            // It may not understand its own ESEARCH, or have wanted the mailbox opened first.
            Err(Error::Bad(_)) => self.uid_search_all().await?,
            outcome => outcome.map(|_| searching.hits())?,
        };
        Ok((opened, hits))
    }

    fn select_command(&self, name: &MailboxName, access: Access, opening: Opening<'_>) -> Result<Command<'static>> {
        let verb = match access {
            Access::ReadOnly => "EXAMINE",
            Access::ReadWrite => "SELECT",
        };
        let command = Command::new(verb).mailbox(name)?;
        Ok(match opening {
            Opening::Condstore if self.has("CONDSTORE") || self.has("QRESYNC") => command.raw(" (CONDSTORE)"),
            Opening::Plain | Opening::Condstore => command,
            Opening::Resync { .. } if !self.has_enabled("QRESYNC") => return Err(Error::NotEnabled("QRESYNC")),
            Opening::Resync {
                uid_validity,
                modseq,
                known,
            } => {
                let known = match uid_set::commands(known).as_slice() {
                    [set] => format!(" {set}"),
                    _ => String::new(),
                };
                command.raw(format!(" (QRESYNC ({} {modseq}{known}))", uid_validity.0))
            }
        })
    }

    /// The end of opening a mailbox: makes it the selected one, or keeps what was told for the news.
    fn opened(
        &mut self,
        name: &MailboxName,
        access: Access,
        arriving: Arriving,
        outcome: Result<StatusText>,
    ) -> Result<Opened> {
        match outcome {
            Ok(done) => {
                let opened = arriving.opened(Selected::new(name.clone(), access), &done);
                self.selected = Some(opened.selected.clone());
                Ok(opened)
            }
            Err(error) => {
                arriving
                    .before
                    .into_iter()
                    .chain(arriving.told)
                    .for_each(|response| self.keep(response));
                Err(error)
            }
        }
    }
}

impl Arriving {
    fn new() -> Self {
        Self {
            before: Vec::new(),
            told: Vec::new(),
        }
    }

    /// Takes what is about letters, flags and counters, and gives back the rest.
    fn take(&mut self, response: Untagged) -> Option<Untagged> {
        match &response {
            Untagged::Status(_, StatusText { code, .. }) => match code {
                // What came so far was about the mailbox before (RFC 7162 §3.2.11).
                Some(Code::Closed) => self.before.append(&mut self.told),
                Some(Code::Alert) | None => return Some(response),
                Some(_) => self.told.push(response),
            },
            Untagged::Exists(_)
            | Untagged::Recent(_)
            | Untagged::Expunge(_)
            | Untagged::Vanished { .. }
            | Untagged::Flags(_) => self.told.push(response),
            Untagged::Fetch(fetch) if fetch.uid.is_some() => self.told.push(response),
            _ => return Some(response),
        }
        None
    }

    fn opened(self, mut selected: Selected, done: &StatusText) -> Opened {
        let mut changes = Changes::default();
        let mut sticky = true;
        for response in self.told {
            match response {
                Untagged::Status(_, status) => selected.note_opening(&status, &mut sticky),
                Untagged::Vanished { earlier: true, uids } => changes.vanished.extend(uids),
                Untagged::Fetch(fetch) => changes.changed.push(fetch),
                other => selected.note(&other),
            }
        }
        selected.note_opening(done, &mut sticky);
        if !sticky {
            selected.uid_validity = None;
        }
        Opened {
            selected,
            changes,
            before: self.before,
        }
    }
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
            permanent_flags: None,
        }
    }

    /// Whether letters here can be given that keyword for good.
    pub fn takes_keyword(&self, keyword: &str) -> bool {
        self.permanent_flags.as_ref().is_none_or(|flags| {
            flags
                .iter()
                .any(|flag| flag == "\\*" || flag.eq_ignore_ascii_case(keyword))
        })
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

    /// Keeps the flags up: servers tell them anew when a keyword comes up.
    pub(super) fn note_code(&mut self, code: &Code) {
        if let Code::PermanentFlags(flags) = code {
            self.permanent_flags = Some(flags.clone());
        }
    }

    fn note_opening(&mut self, status: &StatusText, sticky: &mut bool) {
        match &status.code {
            Some(Code::UidValidity(value)) => self.uid_validity = Some(UidValidity(*value)),
            Some(Code::UidNext(uid)) => self.uid_next = Some(*uid),
            Some(Code::HighestModSeq(modseq)) => self.highest_modseq = *modseq,
            Some(Code::NoModSeq) => self.highest_modseq = 0,
            Some(Code::UidNotSticky) => *sticky = false,
            Some(code) => self.note_code(code),
            None => {}
        }
    }
}

//! UID FETCH, UID SEARCH and UID STORE.

use super::{Session, Step, Transport};
use crate::command::Command;
use crate::{Error, Fetch, Result, Untagged};
use pli_model::{FlagChange, Flags, Uid};
use std::collections::VecDeque;

/// Commands under way at once. Two hide the round trip; together they are smaller than any socket's buffer, so that
/// server and client never wait for each other to read.
const IN_FLIGHT: usize = 2;

/// What to fetch of each letter. The UID comes with all of them, and none sets `\Seen`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Items {
    /// FLAGS and RFC822.SIZE.
    Listing,
    /// RFC822.SIZE alone.
    Size,
    /// The header block, INTERNALDATE and RFC822.SIZE.
    Header,
    /// The `Message-ID` field alone.
    MessageId,
    /// The whole letter, INTERNALDATE and RFC822.SIZE.
    Body,
    /// A stretch of the whole letter, INTERNALDATE and RFC822.SIZE.
    Window {
        /// First octet.
        offset: u64,
        /// Number of octets.
        len: u32,
    },
}

impl Items {
    fn write(self) -> String {
        match self {
            Self::Listing => "(UID FLAGS RFC822.SIZE)".to_owned(),
            Self::Size => "(UID RFC822.SIZE)".to_owned(),
            Self::Header => "(UID RFC822.SIZE INTERNALDATE BODY.PEEK[HEADER])".to_owned(),
            Self::MessageId => "(UID BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])".to_owned(),
            Self::Body => "(UID RFC822.SIZE INTERNALDATE BODY.PEEK[])".to_owned(),
            Self::Window { offset, len } => format!("(UID RFC822.SIZE INTERNALDATE BODY.PEEK[]<{offset}.{len}>)"),
        }
    }
}

/// The answers of UID FETCH commands while they arrive. Read them to their end: a session with an answer half read
/// can only be closed.
#[derive(Debug)]
pub struct Fetching<'s, S: Transport> {
    session: &'s mut Session<S>,
    asks: VecDeque<(String, Items)>,
}

impl<S: Transport> Fetching<'_, S> {
    /// The next FETCH response; `None` once the server has completed every command. Among them may be some that
    /// nobody asked for (flags that changed meanwhile): a letter may come twice and with other items than asked for.
    ///
    /// After [`Error::No`](crate::Error::No), which is about one of the commands, the answers of the others follow.
    pub async fn next(&mut self) -> Result<Option<Fetch>> {
        loop {
            while self.session.running.len() < IN_FLIGHT
                && let Some((set, items)) = self.asks.pop_front()
            {
                let command = Command::new(format!("UID FETCH {set} {}", items.write()));
                self.session.send(command).await?;
            }
            if self.session.running.is_empty() {
                return Ok(None);
            }
            match self.session.step().await? {
                Step::Done(_) => {}
                Step::Data(Untagged::Fetch(fetch)) => return Ok(Some(fetch)),
                Step::Data(other) => self.session.keep(other),
            }
        }
    }

    /// Sends no further command. What has been asked must still be read.
    pub fn stop(&mut self) {
        self.asks.clear();
    }
}

impl<S: Transport> Session<S> {
    /// UID FETCH, a command for each set and its items, the next sent before the last is answered so that the line
    /// is never idle. A set is one of [`uid_set::commands`](crate::uid_set::commands), or `1:*`. Letters that are gone
    /// are simply not in the answer.
    pub fn uid_fetch(&mut self, asks: impl IntoIterator<Item = (String, Items)>) -> Result<Fetching<'_, S>> {
        match self.running.is_empty() {
            true => Ok(Fetching {
                session: self,
                asks: asks.into_iter().collect(),
            }),
            false => Err(Error::Abandoned),
        }
    }

    /// UIDs of the letters whose header field `Message-ID` *contains* that text.
    pub async fn uid_search_message_id(&mut self, message_id: &str) -> Result<Vec<Uid>> {
        let charset = if message_id.is_ascii() { "" } else { "CHARSET UTF-8 " };
        let command = Command::new(format!("UID SEARCH {charset}HEADER Message-ID "))
            .string(message_id.as_bytes(), "the message id")?;
        self.uid_search(command).await
    }

    /// Which letters of the set are there and not marked `\Deleted`.
    pub async fn uid_search_present(&mut self, set: &str) -> Result<Vec<Uid>> {
        self.uid_search(Command::new(format!("UID SEARCH UID {set} NOT DELETED")))
            .await
    }

    async fn uid_search(&mut self, command: Command<'_>) -> Result<Vec<Uid>> {
        let mut hits = Vec::new();
        self.run(command, |response| match response {
            Untagged::Search(found) => {
                hits.extend(found.into_iter().filter(|uid| *uid != 0).map(Uid));
                None
            }
            other => Some(other),
        })
        .await?;
        Ok(hits)
    }

    /// UID STORE: sets and clears flags. Letters that are gone are no error.
    pub async fn uid_store(&mut self, set: &str, change: FlagChange) -> Result<()> {
        for (sign, flags) in [('+', change.add), ('-', change.remove)] {
            if !flags.is_empty() {
                let command = Command::new(format!("UID STORE {set} {sign}FLAGS.SILENT {}", flag_list(flags)));
                self.run(command, Some).await?;
            }
        }
        Ok(())
    }
}

/// `(\Seen \Draft)`.
pub(super) fn flag_list(flags: Flags) -> String {
    format!("({})", flags.imap_names().collect::<Vec<_>>().join(" "))
}

//! UID FETCH.

use super::{Changes, Session, Step, Transport};
use crate::command::Command;
use crate::{Error, Fetch, Result, Untagged};
use std::collections::{HashMap, VecDeque};
use tokio::time::Instant;

/// What to fetch of each letter. The UID comes with all of them, and none sets `\Seen`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Items {
    /// FLAGS and RFC822.SIZE.
    Listing,
    /// RFC822.SIZE alone.
    Size,
    /// The header block, FLAGS, INTERNALDATE, RFC822.SIZE, and the object id where the server has one.
    Header,
    /// The `Message-ID` field alone.
    MessageId,
    /// The whole letter, FLAGS, INTERNALDATE, and the object id where the server has one.
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
    /// `object_id` is the item that asks for it, with a space before it, or empty.
    fn write(self, object_id: &str) -> String {
        match self {
            Self::Listing => "(UID FLAGS RFC822.SIZE)".to_owned(),
            Self::Size => "(UID RFC822.SIZE)".to_owned(),
            Self::Header => format!("(UID FLAGS RFC822.SIZE INTERNALDATE{object_id} BODY.PEEK[HEADER])"),
            Self::MessageId => "(UID BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])".to_owned(),
            Self::Body => format!("(UID FLAGS INTERNALDATE{object_id} BODY.PEEK[])"),
            Self::Window { offset, len } => format!("(UID RFC822.SIZE INTERNALDATE BODY.PEEK[]<{offset}.{len}>)"),
        }
    }
}

/// What [`Session::uid_fetch_changed`] is to tell, with a HIGHESTMODSEQ that was seen; not 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Since {
    /// The letters that came or whose flags changed (CONDSTORE).
    Changed(u64),
    /// Those, and the ones that went: where [`Session::enable`] has switched QRESYNC on.
    ChangedOrVanished(u64),
}

/// The answers of UID FETCH commands while they arrive. Read them to their end: a session with an answer half read
/// can only be closed.
#[derive(Debug)]
pub struct Fetching<'s, S: Transport> {
    session: &'s mut Session<S>,
    asks: VecDeque<(String, Items)>,
    /// When each command was sent that is under way.
    sent: HashMap<u32, Instant>,
}

impl<S: Transport> Fetching<'_, S> {
    /// The next FETCH response; `None` once the server has completed every command, until more is asked. Among them may be some that
    /// nobody asked for (flags that changed meanwhile): a letter may come twice and with other items than asked for.
    ///
    /// Each call first sends what may be under way: as many commands as are answered within about a second, and at most 32
    /// KiB of them. So the answers of the next commands are on their way while those of the first are read, and
    /// [`Self::stop`] has that many left to read.
    ///
    /// After [`Error::No`](crate::Error::No), which is about one of the commands, the answers of the others follow.
    pub async fn next(&mut self) -> Result<Option<Fetch>> {
        loop {
            self.send_more().await?;
            if self.session.running.is_empty() {
                return Ok(None);
            }
            match self.session.step().await? {
                Step::Done(number, outcome) => {
                    if let Some(sent) = self.sent.remove(&number) {
                        self.session.pace.answered(number, sent, self.session.last_tag);
                    }
                    drop(outcome?);
                }
                Step::Data(Untagged::Fetch(fetch)) => return Ok(Some(fetch)),
                Step::Data(other) => self.session.keep(other),
            }
        }
    }

    async fn send_more(&mut self) -> Result<()> {
        let object_id = self.session.object_id_item();
        let mut sent = false;
        while let Some((set, items)) = self.asks.front() {
            let command = Command::new(format!("UID FETCH {set} {}", items.write(object_id)));
            if !self.session.has_room(&command) {
                break;
            }
            let number = self.session.send(command).await?;
            self.sent.insert(number, Instant::now());
            self.asks.pop_front();
            sent = true;
        }
        match sent {
            true => self.session.flush().await,
            false => Ok(()),
        }
    }

    /// Asks for more, behind what has been asked for.
    pub fn ask(&mut self, asks: impl IntoIterator<Item = (String, Items)>) {
        self.asks.extend(asks);
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
        self.must_be_free()?;
        Ok(Fetching {
            session: self,
            asks: asks.into_iter().collect(),
            sent: HashMap::new(),
        })
    }

    /// The item that names a letter in whichever mailbox it is: Gmail's own, or RFC 8474's.
    fn object_id_item(&self) -> &'static str {
        match (self.has("X-GM-EXT-1"), self.has("OBJECTID")) {
            (true, _) => " X-GM-MSGID",
            (false, true) => " EMAILID",
            (false, false) => "",
        }
    }

    /// UID FETCH of UID and FLAGS with CHANGEDSINCE: what changed in a set of letters, such as `1:*`, since then.
    pub async fn uid_fetch_changed(&mut self, set: &str, since: Since) -> Result<Changes> {
        let modifiers = match since {
            Since::Changed(modseq) => format!("CHANGEDSINCE {modseq}"),
            Since::ChangedOrVanished(_) if !self.has_enabled("QRESYNC") => return Err(Error::NotEnabled("QRESYNC")),
            Since::ChangedOrVanished(modseq) => format!("CHANGEDSINCE {modseq} VANISHED"),
        };
        let mut changes = Changes::default();
        let command = Command::new(format!("UID FETCH {set} (UID FLAGS) ({modifiers})"));
        self.run(command, |response| match response {
            Untagged::Fetch(fetch) if fetch.uid.is_some() => {
                changes.changed.push(fetch);
                None
            }
            Untagged::Vanished { earlier: true, uids } => {
                changes.vanished.extend(uids);
                None
            }
            other => Some(other),
        })
        .await?;
        Ok(changes)
    }
}

//! [`Remote`] over POP3: one mailbox, the inbox, and letters to take from it.
//!
//! Kept true here:
//! - The server keeps the maildrop locked while this lives: it is opened for one synchronisation and quit.
//! - Message numbers are used only within the session that listed them.
//! - What is expunged is deleted when the server has answered QUIT, and not before.

mod failure;
mod identify;

use crate::{
    Abilities, Appended, Arrived, Delta, Extension, Fetched, Findings, Known, Listed, Marked, Moved, News, Outlet,
    Part, Piece, Problem, Remote, RemoteError, RemoteMailbox, Result, ServerId, Survey, Wanted as Letter,
};
use async_trait::async_trait;
use failure::explain;
use identify::identify;
use pli_model::{Endpoint, Flags, Marking, Role, Timestamp, Uid, UidValidity};
use pli_net::{Connector, Dialect, Stream};
use pli_pop::{LARGEST_LETTER, PopError, Refusal, Session, Stretch, Wanted};
use std::{collections::HashMap, time::Duration};

/// The only mailbox.
const INBOX: &str = "INBOX";

/// A signed-in POP3 session.
#[derive(Debug)]
pub struct Pop3Remote {
    session: Session<Stream>,
    /// `host:port`, for error texts.
    server: String,
    /// What this session listed, by the id that it has here; `None` before it was asked.
    listed: Option<HashMap<String, Wanted>>,
}

impl Pop3Remote {
    /// Connects and signs in.
    pub async fn sign_in(connector: &Connector, endpoint: &Endpoint, user: &str, password: &str) -> Result<Self> {
        let server = endpoint.to_string();
        let stream = connector.open(endpoint, Dialect::Pop3).await?;
        let greeted = stream.greeted();
        let mut session = Session::start(stream, greeted)
            .await
            .map_err(|error| explain(&server, "the connection", error))?;
        session
            .sign_in(user, password)
            .await
            .map_err(|error| explain(&server, "the sign-in", error))?;
        Ok(Self {
            session,
            server,
            listed: None,
        })
    }

    /// Lists the maildrop and remembers the numbers.
    async fn list_letters(&mut self) -> Result<Vec<Listed>> {
        let failed = |error| explain(&self.server, "to list the letters", error);
        let all = self.session.list().await.map_err(failed)?;
        let identified = identify(&mut self.session, all).await.map_err(failed)?;
        let letter = |(id, wanted): &(String, Wanted)| Listed {
            id: ServerId::Uidl(id.clone()),
            marks: None,
            size: wanted.octets,
        };
        let letters = identified.iter().map(letter).collect();
        self.listed = Some(identified.into_iter().collect());
        Ok(letters)
    }

    /// The numbers of those letters, with their ids, in that order; without those that this session does not list.
    async fn numbered(&mut self, letters: &[Letter]) -> Result<Vec<(ServerId, Wanted)>> {
        if self.listed.is_none() {
            self.list_letters().await?;
        }
        let number = |id: &ServerId| match id {
            ServerId::Uidl(uidl) => Some((id.clone(), *self.listed.as_ref()?.get(uidl)?)),
            ServerId::Uid(_) => None,
        };
        Ok(letters.iter().filter_map(|letter| number(&letter.id)).collect())
    }

    /// Takes letters by `asked` and hands on `part` of them, until nobody wants more; answers those that were refused.
    async fn take(
        &mut self,
        numbered: Vec<(ServerId, Wanted)>,
        asked: pli_pop::Part,
        part: Part,
        out: &Outlet,
    ) -> Result<Vec<((ServerId, Wanted), Refusal)>> {
        let wanted = numbered.iter().map(|(_, wanted)| *wanted).collect();
        let mut letters = self.session.letters(asked, wanted);
        let mut refused = Vec::new();
        let mut numbered = numbered.into_iter().peekable();
        while out.wants_more() {
            let Some(stretch) = letters.next().await else {
                return Ok(refused);
            };
            let stretch = stretch.map_err(|error| explain(&self.server, "to send a letter", error))?;
            let is_last = stretch.is_last;
            let Some((id, wanted)) = numbered.peek() else { break };
            match arrived(id, wanted.octets, stretch, asked, part) {
                Ok(None) => {}
                Ok(Some(arrived)) => {
                    if !out.send(arrived).await {
                        break;
                    }
                }
                Err(refusal) => refused.push(((id.clone(), *wanted), refusal)),
            }
            if is_last {
                numbered.next();
            }
        }
        Ok(Vec::new())
    }

    /// POP3 has no such thing.
    fn cannot<T>(&self, what: &str) -> Result<T> {
        let text = format!("The server {} speaks POP3, which cannot {what}.", self.server);
        Err(RemoteError {
            problem: Problem::Refused,
            text,
        })
    }

    async fn list_inbox(&mut self, path: &str) -> Result<Delta> {
        self.only_inbox(path)?;
        let letters = self.list_letters().await?;
        let exists = u32::try_from(letters.len()).unwrap_or(u32::MAX);
        Ok(Delta::Complete {
            state: Known {
                exists,
                ..Known::default()
            },
            letters,
        })
    }

    fn only_inbox(&self, path: &str) -> Result<()> {
        if path == INBOX {
            Ok(())
        } else {
            self.cannot(&format!("open “{path}”: it has only an inbox"))
        }
    }
}

#[async_trait]
impl Remote for Pop3Remote {
    fn abilities(&self) -> Abilities {
        Abilities {
            mailboxes: false,
            flags: false,
            headers_first: false,
            idle: false,
            mirrors_deletion: false,
            atomic_move: false,
        }
    }

    fn take_findings(&mut self) -> Findings {
        Findings::default()
    }

    fn distrust(&mut self, _extension: Extension, _detail: &str) {}

    async fn survey(&mut self) -> Result<Survey> {
        let inbox = RemoteMailbox {
            path: INBOX.to_owned(),
            delimiter: None,
            role: Role::Inbox,
            selectable: true,
            subscribed: true,
            object_id: String::new(),
            counters: None,
        };
        Ok(Survey {
            mailboxes: vec![inbox],
            prefix: String::new(),
        })
    }

    async fn look(&mut self, path: &str, _known: Known, _held: &[Uid]) -> Result<Delta> {
        self.list_inbox(path).await
    }

    async fn list(&mut self, path: &str) -> Result<Delta> {
        self.list_inbox(path).await
    }

    async fn fetch(&mut self, path: &str, letters: &[Letter], part: Part, out: &Outlet) -> Result<()> {
        self.only_inbox(path)?;
        let mut numbered = self.numbered(letters).await?;
        let all = numbered.len();
        // It would end the session, and those behind it would never come.
        numbered.retain(|(_, wanted)| part != Part::Body || wanted.octets <= LARGEST_LETTER);
        let is_one_too_large = numbered.len() < all;
        let has_top = self.session.capabilities().top;
        let refused = if part != Part::Body && has_top {
            let refused = self.take(numbered, pli_pop::Part::Header, part, out).await?;
            // Some announce TOP and do not have it. A header is in the letter too.
            let again = refused.into_iter().map(|(letter, _)| letter).collect();
            self.take(again, pli_pop::Part::Whole, part, out).await?
        } else {
            self.take(numbered, pli_pop::Part::Whole, part, out).await?
        };
        // Nothing vanishes from a locked maildrop, so a refusal is worth telling; after the letters that can be had.
        match refused.into_iter().next() {
            Some((_, refusal)) => Err(explain(&self.server, "to send a letter", PopError::Refused(refusal))),
            None if is_one_too_large => Err(RemoteError {
                problem: Problem::Refused,
                text: format!(
                    "The server {} has a letter of more than 1 GB, which Pli cannot keep. It stays there; the others have come.",
                    self.server
                ),
            }),
            None => Ok(()),
        }
    }

    async fn uid_validity(&mut self, _path: &str) -> Result<Option<UidValidity>> {
        Ok(None)
    }

    async fn mark(&mut self, _path: &str, _ids: &[ServerId], _marking: &Marking) -> Result<Marked> {
        self.cannot("keep flags")
    }

    async fn move_to(&mut self, _path: &str, _ids: &[ServerId], _target: &str) -> Result<Moved> {
        self.cannot("move letters")
    }

    async fn copy_to(&mut self, _path: &str, _ids: &[ServerId], _target: &str) -> Result<Moved> {
        self.cannot("copy letters")
    }

    async fn expunge(&mut self, path: &str, ids: &[ServerId]) -> Result<()> {
        self.only_inbox(path)?;
        let wanted = |id: &ServerId| Letter {
            id: id.clone(),
            size: 0,
            have: 0,
        };
        let letters: Vec<Letter> = ids.iter().map(wanted).collect();
        let numbers: Vec<u32> = self
            .numbered(&letters)
            .await?
            .iter()
            .map(|(_, wanted)| wanted.number)
            .collect();
        let refused = self.session.dele(&numbers).await;
        let refused = refused.map_err(|error| explain(&self.server, "to delete letters", error))?;
        match refused.into_iter().next() {
            Some((_, refusal)) => Err(explain(&self.server, "to delete a letter", PopError::Refused(refusal))),
            None => Ok(()),
        }
    }

    async fn append(
        &mut self,
        _path: &str,
        _raw: &[u8],
        _flags: Flags,
        _keywords: &[String],
        _received: Timestamp,
    ) -> Result<Option<Appended>> {
        self.cannot("take letters")
    }

    async fn find_message_id(&mut self, _path: &str, _message_id: &str) -> Result<Vec<ServerId>> {
        self.cannot("search")
    }

    async fn create_mailbox(&mut self, _path: &str) -> Result<()> {
        self.cannot("make mailboxes")
    }

    async fn rename_mailbox(&mut self, _path: &str, _new: &str) -> Result<()> {
        self.cannot("rename mailboxes")
    }

    async fn delete_mailbox(&mut self, _path: &str) -> Result<()> {
        self.cannot("delete mailboxes")
    }

    async fn subscribe(&mut self, _path: &str) -> Result<()> {
        self.cannot("subscribe to mailboxes")
    }

    async fn unsubscribe(&mut self, _path: &str) -> Result<()> {
        self.cannot("subscribe to mailboxes")
    }

    async fn exists(&mut self, path: &str) -> Result<Option<bool>> {
        Ok(Some(path == INBOX))
    }

    async fn wait_for_news(&mut self, _path: &str, _known: Known, _patience: Duration) -> Result<News> {
        self.cannot("tell about news")
    }

    async fn quit(self: Box<Self>) -> Result<()> {
        let Self { session, server, .. } = *self;
        session
            .quit()
            .await
            .map_err(|error| explain(&server, "to end in good order", error))
    }
}

fn octets(raw: &[u8]) -> u64 {
    u64::try_from(raw.len()).unwrap_or(u64::MAX)
}

/// What becomes of a stretch; or the refusal of the letter. `listed` are the octets that the server told of it.
fn arrived(
    id: &ServerId,
    listed: u64,
    stretch: Stretch,
    asked: pli_pop::Part,
    part: Part,
) -> Result<Option<Arrived>, Refusal> {
    let Stretch {
        offset, raw, is_last, ..
    } = stretch;
    let mut raw = raw?;
    let end = offset.saturating_add(octets(&raw));
    if asked == pli_pop::Part::Whole && is_last && has_added_end(&raw, end, listed) {
        raw.truncate(raw.len() - 2);
    }
    let id = id.clone();
    let (is_body, is_whole) = (part == Part::Body, offset == 0 && is_last);
    if is_body && !is_whole {
        return Ok(Some(Arrived::Piece(Piece {
            id,
            offset,
            raw,
            is_last,
        })));
    }
    // A header is in the first stretch.
    let letter = || Fetched {
        id,
        received: None,
        marks: None,
        object_id: None,
        size: if asked == pli_pop::Part::Whole && is_whole {
            octets(&raw)
        } else {
            listed
        },
        raw: if is_body { raw } else { header(raw) },
        is_whole: is_body,
    };
    Ok((offset == 0).then(letter).map(Arrived::Letter))
}

/// POP3 ends the last line of a letter in every case (RFC 1939 §3). Where the letter has no such end, the octets that the
/// server lists do not count it (Dovecot), and IMAP shows the letter without it: it is the same letter. `raw` ends the
/// letter, after `end` octets.
fn has_added_end(raw: &[u8], end: u64, listed: u64) -> bool {
    end == listed.saturating_add(2) && listed > 0 && raw.ends_with(b"\r\n")
}

/// The header block with its empty line; all of it when there is no body.
fn header(mut raw: Vec<u8>) -> Vec<u8> {
    if raw.starts_with(b"\r\n") {
        raw.truncate(2);
    }
    if let Some(end) = raw.windows(4).position(|four| four == b"\r\n\r\n") {
        raw.truncate(end + 4);
    }
    raw
}

#[cfg(test)]
mod tests;

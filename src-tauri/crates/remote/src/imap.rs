//! [`Remote`] over IMAP.
//!
//! Kept true here:
//! - Looking and fetching use EXAMINE and BODY.PEEK: nothing is marked read by being fetched. SELECT only where
//!   something is to be written.
//! - UIDs are used only under the UIDVALIDITY under which they were looked at on this connection.

mod failure;
mod fetch;
mod look;
mod names;
#[cfg(test)]
mod tests;
mod windows;

use crate::{
    Abilities, Appended, Delta, Fetched, Known, Moved, News, Part, Problem, Remote, RemoteError, RemoteMailbox, Result,
    ServerId,
};
use async_trait::async_trait;
use failure::Failing;
use look::Looked;
use names::Names;
use pli_imap::{Access, Code, MailboxName, Session, StatusText, Untagged, uid_set};
use pli_model::{Endpoint, FlagChange, Flags, Timestamp, Uid, UidValidity};
use pli_net::{Connector, Dialect, Stream};
use std::collections::HashMap;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::{Instant, sleep};

/// Servers end an IDLE after 30 minutes (RFC 2177 asks for a new one before 29).
const LONGEST_IDLE: Duration = Duration::from_secs(28 * 60);
/// How often a server without IDLE is asked.
const POLL: Duration = Duration::from_secs(60);

/// A signed-in IMAP connection.
#[derive(Debug)]
pub struct ImapRemote {
    session: Session<Stream>,
    /// `host:port`, for error texts.
    server: String,
    names: Names,
    /// What each mailbox was like when it was looked at on this connection, by path.
    looked: HashMap<String, Looked>,
}

impl ImapRemote {
    /// Connects and signs in.
    pub async fn sign_in(connector: &Connector, endpoint: &Endpoint, user: &str, password: &str) -> Result<Self> {
        let server = endpoint.to_string();
        let stream = connector.open(endpoint, Dialect::Imap).await?;
        let greeted = stream.greeted();
        let mut session = Session::open(stream, greeted)
            .await
            .map_err(|error| failure::greeting(&server, error))?;
        session
            .sign_in(user, password)
            .await
            .map_err(|error| failure::sign_in(&server, error))?;
        session
            .identify("Pli", env!("CARGO_PKG_VERSION"))
            .await
            .failing(&server, "to be told who asks")?;
        Ok(Self {
            session,
            server,
            names: Names::default(),
            looked: HashMap::new(),
        })
    }

    /// Makes `path` the selected mailbox, unless it is already.
    async fn open(&mut self, path: &str, access: Access) -> Result<()> {
        let name = self.wire_name(path).await?;
        let suffices = |selected: &pli_imap::Selected| {
            selected.name == name && (selected.access == access || selected.access == Access::ReadWrite)
        };
        if self.session.selected().is_some_and(suffices) {
            return Ok(());
        }
        self.takes_change();
        let selected = self
            .session
            .select(&name, access)
            .await
            .failing(&self.server, format_args!("to open “{path}”"))?;
        match self.looked.get(path) {
            Some(looked) if looked.state.uid_validity != selected.uid_validity => Err(RemoteError {
                problem: Problem::TemporarilyRefused,
                text: format!(
                    "The mailbox “{path}” at {} has been replaced by another of that name.",
                    self.server
                ),
            }),
            _ => Ok(()),
        }
    }

    async fn wire_name(&mut self, path: &str) -> Result<MailboxName> {
        if self.names.may_be_irregular(path) {
            self.mailboxes().await?;
        }
        Ok(self.names.wire(path))
    }

    /// Whether the mailbox, selected just now or before, has changed since it was looked at.
    async fn has_changed_since_look(&mut self, path: &str) -> Result<bool> {
        let name = self.wire_name(path).await?;
        if self.session.selected().is_none_or(|selected| selected.name != name) {
            self.open(path, Access::ReadOnly).await?;
            let state = self.session.selected().map(look::state);
            return Ok(self.looked.get(path).is_some_and(|looked| Some(looked.state) != state));
        }
        Ok(self.takes_change())
    }

    /// Takes the news so far; answers whether any of them is about letters.
    fn takes_change(&mut self) -> bool {
        let news = self.session.take_news();
        for response in &news.responses {
            if let Untagged::Status(
                _,
                StatusText {
                    code: Some(Code::Alert),
                    text,
                },
            ) = response
            {
                tracing::warn!(server = %self.server, text, "the provider wants this to be read");
            }
        }
        news.lost || news.responses.iter().any(Untagged::is_change)
    }

    async fn idle(&mut self, patience: Duration) -> Result<bool> {
        let deadline = self.session.stream_mut().set_read_deadline(patience + POLL);
        let told = self.session.idle(patience).await;
        self.session.stream_mut().set_read_deadline(deadline);
        told.failing(&self.server, "to wait for news")
    }

    async fn poll(&mut self, patience: Duration) -> Result<bool> {
        sleep(patience).await;
        self.session.noop().await.failing(&self.server, "to tell the news")?;
        Ok(self.takes_change())
    }
}

#[async_trait]
impl Remote for ImapRemote {
    fn abilities(&self) -> Abilities {
        Abilities {
            mailboxes: true,
            flags: true,
            headers_first: true,
            idle: true,
            mirrors_deletion: true,
        }
    }

    async fn mailboxes(&mut self) -> Result<Vec<RemoteMailbox>> {
        let listings = self
            .session
            .list()
            .await
            .failing(&self.server, "to list the mailboxes")?;
        Ok(self.names.learn(&listings))
    }

    async fn look(&mut self, path: &str, known: Known) -> Result<Delta> {
        self.look_at(path, known).await
    }

    async fn fetch(&mut self, path: &str, ids: &[ServerId], part: Part, out: &mpsc::Sender<Fetched>) -> Result<()> {
        self.open(path, Access::ReadOnly).await?;
        self.fetch_letters(path, &uids(ids)?, part, out).await
    }

    async fn uid_validity(&mut self, path: &str) -> Result<Option<UidValidity>> {
        self.open(path, Access::ReadWrite).await?;
        Ok(self.session.selected().and_then(|selected| selected.uid_validity))
    }

    async fn flag(&mut self, path: &str, ids: &[ServerId], change: FlagChange) -> Result<()> {
        let uids = uids(ids)?;
        self.open(path, Access::ReadWrite).await?;
        for set in uid_set::commands(&uids) {
            self.session
                .uid_store(&set, change)
                .await
                .failing(&self.server, format_args!("to flag letters of “{path}”"))?;
        }
        Ok(())
    }

    async fn move_to(&mut self, path: &str, ids: &[ServerId], target: &str) -> Result<Moved> {
        let uids = uids(ids)?;
        let target_name = self.wire_name(target).await?;
        self.open(path, Access::ReadWrite).await?;
        let asked = format_args!("to move letters from “{path}” to “{target}”").to_string();
        let moved = self
            .session
            .uid_move(&uids, &target_name)
            .await
            .failing(&self.server, &asked)?;
        if moved.left_marked {
            tracing::warn!(server = %self.server, path, "copied; the originals stay behind, marked as deleted");
        }
        let pair = |(old, new)| (ServerId::Uid(old), ServerId::Uid(new));
        Ok(Moved {
            validity: moved.uid_validity,
            pairs: moved.uids.into_iter().map(pair).collect(),
        })
    }

    async fn append(&mut self, path: &str, raw: &[u8], flags: Flags, received: Timestamp) -> Result<Option<Appended>> {
        let name = self.wire_name(path).await?;
        let appended = self.session.append(&name, raw, flags, received).await;
        let appended = appended.failing(&self.server, format_args!("to file a letter in “{path}”"))?;
        Ok(appended.map(|(validity, uid)| Appended {
            validity,
            id: ServerId::Uid(uid),
        }))
    }

    async fn find_message_id(&mut self, path: &str, message_id: &str) -> Result<Vec<ServerId>> {
        self.open(path, Access::ReadOnly).await?;
        let found = self.find(message_id).await?;
        Ok(found.into_iter().map(ServerId::Uid).collect())
    }

    async fn create_mailbox(&mut self, path: &str) -> Result<()> {
        let name = self.wire_name(path).await?;
        match self.session.create(&name).await {
            // Not every server has the code for it: ask whether it is there.
            Err(pli_imap::Error::No(_)) if self.mailboxes().await?.iter().any(|mailbox| mailbox.path == path) => Ok(()),
            outcome => outcome.failing(&self.server, format_args!("to create “{path}”")),
        }
    }

    async fn wait_for_news(&mut self, path: &str, patience: Duration) -> Result<News> {
        let end = Instant::now() + patience;
        if self.has_changed_since_look(path).await? {
            return Ok(News::Changed);
        }
        loop {
            let left = end.saturating_duration_since(Instant::now());
            let changed = match self.session.has("IDLE") {
                true => self.idle(left.min(LONGEST_IDLE)).await?,
                false => self.poll(left.min(POLL)).await?,
            };
            if changed {
                return Ok(News::Changed);
            }
            if Instant::now() >= end {
                return Ok(News::Quiet);
            }
        }
    }

    async fn quit(self: Box<Self>) -> Result<()> {
        let Self { session, server, .. } = *self;
        session.logout().await.failing(&server, "to sign out")
    }
}

/// The UIDs; a POP3 id has no meaning here.
fn uids(ids: &[ServerId]) -> Result<Vec<Uid>> {
    let uid = |id: &ServerId| match id {
        ServerId::Uid(uid) => Ok(*uid),
        ServerId::Uidl(_) => Err(RemoteError {
            problem: Problem::Refused,
            text: "A letter of a POP3 server was asked of an IMAP server.".to_owned(),
        }),
    };
    ids.iter().map(uid).collect()
}

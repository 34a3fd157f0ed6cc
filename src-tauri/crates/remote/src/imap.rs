//! [`Remote`] over IMAP.
//!
//! Kept true here:
//! - Looking and fetching use EXAMINE and BODY.PEEK: nothing is marked read by being fetched. SELECT only where
//!   something is to be written.
//! - UIDs are used only under the UIDVALIDITY under which they were looked at on this connection.

mod failure;
mod fetch;
mod look;
mod mailboxes;
mod names;
mod sizing;
#[cfg(test)]
mod tests;
mod windows;

use crate::{
    Abilities, Appended, Delta, Extension, Findings, Known, Marked, Moved, News, Outlet, Part, Problem, Remote,
    RemoteError, Result, ServerId, Survey, Wanted,
};
use async_trait::async_trait;
use failure::Failing;
use names::Names;
use pli_imap::{Access, Code, MailboxName, Opening, Session, StatusText, Untagged};
use pli_model::{Endpoint, Flags, Marking, Passport, Timestamp, Uid, UidValidity};
use pli_net::{Connector, Dialect, Stream};
use std::collections::{BTreeSet, HashMap};
use std::time::Duration;
use tokio::time::{Instant, sleep};

/// An IDLE is ended and begun anew this often. RFC 2177 asks for it before 29 minutes; much earlier, a peer that has
/// died without a word is found out, and routers are kept from forgetting the connection.
const LONGEST_IDLE: Duration = Duration::from_secs(5 * 60);
/// How often a server without IDLE is asked.
const POLL: Duration = Duration::from_secs(60);

/// A line whose round trip takes longer than this is slow enough for compression to pay.
const FAR: Duration = Duration::from_millis(5);

/// A signed-in IMAP connection.
#[derive(Debug)]
pub struct ImapRemote {
    session: Session<Stream>,
    /// `host:port`, for error texts.
    server: String,
    names: Names,
    /// The UIDVALIDITY under which each mailbox was looked at on this connection, by path.
    looked: HashMap<String, Option<UidValidity>>,
    /// Extensions that are not used although the server offers them.
    distrusted: BTreeSet<Extension>,
    /// Whether news of every mailbox come by themselves; `None` before it was asked.
    notifies: Option<bool>,
    findings: Findings,
}

impl ImapRemote {
    /// Connects and signs in. What the passport says against the server is heeded.
    pub async fn sign_in(
        connector: &Connector,
        endpoint: &Endpoint,
        user: &str,
        password: &str,
        passport: &Passport,
    ) -> Result<Self> {
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
        let distrusted = Extension::ALL
            .into_iter()
            .filter(|extension| extension.is_distrusted(passport))
            .collect();
        let mut remote = Self {
            session,
            server,
            names: Names::default(),
            looked: HashMap::new(),
            distrusted,
            notifies: None,
            findings: Findings::default(),
        };
        remote.prepare().await?;
        Ok(remote)
    }

    /// Says who we are, switches on what is to be used, and compresses a line that is slow.
    async fn prepare(&mut self) -> Result<()> {
        let resync = [Extension::Qresync, Extension::Condstore]
            .into_iter()
            .find(|extension| self.uses(*extension));
        let asked = Instant::now();
        let software = self
            .session
            .introduce("Pli", env!("CARGO_PKG_VERSION"), resync.map_or("", Extension::name))
            .await
            .failing(&self.server, "to be told who asks")?;
        let is_far = asked.elapsed() > FAR;
        self.findings.software = software;
        if is_far && self.uses(Extension::Compress) {
            let compressed = self.session.compress().await;
            if !compressed.failing(&self.server, "to compress the line")? {
                self.distrust(Extension::Compress, "it does not compress although it offers to");
            }
        }
        self.findings.in_use = Extension::ALL
            .into_iter()
            .filter(|extension| self.uses(*extension))
            .filter(|extension| is_far || *extension != Extension::Compress)
            .collect();
        Ok(())
    }

    /// Whether the server has that extension and is believed.
    fn uses(&self, extension: Extension) -> bool {
        !self.distrusted.contains(&extension) && self.session.has(extension.name())
    }

    /// Whether modification sequences are to be had: QRESYNC implies CONDSTORE (RFC 7162 §3.2).
    fn uses_modseq(&self) -> bool {
        !self.distrusted.contains(&Extension::Condstore)
            && (self.session.has("CONDSTORE") || self.session.has("QRESYNC"))
    }

    /// How mailboxes are opened where nothing is asked about the past.
    fn opening(&self) -> Opening<'static> {
        match self.uses_modseq() {
            true => Opening::Condstore,
            false => Opening::Plain,
        }
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
        let opening = self.opening();
        self.session
            .select(&name, access, opening)
            .await
            .failing(&self.server, format_args!("to open “{path}”"))?;
        let validity = self.session.selected().and_then(|selected| selected.uid_validity);
        match self.looked.get(path) {
            Some(looked) if *looked != validity => Err(RemoteError {
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
            self.survey_mailboxes().await?;
        }
        Ok(self.names.wire(path))
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

    /// Asks for news of every mailbox, once a connection; IDLE alone tells of the selected one.
    async fn notify(&mut self) -> Result<()> {
        if self.notifies.is_none() {
            let on = match self.uses(Extension::Notify) {
                true => {
                    let outcome = self.session.notify().await;
                    outcome.failing(&self.server, "to tell the news of every mailbox")?
                }
                false => false,
            };
            self.notifies = Some(on);
        }
        Ok(())
    }

    /// IDLE for at most that long. Meanwhile the server may be silent; the answer to DONE must come as soon as any other, so
    /// that a peer which is no longer there is found out.
    async fn idle(&mut self, patience: Duration) -> Result<bool> {
        let asked = "to wait for news";
        let mut idling = self.session.idle().await.failing(&self.server, asked)?;
        let ordinary = idling.stream_mut().set_read_deadline(patience + POLL);
        let waited = idling.wait(patience).await;
        idling.stream_mut().set_read_deadline(ordinary);
        waited.failing(&self.server, asked)?;
        idling.done().await.failing(&self.server, asked)
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
            atomic_move: self.session.has("MOVE"),
        }
    }

    fn take_findings(&mut self) -> Findings {
        std::mem::take(&mut self.findings)
    }

    fn distrust(&mut self, extension: Extension, detail: &str) {
        if self.distrusted.insert(extension) {
            tracing::warn!(server = %self.server, extension = extension.name(), detail, "the server is not believed");
            self.findings.quirks.push((extension, detail.to_owned()));
        }
    }

    async fn survey(&mut self) -> Result<Survey> {
        self.survey_mailboxes().await
    }

    async fn look(&mut self, path: &str, known: Known, held: &[Uid]) -> Result<Delta> {
        self.look_at(path, known, held).await
    }

    async fn list(&mut self, path: &str) -> Result<Delta> {
        self.list_completely(path).await
    }

    async fn fetch(&mut self, path: &str, letters: &[Wanted], part: Part, out: &Outlet) -> Result<()> {
        self.open(path, Access::ReadOnly).await?;
        self.fetch_letters(path, letters, part, out).await
    }

    async fn uid_validity(&mut self, path: &str) -> Result<Option<UidValidity>> {
        self.open(path, Access::ReadWrite).await?;
        Ok(self.session.selected().and_then(|selected| selected.uid_validity))
    }

    async fn mark(&mut self, path: &str, ids: &[ServerId], marking: &Marking) -> Result<Marked> {
        let uids = uids(ids)?;
        self.open(path, Access::ReadWrite).await?;
        let stored = self.session.uid_store(&uids, marking).await;
        let stored = stored.failing(&self.server, format_args!("to mark letters in “{path}”"))?;
        Ok(match stored.untaken.is_empty() {
            true => Marked::Fully,
            false => Marked::WithoutKeywords,
        })
    }

    async fn move_to(&mut self, path: &str, ids: &[ServerId], target: &str) -> Result<Moved> {
        let uids = uids(ids)?;
        let target_name = self.wire_name(target).await?;
        self.open(path, Access::ReadWrite).await?;
        let moved = self.session.uid_move(&uids, &target_name).await;
        let moved = moved.failing(
            &self.server,
            format_args!("to move letters from “{path}” to “{target}”"),
        )?;
        if moved.left_marked {
            tracing::warn!(server = %self.server, path, "copied; the originals stay behind, marked as deleted");
        }
        Ok(places(moved))
    }

    async fn copy_to(&mut self, path: &str, ids: &[ServerId], target: &str) -> Result<Moved> {
        let uids = uids(ids)?;
        let target_name = self.wire_name(target).await?;
        self.open(path, Access::ReadOnly).await?;
        let copied = self.session.uid_copy(&uids, &target_name).await;
        let copied = copied.failing(
            &self.server,
            format_args!("to copy letters from “{path}” to “{target}”"),
        )?;
        Ok(places(copied))
    }

    async fn expunge(&mut self, path: &str, ids: &[ServerId]) -> Result<()> {
        let uids = uids(ids)?;
        self.open(path, Access::ReadWrite).await?;
        let expunged = self.session.uid_expunge(&uids).await;
        let expunged = expunged.failing(&self.server, format_args!("to delete letters of “{path}”"))?;
        if expunged == pli_imap::Expunged::OnlyMarked {
            tracing::warn!(server = %self.server, path, "the server cannot expunge single letters: they are marked");
        }
        Ok(())
    }

    async fn append(
        &mut self,
        path: &str,
        raw: &[u8],
        flags: Flags,
        keywords: &[String],
        received: Timestamp,
    ) -> Result<Option<Appended>> {
        let name = self.wire_name(path).await?;
        let appended = self.session.append(&name, raw, flags, keywords, received).await;
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
        self.create(path).await
    }

    async fn rename_mailbox(&mut self, path: &str, new: &str) -> Result<()> {
        self.rename(path, new).await
    }

    async fn delete_mailbox(&mut self, path: &str) -> Result<()> {
        self.delete(path).await
    }

    async fn subscribe(&mut self, path: &str) -> Result<()> {
        let name = self.wire_name(path).await?;
        let outcome = self.session.subscribe(&name).await;
        outcome.failing(&self.server, format_args!("to subscribe to “{path}”"))
    }

    async fn unsubscribe(&mut self, path: &str) -> Result<()> {
        let name = self.wire_name(path).await?;
        let outcome = self.session.unsubscribe(&name).await;
        outcome.failing(&self.server, format_args!("to unsubscribe from “{path}”"))
    }

    async fn exists(&mut self, path: &str) -> Result<Option<bool>> {
        self.is_there(path).await
    }

    async fn wait_for_news(&mut self, path: &str, known: Known, patience: Duration) -> Result<News> {
        let end = Instant::now() + patience;
        let name = self.wire_name(path).await?;
        if self.session.selected().is_none_or(|selected| selected.name != name) {
            // Before the mailbox is opened: Dovecot 2.3 tells nothing of one that was open when NOTIFY came.
            self.notify().await?;
            self.open(path, Access::ReadOnly).await?;
            let state = self.session.selected().map(look::state);
            if state.is_some_and(|state| !known.has_same_letters(&state)) {
                return Ok(News::Changed);
            }
        }
        if self.takes_change() {
            return Ok(News::Changed);
        }
        loop {
            let left = end.saturating_duration_since(Instant::now());
            let changed = match self.uses(Extension::Idle) {
                true => self.idle(left.min(LONGEST_IDLE)).await?,
                false => self.poll(left.min(POLL)).await?,
            };
            if changed {
                self.takes_change();
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

fn places(moved: pli_imap::Moved) -> Moved {
    let pair = |(old, new)| (ServerId::Uid(old), ServerId::Uid(new));
    Moved {
        validity: moved.uid_validity,
        pairs: moved.uids.into_iter().map(pair).collect(),
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

//! A maildrop in memory: what POP3 promises, and sessions with it that break.
//!
//! A session dies after a given number of steps (a listing, a letter, a deletion, the goodbye), before or after the server
//! has done what it was asked. What was deleted in it is gone only when the goodbye was heard.

use super::model::{Fate, raw};
use crate::{Context, SyncError, pull};
use async_trait::async_trait;
use pli_model::{Flags, Marking, Role, Timestamp, Uid, UidValidity};
use pli_remote::{
    Abilities, Appended, Arrived, Delta, Extension, Fetched, Findings, Known, Listed, Marked, Moved, News, Outlet,
    Part, Problem, Remote, RemoteError, RemoteMailbox, Result, ServerId, Survey, Wanted,
};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// A letter of the maildrop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    pub name: String,
    /// Which letter it is.
    pub number: u32,
}

#[derive(Debug, Default)]
pub struct Maildrop {
    pub letters: Vec<Letter>,
    names: u32,
    /// Names that no letter has any more.
    pub free: Vec<String>,
    /// Letters that a session of ours has deleted.
    pub deleted: BTreeSet<u32>,
    /// How often each letter was sent whole.
    pub sent: Vec<u32>,
}

pub type Shared = Arc<Mutex<Maildrop>>;

pub fn lock(maildrop: &Shared) -> MutexGuard<'_, Maildrop> {
    maildrop.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Maildrop {
    pub fn of(letters: Vec<Letter>) -> Self {
        Self {
            letters,
            ..Self::default()
        }
    }

    pub fn deliver(&mut self, number: u32) {
        let name = self.new_name();
        self.letters.push(Letter { name, number });
    }

    /// A letter comes under a name that another one had.
    pub fn deliver_reusing(&mut self, number: u32) {
        let name = self.free.pop().unwrap_or_else(|| self.new_name());
        self.letters.push(Letter { name, number });
    }

    pub fn remove(&mut self, at: usize) -> Letter {
        let gone = self.letters.remove(at);
        self.free.push(gone.name.clone());
        gone
    }

    /// Every letter gets another name, as after a move to other software.
    pub fn rename_all(&mut self) {
        for at in 0..self.letters.len() {
            let name = self.new_name();
            self.letters[at].name = name;
        }
    }

    fn new_name(&mut self) -> String {
        self.names += 1;
        format!("u{}", self.names)
    }
}

/// A session.
pub struct Session {
    maildrop: Shared,
    fate: Option<Fate>,
    dead: bool,
    marked: BTreeSet<String>,
    /// It does not send letters whose number leaves this rest when divided by three.
    refuses: Option<u32>,
}

fn broken() -> RemoteError {
    RemoteError {
        problem: Problem::Disconnected,
        text: "the line broke".to_owned(),
    }
}

fn cannot<T>() -> Result<T> {
    Err(RemoteError {
        problem: Problem::Refused,
        text: "POP3 cannot do that".to_owned(),
    })
}

impl Session {
    pub fn open(maildrop: &Shared, fate: Option<Fate>) -> Self {
        Self {
            maildrop: Arc::clone(maildrop),
            fate,
            dead: false,
            marked: BTreeSet::new(),
            refuses: None,
        }
    }

    /// One in which some letters are refused.
    pub fn refusing(maildrop: &Shared, rest: u32) -> Self {
        Self {
            refuses: Some(rest % 3),
            ..Self::open(maildrop, None)
        }
    }

    /// One step: does it, unless the line broke before; answers it, unless the line broke meanwhile.
    fn step<T>(&mut self, work: impl FnOnce(&mut Maildrop, &mut BTreeSet<String>) -> T) -> Result<T> {
        if self.dead {
            return Err(broken());
        }
        let mut maildrop = lock(&self.maildrop);
        match &mut self.fate {
            Some(fate) if fate.steps == 0 => {
                self.dead = true;
                if fate.done {
                    work(&mut maildrop, &mut self.marked);
                }
                Err(broken())
            }
            Some(fate) => {
                fate.steps -= 1;
                Ok(work(&mut maildrop, &mut self.marked))
            }
            None => Ok(work(&mut maildrop, &mut self.marked)),
        }
    }
}

#[async_trait]
impl Remote for Session {
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
            path: "INBOX".to_owned(),
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
        self.list(path).await
    }

    async fn list(&mut self, _path: &str) -> Result<Delta> {
        let listed = |letter: &Letter| Listed {
            id: ServerId::Uidl(letter.name.clone()),
            marks: None,
            size: raw(letter.number).len() as u64,
        };
        self.step(|maildrop, _| Delta::Complete {
            state: Known::default(),
            letters: maildrop.letters.iter().map(listed).collect(),
        })
    }

    async fn fetch(&mut self, _path: &str, letters: &[Wanted], part: Part, out: &Outlet) -> Result<()> {
        let (refuses, mut refused) = (self.refuses, false);
        for wanted in letters {
            let ServerId::Uidl(name) = &wanted.id else { continue };
            let number = self.step(|maildrop, _| {
                let found = maildrop.letters.iter().find(|letter| letter.name == *name);
                let number = found.map(|letter| letter.number);
                maildrop.sent.extend(number.filter(|_| part == Part::Body));
                number
            })?;
            let Some(number) = number else { continue };
            if refuses == Some(number % 3) {
                refused = true;
                continue;
            }
            let mut bytes = raw(number);
            let size = bytes.len() as u64;
            if part != Part::Body {
                let end = bytes.windows(4).position(|four| four == b"\r\n\r\n").unwrap();
                bytes.truncate(end + 4);
            }
            let letter = Fetched {
                id: wanted.id.clone(),
                received: None,
                marks: None,
                object_id: None,
                size,
                raw: bytes,
                is_whole: part == Part::Body,
            };
            if !out.send(Arrived::Letter(letter)).await {
                break;
            }
        }
        if refused { cannot() } else { Ok(()) }
    }

    async fn uid_validity(&mut self, _path: &str) -> Result<Option<UidValidity>> {
        Ok(None)
    }

    async fn mark(&mut self, _path: &str, _ids: &[ServerId], _marking: &Marking) -> Result<Marked> {
        cannot()
    }

    async fn move_to(&mut self, _path: &str, _ids: &[ServerId], _target: &str) -> Result<Moved> {
        cannot()
    }

    async fn copy_to(&mut self, _path: &str, _ids: &[ServerId], _target: &str) -> Result<Moved> {
        cannot()
    }

    async fn expunge(&mut self, _path: &str, ids: &[ServerId]) -> Result<()> {
        for id in ids {
            let ServerId::Uidl(name) = id else { continue };
            self.step(|_, marked| _ = marked.insert(name.clone()))?;
        }
        Ok(())
    }

    async fn append(
        &mut self,
        _path: &str,
        _raw: &[u8],
        _flags: Flags,
        _keywords: &[String],
        _received: Timestamp,
    ) -> Result<Option<Appended>> {
        cannot()
    }

    async fn find_message_id(&mut self, _path: &str, _message_id: &str) -> Result<Vec<ServerId>> {
        cannot()
    }

    async fn create_mailbox(&mut self, _path: &str) -> Result<()> {
        cannot()
    }

    async fn rename_mailbox(&mut self, _path: &str, _new: &str) -> Result<()> {
        cannot()
    }

    async fn delete_mailbox(&mut self, _path: &str) -> Result<()> {
        cannot()
    }

    async fn subscribe(&mut self, _path: &str) -> Result<()> {
        cannot()
    }

    async fn unsubscribe(&mut self, _path: &str) -> Result<()> {
        cannot()
    }

    async fn exists(&mut self, path: &str) -> Result<Option<bool>> {
        Ok(Some(path == "INBOX"))
    }

    async fn wait_for_news(&mut self, _path: &str, _known: Known, _patience: Duration) -> Result<News> {
        cannot()
    }

    async fn quit(mut self: Box<Self>) -> Result<()> {
        self.step(|maildrop, marked| {
            while let Some(at) = maildrop.letters.iter().position(|letter| marked.contains(&letter.name)) {
                let gone = maildrop.remove(at);
                maildrop.deleted.insert(gone.number);
            }
        })
    }
}

/// One session, as the loops of an account hold it.
pub async fn session(context: &Context, session: Session) -> std::result::Result<(), SyncError> {
    let mut remote: Box<dyn Remote> = Box::new(session);
    let passed = pull::pass(context, remote.as_mut(), &mut || false).await?;
    if let Some(visit) = passed.visit {
        visit.end(context, remote).await?;
    }
    passed.outcome.map(drop)
}

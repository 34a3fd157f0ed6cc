//! A mail server in memory: what IMAP promises, in a few hundred lines, and connections to it that break.
//!
//! It can be as good or as poor as real ones: deltas with or without what vanished, moves that are atomic or made of
//! copying and expunging, new places told or not. A connection dies after a given number of steps, before or after the
//! server has done what it was asked.

use async_trait::async_trait;
use pli_model::{FlagChange, Flags, Marking, Role, Timestamp, Uid, UidValidity};
use pli_remote::{
    Abilities, Appended, Arrived, Delta, Extension, Fetched, Findings, Known, Listed, Marked, Marks, Moved, News,
    Outlet, Part, Problem, Remote, RemoteError, RemoteMailbox, Result, ServerId, Survey, Wanted,
};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// What the server can do.
#[derive(Debug, Clone, Copy, Default)]
pub struct Talents {
    /// Tells what changed and vanished since a modification sequence.
    pub deltas: bool,
    /// MOVE, else COPY and EXPUNGE.
    pub atomic_move: bool,
    /// COPYUID and APPENDUID.
    pub tells_places: bool,
    /// LIST-STATUS.
    pub counters: bool,
}

/// A letter in a mailbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// Which letter it is, the same in every mailbox.
    pub number: u32,
    pub flags: Flags,
    pub keywords: BTreeSet<String>,
    pub modseq: u64,
}

#[derive(Debug, Clone)]
pub struct Folder {
    pub validity: u32,
    pub next: u32,
    pub modseq: u64,
    pub letters: BTreeMap<u32, Letter>,
    pub expunged: Vec<(u32, u64)>,
}

#[derive(Debug)]
pub struct Server {
    pub talents: Talents,
    pub boxes: BTreeMap<String, Folder>,
    /// What the path of every mailbox but the inbox begins with, of those that are made.
    pub prefix: &'static str,
    /// A mailbox that it does not open.
    pub closed: Option<&'static str>,
    validities: u32,
}

/// When a connection dies: after that many steps, and whether the last one is still done.
#[derive(Debug, Clone, Copy)]
pub struct Fate {
    pub steps: u32,
    pub done: bool,
}

pub type Shared = Arc<Mutex<Server>>;

pub const MAILBOXES: [(&str, Role); 3] = [
    ("INBOX", Role::Inbox),
    ("Archive", Role::Archive),
    ("Trash", Role::Trash),
];

impl Folder {
    fn new(validity: u32) -> Self {
        Self {
            validity,
            next: 1,
            modseq: 1,
            letters: BTreeMap::new(),
            expunged: Vec::new(),
        }
    }

    fn tick(&mut self) -> u64 {
        self.modseq += 1;
        self.modseq
    }

    /// Puts a letter in; answers its UID.
    pub fn add(&mut self, number: u32, flags: Flags, keywords: BTreeSet<String>) -> u32 {
        let (uid, modseq) = (self.next, self.tick());
        self.next += 1;
        let letter = Letter {
            number,
            flags,
            keywords,
            modseq,
        };
        self.letters.insert(uid, letter);
        uid
    }

    pub fn remove(&mut self, uid: u32) -> Option<Letter> {
        let letter = self.letters.remove(&uid)?;
        let modseq = self.tick();
        self.expunged.push((uid, modseq));
        Some(letter)
    }

    pub fn mark(&mut self, uid: u32, marking: &Marking) {
        if !self.letters.contains_key(&uid) {
            return;
        }
        let modseq = self.tick();
        if let Some(letter) = self.letters.get_mut(&uid) {
            letter.flags = marking.flags.apply(letter.flags);
            marking
                .remove_keywords
                .iter()
                .for_each(|keyword| _ = letter.keywords.remove(keyword));
            letter.keywords.extend(marking.add_keywords.iter().cloned());
            letter.modseq = modseq;
        }
    }

    fn state(&self, talents: Talents) -> Known {
        Known {
            uid_validity: Some(UidValidity(self.validity)),
            uid_next: self.next,
            exists: u32::try_from(self.letters.len()).unwrap(),
            highest_modseq: if talents.deltas { self.modseq } else { 0 },
        }
    }
}

impl Server {
    pub fn new(talents: Talents) -> Shared {
        let mut server = Self {
            talents,
            boxes: BTreeMap::new(),
            prefix: "",
            closed: None,
            validities: 1,
        };
        for (path, _) in MAILBOXES {
            server.create(path);
        }
        Arc::new(Mutex::new(server))
    }

    fn create(&mut self, path: &str) {
        self.validities += 1;
        let validity = self.validities;
        self.boxes
            .entry(path.to_owned())
            .or_insert_with(|| Folder::new(validity));
    }

    /// The mailbox gets a new UIDVALIDITY, and every letter another UID.
    pub fn make_anew(&mut self, path: &str) {
        self.validities += 1;
        let validity = self.validities;
        let Some(old) = self.boxes.get_mut(path) else { return };
        let mut anew = Folder::new(validity);
        for letter in old.letters.values() {
            anew.add(letter.number, letter.flags, letter.keywords.clone());
        }
        *old = anew;
    }
}

/// A connection.
pub struct Connection {
    server: Shared,
    fate: Option<Fate>,
    dead: bool,
}

pub fn lock(server: &Shared) -> MutexGuard<'_, Server> {
    server.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The raw letter of that number. No two below a thousand have the same octets: only so can a name that a maildrop uses again
/// be noticed at every look.
pub fn raw(number: u32) -> Vec<u8> {
    let text = "x".repeat(number as usize % 1000);
    format!(
        "Message-ID: <{number:05}@north.test>\r\nSubject: Letter {number:05}\r\n\
         Date: Mon, 5 Jan 2026 10:00:00 +0000\r\n\r\n{text}\r\n"
    )
    .into_bytes()
}

fn number_of(raw: &[u8]) -> u32 {
    let text = std::str::from_utf8(raw).unwrap();
    let id = text.split('<').nth(1).unwrap().split('@').next().unwrap();
    id.parse().unwrap()
}

fn broken() -> RemoteError {
    RemoteError {
        problem: Problem::Disconnected,
        text: "the line broke".to_owned(),
    }
}

fn numbers(ids: &[ServerId]) -> Vec<u32> {
    ids.iter()
        .map(|id| match id {
            ServerId::Uid(uid) => uid.0,
            ServerId::Uidl(_) => panic!("not IMAP"),
        })
        .collect()
}

impl Connection {
    pub fn open(server: &Shared, fate: Option<Fate>) -> Self {
        Self {
            server: Arc::clone(server),
            fate,
            dead: false,
        }
    }

    /// One step: does it, unless the line broke before; answers it, unless the line broke meanwhile.
    fn step<T>(&mut self, work: impl FnOnce(&mut Server) -> Result<T>) -> Result<T> {
        if self.dead {
            return Err(broken());
        }
        match &mut self.fate {
            Some(fate) if fate.steps == 0 => {
                self.dead = true;
                if fate.done {
                    let _ = work(&mut lock(&self.server));
                }
                Err(broken())
            }
            Some(fate) => {
                fate.steps -= 1;
                work(&mut lock(&self.server))
            }
            None => work(&mut lock(&self.server)),
        }
    }
}

fn the<'s>(server: &'s mut Server, path: &str) -> Result<&'s mut Folder> {
    let refusal = RemoteError {
        problem: Problem::Refused,
        text: format!("no mailbox {path}"),
    };
    match server.closed == Some(path) {
        true => Err(refusal),
        false => server.boxes.get_mut(path).ok_or(refusal),
    }
}

fn listed((uid, letter): (&u32, &Letter)) -> Listed {
    Listed {
        id: ServerId::Uid(Uid(*uid)),
        marks: Some(marks(letter)),
        size: 0,
    }
}

fn marks(letter: &Letter) -> Marks {
    Marks {
        flags: letter.flags,
        keywords: letter.keywords.iter().cloned().collect(),
    }
}

/// Moves or copies; answers old and new UIDs.
fn transfer(server: &mut Server, path: &str, uids: &[u32], target: &str, moves: bool) -> Result<Moved> {
    let tells = server.talents.tells_places;
    let letters: Vec<(u32, Letter)> = {
        let source = the(server, path)?;
        let found = uids
            .iter()
            .filter_map(|uid| Some((*uid, source.letters.get(uid)?.clone())));
        found.collect()
    };
    let there = the(server, target)?;
    let validity = UidValidity(there.validity);
    let mut pairs = Vec::new();
    for (uid, letter) in &letters {
        let new = there.add(letter.number, letter.flags, letter.keywords.clone());
        pairs.push((ServerId::Uid(Uid(*uid)), ServerId::Uid(Uid(new))));
    }
    if moves {
        let source = the(server, path)?;
        letters.iter().for_each(|(uid, _)| _ = source.remove(*uid));
    }
    Ok(match tells {
        true => Moved {
            validity: Some(validity),
            pairs,
        },
        false => Moved::default(),
    })
}

#[async_trait]
impl Remote for Connection {
    fn abilities(&self) -> Abilities {
        Abilities {
            mailboxes: true,
            flags: true,
            headers_first: true,
            idle: false,
            mirrors_deletion: true,
            atomic_move: lock(&self.server).talents.atomic_move,
        }
    }

    fn take_findings(&mut self) -> Findings {
        Findings::default()
    }

    fn distrust(&mut self, extension: Extension, detail: &str) {
        panic!("{extension:?} is distrusted without a reason: {detail}");
    }

    async fn survey(&mut self) -> Result<Survey> {
        self.step(|server| {
            let talents = server.talents;
            let mailbox = |(path, one): (&String, &Folder)| RemoteMailbox {
                path: path.clone(),
                delimiter: Some('/'),
                role: MAILBOXES
                    .iter()
                    .find(|(known, _)| known == path)
                    .map_or(Role::Other, |(_, role)| *role),
                selectable: true,
                subscribed: true,
                object_id: String::new(),
                counters: talents.counters.then(|| one.state(talents)),
            };
            Ok(Survey {
                mailboxes: server.boxes.iter().map(mailbox).collect(),
                prefix: server.prefix.to_owned(),
            })
        })
    }

    async fn look(&mut self, path: &str, known: Known, held: &[Uid]) -> Result<Delta> {
        self.step(|server| {
            let talents = server.talents;
            let one = the(server, path)?;
            let state = one.state(talents);
            if known.uid_validity.is_some() && known.uid_validity != state.uid_validity {
                let letters = one.letters.keys();
                let unmarked = |uid: &u32| Listed {
                    id: ServerId::Uid(Uid(*uid)),
                    marks: None,
                    size: 0,
                };
                return Ok(Delta::Anew {
                    state,
                    letters: letters.map(unmarked).collect(),
                });
            }
            if known.is_unchanged(&state) {
                return Ok(Delta::Unchanged);
            }
            if !talents.deltas || known.highest_modseq == 0 || known.uid_next == 0 {
                return Ok(Delta::Complete {
                    state,
                    letters: one.letters.iter().map(listed).collect(),
                });
            }
            let since = known.highest_modseq;
            let changed = one.letters.iter().filter(|(_, letter)| letter.modseq > since);
            let vanished = one
                .expunged
                .iter()
                .filter(|(uid, at)| *at > since && held.contains(&Uid(*uid)));
            Ok(Delta::Changes {
                state,
                letters: changed.map(listed).collect(),
                vanished: vanished.map(|(uid, _)| ServerId::Uid(Uid(*uid))).collect(),
                by: Extension::Qresync,
            })
        })
    }

    async fn list(&mut self, path: &str) -> Result<Delta> {
        self.step(|server| {
            let talents = server.talents;
            let one = the(server, path)?;
            Ok(Delta::Complete {
                state: one.state(talents),
                letters: one.letters.iter().map(listed).collect(),
            })
        })
    }

    async fn fetch(&mut self, path: &str, letters: &[Wanted], part: Part, out: &Outlet) -> Result<()> {
        for wanted in letters {
            if !out.wants_more() {
                return Ok(());
            }
            let found = self.step(|server| {
                let ServerId::Uid(uid) = wanted.id else { return Ok(None) };
                Ok(the(server, path)?.letters.get(&uid.0).cloned())
            })?;
            let Some(letter) = found else { continue };
            let whole = raw(letter.number);
            let size = whole.len() as u64;
            // Every second letter is too large to come whole at once.
            let is_whole = part == Part::Body || (matches!(part, Part::HeaderOrSmall(_)) && letter.number % 2 == 0);
            let end = whole.windows(4).position(|four| four == b"\r\n\r\n").unwrap() + 4;
            let fetched = Fetched {
                id: wanted.id.clone(),
                received: Some(Timestamp(i64::from(letter.number) * 1000)),
                marks: Some(marks(&letter)),
                object_id: None,
                size,
                raw: if is_whole { whole } else { whole[..end].to_vec() },
                is_whole,
            };
            if !out.send(Arrived::Letter(fetched)).await {
                return Ok(());
            }
        }
        Ok(())
    }

    async fn uid_validity(&mut self, path: &str) -> Result<Option<UidValidity>> {
        self.step(|server| Ok(Some(UidValidity(the(server, path)?.validity))))
    }

    async fn mark(&mut self, path: &str, ids: &[ServerId], marking: &Marking) -> Result<Marked> {
        self.step(|server| {
            let one = the(server, path)?;
            numbers(ids).into_iter().for_each(|uid| one.mark(uid, marking));
            Ok(Marked::Fully)
        })
    }

    async fn move_to(&mut self, path: &str, ids: &[ServerId], target: &str) -> Result<Moved> {
        let uids = numbers(ids);
        if lock(&self.server).talents.atomic_move {
            return self.step(|server| transfer(server, path, &uids, target, true));
        }
        let moved = self.step(|server| {
            let marked: Vec<u32> = {
                let source = the(server, path)?;
                let there = uids.iter().filter(|uid| {
                    let letter = source.letters.get(uid);
                    letter.is_some_and(|letter| !letter.flags.contains(Flags::DELETED))
                });
                there.copied().collect()
            };
            transfer(server, path, &marked, target, false)
        })?;
        self.step(|server| {
            let source = the(server, path)?;
            let deleted = Marking {
                flags: FlagChange::add(Flags::DELETED),
                ..Marking::default()
            };
            uids.iter().for_each(|uid| source.mark(*uid, &deleted));
            Ok(())
        })?;
        self.step(|server| {
            let source = the(server, path)?;
            uids.iter().for_each(|uid| _ = source.remove(*uid));
            Ok(())
        })?;
        Ok(moved)
    }

    async fn copy_to(&mut self, path: &str, ids: &[ServerId], target: &str) -> Result<Moved> {
        let uids = numbers(ids);
        self.step(|server| transfer(server, path, &uids, target, false))
    }

    async fn expunge(&mut self, path: &str, ids: &[ServerId]) -> Result<()> {
        let uids = numbers(ids);
        self.step(|server| {
            let one = the(server, path)?;
            uids.iter().for_each(|uid| _ = one.remove(*uid));
            Ok(())
        })
    }

    async fn append(
        &mut self,
        path: &str,
        raw: &[u8],
        flags: Flags,
        keywords: &[String],
        _received: Timestamp,
    ) -> Result<Option<Appended>> {
        let number = number_of(raw);
        self.step(|server| {
            let tells = server.talents.tells_places;
            let one = the(server, path)?;
            let uid = one.add(number, flags, keywords.iter().cloned().collect());
            Ok(tells.then_some(Appended {
                validity: UidValidity(one.validity),
                id: ServerId::Uid(Uid(uid)),
            }))
        })
    }

    async fn find_message_id(&mut self, _path: &str, _message_id: &str) -> Result<Vec<ServerId>> {
        Ok(Vec::new())
    }

    async fn create_mailbox(&mut self, path: &str) -> Result<()> {
        self.step(|server| {
            server.create(path);
            Ok(())
        })
    }

    async fn rename_mailbox(&mut self, path: &str, new: &str) -> Result<()> {
        self.step(|server| {
            if let Some(one) = server.boxes.remove(path) {
                server.boxes.insert(new.to_owned(), one);
            }
            Ok(())
        })
    }

    async fn delete_mailbox(&mut self, path: &str) -> Result<()> {
        self.step(|server| {
            server.boxes.remove(path);
            Ok(())
        })
    }

    async fn subscribe(&mut self, _path: &str) -> Result<()> {
        Ok(())
    }

    async fn unsubscribe(&mut self, _path: &str) -> Result<()> {
        Ok(())
    }

    async fn exists(&mut self, path: &str) -> Result<Option<bool>> {
        self.step(|server| Ok(Some(server.boxes.contains_key(path))))
    }

    async fn wait_for_news(&mut self, _path: &str, _known: Known, _patience: Duration) -> Result<News> {
        Ok(News::Quiet)
    }

    async fn quit(self: Box<Self>) -> Result<()> {
        Ok(())
    }
}

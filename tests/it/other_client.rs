//! Another mail client of the same person, that acts at random on a pipe to Dovecot, and what the server holds in the end.

use pli_model::Flags;
use pli_testkit::Dovecot;
use pli_testkit::dovecot::ImapPipe;
use pli_testkit::letters::{Letter, Random};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::SeqCst};
use std::time::Duration;
use tokio::sync::Mutex;

/// The mailboxes that it works in.
pub const MAILBOXES: [&str; 3] = ["INBOX", "Archive", "Projects"];
const FLAGS: [&str; 4] = ["\\Seen", "\\Flagged", "\\Answered", "\\Draft"];
const KEYWORDS: [&str; 3] = ["$Forwarded", "work", "later"];

/// How long it works, and on what.
///
/// Dovecot's MOVE is a copy and an expunge: two clients that move one letter at the same moment double it, and neither
/// is to blame. So while `pli` runs, even letters are this client's to move and to expunge, and odd ones `pli`'s; while it
/// does not run, everything is this client's. Flags are everybody's at all times.
#[derive(Default)]
pub struct Works {
    stop: AtomicBool,
    moves_anything: Mutex<bool>,
}

impl Works {
    pub fn stop(&self) {
        self.stop.store(true, SeqCst);
    }

    /// Returns when no act is under way that was begun under the other rule.
    pub async fn may_move_anything(&self, anything: bool) {
        *self.moves_anything.lock().await = anything;
    }
}

pub struct OtherClient {
    pipe: ImapPipe,
    random: Random,
    works: Arc<Works>,
    pub acts: u32,
    /// Letters are numbered from 0.
    pub written: usize,
    pub expunged: BTreeSet<usize>,
}

/// A letter in a mailbox.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Placed {
    pub letter: usize,
    /// Flags and keywords.
    pub marks: BTreeSet<String>,
}

impl OtherClient {
    pub async fn start(dovecot: &Dovecot, seed: u64, works: Arc<Works>) -> Self {
        Self {
            pipe: dovecot.imap_pipe("alice").await.unwrap(),
            random: Random::new(seed),
            works,
            acts: 0,
            written: 0,
            expunged: BTreeSet::new(),
        }
    }

    /// Acts until it is to stop.
    pub async fn work(mut self) -> Self {
        let works = Arc::clone(&self.works);
        while !works.stop.load(SeqCst) {
            let anything = works.moves_anything.lock().await;
            self.act(*anything).await;
            drop(anything);
            self.acts += 1;
            tokio::time::sleep(Duration::from_millis(self.random.below(40))).await;
        }
        self
    }

    /// Appends so many new letters, with flags, to a mailbox.
    pub async fn write_letters(&mut self, count: usize) {
        let mailbox = MAILBOXES[self.random.index(MAILBOXES.len())];
        let letters: Vec<Letter> = (0..count).map(|_| self.new_letter(mailbox)).collect();
        self.pipe.append(&letters).await.unwrap();
    }

    fn new_letter(&mut self, mailbox: &str) -> Letter {
        let number = self.written;
        self.written += 1;
        let mut raw = format!(
            "From: Bob South <bob@south.test>\r\nTo: alice@localhost.test\r\nSubject: Letter {number}\r\n\
             Message-ID: <{}>\r\nX-Letter: {number}\r\n\r\n",
            message_id(number)
        );
        for line in 0..self.random.below(300) {
            raw += &format!("line {line} of letter {number}\r\n");
        }
        let flags = if self.random.chance(40) {
            Flags::SEEN
        } else {
            Flags::NONE
        };
        let keyword = KEYWORDS[self.random.index(KEYWORDS.len())].to_owned();
        let keywords = if self.random.chance(30) {
            vec![keyword]
        } else {
            Vec::new()
        };
        Letter {
            flags,
            keywords,
            mailbox: mailbox.to_owned(),
            ..Letter::from(raw.into_bytes())
        }
    }

    async fn act(&mut self, moves_anything: bool) {
        if self.random.chance(20) {
            let count = 1 + self.random.index(4);
            return self.write_letters(count).await;
        }
        let mailbox = MAILBOXES[self.random.index(MAILBOXES.len())];
        let Some(chosen) = self.choose(mailbox).await else {
            return;
        };
        let mark = match self.random.chance(60) {
            true => FLAGS[self.random.index(FLAGS.len())],
            false => KEYWORDS[self.random.index(KEYWORDS.len())],
        };
        let mine = chosen.iter().filter(|(_, letter)| moves_anything || letter % 2 == 0);
        let mine: Vec<(u32, usize)> = mine.copied().collect();
        match self.random.below(10) {
            0..=3 => self.store(&chosen, "+", mark).await,
            4..=6 => self.store(&chosen, "-", mark).await,
            7 | 8 if !mine.is_empty() => {
                let target = MAILBOXES[self.random.index(MAILBOXES.len())];
                if target != mailbox {
                    self.pipe
                        .ask(&format!("UID MOVE {} {target}", set(&mine)))
                        .await
                        .unwrap();
                }
            }
            9 if !mine.is_empty() => {
                let few = &mine[..mine.len().min(2)];
                self.store(few, "+", "\\Deleted").await;
                self.pipe.ask(&format!("UID EXPUNGE {}", set(few))).await.unwrap();
                self.expunged.extend(few.iter().map(|(_, letter)| *letter));
            }
            _ => {}
        }
    }

    async fn store(&mut self, chosen: &[(u32, usize)], sign: &str, mark: &str) {
        let command = format!("UID STORE {} {sign}FLAGS.SILENT ({mark})", set(chosen));
        self.pipe.ask(&command).await.unwrap();
    }

    /// Some letters of a mailbox, which is then selected: UID and number; `None` when it is empty.
    async fn choose(&mut self, mailbox: &str) -> Option<Vec<(u32, usize)>> {
        self.pipe.ask(&format!("SELECT {mailbox}")).await.unwrap();
        let told = self.pipe.ask("UID SEARCH ALL").await.unwrap();
        let hits = told.iter().find_map(|line| line.strip_prefix("* SEARCH"))?;
        let all: Vec<u32> = hits.split_whitespace().map(|uid| uid.parse().unwrap()).collect();
        let last = all.len().checked_sub(1)?;
        let from = self.random.index(all.len());
        let to = (from + self.random.index(10)).min(last);
        let range = format!("{}:{}", all[from], all[to]);
        let told = self.pipe.ask(&format!("UID FETCH {range} ({ITEMS})")).await.unwrap();
        let chosen: Vec<(u32, usize)> = told
            .iter()
            .filter_map(|line| Some((uid(line)?, placed(line)?.letter)))
            .collect();
        (!chosen.is_empty()).then_some(chosen)
    }
}

const ITEMS: &str = "UID FLAGS BODY.PEEK[HEADER.FIELDS (X-LETTER)]";

pub fn message_id(letter: usize) -> String {
    format!("letter-{letter}@two.test")
}

/// Everything that the server holds in these mailboxes, letters in their order.
pub async fn read_all(dovecot: &Dovecot, mailboxes: &[&str]) -> BTreeMap<String, Vec<Placed>> {
    let mut pipe = dovecot.imap_pipe("alice").await.unwrap();
    let mut all = BTreeMap::new();
    for mailbox in mailboxes {
        pipe.ask(&format!("EXAMINE {mailbox}")).await.unwrap();
        let told = pipe.ask(&format!("UID FETCH 1:* ({ITEMS})")).await.unwrap();
        let mut letters: Vec<Placed> = told.iter().filter_map(|line| placed(line)).collect();
        letters.sort();
        all.insert((*mailbox).to_owned(), letters);
    }
    pipe.close().await.unwrap();
    all
}

fn set(chosen: &[(u32, usize)]) -> String {
    let uids: Vec<String> = chosen.iter().map(|(uid, _)| uid.to_string()).collect();
    uids.join(",")
}

/// What a FETCH response says; `None` for other lines.
fn placed(line: &str) -> Option<Placed> {
    let marks = between(line, "FLAGS (", ")")?.split_whitespace();
    Some(Placed {
        letter: between(line, "X-Letter: ", "\r")?.parse().ok()?,
        marks: marks.filter(|mark| *mark != "\\Recent").map(str::to_owned).collect(),
    })
}

fn uid(line: &str) -> Option<u32> {
    between(line, "(UID ", " ")?.parse().ok()
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    text.split_once(before)?.1.split_once(after).map(|(inside, _)| inside)
}

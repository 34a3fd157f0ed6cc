//! An account that changes between IMAP and POP3 in place, at a real Dovecot: whatever happens in between, every letter
//! that was ever seen is here exactly once, byte by byte, with its marks.
//!
//! `PLI_LONG` makes it five thousand letters and thirty kills; `PLI_SEED` repeats the choices of a run.

use crate::line::{kill, number};
use crate::pli::{ALICE, Pli};
use pli_testkit::letters::Random;
use pli_testkit::{Dovecot, Lacking, dovecot};
use serde_json::Value;
use std::collections::BTreeMap;
use std::time::Duration;

const MAILBOXES: [&str; 12] = [
    "INBOX",
    "Archive",
    "Sent",
    "Trash",
    "Projects",
    "Projects/One",
    "Projects/Two",
    "Family",
    "Lists",
    "Lists/Rust",
    "Travel",
    "Müll & Co",
];

/// UIDLs that say nothing of UIDs.
const OPAQUE: &str = "protocol pop3 {\n  pop3_uidl_format = %g\n}";

/// What is known of the world: every letter that was ever put at the server, by its bytes, with its marks.
#[derive(Default)]
struct Ever {
    letters: BTreeMap<Vec<u8>, Vec<String>>,
    written: usize,
}

struct Scene {
    dovecot: Dovecot,
    /// Its POP3 without some commands, where that is asked for.
    lacking: Option<Lacking>,
    /// Letters can be told apart only by fetching them, which the server takes for reading.
    is_read_by_looking: bool,
    pli: Pli,
    ever: Ever,
    random: Random,
}

/// What `pli` shows: the bytes of every letter of every mailbox, with its marks.
type Shown = Vec<(Vec<u8>, Vec<String>)>;

impl Scene {
    async fn new(extra: &str, letters: usize) -> Self {
        let clock = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap().subsec_nanos();
        let seed = number("PLI_SEED").unwrap_or_else(|| u64::from(clock));
        eprintln!("PLI_SEED={seed}");
        let options = dovecot::Options {
            extra: extra.to_owned(),
            ..dovecot::Options::default()
        };
        let dovecot = Dovecot::start(options).await.unwrap();
        for mailbox in MAILBOXES {
            // Some are there already.
            let _ = dovecot
                .doveadm(&["mailbox", "create", "-u", "alice", "-s", mailbox])
                .await;
        }
        let pli = Pli::here(dovecot.ca_pem_path());
        pli.has_alice(&dovecot, "imap");
        let mut scene = Self {
            dovecot,
            lacking: None,
            is_read_by_looking: false,
            pli,
            ever: Ever::default(),
            random: Random::new(seed),
        };
        for (at, mailbox) in MAILBOXES.iter().enumerate() {
            // Most letters are in the inbox.
            let share = if at == 0 {
                letters / 2
            } else {
                letters / 2 / (MAILBOXES.len() - 1)
            };
            scene.deliver(mailbox, share).await;
            scene.mark(mailbox).await;
        }
        scene
    }

    /// New letters in a mailbox, some of them of equal size under one Message-ID.
    async fn deliver(&mut self, mailbox: &str, count: usize) {
        let mut raws = Vec::new();
        for _ in 0..count {
            self.ever.written += 1;
            let n = self.ever.written;
            // A third have a twin: header, size and Message-ID are the same, the text is not.
            let id = if n.is_multiple_of(3) { n - 1 } else { n };
            let length = self.random.index(400) * 10;
            let filler = if n.is_multiple_of(3) || n % 3 == 2 {
                "x".repeat(300)
            } else {
                "y".repeat(length)
            };
            let raw = format!(
                "From: Bob <bob@south.test>\r\nTo: {ALICE}\r\nSubject: Letter {id}\r\n\
                 Date: Mon, 21 Sep 2026 10:00:00 +0000\r\nMessage-ID: <switch-{id}@south.test>\r\n\r\n\
                 This is number {n:06}.\r\n{filler}\r\n"
            );
            self.ever.letters.insert(raw.clone().into_bytes(), Vec::new());
            raws.push(raw.into_bytes());
        }
        self.dovecot.import("alice", mailbox, raws).await.unwrap();
    }

    /// Marks some letters of a mailbox at the server, by another client.
    async fn mark(&mut self, mailbox: &str) {
        for (flag, modulo) in [("\\Seen", 2), ("\\Flagged", 5), ("\\Answered", 7)] {
            let number = format!("{:02}.", self.random.index(modulo));
            let query = ["mailbox", mailbox, "body", &number];
            let words = [&["flags", "add", "-u", "alice", flag][..], &query].concat();
            self.dovecot.doveadm(&words).await.unwrap();
            let is_there = self.in_mailbox(mailbox).await;
            for (raw, marks) in &mut self.ever.letters {
                let text = String::from_utf8_lossy(raw);
                if is_there.contains(raw) && text.contains(&number) && !marks.contains(&flag.to_owned()) {
                    marks.push(flag.to_owned());
                    marks.sort();
                }
            }
        }
    }

    async fn in_mailbox(&self, mailbox: &str) -> std::collections::BTreeSet<Vec<u8>> {
        let raws = self.dovecot.raw_letters("alice", mailbox).await.unwrap();
        raws.into_iter().collect()
    }

    fn mode(&self) -> String {
        let accounts = self.pli.lines(&["account", "list"]);
        accounts[0]["mode"].as_str().unwrap().to_owned()
    }

    /// The command that changes the account to that protocol.
    fn words(&self, mode: &str) -> Vec<String> {
        let (server, security) = match (mode, &self.lacking) {
            ("imap", _) => (self.dovecot.imaps(), "tls"),
            (_, Some(lacking)) => (lacking.addr(), "plain"),
            _ => (self.dovecot.pop3s(), "tls"),
        };
        let incoming = format!("localhost:{}", server.port());
        [
            "account",
            "mode",
            ALICE,
            mode,
            "--incoming",
            &incoming,
            "--incoming-security",
            security,
        ]
        .map(str::to_owned)
        .into()
    }

    /// Changes the account, killed so many times on the way; answers what the last run said, if it had still to change
    /// anything.
    fn change(&mut self, mode: &str, kills: usize) -> Option<Value> {
        let words = self.words(mode);
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        for _ in 0..kills {
            let child = self.pli.spawn(&words);
            std::thread::sleep(Duration::from_millis(self.random.below(2500)));
            kill(child);
            self.pli.is_sound();
        }
        if self.mode() == mode {
            self.pli.object(&["sync"]);
            return None;
        }
        let told = self.pli.object(&words);
        assert_eq!(told["changed"], true, "{told}");
        assert_eq!(self.mode(), mode);
        Some(told)
    }

    fn shown(&self) -> Shown {
        let mut shown = Vec::new();
        for mailbox in self.pli.lines(&["mailboxes"]) {
            let path = mailbox["mailbox"].as_str().unwrap();
            let folder = tempfile::tempdir().unwrap();
            let to = folder.path().to_str().unwrap();
            self.pli
                .object(&["export", "--account", ALICE, "--mailbox", path, "--eml", to]);
            for letter in self.pli.all(path) {
                let raw = std::fs::read(folder.path().join(format!("{}.eml", letter["id"]))).unwrap();
                let flags = ["answered", "flagged", "seen"]
                    .into_iter()
                    .filter(|flag| letter[*flag] == true);
                let flags = flags.map(|flag| format!("\\{}{}", flag[..1].to_uppercase(), &flag[1..]));
                shown.push((raw, flags.collect()));
            }
        }
        shown.sort();
        shown
    }

    /// Every letter ever seen is here exactly once, with its marks.
    fn is_whole(&self, when: &str) {
        let shown = self.shown();
        let expected: Shown = self.ever.letters.clone().into_iter().collect();
        let count = |raw: &[u8]| shown.iter().filter(|(other, _)| other == raw).count();
        for (raw, marks) in &expected {
            let times = count(raw);
            let text = String::from_utf8_lossy(raw);
            assert_eq!(
                times,
                1,
                "{when}: is here {times} times:\n{}",
                &text[..text.len().min(300)]
            );
            let (_, have) = shown.iter().find(|(other, _)| other == raw).unwrap();
            let mut have = have.clone();
            if self.is_read_by_looking {
                have.retain(|mark| mark != "\\Seen" || marks.contains(mark));
            }
            assert_eq!(have, *marks, "{when}: marks of\n{}", &text[..text.len().min(300)]);
        }
        assert_eq!(shown.len(), expected.len(), "{when}");
        self.pli.is_sound();
    }

    /// Marks a letter of the inbox here.
    fn mark_here(&mut self, flag: &str) {
        let inbox = self.pli.all("inbox");
        let letter = &inbox[self.random.index(inbox.len())];
        let id = letter["id"].to_string();
        let raw = self.pli.run(&["show", &id, "--raw"]).stdout;
        self.pli.lines(&["flag", &id, &format!("+{flag}")]);
        let mark = format!("\\{}{}", flag[..1].to_uppercase(), &flag[1..]);
        let marks = self.ever.letters.get_mut(&raw).expect("a letter that nobody wrote");
        if !marks.contains(&mark) {
            marks.push(mark);
            marks.sort();
        }
    }

    /// Moves a letter of the inbox here, one that the server has still, as far as is known.
    fn move_here(&mut self, target: &str) {
        let mut inbox = self.pli.all("inbox");
        inbox.retain(|letter| letter["only_here"] == false);
        let id = inbox[self.random.index(inbox.len())]["id"].to_string();
        self.pli.lines(&["move", &id, target]);
    }

    /// Another client expunges some letters of a mailbox.
    async fn expunge_elsewhere(&self, mailbox: &str, from: usize, to: usize) {
        let uids = format!("{from}:{to}");
        self.dovecot
            .doveadm(&["expunge", "-u", "alice", "mailbox", mailbox, "uid", &uids])
            .await
            .unwrap();
    }

    /// Another client moves some letters of a mailbox.
    async fn move_elsewhere(&self, mailbox: &str, target: &str, from: usize, to: usize) {
        let uids = format!("{from}:{to}");
        self.dovecot
            .doveadm(&["move", "-u", "alice", target, "mailbox", mailbox, "uid", &uids])
            .await
            .unwrap();
    }
}

fn letters() -> usize {
    if number("PLI_LONG").is_some() { 5000 } else { 240 }
}

/// There and back again and there once more, with life going on in between.
async fn goes_there_and_back(mut scene: Scene, kills: usize) {
    scene.pli.object(&["sync"]);
    scene.is_whole("read by IMAP");

    let before = scene.mode();
    let mut preview = scene.words("pop3");
    preview.push("--dry-run".to_owned());
    let preview: Vec<&str> = preview.iter().map(String::as_str).collect();
    let told = scene.pli.object(&preview);
    assert_eq!((&told["changed"], scene.mode()), (&false.into(), before), "{told}");

    scene.change("pop3", kills);
    scene.is_whole("IMAP to POP3");
    scene.deliver("INBOX", 10).await;
    scene.pli.object(&["sync"]);
    scene.is_whole("new letters by POP3");
    scene.expunge_elsewhere("INBOX", 1, 4).await;
    scene.expunge_elsewhere("Lists", 1, 2).await;
    scene.move_elsewhere("INBOX", "Travel", 6, 9).await;
    scene.move_elsewhere("Lists/Rust", "Family", 1, 3).await;
    scene.mark_here("flagged");
    scene.move_here("Archive");
    scene.pli.object(&["sync"]);
    scene.pli.lines(&["mailbox", "create", "Filed"]);
    scene.move_here("Filed");
    scene.pli.object(&["sync"]);
    scene.is_whole("work by POP3");

    let told = scene.change("imap", kills);
    eprintln!("POP3 to IMAP: {told:?}");
    scene.is_whole("POP3 to IMAP");
    scene.pli.object(&["sync"]);
    scene.is_whole("POP3 to IMAP, the second look");
    let filed = scene.in_mailbox("Filed").await;
    assert_eq!(filed.len(), 1, "what was filed here is filed there");
    scene.deliver("INBOX", 5).await;
    scene.pli.object(&["sync"]);
    scene.mark_here("seen");
    scene.is_whole("read by IMAP again");

    let told = scene.change("pop3", kills);
    eprintln!("IMAP to POP3 again: {told:?}");
    scene.is_whole("IMAP to POP3 again");
    scene.pli.object(&["sync"]);
    scene.is_whole("IMAP to POP3 again, the second look");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_goes_to_pop3_and_back_without_loss() {
    goes_there_and_back(Scene::new("", letters()).await, 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn so_it_does_where_uidls_say_nothing() {
    goes_there_and_back(Scene::new(OPAQUE, letters()).await, 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn so_it_does_where_the_server_has_no_uidls() {
    let mut scene = Scene::new("", letters()).await;
    scene.lacking = Some(Lacking::to(scene.dovecot.pop3(), &["UIDL"]).await.unwrap());
    goes_there_and_back(scene, 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn so_it_does_where_it_has_no_top_either() {
    let mut scene = Scene::new("", letters()).await;
    scene.lacking = Some(Lacking::to(scene.dovecot.pop3(), &["UIDL", "TOP"]).await.unwrap());
    scene.is_read_by_looking = true;
    goes_there_and_back(scene, 0).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn so_it_does_when_it_is_killed_on_the_way() {
    let kills = if number("PLI_LONG").is_some() { 10 } else { 3 };
    goes_there_and_back(Scene::new("", letters()).await, kills).await;
}

/// A server that does not let us in changes nothing.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_changed_before_the_other_server_lets_us_in() {
    let mut scene = Scene::new("", 24).await;
    scene.pli.object(&["sync"]);
    let mut words = scene.words("pop3");
    words[5] = "localhost:1".to_owned();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    let error = scene.pli.fails(&words, 3);
    assert_eq!(scene.mode(), "imap", "{error}");
    scene.is_whole("refused");
    scene.mark_here("seen");
}

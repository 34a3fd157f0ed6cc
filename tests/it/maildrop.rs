//! What stays in a maildrop, and what is on this computer only, at a real Dovecot.

use crate::line::{kill, number};
use crate::pli::{ALICE, Pli};
use pli_testkit::letters::Random;
use pli_testkit::{Dovecot, dovecot};
use serde_json::Value;
use std::collections::BTreeSet;
use std::time::Duration;

type Letters = BTreeSet<Vec<u8>>;

/// Letters of these numbers.
fn letters(numbers: std::ops::Range<u32>) -> Letters {
    let letter = |n: u32| {
        format!(
            "From: Bob <bob@south.test>\r\nTo: {ALICE}\r\nSubject: Letter {n}\r\n\
             Date: Mon, 21 Sep 2026 10:00:00 +0000\r\nMessage-ID: <drop-{n}@south.test>\r\n\r\nThis is number {n:06}.\r\n"
        )
        .into_bytes()
    };
    numbers.map(letter).collect()
}

struct Scene {
    dovecot: Dovecot,
    pli: Pli,
}

impl Scene {
    async fn new(mode: &str) -> Self {
        let dovecot = Dovecot::start(dovecot::Options::default()).await.unwrap();
        let pli = Pli::here(dovecot.ca_pem_path());
        pli.has_alice(&dovecot, mode);
        Self { dovecot, pli }
    }

    async fn deliver(&self, letters: &Letters) {
        self.dovecot
            .import("alice", "INBOX", letters.iter().cloned())
            .await
            .unwrap();
    }

    async fn there(&self) -> Letters {
        let raws = self.dovecot.raw_letters("alice", "INBOX").await.unwrap();
        raws.into_iter().collect()
    }

    /// What is shown in a mailbox here; nothing of it twice.
    fn here(&self, mailbox: &str) -> Letters {
        let raws = self.pli.raw_letters(ALICE, mailbox);
        let letters: Letters = raws.iter().cloned().collect();
        assert_eq!(letters.len(), raws.len(), "a letter is here twice");
        letters
    }

    fn leave(&self, what: &str) {
        self.pli.lines(&["account", "leave", ALICE, what]);
    }

    fn sync(&self) {
        self.pli.object(&["sync"]);
    }

    /// How many letters of the inbox are on this computer only.
    fn only_here(&self) -> usize {
        self.pli
            .all("inbox")
            .iter()
            .filter(|letter| letter["only_here"] == true)
            .count()
    }

    fn newest(&self) -> String {
        self.pli.all("inbox")[0]["id"].to_string()
    }

    fn is_refused(&self, words: &[&str], count: u32) -> Value {
        let error = self.pli.fails(words, 1);
        assert_eq!(
            (&error["code"], &error["count"]),
            (&"last_copies".into(), &count.into()),
            "{error}"
        );
        error
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_stays_there_until_the_person_wants_it_otherwise() {
    let scene = Scene::new("pop3").await;
    let all = letters(0..20);
    scene.deliver(&all).await;
    scene.sync();
    assert_eq!((scene.there().await, scene.here("inbox")), (all.clone(), all.clone()));
    assert_eq!(scene.only_here(), 0);
    scene.leave("30");
    scene.sync();
    assert_eq!(scene.there().await.len(), 20, "thirty days are not over");
    scene.leave("nothing");
    scene.sync();
    assert_eq!((scene.there().await, scene.here("inbox")), (Letters::new(), all));
    assert_eq!(scene.only_here(), 20);
    let more = letters(20..25);
    scene.deliver(&more).await;
    scene.sync();
    assert_eq!(scene.there().await, Letters::new(), "in the session that fetched them");
    assert_eq!(scene.here("inbox"), letters(0..25));
    scene.pli.is_sound();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_deleted_for_good_here_goes_there_too_where_that_is_wanted() {
    let scene = Scene::new("pop3").await;
    scene.deliver(&letters(0..5)).await;
    scene.sync();
    scene.pli.lines(&["delete", "--forever", &scene.newest()]);
    scene.sync();
    assert_eq!(
        (scene.there().await.len(), scene.here("inbox").len()),
        (5, 4),
        "it stays there"
    );

    scene.is_refused(&["account", "leave", ALICE, "until-deleted"], 1);
    scene.sync();
    assert_eq!(scene.there().await.len(), 5);
    scene
        .pli
        .lines(&["account", "leave", ALICE, "until-deleted", "--lose", "1"]);
    scene.sync();
    assert_eq!(scene.there().await, scene.here("inbox"));
    scene.pli.lines(&["delete", "--forever", &scene.newest()]);
    scene.sync();
    assert_eq!(
        (scene.there().await.len(), scene.there().await),
        (3, scene.here("inbox"))
    );

    scene.pli.lines(&["delete", &scene.newest()]);
    scene.sync();
    assert_eq!(scene.there().await.len(), 3, "the trash is no deletion");
    scene.pli.is_sound();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_copy_is_not_destroyed_unasked() {
    let scene = Scene::new("pop3").await;
    scene.deliver(&letters(0..4)).await;
    scene.leave("nothing");
    scene.sync();
    let newest = scene.newest();
    let error = scene.is_refused(&["delete", "--forever", &newest], 1);
    assert!(error["message"].as_str().unwrap().contains("--lose 1"), "{error}");
    assert_eq!(scene.here("inbox").len(), 4);
    scene.pli.lines(&["delete", "--forever", &newest, "--lose", "1"]);
    scene.pli.lines(&["undo"]);
    assert_eq!(scene.here("inbox").len(), 4, "it can be brought back for a day");

    let ids: Vec<String> = scene
        .pli
        .all("inbox")
        .iter()
        .map(|letter| letter["id"].to_string())
        .collect();
    scene.pli.lines(&["delete", &ids[0], &ids[1]]);
    scene.is_refused(&["mailbox", "empty", "trash"], 2);
    scene.is_refused(&["mailbox", "empty", "trash", "--lose", "1"], 2);
    scene.pli.lines(&["mailbox", "empty", "trash", "--lose", "2"]);
    scene.is_refused(&["account", "remove", ALICE], 2);
    scene.pli.lines(&["account", "remove", ALICE, "--lose", "2"]);
    scene.pli.is_sound();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_is_there_or_here_whenever_the_program_is_killed() {
    let long = number("PLI_LONG").is_some();
    let (count, kills) = if long { (5000, 30) } else { (300, 6) };
    let clock = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap().subsec_nanos();
    let mut random = Random::new(number("PLI_SEED").unwrap_or_else(|| u64::from(clock)));
    let scene = Scene::new("pop3").await;
    let all = letters(0..count);
    scene.deliver(&all).await;
    scene.leave("nothing");
    for _ in 0..kills {
        let child = scene.pli.spawn(&["sync"]);
        std::thread::sleep(Duration::from_millis(random.below(if long { 4000 } else { 900 })));
        kill(child);
        scene.pli.is_sound();
        let (here, there) = (scene.here("inbox"), scene.there().await);
        assert_eq!(
            here.union(&there).cloned().collect::<Letters>(),
            all,
            "a letter is nowhere"
        );
    }
    scene.sync();
    assert_eq!((scene.here("inbox"), scene.there().await), (all, Letters::new()));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_here_only_is_put_onto_an_imap_server_once() {
    let scene = Scene::new("pop3").await;
    scene.deliver(&letters(0..60)).await;
    scene.leave("nothing");
    scene.sync();
    scene.pli.lines(&["flag", &scene.newest(), "+flagged", "+seen"]);
    scene.pli.lines(&["mailbox", "create", "Filed"]);
    scene.pli.lines(&["move", &scene.newest(), "Filed"]);
    let incoming = format!("localhost:{}", scene.dovecot.imaps().port());
    let mode = [
        "account",
        "mode",
        ALICE,
        "imap",
        "--incoming",
        &incoming,
        "--incoming-security",
        "tls",
    ];
    scene.pli.object(&mode);
    scene.sync();
    assert_eq!((scene.there().await, scene.only_here()), (Letters::new(), 59));

    scene.pli.lines(&["account", "upload", ALICE]);
    let child = scene.pli.spawn(&["sync"]);
    std::thread::sleep(Duration::from_millis(250));
    kill(child);
    scene.pli.lines(&["account", "upload", ALICE]);
    scene.sync();
    scene.sync();
    let raws = scene.dovecot.raw_letters("alice", "INBOX").await.unwrap();
    assert_eq!(raws.len(), 59, "none twice");
    assert_eq!(raws.into_iter().collect::<Letters>(), scene.here("inbox"));
    let filed = scene.dovecot.raw_letters("alice", "Filed").await.unwrap();
    assert_eq!(filed, scene.pli.raw_letters(ALICE, "Filed"));
    assert_eq!(filed.len(), 1);
    let marked = scene.pli.all("Filed");
    assert_eq!(
        (&marked[0]["flagged"], &marked[0]["seen"]),
        (&true.into(), &true.into())
    );
    let flags = scene
        .dovecot
        .doveadm(&["fetch", "-u", "alice", "flags", "mailbox", "Filed", "all"])
        .await
        .unwrap();
    assert!(flags.contains("\\Flagged") && flags.contains("\\Seen"), "{flags}");
    assert_eq!(scene.only_here(), 0);
    scene.pli.is_sound();
}

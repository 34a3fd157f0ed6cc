//! A large mailbox, complete and byte-identical, over both protocols, killed at random moments on the way.
//!
//! `PLI_CORPUS`, when set, is a folder of `.eml` files that is taken instead of generated letters.

use crate::pli::{ALICE, NOW, Pli};
use pli_testkit::{Dovecot, dovecot, letters};
use std::path::{Path, PathBuf};
use std::time::Duration;

const GENERATED: usize = 3_000;
struct Archive {
    dovecot: Dovecot,
    pli: Pli,
}

/// A server with the letters in INBOX, and a profile with its account over `mode`.
async fn archive(mode: &str) -> Archive {
    let dovecot = Dovecot::start(dovecot::Options::default()).await.unwrap();
    let raws: Vec<Vec<u8>> = match std::env::var_os("PLI_CORPUS") {
        Some(folder) => eml_files(Path::new(&folder))
            .iter()
            .map(|path| std::fs::read(path).unwrap())
            .collect(),
        None => letters::bulk(GENERATED, NOW).map(|letter| letter.raw).collect(),
    };
    eprintln!("{} letters over {mode}", raws.len());
    dovecot.import("alice", "INBOX", &raws).await.unwrap();
    let pli = Pli::here(dovecot.ca_pem_path());
    pli.has_alice(&dovecot, mode);
    Archive { dovecot, pli }
}

impl Archive {
    async fn is_complete(&self) {
        let mut theirs = self.dovecot.raw_letters("alice", "INBOX").await.unwrap();
        theirs.sort();
        let ours = self.pli.raw_letters(ALICE, "inbox");
        assert_eq!(ours.len(), theirs.len());
        let differing: Vec<_> = ours.iter().filter(|raw| theirs.binary_search(raw).is_err()).collect();
        let beginning = |raw: &&Vec<u8>| raw[..raw.len().min(300)].escape_ascii().to_string();
        assert!(
            ours == theirs,
            "{} letters differ from the server's, as this one:\n{:?}",
            differing.len(),
            differing.first().map(beginning)
        );
        self.pli.is_sound();
    }
}

fn eml_files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(eml_files(&path))
        } else if path.extension().is_some_and(|end| end == "eml") {
            found.push(path)
        }
    }
    found.sort();
    found
}

async fn comes_complete(mode: &str) {
    let archive = archive(mode).await;
    let (totals, peak) = archive.pli.measured(&["sync"]);
    eprintln!("first sync: {totals}, at most {peak} MiB");
    archive.is_complete().await;
    let again = archive.pli.object(&["sync"]);
    assert_eq!(
        (again["new"].as_u64(), again["bytes"].as_u64()),
        (Some(0), Some(0)),
        "{again}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_comes_by_imap() {
    comes_complete("imap").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn everything_comes_by_pop3() {
    comes_complete("pop3").await;
}

/// Ten waits of 20 ms to 1.3 s. They are printed, so that a failure can be tried again.
fn random_moments() -> [u64; 10] {
    let mut random = std::hash::BuildHasher::hash_one(&std::hash::RandomState::new(), "moments");
    let moments = [(); 10].map(|()| {
        // A linear congruential step (Knuth's constants) is random enough to spread ten kills.
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        20 + (random >> 33) % 1_280
    });
    eprintln!("kills after {moments:?} ms");
    moments
}

async fn survives_being_killed(mode: &str) {
    let archive = archive(mode).await;
    for (round, wait) in random_moments().into_iter().enumerate() {
        let mut sync = archive.pli.spawn(&["sync"]);
        tokio::time::sleep(Duration::from_millis(wait)).await;
        let finished = sync.try_wait().unwrap();
        sync.kill().unwrap();
        sync.wait().unwrap();
        eprintln!(
            "kill {round} after {wait} ms{}",
            if finished.is_some() {
                " (the sync had ended)"
            } else {
                ""
            }
        );
        archive.pli.is_sound();
    }
    archive.pli.object(&["sync"]);
    archive.is_complete().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn imap_survives_ten_kills() {
    survives_being_killed("imap").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pop3_survives_ten_kills() {
    survives_being_killed("pop3").await;
}

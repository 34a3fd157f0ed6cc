//! `pli` and a real Dovecot with a bad wire between them.

use crate::pli::Pli;
use pli_testkit::dovecot::Place;
use pli_testkit::letters::Letter;
use pli_testkit::wire::Stats;
use pli_testkit::{BadWire, Dovecot, dovecot};
use serde_json::Value;
use std::process::Child;
use std::time::{Duration, Instant};

pub struct Line {
    pub dovecot: Dovecot,
    pub wire: BadWire,
    pub pli: Pli,
}

impl Line {
    /// A server that holds these letters, and knows its own mailboxes: its first look at a new maildir takes it some
    /// time. `pli` has the account and has not looked yet.
    pub async fn to(letters: impl IntoIterator<Item = Letter>) -> Self {
        let options = dovecot::Options {
            place: Place::Memory,
            ..dovecot::Options::default()
        };
        let dovecot = Dovecot::start(options).await.unwrap();
        dovecot.store().import_letters("alice", letters).await.unwrap();
        dovecot.doveadm(&["index", "-u", "alice", "*"]).await.unwrap();
        let wire = BadWire::to(dovecot.imap()).await.unwrap();
        let pli = Pli::here(dovecot.ca_pem_path());
        pli.has_alice_in_plain_text(wire.addr());
        Self { dovecot, wire, pli }
    }

    /// One sync to a good end: its totals, and what passed over the wire.
    pub fn sync(&self) -> (Value, Stats) {
        let before = self.wire.stats();
        let totals = self.pli.object(&["sync"]);
        (totals, self.wire.stats() - before)
    }

    /// Waits until nothing has passed over the wire for that long, or the program has ended.
    pub fn until_quiet(&self, child: &mut Child, quiet: Duration) {
        let (mut last, mut since) = (self.wire.stats(), Instant::now());
        while since.elapsed() < quiet && child.try_wait().unwrap().is_none() {
            std::thread::sleep(Duration::from_millis(20));
            let now = self.wire.stats();
            if now != last {
                (last, since) = (now, Instant::now());
            }
        }
    }
}

/// Ends a program as a power cut would.
pub fn kill(mut child: Child) {
    let _ = child.kill();
    child.wait().unwrap();
}

/// A number from the environment.
pub fn number(variable: &str) -> Option<u64> {
    let text = std::env::var(variable).ok()?;
    Some(
        text.parse()
            .unwrap_or_else(|_| panic!("{variable}={text} is no number")),
    )
}

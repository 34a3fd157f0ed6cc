//! `pli sync --watch`: the loops that the window runs too, told of news by IDLE.

use crate::pli::{NOW, Pli};
use pli_testkit::{Dovecot, dovecot, letters};
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

/// A watching program and the events it tells.
struct Watch {
    child: Child,
    events: Receiver<Value>,
}

impl Watch {
    fn start(pli: &Pli) -> Self {
        let mut child = pli.command(&["sync", "--watch"]).stderr(Stdio::null()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let (sender, events) = channel();
        std::thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                if sender.send(serde_json::from_str(&line).unwrap()).is_err() {
                    return;
                }
            }
        });
        Self { child, events }
    }

    /// Waits for an event of that kind that `fits`.
    fn until(&self, what: &str, fits: impl Fn(&Value) -> bool) -> Value {
        let deadline = Instant::now() + Duration::from_secs(60);
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let event = self
                .events
                .recv_timeout(left)
                .unwrap_or_else(|_| panic!("waited in vain for: {what}"));
            if fits(&event) {
                return event;
            }
        }
    }

    fn is_idle(event: &Value) -> bool {
        event["event"] == "status" && event["status"]["state"] == "idle"
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn news_of_the_inbox_arrive_by_themselves_and_a_lost_server_is_found_again() {
    let mut dovecot = Dovecot::start(dovecot::Options::default()).await.unwrap();
    let mut post = letters::bulk(5, NOW).map(|letter| letter.raw);
    dovecot.import("alice", "INBOX", post.by_ref().take(2)).await.unwrap();
    let pli = Pli::here(dovecot.ca_pem_path());
    pli.has_alice(&dovecot, "imap");
    let watch = Watch::start(&pli);
    watch.until("the first sync", Watch::is_idle);

    dovecot.import("alice", "INBOX", post.by_ref().take(1)).await.unwrap();
    let told = watch.until("news", |event| event["event"] == "new_letters");
    assert_eq!(told["count"], 1, "{told}");

    dovecot.stop().await.unwrap();
    watch.until("offline", |event| {
        event["event"] == "status" && event["status"]["state"] == "offline"
    });
    dovecot.restart().await.unwrap();
    dovecot.import("alice", "INBOX", post).await.unwrap();
    watch.until("news after the outage", |event| event["event"] == "new_letters");
    watch.until("rest", Watch::is_idle);
    drop(watch);
    assert_eq!(pli.lines(&["list"]).len(), 5);
    pli.is_sound();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_sync_of_many_mailboxes_comes_to_its_end() {
    use pli_testkit::letters::Owner;
    use pli_testkit::{Town, town};
    let town = Town::start(town::Options::default()).await.unwrap();
    let owner = Owner {
        name: "Alice North",
        email: "alice@north.test",
    };
    let filled = town
        .fill("alice@north.test", letters::letters(7, 300, owner, NOW))
        .await
        .unwrap();
    let pli = Pli::at(town.home(), town.ca_pem_path());
    pli.has_account(&["--email", "alice@north.test"]);
    let watch = Watch::start(&pli);
    watch.until("the first sync", Watch::is_idle);
    drop(watch);
    let letters = pli
        .lines(&["mailboxes"])
        .iter()
        .map(|mailbox| mailbox["total"].as_u64().unwrap())
        .sum::<u64>();
    assert_eq!(letters, filled as u64);
    pli.is_sound();
}

//! A process killed in the middle of its writes leaves a store that is whole, holds every write that was
//! acknowledged, and is free to be opened.
//!
//! The test starts itself again as the process to be killed.
// Clippy takes the helpers of an integration test for no test code.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use pli_model::{Clock, Endpoint, Envelope, Flags, Protocol, Role, Security, SentPolicy, Timestamp, Uid};
use pli_store::{NewAccount, NewMailbox, NewPlacement, Store, StoreError};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

const PROFILE: &str = "PLI_STORE_TEST_PROFILE";

struct Noon;

impl Clock for Noon {
    fn now(&self) -> Timestamp {
        Timestamp(43_200_000)
    }
}

fn open(profile: &Path) -> Result<Store, StoreError> {
    Store::open(profile, Arc::new(Noon))
}

/// Writes letters, bodies first, and says each batch that was acknowledged, until it is killed.
#[tokio::main]
async fn write_for_ever(profile: &Path) {
    let store = open(profile).unwrap();
    let accounts = store.read(|r| r.accounts()).await.unwrap();
    let inbox = store
        .read(move |r| r.mailbox_at(accounts[0].id, "INBOX"))
        .await
        .unwrap()
        .unwrap()
        .id;
    let mut next = store
        .read(move |r| r.server_letters(inbox))
        .await
        .unwrap()
        .last()
        .map_or(1, |letter| letter.uid.0 + 1);
    loop {
        let raws = (next..next + 20)
            .map(|n| format!("Subject: {n}\r\n\r\n").repeat(50).into_bytes())
            .collect();
        let digests = store.put_bodies(raws).await.unwrap();
        store
            .write(move |w| {
                for (uid, digest) in (next..).zip(digests) {
                    let envelope = Envelope {
                        message_id: format!("{uid}@north.test"),
                        ..Envelope::default()
                    };
                    w.add_placement(&NewPlacement {
                        mailbox: inbox,
                        uid: Some(Uid(uid)),
                        uidl: None,
                        flags: Flags::NONE,
                        keywords: Vec::new(),
                        received: Timestamp(i64::from(uid)),
                        size: 1,
                        envelope: &envelope,
                        snippet: String::new(),
                        has_attachments: false,
                        digest: Some(digest),
                        object_id: None,
                    })?;
                }
                Ok(())
            })
            .await
            .unwrap();
        next += 20;
        println!("acknowledged {}", next - 1);
    }
}

async fn prepare(profile: &Path) {
    let store = open(profile).unwrap();
    let endpoint = Endpoint {
        host: "north.test".to_owned(),
        port: 993,
        security: Security::Tls,
    };
    let new = NewAccount {
        email: "ann@north.test".to_owned(),
        name: String::new(),
        protocol: Protocol::Imap,
        incoming: endpoint.clone(),
        outgoing: endpoint,
        user: "ann".to_owned(),
        sent_policy: SentPolicy::File,
    };
    let inbox = NewMailbox {
        path: "INBOX".to_owned(),
        delimiter: None,
        role: Role::Inbox,
        selectable: true,
        on_server: true,
        subscribed: true,
        object_id: String::new(),
    };
    store
        .write(move |w| w.add_account(&new).and_then(|account| w.put_mailbox(account, &inbox)))
        .await
        .unwrap();
}

#[tokio::test]
async fn a_killed_process_leaves_a_whole_store_with_all_it_acknowledged() {
    if let Some(profile) = std::env::var_os(PROFILE) {
        return std::thread::spawn(move || write_for_ever(Path::new(&profile)))
            .join()
            .unwrap();
    }
    let profile = tempfile::tempdir().unwrap();
    prepare(profile.path()).await;
    for round in 0..5_u64 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "a_killed_process_leaves_a_whole_store_with_all_it_acknowledged",
                "--nocapture",
            ])
            .env(PROFILE, profile.path())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = BufReader::new(child.stdout.take().unwrap())
            .lines()
            .map_while(Result::ok);
        let acknowledged = |line: String| {
            line.strip_prefix("acknowledged ")
                .and_then(|count| count.parse::<u32>().ok())
        };
        assert!(
            said.by_ref().find_map(acknowledged).is_some(),
            "the process never wrote"
        );
        assert!(
            matches!(open(profile.path()), Err(StoreError::Busy { .. })),
            "the profile is held while it runs"
        );
        std::thread::sleep(Duration::from_millis(23 * (round + 1)));
        child.kill().unwrap();
        child.wait().unwrap();
        let last = said.filter_map(acknowledged).last().unwrap_or(0);

        let store = open(profile.path()).unwrap();
        assert_eq!(store.check().await.unwrap(), []);
        let account = store.read(|r| r.accounts()).await.unwrap()[0].id;
        let inbox = store
            .read(move |r| r.mailbox_at(account, "INBOX"))
            .await
            .unwrap()
            .unwrap();
        assert!(
            inbox.total >= last,
            "{} letters are there, {last} were acknowledged",
            inbox.total
        );
        assert!(inbox.total.is_multiple_of(20), "half a transaction is there");
    }
}

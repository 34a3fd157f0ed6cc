//! Live views on a real profile, without any server.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking; clippy's own exception does not reach functions beside tests"
)]

use pli_engine::{Engine, Event, KeySource, Marks, NewAccount, OpenedView, Options, View};
use pli_model::{AccountId, Clock, CommandId, Endpoint, PlacementId, Protocol, Role, Security, Timestamp};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

struct Noon;

impl Clock for Noon {
    fn now(&self) -> Timestamp {
        Timestamp::from_secs(1_790_000_000)
    }
}

async fn engine(profile: &Path) -> Engine {
    let options = Options {
        profile: profile.to_owned(),
        key: KeySource::Passphrase("a passphrase".to_owned().into()),
        clock: Arc::new(Noon),
        random: |buffer| buffer.fill(7),
        extra_roots: Vec::new(),
    };
    Engine::open(options).await.unwrap()
}

async fn account(engine: &Engine) -> AccountId {
    let server = |port| Endpoint {
        host: "localhost".to_owned(),
        port,
        security: Security::Tls,
    };
    let new = NewAccount {
        email: "bob@south.test".to_owned(),
        name: "Bob".to_owned(),
        protocol: Protocol::Pop3,
        incoming: server(995),
        outgoing: server(465),
        user: String::new(),
        password: "secret".to_owned(),
    };
    engine.add_account_unchecked(new).await.unwrap().id
}

/// Letters of the days `days` of one month.
fn letters(folder: &Path, days: std::ops::Range<u32>) -> Vec<PathBuf> {
    days.map(|day| {
        let path = folder.join(format!("{day}.eml"));
        let text = format!(
            "From: alice@north.test\r\nTo: bob@south.test\r\nSubject: day {day}\r\nMessage-ID: <{day}@north.test>\r\n\
             Date: {day} Jan 2026 12:00:00 +0000\r\n\r\nThe text of day {day}.\r\n"
        );
        std::fs::write(&path, text).unwrap();
        path
    })
    .collect()
}

async fn subjects(engine: &Engine, view: OpenedView) -> Vec<String> {
    let window = engine.window(view.view, 0, 200, None).await.unwrap();
    window.rows.into_iter().map(|row| row.subject).collect()
}

/// Waits until the view has shown `total` letters.
async fn until(events: &mut tokio::sync::broadcast::Receiver<Event>, view: OpenedView, wanted: u32) {
    let waiting = async {
        loop {
            if let Event::ViewChanged {
                view: changed, total, ..
            } = events.recv().await.unwrap()
                && changed == view.view
                && total == wanted
            {
                return;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(20), waiting).await.unwrap();
}

fn act(name: &str) -> CommandId {
    CommandId::new(name).unwrap()
}

#[tokio::test]
async fn a_view_follows_what_comes_and_goes() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(&folder.path().join("profile")).await;
    let mut events = engine.events();
    // Looked at before there is any account, as at the very first start.
    let view = engine.open_view(View::Role(Role::Inbox)).await.unwrap();
    let bob = account(&engine).await;
    let inbox = engine
        .mailboxes(bob)
        .await
        .unwrap()
        .into_iter()
        .find(|mailbox| mailbox.role == Role::Inbox)
        .unwrap();
    let flagged = engine.open_view(View::Flagged).await.unwrap();
    assert_eq!((view.total, flagged.total), (0, 0));

    engine
        .import(bob, &inbox.path, &letters(folder.path(), 1..4))
        .await
        .unwrap();
    until(&mut events, view, 3).await;
    assert_eq!(subjects(&engine, view).await, ["day 3", "day 2", "day 1"]);

    let rows = engine.window(view.view, 0, 10, None).await.unwrap().rows;
    let second: PlacementId = rows[1].placement;
    engine
        .mark(
            &act("flag"),
            &[second],
            Marks {
                flagged: Some(true),
                ..Marks::default()
            },
        )
        .await
        .unwrap();
    until(&mut events, flagged, 1).await;

    // Letters that arrive above do not lose the place of the one that is looked at.
    engine
        .import(bob, &inbox.path, &letters(folder.path(), 4..6))
        .await
        .unwrap();
    until(&mut events, view, 5).await;
    let window = engine.window(view.view, 3, 1, Some(second)).await.unwrap();
    assert_eq!((window.anchor_index, window.rows[0].placement), (Some(3), second));

    engine
        .move_to_role(&act("delete"), &[second], Role::Trash)
        .await
        .unwrap();
    until(&mut events, view, 4).await;
    assert_eq!(subjects(&engine, view).await, ["day 5", "day 4", "day 3", "day 1"]);
    // Said twice, done once; and taken back.
    engine
        .move_to_role(&act("delete"), &[second], Role::Trash)
        .await
        .unwrap();
    let undone = engine.undo(&act("delete"), &act("undo")).await.unwrap();
    assert_eq!((undone.letters, undone.lost), (1, 0));
    until(&mut events, view, 5).await;
    assert_eq!(
        subjects(&engine, view).await,
        ["day 5", "day 4", "day 3", "day 2", "day 1"]
    );

    engine.close_view(view.view).await;
    assert!(engine.window(view.view, 0, 1, None).await.is_err());
    assert!(engine.check().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_letter_that_is_taken_back_is_the_draft_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let engine = engine(folder.path()).await;
    let bob = account(&engine).await;
    let mut draft = pli_model::Draft::new(bob);
    draft.to = vec!["Alice <alice@north.test>".to_owned()];
    draft.bcc = vec!["carol@north.test".to_owned()];
    draft.subject = "Déjà vu".to_owned();
    draft.text = "One line,\n\nand another.".to_owned();
    let outgoing = || pli_engine::Outgoing {
        command: act("send"),
        draft: None,
        utc_offset: 120,
    };

    assert!(
        engine.send(pli_model::Draft::new(bob), outgoing()).await.is_err(),
        "no recipient"
    );
    let id = engine.send(draft.clone(), outgoing()).await.unwrap().unwrap();
    assert_eq!(
        engine.send(draft.clone(), outgoing()).await.unwrap(),
        None,
        "said twice"
    );
    assert_eq!(engine.outbox().await.unwrap().len(), 1);

    let (draft_id, back) = engine.cancel_outgoing(id).await.unwrap();
    assert_eq!(
        (&back.to, &back.bcc, &back.subject),
        (&draft.to, &draft.bcc, &draft.subject)
    );
    assert_eq!(back.text.trim_end(), draft.text);
    assert_eq!(engine.draft(draft_id).await.unwrap().subject, draft.subject);
    assert!(engine.cancel_outgoing(id).await.is_err());
}

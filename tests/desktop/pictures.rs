//! The window as it looks: light, dark and narrow, with a mailbox as a person has it.

use crate::desk::{Desk, Look};
use crate::letters::{ALICE, BOB};
use pli_model::Timestamp;
use pli_testkit::letters::{Owner, letters};
use std::time::{SystemTime, UNIX_EPOCH};

fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    Timestamp::from_secs(since.as_secs().try_into().unwrap())
}

#[tokio::test]
async fn the_window_is_light_and_dark_and_folds() {
    let desk = Desk::in_town().await;
    for (seed, name, email) in [(7, "Alice North", ALICE), (8, "Bob South", BOB)] {
        let owner = Owner { name, email };
        desk.town().fill(email, letters(seed, 300, owner, now())).await.unwrap();
    }
    let window = desk.open(Look::Light).await;
    window.see("welcome").await;
    window.keep_picture("welcome.png").await;
    window.fill_account("Alice North", ALICE, "secret", "imap").await;
    window.click("add-account").await;
    window.see("letter-row").await;
    window.reads("status-foot", "Up to date").await;
    window.keep_picture("inbox.png").await;
    assert_eq!(
        window.value("getComputedStyle(document.body).backgroundColor").await,
        "rgb(255, 255, 255)"
    );
    window.close().await;
}

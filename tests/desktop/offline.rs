//! Without a network the window is as quick and as useful as with one, and what is done meanwhile is not forgotten.

use crate::desk::{Desk, Look};
use crate::letters::{self, ALICE, BOB};
use pli_testkit::town::Cut;
use std::time::Duration;

#[tokio::test]
async fn what_is_done_offline_is_shown_at_once_and_reaches_the_servers_once() {
    let desk = Desk::in_town().await;
    let town = desk.town();
    for subject in ["One", "Two", "Three"] {
        town.deliver(ALICE, &letters::plain(subject, "Some words.")).unwrap();
    }
    let window = desk.open(Look::Light).await;
    window.see("welcome").await;
    window.fill_account("Alice North", ALICE, "secret", "imap").await;
    window.click("add-account").await;
    window.until_count("letter-row", 3).await;
    window.reads("status-foot", "Up to date").await;

    // The connections that are open hang: nobody has noticed yet that there is no network.
    town.home().cut(Cut::Down).unwrap();
    window.press("F5").await;
    window.reads("status-foot", "looking").await;

    window.open_letter("Two").await;
    window.press("s").await;
    window
        .until("document.querySelectorAll('[data-testid=letter-row] .flagged').length === 1")
        .await;
    window.open_letter("One").await;
    window.press("Delete").await;
    window.until_count("letter-row", 2).await;
    window.press("c").await;
    window.fill("compose-to", BOB).await;
    window.fill("compose-subject", "Written offline").await;
    window.fill("compose-body", "And sent when there is a way.").await;
    window.press("Control+Enter").await;
    window.reads("toast", "on its way").await;
    window.press("g").await;
    window.press("o").await;
    window.see("outbox-row[data-state=queued]").await;
    window.press("g").await;
    window.press("i").await;
    window.until_count("letter-row", 2).await;
    // An answer that does not come is given up after a minute.
    let offline = "document.querySelector('[data-testid=status-foot]').innerText.includes('offline')";
    window.until_within(Duration::from_secs(100), offline).await;
    window.reads("status-foot", "waiting").await;
    window.keep_picture("offline.png").await;
    assert_eq!(town.letters(ALICE, "INBOX").await.unwrap().len(), 3);
    assert_eq!(town.letters(BOB, "INBOX").await.unwrap().len(), 0);

    town.home().heal().unwrap();
    window.press("F5").await;
    window.press("g").await;
    window.press("o").await;
    window.see("outbox-row[data-state=sent]").await;
    window.reads("status-foot", "Up to date").await;
    let patience = Duration::from_secs(30);
    town.arrived(BOB, "INBOX", 1, patience).await.unwrap();
    town.arrived(ALICE, "Trash", 1, patience).await.unwrap();
    town.arrived(ALICE, "Sent", 1, patience).await.unwrap();
    window.press("F5").await;
    window.reads("status-foot", "Up to date").await;
    assert_eq!(town.letters(ALICE, "INBOX").await.unwrap().len(), 2);
    assert_eq!(town.letters(ALICE, "Trash").await.unwrap().len(), 1);
    assert_eq!(town.letters(ALICE, "Sent").await.unwrap().len(), 1);
    assert_eq!(town.letters(BOB, "INBOX").await.unwrap().len(), 1);
    window.close().await;
}

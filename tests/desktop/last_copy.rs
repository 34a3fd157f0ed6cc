//! Letters that are on this computer only: how they come to be, how they are marked, that none of them goes unasked, and how they
//! come onto a server again.

use crate::desk::{Desk, Look};
use crate::letters::{self, BOB, now};
use crate::switching::{ask_for_change, close, is_done, see_what_would_change, tells};
use crate::window::Window;
use pli_testkit::Town;
use pli_testkit::letters::{Letter, Owner, letters as generated};
use std::time::{Duration, Instant};

const OWNER: Owner = Owner {
    name: "Bob South",
    email: BOB,
};

const PATIENCE: Duration = Duration::from_secs(60);

/// How many letters there are at first: few enough that the list shows all of them.
const COUNT: usize = 9;

/// Letters for Bob's maildrop.
fn mail(seed: u64, count: usize) -> impl Iterator<Item = Letter> {
    generated(seed, 100, OWNER, now())
        .filter(|letter| letter.mailbox == "INBOX")
        .take(count)
}

/// Waits until Bob's maildrop holds so many letters.
async fn maildrop_holds(town: &Town, count: usize) {
    let deadline = Instant::now() + PATIENCE;
    loop {
        let there = town.letters(BOB, "INBOX").await.unwrap().len();
        if there == count {
            return;
        }
        assert!(
            Instant::now() < deadline,
            "the maildrop holds {there} letters, not {count}"
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Waits until so many of the letters in the list are marked as being on this computer only.
async fn are_marked(window: &Window, count: usize) {
    let marked = "document.querySelectorAll('[data-testid=letter-row] [aria-label=\"Only on this computer\"]').length";
    window.until(&format!("{marked} === {count}")).await;
}

async fn go_to_details(window: &Window) {
    window.press("g").await;
    window.press("a").await;
    window.click("account-disclose").await;
    window.see("account-details").await;
}

/// Has the server keep everything, or nothing; the question that follows, if one does, is still open.
async fn choose(window: &Window, what: &str) {
    window.click(what).await;
    window.click("leave-ok").await;
}

/// A question about last copies is there: how many, and nothing is done by chance.
async fn is_asked(window: &Window, dialog: &str, loss: &str) {
    window.see(dialog).await;
    window.reads("loss", loss).await;
    window.has_focus("gate-cancel").await;
    window.see("confirm[disabled]").await;
}

/// Says yes by keys: Cancel has the focus, the box is before it, the button after it.
async fn agree(window: &Window) {
    window.press("Shift+Tab").await;
    window.has_focus("understood").await;
    window.press("Space").await;
    window.until_count("confirm[disabled]", 0).await;
    window.tab_to("confirm").await;
}

async fn has_no(window: &Window, dialog: &str) {
    window.until_count(dialog, 0).await;
}

/// A window that reads Bob's account by POP3, and has all that is there.
async fn read_by_pop3(desk: &Desk) -> Window {
    desk.town().fill(BOB, mail(8, COUNT)).await.unwrap();
    let window = desk.open(Look::Light).await;
    window.see("welcome").await;
    window.fill_account("Bob South", BOB, "secret", "pop3").await;
    window.click("add-account").await;
    window.lists(COUNT).await;
    window.is_in_step().await;
    are_marked(&window, 0).await;
    window
}

/// Has the server delete everything, with the yes that this takes.
async fn keep_nothing_there(window: &Window, town: &Town) {
    choose(window, "leave-nothing").await;
    window.see("leave-dialog").await;
    window.click("confirm").await;
    has_no(window, "leave-dialog").await;
    window.press("F5").await;
    maildrop_holds(town, 0).await;
    all_are_only_here(window).await;
}

/// The account's details say so.
async fn all_are_only_here(window: &Window) {
    window
        .reads("only-here-count", &format!("{COUNT} letters are on this computer only"))
        .await;
}

#[tokio::test]
async fn the_last_copy_of_a_letter_goes_only_when_a_person_says_so() {
    let desk = Desk::in_town().await;
    let town = desk.town();
    let window = read_by_pop3(&desk).await;

    // The server is to keep nothing. It is asked, and a person who changes their mind has changed nothing.
    go_to_details(&window).await;
    window.click("leave-nothing").await;
    window.keep_picture("leave-choice.png").await;
    window.click("leave-ok").await;
    window.see("leave-dialog").await;
    window.has_focus("gate-cancel").await;
    window.keep_picture("leave-dialog.png").await;
    window.press("Escape").await;
    has_no(&window, "leave-dialog").await;
    window.press("F5").await;
    window.is_in_step().await;
    maildrop_holds(town, COUNT).await;
    keep_nothing_there(&window, town).await;

    window.open_mailbox("Inbox").await;
    window.lists(COUNT).await;
    are_marked(&window, COUNT).await;
    window.click("letter-row").await;
    window.reads("only-here", "Only on this computer").await;
    window.until_in_letter("document.readyState === 'complete'").await;
    window.keep_picture("only-here.png").await;

    // One more that stays at the server, and three letters for the trash: that one and two others.
    go_to_details(&window).await;
    choose(&window, "leave-everything").await;
    has_no(&window, "leave-ok").await;
    town.deliver(BOB, &letters::plain("By the harbour", "At noon, as always."))
        .unwrap();
    window.press("F5").await;
    window.open_mailbox("Inbox").await;
    window.lists(COUNT + 1).await;
    are_marked(&window, COUNT).await;
    window.open_letter("By the harbour").await;
    for left in [COUNT, COUNT - 1, COUNT - 2] {
        window.press("Delete").await;
        window.lists(left).await;
    }
    window.open_mailbox("Trash").await;
    window.lists(3).await;
    are_marked(&window, 2).await;

    window.press("m").await;
    window.press("e").await;
    is_asked(
        &window,
        "empty-mailbox-dialog",
        "2 of these 3 letters exist only on this computer",
    )
    .await;
    window.keep_picture("guard-empty-trash.png").await;
    window.press("Escape").await;
    has_no(&window, "empty-mailbox-dialog").await;
    window.lists(3).await;

    window.press("m").await;
    window.press("e").await;
    is_asked(&window, "empty-mailbox-dialog", "2 of these 3 letters").await;
    agree(&window).await;
    window.keep_picture("guard-understood.png").await;
    window.press("Enter").await;
    has_no(&window, "empty-mailbox-dialog").await;
    window.lists(0).await;
    window.reads("toast", "3 letters deleted for good").await;
    window.press("z").await;
    window.lists(3).await;
    are_marked(&window, 2).await;

    // The account itself.
    window.press("g").await;
    window.press("a").await;
    window.click("remove-account").await;
    let loss = format!("{COUNT} letters of this account exist only on this computer");
    is_asked(&window, "remove-account-dialog", &loss).await;
    window.keep_picture("guard-remove-account.png").await;
    window.press("Escape").await;
    has_no(&window, "remove-account-dialog").await;
    window.until_count("account", 1).await;
    window.close().await;

    let window = desk.open(Look::Dark).await;
    window.open_mailbox("Trash").await;
    window.lists(3).await;
    window.press("m").await;
    window.press("e").await;
    is_asked(&window, "empty-mailbox-dialog", "2 of these 3 letters").await;
    window.keep_picture("dark-guard-empty-trash.png").await;
    window.resize(600, 800).await;
    window.keep_picture("dark-guard-narrow.png").await;
    window.press("Escape").await;
    has_no(&window, "empty-mailbox-dialog").await;
    window.resize(1280, 800).await;
    window.press("g").await;
    window.press("a").await;
    window.click("remove-account").await;
    is_asked(&window, "remove-account-dialog", &loss).await;
    agree(&window).await;
    window.press("Enter").await;
    window.see("welcome").await;
    assert_eq!(
        town.letters(BOB, "INBOX").await.unwrap().len(),
        1,
        "what the server keeps stays there"
    );
    window.close().await;
}

/// Letters that the server does not keep are offered to it when it is read by IMAP, and it has each once then.
#[tokio::test]
async fn what_is_only_here_is_offered_to_the_server_when_it_is_read_by_imap() {
    let desk = Desk::in_town().await;
    let town = desk.town();
    let window = read_by_pop3(&desk).await;
    go_to_details(&window).await;
    keep_nothing_there(&window, town).await;

    ask_for_change(&window).await;
    see_what_would_change(&window).await;
    tells(&window, 0, COUNT, 0).await;
    window.press("Enter").await;
    is_done(&window, "IMAP").await;
    window.keep_picture("change-mode-result-only-here.png").await;
    close(&window).await;
    window.is_in_step().await;
    all_are_only_here(&window).await;

    window.tab_to("upload").await;
    window.press("Enter").await;
    window.has_focus("upload-ok").await;
    window.keep_picture("upload-dialog.png").await;
    window.press("Enter").await;
    has_no(&window, "upload-dialog").await;
    maildrop_holds(town, COUNT).await;
    window.until_count("upload", 0).await;
    window.keep_picture("uploaded.png").await;
    window.open_mailbox("Inbox").await;
    window.lists(COUNT).await;
    are_marked(&window, 0).await;
    window.press("F5").await;
    window.is_in_step().await;
    window.lists(COUNT).await;
    assert_eq!(town.letters(BOB, "INBOX").await.unwrap().len(), COUNT);
    window.close().await;
}

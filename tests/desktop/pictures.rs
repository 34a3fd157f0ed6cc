//! The window as it looks: light, dark and narrow, with mailboxes as people have them.

use crate::desk::{Desk, Look};
use crate::letters::{ALICE, BOB, now};
use crate::window::Window;
use pli_testkit::letters::{Owner, letters};

/// A newsletter among Alice's letters: HTML with pictures, its own colours, and remote ones that are left out.
const NEWSLETTER: &str = "Four books for long evenings";

/// The colour behind the letter, as `rgb(r, g, b)`.
async fn paper(window: &Window) -> String {
    let colour = window
        .in_letter("getComputedStyle(document.documentElement).backgroundColor")
        .await;
    colour.as_str().unwrap().to_owned()
}

/// What is said about an act covers nothing of the letter that is open then, its attachments least of all.
async fn toast_stands_aside(window: &Window, picture: &str) {
    window.press("e").await;
    window.see("toast").await;
    window.keep_picture_with_toast(picture).await;
    let gap = "document.querySelector('main').getBoundingClientRect().left \
               - document.querySelector('[data-testid=toast]').getBoundingClientRect().right";
    let gap = window.value(gap).await.as_f64().unwrap();
    assert!(gap > 0.0, "the toast reaches {} into the letter", -gap);
    window.press("Control+z").await;
    window.until_in_letter("document.readyState === 'complete'").await;
}

#[tokio::test]
async fn the_window_is_light_and_dark_and_folds() {
    let desk = Desk::in_town().await;
    for (seed, name, email, count) in [(7, "Alice North", ALICE, 1500), (8, "Bob South", BOB, 150)] {
        let owner = Owner { name, email };
        desk.town()
            .fill(email, letters(seed, count, owner, now()))
            .await
            .unwrap();
    }
    let window = desk.open(Look::Light).await;
    window.see("welcome").await;
    window.keep_picture("welcome.png").await;
    window.fill_account("Alice North", ALICE, "secret", "imap").await;
    window.keep_picture("welcome-filled.png").await;
    window.click("add-account").await;
    window.see("letter-row").await;
    window.press("g").await;
    window.press("a").await;
    window.click("new-account").await;
    window.fill_account("Bob South", BOB, "secret", "pop3").await;
    window.keep_picture("add-account.png").await;
    window.click("add-account").await;
    window.until_count("account", 2).await;
    window.keep_picture("accounts.png").await;
    window.click("account-disclose").await;
    window.see("account-details").await;
    window.keep_picture("account-details.png").await;
    window.press("g").await;
    window.press("i").await;
    window.see("letter-row").await;
    window.is_in_step().await;
    window.keep_picture("nothing-open.png").await;

    window.open_letter(NEWSLETTER).await;
    assert_eq!(paper(&window).await, "rgb(255, 255, 255)");
    window
        .until_in_letter("[...document.images].every(one => one.complete)")
        .await;
    window.keep_picture("reader.png").await;
    window.click("letter-row").await;
    window.until_in_letter("document.readyState === 'complete'").await;
    window.keep_picture("inbox.png").await;
    toast_stands_aside(&window, "toast.png").await;
    window.press("Shift+Delete").await;
    window.see("delete-for-good-dialog").await;
    window.keep_picture("delete-for-good.png").await;
    window.press("Escape").await;
    window.until_count("delete-for-good-dialog", 0).await;
    window.press("r").await;
    window
        .until("document.activeElement.dataset.testid === 'compose-body'")
        .await;
    window.write("Thank you! I shall be there.").await;
    window.see("compose-saved").await;
    window.keep_picture("composer.png").await;
    window.press("Escape").await;
    window.see("reader-frame").await;
    window.press("?").await;
    window.see("help-sheet").await;
    window.keep_picture("help.png").await;
    window.press("Escape").await;

    // Two panes, the mailboxes slide in; then one, the list or the letter.
    window.resize(880, 800).await;
    window.see("reader-frame").await;
    window.see("letter-row").await;
    window.is_hidden("mailbox-item").await;
    window.until_in_letter("innerWidth > 500").await;
    window.keep_picture("two-panes.png").await;
    toast_stands_aside(&window, "toast-two-panes.png").await;
    window.click("open-mailboxes").await;
    window.see("mailbox-item[data-role=flagged]").await;
    window.keep_picture("mailboxes.png").await;
    window.press("Escape").await;
    window.is_hidden("mailbox-item").await;
    window.resize(600, 800).await;
    window.is_hidden("letter-row").await;
    window.click("back").await;
    window.see("letter-row").await;
    window.is_hidden("reader-frame").await;
    window.keep_picture("narrow-list.png").await;
    window.open_letter(NEWSLETTER).await;
    window.is_hidden("letter-row").await;
    window.keep_picture("narrow-letter.png").await;
    window.click("back").await;
    window.see("letter-row").await;
    window.close().await;

    let window = desk.open(Look::Dark).await;
    window.open_letter(NEWSLETTER).await;
    let dark = window.value("matchMedia('(prefers-color-scheme: dark)').matches").await;
    assert_eq!(dark, true);
    assert_eq!(paper(&window).await, "rgb(34, 35, 39)");
    window
        .until_in_letter("[...document.images].every(one => one.complete)")
        .await;
    window.keep_picture("dark-paper.png").await;
    window.click("letter-row").await;
    window.until_in_letter("document.readyState === 'complete'").await;
    window.keep_picture("dark.png").await;
    window.press("r").await;
    window.see("compose-body").await;
    window.keep_picture("dark-composer.png").await;
    window.press("Escape").await;
    window.see("reader-frame").await;
    window.click("mailbox-item[data-role=archive]").await;
    window.see("letter-row").await;
    window.press("Shift+F10").await;
    window.until("document.querySelector('[role=menu]') !== null").await;
    window.keep_picture("dark-menu.png").await;
    window.press("Escape").await;
    window.until("document.querySelector('[role=menu]') === null").await;
    window.press("m").await;
    window.press("n").await;
    window.see("mailbox-name").await;
    window.keep_picture("dark-new-mailbox.png").await;
    window.press("Escape").await;
    window.until_count("mailbox-name", 0).await;
    window.close().await;
}

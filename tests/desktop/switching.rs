//! An account that changes between IMAP and POP3 in the window: what it is told is what the servers have, and every letter
//! is listed once before, between and after.

use crate::desk::{Desk, Look};
use crate::letters::{self, ALICE, now};
use crate::window::Window;
use pli_testkit::Town;
use pli_testkit::letters::{Letter, Owner, letters};
use pli_testkit::town::Cut;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

const OWNER: Owner = Owner {
    name: "Alice North",
    email: ALICE,
};

/// Far more than a change takes.
const PATIENCE: Duration = Duration::from_secs(120);

/// Kilobits a second: what comes late then takes long enough to be seen coming.
const SLOW: u32 = 1000;

/// Whether letters are seen coming.
const MOVES: &str = "document.querySelector('[data-testid=change-mode-progress] [aria-valuenow]')?.ariaValueNow > 0";

/// How many letters a server holds, by mailbox.
struct There(BTreeMap<String, usize>);

impl There {
    /// What Alice's server holds of these mailboxes, asked of the server itself.
    async fn ask(town: &Town, mailboxes: &BTreeSet<String>) -> Self {
        let mut there = BTreeMap::new();
        for mailbox in mailboxes {
            there.insert(mailbox.clone(), town.letters(ALICE, mailbox).await.unwrap().len());
        }
        Self(there)
    }

    fn inbox(&self) -> usize {
        self.0["INBOX"]
    }

    fn all(&self) -> usize {
        self.0.values().sum()
    }

    /// Waits until the window lists as many letters of each mailbox.
    async fn is_listed(&self, window: &Window) {
        for (path, count) in &self.0 {
            let name = match path.as_str() {
                "INBOX" => "Inbox",
                path => path.rsplit('/').next().unwrap(),
            };
            window.open_mailbox(name).await;
            window.lists(*count).await;
        }
    }
}

/// Puts letters into several of Alice's mailboxes; answers which.
async fn fill(town: &Town, letters: Vec<Letter>) -> BTreeSet<String> {
    let mailboxes = letters.iter().map(|letter| letter.mailbox.clone()).collect();
    town.fill(ALICE, letters).await.unwrap();
    mailboxes
}

/// A window that reads Alice's account by IMAP, and is in step with the server.
async fn read_by_imap(desk: &Desk) -> Window {
    let window = desk.open(Look::Light).await;
    window.see("welcome").await;
    window.fill_account("Alice North", ALICE, "secret", "imap").await;
    window.click("add-account").await;
    window.see("letter-row").await;
    window.is_in_step().await;
    window
}

/// Opens the account's details, by keys alone from wherever one is.
async fn go_to_details(window: &Window) {
    window.press("g").await;
    window.press("a").await;
    window.tab_to("account-disclose").await;
    if window.value("document.activeElement.ariaExpanded").await != json!("true") {
        window.press("Enter").await;
    }
    window.see("how-read").await;
}

/// Asks for the change there.
pub(super) async fn ask_for_change(window: &Window) {
    go_to_details(window).await;
    window.tab_to("change-mode").await;
    window.press("Enter").await;
    window.has_focus("incoming-host").await;
    window.reads("change-mode-dialog", "The server answered.").await;
}

/// Asks what the change would come to. The keys are where Enter says it.
pub(super) async fn see_what_would_change(window: &Window) {
    window.press("Enter").await;
    window.see("outlook").await;
    window.has_focus("change-mode-ok").await;
}

/// The figures: letters on both sides, only here, only at the server.
pub(super) async fn tells(window: &Window, both: usize, only_here: usize, only_there: usize) {
    let figures = window
        .value(
            "[...document.querySelectorAll('[data-testid=outlook] dd')].slice(0, 3).map(one => Number(one.innerText))",
        )
        .await;
    assert_eq!(figures, json!([both, only_here, only_there]));
}

/// Waits for the end of the change, and closes the dialog.
pub(super) async fn is_done(window: &Window, mode: &str) {
    let done = "document.querySelector('[data-testid=change-mode-done]')";
    window.until_within(PATIENCE, done).await;
    window
        .reads("change-mode-done", &format!("is read by {mode} now"))
        .await;
}

pub(super) async fn close(window: &Window) {
    window.has_focus("change-mode-close").await;
    window.press("Enter").await;
    window.until_count("change-mode-dialog", 0).await;
    window.has_focus("change-mode").await;
}

/// The server is looked at once more: a letter that has just come is listed.
async fn looks_again(town: &Town, window: &Window, subject: &str) {
    town.deliver(ALICE, &letters::plain(subject, "Some words.")).unwrap();
    window.press("F5").await;
    window.open_mailbox("Inbox").await;
    let here = format!(
        "[...document.querySelectorAll('[data-testid=letter-row] .subject')].some(one => one.innerText.trim() === {})",
        json!(subject)
    );
    window.until_within(PATIENCE, &here).await;
    window.is_in_step().await;
}

/// Whether a mailbox is one of this computer: no server can be told to subscribe to it.
async fn is_local(window: &Window, name: &str) -> bool {
    window.open_mailbox(name).await;
    window.press("Shift+F10").await;
    window.see("mailbox-menu").await;
    let local = window
        .value("document.querySelector('[data-testid=menu-mailbox-subscribe]') === null")
        .await;
    window.press("Escape").await;
    window.until_count("mailbox-menu", 0).await;
    local == json!(true)
}

#[tokio::test]
async fn an_account_goes_to_pop3_and_back_and_every_letter_is_listed_once() {
    let desk = Desk::in_town().await;
    let town = desk.town();
    let mut mailboxes = fill(town, letters(7, 260, OWNER, now()).collect()).await;
    let window = read_by_imap(&desk).await;
    let there = There::ask(town, &mailboxes).await;
    there.is_listed(&window).await;
    assert!(!is_local(&window, "Archive").await);

    ask_for_change(&window).await;
    window.keep_picture("change-mode-server.png").await;
    see_what_would_change(&window).await;
    tells(&window, there.inbox(), there.all() - there.inbox(), 0).await;
    let elsewhere = format!(" with {} letters", there.all() - there.inbox());
    window.reads("change-mode-dialog", &elsewhere).await;
    window.keep_picture("change-mode-preview.png").await;
    window.resize(600, 800).await;
    window.see("outlook").await;
    window.keep_picture("change-mode-preview-narrow.png").await;
    window.resize(1280, 800).await;

    // More comes in the last moment, and the line is slow: all of it is brought here before. While the line is cut nothing
    // moves, and a picture can be taken of it.
    town.home().narrow(SLOW).unwrap();
    let late = letters(9, 260, OWNER, now()).filter(|letter| letter.mailbox != "INBOX");
    mailboxes.extend(fill(town, late.collect()).await);
    window.press("Enter").await;
    let done = "document.querySelector('[data-testid=change-mode-done]')";
    window.until_within(PATIENCE, &format!("{MOVES} || {done}")).await;
    town.home().cut(Cut::Silent).unwrap();
    if window.value(&format!("!!({done})")).await == json!(false) {
        window.keep_picture("change-mode-progress.png").await;
    }
    town.home().heal().unwrap();
    town.home().widen().unwrap();
    is_done(&window, "POP3").await;
    let there = There::ask(town, &mailboxes).await;
    tells(&window, there.inbox(), there.all() - there.inbox(), 0).await;
    window.keep_picture("change-mode-result.png").await;
    close(&window).await;
    window.reads("how-read", "POP3").await;
    there.is_listed(&window).await;
    assert!(is_local(&window, "Archive").await);
    looks_again(town, &window, "By POP3").await;
    let there = There::ask(town, &mailboxes).await;
    there.is_listed(&window).await;

    // And back: nothing is on one side only.
    ask_for_change(&window).await;
    see_what_would_change(&window).await;
    tells(&window, there.all(), 0, 0).await;
    window.keep_picture("change-mode-preview-imap.png").await;
    window.press("Enter").await;
    is_done(&window, "IMAP").await;
    tells(&window, there.all(), 0, 0).await;
    close(&window).await;
    window.reads("how-read", "IMAP").await;
    looks_again(town, &window, "By IMAP").await;
    let after = There::ask(town, &mailboxes).await;
    assert_eq!(
        after.all(),
        there.all() + 1,
        "nothing was added at the server, or taken"
    );
    after.is_listed(&window).await;
    assert!(!is_local(&window, "Archive").await);
    window.close().await;

    let window = desk.open(Look::Dark).await;
    window.see("letter-row").await;
    ask_for_change(&window).await;
    see_what_would_change(&window).await;
    window.keep_picture("dark-change-mode-preview.png").await;
    window.press("Escape").await;
    window.until_count("change-mode-dialog", 0).await;
    window.reads("how-read", "IMAP").await;
    window.close().await;
}

/// Under way it can be stopped: the account is read as before, and keeps what it kept.
#[tokio::test]
async fn a_change_that_is_stopped_leaves_the_account_as_it_was() {
    let desk = Desk::in_town().await;
    let town = desk.town();
    let mut mailboxes = fill(town, letters(7, 40, OWNER, now()).collect()).await;
    let window = read_by_imap(&desk).await;
    go_to_details(&window).await;
    window.click("keep-headers").await;
    window.click("keep-ok").await;
    window.until_count("keep-ok", 0).await;
    let late = letters(9, 260, OWNER, now()).filter(|letter| letter.mailbox != "INBOX");
    mailboxes.extend(fill(town, late.collect()).await);
    looks_again(town, &window, "Only its header").await;
    let there = There::ask(town, &mailboxes).await;
    there.is_listed(&window).await;

    ask_for_change(&window).await;
    see_what_would_change(&window).await;
    tells(&window, there.inbox(), there.all() - there.inbox(), 0).await;
    town.home().narrow(SLOW).unwrap();
    window.press("Enter").await;
    window.until_within(PATIENCE, MOVES).await;
    window.tab_to("change-mode-stop").await;
    window.press("Enter").await;
    window.see("change-mode-stopped").await;
    window.has_focus("change-mode-ok").await;
    let counts = "document.querySelector('[data-testid=status-foot]').innerText.includes(' letters')";
    window.until(&format!("!{counts}")).await;
    window.keep_picture("change-mode-stopped.png").await;
    town.home().widen().unwrap();
    window.press("Escape").await;
    window.until_count("change-mode-dialog", 0).await;
    window.reads("how-read", "IMAP").await;
    window
        .until("document.querySelector('[data-testid=keep-headers]').checked")
        .await;
    window.reads("account-details", "only the header is here").await;
    looks_again(town, &window, "After a stop").await;
    There::ask(town, &mailboxes).await.is_listed(&window).await;
    go_to_details(&window).await;
    window
        .until("document.querySelector('[data-testid=keep-headers]').checked")
        .await;
    window.reads("account-details", "only the header is here").await;
    window.close().await;
}

/// What the other server does not accept is said where it is mended, and changes nothing.
#[tokio::test]
async fn an_account_that_the_other_server_does_not_let_in_stays_as_it_was() {
    let desk = Desk::in_town().await;
    let town = desk.town();
    let mailboxes = fill(town, letters(7, 40, OWNER, now()).collect()).await;
    let window = read_by_imap(&desk).await;

    ask_for_change(&window).await;
    window.fill("change-mode-password", "wrong").await;
    window.press("Enter").await;
    window.see("field-error[data-code=sign_in_refused]").await;
    window.has_focus("change-mode-password[aria-invalid=true]").await;
    window.keep_picture("change-mode-refused.png").await;
    window.fill("change-mode-password", "").await;
    window.fill("incoming-host", "nowhere.north.test").await;
    window.press("Enter").await;
    window.see("field-error[data-code=host_not_found]").await;
    window.has_focus("incoming-host[aria-invalid=true]").await;
    window.keep_picture("change-mode-no-such-server.png").await;
    window.press("Escape").await;
    window.until_count("change-mode-dialog", 0).await;
    window.reads("how-read", "IMAP").await;
    window.close().await;

    // The password that is kept is still the right one.
    let window = desk.open(Look::Light).await;
    window.see("letter-row").await;
    looks_again(town, &window, "After a try").await;
    There::ask(town, &mailboxes).await.is_listed(&window).await;
    window.close().await;
}

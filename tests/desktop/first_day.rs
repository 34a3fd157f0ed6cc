//! A person's first day with Pli, from the welcome to an answer that was read at the other end of the way.

use crate::desk::{Desk, Look};
use crate::letters::{self, ALICE, BOB, TIMES};
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(30);

#[tokio::test]
async fn a_letter_is_read_and_answered_and_its_answer_read() {
    let desk = Desk::in_town().await;
    let town = desk.town();
    town.deliver(ALICE, &letters::timetable()).unwrap();
    town.deliver(ALICE, &letters::program()).unwrap();
    let question = letters::plain("Le voyage", "Bonjour Alice,\n\nwhich train do you take?\n\nBob");
    town.post(BOB, ALICE, &question).unwrap();
    town.arrived(ALICE, "INBOX", 3, PATIENCE).await.unwrap();

    let window = desk.open(Look::Light).await;
    window.see("welcome").await;
    window.fill_account("Alice North", ALICE, "secret", "imap").await;
    window.click("add-account").await;
    window.until_count("letter-row", 3).await;

    // HTML, in its frame, with its own colours and picture.
    window.open_letter("Night trains are back").await;
    let heading = window
        .in_letter("getComputedStyle(document.querySelector('h1')).color")
        .await;
    assert_eq!(heading, "rgb(10, 92, 54)");
    window
        .until_in_letter("document.images.length === 1 && document.images[0].naturalWidth === 1")
        .await;
    let policy = "document.querySelector('meta[http-equiv]').content";
    assert!(
        window
            .in_letter(policy)
            .await
            .as_str()
            .unwrap()
            .starts_with("default-src 'none'")
    );

    // A link leaves for the browser, a file for its program; both only by a click.
    assert_eq!(desk.opened(), Vec::<String>::new());
    window.click_in_letter("a").await;
    assert_eq!(desk.until_opened(1).await, ["https://rail.test/tickets?from=letter"]);
    assert_eq!(window.in_letter("location.protocol").await, "letter:");
    window.reads("attachment", "times.txt").await;
    window.click("attachment").await;
    let opened = desk.until_opened(2).await.remove(1);
    assert!(
        opened.starts_with(desk.profile().join("opened").to_str().unwrap()),
        "{opened}"
    );
    assert_eq!(std::fs::read_to_string(&opened).unwrap(), TIMES);

    // What would run is not opened.
    window.open_letter("Urgent update").await;
    window.click("attachment").await;
    window.reads("toast", "update.sh").await;

    // Keys go on working after a click in the letter, and what is marked there can be copied.
    window.open_letter("Le voyage").await;
    let (from, to) = window.letter_words("which train").await;
    window.drag(from, to).await;
    window.lends_its_keys_to_the_letter().await;
    window.press("Control+c").await;
    window.lends_its_keys_to_the_letter().await;

    // An answer, all by keys.
    window.press("r").await;
    window
        .until("document.activeElement.dataset.testid === 'compose-body'")
        .await;
    window.press("Control+v").await;
    window.write(": the 19.42, à bientôt. ").await;
    window.press("Control+Enter").await;
    window.reads("toast", "on its way").await;
    let arrived = town.arrived(BOB, "INBOX", 1, PATIENCE).await.unwrap();
    let answer = String::from_utf8(arrived[0].clone()).unwrap();
    assert!(answer.contains("which train: the 19.42"), "{answer}");
    assert!(answer.contains("In-Reply-To: <le-voyage@south.test>"), "{answer}");
    assert!(answer.contains("From: \"Alice North\" <alice@north.test>"), "{answer}");
    town.arrived(ALICE, "Sent", 1, PATIENCE).await.unwrap();

    // The other account, over POP3: the answer is read in the same window.
    window.press("g").await;
    window.press("a").await;
    window.until_count("account", 1).await;
    window.click("new-account").await;
    window.fill_account("Bob South", BOB, "secret", "pop3").await;
    window.click("add-account").await;
    window.until_count("account", 2).await;
    window.click("mailbox-item[data-account=\"2\"][data-role=inbox]").await;
    window.until_count("letter-row", 1).await;
    window.open_letter("Re: Le voyage").await;
    window
        .until_in_letter("document.body.innerText.includes('which train: the 19.42, à bientôt.')")
        .await;
    assert_eq!(town.letters(BOB, "INBOX").await.unwrap().len(), 1);
    assert_eq!(town.letters(ALICE, "Sent").await.unwrap().len(), 1);
    window.close().await;
}

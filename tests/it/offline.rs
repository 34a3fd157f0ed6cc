//! The network goes away in the middle of everything: what is done meanwhile is kept, and reaches the servers once.

use crate::pli::{NOW, Pli};
use pli_testkit::town::Cut;
use pli_testkit::{Town, letters, town};

const ALICE: &str = "alice@north.test";
const BOB: &str = "bob@south.test";

#[tokio::test(flavor = "multi_thread")]
async fn what_is_done_offline_reaches_the_servers_once() {
    let town = Town::start(town::Options::default()).await.unwrap();
    for letter in letters::bulk(5, NOW) {
        town.deliver(ALICE, &letter.raw).unwrap();
    }
    let pli = Pli::at(town.home(), town.ca_pem_path());
    pli.has_account(&["--email", ALICE]);
    pli.object(&["sync"]);
    let ids: Vec<String> = pli
        .lines(&["list"])
        .iter()
        .map(|letter| letter["id"].to_string())
        .collect();
    assert_eq!(ids.len(), 5);

    town.home().cut(Cut::Down).unwrap();
    let shown = pli.object(&["show", &ids[0]]);
    assert!(shown["text"].as_str().is_some_and(|text| !text.is_empty()));
    pli.run(&["flag", &ids[0], "+flagged"]);
    pli.run(&["delete", &ids[1]]);
    let error = pli.fails(
        &["send", "--from", ALICE, "--to", BOB, "--subject", "Written offline"],
        3,
    );
    assert_eq!(error["retryable"], true, "{error}");
    pli.fails(&["sync"], 3);
    assert_eq!(pli.lines(&["outbox"])[0]["state"], "queued");
    assert_eq!(pli.lines(&["list"]).len(), 4);
    pli.is_sound();

    town.home().heal().unwrap();
    // A letter that was put off waits a moment before it is due again.
    let sent = || pli.lines(&["outbox"])[0]["state"] == "sent";
    for _ in 0..60 {
        pli.run(&["sync"]);
        if sent() {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(500));
    }
    assert!(sent(), "{:?}", pli.lines(&["outbox"]));
    pli.object(&["sync"]);
    pli.object(&["sync"]);
    town.arrived(BOB, "INBOX", 1, std::time::Duration::from_secs(20))
        .await
        .unwrap();
    assert_eq!(town.letters(BOB, "INBOX").await.unwrap().len(), 1);
    assert_eq!(town.letters(ALICE, "INBOX").await.unwrap().len(), 4);
    assert_eq!(town.letters(ALICE, "Trash").await.unwrap().len(), 1);
    assert_eq!(town.letters(ALICE, "Sent").await.unwrap().len(), 1);
    pli.is_sound();
}

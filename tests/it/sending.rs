//! A letter's whole way, in the town: written by one, read by the other, answered, read again.

use crate::pli::Pli;
use pli_testkit::{Town, town};
use serde_json::Value;

const ALICE: &str = "alice@north.test";
const BOB: &str = "bob@south.test";

fn alice_and_bob(town: &Town) -> Pli {
    let pli = Pli::at(town.home(), town.ca_pem_path());
    // Servers found by DNS, submission on 587.
    pli.has_account(&[
        "--email",
        ALICE,
        "--name",
        "Alice at north",
        "--outgoing",
        "mail.north.test:587",
    ]);
    pli.has_account(&[
        "--email",
        BOB,
        "--name",
        "Bob at south",
        "--mode",
        "pop3",
        "--outgoing",
        "mail.south.test:465",
    ]);
    pli
}

fn inbox(pli: &Pli, account: &str) -> Vec<Value> {
    pli.lines(&["list", "--account", account])
}

/// Syncs until the inbox holds that many letters. The town is real: a letter takes a moment.
fn sync_until(pli: &Pli, account: &str, count: usize) -> Vec<Value> {
    for _ in 0..60 {
        pli.object(&["sync", "--account", account]);
        let letters = inbox(pli, account);
        if letters.len() >= count {
            return letters;
        }
        std::thread::sleep(std::time::Duration::from_millis(500));
    }
    panic!("{account} has {} letters, not {count}", inbox(pli, account).len());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_goes_and_its_answer_comes_back() {
    let town = Town::start(town::Options::default()).await.unwrap();
    let pli = alice_and_bob(&town);
    pli.object(&["sync"]);

    let words = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(
        words.path(),
        "Bonjour Bob,\n\n.a line with a dot\nFrom here it goes far.\n\nAlice",
    )
    .unwrap();
    let path = words.path().to_str().unwrap();
    let sent = pli.object(&[
        "send",
        "--from",
        ALICE,
        "--to",
        "Bob at south <bob@south.test>",
        "--subject",
        "Le voyage d’une lettre",
        "--body-file",
        path,
    ]);
    assert_eq!(sent["state"], "sent", "{sent}");
    assert_eq!(sent["recipients"][0]["accepted"], true);

    let read = sync_until(&pli, BOB, 1);
    assert_eq!(read[0]["subject"], "Le voyage d’une lettre");
    assert_eq!(read[0]["from"]["name"], "Alice at north");
    let id = read[0]["id"].to_string();
    let shown = pli.object(&["show", &id]);
    assert!(
        shown["text"].as_str().unwrap().contains(".a line with a dot"),
        "{shown}"
    );

    let answer = pli.object(&[
        "send",
        "--from",
        BOB,
        "--to",
        ALICE,
        "--subject",
        "Re: Le voyage d’une lettre",
        "--body-file",
        path,
        "--reply-to",
        &id,
    ]);
    assert_eq!(answer["state"], "sent", "{answer}");
    let back = sync_until(&pli, ALICE, 1);
    assert_eq!(back[0]["subject"], "Re: Le voyage d’une lettre");

    // Each letter's raw bytes equal the server's.
    assert_eq!(
        pli.raw_letters(BOB, "inbox"),
        sorted(town.letters(BOB, "INBOX").await.unwrap())
    );
    assert_eq!(
        pli.raw_letters(ALICE, "inbox"),
        sorted(town.letters(ALICE, "INBOX").await.unwrap())
    );
    // Copies: at north on the server, once; at south on this computer, once.
    pli.object(&["sync"]);
    assert_eq!(town.letters(ALICE, "Sent").await.unwrap().len(), 1);
    assert_eq!(
        pli.raw_letters(ALICE, "Sent"),
        sorted(town.letters(ALICE, "Sent").await.unwrap())
    );
    assert_eq!(pli.raw_letters(BOB, "Sent").len(), 1);
    assert_eq!(pli.lines(&["list", "--account", BOB])[0]["answered"], true);
    // The answer and the letter are one conversation on alice's side.
    let sent = pli.lines(&["list", "--account", ALICE, "--mailbox", "sent"]);
    assert_eq!(sent[0]["thread"], back[0]["thread"]);
    pli.is_sound();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_lies_nowhere_in_the_profile() {
    const PASSWORD: &str = "Zaunkönig-91-Wolke";
    let mut town = Town::start(town::Options::default()).await.unwrap();
    town.add_user("dora@north.test", PASSWORD).await.unwrap();
    let pli = Pli::at(town.home(), town.ca_pem_path());
    let added = pli.add_account_with(PASSWORD, &["--email", "dora@north.test"]);
    assert!(added.status.success(), "{}", String::from_utf8_lossy(&added.stderr));
    pli.object(&["sync"]);
    assert!(!pli.holds(PASSWORD.as_bytes()));
    let passphrase = b"correct horse battery staple";
    assert!(!pli.holds(passphrase));
    // What the server saw proves that the search would have found it: the letters are there in plain sight.
    assert!(pli.holds(b"dora@north.test"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_recipient_is_told_and_a_wrong_password_keeps_nothing() {
    let town = Town::start(town::Options::default()).await.unwrap();
    let pli = alice_and_bob(&town);
    let sent = pli.object(&[
        "send",
        "--from",
        ALICE,
        "--to",
        "bob@south.test",
        "nobody@north.test",
        "--subject",
        "Two",
    ]);
    let verdicts = sent["recipients"].as_array().unwrap();
    assert_eq!(sent["state"], "sent", "{sent}");
    assert_eq!(
        verdicts
            .iter()
            .map(|one| one["accepted"].as_bool().unwrap())
            .collect::<Vec<_>>(),
        [true, false],
        "{sent}"
    );
    assert_eq!(sync_until(&pli, BOB, 1).len(), 1);

    let other = Pli::at(town.home(), town.ca_pem_path());
    let mut town = town;
    town.add_user("carol@north.test", "another").await.unwrap();
    let refused = other.add_account(&["--email", "carol@north.test"]);
    assert_eq!(
        refused.status.code(),
        Some(4),
        "{}",
        String::from_utf8_lossy(&refused.stderr)
    );
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    let error: Value = serde_json::from_str(said.lines().last().unwrap()).unwrap();
    assert_eq!(
        (error["code"].as_str(), error["field"].as_str()),
        (Some("sign_in_refused"), Some("password")),
        "{error}"
    );
    assert!(other.lines(&["account", "list"]).is_empty());

    // Without the town's CA no certificate is trusted, and nothing secret leaves.
    let stranger = Pli::at(town.home(), "/etc/ssl/certs/ca-certificates.crt".into());
    let refused = stranger.add_account(&[
        "--email",
        ALICE,
        "--incoming",
        "mail.north.test:993",
        "--outgoing",
        "mail.north.test:587",
    ]);
    assert_eq!(refused.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("certificate_not_trusted"));
}

fn sorted(mut letters: Vec<Vec<u8>>) -> Vec<Vec<u8>> {
    letters.sort();
    letters
}

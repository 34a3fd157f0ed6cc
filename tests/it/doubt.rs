//! A letter whose fate is not known: the server's answer to the final dot was lost.

use crate::pli::{ALICE, Pli};
use pli_testkit::{Dovecot, Scripted, dovecot};

const TAKES_AND_VANISHES: &str = "
S: 220 mail.test ready
C: EHLO {*}
S: 250-mail.test
S: 250 AUTH PLAIN
C: AUTH PLAIN {*}
S: 235 welcome
C: MAIL FROM:<alice@localhost.test>
S: 250 ok
C: RCPT TO:<bob@south.test>
S: 250 ok
C: DATA
S: 354 go on
C... .
! close
";

#[tokio::test(flavor = "multi_thread")]
async fn a_letter_that_may_have_been_sent_is_not_sent_again() {
    let dovecot = Dovecot::start(dovecot::Options::default()).await.unwrap();
    let submission = Scripted::serve_tls(TAKES_AND_VANISHES).await.unwrap();
    let both = tempfile::NamedTempFile::new().unwrap();
    let roots = [dovecot.authority().pem(), submission.authority().pem()].concat();
    std::fs::write(both.path(), roots).unwrap();
    let pli = Pli::here(both.path().to_owned());
    pli.has_alice_sending(&dovecot, "imap", submission.addr().port());
    pli.object(&["sync"]);

    pli.fails(
        &[
            "send",
            "--from",
            ALICE,
            "--to",
            "bob@south.test",
            "--subject",
            "Did it go?",
        ],
        3,
    );
    let unknown = pli.object(&["outbox"]);
    assert_eq!(unknown["state"], "unknown", "{unknown}");
    submission.finish().await.unwrap();

    // Nobody listens there any more: another try would be an error and would change the row.
    pli.object(&["sync"]);
    assert_eq!(pli.object(&["outbox"]), unknown);

    // The server had taken it after all: its own copy turns up in Sent.
    let copy = format!(
        "From: alice@localhost.test\r\nMessage-ID: <{}>\r\n\r\nhello\r\n",
        unknown["message_id"].as_str().unwrap()
    );
    dovecot.import("alice", "Sent", [copy]).await.unwrap();
    pli.object(&["sync"]);
    let settled = pli.object(&["outbox"]);
    assert_eq!(
        (settled["state"].as_str(), settled["filed"].as_bool()),
        (Some("sent"), Some(true)),
        "{settled}"
    );
    assert_eq!(dovecot.raw_letters("alice", "Sent").await.unwrap().len(), 1);
    pli.is_sound();
}

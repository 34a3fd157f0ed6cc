//! IMAP in step both ways: what another client does shows here, what is done here shows there.

use crate::pli::{NOW, Pli};
use pli_testkit::{Dovecot, dovecot, letters};
use serde_json::Value;

async fn with_letters(count: usize) -> (Dovecot, Pli) {
    let dovecot = Dovecot::start(dovecot::Options::default()).await.unwrap();
    dovecot
        .import("alice", "INBOX", letters::bulk(count, NOW).map(|letter| letter.raw))
        .await
        .unwrap();
    let pli = Pli::here(dovecot.ca_pem_path());
    pli.has_alice(&dovecot, "imap");
    pli.object(&["sync"]);
    (dovecot, pli)
}

fn inbox(pli: &Pli) -> Vec<Value> {
    pli.lines(&["list", "--mailbox", "inbox"])
}

async fn flags(dovecot: &Dovecot, mailbox: &str) -> Vec<String> {
    let out = dovecot
        .doveadm(&["fetch", "-u", "alice", "flags", "mailbox", mailbox])
        .await
        .unwrap();
    out.lines()
        .filter_map(|line| line.strip_prefix("flags: ").or(line.strip_prefix("flags:")))
        .map(|flags| flags.replace("\\Recent", "").trim().to_owned())
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_another_client_does_shows_here() {
    let (dovecot, pli) = with_letters(6).await;
    assert_eq!(inbox(&pli).len(), 6);
    dovecot
        .doveadm(&[
            "flags",
            "add",
            "-u",
            "alice",
            "\\Seen \\Flagged",
            "mailbox",
            "INBOX",
            "uid",
            "2",
        ])
        .await
        .unwrap();
    dovecot
        .doveadm(&["expunge", "-u", "alice", "mailbox", "INBOX", "uid", "3"])
        .await
        .unwrap();
    dovecot
        .import("alice", "INBOX", letters::bulk(8, NOW).skip(6).map(|letter| letter.raw))
        .await
        .unwrap();
    let totals = pli.object(&["sync"]);
    assert_eq!(
        (&totals["new"], &totals["updated"], &totals["removed"]),
        (&2.into(), &1.into(), &1.into()),
        "{totals}"
    );
    let letters = inbox(&pli);
    assert_eq!(letters.len(), 7);
    assert_eq!(
        letters
            .iter()
            .filter(|letter| letter["seen"] == true && letter["flagged"] == true)
            .count(),
        1
    );
    assert_eq!(pli.object(&["sync"])["updated"], 0);
    pli.is_sound();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_done_here_shows_there() {
    let (dovecot, pli) = with_letters(4).await;
    let ids: Vec<String> = inbox(&pli).iter().map(|letter| letter["id"].to_string()).collect();
    pli.run(&["flag", &ids[0], "+seen", "+flagged"]);
    pli.run(&["delete", &ids[1]]);
    // Shown at once, before any server knows.
    assert_eq!(inbox(&pli).len(), 3);
    assert_eq!(inbox(&pli)[0]["flagged"], true);
    assert_eq!(
        flags(&dovecot, "INBOX")
            .await
            .iter()
            .filter(|flags| !flags.is_empty())
            .count(),
        0
    );
    pli.object(&["sync"]);
    let there = flags(&dovecot, "INBOX").await;
    assert_eq!(there.len(), 3);
    assert_eq!(
        there
            .iter()
            .filter(|flags| flags.contains("\\Seen") && flags.contains("\\Flagged"))
            .count(),
        1,
        "{there:?}"
    );
    assert_eq!(dovecot.raw_letters("alice", "Trash").await.unwrap().len(), 1);
    // The same letter, under the same id, now in the trash, and moved back.
    let trash = pli.lines(&["list", "--mailbox", "trash"]);
    assert_eq!(
        trash.iter().map(|letter| letter["id"].to_string()).collect::<Vec<_>>(),
        [ids[1].clone()]
    );
    pli.run(&["move", &ids[1], "INBOX"]);
    pli.object(&["sync"]);
    assert_eq!(dovecot.raw_letters("alice", "INBOX").await.unwrap().len(), 4);
    assert_eq!(inbox(&pli).len(), 4);
    let after = pli.object(&["sync"]);
    assert_eq!((&after["new"], &after["removed"]), (&0.into(), &0.into()), "{after}");
    pli.is_sound();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mailbox_made_anew_loses_and_doubles_nothing() {
    let (dovecot, pli) = with_letters(5).await;
    let before: Vec<Value> = inbox(&pli);
    // Dovecot keeps UIDVALIDITY and UIDs in this file: without it, the same letters get new ones.
    dovecot
        .doveadm(&["mailbox", "create", "-u", "alice", "Other"])
        .await
        .unwrap();
    dovecot
        .doveadm(&["copy", "-u", "alice", "Other", "mailbox", "INBOX", "all"])
        .await
        .unwrap();
    pli.object(&["sync"]);
    assert_eq!(pli.lines(&["list", "--mailbox", "Other"]).len(), 5);
    dovecot
        .doveadm(&["mailbox", "update", "-u", "alice", "--uid-validity", "77", "Other"])
        .await
        .unwrap();
    let totals = pli.object(&["sync"]);
    assert_eq!(
        (&totals["new"], &totals["removed"], &totals["bytes"]),
        (&0.into(), &0.into(), &0.into()),
        "{totals}"
    );
    assert_eq!(pli.lines(&["list", "--mailbox", "Other"]).len(), 5);
    assert_eq!(inbox(&pli), before);
    pli.is_sound();
}

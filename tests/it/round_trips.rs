//! What a sync costs, counted on the wire between `pli` and a real Dovecot: round trips and bytes, never time.
//!
//! The connection is plain IMAP, so what is counted is what comes after a TLS handshake: from the server's greeting on,
//! all connections together. A round trip is a question that is asked upon an answer (see `Stats::round_trips`); what is
//! asked without waiting, or on two connections at once, is one. The wire has a delay, which makes the count exact.

use crate::line::{Line, kill, number};
use crate::pli::{NOW, Pli};
use pli_testkit::letters;
use serde_json::Value;
use std::collections::BTreeSet;
use std::time::Duration;

/// Dovecot says what it can do in its greeting and again when it lets somebody in: signing in is one question.
const SIGN_IN: u64 = 1;
/// LOGOUT.
const GOODBYE: u64 = 1;
const DELAY: Duration = Duration::from_millis(60);

/// Letters of the large mailbox: 10,000, or `PLI_LARGE`.
fn large() -> usize {
    number("PLI_LARGE").map_or(10_000, |count| usize::try_from(count).unwrap())
}

fn message_ids(pli: &Pli, mailbox: &str) -> Vec<String> {
    let id = |letter: &Value| letter["message_id"].as_str().unwrap().to_owned();
    pli.all(mailbox).iter().map(id).collect()
}

fn bulk_id(number: usize) -> String {
    format!("bulk-{number}@many.test")
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_hundred_of_a_large_mailbox_are_here_within_six_round_trips() {
    let count = large();
    let line = Line::to(letters::bulk(count, NOW)).await;
    line.wire.delay(DELAY);
    // Signing in is among the six.
    line.wire.stall_after(6);
    let mut watch = line.pli.spawn(&["sync", "--watch"]);
    // What has arrived may take its time to be written, but nothing more comes.
    line.until_quiet(&mut watch, Duration::from_secs(4));
    assert!(watch.try_wait().unwrap().is_none(), "pli has ended by itself");
    kill(watch);
    let shown = line.pli.lines(&["list", "--limit", "100"]);
    let shown: Vec<&str> = shown
        .iter()
        .map(|letter| letter["message_id"].as_str().unwrap())
        .collect();
    let newest: Vec<String> = (0..count).rev().take(100).map(bulk_id).collect();
    assert_eq!(shown, newest);
    line.pli.is_sound();
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_unchanged_mailboxes_cost_three_round_trips() {
    let boxes = letters::with_keywords(letters::in_mailboxes(200, 2, NOW));
    let line = Line::to(boxes).await;
    let (first, _) = line.sync();
    assert_eq!(first["new"], 400, "{first}");
    line.wire.delay(DELAY);
    let (totals, passed) = line.sync();
    assert_eq!(
        (&totals["new"], &totals["updated"], &totals["removed"]),
        (&0.into(), &0.into(), &0.into()),
        "{totals}"
    );
    assert!(totals["mailboxes"].as_u64() >= Some(200), "{totals}");
    assert!(passed.round_trips <= SIGN_IN + 3 + GOODBYE, "{passed:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn empty_mailboxes_cost_no_round_trip() {
    let line = Line::to(letters::bulk(3, NOW)).await;
    line.wire.delay(DELAY);
    let (totals, passed) = line.sync();
    assert_eq!(totals["new"], 3, "{totals}");
    assert!(totals["mailboxes"].as_u64() >= Some(6), "{totals}");
    // Who we are; the survey; the inbox, its headers, its bodies.
    assert!(passed.round_trips <= SIGN_IN + 5 + GOODBYE, "{passed:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn looking_at_a_large_unchanged_mailbox_moves_under_four_kilobytes() {
    let count = large();
    let line = Line::to(letters::bulk(count, NOW)).await;
    let (first, _) = line.sync();
    assert_eq!(first["new"], count, "{first}");
    line.wire.delay(DELAY);
    let (totals, passed) = line.sync();
    assert_eq!((&totals["new"], &totals["updated"]), (&0.into(), &0.into()), "{totals}");
    assert!(passed.to_server + passed.to_client < 4096, "{passed:?}");
    assert!(passed.round_trips <= SIGN_IN + 3 + GOODBYE, "{passed:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_flag_changes_cost_no_more_round_trips_than_one() {
    let line = Line::to(letters::bulk(2000, NOW)).await;
    line.sync();
    line.wire.delay(DELAY);
    let mut passed = Vec::new();
    for (uids, changed) in [("1", 1), ("501:1500", 1000)] {
        let change = [
            "flags",
            "add",
            "-u",
            "alice",
            "\\Answered",
            "mailbox",
            "INBOX",
            "uid",
            uids,
        ];
        line.dovecot.doveadm(&change).await.unwrap();
        let (totals, stats) = line.sync();
        assert_eq!(
            (&totals["updated"], &totals["new"]),
            (&changed.into(), &0.into()),
            "{totals}"
        );
        passed.push(stats);
    }
    assert!(passed[1].round_trips <= passed[0].round_trips + 1, "{passed:?}");
    let answered = line.pli.all("inbox");
    let answered = answered.iter().filter(|letter| letter["answered"] == true);
    let answered: BTreeSet<&str> = answered.map(|letter| letter["message_id"].as_str().unwrap()).collect();
    let expected: Vec<String> = std::iter::once(0).chain(500..1500).map(bulk_id).collect();
    assert_eq!(answered, expected.iter().map(String::as_str).collect());
    line.pli.is_sound();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_letters_expunged_elsewhere_vanish_and_only_those() {
    let line = Line::to(letters::bulk(2000, NOW)).await;
    line.sync();
    line.wire.delay(DELAY);
    let mut passed = Vec::new();
    for uids in ["2000", "301:1300"] {
        let expunge = ["expunge", "-u", "alice", "mailbox", "INBOX", "uid", uids];
        line.dovecot.doveadm(&expunge).await.unwrap();
        passed.push(line.sync());
    }
    assert_eq!(passed[1].0["removed"], 1000, "{passed:?}");
    assert!(passed[1].1.round_trips <= passed[0].1.round_trips + 1, "{passed:?}");
    let left: Vec<String> = (0..300).chain(1300..1999).rev().map(bulk_id).collect();
    assert_eq!(message_ids(&line.pli, "inbox"), left);
    line.pli.is_sound();
}

//! A letter of 200 MB over both protocols: exact to the octet, and in memory that does not depend on its size.

use crate::pli::{ALICE, Pli};
use pli_testkit::letters::Random;
use pli_testkit::{Dovecot, dovecot};

const OCTETS: usize = 200_000_000;
/// What a synchronisation may take of memory, in MiB, of which unlocking the vault takes 64.
const MOST: u64 = 150;

/// A picture of the text, then a file; it ends without a line end, as POP3 cannot show it.
fn letter() -> Vec<u8> {
    let mut raw = format!(
        "From: Bob <bob@south.test>\r\nTo: {ALICE}\r\nSubject: The film\r\nMessage-ID: <great@south.test>\r\n\
         Date: Mon, 21 Sep 2026 10:00:00 +0000\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\nHere it is.\r\n.\r\n..\r\n\
         --x\r\nContent-Type: image/png\r\nContent-ID: <a@b>\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    )
    .into_bytes();
    let mut random = Random::new(7);
    let mut lines = |raw: &mut Vec<u8>, octets: usize| {
        let end = raw.len() + octets;
        while raw.len() < end {
            let words: Vec<String> = (0..4).map(|_| format!("{:019}", random.number() >> 1)).collect();
            raw.extend_from_slice(words.concat().as_bytes());
            raw.extend_from_slice(b"\r\n");
        }
    };
    lines(&mut raw, OCTETS / 2);
    raw.extend_from_slice(
        b"--x\r\nContent-Type: video/mp4; name=film.mp4\r\nContent-Disposition: attachment\r\n\
          Content-Transfer-Encoding: base64\r\n\r\n",
    );
    lines(&mut raw, OCTETS / 2);
    raw.extend_from_slice(b"--x--");
    raw
}

async fn comes_whole(mode: &str) {
    let dovecot = Dovecot::start(dovecot::Options::default()).await.unwrap();
    let raw = letter();
    dovecot.import("alice", "INBOX", [&raw]).await.unwrap();
    let pli = Pli::here(dovecot.ca_pem_path());
    pli.has_alice(&dovecot, mode);
    let (totals, peak) = pli.measured(&["sync"]);
    eprintln!("{mode}: {totals}, at most {peak} MiB");
    assert!(peak < MOST, "{peak} MiB");
    assert!(pli.raw_letters(ALICE, "inbox") == [raw], "other octets");
    let [row] = pli.all("inbox").try_into().unwrap();
    assert_eq!(row["has_attachments"], true, "{row}");
    pli.is_sound();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_great_letter_comes_by_pop3() {
    comes_whole("pop3").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_great_letter_comes_by_imap() {
    comes_whole("imap").await;
}

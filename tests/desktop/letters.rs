//! The letters of these tests, written out: what matters in them is seen in the window.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use pli_model::Timestamp;
use std::time::{SystemTime, UNIX_EPOCH};

pub const ALICE: &str = "alice@north.test";
pub const BOB: &str = "bob@south.test";

pub fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    Timestamp::from_secs(since.as_secs().try_into().unwrap())
}

/// What is in the file that comes with [`timetable`].
pub const TIMES: &str = "Wien 19.42\nPassau 22.09\nParis 10.12\n";

/// Plain, from Bob.
pub fn plain(subject: &str, text: &str) -> Vec<u8> {
    let text = text.replace('\n', "\r\n");
    format!(
        "From: Bob South <{BOB}>\r\nTo: Alice North <{ALICE}>\r\nSubject: {subject}\r\nDate: Mon, 23 Nov 2026 16:36:14 +0100\r\n\
         Message-ID: <{}@south.test>\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n",
        subject.to_lowercase().replace(' ', "-")
    )
    .into_bytes()
}

/// HTML with its own colours, a picture in it, a link, and a file.
pub fn timetable() -> Vec<u8> {
    let html = "<html><body style=\"background:#f4f1e8\"><h1 style=\"color:#0a5c36\">Night trains are back</h1>\
        <p>Vienna, Passau, Paris: <b>every</b> night from December.</p><p><img src=\"cid:map@rail.test\" width=\"48\" height=\"48\" alt=\"map\"></p>\
        <p><a href=\"https://rail.test/tickets?from=letter\">Tickets</a></p></body></html>";
    let picture = BASE64_STANDARD.decode(GREEN).unwrap();
    let shown = part("rel", "text/html; charset=utf-8", "", html.as_bytes());
    let map = part(
        "rel",
        "image/png; name=\"map.png\"",
        "Content-ID: <map@rail.test>\r\nContent-Disposition: inline\r\n",
        &picture,
    );
    let file = part(
        "mix",
        "text/plain; name=\"times.txt\"",
        "Content-Disposition: attachment; filename=\"times.txt\"\r\n",
        TIMES.as_bytes(),
    );
    format!(
        "From: Rail Journal <news@rail.test>\r\nTo: {ALICE}\r\nSubject: Night trains are back\r\nDate: Mon, 23 Nov 2026 11:40:00 +0100\r\n\
         Message-ID: <trains@rail.test>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=mix\r\n\r\n\
         --mix\r\nContent-Type: multipart/related; boundary=rel\r\n\r\n{shown}{map}--rel--\r\n{file}--mix--\r\n"
    )
    .into_bytes()
}

/// A file that runs when it is opened.
pub fn program() -> Vec<u8> {
    let text = part("mix", "text/plain", "", b"Run this.");
    let file = part(
        "mix",
        "application/octet-stream; name=\"update.sh\"",
        "Content-Disposition: attachment; filename=\"update.sh\"\r\n",
        b"#!/bin/sh\n",
    );
    format!(
        "From: Support <support@elsewhere.test>\r\nTo: {ALICE}\r\nSubject: Urgent update\r\nDate: Mon, 23 Nov 2026 12:00:00 +0100\r\n\
         Message-ID: <update@elsewhere.test>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=mix\r\n\r\n{text}{file}--mix--\r\n"
    )
    .into_bytes()
}

/// Everything by which a letter may try to reach `server`, to run, or to lead the window away. Its last words are
/// to be seen: they prove that all of it was taken in.
pub fn hostile(server: &str) -> Vec<u8> {
    let html = include_str!("hostile.html").replace("SERVER", server);
    let encoded = BASE64_STANDARD.encode(html);
    format!(
        "From: Mallory <mallory@elsewhere.test>\r\nTo: {ALICE}\r\nSubject: You have won\r\nDate: Mon, 23 Nov 2026 13:00:00 +0100\r\n\
         Message-ID: <won@elsewhere.test>\r\nDisposition-Notification-To: mallory@elsewhere.test\r\nMIME-Version: 1.0\r\n\
         Content-Type: text/html; charset=utf-8\r\nContent-Base: http://{server}/\r\nContent-Transfer-Encoding: base64\r\n\r\n{}\r\n",
        lines(&encoded)
    )
    .into_bytes()
}

fn part(boundary: &str, kind: &str, more: &str, bytes: &[u8]) -> String {
    let encoded = lines(&BASE64_STANDARD.encode(bytes));
    format!("--{boundary}\r\nContent-Type: {kind}\r\n{more}Content-Transfer-Encoding: base64\r\n\r\n{encoded}\r\n")
}

/// Lines of 76 characters (RFC 2045, 6.8).
fn lines(encoded: &str) -> String {
    let lines: Vec<&str> = encoded
        .as_bytes()
        .chunks(76)
        .map(|line| std::str::from_utf8(line).unwrap())
        .collect();
    lines.join("\r\n")
}

/// One green pixel, as PNG, in base64.
const GREEN: &str = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR42mPgijEDAAEQAJ3ls/EUAAAAAElFTkSuQmCC";

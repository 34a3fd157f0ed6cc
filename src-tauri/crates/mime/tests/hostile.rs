//! Letters that nobody writes: random bytes, and real shapes damaged at random. Whatever comes in, nothing panics
//! and the page is safe.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)] // A test may end at the first surprise.

mod safety;

use pli_mime::{Theme, attachment, envelope, forward, page, read, reply, summarize};
use pli_model::{AccountId, Address};
use proptest::prelude::*;

/// Reads a letter in every way there is, and looks at its pages.
fn survive(raw: &[u8]) {
    envelope(raw);
    let summary = summarize(raw);
    assert!(summary.snippet.chars().count() <= 200 && !summary.snippet.contains(['\n', '\r', '\0']));
    let letter = read(raw);
    for found in letter.attachments.iter().take(20) {
        let name = &found.name;
        assert!(
            !name.is_empty() && name.len() <= 210 && !name.contains(['/', '\\', '\0', '\n', ':']),
            "{name:?}"
        );
        assert_eq!(
            attachment(raw, found.part).map(|(again, bytes)| (again.name, bytes.len() as u64)),
            Some((name.clone(), found.size))
        );
    }
    let me = [Address::bare("ann@north.test")];
    let answer = reply(raw, &me, true, AccountId(1), |_| "They wrote:".to_owned());
    assert!(!answer.subject.contains(['\r', '\n']));
    forward(raw, AccountId(1));
    for theme in [Theme::Light, Theme::Dark] {
        let shown = page(raw, theme);
        assert_eq!(
            safety::violations(&shown.html),
            Vec::<String>::new(),
            "{}",
            String::from_utf8_lossy(raw)
        );
    }
}

/// A letter with a bit of everything, to be damaged.
const LETTER: &str = "From: =?utf-8?q?Ann?= <ann@north.test>\r\nTo: bob@south.test, team: eve@south.test;\r\nSubject: =?iso-8859-1?b?UultaQ==?=\r\n\
    Date: Mon, 23 Nov 2026 21:10:08 +0100\r\nMessage-ID: <1@x>\r\nReferences: <0@x>\r\n <00@x>\r\nContent-Type: multipart/mixed; boundary=\"mix\"\r\n\r\n\
    --mix\r\nContent-Type: multipart/alternative; boundary=alt\r\n\r\n--alt\r\nContent-Type: text/plain; charset=utf-8; format=flowed\r\n\r\n\
    Hello \r\nthere\r\n> quoted\r\n-- \r\nAnn\r\n--alt\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n\
    <html><head><style>@media screen{p{color:red}} .a{background:url(https://x.test)}</style></head><body bgcolor=3D\"#fff\"><p class=3Da style=3D\"color:blue;position:fixed\">Hi<br>\
    <img src=3D\"cid:p@x\"><img src=3Dhttps://x.test/a.png onerror=3Dalert(1)><a href=3D\"javascript:x\">y</a><svg><script>z</script></svg><table><tr><td>1<td>2</table>\r\n\
    --alt--\r\n--mix\r\nContent-Type: image/png; name*=utf-8''a%2Fb.png\r\nContent-ID: <p@x>\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n\
    --mix\r\nContent-Type: message/rfc822\r\n\r\nSubject: inner\r\n\r\ninside\r\n--mix--\r\n";

/// Pieces that mean something to one of the parsers.
const PIECES: &[&str] = &[
    "<",
    ">",
    "\"",
    "'",
    "=",
    "\r\n",
    "\r\n\r\n",
    "--mix",
    "--alt--",
    "<script>",
    "</style>",
    "<style>",
    "<!--",
    "-->",
    "<svg>",
    "<math>",
    "<a href=",
    "javascript:",
    "&#x6a;",
    "&lt;",
    "style=\"",
    "url(",
    "\\",
    "{",
    "}",
    "@import 'x';",
    "@media",
    "/*",
    "*/",
    "=?utf-8?b?",
    "?=",
    "\0",
    "\u{202e}",
    "<plaintext>",
    "<title>",
    "<base href=//x>",
    "<table>",
    "</td>",
    "<b>",
    "<p>",
    "<form>",
    "<noscript>",
    "<template>",
    "<select>",
    "onclick=",
    "<img src=x ",
    "expression(",
    "<![CDATA[",
    "]]>",
    "<iframe srcdoc=",
    "charset=utf-7",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_bytes(raw in proptest::collection::vec(any::<u8>(), 0..2_000)) {
        survive(&raw);
    }

    #[test]
    fn a_damaged_letter(edits in proptest::collection::vec((any::<prop::sample::Index>(), 0usize..40, 0..PIECES.len()), 1..30)) {
        let mut raw = LETTER.as_bytes().to_vec();
        for (place, removed, piece) in edits {
            let at = place.index(raw.len() + 1);
            let end = (at + removed).min(raw.len());
            raw.splice(at..end, PIECES[piece].bytes());
        }
        survive(&raw);
    }

    #[test]
    fn a_heap_of_markup(pieces in proptest::collection::vec(0..PIECES.len(), 0..120)) {
        let markup: String = pieces.into_iter().map(|piece| PIECES[piece]).collect();
        survive(format!("Content-Type: text/html; charset=utf-8\r\n\r\n{markup}").as_bytes());
    }
}

#[test]
fn the_undamaged_letter_is_what_it_should_be() {
    survive(LETTER.as_bytes());
    let letter = read(LETTER.as_bytes());
    assert_eq!(letter.text, "Hello there\n> quoted\n-- \nAnn\n");
    assert_eq!(letter.defects, []);
    let files: Vec<_> = letter
        .attachments
        .iter()
        .map(|file| (file.name.as_str(), file.inline))
        .collect();
    assert_eq!(files, [("b.png", true), ("inner.eml", false)]);
    let shown = page(LETTER.as_bytes(), Theme::Dark);
    assert_eq!((shown.remote, shown.trackers), (2, 0));
    assert!(shown.html.contains("src=\"data:image/png;base64,iVBORw0KGgo=\"") && shown.html.contains("pli-paper"));
}

/// The look itself must be able to find something.
#[test]
fn the_scanner_sees() {
    for bad in [
        "<script>",
        "<p onclick=x>",
        "<a href='javascript:x'>",
        "<img src='https://x.test'>",
        "<p style='background:url(x)'>",
        "<p id=x>",
        "<!-- x -->",
        "<style>@import 'x'</style>",
        "<svg>",
    ] {
        let policy = "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none';\">";
        assert_eq!(safety::violations(&format!("{policy}{bad}")).len().min(1), 1, "{bad}");
    }
}

/// Inputs built to be slow. The bound is far above what any of them takes, even unoptimised on a busy machine.
#[test]
fn bombs_go_off_quietly() {
    let html = |markup: String| format!("Content-Type: text/html\n\n{markup}");
    let nested = |n| format!("Content-Type: multipart/mixed; boundary=b{n}\n\n--b{n}\n");
    for (name, raw) in [
        ("nested letters", "Content-Type: message/rfc822\n\n".repeat(50_000)),
        ("nested multiparts", (0..3_000).map(nested).collect()),
        (
            "one boundary nested",
            format!(
                "{}\n--b\n",
                "Content-Type: multipart/mixed; boundary=b\n\n--b\n".repeat(10_000)
            ),
        ),
        (
            "attributes",
            html(format!(
                "<p {}>",
                (0..50_000).map(|n| format!("a{n}=1 ")).collect::<String>()
            )),
        ),
        (
            "quotes",
            format!("A: b\n\n{}", format!("{}\n", ">".repeat(2_000)).repeat(50)),
        ),
        ("at signs", format!("A: b\n\n{}", "a@".repeat(50_000))),
        (
            "formatting",
            html(format!(
                "{}{}",
                "<b><i><font color=red>".repeat(5_000),
                "<p>x".repeat(10_000)
            )),
        ),
        ("addresses", format!("To: {}\n\n", "a@b.test, ".repeat(20_000))),
        ("comments in addresses", format!("To: {}\n\n", "(".repeat(200_000))),
        (
            "encoded words",
            format!("Subject: {}\n\n", "=?utf-8?q?a?= ".repeat(15_000)),
        ),
        ("entities", html("&amp".repeat(30_000))),
        ("styles", html(format!("<style>{}</style>", "a,".repeat(50_000)))),
        (
            "brackets",
            html(format!("<p style='{}'>", "width:calc(".repeat(20_000))),
        ),
        ("ends", html("</style>".repeat(30_000))),
        ("openings", html("<".repeat(100_000))),
        ("tables", html("<table><tr><td>".repeat(10_000))),
    ] {
        let start = std::time::Instant::now();
        survive(raw.as_bytes());
        let took = start.elapsed();
        assert!(took.as_secs() < 20, "{name} took {took:?}");
    }
}

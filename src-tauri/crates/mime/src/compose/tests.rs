//! Letters written, and read back by the other half of this crate and by mail-parser.

use super::*;
use crate::{attachment, read};
use pli_model::AccountId;

fn draft(text: &str) -> Draft {
    let mut draft = Draft::new(AccountId(1));
    draft.to = vec!["Bob, at south <bob@south.test>".into(), "eve@south.test".into()];
    draft.cc = vec!["René <rene@south.test>".into()];
    draft.bcc = vec!["hidden@south.test".into()];
    draft.subject =
        "Réunion: this subject is long enough that it has to be folded over more than one line — twice".into();
    draft.text = text.into();
    draft.in_reply_to = "p@x.test".into();
    draft.references = vec!["r@x.test".into(), "p@x.test".into()];
    draft
}

fn sent(draft: &Draft, files: &[LoadedAttachment]) -> Composed {
    let from = Address {
        name: "Ann \"the pen\" Doe".into(),
        email: "ann@north.test".into(),
    };
    let seed = MessageIdSeed {
        random: [7; 16],
        domain: String::new(),
    };
    compose(draft, &from, files, seed, Timestamp::from_secs(1_795_464_608), 60).unwrap()
}

fn file(name: &str, bytes: &[u8]) -> LoadedAttachment {
    LoadedAttachment {
        name: name.into(),
        mime_type: String::new(),
        bytes: bytes.to_vec(),
    }
}

#[test]
fn what_is_written_reads_back() {
    let text = "Hello,\n\na line that is much longer than what fits on one line of a letter, so that it has to be broken — and joined again.\n> quoted\nFrom here.\n";
    let composed = sent(&draft(text), &[]);
    let letter = read(&composed.raw);
    assert_eq!(letter.text, text);
    assert_eq!(letter.defects, []);
    let envelope = &letter.envelope;
    assert_eq!(envelope.message_id, composed.message_id);
    assert_eq!(envelope.subject, draft("").subject);
    assert_eq!(
        (envelope.from.name.as_str(), envelope.from.email.as_str()),
        ("Ann \"the pen\" Doe", "ann@north.test")
    );
    assert_eq!(
        envelope.to[0],
        Address {
            name: "Bob, at south".into(),
            email: "bob@south.test".into()
        }
    );
    assert_eq!(envelope.cc[0].name, "René");
    assert_eq!(envelope.date, Some(Timestamp::from_secs(1_795_464_608)));
    assert_eq!(
        (envelope.in_reply_to.as_str(), envelope.references.len()),
        ("p@x.test", 2)
    );
    assert!(composed.message_id.ends_with("@north.test"));
    assert!(String::from_utf8_lossy(&composed.raw).contains("Date: Mon, 23 Nov 2026 21:10:08 +0100\r\n"));
}

#[test]
fn bcc_never_leaves() {
    let composed = sent(&draft("x"), &[]);
    let raw = String::from_utf8(composed.raw).unwrap();
    assert!(!raw.contains("hidden@") && !raw.to_lowercase().contains("bcc"));
}

#[test]
fn alternatives_and_files() {
    let mut written = draft("plain");
    written.html = "<p>rich — é</p>\n<p>second".into();
    let name = "Compte rendu d'été, très long nom de fichier avec des accents à répétition – version définitive.pdf";
    let bytes: Vec<u8> = (0..=255).cycle().take(10_000).collect();
    let composed = sent(
        &written,
        &[file(name, &bytes), file("notes.txt", b"a\nb\r\nc\rFrom d\n.\n")],
    );
    let letter = read(&composed.raw);
    assert_eq!((letter.text.as_str(), letter.has_html), ("plain\n", true));
    assert_eq!(letter.attachments.len(), 2);
    assert_eq!(letter.attachments[0].name, name);
    assert_eq!(letter.attachments[0].mime_type, "application/pdf");
    assert_eq!(attachment(&composed.raw, letter.attachments[0].part).unwrap().1, bytes);
    assert_eq!(
        attachment(&composed.raw, letter.attachments[1].part).unwrap().1,
        b"a\nb\r\nc\rFrom d\n.\n"
    );

    let parsed = mail_parser::MessageParser::default().parse(&composed.raw).unwrap();
    assert_eq!(parsed.attachment_count(), 2);
    assert_eq!(parsed.body_html(0).unwrap().trim_end(), "<p>rich — é</p>\r\n<p>second");
}

#[test]
fn lines_are_short_and_end_with_crlf() {
    let composed = sent(
        &draft(&format!("{} {}\n\ttab\n", "word ".repeat(100), "x".repeat(2_000))),
        &[file("é".repeat(150).as_str(), &[0; 500])],
    );
    let raw = String::from_utf8(composed.raw).unwrap();
    assert!(!raw.replace("\r\n", "").contains(['\r', '\n']));
    let longest = raw.split("\r\n").max_by_key(|line| line.len()).unwrap();
    assert!(longest.len() <= 78, "{longest:?}");
    let body = raw.split_once("\r\n\r\n").unwrap().1;
    assert!(
        body.split("\r\n")
            .all(|line| line.len() <= 76 || line.starts_with("Content-") || line.starts_with(' '))
    );
}

#[test]
fn the_same_inputs_give_the_same_bytes() {
    let mut written = draft("x");
    written.html = "<p>x".into();
    assert_eq!(sent(&written, &[file("a", b"b")]), sent(&written, &[file("a", b"b")]));
}

#[test]
fn no_value_brings_a_header_line() {
    let evil = "x\r\nBcc: victim@x.test\r\nX-Evil: 1\r\n\r\n<script>";
    let mut written = draft("text");
    written.subject = evil.into();
    written.in_reply_to = evil.into();
    written.references = vec![evil.into(), "good@x.test".into()];
    let seed = MessageIdSeed {
        random: [1; 16],
        domain: evil.into(),
    };
    let from = Address {
        name: evil.into(),
        email: "ann@north.test".into(),
    };
    let files = [LoadedAttachment {
        name: evil.into(),
        mime_type: evil.into(),
        bytes: b"x".to_vec(),
    }];
    let composed = compose(&written, &from, &files, seed, Timestamp(0), 0).unwrap();
    let raw = String::from_utf8(composed.raw).unwrap();
    for line in raw.split("\r\n") {
        assert!(!line.starts_with("Bcc:") && !line.starts_with("X-Evil:"), "{raw}");
    }
    assert!(raw.contains("@localhost.invalid>"));
    assert!(raw.contains("<good@x.test>"));

    let mut to = draft("text");
    to.to = vec!["a@b.test\r\nBcc: victim@x.test".into()];
    assert!(matches!(
        compose(
            &to,
            &from,
            &[],
            MessageIdSeed {
                random: [1; 16],
                domain: String::new()
            },
            Timestamp(0),
            0
        ),
        Err(ComposeError::Address(_))
    ));
    let mut hidden = draft("text");
    hidden.bcc = vec!["nonsense".into()];
    assert!(
        compose(
            &hidden,
            &Address::bare("ann@north.test"),
            &[],
            MessageIdSeed {
                random: [1; 16],
                domain: String::new()
            },
            Timestamp(0),
            0
        )
        .is_err()
    );
}

#[test]
fn domains_in_other_scripts_are_written_in_ascii() {
    let mut written = draft("x");
    written.to = vec!["a@bücher.test".into()];
    let raw = String::from_utf8(sent(&written, &[]).raw).unwrap();
    assert!(raw.contains("<a@xn--bcher-kva.test>"));
}

#[test]
fn signatures_stay_signatures() {
    let composed = sent(&draft("x\n-- \nAnn\n"), &[]);
    assert!(read(&composed.raw).text.ends_with("-- \nAnn\n"));
}

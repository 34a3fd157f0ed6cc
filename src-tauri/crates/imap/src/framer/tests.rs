use super::*;

fn whole(line: &[u8]) -> Frame {
    Framer::default().advance(line).unwrap().unwrap()
}

#[test]
fn any_split_gives_the_same_frame() {
    let line = b"* 1 FETCH (BODY[] {12}\r\nab\r\n* 2 EX\r\n FLAGS (\\Seen) X ~{3}\r\n\r\n) UID 7)\r\n";
    for chunk in 1..line.len() {
        let mut framer = Framer::default();
        let mut seen = 0;
        let frame = loop {
            seen = (seen + chunk).min(line.len());
            if let Some(frame) = framer.advance(&line[..seen]).unwrap() {
                break frame;
            }
            assert!(framer.needed() <= line.len() && seen < line.len());
        };
        assert_eq!(
            frame,
            Frame {
                len: line.len(),
                offered: false
            },
            "in steps of {chunk}"
        );
    }
}

#[test]
fn text_for_people_announces_no_literal() {
    for line in [
        &b"* OK see {5}\r\n"[..],
        b"A1 NO {99}\r\n",
        b"+ {1}\r\n",
        b"* BYE {3}\n",
    ] {
        assert_eq!(whole(line).len, line.len());
    }
    assert_eq!(Framer::default().advance(b"* LIST () \"/\" {5}\r\nabc").unwrap(), None);
}

#[test]
fn what_imap_proto_would_misread_is_withheld() {
    for line in [
        &b"* ENABLED QRESYNC\r\n"[..],
        b"* LSUB () \"/\" INBOX\r\n",
        b"* OK [ALERT]\xc3\xa9\r\n",
        b"A1 NO [READ-ONLY]\xff\r\n",
        b"* 1 FETCH (FLAGS (\\Seen) UID 3)\r\n",
        b"* ID (\"name\" \"Dovecot\")\r\n",
        b"* LIST () \"\\\\\" INBOX\r\n",
        b"* LIST () \"/\" \"Entw\xfcrfe\"\r\n",
        b"* LIST () \"/\" {5}\r\nINBOX\r\n",
        b"* 1 FETCH (BODYSTRUCTURE (((((((((\r\n",
    ] {
        assert!(!whole(line).offered, "{}", String::from_utf8_lossy(line));
    }
    assert!(!whole(format!("* SEARCH{}\r\n", " 1".repeat(10_000)).as_bytes()).offered);
    assert!(whole(b"* LIST () \"/\" INBOX\r\n").offered);
    assert!(whole(b"* OK [ALERT] \xc3\xa9\r\n").offered);
}

#[test]
fn lines_without_end_are_refused() {
    assert!(
        Framer::default()
            .advance(b"* 1 FETCH (BODY[] {99999999999999999999999}\r\n")
            .is_err()
    );
    assert!(
        Framer::default()
            .advance(b"* 1 FETCH (BODY[] {4294967295}\r\n")
            .is_err()
    );
    let mut framer = Framer::default();
    let endless = vec![b'x'; MAX_TEXT + 1];
    assert!(framer.advance(&endless).is_err());
}

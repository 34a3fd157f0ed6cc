use super::*;
use crate::{MailboxName, Namespace, Namespaces, known};
use pli_model::{Flags, Timestamp};
use proptest::prelude::*;

fn data(line: &str) -> Untagged {
    match response(format!("* {line}\r\n").as_bytes()) {
        Response::Untagged(untagged) => untagged,
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_imap_proto_cannot_read() {
    assert_eq!(data("SEARCH 2 3 (MODSEQ 917)"), Untagged::Search(vec![2, 3]));
    assert_eq!(data("SEARCH"), Untagged::Search(vec![]));
    assert_eq!(
        data("ENABLED qresync CONDSTORE"),
        Untagged::Enabled(vec!["QRESYNC".into(), "CONDSTORE".into()])
    );
    assert_eq!(
        data("CAPABILITY IMAP4rev2 AUTH=PLAIN"),
        Untagged::Capability(Capabilities::new(["IMAP4REV2", "AUTH=PLAIN"]))
    );
    assert_eq!(
        data("VANISHED (EARLIER) 41,43:116"),
        Untagged::Vanished {
            earlier: true,
            uids: UidSet::new([41..=41, 43..=116])
        }
    );
    let Untagged::MailboxStatus(status) = data("STATUS \"a \\\"b\\\"\" (MESSAGES 3 SIZE 99 X (1 (2)) HIGHESTMODSEQ 7)")
    else {
        panic!()
    };
    assert_eq!(
        (status.name.decode().as_str(), status.messages, status.highest_modseq),
        ("a \"b\"", Some(3), Some(7))
    );
    let Untagged::List(list) = data("LIST (\\HasNoChildren) \"\\\\\" {5}\r\na\\\"b& (\"CHILDINFO\" (\"SUBSCRIBED\"))")
    else {
        panic!()
    };
    assert_eq!((list.name.as_wire(), list.delimiter), (&b"a\\\"b&"[..], Some('\\')));
    for unknown in [
        "NAMESPACE ((\"\" \"/\")) NIL",
        "NAMESPACE ((\"\" \"/\") NIL NIL",
        "NAMESPACE x NIL NIL",
        "ESEARCH (TAG \"A1\") UID ALL 1:",
        "ESEARCH (TAG",
        "VANISHED (EARLIER) 1:99999999999",
        "X",
        "5 X",
        "99999999999 EXISTS",
        "SEARCH x",
    ] {
        assert_eq!(data(unknown), Untagged::Other(unknown.as_bytes().to_vec()));
    }
}

#[test]
fn name_spaces() {
    let space = |prefix: &str, delimiter| Namespace {
        prefix: MailboxName::from_wire(prefix.as_bytes()),
        delimiter,
    };
    let line = concat!(
        "NAMESPACE ((\"\" \"/\")(\"#mh/\" NIL \"X-PARAM\" (\"FLAG1\" \"FLAG2\"))) ",
        "((\"Other Users/\" \"/\")) ((\"\" \".\") ( {1}\r\n~ \"\\\\\"))"
    );
    let expected = Namespaces {
        personal: vec![space("", Some('/')), space("#mh/", None)],
        others: vec![space("Other Users/", Some('/'))],
        shared: vec![space("", Some('.')), space("~", Some('\\'))],
    };
    assert_eq!(data(line), Untagged::Namespaces(expected));
    assert_eq!(
        data("NAMESPACE NIL NIL NIL"),
        Untagged::Namespaces(Namespaces::default())
    );
}

#[test]
fn extended_searches() {
    let read = |line: &str| match data(line) {
        Untagged::ExtendedSearch { tag, all } => (tag, all),
        other => panic!("{other:?}"),
    };
    let tag = |tag: &str| Some(tag.to_owned());
    let line = "ESEARCH (TAG \"A1\") UID MIN 2 COUNT 4 ALL 2,10:12 MODSEQ 917";
    assert_eq!(read(line), (tag("A1"), UidSet::new([2..=2, 10..=12])));
    assert_eq!(read("ESEARCH (TAG A2) UID"), (tag("A2"), UidSet::default()));
    assert_eq!(read("ESEARCH (X (1) TAG A3 ) ALL 3"), (tag("A3"), UidSet::new([3..=3])));
    assert_eq!(read("ESEARCH UID all 5:4"), (None, UidSet::new([4..=5])));
    assert_eq!(read("ESEARCH"), (None, UidSet::default()));
}

#[test]
fn object_ids() {
    let of = |line: &str| match data(line) {
        Untagged::Fetch(fetch) => (fetch.uid, fetch.object_id),
        other => panic!("{other:?}"),
    };
    let id = |id: &str| (Some(Uid(3)), Some(id.to_owned()));
    assert_eq!(
        of("1 FETCH (EMAILID (M6d99ac3275bb4e) UID 3)"),
        id("emailid:M6d99ac3275bb4e")
    );
    assert_eq!(
        of("1 FETCH (X-GM-MSGID 1278455344230334865 UID 3)"),
        id("gm:1278455344230334865")
    );
    assert_eq!(of("1 FETCH (EMAILID NIL UID 3)"), (Some(Uid(3)), None));
    assert_eq!(of("1 FETCH (EMAILID () THREADID (T1) UID 3)"), (Some(Uid(3)), None));
    let Untagged::MailboxStatus(status) = data("STATUS x (MAILBOXID (F2212ea87) MESSAGES 3)") else {
        panic!()
    };
    assert_eq!(
        (status.mailbox_id.as_deref(), status.messages),
        (Some("F2212ea87"), Some(3))
    );
}

#[test]
fn numbers_that_make_no_sense_lose_nothing_else() {
    let Untagged::Fetch(fetch) = data(concat!(
        "1 FETCH (UID 4294967296 RFC822.SIZE 18446744073709551616 MODSEQ (18446744073709551616) ",
        "X-GM-MSGID 18446744073709551616 FLAGS (\\Seen))"
    )) else {
        panic!()
    };
    let seen = FetchedFlags::sort(["\\Seen"]);
    assert_eq!((fetch.seq, fetch.flags.clone()), (1, Some(seen)));
    assert_eq!(
        (fetch.uid, fetch.size, fetch.modseq, fetch.object_id),
        (None, None, None, None)
    );
    assert!(matches!(data("1 FETCH (UID 0)"), Untagged::Fetch(fetch) if fetch.uid.is_none()));
    let Untagged::MailboxStatus(status) =
        data("STATUS x (MESSAGES 4294967296 HIGHESTMODSEQ 18446744073709551616 UNSEEN 1)")
    else {
        panic!()
    };
    assert_eq!(
        (status.messages, status.highest_modseq, status.unseen),
        (None, None, Some(1))
    );
}

#[test]
fn fetch_with_everything_that_hurts() {
    let Untagged::Fetch(fetch) = data(concat!(
        "12 FETCH (X-UNKNOWN (\"a)\" (NIL {3}\r\n))) )) FLAGS (\\Seen \\Recent $b a) INTERNALDATE NIL MODSEQ (65) ",
        "BODY[HEADER.FIELDS (MESSAGE-ID)]<0> {6}\r\n)\r\nab) RFC822.SIZE 4294967296 UID 9)"
    )) else {
        panic!()
    };
    assert_eq!(
        (fetch.seq, fetch.uid, fetch.size, fetch.modseq),
        (12, Some(Uid(9)), Some(4_294_967_296), Some(65))
    );
    assert_eq!(
        fetch.flags,
        Some(FetchedFlags {
            system: Flags::SEEN,
            keywords: vec!["$b".into(), "a".into()]
        })
    );
    assert_eq!((fetch.received, fetch.body.as_deref()), (None, Some(&b")\r\nab)"[..])));
    let Untagged::Fetch(quoted) = data("1 FETCH (BODY[] \"a\\\"b\\\\c\" INTERNALDATE \" 1-Jan-1970 00:00:01 +0000\")")
    else {
        panic!()
    };
    assert_eq!(
        (quoted.body.as_deref(), quoted.received),
        (Some(&b"a\"b\\c"[..]), Some(Timestamp::from_secs(1)))
    );
    let Untagged::Fetch(nil) = data("1 FETCH (BODY[] NIL)") else {
        panic!()
    };
    assert!(nil.body_is_nil && nil.body.is_none());
}

#[test]
fn status_lines_with_their_codes() {
    let read = |text: &str| status(text.as_bytes());
    assert_eq!(
        read("[ALERT]é"),
        StatusText {
            code: Some(Code::Alert),
            text: "é".into()
        }
    );
    assert_eq!(read(" [UNAVAILABLE] wait ").code, Some(Code::Unavailable));
    assert_eq!(
        read("[X-Y z] t"),
        StatusText {
            code: Some(Code::Other("X-Y z".into())),
            text: "t".into()
        }
    );
    assert_eq!(
        read("no code [here]"),
        StatusText {
            code: None,
            text: "no code [here]".into()
        }
    );
    assert_eq!(
        read("[unclosed"),
        StatusText {
            code: None,
            text: "[unclosed".into()
        }
    );
    let copied = Code::CopyUid {
        uid_validity: 7,
        source: UidSet::new([1..=2]),
        target: UidSet::new([9..=10]),
    };
    assert_eq!(read("[COPYUID 7 1:2 9:10]").code, Some(copied));
    assert_eq!(read("[COPYUID 7 1:2]").code, Some(Code::Other("COPYUID 7 1:2".into())));
    assert_eq!(
        response(b"A1 Ok\r\n"),
        Response::Tagged {
            tag: "A1".into(),
            condition: Condition::Ok,
            status: StatusText::default()
        }
    );
}

/// Where both can read, both say the same: which of the two reads a line must not matter.
#[test]
fn agrees_with_imap_proto() {
    for line in [
        "* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN IDLE] ready",
        "* OK [UIDVALIDITY 3857529045] UIDs valid",
        "* OK [PERMANENTFLAGS (\\Deleted \\*)] Limited",
        "* OK [HIGHESTMODSEQ 715194045007]",
        "* BYE",
        "* CAPABILITY IMAP4rev1 XPIG AUTH=GSSAPI",
        "* 23 EXISTS",
        "* 5 RECENT",
        "* 44 EXPUNGE",
        "* FLAGS (\\Answered $x)",
        "* LIST (\\Noselect \\HasChildren) \"/\" foo/bar",
        "* LIST (\\Sent) NIL \"a b\"",
        "* STATUS blurdy (MESSAGES 231 UIDNEXT 44292)",
        "* SEARCH 2 3 6",
        "* VANISHED 300:310,411",
        "* VANISHED (EARLIER) 1:4294967295",
        "* LIST (\\Subscribed \\HasNoChildren) \"/\" foo",
        "A1 OK [APPENDUID 38505 3955] done",
        "A1 OK [COPYUID 38505 304,319:320 3956:3958] done",
        "A1 NO [TRYCREATE] no",
        "A1 NO [AUTHENTICATIONFAILED] no",
        "A1 BAD what",
        "+ go on",
        "+",
    ] {
        let line = format!("{line}\r\n");
        let (rest, parsed) = imap_proto::Response::parse(line.as_bytes()).unwrap();
        assert!(rest.is_empty(), "{line}");
        assert_eq!(response(line.as_bytes()), known::response(&parsed), "{line}");
    }
}

proptest! {
    #[test]
    fn never_panics(line in "(\\* |A1 |\\+ |)(OK |NO |LIST |STATUS |SEARCH |ESEARCH |NAMESPACE |VANISHED |1 FETCH |)[ \\(\\)\\[\\]\"\\\\{}~\\+0-9A-Z:,\r\né]{0,60}") {
        let _ = response(line.as_bytes());
    }

    #[test]
    fn any_bytes(line in proptest::collection::vec(any::<u8>(), 0..80)) {
        let _ = response(&line);
    }
}

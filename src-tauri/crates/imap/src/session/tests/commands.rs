use super::*;
use crate::{Fetch, FetchedFlags, Opening, Stored};
use pli_model::{FlagChange, Flags, Marking, Timestamp, UidValidity};

#[tokio::test]
async fn select_reads_every_counter() {
    let script = greeting("CONDSTORE")
        + "
        C: P1 EXAMINE \"Entw&APw-rfe\" (CONDSTORE)
        S: * 3 EXISTS
        S: * OK [CLOSED] the old one is closed
        S: * FLAGS (\\Seen)
        S: * 172 EXISTS
        S: * 1 RECENT
        S: * OK [UIDVALIDITY 3857529045] UIDs valid
        S: * OK [UIDNEXT 4392] next
        S: * OK [HIGHESTMODSEQ 715194045007] highest
        S: * LIST () \"/\" Entw&APw-rfe
        S: P1 OK [READ-ONLY] done
        C: P2 SELECT \"gone\" (CONDSTORE)
        S: P2 NO [NONEXISTENT] no such mailbox
    ";
    play(&script, async |mut session| {
        let opened = session
            .select(&name("Entwürfe"), Access::ReadOnly, Opening::Condstore)
            .await
            .unwrap();
        assert_eq!(opened.before, [Untagged::Exists(3)]);
        assert_eq!(session.selected(), Some(&opened.selected));
        let selected = opened.selected;
        assert_eq!(
            (selected.exists, selected.uid_next, selected.highest_modseq),
            (172, Some(4392), 715_194_045_007)
        );
        assert_eq!(selected.uid_validity, Some(UidValidity(3_857_529_045)));
        assert!(matches!(session.take_news().responses[..], [Untagged::List(_)]));
        let error = session
            .select(&name("gone"), Access::ReadWrite, Opening::Condstore)
            .await
            .unwrap_err();
        assert!(matches!(error, Error::No(status) if status.code == Some(Code::NonExistent)));
        assert!(session.selected().is_none());
    })
    .await;
}

#[tokio::test]
async fn fetch_hands_out_every_letter_and_keeps_the_rest_in_order() {
    let script = greeting("")
        + "
        C: P1 EXAMINE \"INBOX\"
        S: * 4 EXISTS
        S: * OK [UIDVALIDITY 1] ok
        S: P1 OK done
        C: P2 UID FETCH 1:* (UID FLAGS INTERNALDATE BODY.PEEK[])
        S: * 1 FETCH (UID 7 RFC822.SIZE 5 INTERNALDATE \" 1-Jan-1970 00:00:10 +0000\" BODY[] {7}
        S: ) \\x0d\\x0a{9))
        S: * 4 EXPUNGE
        S: * X-NEW (\"a\" {3}
        S: )) )
        S: * 2 FETCH (UID 8 FLAGS (\\Seen) INTERNALDATE NIL BODY[] \"q\\\"\\\\\")
        S: * VANISHED 9:10
        S: * 5 EXISTS
        S: * 3 FETCH (FLAGS (\\Seen))
        S: P2 OK done
        C: P3 NOOP
        S: P3 OK done
    ";
    play(&script, async |mut session| {
        session
            .select(&name("inbox"), Access::ReadOnly, Opening::Condstore)
            .await
            .unwrap();
        let mut answer = session.uid_fetch([("1:*".to_owned(), Items::Body)]).unwrap();
        let mut fetched = Vec::new();
        while let Some(fetch) = answer.next().await.unwrap() {
            fetched.push(fetch);
        }
        let seen = Some(FetchedFlags {
            system: Flags::SEEN,
            keywords: vec![],
        });
        assert_eq!(
            fetched,
            [
                Fetch {
                    seq: 1,
                    uid: Some(Uid(7)),
                    size: Some(5),
                    received: Some(Timestamp::from_secs(10)),
                    body: Some(b") \r\n{9)".to_vec()),
                    ..Fetch::default()
                },
                Fetch {
                    seq: 2,
                    uid: Some(Uid(8)),
                    flags: seen.clone(),
                    body: Some(b"q\"\\".to_vec()),
                    ..Fetch::default()
                },
                Fetch {
                    seq: 3,
                    flags: seen,
                    ..Fetch::default()
                },
            ]
        );
        let selected = session.selected().unwrap();
        assert_eq!((selected.exists, selected.expunged), (5, 3));
        let news = session.take_news().responses;
        assert!(
            matches!(
                &news[..],
                [
                    Untagged::Expunge(4),
                    Untagged::Other(_),
                    Untagged::Vanished { .. },
                    Untagged::Exists(5)
                ]
            ),
            "{news:?}"
        );
        session.noop().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn list_with_special_use_and_names_of_every_kind() {
    let script = greeting("SPECIAL-USE LIST-EXTENDED")
        + "
        C: P1 LIST \"\" \"*\" RETURN (SPECIAL-USE SUBSCRIBED)
        S: * LIST (\\HasNoChildren) \"/\" inbox
        S: * LIST (\\Sent \\HasNoChildren) \"/\" \"Gesendet\"
        S: * LIST (\\Noselect) \"/\" \"a \\\"quoted\\\" one\"
        S: * LIST () \"/\" Entw\\xfcrfe
        S: * LIST () \"/\" {9}
        S: 8-bit \\xc3\\xa9!
        S: * LIST () NIL R&-D
        S: * LIST () \"/\" inbox
        S: P1 OK done
    ";
    play(&script, async |mut session| {
        let listed = session.list().await.unwrap();
        let names: Vec<_> = listed.iter().map(|listing| listing.name.decode()).collect();
        assert_eq!(
            names,
            [
                "INBOX",
                "Gesendet",
                "a \"quoted\" one",
                "Entw\u{fffd}rfe",
                "8-bit é!",
                "R&D"
            ]
        );
        assert!(listed[1].has("\\sent") && !listed[2].is_selectable());
        assert_eq!((listed[0].delimiter, listed[5].delimiter), (Some('/'), None));
    })
    .await;
}

#[tokio::test]
async fn search_status_store_create() {
    let script = greeting("ENABLE CONDSTORE")
        + "
        C: P1 UID SEARCH HEADER Message-ID \"a\\\"b@c\"
        S: * SEARCH 5 3
        S: * SEARCH 9 (MODSEQ 12)
        S: P1 OK done
        C: P2 STATUS \"Sent\" (MESSAGES UIDNEXT UIDVALIDITY UNSEEN HIGHESTMODSEQ)
        S: * STATUS Other (MESSAGES 1)
        S: * STATUS Sent (MESSAGES 4 UNSEEN 1 UIDNEXT 9 UIDVALIDITY 2 HIGHESTMODSEQ 3 SIZE 4)
        S: P2 OK done
        C: P3 UID STORE 1:3,7 +FLAGS.SILENT (\\Seen \\Flagged)
        C: P4 UID STORE 1:3,7 -FLAGS.SILENT (\\Draft)
        S: * 1 FETCH (UID 1 MODSEQ (8))
        S: P3 OK done
        S: P4 OK done
        C: P5 CREATE \"R&-D\"
        S: P5 NO [ALREADYEXISTS] it is there
        C: P6 CREATE \"x\"
        S: P6 NO [OVERQUOTA] no room
        C: P7 ENABLE CONDSTORE
        S: * ENABLED CONDSTORE
        S: P7 OK done
    ";
    play(&script, async |mut session| {
        assert_eq!(
            session.uid_search_message_id("a\"b@c").await.unwrap(),
            [5, 3, 9].map(Uid)
        );
        let status = session.status(&name("Sent")).await.unwrap();
        assert_eq!(
            (status.messages, status.uid_next, status.highest_modseq),
            (Some(4), Some(9), Some(3))
        );
        let change = FlagChange {
            add: Flags::SEEN | Flags::FLAGGED,
            remove: Flags::DRAFT,
        };
        let uids = [7, 1, 2, 3].map(Uid);
        assert_eq!(
            session.uid_store(&uids, &Marking::flags(change)).await.unwrap(),
            Stored::default()
        );
        session.create(&name("R&D")).await.unwrap();
        assert!(
            matches!(session.create(&name("x")).await, Err(Error::No(status)) if status.code == Some(Code::OverQuota))
        );
        session.introduce("Pli", "1", "CONDSTORE").await.unwrap();
        assert!(session.has_enabled("CONDSTORE"));
        let news = session.take_news().responses;
        assert!(
            matches!(&news[..], [Untagged::MailboxStatus(_), Untagged::Fetch(_)]),
            "{news:?}"
        );
    })
    .await;
}

#[tokio::test]
async fn move_tells_the_new_uids() {
    let script = greeting("MOVE UIDPLUS")
        + "
        C: P1 UID MOVE 3:5 \"Archive\"
        S: * OK [COPYUID 38505 3:5 20:22] moved
        S: * 1 EXPUNGE
        S: P1 OK done
        C: P2 UID MOVE 6 \"nowhere\"
        S: P2 NO [TRYCREATE] no such mailbox
        C: P3 UID MOVE 7 \"x\"
        S: P3 OK [COPYUID 1 7 1:4294967295] nonsense
    ";
    play(&script, async |mut session| {
        let moved = session.uid_move(&[5, 3, 4].map(Uid), &name("Archive")).await.unwrap();
        assert_eq!(
            moved.uids,
            [(3, 20), (4, 21), (5, 22)].map(|(old, new)| (Uid(old), Uid(new)))
        );
        assert_eq!(
            (moved.uid_validity, moved.left_marked),
            (Some(UidValidity(38505)), false)
        );
        let error = session.uid_move(&[Uid(6)], &name("nowhere")).await.unwrap_err();
        assert!(matches!(error, Error::No(status) if status.code == Some(Code::TryCreate)));
        assert!(session.uid_move(&[Uid(7)], &name("x")).await.unwrap().uids.is_empty());
    })
    .await;
}

#[tokio::test]
async fn without_move_letters_are_copied_once_and_only_they_are_expunged() {
    let script = greeting("UIDPLUS")
        + "
        C: P1 UID SEARCH UID 3:5 NOT DELETED
        S: * SEARCH 3 5
        S: P1 OK done
        C: P2 UID COPY 3,5 \"Archive\"
        S: P2 OK [COPYUID 9 3,5 20:21] copied
        C: P3 UID STORE 3,5 +FLAGS.SILENT (\\Deleted)
        S: P3 OK done
        C: P4 UID EXPUNGE 3:5
        S: * 1 EXPUNGE
        S: P4 OK done
    ";
    play(&script, async |mut session| {
        let moved = session.uid_move(&[3, 4, 5].map(Uid), &name("Archive")).await.unwrap();
        assert_eq!(moved.uids, [(Uid(3), Uid(20)), (Uid(5), Uid(21))]);
        assert!(!moved.left_marked);
    })
    .await;
    let script = greeting("")
        + "
        C: P1 UID SEARCH UID 3 NOT DELETED
        S: * SEARCH 3
        S: P1 OK done
        C: P2 UID COPY 3 \"Archive\"
        S: P2 OK done
        C: P3 UID STORE 3 +FLAGS.SILENT (\\Deleted)
        S: P3 OK done
        C: P4 UID SEARCH UID 3 NOT DELETED
        S: * SEARCH
        S: P4 OK done
    ";
    play(&script, async |mut session| {
        assert!(session.uid_move(&[Uid(3)], &name("Archive")).await.unwrap().left_marked);
        // Asked again after a lost answer: nothing is copied a second time.
        assert!(!session.uid_move(&[Uid(3)], &name("Archive")).await.unwrap().left_marked);
    })
    .await;
}

#[tokio::test]
async fn append_waits_for_the_server_unless_it_need_not() {
    let append = async |mut session: Session<DuplexStream>| {
        let done = session
            .append(
                &name("Sent"),
                b"a: b\r\n\r\nx",
                Flags::SEEN,
                &[],
                Timestamp::from_secs(0),
            )
            .await
            .unwrap();
        assert_eq!(done, Some((UidValidity(7), Uid(40))));
    };
    let waiting = greeting("")
        + "
        C: P1 APPEND \"Sent\" (\\Seen) \"01-Jan-1970 00:00:00 +0000\" {9}
        S: * 3 EXISTS
        S: + go on
        C: a: b
        C:\x20
        C: x
        S: P1 OK [APPENDUID 7 40] done
    ";
    play(&waiting, append).await;
    for capability in ["LITERAL+", "LITERAL-"] {
        let at_once = greeting(capability)
            + "
            C: P1 APPEND \"Sent\" (\\Seen) \"01-Jan-1970 00:00:00 +0000\" {9+}
            C: a: b
            C:\x20
            C: x
            S: P1 OK [APPENDUID 7 40] done
        ";
        play(&at_once, append).await;
    }
    let refused = greeting("LITERAL-")
        + "
        C: P1 APPEND \"Sent\" () \"01-Jan-1970 00:00:00 +0000\" {5000}
        S: P1 NO [TOOBIG] no
        C: P2 NOOP
        S: P2 OK done
    ";
    play(&refused, async |mut session| {
        let error = session
            .append(&name("Sent"), &[b'x'; 5000], Flags::NONE, &[], Timestamp::from_secs(0))
            .await
            .unwrap_err();
        assert!(matches!(error, Error::No(status) if status.code == Some(Code::TooBig)));
        session.noop().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn fetches_are_sent_ahead_of_their_answers() {
    let commands = |numbers: std::ops::RangeInclusive<u32>| {
        let line = |n: u32| format!("C: P{n} UID FETCH {n} (UID RFC822.SIZE)\n");
        numbers.map(line).collect::<String>()
    };
    let answers = |numbers: std::ops::RangeInclusive<u32>| {
        let line = |n: u32| format!("S: * {n} FETCH (UID {n} RFC822.SIZE 9)\nS: P{n} OK done\n");
        numbers.map(line).collect::<String>()
    };
    let script = greeting("") + &commands(1..=16) + &answers(1..=1) + &commands(17..=17) + &answers(2..=17);
    play(&script, async |mut session| {
        let asks = (1..=17).map(|n: u32| (n.to_string(), Items::Size));
        let mut answer = session.uid_fetch(asks).unwrap();
        for n in 1..=17 {
            assert_eq!(answer.next().await.unwrap().and_then(|fetch| fetch.uid), Some(Uid(n)));
        }
        assert!(answer.next().await.unwrap().is_none());
    })
    .await;
}

#[tokio::test]
async fn no_more_octets_are_sent_ahead_than_sockets_hold() {
    let set = (1..1800).map(|n| (2 * n).to_string()).collect::<Vec<_>>().join(",");
    let ask = |n: u32| format!("C: P{n} UID FETCH {set} (UID RFC822.SIZE)\n");
    assert!(ask(1).len() > 8 << 10 && ask(1).len() < 10 << 10);
    let script = greeting("")
        + &(1..=3).map(ask).collect::<String>()
        + "S: P1 OK done\n"
        + &ask(4)
        + "S: P2 OK done\nS: P3 OK done\nS: P4 OK done\n";
    play(&script, async |mut session| {
        let asks = (0..4).map(|_| (set.clone(), Items::Size));
        let mut answer = session.uid_fetch(asks).unwrap();
        assert!(answer.next().await.unwrap().is_none());
    })
    .await;
}

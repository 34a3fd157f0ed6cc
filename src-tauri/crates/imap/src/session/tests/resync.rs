use super::*;
use crate::{Changes, Opening, Since, UidSet};
use pli_model::{Flags, UidValidity};

fn uids(changes: &Changes) -> Vec<u32> {
    let uid = |fetch: &crate::Fetch| fetch.uid.map_or(0, |uid| uid.0);
    changes.changed.iter().map(uid).collect()
}

const ENABLED: &str = "
    C: P1 ENABLE QRESYNC
    S: * ENABLED QRESYNC
    S: P1 OK done
";

/// What is told before CLOSED is about the mailbox before, and the rest is complete.
#[tokio::test]
async fn a_resynchronising_select_tells_everything_and_mixes_nothing() {
    let script = greeting("ENABLE QRESYNC")
        + ENABLED
        + "
        C: P2 SELECT \"a\" (CONDSTORE)
        S: * 9 EXISTS
        S: P2 OK done
        C: P3 SELECT \"INBOX\" (QRESYNC (67890007 20050715194045000 41,43:211))
        S: * VANISHED 3
        S: * VANISHED (EARLIER) 4
        S: * 1 FETCH (UID 5 FLAGS (\\Seen))
        S: * OK [HIGHESTMODSEQ 1] of the old one
        S: * OK [CLOSED] the old one is closed
        S: * OK [ALERT] read this
        S: * 100 EXISTS
        S: * OK [UIDVALIDITY 67890007] ok
        S: * OK [UIDNEXT 600] next
        S: * OK [HIGHESTMODSEQ 20050715194045319] highest
        S: * OK [PERMANENTFLAGS (\\Seen $a \\*)] flags
        S: * VANISHED (EARLIER) 41,43:116
        S: * VANISHED (EARLIER) 118,120:211
        S: * 49 FETCH (UID 117 FLAGS (\\Seen \\Answered) MODSEQ (20050715194045001))
        S: * 50 FETCH (FLAGS (\\Seen))
        S: * LIST () \"/\" x
        S: * 51 FETCH (UID 119 FLAGS ($a) MODSEQ (20050715194045002))
        S: * VANISHED (EARLIER) 1:2
        S: P3 OK [READ-WRITE] done
        C: P4 NOOP
        S: * VANISHED 117
        S: P4 OK done
    ";
    play(&script, async |mut session| {
        session.introduce("Pli", "1", "QRESYNC").await.unwrap();
        assert!(session.has_enabled("QRESYNC"));
        let opened = session.select(&name("a"), Access::ReadWrite, Opening::Condstore).await;
        assert_eq!(opened.unwrap().changes, Changes::default());
        let known: Vec<Uid> = (43..=211).chain([41]).map(Uid).collect();
        let opening = Opening::Resync {
            uid_validity: UidValidity(67_890_007),
            modseq: 20_050_715_194_045_000,
            known: &known,
        };
        let opened = session
            .select(&name("INBOX"), Access::ReadWrite, opening)
            .await
            .unwrap();
        assert_eq!(
            opened.changes.vanished,
            UidSet::new([41..=41, 43..=116, 118..=118, 120..=211, 1..=2])
        );
        assert_eq!(uids(&opened.changes), [117, 119]);
        let last = &opened.changes.changed[1];
        assert_eq!(last.modseq, Some(20_050_715_194_045_002));
        assert_eq!(last.flags.as_ref().unwrap().keywords, ["$a"]);
        assert_eq!(opened.before.len(), 4, "{:?}", opened.before);
        let selected = opened.selected;
        assert_eq!(
            (selected.exists, selected.expunged, selected.uid_next),
            (100, 0, Some(600))
        );
        assert_eq!(selected.highest_modseq, 20_050_715_194_045_319);
        assert!(selected.takes_keyword("anything"));
        let news = session.take_news().responses;
        assert!(
            matches!(&news[..], [Untagged::Status(..), Untagged::Fetch(_), Untagged::List(_)]),
            "{news:?}"
        );
        session.noop().await.unwrap();
        assert_eq!(
            session.selected().map(|selected| (selected.exists, selected.expunged)),
            Some((99, 1))
        );
    })
    .await;
}

#[tokio::test]
async fn known_letters_are_sent_where_they_fit_a_line() {
    let script = greeting("ENABLE QRESYNC")
        + ENABLED
        + "
        C: P2 EXAMINE \"x\" (QRESYNC (1 2))
        S: P2 OK done
        C: P3 EXAMINE \"x\" (QRESYNC (1 2))
        S: * 3 EXISTS
        S: P3 NO [NONEXISTENT] gone
    ";
    play(&script, async |mut session| {
        session.introduce("Pli", "1", "QRESYNC").await.unwrap();
        let scattered: Vec<Uid> = (1..5000).map(|n| Uid(2 * n)).collect();
        let opening = |known| Opening::Resync {
            uid_validity: UidValidity(1),
            modseq: 2,
            known,
        };
        let opened = session
            .select(&name("x"), Access::ReadOnly, opening(&[]))
            .await
            .unwrap();
        assert_eq!(opened.selected.uid_validity, None);
        let refused = session.select(&name("x"), Access::ReadOnly, opening(&scattered)).await;
        assert!(matches!(refused, Err(Error::No(_))));
        assert!(session.selected().is_none());
        assert_eq!(session.take_news().responses, [Untagged::Exists(3)]);
    })
    .await;
}

#[tokio::test]
async fn nothing_is_resynchronised_that_was_not_enabled() {
    let script = greeting("ENABLE QRESYNC")
        + "
        C: P1 ENABLE QRESYNC
        S: * ENABLED
        S: P1 OK done
    ";
    play(&script, async |mut session| {
        session.introduce("Pli", "1", "QRESYNC").await.unwrap();
        assert!(!session.has_enabled("QRESYNC"));
        let opening = Opening::Resync {
            uid_validity: UidValidity(1),
            modseq: 2,
            known: &[],
        };
        let opened = session.select(&name("x"), Access::ReadOnly, opening).await;
        assert!(matches!(opened, Err(Error::NotEnabled("QRESYNC"))));
        let changed = session.uid_fetch_changed("1:*", Since::ChangedOrVanished(3)).await;
        assert!(matches!(changed, Err(Error::NotEnabled("QRESYNC"))));
    })
    .await;
}

#[tokio::test]
async fn changes_are_fetched_with_and_without_what_vanished() {
    let script = greeting("ENABLE QRESYNC")
        + ENABLED
        + "
        C: P2 UID FETCH 1:* (UID FLAGS) (CHANGEDSINCE 12345)
        S: * 1 FETCH (UID 4 MODSEQ (65402) FLAGS (\\Seen))
        S: * 7 FETCH (FLAGS ())
        S: P2 OK done
        C: P3 UID FETCH 300:500 (UID FLAGS) (CHANGEDSINCE 12345 VANISHED)
        S: * VANISHED (EARLIER) 300:310
        S: * VANISHED 312
        S: * VANISHED (EARLIER) 405,411
        S: * 1 FETCH (UID 404 MODSEQ (65402) FLAGS (\\Seen))
        S: P3 OK done
    ";
    play(&script, async |mut session| {
        session.introduce("Pli", "1", "QRESYNC").await.unwrap();
        let changes = session.uid_fetch_changed("1:*", Since::Changed(12345)).await.unwrap();
        assert_eq!((uids(&changes), changes.vanished.is_empty()), (vec![4], true));
        assert_eq!(changes.changed[0].flags.as_ref().unwrap().system, Flags::SEEN);
        let since = Since::ChangedOrVanished(12345);
        let changes = session.uid_fetch_changed("300:500", since).await.unwrap();
        assert_eq!(uids(&changes), [404]);
        assert_eq!(changes.vanished, UidSet::new([300..=310, 405..=405, 411..=411]));
        let news = session.take_news().responses;
        assert!(
            matches!(
                &news[..],
                [Untagged::Fetch(_), Untagged::Vanished { earlier: false, .. }]
            ),
            "{news:?}"
        );
    })
    .await;
}

#[tokio::test]
async fn a_first_look_takes_one_flight() {
    let script = greeting("ESEARCH CONDSTORE")
        + "
        C: P1 SELECT \"INBOX\" (CONDSTORE)
        C: P2 UID SEARCH RETURN (ALL) ALL
        S: * 4 EXISTS
        S: P1 OK [READ-WRITE] done
        S: * ESEARCH (TAG \"P2\") UID ALL 2,10:12
        S: * 5 EXISTS
        S: P2 OK done
        C: P3 SELECT \"gone\" (CONDSTORE)
        C: P4 UID SEARCH RETURN (ALL) ALL
        S: P3 NO [NONEXISTENT] no such mailbox
        S: P4 BAD no mailbox is selected
        C: P5 SELECT \"x\" (CONDSTORE)
        C: P6 UID SEARCH RETURN (ALL) ALL
        S: P5 OK done
        S: P6 BAD what is RETURN
        C: P7 UID SEARCH RETURN (ALL) ALL
        S: P7 BAD what is RETURN
        C: P8 UID SEARCH ALL
        S: * SEARCH 12 10 11
        S: * SEARCH 2
        S: P8 OK done
    ";
    play(&script, async |mut session| {
        let all = UidSet::new([2..=2, 10..=12]);
        let look = async |session: &mut Session<DuplexStream>, mailbox: &str| {
            session
                .select_and_search_all(&name(mailbox), Access::ReadWrite, Opening::Condstore)
                .await
        };
        let (opened, hits) = look(&mut session, "INBOX").await.unwrap();
        assert_eq!((opened.selected.exists, &hits), (4, &all));
        assert_eq!(session.selected().map(|selected| selected.exists), Some(5));
        assert_eq!(session.take_news().responses, [Untagged::Exists(5)]);
        let refused = look(&mut session, "gone").await;
        assert!(matches!(refused, Err(Error::No(status)) if status.code == Some(Code::NonExistent)));
        assert!(session.selected().is_none());
        assert_eq!(look(&mut session, "x").await.unwrap().1, all);
    })
    .await;
}

#[tokio::test]
async fn letters_come_with_their_flags_and_object_id() {
    for (capability, item, told, expected) in [
        (
            "X-GM-EXT-1 OBJECTID",
            " X-GM-MSGID",
            "X-GM-MSGID 1278455344230334865",
            "gm:1278455344230334865",
        ),
        (
            "OBJECTID",
            " EMAILID",
            "EMAILID (M6d99ac3275bb4e)",
            "emailid:M6d99ac3275bb4e",
        ),
        ("", "", "X 1", ""),
    ] {
        let script = greeting(capability)
            + &format!(
                "
                C: P1 UID FETCH 1 (UID FLAGS RFC822.SIZE INTERNALDATE{item} BODY.PEEK[HEADER])
                C: P2 UID FETCH 1 (UID FLAGS INTERNALDATE{item} BODY.PEEK[])
                C: P3 UID FETCH 1 (UID RFC822.SIZE INTERNALDATE BODY.PEEK[]<0.9>)
                S: * 1 FETCH (UID 1 {told} FLAGS ($a) BODY[HEADER] {{1}}
                S: x)
                S: P1 OK done
                S: P2 OK done
                S: P3 OK done
            "
            );
        play(&script, async |mut session| {
            let items = [Items::Header, Items::Body, Items::Window { offset: 0, len: 9 }];
            let asks = items.map(|items| ("1".to_owned(), items));
            let mut answer = session.uid_fetch(asks).unwrap();
            let fetch = answer.next().await.unwrap().unwrap();
            assert_eq!(fetch.object_id.unwrap_or_default(), expected);
            assert_eq!(fetch.flags.unwrap().keywords, ["$a"]);
            assert!(answer.next().await.unwrap().is_none());
        })
        .await;
    }
}

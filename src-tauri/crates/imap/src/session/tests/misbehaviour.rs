use super::*;
use std::time::Instant;

/// Reads a whole UID FETCH; answers how many letters came and how it ended.
async fn fetch_all(session: &mut Session<DuplexStream>) -> (usize, Result<()>) {
    let mut answer = match session.uid_fetch([("1:*".to_owned(), Items::Listing)]) {
        Ok(answer) => answer,
        Err(error) => return (0, Err(error)),
    };
    let mut count = 0;
    loop {
        match answer.next().await {
            Ok(Some(_)) => count += 1,
            Ok(None) => return (count, Ok(())),
            Err(error) => return (count, Err(error)),
        }
    }
}

#[tokio::test]
async fn a_connection_that_ends_in_the_middle_is_never_an_end() {
    for (tail, letters) in [
        ("", 0),
        ("S: * 1 FETCH (UID 1 FLAGS ())", 1),
        (
            "S: * 1 FETCH (UID 1 FLAGS ())\nS: * 2 FETCH (UID 2 BODY[] {50}\nS: abc",
            1,
        ),
        ("S: * 1 FETCH (UID 1 FLAGS ())\nS: P1 OK [HIGHESTMODSEQ", 1),
    ] {
        let script = format!("{}C: P1 UID FETCH 1:* (UID FLAGS RFC822.SIZE)\n{tail}", greeting(""));
        // The last line of that last script is complete, so that it is an answer.
        let complete = tail.contains("P1 OK");
        play(&script, async |mut session| {
            let (count, outcome) = fetch_all(&mut session).await;
            assert_eq!(count, letters);
            match outcome {
                Ok(()) => assert!(complete),
                Err(error) => assert!(matches!(error, Error::Disconnected) && !complete, "{tail}: {error:?}"),
            }
        })
        .await;
    }
}

#[tokio::test]
async fn a_no_after_some_letters_is_an_error() {
    let script = greeting("")
        + "
        C: P1 UID FETCH 1:* (UID FLAGS RFC822.SIZE)
        S: * 1 FETCH (UID 1 FLAGS () RFC822.SIZE 3)
        S: * NO some of it cannot be read
        S: P1 NO [SERVERBUG] internal error
        C: P2 UID FETCH 1:* (UID FLAGS RFC822.SIZE)
        S: P2 BAD what
    ";
    play(&script, async |mut session| {
        let (count, outcome) = fetch_all(&mut session).await;
        assert!(matches!(outcome, Err(Error::No(status)) if status.code == Some(Code::ServerBug)));
        assert_eq!(count, 1);
        assert!(matches!(
            session.take_news().responses[..],
            [Untagged::Status(Condition::No, _)]
        ));
        assert!(matches!(fetch_all(&mut session).await, (0, Err(Error::Bad(_)))));
    })
    .await;
}

#[tokio::test]
async fn words_before_the_end_are_told() {
    let script = greeting("")
        + "
        C: P1 NOOP
        S: * BYE [UNAVAILABLE] shutting down
    ";
    play(&script, async |mut session| {
        assert!(matches!(session.noop().await, Err(Error::Bye(status)) if status.text == "shutting down"));
    })
    .await;
}

#[tokio::test]
async fn answers_to_nothing_are_refused() {
    let script = greeting("")
        + "
        C: P1 NOOP
        S: P9 OK done
    ";
    play(&script, async |mut session| {
        assert!(matches!(session.noop().await, Err(Error::Protocol(_))))
    })
    .await;
    let script = greeting("")
        + "
        C: P1 APPEND \"x\" () \"01-Jan-1970 00:00:00 +0000\" {1}
        S: P1 OK done
    ";
    play(&script, async |mut session| {
        let appended = session
            .append(&name("x"), b"x", Default::default(), &[], Default::default())
            .await;
        assert!(matches!(appended, Err(Error::Protocol(_))));
    })
    .await;
}

#[tokio::test]
async fn what_would_break_imap_proto_does_not_break_us() {
    let deep = "(".repeat(5000);
    let script = greeting("")
        + &format!(
            "
        C: P1 NOOP
        S: * NAMESPACE ((\"\" \"/\")) NIL NIL
        S: * OK [ALERT]\\xc3\\xa9t\\xe9
        S: * 1 FETCH (BODYSTRUCTURE {deep}
        S: * 1 FETCH (INTERNALDATE NIL UID 4)
        S: * 1 FETCH (UID 5 FLAGS (\\Seen \\xff))
        S:\x20
        S: garbage
        S: * 3 EXISTS
        S: + out of place
        S: P1 OK [READ-WRITE]\\xff done
    "
        );
    play(&script, async |mut session| {
        session.noop().await.unwrap();
        let news = session.take_news().responses;
        assert_eq!(news.len(), 8, "{news:?}");
        assert!(matches!(&news[1], Untagged::Status(Condition::Ok, status) if status.code == Some(Code::Alert)));
        assert!(matches!(&news[3], Untagged::Fetch(fetch) if fetch.uid == Some(Uid(4))));
        assert_eq!(news[7], Untagged::Exists(3));
    })
    .await;
}

#[tokio::test]
async fn endless_literals_end_the_connection() {
    let script = greeting("")
        + "
        C: P1 NOOP
        S: * 1 FETCH (BODY[] {99999999999}
    ";
    play(&script, async |mut session| {
        assert!(matches!(session.noop().await, Err(Error::Protocol(_))))
    })
    .await;
}

#[tokio::test]
async fn an_abandoned_command_poisons_the_session() {
    let script = greeting("")
        + "
        C: P1 UID FETCH 1:* (UID FLAGS RFC822.SIZE)
        S: * 1 FETCH (UID 1 FLAGS () RFC822.SIZE 3)
        S: * 2 FETCH (UID 2 FLAGS () RFC822.SIZE 3)
        S: P1 OK done
    ";
    play(&script, async |mut session| {
        assert!(
            session
                .uid_fetch([("1:*".to_owned(), Items::Listing)])
                .unwrap()
                .next()
                .await
                .unwrap()
                .is_some()
        );
        assert!(matches!(session.noop().await, Err(Error::Abandoned)));
    })
    .await;
}

#[tokio::test]
async fn more_news_than_are_kept_are_reported_as_lost() {
    let mut script = greeting("") + "C: P1 NOOP\n";
    script.push_str(&"S: * 1 EXPUNGE\n".repeat(MAX_NEWS + 1));
    script.push_str("S: P1 OK done\n");
    let (ours, theirs) = duplex(1 << 16);
    let client = async {
        let mut session = Session::open(ours, false).await.unwrap();
        session.noop().await.unwrap();
        let news = session.take_news();
        assert!(news.lost && news.responses.len() == MAX_NEWS);
        assert!(!session.take_news().lost);
    };
    tokio::join!(client, serve(&script, theirs));
}

/// Four times the letters, or a SEARCH line four times as long, must not cost sixteen times as much.
#[tokio::test]
async fn big_answers_cost_linear_time() {
    async fn time(letters: u32) -> Duration {
        let mut answer = String::from("* PREAUTH [CAPABILITY IMAP4rev1 ESEARCH] ready\r\n");
        for n in 1..=letters {
            answer.push_str(&format!(
                "* {n} FETCH (UID {n} FLAGS (\\Seen $kw) RFC822.SIZE 12345)\r\n"
            ));
        }
        answer.push_str("P1 OK done\r\n* SEARCH");
        (1..=letters).for_each(|n| answer.push_str(&format!(" {}", 2 * n)));
        answer.push_str("\r\nP2 OK done\r\n* ESEARCH (TAG \"P3\") UID ALL 2");
        (2..=letters).for_each(|n| answer.push_str(&format!(",{}", 2 * n)));
        answer.push_str("\r\nP3 OK done\r\n");
        let (ours, mut theirs) = duplex(1 << 16);
        let serving = tokio::spawn(async move {
            theirs.write_all(answer.as_bytes()).await.unwrap();
            theirs
        });
        let mut session = Session::open(ours, false).await.unwrap();
        let start = Instant::now();
        let (count, outcome) = fetch_all(&mut session).await;
        outcome.unwrap();
        assert_eq!(count, letters as usize);
        assert_eq!(
            session.uid_search_message_id("x").await.unwrap().len(),
            letters as usize
        );
        assert_eq!(session.uid_search_all().await.unwrap().len(), u64::from(letters));
        let took = start.elapsed();
        serving.await.unwrap();
        took
    }
    // The better of two: the machine may be busy with other things.
    let small = time(25_000).await.min(time(25_000).await);
    let big = time(100_000).await.min(time(100_000).await);
    assert!(big < small * 9, "25,000 letters took {small:?}, 100,000 took {big:?}");
}

/// The number range of the whole world is a few words, and must cost no more than that.
#[tokio::test]
async fn every_uid_there_can_be_may_vanish() {
    let script = greeting("ENABLE QRESYNC")
        + "
        C: P1 ENABLE QRESYNC
        S: * ENABLED QRESYNC
        S: P1 OK done
        C: P2 EXAMINE \"INBOX\" (QRESYNC (1 2))
        S: * 3 EXISTS
        S: * OK [UIDVALIDITY 1] ok
        S: * VANISHED (EARLIER) 1:4294967295
        S: P2 OK done
        C: P3 NOOP
        S: * VANISHED 1:4294967295
        S: * VANISHED (EARLIER) 1:99999999999
        S: * VANISHED
        S: P3 OK done
    ";
    play(&script, async |mut session| {
        session.introduce("Pli", "1", "QRESYNC").await.unwrap();
        let opening = crate::Opening::Resync {
            uid_validity: pli_model::UidValidity(1),
            modseq: 2,
            known: &[],
        };
        let opened = session.select(&name("INBOX"), Access::ReadOnly, opening).await.unwrap();
        assert_eq!(opened.changes.vanished.len(), u64::from(u32::MAX));
        assert!(opened.changes.vanished.contains(Uid(7)));
        assert_eq!((opened.selected.exists, opened.selected.expunged), (3, 0));
        session.noop().await.unwrap();
        let selected = session.selected().unwrap();
        assert_eq!((selected.exists, selected.expunged), (0, u32::MAX));
        let news = session.take_news().responses;
        assert!(
            matches!(
                &news[..],
                [Untagged::Vanished { .. }, Untagged::Other(_), Untagged::Other(_)]
            ),
            "{news:?}"
        );
    })
    .await;
}

/// A refusal among several fetches under way: letters of all of them come, and it is about one.
#[tokio::test]
async fn a_no_in_the_middle_of_many_fetches_loses_no_letter() {
    let script = greeting("")
        + "
        C: P1 UID FETCH 1 (UID FLAGS INTERNALDATE BODY.PEEK[])
        C: P2 UID FETCH 2 (UID FLAGS INTERNALDATE BODY.PEEK[])
        C: P3 UID FETCH 3 (UID FLAGS INTERNALDATE BODY.PEEK[])
        S: * 1 FETCH (UID 1 BODY[] {1}
        S: x)
        S: P1 OK done
        S: * 2 FETCH (UID 2 BODY[] {9}
        S: P2 NO x
        S: )
        S: P2 NO [SERVERBUG] cannot read it
        S: * X-UNKNOWN
        S: * 3 FETCH (BODY[] {1}
        S: x)
        S: * 3 FETCH (UID 3 BODY[] {1}
        S: x)
        S: P3 OK done
    ";
    play(&script, async |mut session| {
        let asks = ["1", "2", "3"].map(|set| (set.to_owned(), Items::Body));
        let mut answer = session.uid_fetch(asks).unwrap();
        let (mut letters, mut refusals) = (Vec::new(), 0);
        loop {
            match answer.next().await {
                Ok(Some(fetch)) => letters.push(fetch.uid),
                Ok(None) => break,
                Err(Error::No(_)) => refusals += 1,
                Err(error) => panic!("{error}"),
            }
        }
        // One comes without its UID: it is nobody's, and the caller sees that.
        assert_eq!(letters, [Some(Uid(1)), Some(Uid(2)), None, Some(Uid(3))]);
        assert_eq!(refusals, 1);
    })
    .await;
}

#[tokio::test]
async fn a_literal_that_is_cut_off_is_no_letter() {
    let whole = "* 1 FETCH (UID 1 BODY[] {20}\r\n* 2 EXPUNGE\r\nP1 OK )\r\n UID 2)\r\nP1 OK done\r\n";
    for cut in 0..whole.len() {
        let (ours, mut theirs) = duplex(1 << 10);
        let said = format!("{}\r\n{}", greeting("")[3..].trim_end(), &whole[..cut]);
        theirs.write_all(said.as_bytes()).await.unwrap();
        theirs.shutdown().await.unwrap();
        let mut session = Session::open(ours, false).await.unwrap();
        let mut answer = session.uid_fetch([("1".to_owned(), Items::Body)]).unwrap();
        let first = answer.next().await;
        match first {
            // What stands in the literal is never taken for a response.
            Ok(Some(fetch)) => {
                assert_eq!(fetch.body.map_or(0, |body| body.len()), 20, "{cut}");
                assert!(matches!(answer.next().await, Err(Error::Disconnected)), "{cut}");
            }
            outcome => assert!(matches!(outcome, Err(Error::Disconnected)), "{cut}: {outcome:?}"),
        }
    }
}

#[tokio::test]
async fn unknown_lines_may_stand_anywhere() {
    let script = greeting("ESEARCH NAMESPACE LITERAL-")
        + "
        C: P1 SELECT \"x\"
        S: * X-A (\"a\" {3}
        S: P1 )
        S: * 99999999999999999999 EXISTS
        S: * 2 EXISTS
        S: * -1 EXISTS
        S: P1 OK done
        C: P2 UID SEARCH RETURN (ALL) ALL
        S: * ESEARCH (TAG \"P1\") UID ALL 1:99
        S: * X-B
        S: * ESEARCH (TAG \"P2\") UID ALL 4:5
        S: * ESEARCH (TAG \"P3\") UID ALL 100
        S: P2 OK done
        C: P3 LIST \"\" \"*\"
        C: P4 LSUB \"\" \"*\"
        C: P5 NAMESPACE
        S: * LIST broken
        S: * LIST () \"/\" Entw\\xfcrfe
        S: * NAMESPACE NIL NIL NIL
        S: * LIST () \"/\" \"\\xe4\\\"\\xe4\"
        S: P3 OK done
        S: * X-C
        S: P4 OK done
        S: P5 OK done
        C: P6 STATUS {8+}
        C: Entw\\xfcrfe (MESSAGES UIDNEXT UIDVALIDITY UNSEEN)
        C: P7 STATUS {3+}
        C: \\xe4\"\\xe4 (MESSAGES UIDNEXT UIDVALIDITY UNSEEN)
        S: * STATUS Entw\\xfcrfe (MESSAGES 1 X-D (1 (2)) UIDNEXT 4294967296)
        S: * STATUS \"\\xe4\\\"\\xe4\" (MESSAGES 2)
        S: * STATUS nobody (MESSAGES 3)
        S: P6 OK done
        S: P7 OK done
    ";
    play(&script, async |mut session| {
        let opened = session
            .select(&name("x"), Access::ReadWrite, crate::Opening::Plain)
            .await;
        assert_eq!(opened.unwrap().selected.exists, 2);
        let hits = session.uid_search_all().await.unwrap();
        assert_eq!(hits, crate::UidSet::new([4..=5]));
        let survey = session.survey().await.unwrap();
        let messages = |wire: &[u8]| survey.counters[&MailboxName::from_wire(wire)].messages;
        assert_eq!((messages(b"Entw\xfcrfe"), messages(b"\xe4\"\xe4")), (Some(1), Some(2)));
        assert_eq!((survey.listings.len(), survey.counters.len()), (2, 2));
        assert_eq!(survey.namespaces, Some(crate::Namespaces::default()));
        assert_eq!(session.take_news().responses.len(), 9);
    })
    .await;
}

/// Capabilities may be told with the tagged answer, or not before they are asked; those of before are void.
#[tokio::test]
async fn what_a_server_can_do_may_be_told_only_after_signing_in() {
    let script = "
        S: * OK hello
        C: P1 CAPABILITY
        S: * CAPABILITY IMAP4rev1
        S: P1 OK done
        C: P2 LOGIN \"u\" \"p\"
        S: * CAPABILITY IMAP4rev1 LIST-EXTENDED LIST-STATUS
        S: P2 OK in
        C: P3 LIST \"\" \"*\" RETURN (SUBSCRIBED STATUS (MESSAGES UIDNEXT UIDVALIDITY UNSEEN))
        S: P3 OK done
    ";
    play(script, async |mut session| {
        assert!(!session.has("LIST-STATUS"));
        session.sign_in("u", "p").await.unwrap();
        assert!(session.survey().await.unwrap().listings.is_empty());
    })
    .await;
}

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
            .append(&name("x"), b"x", Default::default(), Default::default())
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
        let mut answer = String::from("* PREAUTH [CAPABILITY IMAP4rev1] ready\r\n");
        for n in 1..=letters {
            answer.push_str(&format!(
                "* {n} FETCH (UID {n} FLAGS (\\Seen $kw) RFC822.SIZE 12345)\r\n"
            ));
        }
        answer.push_str("P1 OK done\r\n* SEARCH");
        (1..=letters).for_each(|n| answer.push_str(&format!(" {n}")));
        answer.push_str("\r\nP2 OK done\r\n");
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
        let took = start.elapsed();
        serving.await.unwrap();
        took
    }
    // The better of two: the machine may be busy with other things.
    let small = time(25_000).await.min(time(25_000).await);
    let big = time(100_000).await.min(time(100_000).await);
    assert!(big < small * 9, "25,000 letters took {small:?}, 100,000 took {big:?}");
}

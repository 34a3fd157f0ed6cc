//! A scripted server on loopback, played from a transcript of `S:` and `C:` lines.

mod identify;

use super::*;
use crate::outlet;
use pli_model::Security;
use pli_net::Timeouts;
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::TcpListener,
    task::JoinHandle,
};

const SIGN_IN: &str =
    "S: +OK ready\nC: CAPA\nS: +OK\nS: UIDL\nS: PIPELINING\nS: TOP\nS: .\nC: USER ann\nS: +OK\nC: PASS secret\n";

const LIST: &str = "C: UIDL\nC: LIST\nS: +OK\nS: 1 aa\nS: 2 bb\nS: 3 aa\nS: 4 dd\nS: .\nS: +OK\nS: 1 10\nS: 2 20\nS: 3 10\nS: 4 40\nS: .\n";

async fn server(transcript: &str) -> (Endpoint, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let lines: Vec<String> = transcript.lines().map(str::to_owned).collect();
    let played = tokio::spawn(async move {
        let (tcp, _) = listener.accept().await.unwrap();
        let mut tcp = BufReader::new(tcp);
        for line in lines {
            let (who, text) = line.split_once(": ").unwrap_or((line.trim_end_matches(':'), ""));
            if who == "S" {
                let early = String::from_utf8_lossy(tcp.buffer());
                assert_eq!(early, "", "said before the answer");
                tcp.write_all(format!("{text}\r\n").as_bytes()).await.unwrap();
            } else {
                let mut said = String::new();
                tcp.read_line(&mut said).await.unwrap();
                assert_eq!(said.trim_end(), text);
            }
        }
    });
    (
        Endpoint {
            host: "127.0.0.1".to_owned(),
            port,
            security: Security::Plain,
        },
        played,
    )
}

fn connector() -> Connector {
    let root = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()])
        .unwrap()
        .cert
        .pem();
    Connector::new(
        root.as_bytes(),
        Timeouts {
            read: Duration::from_millis(500),
            ..Timeouts::default()
        },
    )
    .unwrap()
}

async fn signed_in(rest: &str) -> (Pop3Remote, JoinHandle<()>) {
    let (endpoint, played) = server(&format!("{SIGN_IN}S: +OK\n{rest}")).await;
    (
        Pop3Remote::sign_in(&connector(), &endpoint, "ann", "secret")
            .await
            .unwrap(),
        played,
    )
}

fn uidl(id: &str) -> ServerId {
    ServerId::Uidl(id.to_owned())
}

fn letters(ids: &[ServerId]) -> Vec<Letter> {
    let letter = |id: &ServerId| Letter {
        id: id.clone(),
        size: 0,
        have: 0,
    };
    ids.iter().map(letter).collect()
}

async fn fetched(remote: &mut Pop3Remote, ids: &[ServerId], part: Part) -> (Vec<Fetched>, Result<()>) {
    let (out, mut received, _) = outlet(16);
    let outcome = remote.fetch(INBOX, &self::letters(ids), part, &out).await;
    drop(out);
    let mut letters = Vec::new();
    while let Some(arrived) = received.recv().await {
        let Arrived::Letter(letter) = arrived else {
            panic!("POP3 knows no pieces")
        };
        letters.push(letter);
    }
    (letters, outcome)
}

#[tokio::test]
async fn one_mailbox_listed_whole_and_copies_once() {
    let (mut remote, played) = signed_in(&format!("{LIST}C: QUIT\nS: +OK")).await;
    assert_eq!(remote.survey().await.unwrap().mailboxes[0].path, INBOX);
    let Delta::Complete { state, letters } = remote.look(INBOX, Known::default(), &[]).await.unwrap() else {
        panic!()
    };
    let listed: Vec<_> = letters.iter().map(|letter| (letter.id.clone(), letter.size)).collect();
    assert_eq!(listed, [(uidl("aa"), 10), (uidl("bb"), 20), (uidl("dd"), 40)]);
    assert_eq!(
        state,
        Known {
            exists: 3,
            ..Known::default()
        }
    );
    Box::new(remote).quit().await.unwrap();
    played.await.unwrap();
}

#[tokio::test]
async fn letters_come_in_the_order_given_and_unknown_ids_are_left_out() {
    let rest = format!("{LIST}C: RETR 4\nC: RETR 1\nS: +OK\nS: four\nS: .\nS: +OK\nS: ..one\nS: .\nC: QUIT\nS: +OK");
    let (mut remote, played) = signed_in(&rest).await;
    let ids = [uidl("dd"), uidl("gone"), ServerId::Uid(pli_model::Uid(7)), uidl("aa")];
    let (letters, outcome) = fetched(&mut remote, &ids, Part::Body).await;
    outcome.unwrap();
    let raws: Vec<_> = letters
        .iter()
        .map(|letter| (letter.id.clone(), letter.size, letter.raw.as_slice()))
        .collect();
    assert_eq!(
        raws,
        [
            (uidl("dd"), 6, b"four\r\n".as_slice()),
            (uidl("aa"), 6, b".one\r\n".as_slice())
        ]
    );
    Box::new(remote).quit().await.unwrap();
    played.await.unwrap();
}

#[tokio::test]
async fn the_line_end_that_pop3_adds_is_no_part_of_the_letter() {
    // Both are listed with ten octets: ten without the last line end, and fourteen with it.
    let list = LIST.replace("3 aa", "3 cc");
    let answers = "S: +OK\nS: a: b\nS:\nS: cd\nS: .\nS: +OK\nS: a: b\nS:\nS: cdef\nS: .\n";
    let (mut remote, played) = signed_in(&format!("{list}C: RETR 1\nC: RETR 3\n{answers}")).await;
    let (letters, end) = fetched(&mut remote, &[uidl("aa"), uidl("cc")], Part::Body).await;
    end.unwrap();
    let raws: Vec<&[u8]> = letters.iter().map(|letter| letter.raw.as_slice()).collect();
    assert_eq!(raws, [&b"a: b\r\n\r\ncd"[..], b"a: b\r\n\r\ncdef\r\n"]);
    drop(remote);
    played.await.unwrap();
}

#[tokio::test]
async fn a_refused_letter_does_not_hide_the_others() {
    let rest = format!(
        "{LIST}C: RETR 1\nC: RETR 2\nC: RETR 4\nS: -ERR [SYS/TEMP] broken disk\nS: +OK\nS: b\nS: .\nS: +OK\nS: d\nS: ."
    );
    let (mut remote, played) = signed_in(&rest).await;
    let (letters, outcome) = fetched(&mut remote, &[uidl("aa"), uidl("bb"), uidl("dd")], Part::Body).await;
    assert_eq!(
        letters.iter().map(|letter| letter.id.clone()).collect::<Vec<_>>(),
        [uidl("bb"), uidl("dd")]
    );
    let error = outcome.unwrap_err();
    assert_eq!(error.problem, Problem::TemporarilyRefused);
    assert!(error.text.contains("broken disk"), "{error}");
    played.await.unwrap();
}

#[tokio::test]
async fn a_letter_that_is_too_large_does_not_hide_the_others() {
    let list = LIST.replace("S: 2 20\n", "S: 2 1000000001\n");
    let (mut remote, played) = signed_in(&format!("{list}C: RETR 4\nS: +OK\nS: d\nS: .")).await;
    let (letters, outcome) = fetched(&mut remote, &[uidl("bb"), uidl("dd")], Part::Body).await;
    assert_eq!(letters.len(), 1);
    let error = outcome.unwrap_err();
    assert_eq!(error.problem, Problem::Refused);
    assert!(error.text.contains("more than 1 GB"), "{error}");
    played.await.unwrap();
}

#[tokio::test]
async fn with_nobody_listening_nothing_is_asked_and_the_session_stays_in_step() {
    let (mut remote, played) = signed_in(&format!("{LIST}C: QUIT\nS: +OK")).await;
    let (out, receiver, _) = outlet(1);
    drop(receiver);
    let wanted = letters(&[uidl("aa"), uidl("bb")]);
    remote.fetch(INBOX, &wanted, Part::Body, &out).await.unwrap();
    Box::new(remote).quit().await.unwrap();
    played.await.unwrap();
}

#[tokio::test]
async fn headers_by_top() {
    let (mut remote, played) = signed_in(&format!("{LIST}C: TOP 4 0\nS: +OK\nS: A: b\nS:\nS: .")).await;
    let (letters, outcome) = fetched(&mut remote, &[uidl("dd")], Part::Header).await;
    outcome.unwrap();
    assert_eq!(
        letters,
        [Fetched {
            id: uidl("dd"),
            received: None,
            marks: None,
            object_id: None,
            size: 40,
            raw: b"A: b\r\n\r\n".to_vec(),
            is_whole: false,
        }]
    );
    assert_eq!(header(b"A: b\r\n\r\nbody\r\n\r\n".to_vec()), b"A: b\r\n\r\n");
    assert_eq!(header(b"\r\nbody\r\n\r\n".to_vec()), b"\r\n");
    played.await.unwrap();
}

#[tokio::test]
async fn headers_of_a_server_that_announces_top_and_refuses_it() {
    let top = "C: TOP 1 0\nC: TOP 2 0\nC: TOP 4 0\nS: -ERR what?\nS: +OK\nS: C: d\nS:\nS: .\nS: -ERR what?\n";
    let retr = "C: RETR 1\nC: RETR 4\nS: +OK\nS: A: b\nS:\nS: body\nS: .\nS: -ERR it is broken\n";
    let (mut remote, played) = signed_in(&format!("{LIST}{top}{retr}C: QUIT\nS: +OK")).await;
    let (letters, outcome) = fetched(&mut remote, &[uidl("aa"), uidl("bb"), uidl("dd")], Part::Header).await;
    let headers: Vec<_> = letters
        .iter()
        .map(|letter| (letter.id.clone(), letter.size, letter.raw.as_slice(), letter.is_whole))
        .collect();
    assert_eq!(
        headers,
        [
            (uidl("bb"), 20, b"C: d\r\n\r\n".as_slice(), false),
            (uidl("aa"), 14, b"A: b\r\n\r\n".as_slice(), false)
        ]
    );
    assert!(outcome.unwrap_err().text.contains("it is broken"));
    Box::new(remote).quit().await.unwrap();
    played.await.unwrap();
}

#[tokio::test]
async fn without_pipelining_every_question_waits_for_its_answer() {
    let capa = "C: CAPA\nS: +OK\nS: USER\nS: UIDL\nS: TOP\nS: .\n";
    let sign_in = format!("S: +OK ready\n{capa}C: USER ann\nS: +OK\nC: PASS secret\nS: +OK\n{capa}");
    let list = "C: UIDL\nS: +OK\nS: 1 a\nS: 2 b\nS: .\nC: LIST\nS: +OK\nS: 1 10\nS: 2 20\nS: .\n";
    let retr = "C: RETR 1\nS: +OK\nS: one\nS: .\nC: RETR 2\nS: +OK\nS: two\nS: .";
    let (endpoint, played) = server(&format!("{sign_in}{list}{retr}")).await;
    let mut remote = Pop3Remote::sign_in(&connector(), &endpoint, "ann", "secret")
        .await
        .unwrap();
    let (letters, outcome) = fetched(&mut remote, &[uidl("a"), uidl("b")], Part::Body).await;
    outcome.unwrap();
    assert_eq!(letters.len(), 2);
    played.await.unwrap();
}

#[tokio::test]
async fn what_pop3_cannot_do_it_says() {
    let (mut remote, _played) = signed_in("").await;
    let refused = |error: RemoteError| assert_eq!(error.problem, Problem::Refused, "{error}");
    refused(remote.look("Sent", Known::default(), &[]).await.unwrap_err());
    refused(remote.mark(INBOX, &[], &Marking::default()).await.unwrap_err());
    refused(remote.move_to(INBOX, &[], "Trash").await.unwrap_err());
    refused(
        remote
            .append(INBOX, b"", Flags::NONE, &[], Timestamp(0))
            .await
            .unwrap_err(),
    );
    refused(remote.find_message_id(INBOX, "a@b").await.unwrap_err());
    refused(remote.create_mailbox("Sent").await.unwrap_err());
    refused(
        remote
            .wait_for_news(INBOX, Known::default(), Duration::ZERO)
            .await
            .unwrap_err(),
    );
    assert!(!remote.abilities().mirrors_deletion);
}

/// The problem and the words that a sign-in ends with, at a server that plays `transcript`.
async fn refused_sign_in(transcript: &str) -> RemoteError {
    let (endpoint, played) = server(transcript).await;
    let error = Pop3Remote::sign_in(&connector(), &endpoint, "ann", "secret")
        .await
        .unwrap_err();
    assert!(error.text.contains(&endpoint.to_string()), "{error}");
    played.await.unwrap();
    error
}

#[tokio::test]
async fn each_response_code_is_told_in_its_own_words() {
    let cases = [
        (
            "[AUTH] no",
            Problem::SignInRefused,
            "refused the user name or password: [AUTH] no",
        ),
        (
            "wrong",
            Problem::SignInRefused,
            "refused the user name or password: wrong",
        ),
        (
            "[IN-USE] locked",
            Problem::TooManyConnections,
            "Pli tries again by itself: [IN-USE] locked",
        ),
        (
            "[LOGIN-DELAY] 5 min",
            Problem::TemporarilyRefused,
            "wait between two sign-ins: [LOGIN-DELAY] 5 min",
        ),
        (
            "[SYS/TEMP] later",
            Problem::TemporarilyRefused,
            "refused the sign-in because of a trouble that passes: [SYS/TEMP] later",
        ),
        (
            "[SYS/PERM] call us",
            Problem::Refused,
            "a trouble that its provider must mend: [SYS/PERM] call us",
        ),
    ];
    for (words, problem, text) in cases {
        let error = refused_sign_in(&format!("{SIGN_IN}S: -ERR {words}")).await;
        assert_eq!(error.problem, problem, "{error}");
        assert!(error.text.ends_with(text), "{error}");
    }
}

#[tokio::test]
async fn a_server_that_is_busy_is_asked_again() {
    let cases = [
        ("S: -ERR [SYS/TEMP] rebooting", Problem::TemporarilyRefused),
        ("S: -ERR not now", Problem::TemporarilyRefused),
        ("S: -ERR [IN-USE] no more of you", Problem::TooManyConnections),
        (
            "S: +OK\nC: CAPA\nS: -ERR\nC: USER ann\nS: -ERR [IN-USE] locked",
            Problem::TooManyConnections,
        ),
    ];
    for (transcript, problem) in cases {
        let error = refused_sign_in(transcript).await;
        assert_eq!(error.problem, problem, "{error}");
        assert!(error.problem.is_retryable(), "{error}");
    }
    assert_eq!(refused_sign_in(SIGN_IN).await.problem, Problem::Disconnected);
}

#[tokio::test]
async fn a_listing_may_be_refused_for_now() {
    let (mut remote, played) = signed_in("C: UIDL\nC: LIST\nS: +OK\nS: .\nS: -ERR [SYS/TEMP] disk is away").await;
    let error = remote.list(INBOX).await.unwrap_err();
    assert_eq!(error.problem, Problem::TemporarilyRefused, "{error}");
    assert!(error.text.contains("refused to list the letters"), "{error}");
    played.await.unwrap();
}

//! Dialogues with a scripted server on loopback. It reports what it received after the script, up to the end.

use super::*;
use pli_model::{Address, Security};
use pli_net::{NetErrorKind, Timeouts};
use std::{
    convert::Infallible,
    sync::atomic::{AtomicBool, Ordering},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

/// `AUTH PLAIN` of `ann` with `secret`.
const AUTH: &str = "C: AUTH PLAIN AGFubgBzZWNyZXQ=\nS: 235 2.7.0 welcome\n";

const PIPELINING: &str =
    "S: 220 mx ready\nC: EHLO [127.0.0.1]\nS: 250-mx\nS: 250-pipelining\nS: 250-SIZE 100000\nS: 250 auth LOGIN plain\n";

const PLAIN_OLD: &str = "S: 220 mx ready\nC: EHLO [127.0.0.1]\nS: 250-mx\nS: 250 AUTH PLAIN\n";

const ENVELOPE: &str =
    "C: MAIL FROM:<ann@north.test> SIZE=14\nC: RCPT TO:<bob@south.test>\nC: RCPT TO:<eve@south.test>\nC: DATA\n";

const LETTER: &str = "C: A: b\nC: \nC: ..dot\n";

async fn server(transcript: &str) -> (Endpoint, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let lines: Vec<String> = transcript.lines().map(str::to_owned).collect();
    let played = tokio::spawn(async move {
        let (mut tcp, _) = listener.accept().await.unwrap();
        for line in lines {
            match line.split_once(": ").unwrap_or((&line, "")) {
                ("S", text) => tcp.write_all(format!("{text}\r\n").as_bytes()).await.unwrap(),
                ("C", expected) => assert_eq!(read_line(&mut tcp).await, expected),
                ("close", _) => return String::new(),
                _ => panic!("neither S: nor C: in {line:?}"),
            }
        }
        let mut rest = Vec::new();
        let _ = tokio::time::timeout(Duration::from_secs(3), tcp.read_to_end(&mut rest)).await;
        String::from_utf8_lossy(&rest).into_owned()
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

async fn read_line(tcp: &mut TcpStream) -> String {
    let mut line = Vec::new();
    while !line.ends_with(b"\r\n") {
        match tcp.read_u8().await {
            Ok(byte) => line.push(byte),
            Err(_) => return format!("(closed after {:?})", String::from_utf8_lossy(&line)),
        }
    }
    line.truncate(line.len() - 2);
    String::from_utf8_lossy(&line).into_owned()
}

fn connector() -> Connector {
    let root = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()])
        .unwrap()
        .cert
        .pem();
    let read = Duration::from_millis(300);
    Connector::new(
        root.as_bytes(),
        Timeouts {
            read,
            write: read,
            ..Timeouts::default()
        },
    )
    .unwrap()
}

fn letter_to(recipients: &[&str]) -> Submission {
    Submission {
        from: Address::bare("ann@north.test"),
        recipients: recipients.iter().map(|email| Address::bare(*email)).collect(),
        raw: b"A: b\n\n.dot\n".to_vec(),
    }
}

/// Submits to bob and eve; tells also whether the moment before the end came, and what the server received beyond
/// its script.
async fn to_bob_and_eve(transcript: &str) -> (Result<Receipt, SmtpError>, bool, String) {
    let (endpoint, played) = server(transcript).await;
    let before_end = AtomicBool::new(false);
    let submission = letter_to(&["bob@south.test", "eve@south.test"]);
    let outcome = submit(&connector(), &endpoint, "ann", "secret", &submission, async || {
        before_end.store(true, Ordering::Relaxed);
        Ok::<(), Infallible>(())
    })
    .await;
    (outcome, before_end.into_inner(), played.await.unwrap())
}

fn refused(error: &SmtpError) -> u16 {
    match error.kind {
        SmtpErrorKind::Refused { code, .. } | SmtpErrorKind::SignInRefused { code, .. } => code,
        _ => panic!("{error:?}"),
    }
}

#[tokio::test]
async fn the_whole_envelope_in_one_packet_and_a_verdict_for_each() {
    let replies = "S: 250 2.1.0 sender ok\nS: 250 2.1.5 bob ok\nS: 550-5.1.1 no eve\nS: 550 5.1.1 here\nS: 354 go\n";
    let transcript = format!(
        "{PIPELINING}{AUTH}{ENVELOPE}{replies}{LETTER}C: .\nS: 250 2.0.0 Ok: queued as 4F2A\nC: QUIT\nS: 221 bye"
    );
    let (outcome, moment, beyond) = to_bob_and_eve(&transcript).await;
    let receipt = outcome.unwrap();
    assert_eq!((receipt.code, receipt.text.as_str()), (250, "2.0.0 Ok: queued as 4F2A"));
    let verdict = |email: &str, code, text: &str| RecipientVerdict {
        email: email.into(),
        code,
        text: text.into(),
    };
    assert_eq!(
        receipt.verdicts,
        [
            verdict("bob@south.test", 250, "2.1.5 bob ok"),
            verdict("eve@south.test", 550, "5.1.1 no eve 5.1.1 here")
        ]
    );
    assert!(moment && beyond.is_empty(), "{beyond}");
}

#[tokio::test]
async fn one_by_one_where_pipelining_is_not_offered() {
    let transcript = format!(
        "{PLAIN_OLD}{AUTH}C: MAIL FROM:<ann@north.test>\nS: 250 ok\nC: RCPT TO:<bob@south.test>\nS: 450 4.2.1 later\n\
         C: RCPT TO:<eve@south.test>\nS: 251 will forward\nC: DATA\nS: 354 go\n{LETTER}C: .\nS: 250\nC: QUIT\nS: 221 bye"
    );
    let (outcome, moment, beyond) = to_bob_and_eve(&transcript).await;
    let codes: Vec<u16> = outcome.unwrap().verdicts.iter().map(|verdict| verdict.code).collect();
    assert_eq!(codes, [450, 251]);
    assert!(moment && beyond.is_empty(), "{beyond}");
}

#[tokio::test]
async fn without_one_accepted_recipient_no_letter_goes_out() {
    // Pipelined: the server refuses DATA as it should.
    let replies = "S: 250 ok\nS: 550 no bob\nS: 452 4.5.3 too many\nS: 554 5.5.1 no valid recipients\n";
    let transcript = format!("{PIPELINING}{AUTH}{ENVELOPE}{replies}C: RSET\nS: 250 ok\nC: QUIT\nS: 221 bye");
    let (outcome, moment, beyond) = to_bob_and_eve(&transcript).await;
    let error = outcome.unwrap_err();
    assert_eq!(
        (error.phase, error.verdicts.len(), moment, beyond.as_str()),
        (Phase::BeforeEnd, 2, false, "")
    );
    assert_eq!(
        refused(&error),
        452,
        "one that may pass later makes it worth trying again"
    );

    // Pipelined, and the server wants the letter all the same: only closing is safe.
    let transcript = format!("{PIPELINING}{AUTH}{ENVELOPE}S: 250 ok\nS: 550 no\nS: 550 no\nS: 354 go\n");
    let (outcome, moment, beyond) = to_bob_and_eve(&transcript).await;
    assert_eq!(
        (refused(&outcome.unwrap_err()), moment, beyond.as_str()),
        (550, false, "")
    );

    // One by one: DATA is not even said.
    let transcript = format!(
        "{PLAIN_OLD}{AUTH}C: MAIL FROM:<ann@north.test>\nS: 250 ok\nC: RCPT TO:<bob@south.test>\nS: 550 no\n\
         C: RCPT TO:<eve@south.test>\nS: 550 no\nC: RSET\nS: 250 ok\nC: QUIT\nS: 221 bye"
    );
    let (outcome, moment, beyond) = to_bob_and_eve(&transcript).await;
    assert_eq!(
        (refused(&outcome.unwrap_err()), moment, beyond.as_str()),
        (550, false, "")
    );
}

#[tokio::test]
async fn a_refused_sender_and_a_closing_server() {
    let replies = "S: 530 5.7.0 sign in first\nS: 503 no\nS: 503 no\nS: 503 no\n";
    let transcript = format!("{PIPELINING}{AUTH}{ENVELOPE}{replies}C: RSET\nS: 250 ok\nC: QUIT\nS: 221 bye");
    let (outcome, moment, _) = to_bob_and_eve(&transcript).await;
    let error = outcome.unwrap_err();
    assert_eq!((refused(&error), error.phase, moment), (530, Phase::BeforeEnd, false));

    let transcript = format!("{PIPELINING}{AUTH}{ENVELOPE}S: 250 ok\nS: 421 4.3.2 shutting down\nclose");
    let (outcome, moment, _) = to_bob_and_eve(&transcript).await;
    assert_eq!((refused(&outcome.unwrap_err()), moment), (421, false));
}

#[tokio::test]
async fn what_is_known_after_the_end() {
    let to_the_end = format!("{PIPELINING}{AUTH}{ENVELOPE}S: 250 ok\nS: 250 ok\nS: 250 ok\nS: 354 go\n{LETTER}C: .\n");
    let cases = [
        ("close", Phase::AfterEnd),
        ("S: 554 5.7.1 spam\nC: QUIT\nS: 221 bye", Phase::Answered),
        ("S: 451 4.3.0 disk full\nC: QUIT\nS: 221 bye", Phase::Answered),
        ("S: what?", Phase::AfterEnd),
        ("S: 354 again", Phase::AfterEnd),
        // Silence, for ten times the patience of other replies.
        ("", Phase::AfterEnd),
    ];
    for (end, phase) in cases {
        let (outcome, moment, _) = to_bob_and_eve(&format!("{to_the_end}{end}")).await;
        let error = outcome.unwrap_err();
        assert_eq!((error.phase, moment), (phase, true), "{end}: {error:?}");
        assert_eq!(error.may_have_been_sent(), phase == Phase::AfterEnd);
        assert_eq!(error.verdicts.len(), 2, "{end}");
    }
}

#[tokio::test]
async fn a_moment_that_fails_keeps_the_end_back() {
    let transcript = format!("{PIPELINING}{AUTH}{ENVELOPE}S: 250 ok\nS: 250 ok\nS: 250 ok\nS: 354 go\n{LETTER}");
    let (endpoint, played) = server(&transcript).await;
    let submission = letter_to(&["bob@south.test", "eve@south.test"]);
    let outcome = submit(&connector(), &endpoint, "ann", "secret", &submission, async || {
        Err("the disk is full")
    })
    .await
    .unwrap_err();
    assert_eq!(outcome.phase, Phase::BeforeEnd);
    assert!(matches!(&outcome.kind, SmtpErrorKind::Aborted(reason) if reason == "the disk is full"));
    assert_eq!(
        played.await.unwrap(),
        "",
        "no dot, not even a farewell that would come after a line"
    );
}

#[tokio::test]
async fn a_server_that_hangs_up_in_the_letter_is_heard_out() {
    let (endpoint, played) = server(&format!(
        "{PLAIN_OLD}{AUTH}C: MAIL FROM:<ann@north.test>\nS: 250 ok\nC: RCPT TO:<bob@south.test>\nS: 250 ok\nC: DATA\nS: 354 go\n\
         C: A: b\nS: 552 5.3.4 too much\nclose"
    ))
    .await;
    let mut submission = letter_to(&["bob@south.test"]);
    submission.raw = [b"A: b\r\n\r\n".to_vec(), b"x\r\n".repeat(10_000_000)].concat();
    let unwanted = async || -> Result<(), Infallible> { panic!("the letter never went out whole") };
    let error = submit(&connector(), &endpoint, "ann", "secret", &submission, unwanted)
        .await
        .unwrap_err();
    assert_eq!(error.phase, Phase::BeforeEnd);
    // The reset may overtake the words; then it is a broken connection, never anything that looks sent.
    assert!(
        matches!(
            error.kind,
            SmtpErrorKind::Refused { code: 552, .. } | SmtpErrorKind::Io(_)
        ),
        "{error:?}"
    );
    played.await.unwrap();
}

#[tokio::test]
async fn signing_in() {
    let check_with = async |transcript: String| {
        let (endpoint, played) = server(&transcript).await;
        let outcome = check(&connector(), &endpoint, "ann", "secret").await;
        assert_eq!(played.await.unwrap(), "");
        outcome
    };
    let bye = "C: QUIT\nS: 221 bye";
    check_with(format!("{PLAIN_OLD}{AUTH}{bye}")).await.unwrap();
    let two_steps =
        format!("{PLAIN_OLD}C: AUTH PLAIN AGFubgBzZWNyZXQ=\nS: 334 \nC: AGFubgBzZWNyZXQ=\nS: 235 ok\n{bye}");
    check_with(two_steps).await.unwrap();
    let login = "C: AUTH LOGIN\nS: 334 VXNlciBuYW1lPw==\nC: YW5u\nS: 334 UGFzcw==\nC: c2VjcmV0\n";
    let only_login = PLAIN_OLD.replace("PLAIN", "LOGIN");
    check_with(format!("{only_login}{login}S: 235 ok\n{bye}"))
        .await
        .unwrap();
    let fallback =
        format!("{PIPELINING}C: AUTH PLAIN AGFubgBzZWNyZXQ=\nS: 504 5.5.4 not that\n{login}S: 235 ok\n{bye}");
    check_with(fallback).await.unwrap();

    let error = check_with(format!(
        "{PLAIN_OLD}C: AUTH PLAIN AGFubgBzZWNyZXQ=\nS: 535 5.7.8 not secret"
    ))
    .await
    .unwrap_err();
    assert!(matches!(error.kind, SmtpErrorKind::SignInRefused { code: 535, .. }));
    assert!(!format!("{error} {error:?}").contains("secret"), "{error:?}");
    let error = check_with(format!("{PLAIN_OLD}C: AUTH PLAIN AGFubgBzZWNyZXQ=\nS: 454 4.7.0 later"))
        .await
        .unwrap_err();
    assert_eq!(refused(&error), 454);
    let error = check_with("S: 220 mx\nC: EHLO [127.0.0.1]\nS: 250 mx".to_owned())
        .await
        .unwrap_err();
    assert!(matches!(error.kind, SmtpErrorKind::SignInNotOffered));
    let error = check_with("S: 421 4.7.0 too many connections".to_owned())
        .await
        .unwrap_err();
    assert_eq!(refused(&error), 421);
    let error = check_with("S: * OK an IMAP server".to_owned()).await.unwrap_err();
    assert!(matches!(error.kind, SmtpErrorKind::Protocol(_)));
}

#[tokio::test]
async fn what_the_server_cannot_take_is_said_before_the_envelope() {
    let (endpoint, played) = server(&format!("{PIPELINING}{AUTH}C: QUIT\nS: 221 bye")).await;
    let mut submission = letter_to(&["bob@south.test"]);
    submission.raw = vec![b'x'; 100_001];
    let error = submit(&connector(), &endpoint, "ann", "secret", &submission, async || {
        Ok::<(), Infallible>(())
    })
    .await
    .unwrap_err();
    assert!(
        matches!(error.kind, SmtpErrorKind::TooLarge { limit: 100_000, .. }),
        "{error:?}"
    );
    assert_eq!(played.await.unwrap(), "");
}

#[tokio::test]
async fn many_recipients_go_in_several_packets() {
    let many: Vec<String> = (0..150).map(|n| format!("r{n}@south.test")).collect();
    let packets: Vec<&[String]> = [&many[..63], &many[63..127], &many[127..]].to_vec();
    let mut transcript = format!("{PIPELINING}{AUTH}C: MAIL FROM:<ann@north.test> SIZE=14\n");
    for (index, packet) in packets.iter().enumerate() {
        transcript.extend(packet.iter().map(|email| format!("C: RCPT TO:<{email}>\n")));
        transcript.push_str(if index == 2 { "C: DATA\n" } else { "" });
        transcript.push_str(if index == 0 { "S: 250 sender ok\n" } else { "" });
        transcript.push_str(&"S: 250 ok\n".repeat(packet.len()));
    }
    transcript.push_str(&format!("S: 354 go\n{LETTER}C: .\nS: 250 queued\nC: QUIT\nS: 221 bye"));
    let (endpoint, played) = server(&transcript).await;
    let submission = letter_to(&many.iter().map(String::as_str).collect::<Vec<_>>());
    // Spawned, so that the compiler checks that a submission can move between threads.
    let receipt = tokio::spawn(async move {
        submit(&connector(), &endpoint, "ann", "secret", &submission, async || {
            Ok::<(), Infallible>(())
        })
        .await
    });
    let receipt = receipt.await.unwrap().unwrap();
    assert_eq!(
        receipt.verdicts.iter().filter(|verdict| verdict.is_accepted()).count(),
        150
    );
    assert_eq!(played.await.unwrap(), "");
}

#[tokio::test]
async fn no_password_goes_out_in_plain_text() {
    let far = Endpoint {
        host: "192.0.2.1".to_owned(),
        port: 587,
        security: Security::Plain,
    };
    let error = check(&connector(), &far, "ann", "secret").await.unwrap_err();
    assert!(
        matches!(&error.kind, SmtpErrorKind::Net(net) if matches!(net.kind, NetErrorKind::PlainTextRefused)),
        "{error:?}"
    );
}

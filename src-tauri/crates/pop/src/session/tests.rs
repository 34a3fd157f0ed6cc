use super::*;
use crate::{Reason, Stretch, script::server};

/// Pipes so narrow that every answer comes in pieces, and one that takes all at once.
const PIPES: [usize; 3] = [1, 7, 65_536];

const SIGNED_IN: &str = "
    S: +OK ready
    C: CAPA
    S: +OK
    S: USER
    S: UIDL
    S: PIPELINING
    S: .
    C: USER ann
    S: +OK
    C: PASS secret
    S: +OK 2 messages
";

async fn signed_in(rest: &str, pipe: usize) -> (Session<tokio::io::DuplexStream>, tokio::task::JoinHandle<()>) {
    let (stream, played) = server(&format!("{SIGNED_IN}{rest}"), pipe);
    let mut session = Session::start(stream, false).await.unwrap();
    session.sign_in("ann", "secret").await.unwrap();
    (session, played)
}

async fn refused_sign_in(transcript: &str) -> PopError {
    let (stream, played) = server(transcript, 64);
    let mut session = Session::start(stream, false).await.unwrap();
    let error = session.sign_in("ann", "secret").await.unwrap_err();
    drop(session);
    played.await.unwrap();
    error
}

#[tokio::test]
async fn a_whole_session() {
    for pipe in PIPES {
        let (mut session, played) = signed_in(
            "
            C: STAT
            S: +OK 2 320
            C: UIDL
            C: LIST
            S: +OK 2 320
            S: 1 aaa
            S: 2 bbb
            S: .
            S: +OK 2 320
            S: 1 120
            S: 2 200
            S: .
            C: RETR 2
            C: RETR 1
            S: +OK 200 octets
            S: Subject: two
            S:
            S: ..
            S: ..dots
            S: .
            S: +OK
            S: .
            C: TOP 1 0
            S: +OK
            S: Subject: one
            S:
            S: .
            C: DELE 1
            S: +OK
            C: RSET
            S: +OK
            C: NOOP
            S: +OK
            C: QUIT
            S: +OK bye
        ",
            pipe,
        )
        .await;
        assert_eq!(session.stat().await.unwrap(), Stat { count: 2, octets: 320 });
        let listed = session.list().await.unwrap();
        assert_eq!(
            listed.first().unwrap(),
            &Listed {
                number: 1,
                uidl: Some("aaa".to_owned()),
                octets: 120
            }
        );
        assert_eq!(listed.len(), 2);
        let wanted = vec![Wanted { number: 2, octets: 200 }, Wanted { number: 1, octets: 120 }];
        let mut letters = session.letters(Part::Whole, wanted);
        let two = letters.next().await.unwrap().unwrap();
        assert_eq!(
            two,
            Stretch {
                number: 2,
                offset: 0,
                is_last: true,
                raw: Ok(b"Subject: two\r\n\r\n.\r\n.dots\r\n".to_vec())
            }
        );
        let one = letters.next().await.unwrap().unwrap();
        assert_eq!(
            one,
            Stretch {
                number: 1,
                offset: 0,
                is_last: true,
                raw: Ok(Vec::new())
            }
        );
        assert!(letters.next().await.is_none());
        let header = session
            .letters(Part::Header, vec![Wanted { number: 1, octets: 120 }])
            .next()
            .await
            .unwrap()
            .unwrap();
        assert_eq!(header.raw.unwrap(), b"Subject: one\r\n\r\n");
        assert_eq!(session.dele(&[1]).await.unwrap(), []);
        session.rset().await.unwrap();
        session.noop().await.unwrap();
        session.quit().await.unwrap();
        played.await.unwrap();
    }
}

#[tokio::test]
async fn sasl_plain_goes_in_two_steps() {
    let (stream, played) = server(
        "
        C: CAPA
        S: +OK
        S: SASL LOGIN PLAIN
        S: PIPELINING
        S: UIDL
        S: .
        C: AUTH PLAIN
        S: +
        C: AGFubgBzZWNyZXQ=
        S: +OK
    ",
        64,
    );
    let mut session = Session::start(stream, true).await.unwrap();
    session.sign_in("ann", "secret").await.unwrap();
    played.await.unwrap();
}

#[tokio::test]
async fn a_plain_old_server_without_capa() {
    let (stream, played) = server(
        "
        S: +OK
        C: CAPA
        S: -ERR what?
        C: USER ann
        S: +OK
        C: PASS secret
        S: +OK
        C: CAPA
        S: -ERR what?
        C: UIDL
        S: +OK
        S: 1 a
        S: .
        C: LIST
        S: +OK
        S: 1 5
        S: .
    ",
        64,
    );
    let mut session = Session::start(stream, false).await.unwrap();
    session.sign_in("ann", "secret").await.unwrap();
    assert_eq!(
        session.list().await.unwrap(),
        [Listed {
            number: 1,
            uidl: Some("a".to_owned()),
            octets: 5
        }]
    );
    played.await.unwrap();
}

#[tokio::test]
async fn refused_sign_ins_say_why_and_never_the_password() {
    let before = "S: +OK\nC: CAPA\nS: -ERR\nC: USER ann\nS: +OK\nC: PASS secret\n";
    let cases = [
        ("S: -ERR [AUTH] no", Reason::SignIn),
        ("S: -ERR wrong password secret for ann", Reason::SignIn),
        ("S: -ERR [IN-USE] locked", Reason::InUse),
        ("S: -ERR [SYS/TEMP] later", Reason::Temporary),
        ("S: -ERR [LOGIN-DELAY] wait", Reason::LoginDelay),
    ];
    for (answer, reason) in cases {
        let error = refused_sign_in(&format!("{before}{answer}")).await;
        let PopError::Refused(refusal) = &error else {
            panic!("{error:?}")
        };
        assert_eq!(refusal.reason, reason);
        assert!(
            !error.to_string().contains("secret") && !format!("{error:?}").contains("secret"),
            "{error}"
        );
    }
    // AUTH PLAIN that is offered and refused before anything secret was said.
    let error = refused_sign_in(
        "S: +OK\nC: CAPA\nS: +OK\nS: SASL PLAIN\nS: .\nC: AUTH PLAIN\nS: -ERR not so\nC: USER ann\nS: -ERR [AUTH] no such user",
    )
    .await;
    assert!(
        matches!(
            error,
            PopError::Refused(Refusal {
                reason: Reason::SignIn,
                ..
            })
        ),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_server_that_cannot_now_is_not_asked_in_another_way() {
    let error = refused_sign_in(
        "S: +OK\nC: CAPA\nS: +OK\nS: SASL PLAIN\nS: .\nC: AUTH PLAIN\nS: -ERR [SYS/TEMP] the directory is away",
    )
    .await;
    assert!(
        matches!(
            error,
            PopError::Refused(Refusal {
                reason: Reason::Temporary,
                ..
            })
        ),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_line_break_in_a_password_is_not_sent() {
    let (stream, played) = server("S: +OK\nC: CAPA\nS: -ERR\nC: QUIT\nS: +OK", 64);
    let mut session = Session::start(stream, false).await.unwrap();
    for (user, password) in [("ann", "a\r\nDELE 1"), ("ann\nQUIT", "a"), ("ann", "a\0b")] {
        assert!(matches!(
            session.sign_in(user, password).await,
            Err(PopError::Unsendable)
        ));
    }
    session.quit().await.unwrap();
    played.await.unwrap();
}

#[tokio::test]
async fn a_greeting_that_is_none() {
    let (stream, _played) = server("S: -ERR [SYS/TEMP] too busy", 64);
    let error = Session::start(stream, false).await.unwrap_err();
    assert!(
        matches!(
            error,
            PopError::Refused(Refusal {
                reason: Reason::Temporary,
                ..
            })
        ),
        "{error:?}"
    );
    let (stream, _played) = server("S: * OK an IMAP server", 64);
    assert!(matches!(
        Session::start(stream, false).await,
        Err(PopError::Protocol(_))
    ));
    let (stream, _played) = server("", 64);
    let Err(PopError::Io(error)) = Session::start(stream, false).await else {
        panic!()
    };
    assert_eq!(error.kind(), std::io::ErrorKind::UnexpectedEof);
}

/// The listing of a server that offers `capabilities` after the sign-in and answers UIDL with `words`.
async fn listed_without_ids(capabilities: &str, words: &str) -> Result<Vec<Listed>> {
    let transcript = format!("C: CAPA\nS: {capabilities}\nC: UIDL\nS: -ERR {words}\nC: LIST\nS: +OK\nS: 1 5\nS: .");
    let (stream, played) = server(&transcript, 64);
    let listed = Session::start(stream, true).await.unwrap().list().await;
    played.await.unwrap();
    listed
}

#[tokio::test]
async fn only_a_server_that_never_had_unique_ids_lists_without_them() {
    let without = [Listed {
        number: 1,
        uidl: None,
        octets: 5,
    }];
    assert_eq!(listed_without_ids("-ERR", "what?").await.unwrap(), without);
    assert_eq!(listed_without_ids("+OK\nS: TOP\nS: .", "what?").await.unwrap(), without);
    for (capabilities, words) in [
        ("-ERR", "[SYS/TEMP] later"),
        ("+OK\nS: UIDL\nS: .", "the index is broken"),
    ] {
        let error = listed_without_ids(capabilities, words).await.unwrap_err();
        assert!(matches!(error, PopError::Refused(_)), "{error:?}");
    }
}

#[tokio::test]
async fn cut_lists_are_errors() {
    let cut = "C: UIDL\nC: LIST\nS: +OK\nS: 1 a\nS: .\nS: +OK\nS: 1 5";
    let (mut session, _played) = signed_in(cut, 64).await;
    let Err(PopError::Io(error)) = session.list().await else {
        panic!("a list without its end")
    };
    assert_eq!(error.kind(), std::io::ErrorKind::UnexpectedEof);
}

use super::*;

async fn refusal(script: &str, password: &str) -> RemoteError {
    let (endpoint, server) = serve(script).await;
    let connector = Connector::new(b"", Timeouts::default()).unwrap();
    let error = ImapRemote::sign_in(&connector, &endpoint, "u", password, &Passport::default())
        .await
        .unwrap_err();
    server.await.unwrap();
    assert!(error.text.contains(&endpoint.to_string()), "{error}");
    error
}

#[tokio::test]
async fn a_busy_server_does_not_look_like_a_wrong_password() {
    for (answer, problem) in [
        (
            "P1 NO [AUTHENTICATIONFAILED] Authentication failed.",
            Problem::SignInRefused,
        ),
        ("P1 NO LOGIN failed", Problem::SignInRefused),
        ("P1 NO [EXPIRED] your password is too old", Problem::SignInRefused),
        (
            "P1 NO [UNAVAILABLE] Temporary authentication failure.",
            Problem::TemporarilyRefused,
        ),
        ("P1 NO Temporary system problem", Problem::TemporarilyRefused),
        ("P1 NO [INUSE] locked", Problem::TemporarilyRefused),
        ("P1 NO [LIMIT] later", Problem::TooManyConnections),
        (
            "P1 NO [ALERT] Too many simultaneous connections. (Failure)",
            Problem::TooManyConnections,
        ),
        (
            "P1 NO Maximum number of connections from user+IP exceeded",
            Problem::TooManyConnections,
        ),
        ("* BYE Too many connections", Problem::TooManyConnections),
        ("* BYE going down", Problem::Disconnected),
    ] {
        let script = format!("S: * OK [CAPABILITY IMAP4rev1] hi\nC: P1 LOGIN \"u\" \"p\"\nS: {answer}");
        let error = refusal(&script, "p").await;
        assert_eq!(error.problem, problem, "{answer}");
        let words = answer.rsplit_once(']').map_or(&answer[5..], |(_, words)| words.trim());
        assert!(error.text.contains(words.trim()), "{error}");
    }
}

#[tokio::test]
async fn servers_that_do_not_let_us_as_far_as_the_password() {
    for (script, problem) in [
        ("S: * BYE [UNAVAILABLE] down", Problem::TemporarilyRefused),
        (
            "S: * BYE too many connections from your address",
            Problem::TooManyConnections,
        ),
        ("S: 220 smtp.example ESMTP", Problem::Protocol),
        ("", Problem::Disconnected),
        (
            "S: * OK [CAPABILITY IMAP4rev1 LOGINDISABLED] hi",
            Problem::SignInRefused,
        ),
    ] {
        assert_eq!(refusal(script, "p").await.problem, problem, "{script}");
    }
    let error = refusal("S: * OK [CAPABILITY IMAP4rev1] hi", "p\r\nP2 DELETE INBOX").await;
    assert_eq!(error.problem, Problem::SignInRefused);
}

use super::*;

#[tokio::test]
async fn plain_in_one_round_trip_and_capabilities_from_the_answer() {
    let script = "
        S: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN LOGINDISABLED] hello
        C: P1 AUTHENTICATE PLAIN AG3DqW1lAHBcIiDDqQ==
        S: P1 OK [CAPABILITY IMAP4rev1 MOVE] in
    ";
    play(script, async |mut session| {
        session.sign_in("méme", "p\\\" é").await.unwrap();
        assert!(session.has("MOVE") && !session.has("SASL-IR"));
    })
    .await;
}

#[tokio::test]
async fn plain_in_two_steps_and_capabilities_asked_for() {
    let script = "
        S: * OK hello
        C: P1 CAPABILITY
        S: * CAPABILITY IMAP4rev1 AUTH=PLAIN
        S: P1 OK done
        C: P2 AUTHENTICATE PLAIN
        S: +
        C: AHUAcA==
        S: P2 OK in
        C: P3 CAPABILITY
        S: * CAPABILITY IMAP4rev1 IDLE
        S: P3 OK done
        C: P4 LOGOUT
        S: * BYE bye
        S: P4 OK done
    ";
    play(script, async |mut session| {
        session.sign_in("u", "p").await.unwrap();
        assert!(session.has("IDLE"));
        session.logout().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn login_quotes_and_sends_what_is_not_ascii_as_literals() {
    let script = "
        S: * OK [CAPABILITY IMAP4rev1] hello
        C: P1 LOGIN \"a\\\\b\" {3}
        S: * OK [ALERT]\u{e9}t\u{e9}
        S: + go on
        C: \u{e9}x
        S: P1 OK [CAPABILITY IMAP4rev1 LITERAL+] in
    ";
    play(script, async |mut session| {
        session.sign_in("a\\b", "éx").await.unwrap();
        let alert = StatusText {
            code: Some(Code::Alert),
            text: "été".to_owned(),
        };
        assert_eq!(session.take_news().responses, [Untagged::Status(Condition::Ok, alert)]);
    })
    .await;
    let script = "
        S: * OK [CAPABILITY IMAP4rev1 LITERAL+] hello
        C: P1 LOGIN \"a\" {3+}
        C: \u{e9}x
        S: P1 OK [CAPABILITY IMAP4rev1 LITERAL+] in
    ";
    play(script, async |mut session| session.sign_in("a", "éx").await.unwrap()).await;
}

#[tokio::test]
async fn a_server_that_does_not_understand_its_own_offer_is_asked_by_login() {
    let script = "
        S: * OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=PLAIN] hello
        C: P1 AUTHENTICATE PLAIN AHUAcA==
        S: P1 BAD what is that
        C: P2 LOGIN \"u\" \"p\"
        S: P2 OK [CAPABILITY IMAP4rev1] in
    ";
    play(script, async |mut session| session.sign_in("u", "p").await.unwrap()).await;
}

#[tokio::test]
async fn refusals_carry_their_code_and_never_the_password() {
    let script = "
        S: * OK [CAPABILITY IMAP4rev1] hello
        C: P1 LOGIN \"u\" \"secret\"
        S: P1 NO [AUTHENTICATIONFAILED] no such user
    ";
    play(script, async |mut session| {
        match session.sign_in("u", "secret").await.unwrap_err() {
            Error::No(status) => assert_eq!(
                (status.code, status.text.as_str()),
                (Some(Code::AuthenticationFailed), "no such user")
            ),
            other => panic!("{other:?}"),
        }
    })
    .await;
    let script = "
        S: * OK [CAPABILITY IMAP4rev1] hello
        C: P1 LOGIN \"u\" \"secret\"
        S: P1 BAD cannot parse LOGIN u secret
    ";
    play(script, async |mut session| {
        let error = session.sign_in("u", "secret").await.unwrap_err();
        assert!(matches!(&error, Error::Bad(_)) && !format!("{error} {error:?}").contains("secret"));
    })
    .await;
    let script = "
        S: * OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] hello
        C: P1 AUTHENTICATE PLAIN
        S: * BYE [UNAVAILABLE] too many connections
    ";
    play(script, async |mut session| {
        let error = session.sign_in("u", "p").await.unwrap_err();
        assert!(
            matches!(&error, Error::Bye(status) if status.code == Some(Code::Unavailable)),
            "{error:?}"
        );
    })
    .await;
}

#[tokio::test]
async fn nothing_is_sent_where_nothing_can_be() {
    play(
        "S: * OK [CAPABILITY IMAP4rev1 LOGINDISABLED AUTH=GSSAPI] hello",
        async |mut session| {
            assert!(matches!(session.sign_in("u", "p").await, Err(Error::NoPasswordSignIn)));
        },
    )
    .await;
    play("S: * OK [CAPABILITY IMAP4rev1] hello", async |mut session| {
        for (user, password) in [("u", "p\r\nP2 DELETE INBOX"), ("u\n", "p"), ("u", "\0"), ("\0", "p")] {
            assert!(matches!(
                session.sign_in(user, password).await,
                Err(Error::Unsendable(_))
            ));
        }
    })
    .await;
}

#[tokio::test]
async fn greetings() {
    play("S: * PREAUTH [CAPABILITY IMAP4rev1] you are u", async |mut session| {
        session.sign_in("u", "p").await.unwrap()
    })
    .await;
    for (greeting, expected) in [
        ("S: * BYE [UNAVAILABLE] full", "Bye"),
        ("S: HTTP/1.1 400 Bad Request", "Protocol"),
        ("S: +OK POP3 ready", "Protocol"),
        ("", "Disconnected"),
    ] {
        play_raw(greeting, async |stream| {
            let error = format!("{:?}", Session::open(stream, false).await.unwrap_err());
            assert!(error.starts_with(expected), "{greeting}: {error}");
        })
        .await;
    }
    let after_starttls = "
        C: P1 CAPABILITY
        S: * CAPABILITY IMAP4rev1 ID
        S: P1 OK done
        C: P2 ID (\"name\" \"Pli\" \"version\" \"1\")
        S: * ID (\"name\" \"Dovecot\")
        S: P2 OK done
    ";
    play_raw(after_starttls, async |stream| {
        Session::open(stream, true)
            .await
            .unwrap()
            .introduce("Pli", "1", "")
            .await
            .unwrap();
    })
    .await;
}

//! How failures are classed. The dialogue itself is tested in `pli-smtp`.

use super::*;
use pli_model::{AccountId, Address, Endpoint, Protocol, Security, SentPolicy};
use pli_net::Timeouts;
use std::{convert::Infallible, time::Duration};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::TcpListener,
};

/// Answers the greeting and then one of `answers` to each line; after DATA it reads up to the dot. Closes after the last.
async fn server(answers: &'static [&'static str]) -> Account {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        let (tcp, _) = listener.accept().await.unwrap();
        let mut tcp = BufReader::new(tcp);
        tcp.write_all(b"220 mx\r\n").await.unwrap();
        let mut in_data = false;
        for answer in answers {
            let mut line = String::new();
            loop {
                line.clear();
                if tcp.read_line(&mut line).await.unwrap_or(0) == 0 {
                    return;
                }
                if !in_data || line == ".\r\n" {
                    break;
                }
            }
            in_data = answer.starts_with("354");
            tcp.write_all(format!("{answer}\r\n").as_bytes()).await.unwrap();
        }
    });
    let endpoint = Endpoint {
        host: "127.0.0.1".to_owned(),
        port,
        security: Security::Plain,
    };
    Account {
        id: AccountId(1),
        email: "ann@north.test".to_owned(),
        name: String::new(),
        protocol: Protocol::Imap,
        incoming: endpoint.clone(),
        outgoing: endpoint,
        user: "ann".to_owned(),
        sent_policy: SentPolicy::File,
        retention: pli_model::Retention::Everything,
        leave_on_server: pli_model::LeaveOnServer::Everything,
    }
}

async fn submitted(answers: &'static [&'static str]) -> Result<Receipt, SubmitError> {
    let account = server(answers).await;
    let submission = Submission {
        from: Address::bare("ann@north.test"),
        recipients: vec![Address::bare("bob@south.test")],
        raw: b"A: b\r\n\r\nc\r\n".to_vec(),
    };
    submit(&connector(), &account, "secret", &submission, async || {
        Ok::<(), Infallible>(())
    })
    .await
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

const EHLO: &str = "250-mx\r\n250 AUTH PLAIN";

#[tokio::test]
async fn a_receipt() {
    let receipt = submitted(&[EHLO, "235 in", "250 ok", "250 ok", "354 go", "250 queued as 1"])
        .await
        .unwrap();
    assert_eq!(receipt.text, "queued as 1");
}

#[tokio::test]
async fn failures_are_classed_and_say_whether_the_letter_may_be_out() {
    let cases: [(&'static [&'static str], Problem, bool, usize); 7] = [
        (&[EHLO, "535 no"], Problem::SignInRefused, false, 0),
        (
            &[EHLO, "421 too many connections"],
            Problem::TooManyConnections,
            false,
            0,
        ),
        (
            &[EHLO, "235 in", "250 ok", "550 no bob", "250 reset", "221 bye"],
            Problem::Refused,
            false,
            1,
        ),
        (
            &[EHLO, "235 in", "250 ok", "450 not now", "250 reset", "221 bye"],
            Problem::TemporarilyRefused,
            false,
            1,
        ),
        (
            &[EHLO, "235 in", "250 ok", "250 ok", "354 go", "554 spam"],
            Problem::Refused,
            false,
            1,
        ),
        (
            &[EHLO, "235 in", "250 ok", "250 ok", "354 go"],
            Problem::Disconnected,
            true,
            1,
        ),
        (
            &[EHLO, "235 in", "250 ok", "250 ok", "354 go", "what"],
            Problem::Protocol,
            true,
            1,
        ),
    ];
    for (answers, problem, may_have_been_sent, verdicts) in cases {
        let failed = submitted(answers).await.unwrap_err();
        assert_eq!(
            (failed.error.problem, failed.may_have_been_sent),
            (problem, may_have_been_sent),
            "{failed}"
        );
        assert_eq!(failed.verdicts.len(), verdicts, "{failed}");
    }
}

#[tokio::test]
async fn checking() {
    let account = server(&[EHLO, "235 in", "221 bye"]).await;
    check_submission(&connector(), &account, "secret").await.unwrap();
    let account = server(&[EHLO, "535 no"]).await;
    let error = check_submission(&connector(), &account, "secret").await.unwrap_err();
    assert_eq!(error.problem, Problem::SignInRefused);
    assert!(error.text.contains(&account.outgoing.to_string()), "{error}");
}

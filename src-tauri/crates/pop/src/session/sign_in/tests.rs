//! Which way of signing in is taken.

use super::*;
use crate::script::server;

const GREETING: &str = "S: +OK POP3 server ready <1896.697170952@dbc.mtview.ca.us>\nC: CAPA\n";
const APOP: &str = "C: APOP mrose c4c9334bac560ecc979e58001b3e22fb\n";
/// Asked again after the sign-in, where the server has not said all.
const AGAIN: &str = "S: +OK\nC: CAPA\nS: -ERR";

async fn sign_in(transcript: &str) -> Result<()> {
    let (stream, played) = server(transcript, 64);
    let mut session = Session::start(stream, false).await.unwrap();
    let outcome = session.sign_in("mrose", "tanstaaf").await;
    drop(session);
    played.await.unwrap();
    outcome
}

fn refusal(outcome: Result<()>) -> Refusal {
    match outcome {
        Err(PopError::Refused(refusal)) => refusal,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn apop_where_nothing_else_is_offered() {
    let capabilities = "S: +OK\nS: TOP\nS: SASL CRAM-MD5\nS: .\n";
    sign_in(&format!("{GREETING}{capabilities}{APOP}{AGAIN}"))
        .await
        .unwrap();
}

#[tokio::test]
async fn no_apop_where_anything_else_is_offered() {
    let user_and_pass = "C: USER mrose\nS: +OK\nC: PASS tanstaaf\n";
    for capabilities in ["S: +OK\nS: USER\nS: .\n", "S: -ERR what?\n"] {
        sign_in(&format!("{GREETING}{capabilities}{user_and_pass}{AGAIN}"))
            .await
            .unwrap();
    }
    let plain = "S: +OK\nS: SASL PLAIN\nS: .\nC: AUTH PLAIN\nS: +\nC: AG1yb3NlAHRhbnN0YWFm\n";
    sign_in(&format!("{GREETING}{plain}{AGAIN}")).await.unwrap();
    // Without a timestamp there is no APOP.
    let bare = "S: +OK ready\nC: CAPA\nS: +OK\nS: TOP\nS: .\n";
    sign_in(&format!("{bare}{user_and_pass}{AGAIN}")).await.unwrap();
}

#[tokio::test]
async fn apop_where_user_is_refused_as_such() {
    let refused = "S: -ERR what?\nC: USER mrose\nS: -ERR not in the clear\n";
    sign_in(&format!("{GREETING}{refused}{APOP}{AGAIN}")).await.unwrap();
    let outcome = sign_in(&format!("{GREETING}{refused}{APOP}S: -ERR no such thing")).await;
    assert_eq!(refusal(outcome).reason, Reason::SignIn);
    for (words, reason) in [
        ("[AUTH] unknown", Reason::SignIn),
        ("[IN-USE] locked", Reason::InUse),
        ("[SYS/TEMP] later", Reason::Temporary),
        ("maildrop already locked", Reason::InUse),
    ] {
        let outcome = sign_in(&format!("{GREETING}S: -ERR\nC: USER mrose\nS: -ERR {words}")).await;
        assert_eq!(refusal(outcome).reason, reason, "{words}");
    }
}

#[tokio::test]
async fn a_refused_password_is_not_offered_twice() {
    let refused = "S: -ERR\nC: USER mrose\nS: +OK\nC: PASS tanstaaf\nS: -ERR no";
    assert_eq!(
        refusal(sign_in(&format!("{GREETING}{refused}")).await).reason,
        Reason::SignIn
    );
    let refused = format!("S: +OK\nS: TOP\nS: .\n{APOP}S: -ERR [AUTH] no");
    assert_eq!(
        refusal(sign_in(&format!("{GREETING}{refused}")).await).reason,
        Reason::SignIn
    );
}

#[tokio::test]
async fn a_server_that_has_user_without_listing_it() {
    let refused = format!("S: +OK\nS: TOP\nS: .\n{APOP}S: -ERR what?\n");
    let user_and_pass = "C: USER mrose\nS: +OK\nC: PASS tanstaaf\n";
    sign_in(&format!("{GREETING}{refused}{user_and_pass}{AGAIN}"))
        .await
        .unwrap();
}

#[tokio::test]
async fn what_proves_the_password_is_blotted_out_too() {
    let apop = format!("{GREETING}S: +OK\nS: .\n{APOP}S: -ERR [AUTH] c4c9334bac560ecc979e58001b3e22fb is wrong");
    let plain = format!(
        "{GREETING}S: +OK\nS: SASL PLAIN\nS: .\nC: AUTH PLAIN\nS: +\nC: AG1yb3NlAHRhbnN0YWFm\nS: -ERR AG1yb3NlAHRhbnN0YWFm is wrong"
    );
    for transcript in [apop, plain] {
        let text = refusal(sign_in(&transcript).await).text;
        assert!(text.contains("•••") && text.ends_with("is wrong"), "{text}");
    }
}

#[tokio::test]
async fn letters_are_asked_for_in_utf8_where_that_is_offered() {
    let offered = "S: +OK\nS: UTF8\nS: USER\nS: .\nC: UTF8\n";
    for answer in ["S: +OK", "S: -ERR not today"] {
        let rest = format!("{answer}\nC: USER mrose\nS: +OK\nC: PASS tanstaaf\n{AGAIN}");
        sign_in(&format!("{GREETING}{offered}{rest}")).await.unwrap();
    }
}

const BOTH: &str = "S: +OK ready\nC: CAPA\nS: +OK\nS: SASL XOAUTH2 PLAIN OAUTHBEARER\nS: .\n";
const XOAUTH2: &str = "S: +OK ready\nC: CAPA\nS: +OK\nS: SASL PLAIN XOAUTH2\nS: .\nC: AUTH XOAUTH2\nS: +\nC: dXNlcj1tcm9zZQFhdXRoPUJlYXJlciB0MGsuZW4BAQ==\n";

async fn by_token(transcript: &str, user: &str, token: &str) -> Result<()> {
    let (stream, played) = server(transcript, 64);
    let mut session = Session::start(stream, false).await.unwrap();
    let outcome = session.sign_in_by_token(user, token).await;
    drop(session);
    played.await.unwrap();
    outcome
}

#[tokio::test]
async fn tokens_go_in_two_steps() {
    let bearer = "C: AUTH OAUTHBEARER\nS: +\nC: bixhPWFubj0zRHg9MkNAbm9ydGgudGVzdCwBYXV0aD1CZWFyZXIgdDBrLmVuAQE=\n";
    by_token(&format!("{BOTH}{bearer}{AGAIN}"), "ann=x,@north.test", "t0k.en")
        .await
        .unwrap();
    by_token(&format!("{XOAUTH2}{AGAIN}"), "mrose", "t0k.en").await.unwrap();
}

#[tokio::test]
async fn a_refused_token_is_heard_to_the_end() {
    // {"status":"401"}
    let why = "S: + eyJzdGF0dXMiOiI0MDEifQ==\n";
    let refused = format!("{XOAUTH2}{why}C: \nS: -ERR [AUTH] dXNlcj1tcm9zZQFhdXRoPUJlYXJlciB0MGsuZW4BAQ== is over\n");
    let refused = refusal(by_token(&refused, "mrose", "t0k.en").await);
    assert_eq!(
        (refused.reason, refused.text.as_str()),
        (Reason::SignIn, "[AUTH] ••• is over")
    );
    let bearer = "C: AUTH OAUTHBEARER\nS: +\nC: bixhPWFubj0zRHg9MkNAbm9ydGgudGVzdCwBYXV0aD1CZWFyZXIgdDBrLmVuAQE=\n";
    let refused = format!("{BOTH}{bearer}{why}C: AQ==\nS: -ERR no\n");
    let outcome = by_token(&refused, "ann=x,@north.test", "t0k.en").await;
    assert_eq!(refusal(outcome).reason, Reason::SignIn);
    let unknown = format!("{BOTH}C: AUTH OAUTHBEARER\nS: -ERR [SYS/TEMP] later\n");
    let outcome = by_token(&unknown, "mrose", "t0k.en").await;
    assert_eq!(refusal(outcome).reason, Reason::Temporary);
}

#[tokio::test]
async fn a_token_is_not_sent_where_it_cannot_be() {
    let without = "S: +OK ready\nC: CAPA\nS: +OK\nS: SASL PLAIN\nS: .\n";
    let outcome = by_token(without, "mrose", "t0k.en").await;
    assert!(matches!(outcome, Err(PopError::TokensNotOffered)));
    for (user, token) in [("a\u{1}b", "t0k.en"), ("mrose", "two words"), ("mrose", "a\u{1}")] {
        assert!(matches!(by_token(BOTH, user, token).await, Err(PopError::Unsendable)));
    }
}

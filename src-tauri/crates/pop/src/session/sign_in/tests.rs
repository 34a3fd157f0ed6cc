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

//! Which letter is which: copies under one unique id, and servers that have no unique ids.

use super::*;

/// Everything until the listing, at a server with these capabilities: a whole answer to CAPA. Without UIDL or
/// PIPELINING among them it is asked again after the sign-in.
fn signed_in_with(capabilities: &str) -> String {
    format!("S: +OK ready\nC: CAPA\n{capabilities}C: USER ann\nS: +OK\nC: PASS secret\nS: +OK\nC: CAPA\n{capabilities}")
}

const NO_CAPA: &str = "S: -ERR what?\n";
const ONLY_TOP: &str = "S: +OK\nS: USER\nS: TOP\nS: PIPELINING\nS: .\n";
const NEITHER: &str = "S: +OK\nS: USER\nS: PIPELINING\nS: .\n";

const LIST_BOTH: &str = "C: UIDL\nC: LIST\nS: -ERR what?\nS: +OK\nS: 1 10\nS: 2 20\nS: 3 10\nS: 4 10\nS: .\n";

/// The ids and sizes of one session that goes as `transcript`.
async fn listed(transcript: &str) -> Result<Vec<(String, u64)>> {
    let (endpoint, played) = server(transcript).await;
    let mut remote = Pop3Remote::sign_in(&connector(), &endpoint, "ann", "secret")
        .await
        .unwrap();
    let delta = remote.list(INBOX).await;
    played.await.unwrap();
    let Delta::Complete { letters, .. } = delta? else {
        panic!("POP3 lists completely")
    };
    let id = |letter: &Listed| match &letter.id {
        ServerId::Uidl(id) => (id.clone(), letter.size),
        ServerId::Uid(_) => panic!("POP3 has no UIDs"),
    };
    Ok(letters.iter().map(id).collect())
}

fn by_header(header: &str, octets: u64) -> String {
    let header = [header.as_bytes(), &octets.to_be_bytes()].concat();
    format!("top-{}", blake3::hash(&header))
}

fn by_whole(letter: &str) -> String {
    format!("raw-{}", blake3::hash(letter.as_bytes()))
}

#[tokio::test]
async fn letters_that_share_a_unique_id_and_differ_are_all_there() {
    let list = "C: UIDL\nC: LIST\nS: +OK\nS: 1 aa\nS: 2 aa\nS: 3 aa\nS: 4 aa\nS: .\nS: +OK\nS: 1 10\nS: 2 30\nS: 3 30\nS: 4 10\nS: .\n";
    let retr = "C: RETR 2\nS: +OK\nS: two\nS: .";
    let (mut remote, played) = signed_in(&format!("{list}{retr}")).await;
    let Delta::Complete { letters, .. } = remote.list(INBOX).await.unwrap() else {
        panic!()
    };
    let listed: Vec<_> = letters.iter().map(|letter| (letter.id.clone(), letter.size)).collect();
    assert_eq!(listed, [(uidl("aa"), 10), (uidl("aa+30"), 30)]);
    let (letters, outcome) = fetched(&mut remote, &[uidl("aa+30")], Part::Body).await;
    outcome.unwrap();
    assert_eq!(letters[0].raw, b"two\r\n");
    played.await.unwrap();
}

#[tokio::test]
async fn without_unique_ids_the_header_tells_and_equal_letters_are_numbered() {
    let top = "C: TOP 1 0\nC: TOP 2 0\nC: TOP 3 0\nC: TOP 4 0\nS: +OK\nS: A: b\nS:\nS: .\nS: +OK\nS: A: b\nS:\nS: .\nS: +OK\nS: A: b\nS: .\nS: +OK\nS: A: b\nS:\nS: .\n";
    let transcript = format!("{}{LIST_BOTH}{top}", signed_in_with(ONLY_TOP));
    let ids = listed(&transcript).await.unwrap();
    let (ten, twenty) = (by_header("A: b", 10), by_header("A: b", 20));
    let expected = [
        (ten.clone(), 10),
        (twenty, 20),
        (format!("{ten}-2"), 10),
        (format!("{ten}-3"), 10),
    ];
    assert_eq!(ids, expected);
    assert_eq!(
        listed(&transcript).await.unwrap(),
        ids,
        "the next session knows them again"
    );
}

#[tokio::test]
async fn a_letter_without_a_unique_id_can_be_fetched() {
    let rest = "C: UIDL\nC: LIST\nS: -ERR\nS: +OK\nS: 5 10\nS: .\nC: TOP 5 0\nS: +OK\nS: A: b\nS:\nS: .\nC: RETR 5\nS: +OK\nS: A: b\nS:\nS: x\nS: .";
    let (endpoint, played) = server(&format!("{}{rest}", signed_in_with(ONLY_TOP))).await;
    let mut remote = Pop3Remote::sign_in(&connector(), &endpoint, "ann", "secret")
        .await
        .unwrap();
    let (letters, outcome) = fetched(&mut remote, &[uidl(&by_header("A: b", 10))], Part::Body).await;
    outcome.unwrap();
    assert_eq!(letters[0].raw, b"A: b\r\n\r\nx\r\n");
    played.await.unwrap();
}

#[tokio::test]
async fn a_header_that_top_does_not_give_is_cut_from_the_letter_under_the_same_id() {
    let list = "C: UIDL\nC: LIST\nS: -ERR\nS: +OK\nS: 1 10\nS: 2 20\nS: 3 30\nS: .\n";
    let top = "C: TOP 1 0\nC: TOP 2 0\nC: TOP 3 0\nS: -ERR not this one\nS: +OK\nS: C: d\nS:\nS: .\nS: -ERR nor this\n";
    let retr = "C: RETR 1\nC: RETR 3\nS: +OK\nS: A: b\nS:\nS: body\nS: .\nS: -ERR it is broken\n";
    let ids = listed(&format!("{}{list}{top}{retr}", signed_in_with(ONLY_TOP)))
        .await
        .unwrap();
    assert_eq!(ids, [(by_header("A: b", 10), 10), (by_header("C: d", 20), 20)]);
}

#[tokio::test]
async fn without_top_the_whole_letter_tells() {
    let list = "C: UIDL\nC: LIST\nS: -ERR\nS: +OK\nS: 1 10\nS: 2 10\nS: 3 9\nS: .\n";
    let top = "C: TOP 1 0\nS: -ERR what?\n";
    let retr = "C: RETR 1\nC: RETR 2\nC: RETR 3\nS: +OK\nS: A: b\nS:\nS: .\nS: +OK\nS: A: b\nS:\nS: .\nS: +OK\nS: A: b\nS:\nS: x\nS: .\n";
    let ids = listed(&format!("{}{list}{top}{retr}", signed_in_with(NEITHER)))
        .await
        .unwrap();
    let (empty, x) = (by_whole("A: b\r\n\r\n"), by_whole("A: b\r\n\r\nx\r\n"));
    assert_eq!(ids, [(empty.clone(), 10), (format!("{empty}-2"), 10), (x, 9)]);
}

#[tokio::test]
async fn the_plainest_server_of_all() {
    let list = "C: UIDL\nS: -ERR what?\nC: LIST\nS: +OK\nS: 1 10\nS: 2 9\nS: .\n";
    let retr = "C: RETR 1\nS: +OK\nS: one\nS: .\nC: RETR 2\nS: +OK\nS: two\nS: .\n";
    let transcript = format!("{}{list}C: TOP 1 0\nS: -ERR what?\n{retr}", signed_in_with(NO_CAPA));
    assert_eq!(
        listed(&transcript).await.unwrap(),
        [(by_whole("one\r\n"), 10), (by_whole("two\r\n"), 9)]
    );
    // The same with a TOP that nobody announced.
    let top =
        "C: TOP 1 0\nS: +OK\nS: A: b\nS: .\nC: TOP 1 0\nS: +OK\nS: A: b\nS: .\nC: TOP 2 0\nS: +OK\nS: C: d\nS: .\n";
    let transcript = format!("{}{list}{top}", signed_in_with(NO_CAPA));
    assert_eq!(
        listed(&transcript).await.unwrap(),
        [(by_header("A: b", 10), 10), (by_header("C: d", 9), 9)]
    );
    let empty = format!("{}C: UIDL\nS: -ERR\nC: LIST\nS: +OK\nS: .", signed_in_with(NO_CAPA));
    assert_eq!(listed(&empty).await.unwrap(), []);
}

#[tokio::test]
async fn a_server_that_cannot_now_gives_no_other_ids() {
    let list = "C: UIDL\nC: LIST\nS: -ERR\nS: +OK\nS: 1 10\nS: .\n";
    let cases = [
        // Its unique ids are away for a while.
        "C: UIDL\nC: LIST\nS: -ERR [SYS/TEMP] later\nS: +OK\nS: 1 10\nS: .\n".to_owned(),
        // TOP is.
        format!("{list}C: TOP 1 0\nS: -ERR [SYS/TEMP] later\n"),
        // Every letter is: that is no empty maildrop.
        format!("{list}C: TOP 1 0\nS: -ERR what?\nC: RETR 1\nS: -ERR [SYS/TEMP] later\n"),
    ];
    for rest in cases {
        let error = listed(&format!("{}{rest}", signed_in_with(NEITHER))).await.unwrap_err();
        assert_eq!(error.problem, Problem::TemporarilyRefused, "{error}");
    }
}

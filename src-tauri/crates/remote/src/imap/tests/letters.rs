use super::*;
use crate::{Appended, Moved};
use pli_model::UidValidity;

fn opened(tag: &str, verb: &str) -> String {
    format!(
        "C: {tag} {verb} \"INBOX\" (CONDSTORE)\n{}S: {tag} OK done\n",
        examined(9, 99, 40)
    )
}

#[tokio::test]
async fn headers_come_without_those_that_are_gone() {
    let script = signed_in("")
        + &opened("P2", "EXAMINE")
        + "
        C: P3 UID FETCH 1:3 (UID RFC822.SIZE INTERNALDATE BODY.PEEK[HEADER])
        S: * 1 FETCH (UID 1 RFC822.SIZE 99 INTERNALDATE \" 1-Jan-1970 00:00:10 +0000\" BODY[HEADER] {8}
        S: a: b
        S:\x20
        S: )
        S: * 2 EXPUNGE
        S: * 2 FETCH (FLAGS () UID 3)
        S: * 2 FETCH (UID 3 INTERNALDATE NIL BODY[HEADER] {4}
        S: x: ))
        S: * 2 FETCH (UID 4 BODY[HEADER] \"not asked for\")
        S: P3 OK done
    ";
    play(&script, async |mut remote| {
        let (fetched, outcome) = fetch(&mut remote, &[3, 2, 1], Part::Header).await;
        outcome.unwrap();
        let letter = |id, received, size, raw: &[u8]| Fetched {
            id: uid(id),
            received,
            size,
            raw: raw.to_vec(),
        };
        assert_eq!(
            fetched,
            [
                letter(1, Some(Timestamp::from_secs(10)), 99, b"a: b\r\n\r\n"),
                letter(3, None, 4, b"x: )")
            ]
        );
    })
    .await;
}

#[tokio::test]
async fn a_letter_the_server_cannot_read_does_not_keep_the_others_back() {
    let items = "(UID RFC822.SIZE INTERNALDATE BODY.PEEK[])";
    let script = signed_in("")
        + &opened("P2", "EXAMINE")
        + &format!(
            "
        C: P3 UID FETCH 1:3 (UID RFC822.SIZE)
        S: * 1 FETCH (UID 1 RFC822.SIZE 1)
        S: * 2 FETCH (UID 2 RFC822.SIZE 1)
        S: * 3 FETCH (UID 3 RFC822.SIZE 1)
        S: P3 OK done
        C: P4 UID FETCH 1:3 {items}
        S: * 1 FETCH (UID 1 BODY[] \"a\")
        S: P4 NO [SERVERBUG] cannot read 2
        C: P5 UID FETCH 3 {items}
        C: P6 UID FETCH 2 {items}
        S: * 3 FETCH (UID 3 BODY[] \"c\")
        S: P5 OK done
        S: P6 NO [SERVERBUG] cannot read 2
    "
        );
    play(&script, async |mut remote| {
        let (fetched, outcome) = fetch(&mut remote, &[3, 2, 1], Part::Body).await;
        assert_eq!(
            fetched.iter().map(|fetched| fetched.id.clone()).collect::<Vec<_>>(),
            [uid(1), uid(3)]
        );
        let error = outcome.unwrap_err();
        assert_eq!(error.problem, Problem::TemporarilyRefused);
        assert!(error.text.contains("cannot read 2"), "{error}");
    })
    .await;
}

/// What is asked for a window of letter 2, and how the server answers with these octets.
fn window(offset: u64) -> String {
    format!("UID FETCH 2 (UID RFC822.SIZE INTERNALDATE BODY.PEEK[]<{offset}.1048576>)")
}

fn window_of(size: u64, offset: u64, octets: &str) -> String {
    format!(
        "* 2 FETCH (UID 2 RFC822.SIZE {size} BODY[]<{offset}> {{{}}}\nS: {octets})",
        octets.len()
    )
}

const MIB: u64 = 1 << 20;

#[tokio::test]
async fn big_letters_come_in_windows_and_alone() {
    let mib = "x".repeat(1 << 20);
    let size = 4 * MIB + 3;
    let [w0, w1, w2, w3, w4] = [0, 1, 2, 3, 4].map(|n| window(n * MIB));
    let full = |n: u64| window_of(size, n * MIB, &mib);
    let script = signed_in("")
        + &opened("P2", "EXAMINE")
        + &format!(
            "C: P3 UID FETCH 1:2,9 (UID RFC822.SIZE)
             S: * 1 FETCH (UID 1 RFC822.SIZE 3)
             S: * 2 FETCH (UID 2 RFC822.SIZE {size})
             S: P3 OK done
             C: P4 {w0}
             S: {}
             S: P4 OK done
             C: P5 {w1}
             C: P6 {w2}
             S: {}
             S: P5 OK done
             C: P7 {w3}
             S: {}
             S: P6 OK done
             C: P8 {w4}
             S: {}
             S: P7 OK done
             S: {}
             S: P8 OK done
             C: P9 UID FETCH 1 (UID RFC822.SIZE INTERNALDATE BODY.PEEK[])
             S: * 1 FETCH (UID 1 RFC822.SIZE 3 BODY[] \"abc\")
             S: P9 OK done
            ",
            full(0),
            full(1),
            full(2),
            full(3),
            window_of(size, 4 * MIB, "end"),
        );
    play(&script, async |mut remote| {
        let (fetched, outcome) = fetch(&mut remote, &[9, 2, 1], Part::Body).await;
        outcome.unwrap();
        let sizes: Vec<_> = fetched
            .iter()
            .map(|fetched| (fetched.id.clone(), fetched.size, fetched.raw.len()))
            .collect();
        assert_eq!(sizes, [(uid(2), size, 4 * (1 << 20) + 3), (uid(1), 3, 3)]);
        assert!(fetched[0].raw.ends_with(b"xend"));
    })
    .await;
}

/// A script in which letter 2 is said to have a little more than 4 MiB, and the rest of its windows are these.
fn claimed_big(first: &str, rest_from: u64, rest: &str) -> String {
    let ask = |n: u64| window(rest_from + n * MIB);
    signed_in("")
        + &opened("P2", "EXAMINE")
        + &format!(
            "C: P3 UID FETCH 2 (UID RFC822.SIZE)
             S: * 2 FETCH (UID 2 RFC822.SIZE 4194305)
             S: P3 OK done
             C: P4 {}
             S: {}
             S: P4 OK done
             C: P5 {}
             C: P6 {}
             {rest}
             S: P5 OK done
             C: P7 {}
             S: P6 OK done
             C: P8 {}
             S: P7 OK done
             S: P8 OK done
            ",
            window(0),
            window_of(4_194_305, 0, first),
            ask(0),
            ask(1),
            ask(2),
            ask(3),
        )
}

#[tokio::test]
async fn a_letter_that_is_smaller_than_its_size_is_taken_as_it_is() {
    let rest = format!("S: {}", window_of(4_194_305, 5, ""));
    play(&claimed_big("short", 5, &rest), async |mut remote| {
        let (fetched, outcome) = fetch(&mut remote, &[2], Part::Body).await;
        outcome.unwrap();
        assert_eq!((fetched[0].size, fetched[0].raw.as_slice()), (5, &b"short"[..]));
    })
    .await;
}

#[tokio::test]
async fn a_letter_that_goes_between_its_windows_is_left_out() {
    play(&claimed_big(&"x".repeat(1 << 20), MIB, ""), async |mut remote| {
        let (fetched, outcome) = fetch(&mut remote, &[2], Part::Body).await;
        assert_eq!((fetched, outcome), (vec![], Ok(())));
    })
    .await;
}

#[tokio::test]
async fn a_server_in_trouble_is_not_asked_for_every_letter() {
    let script = signed_in("")
        + &opened("P2", "EXAMINE")
        + "
        C: P3 UID FETCH 1:3 (UID RFC822.SIZE INTERNALDATE BODY.PEEK[HEADER])
        S: * 1 FETCH (UID 1 BODY[HEADER] \"a\")
        S: P3 NO [UNAVAILABLE] the disk is away
    ";
    play(&script, async |mut remote| {
        let (fetched, outcome) = fetch(&mut remote, &[1, 2, 3], Part::Header).await;
        assert_eq!(
            (fetched.len(), outcome.unwrap_err().problem),
            (1, Problem::TemporarilyRefused)
        );
    })
    .await;
}

#[tokio::test]
async fn the_next_batch_is_asked_for_before_the_last_is_answered() {
    let items = "(UID RFC822.SIZE INTERNALDATE BODY.PEEK[HEADER])";
    let script = signed_in("")
        + &opened("P2", "EXAMINE")
        + &format!(
            "
        C: P3 UID FETCH 701:1200 {items}
        C: P4 UID FETCH 201:700 {items}
        S: * 1 FETCH (UID 1200 BODY[HEADER] \"a\")
        S: P3 OK done
        C: P5 UID FETCH 1:200 {items}
        S: * 1 FETCH (UID 700 BODY[HEADER] \"b\")
        S: P4 OK done
        S: * 1 FETCH (UID 200 BODY[HEADER] \"c\")
        S: P5 OK done
    "
        );
    play(&script, async |mut remote| {
        let ids: Vec<u32> = (1..=1200).rev().collect();
        let (fetched, outcome) = fetch(&mut remote, &ids, Part::Header).await;
        outcome.unwrap();
        assert_eq!(
            fetched.iter().map(|fetched| fetched.id.clone()).collect::<Vec<_>>(),
            [uid(1200), uid(700), uid(200)]
        );
    })
    .await;
}

#[tokio::test]
async fn a_letter_that_is_cut_is_not_handed_out() {
    let script = signed_in("")
        + &opened("P2", "EXAMINE")
        + "
        C: P3 UID FETCH 1 (UID RFC822.SIZE INTERNALDATE BODY.PEEK[HEADER])
        S: * 1 FETCH (UID 1 RFC822.SIZE 99 BODY[HEADER] {80}
        S: a: b
    ";
    play(&script, async |mut remote| {
        let (fetched, outcome) = fetch(&mut remote, &[1], Part::Header).await;
        assert_eq!((fetched, outcome.unwrap_err().problem), (vec![], Problem::Disconnected));
    })
    .await;
}

#[tokio::test]
async fn nobody_listening_ends_the_fetch_in_good_order() {
    let script = signed_in("")
        + &opened("P2", "EXAMINE")
        + "
        C: P3 UID FETCH 1:2 (UID RFC822.SIZE INTERNALDATE BODY.PEEK[HEADER])
        S: * 1 FETCH (UID 1 BODY[HEADER] \"a\")
        S: * 2 FETCH (UID 2 BODY[HEADER] \"b\")
        S: P3 OK done
        C: P4 LOGOUT
        S: * BYE bye
        S: P4 OK done
    ";
    play(&script, async |mut remote| {
        let (sender, receiver) = mpsc::channel(1);
        drop(receiver);
        remote
            .fetch("INBOX", &[uid(1), uid(2)], Part::Header, &sender)
            .await
            .unwrap();
        Box::new(remote).quit().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn writing_selects_once_and_reading_stays_there() {
    let script = signed_in("MOVE UIDPLUS")
        + &opened("P2", "SELECT")
        + "
        C: P3 UID STORE 1:2 +FLAGS.SILENT (\\Seen)
        S: P3 OK done
        C: P4 UID MOVE 2 \"Archive\"
        S: * OK [COPYUID 3 2 70] moved
        S: * 2 EXPUNGE
        S: P4 OK done
        C: P5 UID SEARCH HEADER Message-ID \"b@c\"
        S: * SEARCH 1 4 5
        S: P5 OK done
        C: P6 UID FETCH 1,4:5 (UID BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)])
        S: * 1 FETCH (UID 1 BODY[HEADER.FIELDS (MESSAGE-ID)] {22}
        S: Message-ID: <ab@c>
        S:\x20
        S: )
        S: * 3 FETCH (UID 4 BODY[HEADER.FIELDS (MESSAGE-ID)] {24}
        S: message-id:
        S:  \u{9}<b@c>
        S:\x20
        S: )
        S: * 4 FETCH (UID 5 BODY[HEADER.FIELDS (MESSAGE-ID)] \"\")
        S: P6 OK done
        C: P7 APPEND \"Sent\" (\\Seen) \"01-Jan-1970 00:00:01 +0000\" {1}
        S: + go on
        C: x
        S: P7 OK [APPENDUID 4 11] done
        C: P8 CREATE \"Archive\"
        S: P8 NO mailbox exists
        C: P9 LIST \"\" \"*\"
        S: * LIST () \"/\" Archive
        S: P9 OK done
        C: P10 CREATE \"Other\"
        S: P10 NO [NOPERM] you may not
        C: P11 LIST \"\" \"*\"
        S: * LIST () \"/\" Archive
        S: P11 OK done
    ";
    play(&script, async |mut remote| {
        remote
            .flag("INBOX", &[uid(2), uid(1)], FlagChange::add(Flags::SEEN))
            .await
            .unwrap();
        assert_eq!(
            remote.move_to("INBOX", &[uid(2)], "Archive").await.unwrap(),
            Moved {
                validity: Some(UidValidity(3)),
                pairs: vec![(uid(2), uid(70))]
            }
        );
        assert_eq!(remote.find_message_id("INBOX", "b@c").await.unwrap(), [uid(4)]);
        let appended = remote
            .append("Sent", b"x", Flags::SEEN, Timestamp::from_secs(1))
            .await
            .unwrap();
        assert_eq!(
            appended,
            Some(Appended {
                validity: UidValidity(4),
                id: uid(11)
            })
        );
        remote.create_mailbox("Archive").await.unwrap();
        assert_eq!(
            remote.create_mailbox("Other").await.unwrap_err().problem,
            Problem::Refused
        );
    })
    .await;
}

#[tokio::test]
async fn uids_are_not_used_in_a_mailbox_that_was_replaced() {
    let script = signed_in("")
        + &opened("P2", "EXAMINE")
        + "
        C: P3 SELECT \"INBOX\" (CONDSTORE)
        S: * OK [UIDVALIDITY 8] new
        S: P3 OK done
    ";
    play(&script, async |mut remote| {
        remote.look("INBOX", known(9, 99, 40)).await.unwrap();
        let error = remote
            .flag("INBOX", &[uid(1)], FlagChange::add(Flags::DELETED))
            .await
            .unwrap_err();
        assert_eq!(error.problem, Problem::TemporarilyRefused);
        let pop = remote
            .flag("INBOX", &[ServerId::Uidl("x".into())], FlagChange::add(Flags::SEEN))
            .await
            .unwrap_err();
        assert_eq!(pop.problem, Problem::Refused);
    })
    .await;
}

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
        C: P3 UID FETCH 1:3 (UID FLAGS RFC822.SIZE INTERNALDATE BODY.PEEK[HEADER])
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
        let letters = [3, 2, 1].map(|id| wanted(id, 0));
        let (fetched, outcome) = fetch(&mut remote, &letters, Part::Header).await;
        outcome.unwrap();
        let letter = |id, received, size, raw: &[u8]| {
            Arrived::Letter(Fetched {
                id: uid(id),
                received,
                marks: None,
                object_id: None,
                size,
                raw: raw.to_vec(),
                is_whole: false,
            })
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
    let items = "(UID FLAGS INTERNALDATE BODY.PEEK[])";
    let script = signed_in("")
        + &opened("P2", "EXAMINE")
        + &format!(
            "
        C: P3 UID FETCH 1:3 {items}
        S: * 1 FETCH (UID 1 BODY[] \"a\")
        S: P3 NO [SERVERBUG] cannot read 2
        C: P4 UID FETCH 3 {items}
        C: P5 UID FETCH 2 {items}
        S: * 3 FETCH (UID 3 BODY[] \"c\")
        S: P4 OK done
        S: P5 NO [SERVERBUG] cannot read 2
    "
        );
    play(&script, async |mut remote| {
        let letters = [3, 2, 1].map(|id| wanted(id, 1));
        let (fetched, outcome) = fetch(&mut remote, &letters, Part::Body).await;
        assert_eq!(seen(&fetched), [(uid(1), 0), (uid(3), 0)]);
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

fn piece(offset: u64, octets: &str, is_last: bool) -> Arrived {
    Arrived::Piece(Piece {
        id: uid(2),
        offset,
        raw: octets.as_bytes().to_vec(),
        is_last,
    })
}

#[tokio::test]
async fn big_letters_come_in_windows_and_go_on_where_they_were_left_off() {
    let mib = "x".repeat(1 << 20);
    let size = 4 * MIB + 3;
    let [w2, w3, w4] = [2, 3, 4].map(|n| window(n * MIB));
    let full = |n: u64| window_of(size, n * MIB, &mib);
    let script = signed_in("")
        + &opened("P2", "EXAMINE")
        + &format!(
            "C: P3 {w2}
             S: {}
             S: P3 OK done
             C: P4 {w3}
             C: P5 {w4}
             S: {}
             S: P4 OK done
             S: {}
             S: P5 OK done
            ",
            full(2),
            full(3),
            window_of(size, 4 * MIB, "end"),
        );
    play(&script, async |mut remote| {
        let begun = Wanted {
            have: 2 * MIB,
            ..wanted(2, size)
        };
        let (fetched, outcome) = fetch(&mut remote, &[begun], Part::Body).await;
        outcome.unwrap();
        let expected = [
            piece(2 * MIB, &mib, false),
            piece(3 * MIB, &mib, false),
            piece(4 * MIB, "end", true),
        ];
        assert!(fetched == expected, "{:?}", seen(&fetched));
    })
    .await;
}

#[tokio::test]
async fn a_letter_whose_size_was_an_estimate_ends_where_it_ends() {
    let mib = "x".repeat(1 << 20);
    let script = signed_in("")
        + &opened("P2", "EXAMINE")
        + &format!(
            "C: P3 {}
             S: {}
             S: P3 OK done
             C: P4 {}
             S: {}
             S: P4 OK done
            ",
            window(4 * MIB),
            window_of(4 * MIB + 1, 4 * MIB, &mib),
            window(5 * MIB),
            window_of(4 * MIB + 1, 5 * MIB, ""),
        );
    play(&script, async |mut remote| {
        let begun = Wanted {
            have: 4 * MIB,
            ..wanted(2, 4 * MIB + 1)
        };
        let (fetched, outcome) = fetch(&mut remote, &[begun], Part::Body).await;
        outcome.unwrap();
        assert!(
            fetched == [piece(4 * MIB, &mib, false), piece(5 * MIB, "", true)],
            "{:?}",
            seen(&fetched)
        );
    })
    .await;
}

#[tokio::test]
async fn a_letter_that_goes_between_its_windows_has_no_end() {
    let script = signed_in("") + &opened("P2", "EXAMINE") + &format!("C: P3 {}\nS: P3 OK done\n", window(MIB));
    play(&script, async |mut remote| {
        let begun = Wanted {
            have: MIB,
            ..wanted(2, 4 * MIB + 1)
        };
        let (fetched, outcome) = fetch(&mut remote, &[begun], Part::Body).await;
        assert_eq!((fetched, outcome), (vec![], Ok(())));
    })
    .await;
}

#[tokio::test]
async fn other_windows_than_asked_for_are_not_asked_for_again() {
    let script = signed_in("")
        + &opened("P2", "EXAMINE")
        + &format!(
            "C: P3 {}
             S: {}
             S: P3 OK done
            ",
            window(4 * MIB),
            window_of(5 * MIB, 2 * MIB, "from elsewhere"),
        );
    play(&script, async |mut remote| {
        let begun = Wanted {
            have: 4 * MIB,
            ..wanted(2, 5 * MIB)
        };
        let (fetched, outcome) = fetch(&mut remote, &[begun], Part::Body).await;
        assert_eq!(seen(&fetched), []);
        assert_eq!(outcome.unwrap_err().problem, Problem::Protocol);
    })
    .await;
}

#[tokio::test]
async fn windows_that_came_before_the_line_broke_are_handed_out() {
    let mib = "x".repeat(1 << 20);
    let script = signed_in("")
        + &opened("P2", "EXAMINE")
        + &format!(
            "C: P3 {}
             S: {}
             S: P3 OK done
             C: P4 {}
             C: P5 {}
             S: {}
             S: P4 OK done
            ",
            window(2 * MIB),
            window_of(5 * MIB, 2 * MIB, &mib),
            window(3 * MIB),
            window(4 * MIB),
            window_of(5 * MIB, 3 * MIB, &mib),
        );
    play(&script, async |mut remote| {
        let begun = Wanted {
            have: 2 * MIB,
            ..wanted(2, 5 * MIB)
        };
        let (fetched, outcome) = fetch(&mut remote, &[begun], Part::Body).await;
        assert!(
            fetched == [piece(2 * MIB, &mib, false), piece(3 * MIB, &mib, false)],
            "{:?}",
            seen(&fetched)
        );
        assert_eq!(outcome.unwrap_err().problem, Problem::Disconnected);
    })
    .await;
}

#[tokio::test]
async fn small_letters_come_whole_and_of_large_ones_the_header() {
    let header = "(UID FLAGS RFC822.SIZE INTERNALDATE BODY.PEEK[HEADER])";
    let body = "(UID FLAGS INTERNALDATE BODY.PEEK[])";
    let script = signed_in("")
        + &opened("P2", "EXAMINE")
        + &format!(
            "C: P3 UID FETCH 3:102 {header}
             C: P4 UID FETCH 1:2 (UID RFC822.SIZE)
             S: * 9 FETCH (UID 102 FLAGS (\\Seen) BODY[HEADER] \"a\")
             S: P3 OK done
             S: * 1 FETCH (UID 1 RFC822.SIZE 20000)
             S: * 2 FETCH (UID 2 RFC822.SIZE 200)
             S: P4 OK done
             C: P5 UID FETCH 2 {body}
             C: P6 UID FETCH 1 {header}
             S: * 2 FETCH (UID 2 FLAGS () BODY[] \"b\")
             S: P5 OK done
             S: * 1 FETCH (UID 1 BODY[HEADER] \"c\")
             S: P6 OK done
            "
        );
    play(&script, async |mut remote| {
        let letters: Vec<Wanted> = (1..=102).rev().map(|id| wanted(id, 0)).collect();
        let (fetched, outcome) = fetch(&mut remote, &letters, Part::HeaderOrSmall(16_000)).await;
        outcome.unwrap();
        let told = |arrived: &Arrived| match arrived {
            Arrived::Letter(letter) => (letter.id.clone(), letter.is_whole, letter.marks.clone()),
            Arrived::Piece(_) => panic!("nothing is that big"),
        };
        let marks = |flags| {
            Some(Marks {
                flags,
                keywords: vec![],
            })
        };
        assert_eq!(
            fetched.iter().map(told).collect::<Vec<_>>(),
            [
                (uid(102), false, marks(Flags::SEEN)),
                (uid(2), true, marks(Flags::NONE)),
                (uid(1), false, None)
            ]
        );
    })
    .await;
}

#[tokio::test]
async fn a_server_in_trouble_is_not_asked_for_every_letter() {
    let script = signed_in("")
        + &opened("P2", "EXAMINE")
        + "
        C: P3 UID FETCH 1:3 (UID FLAGS RFC822.SIZE INTERNALDATE BODY.PEEK[HEADER])
        S: * 1 FETCH (UID 1 BODY[HEADER] \"a\")
        S: P3 NO [UNAVAILABLE] the disk is away
    ";
    play(&script, async |mut remote| {
        let letters = [1, 2, 3].map(|id| wanted(id, 0));
        let (fetched, outcome) = fetch(&mut remote, &letters, Part::Header).await;
        assert_eq!(
            (fetched.len(), outcome.unwrap_err().problem),
            (1, Problem::TemporarilyRefused)
        );
    })
    .await;
}

#[tokio::test]
async fn the_next_batches_are_asked_for_before_the_first_is_answered() {
    let items = "(UID FLAGS RFC822.SIZE INTERNALDATE BODY.PEEK[HEADER])";
    let script = signed_in("")
        + &opened("P2", "EXAMINE")
        + &format!(
            "C: P3 UID FETCH 1101:1200 {items}
             S: * 1 FETCH (UID 1200 BODY[HEADER] \"a\")
             S: P3 OK done
             C: P4 UID FETCH 601:1100 {items}
             C: P5 UID FETCH 101:600 {items}
             C: P6 UID FETCH 1:100 {items}
             S: * 1 FETCH (UID 700 BODY[HEADER] \"b\")
             S: P4 OK done
             S: P5 OK done
             S: * 1 FETCH (UID 100 BODY[HEADER] \"c\")
             S: P6 OK done
            "
        );
    play(&script, async |mut remote| {
        let letters: Vec<Wanted> = (1..=1200).rev().map(|id| wanted(id, 0)).collect();
        let (fetched, outcome) = fetch(&mut remote, &letters, Part::Header).await;
        outcome.unwrap();
        assert_eq!(seen(&fetched), [(uid(1200), 0), (uid(700), 0), (uid(100), 0)]);
    })
    .await;
}

#[tokio::test]
async fn a_letter_that_is_cut_is_not_handed_out() {
    let script = signed_in("")
        + &opened("P2", "EXAMINE")
        + "
        C: P3 UID FETCH 1 (UID FLAGS RFC822.SIZE INTERNALDATE BODY.PEEK[HEADER])
        S: * 1 FETCH (UID 1 RFC822.SIZE 99 BODY[HEADER] {80}
        S: a: b
    ";
    play(&script, async |mut remote| {
        let (fetched, outcome) = fetch(&mut remote, &[wanted(1, 0)], Part::Header).await;
        assert_eq!((fetched, outcome.unwrap_err().problem), (vec![], Problem::Disconnected));
    })
    .await;
}

#[tokio::test]
async fn with_nobody_listening_nothing_is_asked() {
    let script = signed_in("")
        + &opened("P2", "EXAMINE")
        + "
        C: P3 LOGOUT
        S: * BYE bye
        S: P3 OK done
    ";
    play(&script, async |mut remote| {
        let (out, receiver, _) = outlet(1);
        drop(receiver);
        let letters = [wanted(1, 0), wanted(2, 0)];
        remote.fetch("INBOX", &letters, Part::Header, &out).await.unwrap();
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
        C: P9 STATUS \"Archive\" (MESSAGES UIDNEXT UIDVALIDITY UNSEEN HIGHESTMODSEQ)
        S: * STATUS Archive (MESSAGES 0)
        S: P9 OK done
        C: P10 CREATE \"Other\"
        S: P10 NO [NOPERM] you may not
        C: P11 STATUS \"Other\" (MESSAGES UIDNEXT UIDVALIDITY UNSEEN HIGHESTMODSEQ)
        S: P11 NO [NONEXISTENT] no such thing
    ";
    play(&script, async |mut remote| {
        remote
            .mark(
                "INBOX",
                &[uid(2), uid(1)],
                &Marking::flags(FlagChange::add(Flags::SEEN)),
            )
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
            .append("Sent", b"x", Flags::SEEN, &[], Timestamp::from_secs(1))
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
        remote.look("INBOX", known(9, 99, 40), &[]).await.unwrap();
        let error = remote
            .mark("INBOX", &[uid(1)], &Marking::flags(FlagChange::add(Flags::DELETED)))
            .await
            .unwrap_err();
        assert_eq!(error.problem, Problem::TemporarilyRefused);
        let pop = remote
            .mark("INBOX", &[ServerId::Uidl("x".into())], &Marking::default())
            .await
            .unwrap_err();
        assert_eq!(pop.problem, Problem::Refused);
    })
    .await;
}

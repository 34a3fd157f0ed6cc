use super::*;
use crate::Listed;
use pli_model::UidValidity;

fn marks(flags: Flags, keywords: &[&str]) -> Option<Marks> {
    Some(Marks {
        flags,
        keywords: keywords.iter().map(|word| (*word).to_owned()).collect(),
    })
}

fn listed(id: u32, marks: Option<Marks>) -> Listed {
    Listed {
        id: uid(id),
        marks,
        size: 0,
    }
}

fn held(uids: impl IntoIterator<Item = u32>) -> Vec<Uid> {
    uids.into_iter().map(Uid).collect()
}

const CONDSTORE_SELECT: &str = "EXAMINE \"INBOX\" (CONDSTORE)";

/// Signed in at a server with QRESYNC, and it is switched on.
fn resyncing() -> String {
    "S: * OK [CAPABILITY IMAP4rev1] ready
     C: P1 LOGIN \"u\" \"p\"
     S: P1 OK [CAPABILITY IMAP4rev1 ENABLE CONDSTORE QRESYNC ESEARCH] in
     C: P2 ENABLE QRESYNC
     S: * ENABLED QRESYNC
     S: P2 OK done
    "
    .to_owned()
}

#[tokio::test]
async fn a_first_look_takes_one_flight_and_every_uid() {
    let script = signed_in("ESEARCH")
        + &format!("C: P2 {CONDSTORE_SELECT}\nC: P3 UID SEARCH RETURN (ALL) ALL\n")
        + &examined(3, 9, 40)
        + "
        S: P2 OK done
        S: * ESEARCH (TAG \"P3\") UID ALL 4:5,8
        S: P3 OK done
    ";
    play(&script, async |mut remote| {
        let letters = [4, 5, 8].map(|id| listed(id, None)).to_vec();
        let looked = remote.look("INBOX", Known::default(), &[]).await.unwrap();
        assert_eq!(
            looked,
            Delta::Complete {
                state: known(3, 9, 40),
                letters
            }
        );
    })
    .await;
}

#[tokio::test]
async fn qresync_tells_what_came_changed_and_went() {
    let script = resyncing()
        + "C: P3 EXAMINE \"INBOX\" (QRESYNC (7 40))\n"
        + &examined(3, 10, 44)
        + "
        S: * VANISHED (EARLIER) 1:3,6
        S: * 2 FETCH (UID 5 FLAGS (\\Seen $b $a) MODSEQ (43))
        S: * 3 FETCH (UID 9 FLAGS () MODSEQ (44))
        S: P3 OK done
        C: P4 EXAMINE \"INBOX\" (QRESYNC (7 44))\n"
        + &examined(3, 10, 44)
        + "
        S: P4 OK done
    ";
    play(&script, async |mut remote| {
        let looked = remote.look("INBOX", known(3, 9, 40), &held([4, 5, 6])).await.unwrap();
        assert_eq!(
            looked,
            Delta::Changes {
                state: known(3, 10, 44),
                letters: vec![
                    listed(5, marks(Flags::SEEN, &["$a", "$b"])),
                    listed(9, marks(Flags::NONE, &[]))
                ],
                vanished: vec![uid(6)],
                by: Extension::Qresync,
            }
        );
        let again = remote.look("INBOX", known(3, 10, 44), &held([4, 5, 9])).await.unwrap();
        assert_eq!(again, Delta::Unchanged);
        assert!(remote.take_findings().quirks.is_empty());
    })
    .await;
}

/// iCloud's way: it says that letters have vanished which are there.
#[tokio::test]
async fn letters_that_are_said_to_have_vanished_and_are_there_stay() {
    let script = resyncing()
        + "C: P3 EXAMINE \"INBOX\" (QRESYNC (7 40))\n"
        + &examined(3, 9, 41)
        + "
        S: * VANISHED (EARLIER) 1:8
        S: P3 OK done
        C: P4 UID SEARCH RETURN (ALL) ALL
        S: * ESEARCH (TAG \"P4\") UID ALL 4:6
        S: P4 OK done
        C: P5 EXAMINE \"INBOX\" (CONDSTORE)\n"
        + &examined(3, 9, 42)
        + "
        S: P5 OK done
        C: P6 UID FETCH 1:* (UID FLAGS) (CHANGEDSINCE 41)
        S: * 1 FETCH (UID 4 FLAGS (\\Flagged) MODSEQ (42))
        S: P6 OK done
    ";
    play(&script, async |mut remote| {
        let looked = remote.look("INBOX", known(3, 9, 40), &held([4, 5, 6])).await.unwrap();
        assert_eq!(
            looked,
            Delta::Changes {
                state: known(3, 9, 41),
                letters: vec![],
                vanished: vec![],
                by: Extension::Qresync,
            }
        );
        let quirks = remote.take_findings().quirks;
        assert!(matches!(&quirks[..], [(Extension::Qresync, words)] if words.contains("vanished")));
        // From now on by other means.
        let looked = remote.look("INBOX", known(3, 9, 41), &held([4, 5, 6])).await.unwrap();
        assert_eq!(
            looked,
            Delta::Changes {
                state: known(3, 9, 42),
                letters: vec![listed(4, marks(Flags::FLAGGED, &[]))],
                vanished: vec![],
                by: Extension::Condstore,
            }
        );
    })
    .await;
}

#[tokio::test]
async fn a_server_that_keeps_back_what_vanished_is_found_out() {
    let script = resyncing()
        + "C: P3 EXAMINE \"INBOX\" (QRESYNC (7 40))\n"
        + &examined(2, 10, 41)
        + "
        S: P3 OK done
        C: P4 UID SEARCH RETURN (ALL) ALL
        S: * ESEARCH (TAG \"P4\") UID ALL 4,9
        S: P4 OK done
    ";
    play(&script, async |mut remote| {
        let looked = remote.look("INBOX", known(3, 9, 40), &held([4, 5, 6])).await.unwrap();
        assert_eq!(
            looked,
            Delta::Changes {
                state: known(2, 10, 41),
                letters: vec![listed(9, None)],
                vanished: vec![uid(5), uid(6)],
                by: Extension::Qresync,
            }
        );
        let quirks = remote.take_findings().quirks;
        assert!(matches!(&quirks[..], [(Extension::Qresync, words)] if words.contains("kept back")));
    })
    .await;
}

#[tokio::test]
async fn a_whole_mailbox_is_not_believed_to_have_vanished_without_a_second_question() {
    let script = resyncing()
        + "C: P3 EXAMINE \"INBOX\" (QRESYNC (7 40))\n"
        + &examined(0, 99, 41)
        + "
        S: * VANISHED (EARLIER) 1:90
        S: P3 OK done
        C: P4 UID SEARCH RETURN (ALL) ALL
        S: P4 NO [SERVERBUG] the index is broken
    ";
    play(&script, async |mut remote| {
        let error = remote
            .look("INBOX", known(90, 91, 40), &held(1..=90))
            .await
            .unwrap_err();
        assert_eq!(error.problem, Problem::TemporarilyRefused);
    })
    .await;
}

#[tokio::test]
async fn uids_that_are_given_a_second_time_are_all_void() {
    for (validity, uid_next) in [(7, 5), (8, 9)] {
        let script = resyncing()
            + &format!(
                "C: P3 EXAMINE \"INBOX\" (QRESYNC (7 40))
                 S: * 1 EXISTS
                 S: * OK [UIDVALIDITY {validity}] ok
                 S: * OK [UIDNEXT {uid_next}] ok
                 S: * OK [HIGHESTMODSEQ 3] ok
                 S: P3 OK done
                 C: P4 UID SEARCH RETURN (ALL) ALL
                 S: * ESEARCH (TAG \"P4\") UID ALL 4
                 S: P4 OK done
                "
            );
        play(&script, async |mut remote| {
            let looked = remote.look("INBOX", known(3, 9, 40), &held([4, 5, 6])).await.unwrap();
            let state = Known {
                uid_validity: Some(UidValidity(validity)),
                uid_next,
                exists: 1,
                highest_modseq: 3,
            };
            let letters = vec![listed(4, None)];
            assert_eq!(looked, Delta::Anew { state, letters });
        })
        .await;
    }
}

#[tokio::test]
async fn condstore_tells_changes_and_the_set_of_uids_what_went() {
    let script = signed_in("")
        + &format!("C: P2 {CONDSTORE_SELECT}\n")
        + &examined(2, 9, 44)
        + "
        S: P2 OK done
        C: P3 UID FETCH 1:* (UID FLAGS) (CHANGEDSINCE 40)
        S: * 1 FETCH (UID 4 FLAGS (\\Seen) MODSEQ (44))
        S: P3 OK done
        C: P4 UID SEARCH ALL
        S: * SEARCH 6 4
        S: P4 OK done
    ";
    play(&script, async |mut remote| {
        let looked = remote.look("INBOX", known(3, 9, 40), &held([4, 5, 6])).await.unwrap();
        assert_eq!(
            looked,
            Delta::Changes {
                state: known(2, 9, 44),
                letters: vec![listed(4, marks(Flags::SEEN, &[]))],
                vanished: vec![uid(5)],
                by: Extension::Condstore,
            }
        );
    })
    .await;
}

#[tokio::test]
async fn a_listing_is_complete_or_an_error() {
    let opened = |tag: &str, exists: u32| {
        format!(
            "C: {tag} {CONDSTORE_SELECT}\n{}S: {tag} OK done\n",
            examined(exists, 9, 40)
        )
    };
    let listing = "UID FETCH 1:* (UID FLAGS RFC822.SIZE)";
    let script = signed_in("")
        + &opened("P2", 2)
        + &format!(
            "C: P3 {listing}
             S: * 2 FETCH (UID 8 FLAGS (b \\Seen a \\Recent) RFC822.SIZE 20)
             S: * 1 FETCH (UID 5 RFC822.SIZE 10)
             S: * 1 FETCH (UID 5 FLAGS (\\Flagged))
             S: P3 OK done
            "
        )
        + &opened("P4", 2)
        + &format!("C: P5 {listing}\nS: * 1 FETCH (UID 5 FLAGS () RFC822.SIZE 10)\nS: P5 OK done\n")
        + &opened("P6", 1)
        + &format!("C: P7 {listing}\nS: * 1 FETCH (UID 5 FLAGS ())\nS: P7 NO [UNAVAILABLE] disk trouble\n")
        + &opened("P8", 1)
        + &format!("C: P9 {listing}\nS: * 1 FETCH (UID 5 FLAGS () RFC822.SIZE 10)\n");
    play(&script, async |mut remote| {
        let letters = vec![
            listed(5, marks(Flags::FLAGGED, &[])),
            listed(8, marks(Flags::SEEN, &["a", "b"])),
        ];
        let state = known(2, 9, 40);
        assert_eq!(remote.list("INBOX").await.unwrap(), Delta::Complete { state, letters });
        for problem in [Problem::Protocol, Problem::TemporarilyRefused, Problem::Disconnected] {
            assert_eq!(remote.list("INBOX").await.unwrap_err().problem, problem);
        }
    })
    .await;
}

#[tokio::test]
async fn a_listing_during_which_letters_went_is_made_again() {
    let script = signed_in("")
        + &format!("C: P2 {CONDSTORE_SELECT}\n")
        + &examined(2, 9, 40)
        + "
        S: P2 OK done
        C: P3 UID FETCH 1:* (UID FLAGS RFC822.SIZE)
        S: * 1 FETCH (UID 5 FLAGS () RFC822.SIZE 10)
        S: * 1 EXPUNGE
        S: * 1 FETCH (UID 8 FLAGS () RFC822.SIZE 10)
        S: P3 OK done
        C: P4 EXAMINE \"INBOX\" (CONDSTORE)\n"
        + &examined(1, 9, 41)
        + "
        S: P4 OK done
        C: P5 UID FETCH 1:* (UID FLAGS RFC822.SIZE)
        S: * 1 FETCH (UID 8 FLAGS () RFC822.SIZE 10)
        S: P5 OK done
    ";
    play(&script, async |mut remote| {
        let letters = vec![listed(8, marks(Flags::NONE, &[]))];
        let state = known(1, 9, 41);
        assert_eq!(remote.list("INBOX").await.unwrap(), Delta::Complete { state, letters });
    })
    .await;
}

/// 163.com and kin refuse to open a mailbox before they know who asks.
#[tokio::test]
async fn a_server_is_told_who_asks_before_the_first_mailbox_is_opened() {
    let script = format!(
        "S: * OK [CAPABILITY IMAP4rev1 ID] ready
         C: P1 LOGIN \"u\" \"p\"
         S: P1 OK [CAPABILITY IMAP4rev1 ID] in
         C: P2 ID (\"name\" \"Pli\" \"version\" \"{}\")
         S: * ID (\"name\" \"Coremail Imap\" \"vendor\" \"Mailtech\" \"TransID\" NIL)
         S: P2 OK done
         C: P3 EXAMINE \"INBOX\"
         C: P4 UID SEARCH ALL
         S: * 0 EXISTS
         S: * OK [UIDVALIDITY 1] ok
         S: P3 OK done
         S: * SEARCH
         S: P4 OK done
        ",
        env!("CARGO_PKG_VERSION")
    );
    play(&script, async |mut remote| {
        assert_eq!(remote.take_findings().software, "Coremail Imap");
        remote.look("INBOX", Known::default(), &[]).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn what_the_passport_says_against_a_server_is_heeded() {
    let script = resyncing()
        .replace("ENABLE QRESYNC", "ENABLE CONDSTORE")
        .replace("ENABLED QRESYNC", "ENABLED CONDSTORE")
        + "C: P3 EXAMINE \"INBOX\" (CONDSTORE)\n"
        + &examined(3, 9, 40)
        + "S: P3 OK done\n";
    let (endpoint, server) = serve(&script).await;
    let passport = Passport {
        quirks: vec![pli_model::Quirk {
            name: "QRESYNC".to_owned(),
            detail: String::new(),
            since: Timestamp(0),
        }],
        ..Passport::default()
    };
    let connector = Connector::new(b"", Timeouts::default()).unwrap();
    let signed_in = ImapRemote::sign_in(&connector, &endpoint, "u", "p", &passport).await;
    let mut remote = signed_in.unwrap();
    let looked = remote.look("INBOX", known(3, 9, 40), &held([4, 5, 6])).await.unwrap();
    assert_eq!(looked, Delta::Unchanged);
    assert!(!remote.take_findings().in_use.contains(&Extension::Qresync));
    server.await.unwrap();
}

#[tokio::test]
async fn all_mailboxes_with_their_counters_in_one_answer() {
    let items = "MESSAGES UIDNEXT UIDVALIDITY UNSEEN HIGHESTMODSEQ MAILBOXID";
    let script = signed_in("SPECIAL-USE LIST-EXTENDED LIST-STATUS OBJECTID NAMESPACE")
        + &format!(
            "C: P2 LIST \"\" \"*\" RETURN (SPECIAL-USE SUBSCRIBED STATUS ({items}))
             C: P3 NAMESPACE
             S: * LIST () \".\" \"INBOX.Entwuerfe\"
             S: * LIST (\\Sent \\Subscribed) \".\" INBOX.Gesendet
             S: * STATUS INBOX.Gesendet (MESSAGES 3 UIDNEXT 9 UIDVALIDITY 7 UNSEEN 0 HIGHESTMODSEQ 40 MAILBOXID (F2))
             S: * LIST (\\NoSelect) \".\" INBOX.Projects
             S: * LIST () \".\" INBOX
             S: * STATUS INBOX (MESSAGES 3)
             S: P2 OK done
             S: * NAMESPACE ((\"INBOX.\" \".\")) NIL NIL
             S: P3 OK done
            "
        );
    play(&script, async |mut remote| {
        let survey = remote.survey().await.unwrap();
        assert_eq!(survey.prefix, "INBOX.");
        let seen: Vec<_> = survey
            .mailboxes
            .iter()
            .map(|mailbox| {
                (
                    mailbox.path.as_str(),
                    mailbox.role,
                    mailbox.selectable,
                    mailbox.subscribed,
                )
            })
            .collect();
        assert_eq!(seen[0], ("INBOX", Role::Inbox, true, false));
        assert!(seen.contains(&("INBOX.Gesendet", Role::Sent, true, true)));
        assert!(seen.contains(&("INBOX.Projects", Role::Other, false, false)));
        assert!(seen.iter().any(|one| one.0 == "INBOX.Entwuerfe"));
        let sent = survey
            .mailboxes
            .iter()
            .find(|mailbox| mailbox.role == Role::Sent)
            .unwrap();
        assert_eq!((sent.counters, sent.object_id.as_str()), (Some(known(3, 9, 40)), "F2"));
        assert_eq!(survey.mailboxes[0].counters, None, "not all that matter were told");
    })
    .await;
}

#[tokio::test]
async fn news_while_idling_and_before() {
    let script = signed_in("IDLE")
        + "C: P2 EXAMINE \"INBOX\" (CONDSTORE)\n"
        + &examined(2, 9, 40)
        + "
        S: P2 OK done
        C: P3 IDLE
        S: + idling
        S: * OK Still here
        S: * 3 EXISTS
        C: DONE
        S: P3 OK done
        C: P4 IDLE
        S: + idling
        C: DONE
        S: P4 OK done
        C: P5 UID SEARCH HEADER Message-ID \"x@y\"
        S: * 4 EXISTS
        S: * SEARCH
        S: P5 OK done
    ";
    play(&script, async |mut remote| {
        let (minute, state) = (Duration::from_secs(60), known(2, 9, 40));
        assert_eq!(
            remote.wait_for_news("INBOX", state, minute).await.unwrap(),
            News::Changed
        );
        assert_eq!(
            remote
                .wait_for_news("INBOX", state, Duration::from_millis(30))
                .await
                .unwrap(),
            News::Quiet
        );
        // Told by the way, while something else was asked.
        remote.find_message_id("INBOX", "x@y").await.unwrap();
        assert_eq!(
            remote.wait_for_news("INBOX", state, minute).await.unwrap(),
            News::Changed
        );
    })
    .await;
}

#[tokio::test]
async fn what_happened_before_the_wait_is_news_too() {
    let script = signed_in("IDLE") + "C: P2 EXAMINE \"INBOX\" (CONDSTORE)\n" + &examined(3, 10, 41) + "S: P2 OK done\n";
    play(&script, async |mut remote| {
        let minute = Duration::from_secs(60);
        let news = remote.wait_for_news("INBOX", known(2, 9, 40), minute).await.unwrap();
        assert_eq!(news, News::Changed);
    })
    .await;
}

#[tokio::test]
async fn a_server_without_idle_is_asked_now_and_then() {
    let script = signed_in("")
        + "C: P2 EXAMINE \"INBOX\" (CONDSTORE)\n"
        + &examined(2, 9, 40)
        + "
        S: P2 OK done
        C: P3 NOOP
        S: P3 OK done
        C: P4 NOOP
        S: * 1 EXPUNGE
        S: P4 OK done
    ";
    play(&script, async |mut remote| {
        let (moment, state) = (Duration::from_millis(20), known(2, 9, 40));
        assert_eq!(remote.wait_for_news("INBOX", state, moment).await.unwrap(), News::Quiet);
        assert_eq!(
            remote.wait_for_news("INBOX", state, moment).await.unwrap(),
            News::Changed
        );
    })
    .await;
}

#[tokio::test]
async fn a_mailbox_is_gone_only_by_its_code() {
    let ask = "(MESSAGES UIDNEXT UIDVALIDITY UNSEEN HIGHESTMODSEQ)";
    let script = signed_in("")
        + &format!(
            "C: P2 STATUS \"a\" {ask}
             S: P2 NO [NONEXISTENT] no such mailbox
             C: P3 STATUS \"b\" {ask}
             S: P3 NO it is not here at the moment
             C: P4 STATUS \"c\" {ask}
             S: * STATUS c (MESSAGES 2)
             S: P4 OK done
             C: P5 STATUS \"c\" {ask}
             S: * STATUS c (MESSAGES 2)
             S: P5 OK done
            "
        );
    play(&script, async |mut remote| {
        assert_eq!(remote.exists("a").await.unwrap(), Some(false));
        assert_eq!(remote.exists("b").await.unwrap(), None);
        assert_eq!(remote.exists("c").await.unwrap(), Some(true));
        let error = remote.delete_mailbox("c").await.unwrap_err();
        assert!(error.text.contains("not empty"), "{error}");
    })
    .await;
}

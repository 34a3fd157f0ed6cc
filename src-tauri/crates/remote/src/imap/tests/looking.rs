use super::*;
use crate::Listed;

#[tokio::test]
async fn the_counters_tell_that_nothing_changed() {
    let script = signed_in("")
        + "C: P2 EXAMINE \"INBOX\" (CONDSTORE)\n"
        + &examined(2, 9, 40)
        + "
        S: P2 OK [READ-ONLY] done
        C: P3 EXAMINE \"INBOX\" (CONDSTORE)\n"
        + &examined(0, 9, 41)
        + "
        S: P3 OK done
        C: P4 EXAMINE \"INBOX\" (CONDSTORE)
        S: * 0 EXISTS
        S: * OK [UIDVALIDITY 7] ok
        S: * OK [UIDNEXT 9] ok
        S: * OK [NOMODSEQ] none
        S: P4 OK done
    ";
    play(&script, async |mut remote| {
        assert_eq!(remote.look("INBOX", known(2, 9, 40)).await.unwrap(), Delta::Unchanged);
        let emptied = Delta::Complete {
            state: known(0, 9, 41),
            letters: vec![],
        };
        assert_eq!(remote.look("INBOX", known(2, 9, 40)).await.unwrap(), emptied);
        // Without modification sequences flags may have changed unseen.
        let looked = remote.look("INBOX", known(0, 9, 0)).await.unwrap();
        assert_eq!(
            looked,
            Delta::Complete {
                state: known(0, 9, 0),
                letters: vec![]
            }
        );
    })
    .await;
}

#[tokio::test]
async fn a_listing_is_complete_or_an_error() {
    let script = signed_in("")
        + "C: P2 EXAMINE \"INBOX\" (CONDSTORE)\n"
        + &examined(2, 9, 40)
        + "
        S: P2 OK done
        C: P3 UID FETCH 1:* (UID FLAGS RFC822.SIZE)
        S: * 2 FETCH (UID 8 FLAGS (b \\Seen a \\Recent) RFC822.SIZE 20)
        S: * 1 FETCH (UID 5 RFC822.SIZE 10)
        S: * 1 FETCH (UID 5 FLAGS (\\Flagged))
        S: P3 OK done
        C: P4 EXAMINE \"INBOX\" (CONDSTORE)\n"
        + &examined(2, 9, 40)
        + "
        S: P4 OK done
        C: P5 UID FETCH 1:* (UID FLAGS RFC822.SIZE)
        S: * 1 FETCH (UID 5 FLAGS () RFC822.SIZE 10)
        S: P5 OK done
        C: P6 EXAMINE \"INBOX\" (CONDSTORE)\n"
        + &examined(1, 9, 40)
        + "
        S: P6 OK done
        C: P7 UID FETCH 1:* (UID FLAGS RFC822.SIZE)
        S: * 1 FETCH (UID 5 FLAGS () RFC822.SIZE 10)
        S: P7 NO [UNAVAILABLE] disk trouble
        C: P8 EXAMINE \"INBOX\" (CONDSTORE)\n"
        + &examined(1, 9, 40)
        + "
        S: P8 OK done
        C: P9 UID FETCH 1:* (UID FLAGS RFC822.SIZE)
        S: * 1 FETCH (UID 5 FLAGS () RFC822.SIZE 10)
    ";
    play(&script, async |mut remote| {
        let letters = vec![
            Listed {
                id: uid(5),
                flags: Flags::FLAGGED,
                keywords: vec![],
                size: 10,
            },
            Listed {
                id: uid(8),
                flags: Flags::SEEN,
                keywords: vec!["a".into(), "b".into()],
                size: 20,
            },
        ];
        let looked = remote.look("INBOX", Known::default()).await.unwrap();
        assert_eq!(
            looked,
            Delta::Complete {
                state: known(2, 9, 40),
                letters
            }
        );
        for problem in [Problem::Protocol, Problem::TemporarilyRefused, Problem::Disconnected] {
            assert_eq!(
                remote.look("INBOX", Known::default()).await.unwrap_err().problem,
                problem
            );
        }
    })
    .await;
}

#[tokio::test]
async fn a_listing_during_which_letters_went_is_made_again() {
    let script = signed_in("")
        + "C: P2 EXAMINE \"INBOX\" (CONDSTORE)\n"
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
        let letters = vec![Listed {
            id: uid(8),
            flags: Flags::NONE,
            keywords: vec![],
            size: 10,
        }];
        let looked = remote.look("INBOX", Known::default()).await.unwrap();
        assert_eq!(
            looked,
            Delta::Complete {
                state: known(1, 9, 41),
                letters
            }
        );
    })
    .await;
}

#[tokio::test]
async fn mailboxes_with_their_roles_and_irregular_names() {
    let script = signed_in("SPECIAL-USE LIST-EXTENDED")
        + "
        C: P2 LIST \"\" \"*\" RETURN (SPECIAL-USE)
        S: * LIST () \"/\" \"Entw\u{fc}rfe\"
        S: * LIST (\\Sent) \"/\" \"Gesendet\"
        S: * LIST (\\NoSelect) \"/\" Projects
        S: * LIST () \"/\" INBOX
        S: P2 OK done
        C: P3 EXAMINE {9}
        S: + go on
        C: Entw\u{fc}rfe (CONDSTORE)
        S: * 0 EXISTS
        S: * OK [UIDVALIDITY 7] ok
        S: P3 OK done
    ";
    play(&script, async |mut remote| {
        // Asked for by its path before anything was listed: the name on the wire has to be found out.
        let looked = remote.look("Entwürfe", Known::default()).await.unwrap();
        assert!(matches!(looked, Delta::Complete { .. }));
    })
    .await;
    let script = script.split("C: P3").next().unwrap().to_owned();
    play(&script, async |mut remote| {
        let mailboxes = remote.mailboxes().await.unwrap();
        let seen: Vec<_> = mailboxes
            .iter()
            .map(|mailbox| (mailbox.path.as_str(), mailbox.role, mailbox.selectable))
            .collect();
        assert_eq!(
            seen,
            [
                ("INBOX", Role::Inbox, true),
                ("Gesendet", Role::Sent, true),
                ("Projects", Role::Other, false),
                ("Entwürfe", Role::Drafts, true)
            ]
        );
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
        C: P6 EXAMINE \"Sent\" (CONDSTORE)
        S: * 0 EXISTS
        S: P6 OK done
        C: P7 UID SEARCH HEADER Message-ID \"x@y\"
        S: P7 OK done
        C: P8 EXAMINE \"INBOX\" (CONDSTORE)\n"
        + &examined(4, 10, 41)
        + "
        S: P8 OK done
    ";
    play(&script, async |mut remote| {
        let minute = Duration::from_secs(60);
        remote.look("INBOX", known(2, 9, 40)).await.unwrap();
        assert_eq!(remote.wait_for_news("INBOX", minute).await.unwrap(), News::Changed);
        remote.takes_change();
        assert_eq!(
            remote.wait_for_news("INBOX", Duration::from_millis(30)).await.unwrap(),
            News::Quiet
        );
        // Told by the way, while something else was asked.
        remote.find_message_id("INBOX", "x@y").await.unwrap();
        assert_eq!(remote.wait_for_news("INBOX", minute).await.unwrap(), News::Changed);
        // Happened while another mailbox was selected.
        remote.find_message_id("Sent", "x@y").await.unwrap();
        assert_eq!(remote.wait_for_news("INBOX", minute).await.unwrap(), News::Changed);
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
        let moment = Duration::from_millis(20);
        assert_eq!(remote.wait_for_news("INBOX", moment).await.unwrap(), News::Quiet);
        assert_eq!(remote.wait_for_news("INBOX", moment).await.unwrap(), News::Changed);
    })
    .await;
}

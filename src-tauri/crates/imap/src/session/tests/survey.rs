use super::*;
use crate::{Namespace, Namespaces};

fn named(survey: &crate::Survey) -> Vec<(String, bool, Option<u32>)> {
    let row = |listing: &crate::Listing| {
        let counters = survey.counters.get(&listing.name);
        let messages = counters.and_then(|counters| counters.messages);
        (listing.name.decode(), listing.is_subscribed(), messages)
    };
    survey.listings.iter().map(row).collect()
}

fn row(name: &str, subscribed: bool, messages: Option<u32>) -> (String, bool, Option<u32>) {
    (name.to_owned(), subscribed, messages)
}

#[tokio::test]
async fn one_round_trip_where_the_server_can() {
    let script = greeting("LIST-EXTENDED LIST-STATUS SPECIAL-USE CONDSTORE OBJECTID NAMESPACE")
        + "
        C: P1 LIST \"\" \"*\" RETURN (SPECIAL-USE SUBSCRIBED STATUS (MESSAGES UIDNEXT UIDVALIDITY UNSEEN HIGHESTMODSEQ MAILBOXID))
        C: P2 NAMESPACE
        S: * LIST (\\Subscribed) \"/\" inbox
        S: * STATUS INBOX (MESSAGES 3 UIDNEXT 9 UIDVALIDITY 2 UNSEEN 1 HIGHESTMODSEQ 40 MAILBOXID (F1))
        S: * LIST (\\Sent) \"/\" Entw\\xfcrfe
        S: * STATUS Entw\\xfcrfe (MESSAGES 4)
        S: * STATUS elsewhere (MESSAGES 7)
        S: * LIST (\\Noselect) \"/\" x
        S: * LIST (\\Subscribed) \"/\" \"Entw\\xfcrfe\"
        S: * STATUS INBOX (MESSAGES 5)
        S: P1 OK done
        S: * NAMESPACE ((\"\" \"/\")) NIL ((\"Shared/\" \"/\"))
        S: P2 OK done
        C: P3 LIST \"\" \"*\" RETURN (SPECIAL-USE SUBSCRIBED STATUS (MESSAGES UIDNEXT UIDVALIDITY UNSEEN HIGHESTMODSEQ MAILBOXID))
        S: P3 OK done
    ";
    play(&script, async |mut session| {
        let survey = session.survey().await.unwrap();
        assert_eq!(
            named(&survey),
            [
                row("INBOX", true, Some(5)),
                row("Entw\u{fffd}rfe", true, Some(4)),
                row("x", false, None)
            ]
        );
        assert!(survey.listings[1].has("\\Sent"));
        let inbox = &survey.counters[&name("INBOX")];
        assert_eq!(
            (inbox.uid_next, inbox.uid_validity, inbox.unseen),
            (Some(9), Some(2), Some(1))
        );
        assert_eq!(
            (inbox.highest_modseq, inbox.mailbox_id.as_deref()),
            (Some(40), Some("F1"))
        );
        let space = |prefix: &str| Namespace {
            prefix: name(prefix),
            delimiter: Some('/'),
        };
        let spaces = Namespaces {
            personal: vec![space("")],
            others: vec![],
            shared: vec![space("Shared/")],
        };
        assert_eq!(survey.namespaces, Some(spaces.clone()));
        let news = session.take_news().responses;
        assert!(
            matches!(&news[..], [Untagged::MailboxStatus(status)] if status.messages == Some(7)),
            "{news:?}"
        );
        let again = session.survey().await.unwrap();
        assert!(again.listings.is_empty() && again.namespaces == Some(spaces));
    })
    .await;
}

#[tokio::test]
async fn a_refused_way_is_left_for_the_next_and_not_tried_again() {
    let script = greeting("LIST-EXTENDED LIST-STATUS NAMESPACE")
        + "
        C: P1 LIST \"\" \"*\" RETURN (SUBSCRIBED STATUS (MESSAGES UIDNEXT UIDVALIDITY UNSEEN))
        C: P2 NAMESPACE
        S: * LIST () \"/\" half
        S: P1 NO [SERVERBUG] internal error
        S: P2 BAD what
        C: P3 LIST \"\" \"*\" RETURN (SUBSCRIBED)
        S: P3 BAD what
        C: P4 LIST \"\" \"*\"
        C: P5 LSUB \"\" \"*\"
        S: * LIST () \"/\" INBOX
        S: P4 OK done
        S: P5 NO no subscriptions
        C: P6 STATUS \"INBOX\" (MESSAGES UIDNEXT UIDVALIDITY UNSEEN)
        S: * STATUS INBOX (MESSAGES 2)
        S: P6 OK done
        C: P7 LIST \"\" \"*\"
        C: P8 LSUB \"\" \"*\"
        S: P7 NO not now
        S: P8 OK done
    ";
    play(&script, async |mut session| {
        let survey = session.survey().await.unwrap();
        assert_eq!(named(&survey), [row("INBOX", false, Some(2))]);
        assert_eq!(survey.namespaces, Some(Namespaces::default()));
        assert!(matches!(session.survey().await, Err(Error::No(_))));
    })
    .await;
}

#[tokio::test]
async fn a_plain_server_is_asked_for_all_counters_in_one_flight() {
    let script = greeting("")
        + "
        C: P1 LIST \"\" \"*\"
        C: P2 LSUB \"\" \"*\"
        S: * LIST () \".\" INBOX
        S: * LIST (\\NoSelect) \".\" top
        S: * LIST () \".\" \"a \\\"b\\\"\"
        S: P1 OK done
        S: * LSUB () \".\" \"a \\\"b\\\"\"
        S: * LSUB () \".\" gone
        S: P2 OK done
        C: P3 STATUS \"INBOX\" (MESSAGES UIDNEXT UIDVALIDITY UNSEEN)
        C: P4 STATUS \"a \\\"b\\\"\" (MESSAGES UIDNEXT UIDVALIDITY UNSEEN)
        S: * STATUS \"a \\\"b\\\"\" (MESSAGES 8)
        S: P4 OK done
        S: P3 NO [UNAVAILABLE] not now
    ";
    play(&script, async |mut session| {
        let survey = session.survey().await.unwrap();
        assert_eq!(
            named(&survey),
            [
                row("INBOX", false, None),
                row("top", false, None),
                row("a \"b\"", true, Some(8))
            ]
        );
        assert_eq!(survey.namespaces, None);
    })
    .await;
}

/// A literal that the server has to ask for cannot be sent while other commands are under way.
#[tokio::test]
async fn names_that_need_a_literal_wait_for_their_turn() {
    let script = greeting("")
        + "
        C: P1 LIST \"\" \"*\"
        C: P2 LSUB \"\" \"*\"
        S: * LIST () \"/\" a
        S: * LIST () \"/\" \\xc3\\xa9
        S: * LIST () \"/\" b
        S: P1 OK done
        S: P2 OK done
        C: P3 STATUS \"a\" (MESSAGES UIDNEXT UIDVALIDITY UNSEEN)
        S: * STATUS a (MESSAGES 1)
        S: P3 OK done
        C: P4 STATUS {2}
        S: + go on
        C: \u{e9} (MESSAGES UIDNEXT UIDVALIDITY UNSEEN)
        C: P5 STATUS \"b\" (MESSAGES UIDNEXT UIDVALIDITY UNSEEN)
        S: * STATUS {2}
        S: \\xc3\\xa9 (MESSAGES 2)
        S: P4 OK done
        S: * STATUS b (MESSAGES 3)
        S: P5 OK done
    ";
    play(&script, async |mut session| {
        let survey = session.survey().await.unwrap();
        assert_eq!(
            named(&survey),
            [
                row("a", false, Some(1)),
                row("é", false, Some(2)),
                row("b", false, Some(3))
            ]
        );
    })
    .await;
}

#[tokio::test]
async fn mailboxes_are_renamed_deleted_and_subscribed() {
    let script = greeting("")
        + "
        C: P1 SELECT \"a\"
        S: * 1 EXISTS
        S: P1 OK done
        C: P2 RENAME \"a\" \"b\"
        S: P2 NO [ALREADYEXISTS] there is one
        C: P3 RENAME \"a\" \"c\"
        S: P3 OK done
        C: P4 DELETE \"c\"
        S: P4 NO [HASCHILDREN] there are others below
        C: P5 DELETE \"c\"
        S: P5 NO [NONEXISTENT] gone
        C: P6 SUBSCRIBE \"c\"
        S: P6 OK done
        C: P7 UNSUBSCRIBE \"c\"
        S: P7 NO [CANNOT] no
        C: P8 DELETE \"c\"
        S: P8 OK done
    ";
    play(&script, async |mut session| {
        let code = |outcome: Result<()>| match outcome {
            Err(Error::No(status)) => status.code,
            other => panic!("{other:?}"),
        };
        let opened = session
            .select(&name("a"), Access::ReadWrite, crate::Opening::Plain)
            .await;
        assert_eq!(opened.unwrap().selected.exists, 1);
        assert_eq!(
            code(session.rename(&name("a"), &name("b")).await),
            Some(Code::AlreadyExists)
        );
        assert!(session.selected().is_some());
        session.rename(&name("a"), &name("c")).await.unwrap();
        assert!(session.selected().is_none());
        assert_eq!(code(session.delete(&name("c")).await), Some(Code::HasChildren));
        assert_eq!(code(session.delete(&name("c")).await), Some(Code::NonExistent));
        session.subscribe(&name("c")).await.unwrap();
        assert_eq!(code(session.unsubscribe(&name("c")).await), Some(Code::Cannot));
        session.delete(&name("c")).await.unwrap();
    })
    .await;
}

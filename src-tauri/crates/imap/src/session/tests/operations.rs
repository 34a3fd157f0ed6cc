use super::*;
use crate::{Expunged, Opening, Stored};
use pli_model::Marking;
use pli_model::{FlagChange, Flags};

fn keywords(add: &[&str], remove: &[&str]) -> Marking {
    let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
    Marking {
        flags: FlagChange::default(),
        add_keywords: owned(add),
        remove_keywords: owned(remove),
    }
}

#[tokio::test]
async fn only_keywords_that_the_mailbox_keeps_are_sent() {
    let script = greeting("")
        + "
        C: P1 SELECT \"x\"
        S: * OK [PERMANENTFLAGS (\\Seen $Junk old)] these
        S: P1 OK done
        C: P2 UID STORE 1 +FLAGS.SILENT (\\Seen $junk)
        C: P3 UID STORE 1 -FLAGS.SILENT (old)
        S: P2 OK done
        S: * OK [PERMANENTFLAGS (\\Seen \\*)] now any
        S: P3 OK done
        C: P4 UID STORE 1 +FLAGS.SILENT (new)
        S: P4 OK done
    ";
    play(&script, async |mut session| {
        let opened = session.select(&name("x"), Access::ReadWrite, Opening::Plain).await;
        assert!(!opened.unwrap().selected.takes_keyword("new"));
        let marking = Marking {
            flags: FlagChange::add(Flags::SEEN),
            ..keywords(&["$junk", "new"], &["old", "other"])
        };
        let stored = session.uid_store(&[Uid(1)], &marking).await.unwrap();
        assert_eq!(stored.untaken, ["new", "other"]);
        let stored = session.uid_store(&[Uid(1)], &keywords(&["new"], &[])).await.unwrap();
        assert_eq!(stored, Stored::default());
        let nothing = session.uid_store(&[Uid(1)], &Marking::default()).await.unwrap();
        assert_eq!(nothing, Stored::default());
    })
    .await;
}

#[tokio::test]
async fn what_is_no_keyword_is_never_sent() {
    play(&greeting(""), async |mut session| {
        for wrong in [
            "",
            "a b",
            "\\Seen",
            "a)",
            "(",
            "{1}",
            "a\"",
            "50%",
            "*",
            "]",
            "é",
            "a\r\nP9 DELETE x",
        ] {
            for marking in [keywords(&["fine", wrong], &[]), keywords(&[], &[wrong])] {
                let stored = session.uid_store(&[Uid(1)], &marking).await;
                assert!(matches!(stored, Err(Error::Unsendable("the keyword"))), "{wrong}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn many_letters_are_marked_in_one_flight() {
    let scattered: Vec<Uid> = (1..=3000).map(|n| Uid(2 * n)).collect();
    let sets = crate::uid_set::commands(&scattered);
    assert_eq!(sets.len(), 3);
    let store = |n: usize| format!("C: P{} UID STORE {} +FLAGS.SILENT (\\Seen)\n", n + 1, sets[n]);
    let script = greeting("")
        + &(0..3).map(store).collect::<String>()
        + "
        S: P1 OK done
        S: P2 NO [INUSE] locked
        S: P3 OK done
        C: P4 NOOP
        S: P4 OK done
    ";
    play(&script, async |mut session| {
        let stored = session
            .uid_store(&scattered, &Marking::flags(FlagChange::add(Flags::SEEN)))
            .await;
        assert!(matches!(stored, Err(Error::No(status)) if status.code == Some(Code::InUse)));
        session.noop().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn only_the_letters_named_are_expunged() {
    let script = greeting("UIDPLUS")
        + "
        C: P1 UID STORE 3:4 +FLAGS.SILENT (\\Deleted)
        S: P1 OK done
        C: P2 UID EXPUNGE 3:4
        S: * 1 EXPUNGE
        S: P2 OK done
    ";
    play(&script, async |mut session| {
        assert_eq!(session.uid_expunge(&[4, 3].map(Uid)).await.unwrap(), Expunged::Gone);
        assert_eq!(session.take_news().responses, [Untagged::Expunge(1)]);
    })
    .await;
    let script = greeting("")
        + "
        C: P1 UID STORE 3 +FLAGS.SILENT (\\Deleted)
        S: P1 OK done
    ";
    play(&script, async |mut session| {
        assert_eq!(session.uid_expunge(&[Uid(3)]).await.unwrap(), Expunged::OnlyMarked);
    })
    .await;
}

#[tokio::test]
async fn copies_tell_the_new_uids() {
    let script = greeting("")
        + "
        C: P1 UID COPY 3,5 \"Archive\"
        S: P1 OK [COPYUID 9 3,5 20:21] copied
        C: P2 UID COPY 3 \"nowhere\"
        S: P2 NO [TRYCREATE] no such mailbox
    ";
    play(&script, async |mut session| {
        let copied = session.uid_copy(&[5, 3].map(Uid), &name("Archive")).await.unwrap();
        assert_eq!(copied.uids, [(Uid(3), Uid(20)), (Uid(5), Uid(21))]);
        let refused = session.uid_copy(&[Uid(3)], &name("nowhere")).await;
        assert!(matches!(refused, Err(Error::No(status)) if status.code == Some(Code::TryCreate)));
    })
    .await;
}

/// What was copied must be marked even when the copying of others was refused, or a second attempt doubles it; and what
/// was not copied must stay.
#[tokio::test]
async fn of_a_move_that_is_refused_in_part_only_what_was_copied_goes() {
    let scattered: Vec<Uid> = (1..=1600).map(|n| Uid(2 * n)).collect();
    let sets = crate::uid_set::commands(&scattered);
    assert_eq!(sets.len(), 2);
    let hits: String = scattered.iter().map(|uid| format!(" {}", uid.0)).collect();
    let script = greeting("UIDPLUS")
        + &format!(
            "
            C: P1 UID SEARCH UID {first} NOT DELETED
            C: P2 UID SEARCH UID {second} NOT DELETED
            S: * SEARCH{hits}
            S: P1 OK done
            S: P2 OK done
            C: P3 UID COPY {first} \"Archive\"
            C: P4 UID COPY {second} \"Archive\"
            S: P3 OK done
            S: P4 NO [OVERQUOTA] full
            C: P5 UID STORE {first} +FLAGS.SILENT (\\Deleted)
            S: P5 OK done
            C: P6 UID EXPUNGE {first}
            S: P6 OK done
        ",
            first = sets[0],
            second = sets[1],
        );
    play(&script, async |mut session| {
        let moved = session.uid_move(&scattered, &name("Archive")).await;
        assert!(matches!(moved, Err(Error::No(status)) if status.code == Some(Code::OverQuota)));
    })
    .await;
}

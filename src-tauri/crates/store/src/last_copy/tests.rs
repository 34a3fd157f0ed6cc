use super::*;
use crate::testing::{Desk, command, envelope, new_mailbox, new_uidl, placed};
use crate::{Act, NewPlacement};
use pli_model::{Account, MailboxId, Operation, Role};

/// A desk with whole letters in its inbox, read by POP3 where that is asked for.
fn desk(protocol: Protocol, count: u32) -> Desk {
    let mut desk = Desk::new();
    let (account, inbox) = (desk.account, desk.inbox);
    let bodies: Vec<_> = (1..=count)
        .map(|n| desk.put_body(format!("Subject: {n}\r\n\r\n").as_bytes()))
        .collect();
    desk.letters = desk.write(move |w| {
        let account = Account {
            protocol,
            ..w.account(account)?
        };
        w.update_account(&account)?;
        let is_pop3 = protocol == Protocol::Pop3;
        (1..=count)
            .zip(&bodies)
            .map(|(n, body)| {
                let envelope = envelope(i64::from(n));
                let placed = placed(inbox, n, &envelope);
                w.add_placement(&NewPlacement {
                    uid: placed.uid.filter(|_| !is_pop3),
                    uidl: is_pop3.then(|| new_uidl(&format!("u{n}"))),
                    digest: Some(*body),
                    ..placed
                })
            })
            .collect()
    });
    desk
}

fn last(desk: &Desk, letters: &[PlacementId]) -> u32 {
    let letters = letters.to_vec();
    desk.read(move |r| r.last_copies(&letters))
}

fn shown_as_only_here(desk: &Desk) -> Vec<bool> {
    let letters = desk.letters.clone();
    let rows = desk.read(move |r| r.rows(&letters));
    rows.into_iter().map(|row| row.only_here).collect()
}

fn local_mailbox(desk: &Desk) -> MailboxId {
    let account = desk.account;
    desk.write(move |w| {
        w.put_mailbox(
            account,
            &crate::NewMailbox {
                on_server: false,
                ..new_mailbox("Kept", Role::Other)
            },
        )
    })
}

#[test]
fn what_a_pop3_server_lists_is_there_too_and_nothing_else() {
    let desk = desk(Protocol::Pop3, 3);
    let (account, letters) = (desk.account, desk.letters.clone());
    assert_eq!((last(&desk, &letters), shown_as_only_here(&desk)), (0, vec![false; 3]));
    let asked = ["u1", "u2"].map(str::to_owned);
    desk.write(move |w| w.doubt_uidls(account, &asked));
    assert_eq!(last(&desk, &letters), 2, "in doubt it is here only");
    let (listed, gone) = ([("u2".to_owned(), 9)], ["u1".to_owned()]);
    desk.write(move |w| w.settle_uidls(account, &listed, &gone));
    assert_eq!(last(&desk, &letters), 1);
    assert_eq!(shown_as_only_here(&desk), [true, false, false]);
    assert_eq!(desk.read(move |r| r.only_here_count(account)), 1);
}

#[test]
fn a_letter_with_a_copy_elsewhere_is_not_the_last_one() {
    let desk = desk(Protocol::Imap, 2);
    let (account, first, second) = (desk.account, desk.letters[0], desk.letters[1]);
    let kept = local_mailbox(&desk);
    assert_eq!(last(&desk, &desk.letters), 0);
    desk.write(move |w| {
        let copy = Act::new(Operation::Copy(kept), [first]);
        w.enqueue(&command("copy"), account, &[copy])
    });
    let copy = desk.read(move |r| r.view_keys(&crate::View::Mailbox(kept)))[0].placement;
    assert_eq!(last(&desk, &[copy]), 0, "the server has it");
    desk.write(move |w| w.expunge(first));
    assert_eq!(last(&desk, &[copy, second]), 1);
    desk.write(move |w| {
        let copy = Act::new(Operation::Copy(kept), [copy]);
        w.enqueue(&command("again"), account, &[copy])
    });
    let both: Vec<_> = desk
        .read(move |r| r.view_keys(&crate::View::Mailbox(kept)))
        .iter()
        .map(|key| key.placement)
        .collect();
    assert_eq!((both.len(), last(&desk, &both[..1]), last(&desk, &both)), (2, 0, 1));
    assert_eq!(desk.read(move |r| r.only_here_count(account)), 1);
}

#[test]
fn more_than_was_agreed_to_is_refused() {
    for (doomed, agreed) in [(0, 0), (1, 1), (1, 2)] {
        assert!(guard(doomed, agreed).is_ok());
    }
    let refused = guard(2, 1);
    assert!(matches!(refused, Err(StoreError::LastCopies(2))), "{refused:?}");
}

#[test]
fn a_stricter_choice_says_what_it_would_delete_at_the_server() {
    let desk = desk(Protocol::Pop3, 2);
    let (account, letters) = (desk.account, desk.letters.clone());
    desk.write(move |w| {
        let delete = Act::new(Operation::Expunge, letters);
        w.enqueue(&command("delete"), account, &[delete])?;
        w.settle_uidls(account, &[("u1".to_owned(), 9)], &["u2".to_owned()])
    });
    let left = |leave| desk.read(move |r| r.last_copies_left(account, leave));
    assert_eq!(left(LeaveOnServer::Everything), 0);
    assert_eq!(left(LeaveOnServer::UntilDeleted), 1);
}

fn keys(desk: &Desk, mailbox: MailboxId) -> Vec<PlacementId> {
    let keys = desk.read(move |r| r.view_keys(&crate::View::Mailbox(mailbox)));
    keys.into_iter().map(|key| key.placement).collect()
}

/// Two letters in a mailbox of this computer, that no server has.
fn kept_letters(desk: &Desk) -> (MailboxId, Vec<PlacementId>) {
    let (account, kept, letters) = (desk.account, local_mailbox(desk), desk.letters.clone());
    desk.write(move |w| {
        let copy = Act::new(Operation::Copy(kept), letters.clone());
        w.enqueue(&command("copy"), account, &[copy])?;
        letters.into_iter().try_for_each(|letter| w.expunge(letter).map(drop))
    });
    (kept, keys(desk, kept))
}

fn appended(desk: &Desk) -> Vec<(PlacementId, Option<MailboxId>)> {
    let account = desk.account;
    let due = desk.read(move |r| r.due_operations(account, pli_model::Timestamp(i64::MAX), 99));
    assert!(due.iter().all(|pending| pending.operation == Operation::Append));
    let letters = due.into_iter().flat_map(|pending| pending.letters);
    letters
        .map(|letter| (letter.placement, letter.position.mailbox))
        .collect()
}

#[test]
fn a_letter_that_is_moved_onto_the_server_is_put_there_and_can_be_taken_back_before() {
    let desk = desk(Protocol::Imap, 2);
    let (account, archive) = (desk.account, desk.archive);
    let (kept, letters) = kept_letters(&desk);
    let moved = letters.clone();
    desk.write(move |w| {
        let to_archive = Act::new(Operation::Move(archive), moved);
        w.enqueue(&command("move"), account, &[to_archive])
    });
    assert_eq!((keys(&desk, archive), keys(&desk, kept)), (letters.clone(), vec![]));
    let mut there = appended(&desk);
    there.sort();
    assert_eq!(
        there,
        letters
            .iter()
            .rev()
            .map(|letter| (*letter, Some(archive)))
            .collect::<Vec<_>>()
    );
    assert_eq!(last(&desk, &letters), 2, "it is not there yet");
    assert_eq!(desk.check(), []);

    let undone = desk.write(|w| w.undo_command(&command("move"), &command("undo")));
    assert_eq!((undone.letters, undone.lost), (2, 0));
    assert_eq!((keys(&desk, archive), keys(&desk, kept)), (vec![], letters));
    assert_eq!((appended(&desk), desk.check()), (vec![], vec![]));
}

#[test]
fn what_was_put_there_is_not_destroyed_by_taking_the_move_back() {
    let desk = desk(Protocol::Imap, 1);
    let (account, archive) = (desk.account, desk.archive);
    let (_, letters) = kept_letters(&desk);
    let letter = letters[0];
    desk.write(move |w| {
        let to_archive = Act::new(Operation::Move(archive), [letter]);
        let ids = w.enqueue(&command("move"), account, &[to_archive])?.unwrap_or_default();
        w.begin(&ids)?;
        w.set_position(letter, archive, Some(pli_model::Uid(7)))?;
        ids.into_iter().try_for_each(|id| w.settle(id))
    });
    assert_eq!((keys(&desk, archive), last(&desk, &letters)), (letters.clone(), 0));
    let undone = desk.write(|w| w.undo_command(&command("move"), &command("undo")));
    assert_eq!((undone.letters, undone.lost), (0, 1));
    assert_eq!(
        (keys(&desk, archive), appended(&desk), desk.check()),
        (letters, vec![], vec![])
    );
}

#[test]
fn what_is_here_only_goes_up_once_into_mailboxes_of_the_server() {
    let desk = desk(Protocol::Imap, 2);
    let account = desk.account;
    let (kept, letters) = kept_letters(&desk);
    assert_eq!(desk.read(move |r| r.uploadable(account)).len(), 2);
    let upload = |name: &'static str| desk.write(move |w| w.upload(&command(name), account));
    assert_eq!((upload("up"), upload("again")), (2, 0));
    let mut there = desk.read(move |r| r.operations(account));
    there.retain(|row| row.operation == Operation::Append);
    assert_eq!(there.len(), 1);
    assert_eq!(keys(&desk, kept), letters);
    assert!(desk.read(move |r| r.mailbox(kept)).on_server, "it is to be made there");
    assert_eq!(desk.check(), []);
}

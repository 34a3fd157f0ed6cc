use super::*;
use crate::testing::{Desk, command, envelope, new_mailbox, placed};
use crate::{Mailbox, NewPlacement, ServerPosition, StoreError};
use pli_model::{Flags, Protocol, Role, Uid};

const READ: Operation = Operation::Mark(Marking::flags(FlagChange::add(Flags::SEEN)));
const UNREAD: Operation = Operation::Mark(Marking::flags(FlagChange::remove(Flags::SEEN)));
const NOW: Timestamp = Timestamp(5_000);

fn enqueue(desk: &Desk, name: &'static str, operation: Operation, letters: &[PlacementId]) -> Option<OperationId> {
    let (account, letters) = (desk.account, letters.to_vec());
    let ids = desk.write(move |w| w.enqueue(&command(name), account, &[Act::new(operation, letters)]));
    ids.map(|ids| ids[0])
}

fn shown(desk: &Desk, letter: PlacementId) -> (MailboxId, Flags) {
    let row = desk.read(move |r| r.letter(letter)).row;
    (row.mailbox, row.flags)
}

fn next(desk: &Desk, now: Timestamp) -> Option<PendingOperation> {
    let account = desk.account;
    desk.read(move |r| r.due_operations(account, now, 1)).pop()
}

fn mailbox(desk: &Desk, id: MailboxId) -> Mailbox {
    desk.read(move |r| r.mailbox(id))
}

#[test]
fn the_effect_is_shown_at_once_and_a_command_counts_once() {
    let desk = Desk::with_mail(2);
    let letter = desk.letters[0];
    assert!(enqueue(&desk, "read", READ, &[letter]).is_some());
    assert_eq!(enqueue(&desk, "read", UNREAD, &[letter]), None);
    assert_eq!(shown(&desk, letter), (desk.inbox, Flags::SEEN));
    assert_eq!(mailbox(&desk, desk.inbox).unread, 1);
    let pending = next(&desk, NOW).unwrap();
    assert_eq!((pending.letters[0].placement, pending.letters.len()), (letter, 1));
    let place = ServerPosition {
        mailbox: Some(desk.inbox),
        uid: Some(Uid(1)),
        uidl: None,
    };
    assert_eq!(pending.letters[0].position, place);
    assert_eq!(
        (pending.operation, pending.attempted, pending.attempts),
        (READ, false, 0)
    );
}

#[test]
fn an_operation_waits_for_an_earlier_one_on_its_letter_and_is_overtaken_by_others() {
    let desk = Desk::with_mail(2);
    let (first, second) = (desk.letters[0], desk.letters[1]);
    let slow = enqueue(&desk, "1", READ, &[first]).unwrap();
    let waiting = enqueue(&desk, "2", UNREAD, &[first, second]).unwrap();
    let third = enqueue(&desk, "3", READ, &[second]).unwrap();
    desk.write(move |w| w.postpone(slow, Timestamp(9_000), "451 busy"));
    assert_eq!(next(&desk, NOW), None, "3 waits for 2, which waits for 1");
    let due = next(&desk, Timestamp(9_000)).unwrap();
    assert_eq!((due.id, due.attempts), (slow, 1));
    desk.write(move |w| w.settle(slow));
    assert_eq!(next(&desk, NOW).unwrap().id, waiting);
    desk.write(move |w| w.settle(waiting));
    assert_eq!(next(&desk, NOW).unwrap().id, third);
}

#[test]
fn parked_operations_wait_for_the_person() {
    let desk = Desk::with_mail(1);
    let account = desk.account;
    let id = enqueue(&desk, "1", READ, &desk.letters).unwrap();
    desk.write(move |w| w.park(id, "sign in again"));
    assert_eq!(next(&desk, NOW), None);
    let row = desk.read(move |r| r.operations(account)).remove(0);
    assert_eq!(
        (row.state, row.error.as_str()),
        (OperationState::Parked, "sign in again")
    );
    assert_eq!(shown(&desk, desk.letters[0]).1, Flags::SEEN, "still shown");
    assert_eq!(desk.read(move |r| r.pending_count(account)), 1);
    desk.write(move |w| w.unpark(account));
    assert_eq!(next(&desk, NOW).unwrap().id, id);
}

#[test]
fn what_is_settled_is_the_servers_truth() {
    let desk = Desk::with_mail(1);
    let (archive, letter) = (desk.archive, desk.letters[0]);
    let read = enqueue(&desk, "1", READ, &[letter]).unwrap();
    let moved = enqueue(&desk, "2", Operation::Move(archive), &[letter]).unwrap();
    desk.write(move |w| w.settle(read));
    desk.write(move |w| {
        w.settle(moved)?;
        w.set_position(letter, archive, Some(Uid(31)))
    });
    let told = desk.read(move |r| r.server_letters(archive)).remove(0);
    assert_eq!((told.uid, told.flags), (Uid(31), Flags::SEEN));
    assert_eq!(shown(&desk, letter), (archive, Flags::SEEN));
    assert_eq!(desk.check(), []);
}

#[test]
fn a_position_told_before_the_move_is_settled_is_kept() {
    let desk = Desk::with_mail(2);
    let (archive, told, untold) = (desk.archive, desk.letters[0], desk.letters[1]);
    let id = enqueue(&desk, "1", Operation::Move(archive), &[told, untold]).unwrap();
    desk.write(move |w| {
        w.set_position(told, archive, Some(Uid(31)))?;
        w.settle(id)
    });
    assert_eq!(desk.read(move |r| r.position(told)).uid, Some(Uid(31)));
    assert!(desk.is_unplaced(untold, archive) && !desk.is_unplaced(told, archive));
}

#[test]
fn refusing_leaves_what_the_server_has_and_the_others_say() {
    let desk = Desk::with_mail(1);
    let (account, letter) = (desk.account, desk.letters[0]);
    let moved = enqueue(&desk, "1", Operation::Move(desk.archive), &[letter]).unwrap();
    enqueue(&desk, "2", READ, &[letter]).unwrap();
    desk.write(move |w| w.refuse(moved, "NO [OVERQUOTA]"));
    assert_eq!(shown(&desk, letter), (desk.inbox, Flags::SEEN));
    let notice = desk.read(move |r| r.operations(account)).remove(0);
    assert_eq!(
        (notice.state, notice.error.as_str(), notice.letters.as_slice()),
        (OperationState::Undone, "NO [OVERQUOTA]", &[letter][..])
    );
    desk.write(move |w| w.settle(moved));
    assert_eq!(shown(&desk, letter).0, desk.inbox, "what ended does not end again");
}

#[test]
fn where_the_server_has_no_part_the_effect_is_final() {
    let desk = Desk::new();
    let account = desk.account;
    let local = desk.write(move |w| {
        w.put_mailbox(
            account,
            &crate::NewMailbox {
                on_server: false,
                ..new_mailbox("Kept here", Role::Other)
            },
        )
    });
    let letter = desk.write(move |w| {
        w.add_placement(&NewPlacement {
            uid: None,
            ..placed(local, 1, &envelope(1))
        })
    });
    enqueue(&desk, "1", READ, &[letter]).unwrap();
    assert_eq!(desk.read(move |r| r.pending_count(account)), 0);
    assert_eq!(shown(&desk, letter), (local, Flags::SEEN));
    assert_eq!(desk.read(move |r| r.position(letter)).mailbox, None);
    // To the server it is an upload, which the server has to do.
    enqueue(&desk, "2", Operation::Move(desk.inbox), &[letter]).unwrap();
    assert_eq!(desk.read(move |r| r.pending_count(account)), 1);
}

#[test]
fn a_pop3_account_does_everything_here() {
    let desk = Desk::with_mail(1);
    let (account, letter, archive) = (desk.account, desk.letters[0], desk.archive);
    desk.write(move |w| {
        let account = pli_model::Account {
            protocol: Protocol::Pop3,
            ..w.account(account)?
        };
        w.update_account(&account)
    });
    enqueue(&desk, "1", Operation::Move(archive), &[letter]).unwrap();
    assert_eq!(enqueue(&desk, "1", Operation::Move(desk.inbox), &[letter]), None);
    assert_eq!((shown(&desk, letter).0, next(&desk, NOW)), (archive, None));
    let row = desk.read(move |r| r.operations(account)).remove(0);
    assert_eq!((row.state, row.letters), (OperationState::Done, vec![letter]));
    assert_eq!(desk.check(), []);
}

#[test]
fn what_cannot_be_is_refused_and_changes_nothing() {
    let desk = Desk::with_mail(1);
    let (account, letter) = (desk.account, desk.letters[0]);
    let (other, theirs) = desk.write(|w| {
        let other = w.add_account(&crate::testing::new_account("bob@south.test"))?;
        Ok((other, w.put_mailbox(other, &new_mailbox("INBOX", Role::Inbox))?))
    });
    let across =
        desk.try_write(move |w| w.enqueue(&command("1"), account, &[Act::new(Operation::Move(theirs), [letter])]));
    assert!(matches!(across, Err(StoreError::Refused(_))));
    let foreign = desk.try_write(move |w| w.enqueue(&command("2"), other, &[Act::new(READ, [letter])]));
    assert!(matches!(foreign, Err(StoreError::Refused(_))));
    assert_eq!(desk.read(move |r| r.pending_count(other)), 0);
    let gone = enqueue(&desk, "3", READ, &[PlacementId(999)]);
    assert!(gone.is_some(), "letters that are gone are left out");
    assert_eq!(desk.read(move |r| r.pending_count(account)), 0);
}

#[test]
fn what_is_due_touches_different_letters() {
    let desk = Desk::with_mail(4);
    let (account, letters) = (desk.account, desk.letters.clone());
    let due = |desk: &Desk, limit| -> Vec<OperationId> {
        let due = desk.read(move |r| r.due_operations(account, NOW, limit));
        due.into_iter().map(|pending| pending.id).collect()
    };
    let first = enqueue(&desk, "1", READ, &letters[..2]).unwrap();
    let copied = enqueue(&desk, "2", Operation::Copy(desk.archive), &[letters[2]]).unwrap();
    let waiting = enqueue(&desk, "3", Operation::Move(desk.archive), &[letters[2]]).unwrap();
    enqueue(&desk, "4", Operation::Copy(desk.archive), &[letters[0]]).unwrap();
    let free = enqueue(&desk, "5", UNREAD, &[letters[3]]).unwrap();
    assert_eq!(
        due(&desk, 9),
        [first, copied, free],
        "a copy waits for its source, and holds it"
    );
    assert_eq!(due(&desk, 2), [first, copied]);
    assert_eq!(due(&desk, 0), []);
    desk.write(move |w| w.settle(copied));
    assert_eq!(due(&desk, 9), [first, waiting, free]);
}

#[test]
fn an_attempt_is_remembered_with_where_it_began() {
    let desk = Desk::with_mail(1);
    let (archive, letter) = (desk.archive, desk.letters[0]);
    let id = enqueue(&desk, "1", Operation::Move(archive), &[letter]).unwrap();
    assert!(!desk.is_unplaced(letter, archive));
    desk.write(move |w| w.begin(&[id]));
    let desk = desk.reopen();
    assert!(desk.is_unplaced(letter, archive));
    let began = Some((desk.inbox, Some(Uid(1))));
    let pending = next(&desk, NOW).unwrap();
    assert_eq!((pending.attempted, pending.letters[0].begun_at), (true, began));
    // What took it away may have been us: where it is now is not known, where it was is.
    desk.write(move |w| w.expunge(letter).and_then(|_| w.begin(&[id])));
    let pending = next(&desk, NOW).unwrap();
    assert_eq!(
        (pending.letters[0].begun_at, pending.letters[0].position.uid),
        (began, None)
    );
    assert!(desk.is_unplaced(letter, archive));
}

#[test]
fn where_a_move_began_is_not_forgotten_until_uids_are_void() {
    let desk = Desk::with_mail(1);
    let (inbox, archive, letter) = (desk.inbox, desk.archive, desk.letters[0]);
    let id = enqueue(&desk, "1", Operation::Move(archive), &[letter]).unwrap();
    let began = |desk: &Desk| next(desk, NOW).unwrap().letters[0].begun_at;
    desk.write(move |w| {
        w.begin(&[id])?;
        w.set_position(letter, archive, Some(Uid(5)))?;
        w.begin(&[id])
    });
    assert_eq!(began(&desk), Some((inbox, Some(Uid(1)))), "and not at its target");
    assert!(!desk.is_left_behind(letter, inbox), "known by its UID");

    desk.write(move |w| w.clear_uids(inbox));
    assert_eq!(began(&desk), Some((inbox, None)));
    assert!(desk.is_left_behind(letter, inbox) && !desk.is_left_behind(letter, archive));
    desk.write(move |w| w.set_origin(letter, inbox, Uid(9)));
    assert_eq!(began(&desk), Some((inbox, Some(Uid(9)))));
    assert!(!desk.is_left_behind(letter, inbox));
}

#[test]
fn keywords_are_shown_under_what_is_pending() {
    let desk = Desk::with_mail(1);
    let (account, letter) = (desk.account, desk.letters[0]);
    let marking = Marking {
        add_keywords: vec!["mine".to_owned()],
        remove_keywords: vec!["theirs".to_owned()],
        ..Marking::default()
    };
    let id = enqueue(&desk, "1", Operation::Mark(marking.clone()), &[letter]).unwrap();
    desk.write(move |w| w.set_server_flags(letter, Flags::NONE, &["theirs".to_owned(), "other".to_owned()]));
    let keywords = |desk: &Desk| desk.read(move |r| r.letter(letter)).row.keywords.join(" ");
    assert_eq!(keywords(&desk), "other mine");
    assert_eq!(next(&desk, NOW).unwrap().operation, Operation::Mark(marking));
    desk.write(move |w| w.refuse(id, "NO [LIMIT]"));
    assert_eq!(keywords(&desk), "theirs other");
    let impossible = Operation::Mark(Marking {
        add_keywords: vec!["two words".to_owned()],
        ..Marking::default()
    });
    let refused = desk.try_write(move |w| w.enqueue(&command("2"), account, &[Act::new(impossible, [letter])]));
    assert!(matches!(refused, Err(StoreError::Refused(_))));
    assert_eq!(desk.check(), []);
}

#[test]
fn a_letter_that_only_exists_here_is_changed_and_deleted_at_once() {
    let desk = Desk::new();
    let (account, inbox, archive) = (desk.account, desk.inbox, desk.archive);
    let digest = desk.put_body(b"only here");
    let letter = desk.write(move |w| {
        w.add_placement(&NewPlacement {
            uid: None,
            digest: Some(digest),
            ..placed(inbox, 1, &envelope(1))
        })
    });
    let id = enqueue(&desk, "1", Operation::Append, &[letter]).unwrap();
    enqueue(&desk, "2", READ, &[letter]).unwrap();
    assert_eq!(
        desk.read(move |r| r.pending_count(account)),
        2,
        "marked once it is there"
    );
    desk.write(move |w| w.begin(&[id]).and_then(|()| w.refuse(id, "NO [OVERQUOTA]")));
    assert_eq!(shown(&desk, letter), (inbox, Flags::SEEN), "it stays here");
    let marking = next(&desk, NOW).unwrap().id;
    desk.write(move |w| w.settle(marking));
    // The server has no part in it any more; a copy of it is put there.
    enqueue(&desk, "3", UNREAD, &[letter]).unwrap();
    assert_eq!((shown(&desk, letter).1, next(&desk, NOW)), (Flags::NONE, None));
    enqueue(&desk, "4", Operation::Copy(archive), &[letter]).unwrap();
    assert_eq!(next(&desk, NOW).unwrap().operation, Operation::Append);
    enqueue(&desk, "5", Operation::Expunge, &[letter]).unwrap();
    assert!(desk.try_read(move |r| r.letter(letter)).is_err());
    assert_eq!(mailbox(&desk, archive).total, 1);
    assert_eq!(desk.check(), []);
}

#[test]
fn what_waits_for_a_letter_that_the_server_turns_out_not_to_have_is_not_for_the_server() {
    let desk = Desk::with_mail(3);
    let (inbox, archive) = (desk.inbox, desk.archive);
    let [kept, moving, header_only] = desk.letters.clone().try_into().unwrap();
    for letter in [kept, moving] {
        let digest = desk.put_body(format!("body of {letter}").as_bytes());
        desk.write(move |w| w.set_body(letter, digest, String::new(), false, 9, &envelope(letter.0)));
    }
    let begun = enqueue(&desk, "1", Operation::Move(archive), &[moving]).unwrap();
    let marked = enqueue(&desk, "2", READ, &[kept]).unwrap();
    let moved = enqueue(&desk, "3", Operation::Move(archive), &[kept, header_only]).unwrap();
    desk.write(move |w| {
        w.begin(&[begun])?;
        w.clear_uids(inbox)?;
        w.keep_unplaced(inbox)
    });
    let gone = desk.try_read(move |r| r.letter(header_only));
    assert!(gone.is_err(), "nothing of it can be kept");
    let looked_for = |letter| [inbox, archive].map(|mailbox| desk.is_unplaced(letter, mailbox));
    assert_eq!((looked_for(moving), looked_for(kept)), ([true, true], [false, false]));
    let due = next(&desk, NOW).unwrap();
    assert_eq!(due.letters[0].position.mailbox, Some(inbox), "it may be there still");
    desk.write(move |w| w.park(begun, ""));
    for id in [marked, moved] {
        let due = next(&desk, NOW).unwrap();
        assert_eq!((due.id, due.letters.len()), (id, 1));
        assert_eq!(due.letters[0].position.mailbox, None);
        desk.write(move |w| w.settle(id));
    }
    assert_eq!(shown(&desk, kept), (archive, Flags::SEEN));
    assert_eq!(looked_for(kept), [false, false]);
    assert_eq!(desk.check(), []);
}

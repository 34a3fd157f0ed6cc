use crate::testing::{Desk, command, envelope, new_mailbox, placed};
use crate::{Act, NewPlacement, Undone};
use pli_model::{
    Account, FlagChange, Flags, MailboxId, Marking, Operation, OperationId, PlacementId, Protocol, Role, Timestamp, Uid,
};
use proptest::prelude::*;

const READ: Operation = Operation::Mark(Marking::flags(FlagChange::add(Flags::SEEN)));
const LATE: Timestamp = Timestamp(i64::MAX);

fn enqueue(desk: &Desk, name: &'static str, operation: Operation, letters: &[PlacementId]) -> Vec<OperationId> {
    let (account, letters) = (desk.account, letters.to_vec());
    desk.write(move |w| w.enqueue(&command(name), account, &[Act::new(operation, letters)]))
        .unwrap()
}

fn undo(desk: &Desk, name: &'static str) -> Undone {
    desk.write(move |w| w.undo_command(&command(name), &command(&format!("undo-{name}"))))
}

fn came_back(letters: u32) -> Undone {
    Undone {
        letters,
        ..Undone::default()
    }
}

fn lost(lost: u32) -> Undone {
    Undone {
        lost,
        ..Undone::default()
    }
}

/// Runs everything that is due as a server would that answers nothing but OK.
fn run(desk: &Desk) -> Vec<Operation> {
    let account = desk.account;
    let mut done = Vec::new();
    loop {
        let due = desk.read(move |r| r.due_operations(account, LATE, 100));
        if due.is_empty() {
            return done;
        }
        for pending in due {
            desk.write(move |w| w.begin(&[pending.id]).and_then(|()| w.settle(pending.id)));
            done.push(pending.operation);
        }
    }
}

fn shown(desk: &Desk, letter: PlacementId) -> (MailboxId, Flags, String) {
    let row = desk.read(move |r| r.letter(letter)).row;
    (row.mailbox, row.flags, row.keywords.join(" "))
}

fn in_mailbox(desk: &Desk, mailbox: MailboxId) -> Vec<PlacementId> {
    let keys = desk.read(move |r| r.view_keys(&crate::View::Mailbox(mailbox)));
    keys.into_iter().map(|key| key.placement).collect()
}

fn with_bodies(count: u32) -> Desk {
    let mut desk = Desk::new();
    let inbox = desk.inbox;
    for n in 1..=count {
        let digest = desk.put_body(format!("letter {n}").as_bytes());
        let letter = desk.write(move |w| {
            w.add_placement(&NewPlacement {
                digest: Some(digest),
                ..placed(inbox, n, &envelope(i64::from(n)))
            })
        });
        desk.letters.push(letter);
    }
    desk
}

fn junk(target: MailboxId) -> [Operation; 2] {
    let keywords = Marking {
        add_keywords: vec!["$Junk".to_owned()],
        remove_keywords: vec!["$NotJunk".to_owned()],
        ..Marking::default()
    };
    [Operation::Mark(keywords), Operation::Move(target)]
}

#[test]
fn what_was_never_tried_is_cancelled() {
    let desk = Desk::with_mail(2);
    let (account, inbox, archive, letters) = (desk.account, desk.inbox, desk.archive, desk.letters.clone());
    let first = letters[0];
    desk.write(move |w| w.set_server_flags(first, Flags::SEEN, &["$notjunk".to_owned()]));
    let asked = letters.clone();
    desk.write(move |w| {
        let acts = junk(archive).map(|operation| Act::new(operation, asked.clone()));
        w.enqueue(&command("junk"), account, &acts)
    });
    assert_eq!(shown(&desk, first), (archive, Flags::SEEN, "$Junk".to_owned()));
    let desk = desk.reopen();
    let offered = desk.read(|r| r.undoable(9));
    assert_eq!((offered.len(), offered[0].letters), (1, 4));
    assert_eq!(offered[0].what, junk(archive));
    assert_eq!(undo(&desk, "junk"), came_back(4));
    assert_eq!(shown(&desk, first), (inbox, Flags::SEEN, "$notjunk".to_owned()));
    assert_eq!(shown(&desk, letters[1]), (inbox, Flags::NONE, String::new()));
    assert_eq!(undo(&desk, "junk"), Undone::default(), "undoing twice is undoing once");
    assert_eq!((run(&desk), desk.read(|r| r.undoable(9))), (vec![], vec![]));
    assert_eq!(desk.check(), []);
}

#[test]
fn what_may_be_at_the_server_is_followed_by_its_inverse() {
    let desk = Desk::with_mail(3);
    let (account, inbox, archive, letters) = (desk.account, desk.inbox, desk.archive, desk.letters.clone());
    let (first, third) = (letters[0], letters[2]);
    desk.write(move |w| w.set_server_flags(first, Flags::SEEN, &[]));
    desk.write(move |w| w.set_position(third, archive, Some(Uid(70))));
    let asked = letters.clone();
    let ids = desk.write(move |w| {
        let acts = [READ, Operation::Move(archive)].map(|operation| Act::new(operation, asked.clone()));
        w.enqueue(&command("both"), account, &acts)
    });
    let ids = ids.unwrap();
    desk.write(move |w| w.begin(&ids).and_then(|()| w.settle(ids[0])));
    assert_eq!(undo(&desk, "both").letters, 6);
    assert_eq!(shown(&desk, first), (inbox, Flags::SEEN, String::new()));
    assert_eq!(shown(&desk, letters[1]), (inbox, Flags::NONE, String::new()));
    assert_eq!(shown(&desk, third).0, archive, "where it was shown");
    let unread = Operation::Mark(Marking::flags(FlagChange::remove(Flags::SEEN)));
    assert_eq!(
        run(&desk),
        [
            Operation::Move(archive),
            Operation::Move(inbox),
            Operation::Move(archive),
            unread
        ],
        "the move back after the move; the mark of those that were unread only"
    );
    assert_eq!(desk.read(|r| r.undoable(9)), []);
    assert_eq!(desk.check(), []);
}

#[test]
fn a_copy_is_shown_at_once_and_goes_when_it_is_taken_back() {
    let desk = with_bodies(1);
    let (account, archive, source) = (desk.account, desk.archive, desk.letters[0]);
    for name in ["cancelled", "done"] {
        let id = enqueue(&desk, name, Operation::Copy(archive), &[source])[0];
        let copy = in_mailbox(&desk, archive)[0];
        assert!(desk.read(move |r| r.letter(copy)).row.has_body);
        let pending = desk
            .read(move |r| r.due_operations(account, LATE, 1))
            .remove(0)
            .letters
            .remove(0);
        assert_eq!(
            (pending.placement, pending.begun_at, pending.position.uid),
            (copy, None, None)
        );
        assert_eq!(pending.source.unwrap().uid, Some(Uid(1)));
        assert!(!desk.is_unplaced(copy, archive), "it cannot be there yet");
        if name == "done" {
            desk.write(move |w| w.begin(&[id]));
            let begun = desk.read(move |r| r.due_operations(account, LATE, 1)).remove(0);
            assert_eq!(
                (begun.attempted, begun.letters[0].begun_at),
                (true, Some((desk.inbox, Some(Uid(1)))))
            );
            assert!(desk.is_unplaced(copy, archive));
            desk.write(move |w| w.settle(id));
            assert!(desk.is_unplaced(copy, archive));
        }
        assert_eq!(undo(&desk, name).letters, 1);
        assert_eq!(in_mailbox(&desk, archive), []);
        run(&desk);
        assert_eq!(desk.check(), []);
    }
    let rows: i64 = desk.read(|r| {
        Ok(r.mail
            .query_row("SELECT count(*) FROM placement", [], |row| row.get(0))?)
    });
    assert_eq!(rows, 1);
}

#[test]
fn what_is_deleted_for_good_comes_back_before_and_after() {
    for stage in ["queued", "attempted", "vanished", "done"] {
        let desk = with_bodies(2);
        let (account, inbox, letters) = (desk.account, desk.inbox, desk.letters.clone());
        let first = letters[0];
        desk.write(move |w| w.set_server_flags(first, Flags::FLAGGED, &["work".to_owned()]));
        let id = enqueue(&desk, "delete", Operation::Expunge, &letters)[0];
        assert_eq!(in_mailbox(&desk, inbox), []);
        if stage != "queued" {
            desk.write(move |w| w.begin(&[id]));
        }
        if stage == "done" {
            desk.write(move |w| w.settle(id));
            assert!(desk.try_read(move |r| r.letter(first)).is_err());
            assert_eq!(desk.collect_orphans(), 0, "the bodies are kept for a while");
            assert_eq!(desk.read(|r| r.undoable(9))[0].letters, 2);
        }
        assert_eq!(undo(&desk, "delete"), came_back(2), "{stage}");
        let back = in_mailbox(&desk, inbox);
        assert_eq!(back.len(), 2, "{stage}");
        assert_eq!(
            shown(&desk, back[1]),
            (inbox, Flags::FLAGGED, "work".to_owned()),
            "{stage}"
        );
        assert_eq!(desk.check(), [], "{stage}");
        if stage == "vanished" {
            assert!(!desk.write(move |w| w.expunge(first)), "it is to be put back");
        }
        let expected = match stage {
            "queued" => vec![],
            "done" => vec![Operation::Append],
            _ => vec![Operation::Expunge, Operation::Append],
        };
        assert_eq!(run(&desk), expected, "{stage}");
        assert_eq!(in_mailbox(&desk, inbox).len(), 2, "{stage}");
        assert_eq!(desk.read(move |r| r.pending_count(account)), 0);
        assert_eq!(desk.check(), [], "{stage}");
    }
}

#[test]
fn a_refused_expunge_leaves_nothing_to_be_put_back() {
    let desk = with_bodies(1);
    let (inbox, letter) = (desk.inbox, desk.letters[0]);
    let id = enqueue(&desk, "delete", Operation::Expunge, &[letter])[0];
    desk.write(move |w| w.begin(&[id]));
    undo(&desk, "delete");
    // The server told the mark, and then refused to expunge.
    desk.write(move |w| w.set_server_flags(letter, Flags::DELETED, &[]));
    desk.write(move |w| w.refuse(id, "NO"));
    assert_eq!(in_mailbox(&desk, inbox), [letter]);
    let unmark = Operation::Mark(Marking::flags(FlagChange::remove(Flags::DELETED)));
    assert_eq!(run(&desk), [unmark]);
    assert_eq!(desk.check(), []);
}

#[test]
fn without_a_body_nothing_comes_back_from_the_server() {
    let desk = Desk::with_mail(2);
    enqueue(&desk, "delete", Operation::Expunge, &desk.letters);
    run(&desk);
    assert_eq!(undo(&desk, "delete"), lost(2));
    assert_eq!((run(&desk), desk.check()), (vec![], vec![]));
}

#[test]
fn a_grave_is_dropped_after_a_day() {
    let desk = with_bodies(1);
    enqueue(&desk, "delete", Operation::Expunge, &desk.letters);
    run(&desk);
    desk.write(|w| w.execute("UPDATE grave SET since = since - 86400001", []));
    assert_eq!(desk.collect_orphans(), 1);
    assert_eq!(desk.read(|r| r.undoable(9)), []);
    assert_eq!(undo(&desk, "delete"), Undone::default());
    assert_eq!(desk.check(), []);
}

#[test]
fn what_was_put_there_is_taken_away_again() {
    for tried in [false, true] {
        let desk = Desk::new();
        let (account, inbox) = (desk.account, desk.inbox);
        let digest = desk.put_body(b"imported");
        let letter = desk.write(move |w| {
            w.add_placement(&NewPlacement {
                uid: None,
                digest: Some(digest),
                ..placed(inbox, 1, &envelope(1))
            })
        });
        let id = enqueue(&desk, "import", Operation::Append, &[letter])[0];
        assert!(!desk.is_unplaced(letter, inbox));
        if tried {
            desk.write(move |w| w.begin(&[id]));
            assert!(desk.is_unplaced(letter, inbox));
            desk.write(move |w| w.settle(id));
            desk.write(move |w| w.set_position(letter, inbox, Some(Uid(9))));
        }
        assert_eq!(undo(&desk, "import").letters, 1);
        assert_eq!(in_mailbox(&desk, inbox), []);
        let expected: &[Operation] = if tried { &[Operation::Expunge] } else { &[] };
        assert_eq!(run(&desk), expected);
        assert!(desk.try_read(move |r| r.letter(letter)).is_err());
        assert_eq!(
            (desk.read(move |r| r.pending_count(account)), desk.check()),
            (0, vec![])
        );
    }
}

#[test]
fn what_is_final_at_once_can_be_taken_back_too() {
    let desk = with_bodies(2);
    let (account, inbox, archive, letters) = (desk.account, desk.inbox, desk.archive, desk.letters.clone());
    let first = letters[0];
    desk.write(move |w| {
        let account = Account {
            protocol: Protocol::Pop3,
            ..w.account(account)?
        };
        w.update_account(&account)?;
        w.put_uidl(account.id, "u1", first)
    });
    enqueue(&desk, "read", READ, &letters);
    enqueue(&desk, "move", Operation::Move(archive), &letters);
    enqueue(&desk, "copy", Operation::Copy(inbox), &[first]);
    assert_eq!(in_mailbox(&desk, inbox).len(), 1);
    enqueue(&desk, "delete", Operation::Expunge, &[first]);
    assert!(desk.try_read(move |r| r.letter(first)).is_err());
    assert_eq!(desk.read(move |r| r.placement_of_uidl(account, "u1")), Some(None));
    for name in ["delete", "copy", "move", "read"] {
        assert_eq!(undo(&desk, name).lost, 0, "{name}");
        assert_eq!(desk.read(move |r| r.due_operations(account, LATE, 9)), []);
    }
    let back = desk
        .read(move |r| r.placement_of_uidl(account, "u1"))
        .flatten()
        .unwrap();
    // A new placement: what the older commands knew is gone with the old one.
    assert_eq!(shown(&desk, back), (archive, Flags::SEEN, String::new()));
    assert_eq!(shown(&desk, letters[1]), (inbox, Flags::NONE, String::new()));
    assert_eq!(in_mailbox(&desk, inbox), [letters[1]]);
    assert_eq!(desk.check(), []);
}

#[test]
fn a_letter_whose_mailbox_is_gone_stays_where_it_is() {
    let desk = Desk::with_mail(1);
    let (account, archive, letter) = (desk.account, desk.archive, desk.letters[0]);
    let other = desk.write(move |w| w.put_mailbox(account, &new_mailbox("Other", Role::Other)));
    desk.write(move |w| w.set_position(letter, other, Some(Uid(3))));
    enqueue(&desk, "move", Operation::Move(archive), &[letter]);
    run(&desk);
    desk.write(move |w| w.remove_mailbox(other));
    assert_eq!(undo(&desk, "move"), lost(1));
    assert_eq!(shown(&desk, letter).0, archive);
}

#[test]
fn what_follows_from_something_else_is_not_offered() {
    let desk = Desk::with_mail(1);
    let (account, letter) = (desk.account, desk.letters[0]);
    desk.write(move |w| w.enqueue_consequence(&command("answered"), account, &[Act::new(READ, [letter])]));
    enqueue(&desk, "older", Operation::Move(desk.archive), &[letter]);
    enqueue(&desk, "newer", Operation::Move(desk.inbox), &[letter]);
    let names = |desk: &Desk, limit| -> Vec<String> {
        let offered = desk.read(move |r| r.undoable(limit));
        offered.iter().map(|one| one.command.as_str().to_owned()).collect()
    };
    assert_eq!(names(&desk, 9), ["newer", "older"]);
    assert_eq!(names(&desk, 1), ["newer"]);
    undo(&desk, "newer");
    assert_eq!(names(&desk, 9), ["older"]);
}

/// What is shown, whichever placements show it.
fn picture(desk: &Desk) -> Vec<(String, MailboxId, u8, String)> {
    let mut picture = Vec::new();
    for mailbox in [desk.inbox, desk.archive] {
        for letter in in_mailbox(desk, mailbox) {
            let row = desk.read(move |r| r.letter(letter)).row;
            let mut keywords = row.keywords;
            keywords.sort();
            picture.push((row.message_id, mailbox, row.flags.bits(), keywords.join(" ")));
        }
    }
    picture.sort();
    picture
}

fn act(desk: &Desk, kind: u8, marks: u8, letters: &[usize]) -> Act {
    let words = |bit: u8, word: &str| Vec::from_iter((marks & bit != 0).then(|| word.to_owned()));
    let operation = match kind {
        0 => Operation::Mark(Marking {
            flags: FlagChange {
                add: Flags::from_bits(marks & 0b0101),
                remove: Flags::from_bits(marks & 0b1010),
            },
            add_keywords: words(16, "$Junk"),
            remove_keywords: words(32, "work"),
        }),
        1 => Operation::Move(desk.archive),
        2 => Operation::Copy(desk.archive),
        _ => Operation::Expunge,
    };
    let letters: Vec<_> = letters.iter().map(|n| desk.letters[n % desk.letters.len()]).collect();
    Act::new(operation, letters)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    /// However far a command has come, taking it back shows what was shown before, and the server is brought there.
    #[test]
    fn undoing_shows_what_was_shown(
        marks in prop::collection::vec(0..16_u8, 3),
        asked in prop::collection::vec((0..3_u8, 0..64_u8, prop::collection::vec(0..3_usize, 1..4)), 1..4),
        is_expunge in prop::bool::weighted(0.3),
        stages in prop::collection::vec(0..3_u8, 4),
    ) {
        let desk = with_bodies(3);
        for (letter, marks) in desk.letters.clone().into_iter().zip(marks) {
            let keywords = ["work", "$Junk"].map(str::to_owned);
            desk.write(move |w| {
                w.set_server_flags(letter, Flags::from_bits(marks), &keywords[usize::from(marks) % 3 % 2..])
            });
        }
        let before = picture(&desk);
        let mut acts: Vec<_> = asked.iter().map(|(kind, marks, letters)| act(&desk, *kind, *marks, letters)).collect();
        if is_expunge {
            acts = vec![act(&desk, 3, 0, &asked[0].2)];
        }
        let account = desk.account;
        let ids = desk.write(move |w| w.enqueue(&command("done"), account, &acts)).unwrap();
        for (id, stage) in ids.into_iter().zip(stages) {
            let is_due = desk.read(move |r| r.due_operations(account, LATE, 9)).iter().any(|due| due.id == id);
            if is_due && stage > 0 {
                desk.write(move |w| w.begin(&[id]));
            }
            if is_due && stage > 1 {
                desk.write(move |w| w.settle(id));
            }
        }
        let desk = desk.reopen();
        prop_assert_eq!(undo(&desk, "done").lost, 0);
        prop_assert_eq!(picture(&desk), before.clone());
        prop_assert_eq!(undo(&desk, "done"), Undone::default());
        run(&desk);
        prop_assert_eq!(picture(&desk), before);
        prop_assert_eq!(desk.read(move |r| r.pending_count(account)), 0);
        prop_assert_eq!(desk.check(), vec![]);
    }
}

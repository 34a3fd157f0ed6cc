use crate::testing::{Desk, command, envelope, new_mailbox, placed};
use crate::{Act, Change, Mailbox, NewMailbox, NewPlacement, PendingMailboxOperation, ServerState, StoreError};
use pli_model::{
    Account, MailboxId, MailboxOperation, Operation, OperationState, Protocol, Role, Timestamp, UidValidity,
};

const LATE: Timestamp = Timestamp(i64::MAX);

fn plain(path: &str) -> NewMailbox {
    new_mailbox(path, Role::Other)
}

fn listed(desk: &Desk, path: &'static str) -> MailboxId {
    let account = desk.account;
    desk.write(move |w| w.put_mailbox(account, &plain(path)))
}

fn create(desk: &Desk, path: &'static str) -> MailboxId {
    let account = desk.account;
    desk.write(move |w| w.create_mailbox(&command(&format!("create-{path}")), account, &plain(path)))
}

fn paths(desk: &Desk) -> Vec<String> {
    let account = desk.account;
    let mailboxes = desk.read(move |r| r.mailboxes(account));
    let mut paths: Vec<String> = mailboxes.into_iter().map(|mailbox| mailbox.path).collect();
    paths.retain(|path| path != "INBOX" && path != "Archive");
    paths
}

fn mailbox(desk: &Desk, id: MailboxId) -> Mailbox {
    desk.read(move |r| r.mailbox(id))
}

fn next(desk: &Desk) -> Option<PendingMailboxOperation> {
    let account = desk.account;
    desk.read(move |r| r.next_mailbox_operation(account, LATE))
}

fn settle(desk: &Desk) -> PendingMailboxOperation {
    let pending = next(desk).unwrap();
    let id = pending.id;
    desk.write(move |w| {
        w.begin_mailbox_operation(id)
            .and_then(|()| w.settle_mailbox_operation(id))
    });
    pending
}

fn refuse(desk: &Desk) {
    let id = next(desk).unwrap().id;
    desk.write(move |w| w.refuse_mailbox_operation(id, "NO"));
}

fn rename(desk: &Desk, id: MailboxId, path: &'static str) {
    desk.write(move |w| w.rename_mailbox(&command(&format!("rename-{path}")), id, path))
        .unwrap();
}

fn refused<T: std::fmt::Debug>(outcome: Result<T, StoreError>) {
    assert!(matches!(outcome, Err(StoreError::Refused(_))), "{outcome:?}");
}

#[test]
fn a_new_mailbox_is_there_at_once_and_letters_wait_for_it() {
    let desk = Desk::with_mail(1);
    let (account, letters) = (desk.account, desk.letters.clone());
    let id = create(&desk, "Work");
    assert_eq!(create(&desk, "Work"), id, "said twice");
    desk.write(move |w| w.enqueue(&command("move"), account, &[Act::new(Operation::Move(id), letters)]));
    let desk = desk.reopen();
    assert_eq!(
        (mailbox(&desk, id).total, mailbox(&desk, id).server_path.as_str()),
        (1, "")
    );
    assert_eq!(desk.read(move |r| r.due_operations(account, LATE, 9)), []);
    assert_eq!(desk.read(move |r| r.pending_count(account)), 2);
    assert_eq!(settle(&desk).operation, MailboxOperation::Create("Work".to_owned()));
    assert_eq!(mailbox(&desk, id).server_path, "Work");
    assert_eq!(desk.read(move |r| r.due_operations(account, LATE, 9)).len(), 1);
    let taken = desk.try_write(move |w| w.create_mailbox(&command("again"), account, &plain("Work")));
    assert!(matches!(taken, Err(StoreError::AlreadyThere(_))));
}

#[test]
fn a_mailbox_that_cannot_be_made_gives_its_letters_back() {
    let desk = Desk::with_mail(1);
    let (account, letters) = (desk.account, desk.letters.clone());
    let id = create(&desk, "Work");
    desk.write(move |w| w.enqueue(&command("move"), account, &[Act::new(Operation::Move(id), letters)]));
    refuse(&desk);
    assert_eq!((paths(&desk), mailbox(&desk, desk.inbox).total), (vec![], 1));
    assert_eq!(desk.read(move |r| r.pending_count(account)), 0);
    assert_eq!(desk.check(), []);
}

#[test]
fn a_mailbox_that_was_made_is_recognised_in_the_list() {
    let desk = Desk::new();
    let id = create(&desk, "Work");
    rename(&desk, id, "Play");
    assert_eq!(paths(&desk), ["Play"]);
    assert_eq!(listed(&desk, "Work"), id, "the answer to its creation was lost");
    assert_eq!(
        (paths(&desk), mailbox(&desk, id).server_path.as_str()),
        (vec!["Play".to_owned()], "Work")
    );
    assert_eq!(settle(&desk).operation, MailboxOperation::Rename("Play".to_owned()));
    assert_eq!((listed(&desk, "Play"), next(&desk)), (id, None));
}

#[test]
fn a_rename_takes_along_those_below_and_is_shown_at_once() {
    let desk = Desk::new();
    let [work, old, below] = ["Work", "Work/old", "Work/old/deep"].map(|path| listed(&desk, path));
    listed(&desk, "Workshop");
    rename(&desk, work, "Play");
    rename(&desk, old, "Play/new");
    assert_eq!(paths(&desk), ["Play", "Play/new", "Play/new/deep", "Workshop"]);
    assert_eq!(mailbox(&desk, below).server_path, "Work/old/deep");
    assert_eq!(listed(&desk, "Work/old"), old, "the server has not done it yet");
    assert_eq!(paths(&desk).len(), 4);
    assert_eq!(settle(&desk).mailbox.server_path, "Work");
    assert_eq!(mailbox(&desk, below).server_path, "Play/old/deep");
    assert_eq!(paths(&desk), ["Play", "Play/new", "Play/new/deep", "Workshop"]);
    refuse(&desk);
    assert_eq!(paths(&desk), ["Play", "Play/old", "Play/old/deep", "Workshop"]);
    assert_eq!(next(&desk), None);
}

#[test]
fn mailboxes_can_change_places() {
    let desk = Desk::new();
    let [a, b] = ["a", "b"].map(|path| listed(&desk, path));
    for (id, path) in [(a, "c"), (b, "a"), (a, "b")] {
        rename(&desk, id, path);
    }
    assert_eq!(
        (mailbox(&desk, a).path.as_str(), mailbox(&desk, b).path.as_str()),
        ("b", "a")
    );
    for _ in 0..3 {
        settle(&desk);
    }
    assert_eq!((listed(&desk, "b"), listed(&desk, "a")), (a, b));
}

#[test]
fn a_rename_whose_answer_was_lost_is_recognised_and_one_that_cannot_be_makes_way() {
    for begun in [true, false] {
        let desk = Desk::new();
        let ours = listed(&desk, "Work");
        rename(&desk, ours, "Play");
        if begun {
            let id = next(&desk).unwrap().id;
            desk.write(move |w| w.begin_mailbox_operation(id));
        }
        let found = listed(&desk, "Play");
        assert_eq!(found == ours, begun);
        let expected: &[&str] = if begun { &["Play"] } else { &["Play", "Work"] };
        assert_eq!(
            (paths(&desk), next(&desk)),
            (expected.iter().map(|path| (*path).to_owned()).collect(), None)
        );
    }
}

#[test]
fn what_the_server_renames_keeps_its_letters() {
    let desk = Desk::with_mail(1);
    let [work, below] = ["Work", "Work/old"].map(|path| listed(&desk, path));
    let letter = desk.letters[0];
    desk.write(move |w| w.set_position(letter, below, None));
    rename(&desk, below, "Mine");
    desk.write(move |w| w.rename_mailbox_from_server(work, "Play"));
    assert_eq!(mailbox(&desk, below).server_path, "Play/old");
    assert_eq!(paths(&desk), ["Mine", "Play"]);
    assert_eq!(mailbox(&desk, below).total, 1);
    let taken = desk.try_write(move |w| w.rename_mailbox_from_server(work, "INBOX"));
    assert!(matches!(taken, Err(StoreError::AlreadyThere(_))));
}

#[test]
fn deleting_never_deletes_letters() {
    let desk = Desk::with_mail(1);
    let (account, archive, letter) = (desk.account, desk.archive, desk.letters[0]);
    let [work, below] = ["Work", "Work/old"].map(|path| listed(&desk, path));
    desk.write(move |w| w.set_position(letter, below, Some(pli_model::Uid(5))));
    let delete = |desk: &Desk, id| desk.try_write(move |w| w.delete_mailbox(&command("delete"), id));
    refused(delete(&desk, below));
    refused(delete(&desk, work));
    refused(delete(&desk, archive));
    refused(desk.try_write(move |w| w.rename_mailbox(&command("r"), archive, "Elsewhere")));
    refused(desk.try_write(move |w| w.rename_mailbox(&command("r"), work, "Work/old/Work")));

    let mut news = desk.store.changes();
    desk.write(move |w| {
        w.enqueue(
            &command("delete"),
            account,
            &[Act::new(Operation::Move(archive), [letter])],
        )?;
        w.delete_mailbox(&command("delete"), below)
    });
    assert!(news.try_recv().unwrap().changes.contains(&Change::Mailboxes(account)));
    assert_eq!(
        (paths(&desk), next(&desk)),
        (vec!["Work".to_owned()], None),
        "not before the letter left"
    );
    let moving = desk.read(move |r| r.due_operations(account, LATE, 9)).remove(0).id;
    desk.write(move |w| w.settle(moving));
    assert_eq!(
        listed(&desk, "Work/old"),
        below,
        "still listed by the server, and not shown"
    );
    assert_eq!(paths(&desk), ["Work"]);
    assert_eq!(settle(&desk).operation, MailboxOperation::Delete);
    assert!(desk.try_read(move |r| r.mailbox(below)).is_err());
    assert_eq!(mailbox(&desk, archive).total, 1);
    assert_eq!(desk.check(), []);
}

#[test]
fn a_mailbox_into_which_letters_came_stays() {
    let desk = Desk::new();
    let (account, work) = (desk.account, listed(&desk, "Work"));
    desk.write(move |w| w.delete_mailbox(&command("delete"), work));
    assert_eq!(paths(&desk), [] as [&str; 0]);
    desk.write(move |w| w.add_placement(&placed(work, 1, &envelope(1))));
    assert_eq!((paths(&desk), next(&desk)), (vec!["Work".to_owned()], None));
    let row = desk.read(move |r| r.mailbox_operations(account)).remove(0);
    assert_eq!(
        (row.state, row.error.as_str()),
        (OperationState::Undone, "letters came into it")
    );
}

#[test]
fn a_subscription_that_is_under_way_is_not_overwritten() {
    let desk = Desk::new();
    let work = listed(&desk, "Work");
    desk.write(move |w| w.unsubscribe_mailbox(&command("u"), work));
    listed(&desk, "Work");
    assert!(!mailbox(&desk, work).subscribed);
    refuse(&desk);
    assert!(mailbox(&desk, work).subscribed);
    desk.write(move |w| w.unsubscribe_mailbox(&command("v"), work));
    desk.write(|w| w.undo_command(&command("v"), &command("w")));
    assert!(mailbox(&desk, work).subscribed);
}

#[test]
fn attempts_wait_one_after_the_other() {
    let desk = Desk::new();
    let account = desk.account;
    create(&desk, "a");
    create(&desk, "b");
    let first = next(&desk).unwrap().id;
    let at = |now| move |r: &crate::Reader<'_>| r.next_mailbox_operation(account, Timestamp(now));
    desk.write(move |w| w.postpone_mailbox_operation(first, Timestamp(900), "busy"));
    assert_eq!(desk.read(at(899)), None);
    assert_eq!(desk.read(at(900)).unwrap().attempts, 1);
    desk.write(move |w| w.park_mailbox_operation(first, "sign in"));
    assert_eq!(desk.read(at(900)), None);
    desk.write(move |w| w.unpark(account));
    assert_eq!(desk.read(at(0)).unwrap().id, first);
}

/// A command that empties and deletes a mailbox, taken back at each stage.
#[test]
fn a_deleted_mailbox_comes_back_with_its_letters() {
    for stage in ["queued", "moved", "attempted", "done"] {
        let desk = Desk::with_mail(1);
        let (account, archive, letter) = (desk.account, desk.archive, desk.letters[0]);
        let work = listed(&desk, "Work");
        desk.write(move |w| {
            let state = ServerState {
                uid_validity: Some(UidValidity(4)),
                ..ServerState::default()
            };
            w.set_server_state(work, state)?;
            w.set_position(letter, work, Some(pli_model::Uid(5)))?;
            w.enqueue(
                &command("delete"),
                account,
                &[Act::new(Operation::Move(archive), [letter])],
            )?;
            w.delete_mailbox(&command("delete"), work)
        });
        let run = |desk: &Desk| {
            for pending in desk.read(move |r| r.due_operations(account, LATE, 9)) {
                desk.write(move |w| w.begin(&[pending.id]).and_then(|()| w.settle(pending.id)));
            }
        };
        if stage != "queued" {
            run(&desk);
        }
        if stage == "attempted" {
            let id = next(&desk).unwrap().id;
            desk.write(move |w| w.begin_mailbox_operation(id));
        }
        if stage == "done" {
            settle(&desk);
        }
        let offered = desk.read(|r| r.undoable(9)).remove(0);
        assert_eq!(
            (offered.what.len(), offered.mailboxes.as_slice()),
            (1, &[MailboxOperation::Delete][..])
        );
        let undone = desk.write(|w| w.undo_command(&command("delete"), &command("undo")));
        assert_eq!((undone.letters, undone.lost, undone.mailboxes), (1, 0, 1), "{stage}");
        assert_eq!(
            desk.write(|w| w.undo_command(&command("delete"), &command("again"))),
            crate::Undone::default()
        );
        assert_eq!(
            (paths(&desk), mailbox(&desk, work).total),
            (vec!["Work".to_owned()], 1),
            "{stage}"
        );
        for _ in 0..2 {
            if next(&desk).is_some() {
                settle(&desk);
            }
            run(&desk);
        }
        assert_eq!(desk.read(move |r| r.pending_count(account)), 0, "{stage}");
        assert_eq!(
            (paths(&desk), mailbox(&desk, work).server_path.as_str()),
            (vec!["Work".to_owned()], "Work"),
            "{stage}"
        );
        assert_eq!(desk.read(|r| r.undoable(9)), []);
        assert_eq!(desk.check(), [], "{stage}");
    }
}

#[test]
fn creating_and_renaming_can_be_taken_back() {
    for done in [false, true] {
        let desk = Desk::new();
        let id = create(&desk, "Work");
        if done {
            settle(&desk);
        }
        rename(&desk, id, "Play");
        if done {
            settle(&desk);
        }
        desk.write(|w| w.undo_command(&command("rename-Play"), &command("undo-1")));
        assert_eq!(paths(&desk), ["Work"]);
        desk.write(|w| w.undo_command(&command("create-Work"), &command("undo-2")));
        assert_eq!(paths(&desk), [] as [&str; 0]);
        while next(&desk).is_some() {
            settle(&desk);
        }
        assert!(desk.try_read(move |r| r.mailbox(id)).is_err());
    }
}

#[test]
fn a_mailbox_that_holds_letters_by_now_is_not_unmade() {
    let desk = Desk::new();
    let id = create(&desk, "Work");
    settle(&desk);
    desk.write(move |w| w.add_placement(&placed(id, 1, &envelope(1))));
    refused(desk.try_write(|w| w.undo_command(&command("create-Work"), &command("undo"))));
    assert_eq!(desk.read(|r| r.undoable(9)).len(), 1, "nothing was taken back");
}

#[test]
fn where_the_server_has_no_part_it_is_final_at_once() {
    let desk = Desk::with_mail(1);
    let (account, inbox) = (desk.account, desk.inbox);
    desk.write(move |w| {
        let account = Account {
            protocol: Protocol::Pop3,
            ..w.account(account)?
        };
        w.update_account(&account)
    });
    let (work, below) = (create(&desk, "Work"), create(&desk, "Work/old"));
    rename(&desk, work, "Play");
    assert_eq!(paths(&desk), ["Play", "Play/old"]);
    let hidden = desk.write(move |w| {
        w.add_placement(&NewPlacement {
            uid: None,
            flags: pli_model::Flags::DELETED,
            ..placed(below, 1, &envelope(1))
        })
    });
    refused(desk.try_write(move |w| w.delete_mailbox(&command("d"), below)));
    desk.write(move |w| w.expunge(hidden));
    desk.write(move |w| w.delete_mailbox(&command("d"), below));
    assert_eq!((paths(&desk), next(&desk)), (vec!["Play".to_owned()], None));
    desk.write(|w| w.undo_command(&command("d"), &command("undo-d")));
    desk.write(|w| w.undo_command(&command("rename-Play"), &command("undo-r")));
    assert_eq!(paths(&desk), ["Work", "Work/old"]);
    assert_eq!(desk.read(move |r| r.pending_count(account)), 0);
    assert_eq!(mailbox(&desk, inbox).total, 1);
    assert_eq!(desk.check(), []);
}

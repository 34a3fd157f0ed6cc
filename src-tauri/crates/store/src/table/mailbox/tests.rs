use super::*;
use crate::testing::{Desk, command, new_mailbox};
use crate::{Act, Change};
use pli_model::{FlagChange, Marking, Operation, OperationState};

#[test]
fn mailboxes_come_by_role_then_path() {
    let desk = Desk::new();
    let account = desk.account;
    desk.write(move |w| {
        for (path, role) in [
            ("Zoo", Role::Other),
            ("Bin", Role::Trash),
            ("Out", Role::Sent),
            ("Art", Role::Other),
        ] {
            w.put_mailbox(account, &new_mailbox(path, role))?;
        }
        Ok(())
    });
    let paths: Vec<_> = desk
        .read(move |r| r.mailboxes(account))
        .into_iter()
        .map(|one| one.path)
        .collect();
    assert_eq!(paths, ["INBOX", "Out", "Archive", "Bin", "Art", "Zoo"]);
    assert_eq!(
        desk.read(move |r| r.mailbox_for(account, Role::Sent)).unwrap().path,
        "Out"
    );
    assert_eq!(desk.read(move |r| r.mailbox_for(account, Role::Junk)), None);
    assert_eq!(
        desk.read(move |r| r.mailbox_at(account, "Zoo")).unwrap().delimiter,
        Some('/')
    );
}

#[test]
fn putting_again_updates_and_is_told_only_when_something_changed() {
    let desk = Desk::new();
    let (account, archive) = (desk.account, desk.archive);
    let mut news = desk.store.changes();
    let mut listed = new_mailbox("Archive", Role::Archive);
    let same = listed.clone();
    assert_eq!(desk.write(move |w| w.put_mailbox(account, &same)), archive);
    assert!(news.try_recv().is_err());
    listed.selectable = false;
    assert_eq!(desk.write(move |w| w.put_mailbox(account, &listed)), archive);
    assert_eq!(news.try_recv().unwrap().changes, [Change::Mailboxes(account)]);
    assert!(!desk.read(move |r| r.mailbox(archive)).selectable);
}

#[test]
fn what_the_server_said_is_remembered() {
    let desk = Desk::new();
    let inbox = desk.inbox;
    let state = ServerState {
        uid_validity: Some(UidValidity(u32::MAX)),
        uid_next: 9,
        exists: 4,
        highest_modseq: 1 << 62,
    };
    desk.write(move |w| w.set_server_state(inbox, state));
    assert_eq!(desk.reopen().read(move |r| r.mailbox(inbox)).known, state);
}

#[test]
fn a_removed_mailbox_takes_its_letters_and_gives_back_those_on_their_way_to_it() {
    let desk = Desk::with_mail(2);
    let (account, inbox, archive) = (desk.account, desk.inbox, desk.archive);
    let [staying, going] = [desk.letters[0], desk.letters[1]];
    desk.write(move |w| {
        w.enqueue(
            &command("move"),
            account,
            &[Act::new(Operation::Move(archive), [staying])],
        )
    });
    desk.write(move |w| w.set_position(going, archive, None));
    let flagged = Operation::Mark(Marking::flags(FlagChange::add(pli_model::Flags::FLAGGED)));
    desk.write(move |w| w.enqueue(&command("flag"), account, &[Act::new(flagged, [going])]));
    desk.write(move |w| w.remove_mailbox(archive));
    assert_eq!(
        desk.read(move |r| r.pending_count(account)),
        0,
        "what waited for its letters has ended"
    );
    assert_eq!(desk.read(move |r| r.letter(staying)).row.mailbox, inbox);
    assert_eq!(desk.read(move |r| r.mailbox(inbox)).total, 1);
    let operation = desk.read(move |r| r.operations(account)).remove(0);
    assert_eq!(
        (operation.state, operation.error.as_str()),
        (OperationState::Undone, "the mailbox was removed")
    );
    assert_eq!(desk.check(), []);
}

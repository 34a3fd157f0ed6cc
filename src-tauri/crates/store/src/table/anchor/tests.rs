use super::*;
use crate::testing::{Desk, command, new_mailbox, new_uidl, placed};
use crate::{Act, ImapMailbox, ImapPlace};
use pli_model::{FlagChange, Marking, Operation, Protocol};
use std::collections::HashSet;

const VALIDITY: UidValidity = UidValidity(7);

/// Three whole letters in the inbox under UIDs from 1.
fn desk() -> Desk {
    let mut desk = Desk::new();
    let (inbox, archive) = (desk.inbox, desk.archive);
    for mailbox in [inbox, archive] {
        desk.write(move |w| {
            w.set_server_state(
                mailbox,
                crate::ServerState {
                    uid_validity: Some(VALIDITY),
                    uid_next: 9,
                    ..crate::ServerState::default()
                },
            )
        });
    }
    for n in 1..=3 {
        let digest = desk.put_body(format!("Subject: {n}\r\n\r\n{n}\r\n").as_bytes());
        let id = desk.write(move |w| {
            let envelope = crate::testing::envelope(i64::from(n));
            w.add_placement(&crate::NewPlacement {
                digest: Some(digest),
                ..placed(inbox, n, &envelope)
            })
        });
        desk.letters.push(id);
    }
    desk
}

fn change(desk: &Desk, protocol: Protocol) -> Account {
    let account = desk.account;
    Account {
        protocol,
        ..desk.read(move |r| r.account(account))
    }
}

fn to_pop3(desk: &Desk) {
    let (account, letters) = (change(desk, Protocol::Pop3), desk.letters.clone());
    desk.write(move |w| {
        let uidls: Vec<_> = letters.iter().map(|letter| (format!("u{letter}"), *letter)).collect();
        w.change_to_pop3(&account, &uidls, &[NewMailbox::local("Sent", Role::Sent)])
    });
}

fn to_imap(desk: &Desk, places: Vec<ImapPlace>) {
    let account = change(desk, Protocol::Imap);
    let listed: Vec<_> = [("INBOX", Role::Inbox), ("Archive", Role::Archive)]
        .map(|(path, role)| ImapMailbox {
            mailbox: new_mailbox(path, role),
            uid_validity: Some(VALIDITY),
        })
        .into();
    desk.write(move |w| w.change_to_imap(&command("back"), &account, "", &listed, &places));
}

fn place(placement: PlacementId, uid: u32, flags: Flags) -> ImapPlace {
    ImapPlace {
        placement,
        path: "INBOX".to_owned(),
        uid: Uid(uid),
        flags,
        keywords: Vec::new(),
    }
}

fn act(desk: &Desk, name: &str, operation: Operation, letter: PlacementId) {
    let (account, command) = (desk.account, command(name));
    desk.write(move |w| w.enqueue(&command, account, &[Act::new(operation, [letter])]));
}

#[test]
fn there_and_back_again_leaves_everything_where_it_was() {
    let desk = desk();
    let (account, inbox, letters) = (desk.account, desk.inbox, desk.letters.clone());
    to_pop3(&desk);
    assert_eq!(desk.read(move |r| r.server_uids(inbox)), []);
    assert_eq!(desk.read(move |r| r.anchors(account)).len(), 3);
    assert!(desk.read(move |r| r.is_settling(account)));
    let again = change(&desk, Protocol::Pop3);
    assert!(desk.try_write(move |w| w.change_to_pop3(&again, &[], &[])).is_err());
    assert_eq!(
        desk.read(move |r| r.anchors(account)).len(),
        3,
        "a second change would forget them"
    );
    assert!(
        desk.read(move |r| r.mailbox_for(account, Role::Sent))
            .is_some_and(|sent| !sent.on_server)
    );
    to_imap(
        &desk,
        letters
            .iter()
            .zip(1..)
            .map(|(letter, uid)| place(*letter, uid, Flags::NONE))
            .collect(),
    );
    assert_eq!(desk.read(move |r| r.server_uids(inbox)), [Uid(1), Uid(2), Uid(3)]);
    assert_eq!(desk.read(move |r| r.pending_count(account)), 0);
    assert_eq!(desk.read(move |r| r.anchors(account)), []);
    assert_eq!(desk.check(), []);
}

#[test]
fn what_was_done_meanwhile_is_told_to_the_server_and_nothing_else() {
    let desk = desk();
    let (account, inbox, archive, letters) = (desk.account, desk.inbox, desk.archive, desk.letters.clone());
    let [first, second, third] = [letters[0], letters[1], letters[2]];
    to_pop3(&desk);
    act(
        &desk,
        "read",
        Operation::Mark(Marking::flags(FlagChange::add(Flags::SEEN))),
        first,
    );
    act(&desk, "file", Operation::Move(archive), second);
    assert_eq!(
        desk.read(move |r| r.pending_count(account)),
        0,
        "POP3 has no part in it"
    );
    // The third was flagged there meanwhile: that is the server's to tell, and is not taken back.
    to_imap(
        &desk,
        vec![
            place(first, 1, Flags::NONE),
            place(second, 2, Flags::NONE),
            place(third, 3, Flags::FLAGGED),
        ],
    );
    let operations = desk.read(move |r| r.operations(account));
    let waiting: Vec<_> = operations
        .into_iter()
        .filter(|row| row.state == pli_model::OperationState::Queued)
        .map(|row| (row.operation, row.letters))
        .collect();
    assert_eq!(
        waiting,
        [
            (
                Operation::Mark(Marking::flags(FlagChange::add(Flags::SEEN))),
                vec![first]
            ),
            (Operation::Move(archive), vec![second]),
        ]
    );
    assert_eq!(desk.read(move |r| r.server_uids(inbox)).len(), 3);
    assert_eq!(
        desk.read(move |r| r.letter(second)).row.mailbox,
        archive,
        "it is shown where it was filed"
    );
    assert_eq!(desk.check(), []);
}

#[test]
fn a_letter_that_came_by_pop3_clears_no_mark_there() {
    let desk = desk();
    let (account, inbox) = (desk.account, desk.inbox);
    to_pop3(&desk);
    let digest = desk.put_body(b"Subject: new\r\n\r\nnew\r\n");
    let new = desk.write(move |w| {
        let envelope = crate::testing::envelope(9);
        w.add_placement(&crate::NewPlacement {
            uid: None,
            uidl: Some(new_uidl("u9")),
            digest: Some(digest),
            ..placed(inbox, 9, &envelope)
        })
    });
    to_imap(&desk, vec![place(new, 9, Flags::SEEN | Flags::FLAGGED)]);
    let flags = desk.read(move |r| r.letter(new)).row.flags;
    assert_eq!(flags, Flags::FLAGGED, "nobody has read it");
    let waiting = desk.read(move |r| r.operations(account));
    let unread = Operation::Mark(Marking::flags(FlagChange::remove(Flags::SEEN)));
    assert_eq!(waiting.last().map(|row| &row.operation), Some(&unread));
}

#[test]
fn a_letter_fetched_by_pop3_is_the_one_that_is_here_wherever_it_is() {
    let desk = desk();
    let (account, inbox, archive, first) = (desk.account, desk.inbox, desk.archive, desk.letters[0]);
    let digest = desk.read(move |r| r.letter(first)).digest.unwrap();
    let change = change(&desk, Protocol::Pop3);
    desk.write(move |w| w.change_to_pop3(&change, &[], &[]));
    act(&desk, "file", Operation::Move(archive), first);
    assert!(desk.write(move |w| w.adopt_uidl(inbox, "u1", digest, &HashSet::new())));
    assert_eq!(
        desk.read(move |r| r.placement_of_uidl(account, "u1")),
        Some(Some(first))
    );
    assert!(
        !desk.write(move |w| w.adopt_uidl(inbox, "u2", digest, &HashSet::new())),
        "a second one of that body is another letter"
    );
    assert_eq!(desk.read(move |r| r.other_letters(account)), []);
}

#[test]
fn a_special_mailbox_of_this_computer_yields_to_the_servers_or_is_made_there() {
    let desk = desk();
    let (account, first, second) = (desk.account, desk.letters[0], desk.letters[1]);
    let change = change(&desk, Protocol::Pop3);
    let local = [("Kept", Role::Trash), ("Sent", Role::Sent), ("Junk", Role::Junk)];
    let local = local.map(|(path, role)| NewMailbox::local(path, role));
    desk.write(move |w| w.change_to_pop3(&change, &[], &local));
    let mailbox = |role| {
        desk.read(move |r| r.mailbox_for(account, role))
            .map(|mailbox| mailbox.id)
    };
    let (trash, sent) = (mailbox(Role::Trash).unwrap(), mailbox(Role::Sent).unwrap());
    act(&desk, "delete", Operation::Move(trash), first);
    act(&desk, "file", Operation::Move(sent), second);
    let changed = self::change(&desk, Protocol::Imap);
    let listed = [
        ("INBOX", Role::Inbox),
        ("Archive", Role::Archive),
        ("Deleted Items", Role::Trash),
    ];
    let listed = listed.map(|(path, role)| ImapMailbox {
        mailbox: new_mailbox(path, role),
        uid_validity: Some(VALIDITY),
    });
    let places = vec![place(first, 1, Flags::NONE), place(second, 2, Flags::NONE)];
    desk.write(move |w| w.change_to_imap(&command("back"), &changed, "", &listed, &places));
    let now: Vec<_> = desk
        .read(move |r| r.mailboxes(account))
        .into_iter()
        .map(|mailbox| (mailbox.path, mailbox.role, mailbox.on_server, mailbox.total))
        .collect();
    let told = |path: &str, role, on_server, total| (path.to_owned(), role, on_server, total);
    assert_eq!(now.len(), 5, "{now:?}");
    for expected in [
        told("INBOX", Role::Inbox, true, 1),
        told("Archive", Role::Archive, true, 0),
        told("Deleted Items", Role::Trash, true, 1),
        told("Sent", Role::Sent, true, 1),
        told("Kept", Role::Other, false, 0),
    ] {
        assert!(now.contains(&expected), "{expected:?} in {now:?}");
    }
    assert_eq!(desk.check(), []);
}

#[test]
fn an_account_with_unfinished_business_stays_as_it_is() {
    let desk = desk();
    let (account, first) = (change(&desk, Protocol::Pop3), desk.letters[0]);
    act(
        &desk,
        "read",
        Operation::Mark(Marking::flags(FlagChange::add(Flags::SEEN))),
        first,
    );
    let refused = desk.try_write(move |w| w.change_to_pop3(&account, &[], &[]));
    assert!(matches!(refused, Err(StoreError::Refused(_))), "{refused:?}");
    let headers = Desk::with_mail(2);
    let account = change(&headers, Protocol::Pop3);
    let refused = headers.try_write(move |w| w.change_to_pop3(&account, &[], &[]));
    assert!(matches!(refused, Err(StoreError::Refused(_))), "{refused:?}");
}

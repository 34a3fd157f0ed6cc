use super::*;
use crate::testing::{Desk, command, envelope, new_uidl, placed};
use crate::{Act, Change, View};
use pli_model::{Address, FlagChange, Marking, Operation, Role};

const SEEN: Operation = Operation::Mark(Marking::flags(FlagChange::add(Flags::SEEN)));

fn counters(desk: &Desk, mailbox: MailboxId) -> (u32, u32) {
    let mailbox = desk.read(move |r| r.mailbox(mailbox));
    (mailbox.total, mailbox.unread)
}

#[test]
fn a_letter_is_added_once_under_its_uid() {
    let desk = Desk::with_mail(2);
    let inbox = desk.inbox;
    let again = desk.write(move |w| w.add_placement(&placed(inbox, 2, &envelope(7))));
    assert_eq!(again, desk.letters[1]);
    assert_eq!(counters(&desk, inbox), (2, 2));
    let known: Vec<_> = desk
        .read(move |r| r.server_letters(inbox))
        .into_iter()
        .map(|letter| letter.uid.0)
        .collect();
    assert_eq!(known, [1, 2]);
    let lost = desk.try_write(|w| w.add_placement(&placed(MailboxId(99), 1, &envelope(1))));
    assert!(matches!(lost, Err(StoreError::NotFound(_))));
}

#[test]
fn everything_about_a_letter_comes_back() {
    let desk = Desk::new();
    let inbox = desk.inbox;
    let mut full = envelope(3);
    full.cc = vec![Address {
        name: "Zoë, \"the\" ✓".to_owned(),
        email: "zoe@south.test".to_owned(),
    }];
    full.reply_to = vec![Address::bare("list@south.test")];
    full.bcc = vec![Address::bare("hidden@south.test")];
    let digest = desk.put_body(b"body");
    let said = full.clone();
    let id = desk.write(move |w| {
        w.add_placement(&NewPlacement {
            flags: Flags::FLAGGED,
            keywords: vec!["$Forwarded".to_owned(), "work".to_owned()],
            snippet: "Dear Bob".to_owned(),
            has_attachments: true,
            digest: Some(digest),
            ..placed(inbox, 9, &said)
        })
    });
    let record = desk.read(move |r| r.letter(id));
    assert_eq!(
        (record.cc, record.bcc, record.reply_to),
        (full.cc, full.bcc, full.reply_to)
    );
    assert_eq!(
        (record.in_reply_to, record.references, record.digest),
        (full.in_reply_to, full.references, Some(digest))
    );
    let row = record.row;
    assert_eq!(
        (row.from, row.to, row.subject, row.date),
        (full.from, full.to, full.subject, full.date)
    );
    assert_eq!(
        (row.flags, row.keywords.join(" ").as_str(), row.size),
        (Flags::FLAGGED, "$Forwarded work", 109)
    );
    assert_eq!(
        (row.snippet.as_str(), row.has_attachments, row.has_body),
        ("Dear Bob", true, true)
    );
    assert_eq!(
        (row.message_id, row.received),
        (full.message_id.clone(), Timestamp(9000))
    );
    let account = desk.account;
    assert_eq!(desk.read(move |r| r.find_by_message_id(account, "3@north.test")), [id]);
    assert_eq!(desk.read(move |r| r.find_by_message_id(account, "")), []);
}

#[test]
fn the_same_body_in_two_mailboxes_is_one_letter() {
    let desk = Desk::new();
    let (inbox, archive) = (desk.inbox, desk.archive);
    let digest = desk.put_body(b"shared");
    let ids: Vec<_> = [inbox, archive]
        .map(|mailbox| {
            desk.write(move |w| {
                w.add_placement(&NewPlacement {
                    digest: Some(digest),
                    ..placed(mailbox, 1, &envelope(1))
                })
            })
        })
        .into();
    let letters = |desk: &Desk| -> i64 {
        desk.read(|r| Ok(r.mail.query_row("SELECT count(*) FROM letter", [], |row| row.get(0))?))
    };
    assert_eq!(letters(&desk), 1);
    // A header-only one joins them when its body comes.
    let late = desk.write(move |w| w.add_placement(&placed(archive, 2, &envelope(1))));
    assert_eq!(letters(&desk), 2);
    desk.write(move |w| w.set_body(late, digest, "s".to_owned(), false, 6, &envelope(1)));
    assert_eq!(letters(&desk), 1);
    assert!(desk.read(move |r| r.letter(late)).row.has_body);
    for id in ids.into_iter().chain([late]) {
        desk.write(move |w| w.expunge(id));
    }
    assert_eq!((letters(&desk), desk.collect_orphans()), (0, 1));
    assert_eq!(desk.check(), []);
}

#[test]
fn another_body_of_a_shared_letter_leaves_the_others_theirs() {
    let desk = Desk::new();
    let (inbox, archive) = (desk.inbox, desk.archive);
    let (old, new) = (desk.put_body(b"old"), desk.put_body(b"new"));
    let [mine, theirs] = [inbox, archive].map(|mailbox| {
        desk.write(move |w| {
            w.add_placement(&NewPlacement {
                digest: Some(old),
                ..placed(mailbox, 1, &envelope(1))
            })
        })
    });
    desk.write(move |w| w.set_body(mine, new, String::new(), false, 3, &envelope(1)));
    assert_eq!(desk.read(move |r| r.letter(mine)).digest, Some(new));
    assert_eq!(desk.read(move |r| r.letter(theirs)).digest, Some(old));
    assert_eq!(desk.check(), []);
}

#[test]
fn missing_bodies_come_newest_first() {
    let desk = Desk::with_mail(3);
    let (account, inbox, newest) = (desk.account, desk.inbox, desk.letters[2]);
    let ids = move |desk: &Desk, limit| -> Vec<ServerId> {
        desk.read(move |r| r.missing_bodies(inbox, None, limit))
            .into_iter()
            .map(|missing| missing.id)
            .collect()
    };
    let uid = |n| ServerId::Uid(Uid(n));
    assert_eq!(ids(&desk, 2), [uid(3), uid(2)]);
    assert_eq!(
        desk.read(move |r| r.missing_body_total(account, None)),
        (3, 101 + 102 + 103)
    );
    let digest = desk.put_body(b"three");
    desk.write(move |w| w.set_body(newest, digest, "three".to_owned(), false, 5, &envelope(3)));
    assert_eq!(ids(&desk, 9), [uid(2), uid(1)]);
    let since = Some(Timestamp(2_000));
    assert_eq!(desk.read(move |r| r.missing_bodies(inbox, since, 9))[0].id, uid(2));
    assert_eq!(desk.read(move |r| r.missing_body_total(account, since)), (1, 102));
    assert_eq!(desk.read(move |r| r.missing_body_total(account, None)), (2, 101 + 102));
    desk.write(move |w| w.clear_uids(inbox));
    assert_eq!(ids(&desk, 9), [], "what the server has no name for cannot be fetched");
    desk.write(move |w| {
        w.put_uidl(account, "u1", newest)
            .and(w.put_uidl(account, "u0", PlacementId(1)))
    });
    assert_eq!(ids(&desk, 9), [ServerId::Uidl("u0".to_owned())]);
}

#[test]
fn server_flags_are_shown_under_what_is_pending() {
    let desk = Desk::with_mail(1);
    let (account, letter) = (desk.account, desk.letters[0]);
    desk.write(move |w| w.enqueue(&command("read"), account, &[Act::new(SEEN, [letter])]));
    let mut news = desk.store.changes();
    desk.write(move |w| w.set_server_flags(letter, Flags::FLAGGED, &["k".to_owned()]));
    let row = desk.read(move |r| r.letter(letter)).row;
    assert_eq!(
        (row.flags, row.keywords),
        (Flags::SEEN | Flags::FLAGGED, vec!["k".to_owned()])
    );
    assert_eq!(
        news.try_recv().unwrap().changes,
        [Change::Changed {
            placement: letter,
            mailbox: desk.inbox
        }]
    );
    let told = desk.read(move |r| r.server_letters(MailboxId(1))).remove(0);
    assert_eq!(
        (told.flags, told.keywords),
        (Flags::FLAGGED, vec!["k".to_owned()]),
        "the truth stays the server's"
    );
}

#[test]
fn what_is_marked_deleted_is_shown_nowhere() {
    let desk = Desk::with_mail(2);
    let (account, inbox, letter) = (desk.account, desk.inbox, desk.letters[0]);
    let deleted = Operation::Mark(Marking::flags(FlagChange::add(Flags::DELETED | Flags::FLAGGED)));
    let mut news = desk.store.changes();
    let id = desk
        .write(move |w| w.enqueue(&command("delete"), account, &[Act::new(deleted, [letter])]))
        .unwrap()[0];
    assert_eq!(counters(&desk, inbox), (1, 1));
    let commit = news.try_recv().unwrap();
    assert!(commit.changes.contains(&Change::Vanished {
        placement: letter,
        mailbox: inbox
    }));
    assert!(commit.changes.contains(&Change::Counts(inbox)));
    for view in [View::Mailbox(inbox), View::Role(Role::Inbox), View::Flagged] {
        assert!(
            desk.read(move |r| r.view_keys(&view))
                .iter()
                .all(|key| key.placement != letter),
            "{view:?}"
        );
        assert_eq!(desk.read(move |r| r.view_key(&view, letter)), None, "{view:?}");
    }
    desk.write(move |w| w.refuse(id, "no"));
    assert_eq!(counters(&desk, inbox), (2, 2));
}

#[test]
fn a_letter_without_a_message_id_is_recognised_by_date_and_subject() {
    let desk = Desk::new();
    let inbox = desk.inbox;
    let nameless = |n| Envelope {
        message_id: String::new(),
        ..envelope(n)
    };
    let letters = desk.write(move |w| {
        let add = |n: u32| {
            w.add_placement(&NewPlacement {
                size: 100,
                ..placed(inbox, n, &nameless(i64::from(n)))
            })
        };
        let letters = [1, 2].map(add);
        w.clear_uids(inbox)?;
        Ok(letters.map(|letter| letter.unwrap()))
    });
    assert_eq!(letters.map(|letter| desk.is_unplaced(letter, inbox)), [true, true]);
}

#[test]
fn void_uids_leave_the_letters_unplaced() {
    let desk = Desk::with_mail(2);
    let (inbox, letter) = (desk.inbox, desk.letters[0]);
    desk.write(move |w| w.clear_uids(inbox));
    assert_eq!(desk.read(move |r| r.server_letters(inbox)), []);
    let unplaced = |desk: &Desk| [0, 1].map(|at| desk.is_unplaced(desk.letters[at], inbox));
    assert_eq!(unplaced(&desk), [true, true]);
    desk.write(move |w| w.set_position(letter, inbox, Some(Uid(70))));
    assert_eq!(unplaced(&desk), [false, true]);
    assert_eq!(desk.read(move |r| r.placement_at(inbox, Uid(70))), Some(letter));
    assert_eq!(counters(&desk, inbox), (2, 2));
}

#[test]
fn a_position_that_was_taken_for_a_new_letter_absorbs_it() {
    let desk = Desk::with_mail(1);
    let (account, archive, letter) = (desk.account, desk.archive, desk.letters[0]);
    let digest = desk.put_body(b"came with the double");
    let double = desk.write(move |w| {
        let envelope = envelope(1);
        let place = placed(archive, 50, &envelope);
        w.add_placement(&NewPlacement {
            digest: Some(digest),
            flags: Flags::FLAGGED,
            uidl: Some(new_uidl("u")),
            ..place
        })
    });
    desk.write(move |w| w.enqueue(&command("read"), account, &[Act::new(SEEN, [double])]));
    desk.write(move |w| w.set_position(letter, archive, Some(Uid(50))));
    assert!(desk.try_read(move |r| r.letter(double)).is_err());
    let record = desk.read(move |r| r.letter(letter));
    assert_eq!(
        (record.row.mailbox, record.row.flags),
        (archive, Flags::SEEN | Flags::FLAGGED)
    );
    assert_eq!((record.digest, record.row.has_body), (Some(digest), true));
    assert_eq!(desk.read(move |r| r.position(letter)).uidl.as_deref(), Some("u"));
    assert_eq!(desk.check(), []);
}

#[test]
fn an_expunged_letter_goes_and_what_waited_for_it_ends() {
    let desk = Desk::with_mail(1);
    let (account, inbox, letter) = (desk.account, desk.inbox, desk.letters[0]);
    desk.write(move |w| w.enqueue(&command("read"), account, &[Act::new(SEEN, [letter])]));
    assert!(desk.write(move |w| w.expunge(letter)));
    assert!(desk.write(move |w| w.expunge(letter)), "a statement heard twice");
    assert_eq!(counters(&desk, inbox), (0, 0));
    assert_eq!(desk.read(move |r| r.pending_count(account)), 0);
    assert_eq!(desk.check(), []);
}

#[test]
fn a_letter_that_our_move_took_away_stays() {
    let desk = Desk::with_mail(3);
    let (account, inbox, archive, letters) = (desk.account, desk.inbox, desk.archive, desk.letters.clone());
    let (moved, asked) = (letters[0], Operation::Move(archive));
    let id = desk
        .write(move |w| w.enqueue(&command("move"), account, &[Act::new(asked, [moved])]))
        .unwrap()[0];
    desk.write(move |w| w.begin(&[id]));
    assert!(
        !desk.write(move |w| w.expunge(moved)),
        "the answer to our own move was lost"
    );
    assert_eq!(
        desk.read(move |r| r.position(moved)),
        ServerPosition {
            mailbox: Some(archive),
            uid: None,
            uidl: None
        }
    );
    desk.write(move |w| w.settle(id));
    assert_eq!(counters(&desk, archive), (1, 1));

    // What was never begun cannot have taken it away.
    let (third, asked) = (letters[2], Operation::Move(archive));
    desk.write(move |w| w.enqueue(&command("later"), account, &[Act::new(asked, [third])]));
    assert!(desk.write(move |w| w.expunge(third)));
    assert_eq!(desk.read(move |r| r.pending_count(account)), 0);

    // A statement from before the move does not count any more.
    let other = letters[1];
    desk.write(move |w| w.set_position(other, archive, Some(Uid(5))));
    assert!(!desk.write(move |w| w.expunge_at(other, inbox, Uid(2))));
    assert!(desk.write(move |w| w.expunge_at(other, archive, Uid(5))));
    assert_eq!((counters(&desk, inbox), counters(&desk, archive)), ((0, 0), (1, 1)));
}

#[test]
fn placements_of_one_object_are_one_letter_with_one_body() {
    let desk = Desk::new();
    let (inbox, archive) = (desk.inbox, desk.archive);
    let add = |desk: &Desk, mailbox, uid, digest| -> PlacementId {
        desk.write(move |w| {
            w.add_placement(&NewPlacement {
                object_id: Some("M1".to_owned()),
                digest,
                ..placed(mailbox, uid, &envelope(1))
            })
        })
    };
    let (first, second) = (add(&desk, inbox, 1, None), add(&desk, archive, 7, None));
    let digest = desk.put_body(b"fetched once");
    let mut news = desk.store.changes();
    desk.write(move |w| w.set_body(first, digest, "s".to_owned(), false, 12, &envelope(1)));
    assert_eq!(news.try_recv().unwrap().changes.len(), 2, "both look different");
    for mailbox in [inbox, archive] {
        assert_eq!(desk.read(move |r| r.missing_bodies(mailbox, None, 9)), []);
    }
    let row = desk.read(move |r| r.letter(second)).row;
    assert_eq!((row.has_body, row.size, row.snippet.as_str()), (true, 12, "s"));
    let late = add(&desk, archive, 8, None);
    assert!(desk.read(move |r| r.letter(late)).row.has_body);
    assert_eq!(desk.check(), []);
}

#[test]
fn an_object_whose_body_is_another_letters_joins_it_with_all_its_placements() {
    let desk = Desk::new();
    let (inbox, archive) = (desk.inbox, desk.archive);
    let digest = desk.put_body(b"known by its digest");
    let known = desk.write(move |w| {
        w.add_placement(&NewPlacement {
            digest: Some(digest),
            ..placed(inbox, 1, &envelope(1))
        })
    });
    let named = |mailbox, uid, digest| {
        move |w: &mut crate::Writer<'_>| {
            w.add_placement(&NewPlacement {
                object_id: Some("M1".to_owned()),
                digest,
                ..placed(mailbox, uid, &envelope(1))
            })
        }
    };
    let first = desk.write(named(inbox, 2, None));
    desk.write(named(archive, 3, None));
    desk.write(move |w| w.set_body(first, digest, String::new(), false, 19, &envelope(1)));
    // What comes whole under that name is the same letter, too.
    desk.write(named(archive, 4, Some(digest)));
    let letters: i64 = desk.read(|r| Ok(r.mail.query_row("SELECT count(*) FROM letter", [], |row| row.get(0))?));
    assert_eq!(letters, 1);
    assert_eq!(desk.read(move |r| r.letter(known)).digest, Some(digest));
    assert_eq!(desk.check(), []);
}

#[test]
fn a_whole_body_completes_a_letter_of_that_name() {
    let desk = Desk::new();
    let (inbox, archive) = (desk.inbox, desk.archive);
    let digest = desk.put_body(b"came whole");
    let (first, _) = desk.write(move |w| {
        let envelope = envelope(1);
        let new = |mailbox, digest| NewPlacement {
            object_id: Some("M1".to_owned()),
            digest,
            ..placed(mailbox, 1, &envelope)
        };
        Ok((
            w.add_placement(&new(inbox, None))?,
            w.add_placement(&new(archive, Some(digest)))?,
        ))
    });
    assert_eq!(desk.read(move |r| r.letter(first)).digest, Some(digest));
    assert_eq!(desk.check(), []);
}

#[test]
fn what_the_server_has_can_be_asked_for_in_part() {
    let desk = Desk::with_mail(5);
    let inbox = desk.inbox;
    assert_eq!(desk.read(move |r| r.server_uids(inbox)), [1, 2, 3, 4, 5].map(Uid));
    let all = desk.read(move |r| r.server_letters(inbox));
    let mut some = desk.read(move |r| r.letters_at(inbox, &[Uid(4), Uid(9), Uid(2)]));
    some.sort_by_key(|letter| letter.uid);
    assert_eq!(some, [all[1].clone(), all[3].clone()]);
}

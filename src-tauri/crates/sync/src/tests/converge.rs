//! Server events, a person's acts, crashes and lost answers at random against a model server.

use super::model::{Fate, MAILBOXES, Server, Talents, lock};
use super::play;
use super::world::World;
use pli_model::{FlagChange, Flags, Marking};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Debug, Clone)]
enum Step {
    // At the server, by others.
    Deliver(usize),
    TheyMark {
        mailbox: usize,
        pick: usize,
        add: u8,
        remove: u8,
    },
    TheyMove {
        mailbox: usize,
        pick: usize,
        target: usize,
    },
    TheyExpunge {
        mailbox: usize,
        pick: usize,
    },
    MadeAnew(usize),
    // Here, by the person.
    Mark {
        mailbox: usize,
        picks: Vec<usize>,
        add: u8,
        remove: u8,
        keyword: bool,
    },
    Move {
        mailbox: usize,
        picks: Vec<usize>,
        target: usize,
    },
    MoveAndUndo {
        mailbox: usize,
        picks: Vec<usize>,
        target: usize,
        sync: bool,
    },
    Copy {
        mailbox: usize,
        picks: Vec<usize>,
        target: usize,
    },
    Expunge {
        mailbox: usize,
        picks: Vec<usize>,
    },
    // Between the two.
    Sync,
    Broken {
        steps: u32,
        done: bool,
    },
    Restart,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let mailbox = || 0..MAILBOXES.len();
    let picks = || prop::collection::vec(0..16_usize, 1..4);
    let step = prop_oneof![
        5 => mailbox().prop_map(Step::Deliver),
        2 => (mailbox(), 0..16_usize, 0..8_u8, 0..8_u8)
            .prop_map(|(mailbox, pick, add, remove)| Step::TheyMark { mailbox, pick, add, remove }),
        2 => (mailbox(), 0..16_usize, mailbox())
            .prop_map(|(mailbox, pick, target)| Step::TheyMove { mailbox, pick, target }),
        1 => (mailbox(), 0..16_usize).prop_map(|(mailbox, pick)| Step::TheyExpunge { mailbox, pick }),
        1 => mailbox().prop_map(Step::MadeAnew),
        3 => (mailbox(), picks(), 0..8_u8, 0..8_u8, any::<bool>())
            .prop_map(|(mailbox, picks, add, remove, keyword)| Step::Mark { mailbox, picks, add, remove, keyword }),
        3 => (mailbox(), picks(), mailbox()).prop_map(|(mailbox, picks, target)| Step::Move { mailbox, picks, target }),
        1 => (mailbox(), picks(), mailbox(), any::<bool>())
            .prop_map(|(mailbox, picks, target, sync)| Step::MoveAndUndo { mailbox, picks, target, sync }),
        2 => (mailbox(), picks(), mailbox()).prop_map(|(mailbox, picks, target)| Step::Copy { mailbox, picks, target }),
        1 => (mailbox(), picks()).prop_map(|(mailbox, picks)| Step::Expunge { mailbox, picks }),
        3 => Just(Step::Sync),
        6 => (prop_oneof![0..8_u32, 0..40_u32], any::<bool>()).prop_map(|(steps, done)| Step::Broken { steps, done }),
        1 => Just(Step::Restart),
    ];
    prop::collection::vec(step, 1..30)
}

fn talents() -> impl Strategy<Value = Talents> {
    any::<[bool; 4]>().prop_map(|[deltas, atomic_move, tells_places, counters]| Talents {
        deltas,
        atomic_move,
        tells_places,
        counters,
    })
}

/// What is in the server's mailbox under that pick.
fn picked(server: &Server, mailbox: usize, pick: usize) -> Option<u32> {
    let one = &server.boxes[MAILBOXES[mailbox].0];
    let len = one.letters.len();
    (len > 0).then(|| *one.letters.keys().nth(pick % len).unwrap())
}

fn they(world: &mut World, step: &Step) {
    let mut server = lock(&world.server);
    match step {
        Step::TheyMark {
            mailbox,
            pick,
            add,
            remove,
        } => {
            let Some(uid) = picked(&server, *mailbox, *pick) else {
                return;
            };
            let flags = FlagChange {
                add: Flags::from_bits(*add),
                remove: Flags::from_bits(*remove),
            };
            let marking = Marking {
                flags,
                ..Marking::default()
            };
            server.boxes.get_mut(MAILBOXES[*mailbox].0).unwrap().mark(uid, &marking);
        }
        Step::TheyMove { mailbox, pick, target } => {
            let Some(uid) = picked(&server, *mailbox, *pick).filter(|_| mailbox != target) else {
                return;
            };
            // As little as Pli do others show what a move has marked in order to expunge it.
            let letters = &server.boxes[MAILBOXES[*mailbox].0].letters;
            if letters[&uid].flags.contains(Flags::DELETED) {
                return;
            }
            let letter = server
                .boxes
                .get_mut(MAILBOXES[*mailbox].0)
                .unwrap()
                .remove(uid)
                .unwrap();
            let target = server.boxes.get_mut(MAILBOXES[*target].0).unwrap();
            target.add(letter.number, letter.flags, letter.keywords);
        }
        Step::TheyExpunge { mailbox, pick } => {
            let Some(uid) = picked(&server, *mailbox, *pick) else {
                return;
            };
            server.boxes.get_mut(MAILBOXES[*mailbox].0).unwrap().remove(uid);
        }
        Step::MadeAnew(mailbox) => server.make_anew(MAILBOXES[*mailbox].0),
        _ => {}
    }
}

/// Letters that this step deletes, by the person's will or by others'.
async fn to_be_deleted(world: &World, step: &Step) -> Vec<u32> {
    match step {
        Step::TheyExpunge { mailbox, pick } => {
            let server = lock(&world.server);
            let uid = picked(&server, *mailbox, *pick);
            let letters = &server.boxes[MAILBOXES[*mailbox].0].letters;
            uid.map(|uid| letters[&uid].number).into_iter().collect()
        }
        Step::Expunge { mailbox, picks } => world.numbers(*mailbox, picks).await,
        _ => Vec::new(),
    }
}

async fn carry_out(world: &mut World, step: Step) {
    match step {
        Step::Deliver(mailbox) => world.deliver(mailbox),
        Step::Mark {
            mailbox,
            picks,
            add,
            remove,
            keyword,
        } => world.mark(mailbox, &picks, add, remove, keyword).await,
        Step::Move { mailbox, picks, target } => _ = world.move_to(mailbox, &picks, target).await,
        Step::MoveAndUndo {
            mailbox,
            picks,
            target,
            sync,
        } => {
            if let Some(command) = world.move_to(mailbox, &picks, target).await {
                if sync {
                    world.sync(None).await.unwrap();
                }
                world.undo(&command).await;
            }
        }
        Step::Copy { mailbox, picks, target } => world.copy_to(mailbox, &picks, target).await,
        Step::Expunge { mailbox, picks } => world.expunge(mailbox, &picks).await,
        Step::Sync => world.sync(None).await.unwrap(),
        Step::Broken { steps, done } => _ = world.sync(Some(Fate { steps, done })).await,
        Step::Restart => world.restart().await,
        theirs => they(world, &theirs),
    }
}

/// Runs steps; both sides are equal then, and every letter that nobody deleted is there. Where nobody deletes or moves at
/// the server behind our back, it is there exactly as often as the person wanted.
async fn run(talents: Talents, steps: Vec<Step>) {
    let mut world = World::new(talents).await;
    let mut deleted = BTreeSet::new();
    let others_delete = steps.iter().any(|step| {
        matches!(
            step,
            Step::TheyExpunge { .. } | Step::MadeAnew(_) | Step::TheyMove { .. }
        )
    });
    for step in steps {
        deleted.extend(to_be_deleted(&world, &step).await);
        carry_out(&mut world, step).await;
    }
    world.settle().await;
    assert_eq!(world.pending().await, 0, "no operation is left over");
    assert_eq!(world.ours().await, world.theirs(), "both sides are equal");
    let there = world.counted();
    let is_lost = |number: &&u32| !there.contains_key(number) && !deleted.contains(*number);
    let lost: Vec<_> = world.expected.keys().filter(is_lost).collect();
    assert!(lost.is_empty(), "lost: {lost:?}");
    if !others_delete {
        let expected: BTreeMap<u32, i32> = world
            .expected
            .clone()
            .into_iter()
            .filter(|(_, count)| *count > 0)
            .collect();
        assert_eq!(world.counted(), expected, "nothing is lost, nothing is done twice");
    }
    world.is_sound().await;
}

fn move_first(mailbox: usize, target: usize) -> Step {
    Step::Move {
        mailbox,
        picks: vec![0],
        target,
    }
}

fn copy_first(mailbox: usize, target: usize) -> Step {
    Step::Copy {
        mailbox,
        picks: vec![0],
        target,
    }
}

fn they_move_first(mailbox: usize, target: usize) -> Step {
    Step::TheyMove {
        mailbox,
        pick: 0,
        target,
    }
}

/// Moments of a synchronisation that begins with a move.
fn stops() -> impl Iterator<Item = (u32, bool)> {
    (0..6).flat_map(|steps| [(steps, false), (steps, true)])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, max_shrink_iters: 400, ..ProptestConfig::default() })]

    #[test]
    fn both_sides_converge(talents in talents(), steps in steps()) {
        play(run(talents, steps));
    }
}

#[test]
fn a_move_that_stopped_half_way_deletes_no_other_letter_when_the_mailbox_is_made_anew() {
    let pick = 0;
    for (steps, done) in stops() {
        let mut history = vec![Step::Sync];
        history.extend([0; 3].map(Step::Deliver));
        history.push(Step::Sync);
        // So that a new UID is not the one of before.
        history.push(Step::TheyExpunge { mailbox: 0, pick });
        history.push(Step::Move {
            mailbox: 0,
            picks: vec![1],
            target: 1,
        });
        history.extend([Step::Broken { steps, done }, Step::MadeAnew(0)]);
        play(run(Talents::default(), history));
    }
}

#[test]
fn a_move_that_stopped_half_way_twice_leaves_nothing_behind() {
    for (steps, done) in stops() {
        for (again, also_done) in stops() {
            let history = vec![
                Step::Deliver(0),
                Step::Sync,
                move_first(0, 1),
                Step::Broken { steps, done },
                Step::Broken {
                    steps: again,
                    done: also_done,
                },
            ];
            play(run(Talents::default(), history));
        }
    }
}

#[test]
fn a_move_leaves_nothing_behind_when_others_take_the_letter_from_its_target() {
    for (steps, done) in stops() {
        let pick = 0;
        for theirs in [they_move_first(1, 2), Step::TheyExpunge { mailbox: 1, pick }] {
            let copied = Step::Broken { steps: 2, done: true };
            let history = vec![
                Step::Deliver(0),
                Step::Sync,
                move_first(0, 1),
                copied,
                Step::Broken { steps, done },
                theirs,
            ];
            play(run(Talents::default(), history.clone()));
            let talents = Talents {
                deltas: true,
                ..Talents::default()
            };
            play(run(talents, history));
        }
    }
}

#[test]
fn a_mailbox_that_the_server_refuses_holds_up_no_other_letter() {
    play(async {
        let mut world = World::new(Talents::default()).await;
        for step in [
            Step::Deliver(0),
            Step::Deliver(2),
            Step::Sync,
            move_first(0, 1),
            Step::Broken { steps: 1, done: true },
        ] {
            carry_out(&mut world, step).await;
        }
        // Whether the letter has come there is not to be found out, and without that it is not moved again.
        lock(&world.server).closed = Some("Archive");
        world.mark(2, &[0], 1, 0, false).await;
        assert!(world.sync(None).await.is_err(), "it is told");
        assert_eq!(world.pending().await, 1, "what could be done is done");
        assert_eq!(world.theirs()["Trash"], [(2, 1, BTreeSet::new())]);

        lock(&world.server).closed = None;
        world.settle().await;
        assert_eq!((world.pending().await, world.counted()), (0, world.expected.clone()));
        assert_eq!(world.ours().await, world.theirs());
    });
}

#[test]
fn a_copy_of_what_is_to_be_deleted_later_is_not_marked_as_deleted() {
    let history = vec![
        Step::Deliver(0),
        Step::Sync,
        move_first(0, 1),
        copy_first(1, 0),
        // What it was copied from is gone: the copy is put there.
        they_move_first(0, 1),
        copy_first(0, 1),
        Step::Expunge {
            mailbox: 0,
            picks: vec![0],
        },
    ];
    let talents = Talents {
        tells_places: true,
        ..Talents::default()
    };
    play(run(talents, history));
}

#[test]
fn a_copy_at_the_target_is_not_taken_for_the_letter_that_is_to_be_moved_there() {
    let history = vec![
        Step::Deliver(0),
        Step::Sync,
        copy_first(0, 2),
        Step::Sync,
        Step::MadeAnew(0),
        move_first(0, 2),
        Step::MadeAnew(2),
    ];
    let talents = Talents {
        deltas: true,
        atomic_move: true,
        ..Talents::default()
    };
    play(run(talents, history));
}

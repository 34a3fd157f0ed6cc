use super::*;
use pli_model::{Flags, UidValidity};
use pli_remote::Extension;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

fn marks(flags: Flags) -> Marks {
    Marks {
        flags,
        keywords: Vec::new(),
    }
}

fn listed(uid: u32, flags: Flags) -> Listed {
    Listed {
        id: ServerId::Uid(Uid(uid)),
        marks: Some(marks(flags)),
        size: 10,
    }
}

fn unmarked(uid: u32) -> Listed {
    Listed {
        marks: None,
        ..listed(uid, Flags::NONE)
    }
}

fn placement(uid: u32) -> PlacementId {
    PlacementId(i64::from(uid) + 100)
}

fn held(uid: u32, flags: Flags) -> Held {
    Held {
        placement: placement(uid),
        uid: Uid(uid),
        marks: marks(flags),
    }
}

fn state() -> Known {
    Known {
        uid_validity: Some(UidValidity(1)),
        uid_next: 99,
        exists: 3,
        highest_modseq: 7,
    }
}

fn complete(letters: Vec<Listed>) -> Delta {
    Delta::Complete {
        state: state(),
        letters,
    }
}

fn changes(letters: Vec<Listed>, vanished: &[u32]) -> Delta {
    Delta::Changes {
        state: state(),
        letters,
        vanished: vanished.iter().map(|uid| ServerId::Uid(Uid(*uid))).collect(),
        by: Extension::Qresync,
    }
}

fn ids(letters: &[Listed]) -> Vec<u32> {
    letters
        .iter()
        .filter_map(|letter| uid(&letter.id))
        .map(|uid| uid.0)
        .collect()
}

#[test]
fn a_first_look_fetches_everything_newest_first() {
    let plan = mirror(&[], complete(vec![unmarked(1), unmarked(2)]));
    assert!(!plan.reset);
    assert_eq!(ids(&plan.appeared), [2, 1]);
    assert!(plan.vanished.is_empty());
    assert_eq!(plan.state, Some(state()));
}

#[test]
fn marks_follow_the_server_and_the_expunged_vanish() {
    let ours = [held(1, Flags::NONE), held(2, Flags::SEEN), held(3, Flags::SEEN)];
    let plan = mirror(&ours, complete(vec![listed(1, Flags::FLAGGED), listed(2, Flags::SEEN)]));
    let new = NewMarks {
        placement: placement(1),
        marks: marks(Flags::FLAGGED),
    };
    assert_eq!(plan.marks, [new]);
    assert_eq!(plan.vanished, [(placement(3), Uid(3))]);
    assert!(plan.appeared.is_empty());
}

#[test]
fn a_delta_says_nothing_of_what_it_does_not_name() {
    let ours = [held(1, Flags::NONE), held(2, Flags::SEEN), held(3, Flags::SEEN)];
    let plan = mirror(
        &ours,
        changes(vec![listed(9, Flags::NONE), listed(2, Flags::NONE)], &[3, 70]),
    );
    assert_eq!(ids(&plan.appeared), [9]);
    assert_eq!(plan.vanished, [(placement(3), Uid(3))]);
    assert_eq!(plan.marks.len(), 1);
}

#[test]
fn a_letter_listed_without_marks_keeps_its_own() {
    let plan = mirror(&[held(1, Flags::SEEN)], complete(vec![unmarked(1)]));
    assert!(plan.is_agreement());
}

#[test]
fn unchanged_touches_nothing() {
    assert_eq!(mirror(&[held(1, Flags::NONE)], Delta::Unchanged), Plan::default());
}

#[test]
fn a_mailbox_made_anew_deletes_nothing_and_looks_at_all() {
    let anew = Delta::Anew {
        state: state(),
        letters: vec![unmarked(1)],
    };
    let plan = mirror(&[held(1, Flags::NONE), held(2, Flags::NONE)], anew);
    assert!(plan.reset);
    assert!(plan.vanished.is_empty());
    assert_eq!(ids(&plan.appeared), [1]);
}

#[test]
fn the_letters_that_matter_are_named() {
    assert_eq!(named(&Delta::Unchanged), Some(vec![]));
    assert_eq!(named(&complete(vec![listed(1, Flags::NONE)])), None);
    let uids = [3, 5, 8].map(Uid).to_vec();
    assert_eq!(named(&changes(vec![unmarked(8), unmarked(3)], &[5])), Some(uids));
}

/// What we hold after the plan has been carried out.
fn after(held: &[Held], plan: &Plan, theirs: &BTreeMap<u32, u8>) -> BTreeMap<u32, u8> {
    let mut state: BTreeMap<u32, u8> = BTreeMap::new();
    if !plan.reset {
        state.extend(held.iter().map(|letter| (letter.uid.0, letter.marks.flags.bits())));
    }
    for (_, uid) in &plan.vanished {
        state.remove(&uid.0);
    }
    for change in &plan.marks {
        let uid = u32::try_from(change.placement.0 - 100).unwrap();
        state.insert(uid, change.marks.flags.bits());
    }
    for uid in ids(&plan.appeared) {
        assert!(state.insert(uid, theirs[&uid]).is_none(), "fetched twice");
    }
    state
}

proptest! {
    /// Carrying out the plan makes what we hold equal to what the server has, by whichever means it tells.
    #[test]
    fn carrying_out_the_plan_converges(
        ours in proptest::collection::btree_map(1_u32..60, 0_u8..16, 0..40),
        theirs in proptest::collection::btree_map(1_u32..60, 0_u8..16, 0..40),
        way in 0..3,
    ) {
        let held: Vec<Held> = ours.iter().map(|(uid, bits)| held(*uid, Flags::from_bits(*bits))).collect();
        let there: Vec<Listed> = theirs.iter().map(|(uid, bits)| listed(*uid, Flags::from_bits(*bits))).collect();
        let delta = match way {
            0 => complete(there),
            1 => {
                let gone: Vec<u32> = ours.keys().filter(|uid| !theirs.contains_key(uid)).copied().collect();
                let told = there.into_iter().filter(|letter| {
                    let uid = uid(&letter.id).unwrap().0;
                    ours.get(&uid) != theirs.get(&uid)
                });
                changes(told.collect(), &gone)
            }
            _ => Delta::Anew { state: state(), letters: there },
        };
        let plan = mirror(&held, delta);
        prop_assert_eq!(after(&held, &plan, &theirs), theirs);
        let order = ids(&plan.appeared);
        let distinct: BTreeSet<_> = order.iter().collect();
        prop_assert_eq!(distinct.len(), order.len());
        prop_assert!(order.is_sorted_by(|a, b| a > b));
    }
}

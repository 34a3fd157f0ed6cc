use super::*;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

const V1: UidValidity = UidValidity(1);

fn listed(uid: u32, flags: Flags) -> Listed {
    Listed {
        id: ServerId::Uid(Uid(uid)),
        flags,
        keywords: Vec::new(),
        size: 10,
    }
}

fn held(uid: u32, flags: Flags) -> Held {
    Held {
        placement: PlacementId(i64::from(uid) + 100),
        uid: Uid(uid),
        flags,
        keywords: Vec::new(),
    }
}

fn complete(validity: UidValidity, letters: Vec<Listed>) -> Delta {
    let exists = letters.len() as u32;
    Delta::Complete {
        state: Known {
            uid_validity: Some(validity),
            uid_next: 99,
            exists,
            highest_modseq: 0,
        },
        letters,
    }
}

#[test]
fn a_first_look_fetches_everything_newest_first() {
    let plan = mirror(
        &[],
        None,
        complete(V1, vec![listed(1, Flags::NONE), listed(2, Flags::SEEN)]),
    );
    assert!(!plan.reset);
    assert_eq!(
        plan.appeared.iter().map(|letter| letter.id.clone()).collect::<Vec<_>>(),
        [ServerId::Uid(Uid(2)), ServerId::Uid(Uid(1))]
    );
    assert!(plan.vanished.is_empty());
}

#[test]
fn flags_follow_the_server_and_the_expunged_vanish() {
    let ours = [held(1, Flags::NONE), held(2, Flags::SEEN), held(3, Flags::SEEN)];
    let plan = mirror(
        &ours,
        Some(V1),
        complete(V1, vec![listed(1, Flags::FLAGGED), listed(2, Flags::SEEN)]),
    );
    assert_eq!(
        plan.flags.iter().map(|f| (f.placement, f.flags)).collect::<Vec<_>>(),
        [(PlacementId(101), Flags::FLAGGED)]
    );
    assert_eq!(plan.vanished, [PlacementId(103)]);
    assert!(plan.appeared.is_empty());
}

#[test]
fn unchanged_touches_nothing() {
    assert_eq!(
        mirror(&[held(1, Flags::NONE)], Some(V1), Delta::Unchanged),
        Plan::default()
    );
}

#[test]
fn a_new_uidvalidity_deletes_nothing_and_looks_at_all() {
    let plan = mirror(
        &[held(1, Flags::NONE), held(2, Flags::NONE)],
        Some(V1),
        complete(UidValidity(2), vec![listed(1, Flags::NONE)]),
    );
    assert!(plan.reset);
    assert!(plan.vanished.is_empty());
    assert_eq!(plan.appeared.len(), 1);
}

#[test]
fn pop3_fetches_what_was_never_seen_and_deletes_nothing() {
    let uidl = |text: &str| Listed {
        id: ServerId::Uidl(text.into()),
        flags: Flags::NONE,
        keywords: Vec::new(),
        size: 1,
    };
    let seen: HashSet<String> = ["a".to_owned(), "gone".to_owned()].into();
    let plan = download(&seen, complete(V1, vec![uidl("a"), uidl("b"), uidl("c"), uidl("b")]));
    assert_eq!(
        plan.appeared.iter().map(|letter| letter.id.clone()).collect::<Vec<_>>(),
        [ServerId::Uidl("c".into()), ServerId::Uidl("b".into())]
    );
    assert_eq!((plan.vanished.len(), plan.state), (0, None));
}

proptest! {
    /// Carrying out the plan makes what we hold equal to what the server listed.
    #[test]
    fn carrying_out_the_plan_converges(
        ours in proptest::collection::btree_map(1_u32..60, 0_u8..16, 0..40),
        theirs in proptest::collection::btree_map(1_u32..60, 0_u8..16, 0..40),
        same_validity: bool,
    ) {
        let held: Vec<Held> = ours.iter().map(|(uid, bits)| held(*uid, Flags::from_bits(*bits))).collect();
        let listing = theirs.iter().map(|(uid, bits)| listed(*uid, Flags::from_bits(*bits))).collect();
        let validity = if same_validity { V1 } else { UidValidity(7) };
        let plan = mirror(&held, Some(V1), complete(validity, listing));

        let mut state: BTreeMap<u32, Flags> =
            if plan.reset { BTreeMap::new() } else { held.iter().map(|letter| (letter.uid.0, letter.flags)).collect() };
        for gone in &plan.vanished { state.remove(&((gone.0 - 100) as u32)); }
        for change in &plan.flags { state.insert((change.placement.0 - 100) as u32, change.flags); }
        for new in &plan.appeared {
            if let ServerId::Uid(uid) = new.id { prop_assert!(state.insert(uid.0, new.flags).is_none(), "fetched twice"); }
        }
        let wanted: BTreeMap<u32, Flags> = theirs.iter().map(|(uid, bits)| (*uid, Flags::from_bits(*bits))).collect();
        prop_assert_eq!(state, wanted);
        let order: Vec<u32> = plan.appeared.iter().filter_map(|l| match l.id { ServerId::Uid(uid) => Some(uid.0), ServerId::Uidl(_) => None }).collect();
        let distinct: BTreeSet<_> = order.iter().collect();
        prop_assert_eq!(distinct.len(), order.len());
        prop_assert!(order.is_sorted_by(|a, b| a > b));
    }
}

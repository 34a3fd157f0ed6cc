use super::*;
use pli_model::PlacementId;

const NOW: Timestamp = Timestamp(100 * DAY);
const DAY: i64 = 24 * 60 * 60 * 1000;

/// A letter that is whole here, first seen ten days ago.
fn known(name: &str, octets: u64) -> Uidl {
    Uidl {
        name: name.to_owned(),
        placement: Some(PlacementId(1)),
        has_body: true,
        deleted: false,
        copy: ServerCopy::Listed,
        octets,
        header: None,
        since: NOW.plus_millis(-10 * DAY),
    }
}

fn deleted(name: &str, octets: u64) -> Uidl {
    Uidl {
        placement: None,
        has_body: false,
        deleted: true,
        ..known(name, octets)
    }
}

fn gone(uidl: Uidl) -> Uidl {
    Uidl {
        copy: ServerCopy::Gone,
        ..uidl
    }
}

fn listed(names: &[(&str, u64)]) -> Vec<Listed> {
    let one = |(name, size): &(&str, u64)| Listed {
        id: ServerId::Uidl((*name).to_owned()),
        marks: None,
        size: *size,
    };
    names.iter().map(one).collect()
}

fn names<'l>(letters: impl IntoIterator<Item = &'l Listed>) -> Vec<&'l str> {
    letters.into_iter().filter_map(|letter| name(&letter.id)).collect()
}

#[test]
fn what_was_never_seen_is_new_and_the_newest_comes_first() {
    let memory = [known("a", 1), deleted("d", 4)];
    let there = listed(&[("a", 1), ("b", 2), ("c", 3), ("d", 4), ("b", 2)]);
    let look = compare(&memory, &there);
    assert_eq!(names(&look.new), ["b", "c"]);
    assert!(look.doubtful.is_empty() && look.missing.is_empty());
}

#[test]
fn other_octets_or_a_return_are_doubtful_and_unknown_octets_are_not() {
    let memory = [
        known("same", 1),
        known("other", 2),
        known("unknown", 0),
        gone(known("back", 4)),
        known("away", 5),
    ];
    let there = listed(&[("same", 1), ("other", 9), ("unknown", 3), ("back", 4)]);
    let look = compare(&memory, &there);
    assert_eq!(names(look.doubtful.iter().map(|(letter, _)| letter)), ["back", "other"]);
    let missing: Vec<_> = look.missing.iter().map(|uidl| uidl.name.as_str()).collect();
    assert_eq!(missing, ["away"]);
    assert_eq!(
        over(&memory, &there, LeaveOnServer::Nothing, NOW).len(),
        2,
        "nothing doubtful is deleted"
    );
}

#[test]
fn only_what_is_whole_here_or_was_deleted_here_is_deleted_there() {
    let header_only = Uidl {
        has_body: false,
        ..known("header", 3)
    };
    let unseen = Uidl {
        placement: None,
        has_body: false,
        ..known("unseen", 4)
    };
    let memory = [
        known("whole", 1),
        deleted("deleted", 2),
        header_only,
        unseen,
        known("away", 5),
    ];
    let there = listed(&[("whole", 1), ("deleted", 2), ("header", 3), ("unseen", 4), ("new", 6)]);
    let asked = |leave| -> Vec<&str> {
        over(&memory, &there, leave, NOW)
            .iter()
            .map(|uidl| uidl.name.as_str())
            .collect()
    };
    assert_eq!(asked(LeaveOnServer::Everything), Vec::<&str>::new());
    assert_eq!(asked(LeaveOnServer::UntilDeleted), ["deleted"]);
    assert_eq!(asked(LeaveOnServer::Nothing), ["whole", "deleted"]);
    assert_eq!(asked(LeaveOnServer::Days(10)), ["whole", "deleted"]);
    assert_eq!(asked(LeaveOnServer::Days(11)), Vec::<&str>::new());
}

#[test]
fn the_days_of_a_letter_begin_when_it_was_first_seen() {
    let memory = [Uidl {
        since: Timestamp(0),
        ..known("a", 1)
    }];
    assert!(over(&memory, &listed(&[("a", 1)]), LeaveOnServer::Days(1), NOW).is_empty());
}

#[test]
fn a_good_end_tells_what_is_there_and_a_refused_deletion_leaves_doubt() {
    let doubtful = Uidl {
        copy: ServerCopy::Doubtful,
        ..known("doubtful", 2)
    };
    let memory = [
        known("kept", 1),
        doubtful,
        known("grown", 3),
        known("asked", 4),
        known("away", 5),
        gone(known("gone", 6)),
    ];
    let there = [("kept", 1), ("doubtful", 2), ("grown", 9), ("asked", 4)];
    let visited = |is_deleted| Visited {
        listed: there.map(|(name, size)| (name.to_owned(), size)).into(),
        same: HashSet::from(["grown".to_owned()]),
        asked: HashSet::from(["asked".to_owned()]),
        is_deleted,
    };
    let now_listed = [("doubtful".to_owned(), 2), ("grown".to_owned(), 9)];
    let after = settled(&memory, &visited(true));
    assert_eq!(
        (after.listed.as_slice(), after.gone),
        (now_listed.as_slice(), vec!["asked".to_owned(), "away".to_owned()])
    );
    let after = settled(&memory, &visited(false));
    assert_eq!(
        (after.listed.as_slice(), after.gone),
        (now_listed.as_slice(), vec!["away".to_owned()])
    );
}

//! Which letter of a listing is which of ours, where no name tells it. Pure.
//!
//! | same octets and | how many of each | what is said |
//! |---|---|---|
//! | same header block | one and one | the same letter |
//! | same header block | as many of ours as of theirs, ours all of one body | the same letters, in any order |
//! | same header block | otherwise | nothing: their bodies tell when they come |
//! | same Message-ID and date | the same rules | the same, for servers that write into headers |
//! | nothing else | any | nothing |
//!
//! A size alone is no proof, however rare: the letter of ours that had it may be gone from there, and the one that has it
//! now would never be fetched. So it chooses whose headers are compared.

use crate::headers::Traits;
use pli_model::Digest;
use std::collections::HashMap;
use std::hash::Hash;

/// A letter of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ours<I> {
    /// Which.
    pub id: I,
    /// How it looks.
    pub traits: Traits,
    /// Its body, if here.
    pub body: Option<Digest>,
}

/// A letter of the listing, by its place in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Theirs {
    /// Its place in the listing.
    pub at: usize,
    /// How it looks.
    pub traits: Traits,
}

/// Pairs that are one letter for certain.
pub fn pairs<I>(ours: Vec<Ours<I>>, theirs: Vec<Theirs>) -> Vec<(I, usize)> {
    let mut found = Vec::new();
    let by_header = |traits: &Traits| Some((traits.size, traits.header));
    let (ours, theirs) = pair(ours, theirs, by_header, &mut found);
    let by_message_id = |traits: &Traits| {
        let date = traits.date.filter(|_| !traits.message_id.is_empty())?;
        Some((traits.size, traits.message_id.clone(), date.0))
    };
    pair(ours, theirs, by_message_id, &mut found);
    found
}

/// Pairs what has the same key; answers what is left on both sides.
fn pair<I, K: Hash + Eq>(
    ours: Vec<Ours<I>>,
    theirs: Vec<Theirs>,
    key: impl Fn(&Traits) -> Option<K>,
    found: &mut Vec<(I, usize)>,
) -> (Vec<Ours<I>>, Vec<Theirs>) {
    let mut groups: HashMap<K, (Vec<Ours<I>>, Vec<Theirs>)> = HashMap::new();
    let (mut ours_left, mut theirs_left) = (Vec::new(), Vec::new());
    for one in ours {
        match key(&one.traits) {
            Some(key) => groups.entry(key).or_default().0.push(one),
            None => ours_left.push(one),
        }
    }
    for one in theirs {
        match key(&one.traits) {
            Some(key) => groups.entry(key).or_default().1.push(one),
            None => theirs_left.push(one),
        }
    }
    for (ours, theirs) in groups.into_values() {
        let same_body = |one: &Ours<I>| one.body.is_some() && Some(one.body) == ours.first().map(|first| first.body);
        let are_alike = ours.len() == 1 || ours.iter().all(same_body);
        if ours.len() == theirs.len() && are_alike {
            let ids = ours.into_iter().map(|one| one.id);
            found.extend(ids.zip(theirs.iter().map(|one| one.at)));
        } else {
            ours_left.extend(ours);
            theirs_left.extend(theirs);
        }
    }
    (ours_left, theirs_left)
}

#[cfg(test)]
mod tests {
    use super::*;
    use pli_model::Timestamp;

    fn traits(size: u64, header: u8, message_id: &str) -> Traits {
        Traits {
            size,
            header: Digest([header; 32]),
            message_id: message_id.to_owned(),
            date: Some(Timestamp(5)),
        }
    }

    fn ours(id: i64, body: u8, traits: Traits) -> Ours<i64> {
        Ours {
            id,
            traits,
            body: Some(Digest([body; 32])),
        }
    }

    fn theirs(at: usize, traits: Traits) -> Theirs {
        Theirs { at, traits }
    }

    fn found(ours: Vec<Ours<i64>>, theirs: Vec<Theirs>) -> Vec<(i64, usize)> {
        let mut found = pairs(ours, theirs);
        found.sort_unstable();
        found
    }

    #[test]
    fn the_same_header_and_size_are_the_same_letter() {
        let pairs = found(
            vec![ours(1, 1, traits(10, 1, "a")), ours(2, 2, traits(10, 2, "b"))],
            vec![
                theirs(0, traits(10, 2, "b")),
                theirs(1, traits(10, 1, "a")),
                theirs(2, traits(10, 3, "c")),
            ],
        );
        assert_eq!(pairs, [(1, 1), (2, 0)]);
    }

    #[test]
    fn a_size_alone_proves_nothing() {
        assert_eq!(
            found(
                vec![ours(1, 1, traits(10, 1, "a"))],
                vec![theirs(0, traits(10, 2, "b"))]
            ),
            []
        );
        assert_eq!(
            found(
                vec![ours(1, 1, traits(10, 1, "a"))],
                vec![theirs(0, traits(11, 1, "a"))]
            ),
            []
        );
    }

    #[test]
    fn equal_letters_are_paired_and_those_that_only_look_equal_are_not() {
        let equal = || traits(10, 1, "a");
        let two = || vec![theirs(0, equal()), theirs(1, equal())];
        assert_eq!(found(vec![ours(1, 1, equal()), ours(2, 1, equal())], two()).len(), 2);
        assert_eq!(
            found(vec![ours(1, 1, equal()), ours(2, 2, equal())], two()),
            [],
            "other bodies"
        );
        assert_eq!(found(vec![ours(1, 1, equal())], two()), [], "which of the two?");
    }

    #[test]
    fn a_header_that_a_server_rewrote_leaves_message_id_and_date() {
        let rewritten = traits(10, 9, "a");
        assert_eq!(
            found(vec![ours(1, 1, traits(10, 1, "a"))], vec![theirs(0, rewritten.clone())]),
            [(1, 0)]
        );
        let nameless = |header| traits(10, header, "");
        assert_eq!(found(vec![ours(1, 1, nameless(1))], vec![theirs(0, nameless(9))]), []);
        let twice = vec![theirs(0, rewritten.clone()), theirs(1, rewritten)];
        assert_eq!(found(vec![ours(1, 1, traits(10, 1, "a"))], twice), []);
    }
}

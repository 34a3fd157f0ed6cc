//! Sets of UIDs as they stand in commands and answers (RFC 9051 `sequence-set`, RFC 4315 `uid-set`).

use pli_model::Uid;
use std::fmt::Write;
use std::ops::RangeInclusive;

/// Longest set text that [`commands`] puts into one command: RFC 7162 §4 asks for lines below 8,192 octets, and the
/// rest of the command needs room too.
const MAX_SET_LEN: usize = 7_000;

/// Ranges of UIDs in the order in which they were written; each range ascends.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UidSet(Vec<RangeInclusive<u32>>);

impl UidSet {
    /// A set of these ranges; a range written backwards means the same as forwards (RFC 9051 §9).
    pub fn new(ranges: impl IntoIterator<Item = RangeInclusive<u32>>) -> Self {
        let forwards = |range: RangeInclusive<u32>| {
            let (start, end) = range.into_inner();
            start.min(end)..=start.max(end)
        };
        Self(ranges.into_iter().map(forwards).collect())
    }

    /// The set of these UIDs, in whichever order and however often they come: ascending, in as few ranges as can be.
    pub fn of(uids: impl IntoIterator<Item = Uid>) -> Self {
        let mut sorted: Vec<u32> = uids.into_iter().map(|uid| uid.0).filter(|uid| *uid != 0).collect();
        sorted.sort_unstable();
        sorted.dedup();
        let mut rest = sorted.into_iter().peekable();
        let range = || {
            let start = rest.next()?;
            let mut end = start;
            while let Some(next) = rest.next_if(|next| end.checked_add(1) == Some(*next)) {
                end = next;
            }
            Some(start..=end)
        };
        Self(std::iter::from_fn(range).collect())
    }

    /// Adds the ranges of another set behind those of this.
    pub fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// Reads `1,4:6,9`; `None` for anything else, `*` included: servers do not send it.
    pub fn parse(text: &str) -> Option<Self> {
        let number = |text: &str| {
            text.bytes()
                .all(|byte| byte.is_ascii_digit())
                .then(|| text.parse::<u32>().ok())?
        };
        let range = |part: &str| match part.split_once(':') {
            Some((start, end)) => Some(number(start)?..=number(end)?),
            None => number(part).map(|uid| uid..=uid),
        };
        text.split(',').map(range).collect::<Option<Vec<_>>>().map(Self::new)
    }

    /// The ranges, each ascending.
    pub fn ranges(&self) -> &[RangeInclusive<u32>] {
        &self.0
    }

    /// Every UID in the order written. A hostile server can name four thousand million: take a bounded number.
    pub fn iter(&self) -> impl Iterator<Item = Uid> + '_ {
        self.0.iter().cloned().flatten().map(Uid)
    }

    /// Whether the UID is in the set.
    pub fn contains(&self, uid: Uid) -> bool {
        self.0.iter().any(|range| range.contains(&uid.0))
    }

    /// How many UIDs the set names.
    pub fn len(&self) -> u64 {
        self.0
            .iter()
            .map(|range| u64::from(range.end() - range.start()) + 1)
            .sum()
    }

    /// Whether the set names no UID.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Writes UIDs as compressed sets, each short enough for one command. Order and doubles do not matter.
pub fn commands(uids: &[Uid]) -> Vec<String> {
    let mut sets = Vec::new();
    let mut set = String::new();
    for (start, end) in UidSet::of(uids.iter().copied())
        .0
        .into_iter()
        .map(RangeInclusive::into_inner)
    {
        if set.len() > MAX_SET_LEN - 24 {
            sets.push(std::mem::take(&mut set));
        }
        let comma = if set.is_empty() { "" } else { "," };
        let written = if start == end {
            write!(set, "{comma}{start}")
        } else {
            write!(set, "{comma}{start}:{end}")
        };
        debug_assert!(written.is_ok(), "writing to a String cannot fail");
    }
    if !set.is_empty() {
        sets.push(set);
    }
    sets
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn runs_become_ranges() {
        let uids = [7, 3, 4, 5, 9, 3, 4_294_967_295, 4_294_967_294].map(Uid);
        assert_eq!(commands(&uids), ["3:5,7,9,4294967294:4294967295"]);
        assert!(commands(&[]).is_empty());
    }

    #[test]
    fn sets_are_made_of_uids_in_any_order() {
        let set = UidSet::of([9, 3, 0, 5, 4, 4, 1].map(Uid));
        assert_eq!(set.ranges(), [1..=1, 3..=5, 9..=9]);
        let mut both = set.clone();
        both.extend(UidSet::new([2..=2]));
        assert_eq!((both.len(), both.contains(Uid(2))), (6, true));
    }

    #[test]
    fn reads_what_servers_write() {
        assert_eq!(
            UidSet::parse("4:2,9")
                .unwrap()
                .iter()
                .map(|uid| uid.0)
                .collect::<Vec<_>>(),
            [2, 3, 4, 9]
        );
        for wrong in ["", "1:", "1,,2", "*", "1:*", "-1", "+1", "4294967296"] {
            assert!(UidSet::parse(wrong).is_none(), "{wrong}");
        }
        assert_eq!(UidSet::parse("1:4294967295").unwrap().len(), 4_294_967_295);
    }

    proptest! {
        #[test]
        fn every_uid_once_and_lines_short(uids in proptest::collection::vec(1u32.., 0..4000)) {
            let sets = commands(&uids.iter().copied().map(Uid).collect::<Vec<_>>());
            prop_assert!(sets.iter().all(|set| set.len() <= MAX_SET_LEN));
            let mut back: Vec<u32> =
                sets.iter().flat_map(|set| UidSet::parse(set).unwrap().iter().map(|uid| uid.0).collect::<Vec<_>>()).collect();
            let mut wanted = uids;
            wanted.sort_unstable();
            wanted.dedup();
            back.sort_unstable();
            prop_assert_eq!(back, wanted);
        }
    }
}

//! Sizes of letters, where they decide what is asked for: they come a lot at a time, in the same flight as the letters of the
//! lot before, so that the line never waits for them.

use super::fetch::{Ask, Batch, mixed, numbered};
use crate::Wanted;
use pli_imap::{Items, uid_set};
use pli_model::Uid;
use std::collections::{HashMap, HashSet, VecDeque};
use std::slice::Chunks;

/// Letters whose sizes are asked for together.
const LOT: usize = 2000;

/// Letters that are fetched once their sizes are known.
pub(super) struct Sizing<'l> {
    /// Those of which nothing has been asked yet.
    rest: Chunks<'l, Wanted>,
    /// The lots whose sizes are on their way, the next first.
    asked: VecDeque<&'l [Wanted]>,
    /// Those of the first lot whose sizes have not come.
    missing: HashSet<Uid>,
    known: HashMap<Uid, u64>,
    /// A letter of at most so many octets comes whole; of the others the header.
    most: u64,
}

impl<'l> Sizing<'l> {
    pub fn new(letters: &'l [Wanted], most: u64) -> Self {
        Self {
            rest: letters.chunks(LOT),
            asked: VecDeque::new(),
            missing: HashSet::new(),
            known: HashMap::new(),
            most,
        }
    }

    /// Asks for the sizes of the next lot.
    pub fn ask(&mut self) -> Vec<Ask> {
        let Some(lot) = self.rest.next() else { return Vec::new() };
        self.asked.push_back(lot);
        if self.asked.len() == 1 {
            self.await_first();
        }
        let uids: Vec<Uid> = numbered(lot).map(|(uid, _)| uid).collect();
        let sets = uid_set::commands(&uids).into_iter();
        sets.map(|set| (set, Items::Size)).collect()
    }

    /// Notes a size; answers whether those of the first lot are all here.
    pub fn note(&mut self, uid: Uid, size: u64) -> bool {
        self.known.insert(uid, size);
        self.missing.remove(&uid) && self.missing.is_empty()
    }

    /// The letters of the first lot, as they are to be asked for; `None` when there is none. A letter without a size is
    /// gone, or its size was refused: its header tells.
    pub fn take(&mut self) -> Option<Vec<Batch>> {
        let lot = self.asked.pop_front()?;
        let batches = mixed(lot, &self.known, self.most);
        for (uid, _) in numbered(lot) {
            self.known.remove(&uid);
        }
        self.await_first();
        Some(batches)
    }

    fn await_first(&mut self) {
        let lot = self.asked.front().copied().unwrap_or_default();
        let unknown = numbered(lot).filter(|(uid, _)| !self.known.contains_key(uid));
        self.missing = unknown.map(|(uid, _)| uid).collect();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::imap::fetch::tests::wanted;

    #[test]
    fn a_lot_is_taken_when_its_sizes_are_here() {
        let letters = wanted(1..=2500);
        let mut sizing = Sizing::new(&letters, 1000);
        assert_eq!(sizing.ask(), [("1:2000".to_owned(), Items::Size)]);
        assert_eq!(sizing.ask(), [("2001:2500".to_owned(), Items::Size)]);
        assert_eq!(sizing.ask(), []);
        assert!(!sizing.note(Uid(2001), 10), "of the second lot");
        let first = (1..=2000).filter(|n| sizing.note(Uid(*n), 10)).collect::<Vec<_>>();
        assert_eq!(first, [2000], "with the last of them");
        let asks = |batches: Option<Vec<Batch>>| batches.unwrap().iter().flat_map(Batch::asks).collect::<Vec<_>>();
        let asked = asks(sizing.take());
        assert_eq!(asked.first(), Some(&("1:500".to_owned(), Items::Body)));
        // Of what the server does not tell the size of, the header is asked for.
        let asked = asks(sizing.take());
        let expected = [("2001", Items::Body), ("2002:2500", Items::Header)];
        assert_eq!(asked, expected.map(|(set, items)| (set.to_owned(), items)));
        assert!(sizing.take().is_none());
    }
}

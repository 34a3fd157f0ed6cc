//! What a transaction changed, told after its commit.
//!
//! A placement is followed from where it was shown before the transaction to where it is shown after it; what
//! happened in between is nobody's business. A hidden placement (`\Deleted`) counts as shown nowhere.

use pli_model::{AccountId, MailboxId, PlacementId, Timestamp};
use std::collections::{BTreeMap, BTreeSet};

/// One committed transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// Counts up by one from 1, anew each time the store is opened.
    pub seq: u64,
    /// What changed, each thing once.
    pub changes: Vec<Change>,
}

/// One thing that changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Change {
    /// An account was added, changed or removed. Views over several mailboxes are to be read again.
    Accounts,
    /// Mailboxes of that account were added, removed, or changed their role. Views over several mailboxes are to be
    /// read again; the letters of a mailbox that was removed are not told one by one.
    Mailboxes(AccountId),
    /// `total` or `unread` of that mailbox.
    Counts(MailboxId),
    /// A placement is shown where it was not.
    Appeared {
        /// Which.
        placement: PlacementId,
        /// Where.
        mailbox: MailboxId,
        /// Its place in the order.
        received: Timestamp,
    },
    /// A placement is shown where it was, and looks different.
    Changed {
        /// Which.
        placement: PlacementId,
        /// Where.
        mailbox: MailboxId,
    },
    /// A placement is no longer shown there. One that moved vanishes and appears.
    Vanished {
        /// Which.
        placement: PlacementId,
        /// Where it was.
        mailbox: MailboxId,
    },
    /// The outbox.
    Outbox,
    /// The drafts.
    Drafts,
    /// The operation queue of that account.
    Operations(AccountId),
}

/// Where and how a placement is shown; `None` stands for "nowhere".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) mailbox: MailboxId,
    pub(crate) received: Timestamp,
    pub(crate) unread: bool,
}

/// Gathers the changes of one transaction.
#[derive(Debug, Default)]
pub(crate) struct ChangeSet {
    others: BTreeSet<Change>,
    placements: BTreeMap<PlacementId, (Option<Place>, Option<Place>)>,
}

impl ChangeSet {
    pub(crate) fn note(&mut self, change: Change) {
        self.others.insert(change);
    }

    /// The placement went from `before` to `after`, or looks different where it is.
    pub(crate) fn placement(&mut self, id: PlacementId, before: Option<Place>, after: Option<Place>) {
        self.placements.entry(id).or_insert((before, after)).1 = after;
    }

    pub(crate) fn finish(mut self) -> Vec<Change> {
        let mut placed = Vec::with_capacity(self.placements.len());
        for (placement, (before, after)) in self.placements {
            let stays =
                matches!((before, after), (Some(b), Some(a)) if (b.mailbox, b.received) == (a.mailbox, a.received));
            if stays {
                placed.extend(after.map(|place| Change::Changed {
                    placement,
                    mailbox: place.mailbox,
                }));
            } else {
                placed.extend(before.map(|place| Change::Vanished {
                    placement,
                    mailbox: place.mailbox,
                }));
                placed.extend(after.map(|Place { mailbox, received, .. }| Change::Appeared {
                    placement,
                    mailbox,
                    received,
                }));
            }
            if !stays || before.map(|place| place.unread) != after.map(|place| place.unread) {
                self.others
                    .extend(before.iter().chain(&after).map(|place| Change::Counts(place.mailbox)));
            }
        }
        self.others.into_iter().chain(placed).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const P: PlacementId = PlacementId(1);

    fn at(mailbox: i64, unread: bool) -> Option<Place> {
        Some(Place {
            mailbox: MailboxId(mailbox),
            received: Timestamp(5),
            unread,
        })
    }

    fn after(steps: &[(Option<Place>, Option<Place>)]) -> Vec<Change> {
        let mut set = ChangeSet::default();
        steps
            .iter()
            .for_each(|(before, after)| set.placement(P, *before, *after));
        set.finish()
    }

    #[test]
    fn only_the_ends_of_a_way_are_told() {
        let (here, there) = (MailboxId(1), MailboxId(2));
        assert_eq!(after(&[(None, at(1, true)), (at(1, true), None)]), []);
        assert_eq!(
            after(&[(at(1, true), at(3, true)), (at(3, true), at(2, true))]),
            [
                Change::Counts(here),
                Change::Counts(there),
                Change::Vanished {
                    placement: P,
                    mailbox: here
                },
                Change::Appeared {
                    placement: P,
                    mailbox: there,
                    received: Timestamp(5)
                },
            ]
        );
    }

    #[test]
    fn counts_are_told_only_when_they_changed() {
        let changed = Change::Changed {
            placement: P,
            mailbox: MailboxId(1),
        };
        assert_eq!(
            after(&[(at(1, true), at(1, false))]),
            [Change::Counts(MailboxId(1)), changed]
        );
        assert_eq!(after(&[(at(1, true), at(1, true))]), [changed]);
    }
}

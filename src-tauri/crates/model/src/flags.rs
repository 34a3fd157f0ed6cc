//! Message flags (RFC 9051 §2.3.2) as a small set.

use std::ops::{BitAnd, BitOr};

/// A set of system flags. Keywords are kept beside it as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Flags(u8);

impl Flags {
    /// No flag at all.
    pub const NONE: Self = Self(0);
    /// `\Seen`
    pub const SEEN: Self = Self(1);
    /// `\Answered`
    pub const ANSWERED: Self = Self(1 << 1);
    /// `\Flagged`
    pub const FLAGGED: Self = Self(1 << 2);
    /// `\Draft`
    pub const DRAFT: Self = Self(1 << 3);
    /// `\Deleted`: marked for expunging; not shown.
    pub const DELETED: Self = Self(1 << 4);

    const NAMED: [(Self, &'static str); 5] = [
        (Self::SEEN, "\\Seen"),
        (Self::ANSWERED, "\\Answered"),
        (Self::FLAGGED, "\\Flagged"),
        (Self::DRAFT, "\\Draft"),
        (Self::DELETED, "\\Deleted"),
    ];

    /// The set as stored: bit 0 seen, 1 answered, 2 flagged, 3 draft, 4 deleted.
    pub const fn bits(self) -> u8 {
        self.0
    }

    /// The inverse of [`Self::bits`]; unknown bits are dropped.
    pub const fn from_bits(bits: u8) -> Self {
        Self(bits & 0b1_1111)
    }

    /// Whether every flag of `other` is in this set.
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether the set is empty.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// This set without the flags of `other`.
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// The flag of that IMAP name, in any case; `None` for keywords and `\Recent`.
    pub fn from_imap(name: &str) -> Option<Self> {
        Self::NAMED
            .iter()
            .find(|(_, known)| known.eq_ignore_ascii_case(name))
            .map(|(flag, _)| *flag)
    }

    /// IMAP names of the flags in this set.
    pub fn imap_names(self) -> impl Iterator<Item = &'static str> {
        Self::NAMED
            .iter()
            .filter(move |(flag, _)| self.contains(*flag))
            .map(|(_, name)| *name)
    }
}

impl BitOr for Flags {
    type Output = Self;
    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

impl BitAnd for Flags {
    type Output = Self;
    fn bitand(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }
}

/// Flags to set and flags to clear; what is in neither stays as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct FlagChange {
    /// Flags to set.
    pub add: Flags,
    /// Flags to clear.
    pub remove: Flags,
}

impl FlagChange {
    /// A change that sets `flags`.
    pub const fn add(flags: Flags) -> Self {
        Self {
            add: flags,
            remove: Flags::NONE,
        }
    }

    /// A change that clears `flags`.
    pub const fn remove(flags: Flags) -> Self {
        Self {
            add: Flags::NONE,
            remove: flags,
        }
    }

    /// `flags` after this change.
    pub fn apply(self, flags: Flags) -> Flags {
        flags.without(self.remove) | self.add
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_go_both_ways() {
        let set = Flags::SEEN | Flags::FLAGGED;
        let names: Vec<_> = set.imap_names().collect();
        assert_eq!(names, ["\\Seen", "\\Flagged"]);
        assert_eq!(
            names
                .iter()
                .filter_map(|name| Flags::from_imap(name))
                .fold(Flags::NONE, |a, b| a | b),
            set
        );
        assert_eq!(Flags::from_imap("\\SEEN"), Some(Flags::SEEN));
        assert_eq!(Flags::from_imap("\\Recent"), None);
        assert_eq!(Flags::from_imap("$Junk"), None);
    }

    #[test]
    fn a_change_touches_only_what_it_names() {
        let change = FlagChange {
            add: Flags::SEEN,
            remove: Flags::FLAGGED,
        };
        assert_eq!(change.apply(Flags::FLAGGED | Flags::DRAFT), Flags::SEEN | Flags::DRAFT);
    }
}

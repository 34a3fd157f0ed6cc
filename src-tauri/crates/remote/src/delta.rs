//! What a look at a mailbox tells.

use crate::{Extension, ServerId};
use pli_model::{Flags, UidValidity};

/// What we hold of a mailbox, so that the server can be asked for the difference only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Known {
    /// The UIDVALIDITY under which our UIDs stand.
    pub uid_validity: Option<UidValidity>,
    /// UIDNEXT as last seen.
    pub uid_next: u32,
    /// Number of letters as last seen on the server.
    pub exists: u32,
    /// HIGHESTMODSEQ as last seen and fully applied; 0 for none.
    pub highest_modseq: u64,
}

impl Known {
    /// Whether counters that a server tells now say that nothing has changed since these were kept. Without a
    /// HIGHESTMODSEQ they never do: flags may have changed.
    pub fn is_unchanged(&self, now: &Self) -> bool {
        self == now && self.highest_modseq != 0 && self.uid_next != 0 && self.uid_validity.is_some()
    }

    /// Whether the same letters are there, as far as counters tell; their marks may differ where the server keeps
    /// no modification sequences.
    pub fn has_same_letters(&self, now: &Self) -> bool {
        self == now
    }
}

/// Flags and keywords of a letter on the server.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Marks {
    /// System flags.
    pub flags: Flags,
    /// Keywords, sorted.
    pub keywords: Vec<String>,
}

/// A letter as listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The server's name for it.
    pub id: ServerId,
    /// Its marks; `None` where the listing does not tell: they come with the letter, or the server keeps none.
    pub marks: Option<Marks>,
    /// Octets; 0 when the listing does not tell.
    pub size: u64,
}

/// The difference between a mailbox and what we hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delta {
    /// Nothing changed since `Known`, by the server's own counters.
    Unchanged,
    /// What happened since `Known`, verified against the number of letters.
    Changes {
        /// To be kept as the next [`Known`], once the changes have been applied.
        state: Known,
        /// Letters that appeared, and those whose marks may have changed.
        letters: Vec<Listed>,
        /// Letters of ours that the server stated to be gone.
        vanished: Vec<ServerId>,
        /// By which extension the server told it.
        by: Extension,
    },
    /// The complete list of what is there now, oldest first, under the ids that we know.
    Complete {
        /// To be kept as the next [`Known`], once the list has been applied.
        state: Known,
        /// Every letter of the mailbox.
        letters: Vec<Listed>,
    },
    /// Every id that we hold is void: UIDVALIDITY is another one, or the server gives UIDs a second time.
    Anew {
        /// To be kept as the next [`Known`], once the list has been applied.
        state: Known,
        /// Every letter of the mailbox, oldest first.
        letters: Vec<Listed>,
    },
}

//! What a person does to letters, waiting to be done at the server.

use crate::{FlagChange, MailboxId};

/// One act on one or more placements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// Set and clear flags.
    Flag(FlagChange),
    /// Move to that mailbox of the same account.
    Move(MailboxId),
}

/// Where an operation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OperationState {
    /// Waiting for its turn, or for the network.
    Queued,
    /// Waiting for a person: the account must be signed in first.
    Parked,
    /// At the server.
    Done,
    /// The server refused for good; its effect was taken back.
    Undone,
}

impl OperationState {
    /// A stable lower-case word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Parked => "parked",
            Self::Done => "done",
            Self::Undone => "undone",
        }
    }

    /// The inverse of [`Self::as_str`].
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Queued, Self::Parked, Self::Done, Self::Undone]
            .into_iter()
            .find(|state| state.as_str() == word)
    }
}

//! What a mailbox is for.

/// The role of a mailbox: RFC 6154's special uses, and the inbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// The inbox.
    Inbox,
    /// Letters being written.
    Drafts,
    /// Copies of what was sent.
    Sent,
    /// Kept, but out of the inbox.
    Archive,
    /// Every letter of the account (Gmail).
    All,
    /// Unwanted mail.
    Junk,
    /// Letters about to be deleted.
    Trash,
    /// Any other mailbox.
    Other,
}

impl Role {
    /// Every role, in the order in which an account's mailboxes are shown and synced.
    pub const ALL: [Self; 8] = [
        Self::Inbox,
        Self::Drafts,
        Self::Sent,
        Self::Archive,
        Self::All,
        Self::Junk,
        Self::Trash,
        Self::Other,
    ];

    /// A stable lower-case word, used in the store and on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Inbox => "inbox",
            Self::Drafts => "drafts",
            Self::Sent => "sent",
            Self::Archive => "archive",
            Self::All => "all",
            Self::Junk => "junk",
            Self::Trash => "trash",
            Self::Other => "other",
        }
    }

    /// The inverse of [`Self::as_str`].
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == word)
    }
}

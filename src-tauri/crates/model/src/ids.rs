//! Ids. Each kind is its own type, so that one cannot be handed in for another.

use std::fmt;

macro_rules! local_id {
    ($($(#[$doc:meta])* $name:ident),* $(,)?) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub i64);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    )*};
}

local_id! {
    /// An account of this profile.
    AccountId,
    /// A mailbox of an account, on the server or only on this computer.
    MailboxId,
    /// The content of a letter. Internal: faces speak of placements.
    LetterId,
    /// A letter in a mailbox: what a person sees as "this letter". Survives moves and protocol switches.
    PlacementId,
    /// A queued operation.
    OperationId,
    /// A letter on its way out.
    OutboxId,
    /// A letter being written.
    DraftId,
}

/// An IMAP unique identifier (RFC 9051 §2.3.1.1); never 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uid(pub u32);

/// The value under which a mailbox's UIDs stay valid (RFC 9051 §2.3.1.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct UidValidity(pub u32);

/// BLAKE3 of a letter's raw bytes: the key of its body.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub [u8; 32]);

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest({self})")
    }
}

/// Made by a face for each act of its user, so that a command said twice is done once.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct CommandId(String);

impl CommandId {
    /// Longest accepted id, in bytes.
    pub const MAX_LEN: usize = 64;

    /// Takes 1 to [`Self::MAX_LEN`] bytes of visible ASCII; anything else is `None`.
    pub fn new(text: impl Into<String>) -> Option<Self> {
        let text = text.into();
        let fits = (1..=Self::MAX_LEN).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
        fits.then_some(Self(text))
    }

    /// From 16 random bytes: 32 hexadecimal digits.
    pub fn random(bytes: [u8; 16]) -> Self {
        Self(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
    }

    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn command_ids_are_short_visible_ascii() {
        assert!(CommandId::new("7f3a-1").is_some());
        assert!(CommandId::new("").is_none());
        assert!(CommandId::new("with space").is_none());
        assert!(CommandId::new("x".repeat(65)).is_none());
    }
}

//! What is found out about a server while it is used: whom it says to be, what it is good at, where it lied.
//!
//! A server is believed when it advertises an extension *and* what it says by it agrees with what can be counted.
//! What does not agree is a quirk: it goes into the account's passport, and the extension is not used again.

use pli_model::Passport;

/// Extensions that Pli uses and whose word can be wrong. The name in the passport is the capability's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Extension {
    /// RFC 7162: what vanished and changed, in the answer to SELECT.
    Qresync,
    /// RFC 7162: what changed since a modification sequence.
    Condstore,
    /// RFC 5819: all mailboxes with their counters in one answer.
    ListStatus,
    /// RFC 5465: news of all mailboxes.
    Notify,
    /// RFC 2177: news of the selected mailbox.
    Idle,
    /// RFC 4978.
    Compress,
    /// RFC 6851.
    Move,
    /// RFC 4315.
    UidPlus,
    /// RFC 8474: names that last.
    ObjectId,
    /// Gmail's own.
    Gmail,
}

impl Extension {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 10] = [
        Self::Qresync,
        Self::Condstore,
        Self::ListStatus,
        Self::Notify,
        Self::Idle,
        Self::Compress,
        Self::Move,
        Self::UidPlus,
        Self::ObjectId,
        Self::Gmail,
    ];

    /// The capability's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Qresync => "QRESYNC",
            Self::Condstore => "CONDSTORE",
            Self::ListStatus => "LIST-STATUS",
            Self::Notify => "NOTIFY",
            Self::Idle => "IDLE",
            Self::Compress => "COMPRESS=DEFLATE",
            Self::Move => "MOVE",
            Self::UidPlus => "UIDPLUS",
            Self::ObjectId => "OBJECTID",
            Self::Gmail => "X-GM-EXT-1",
        }
    }

    /// Whether that passport forbids it.
    pub fn is_distrusted(self, passport: &Passport) -> bool {
        passport.quirks.iter().any(|quirk| quirk.name == self.name())
    }
}

/// What was found out about a server.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Findings {
    /// Name and version by its own word (RFC 2971); empty when it does not tell.
    pub software: String,
    /// Extensions that it has and that are used.
    pub in_use: Vec<Extension>,
    /// Where it was found wrong: the extension, and what happened in one sentence.
    pub quirks: Vec<(Extension, String)>,
}

impl Findings {
    /// Whether there is nothing to be written down.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

//! What a letter's header says about it: the meeting point of `mime`, which reads it, and `store`, which keeps it.

use crate::{Address, Timestamp};

/// The fields of a header that Pli lists, threads and answers by (RFC 5322 §3.6). All text is decoded Unicode
/// without line breaks.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Envelope {
    /// `Message-ID` without angle brackets; empty when missing.
    pub message_id: String,
    /// `In-Reply-To`, the first id, without angle brackets; empty when missing.
    pub in_reply_to: String,
    /// `References`, oldest first, without angle brackets.
    pub references: Vec<String>,
    /// `Subject`.
    pub subject: String,
    /// `From`, the first address.
    pub from: Address,
    /// `Reply-To`.
    pub reply_to: Vec<Address>,
    /// `To`.
    pub to: Vec<Address>,
    /// `Cc`.
    pub cc: Vec<Address>,
    /// `Bcc`, as found in one's own sent letters.
    pub bcc: Vec<Address>,
    /// `Date`; `None` when missing or unreadable.
    pub date: Option<Timestamp>,
}

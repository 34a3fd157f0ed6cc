//! What a server was found to be good and bad at.

use crate::Timestamp;
use std::collections::BTreeMap;

/// What an account's server was found to be good and bad at: its word is believed where it was found true.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Passport {
    /// What it calls itself (RFC 2971, or its greeting); empty when it does not say.
    pub software: String,
    /// When its word on an extension was last found true, by the name of its capability.
    pub verified: BTreeMap<String, Timestamp>,
    /// What it does wrong, each name once.
    pub quirks: Vec<Quirk>,
}

/// Something that a server does wrong, and that is worked around.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quirk {
    /// Its stable name.
    pub name: String,
    /// What was seen.
    pub detail: String,
    /// Since when it is known.
    pub since: Timestamp,
}

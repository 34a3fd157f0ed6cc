//! The only-copy guard.

use super::LeaveOnServer;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What somebody wants to destroy.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum CopiesOf {
    /// Letters, deleted for good.
    Letters { ids: Vec<i64> },
    /// Every letter of a mailbox, deleted for good.
    Mailbox { mailbox: i64 },
    /// An account, removed from this computer.
    Account { account: i64 },
    /// What a choice would delete at a POP3 server of letters that were deleted here.
    Leave { account: i64, leave: LeaveOnServer },
}

/// What would be gone for good.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct LastCopies {
    /// Letters that would exist nowhere any more, as far as is known: what a person must agree to.
    pub letters: u32,
    /// Drafts and unsent letters that would go with an account.
    pub unsent: u32,
}

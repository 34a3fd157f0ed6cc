//! What an account is doing, as data for a face.

use pli_model::{AccountId, PlacementId, Timestamp};
use pli_remote::Problem;

/// The states of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum State {
    /// Nothing to do.
    #[default]
    Idle,
    /// Connecting or comparing.
    Checking,
    /// Fetching letters.
    Syncing,
    /// The server is out of reach; tried again by itself.
    Offline,
    /// A person must sign in.
    SignInNeeded,
    /// Something else a person should read.
    Failed,
}

/// What an account is doing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Status {
    /// Its state.
    pub state: State,
    /// What is wrong, in one sentence; empty when nothing is.
    pub message: String,
    /// The class of what is wrong.
    pub problem: Option<Problem>,
    /// Letters fetched in this pass.
    pub done: u32,
    /// Letters to fetch in this pass.
    pub total: u32,
    /// End of the last good pass.
    pub synced_at: Option<Timestamp>,
}

/// What a sync tells its engine besides what the store tells.
#[derive(Debug, Clone)]
pub enum Happening {
    /// The status of an account changed.
    Status(AccountId, Status),
    /// Letters came into an inbox that were not there at the last look.
    NewLetters(AccountId, Vec<PlacementId>),
    /// Something a person should know.
    Notice(AccountId, String),
}

/// What a pass did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Totals {
    /// Mailboxes looked at.
    pub mailboxes: u32,
    /// Letters that came.
    pub new: u32,
    /// Letters whose flags changed.
    pub updated: u32,
    /// Letters that went.
    pub removed: u32,
    /// Octets of letters fetched.
    pub bytes: u64,
}

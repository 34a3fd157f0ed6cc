//! Letters on their way out.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Where an outgoing letter stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum OutboxState {
    Queued,
    Sending,
    Committing,
    /// May have been sent: the server's answer was lost. Never repeated by itself.
    Unknown,
    Sent,
    Failed,
    Cancelled,
}

/// What the server said about one recipient.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Verdict {
    pub email: String,
    pub accepted: bool,
    pub code: u16,
    pub text: String,
}

/// A letter in the outbox.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct OutboxRow {
    pub id: i64,
    pub account: i64,
    pub subject: String,
    pub message_id: String,
    pub state: OutboxState,
    pub recipients: Vec<Verdict>,
    /// The server's last words, or what went wrong.
    pub reply: String,
    pub attempts: u32,
    pub created: String,
    /// When it is tried next; null when it is not.
    pub next_at: Option<String>,
    /// Whether the copy is in the Sent mailbox.
    pub filed: bool,
}

/// Names a letter in the outbox.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct OutboxRef {
    pub id: i64,
}

//! What the engine tells a face without being asked. The screen is a cache: an event says what to read again.

use super::{AccountStatus, LetterRow};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// An event.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// A window of this view is out of date.
    ViewChanged { view: u32, version: u32, total: u32 },
    /// Accounts came, went or changed.
    AccountsChanged,
    /// Mailboxes came or went, or their counts changed.
    MailboxesChanged,
    /// The outbox changed.
    OutboxChanged,
    /// Drafts changed.
    DraftsChanged,
    /// What an account is doing changed.
    Status { account: i64, status: AccountStatus },
    /// The open letter with that id changed: marks, or its body arrived.
    LetterChanged { id: i64 },
    /// New letters in an inbox, for a notification.
    NewLetters {
        account: i64,
        count: u32,
        newest: LetterRow,
    },
    /// Something a person should know, such as an operation that the server refused.
    Notice { account: Option<i64>, message: String },
    /// Events were lost: read everything again.
    ReadAgain,
}

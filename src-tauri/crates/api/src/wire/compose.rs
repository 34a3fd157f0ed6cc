//! Letters being written.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A draft. Recipients are text as typed, one entry each.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Draft {
    /// Null before it was saved for the first time.
    pub id: Option<i64>,
    pub account: i64,
    pub to: Vec<String>,
    pub cc: Vec<String>,
    pub bcc: Vec<String>,
    pub subject: String,
    pub text: String,
    pub in_reply_to: String,
    pub references: Vec<String>,
    pub attachments: Vec<DraftAttachment>,
}

/// A file that goes with a draft.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct DraftAttachment {
    pub name: String,
    pub mime_type: String,
    /// Octets.
    pub size: u64,
    /// A file on this computer; null for one that the draft holds itself (a forwarded one).
    pub path: Option<String>,
    /// Number among the draft's own attachments; null for a file.
    pub held: Option<u32>,
}

/// A draft in the list of drafts.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct DraftRow {
    pub id: i64,
    pub account: i64,
    pub to: Vec<String>,
    pub subject: String,
    pub snippet: String,
    pub saved_at: String,
}

/// Names a draft.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct DraftRef {
    pub id: i64,
}

/// Starts an answer.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ReplyTo {
    pub id: i64,
    /// To everyone who got the letter.
    pub all: bool,
    /// The line above the quoted text, in the writer's language, such as "On 3 May, Bob wrote:".
    pub quote_line: String,
}

/// Sends a draft: it goes to the outbox and is no draft any more.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SendDraft {
    /// Made by the face for each act: said twice, sent once.
    pub command: String,
    pub id: i64,
    /// Minutes east of UTC, for the letter's Date.
    pub utc_offset: i32,
}

/// A letter in the outbox.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Queued {
    pub outbox: i64,
}

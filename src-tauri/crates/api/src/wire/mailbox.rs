//! Mailboxes and views of them.

use super::letter::LetterRow;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What a mailbox is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    Inbox,
    Drafts,
    Sent,
    Archive,
    All,
    Junk,
    Trash,
    Other,
}

/// A mailbox of an account.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Mailbox {
    pub id: i64,
    pub account: i64,
    /// Full path, levels separated by `/` whatever the server's delimiter is.
    pub path: String,
    /// Last level of the path.
    pub name: String,
    /// Levels above it.
    pub depth: u32,
    pub role: Role,
    /// Only on this computer.
    pub local: bool,
    pub selectable: bool,
    /// Whether it is subscribed to at the server.
    pub subscribed: bool,
    pub total: u32,
    pub unread: u32,
}

/// Which letters to look at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum View {
    /// One mailbox.
    Mailbox { mailbox: i64 },
    /// The mailboxes of that role over all accounts, such as all inboxes.
    Role { role: Role },
    /// Flagged letters of all accounts.
    Flagged,
}

/// A view that is being watched: `view_changed` events carry its id until it is closed.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ViewOpened {
    pub view: u32,
    pub version: u32,
    pub total: u32,
}

/// Asks for a window of an open view.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct WindowAsk {
    pub view: u32,
    /// First row, 0 is the newest letter.
    pub offset: u32,
    /// Number of rows, at most 200.
    pub limit: u32,
    /// A letter whose present row number is wanted too (selection, scroll anchor).
    pub anchor: Option<i64>,
}

/// A window of an open view.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Window {
    pub version: u32,
    pub total: u32,
    pub offset: u32,
    pub rows: Vec<LetterRow>,
    /// Row number of the anchor; null when it is not in the view any more.
    pub anchor_index: Option<u32>,
}

/// Names an open view.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ViewRef {
    pub view: u32,
}

/// Makes a mailbox, inside another one or at the top.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct MailboxCreate {
    pub command: String,
    pub account: i64,
    pub parent: Option<i64>,
    /// One level of the path.
    pub name: String,
}

/// Gives a mailbox another name at its place.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct MailboxRename {
    pub command: String,
    pub mailbox: i64,
    /// One level of the path.
    pub name: String,
}

/// An act on a mailbox.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct MailboxAct {
    pub command: String,
    pub mailbox: i64,
}

/// Deletes every letter of a mailbox for good.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct MailboxEmpty {
    pub command: String,
    pub mailbox: i64,
    /// How many last copies the person has agreed to lose.
    pub agreed: u32,
}

/// Subscribes to a mailbox, or ends that.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct MailboxSubscribe {
    pub mailbox: i64,
    pub subscribed: bool,
}

//! Taking acts back.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Takes an act back.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Undo {
    /// The act.
    pub command: String,
    /// Made by the face for this taking back: said twice, done once.
    pub r#as: String,
}

/// What was taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Undone {
    /// Letters that are as they were.
    pub letters: u32,
    /// Letters that cannot be brought back: they are gone from the server and were not whole on this computer.
    pub lost: u32,
}

/// Kinds of acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    Mark,
    Move,
    Copy,
    Delete,
    Mailbox,
}

/// An act that can be taken back.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct UndoRow {
    pub command: String,
    pub what: Act,
    pub letters: u32,
    pub at: String,
}

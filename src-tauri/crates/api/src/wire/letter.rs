//! Letters in lists and in the reader, and what is done to them.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A person or list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Person {
    /// Display name; empty when there is none.
    pub name: String,
    pub email: String,
}

/// A letter in a list.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct LetterRow {
    pub id: i64,
    pub account: i64,
    /// Mailbox id.
    pub mailbox: i64,
    pub subject: String,
    pub from: Person,
    pub to: Vec<Person>,
    /// First words of the text; empty until the body is here.
    pub snippet: String,
    /// When it was received, the order of the list.
    pub date: String,
    pub seen: bool,
    pub flagged: bool,
    pub answered: bool,
    pub draft: bool,
    pub has_attachments: bool,
    /// Octets.
    pub size: u64,
    pub message_id: String,
    /// Keywords, sorted.
    pub keywords: Vec<String>,
    /// Letters of one conversation share it.
    pub thread: i64,
    /// Whether the whole letter is on this computer.
    pub complete: bool,
    /// Whether it is on this computer only, as far as is known.
    pub only_here: bool,
}

/// An attachment.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Attachment {
    /// Its number within the letter.
    pub part: u32,
    /// A name safe for any file system.
    pub name: String,
    pub mime_type: String,
    /// Octets, decoded.
    pub size: u64,
    /// Shown inside the letter (a picture of its HTML).
    pub inline: bool,
}

/// A letter, opened. Its text is shown as a page of its own: see the face's `letter` scheme.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Letter {
    pub row: LetterRow,
    pub cc: Vec<Person>,
    pub bcc: Vec<Person>,
    pub reply_to: Vec<Person>,
    /// When its writer says it was written; null when the letter does not tell.
    pub written: Option<String>,
    pub attachments: Vec<Attachment>,
    /// Plain text of the letter.
    pub text: String,
    /// Whether the page is made from HTML.
    pub has_html: bool,
    /// Pictures and other remote things that were not fetched.
    pub remote_blocked: u32,
    /// How many of them are trackers.
    pub trackers_blocked: u32,
}

/// Names a letter.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct LetterRef {
    pub id: i64,
}

/// Sets and clears marks. `null` leaves a mark as it is.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct LettersMark {
    /// Made by the face for each act: said twice, done once.
    pub command: String,
    pub ids: Vec<i64>,
    pub seen: Option<bool>,
    pub flagged: Option<bool>,
}

/// Moves letters to a mailbox of their account.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct LettersMove {
    pub command: String,
    pub ids: Vec<i64>,
    pub mailbox: i64,
}

/// Moves letters to the trash of their account, or to another mailbox by role.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct LettersTo {
    pub command: String,
    pub ids: Vec<i64>,
    /// `trash`, `archive`, `junk` (which marks them so), or `inbox` (which says that they are no junk).
    pub role: super::Role,
}

/// Sets or clears a keyword of letters.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct LettersKeyword {
    pub command: String,
    pub ids: Vec<i64>,
    pub keyword: String,
    pub on: bool,
}

/// Copies letters to a mailbox of their account.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct LettersCopy {
    pub command: String,
    pub ids: Vec<i64>,
    pub mailbox: i64,
}

/// Deletes letters for good.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct LettersDelete {
    pub command: String,
    pub ids: Vec<i64>,
    /// How many last copies the person has agreed to lose.
    pub agreed: u32,
}

/// Writes an attachment into a file.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct AttachmentSave {
    pub id: i64,
    pub part: u32,
    /// Absolute path; an existing file is replaced.
    pub path: String,
}

/// Names an attachment.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct AttachmentRef {
    pub id: i64,
    pub part: u32,
}

/// A file that was written.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct FileWritten {
    pub path: String,
}

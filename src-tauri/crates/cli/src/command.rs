//! One file a command.

pub mod account;
mod account_mode;
pub mod act;
pub mod attachments;
pub mod doctor;
pub mod files;
pub mod help;
pub mod list;
pub mod mailbox;
pub mod mailboxes;
pub mod outbox;
pub mod send;
pub mod show;
pub mod sync;
pub mod undo;

use crate::failure::Failure;

/// What every command answers.
pub type Outcome = Result<(), Failure>;

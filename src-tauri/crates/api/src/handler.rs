//! What each command does: wire values to an engine call and back, nothing else.

pub mod account;
pub mod compose;
pub mod copies;
pub mod letter;
pub mod mailbox;
pub mod outbox;
pub mod undo;
pub mod vault;

use crate::ApiError;

/// What a handler answers.
pub type Answer<T> = Result<T, ApiError>;

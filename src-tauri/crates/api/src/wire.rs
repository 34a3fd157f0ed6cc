//! The values that travel between the engine and a face, as JSON and as TypeScript.
//!
//! Ids are numbers, times RFC 3339 text in UTC, words lower case. Names are stable: scripts and screens rely on them.

pub mod account;
pub mod compose;
pub mod copies;
pub mod event;
pub mod letter;
pub mod mailbox;
pub mod outbox;
pub mod undo;
pub mod vault;

pub use account::*;
pub use compose::*;
pub use copies::*;
pub use event::*;
pub use letter::*;
pub use mailbox::*;
pub use outbox::*;
pub use undo::*;
pub use vault::*;

use pli_model::Timestamp;
use serde::{Deserialize, Serialize};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};
use ts_rs::TS;

/// A command that takes nothing.
#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
pub struct Nothing {}

/// RFC 3339 in UTC with milliseconds left out; a time outside the years 0 to 9999 becomes the epoch.
pub fn rfc3339(moment: Timestamp) -> String {
    OffsetDateTime::from_unix_timestamp(moment.secs())
        .ok()
        .and_then(|when| when.format(&Rfc3339).ok())
        .unwrap_or_else(|| "1970-01-01T00:00:00Z".to_owned())
}

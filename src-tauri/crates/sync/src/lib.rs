//! Keeping one account and its server in step.
//!
//! An account has four small loops, each with a connection of its own at most (three to the mail store, as many
//! as polite servers allow): `pull` looks at the mailboxes and fetches, `push` carries out queued operations,
//! `outgoing` submits letters and files their copies, `news` waits on the inbox. [`Account::start`] runs them
//! until it is dropped; [`once`] runs each one time, for the command line.
//!
//! Kept true here:
//! - What is decided is decided by [`plan`], a pure function; what is done is done in one store transaction.
//! - Looking at the server and carrying out an operation take turns (`Context::turn`): a listing taken before
//!   an operation is never applied after it.
//! - Bodies are durable before the rows that mention them; a mailbox's server state is kept only after
//!   everything it stands for is durable. A crash at any point repeats work, and loses or doubles nothing.
//! - No error deletes. `vanished` comes from a complete listing under the known UIDVALIDITY and from nothing else.

mod account;
mod apply;
mod awake;
mod bell;
mod bodies;
mod context;
mod download;
mod error;
mod fetch;
mod great;
mod headers;
mod keep;
mod look;
mod mailboxes;
mod matching;
mod news;
mod outgoing;
mod passport;
pub mod plan;
mod pull;
mod push;
mod retry;
mod status;
mod switch;
#[cfg(test)]
mod tests;
mod trust;

pub use account::{Account, fetch_body, once, send_waiting};
pub use context::Context;
pub use error::SyncError;
pub use status::{Happening, State, Status, Totals};
pub use switch::{Change, Fate, Outlook, change, preview};

/// Result of a step of a sync.
pub type Result<T, E = SyncError> = std::result::Result<T, E>;

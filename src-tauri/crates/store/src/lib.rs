//! The local cache: one profile folder with `mail.db` (everything small), `bodies.db` (raw letters, compressed, keyed
//! by their digest) and `lock`. The only place with SQL.
//!
//! Kept true here:
//! - One thread writes, each [`Store::write`] being one transaction; readers are read-only connections that see one
//!   snapshot each. Nothing blocks the async runtime.
//! - What is shown of a placement = what the server said last + our unfinished operations, in order. Every write that
//!   touches either side states it anew in the same transaction (`shown.rs`).
//! - A body is durable before a row that mentions it is written; bodies that no row mentions are collected later.
//! - What a person did can be taken back, also after a restart: each operation is written down with what was before
//!   it, and a letter that was deleted for good keeps its body for a day.
//! - After each commit one numbered [`Commit`] says what changed. A receiver that lags reads everything again.
//! - A file that is damaged, foreign or from a newer Pli is refused with a sentence that says so, and left untouched.
//!
//! Deliberately absent: a trait over databases, an object mapper, SQL outside this crate.
#![warn(missing_docs)]

mod body;
mod change;
mod column;
mod connection;
mod doctor;
mod error;
mod last_copy;
mod lock;
mod migration;
mod piece;
mod reader;
mod shown;
mod spool;
mod store;
mod table;
mod view;
mod writer;

#[cfg(test)]
mod plan;
#[cfg(test)]
mod testing;

pub use body::{Digester, NewBody, PackedBodies, digest_of};
pub use change::{Change, Commit};
pub use doctor::Finding;
pub use error::{Result, StoreError};
pub use last_copy::guard;
pub use piece::PieceOf;
pub use reader::Reader;
pub use spool::Spool;
pub use store::Store;
pub use table::account::NewAccount;
pub use table::anchor::{Anchor, ImapMailbox, ImapPlace, KnownLetter};
pub use table::draft::{DraftRow, DraftVersion};
pub use table::mailbox::{Mailbox, NewMailbox, ServerState};
pub use table::mailbox_operation::{MailboxOperationRow, PendingMailboxOperation};
pub use table::operation::{Act, OperationRow, PendingLetter, PendingOperation, Undoable, Undone};
pub use table::outbox::{NewOutbox, OutboxRow};
pub use table::placement::{Likeness, MissingBody, NewPlacement, ServerId, ServerLetter, ServerPosition};
pub use table::uidl::{NewUidl, ServerCopy, Uidl};
pub use view::{LetterRecord, Row, View, ViewKey};
pub use writer::Writer;

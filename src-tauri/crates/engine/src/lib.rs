//! The composition root: every command a face can give, the live views it looks at, and what it is told.
//!
//! A command reads or writes the local cache and returns; it never waits for the network, except those whose very
//! subject is a server ([`Engine::add_account`], [`Engine::find_servers`], [`Engine::sync_once`]). Paths, the
//! clock, randomness and the vault's key are handed in by the face: nothing here reads the environment.

mod accounts;
mod compose;
mod copies;
mod engine;
mod error;
mod export;
mod hub;
mod import;
mod letters;
mod mailboxes;
mod mode;
mod outbox;
mod undo;
mod views;

pub use accounts::{AccountDetails, AccountWithStatus, NewAccount};
pub use compose::Outgoing;
pub use copies::{Doomed, LastCopies};
pub use engine::{Engine, Options};
pub use error::{EngineError, Field};
pub use export::Exported;
pub use hub::Event;
pub use import::Imported;
pub use letters::{Marks, OpenLetter};
pub use mode::ModeChange;
pub use undo::{Act, Undoable, Undone};
pub use views::{OpenedView, ViewId, Window};

pub use pli_mime::{Attachment, PAGE_CSP, Page, Theme};
pub use pli_net::discovery::Found;
pub use pli_remote::{Extension, Problem};
pub use pli_store::{DraftRow, Finding, LetterRecord, Mailbox, OutboxRow, Row, StoreError, View};
pub use pli_sync::{Fate, Outlook, State, Status, SyncError, Totals};
pub use pli_vault::{KeySource, State as VaultState, VaultError};

/// Result of a command.
pub type Result<T, E = EngineError> = std::result::Result<T, E>;

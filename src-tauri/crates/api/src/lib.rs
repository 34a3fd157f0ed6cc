//! The contract between the engine and every face: commands, events, errors, each declared once.
//!
//! A face hands a command's name and its JSON to [`dispatch`] and shows the answer; it turns engine events into
//! wire events with [`event`]. Nothing here knows a window or a transport. [`contract::typescript`] prints the
//! bindings of the screen.
#![warn(missing_docs)]

mod contract;
mod convert;
mod error;
mod events;
mod handler;
#[allow(
    missing_docs,
    reason = "the fields are the documentation of the wire; those that are not plain are explained"
)]
pub mod wire;

pub use contract::{COMMANDS, dispatch, typescript};
pub use convert::{details, letter_row, mailbox, outbox_row, protocol, server};
pub use error::{ApiError, Code};
pub use events::event;
pub use handler::letter::open as open_letter;

//! The values every other room speaks in: ids, addresses, flags, mailbox roles, operations, the clock.
//!
//! Nothing here does I/O, knows a database or a wire format. A value that can be wrong is checked where it
//! is built, so that a room that receives one need not check it again.

mod account;
mod address;
mod clock;
mod draft;
mod envelope;
mod flags;
mod ids;
mod mailbox;
mod operation;
mod outgoing;
mod passport;

pub use account::{Account, Endpoint, LeaveOnServer, Protocol, Retention, Security, SentPolicy};
pub use address::{Address, AddressError};
pub use clock::{Clock, Timestamp};
pub use draft::{AttachmentSource, Draft, DraftAttachment};
pub use envelope::Envelope;
pub use flags::{FlagChange, Flags};
pub use ids::{
    AccountId, CommandId, Digest, DraftId, LetterId, MailboxId, OperationId, OutboxId, PlacementId, Uid, UidValidity,
};
pub use mailbox::Role;
pub use operation::{MailboxOperation, Marking, Operation, OperationState, is_keyword};
pub use outgoing::{OutboxState, RecipientVerdict, Submission};
pub use passport::{Passport, Quirk};

//! One file a table: its SQL, its rows, its reads and writes.

pub(crate) mod account;
pub(crate) mod anchor;
pub(crate) mod draft;
pub(crate) mod grave;
pub(crate) mod letter;
pub(crate) mod mailbox;
pub(crate) mod mailbox_operation;
pub(crate) mod operation;
pub(crate) mod outbox;
pub(crate) mod passport;
pub(crate) mod placement;
pub(crate) mod setting;
pub(crate) mod thread;
pub(crate) mod uidl;

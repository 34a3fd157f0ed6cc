//! What the tests and the demo run against: real mail servers, badly behaved ones, bad lines between them, and
//! letters to fill them with.
//!
//! - [`Dovecot`]: one real IMAP and POP3 server on loopback, in a temporary folder. Needs no rights.
//! - [`Town`]: a small internet of network namespaces with DNS and two providers, where a letter travels the whole
//!   way. Linux, as root.
//! - [`Scripted`]: a server that plays a `C:`/`S:` transcript, for what no real server would do.
//! - [`BadWire`]: a TCP proxy that delays, splits, stalls and cuts, and counts bytes and round trips.
//! - [`Lacking`]: a POP3 server that does not know some commands, made of a real one.
//! - [`letters`]: believable letters, the same ones for the same seed.
//!
//! Kept true here: nothing outlives the process that started it, however that ends (see [`leash`]); nothing is
//! written outside temporary folders; what is missing on the machine is an [`Error::Missing`] that says how to get
//! it, never a skipped test.

#![warn(missing_docs)]

pub mod authority;
pub mod dovecot;
mod encode;
mod error;
mod lacking;
pub mod leash;
pub mod letters;
mod os;
pub mod require;
pub mod scripted;
pub mod town;
pub mod wire;

pub use authority::Authority;
pub use dovecot::Dovecot;
pub use error::{Error, Result};
pub use lacking::Lacking;
pub use scripted::Scripted;
pub use town::Town;
pub use wire::BadWire;

//! POP3 (RFC 1939): typed commands in, typed answers out.
//!
//! [`Session`] works on any stream that is private already, normally one of `pli-net`. Letters come through
//! [`Session::letters`], pipelined where the server allows it, as exactly the bytes the server sent for them: line
//! ends untouched, transparency dots removed.
//!
//! Kept true here:
//! - A connection that ends in the middle is an error, never a short letter or a short list.
//! - A refusal (`-ERR`) answers one command; what was asked after it is still answered.
//! - A call that was cancelled halfway leaves the session out of step, and it says so instead of giving the answer
//!   of one command to another.
//! - AUTH, PASS and QUIT are never pipelined. A password in the server's own words is blotted out.
//! - Memory is bounded: lines, lists and letters each have a limit ([`LARGEST_LETTER`]), and large letters come in stretches ([`Stretch`]).
//!
//! What is used of the crate `async-pop`: its parser for complete answers (`Response::from_bytes`) with its types
//! for STAT, LIST and UIDL, which is strict and quick. Its stream and client are not: they wait for ever when a
//! list spans two reads, spin at the end of a connection, hand over dot-stuffed lines as they are, cut the last
//! line end, hang on an empty letter, know no pipelining, and lose step on an unknown capability or a count in the
//! first line of a list. So the wire, transparency, CAPA, SASL and the order of things are ours. A list that its
//! parser refuses because a unique id is longer than RFC 1939's 70 octets is read again by a rule of ours: the
//! letter must be reachable all the same.
#![warn(missing_docs)]

mod apop;
mod capabilities;
mod error;
mod letters;
mod listing;
#[cfg(test)]
mod script;
mod session;
mod unstuff;
mod wire;

pub use capabilities::Capabilities;
pub use error::{PopError, Reason, Refusal};
pub use letters::{LARGEST_LETTER, Letters, Part, Stretch, Wanted};
pub use listing::{Listed, Stat};
pub use session::Session;

/// Result of everything a server is asked.
pub type Result<T, E = PopError> = std::result::Result<T, E>;

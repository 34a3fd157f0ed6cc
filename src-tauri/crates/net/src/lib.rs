//! TCP, TLS, STARTTLS, deadlines, discovery. The only place that opens a socket.
//!
//! [`Connector::open`] hands out a [`Stream`] that is ready for a protocol: private, verified, with deadlines on
//! every wait. [`discovery`] finds the servers of a mail address.
//!
//! Kept true here:
//! - No stream leaves without TLS that was verified against the name asked for, except to this very computer
//!   ([`Security::Plain`](pli_model::Security::Plain) on loopback).
//! - Nothing that was said before TLS is believed after it: STARTTLS is refused if a single byte follows the
//!   server's consent (the injection of CVE-2011-0411), and a session that claims to be signed in already is refused.
//! - No secret passes through this crate; an error text names the server and what it said, nothing else.
//! - Every wait ends: resolving, connecting, the handshake, each read, each write.
#![warn(missing_docs)]

#[cfg(test)]
mod authority;
mod connector;
pub mod discovery;
mod error;
mod line;
mod password;
mod starttls;
mod stream;
mod tcp;
mod tls;

pub use connector::{Connector, Timeouts};
pub use discovery::{Found, guess};
pub use error::{NetError, NetErrorKind};
pub use password::Password;
pub use starttls::{Dialect, EHLO_NAME};
pub use stream::Stream;

//! Why a command did not complete.

use crate::StatusText;
use std::io;
use thiserror::Error;

/// Result of everything a server is asked.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong. Holds the server's words and never a secret.
#[derive(Debug, Error)]
pub enum Error {
    /// A deadline of the stream passed.
    #[error("no answer in time")]
    Timeout,
    /// The connection ended, or broke, in the middle.
    #[error("the connection was closed")]
    Disconnected,
    /// The server said why it closed the connection.
    #[error("{0}")]
    Bye(StatusText),
    /// The command was refused.
    #[error("{0}")]
    No(StatusText),
    /// The command was not understood.
    #[error("{0}")]
    Bad(StatusText),
    /// What came back is not IMAP, or exceeds what can be taken.
    #[error("{0}")]
    Protocol(String),
    /// The server offers no way to sign in with a password on this connection (LOGINDISABLED, no PLAIN).
    #[error("signing in with a password is not offered")]
    NoPasswordSignIn,
    /// What was asked needs an extension that has not been switched on by ENABLE on this connection.
    #[error("{0} was not enabled")]
    NotEnabled(&'static str),
    /// The text holds CR, LF or NUL, which no command can carry, or what no keyword can hold.
    #[error("{0} holds a character that cannot be sent")]
    Unsendable(&'static str),
    /// A command was given up before its answer was read; the connection can only be closed.
    #[error("an earlier command was abandoned")]
    Abandoned,
}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::TimedOut => Self::Timeout,
            io::ErrorKind::InvalidData | io::ErrorKind::Other => Self::Protocol(error.to_string()),
            _ => Self::Disconnected,
        }
    }
}

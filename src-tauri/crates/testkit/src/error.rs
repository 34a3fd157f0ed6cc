//! What can go wrong while a test's world is set up, told so that the test's output is enough to mend it.

use std::fmt;
use thiserror::Error as ThisError;

/// Result of everything in this crate that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why the world could not be set up. `Debug` prints the message, since tests unwrap.
#[derive(ThisError)]
pub enum Error {
    /// A program or a right is not there.
    #[error("\n\n  MISSING: {what}\n  {remedy}\n")]
    Missing {
        /// What is missing.
        what: String,
        /// How to get it.
        remedy: String,
    },
    /// A server did not start, or did something it should not.
    #[error("{what}\n--- log ---\n{log}")]
    Server {
        /// What happened.
        what: String,
        /// The end of the server's own log.
        log: String,
    },
    /// A command that failed.
    #[error("`{command}` failed ({status})\n{output}")]
    Command {
        /// As one would type it.
        command: String,
        /// Exit status.
        status: String,
        /// Standard output and error.
        output: String,
    },
    /// A conversation that did not go as written.
    #[error("{0}")]
    Transcript(String),
    /// Reading or writing failed.
    #[error("{what}: {source}")]
    Io {
        /// What was being done, with the path or address.
        what: String,
        /// The system's answer.
        source: std::io::Error,
    },
    /// A certificate could not be made.
    #[error("certificate: {0}")]
    Certificate(String),
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Says what was being done when the system refused.
pub(crate) trait Doing<T> {
    /// Adds `what` to the system's error.
    fn doing(self, what: impl fmt::Display) -> Result<T>;
}

impl<T> Doing<T> for std::io::Result<T> {
    fn doing(self, what: impl fmt::Display) -> Result<T> {
        self.map_err(|source| Error::Io {
            what: what.to_string(),
            source,
        })
    }
}

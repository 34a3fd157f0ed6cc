//! What went wrong with a server, in the classes that policy and the screen act upon.

use pli_net::{NetError, NetErrorKind};
use std::io;
use thiserror::Error;

/// The class of a failure. Policy (retry, park, undo) and the screen read this, never the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Problem {
    /// The host name does not resolve.
    HostNotFound,
    /// Nothing listens at that port, or the host is unreachable.
    Unreachable,
    /// A deadline passed.
    Timeout,
    /// The connection ended in the middle.
    Disconnected,
    /// The server's certificate does not verify.
    CertificateNotTrusted,
    /// The server offers no TLS where it is required, or TLS could not be set up.
    NoTls,
    /// Someone is tampering: bytes before TLS that cannot be there, PREAUTH before STARTTLS.
    Tampered,
    /// User name or password refused.
    SignInRefused,
    /// The server allows no further connection now.
    TooManyConnections,
    /// The server cannot at present; the same may work later.
    TemporarilyRefused,
    /// The server refused the command for good.
    Refused,
    /// What came back is not the expected protocol.
    Protocol,
}

impl Problem {
    /// Whether the server understood, and did not want to: others may be asked for all the same.
    pub const fn is_refusal(self) -> bool {
        matches!(self, Self::Refused | Self::TemporarilyRefused)
    }

    /// Whether the same request may succeed later without a person doing anything.
    pub const fn is_retryable(self) -> bool {
        matches!(
            self,
            Self::HostNotFound
                | Self::Unreachable
                | Self::Timeout
                | Self::Disconnected
                | Self::TooManyConnections
                | Self::TemporarilyRefused
        )
    }
}

/// A failure with its class and the words for it; the server's own where it gave any. Never holds a secret.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{text}")]
pub struct RemoteError {
    /// The class.
    pub problem: Problem,
    /// One line that says what happened at which server.
    pub text: String,
}

impl RemoteError {
    /// A broken connection to `server`: a deadline that passed, or an end.
    pub(crate) fn from_io(server: &str, error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::TimedOut => Self {
                problem: Problem::Timeout,
                text: format!("The server {server} did not answer in time."),
            },
            io::ErrorKind::UnexpectedEof => Self {
                problem: Problem::Disconnected,
                text: format!("The server {server} closed the connection."),
            },
            _ => Self {
                problem: Problem::Disconnected,
                text: format!("The connection to the server {server} was lost ({error})."),
            },
        }
    }
}

impl From<NetError> for RemoteError {
    fn from(error: NetError) -> Self {
        let problem = match &error.kind {
            NetErrorKind::HostNotFound(_) => Problem::HostNotFound,
            NetErrorKind::Unreachable(_) => Problem::Unreachable,
            NetErrorKind::Timeout(_) => Problem::Timeout,
            NetErrorKind::CertificateNotTrusted(_) | NetErrorKind::Trust(_) => Problem::CertificateNotTrusted,
            NetErrorKind::NoTls | NetErrorKind::TlsFailed(_) | NetErrorKind::PlainTextRefused => Problem::NoTls,
            NetErrorKind::Tampered(_) => Problem::Tampered,
            NetErrorKind::Refused(line) if is_crowded(line) => Problem::TooManyConnections,
            NetErrorKind::Refused(_) => Problem::TemporarilyRefused,
            NetErrorKind::Disconnected => Problem::Disconnected,
            NetErrorKind::Protocol(_) => Problem::Protocol,
        };
        Self {
            problem,
            text: error.to_string(),
        }
    }
}

/// Whether a server's words say that there are too many connections; no protocol has a code for it that all use.
pub(crate) fn is_crowded(words: &str) -> bool {
    let words = words.to_ascii_lowercase();
    words.contains("too many") || words.contains("connection limit") || words.contains("maximum number of connections")
}

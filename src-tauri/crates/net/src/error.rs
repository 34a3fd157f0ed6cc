//! Why there is no connection, in words a person can act upon.

use std::{fmt, io};
use thiserror::Error;

/// A connection that could not be made, or made private. Holds no secret: none has been sent by then.
#[derive(Debug, Error)]
pub struct NetError {
    /// `host:port` as asked for; empty when no server was involved yet.
    pub server: String,
    /// What happened.
    pub kind: NetErrorKind,
}

/// The class of a failure, with the details the sentence needs.
#[derive(Debug)]
pub enum NetErrorKind {
    /// The name does not resolve, or is no host name at all.
    HostNotFound(String),
    /// No address of the host lets us in.
    Unreachable(io::Error),
    /// The named step took longer than its deadline.
    Timeout(&'static str),
    /// The server's certificate does not verify: the reason, as the rest of a sentence.
    CertificateNotTrusted(String),
    /// STARTTLS is required and the server does not offer or refuses it.
    NoTls,
    /// The TLS handshake failed for another reason than the certificate.
    TlsFailed(String),
    /// Something came before TLS that an honest server does not send.
    Tampered(&'static str),
    /// The server turned us away before TLS, in these words.
    Refused(String),
    /// The connection ended before it was ready.
    Disconnected,
    /// The server said this line, which is not the expected protocol.
    Protocol(String),
    /// A connection without TLS was asked for, to something that is not this computer.
    PlainTextRefused,
    /// The certificate authorities handed in, or the system's, cannot be used.
    Trust(String),
}

impl NetError {
    pub(crate) fn new(server: impl Into<String>, kind: NetErrorKind) -> Self {
        Self {
            server: server.into(),
            kind,
        }
    }
}

impl NetErrorKind {
    /// The failure of a read or write before TLS was up.
    pub(crate) fn from_io(error: io::Error, step: &'static str) -> Self {
        match error.kind() {
            io::ErrorKind::TimedOut => Self::Timeout(step),
            _ => Self::Disconnected,
        }
    }
}

impl fmt::Display for NetError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let server = &self.server;
        match &self.kind {
            NetErrorKind::HostNotFound(reason) => write!(f, "The server {server} cannot be found ({reason})."),
            NetErrorKind::Unreachable(error) => write!(f, "The server {server} cannot be reached ({error})."),
            NetErrorKind::Timeout(step) => write!(f, "The server {server} did not answer in time ({step})."),
            NetErrorKind::CertificateNotTrusted(reason) => {
                write!(f, "The identity of the server {server} cannot be verified: {reason}.")
            }
            NetErrorKind::NoTls => write!(
                f,
                "The server {server} does not offer an encrypted connection (STARTTLS)."
            ),
            NetErrorKind::TlsFailed(reason) => {
                write!(
                    f,
                    "No encrypted connection could be set up with the server {server}: {reason}."
                )
            }
            NetErrorKind::Tampered(what) => {
                write!(
                    f,
                    "The connection to the server {server} is being tampered with: {what}. Nothing was sent."
                )
            }
            NetErrorKind::Refused(line) => write!(f, "The server {server} turned the connection away: {line}"),
            NetErrorKind::Disconnected => write!(f, "The server {server} closed the connection."),
            NetErrorKind::Protocol(line) => {
                write!(
                    f,
                    "The server {server} does not speak the expected protocol: it said “{line}”."
                )
            }
            NetErrorKind::PlainTextRefused => {
                write!(
                    f,
                    "A connection without encryption to the server {server} was refused: it is not this computer."
                )
            }
            NetErrorKind::Trust(reason) => write!(f, "The certificate authorities cannot be used: {reason}."),
        }
    }
}

//! What goes wrong with a submission, and what is known of the letter then.

use crate::wire::Reply;
use pli_model::RecipientVerdict;
use pli_net::NetError;
use std::{fmt, io};
use thiserror::Error;

/// A submission that did not succeed. No text in it holds a password.
#[derive(Debug, Error)]
#[error("{kind}")]
pub struct SmtpError {
    /// What is known of the letter.
    pub phase: Phase,
    /// What happened.
    pub kind: SmtpErrorKind,
    /// What the server said about each recipient, as far as it was asked.
    pub verdicts: Vec<RecipientVerdict>,
}

/// How far a submission came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// The end of the data has not been sent: no server has taken the letter, and it may be tried again.
    BeforeEnd,
    /// The end of the data was on its way and no answer came: the letter may have been sent.
    AfterEnd,
    /// The server refused the letter after its end: it has not been sent.
    Answered,
}

/// The class of a failure.
#[derive(Debug)]
pub enum SmtpErrorKind {
    /// There was no connection.
    Net(NetError),
    /// The connection failed or ended. `UnexpectedEof` is an end in the middle, `TimedOut` a deadline.
    Io(io::Error),
    /// What came back is not SMTP.
    Protocol(String),
    /// User name or password were refused.
    SignInRefused {
        /// The reply code.
        code: u16,
        /// The server's own words.
        text: String,
    },
    /// The server offers no way to sign in that we know (PLAIN, LOGIN).
    SignInNotOffered,
    /// The server refused a command or the letter: for now (4yz) or for good (5yz).
    Refused {
        /// The reply code.
        code: u16,
        /// The server's own words.
        text: String,
    },
    /// The letter is larger than the server takes; both in octets.
    TooLarge {
        /// The letter.
        size: u64,
        /// The server's limit.
        limit: u64,
    },
    /// An address needs SMTPUTF8 (RFC 6531), which the server does not offer.
    Utf8NotOffered(String),
    /// This cannot be an envelope address, or there is none.
    BadAddress(String),
    /// The user name or password holds a NUL.
    Unsendable,
    /// The caller could not make the moment before the end durable: its reason.
    Aborted(String),
}

impl SmtpError {
    pub(crate) fn before_end(kind: SmtpErrorKind) -> Self {
        Self {
            phase: Phase::BeforeEnd,
            kind,
            verdicts: Vec::new(),
        }
    }

    /// Whether a server may have taken the letter although there is no receipt.
    pub fn may_have_been_sent(&self) -> bool {
        self.phase == Phase::AfterEnd
    }
}

impl SmtpErrorKind {
    pub(crate) fn refused(reply: &Reply) -> Self {
        Self::Refused {
            code: reply.code(),
            text: reply.text(),
        }
    }

    pub(crate) fn protocol(line: impl Into<String>) -> Self {
        let line: String = line.into();
        Self::Protocol(line.chars().filter(|c| !c.is_control()).take(200).collect())
    }
}

impl From<io::Error> for SmtpErrorKind {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl fmt::Display for SmtpErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Net(error) => error.fmt(f),
            Self::Io(error) => write!(f, "the connection failed: {error}"),
            Self::Protocol(line) => write!(f, "not the expected protocol: “{line}”"),
            Self::SignInRefused { code, text } | Self::Refused { code, text } => write!(f, "{code} {text}"),
            Self::SignInNotOffered => f.write_str("the server offers no known way to sign in"),
            Self::TooLarge { size, limit } => {
                write!(f, "the letter has {size} octets, and the server takes at most {limit}")
            }
            Self::Utf8NotOffered(email) => write!(f, "the server cannot send to or from {email} (SMTPUTF8)"),
            Self::BadAddress(email) if email.is_empty() => f.write_str("there is no recipient"),
            Self::BadAddress(email) => write!(f, "“{email}” cannot be written in an envelope"),
            Self::Unsendable => f.write_str("the user name or password holds a character that cannot be sent"),
            Self::Aborted(reason) => write!(f, "not sent: {reason}"),
        }
    }
}

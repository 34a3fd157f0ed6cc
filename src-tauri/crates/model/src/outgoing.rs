//! A letter on its way out.

use crate::Address;

/// Where an outgoing letter stands.
///
/// `Queued -> Sending -> Committing -> Sent`, each step durable before the next byte goes out. A crash in
/// `Sending` is harmless: no server has taken the letter. A crash in `Committing` is [`Self::Unknown`]: the final
/// dot may have arrived, so it is never repeated blindly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OutboxState {
    /// Waiting for its turn, or for the network.
    Queued,
    /// A connection is at work; the end of the data has not been sent.
    Sending,
    /// The end of the data is going out or has gone out; no answer yet.
    Committing,
    /// "May have been sent": the answer was lost.
    Unknown,
    /// Accepted by the submission server.
    Sent,
    /// Refused for good; a person decides.
    Failed,
    /// Taken back by the person before it was sent.
    Cancelled,
}

impl OutboxState {
    const ALL: [Self; 7] = [
        Self::Queued,
        Self::Sending,
        Self::Committing,
        Self::Unknown,
        Self::Sent,
        Self::Failed,
        Self::Cancelled,
    ];

    /// A stable lower-case word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sending => "sending",
            Self::Committing => "committing",
            Self::Unknown => "unknown",
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
        }
    }

    /// The inverse of [`Self::as_str`].
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.as_str() == word)
    }
}

/// What the submission server said about one recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecipientVerdict {
    /// The recipient's address as sent in RCPT TO.
    pub email: String,
    /// The reply code (RFC 5321 §4.2); 0 while there is none.
    pub code: u16,
    /// The server's own words; empty while there are none.
    pub text: String,
}

impl RecipientVerdict {
    /// Whether the server took the letter for this recipient.
    pub const fn is_accepted(&self) -> bool {
        matches!(self.code, 200..=299)
    }
}

/// An envelope and the exact bytes, as handed to the submission server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Submission {
    /// `MAIL FROM`.
    pub from: Address,
    /// `RCPT TO`, each once.
    pub recipients: Vec<Address>,
    /// The letter, CRLF line ends, without `Bcc`.
    pub raw: Vec<u8>,
}

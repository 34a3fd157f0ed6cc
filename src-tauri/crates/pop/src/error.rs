//! What goes wrong with a POP3 server, in classes to act upon.

use std::{fmt, io};
use thiserror::Error;

/// A failed request. No text in it holds a password.
#[derive(Debug, Error)]
pub enum PopError {
    /// The connection failed or ended. `UnexpectedEof` is an end in the middle, `TimedOut` a deadline.
    #[error("the connection failed: {0}")]
    Io(#[from] io::Error),
    /// The server said no.
    #[error("{0}")]
    Refused(Refusal),
    /// What came back is not POP3.
    #[error("not the expected protocol: “{0}”")]
    Protocol(String),
    /// A letter or list is larger than the limit, in octets.
    #[error("an answer of more than {0} octets")]
    TooLarge(u64),
    /// The user name or password cannot be sent in this protocol: it holds a line break or NUL.
    #[error("the user name or password holds a character that cannot be sent")]
    Unsendable,
    /// The server takes no access tokens.
    #[error("the server does not take access tokens")]
    TokensNotOffered,
    /// An earlier call was cancelled or failed halfway; this session is of no more use.
    #[error("an earlier request was broken off")]
    OutOfStep,
}

impl PopError {
    pub(crate) fn protocol(line: impl Into<String>) -> Self {
        let line: String = line.into();
        Self::Protocol(line.chars().take(200).collect())
    }
}

/// `-ERR`: why, and in which words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The class.
    pub reason: Reason,
    /// The server's own words without `-ERR`, response code included.
    pub text: String,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.text.is_empty() {
            f.write_str("refused without a reason")
        } else {
            f.write_str(&self.text)
        }
    }
}

/// Why a server says no: its response code (RFC 2449 §8, RFC 3206), or what the step implies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// User name or password are wrong: `[AUTH]`, or a refusal of the sign-in without another code.
    SignIn,
    /// Another session holds the maildrop: `[IN-USE]`.
    InUse,
    /// Signed in again too soon: `[LOGIN-DELAY]`.
    LoginDelay,
    /// Passes by itself: `[SYS/TEMP]`, or a greeting that refuses without another code.
    Temporary,
    /// Needs the provider's hand: `[SYS/PERM]`.
    Permanent,
    /// Anything else, such as a letter that does not exist.
    Other,
}

/// Where in the dialogue a refusal came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    Greeting,
    SignIn,
    Transaction,
}

impl Refusal {
    /// Reads the words after `-ERR`.
    pub(crate) fn read(text: &str, step: Step) -> Self {
        let text: String = text.trim().chars().filter(|c| !c.is_control()).collect();
        let upper = text.to_ascii_uppercase();
        let reason = match (code(&upper).unwrap_or_default(), step) {
            ("IN-USE", _) => Reason::InUse,
            ("LOGIN-DELAY", _) => Reason::LoginDelay,
            ("AUTH", _) => Reason::SignIn,
            (code, _) if code == "SYS/TEMP" || code.starts_with("SYS/TEMP/") => Reason::Temporary,
            (code, _) if code == "SYS/PERM" || code.starts_with("SYS/PERM/") => Reason::Permanent,
            // Servers without response codes say these in words, as RFC 1939 does ("maildrop already locked").
            // Taken for a wrong password, they would make a person type a right one again.
            (_, Step::Greeting | Step::SignIn)
                if ["LOCKED", "IN USE", "TOO MANY"].iter().any(|w| upper.contains(w)) =>
            {
                Reason::InUse
            }
            (_, Step::SignIn) if upper.contains("TEMPORAR") => Reason::Temporary,
            (_, Step::SignIn) => Reason::SignIn,
            // Nobody has been named yet, so it is not about this account: the server wants no connection now.
            (_, Step::Greeting) => Reason::Temporary,
            (_, Step::Transaction) => Reason::Other,
        };
        Self { reason, text }
    }

    /// Whether the server gave a response code, of whatever kind.
    pub(crate) fn has_code(&self) -> bool {
        code(&self.text).is_some()
    }
}

/// The response code at the start of the words (RFC 2449 §8), without its brackets.
fn code(words: &str) -> Option<&str> {
    let (code, _) = words.strip_prefix('[')?.split_once(']')?;
    Some(code.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_are_told_apart() {
        let cases = [
            ("[AUTH] Authentication failed.", Step::SignIn, Reason::SignIn),
            ("invalid password", Step::SignIn, Reason::SignIn),
            (
                "[IN-USE] Do you have another POP session running?",
                Step::SignIn,
                Reason::InUse,
            ),
            ("maildrop already locked", Step::SignIn, Reason::InUse),
            ("Too many connections", Step::SignIn, Reason::InUse),
            ("too many connections from your address", Step::Greeting, Reason::InUse),
            ("come back tomorrow", Step::Greeting, Reason::Temporary),
            ("Temporary authentication failure", Step::SignIn, Reason::Temporary),
            ("[SYS/TEMP/DISK] full", Step::SignIn, Reason::Temporary),
            ("[SYS/PERM] call us", Step::SignIn, Reason::Permanent),
            (
                "[login-delay] minimum time is 5 minutes",
                Step::SignIn,
                Reason::LoginDelay,
            ),
            ("[SYS/TEMP] try later", Step::SignIn, Reason::Temporary),
            ("[SYS/PERM] call us", Step::Transaction, Reason::Permanent),
            ("there is no message 9", Step::Transaction, Reason::Other),
            ("", Step::Transaction, Reason::Other),
        ];
        for (text, step, reason) in cases {
            assert_eq!(Refusal::read(text, step).reason, reason, "{text}");
        }
        assert_eq!(Refusal::read(" a\u{7}b ", Step::Transaction).text, "ab");
    }
}

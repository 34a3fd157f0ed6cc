//! An account: who it is, where its servers are, how it is read.

use crate::{AccountId, Timestamp};
use std::fmt;

/// How an account's mail is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Protocol {
    /// Kept in step with the server on every device (RFC 9051).
    Imap,
    /// Downloaded to this computer (RFC 1939).
    Pop3,
}

impl Protocol {
    /// `imap` or `pop3`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Imap => "imap",
            Self::Pop3 => "pop3",
        }
    }

    /// The inverse of [`Self::as_str`].
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Imap, Self::Pop3]
            .into_iter()
            .find(|protocol| protocol.as_str() == word)
    }
}

/// How a connection is kept private (RFC 8314).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Security {
    /// TLS from the first byte.
    Tls,
    /// Plain text up to STARTTLS (STLS in POP3), which is required.
    StartTls,
    /// No TLS. `pli-net` refuses it for anything but a loopback address.
    Plain,
}

impl Security {
    /// `tls`, `starttls` or `plain`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Tls => "tls",
            Self::StartTls => "starttls",
            Self::Plain => "plain",
        }
    }

    /// The inverse of [`Self::as_str`].
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Tls, Self::StartTls, Self::Plain]
            .into_iter()
            .find(|security| security.as_str() == word)
    }
}

/// A server to connect to.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Endpoint {
    /// Host name or address literal.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// How the connection is kept private.
    pub security: Security,
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.host, self.port)
    }
}

/// Who files the copy of a sent letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SentPolicy {
    /// Pli puts it into the Sent mailbox.
    File,
    /// The server does so itself (Gmail, Outlook, iCloud): filing again would double it.
    ServerFiles,
}

/// Which letters are kept here with their bodies; headers are always.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Retention {
    /// All of them.
    #[default]
    Everything,
    /// Those of the last so many months; older ones are fetched when they are opened.
    Months(u16),
    /// None: a body is fetched when it is opened.
    HeadersOnly,
}

impl Retention {
    /// `everything`, `headers`, or a number of months.
    pub fn word(self) -> String {
        match self {
            Self::Everything => "everything".to_owned(),
            Self::Months(months) => months.to_string(),
            Self::HeadersOnly => "headers".to_owned(),
        }
    }

    /// The inverse of [`Self::word`].
    pub fn from_word(word: &str) -> Option<Self> {
        match word {
            "everything" => Some(Self::Everything),
            "headers" => Some(Self::HeadersOnly),
            months => months.parse().ok().map(Self::Months),
        }
    }

    /// Bodies of letters received before that are not wanted at `now`; `None` when all are. A month is counted as
    /// 31 days: rather some days too many than one too few.
    pub fn horizon(self, now: Timestamp) -> Option<Timestamp> {
        match self {
            Self::Everything => None,
            Self::Months(months) => Some(now.plus_millis(i64::from(months) * -31 * 24 * 60 * 60 * 1000)),
            Self::HeadersOnly => Some(Timestamp(i64::MAX)),
        }
    }
}

/// What a POP3 server keeps of letters that are on this computer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum LeaveOnServer {
    /// All of them.
    #[default]
    Everything,
    /// Each for so many days after it was first seen here.
    Days(u16),
    /// Each until it is deleted for good here.
    UntilDeleted,
    /// None: each goes as soon as it is safe here.
    Nothing,
}

impl LeaveOnServer {
    /// `everything`, `until-deleted`, `nothing`, or a number of days.
    pub fn word(self) -> String {
        match self {
            Self::Everything => "everything".to_owned(),
            Self::Days(days) => days.to_string(),
            Self::UntilDeleted => "until-deleted".to_owned(),
            Self::Nothing => "nothing".to_owned(),
        }
    }

    /// The inverse of [`Self::word`].
    pub fn from_word(word: &str) -> Option<Self> {
        match word {
            "everything" => Some(Self::Everything),
            "until-deleted" => Some(Self::UntilDeleted),
            "nothing" => Some(Self::Nothing),
            days => days.parse().ok().map(Self::Days),
        }
    }

    /// Whether the server is to delete at `now` a letter that was first seen at `since`, and whether a person `deleted`
    /// it here. Whether it is safe here is another question.
    pub fn is_over(self, since: Timestamp, deleted: bool, now: Timestamp) -> bool {
        match self {
            Self::Everything => false,
            Self::Days(days) => since.plus_millis(i64::from(days) * 24 * 60 * 60 * 1000) <= now,
            Self::UntilDeleted => deleted,
            Self::Nothing => true,
        }
    }
}

/// An account as the profile holds it. Secrets are in the vault, never here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Local id.
    pub id: AccountId,
    /// The address letters are sent from.
    pub email: String,
    /// Display name on outgoing letters; may be empty.
    pub name: String,
    /// How its mail is read.
    pub protocol: Protocol,
    /// The IMAP or POP3 server.
    pub incoming: Endpoint,
    /// The submission server (RFC 6409).
    pub outgoing: Endpoint,
    /// Sign-in name at both servers.
    pub user: String,
    /// Who files sent copies.
    pub sent_policy: SentPolicy,
    /// Which letters are kept here with their bodies.
    pub retention: Retention,
    /// What its server keeps of them, while it is read by POP3.
    pub leave_on_server: LeaveOnServer,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retention_goes_into_a_word_and_back() {
        for retention in [Retention::Everything, Retention::Months(6), Retention::HeadersOnly] {
            assert_eq!(Retention::from_word(&retention.word()), Some(retention));
        }
        assert_eq!(Retention::from_word("six"), None);
    }

    #[test]
    fn what_is_left_on_the_server_goes_into_a_word_and_back() {
        use LeaveOnServer::{Days, Everything, Nothing, UntilDeleted};
        for leave in [Everything, Days(14), UntilDeleted, Nothing] {
            assert_eq!(LeaveOnServer::from_word(&leave.word()), Some(leave));
        }
        assert_eq!(LeaveOnServer::from_word("some"), None);
    }

    #[test]
    fn a_letter_stays_on_the_server_as_long_as_the_choice_says() {
        let (seen, day) = (Timestamp(1000), 24 * 60 * 60 * 1000);
        let is_over =
            |leave: LeaveOnServer, deleted, days: i64| leave.is_over(seen, deleted, seen.plus_millis(days * day));
        assert!(!is_over(LeaveOnServer::Everything, true, 9999));
        assert!(is_over(LeaveOnServer::Nothing, false, 0));
        assert!(!is_over(LeaveOnServer::UntilDeleted, false, 9999) && is_over(LeaveOnServer::UntilDeleted, true, 0));
        assert!(!is_over(LeaveOnServer::Days(14), true, 13) && is_over(LeaveOnServer::Days(14), false, 14));
    }

    #[test]
    fn the_horizon_lies_in_the_past_or_beyond_everything() {
        let now = Timestamp(31 * 24 * 60 * 60 * 1000);
        assert_eq!(Retention::Everything.horizon(now), None);
        assert_eq!(Retention::Months(1).horizon(now), Some(Timestamp(0)));
        assert_eq!(Retention::HeadersOnly.horizon(now), Some(Timestamp(i64::MAX)));
    }
}

//! Sorts what went wrong into the classes that policy acts upon, with one sentence for a person.

use crate::{Problem, RemoteError, Result};
use pli_imap::{Code, Error, StatusText};
use std::fmt::Display;

/// Turns an IMAP failure into ours.
pub trait Failing<T> {
    /// `asked` completes "The server refused ...".
    fn failing(self, server: &str, asked: impl Display) -> Result<T>;
}

impl<T> Failing<T> for pli_imap::Result<T> {
    fn failing(self, server: &str, asked: impl Display) -> Result<T> {
        self.map_err(|error| command(server, asked, error))
    }
}

/// A command failed.
fn command(server: &str, asked: impl Display, error: Error) -> RemoteError {
    match error {
        Error::No(status) => refused(refusal(&status), server, asked, &status),
        Error::Bad(status) => refused(Problem::Refused, server, asked, &status),
        Error::Unsendable(what) => RemoteError {
            problem: Problem::Refused,
            text: format!("The server {server} cannot be asked {asked}: {what} holds a control character."),
        },
        other => connection(server, other),
    }
}

/// The connection was not even greeted.
pub fn greeting(server: &str, error: Error) -> RemoteError {
    match error {
        Error::Bye(status) => {
            let problem = if is_crowded(&status) {
                Problem::TooManyConnections
            } else {
                Problem::TemporarilyRefused
            };
            refused(problem, server, "the connection", &status)
        }
        other => command(server, "to say what it can do", other),
    }
}

/// User name and password were not accepted. A server that is merely too busy must not look like a wrong password.
pub fn sign_in(server: &str, error: Error) -> RemoteError {
    match error {
        Error::No(status) | Error::Bad(status) => {
            let problem = match status.code {
                _ if is_crowded(&status) => Problem::TooManyConnections,
                Some(Code::Unavailable | Code::InUse | Code::ServerBug) => Problem::TemporarilyRefused,
                Some(Code::AuthenticationFailed | Code::AuthorizationFailed | Code::Expired) => Problem::SignInRefused,
                _ if status.text.to_ascii_lowercase().contains("temporar") => Problem::TemporarilyRefused,
                _ => Problem::SignInRefused,
            };
            refused(problem, server, "the sign-in", &status)
        }
        Error::NoPasswordSignIn => RemoteError {
            problem: Problem::SignInRefused,
            text: format!("The server {server} does not offer signing in with a password."),
        },
        Error::Unsendable(what) => RemoteError {
            problem: Problem::SignInRefused,
            text: format!("{what} holds a character that the server {server} cannot be sent."),
        },
        other => connection(server, other),
    }
}

fn refusal(status: &StatusText) -> Problem {
    match status.code {
        Some(Code::Unavailable | Code::InUse | Code::Limit | Code::ServerBug) => Problem::TemporarilyRefused,
        Some(Code::AuthenticationFailed | Code::AuthorizationFailed | Code::Expired | Code::PrivacyRequired) => {
            Problem::SignInRefused
        }
        Some(Code::Other(ref code)) if code.eq_ignore_ascii_case("EXPUNGEISSUED") => Problem::TemporarilyRefused,
        _ => Problem::Refused,
    }
}

fn is_crowded(status: &StatusText) -> bool {
    let text = status.text.to_ascii_lowercase();
    status.code == Some(Code::Limit)
        || text.contains("too many")
        || text.contains("simultaneous")
        || (text.contains("maximum") && text.contains("connection"))
}

fn connection(server: &str, error: Error) -> RemoteError {
    let (problem, text) = match error {
        Error::Timeout => (Problem::Timeout, format!("The server {server} did not answer in time.")),
        Error::Bye(status) if is_crowded(&status) => {
            return refused(Problem::TooManyConnections, server, "the connection", &status);
        }
        Error::Bye(status) => (
            Problem::Disconnected,
            format!("The server {server} closed the connection: {status}"),
        ),
        Error::Protocol(what) => (
            Problem::Protocol,
            format!("The server {server} does not answer as an IMAP server does: {what}."),
        ),
        _ => (
            Problem::Disconnected,
            format!("The server {server} closed the connection."),
        ),
    };
    RemoteError { problem, text }
}

fn refused(problem: Problem, server: &str, asked: impl Display, status: &StatusText) -> RemoteError {
    RemoteError {
        problem,
        text: format!("The server {server} refused {asked}: {status}"),
    }
}

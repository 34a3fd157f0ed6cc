//! Sorts what went wrong into the classes that policy acts upon, with one sentence for a person.

use crate::{Problem, RemoteError};
use pli_pop::{PopError, Reason, Refusal};

/// Class and words; `asked` completes "The server refused ...".
pub fn explain(server: &str, asked: &str, error: PopError) -> RemoteError {
    let (problem, text) = match error {
        PopError::Io(error) => return RemoteError::from_io(server, &error),
        PopError::Refused(refusal) => refused(server, asked, &refusal),
        PopError::Unsendable => {
            let text =
                format!("The user name or password for the server {server} holds a character that cannot be sent.");
            (Problem::SignInRefused, text)
        }
        PopError::TokensNotOffered => (
            Problem::SignInRefused,
            format!("The server {server} does not take access tokens over POP3: it wants a password."),
        ),
        PopError::Protocol(_) => (
            Problem::Protocol,
            format!("The server {server} does not speak proper POP3: {error}."),
        ),
        PopError::TooLarge(_) => (
            Problem::Refused,
            format!("The server {server} sent {error}, which Pli does not take."),
        ),
        PopError::OutOfStep => (
            Problem::Disconnected,
            format!("The session with the server {server} was broken off."),
        ),
    };
    RemoteError { problem, text }
}

/// What each response code (RFC 2449 §8, RFC 3206) means for a person, then the server's own words. Only a refused
/// user name or password makes a person type them again: a mailbox in use or a sick server must not look like that.
fn refused(server: &str, asked: &str, refusal: &Refusal) -> (Problem, String) {
    let (problem, meaning) = match refusal.reason {
        Reason::SignIn => (
            Problem::SignInRefused,
            format!("The server {server} refused the user name or password"),
        ),
        Reason::InUse => (
            Problem::TooManyConnections,
            format!("Another program has this mailbox open at the server {server}; Pli tries again by itself"),
        ),
        Reason::LoginDelay => (
            Problem::TemporarilyRefused,
            format!("The server {server} asks to wait between two sign-ins"),
        ),
        Reason::Temporary => (
            Problem::TemporarilyRefused,
            format!("The server {server} refused {asked} because of a trouble that passes"),
        ),
        Reason::Permanent => (
            Problem::Refused,
            format!("The server {server} refused {asked} because of a trouble that its provider must mend"),
        ),
        Reason::Other => (Problem::Refused, format!("The server {server} refused {asked}")),
    };
    (problem, format!("{meaning}: {refusal}"))
}

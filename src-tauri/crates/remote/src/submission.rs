//! Handing a letter to an account's submission server, and checking that it would let us.

use crate::{Problem, RemoteError, Result, error::is_crowded};
use pli_model::{Account, RecipientVerdict, Submission};
use pli_net::Connector;
use pli_smtp::{SmtpError, SmtpErrorKind};
use std::fmt::Display;
use thiserror::Error;

pub use pli_smtp::Receipt;

/// A letter that was not handed over, or of which that is not known.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{error}")]
pub struct SubmitError {
    /// What happened.
    pub error: RemoteError,
    /// The end of the letter was on its way and no answer came: it may have been sent, and must not be repeated
    /// blindly.
    pub may_have_been_sent: bool,
    /// What the server said about each recipient, in the order of the submission; empty when it was not asked.
    pub verdicts: Vec<RecipientVerdict>,
}

/// Hands a letter to the account's submission server.
///
/// `before_end` runs once the whole letter has gone out and before its end does: from its return on, the letter may
/// be sent. When it fails, the letter is not sent.
pub async fn submit<E: Display>(
    connector: &Connector,
    account: &Account,
    password: &str,
    submission: &Submission,
    before_end: impl AsyncFnOnce() -> Result<(), E>,
) -> Result<Receipt, SubmitError> {
    let sent = pli_smtp::submit(
        connector,
        &account.outgoing,
        &account.user,
        password,
        submission,
        before_end,
    )
    .await;
    sent.map_err(|error| {
        let may_have_been_sent = error.may_have_been_sent();
        let SmtpError { kind, verdicts, .. } = error;
        SubmitError {
            error: explain(&account.outgoing.to_string(), kind),
            may_have_been_sent,
            verdicts,
        }
    })
}

/// Signs in at the account's submission server and leaves again.
pub async fn check_submission(connector: &Connector, account: &Account, password: &str) -> Result<()> {
    let checked = pli_smtp::check(connector, &account.outgoing, &account.user, password).await;
    checked.map_err(|error| explain(&account.outgoing.to_string(), error.kind))
}

fn explain(server: &str, kind: SmtpErrorKind) -> RemoteError {
    let (problem, text) = match kind {
        SmtpErrorKind::Net(error) => return error.into(),
        SmtpErrorKind::Io(error) => return RemoteError::from_io(server, &error),
        SmtpErrorKind::Protocol(_) => (
            Problem::Protocol,
            format!("The server {server} does not speak proper SMTP: {kind}."),
        ),
        SmtpErrorKind::SignInRefused { code, text } => (
            Problem::SignInRefused,
            format!("The server {server} refused the sign-in: {code} {text}"),
        ),
        SmtpErrorKind::SignInNotOffered => (
            Problem::Refused,
            format!("The server {server} offers no way to sign in that Pli knows."),
        ),
        SmtpErrorKind::Refused { code, text } => {
            let problem = match code {
                400..=499 if is_crowded(&text) => Problem::TooManyConnections,
                400..=499 => Problem::TemporarilyRefused,
                _ => Problem::Refused,
            };
            (problem, format!("The server {server} refused: {code} {text}"))
        }
        SmtpErrorKind::Unsendable => {
            let text =
                format!("The user name or password for the server {server} holds a character that cannot be sent.");
            (Problem::SignInRefused, text)
        }
        SmtpErrorKind::TooLarge { .. } | SmtpErrorKind::Utf8NotOffered(_) | SmtpErrorKind::BadAddress(_) => (
            Problem::Refused,
            format!("The letter cannot go to the server {server}: {kind}."),
        ),
        // Nothing is wrong with the server: what failed here may work the next time.
        SmtpErrorKind::Aborted(reason) => (
            Problem::TemporarilyRefused,
            format!("The letter was not sent: {reason}"),
        ),
    };
    RemoteError { problem, text }
}

#[cfg(test)]
mod tests;

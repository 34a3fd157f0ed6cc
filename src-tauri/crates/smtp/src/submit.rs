//! One submission from the connection to the receipt, and the check of an account's settings.

use crate::{
    Phase, SmtpError, SmtpErrorKind, body,
    envelope::Envelope,
    session::{EnvelopeAnswer, Session, unsuccessful},
};
use pli_model::{Endpoint, RecipientVerdict, Submission};
use pli_net::{Connector, Dialect, EHLO_NAME};
use std::{fmt::Display, time::Duration};

/// The answer to the end of the data may take longer than any other (RFC 5321 §4.5.3.2.6: ten minutes, where others
/// have one).
const PATIENCE_AT_THE_END: u32 = 10;

/// How long a server that cut us off in the middle of the letter may take to say why.
const LAST_WORDS: Duration = Duration::from_secs(2);

/// The server has taken the letter, for the recipients it accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// What it said about each recipient, in the order of the submission. At least one was accepted.
    pub verdicts: Vec<RecipientVerdict>,
    /// The reply code to the end of the data: 2yz.
    pub code: u16,
    /// The server's own words, with its queue id where it tells one.
    pub text: String,
}

/// Signs in and hands a letter over.
///
/// `before_end` runs after the whole letter has gone out and before its end does: from its return on, the letter
/// may be sent. When it fails, the end does not go out and the letter is not sent. It does not run when no letter
/// may go out.
pub async fn submit<E: Display>(
    connector: &Connector,
    endpoint: &Endpoint,
    user: &str,
    password: &str,
    submission: &Submission,
    before_end: impl AsyncFnOnce() -> Result<(), E>,
) -> Result<Receipt, SmtpError> {
    let letter = body::with_crlf(&submission.raw);
    let mut session = signed_in(connector, endpoint, user, password)
        .await
        .map_err(SmtpError::before_end)?;
    let envelope = match Envelope::new(submission, &letter, &session.extensions) {
        Ok(envelope) => envelope,
        Err(kind) => {
            session.quit().await;
            return Err(SmtpError::before_end(kind));
        }
    };
    let answer = session
        .envelope(&envelope, submission)
        .await
        .map_err(SmtpError::before_end)?;
    let EnvelopeAnswer {
        verdicts,
        outcome,
        is_stuck,
    } = answer;
    if let Err(kind) = outcome {
        if !is_stuck {
            session.reset_and_quit().await;
        }
        return Err(SmtpError {
            phase: Phase::BeforeEnd,
            kind,
            verdicts,
        });
    }
    let patience = connector.timeouts().read.saturating_mul(PATIENCE_AT_THE_END);
    match hand_over(&mut session, &letter, before_end, patience).await {
        Ok((code, text)) => {
            session.quit().await;
            Ok(Receipt { verdicts, code, text })
        }
        Err((phase, kind)) => {
            if phase == Phase::Answered {
                session.quit().await;
            }
            Err(SmtpError { phase, kind, verdicts })
        }
    }
}

/// Signs in and leaves again.
pub async fn check(connector: &Connector, endpoint: &Endpoint, user: &str, password: &str) -> Result<(), SmtpError> {
    let session = signed_in(connector, endpoint, user, password)
        .await
        .map_err(SmtpError::before_end)?;
    session.quit().await;
    Ok(())
}

async fn signed_in(
    connector: &Connector,
    endpoint: &Endpoint,
    user: &str,
    password: &str,
) -> Result<Session, SmtpErrorKind> {
    let dialect = Dialect::Smtp {
        ehlo_name: EHLO_NAME.to_owned(),
    };
    let stream = connector.open(endpoint, dialect).await.map_err(SmtpErrorKind::Net)?;
    let mut session = Session::start(stream).await?;
    session.sign_in(user, password).await?;
    Ok(session)
}

/// The letter, the caller's moment, the end, the answer.
async fn hand_over<E: Display>(
    session: &mut Session,
    letter: &[u8],
    before_end: impl AsyncFnOnce() -> Result<(), E>,
    patience: Duration,
) -> Result<(u16, String), (Phase, SmtpErrorKind)> {
    if let Err(error) = send_letter(session, letter).await {
        return Err((Phase::BeforeEnd, last_words(session, error).await));
    }
    before_end()
        .await
        .map_err(|reason| (Phase::BeforeEnd, SmtpErrorKind::Aborted(reason.to_string())))?;
    let lost = |kind| (Phase::AfterEnd, kind);
    session.wire.set_patience(patience);
    session.wire.put(b".\r\n").await.map_err(lost)?;
    session.wire.flush().await.map_err(lost)?;
    let reply = session.wire.reply().await.map_err(lost)?;
    match reply.code() {
        code @ 200..=299 => Ok((code, reply.text())),
        400..=599 => Err((Phase::Answered, unsuccessful(&reply))),
        _ => Err(lost(unsuccessful(&reply))),
    }
}

async fn send_letter(session: &mut Session, letter: &[u8]) -> Result<(), SmtpErrorKind> {
    for (index, piece) in body::pieces(letter).enumerate() {
        if index > 0 {
            session.wire.put(b".").await?;
        }
        session.wire.put(piece).await?;
    }
    session.wire.flush().await
}

/// A server that closes in the middle of a letter (too large, policy) has often said why.
async fn last_words(session: &mut Session, error: SmtpErrorKind) -> SmtpErrorKind {
    match tokio::time::timeout(LAST_WORDS, session.wire.reply()).await {
        Ok(Ok(reply)) if reply.is_refusal() => SmtpErrorKind::refused(&reply),
        _ => error,
    }
}

#[cfg(test)]
mod tests;

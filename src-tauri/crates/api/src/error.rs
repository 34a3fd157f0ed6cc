//! Errors as a face sees them: a code to act upon, a sentence to show.

use pli_engine::{EngineError, Field, Problem, StoreError, SyncError, VaultError};
use serde::{Deserialize, Serialize};
use thiserror::Error;
use ts_rs::TS;

/// A code exists where a face acts on it; the screen never matches on text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// An argument is wrong; `field` names it.
    InvalidInput,
    /// What the command names is not there (any more).
    NotFound,
    /// It is there already.
    AlreadyThere,
    /// The host name does not resolve.
    HostNotFound,
    /// Nothing listens at that port, or the host cannot be reached.
    Unreachable,
    /// The server did not answer in time.
    Timeout,
    /// The connection ended in the middle.
    Disconnected,
    /// The server's certificate does not verify.
    CertificateNotTrusted,
    /// The server offers no TLS where it is required.
    NoTls,
    /// Someone interferes with the connection.
    Tampered,
    /// User name or password refused.
    SignInRefused,
    /// The server allows no further connection now.
    TooManyConnections,
    /// The server refused.
    ServerRefused,
    /// What answers does not speak the expected protocol.
    NotThisProtocol,
    /// The vault waits for its passphrase.
    VaultLocked,
    /// Not the vault's passphrase.
    WrongPassphrase,
    /// The vault or the keychain cannot be used.
    VaultUnavailable,
    /// Another Pli has the profile open.
    ProfileBusy,
    /// The profile was written by a newer Pli.
    ProfileTooNew,
    /// More letters would exist nowhere any more than was agreed to: `count`.
    LastCopies,
    /// The disk or the local cache.
    Storage,
    /// An error of Pli itself.
    Internal,
}

/// A failed command: a code to act upon, a sentence to show.
#[derive(Debug, Clone, Error, Serialize, Deserialize, TS)]
#[error("{message}")]
pub struct ApiError {
    /// What to act upon.
    pub code: Code,
    /// What happened and what to do, one or two sentences. Never holds a secret.
    pub message: String,
    /// Whether the same command may succeed later without a change.
    pub retryable: bool,
    /// The argument at fault: `email`, `password`, `incoming`, `outgoing`, `to` ...
    pub field: Option<String>,
    /// Of `last_copies`: how many letters would exist nowhere any more.
    pub count: Option<u32>,
}

impl ApiError {
    /// An error that no repetition mends.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            retryable: false,
            field: None,
            count: None,
        }
    }
}

/// The code for a failure at a server.
pub fn code_of(problem: Problem) -> Code {
    match problem {
        Problem::HostNotFound => Code::HostNotFound,
        Problem::Unreachable => Code::Unreachable,
        Problem::Timeout => Code::Timeout,
        Problem::Disconnected => Code::Disconnected,
        Problem::CertificateNotTrusted => Code::CertificateNotTrusted,
        Problem::NoTls => Code::NoTls,
        Problem::Tampered => Code::Tampered,
        Problem::SignInRefused => Code::SignInRefused,
        Problem::TooManyConnections => Code::TooManyConnections,
        Problem::TemporarilyRefused | Problem::Refused => Code::ServerRefused,
        Problem::Protocol => Code::NotThisProtocol,
    }
}

fn code_of_store(error: &StoreError) -> Code {
    match error {
        StoreError::Busy { .. } => Code::ProfileBusy,
        StoreError::TooNew { .. } => Code::ProfileTooNew,
        StoreError::NotFound(_) => Code::NotFound,
        StoreError::AlreadyThere(_) => Code::AlreadyThere,
        StoreError::LastCopies(_) => Code::LastCopies,
        _ => Code::Storage,
    }
}

fn code_of_vault(error: &VaultError) -> Code {
    match error {
        VaultError::NeedsPassphrase | VaultError::NeedsNewPassphrase | VaultError::KeyLost => Code::VaultLocked,
        VaultError::WrongPassphrase => Code::WrongPassphrase,
        _ => Code::VaultUnavailable,
    }
}

impl From<EngineError> for ApiError {
    fn from(error: EngineError) -> Self {
        let message = error.to_string();
        let code = match &error {
            EngineError::Invalid { .. } | EngineError::Compose(_) => Code::InvalidInput,
            EngineError::Server { error, .. } => code_of(error.problem),
            EngineError::Store(store) => code_of_store(store),
            EngineError::Vault(vault) => code_of_vault(vault),
            EngineError::Sync(sync) => match (sync, sync.problem()) {
                (_, Some(problem)) => code_of(problem),
                (SyncError::Store(store), _) => code_of_store(store),
                (SyncError::Vault(vault), _) => code_of_vault(vault),
                _ => Code::Internal,
            },
            EngineError::Net(_) | EngineError::Task(_) => Code::Internal,
            EngineError::File { .. } => Code::Storage,
        };
        let field = match &error {
            EngineError::Invalid { field, .. } => field.map(Field::as_str),
            EngineError::Server { field, .. } => Some(field.as_str()),
            _ => None,
        };
        let retryable = match &error {
            EngineError::Server { error, .. } => error.problem.is_retryable(),
            EngineError::Sync(sync) => sync.problem().is_some_and(Problem::is_retryable),
            _ => false,
        };
        Self {
            code,
            message,
            retryable,
            field: field.map(str::to_owned),
            count: match error {
                EngineError::Store(StoreError::LastCopies(count)) => Some(count),
                _ => None,
            },
        }
    }
}

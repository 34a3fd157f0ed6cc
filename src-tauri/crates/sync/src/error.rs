//! Why a step of a sync ended.

use pli_remote::{Problem, RemoteError};
use thiserror::Error;

/// The rooms a sync can fail in.
#[derive(Debug, Error)]
pub enum SyncError {
    /// The server, or the way to it.
    #[error(transparent)]
    Remote(#[from] RemoteError),
    /// The local cache. Nothing of the running step was kept.
    #[error(transparent)]
    Store(#[from] pli_store::StoreError),
    /// The vault: passwords cannot be read.
    #[error(transparent)]
    Vault(#[from] pli_vault::VaultError),
    /// The account has no password in the vault.
    #[error("the password of {0} is not known here: sign in again")]
    NoPassword(String),
    /// A worker thread of ours died.
    #[error("an internal task ended unexpectedly: {0}")]
    Task(#[from] tokio::task::JoinError),
}

impl SyncError {
    /// The class of the failure at the server, if it was one.
    pub fn problem(&self) -> Option<Problem> {
        match self {
            Self::Remote(error) => Some(error.problem),
            Self::NoPassword(_) => Some(Problem::SignInRefused),
            Self::Store(_) | Self::Vault(_) | Self::Task(_) => None,
        }
    }

    /// Whether a person must act before another try makes sense.
    pub fn needs_sign_in(&self) -> bool {
        matches!(self, Self::NoPassword(_) | Self::Vault(_))
            || matches!(self, Self::Remote(error) if error.problem == Problem::SignInRefused)
    }
}

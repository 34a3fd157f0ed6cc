//! Why a command failed.

use pli_remote::RemoteError;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// The part of a form that an error is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    Email,
    Password,
    Incoming,
    Outgoing,
    To,
    Attachments,
    Mailbox,
}

impl Field {
    /// Its name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Password => "password",
            Self::Incoming => "incoming",
            Self::Outgoing => "outgoing",
            Self::To => "to",
            Self::Attachments => "attachments",
            Self::Mailbox => "mailbox",
        }
    }
}

/// A failed command. Nothing of it was kept.
#[derive(Debug, Error)]
pub enum EngineError {
    /// Something in the request is wrong.
    #[error("{message}")]
    Invalid {
        /// What is at fault.
        field: Option<Field>,
        /// What is wrong and what would be right.
        message: String,
    },
    /// A server, while an account was checked.
    #[error("{error}")]
    Server {
        /// Which of the two servers, or the password.
        field: Field,
        /// What it said.
        error: RemoteError,
    },
    /// The local cache.
    #[error(transparent)]
    Store(#[from] pli_store::StoreError),
    /// The vault.
    #[error(transparent)]
    Vault(#[from] pli_vault::VaultError),
    /// A sync that a face waited for.
    #[error(transparent)]
    Sync(#[from] pli_sync::SyncError),
    /// The network could not be set up.
    #[error(transparent)]
    Net(#[from] pli_net::NetError),
    /// A letter that cannot be composed.
    #[error(transparent)]
    Compose(#[from] pli_mime::ComposeError),
    /// A file.
    #[error("{path}: {error}")]
    File {
        /// Which file.
        path: PathBuf,
        /// What happened.
        error: std::io::Error,
    },
    /// A worker thread of ours died.
    #[error("an internal task ended unexpectedly: {0}")]
    Task(#[from] tokio::task::JoinError),
}

impl EngineError {
    /// A wrong argument.
    pub fn invalid(field: Field, message: impl Into<String>) -> Self {
        Self::Invalid {
            field: Some(field),
            message: message.into(),
        }
    }

    /// A request that makes no sense as a whole.
    pub fn refused(message: impl Into<String>) -> Self {
        Self::Invalid {
            field: None,
            message: message.into(),
        }
    }

    /// For `map_err` on file operations.
    pub fn file(path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |error| Self::File { path, error }
    }
}

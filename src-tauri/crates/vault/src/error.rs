//! What can go wrong with a vault. No text here ever holds a secret.

use std::path::{Path, PathBuf};
use thiserror::Error;

/// Result of everything the vault is asked.
pub type Result<T, E = VaultError> = std::result::Result<T, E>;

/// Why a secret could not be had or kept.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum VaultError {
    /// The profile's key is in a keychain that cannot be reached. Asking again may help.
    #[error("the keychain cannot be reached: {0}")]
    Locked(String),
    /// The profile's secrets are behind a passphrase, which was not given yet.
    #[error("the secrets of this profile are behind a passphrase: it has to be typed first")]
    NeedsPassphrase,
    /// The profile has no vault yet, and there is no keychain: a passphrase is to be chosen.
    #[error("this computer has no keychain: choose a passphrase to protect the passwords with")]
    NeedsNewPassphrase,
    /// The passphrase is not the one the vault was founded with.
    #[error("this is not the passphrase of this profile")]
    WrongPassphrase,
    /// A passphrase that protects nothing.
    #[error("the passphrase is empty")]
    EmptyPassphrase,
    /// A passphrase was given for a profile whose key is in the keychain.
    #[error("the secrets of this profile are in the keychain, not behind a passphrase")]
    OtherVault,
    /// The keychain answers, and no longer has this profile's key.
    #[error("the keychain no longer has the key to this profile's passwords: they have to be typed again")]
    KeyLost,
    /// A file was altered, damaged, or made with another key.
    #[error("{} is damaged: {detail}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        detail: String,
    },
    /// A file of a newer Pli.
    #[error("{} was written by a newer Pli", .0.display())]
    TooNew(PathBuf),
    /// The file system refused.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The system's answer.
        source: std::io::Error,
    },
    /// The system gave no random bytes, or no memory to derive a key in.
    #[error("the system could not provide for a key: {0}")]
    System(String),
    /// The vault is being closed.
    #[error("the vault is closed")]
    Closed,
}

impl VaultError {
    pub(crate) fn io(path: &Path, source: std::io::Error) -> Self {
        Self::Io {
            path: path.to_owned(),
            source,
        }
    }

    pub(crate) fn damaged(path: &Path, detail: impl ToString) -> Self {
        Self::Damaged {
            path: path.to_owned(),
            detail: detail.to_string(),
        }
    }
}

//! `secrets.json`: the secrets, each sealed for its vault, its account and its kind, so that none can be put in the
//! place of another.

use crate::key::{Key, Sealed};
use crate::{Result, VaultError, file};
use pli_model::AccountId;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// What a secret is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Secret {
    /// The password at the IMAP or POP3 server.
    Incoming,
    /// The password at the submission server.
    Outgoing,
}

impl Secret {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Incoming => "incoming",
            Self::Outgoing => "outgoing",
        }
    }
}

/// The file's content.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Secrets {
    secrets: Vec<Entry>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Entry {
    account: i64,
    kind: Secret,
    sealed: Sealed,
}

impl Secrets {
    pub(crate) fn read(folder: &Path) -> Result<Self> {
        Ok(file::read(&path(folder))?.unwrap_or_default())
    }

    pub(crate) fn write(&self, folder: &Path) -> Result<()> {
        file::write(&path(folder), self)
    }

    pub(crate) fn remove_file(folder: &Path) -> Result<()> {
        file::remove(&path(folder))
    }

    pub(crate) fn put(&mut self, key: &Key, vault: &str, account: AccountId, kind: Secret, value: &str) -> Result<()> {
        let sealed = key.seal(&purpose(vault, account, kind), value.as_bytes())?;
        self.secrets
            .retain(|entry| (entry.account, entry.kind) != (account.0, kind));
        self.secrets.push(Entry {
            account: account.0,
            kind,
            sealed,
        });
        Ok(())
    }

    pub(crate) fn get(
        &self,
        key: &Key,
        vault: &str,
        account: AccountId,
        kind: Secret,
        folder: &Path,
    ) -> Result<Option<Zeroizing<String>>> {
        let found = self
            .secrets
            .iter()
            .find(|entry| (entry.account, entry.kind) == (account.0, kind));
        let Some(entry) = found else { return Ok(None) };
        let damaged = || VaultError::damaged(&path(folder), "a secret in it was altered");
        let plain = key
            .open(&purpose(vault, account, kind), &entry.sealed)
            .ok_or_else(damaged)?;
        let text = std::str::from_utf8(&plain).map_err(|_| damaged())?;
        Ok(Some(Zeroizing::new(text.to_owned())))
    }

    /// Whether there was anything to remove.
    pub(crate) fn remove(&mut self, account: AccountId) -> bool {
        let before = self.secrets.len();
        self.secrets.retain(|entry| entry.account != account.0);
        self.secrets.len() < before
    }
}

fn path(folder: &Path) -> PathBuf {
    folder.join("secrets.json")
}

fn purpose(vault: &str, account: AccountId, kind: Secret) -> String {
    format!("pli vault {vault} account {account} {}", kind.as_str())
}

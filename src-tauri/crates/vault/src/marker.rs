//! `vault.json`: which vault the profile uses. Its presence decides; without it there is no vault yet.

use crate::key::{Key, Sealed, random};
use crate::passphrase::Wrapped;
use crate::{Result, VaultError, file, hex};
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

const FORMAT: u32 = 1;

/// The vault's birth certificate.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Marker {
    format: u32,
    /// Random, so that the keychain entries of two profiles never meet.
    pub(crate) id: String,
    pub(crate) lock: Lock,
    /// Nothing, sealed with the vault key: shows whether a key is this vault's.
    check: Sealed,
}

/// Where the vault key is.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Lock {
    /// In the keychain, under the vault's id.
    Keychain,
    /// Here, wrapped by a passphrase.
    Passphrase(Wrapped),
}

#[derive(Deserialize)]
struct Format {
    format: u32,
}

impl Marker {
    pub(crate) fn new(id: String, lock: Lock, key: &Key) -> Result<Self> {
        let check = key.seal(&purpose(&id), &[])?;
        Ok(Self {
            format: FORMAT,
            id,
            lock,
            check,
        })
    }

    pub(crate) fn new_id() -> Result<String> {
        random::<16>().map(|bytes| hex::encode(&bytes))
    }

    pub(crate) fn read(folder: &Path) -> Result<Option<Self>> {
        let path = path(folder);
        match file::read::<Format>(&path)? {
            Some(found) if found.format > FORMAT => Err(VaultError::TooNew(path)),
            _ => file::read(&path),
        }
    }

    pub(crate) fn write(&self, folder: &Path) -> Result<()> {
        file::write(&path(folder), self)
    }

    pub(crate) fn remove(folder: &Path) -> Result<()> {
        file::remove(&path(folder))
    }

    /// Whether `key` is this vault's.
    pub(crate) fn fits(&self, key: &Key) -> bool {
        key.open(&purpose(&self.id), &self.check).is_some()
    }
}

fn path(folder: &Path) -> PathBuf {
    folder.join("vault.json")
}

fn purpose(id: &str) -> String {
    format!("pli vault {id} check")
}

//! The operating system's keychain: Secret Service, macOS Keychain, Windows Credential Manager. One entry a profile.
//!
//! The connection is made anew for each request, which is rare: a keychain that was away or locked is simply asked
//! again. Every call blocks, and is made on the vault's own thread.

use crate::key::Key;
use crate::{Result, VaultError};
use keyring_core::api::CredentialStore;
use keyring_core::{Entry, Error};
use std::sync::Arc;

/// Under which entries are found in the keychain's own window.
const SERVICE: &str = "Pli mail";

/// Where the vault key of a profile lies outside of it.
pub(crate) trait Keychain: Send {
    /// The key of that vault; `None` when the keychain answers and has none.
    fn load(&self, vault: &str) -> Result<Option<Key>>;
    /// Keeps the key of that vault.
    fn keep(&self, vault: &str, key: &Key) -> Result<()>;
    /// Forgets it; one that is not there is no error.
    fn forget(&self, vault: &str) -> Result<()>;
}

/// The keychain of this computer and this person.
#[derive(Debug)]
pub(crate) struct SystemKeychain;

impl Keychain for SystemKeychain {
    fn load(&self, vault: &str) -> Result<Option<Key>> {
        match entry(vault)?.get_secret() {
            // An entry that holds no key is as good as none.
            Ok(bytes) => Ok(Key::from_bytes(bytes)),
            Err(Error::NoEntry) => Ok(None),
            Err(error) => Err(locked(&error)),
        }
    }

    fn keep(&self, vault: &str, key: &Key) -> Result<()> {
        entry(vault)?.set_secret(key.bytes()).map_err(|error| locked(&error))
    }

    fn forget(&self, vault: &str) -> Result<()> {
        match entry(vault)?.delete_credential() {
            Ok(()) | Err(Error::NoEntry) => Ok(()),
            Err(error) => Err(locked(&error)),
        }
    }
}

fn entry(vault: &str) -> Result<Entry> {
    let store = connect().map_err(|error| locked(&error))?;
    store.build(SERVICE, vault, None).map_err(|error| locked(&error))
}

#[cfg(all(unix, not(target_os = "macos")))]
fn connect() -> keyring_core::Result<Arc<CredentialStore>> {
    zbus_secret_service_keyring_store::Store::new().map(|store| store as Arc<CredentialStore>)
}

#[cfg(target_os = "macos")]
fn connect() -> keyring_core::Result<Arc<CredentialStore>> {
    apple_native_keyring_store::keychain::Store::new().map(|store| store as Arc<CredentialStore>)
}

#[cfg(windows)]
fn connect() -> keyring_core::Result<Arc<CredentialStore>> {
    windows_native_keyring_store::Store::new().map(|store| store as Arc<CredentialStore>)
}

/// The kind of failure and the platform's reason, never an entry's content, which some variants carry.
fn locked(error: &Error) -> VaultError {
    VaultError::Locked(match error {
        Error::PlatformFailure(reason) | Error::NoStorageAccess(reason) => reason.to_string(),
        Error::BadStoreFormat(reason) | Error::NotSupportedByStore(reason) => reason.clone(),
        Error::Ambiguous(entries) => format!("{} entries where one is expected", entries.len()),
        _ => "it gave an answer that makes no sense".to_owned(),
    })
}

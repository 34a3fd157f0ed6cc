//! The vault of a profile: its thread, and what it can be asked.

use crate::key::Key;
use crate::keychain::{Keychain, SystemKeychain};
use crate::marker::{Lock, Marker};
use crate::passphrase::Wrapped;
use crate::secrets::{Secret, Secrets};
use crate::{Result, VaultError};
use pli_model::AccountId;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use zeroize::Zeroizing;

/// Requests that may wait.
const QUEUE: usize = 32;
/// A keychain may ask the person before it answers; one that is silent for longer is not there.
const PATIENCE: Duration = Duration::from_secs(120);

/// Where the vault key is to come from.
pub enum KeySource {
    /// The operating system's keychain; where there is none, the face asks for a passphrase.
    Keychain,
    /// This passphrase, without asking anybody.
    Passphrase(Zeroizing<String>),
}

impl fmt::Debug for KeySource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Keychain => "Keychain",
            Self::Passphrase(_) => "Passphrase(..)",
        })
    }
}

/// Whether secrets can be had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// They can.
    Open,
    /// The key is in a keychain that cannot be reached, for that reason. It is tried again at the next request.
    Locked(String),
    /// The vault has a passphrase, which is to be typed: [`Vault::unlock`].
    NeedsPassphrase,
    /// There is no vault yet and no keychain: a passphrase is to be chosen: [`Vault::unlock`].
    NeedsNewPassphrase,
    /// The keychain no longer has the key: [`Vault::start_over`], and every password is to be typed again.
    KeyLost,
}

type Job = Box<dyn FnOnce(&mut Keeper) + Send>;

/// A profile's secrets. Clones share it.
#[derive(Clone)]
pub struct Vault {
    jobs: mpsc::Sender<Job>,
}

impl Vault {
    /// The vault of `profile`. Touches neither keychain nor passphrase yet: that happens, on the vault's own thread,
    /// at the first request.
    ///
    /// A passphrase for a profile whose key is in the keychain is [`VaultError::OtherVault`].
    pub fn open(profile: &Path, source: KeySource) -> Result<Self> {
        Self::open_with(profile, source, Box::new(SystemKeychain))
    }

    pub(crate) fn open_with(profile: &Path, source: KeySource, keychain: Box<dyn Keychain>) -> Result<Self> {
        let folder = profile.join("vault");
        let marker = Marker::read(&folder)?;
        let passphrase = match source {
            KeySource::Keychain => None,
            KeySource::Passphrase(passphrase) => Some(passphrase),
        };
        if passphrase.is_some()
            && matches!(
                &marker,
                Some(Marker {
                    lock: Lock::Keychain,
                    ..
                })
            )
        {
            return Err(VaultError::OtherVault);
        }
        let mut keeper = Keeper {
            folder: folder.clone(),
            marker,
            passphrase,
            keychain,
            key: None,
        };
        let (jobs, mut queue) = mpsc::channel::<Job>(QUEUE);
        let run = move || {
            while let Some(job) = queue.blocking_recv() {
                // A panic in a keychain's crate costs this answer, not the vault.
                let _ = catch_unwind(AssertUnwindSafe(|| job(&mut keeper)));
            }
        };
        let thread = std::thread::Builder::new().name("pli-vault".to_owned()).spawn(run);
        thread
            .map(|_| Self { jobs })
            .map_err(|source| VaultError::io(&folder, source))
    }

    /// Whether secrets can be had now. Tries to open the vault; founds one where there is none and a keychain, or
    /// the passphrase that came with [`KeySource::Passphrase`], can hold its key.
    pub async fn state(&self) -> Result<State> {
        self.ask(|keeper| match keeper.open() {
            Ok(()) => Ok(State::Open),
            Err(VaultError::Locked(why)) => Ok(State::Locked(why)),
            Err(VaultError::NeedsPassphrase) => Ok(State::NeedsPassphrase),
            Err(VaultError::NeedsNewPassphrase) => Ok(State::NeedsNewPassphrase),
            Err(VaultError::KeyLost) => Ok(State::KeyLost),
            Err(other) => Err(other),
        })
        .await
    }

    /// Opens a passphrase vault, or founds one where there is none. Right after, [`Self::state`] is [`State::Open`].
    pub async fn unlock(&self, passphrase: Zeroizing<String>) -> Result<()> {
        self.ask(move |keeper| keeper.unlock(passphrase)).await
    }

    /// Keeps a secret, in place of the one of that kind that the account had.
    pub async fn put(&self, account: AccountId, kind: Secret, value: &str) -> Result<()> {
        let value = Zeroizing::new(value.to_owned());
        self.ask(move |keeper| keeper.put(account, kind, &value)).await
    }

    /// A secret of an account; `None` when it was never put.
    pub async fn get(&self, account: AccountId, kind: Secret) -> Result<Option<Zeroizing<String>>> {
        self.ask(move |keeper| keeper.get(account, kind)).await
    }

    /// Forgets every secret of an account. Needs no key.
    pub async fn remove(&self, account: AccountId) -> Result<()> {
        self.ask(move |keeper| keeper.remove(account)).await
    }

    /// Forgets every secret and the vault itself: the way out of a lost key or a forgotten passphrase. The next
    /// request founds a new vault.
    pub async fn start_over(&self) -> Result<()> {
        self.ask(Keeper::start_over).await
    }

    async fn ask<T: Send + 'static>(&self, what: impl FnOnce(&mut Keeper) -> Result<T> + Send + 'static) -> Result<T> {
        let (answer, outcome) = oneshot::channel();
        let job: Job = Box::new(move |keeper| {
            // The asker may have lost patience.
            let _ = answer.send(what(keeper));
        });
        let silent = |_| VaultError::Locked("it does not answer".to_owned());
        tokio::time::timeout(PATIENCE, async {
            self.jobs.send(job).await.map_err(|_| VaultError::Closed)?;
            outcome.await.map_err(|_| VaultError::Closed)?
        })
        .await
        .map_err(silent)?
    }
}

/// What the vault's thread owns.
struct Keeper {
    folder: PathBuf,
    marker: Option<Marker>,
    /// As given at the start, until it has served.
    passphrase: Option<Zeroizing<String>>,
    keychain: Box<dyn Keychain>,
    key: Option<Key>,
}

impl Keeper {
    /// Finds the key by what the marker says; without a marker, founds the vault.
    fn open(&mut self) -> Result<()> {
        if self.key.is_some() {
            return Ok(());
        }
        match (&self.marker, self.passphrase.clone()) {
            (
                Some(Marker {
                    lock: Lock::Keychain,
                    id,
                    ..
                }),
                _,
            ) => {
                let key = self.keychain.load(id)?.ok_or(VaultError::KeyLost)?;
                self.accept(key, VaultError::KeyLost)
            }
            (_, Some(passphrase)) => self.unlock(passphrase),
            (Some(_), None) => Err(VaultError::NeedsPassphrase),
            (None, None) => self.found_in_keychain(),
        }
    }

    fn unlock(&mut self, passphrase: Zeroizing<String>) -> Result<()> {
        match &self.marker {
            None => self.found_behind(&passphrase),
            Some(Marker {
                lock: Lock::Keychain, ..
            }) => Err(VaultError::OtherVault),
            Some(Marker {
                lock: Lock::Passphrase(wrapped),
                id,
                ..
            }) => {
                let key = wrapped.open(&passphrase, id)?;
                self.accept(key, VaultError::WrongPassphrase)
            }
        }
    }

    fn accept(&mut self, key: Key, otherwise: VaultError) -> Result<()> {
        match &self.marker {
            Some(marker) if marker.fits(&key) => {
                self.key = Some(key);
                self.passphrase = None;
                Ok(())
            }
            _ => Err(otherwise),
        }
    }

    /// The key is in the keychain, and was read back, before the marker says so.
    fn found_in_keychain(&mut self) -> Result<()> {
        let (id, key) = (Marker::new_id()?, Key::random()?);
        let no_keychain = |error| {
            tracing::info!(%error, "no keychain to keep a vault key in");
            VaultError::NeedsNewPassphrase
        };
        self.keychain.keep(&id, &key).map_err(no_keychain)?;
        let kept = self.keychain.load(&id).map_err(no_keychain)?;
        if kept.is_none_or(|kept| kept.bytes() != key.bytes()) {
            return Err(VaultError::NeedsNewPassphrase);
        }
        self.found(Marker::new(id, Lock::Keychain, &key)?, key)
    }

    fn found_behind(&mut self, passphrase: &str) -> Result<()> {
        let (id, key) = (Marker::new_id()?, Key::random()?);
        let lock = Lock::Passphrase(Wrapped::new(&key, passphrase, &id)?);
        self.found(Marker::new(id, lock, &key)?, key)
    }

    fn found(&mut self, marker: Marker, key: Key) -> Result<()> {
        // Secrets without a marker are of a vault that is gone: nothing can read them.
        Secrets::remove_file(&self.folder)?;
        marker.write(&self.folder)?;
        self.marker = Some(marker);
        self.accept(key, VaultError::Closed)
    }

    fn put(&mut self, account: AccountId, kind: Secret, value: &str) -> Result<()> {
        let mut secrets = Secrets::read(&self.folder)?;
        let (key, vault) = self.key()?;
        secrets.put(key, vault, account, kind, value)?;
        secrets.write(&self.folder)
    }

    fn get(&mut self, account: AccountId, kind: Secret) -> Result<Option<Zeroizing<String>>> {
        let folder = self.folder.clone();
        let (key, vault) = self.key()?;
        Secrets::read(&folder)?.get(key, vault, account, kind, &folder)
    }

    fn remove(&mut self, account: AccountId) -> Result<()> {
        let mut secrets = Secrets::read(&self.folder)?;
        if secrets.remove(account) {
            secrets.write(&self.folder)
        } else {
            Ok(())
        }
    }

    fn start_over(&mut self) -> Result<()> {
        if let Some(Marker {
            lock: Lock::Keychain,
            id,
            ..
        }) = &self.marker
            && let Err(error) = self.keychain.forget(id)
        {
            // Without its secrets the entry opens nothing.
            tracing::warn!(%error, "a vault key stays behind in the keychain");
        }
        Secrets::remove_file(&self.folder)?;
        Marker::remove(&self.folder)?;
        self.marker = None;
        self.key = None;
        Ok(())
    }

    fn key(&mut self) -> Result<(&Key, &str)> {
        self.open()?;
        match (&self.key, &self.marker) {
            (Some(key), Some(marker)) => Ok((key, &marker.id)),
            _ => Err(VaultError::Closed),
        }
    }
}

#[cfg(test)]
mod tests;

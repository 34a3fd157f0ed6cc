//! A vault key wrapped by a passphrase: argon2id (RFC 9106 §4, second recommended option) makes a key of it, and
//! that one seals the vault key.

use crate::key::{KEY_LEN, Key, Sealed, random};
use crate::{Result, VaultError, hex};
use argon2::{Algorithm, Argon2, Params, Version};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

const MEMORY_KIB: u32 = 64 * 1024;
const PASSES: u32 = 3;
const LANES: u32 = 4;
/// A file that asks for more than this is not ours.
const MAX_MEMORY_KIB: u32 = 1024 * 1024;
const MAX_PASSES: u32 = 64;

/// A vault key that only the passphrase opens, with everything but the passphrase.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Wrapped {
    #[serde(with = "hex")]
    salt: [u8; 16],
    memory_kib: u32,
    passes: u32,
    lanes: u32,
    key: Sealed,
}

impl Wrapped {
    /// Wraps `key`; `vault` is the vault it belongs to.
    pub(crate) fn new(key: &Key, passphrase: &str, vault: &str) -> Result<Self> {
        if passphrase.is_empty() {
            return Err(VaultError::EmptyPassphrase);
        }
        let salt = random()?;
        let derived = derive(passphrase, &salt, MEMORY_KIB, PASSES, LANES)?;
        let key = derived.seal(&purpose(vault), key.bytes())?;
        Ok(Self {
            salt,
            memory_kib: MEMORY_KIB,
            passes: PASSES,
            lanes: LANES,
            key,
        })
    }

    /// The vault key. An altered file looks like a wrong passphrase: nobody can tell the two apart.
    pub(crate) fn open(&self, passphrase: &str, vault: &str) -> Result<Key> {
        if self.memory_kib > MAX_MEMORY_KIB || self.passes > MAX_PASSES {
            return Err(VaultError::System(
                "the vault asks for too much memory or time".to_owned(),
            ));
        }
        let derived = derive(passphrase, &self.salt, self.memory_kib, self.passes, self.lanes)?;
        let bytes = derived
            .open(&purpose(vault), &self.key)
            .ok_or(VaultError::WrongPassphrase)?;
        Key::from_bytes(bytes.to_vec()).ok_or(VaultError::WrongPassphrase)
    }
}

fn purpose(vault: &str) -> String {
    format!("pli vault {vault} key")
}

fn derive(passphrase: &str, salt: &[u8], memory_kib: u32, passes: u32, lanes: u32) -> Result<Key> {
    let system = |error: argon2::Error| VaultError::System(error.to_string());
    let params = Params::new(memory_kib, passes, lanes, Some(KEY_LEN)).map_err(system)?;
    let mut bytes = Zeroizing::new(vec![0; KEY_LEN]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(passphrase.as_bytes(), salt, &mut bytes)
        .map_err(system)?;
    Key::from_bytes(bytes.to_vec()).ok_or_else(|| VaultError::System("a key of the wrong length".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_passphrase_opens_and_another_does_not() {
        let key = Key::random().unwrap();
        let wrapped = Wrapped::new(&key, "correct horse", "v1").unwrap();
        assert_eq!(wrapped.open("correct horse", "v1").unwrap().bytes(), key.bytes());
        assert!(matches!(
            wrapped.open("correct horsf", "v1"),
            Err(VaultError::WrongPassphrase)
        ));
        assert!(matches!(
            wrapped.open("correct horse", "v2"),
            Err(VaultError::WrongPassphrase)
        ));
        assert!(matches!(Wrapped::new(&key, "", "v1"), Err(VaultError::EmptyPassphrase)));
        let greedy = Wrapped {
            memory_kib: u32::MAX,
            ..wrapped
        };
        assert!(matches!(greedy.open("correct horse", "v1"), Err(VaultError::System(_))));
    }
}

//! A key, and what is sealed with it (XChaCha20-Poly1305: its 24 random bytes of nonce never meet again).

use crate::{Result, VaultError, hex};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use serde::{Deserialize, Serialize};
use std::fmt;
use zeroize::{Zeroize, Zeroizing};

pub(crate) const KEY_LEN: usize = 32;

/// Wiped from memory when it goes out of use.
pub(crate) struct Key(Zeroizing<[u8; KEY_LEN]>);

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Key(..)")
    }
}

/// What a key made of some bytes. Readable only with that key and for that purpose.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Sealed {
    #[serde(with = "hex")]
    nonce: [u8; 24],
    #[serde(with = "hex")]
    bytes: Vec<u8>,
}

impl Key {
    pub(crate) fn random() -> Result<Self> {
        random().map(|bytes| Self(Zeroizing::new(bytes)))
    }

    /// Takes a key from where it was kept; anything but [`KEY_LEN`] bytes is none.
    pub(crate) fn from_bytes(mut bytes: Vec<u8>) -> Option<Self> {
        let key = <[u8; KEY_LEN]>::try_from(bytes.as_slice()).ok();
        bytes.zeroize();
        key.map(|key| Self(Zeroizing::new(key)))
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        self.0.as_slice()
    }

    /// Seals `plain` for `purpose`, which is bound to it without being part of it.
    pub(crate) fn seal(&self, purpose: &str, plain: &[u8]) -> Result<Sealed> {
        let nonce = random()?;
        let payload = Payload {
            msg: plain,
            aad: purpose.as_bytes(),
        };
        let bytes = self.cipher().encrypt(&XNonce::from(nonce), payload);
        Ok(Sealed {
            nonce,
            bytes: bytes.map_err(|_| VaultError::System("nothing that long can be sealed".to_owned()))?,
        })
    }

    /// What was sealed; `None` when key or purpose are not those, or a bit was changed.
    pub(crate) fn open(&self, purpose: &str, sealed: &Sealed) -> Option<Zeroizing<Vec<u8>>> {
        let payload = Payload {
            msg: &sealed.bytes,
            aad: purpose.as_bytes(),
        };
        self.cipher()
            .decrypt(&XNonce::from(sealed.nonce), payload)
            .ok()
            .map(Zeroizing::new)
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&(*self.0).into())
    }
}

pub(crate) fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| VaultError::System(error.to_string()))?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_same_key_and_purpose_open() {
        let (key, other) = (Key::random().unwrap(), Key::random().unwrap());
        let sealed = key.seal("a", b"secret").unwrap();
        assert_eq!(key.open("a", &sealed).unwrap().as_slice(), b"secret");
        assert!(key.open("b", &sealed).is_none());
        assert!(other.open("a", &sealed).is_none());
        for bit in 0..sealed.bytes.len() * 8 {
            let mut altered = sealed.clone();
            altered.bytes[bit / 8] ^= 1 << (bit % 8);
            assert!(key.open("a", &altered).is_none());
        }
        assert_ne!(key.seal("a", b"secret").unwrap().bytes, sealed.bytes);
    }
}

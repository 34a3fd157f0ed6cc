//! Secrets: passwords of accounts, encrypted in the profile, behind one random key that is not there.
//!
//! The vault key (32 random bytes) is kept in the operating system's keychain, or in the profile wrapped by a
//! passphrase (argon2id). Why not every secret in the keychain: Windows holds 2,560 bytes an entry, and each entry
//! is one more question to the person.
//!
//! ```text
//! vault/vault.json     which of the two this profile uses, and how to recognise its key
//! vault/secrets.json   secrets, XChaCha20-Poly1305, bound to the vault, the account and their kind
//! ```
//!
//! Kept true here:
//! - No secret is ever on the disk in plain text, in a log or in an error.
//! - A profile uses the vault that it was founded with, or none: never silently another.
//! - A keychain that fails is asked again at the next request; nothing remembers the failure.
//! - Files are replaced whole and synced (`file.rs`): a crash leaves the old or the new one.
#![warn(missing_docs)]

mod error;
mod file;
mod hex;
mod key;
mod keychain;
mod marker;
mod passphrase;
mod secrets;
mod vault;

pub use error::{Result, VaultError};
pub use secrets::Secret;
pub use vault::{KeySource, State, Vault};

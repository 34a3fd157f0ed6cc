//! The vault that holds passwords.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Whether passwords can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum VaultState {
    /// Open.
    Open,
    /// A passphrase vault that waits for its passphrase.
    Locked,
    /// No keychain on this computer and no vault yet: a passphrase must be chosen.
    PassphraseNeeded,
    /// This profile's key is in the keychain, which does not answer.
    KeychainUnavailable,
}

/// The vault, to be shown.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct VaultStatus {
    pub state: VaultState,
    /// One sentence for a person; empty when it is open.
    pub message: String,
}

/// Opens the passphrase vault, or makes it with this passphrase.
#[derive(Clone, Serialize, Deserialize, TS)]
pub struct VaultUnlock {
    pub passphrase: String,
}

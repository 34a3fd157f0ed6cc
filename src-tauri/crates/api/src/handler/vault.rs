//! The vault.

use super::Answer;
use crate::wire::*;
use pli_engine::{Engine, VaultState as State};
use zeroize::Zeroizing;

pub async fn status(engine: &Engine, _: Nothing) -> Answer<VaultStatus> {
    let (state, message) = match engine.vault_state().await? {
        State::Open => (VaultState::Open, String::new()),
        State::NeedsPassphrase => (VaultState::Locked, "The passwords of this profile are kept behind a passphrase.".to_owned()),
        State::NeedsNewPassphrase => (
            VaultState::PassphraseNeeded,
            "This computer offers no keychain. Choose a passphrase: it keeps your passwords, and Pli asks for it at every start.".to_owned(),
        ),
        State::KeyLost => (
            VaultState::PassphraseNeeded,
            "The keychain of this computer no longer has the key to your passwords. Choose a passphrase to keep them from now on; every account will ask for its password once.".to_owned(),
        ),
        State::Locked(why) => (
            VaultState::KeychainUnavailable,
            format!("The keychain of this computer keeps your passwords and does not answer: {why}. Unlock it and try again."),
        ),
    };
    Ok(VaultStatus { state, message })
}

pub async fn unlock(engine: &Engine, form: VaultUnlock) -> Answer<VaultStatus> {
    engine.unlock_vault(Zeroizing::new(form.passphrase)).await?;
    status(engine, Nothing {}).await
}

use super::*;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

const ANN: AccountId = AccountId(1);
const BOB: AccountId = AccountId(2);

/// A keychain that can be taken away, and that loses things.
#[derive(Clone, Default)]
struct TestKeychain {
    entries: Arc<Mutex<HashMap<String, Vec<u8>>>>,
    away: Arc<Mutex<bool>>,
}

impl TestKeychain {
    fn reach(&self) -> Result<std::sync::MutexGuard<'_, HashMap<String, Vec<u8>>>> {
        if *self.away.lock().unwrap() {
            Err(VaultError::Locked("no bus".to_owned()))
        } else {
            Ok(self.entries.lock().unwrap())
        }
    }

    fn set_away(&self, away: bool) {
        *self.away.lock().unwrap() = away;
    }
}

impl Keychain for TestKeychain {
    fn load(&self, vault: &str) -> Result<Option<Key>> {
        Ok(self.reach()?.get(vault).cloned().and_then(Key::from_bytes))
    }

    fn keep(&self, vault: &str, key: &Key) -> Result<()> {
        self.reach()?.insert(vault.to_owned(), key.bytes().to_vec());
        Ok(())
    }

    fn forget(&self, vault: &str) -> Result<()> {
        self.reach()?.remove(vault);
        Ok(())
    }
}

fn passphrase(text: &str) -> Zeroizing<String> {
    Zeroizing::new(text.to_owned())
}

fn open(profile: &Path, keychain: &TestKeychain) -> Vault {
    Vault::open_with(profile, KeySource::Keychain, Box::new(keychain.clone())).unwrap()
}

fn open_behind(profile: &Path, text: &str) -> Result<Vault> {
    Vault::open_with(
        profile,
        KeySource::Passphrase(passphrase(text)),
        Box::new(TestKeychain::default()),
    )
}

async fn got(vault: &Vault, account: AccountId, kind: Secret) -> Option<String> {
    vault.get(account, kind).await.unwrap().map(|secret| secret.to_string())
}

/// Every file of the profile, as bytes.
fn everything(profile: &Path) -> Vec<u8> {
    let files = std::fs::read_dir(profile.join("vault")).unwrap();
    files
        .flat_map(|file| std::fs::read(file.unwrap().path()).unwrap())
        .collect()
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}

#[tokio::test]
async fn a_passphrase_vault_keeps_secrets_and_shows_nothing_on_disk() {
    let profile = tempfile::tempdir().unwrap();
    let vault = open_behind(profile.path(), "correct horse").unwrap();
    vault.put(ANN, Secret::Incoming, "battery-staple").await.unwrap();
    vault.put(ANN, Secret::Outgoing, "other").await.unwrap();
    vault.put(BOB, Secret::Incoming, "third").await.unwrap();
    vault.put(ANN, Secret::Outgoing, "Öffne dich ✓").await.unwrap();

    let vault = open_behind(profile.path(), "correct horse").unwrap();
    assert_eq!(
        got(&vault, ANN, Secret::Incoming).await.as_deref(),
        Some("battery-staple")
    );
    assert_eq!(
        got(&vault, ANN, Secret::Outgoing).await.as_deref(),
        Some("Öffne dich ✓")
    );
    assert_eq!(got(&vault, BOB, Secret::Outgoing).await, None);

    let files = everything(profile.path());
    for secret in ["battery-staple", "correct horse", "third", "Öffne dich"] {
        assert!(!contains(&files, secret.as_bytes()), "{secret} is readable");
        assert!(
            !contains(&files, crate::hex::encode(secret.as_bytes()).as_bytes()),
            "{secret} is readable as hex"
        );
    }
    vault.remove(ANN).await.unwrap();
    assert_eq!(got(&vault, ANN, Secret::Incoming).await, None);
    assert_eq!(got(&vault, BOB, Secret::Incoming).await.as_deref(), Some("third"));
}

#[cfg(unix)]
#[tokio::test]
async fn only_the_owner_reads_the_files() {
    use std::os::unix::fs::PermissionsExt;
    let profile = tempfile::tempdir().unwrap();
    let vault = open(profile.path(), &TestKeychain::default());
    vault.put(ANN, Secret::Incoming, "x").await.unwrap();
    let folder = profile.path().join("vault");
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&folder), 0o700);
    for file in ["vault.json", "secrets.json"] {
        assert_eq!(mode(&folder.join(file)), 0o600, "{file}");
    }
}

#[tokio::test]
async fn a_wrong_passphrase_is_said_and_the_right_one_still_opens() {
    let profile = tempfile::tempdir().unwrap();
    open_behind(profile.path(), "right")
        .unwrap()
        .put(ANN, Secret::Incoming, "x")
        .await
        .unwrap();
    let vault = open_behind(profile.path(), "wrong").unwrap();
    assert!(matches!(vault.state().await, Err(VaultError::WrongPassphrase)));
    assert!(matches!(
        vault.get(ANN, Secret::Incoming).await,
        Err(VaultError::WrongPassphrase)
    ));
    assert!(matches!(
        vault.put(ANN, Secret::Incoming, "y").await,
        Err(VaultError::WrongPassphrase)
    ));

    let vault = open(profile.path(), &TestKeychain::default());
    assert_eq!(
        vault.state().await.unwrap(),
        State::NeedsPassphrase,
        "a keychain in reach is not used instead"
    );
    assert!(matches!(
        vault.unlock(passphrase("wrong")).await,
        Err(VaultError::WrongPassphrase)
    ));
    vault.unlock(passphrase("right")).await.unwrap();
    assert_eq!(vault.state().await.unwrap(), State::Open);
    assert_eq!(got(&vault, ANN, Secret::Incoming).await.as_deref(), Some("x"));
}

#[tokio::test]
async fn altered_files_give_nothing_away() {
    let profile = tempfile::tempdir().unwrap();
    let vault = open(profile.path(), &TestKeychain::default());
    vault.put(ANN, Secret::Incoming, "ann's").await.unwrap();
    vault.put(BOB, Secret::Incoming, "bob's").await.unwrap();
    let path = profile.path().join("vault/secrets.json");
    let text = std::fs::read_to_string(&path).unwrap();

    // Bob's secret in Ann's place: sealed for another account.
    let swapped = text
        .replace("\"account\": 1", "\"account\": 9")
        .replace("\"account\": 2", "\"account\": 1");
    assert_ne!(swapped, text);
    std::fs::write(&path, swapped).unwrap();
    assert!(matches!(
        vault.get(ANN, Secret::Incoming).await,
        Err(VaultError::Damaged { .. })
    ));
    // An incoming password in the place of an outgoing one.
    std::fs::write(&path, text.replace("incoming", "outgoing")).unwrap();
    assert!(matches!(
        vault.get(ANN, Secret::Outgoing).await,
        Err(VaultError::Damaged { .. })
    ));
    std::fs::write(&path, &text[..text.len() / 2]).unwrap();
    let cut = vault.get(ANN, Secret::Incoming).await.unwrap_err();
    assert!(cut.to_string().contains("secrets.json is damaged"), "{cut}");
    assert!(
        vault.put(ANN, Secret::Incoming, "new").await.is_err(),
        "a damaged file is not overwritten"
    );
    std::fs::write(&path, &text).unwrap();
    assert_eq!(got(&vault, ANN, Secret::Incoming).await.as_deref(), Some("ann's"));
}

#[tokio::test]
async fn a_keychain_that_is_away_is_asked_again() {
    let (profile, keychain) = (tempfile::tempdir().unwrap(), TestKeychain::default());
    let vault = open(profile.path(), &keychain);
    assert_eq!(vault.state().await.unwrap(), State::Open);
    vault.put(ANN, Secret::Incoming, "x").await.unwrap();

    keychain.set_away(true);
    let vault = open(profile.path(), &keychain);
    assert_eq!(vault.state().await.unwrap(), State::Locked("no bus".to_owned()));
    assert!(matches!(
        vault.get(ANN, Secret::Incoming).await,
        Err(VaultError::Locked(_))
    ));
    assert!(
        matches!(vault.unlock(passphrase("p")).await, Err(VaultError::OtherVault)),
        "no other vault is founded"
    );
    keychain.set_away(false);
    assert_eq!(got(&vault, ANN, Secret::Incoming).await.as_deref(), Some("x"));
}

#[tokio::test]
async fn without_a_keychain_the_person_is_asked_openly() {
    let (profile, keychain) = (tempfile::tempdir().unwrap(), TestKeychain::default());
    keychain.set_away(true);
    let vault = open(profile.path(), &keychain);
    assert_eq!(vault.state().await.unwrap(), State::NeedsNewPassphrase);
    assert!(matches!(
        vault.put(ANN, Secret::Incoming, "x").await,
        Err(VaultError::NeedsNewPassphrase)
    ));
    assert!(!profile.path().join("vault").exists(), "nothing was written");
    assert!(matches!(
        vault.unlock(passphrase("")).await,
        Err(VaultError::EmptyPassphrase)
    ));
    vault.unlock(passphrase("chosen")).await.unwrap();
    vault.put(ANN, Secret::Incoming, "x").await.unwrap();
    keychain.set_away(false);
    let vault = open(profile.path(), &keychain);
    assert_eq!(vault.state().await.unwrap(), State::NeedsPassphrase);
}

#[tokio::test]
async fn a_keychain_vault_is_not_opened_by_a_passphrase() {
    let (profile, keychain) = (tempfile::tempdir().unwrap(), TestKeychain::default());
    open(profile.path(), &keychain)
        .put(ANN, Secret::Incoming, "x")
        .await
        .unwrap();
    assert!(matches!(open_behind(profile.path(), "p"), Err(VaultError::OtherVault)));
}

#[tokio::test]
async fn a_lost_key_is_said_and_starting_over_helps() {
    let (profile, keychain) = (tempfile::tempdir().unwrap(), TestKeychain::default());
    open(profile.path(), &keychain)
        .put(ANN, Secret::Incoming, "x")
        .await
        .unwrap();
    keychain
        .entries
        .lock()
        .unwrap()
        .values_mut()
        .for_each(|key| key[0] ^= 1);
    let vault = open(profile.path(), &keychain);
    assert_eq!(
        vault.state().await.unwrap(),
        State::KeyLost,
        "another key is as good as none"
    );
    keychain.entries.lock().unwrap().clear();
    assert_eq!(vault.state().await.unwrap(), State::KeyLost);
    vault.start_over().await.unwrap();
    assert_eq!(got(&vault, ANN, Secret::Incoming).await, None);
    vault.put(ANN, Secret::Incoming, "typed again").await.unwrap();
    let vault = open(profile.path(), &keychain);
    assert_eq!(got(&vault, ANN, Secret::Incoming).await.as_deref(), Some("typed again"));
}

#[tokio::test]
async fn a_vault_of_a_newer_pli_is_left_alone() {
    let (profile, keychain) = (tempfile::tempdir().unwrap(), TestKeychain::default());
    open(profile.path(), &keychain)
        .put(ANN, Secret::Incoming, "x")
        .await
        .unwrap();
    let path = profile.path().join("vault/vault.json");
    let text = std::fs::read_to_string(&path)
        .unwrap()
        .replace("\"format\": 1", "\"format\": 2");
    std::fs::write(&path, text).unwrap();
    let refused = Vault::open_with(profile.path(), KeySource::Keychain, Box::new(keychain)).err();
    assert!(matches!(refused, Some(VaultError::TooNew(_))), "{refused:?}");
}

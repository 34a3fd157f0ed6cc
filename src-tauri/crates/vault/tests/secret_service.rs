//! A real Secret Service on a bus of its own: gnome-keyring under dbus-run-session.
//!
//! The test starts itself again inside that session. Where the tools are missing it says so, and fails in CI.
// Clippy takes the helpers of an integration test for no test code.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]
#![cfg(target_os = "linux")]

use pli_model::AccountId;
use pli_vault::{KeySource, Secret, State, Vault};
use std::path::Path;
use std::process::Command;

const PROFILE: &str = "PLI_VAULT_TEST_PROFILE";
const NAME: &str = "a_real_secret_service_keeps_the_key";
const SESSION: &str = r#"echo -n pw | gnome-keyring-daemon --unlock --components=secrets >/dev/null && exec "$@""#;

fn is_installed(tool: &str) -> bool {
    std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default()).any(|folder| folder.join(tool).is_file())
}

fn open(profile: &Path) -> Vault {
    Vault::open(profile, KeySource::Keychain).unwrap()
}

#[tokio::main]
async fn inside_the_session(profile: &Path) {
    let account = AccountId(1);
    let vault = open(profile);
    assert_eq!(vault.state().await.unwrap(), State::Open);
    vault.put(account, Secret::Incoming, "battery-staple").await.unwrap();
    let again = open(profile);
    assert_eq!(
        again.get(account, Secret::Incoming).await.unwrap().unwrap().as_str(),
        "battery-staple"
    );
    let other = tempfile::tempdir().unwrap();
    let other = open(other.path());
    assert_eq!(
        other.get(account, Secret::Incoming).await.unwrap(),
        None,
        "profiles share no key"
    );
    again.start_over().await.unwrap();
    assert_eq!(again.get(account, Secret::Incoming).await.unwrap(), None);
    println!("kept by a real Secret Service");
}

#[test]
fn a_real_secret_service_keeps_the_key() {
    if let Some(profile) = std::env::var_os(PROFILE) {
        return inside_the_session(Path::new(&profile));
    }
    let missing: Vec<_> = ["dbus-run-session", "gnome-keyring-daemon", "bash"]
        .into_iter()
        .filter(|tool| !is_installed(tool))
        .collect();
    if !missing.is_empty() {
        assert!(
            std::env::var_os("CI").is_none(),
            "not tried against a real Secret Service: {missing:?} missing"
        );
        eprintln!("NOT TRIED against a real Secret Service: {missing:?} missing");
        return;
    }
    let home = tempfile::tempdir().unwrap();
    let output = Command::new("dbus-run-session")
        .args(["--", "bash", "-c", SESSION, "session"])
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", NAME, "--nocapture"])
        .env("HOME", home.path())
        .env("XDG_DATA_HOME", home.path().join("data"))
        .env("XDG_RUNTIME_DIR", home.path())
        .env(PROFILE, home.path().join("profile"))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && said.contains("kept by a real Secret Service"),
        "{said}\n{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

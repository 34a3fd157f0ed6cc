//! What this machine gives to the engine, read once at the start of a face: the data folder, the wall clock,
//! randomness, extra certificates to trust, where the vault's key comes from. The engine itself reads none of it.
#![warn(missing_docs)]

use pli_engine::{KeySource, Options};
use pli_model::{Clock, Timestamp};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};
use zeroize::Zeroizing;

/// Opens the passphrase vault without asking: for servers and tests.
pub const PASSPHRASE: &str = "PLI_VAULT_PASSPHRASE";
/// A PEM file of certificates to trust besides the system's.
pub const CERTIFICATES: &str = "SSL_CERT_FILE";

/// The system's clock.
struct WallClock;

impl Clock for WallClock {
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }
}

/// Where the profile is when the person names no other: `pli` in the platform's data folder.
pub fn default_profile() -> Option<PathBuf> {
    dirs::data_dir().map(|folder| folder.join("pli"))
}

/// Engine options of this machine. `Err` says in one sentence what is missing.
pub fn options(profile: Option<PathBuf>) -> Result<Options, String> {
    let profile = profile
        .or_else(default_profile)
        .ok_or("this system names no data folder: say --profile DIR")?;
    let key = match take_passphrase() {
        Some(passphrase) => KeySource::Passphrase(passphrase),
        None => KeySource::Keychain,
    };
    Ok(Options {
        profile,
        key,
        clock: Arc::new(WallClock),
        random,
        extra_roots: extra_roots()?,
    })
}

fn take_passphrase() -> Option<Zeroizing<String>> {
    std::env::var(PASSPHRASE)
        .ok()
        .filter(|text| !text.is_empty())
        .map(Zeroizing::new)
}

fn extra_roots() -> Result<Vec<u8>, String> {
    match std::env::var_os(CERTIFICATES) {
        Some(path) => {
            std::fs::read(&path).map_err(|error| format!("{CERTIFICATES}={}: {error}", PathBuf::from(&path).display()))
        }
        None => Ok(Vec::new()),
    }
}

fn random(buffer: &mut [u8]) {
    // Without randomness a message id could repeat; there is nothing sensible to go on with.
    if getrandom::fill(buffer).is_err() {
        std::process::abort();
    }
}

/// What every face does before anything else: one TLS provider, and a log on standard error (`PLI_LOG`, in the
/// syntax of tracing's `EnvFilter`; warnings only by default). Libraries that print credentials stay silent
/// whatever is asked.
pub fn prepare() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let wanted = std::env::var("PLI_LOG").unwrap_or_else(|_| "warn".to_owned());
    let filter = ["async_imap=off", "async_pop=off", "lettre=off", "imap_proto=off"]
        .iter()
        .filter_map(|silent| silent.parse().ok())
        .fold(
            tracing_subscriber::EnvFilter::new(wanted),
            tracing_subscriber::EnvFilter::add_directive,
        );
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .try_init();
}

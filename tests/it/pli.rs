//! `pli` in a profile of its own.

use pli_testkit::Dovecot;
use pli_testkit::town::Host;
use serde_json::Value;
use std::ffi::OsStr;
use std::io::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::OnceLock;

/// When the newest generated letter was written.
pub const NOW: pli_model::Timestamp = pli_model::Timestamp::from_secs(1_790_000_000);

/// Whose mail a lone server holds.
pub const ALICE: &str = "alice@localhost.test";

/// A profile and where its program runs.
pub struct Pli {
    profile: tempfile::TempDir,
    certificates: PathBuf,
    home: Option<Host>,
}

impl Pli {
    /// On this machine's own network, trusting that CA.
    pub fn here(certificates: PathBuf) -> Self {
        Self {
            profile: tempfile::tempdir().unwrap(),
            certificates,
            home: None,
        }
    }

    /// On a host of the town.
    pub fn at(home: &Host, certificates: PathBuf) -> Self {
        Self {
            home: Some(home.clone()),
            ..Self::here(certificates)
        }
    }

    pub fn profile(&self) -> &Path {
        self.profile.path()
    }

    /// The program with these words, not yet started.
    pub fn command(&self, words: &[&str]) -> Command {
        let mut command = match &self.home {
            Some(home) => home.command(binary()),
            None => Command::new(binary()),
        };
        command
            .arg("--profile")
            .arg(self.profile.path())
            .arg("--json")
            .args(words)
            .env("PLI_VAULT_PASSPHRASE", "correct horse battery staple")
            .env("SSL_CERT_FILE", &self.certificates)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Runs to the end, whatever that is.
    pub fn run(&self, words: &[&str]) -> Output {
        self.command(words).output().unwrap()
    }

    /// Runs to a good end and answers its JSON lines.
    pub fn lines(&self, words: &[&str]) -> Vec<Value> {
        let output = self.run(words);
        assert!(
            output.status.success(),
            "pli {words:?}: {}\n{}",
            output.status,
            String::from_utf8_lossy(&output.stderr)
        );
        json_lines(&output.stdout)
    }

    /// Runs to a good end that is one object.
    pub fn object(&self, words: &[&str]) -> Value {
        self.lines(words).pop().expect("no answer")
    }

    /// Runs to a good end; answers its last object and the most memory it held at any time, in MiB (0 where the
    /// system does not tell).
    pub fn measured(&self, words: &[&str]) -> (Value, u64) {
        let mut child = self.command(words).stderr(Stdio::inherit()).spawn().unwrap();
        let status = format!("/proc/{}/status", child.id());
        let mut peak = 0;
        while child.try_wait().unwrap().is_none() {
            let told = std::fs::read_to_string(&status).unwrap_or_default();
            let line = told.lines().find_map(|line| line.strip_prefix("VmHWM:"));
            let kib = line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok());
            peak = peak.max(kib.unwrap_or_default());
            std::thread::sleep(std::time::Duration::from_millis(20));
        }
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "pli {words:?}: {}", output.status);
        (json_lines(&output.stdout).pop().expect("no answer"), peak / 1024)
    }

    /// Runs to a bad end with this exit code; answers the error.
    pub fn fails(&self, words: &[&str], code: i32) -> Value {
        let output = self.run(words);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(code), "pli {words:?}: {said}");
        serde_json::from_str(said.lines().last().unwrap_or_default()).unwrap_or_else(|error| panic!("{error}: {said}"))
    }

    /// Starts in the background.
    pub fn spawn(&self, words: &[&str]) -> Child {
        self.command(words)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    }

    /// Adds an account; servers of the tests know its owner by this password.
    pub fn add_account(&self, words: &[&str]) -> Output {
        self.add_account_with("secret", words)
    }

    /// Adds an account with that password.
    pub fn add_account_with(&self, password: &str, words: &[&str]) -> Output {
        let all: Vec<&str> = ["account", "add", "--password-stdin"]
            .iter()
            .chain(words)
            .copied()
            .collect();
        let mut child = self.command(&all).stdin(Stdio::piped()).spawn().unwrap();
        writeln!(child.stdin.take().unwrap(), "{password}").unwrap();
        child.wait_with_output().unwrap()
    }

    /// The same, to a good end.
    pub fn has_account(&self, words: &[&str]) {
        let output = self.add_account(words);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    /// The account [`ALICE`] on a lone server, over `mode`; it has no submission server.
    pub fn has_alice(&self, server: &Dovecot, mode: &str) {
        self.has_alice_sending(server, mode, 465);
    }

    /// The same, sending through that port.
    pub fn has_alice_sending(&self, server: &Dovecot, mode: &str, port: u16) {
        let reading = if mode == "imap" { server.imaps() } else { server.pop3s() };
        let (incoming, outgoing) = (format!("localhost:{}", reading.port()), format!("localhost:{port}"));
        let servers = [
            "--incoming",
            &incoming,
            "--incoming-security",
            "tls",
            "--outgoing",
            &outgoing,
            "--outgoing-security",
            "tls",
        ];
        let words = ["--email", ALICE, "--user", "alice", "--mode", mode, "--unchecked"];
        self.has_account(&[&words[..], &servers].concat());
    }

    /// The account [`ALICE`] over IMAP in plain text, which is allowed on loopback: through a [`pli_testkit::BadWire`],
    /// where the bytes of the protocol are to be counted.
    pub fn has_alice_in_plain_text(&self, server: SocketAddr) {
        let incoming = format!("localhost:{}", server.port());
        let words = [
            "--email",
            ALICE,
            "--user",
            "alice",
            "--unchecked",
            "--incoming",
            &incoming,
        ];
        let rest = [
            "--incoming-security",
            "plain",
            "--outgoing",
            "localhost:465",
            "--outgoing-security",
            "tls",
        ];
        self.has_account(&[&words[..], &rest].concat());
    }

    /// All letters of a mailbox, as `pli list` tells of them.
    pub fn all(&self, mailbox: &str) -> Vec<Value> {
        self.lines(&["list", "--mailbox", mailbox, "--limit", "1000000"])
    }

    /// The raw letters of a mailbox, sorted.
    pub fn raw_letters(&self, account: &str, mailbox: &str) -> Vec<Vec<u8>> {
        let folder = tempfile::tempdir().unwrap();
        let to = folder.path().to_str().unwrap();
        let done = self.object(&["export", "--account", account, "--mailbox", mailbox, "--eml", to]);
        assert_eq!(done["incomplete"], 0, "{done}");
        let mut letters: Vec<Vec<u8>> = std::fs::read_dir(folder.path())
            .unwrap()
            .map(|file| std::fs::read(file.unwrap().path()).unwrap())
            .collect();
        assert_eq!(done["letters"].as_u64(), Some(letters.len() as u64));
        letters.sort();
        letters
    }

    /// `pli doctor` finds nothing.
    pub fn is_sound(&self) {
        let output = self.run(&["doctor"]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    }

    /// Whether any file of the profile holds these bytes.
    pub fn holds(&self, needle: &[u8]) -> bool {
        files(self.profile()).iter().any(|file| {
            std::fs::read(file)
                .unwrap()
                .windows(needle.len())
                .any(|window| window == needle)
        })
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path))
        } else {
            found.push(path)
        }
    }
    found
}

pub fn json_lines(bytes: &[u8]) -> Vec<Value> {
    String::from_utf8_lossy(bytes)
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// `pli`, built in the same folder and profile as this test, or the one that `PLI_BINARY` names (a release build,
/// to measure).
fn binary() -> &'static OsStr {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY
        .get_or_init(|| {
            if let Some(named) = std::env::var_os("PLI_BINARY") {
                return named.into();
            }
            let folder = std::env::current_exe()
                .unwrap()
                .parent()
                .unwrap()
                .parent()
                .unwrap()
                .to_owned();
            let mut build = Command::new(env!("CARGO"));
            build
                .args(["build", "--quiet", "--package", "pli-cli"])
                .arg("--target-dir")
                .arg(folder.parent().unwrap());
            if folder.ends_with("release") {
                build.arg("--release");
            }
            assert!(build.status().unwrap().success(), "pli could not be built");
            folder.join(format!("pli{}", std::env::consts::EXE_SUFFIX))
        })
        .as_os_str()
}

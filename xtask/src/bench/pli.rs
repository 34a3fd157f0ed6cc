//! `pli` on a fresh profile.

use super::measure::{Run, measure};
use crate::Result;
use std::io::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// The program to measure.
pub struct Pli {
    pub program: PathBuf,
}

/// What it speaks with the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    Imap,
    Pop3,
}

impl Protocol {
    const fn word(self) -> &'static str {
        match self {
            Self::Imap => "imap",
            Self::Pop3 => "pop3",
        }
    }
}

impl Pli {
    /// One first sync of `letters` letters, which are then all there with their bodies, in a sound profile.
    pub fn run(&self, protocol: Protocol, server: SocketAddr, letters: usize) -> Result<Run> {
        let profile = tempfile::tempdir().map_err(|error| error.to_string())?;
        self.add_account(profile.path(), protocol, server)?;
        let run = measure(self.command(profile.path(), &["sync"]))?;
        self.asked(profile.path(), &["doctor"])?;
        let limit = (letters + 1).to_string();
        let listed = self.asked(profile.path(), &["list", "--limit", &limit])?;
        let text = String::from_utf8_lossy(&listed.stdout);
        let complete = text.lines().filter(|line| line.contains("\"complete\":true")).count();
        if text.lines().count() != letters || complete != letters {
            let listed = text.lines().count();
            return Err(format!(
                "pli: {listed} of {letters} letters are here, {complete} with their bodies"
            ));
        }
        Ok(run)
    }

    fn add_account(&self, profile: &Path, protocol: Protocol, server: SocketAddr) -> Result {
        let (incoming, email) = (format!("localhost:{}", server.port()), "alice@localhost.test");
        let words = [
            "account",
            "add",
            "--password-stdin",
            "--unchecked",
            "--user",
            "alice",
            "--email",
            email,
        ];
        let servers = [
            "--mode",
            protocol.word(),
            "--incoming",
            &incoming,
            "--incoming-security",
            "plain",
            "--outgoing",
            "localhost:465",
        ];
        let mut command = self.command(
            profile,
            &[&words[..], &servers, &["--outgoing-security", "tls"]].concat(),
        );
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| format!("{}: {error}", self.program.display()))?;
        if let Some(mut input) = child.stdin.take() {
            writeln!(input, "secret").map_err(|error| error.to_string())?;
        }
        let output = child.wait_with_output().map_err(|error| error.to_string())?;
        well("account add", output).map(drop)
    }

    fn asked(&self, profile: &Path, words: &[&str]) -> Result<Output> {
        let output = self
            .command(profile, words)
            .output()
            .map_err(|error| error.to_string())?;
        well(&words.join(" "), output)
    }

    fn command(&self, profile: &Path, words: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command.arg("--profile").arg(profile).arg("--json").args(words);
        command.env("PLI_VAULT_PASSPHRASE", "correct horse battery staple");
        command
    }
}

fn well(words: &str, output: Output) -> Result<Output> {
    if output.status.success() {
        return Ok(output);
    }
    let said = [output.stdout, output.stderr].concat();
    Err(format!(
        "pli {words}: {}\n{}",
        output.status,
        String::from_utf8_lossy(&said)
    ))
}

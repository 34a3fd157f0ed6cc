//! Where the demo's letters are: in the town, or in as much of it as this machine allows.

use super::profile::Profile;
use crate::town::{ALICE, BOB, fill, of_alice, of_bob};
use crate::{Result, packages, steps};
use pli_testkit::letters::Letter;
use pli_testkit::{Dovecot, Town, dovecot, town};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The surroundings of the demo, for as long as this value lives.
pub enum World {
    /// Everything: DNS, two providers, letters that travel.
    Town(Box<Town>),
    /// One IMAP and POP3 server on loopback: letters can be read, but not sent.
    Lone(Box<Dovecot>),
    /// No server at all: letters of this computer only.
    Files(Vec<Letter>),
}

/// Where nothing listens: the discard port.
const NOBODY: &str = "127.0.0.1:9";

impl World {
    pub async fn build(letters: usize) -> Result<Self> {
        if !cfg!(target_os = "linux") {
            return Ok(Self::Files(of_alice(letters)));
        }
        if packages::is_root() {
            let town = Town::start(town::Options::default())
                .await
                .map_err(|error| error.to_string())?;
            fill(&town, letters).await?;
            return Ok(Self::Town(Box::new(town)));
        }
        let server = Dovecot::start(dovecot::Options::default())
            .await
            .map_err(|error| error.to_string())?;
        for (user, letters) in [("alice", of_alice(letters)), ("bob", of_bob(letters))] {
            server
                .store()
                .import_letters(user, letters)
                .await
                .map_err(|error| error.to_string())?;
        }
        Ok(Self::Lone(Box::new(server)))
    }

    /// What there is, for the person who started it.
    pub fn explained(&self) -> &'static str {
        match self {
            Self::Town(_) => {
                "Two accounts in a town of real servers: alice@north.test by IMAP, bob@south.test by POP3. What one sends, \
                 the other gets, by DNS, SMTP and LMTP. Close the window to end it."
            }
            Self::Lone(_) => {
                "Two accounts on a real server on this machine's loopback: alice by IMAP, bob by POP3. Nothing can be sent: a \
                 second mail server and DNS take root (run `sudo -v` first, or start the demo as root)."
            }
            Self::Files(_) => {
                "The mail town needs Linux, since its servers run in network namespaces there. Here Pli opens with sample letters \
                 on this computer and no account."
            }
        }
    }

    /// A command that sees this world's network and trusts its servers.
    pub fn command(&self, program: &Path) -> Command {
        let (mut command, trust) = match self {
            Self::Town(town) => (town.home().command(program), Some(town.ca_pem_path())),
            Self::Lone(server) => (Command::new(program), Some(server.ca_pem_path())),
            Self::Files(_) => (Command::new(program), None),
        };
        if let Some(trust) = trust {
            command.env("SSL_CERT_FILE", trust);
        }
        command
    }

    /// Sets up the accounts with `pli`, as a person would.
    pub fn add_accounts(&self, profile: &Profile, pli: &Path) -> Result {
        match self {
            Self::Town(_) => {
                let servers = |domain: &str, incoming: u16, outgoing: u16| {
                    (format!("mail.{domain}:{incoming}"), format!("mail.{domain}:{outgoing}"))
                };
                let (incoming, outgoing) = servers("north.test", 993, 465);
                self.add(
                    profile,
                    pli,
                    &[ALICE.email, ALICE.name, "imap", &incoming, &outgoing, "tls"],
                    &[],
                )?;
                let (incoming, outgoing) = servers("south.test", 995, 587);
                self.add(
                    profile,
                    pli,
                    &[BOB.email, BOB.name, "pop3", &incoming, &outgoing, "starttls"],
                    &[],
                )
            }
            Self::Lone(server) => {
                let (imap, pop3) = (
                    format!("localhost:{}", server.imaps().port()),
                    format!("localhost:{}", server.pop3s().port()),
                );
                self.add(
                    profile,
                    pli,
                    &[ALICE.email, ALICE.name, "imap", &imap, NOBODY, "tls"],
                    &["--unchecked"],
                )?;
                self.add(
                    profile,
                    pli,
                    &[BOB.email, BOB.name, "pop3", &pop3, NOBODY, "tls"],
                    &["--unchecked"],
                )
            }
            Self::Files(letters) => self.import(profile, pli, letters),
        }
    }

    fn add(&self, profile: &Profile, pli: &Path, words: &[&str; 6], more: &[&str]) -> Result {
        let [email, name, mode, incoming, outgoing, outgoing_security] = words;
        let mut command = profile.enter(self.command(pli));
        command.args(["account", "add", "--email", email, "--name", name, "--mode", mode]);
        command.args(["--incoming", incoming, "--incoming-security", "tls"]);
        command.args(["--outgoing", outgoing, "--outgoing-security", outgoing_security]);
        command.arg("--password-stdin").args(more).stdin(Stdio::piped());
        let mut child = command.spawn().map_err(|error| format!("pli: {error}"))?;
        if let Some(mut pipe) = child.stdin.take() {
            pipe.write_all(b"secret\n").map_err(|error| error.to_string())?;
        }
        let status = child.wait().map_err(|error| error.to_string())?;
        if status.success() {
            Ok(())
        } else {
            Err(format!("the account {email} could not be added ({status})"))
        }
    }

    fn import(&self, profile: &Profile, pli: &Path, letters: &[Letter]) -> Result {
        let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
        let mut files = Vec::new();
        for (number, letter) in letters.iter().enumerate() {
            let file = folder.path().join(format!("{number:05}.eml"));
            std::fs::write(&file, &letter.raw).map_err(|error| error.to_string())?;
            files.push(file);
        }
        // In portions: command lines are bounded, on Windows to 32,767 characters.
        for portion in files.chunks(100) {
            let mut command = profile.enter(self.command(pli));
            command.arg("import").args(portion).args(["--into", "Inbox"]);
            steps::run("letters", command)?;
        }
        Ok(())
    }

    /// Has somebody write to Alice, so that a letter is seen to arrive.
    pub fn greet(&self) {
        let Self::Town(town) = self else { return };
        let letter = "From: Bob South <bob@south.test>\r\nTo: Alice North <alice@north.test>\r\nSubject: This one just came all the way\r\n\
                      MIME-Version: 1.0\r\nContent-Type: text/plain; charset=UTF-8\r\n\r\nHello Alice,\r\n\r\nsouth.test asked the town's DNS where \
                      north.test takes its letters, and here it is. Look at its journey, and answer it: I read by POP3, one account \
                      further down.\r\n\r\nBob\r\n";
        if let Err(error) = town.post(BOB.email, ALICE.email, letter.as_bytes()) {
            eprintln!("{error}");
        }
    }

    /// Folders that must be gone once the world is.
    pub fn traces(&self) -> Vec<PathBuf> {
        match self {
            Self::Town(town) => vec![town.dir().to_owned()],
            Self::Lone(server) => server.ca_pem_path().parent().map(Path::to_owned).into_iter().collect(),
            Self::Files(_) => Vec::new(),
        }
    }
}

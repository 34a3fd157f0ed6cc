//! Dovecot's IMAP process on a pipe, signed in from behind (`imap -u USER`): the shortest way to what the server
//! would serve, and a second client for tests. It trusts its peer.

use crate::encode;
use crate::error::{Doing, Error, Result};
use crate::letters::Letter;
use pli_model::Timestamp;
use std::path::Path;
use std::process::Stdio;
use time::OffsetDateTime;
use time::macros::format_description;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};

/// A session.
pub struct ImapPipe {
    child: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
}

impl ImapPipe {
    /// Starts a session for that user. The server must run: it knows where the user's mail is.
    pub(super) async fn open(conf: &Path, user: &str) -> Result<Self> {
        let mut child = Command::new("/usr/lib/dovecot/imap")
            .arg("-c")
            .arg(conf)
            .args(["-u", user])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .doing("/usr/lib/dovecot/imap")?;
        let (Some(to), Some(from)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(unexpected("no pipe"));
        };
        let mut pipe = Self {
            child,
            to,
            from: BufReader::new(from),
        };
        let greeting = pipe.line().await?;
        if greeting.starts_with("* PREAUTH") {
            Ok(pipe)
        } else {
            Err(unexpected(&format!("user {user}: {greeting:?}")))
        }
    }

    /// Runs a command, given without its tag; answers the untagged lines, literals in their places, and then the tagged
    /// one without its tag. Errors unless that says OK.
    pub async fn ask(&mut self, command: &str) -> Result<Vec<String>> {
        self.send(format!("x {command}\r\n").as_bytes()).await?;
        let mut answers = Vec::new();
        loop {
            let answer = self.logical_line().await?;
            match answer.strip_prefix("x ") {
                Some(status) if status.starts_with("OK") => {
                    answers.push(status.to_owned());
                    return Ok(answers);
                }
                Some(_) => return Err(unexpected(&format!("{command}: {answer}"))),
                None => answers.push(answer),
            }
        }
    }

    /// Every letter of a mailbox, by UID.
    pub async fn fetch_all(&mut self, mailbox: &str) -> Result<Vec<Vec<u8>>> {
        self.command(&format!("x EXAMINE {}\r\n", quoted(mailbox)), |_| ())
            .await?;
        let mut letters = Vec::new();
        self.command("x UID FETCH 1:* (BODY.PEEK[])\r\n", |literal| letters.push(literal))
            .await?;
        Ok(letters)
    }

    /// Appends letters, many in one command where they go to the same mailbox (RFC 3502), making mailboxes that are missing.
    pub async fn append(&mut self, letters: &[Letter]) -> Result<()> {
        for run in letters.chunk_by(|one, next| one.mailbox == next.mailbox) {
            let Some(first) = run.first() else { continue };
            let name = quoted(&first.mailbox);
            // Refused when it exists: what matters is that the append succeeds.
            let _ = self.command(&format!("x CREATE {name}\r\n"), |_| ()).await;
            let mut bytes = format!("x APPEND {name}").into_bytes();
            for letter in run {
                let mut flags: Vec<&str> = letter.flags.imap_names().collect();
                flags.extend(letter.keywords.iter().map(String::as_str));
                let date = internal_date(letter.received);
                bytes.extend(format!(" ({}) \"{date}\" {{{}+}}\r\n", flags.join(" "), letter.raw.len()).into_bytes());
                bytes.extend(&letter.raw);
            }
            bytes.extend(b"\r\n");
            self.send(&bytes).await?;
            self.answer(|_| ()).await?;
        }
        Ok(())
    }

    /// Says good-bye and waits for the end.
    pub async fn close(mut self) -> Result<()> {
        self.command("x LOGOUT\r\n", |_| ()).await?;
        drop(self.to);
        self.child.wait().await.doing("imap pipe")?;
        Ok(())
    }

    async fn command(&mut self, command: &str, literal: impl FnMut(Vec<u8>)) -> Result<()> {
        self.send(command.as_bytes()).await?;
        self.answer(literal).await
    }

    async fn send(&mut self, bytes: &[u8]) -> Result<()> {
        self.to.write_all(bytes).await.doing("imap pipe")
    }

    /// Reads up to the tagged line, handing out literals; errors unless it says OK.
    async fn answer(&mut self, mut literal: impl FnMut(Vec<u8>)) -> Result<()> {
        loop {
            let line = self.line().await?;
            if let Some(status) = line.strip_prefix("x ") {
                return if status.starts_with("OK") {
                    Ok(())
                } else {
                    Err(unexpected(&line))
                };
            }
            if let Some(size) = literal_size(&line) {
                literal(self.octets(size).await?);
            }
        }
    }

    /// A line with its literals and what follows them.
    async fn logical_line(&mut self) -> Result<String> {
        let mut whole = self.line().await?;
        while let Some(size) = literal_size(&whole) {
            let octets = self.octets(size).await?;
            whole += "\r\n";
            whole += &String::from_utf8_lossy(&octets);
            whole += &self.line().await?;
        }
        Ok(whole)
    }

    async fn octets(&mut self, count: usize) -> Result<Vec<u8>> {
        let mut bytes = vec![0; count];
        self.from.read_exact(&mut bytes).await.doing("imap pipe")?;
        Ok(bytes)
    }

    async fn line(&mut self) -> Result<String> {
        let mut line = Vec::new();
        self.from.read_until(b'\n', &mut line).await.doing("imap pipe")?;
        if line.is_empty() {
            return Err(unexpected("the server's process ended"));
        }
        Ok(String::from_utf8_lossy(&line).trim_end_matches(['\r', '\n']).to_owned())
    }
}

/// The size of the literal that this line announces at its end.
fn literal_size(line: &str) -> Option<usize> {
    line.strip_suffix('}')?.rsplit_once('{')?.1.parse().ok()
}

fn quoted(mailbox: &str) -> String {
    format!(
        "\"{}\"",
        encode::modified_utf7(mailbox)
            .replace('\\', "\\\\")
            .replace('"', "\\\"")
    )
}

fn internal_date(at: Timestamp) -> String {
    let format = format_description!("[day padding:space]-[month repr:short]-[year] [hour]:[minute]:[second] +0000");
    OffsetDateTime::from_unix_timestamp(at.secs())
        .ok()
        .and_then(|date| date.format(format).ok())
        .unwrap_or_else(|| " 1-Jan-1970 00:00:00 +0000".to_owned())
}

fn unexpected(what: &str) -> Error {
    Error::Server {
        what: format!("imap pipe: {what}"),
        log: String::new(),
    }
}

//! The letters that a Dovecot holds, reached from behind: without a port, a password or a network.

use super::config::Storage;
use super::imap_pipe::ImapPipe;
use super::maildir;
use crate::error::{Doing, Error, Result};
use crate::letters::Letter;
use crate::os::Ids;
use std::path::{Path, PathBuf};
use tokio::process::Command;

/// The mail of one Dovecot.
pub struct MailStore {
    dir: PathBuf,
    storage: Storage,
    owner: Ids,
}

impl MailStore {
    pub(crate) fn new(dir: &Path, storage: Storage, owner: Ids) -> Self {
        Self {
            dir: dir.to_owned(),
            storage,
            owner,
        }
    }

    /// Puts raw letters into a mailbox, unread, received now; makes the mailbox when it is not there. Answers how many.
    ///
    /// Maildir files are written directly (some ten thousand a second), so the server sees them at the next look;
    /// for [`Storage::Sdbox`] the server must run.
    pub async fn import(
        &self,
        user: &str,
        mailbox: &str,
        letters: impl IntoIterator<Item = impl AsRef<[u8]>>,
    ) -> Result<usize> {
        let letters = letters.into_iter().map(|raw| Letter {
            mailbox: mailbox.to_owned(),
            ..Letter::from(raw.as_ref().to_vec())
        });
        self.import_letters(user, letters).await
    }

    /// Puts letters where they say, with their flags and the moment they were received. Answers how many.
    pub async fn import_letters(&self, user: &str, letters: impl IntoIterator<Item = Letter>) -> Result<usize> {
        match self.storage {
            Storage::Maildir => {
                let root = self.dir.join("mail").join(user.to_lowercase()).join("mail");
                maildir::write(&root, self.owner, letters)
            }
            Storage::Sdbox => {
                let mut pipe = ImapPipe::open(&self.conf(), user).await?;
                let mut count = 0;
                let mut letters = letters.into_iter().peekable();
                while letters.peek().is_some() {
                    let batch: Vec<Letter> = letters.by_ref().take(500).collect();
                    count += batch.len();
                    pipe.append(&batch).await?;
                }
                pipe.close().await?;
                Ok(count)
            }
        }
    }

    /// Every letter of a mailbox as the server serves it, in the order of their UIDs.
    pub async fn raw_letters(&self, user: &str, mailbox: &str) -> Result<Vec<Vec<u8>>> {
        let mut pipe = ImapPipe::open(&self.conf(), user).await?;
        let letters = pipe.fetch_all(mailbox).await?;
        pipe.close().await?;
        Ok(letters)
    }

    /// A session of another mail client with that user's mail, on a pipe. The server must run.
    pub async fn imap_pipe(&self, user: &str) -> Result<ImapPipe> {
        ImapPipe::open(&self.conf(), user).await
    }

    /// Runs `doveadm` with these arguments and answers what it printed. The server must run for most of them.
    pub async fn doveadm(&self, args: &[&str]) -> Result<String> {
        let output = Command::new(super::program("doveadm")?)
            .arg("-c")
            .arg(self.conf())
            .args(args)
            .output()
            .await
            .doing("doveadm")?;
        let mut text = String::from_utf8_lossy(&output.stdout).into_owned();
        if output.status.success() {
            return Ok(text);
        }
        text.push_str(&String::from_utf8_lossy(&output.stderr));
        Err(Error::Command {
            command: format!("doveadm {}", args.join(" ")),
            status: output.status.to_string(),
            output: text,
        })
    }

    fn conf(&self) -> PathBuf {
        self.dir.join("dovecot.conf")
    }
}

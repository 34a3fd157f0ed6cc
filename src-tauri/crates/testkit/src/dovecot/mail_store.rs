//! The letters that a Dovecot holds, reached from behind: without a port, a password or a network.

use super::config::Storage;
use super::imap_pipe::ImapPipe;
use crate::error::{Doing, Error, Result};
use crate::letters::Letter;
use crate::os::{self, Ids};
use pli_model::Flags;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};
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
            Storage::Maildir => self.write_maildir(user, letters),
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

    fn write_maildir(&self, user: &str, letters: impl IntoIterator<Item = Letter>) -> Result<usize> {
        let root = self.dir.join("mail").join(user.to_lowercase()).join("mail");
        // Names sort as they were written: the server numbers new files in that order. The clock keeps two imports apart.
        let batch = SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default().as_micros();
        let mut count = 0;
        for letter in letters {
            let folder = if letter.mailbox == "INBOX" {
                root.clone()
            } else {
                root.join(&letter.mailbox)
            };
            let cur = folder.join("cur");
            if !cur.exists() {
                self.make_maildir(&folder)?;
            }
            let bare = letter.raw.iter().zip(std::iter::once(&0).chain(&letter.raw));
            let added = bare
                .filter(|(byte, before)| **byte == b'\n' && **before != b'\r')
                .count();
            let (size, wire) = (letter.raw.len(), letter.raw.len() + added);
            let flags = maildir_flags(letter.flags);
            let name = format!(
                "{}.M{:06}P{count:09}.pli,S={size},W={wire}:2,{flags}",
                batch / 1_000_000,
                batch % 1_000_000
            );
            let path = cur.join(name);
            std::fs::write(&path, &letter.raw).doing(path.display())?;
            os::give(&path, self.owner)?;
            let received =
                SystemTime::UNIX_EPOCH + Duration::from_secs(u64::try_from(letter.received.secs()).unwrap_or(0));
            std::fs::File::options()
                .write(true)
                .open(&path)
                .and_then(|file| file.set_modified(received))
                .doing(path.display())?;
            count += 1;
        }
        Ok(count)
    }

    /// A maildir with all folders above it, every one given to the owner of the mail.
    fn make_maildir(&self, folder: &Path) -> Result<()> {
        let mail = self.dir.join("mail");
        let mut above: Vec<&Path> = folder.ancestors().take_while(|path| *path != mail).collect();
        above.reverse();
        let inside = ["cur", "new", "tmp"].map(|name| folder.join(name));
        for path in above
            .into_iter()
            .chain(inside.iter().map(PathBuf::as_path))
            .filter(|path| !path.exists())
        {
            std::fs::create_dir(path).doing(path.display())?;
            os::give(path, self.owner)?;
        }
        Ok(())
    }
}

/// The letters after `:2,` in ASCII order, as the maildir format asks.
fn maildir_flags(flags: Flags) -> String {
    [
        (Flags::DRAFT, 'D'),
        (Flags::FLAGGED, 'F'),
        (Flags::ANSWERED, 'R'),
        (Flags::SEEN, 'S'),
        (Flags::DELETED, 'T'),
    ]
    .into_iter()
    .filter(|(flag, _)| flags.contains(*flag))
    .map(|(_, letter)| letter)
    .collect()
}

//! Letters into Pli: `.eml` files and mbox files, into a mailbox that is only on this computer.

use crate::{Engine, EngineError, Field, Result};
use pli_model::{AccountId, Flags, MailboxId, Role, Timestamp};
use pli_store::{NewMailbox, NewPlacement};
use std::path::PathBuf;

/// Letters kept at a time.
const BATCH: usize = 500;

/// What an import did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Imported {
    /// Letters taken in.
    pub letters: u64,
    /// Octets of them.
    pub octets: u64,
}

impl Engine {
    /// Takes letters from files into the mailbox `path` of an account, made when it does not exist. A file that
    /// begins with `From ` is an mbox, any other is one letter.
    pub async fn import(&self, account: AccountId, path: &str, files: &[PathBuf]) -> Result<Imported> {
        let mailbox = self.local_mailbox(account, path).await?;
        let mut imported = Imported::default();
        for file in files {
            let bytes = tokio::fs::read(file).await.map_err(EngineError::file(file))?;
            let letters = if bytes.starts_with(b"From ") {
                split_mbox(&bytes)
            } else {
                vec![bytes]
            };
            for batch in letters.chunks(BATCH) {
                imported.letters += batch.len() as u64;
                imported.octets += batch.iter().map(|raw| raw.len() as u64).sum::<u64>();
                self.take_in(mailbox, batch.to_vec()).await?;
            }
        }
        Ok(imported)
    }

    async fn local_mailbox(&self, account: AccountId, path: &str) -> Result<MailboxId> {
        let (wanted, shown) = (path.to_owned(), path.to_owned());
        self.inner
            .store
            .write(move |writer| {
                let protocol = writer.account(account)?.protocol;
                Ok(match writer.mailbox_at(account, &wanted)? {
                    Some(mailbox) if mailbox.on_server && protocol == pli_model::Protocol::Imap => None,
                    Some(mailbox) => Some(mailbox.id),
                    None => {
                        let new = NewMailbox::local(&wanted, Role::Other);
                        Some(writer.put_mailbox(account, &new)?)
                    }
                })
            })
            .await?
            .ok_or_else(|| {
                EngineError::invalid(
                    Field::Mailbox,
                    format!("{shown} is on the server; name a mailbox that is only on this computer, or a new one"),
                )
            })
    }

    async fn take_in(&self, mailbox: MailboxId, batch: Vec<Vec<u8>>) -> Result<()> {
        let now = self.inner.clock.now();
        let digests = self.inner.store.put_bodies(batch.clone()).await?;
        let summaries = tokio::task::spawn_blocking(move || {
            batch
                .iter()
                .map(|raw| (raw.len() as u64, pli_mime::summarize(raw)))
                .collect::<Vec<_>>()
        })
        .await?;
        self.inner
            .store
            .write(move |writer| {
                for ((size, summary), digest) in summaries.iter().zip(digests) {
                    let received: Timestamp = summary.envelope.date.unwrap_or(now).min(now);
                    writer.add_placement(&NewPlacement {
                        mailbox,
                        uid: None,
                        uidl: None,
                        flags: Flags::SEEN,
                        keywords: Vec::new(),
                        received,
                        size: *size,
                        envelope: &summary.envelope,
                        snippet: summary.snippet.clone(),
                        has_attachments: summary.has_attachments,
                        digest: Some(digest),
                        object_id: None,
                    })?;
                }
                Ok(())
            })
            .await?;
        Ok(())
    }
}

/// The letters of an mbox: each begins after a line `From ` that opens the file or follows an empty line. One
/// level of `mboxrd` quoting is taken off, and the empty line that ends each letter.
fn split_mbox(bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut letters: Vec<Vec<u8>> = Vec::new();
    let mut after_empty = true;
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        if after_empty && line.starts_with(b"From ") {
            letters.push(Vec::new());
        } else if let Some(letter) = letters.last_mut() {
            let quoted = line.starts_with(b">")
                && line
                    .iter()
                    .position(|byte| *byte != b'>')
                    .and_then(|at| line.get(at..))
                    .is_some_and(|rest| rest.starts_with(b"From "));
            letter.extend_from_slice(if quoted {
                line.get(1..).unwrap_or_default()
            } else {
                line
            });
        }
        after_empty = matches!(line, b"\n" | b"\r\n");
    }
    for letter in &mut letters {
        for end in [&b"\r\n\r\n"[..], b"\n\n"] {
            if letter.ends_with(end) {
                letter.truncate(letter.len() - end.len() / 2);
                break;
            }
        }
    }
    letters
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_mbox_falls_into_its_letters() {
        let mbox = b"From a@b.test Thu Jan  1 00:00:00 1970\nSubject: one\n\nFrom\n>From here\n\nFrom c@d.test x\nSubject: two\n\nend\n\n";
        let letters = split_mbox(mbox);
        assert_eq!(
            letters,
            [
                b"Subject: one\n\nFrom\nFrom here\n".to_vec(),
                b"Subject: two\n\nend\n".to_vec()
            ]
        );
    }
}

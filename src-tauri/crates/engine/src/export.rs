//! Letters out of Pli: one file each, byte by byte as they came, or one mbox file (RFC 4155, `mboxrd` quoting).

use crate::{Engine, EngineError, Result};
use pli_model::{MailboxId, PlacementId, Timestamp};
use pli_store::View;
use std::io::Write;
use std::path::Path;
use time::OffsetDateTime;
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;

/// What an export did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Exported {
    /// Letters written.
    pub letters: u64,
    /// Letters of which only the header is here.
    pub incomplete: u64,
}

impl Engine {
    /// Writes each letter of a mailbox into `folder` as `<id>.eml`.
    pub async fn export_eml(&self, mailbox: MailboxId, folder: &Path) -> Result<Exported> {
        std::fs::create_dir_all(folder).map_err(EngineError::file(folder))?;
        let folder = folder.to_owned();
        self.each(mailbox, move |id, _, raw| {
            let path = folder.join(format!("{id}.eml"));
            std::fs::write(&path, raw).map_err(EngineError::file(&path))
        })
        .await
    }

    /// Writes the letters of a mailbox into one mbox file, oldest first, replacing a file that is there.
    pub async fn export_mbox(&self, mailbox: MailboxId, file: &Path) -> Result<Exported> {
        let path = file.to_owned();
        let mut out = std::io::BufWriter::new(std::fs::File::create(file).map_err(EngineError::file(file))?);
        let exported = self
            .each(mailbox, |_, received, raw| {
                write_mbox(&mut out, received, raw).map_err(EngineError::file(&path))
            })
            .await?;
        out.flush().map_err(EngineError::file(file))?;
        Ok(exported)
    }

    async fn each(
        &self,
        mailbox: MailboxId,
        mut write: impl FnMut(PlacementId, Timestamp, &[u8]) -> Result<()>,
    ) -> Result<Exported> {
        let keys = self
            .inner
            .store
            .read(move |reader| reader.view_keys(&View::Mailbox(mailbox)))
            .await?;
        let mut exported = Exported::default();
        for key in keys.into_iter().rev() {
            match self.raw(key.placement).await? {
                Some(raw) => {
                    write(key.placement, key.received, &raw)?;
                    exported.letters += 1;
                }
                None => exported.incomplete += 1,
            }
        }
        Ok(exported)
    }
}

fn write_mbox(out: &mut impl Write, received: Timestamp, raw: &[u8]) -> std::io::Result<()> {
    writeln!(out, "From pli@localhost {}", asctime(received))?;
    for line in raw.split_inclusive(|byte| *byte == b'\n') {
        let quoted = line.iter().position(|byte| *byte != b'>').and_then(|at| line.get(at..));
        if quoted.is_some_and(|rest| rest.starts_with(b"From ")) {
            out.write_all(b">")?;
        }
        out.write_all(line)?;
    }
    let end: &[u8] = if raw.ends_with(b"\n") { b"\n" } else { b"\n\n" };
    out.write_all(end)
}

/// `Thu Jan  1 00:00:00 1970`, UTC, as mbox readers expect it; the epoch for years that calendars do not reach.
fn asctime(moment: Timestamp) -> String {
    const FORMAT: &[BorrowedFormatItem<'_>] = format_description!(
        "[weekday repr:short] [month repr:short] [day padding:space] [hour]:[minute]:[second] [year]"
    );
    let when = OffsetDateTime::from_unix_timestamp(moment.secs()).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    when.format(FORMAT).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn from_lines_are_quoted_and_dates_are_right() {
        let mut out = Vec::new();
        write_mbox(
            &mut out,
            Timestamp::from_secs(951_782_400),
            b"Subject: x\r\n\r\nFrom here\r\n>From there\r\nend",
        )
        .unwrap();
        let text = String::from_utf8(out).unwrap();
        assert_eq!(
            text,
            "From pli@localhost Tue Feb 29 00:00:00 2000\nSubject: x\r\n\r\n>From here\r\n>>From there\r\nend\n\n"
        );
        assert_eq!(asctime(Timestamp(0)), "Thu Jan  1 00:00:00 1970");
    }
}

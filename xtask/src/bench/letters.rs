//! What is read: a folder of real letters, or generated ones.

use crate::Result;
use pli_model::Timestamp;
use pli_testkit::letters::{Letter, bulk};
use std::path::{Path, PathBuf};

/// The generated letters are dated up to here.
const NOW: Timestamp = Timestamp::from_secs(1_790_000_000);

/// So many generated letters, about a kilobyte each.
pub fn generated(count: usize) -> impl Iterator<Item = Letter> {
    bulk(count, NOW)
}

/// One letter of about so many octets, nearly all of them an attachment in base64.
pub fn great(octets: usize) -> Letter {
    let line = format!("{}\r\n", "UGxp".repeat(19));
    let mut raw = String::with_capacity(octets + 4096);
    raw.push_str(
        "From: Ada <ada@many.test>\r\nTo: alice@north.test\r\nSubject: The film\r\nMessage-ID: <great@many.test>\r\n\
         Date: Mon, 21 Sep 2026 14:13:20 +0000\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=edge\r\n\r\n\
         --edge\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nHere it is.\r\n\
         --edge\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\
         Content-Disposition: attachment; filename=film.bin\r\n\r\n",
    );
    while raw.len() < octets {
        raw.push_str(&line);
    }
    raw.push_str("--edge--\r\n");
    Letter {
        received: NOW,
        ..Letter::from(raw.into_bytes())
    }
}

/// The `.eml` files of a folder and those below it, by name.
pub fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let told = |error: std::io::Error| format!("{}: {error}", folder.display());
        for entry in std::fs::read_dir(&folder).map_err(told)? {
            let path = entry.map_err(told)?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "eml") {
                found.push(path);
            }
        }
    }
    if found.is_empty() {
        return Err(format!("{} holds no .eml file", folder.display()));
    }
    found.sort();
    Ok(found)
}

/// The letters in these files, read one by one, received ten minutes apart in that order.
pub fn in_files(files: &[PathBuf]) -> Result<Vec<Letter>> {
    let letter = |(number, path): (usize, &PathBuf)| {
        let raw = std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
        let back = i64::try_from(files.len() - number).unwrap_or_default() * 600;
        Ok(Letter {
            received: Timestamp::from_secs(NOW.secs() - back),
            ..Letter::from(raw)
        })
    };
    files.iter().enumerate().map(letter).collect()
}

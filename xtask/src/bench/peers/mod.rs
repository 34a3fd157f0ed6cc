//! The programs that Pli is measured beside, each with a configuration of its own in a fresh folder.

pub mod fetchmail;
pub mod getmail;
pub mod mbsync;
pub mod mpop;

use crate::Result;
use std::path::{Path, PathBuf};
use std::process::Command;

/// An empty Maildir in this folder.
fn make_maildir(folder: &Path) -> Result<PathBuf> {
    let maildir = folder.join("inbox");
    for part in ["cur", "new", "tmp"] {
        std::fs::create_dir_all(maildir.join(part)).map_err(|error| error.to_string())?;
    }
    Ok(maildir)
}

/// Errors unless so many letters are in the Maildir.
fn expect_in_maildir(maildir: &Path, letters: usize) -> Result {
    let here = ["cur", "new"].map(|part| std::fs::read_dir(maildir.join(part)).map_or(0, Iterator::count));
    expect(here.iter().sum(), letters)
}

fn expect(here: usize, letters: usize) -> Result {
    if here == letters {
        return Ok(());
    }
    Err(format!("{here} of {letters} letters are here"))
}

/// Writes a configuration that holds a password: some programs refuse one that others may read.
fn write_secret(file: &Path, text: &str) -> Result {
    std::fs::write(file, text).map_err(|error| format!("{}: {error}", file.display()))?;
    change("chmod", &["600"], file)
}

/// `chmod` or `chown`, as programs, since this is also built for systems that have neither.
fn change(program: &str, how: &[&str], path: &Path) -> Result {
    let output = Command::new(program).args(how).arg(path).output();
    let output = output.map_err(|error| format!("{program}: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    Err(String::from_utf8_lossy(&output.stderr).into_owned())
}

//! mpop: into a fresh Maildir.

use super::{expect_in_maildir, make_maildir, write_secret};
use crate::Result;
use crate::bench::measure::{Run, measure};
use std::net::SocketAddr;
use std::process::Command;

/// One first reading of `letters` letters.
pub fn run(server: SocketAddr, letters: usize) -> Result<Run> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let maildir = make_maildir(folder.path())?;
    let config = folder.path().join("mpoprc");
    let text = format!(
        "account default\nhost {}\nport {}\nuser alice\npassword secret\nauth user\ntls off\nkeep on\n\
         uidls_file {}\ndelivery maildir {}\n",
        server.ip(),
        server.port(),
        folder.path().join("uidls").display(),
        maildir.display(),
    );
    write_secret(&config, &text)?;
    let mut command = Command::new("mpop");
    command.arg("--quiet").arg("--file").arg(&config);
    let run = measure(command)?;
    expect_in_maildir(&maildir, letters)?;
    Ok(run)
}

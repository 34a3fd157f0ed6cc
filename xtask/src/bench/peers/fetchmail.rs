//! fetchmail. It keeps no letters itself: without a mail server on the machine it hands each one to a process of its own,
//! which here throws it away.

use super::{expect, write_secret};
use crate::Result;
use crate::bench::measure::{Run, measure};
use std::net::SocketAddr;
use std::process::Command;

/// One first reading of `letters` letters.
pub fn run(server: SocketAddr, letters: usize) -> Result<Run> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let config = folder.path().join("fetchmailrc");
    let delivered = folder.path().join("delivered");
    // A dot a letter, to count them; `exec`, so that it stays one process.
    let text = format!(
        "poll {} protocol pop3 service {} auth password\n  user alice password secret\n  sslproto '' no sslcertck\n  \
         keep fetchall\n  mda \"printf . >>{}; exec cat >/dev/null\"\n",
        server.ip(),
        server.port(),
        delivered.display(),
    );
    write_secret(&config, &text)?;
    let mut command = Command::new("fetchmail");
    command.env("FETCHMAILHOME", folder.path());
    command
        .args(["--silent", "--nosyslog"])
        .arg("--fetchmailrc")
        .arg(&config);
    command.arg("--pidfile").arg(folder.path().join("pid"));
    let run = measure(command)?;
    let dots = std::fs::read(&delivered).unwrap_or_default();
    expect(dots.len(), letters)?;
    Ok(run)
}

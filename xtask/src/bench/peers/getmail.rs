//! getmail: into a fresh Maildir.
//!
//! It gives each letter to a child process, and where it misses the end of one it waits for that in vain and gives up
//! (<https://github.com/getmail6/getmail6/issues/226>). Among thousands of letters that happens, and then it forgets what it
//! has read. Such a run is thrown away: only one in which it reads everything counts.

use super::{change, expect_in_maildir, make_maildir, write_secret};
use crate::bench::measure::{Run, measure};
use crate::{Result, packages};
use std::net::SocketAddr;
use std::process::Command;

/// How long it waits, in seconds, before it gives up.
const TIMEOUT: u32 = 30;
/// So many runs it has to read everything in one.
const TRIES: u32 = 10;

/// One first reading of `letters` letters, in the first run that it does not give up.
pub fn run(server: SocketAddr, letters: usize) -> Result<Run> {
    let mut outcome = read(server, letters);
    for _ in 1..TRIES {
        match &outcome {
            Err(error) if error.contains("waiting child pid") => outcome = read(server, letters),
            _ => break,
        }
    }
    outcome
}

fn read(server: SocketAddr, letters: usize) -> Result<Run> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let maildir = make_maildir(folder.path())?;
    let user = if packages::is_root() {
        // It never delivers as root: as root it needs somebody else, who may write there.
        change("chmod", &["755"], folder.path())?;
        change("chown", &["--recursive", "mail:mail"], &maildir)?;
        "user = mail\n"
    } else {
        ""
    };
    let text = format!(
        "[retriever]\ntype = SimplePOP3Retriever\nserver = {}\nport = {}\nusername = alice\npassword = secret\n\
         timeout = {TIMEOUT}\n[destination]\ntype = Maildir\npath = {}/\n{user}\
         [options]\ndelete = false\nread_all = true\n",
        server.ip(),
        server.port(),
        maildir.display(),
    );
    write_secret(&folder.path().join("getmailrc"), &text)?;
    let mut command = Command::new("getmail");
    command.arg("--quiet").arg("--getmaildir").arg(folder.path());
    let run = measure(command)?;
    expect_in_maildir(&maildir, letters)?;
    Ok(run)
}

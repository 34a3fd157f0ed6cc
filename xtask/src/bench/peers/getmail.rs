//! getmail: into a fresh Maildir.
//!
//! It gives each letter to a child process, and where it misses the end of one it waits for that in vain and gives up
//! (<https://github.com/getmail6/getmail6/issues/226>). Among thousands of letters that happens. It is then run again, as
//! cron would do, and goes on after the letters that it remembers; the one it waited for comes twice.

use super::{change, expect_in_maildir, make_maildir, write_secret};
use crate::bench::measure::{Run, attempt};
use crate::{Result, packages};
use std::net::SocketAddr;
use std::process::Command;

/// How long it waits in vain, in seconds. Not counted: it would be there without that.
const TIMEOUT: u32 = 30;
/// After so many times it may give up.
const PATIENCE: usize = 40;

/// One first reading of `letters` letters.
pub fn run(server: SocketAddr, letters: usize) -> Result<Run> {
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
         [options]\ndelete = false\nread_all = false\n",
        server.ip(),
        server.port(),
        maildir.display(),
    );
    write_secret(&folder.path().join("getmailrc"), &text)?;
    let mut all = Run::default();
    for stalls in 0..PATIENCE {
        let mut command = Command::new("getmail");
        command.arg("--quiet").arg("--getmaildir").arg(folder.path());
        let (run, end) = attempt(command)?;
        all.seconds += run.seconds;
        all.peak_mib = all.peak_mib.max(run.peak_mib);
        match end {
            Ok(()) => return expect_in_maildir(&maildir, letters + stalls).map(|()| all),
            Err(error) if error.contains("waiting child pid") => all.seconds -= f64::from(TIMEOUT),
            Err(error) => return Err(error),
        }
    }
    Err(format!("it gave up {PATIENCE} times"))
}

//! mbsync (isync): every mailbox into a fresh Maildir.

use super::expect_in_maildir;
use crate::Result;
use crate::bench::measure::{Run, measure};
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;

/// Whether it waits until letters are on the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// It does, for every file.
    AsShipped,
    /// It does not: how fast it would be on a disk that costs nothing.
    None,
}

/// One first sync of `letters` letters.
pub fn run(server: SocketAddr, letters: usize, durability: Durability) -> Result<Run> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    // It makes mailboxes, but not the folder for them.
    std::fs::create_dir(folder.path().join("mail")).map_err(|error| error.to_string())?;
    let config = folder.path().join("mbsyncrc");
    std::fs::write(&config, text(server, folder.path(), durability)).map_err(|error| error.to_string())?;
    let mut command = Command::new("mbsync");
    command.arg("--config").arg(&config).args(["--quiet", "bench"]);
    let run = measure(command)?;
    expect_in_maildir(&folder.path().join("inbox"), letters)?;
    Ok(run)
}

fn text(server: SocketAddr, folder: &Path, durability: Durability) -> String {
    let sync = match durability {
        Durability::AsShipped => "",
        Durability::None => "FSync no\n\n",
    };
    format!(
        "{sync}IMAPAccount bench\nHost {}\nPort {}\nUser alice\nPass secret\nSSLType None\nAuthMechs LOGIN\n\n\
         IMAPStore far\nAccount bench\n\n\
         MaildirStore near\nPath {folder}/mail/\nInbox {folder}/inbox\nSubFolders Verbatim\n\n\
         Channel bench\nFar :far:\nNear :near:\nPatterns *\nCreate Near\nSyncState *\n",
        server.ip(),
        server.port(),
        folder = folder.display(),
    )
}

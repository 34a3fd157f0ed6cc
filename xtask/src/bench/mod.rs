//! `cargo xtask bench`: Pli beside its peers, in the same run, on the same letters, on this machine.

mod bare;
mod imap;
mod letters;
mod measure;
mod options;
mod peers;
mod pli;
mod pop;
mod server;
mod table;
mod turns;

use crate::Result;
use clap::Subcommand;

/// What is measured.
#[derive(Subcommand)]
pub enum What {
    /// The first sync of an IMAP mailbox, beside a bare reader and mbsync.
    Imap(imap::Options),
    /// The first sync of a POP3 mailbox, beside a bare reader, mpop, getmail and fetchmail.
    Pop(pop::Options),
}

pub fn run(what: &What) -> Result {
    match what {
        What::Imap(options) => imap::run(options),
        What::Pop(options) => pop::run(options),
    }
}

/// An error when any reader failed.
fn verdict(failures: &[String]) -> Result {
    if failures.is_empty() {
        return Ok(());
    }
    Err(format!("failed:\n  {}", failures.join("\n  ")))
}

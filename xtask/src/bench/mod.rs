//! `cargo xtask bench`: Pli beside its peers, in the same run, on the same letters, on this machine.

mod bare;
mod imap;
mod letters;
mod mbsync;
mod measure;
mod pli;
mod table;

use crate::Result;
use clap::Subcommand;

/// What is measured.
#[derive(Subcommand)]
pub enum What {
    /// The first sync of an IMAP mailbox, beside a bare reader and mbsync.
    Imap(imap::Options),
}

pub fn run(what: &What) -> Result {
    match what {
        What::Imap(options) => imap::run(options),
    }
}

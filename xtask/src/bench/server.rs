//! The server that everybody reads from.

use crate::Result;
use pli_testkit::letters::Letter;
use pli_testkit::{Dovecot, dovecot};
use std::time::Instant;

/// A server with letters in the inbox of alice.
pub struct Filled {
    pub server: Dovecot,
    pub letters: usize,
    /// What the server sends to one who reads them all.
    pub octets: u64,
}

impl Filled {
    /// Starts a server, fills it, and reads it once, untimed: the first look builds Dovecot's indexes.
    pub async fn start(
        letters: impl IntoIterator<Item = Letter>,
        read: impl AsyncFn(&Dovecot) -> Result<u64>,
    ) -> Result<Self> {
        let start = Instant::now();
        let options = dovecot::Options {
            place: dovecot::Place::Memory,
            ..dovecot::Options::default()
        };
        let server = Dovecot::start(options).await.map_err(|error| error.to_string())?;
        let filled = server.store().import_letters("alice", letters).await;
        let letters = filled.map_err(|error| error.to_string())?;
        let filled = start.elapsed();
        let octets = read(&server).await?;
        println!(
            "\n{letters} letters put in place in {:.1} s, and read for the first time in {:.1} s",
            filled.as_secs_f64(),
            (start.elapsed() - filled).as_secs_f64()
        );
        Ok(Self {
            server,
            letters,
            octets,
        })
    }
}

//! `cargo xtask bench imap`: a real Dovecot on loopback, and three readers of its letters by turns.
//!
//! Every reader starts with nothing in a fresh folder on the disk. The server's letters are in memory and its indexes made
//! before anything is timed. Everything is plain text, since neither the bare reader nor the wire speaks TLS: all have
//! the same.

use super::measure::Run;
use super::options::Common;
use super::peers::mbsync::{self, Durability};
use super::pli::{Pli, Protocol};
use super::server::Filled;
use super::table::Table;
use super::turns::by_turns;
use super::{bare, letters};
use crate::{Result, packages, town};
use clap::{Args, ValueEnum};
use pli_testkit::BadWire;
use pli_testkit::letters::Letter;
use pli_testkit::wire::{Direction, Rules};
use std::net::SocketAddr;
use std::time::Duration;

/// Each way of the long line.
const ONE_WAY: Duration = Duration::from_millis(100);
/// What a line into a home carries: 100 Mbit/s.
const HOME: u64 = 100_000_000 / 8;
/// Letters of the first case when there is no corpus.
const GENERATED: usize = 14_266;

#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    common: Common,
    /// Small letters of the large mailbox.
    #[arg(long, default_value_t = 100_000, value_name = "N")]
    letters: usize,
    /// Only these cases.
    #[arg(long, value_enum, num_args = 1..)]
    only: Vec<Case>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Case {
    /// The corpus, on loopback.
    Near,
    /// The corpus, with 100 ms each way and no other limit.
    Far,
    /// The corpus, with 100 ms each way and 100 Mbit/s.
    Home,
    /// The large mailbox, on loopback and on the line of `home`.
    Large,
}

#[derive(Clone, Copy)]
enum Reader {
    Bare,
    Mbsync,
    MbsyncUnsynced,
    Pli,
}

/// Who reads on loopback, in this order.
const NEAR: [(&str, Reader); 4] = [
    ("bare reader", Reader::Bare),
    ("mbsync", Reader::Mbsync),
    ("  not durable", Reader::MbsyncUnsynced),
    ("pli sync", Reader::Pli),
];
/// Who reads over a long line.
const FAR: [(&str, Reader); 2] = [("bare reader", Reader::Bare), ("pli sync", Reader::Pli)];

pub fn run(options: &Options) -> Result {
    let pli = options.common.prepare(packages::IMAP_PEERS)?;
    let mut failures = Vec::new();
    town::runtime()?.block_on(measure(options, &pli, &mut failures))?;
    println!("\nPlain text on loopback for all; medians; peak memory is the highest of all runs.");
    super::verdict(&failures)
}

async fn measure(options: &Options, pli: &Pli, failures: &mut Vec<String>) -> Result {
    let wants = |case| options.only.is_empty() || options.only.contains(&case);
    if [Case::Near, Case::Far, Case::Home].into_iter().any(wants) {
        let (letters, title) = match &options.common.corpus {
            Some(folder) => (letters::in_files(&letters::files(folder)?)?, "real letters"),
            None => (letters::generated(GENERATED).collect(), "generated letters"),
        };
        let bench = Bench::fill(letters, options.common.rounds, pli).await?;
        if wants(Case::Near) {
            bench.case(title, bench.filled.server.imap(), &NEAR, failures).await;
        }
        if wants(Case::Far) {
            bench.long_line(title, 0, failures).await?;
        }
        if wants(Case::Home) {
            bench.long_line(title, HOME, failures).await?;
        }
    }
    if wants(Case::Large) {
        let bench = Bench::fill(letters::generated(options.letters), options.common.rounds, pli).await?;
        bench
            .case("small letters", bench.filled.server.imap(), &NEAR, failures)
            .await;
        bench.long_line("small letters", HOME, failures).await?;
    }
    Ok(())
}

/// A server with letters, and how to measure there.
struct Bench<'a> {
    filled: Filled,
    rounds: usize,
    pli: &'a Pli,
}

impl<'a> Bench<'a> {
    async fn fill(letters: impl IntoIterator<Item = Letter>, rounds: usize, pli: &'a Pli) -> Result<Self> {
        let filled = Filled::start(letters, async |server| bare::imap::read_all(server.imap()).await).await?;
        Ok(Self { filled, rounds, pli })
    }

    /// Measures these readers by turns and prints their table.
    async fn case(
        &self,
        title: &str,
        server: SocketAddr,
        readers: &[(&'static str, Reader)],
        failures: &mut Vec<String>,
    ) {
        let read = async |reader| self.read(reader, server).await;
        let table = Table {
            title: title.to_owned(),
            letters: self.filled.letters,
            octets: self.filled.octets,
            peers: &["mbsync"],
            rows: by_turns(title, readers, self.rounds, failures, read).await,
        };
        table.print();
    }

    /// [`Self::case`], over a line of [`ONE_WAY`] that carries so many octets a second; 0 for no limit.
    async fn long_line(&self, title: &str, bytes_per_second: u64, failures: &mut Vec<String>) -> Result {
        let wire = BadWire::to(self.filled.server.imap())
            .await
            .map_err(|error| error.to_string())?;
        let rules = Rules {
            delay: ONE_WAY,
            bytes_per_second,
            ..Rules::default()
        };
        wire.set(Direction::ToServer, rules);
        wire.set(Direction::ToClient, rules);
        let limit = match bytes_per_second {
            0 => String::new(),
            limit => format!(", {} Mbit/s", limit * 8 / 1_000_000),
        };
        let title = format!("{title}, {} ms each way{limit}", ONE_WAY.as_millis());
        self.case(&title, wire.addr(), &FAR, failures).await;
        Ok(())
    }

    async fn read(&self, reader: Reader, server: SocketAddr) -> Result<Run> {
        let letters = self.filled.letters;
        match reader {
            Reader::Bare => bare::timed(bare::imap::read_all(server), self.filled.octets).await,
            Reader::Mbsync => mbsync::run(server, letters, Durability::AsShipped),
            Reader::MbsyncUnsynced => mbsync::run(server, letters, Durability::None),
            Reader::Pli => self.pli.run(Protocol::Imap, server, letters),
        }
    }
}

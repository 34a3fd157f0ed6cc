//! `cargo xtask bench imap`: a real Dovecot on loopback, and three readers of its letters by turns.
//!
//! Every reader starts with nothing in a fresh folder on the disk. The server's letters are in memory and its indexes made
//! before anything is timed. Everything is plain text, since neither the bare reader nor the wire speaks TLS: all have
//! the same.

use super::mbsync::Durability;
use super::measure::Run;
use super::pli::Pli;
use super::table::{Row, Table};
use super::{bare, letters, mbsync};
use crate::packages::{self, Consent};
use crate::{Result, shell, town};
use clap::{Args, ValueEnum};
use pli_testkit::letters::Letter;
use pli_testkit::wire::{Direction, Rules};
use pli_testkit::{BadWire, Dovecot, dovecot};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// Each way of the long line.
const ONE_WAY: Duration = Duration::from_millis(100);
/// What a line into a home carries: 100 Mbit/s.
const HOME: u64 = 100_000_000 / 8;
/// A reader that takes longer is not asked again: a disk on which syncing files is slow makes mbsync take many minutes, and
/// then the spread between its runs decides nothing.
const ENOUGH: Duration = Duration::from_secs(90);
/// Letters of the first case when there is no corpus.
const GENERATED: usize = 14_266;

#[derive(Args)]
pub struct Options {
    /// Real letters: a folder of .eml files. Without it, generated ones.
    #[arg(long, value_name = "DIR")]
    corpus: Option<PathBuf>,
    /// Small letters of the large mailbox.
    #[arg(long, default_value_t = 100_000, value_name = "N")]
    letters: usize,
    /// Each reader reads this often, by turns; the median counts.
    #[arg(long, default_value_t = 3, value_name = "N")]
    rounds: usize,
    /// Only these cases.
    #[arg(long, value_enum, num_args = 1..)]
    only: Vec<Case>,
    /// The program to measure, instead of building it from here.
    #[arg(long, value_name = "FILE")]
    pli: Option<PathBuf>,
    /// Install missing packages without asking.
    #[arg(long)]
    install: bool,
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
const NEAR: [Reader; 4] = [Reader::Bare, Reader::Mbsync, Reader::MbsyncUnsynced, Reader::Pli];

impl Reader {
    const fn name(self) -> &'static str {
        match self {
            Self::Bare => "bare reader",
            Self::Mbsync => "mbsync",
            Self::MbsyncUnsynced => "  not durable",
            Self::Pli => "pli sync",
        }
    }
}

pub fn run(options: &Options) -> Result {
    let consent = if options.install || packages::on_ci() {
        Consent::Given
    } else {
        Consent::Ask
    };
    packages::need(&[packages::SERVERS, packages::PEERS].concat(), consent)?;
    let program = match &options.pli {
        Some(named) => named.clone(),
        None => shell::build_cli(true)?,
    };
    let pli = Pli { program };
    let mut failures = Vec::new();
    town::runtime()?.block_on(measure(options, &pli, &mut failures))?;
    println!("\nPlain text on loopback for all; medians; peak memory is the highest of all runs.");
    if failures.is_empty() {
        return Ok(());
    }
    Err(format!("failed:\n  {}", failures.join("\n  ")))
}

async fn measure(options: &Options, pli: &Pli, failures: &mut Vec<String>) -> Result {
    let wants = |case| options.only.is_empty() || options.only.contains(&case);
    if [Case::Near, Case::Far, Case::Home].into_iter().any(wants) {
        let (letters, title) = match &options.corpus {
            Some(folder) => (letters::in_files(&letters::files(folder)?)?, "real letters"),
            None => (letters::generated(GENERATED).collect(), "generated letters"),
        };
        let bench = Bench::fill(letters, options.rounds, pli).await?;
        if wants(Case::Near) {
            bench.case(title, bench.server.imap(), &NEAR, failures).await;
        }
        if wants(Case::Far) {
            bench.long_line(title, 0, failures).await?;
        }
        if wants(Case::Home) {
            bench.long_line(title, HOME, failures).await?;
        }
    }
    if wants(Case::Large) {
        let bench = Bench::fill(letters::generated(options.letters), options.rounds, pli).await?;
        bench.case("small letters", bench.server.imap(), &NEAR, failures).await;
        bench.long_line("small letters", HOME, failures).await?;
    }
    Ok(())
}

/// A server with letters in its inbox.
struct Bench<'a> {
    server: Dovecot,
    letters: usize,
    octets: u64,
    rounds: usize,
    pli: &'a Pli,
}

impl<'a> Bench<'a> {
    /// Starts a server, fills it, and reads it once, untimed: the first look builds Dovecot's indexes.
    async fn fill(letters: impl IntoIterator<Item = Letter>, rounds: usize, pli: &'a Pli) -> Result<Self> {
        let start = Instant::now();
        let options = dovecot::Options {
            place: dovecot::Place::Memory,
            ..dovecot::Options::default()
        };
        let server = Dovecot::start(options).await.map_err(|error| error.to_string())?;
        let filled = server.store().import_letters("alice", letters).await;
        let letters = filled.map_err(|error| error.to_string())?;
        let filled = start.elapsed();
        let octets = bare::read_all(server.imap()).await?;
        println!(
            "\n{letters} letters put in place in {:.1} s, and read for the first time in {:.1} s",
            filled.as_secs_f64(),
            (start.elapsed() - filled).as_secs_f64()
        );
        Ok(Self {
            server,
            letters,
            octets,
            rounds,
            pli,
        })
    }

    /// Measures these readers by turns and prints their table.
    async fn case(&self, title: &str, server: SocketAddr, readers: &[Reader], failures: &mut Vec<String>) {
        let empty = |reader: &Reader| Row {
            reader: reader.name(),
            runs: Vec::new(),
        };
        let mut rows: Vec<Row> = readers.iter().map(empty).collect();
        for _ in 0..self.rounds {
            for (reader, row) in readers.iter().zip(&mut rows) {
                if row.runs.iter().any(|run| run.seconds > ENOUGH.as_secs_f64()) {
                    continue;
                }
                match self.read(*reader, server).await {
                    Ok(run) => row.runs.push(run),
                    Err(error) => failures.push(format!("{title}: {}: {error}", reader.name())),
                }
            }
        }
        let table = Table {
            title: title.to_owned(),
            letters: self.letters,
            octets: self.octets,
            rows,
        };
        table.print();
    }

    /// [`Self::case`], over a line of [`ONE_WAY`] that carries so many octets a second; 0 for no limit.
    async fn long_line(&self, title: &str, bytes_per_second: u64, failures: &mut Vec<String>) -> Result {
        let wire = BadWire::to(self.server.imap())
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
        self.case(&title, wire.addr(), &[Reader::Bare, Reader::Pli], failures)
            .await;
        Ok(())
    }

    async fn read(&self, reader: Reader, server: SocketAddr) -> Result<Run> {
        match reader {
            Reader::Bare => {
                let start = Instant::now();
                let octets = bare::read_all(server).await?;
                let seconds = start.elapsed().as_secs_f64();
                if octets < self.octets / 100 * 99 {
                    return Err(format!("{octets} octets instead of {}", self.octets));
                }
                Ok(Run {
                    seconds,
                    peak_mib: None,
                })
            }
            Reader::Mbsync => mbsync::run(server, self.letters, Durability::AsShipped),
            Reader::MbsyncUnsynced => mbsync::run(server, self.letters, Durability::None),
            Reader::Pli => self.pli.run(server, self.letters),
        }
    }
}

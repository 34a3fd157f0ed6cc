//! `cargo xtask bench pop`: a real Dovecot on loopback, and five readers of its letters over POP3 by turns.
//!
//! Every reader starts with nothing in a fresh folder on the disk and leaves the letters on the server. The server's
//! letters are in memory and its indexes made before anything is timed. Everything is plain text.

use super::measure::Run;
use super::options::Common;
use super::peers::{fetchmail, getmail, mpop};
use super::pli::{Pli, Protocol};
use super::server::Filled;
use super::table::Table;
use super::turns::by_turns;
use super::{bare, letters};
use crate::{Result, packages, town};
use clap::{Args, ValueEnum};
use pli_testkit::letters::Letter;

#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    common: Common,
    /// Letters of the mailbox: the first ones of the corpus, or generated.
    #[arg(long, default_value_t = 11_000, value_name = "N")]
    letters: usize,
    /// Size of the great letter.
    #[arg(long, default_value_t = 200, value_name = "MB")]
    great: usize,
    /// Only these cases.
    #[arg(long, value_enum, num_args = 1..)]
    only: Vec<Case>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Case {
    /// The mailbox of many letters.
    Many,
    /// A mailbox of one great letter.
    Great,
}

#[derive(Clone, Copy)]
enum Reader {
    Bare,
    Mpop,
    Getmail,
    Fetchmail,
    Pli,
}

/// Who reads, in this order.
const READERS: [(&str, Reader); 5] = [
    ("bare reader", Reader::Bare),
    ("mpop", Reader::Mpop),
    ("getmail", Reader::Getmail),
    ("fetchmail", Reader::Fetchmail),
    ("pli sync", Reader::Pli),
];

pub fn run(options: &Options) -> Result {
    let pli = options.common.prepare(packages::POP_PEERS)?;
    let mut failures = Vec::new();
    town::runtime()?.block_on(measure(options, &pli, &mut failures))?;
    println!(
        "\nPlain text on loopback for all; medians; peak memory is the highest of all runs, without child processes.\n\
         mpop and getmail write a Maildir. fetchmail writes nothing: it hands each letter to a process of its own, which\n\
         throws it away, as it would hand it to a delivery agent where no mail server runs. Where getmail misses the end\n\
         of a child process it gives up: that run is not counted."
    );
    super::verdict(&failures)
}

async fn measure(options: &Options, pli: &Pli, failures: &mut Vec<String>) -> Result {
    let wants = |case| options.only.is_empty() || options.only.contains(&case);
    let rounds = options.common.rounds;
    if wants(Case::Many) {
        let (letters, title) = match &options.common.corpus {
            Some(folder) => {
                let mut files = letters::files(folder)?;
                files.truncate(options.letters);
                (letters::in_files(&files)?, "real letters")
            }
            None => (letters::generated(options.letters).collect(), "generated letters"),
        };
        case(title, letters, rounds, pli, failures).await?;
    }
    if wants(Case::Great) {
        let letter = letters::great(options.great * 1_000_000);
        case("one great letter", vec![letter], rounds, pli, failures).await?;
    }
    Ok(())
}

/// Fills a server, measures all readers there and prints their table.
async fn case(title: &str, letters: Vec<Letter>, rounds: usize, pli: &Pli, failures: &mut Vec<String>) -> Result {
    let filled = Filled::start(letters, async |server| bare::pop::read_all(server.pop3()).await).await?;
    let read = async |reader| read(reader, &filled, pli).await;
    let rows = by_turns(title, &READERS, rounds, failures, read).await;
    let table = Table {
        title: title.to_owned(),
        letters: filled.letters,
        octets: filled.octets,
        peers: &["mpop", "getmail", "fetchmail"],
        rows,
    };
    table.print();
    Ok(())
}

async fn read(reader: Reader, filled: &Filled, pli: &Pli) -> Result<Run> {
    let (server, letters) = (filled.server.pop3(), filled.letters);
    match reader {
        Reader::Bare => bare::timed(bare::pop::read_all(server), filled.octets).await,
        Reader::Mpop => mpop::run(server, letters),
        Reader::Getmail => getmail::run(server, letters),
        Reader::Fetchmail => fetchmail::run(server, letters),
        Reader::Pli => pli.run(Protocol::Pop3, server, letters),
    }
}

//! A first sync whose connection ends again and again, every time a little later: each run goes on where the one before
//! had to stop, nothing that is here goes, and no body that had come whole comes again.

use crate::line::{Line, kill, number};
use crate::pli::{ALICE, NOW, json_lines};
use pli_model::Timestamp;
use pli_testkit::letters::{Letter, Random};
use pli_testkit::wire::{Direction, End, Rules};
use std::fmt::Write as _;
use std::time::Duration;

/// Letters, of which the oldest is great.
const LETTERS: usize = 60;
const GREAT: usize = 9 << 20;
/// The great letter is asked for in windows of at most that size: what one cut may cost of it, and no cut costs more than
/// has come before it.
const WINDOW: u64 = 1 << 20;
/// Octets of a block, which begins with a mark of its own.
const BLOCK: usize = 1024;

/// The mark of a block. A letter ends with the mark of the block that it has no more.
fn mark(letter: usize, block: usize) -> String {
    format!("<letter {letter:02} block {block:05}>")
}

/// A letter of so many blocks.
fn letter(number: usize, blocks: usize) -> Letter {
    let mut raw = format!(
        "From: Bob South <bob@south.test>\r\nTo: alice@localhost.test\r\nSubject: Letter {number}\r\n\
         Message-ID: <cut-{number}@south.test>\r\n\r\n"
    );
    for block in 0..blocks {
        let _ = write!(raw, "{}\r\n", mark(number, block));
        while raw.len() % BLOCK != 0 {
            raw.push_str(if raw.len() % 64 == 62 { "\r\n" } else { "." });
        }
    }
    let _ = write!(raw, "\r\n{}\r\n", mark(number, blocks));
    Letter {
        received: Timestamp::from_secs(NOW.secs() + i64::try_from(number).unwrap()),
        ..Letter::from(raw.into_bytes())
    }
}

/// The number of blocks of each letter: the great one, then mostly small ones.
fn sizes() -> Vec<usize> {
    let mut random = Random::new(3);
    let small = (1..LETTERS).map(|_| {
        if random.chance(15) {
            random.index(40)
        } else {
            random.index(6)
        }
    });
    std::iter::once(GREAT / BLOCK).chain(small).collect()
}

/// More than a first sync carries.
const ALL: u64 = (GREAT + GREAT / 2) as u64;
/// Where the runs that end at every 1,000th byte are shared out between two tests.
const HALF: u64 = 50_000;
/// Up to here connections end at every 1,000th byte; with `PLI_LONG`, for as long as anything is left that could be cut.
const FINE: u64 = 100_000;

/// Growing steps from `after` on, until a connection carries everything.
fn growing(after: u64) -> impl Iterator<Item = u64> {
    std::iter::successors(Some(after), |cut| Some(cut + cut / 4)).take_while(|cut| *cut < ALL + ALL / 4)
}

async fn line() -> Line {
    let line = Line::to(
        sizes()
            .iter()
            .enumerate()
            .map(|(number, blocks)| letter(number, *blocks)),
    )
    .await;
    line.wire.record();
    line
}

/// What all runs so far have brought.
struct Progress {
    /// Letters that are listed.
    listed: usize,
    /// How often the answer with the end of each letter has come whole.
    finished: Vec<usize>,
    /// Blocks of the great letter that have come, those that came again too.
    great: usize,
}

impl Progress {
    fn none() -> Self {
        Self {
            listed: 0,
            finished: vec![0; LETTERS],
            great: 0,
        }
    }

    /// After a run: nothing that was listed has gone; what came is counted.
    fn after_run(&mut self, line: &Line) {
        let listed = line.pli.run(&["list", "--limit", "1000"]);
        let now = match listed.status.code() {
            Some(0) => json_lines(&listed.stdout).len(),
            // The inbox is not known yet, or not any more.
            Some(2) => 0,
            _ => panic!("{}", String::from_utf8_lossy(&listed.stderr)),
        };
        assert!(now >= self.listed, "{now} letters, after {}", self.listed);
        self.listed = now;
        self.count(line);
    }

    fn count(&mut self, line: &Line) {
        let sizes = sizes();
        for connection in line.wire.take_recorded() {
            let said = String::from_utf8_lossy(&connection);
            for (letter, block, after) in marks(&said) {
                if letter == 0 && block < sizes[0] {
                    self.great += 1;
                }
                // Its own line ends, and so does the answer.
                if block == sizes[letter] && after.starts_with("\r\n") && after.contains(")\r\n") {
                    self.finished[letter] += 1;
                }
            }
        }
    }

    /// A last run on a good line brings the rest; then everything is here, byte by byte, and nothing came twice.
    async fn ends_well(mut self, line: &Line, cuts: &[u64]) {
        line.wire.heal();
        line.pli.object(&["sync"]);
        self.after_run(line);
        let mut there = line.dovecot.raw_letters("alice", "INBOX").await.unwrap();
        there.sort();
        assert!(line.pli.raw_letters(ALICE, "INBOX") == there, "the letters differ");
        line.pli.is_sound();
        let finished = self.finished.iter().copied().enumerate().skip(1);
        let not_once: Vec<(usize, usize)> = finished.filter(|(_, times)| *times != 1).collect();
        assert!(not_once.is_empty(), "came whole not once (letter, times): {not_once:?}");
        let again = cuts.iter().map(|cut| (*cut).min(WINDOW)).sum::<u64>();
        let (blocks, again) = (sizes()[0], usize::try_from(again).unwrap() / BLOCK);
        assert!(
            (blocks..=blocks + again).contains(&self.great),
            "{} blocks came of {blocks}, of which {again} may come again",
            self.great
        );
    }
}

/// Letter and block of each mark in what a server said, with what follows it.
fn marks(said: &str) -> impl Iterator<Item = (usize, usize, &str)> {
    said.match_indices("<letter ").filter_map(|(start, opening)| {
        let (mark, after) = said[start + opening.len()..].split_once('>')?;
        let (letter, block) = mark.split_once(" block ")?;
        Some((letter.parse().ok()?, block.parse().ok()?, after))
    })
}

/// Runs once for each of these, the connection ending in that way after so many bytes, until everything has come; then
/// once more without an end.
async fn resumes_after(cuts: impl Iterator<Item = u64>, end: End) {
    let line = line().await;
    let (mut progress, mut tried) = (Progress::none(), Vec::new());
    for cut in cuts {
        tried.push(cut);
        line.wire.set(Direction::ToClient, Rules::ending(cut, end));
        let output = line.pli.run(&["sync"]);
        // A cut line is the network's failure, unless all had come before it.
        assert!(
            matches!(output.status.code(), Some(0 | 3)),
            "cut after {cut}: {}\n{}",
            output.status,
            String::from_utf8_lossy(&output.stderr)
        );
        progress.after_run(&line);
        if output.status.success() {
            break;
        }
    }
    progress.ends_well(&line, &tried).await;
}

/// Every 1,000th byte after `after`.
fn thousandths(after: u64) -> impl Iterator<Item = u64> {
    (after / 1000 + 1..=ALL / 1000).map(|thousands| thousands * 1000)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sync_that_is_cut_at_every_thousandth_byte_goes_on() {
    resumes_after(thousandths(0).take_while(|cut| *cut <= HALF), End::Close).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sync_that_is_cut_at_every_later_thousandth_byte_goes_on() {
    let fine = number("PLI_LONG").map_or(FINE, |_| ALL);
    let cuts = thousandths(HALF).take_while(|cut| *cut <= fine);
    resumes_after(cuts.chain(growing(fine)), End::Close).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sync_that_is_reset_goes_on() {
    resumes_after(growing(1000), End::Reset).await;
}

/// The line falls silent, and nobody waits for the deadline: the program is killed. What had come whole by then is here.
#[tokio::test(flavor = "multi_thread")]
async fn a_sync_that_stalls_and_is_killed_goes_on() {
    let line = line().await;
    let mut progress = Progress::none();
    let cuts: Vec<u64> = growing(1000).step_by(2).collect();
    for cut in &cuts {
        line.wire.set(Direction::ToClient, Rules::ending(*cut, End::Stall));
        let mut sync = line.pli.spawn(&["sync"]);
        line.until_quiet(&mut sync, Duration::from_millis(1500));
        kill(sync);
        progress.after_run(&line);
    }
    progress.ends_well(&line, &cuts).await;
}

/// A server that takes connections and says nothing: the account is offline, and everything stays.
#[tokio::test(flavor = "multi_thread")]
async fn a_half_dead_server_costs_nothing() {
    let line = line().await;
    line.sync();
    line.wire.stall();
    let mut sync = line.pli.spawn(&["sync"]);
    line.until_quiet(&mut sync, Duration::from_millis(1500));
    kill(sync);
    assert_eq!(line.pli.all("inbox").len(), LETTERS);
    line.pli.is_sound();
    line.wire.heal();
    let (totals, _) = line.sync();
    assert_eq!(
        (&totals["new"], &totals["removed"], &totals["bytes"]),
        (&0.into(), &0.into(), &0.into()),
        "{totals}"
    );
}

//! Readers by turns, so that what else the machine does hits all of them.

use super::measure::Run;
use super::table::Row;
use crate::Result;
use std::time::Duration;

/// A reader that takes longer is not asked again: a disk on which syncing files is slow makes some take many minutes, and
/// then the spread between their runs decides nothing.
const ENOUGH: Duration = Duration::from_secs(90);

/// Lets each of these named readers read so often. What fails is told to `failures`, and the others go on.
pub async fn by_turns<R: Copy>(
    title: &str,
    readers: &[(&'static str, R)],
    rounds: usize,
    failures: &mut Vec<String>,
    read: impl AsyncFn(R) -> Result<Run>,
) -> Vec<Row> {
    let empty = |(name, _): &(&'static str, R)| Row {
        reader: name,
        runs: Vec::new(),
    };
    let mut rows: Vec<Row> = readers.iter().map(empty).collect();
    for _ in 0..rounds {
        for ((name, reader), row) in readers.iter().zip(&mut rows) {
            if row.runs.iter().any(|run| run.seconds > ENOUGH.as_secs_f64()) {
                continue;
            }
            match read(*reader).await {
                Ok(run) => row.runs.push(run),
                Err(error) => failures.push(format!("{title}: {}: {error}", name.trim())),
            }
        }
    }
    rows
}

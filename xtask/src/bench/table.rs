//! The table of results.

use super::measure::Run;

/// The runs of one reader in one case.
pub struct Row {
    pub reader: &'static str,
    pub runs: Vec<Run>,
}

/// A case, its readers measured.
pub struct Table {
    pub title: String,
    pub letters: usize,
    /// As the server sends them.
    pub octets: u64,
    /// Readers whose time all others are compared with, besides the bare one.
    pub peers: &'static [&'static str],
    /// The bare reader's first.
    pub rows: Vec<Row>,
}

impl Row {
    /// The middle one of its times; `None` when every run failed.
    fn seconds(&self) -> Option<f64> {
        let mut times: Vec<f64> = self.runs.iter().map(|run| run.seconds).collect();
        times.sort_by(f64::total_cmp);
        times.get(times.len() / 2).copied()
    }

    fn peak(&self) -> Option<u64> {
        self.runs.iter().filter_map(|run| run.peak_mib).max()
    }
}

impl Table {
    /// For people, on a terminal.
    pub fn print(&self) {
        let (letters, mb) = (self.letters, to_f64(self.octets) / 1e6);
        println!("\n{}: {letters} letters, {mb:.1} MB", self.title);
        let titles: String = self
            .peers
            .iter()
            .map(|peer| format!("{:>13}", format!("x {peer}")))
            .collect();
        println!(
            "  {:<14}{:>9}{:>9}{titles}{:>12}{:>8}{:>10}   runs",
            "", "seconds", "x bare", "letters/s", "MB/s", "peak MiB"
        );
        let bare = self.rows.first().and_then(Row::seconds);
        for row in &self.rows {
            let Some(seconds) = row.seconds() else {
                println!("  {:<14}   failed", row.reader);
                continue;
            };
            let ratio = |to: Option<f64>| to.map_or_else(|| "-".to_owned(), |to| format!("{:.2}", seconds / to));
            let of_peers: String = self
                .peers
                .iter()
                .map(|peer| format!("{:>13}", ratio(self.seconds_of(peer))))
                .collect();
            let runs: Vec<String> = row.runs.iter().map(|run| format!("{:.2}", run.seconds)).collect();
            println!(
                "  {:<14}{seconds:>9.2}{:>9}{of_peers}{:>12.0}{:>8.1}{:>10}   {}",
                row.reader,
                ratio(bare),
                to_f64(u64::try_from(letters).unwrap_or_default()) / seconds,
                mb / seconds,
                row.peak().map_or_else(|| "-".to_owned(), |mib| mib.to_string()),
                runs.join(" ")
            );
        }
    }

    fn seconds_of(&self, reader: &str) -> Option<f64> {
        self.rows.iter().find(|row| row.reader == reader).and_then(Row::seconds)
    }
}

/// For display: exact up to 2^53.
#[allow(clippy::cast_precision_loss)]
fn to_f64(number: u64) -> f64 {
    number as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_of_the_times_and_the_highest_peak() {
        let run = |seconds, peak_mib| Run { seconds, peak_mib };
        let runs = vec![run(3.0, Some(7)), run(1.0, None), run(2.0, Some(9))];
        let row = Row { reader: "x", runs };
        assert_eq!((row.seconds(), row.peak()), (Some(2.0), Some(9)));
        let row = Row {
            reader: "x",
            runs: Vec::new(),
        };
        assert_eq!((row.seconds(), row.peak()), (None, None));
    }
}

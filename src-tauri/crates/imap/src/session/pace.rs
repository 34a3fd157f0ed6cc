//! How many commands are under way together.

use std::time::Duration;
use tokio::time::Instant;

/// So many at first: enough for a round trip of 200 ms to cost nothing at 80 MB/s, when each asks for a mebibyte.
const FIRST: usize = 16;
/// Never fewer, so that a line is not idle between two of them.
const FEWEST: usize = 4;
const MOST: usize = 256;
/// A command should be through in this time, beside the round trips that it needs anyhow: something more urgent waits
/// behind all that is under way.
const PROMPT: Duration = Duration::from_secs(1);

/// Grows while answers come promptly and shrinks while they do not: a fast line is filled, however long it is, and on a slow
/// one little stands in the way of what a person waits for.
#[derive(Debug)]
pub(super) struct Pace {
    most: usize,
    /// The quickest answer so far: about a round trip.
    quickest: Duration,
    /// Commands up to this number were sent before the last shrinking, and say nothing new.
    judged: u32,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            most: FIRST,
            quickest: Duration::MAX,
            judged: 0,
        }
    }
}

impl Pace {
    /// How many commands may be under way.
    pub fn most(&self) -> usize {
        self.most
    }

    /// A command of that number, sent then, has been answered; `last` is the number of the one sent last.
    pub fn answered(&mut self, number: u32, sent: Instant, last: u32) {
        let took = sent.elapsed();
        self.quickest = self.quickest.min(took);
        if took <= PROMPT + self.quickest.saturating_mul(2) {
            self.most = (self.most + 1).min(MOST);
        } else if number > self.judged {
            self.most = (self.most / 2).max(FEWEST);
            self.judged = last;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn it_fills_a_fast_line_and_spares_a_slow_one() {
        let mut pace = Pace::default();
        let answer = async |pace: &mut Pace, number, millis, last| {
            let sent = Instant::now();
            tokio::time::advance(Duration::from_millis(millis)).await;
            pace.answered(number, sent, last);
        };
        for number in 1..=300 {
            answer(&mut pace, number, 200, number + 200).await;
        }
        assert_eq!(pace.most(), MOST);
        // One late window halves it once.
        for number in 301..=500 {
            answer(&mut pace, number, 5000, 500).await;
        }
        assert_eq!(pace.most(), MOST / 2);
        for number in 501..=520 {
            answer(&mut pace, number, 5000, number).await;
        }
        assert_eq!(pace.most(), FEWEST);
        // A line whose every answer takes long is long, not slow.
        let mut pace = Pace::default();
        for number in 1..=10 {
            answer(&mut pace, number, 2000, number).await;
        }
        assert_eq!(pace.most(), FIRST + 10);
    }
}

//! How long to wait before trying again.

use std::time::Duration;

/// Waits that double from 2 seconds to one minute. The bound is short: a person who is back on the network
/// should not wait for the program to notice.
#[derive(Debug, Clone, Copy, Default)]
pub struct Backoff {
    failures: u32,
}

impl Backoff {
    const FIRST: Duration = Duration::from_secs(2);
    const LONGEST: Duration = Duration::from_secs(60);

    /// The wait after one more failure.
    pub fn next(&mut self) -> Duration {
        let wait = after(self.failures);
        self.failures = self.failures.saturating_add(1);
        wait
    }

    /// Starts over.
    pub fn reset(&mut self) {
        self.failures = 0;
    }
}

/// The wait after `failures` earlier failures.
pub fn after(failures: u32) -> Duration {
    Backoff::FIRST
        .saturating_mul(1 << failures.min(10))
        .min(Backoff::LONGEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_a_minute() {
        let mut backoff = Backoff::default();
        let waits: Vec<u64> = (0..7).map(|_| backoff.next().as_secs()).collect();
        assert_eq!(waits, [2, 4, 8, 16, 32, 60, 60]);
        backoff.reset();
        assert_eq!(backoff.next().as_secs(), 2);
        assert_eq!(after(u32::MAX), Duration::from_secs(60));
    }
}

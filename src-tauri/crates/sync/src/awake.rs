//! Noticing that the computer slept: connections from before are dead, although nothing says so.
//!
//! While a computer sleeps its wall clock goes on and its timers stand still (Linux, macOS) or fire late (Windows): a
//! short wait that took much longer by the wall clock was a nap.

use pli_model::Clock;
use std::time::Duration;
use tokio::sync::watch;

const LOOK_EVERY: Duration = Duration::from_secs(10);
/// A wait that took this much longer than it should was a nap, and no busy machine.
const NAP: i64 = 30_000;

/// Tells of naps.
#[derive(Debug)]
pub struct Woken(watch::Sender<u32>);

/// Hears of naps.
#[derive(Debug, Clone)]
pub struct Naps(watch::Receiver<u32>);

/// Who tells and who hears.
pub fn channel() -> (Woken, Naps) {
    let (sender, receiver) = watch::channel(0);
    (Woken(sender), Naps(receiver))
}

/// Watches the clock for ever; after each nap it is told, then `wake` is called.
pub async fn watch(clock: &dyn Clock, woken: &Woken, wake: impl Fn()) {
    loop {
        let before = clock.now();
        tokio::time::sleep(LOOK_EVERY).await;
        if is_nap(before.0, clock.now().0) {
            woken.0.send_modify(|naps| *naps = naps.wrapping_add(1));
            wake();
        }
    }
}

/// Whether the wall clock went much further than the wait. A clock that was set back is no nap.
fn is_nap(before: i64, after: i64) -> bool {
    let waited = i64::try_from(LOOK_EVERY.as_millis()).unwrap_or(i64::MAX);
    after.saturating_sub(before) > waited + NAP
}

impl Naps {
    /// Whether the computer slept since this was asked last.
    pub fn has_slept(&mut self) -> bool {
        let slept = self.0.has_changed().unwrap_or(false);
        self.0.mark_unchanged();
        slept
    }

    /// Waits until the computer has slept.
    pub async fn next(&mut self) {
        if self.0.changed().await.is_err() {
            // Nobody watches any more: there is nothing to hear.
            std::future::pending::<()>().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_that_was_too_long_was_a_nap() {
        assert!(is_nap(0, 3_600_000));
        assert!(!is_nap(0, 10_100));
        assert!(!is_nap(3_600_000, 0));
    }

    #[tokio::test]
    async fn a_nap_is_heard_once_by_everyone() {
        let (woken, mut naps) = channel();
        let mut other = naps.clone();
        assert!(!naps.has_slept());
        woken.0.send_modify(|naps| *naps += 1);
        other.next().await;
        assert!(naps.has_slept());
        assert!(!naps.has_slept());
    }
}

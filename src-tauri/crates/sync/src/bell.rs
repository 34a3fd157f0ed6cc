//! Waking a loop. Ringing twice before the loop looks is ringing once.

use std::time::Duration;
use tokio::sync::mpsc;

/// Rings.
#[derive(Debug, Clone)]
pub struct Bell(mpsc::Sender<()>);

/// Hears.
#[derive(Debug)]
pub struct Ear(mpsc::Receiver<()>);

/// A bell and who hears it.
pub fn bell() -> (Bell, Ear) {
    let (sender, receiver) = mpsc::channel(1);
    (Bell(sender), Ear(receiver))
}

impl Bell {
    /// Wakes the loop, now or at its next look.
    pub fn ring(&self) {
        let _ = self.0.try_send(());
    }
}

impl Ear {
    /// Whether it rang since the last look.
    pub fn has_rung(&mut self) -> bool {
        self.0.try_recv().is_ok()
    }

    /// Waits for the bell, at most `patience` (for ever when `None`). False when it did not ring.
    pub async fn wait(&mut self, patience: Option<Duration>) -> bool {
        match patience {
            Some(patience) => tokio::time::timeout(patience, self.0.recv()).await.is_ok(),
            None => self.0.recv().await.is_some(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn many_rings_wake_once() {
        let (bell, mut ear) = bell();
        assert!(!ear.has_rung());
        bell.ring();
        bell.ring();
        ear.wait(None).await;
        assert!(!ear.has_rung());
    }
}

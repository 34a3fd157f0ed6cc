//! What a line brought to its clients, kept for a test to look at.

use std::sync::{Arc, Mutex, PoisonError};

/// The bytes that arrived at the client, one entry a connection.
#[derive(Debug, Clone, Default)]
pub(super) struct Tape(Arc<Mutex<Recorded>>);

#[derive(Debug, Default)]
struct Recorded {
    on: bool,
    connections: Vec<Vec<u8>>,
}

/// The place of one connection on the tape.
#[derive(Debug, Clone)]
pub(super) struct Track {
    tape: Tape,
    number: usize,
}

impl Tape {
    /// Connections from now on are recorded.
    pub fn start(&self) {
        self.with(|recorded| recorded.on = true);
    }

    /// What has been recorded, which is then forgotten.
    pub fn take(&self) -> Vec<Vec<u8>> {
        // The entries stay: connections that are open go on with theirs.
        self.with(|recorded| recorded.connections.iter_mut().map(std::mem::take).collect())
    }

    /// A new connection.
    pub fn track(&self) -> Track {
        let number = self.with(|recorded| {
            recorded.connections.push(Vec::new());
            recorded.connections.len() - 1
        });
        Track {
            tape: self.clone(),
            number,
        }
    }

    fn with<T>(&self, act: impl FnOnce(&mut Recorded) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Track {
    /// These bytes arrive.
    pub fn record(&self, bytes: &[u8]) {
        self.tape.with(|recorded| {
            if recorded.on
                && let Some(connection) = recorded.connections.get_mut(self.number)
            {
                connection.extend_from_slice(bytes);
            }
        });
    }
}

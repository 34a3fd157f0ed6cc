//! What passed over a line.

use std::ops::Sub;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// Counts since the line was laid. Take one before and one after, and subtract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stats {
    /// Connections taken.
    pub connections: u64,
    /// Bytes the client sent.
    pub to_server: u64,
    /// Bytes the server sent.
    pub to_client: u64,
    /// How often a connection's client sent something after the server had: the number of times it waited for an
    /// answer before asking on, plus one for a client that speaks first. With a delay on the line this is exact;
    /// without one, what a client pipelines into a long answer counts too.
    pub round_trips: u64,
}

impl Sub for Stats {
    type Output = Self;
    fn sub(self, earlier: Self) -> Self {
        Self {
            connections: self.connections - earlier.connections,
            to_server: self.to_server - earlier.to_server,
            to_client: self.to_client - earlier.to_client,
            round_trips: self.round_trips - earlier.round_trips,
        }
    }
}

#[derive(Debug, Default)]
pub(super) struct Counters {
    connections: AtomicU64,
    to_server: AtomicU64,
    to_client: AtomicU64,
    round_trips: AtomicU64,
}

impl Counters {
    pub fn connected(&self) {
        self.connections.fetch_add(1, Relaxed);
    }

    pub fn to_server(&self, bytes: u64, turned: bool) {
        self.to_server.fetch_add(bytes, Relaxed);
        self.round_trips.fetch_add(u64::from(turned), Relaxed);
    }

    pub fn to_client(&self, bytes: u64) {
        self.to_client.fetch_add(bytes, Relaxed);
    }

    pub fn read(&self) -> Stats {
        Stats {
            connections: self.connections.load(Relaxed),
            to_server: self.to_server.load(Relaxed),
            to_client: self.to_client.load(Relaxed),
            round_trips: self.round_trips.load(Relaxed),
        }
    }
}

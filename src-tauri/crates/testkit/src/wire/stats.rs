//! What passed over a line.

use std::ops::Sub;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};

/// Counts since the line was laid. Take one before and one after, and subtract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stats {
    /// Connections taken.
    pub connections: u64,
    /// Bytes the client sent.
    pub to_server: u64,
    /// Bytes the server sent.
    pub to_client: u64,
    /// The longest chain of a question, its answer, the question asked upon that, and so on: how many times the client
    /// as a whole waited for the line's delay before it could ask on. What is asked on several connections at once, or
    /// pipelined before the first answer has arrived, is one link.
    ///
    /// With a delay on the line this is exact. Without one, or when an answer is longer than the delay, what a client
    /// asks while an answer is still arriving counts as asked upon it.
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

/// The counts, and the logical clock (Lamport's) that round trips are counted by: a question belongs to the round after
/// the latest answer that has arrived, an answer to the round of the latest question that its server has heard.
#[derive(Debug, Default)]
pub(super) struct Counters {
    connections: AtomicU64,
    open: AtomicU64,
    to_server: AtomicU64,
    to_client: AtomicU64,
    asked: AtomicU64,
    arrived: AtomicU64,
}

impl Counters {
    /// A connection is taken. After a time without any, nothing that was asked before is still waited for.
    pub fn opened(&self) {
        self.connections.fetch_add(1, SeqCst);
        if self.open.fetch_add(1, SeqCst) == 0 {
            self.arrived.fetch_max(self.asked.load(SeqCst), SeqCst);
        }
    }

    /// A connection is over.
    pub fn closed(&self) {
        self.open.fetch_sub(1, SeqCst);
    }

    /// The client sends so many bytes; answers their round.
    pub fn asked(&self, bytes: usize) -> u64 {
        self.to_server.fetch_add(number(bytes), SeqCst);
        let round = self.arrived.load(SeqCst) + 1;
        self.asked.fetch_max(round, SeqCst);
        round
    }

    /// A server sends so many bytes. Their round is the latest that it has heard of.
    pub fn answered(&self, bytes: usize) {
        self.to_client.fetch_add(number(bytes), SeqCst);
    }

    /// Bytes of that round arrive at the client.
    pub fn arrived(&self, round: u64) {
        self.arrived.fetch_max(round, SeqCst);
    }

    pub fn read(&self) -> Stats {
        Stats {
            connections: self.connections.load(SeqCst),
            to_server: self.to_server.load(SeqCst),
            to_client: self.to_client.load(SeqCst),
            round_trips: self.asked.load(SeqCst),
        }
    }
}

fn number(bytes: usize) -> u64 {
    u64::try_from(bytes).unwrap_or(u64::MAX)
}

//! What a line does to the bytes of one direction.

use std::time::Duration;

/// Which way bytes go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From the client to the server.
    ToServer,
    /// From the server to the client.
    ToClient,
}

/// How a connection ends after [`Rules::after`] bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// No byte more in this direction, the connection stays open.
    Stall,
    /// Both sides see an orderly end.
    Close,
    /// Both sides see a reset.
    Reset,
    /// The receiving side sees an orderly end; the other direction goes on.
    HalfClose,
}

/// The rules of one direction. The default is a good line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Rules {
    /// How long each byte is on its way.
    pub delay: Duration,
    /// At most so many bytes a second; 0 for no limit.
    pub bytes_per_second: u64,
    /// Written in pieces of at most so many bytes, each a segment of its own; 0 for no splitting.
    pub split: usize,
    /// After so many bytes of a connection in this direction, it ends in that way. The last piece is cut to fit.
    pub after: Option<(u64, End)>,
}

impl Rules {
    /// A good line up to `bytes`, then that end.
    pub fn ending(bytes: u64, end: End) -> Self {
        Self {
            after: Some((bytes, end)),
            ..Self::default()
        }
    }

    /// A good line in pieces of at most `bytes`.
    pub fn split(bytes: usize) -> Self {
        Self {
            split: bytes,
            ..Self::default()
        }
    }
}

//! Letters on their way from a server: what is asked for, what arrives, and the bounded way between the two ends.

use crate::{Marks, ServerId};
use pli_model::Timestamp;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::mpsc;

/// Which bytes of a letter to fetch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The header block with its empty line.
    Header,
    /// The header block, or the whole letter where it has at most that many octets: a letter that is hardly longer
    /// than its header is not worth asking for twice.
    HeaderOrSmall(u64),
    /// The whole letter.
    Body,
}

/// A letter to fetch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Which.
    pub id: ServerId,
    /// Octets of the whole letter; 0 when they are not known.
    pub size: u64,
    /// Octets of it, from its start, that are here already: a big letter goes on from there.
    pub have: u64,
}

/// Something that arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Arrived {
    /// A header block, or a whole letter.
    Letter(Fetched),
    /// A stretch of a big letter; they come in order.
    Piece(Piece),
}

impl Arrived {
    /// Octets that it holds.
    pub fn octets(&self) -> usize {
        match self {
            Self::Letter(letter) => letter.raw.len(),
            Self::Piece(piece) => piece.raw.len(),
        }
    }
}

/// Bytes that arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    /// Which letter.
    pub id: ServerId,
    /// When the server received it (INTERNALDATE); `None` where it does not tell.
    pub received: Option<Timestamp>,
    /// Its marks at that moment; `None` where the server keeps none.
    pub marks: Option<Marks>,
    /// A name that is the same in every mailbox (X-GM-MSGID, or EMAILID of RFC 8474); `None` where there is none.
    pub object_id: Option<String>,
    /// Octets of the whole letter.
    pub size: u64,
    /// The header block or the whole letter, exactly as the server sent it.
    pub raw: Vec<u8>,
    /// Whether it is the whole letter.
    pub is_whole: bool,
}

/// A stretch of a letter that is too big to be held as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// Which letter.
    pub id: ServerId,
    /// Its place in the letter.
    pub offset: u64,
    /// The octets, exactly as the server sent them.
    pub raw: Vec<u8>,
    /// Whether the letter ends with it.
    pub is_last: bool,
}

/// The sending end of a fetch.
#[derive(Debug, Clone)]
pub struct Outlet {
    sender: mpsc::Sender<Arrived>,
    enough: Arc<AtomicBool>,
}

/// The hand that stops a fetch: what has been asked for still arrives, nothing further is asked.
#[derive(Debug, Clone)]
pub struct Enough(Arc<AtomicBool>);

/// A way for at most `waiting` arrivals: its two ends, and what stops it.
pub fn outlet(waiting: usize) -> (Outlet, mpsc::Receiver<Arrived>, Enough) {
    let (sender, receiver) = mpsc::channel(waiting);
    let enough = Arc::new(AtomicBool::new(false));
    let outlet = Outlet {
        sender,
        enough: Arc::clone(&enough),
    };
    (outlet, receiver, Enough(enough))
}

impl Outlet {
    /// Hands something on; false when nobody takes it any more.
    pub async fn send(&self, arrived: Arrived) -> bool {
        self.sender.send(arrived).await.is_ok()
    }

    /// Whether more is to be asked for.
    pub fn wants_more(&self) -> bool {
        !self.enough.load(Ordering::Relaxed) && !self.sender.is_closed()
    }
}

impl Enough {
    /// Asks for nothing further.
    pub fn stop(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether it has been stopped.
    pub fn is_stopped(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

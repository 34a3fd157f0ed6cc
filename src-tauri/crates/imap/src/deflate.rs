//! COMPRESS=DEFLATE (RFC 4978): each direction of a connection as one raw DEFLATE stream (RFC 1951).
//!
//! `async-imap` has a stream for it, which nobody but its own `Session` can make; it takes the stream below by value,
//! while ours changes under a connection that goes on. So this stands on `flate2` itself. What is received is inflated
//! a piece at a time, so that a line's bounds hold however much a few octets swell to.

use bytes::{Buf, BytesMut};
use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};
use std::io;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite};

/// Most octets that are inflated at once.
const PIECE: usize = 32 << 10;
/// Deflated octets that may wait to be sent, and most octets that are deflated at once.
const FULL: usize = 32 << 10;
/// Room offered to a read of the stream below.
const READ: usize = 64 << 10;

/// The state of both directions.
pub struct Deflate {
    inflater: Decompress,
    /// Deflated octets that have been received.
    received: BytesMut,
    piece: Box<[u8]>,
    /// Whether the server has ended its stream: nothing follows.
    ended: bool,
    deflater: Compress,
    /// Deflated octets that are to be sent.
    unsent: Vec<u8>,
    /// Whether the deflater may hold octets back.
    holds: bool,
}

impl Deflate {
    /// Both directions at their beginning; `received` is what has been read of the server's already.
    pub fn new(received: BytesMut) -> Self {
        Self {
            inflater: Decompress::new(false),
            received,
            piece: vec![0; PIECE].into(),
            ended: false,
            deflater: Compress::new(Compression::default(), false),
            unsent: Vec::with_capacity(FULL),
            holds: false,
        }
    }

    /// Reads and inflates some octets to the end of `out`; 0 at the end of the stream.
    pub fn poll_receive<S: AsyncRead + Unpin>(
        &mut self,
        inner: &mut S,
        cx: &mut Context<'_>,
        out: &mut BytesMut,
    ) -> Poll<io::Result<usize>> {
        loop {
            // First what came before: a read gives more than fits into a piece.
            let inflated = self.inflate(out)?;
            if inflated > 0 || self.ended {
                return Poll::Ready(Ok(inflated));
            }
            self.received.reserve(READ);
            if ready!(pin!(inner.read_buf(&mut self.received)).poll(cx))? == 0 {
                return Poll::Ready(Ok(0));
            }
        }
    }

    /// Inflates a piece; 0 when that takes more octets than have come.
    fn inflate(&mut self, out: &mut BytesMut) -> io::Result<usize> {
        while !self.ended {
            let before = (self.inflater.total_in(), self.inflater.total_out());
            let status = self
                .inflater
                .decompress(&self.received, &mut self.piece, FlushDecompress::None)
                .map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "what the server sent is not compressed"))?;
            let taken = difference(before.0, self.inflater.total_in());
            let made = difference(before.1, self.inflater.total_out());
            self.received.advance(taken.min(self.received.len()));
            out.extend_from_slice(self.piece.get(..made).unwrap_or_default());
            self.ended = status == Status::StreamEnd;
            if made > 0 || taken == 0 {
                return Ok(made);
            }
        }
        Ok(0)
    }

    /// Takes octets to be sent.
    pub fn poll_write<S: AsyncWrite + Unpin>(
        &mut self,
        inner: &mut S,
        cx: &mut Context<'_>,
        octets: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.unsent.len() >= FULL {
            ready!(self.poll_send(inner, cx))?;
        }
        let taken = octets.len().min(FULL);
        self.deflate(octets.get(..taken).unwrap_or_default(), FlushCompress::None)?;
        self.holds = true;
        Poll::Ready(Ok(taken))
    }

    /// Sends everything that has been taken, in such a way that the server can inflate all of it.
    pub fn poll_flush<S: AsyncWrite + Unpin>(&mut self, inner: &mut S, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if self.holds {
            self.deflate(&[], FlushCompress::Sync)?;
            self.holds = false;
        }
        ready!(self.poll_send(inner, cx))?;
        Pin::new(inner).poll_flush(cx)
    }

    fn deflate(&mut self, mut octets: &[u8], flush: FlushCompress) -> io::Result<()> {
        loop {
            self.unsent.reserve(FULL);
            let before = self.deflater.total_in();
            self.deflater
                .compress_vec(octets, &mut self.unsent, flush)
                .map_err(io::Error::other)?;
            let taken = difference(before, self.deflater.total_in());
            octets = octets.get(taken..).unwrap_or_default();
            // With room to spare it has written all there was.
            if octets.is_empty() && self.unsent.len() < self.unsent.capacity() {
                return Ok(());
            }
        }
    }

    fn poll_send<S: AsyncWrite + Unpin>(&mut self, inner: &mut S, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        while !self.unsent.is_empty() {
            let sent = ready!(Pin::new(&mut *inner).poll_write(cx, &self.unsent))?;
            if sent == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            self.unsent.drain(..sent.min(self.unsent.len()));
        }
        Poll::Ready(Ok(()))
    }
}

/// How far a count went; one call never counts beyond a buffer.
fn difference(before: u64, after: u64) -> usize {
    usize::try_from(after.saturating_sub(before)).unwrap_or(0)
}

#[cfg(test)]
mod tests;

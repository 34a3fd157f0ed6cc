//! The stream below `async-imap`: hands on one logical line at a time, and only what `imap-proto` can read.

use crate::deflate::Deflate;
use crate::framer::Framer;
use bytes::{Buf, BytesMut};
use std::fmt;
use std::io;
use std::panic::catch_unwind;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, ready};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, ReadBuf};

/// Least room offered to a read of the stream below.
const READ: usize = 256 << 10;

/// A stream of IMAP responses over a stream of bytes.
///
/// When the next line is one that `imap-proto` cannot read, reading is pending without a wake-up to come:
/// whoever polls must look at [`Self::take_stray`] then. That keeps lines in order across the two ways.
pub struct Wire<S> {
    inner: S,
    /// Between the stream below and the lines, once COMPRESS has been agreed on.
    deflate: Option<Box<Deflate>>,
    received: BytesMut,
    framer: Framer,
    handing_on: BytesMut,
    stray: Option<BytesMut>,
}

impl<S> Wire<S> {
    /// Over that stream.
    pub fn new(inner: S) -> Self {
        Self {
            inner,
            deflate: None,
            received: BytesMut::new(),
            framer: Framer::default(),
            handing_on: BytesMut::new(),
            stray: None,
        }
    }

    /// The stream below.
    pub fn inner_mut(&mut self) -> &mut S {
        &mut self.inner
    }

    /// From now on both directions are compressed: what the server has sent behind its last line already too.
    pub fn compress(&mut self) {
        let received = std::mem::take(&mut self.received);
        self.deflate.get_or_insert_with(|| Box::new(Deflate::new(received)));
    }

    /// Whether both directions are compressed.
    pub fn is_compressed(&self) -> bool {
        self.deflate.is_some()
    }

    /// The line that has to be read by other means before reading goes on.
    pub fn take_stray(&mut self) -> Option<BytesMut> {
        self.stray.take()
    }
}

impl<S: AsyncRead + Unpin> Wire<S> {
    /// Reads what there is; 0 at the end of the stream.
    fn poll_receive(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        let missing = self.framer.needed().saturating_sub(self.received.len());
        if missing > 0 || self.received.capacity() - self.received.len() < READ / 4 {
            self.received.reserve(missing.max(READ));
        }
        match &mut self.deflate {
            Some(deflate) => deflate.poll_receive(&mut self.inner, cx, &mut self.received),
            None => pin!(self.inner.read_buf(&mut self.received)).poll(cx),
        }
    }
}

/// Whether `imap-proto` reads exactly this line. A panic is "no" too, whatever input may cause it.
fn is_readable(line: &[u8]) -> bool {
    catch_unwind(|| matches!(imap_proto::Response::parse(line), Ok(([], _)))).unwrap_or(false)
}

impl<S: AsyncRead + Unpin> AsyncRead for Wire<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, out: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        loop {
            if !this.handing_on.is_empty() {
                let len = this.handing_on.len().min(out.remaining());
                out.put_slice(this.handing_on.get(..len).unwrap_or_default());
                this.handing_on.advance(len);
                return Poll::Ready(Ok(()));
            }
            if this.stray.is_some() {
                return Poll::Pending;
            }
            if let Some(frame) = this.framer.advance(&this.received)? {
                let line = this.received.split_to(frame.len);
                if frame.offered && is_readable(&line) {
                    this.handing_on = line;
                } else {
                    this.stray = Some(line);
                }
                continue;
            }
            if ready!(this.poll_receive(cx))? == 0 {
                let cut = !this.received.is_empty();
                return Poll::Ready(if cut {
                    Err(io::ErrorKind::UnexpectedEof.into())
                } else {
                    Ok(())
                });
            }
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Wire<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let this = &mut *self;
        match &mut this.deflate {
            Some(deflate) => deflate.poll_write(&mut this.inner, cx, bytes),
            None => Pin::new(&mut this.inner).poll_write(cx, bytes),
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        match &mut this.deflate {
            Some(deflate) => deflate.poll_flush(&mut this.inner, cx),
            None => Pin::new(&mut this.inner).poll_flush(cx),
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(self.as_mut().poll_flush(cx))?;
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}

/// What went through may be secret, or a letter: it is not shown.
impl<S: fmt::Debug> fmt::Debug for Wire<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wire")
            .field("inner", &self.inner)
            .finish_non_exhaustive()
    }
}

//! The stream a protocol works on: TLS (or loopback plain text) with buffered writes and deadlines built in.
//!
//! Writes collect until [`flush`](tokio::io::AsyncWriteExt::flush) or until a few TLS records are full: with
//! TCP_NODELAY set, a packet goes out for each write, so writes must be few and large. Nothing is flushed by
//! reading: flush before waiting for an answer.

use std::{
    fmt, io,
    net::SocketAddr,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    time::{Instant, Sleep, sleep},
};
use tokio_rustls::client::TlsStream;

/// Two TLS records of the largest size (RFC 8446 §5.1).
const WRITE_BUFFER: usize = 32 * 1024;

/// A connection that is ready for a protocol.
///
/// A read that brings no byte within the read deadline, or a write that the peer does not take within the write
/// deadline, fails with [`io::ErrorKind::TimedOut`]. The read deadline counts silence: it starts when a read has to
/// wait, and starts anew with every byte that comes or goes out.
pub struct Stream {
    transport: Transport,
    peer: SocketAddr,
    greeted: bool,
    unsent: Vec<u8>,
    reading: Silence,
    writing: Silence,
}

enum Transport {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

impl Stream {
    pub(crate) fn plain(tcp: TcpStream, peer: SocketAddr, read: Duration, write: Duration) -> Self {
        Self::over(Transport::Plain(tcp), peer, read, write)
    }

    pub(crate) fn tls(tls: TlsStream<TcpStream>, peer: SocketAddr, read: Duration, write: Duration) -> Self {
        Self::over(Transport::Tls(Box::new(tls)), peer, read, write)
    }

    fn over(transport: Transport, peer: SocketAddr, read: Duration, write: Duration) -> Self {
        Self {
            transport,
            peer,
            greeted: false,
            unsent: Vec::with_capacity(WRITE_BUFFER),
            reading: Silence::new(read),
            writing: Silence::new(write),
        }
    }

    pub(crate) fn with_greeting_read(mut self) -> Self {
        self.greeted = true;
        self
    }

    /// Whether the server's greeting was read already: true after STARTTLS, where it came before TLS. Otherwise
    /// it is the first thing to read.
    pub fn greeted(&self) -> bool {
        self.greeted
    }

    /// Whether the bytes are encrypted. False only for [`Security::Plain`](pli_model::Security::Plain) on loopback.
    pub fn is_tls(&self) -> bool {
        matches!(self.transport, Transport::Tls(_))
    }

    /// The address that was connected to.
    pub fn peer(&self) -> SocketAddr {
        self.peer
    }

    /// How long a read waits for a byte from now on, such as longer while idling. Answers the deadline it had.
    pub fn set_read_deadline(&mut self, deadline: Duration) -> Duration {
        let before = std::mem::replace(&mut self.reading.patience, deadline);
        self.reading.over();
        before
    }

    fn poll_send(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let mut sent = 0;
        let outcome = loop {
            let Some(rest) = self.unsent.get(sent..).filter(|rest| !rest.is_empty()) else {
                break Poll::Ready(Ok(()));
            };
            match self.transport.poll_write(cx, rest) {
                Poll::Ready(Ok(0)) => break Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                Poll::Ready(Ok(n)) => {
                    sent += n;
                    self.writing.over();
                    self.reading.over();
                }
                Poll::Ready(Err(error)) => break Poll::Ready(Err(error)),
                Poll::Pending => break self.writing.poll(cx),
            }
        };
        self.unsent.drain(..sent);
        outcome
    }
}

impl AsyncRead for Stream {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        let polled = match &mut this.transport {
            Transport::Plain(tcp) => Pin::new(tcp).poll_read(cx, buf),
            Transport::Tls(tls) => Pin::new(tls).poll_read(cx, buf),
        };
        match polled {
            Poll::Ready(outcome) => {
                this.reading.over();
                Poll::Ready(outcome)
            }
            Poll::Pending => this.reading.poll(cx),
        }
    }
}

impl AsyncWrite for Stream {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let this = &mut *self;
        if this.unsent.len() >= WRITE_BUFFER {
            ready!(this.poll_send(cx))?;
        }
        let taken = buf.len().min(WRITE_BUFFER.saturating_sub(this.unsent.len()));
        this.unsent.extend_from_slice(buf.get(..taken).unwrap_or_default());
        Poll::Ready(Ok(taken))
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        ready!(this.poll_send(cx))?;
        match this.transport.poll_flush(cx) {
            Poll::Ready(outcome) => {
                this.writing.over();
                Poll::Ready(outcome)
            }
            Poll::Pending => this.writing.poll(cx),
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        ready!(this.poll_send(cx))?;
        match this.transport.poll_shutdown(cx) {
            Poll::Ready(outcome) => Poll::Ready(outcome),
            Poll::Pending => this.writing.poll(cx),
        }
    }
}

impl Transport {
    fn poll_write(&mut self, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match self {
            Self::Plain(tcp) => Pin::new(tcp).poll_write(cx, bytes),
            Self::Tls(tls) => Pin::new(tls).poll_write(cx, bytes),
        }
    }

    fn poll_flush(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self {
            Self::Plain(tcp) => Pin::new(tcp).poll_flush(cx),
            Self::Tls(tls) => Pin::new(tls).poll_flush(cx),
        }
    }

    fn poll_shutdown(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self {
            Self::Plain(tcp) => Pin::new(tcp).poll_shutdown(cx),
            Self::Tls(tls) => Pin::new(tls).poll_shutdown(cx),
        }
    }
}

impl fmt::Debug for Stream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stream")
            .field("peer", &self.peer)
            .field("tls", &self.is_tls())
            .finish_non_exhaustive()
    }
}

/// Measures how long nothing moves in one direction.
struct Silence {
    patience: Duration,
    alarm: Pin<Box<Sleep>>,
    running: bool,
}

impl Silence {
    fn new(patience: Duration) -> Self {
        Self {
            patience,
            alarm: Box::pin(sleep(patience)),
            running: false,
        }
    }

    /// Something moved.
    fn over(&mut self) {
        self.running = false;
    }

    /// Nothing moves: pending until the patience is at its end, then an error.
    fn poll<T>(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<T>> {
        if !self.running {
            self.running = true;
            self.alarm.as_mut().reset(Instant::now() + self.patience);
        }
        ready!(self.alarm.as_mut().poll(cx));
        self.running = false;
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

#[cfg(test)]
mod tests;

//! Plays one script on one connection.

use super::pattern::{Pattern, Words};
use super::transcript::{Act, Script, Step};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<T: AsyncRead + AsyncWrite + Send + Unpin> Stream for T {}

/// A connection, and what has been heard on it.
pub(super) struct Player {
    stream: BufReader<Box<dyn Stream>>,
    /// The same socket once more, for a reset under TLS.
    socket: std::net::TcpStream,
    tls: Arc<rustls::ServerConfig>,
    words: Words,
}

/// What reading a line came to.
enum Heard {
    Line(String),
    End,
}

impl Player {
    pub fn new(stream: TcpStream, tls: Arc<rustls::ServerConfig>) -> std::io::Result<Self> {
        stream.set_nodelay(true)?;
        let stream = stream.into_std()?;
        let socket = stream.try_clone()?;
        let stream: Box<dyn Stream> = Box::new(TcpStream::from_std(stream)?);
        Ok(Self {
            stream: BufReader::new(stream),
            socket,
            tls,
            words: Words::new(),
        })
    }

    /// Plays to the end; errors with the place where the client did something else.
    pub async fn play(mut self, script: Script, tls_at_once: bool) -> Result<(), String> {
        if tls_at_once {
            self = self.handshake("TLS at once").await?;
        }
        let mut steps = script.into_iter().peekable();
        while let Some(Step { act, place }) = steps.next() {
            match act {
                Act::Line(..) | Act::Bytes(_) => {
                    let mut bytes = self.spoken(&act);
                    while let Some(next) = steps.next_if(|step| matches!(step.act, Act::Line(..) | Act::Bytes(_))) {
                        bytes.extend(self.spoken(&next.act));
                    }
                    let sent = async { self.stream.write_all(&bytes).await.and(self.stream.flush().await) };
                    sent.await
                        .map_err(|error| format!("{place}: the client does not listen any more ({error})"))?;
                }
                Act::Expect(pattern) => self.expect(&pattern, &place).await?,
                Act::SkipTo(pattern) => while !self.heard(&pattern, &place).await?.0 {},
                Act::Tls => self = self.handshake(&place).await?,
                Act::Wait(time) => tokio::time::sleep(time).await,
                Act::Stall => return self.drain().await,
                Act::Close => return self.close().await,
                Act::Reset => return self.reset(),
            }
        }
        match self.line().await? {
            Heard::End => Ok(()),
            Heard::Line(line) => Err(format!("after the end of the transcript the client says `{line}`")),
        }
    }

    fn spoken(&self, act: &Act) -> Vec<u8> {
        match act {
            Act::Line(pattern, times) => {
                let mut words = self.words.clone();
                let line = |i: usize| {
                    if *times > 1 {
                        words.insert("i".to_owned(), i.to_string());
                    }
                    pattern.fill(&words) + "\r\n"
                };
                (1..=*times).map(line).collect::<String>().into_bytes()
            }
            Act::Bytes(bytes) => bytes.clone(),
            _ => Vec::new(),
        }
    }

    async fn expect(&mut self, pattern: &Pattern, place: &str) -> Result<(), String> {
        match self.heard(pattern, place).await? {
            (true, _) => Ok(()),
            (false, line) => Err(format!("{place}: the client says `{line}`")),
        }
    }

    /// The next line, and whether it fits.
    async fn heard(&mut self, pattern: &Pattern, place: &str) -> Result<(bool, String), String> {
        match self.line().await? {
            Heard::Line(line) => Ok((pattern.matches(&line, &mut self.words), line)),
            Heard::End => Err(format!("{place}: the client closes the connection")),
        }
    }

    /// A line without its end. A client that goes without a close_notify has gone all the same.
    async fn line(&mut self) -> Result<Heard, String> {
        let mut line = Vec::new();
        let read = self.stream.read_until(b'\n', &mut line).await;
        if line.is_empty() || read.is_err() {
            return Ok(Heard::End);
        }
        let line = String::from_utf8_lossy(&line);
        match line.strip_suffix("\r\n") {
            Some(line) => Ok(Heard::Line(line.to_owned())),
            None => Err(format!(
                "the client says `{}`, which does not end with CRLF",
                line.escape_debug()
            )),
        }
    }

    async fn handshake(self, place: &str) -> Result<Self, String> {
        let Self {
            stream,
            socket,
            tls,
            words,
        } = self;
        if !stream.buffer().is_empty() {
            let early = String::from_utf8_lossy(stream.buffer()).into_owned();
            // A ClientHello may well be here already; plain text must not.
            if !stream.buffer().starts_with(&[0x16]) {
                return Err(format!("{place}: before the handshake the client says `{early}`"));
            }
        }
        let early = stream.buffer().to_vec();
        let (from, to) = tokio::io::split(stream.into_inner());
        let stream = tokio::io::join(std::io::Cursor::new(early).chain(from), to);
        let secure = TlsAcceptor::from(Arc::clone(&tls)).accept(stream).await;
        let secure = secure.map_err(|error| format!("{place}: handshake: {error}"))?;
        let stream: Box<dyn Stream> = Box::new(secure);
        Ok(Self {
            stream: BufReader::new(stream),
            socket,
            tls,
            words,
        })
    }

    async fn drain(mut self) -> Result<(), String> {
        let mut ignored = vec![0; 4096];
        while !matches!(self.stream.read(&mut ignored).await, Ok(0) | Err(_)) {}
        Ok(())
    }

    async fn close(mut self) -> Result<(), String> {
        // Fails when the client was faster.
        let _ = self.stream.shutdown().await;
        // A socket closed on top of unread bytes is reset, and the client might not see what we said last.
        let _ = tokio::time::timeout(Duration::from_millis(50), self.drain()).await;
        Ok(())
    }

    fn reset(self) -> Result<(), String> {
        let socket = TcpStream::from_std(self.socket).map_err(|error| error.to_string())?;
        socket.set_zero_linger().map_err(|error| error.to_string())
    }
}

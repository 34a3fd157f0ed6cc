//! The floor: one connection that asks for everything and throws the answer away.

pub mod imap;
pub mod pop;

use super::measure::Run;
use crate::Result;
use std::net::SocketAddr;
use std::time::Instant;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Octets taken from the kernel at once.
const BUFFER: usize = 1 << 20;
/// A line with everything that a server says on it.
const LONGEST_LINE: usize = 4096;

/// How long this reading takes, which must bring as many octets as the first one brought.
pub async fn timed(reading: impl Future<Output = Result<u64>>, expected: u64) -> Result<Run> {
    let start = Instant::now();
    let octets = reading.await?;
    let seconds = start.elapsed().as_secs_f64();
    if octets < expected / 100 * 99 {
        return Err(format!("{octets} octets instead of {expected}"));
    }
    Ok(Run {
        seconds,
        peak_mib: None,
    })
}

/// A connection that remembers only the end of what it heard.
struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
    /// The last octets of what came since the last command.
    tail: Vec<u8>,
    octets: u64,
}

impl Connection {
    async fn open(server: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(server).await.map_err(|error| error.to_string())?;
        Ok(Self {
            stream,
            buffer: vec![0; BUFFER],
            tail: Vec::new(),
            octets: 0,
        })
    }

    async fn say(&mut self, command: &str) -> Result {
        self.tail.clear();
        let said = self.stream.write_all(format!("{command}\r\n").as_bytes()).await;
        said.map_err(|error| error.to_string())
    }

    /// Takes what is there, or waits for it.
    async fn hear(&mut self) -> Result {
        let read = self.stream.read(&mut self.buffer).await;
        match read.map_err(|error| error.to_string())? {
            0 => Err("the server ended the connection".to_owned()),
            count => {
                self.note(count);
                Ok(())
            }
        }
    }

    /// Says all of this and listens meanwhile, until the server ends the connection.
    async fn talk_to_the_end(&mut self, commands: &str) -> Result {
        self.tail.clear();
        let mut unsaid = commands.as_bytes();
        loop {
            let (mut from_server, mut to_server) = self.stream.split();
            let count = tokio::select! {
                read = from_server.read(&mut self.buffer) => read.map_err(|error| error.to_string())?,
                said = to_server.write(unsaid), if !unsaid.is_empty() => {
                    let said = said.map_err(|error| error.to_string())?;
                    unsaid = unsaid.get(said..).unwrap_or_default();
                    continue;
                }
            };
            if count == 0 {
                return Ok(());
            }
            self.note(count);
        }
    }

    fn note(&mut self, count: usize) {
        self.octets += u64::try_from(count).unwrap_or_default();
        let read = self.buffer.get(..count).unwrap_or_default();
        self.tail
            .extend(read.get(count.saturating_sub(LONGEST_LINE)..).unwrap_or_default());
        self.tail.drain(..self.tail.len().saturating_sub(LONGEST_LINE));
    }

    /// The last line, when what came ends with one.
    fn last_line(&self) -> Option<String> {
        let line = self.tail.strip_suffix(b"\r\n")?.rsplit(|byte| *byte == b'\n').next()?;
        Some(String::from_utf8_lossy(line).into_owned())
    }
}

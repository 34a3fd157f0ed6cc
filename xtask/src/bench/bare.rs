//! The floor: one connection that asks for everything in one command and throws the answer away.

use crate::Result;
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Octets taken from the kernel at once.
const BUFFER: usize = 1 << 20;
/// A tagged line with everything that a server says on it.
const LONGEST_LINE: usize = 4096;

/// Reads every letter of the inbox with its UID and flags. Answers how many octets the server sent.
pub async fn read_all(server: SocketAddr) -> Result<u64> {
    let stream = TcpStream::connect(server).await.map_err(|error| error.to_string())?;
    let mut reader = Reader {
        stream,
        buffer: vec![0; BUFFER],
        tail: Vec::new(),
        octets: 0,
    };
    for (number, command) in [
        "LOGIN alice secret",
        "SELECT INBOX",
        "UID FETCH 1:* (UID FLAGS BODY.PEEK[])",
    ]
    .iter()
    .enumerate()
    {
        // No letter says this at the beginning of a line.
        let tag = format!("bare-reader-{number}");
        reader.ask(&tag, command).await?;
    }
    Ok(reader.octets)
}

struct Reader {
    stream: TcpStream,
    buffer: Vec<u8>,
    /// The last octets of what has been read.
    tail: Vec<u8>,
    octets: u64,
}

impl Reader {
    /// Runs a command to the OK with its tag.
    async fn ask(&mut self, tag: &str, command: &str) -> Result {
        let said = self.stream.write_all(format!("{tag} {command}\r\n").as_bytes()).await;
        said.map_err(|error| error.to_string())?;
        loop {
            let count = self
                .stream
                .read(&mut self.buffer)
                .await
                .map_err(|error| error.to_string())?;
            if count == 0 {
                return Err(format!("the server ended the connection at {command:?}"));
            }
            self.octets += u64::try_from(count).unwrap_or_default();
            self.keep_tail(count);
            match self.tagged(tag) {
                Some(status) if status.starts_with("OK") => return Ok(()),
                Some(status) => return Err(format!("{command:?}: {status}")),
                None => {}
            }
        }
    }

    fn keep_tail(&mut self, count: usize) {
        let read = self.buffer.get(..count).unwrap_or_default();
        self.tail
            .extend(read.get(count.saturating_sub(LONGEST_LINE)..).unwrap_or_default());
        self.tail.drain(..self.tail.len().saturating_sub(LONGEST_LINE));
    }

    /// What the tagged line says, when everything up to it has been read: nothing comes after it.
    fn tagged(&self, tag: &str) -> Option<String> {
        let line = self.tail.strip_suffix(b"\r\n")?.rsplit(|byte| *byte == b'\n').next()?;
        let status = line.strip_prefix(tag.as_bytes())?.strip_prefix(b" ")?;
        Some(String::from_utf8_lossy(status).into_owned())
    }
}

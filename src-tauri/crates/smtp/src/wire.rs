//! Command lines out, replies in (RFC 5321 §4.2).

use crate::SmtpErrorKind;
use lettre::transport::smtp::response::Response;
use pli_net::Stream;
use std::{io, time::Duration};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// RFC 5321 §4.5.3.1.5 allows 512 octets; some servers say more.
const LONGEST_LINE: usize = 4 * 1024;

/// More lines than any reply has.
const MOST_LINES: usize = 200;

/// A stream with the bytes that were read ahead.
#[derive(Debug)]
pub(crate) struct Wire {
    stream: Stream,
    ahead: Vec<u8>,
    used: usize,
}

/// A complete reply.
#[derive(Debug, Clone)]
pub(crate) struct Reply(Response);

impl Reply {
    pub(crate) fn code(&self) -> u16 {
        self.0.code().into()
    }

    /// The texts of its lines.
    pub(crate) fn lines(&self) -> impl Iterator<Item = &str> {
        self.0.message()
    }

    /// The server's words in one line.
    pub(crate) fn text(&self) -> String {
        let words: Vec<&str> = self.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        words.join(" ").chars().filter(|c| !c.is_control()).collect()
    }

    /// 2yz.
    pub(crate) fn is_success(&self) -> bool {
        matches!(self.code(), 200..=299)
    }

    /// 4yz or 5yz.
    pub(crate) fn is_refusal(&self) -> bool {
        matches!(self.code(), 400..=599)
    }
}

impl Wire {
    pub(crate) fn new(stream: Stream) -> Self {
        Self {
            stream,
            ahead: Vec::with_capacity(4096),
            used: 0,
        }
    }

    /// Puts bytes into the write buffer; large ones go out on the way.
    pub(crate) async fn put(&mut self, bytes: &[u8]) -> Result<(), SmtpErrorKind> {
        Ok(self.stream.write_all(bytes).await?)
    }

    /// Sends what was put.
    pub(crate) async fn flush(&mut self) -> Result<(), SmtpErrorKind> {
        Ok(self.stream.flush().await?)
    }

    /// Sends one command, its line end included, and reads the reply.
    pub(crate) async fn ask(&mut self, command: &str) -> Result<Reply, SmtpErrorKind> {
        self.put(command.as_bytes()).await?;
        self.flush().await?;
        self.reply().await
    }

    /// Reads the next reply.
    pub(crate) async fn reply(&mut self) -> Result<Reply, SmtpErrorKind> {
        let mut complete = String::new();
        for _ in 0..MOST_LINES {
            let line = self.line().await?;
            let (code, rest) = line
                .split_at_checked(3)
                .ok_or_else(|| SmtpErrorKind::protocol(line.as_str()))?;
            let is_last = !rest.starts_with('-');
            // "250" alone is a reply too (RFC 5321 §4.2.1); the parser wants its space.
            let text = rest.get(1..).unwrap_or_default();
            let separator = if is_last { ' ' } else { '-' };
            complete.push_str(&format!("{code}{separator}{text}\r\n"));
            if is_last {
                return complete.parse().map(Reply).map_err(|_| SmtpErrorKind::protocol(line));
            }
        }
        Err(SmtpErrorKind::protocol("a reply without end"))
    }

    /// How long a reply may take from now on.
    pub(crate) fn set_patience(&mut self, patience: Duration) {
        self.stream.set_read_deadline(patience);
    }

    async fn line(&mut self) -> Result<String, SmtpErrorKind> {
        let mut line = Vec::new();
        loop {
            if self.used >= self.ahead.len() {
                self.ahead.clear();
                self.used = 0;
                if self.stream.read_buf(&mut self.ahead).await? == 0 {
                    return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
                }
            }
            let available = self.ahead.get(self.used..).unwrap_or_default();
            let end = available.iter().position(|byte| *byte == b'\n').map(|at| at + 1);
            let taken = end.unwrap_or(available.len());
            line.extend(available.iter().take(taken));
            self.used += taken;
            if end.is_some() {
                return Ok(String::from_utf8_lossy(line.trim_ascii_end()).into_owned());
            }
            if line.len() > LONGEST_LINE {
                return Err(SmtpErrorKind::protocol("a line without end"));
            }
        }
    }
}

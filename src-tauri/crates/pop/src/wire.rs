//! Framing: status lines and multi-line answers out of a byte stream.

use crate::{PopError, Result, unstuff::Unstuff};
use memchr::memchr;
use std::io;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

/// One read takes at most this much.
const READ_BUFFER: usize = 64 * 1024;

/// RFC 2449 §4 allows 512 octets; some servers greet at length.
const LONGEST_LINE: usize = 8 * 1024;

/// A stream with the bytes that were read ahead.
#[derive(Debug)]
pub(crate) struct Wire<S> {
    stream: S,
    ahead: Vec<u8>,
    used: usize,
}

/// The first line of an answer.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Status {
    /// `+OK` and the words after it.
    Ok(String),
    /// `-ERR` and the words after it.
    Err(String),
    /// `+` with a SASL challenge (RFC 5034 §4).
    Challenge,
}

impl<S: AsyncRead + AsyncWrite + Unpin + Send> Wire<S> {
    pub(crate) fn new(stream: S) -> Self {
        Self {
            stream,
            ahead: Vec::with_capacity(READ_BUFFER),
            used: 0,
        }
    }

    /// Puts a command, without its line end, into the write buffer.
    pub(crate) async fn put(&mut self, command: &str) -> Result<()> {
        self.stream.write_all(command.as_bytes()).await?;
        Ok(self.stream.write_all(b"\r\n").await?)
    }

    /// Sends what was put.
    pub(crate) async fn flush(&mut self) -> Result<()> {
        Ok(self.stream.flush().await?)
    }

    /// Reads the first line of an answer.
    pub(crate) async fn status(&mut self) -> Result<Status> {
        let line = self.line().await?;
        let (word, words) = line.split_once(' ').unwrap_or((&line, ""));
        match word {
            "+" => Ok(Status::Challenge),
            word if word.eq_ignore_ascii_case("+OK") => Ok(Status::Ok(words.trim().to_owned())),
            word if word.eq_ignore_ascii_case("-ERR") => Ok(Status::Err(words.trim().to_owned())),
            _ => Err(PopError::protocol(line)),
        }
    }

    /// Reads the rest of a multi-line answer up to its end, transparency removed, at most `limit` octets.
    pub(crate) async fn block(&mut self, limit: usize) -> Result<Vec<u8>> {
        let mut content = Vec::new();
        match self
            .stretch(&mut Unstuff::default(), &mut content, limit.saturating_add(1))
            .await?
        {
            true => Ok(content),
            false => Err(PopError::TooLarge(u64::try_from(limit).unwrap_or(u64::MAX))),
        }
    }

    /// Reads on in a multi-line answer until `content` holds `enough` octets or hardly more, or the answer ends; answers
    /// whether it did.
    pub(crate) async fn stretch(
        &mut self,
        unstuff: &mut Unstuff,
        content: &mut Vec<u8>,
        enough: usize,
    ) -> Result<bool> {
        while content.len() < enough {
            let available = self.available().await?;
            let all = available.len();
            let end = unstuff.feed(available, content);
            self.used += end.unwrap_or(all);
            if end.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    async fn line(&mut self) -> Result<String> {
        let mut line = Vec::new();
        loop {
            let available = self.available().await?;
            let end = memchr(b'\n', available).map(|at| at + 1);
            let taken = end.unwrap_or(available.len());
            line.extend(available.iter().take(taken));
            self.used += taken;
            if end.is_some() {
                return Ok(String::from_utf8_lossy(line.trim_ascii_end()).into_owned());
            }
            if line.len() > LONGEST_LINE {
                return Err(PopError::protocol("a line without end"));
            }
        }
    }

    /// What has arrived and is not used yet; waits until there is something.
    async fn available(&mut self) -> Result<&[u8]> {
        if self.used >= self.ahead.len() {
            self.ahead.clear();
            self.used = 0;
            if self.stream.read_buf(&mut self.ahead).await? == 0 {
                return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
            }
        }
        Ok(self.ahead.get(self.used..).unwrap_or_default())
    }
}

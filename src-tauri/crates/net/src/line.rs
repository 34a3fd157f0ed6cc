//! Lines before TLS: bounded, and nothing left over goes unnoticed.

use crate::NetErrorKind;
use tokio::io::{AsyncRead, AsyncReadExt};

/// No protocol sends longer lines before TLS; a server that does would fill our memory.
const LONGEST_LINE: usize = 8 * 1024;

/// Reads lines from a plain connection.
pub(crate) struct Lines<R> {
    source: R,
    buffer: Vec<u8>,
}

impl<R: AsyncRead + Unpin> Lines<R> {
    pub(crate) fn new(source: R) -> Self {
        Self {
            source,
            buffer: Vec::new(),
        }
    }

    /// The next line without its end, bytes beyond ASCII replaced.
    pub(crate) async fn next(&mut self) -> Result<String, NetErrorKind> {
        loop {
            if let Some(end) = self.buffer.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = self.buffer.drain(..=end).collect();
                return Ok(String::from_utf8_lossy(line.trim_ascii_end()).into_owned());
            }
            if self.buffer.len() > LONGEST_LINE {
                return Err(NetErrorKind::Protocol("a line without end".to_owned()));
            }
            let mut chunk = [0; 1024];
            match self.source.read(&mut chunk).await {
                Ok(0) => return Err(NetErrorKind::Disconnected),
                Ok(n) => self.buffer.extend(chunk.iter().take(n)),
                Err(error) => return Err(NetErrorKind::from_io(error, "before STARTTLS")),
            }
        }
    }

    /// Whether bytes have arrived beyond the lines taken.
    pub(crate) fn has_more(&self) -> bool {
        !self.buffer.is_empty()
    }

    /// Where the lines come from, to write the next command to.
    pub(crate) fn source(&mut self) -> &mut R {
        &mut self.source
    }
}

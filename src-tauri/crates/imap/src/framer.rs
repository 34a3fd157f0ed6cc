//! Finds where a logical line ends: a response with its literals (RFC 9051 §4.3), however its bytes are split.
//!
//! Each byte of text is looked at a constant number of times and literals are stepped over, so that framing is
//! linear. On the way the framer notes what `imap-proto` would read wrongly, or panic on.

use std::io;

/// Longest text of a line, its literals not counted. A SEARCH that hits a million letters stays below it.
const MAX_TEXT: usize = 16 << 20;
/// Longest logical line. We ask for letters above 4 MiB in windows of 1 MiB, so nothing honest comes near.
const MAX_LINE: usize = 64 << 20;
/// Text beyond this is not offered to `imap-proto`: `async-imap` would parse it anew with every 4 KiB it reads.
const MAX_OFFERED_TEXT: usize = 16 << 10;
/// Deeper nesting is not offered to `imap-proto`, which recurses; nothing we ask for nests deeper than three.
const MAX_OFFERED_DEPTH: usize = 8;

/// A complete logical line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Frame {
    /// Its length with the line end.
    pub len: usize,
    /// Whether `imap-proto` may be tried on it.
    pub offered: bool,
}

/// The state of the line that is being received.
#[derive(Debug, Default)]
pub struct Framer {
    /// Where the present stretch of text began: at 0, or behind a literal.
    text_start: usize,
    /// Up to where that text has been searched for a line feed.
    searched: usize,
    /// Text seen in earlier stretches.
    text_len: usize,
    kind: Kind,
    withheld: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Kind {
    #[default]
    Unknown,
    /// Tagged, untagged status, continuation: text for people, where braces mean nothing.
    Status,
    Fetch,
    Data,
}

impl Framer {
    /// Looks at what has arrived of the line; `None` while it is incomplete. An error ends the connection.
    pub fn advance(&mut self, line: &[u8]) -> io::Result<Option<Frame>> {
        loop {
            let Some(unsearched) = line.get(self.searched..) else {
                return Ok(None);
            };
            let Some(found) = unsearched.iter().position(|byte| *byte == b'\n') else {
                self.searched = line.len();
                self.check(line.len().saturating_sub(self.text_start), line.len())?;
                return Ok(None);
            };
            let end = self.searched + found + 1;
            let text = line.get(self.text_start..end).unwrap_or_default();
            if self.kind == Kind::Unknown {
                self.kind = kind(text);
            }
            self.check(text.len(), end)?;
            self.inspect(text);
            self.text_len += text.len();
            match literal_len(text).filter(|_| self.kind != Kind::Status) {
                Some(literal) => {
                    // `imap-proto` makes U+FFFD of 8-bit names, and `async-imap` would clear a buffer for a letter and
                    // copy it three times: reading letters took twice as long that way.
                    self.withheld = true;
                    self.text_start = end.saturating_add(literal);
                    self.searched = self.text_start;
                    self.check(0, self.text_start)?;
                }
                None => {
                    let offered = !self.withheld && self.text_len <= MAX_OFFERED_TEXT;
                    *self = Self::default();
                    return Ok(Some(Frame { len: end, offered }));
                }
            }
        }
    }

    /// How long the line is going to be at least; more than what is there while inside a literal.
    pub fn needed(&self) -> usize {
        self.searched
    }

    fn check(&self, text: usize, line: usize) -> io::Result<()> {
        if self.text_len + text > MAX_TEXT || line > MAX_LINE {
            return Err(io::Error::new(
                io::ErrorKind::InvalidData,
                "the server sent a line that has no end",
            ));
        }
        Ok(())
    }

    /// Notes what must not reach `imap-proto`.
    fn inspect(&mut self, text: &[u8]) {
        self.withheld |= match self.kind {
            // It cuts one byte behind the bracket, and panics when that splits a character.
            Kind::Status | Kind::Unknown => text
                .windows(2)
                .any(|pair| matches!(pair, [b']', next] if !next.is_ascii())),
            // `async-imap` would have each of these parsed twice and clear a buffer for it: a listing of 100,000 letters
            // took four times as long.
            Kind::Fetch => true,
            // It reads ENABLED as if it were CAPABILITY and LSUB as if it were LIST, fails on an ID whose line comes in two
            // reads, and makes U+FFFD of 8-bit names.
            Kind::Data => {
                !text.is_ascii()
                    || starts_with(text, b"* ENABLED")
                    || starts_with(text, b"* LSUB")
                    || starts_with(text, b"* ID ")
                    || !is_simple(text)
            }
        };
    }
}

fn kind(text: &[u8]) -> Kind {
    let Some(data) = text.strip_prefix(b"* ") else {
        return Kind::Status;
    };
    let mut words = data.split(|byte| byte.is_ascii_whitespace());
    let first = words.next().unwrap_or_default();
    if [&b"OK"[..], b"NO", b"BAD", b"BYE", b"PREAUTH"]
        .iter()
        .any(|word| word.eq_ignore_ascii_case(first))
    {
        Kind::Status
    } else if words.next().is_some_and(|word| word.eq_ignore_ascii_case(b"FETCH")) {
        Kind::Fetch
    } else {
        Kind::Data
    }
}

fn starts_with(text: &[u8], prefix: &[u8]) -> bool {
    text.get(..prefix.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

/// Free of escapes in quoted strings, which `imap-proto` leaves in, and not nested deeply.
fn is_simple(text: &[u8]) -> bool {
    let mut quoted = false;
    let mut depth = 0usize;
    for byte in text {
        match byte {
            b'"' => quoted = !quoted,
            b'\\' if quoted => return false,
            b'(' if !quoted => depth += 1,
            b')' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > MAX_OFFERED_DEPTH {
            return false;
        }
    }
    true
}

/// The length of the literal that this text announces at its end: `{42}`, `{42+}`, `~{42}`.
fn literal_len(text: &[u8]) -> Option<usize> {
    let text = text.strip_suffix(b"\n")?;
    let text = text.strip_suffix(b"\r").unwrap_or(text).strip_suffix(b"}")?;
    let text = text.strip_suffix(b"+").unwrap_or(text);
    let start = text.iter().rposition(|byte| !byte.is_ascii_digit())?;
    let digits = text.get(start + 1..).filter(|digits| !digits.is_empty())?;
    let announced = text.get(start) == Some(&b'{');
    // A number too long to be one is a literal all the same, and too long.
    announced.then(|| {
        std::str::from_utf8(digits)
            .ok()
            .and_then(|digits| digits.parse().ok())
            .unwrap_or(usize::MAX)
    })
}

#[cfg(test)]
mod tests;

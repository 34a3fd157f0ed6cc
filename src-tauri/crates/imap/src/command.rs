//! Puts a command together from atoms, quoted strings and literals (RFC 9051 §4).

use crate::{Error, MailboxName, Result};
use zeroize::Zeroizing;

/// A command without its tag. Wiped from memory when it has been sent: it may hold a password.
pub struct Command<'a> {
    pub(crate) parts: Vec<Part<'a>>,
}

/// A stretch of a command.
pub enum Part<'a> {
    /// Text to be sent as it stands.
    Text(Zeroizing<Vec<u8>>),
    /// Octets to be announced by their number.
    Literal(Literal<'a>),
}

impl Part<'_> {
    fn octets(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::Literal(literal) => literal.as_bytes().len(),
        }
    }
}

/// The octets of a literal.
pub enum Literal<'a> {
    /// Made for this command.
    Owned(Zeroizing<Vec<u8>>),
    /// The caller's.
    Borrowed(&'a [u8]),
}

impl Literal<'_> {
    /// The octets.
    pub fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Owned(bytes) => bytes,
            Self::Borrowed(bytes) => bytes,
        }
    }
}

impl<'a> Command<'a> {
    /// A command that begins with that text.
    pub fn new(text: impl AsRef<str>) -> Self {
        Self { parts: Vec::new() }.raw(text)
    }

    /// Adds text as it stands. It must come from this crate, never from a person or a server.
    pub fn raw(mut self, text: impl AsRef<str>) -> Self {
        self.push(text.as_ref().as_bytes());
        self
    }

    /// Adds a space and a mailbox name.
    pub fn mailbox(self, name: &MailboxName) -> Result<Self> {
        self.raw(" ").string(name.as_wire(), "the mailbox name")
    }

    /// Adds a string, quoted where it is ASCII and a literal where it is not. `what` names it in the error for CR,
    /// LF and NUL.
    pub fn string(mut self, value: &[u8], what: &'static str) -> Result<Self> {
        if value.iter().any(|byte| matches!(byte, b'\r' | b'\n' | 0)) {
            return Err(Error::Unsendable(what));
        }
        if value.is_ascii() {
            let mut quoted = Zeroizing::new(Vec::with_capacity(2 * value.len() + 2));
            quoted.push(b'"');
            for byte in value {
                if matches!(byte, b'"' | b'\\') {
                    quoted.push(b'\\');
                }
                quoted.push(*byte);
            }
            quoted.push(b'"');
            self.push(&quoted);
        } else {
            self.parts
                .push(Part::Literal(Literal::Owned(Zeroizing::new(value.to_vec()))));
        }
        Ok(self)
    }

    /// Adds a literal.
    pub fn literal(mut self, octets: &'a [u8]) -> Self {
        self.parts.push(Part::Literal(Literal::Borrowed(octets)));
        self
    }

    /// About how many octets it takes on the line, its tag not counted.
    pub fn octets(&self) -> usize {
        self.parts.iter().map(Part::octets).sum()
    }

    fn push(&mut self, text: &[u8]) {
        match self.parts.last_mut() {
            Some(Part::Text(last)) => last.extend_from_slice(text),
            _ => self.parts.push(Part::Text(Zeroizing::new(text.to_vec()))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(command: &Command<'_>) -> String {
        let part = |part: &Part<'_>| match part {
            Part::Text(text) => String::from_utf8(text.to_vec()).unwrap(),
            Part::Literal(literal) => format!("<{}>", String::from_utf8_lossy(literal.as_bytes())),
        };
        command.parts.iter().map(part).collect()
    }

    #[test]
    fn strings_are_quoted_or_literal() {
        let command = Command::new("LOGIN ")
            .string(b"a\"b", "it")
            .unwrap()
            .raw(" ")
            .string(b"\\ {3}", "it")
            .unwrap();
        assert_eq!(written(&command), r#"LOGIN "a\"b" "\\ {3}""#);
        let command = Command::new("LOGIN ").string("é".as_bytes(), "it").unwrap().raw(" x");
        assert_eq!(written(&command), "LOGIN <é> x");
        for wrong in [&b"a\r"[..], b"\n", b"a\0b"] {
            assert!(matches!(
                Command::new("X ").string(wrong, "it"),
                Err(Error::Unsendable("it"))
            ));
        }
    }
}

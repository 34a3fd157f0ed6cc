//! Takes a response line apart into its tokens (RFC 9051 §9), forgiving what servers get wrong.

use std::borrow::Cow;

/// Walks over one complete logical line. Never fails on hostile input: what it cannot take is `None`.
#[derive(Debug, Clone)]
pub struct Tokens<'a> {
    rest: &'a [u8],
}

impl<'a> Tokens<'a> {
    /// Tokens of that text.
    pub fn new(text: &'a [u8]) -> Self {
        Self { rest: text }
    }

    /// What has not been taken yet.
    pub fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// Passes over spaces.
    pub fn spaces(&mut self) {
        self.rest = self.rest.trim_ascii_start();
    }

    /// Takes that byte if it comes next.
    pub fn take(&mut self, byte: u8) -> bool {
        match self.rest.split_first() {
            Some((first, rest)) if *first == byte => {
                self.rest = rest;
                true
            }
            _ => false,
        }
    }

    /// Takes a word up to a space, a parenthesis or the end, after any spaces; brackets and what is between them
    /// belong to it, so that `BODY[HEADER.FIELDS (DATE)]<0>` is one word.
    pub fn word(&mut self) -> Option<&'a [u8]> {
        self.spaces();
        let mut in_brackets = false;
        let end = self.rest.iter().position(|byte| {
            match byte {
                b'[' => in_brackets = true,
                b']' => in_brackets = false,
                _ => {}
            }
            !in_brackets && matches!(byte, b' ' | b'(' | b')' | b'\r' | b'\n')
        });
        let (word, rest) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        self.rest = rest;
        (!word.is_empty()).then_some(word)
    }

    /// Takes a word that is text.
    pub fn text(&mut self) -> Option<&'a str> {
        self.word().and_then(|word| std::str::from_utf8(word).ok())
    }

    /// Takes a number.
    pub fn number(&mut self) -> Option<u64> {
        self.text()
            .filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()))
            .and_then(|text| text.parse().ok())
    }

    /// Takes a quoted string, a literal, or a bare word; `None` at a parenthesis or the end.
    pub fn string(&mut self) -> Option<Cow<'a, [u8]>> {
        self.spaces();
        match self.rest.first()? {
            b'"' => self.quoted(),
            b'{' | b'~' => self.literal().map(Cow::Borrowed),
            _ => self.word().map(Cow::Borrowed),
        }
    }

    /// Takes a string or NIL; the inner `None` is NIL.
    pub fn nstring(&mut self) -> Option<Option<Cow<'a, [u8]>>> {
        self.spaces();
        let quoted = self.rest.first() == Some(&b'"');
        let string = self.string()?;
        Some(if !quoted && string.eq_ignore_ascii_case(b"NIL") {
            None
        } else {
            Some(string)
        })
    }

    /// Takes the words of a parenthesised list, such as flags.
    pub fn words(&mut self) -> Option<Vec<&'a str>> {
        self.spaces();
        if !self.take(b'(') {
            return None;
        }
        let mut words = Vec::new();
        loop {
            self.spaces();
            if self.take(b')') {
                return Some(words);
            }
            words.push(self.text()?);
        }
    }

    /// Passes over one value of any shape, however deeply nested.
    pub fn skip(&mut self) -> Option<()> {
        let mut depth = 0usize;
        loop {
            self.spaces();
            if self.take(b'(') {
                depth += 1;
            } else if self.take(b')') {
                depth = depth.checked_sub(1)?;
            } else {
                self.string()?;
            }
            if depth == 0 {
                return Some(());
            }
        }
    }

    fn quoted(&mut self) -> Option<Cow<'a, [u8]>> {
        let text = self.rest.get(1..)?;
        let end = text.iter().position(|byte| matches!(byte, b'"' | b'\\'))?;
        if text.get(end) == Some(&b'"') {
            self.rest = text.get(end + 1..)?;
            return text.get(..end).map(Cow::Borrowed);
        }
        let mut unescaped = Vec::new();
        let mut bytes = text.iter();
        while let Some(byte) = bytes.next() {
            match byte {
                b'"' => {
                    self.rest = bytes.as_slice();
                    return Some(Cow::Owned(unescaped));
                }
                b'\\' => unescaped.push(*bytes.next()?),
                _ => unescaped.push(*byte),
            }
        }
        None
    }

    fn literal(&mut self) -> Option<&'a [u8]> {
        let head = self.rest.strip_prefix(b"~").unwrap_or(self.rest).strip_prefix(b"{")?;
        let end = head.iter().position(|byte| *byte == b'\n')?;
        let (number, after) = head.split_at_checked(end + 1)?;
        let digits = number.trim_ascii_end().strip_suffix(b"}")?;
        let digits = digits.strip_suffix(b"+").unwrap_or(digits);
        let len: usize = std::str::from_utf8(digits).ok()?.parse().ok()?;
        let (literal, rest) = after.split_at_checked(len)?;
        self.rest = rest;
        Some(literal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn strings_of_every_form() {
        let mut tokens = Tokens::new(b"atom \"\" \"a \\\"b\\\\\" {3}\r\n)\r\n ~{1+}\r\nx NIL \"NIL\"");
        let mut next = || tokens.nstring().map(|string| string.map(Cow::into_owned));
        assert_eq!(next(), Some(Some(b"atom".to_vec())));
        assert_eq!(next(), Some(Some(b"".to_vec())));
        assert_eq!(next(), Some(Some(b"a \"b\\".to_vec())));
        assert_eq!(next(), Some(Some(b")\r\n".to_vec())));
        assert_eq!(next(), Some(Some(b"x".to_vec())));
        assert_eq!(next(), Some(None));
        assert_eq!(next(), Some(Some(b"NIL".to_vec())));
        assert_eq!(next(), None);
    }

    #[test]
    fn values_are_passed_over_whole() {
        let mut tokens = Tokens::new(b"((\"a)\" {2}\r\n(( NIL) (x)) next");
        assert_eq!(tokens.skip(), Some(()));
        assert_eq!(tokens.word(), Some(&b"next"[..]));
        assert_eq!(Tokens::new(&b"(".repeat(1_000_000)).skip(), None);
    }

    proptest! {
        #[test]
        fn never_panics(text in "[ \\(\\)\"\\\\\\{\\}\\[\\]0-9a-c~\\+\r\n]{0,40}") {
            let mut tokens = Tokens::new(text.as_bytes());
            while tokens.skip().is_some() && !tokens.rest().is_empty() {}
            let _ = Tokens::new(text.as_bytes()).words();
            let _ = Tokens::new(text.as_bytes()).number();
        }
    }
}

//! A lenient HTML tokenizer over borrowed text.
//!
//! It follows the tokenization of the standard (HTML §13.2.5) in what matters for letters; it need not agree
//! with browsers in the last detail, because what is shown is written anew from these tokens. Linear in the input
//! whatever the input is: html5ever's own tokenizer compares every attribute of a tag with every other.

use super::entity::{self, Place};
use std::borrow::Cow;

/// Attributes read of one tag; the rest of them is passed over.
const MAX_ATTRIBUTES: usize = 64;

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Token<'a> {
    /// Text with its character references still in it.
    Text(&'a str),
    Start(Tag<'a>),
    /// Lower-case name.
    End(String),
    /// What stands between the start and the end tag of an element that holds no markup, such as `style`.
    Raw(&'a str),
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Tag<'a> {
    /// Lower case.
    pub name: String,
    pub self_closing: bool,
    attributes: Vec<(String, &'a str)>,
}

impl<'a> Tag<'a> {
    /// The decoded value of the first attribute of that lower-case name.
    pub fn attribute(&self, name: &str) -> Option<Cow<'a, str>> {
        self.attributes
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| entity::decode(value, Place::Attribute))
    }

    /// Lower-case names and decoded values.
    pub fn attributes(&self) -> impl Iterator<Item = (&str, Cow<'a, str>)> {
        self.attributes
            .iter()
            .map(|(name, value)| (name.as_str(), entity::decode(value, Place::Attribute)))
    }
}

/// Elements whose content is text up to their end tag.
fn holds_raw_text(name: &str) -> bool {
    matches!(
        name,
        "script" | "style" | "title" | "textarea" | "xmp" | "iframe" | "noembed" | "noframes" | "plaintext"
    )
}

/// The tokens of a document.
pub(crate) struct Tokens<'a> {
    rest: &'a str,
    /// Set behind the start tag of an element that holds raw text.
    raw: Option<String>,
}

impl<'a> Tokens<'a> {
    pub fn new(html: &'a str) -> Self {
        Self { rest: html, raw: None }
    }

    fn take(&mut self, length: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at_checked(length).unwrap_or((self.rest, ""));
        self.rest = rest;
        taken
    }

    fn raw_text(&mut self, name: &str) -> Token<'a> {
        let bytes = self.rest.as_bytes();
        let mut from = 0;
        let end = loop {
            let Some(at) = self
                .rest
                .get(from..)
                .and_then(|rest| rest.find("</"))
                .map(|at| from + at)
            else {
                break bytes.len();
            };
            let after = at + 2 + name.len();
            let is_name = bytes
                .get(at + 2..after)
                .is_some_and(|word| word.eq_ignore_ascii_case(name.as_bytes()));
            let is_whole = bytes
                .get(after)
                .is_none_or(|byte| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>'));
            if is_name && is_whole && name != "plaintext" {
                break at;
            }
            from = at + 2;
        };
        Token::Raw(self.take(end))
    }

    /// Reads what begins with `<`; `None` when it was a comment or the like.
    fn markup(&mut self) -> Option<Token<'a>> {
        let after = self.rest.get(1..).unwrap_or_default();
        match after.as_bytes().first() {
            Some(byte) if byte.is_ascii_alphabetic() => Some(self.start_tag()),
            Some(b'/') => match after.as_bytes().get(1) {
                Some(byte) if byte.is_ascii_alphabetic() => Some(self.end_tag()),
                _ => self.bogus(),
            },
            Some(b'!') if after.starts_with("!--") => {
                self.comment();
                None
            }
            Some(b'!' | b'?') => self.bogus(),
            _ => Some(Token::Text(self.take(1))),
        }
    }

    fn comment(&mut self) {
        let body = self.rest.get(4..).unwrap_or_default();
        let length = if body.starts_with('>') {
            5
        } else if body.starts_with("->") {
            6
        } else {
            let closed = [("-->", 3), ("--!>", 4)]
                .iter()
                .filter_map(|(end, size)| body.find(end).map(|at| at + size))
                .min();
            closed.map_or(self.rest.len(), |size| size + 4)
        };
        self.take(length);
    }

    /// `<!doctype ...>`, `<?xml ...>`, `<![if !mso]>`, `</ >`
    fn bogus(&mut self) -> Option<Token<'a>> {
        let end = self.rest.find('>').map_or(self.rest.len(), |at| at + 1);
        self.take(end);
        None
    }

    fn name(&mut self) -> String {
        let end = self
            .rest
            .find(|c: char| c.is_ascii_whitespace() || matches!(c, '/' | '>'))
            .unwrap_or(self.rest.len());
        self.take(end).to_ascii_lowercase()
    }

    fn end_tag(&mut self) -> Token<'a> {
        self.take(2);
        let name = self.name();
        self.attributes();
        Token::End(name)
    }

    fn start_tag(&mut self) -> Token<'a> {
        self.take(1);
        let name = self.name();
        let (attributes, self_closing) = self.attributes();
        if holds_raw_text(&name) {
            self.raw = Some(name.clone());
        }
        Token::Start(Tag {
            name,
            self_closing,
            attributes,
        })
    }

    /// Reads up to and with the `>` of the tag; also whether a `/` stood before it.
    fn attributes(&mut self) -> (Vec<(String, &'a str)>, bool) {
        let mut attributes: Vec<(String, &'a str)> = Vec::new();
        let mut slash = false;
        loop {
            self.skip_space();
            match self.rest.as_bytes().first() {
                None => return (attributes, slash),
                Some(b'>') => {
                    self.take(1);
                    return (attributes, slash);
                }
                Some(b'/') => {
                    self.take(1);
                    slash = true;
                }
                Some(_) => {
                    slash = false;
                    let (name, value) = self.one_attribute();
                    if attributes.len() < MAX_ATTRIBUTES && !attributes.iter().any(|(known, _)| *known == name) {
                        attributes.push((name, value));
                    }
                }
            }
        }
    }

    fn skip_space(&mut self) {
        self.rest = self.rest.trim_start_matches(|c: char| c.is_ascii_whitespace());
    }

    fn one_attribute(&mut self) -> (String, &'a str) {
        // A leading "=" is part of the name.
        let start = self.rest.chars().next().map_or(0, char::len_utf8);
        let tail = self.rest.get(start..).unwrap_or_default();
        let end = tail
            .find(|c: char| c.is_ascii_whitespace() || matches!(c, '/' | '>' | '='))
            .unwrap_or(tail.len());
        let name = self.take(start + end).to_ascii_lowercase();
        self.skip_space();
        if !self.rest.starts_with('=') {
            return (name, "");
        }
        self.take(1);
        self.skip_space();
        (name, self.value())
    }

    fn value(&mut self) -> &'a str {
        match self.rest.chars().next() {
            Some(quote @ ('"' | '\'')) => {
                self.take(1);
                let end = self.rest.find(quote).unwrap_or(self.rest.len());
                let value = self.take(end);
                self.take(1);
                value
            }
            _ => {
                let end = self
                    .rest
                    .find(|c: char| c.is_ascii_whitespace() || c == '>')
                    .unwrap_or(self.rest.len());
                self.take(end)
            }
        }
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        loop {
            if self.rest.is_empty() {
                return None;
            }
            if let Some(name) = self.raw.take() {
                return Some(self.raw_text(&name));
            }
            if self.rest.starts_with('<') {
                if let Some(token) = self.markup() {
                    return Some(token);
                }
            } else {
                let end = self.rest.find('<').unwrap_or(self.rest.len());
                return Some(Token::Text(self.take(end)));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(html: &str) -> String {
        Tokens::new(html)
            .map(|token| match token {
                Token::Text(text) => format!("[{text}]"),
                Token::Raw(text) => format!("{{{text}}}"),
                Token::End(name) => format!("</{name}>"),
                Token::Start(tag) => {
                    let attributes: String = tag
                        .attributes()
                        .map(|(name, value)| format!(" {name}={value}"))
                        .collect();
                    format!("<{}{attributes}{}>", tag.name, if tag.self_closing { "/" } else { "" })
                }
            })
            .collect()
    }

    #[test]
    fn markup() {
        assert_eq!(
            shown("a<B Class='x y' id=z checked>b</B\n>c"),
            "[a]<b class=x y id=z checked=>[b]</b>[c]"
        );
        assert_eq!(
            shown("<br/><a href=\"?a=1&amp;b=2\" HREF=no>"),
            "<br/><a href=?a=1&b=2>"
        );
        assert_eq!(
            shown("1 < 2 <3 <!-- x > --> y <!doctype html><?xml?><![if !mso]>z</>"),
            "[1 ][<][ 2 ][<][3 ][ y ][z]"
        );
        assert_eq!(shown("<style>a<b>{}</StyLe ><p>"), "<style>{a<b>{}}</style><p>");
        assert_eq!(shown("<title></titlex></title>x"), "<title>{</titlex>}</title>[x]");
        assert_eq!(shown("<img src=a/b/c.png>"), "<img src=a/b/c.png>");
        assert_eq!(shown("<!-->x<!--->y<!-- open"), "[x][y]");
    }

    #[test]
    fn a_tag_with_a_hundred_thousand_attributes_is_no_work() {
        let html = format!("<p {}>x", (0..100_000).map(|n| format!("a{n} ")).collect::<String>());
        assert_eq!(Tokens::new(&html).count(), 2);
    }
}

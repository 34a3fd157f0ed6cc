//! Writes letters the way the mail programs of this world do: MIME parts, transfer encodings, charsets of all ages,
//! encoded words (RFC 2045-2047, 2231, 3676).

use super::people::Person;
use crate::encode::base64;
use encoding_rs::{Encoding, UTF_8};
use std::fmt::Write as _;

/// A body part with its own header.
pub(super) struct Part {
    header: String,
    body: Vec<u8>,
}

/// How text is put on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Transfer {
    QuotedPrintable,
    Base64,
    EightBit,
}

impl Part {
    /// Text of that subtype (with parameters), in that charset. What the charset cannot say becomes a numeric character reference.
    pub fn text(subtype: &str, text: &str, charset: &str, transfer: Transfer) -> Self {
        let bytes = encoding(charset).encode(text).0.into_owned();
        let plain = bytes.is_ascii() && text.lines().all(|line| line.len() < 900);
        let (name, body) = match transfer {
            _ if plain => ("7bit", lines(&bytes)),
            Transfer::EightBit => ("8bit", lines(&bytes)),
            Transfer::Base64 => ("base64", base64_lines(&lines(&bytes))),
            Transfer::QuotedPrintable => ("quoted-printable", quoted_printable(&bytes)),
        };
        let (kind, params) = subtype
            .split_once(';')
            .map_or((subtype, String::new()), |(kind, params)| (kind, format!(";{params}")));
        let header =
            format!("Content-Type: text/{kind}; charset={charset}{params}\r\nContent-Transfer-Encoding: {name}\r\n");
        Self { header, body }
    }

    /// Plain text that may be wrapped anew (RFC 3676): lines of at most 72, a space at the end of those that go on.
    pub fn flowed(text: &str) -> Self {
        let mut out = String::new();
        for paragraph in text.lines() {
            let mut line = String::new();
            for word in paragraph.split(' ') {
                if !line.is_empty() && line.chars().count() + word.chars().count() > 70 {
                    out += &stuffed(&line);
                    out += " \n";
                    line.clear();
                } else if !line.is_empty() {
                    line.push(' ');
                }
                line += word;
            }
            out += &stuffed(line.trim_end());
            out.push('\n');
        }
        Self::text("plain; format=flowed", &out, "UTF-8", Transfer::EightBit)
    }

    /// A file that hangs on the letter.
    pub fn attachment(mime: &str, name: &str, bytes: &[u8]) -> Self {
        let mut header = format!("Content-Type: {mime}; {}\r\n", parameter("name", name));
        let _ = write!(
            header,
            "Content-Disposition: attachment; {}\r\n",
            parameter("filename", name)
        );
        header += "Content-Transfer-Encoding: base64\r\n";
        Self {
            header,
            body: base64_lines(bytes),
        }
    }

    /// A picture that the HTML beside it shows by `cid:`.
    pub fn inline(mime: &str, id: &str, bytes: &[u8]) -> Self {
        let header = format!(
            "Content-Type: {mime}\r\nContent-ID: <{id}>\r\nContent-Disposition: inline\r\nContent-Transfer-Encoding: base64\r\n"
        );
        Self {
            header,
            body: base64_lines(bytes),
        }
    }

    /// A part written by hand.
    pub fn raw(content_type: &str, body: &str) -> Self {
        Self {
            header: format!("Content-Type: {content_type}\r\n"),
            body: lines(body.as_bytes()),
        }
    }

    /// Parts in one. `subtype` may bring parameters; `mark` makes the boundary.
    pub fn multipart(subtype: &str, mark: u64, parts: &[Self]) -> Self {
        let boundary = format!("=_{mark:016x}");
        let mut body = Vec::new();
        for part in parts {
            body.extend(format!("--{boundary}\r\n{}\r\n", part.header).into_bytes());
            body.extend(&part.body);
            body.extend(b"\r\n");
        }
        body.extend(format!("--{boundary}--\r\n").into_bytes());
        Self {
            header: format!("Content-Type: multipart/{subtype};\r\n boundary=\"{boundary}\"\r\n"),
            body,
        }
    }

    /// The letter: this header, then the part's own.
    pub fn letter(self, header: &str) -> Vec<u8> {
        let mut raw = format!("{header}MIME-Version: 1.0\r\n{}\r\n", self.header).into_bytes();
        raw.extend(self.body);
        raw
    }
}

/// A header field with text in it, as encoded words where needed.
pub(super) fn field(name: &str, text: &str, charset: &str) -> String {
    format!("{name}: {}\r\n", words(text, charset, name.len() + 2))
}

/// `From: "Name" <address>` and its like.
pub(super) fn address_field(name: &str, people: &[Person], charset: &str) -> String {
    let listed: Vec<String> = people
        .iter()
        .map(|person| {
            let plain = person.name.is_ascii();
            let special = person.name.contains(|c: char| "()<>[]:;@\\,.\"".contains(c));
            let shown = if plain && special {
                format!("\"{}\"", person.name)
            } else {
                words(person.name, charset, name.len() + 2)
            };
            if person.name.is_empty() {
                person.email.to_owned()
            } else {
                format!("{shown} <{}>", person.email)
            }
        })
        .collect();
    format!("{name}: {}\r\n", listed.join(",\r\n "))
}

fn encoding(charset: &str) -> &'static Encoding {
    Encoding::for_label(charset.as_bytes()).unwrap_or(UTF_8)
}

/// Text as it stands if it is ASCII, else as encoded words of at most 75 octets, never dividing a character.
fn words(text: &str, charset: &str, column: usize) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    let coded = |piece: &str| format!("=?{charset}?B?{}?=", base64(&encoding(charset).encode(piece).0));
    let (mut done, mut piece) = (Vec::new(), String::new());
    for c in text.chars() {
        piece.push(c);
        let room = if done.is_empty() {
            75_usize.saturating_sub(column)
        } else {
            74
        };
        if coded(&piece).len() > room {
            piece.pop();
            done.push(coded(&piece));
            piece = c.to_string();
        }
    }
    done.push(coded(&piece));
    done.join("\r\n ")
}

/// A parameter that may hold any text (RFC 2231).
fn parameter(name: &str, value: &str) -> String {
    if value.is_ascii() {
        return format!("{name}=\"{value}\"");
    }
    let coded: String = value
        .bytes()
        .map(|byte| {
            if byte.is_ascii_alphanumeric() || byte == b'.' {
                char::from(byte).to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect();
    format!("{name}*=UTF-8''{coded}")
}

/// A line that starts with a space, `>` or `From ` gets one more space (RFC 3676 §4.4).
fn stuffed(line: &str) -> String {
    if line.starts_with([' ', '>']) || line.starts_with("From ") {
        format!(" {line}")
    } else {
        line.to_owned()
    }
}

/// LF to CRLF.
fn lines(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() + bytes.len() / 40);
    for byte in bytes {
        if *byte == b'\n' {
            out.push(b'\r');
        }
        out.push(*byte);
    }
    out
}

fn base64_lines(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() * 4 / 3 + bytes.len() / 28);
    // 57 octets are 76 characters.
    for chunk in bytes.chunks(57) {
        out.extend(base64(chunk).into_bytes());
        out.extend(b"\r\n");
    }
    out
}

fn quoted_printable(bytes: &[u8]) -> Vec<u8> {
    let mut out = String::new();
    for line in bytes.split(|byte| *byte == b'\n') {
        let mut column = 0;
        for (at, byte) in line.iter().enumerate() {
            let last_space = matches!(byte, b' ' | b'\t') && at + 1 == line.len();
            let literal = matches!(byte, b' ' | b'\t' | b'!'..=b'<' | b'>'..=b'~') && !last_space;
            let coded = if literal {
                char::from(*byte).to_string()
            } else {
                format!("={byte:02X}")
            };
            if column + coded.len() > 75 {
                out += "=\r\n";
                column = 0;
            }
            column += coded.len();
            out += &coded;
        }
        out += "\r\n";
    }
    // `split` gives an empty line after the last line end.
    out.truncate(out.len().saturating_sub(if bytes.ends_with(b"\n") { 2 } else { 0 }));
    out.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_short_and_words_whole() {
        let subject = "Größe und Gewicht der außergewöhnlich schönen Überraschung für die Großmutter";
        let field = field("Subject", subject, "UTF-8");
        assert!(
            field.lines().count() > 1 && field.lines().all(|line| line.len() <= 76),
            "{field}"
        );
        let long = "é".repeat(100) + " =\nend ";
        let coded = String::from_utf8(quoted_printable(long.as_bytes())).unwrap();
        assert!(coded.lines().all(|line| line.len() <= 76), "{coded}");
        assert!(coded.ends_with("=3D\r\nend=20\r\n"), "{coded}");
        let flowed = Part::flowed(&("word ".repeat(40) + "\n> not a quotation"));
        let text = String::from_utf8(flowed.body).unwrap();
        assert!(
            text.lines().all(|line| line.len() <= 78) && text.contains(" \r\n") && text.contains("\r\n > not"),
            "{text:?}"
        );
    }

    #[test]
    fn old_charsets() {
        let part = Part::text("plain", "週末の予定\n", "ISO-2022-JP", Transfer::EightBit);
        assert!(part.header.contains("7bit") && part.body.starts_with(b"\x1b$B"));
        let part = Part::text("plain", "Привет\n", "KOI8-R", Transfer::QuotedPrintable);
        assert_eq!(part.body, b"=F0=D2=C9=D7=C5=D4\r\n");
        assert_eq!(parameter("name", "Zürich 1.pdf"), "name*=UTF-8''Z%C3%BCrich%201.pdf");
    }
}

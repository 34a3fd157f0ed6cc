//! The MIME tree of a letter (RFC 2045, 2046): parts and where their bytes are, nothing decoded.
//!
//! Letters inside the letter (message/rfc822) are leaves: they are attachments. So only multiparts nest, and
//! [`MAX_DEPTH`] bounds the recursion of everything that walks the tree.

use crate::charset;
use crate::defect::{Defect, Defects};
use crate::envelope;
use crate::header::{self, Split};
use crate::line::{self, one_line};
use crate::transfer::{self, Encoding};
use mail_parser::{ContentType, HeaderName, HeaderValue, Message, MessageParser};
use memchr::memmem;
use pli_model::Envelope;
use std::borrow::Cow;
use std::sync::LazyLock;

/// Multiparts nested deeper are opaque. Forwarding chains of real letters reach about 10.
const MAX_DEPTH: usize = 32;
/// Parts counted in one letter.
const MAX_PARTS: u32 = 2_000;

/// Reads the header of a part.
static PART: LazyLock<MessageParser> =
    LazyLock::new(|| MessageParser::new().with_mime_headers().default_header_ignore());
/// Reads the header of a letter: what it says of the letter, and of its body.
static LETTER: LazyLock<MessageParser> = LazyLock::new(|| envelope::parser().with_mime_headers());

/// What Content-Disposition says (RFC 2183).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Disposition {
    /// No such field.
    Unsaid,
    Inline,
    /// `attachment`, or any unknown word, which counts as that.
    Attachment,
}

/// A node of the tree.
#[derive(Debug)]
pub(crate) struct Part<'a> {
    /// Its place in the letter, counted from the root (0) depth first. Stable for the same bytes.
    pub index: u32,
    /// `type/subtype`, lower case.
    pub media_type: String,
    /// File name as the letter says it, decoded; may be anything.
    pub name: Option<String>,
    pub disposition: Disposition,
    /// Without angle brackets.
    pub content_id: Option<String>,
    pub location: Option<String>,
    /// The body as it stands in the letter, still encoded.
    pub body: &'a [u8],
    /// Of a multipart.
    pub children: Vec<Part<'a>>,
    charset: Option<String>,
    /// `format=flowed` and `delsp=yes` (RFC 3676 §4).
    pub flowed: bool,
    pub del_sp: bool,
    encoding: Encoding,
}

/// A letter taken apart.
#[derive(Debug)]
pub(crate) struct Tree<'a> {
    /// What the header of the letter says; `None` when it could not be read.
    pub envelope: Option<Envelope>,
    pub root: Part<'a>,
}

/// Takes a letter apart.
pub(crate) fn parse<'a>(raw: &'a [u8], defects: &mut Defects) -> Tree<'a> {
    let split = header::split_letter(raw);
    let block = header::prepared_fields(split.header, envelope::is_read, defects);
    let message = header::parse(&LETTER, &block);
    let mut walk = Walk { parts: 0, defects };
    Tree {
        root: walk.part(message.as_ref(), split.body, "text/plain", 0),
        envelope: message.as_ref().map(envelope::of),
    }
}

impl<'a> Part<'a> {
    /// The content, transfer encoding undone.
    pub fn bytes(&self, defects: &mut Defects) -> Cow<'a, [u8]> {
        transfer::decode(self.encoding, self.body, defects)
    }

    /// The content as Unicode with LF line ends, whatever the type says.
    pub fn text(&self, defects: &mut Defects) -> String {
        self.decoded_text(&self.bytes(defects), defects)
    }

    /// The beginning of [`Self::text`], made from about that many bytes of the body.
    pub fn text_start(&self, enough: usize, defects: &mut Defects) -> String {
        let start = self.body.get(..enough.saturating_mul(2)).unwrap_or(self.body);
        let bytes = transfer::decode(self.encoding, start, defects);
        self.decoded_text(bytes.get(..enough).unwrap_or(&bytes), defects)
    }

    fn decoded_text(&self, bytes: &[u8], defects: &mut Defects) -> String {
        let from_markup = if self.charset.is_none() && self.media_type == "text/html" {
            meta_charset(bytes)
        } else {
            None
        };
        let decoded = charset::decode(bytes, self.charset.as_deref().or(from_markup.as_deref()));
        if !decoded.as_labelled {
            defects.note(Defect::Charset);
        }
        line::with_line_feeds(decoded.text)
    }

    /// `text` of `text/plain`.
    pub fn top_type(&self) -> &str {
        self.media_type.split('/').next().unwrap_or_default()
    }

    pub fn is_multipart(&self) -> bool {
        !self.children.is_empty()
    }
}

/// The charset an HTML document names within its first kilobyte (HTML §4.2.5.4).
fn meta_charset(bytes: &[u8]) -> Option<String> {
    let start = bytes.get(..1024).unwrap_or(bytes).to_ascii_lowercase();
    let at = start.windows(8).position(|window| window == b"charset=")?;
    let value = start.get(at + 8..)?;
    let value = value.strip_prefix(b"\"").or(value.strip_prefix(b"'")).unwrap_or(value);
    let end = value
        .iter()
        .position(|byte| !byte.is_ascii_alphanumeric() && !matches!(byte, b'-' | b'_' | b':'))?;
    String::from_utf8(value.get(..end)?.to_vec())
        .ok()
        .filter(|label| !label.starts_with("utf-16"))
}

struct Walk<'d> {
    parts: u32,
    defects: &'d mut Defects,
}

impl Walk<'_> {
    /// A part whose header has not been read yet.
    fn child<'a>(&mut self, split: Split<'a>, default_type: &str, depth: usize) -> Part<'a> {
        let block = header::prepared(split.header, self.defects);
        self.part(header::parse(&PART, &block).as_ref(), split.body, default_type, depth)
    }

    fn part<'a>(&mut self, header: Option<&Message<'_>>, body: &'a [u8], default_type: &str, depth: usize) -> Part<'a> {
        let index = self.parts;
        self.parts += 1;
        let (mut part, boundary) = described(header, body, default_type, index);
        if part.media_type.starts_with("multipart/") {
            if depth >= MAX_DEPTH {
                self.defects.note(Defect::NestingTooDeep);
            } else {
                self.children(&mut part, boundary, depth);
            }
        }
        part
    }

    fn children<'a>(&mut self, part: &mut Part<'a>, declared: Option<Vec<u8>>, depth: usize) {
        if declared.is_none() {
            self.defects.note(Defect::BoundaryMissing);
        }
        let Some(boundary) = declared.or_else(|| first_delimiter(part.body)) else {
            part.media_type = "text/plain".to_owned();
            return;
        };
        let default_type = if part.media_type == "multipart/digest" {
            "message/rfc822"
        } else {
            "text/plain"
        };
        let (bodies, closed) = divide(part.body, &boundary);
        if !closed {
            self.defects.note(Defect::BoundaryUnclosed);
        }
        if bodies.is_empty() {
            // A multipart by name only: what stands there is text.
            part.media_type = "text/plain".to_owned();
        }
        for body in bodies {
            if self.parts >= MAX_PARTS {
                self.defects.note(Defect::TooManyParts);
                break;
            }
            part.children
                .push(self.child(header::split_part(body), default_type, depth + 1));
        }
    }
}

/// A part without its children, and the boundary between them.
fn described<'a>(
    header: Option<&Message<'_>>,
    body: &'a [u8],
    default_type: &str,
    index: u32,
) -> (Part<'a>, Option<Vec<u8>>) {
    let field = |name| header.and_then(|header| header::field(header, &name));
    let content_type = field(HeaderName::ContentType).and_then(HeaderValue::as_content_type);
    let disposition = field(HeaderName::ContentDisposition).and_then(HeaderValue::as_content_type);
    let parameter = |name| content_type.and_then(|value| value.attribute(name));
    let text = |name| {
        field(name)
            .and_then(HeaderValue::as_text)
            .map(|text| one_line(text, 1_000))
    };
    let part = Part {
        index,
        media_type: content_type.map_or(default_type.to_owned(), media_type),
        name: disposition
            .and_then(|value| value.attribute("filename"))
            .or(parameter("name"))
            .map(str::to_owned),
        disposition: match disposition {
            None => Disposition::Unsaid,
            Some(value) if value.ctype().eq_ignore_ascii_case("inline") => Disposition::Inline,
            Some(_) => Disposition::Attachment,
        },
        content_id: text(HeaderName::ContentId).filter(|id| !id.is_empty()),
        location: text(HeaderName::ContentLocation).filter(|place| !place.is_empty()),
        body,
        children: Vec::new(),
        charset: parameter("charset").map(str::to_owned),
        flowed: parameter("format").is_some_and(|format| format.eq_ignore_ascii_case("flowed")),
        del_sp: parameter("delsp").is_some_and(|value| value.eq_ignore_ascii_case("yes")),
        encoding: Encoding::from_label(&text(HeaderName::ContentTransferEncoding).unwrap_or_default()),
    };
    let boundary = parameter("boundary").map(|boundary| boundary.trim_end().as_bytes().to_vec());
    (part, boundary.filter(|boundary| !boundary.is_empty()))
}

fn media_type(value: &ContentType<'_>) -> String {
    let clean = |word: &str| -> String {
        word.chars()
            .filter(|c| c.is_ascii_graphic() && *c != '/')
            .take(80)
            .collect::<String>()
            .to_ascii_lowercase()
    };
    let (top, sub) = (clean(value.ctype()), clean(value.subtype().unwrap_or_default()));
    match (top.as_str(), sub.as_str()) {
        // RFC 822 gateways and old mailers say just "text".
        ("text" | "", "") => "text/plain".to_owned(),
        (_, "") => "application/octet-stream".to_owned(),
        _ => format!("{top}/{sub}"),
    }
}

/// The boundary of the first line that looks like a delimiter.
fn first_delimiter(body: &[u8]) -> Option<Vec<u8>> {
    let line = body
        .split(|&byte| byte == b'\n')
        .find(|line| line.starts_with(b"--") && line.trim_ascii_end().len() > 6)?;
    line.trim_ascii_end().strip_prefix(b"--").map(<[u8]>::to_vec)
}

/// The bodies between delimiter lines (RFC 2046 §5.1.1), and whether the closing one was there.
fn divide<'a>(body: &'a [u8], boundary: &[u8]) -> (Vec<&'a [u8]>, bool) {
    let mut bodies = Vec::new();
    let mut start = None;
    for at in memmem::find_iter(body, &[b"--", boundary].concat()) {
        let (before, rest) = body.split_at_checked(at).unwrap_or((body, &[]));
        if !before.is_empty() && !before.ends_with(b"\n") {
            continue;
        }
        let (line, _) = header::next_line(rest);
        let Some(closing) = delimiter(line, boundary) else {
            continue;
        };
        if let Some(from) = start {
            bodies.push(without_line_end(body.get(from..at).unwrap_or_default()));
        }
        if closing {
            return (bodies, true);
        }
        start = Some(at + line.len());
    }
    if let Some(from) = start.filter(|&from| from < body.len()) {
        bodies.push(body.get(from..).unwrap_or_default());
    }
    (bodies, false)
}

/// Whether a line is a delimiter, and then whether it is the closing one.
fn delimiter(line: &[u8], boundary: &[u8]) -> Option<bool> {
    let rest = line.strip_prefix(b"--")?.strip_prefix(boundary)?.trim_ascii_end();
    match rest {
        b"" => Some(false),
        _ if rest.starts_with(b"--") => Some(true),
        _ => None,
    }
}

/// The line end before a delimiter belongs to the delimiter.
fn without_line_end(body: &[u8]) -> &[u8] {
    let body = body.strip_suffix(b"\n").unwrap_or(body);
    body.strip_suffix(b"\r").unwrap_or(body)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(raw: &str) -> (Vec<(u32, String, String)>, Vec<Defect>) {
        fn flatten(part: &Part<'_>, all: &mut Vec<(u32, String, String)>) {
            all.push((
                part.index,
                part.media_type.clone(),
                if part.is_multipart() {
                    String::new()
                } else {
                    part.text(&mut Defects::default())
                },
            ));
            part.children.iter().for_each(|child| flatten(child, all));
        }
        let mut defects = Defects::default();
        let mut all = Vec::new();
        flatten(&parse(raw.as_bytes(), &mut defects).root, &mut all);
        (all, defects.into_vec())
    }

    #[test]
    fn nested_multiparts_keep_their_order() {
        let raw = "Content-Type: multipart/mixed; boundary=\"a\"\n\npreamble\n--a\nContent-Type: multipart/alternative; boundary=ab\n\n\
                   --ab\n\none\n--ab\nContent-Type: text/html\n\n<b>two</b>\n--ab--\n\n--a  \nContent-Type: image/png\n\npng\n--a--\nepilogue";
        for raw in [raw.to_owned(), raw.replace('\n', "\r\n")] {
            let (parts, defects) = tree(&raw);
            let seen: Vec<_> = parts
                .iter()
                .map(|(index, media, text)| (*index, media.as_str(), text.as_str()))
                .collect();
            assert_eq!(
                seen,
                [
                    (0, "multipart/mixed", ""),
                    (1, "multipart/alternative", ""),
                    (2, "text/plain", "one"),
                    (3, "text/html", "<b>two</b>"),
                    (4, "image/png", "png"),
                ]
            );
            assert_eq!(defects, []);
        }
    }

    #[test]
    fn a_cut_letter_and_a_missing_boundary_are_read_all_the_same() {
        let (parts, defects) = tree("Content-Type: multipart/mixed; boundary=x\n\n--x\n\nfirst\n--x\n\nsecond, cut");
        assert_eq!(parts.last().unwrap().2, "second, cut");
        assert_eq!(defects, [Defect::BoundaryUnclosed]);

        let (parts, defects) = tree("Content-Type: multipart/mixed\n\n--guess-me\n\nfirst\n--guess-me--\n");
        assert_eq!(parts.last().unwrap().2, "first");
        assert_eq!(defects, [Defect::BoundaryMissing]);

        for header in ["multipart/mixed; boundary=x", "multipart/alternative"] {
            let (parts, _) = tree(&format!("Content-Type: {header}\n\nno delimiter at all"));
            assert_eq!(parts, [(0, "text/plain".to_owned(), "no delimiter at all".to_owned())]);
        }
    }

    #[test]
    fn digests_hold_letters_and_letters_are_leaves() {
        let (parts, _) = tree(
            "Content-Type: multipart/digest; boundary=x\n\n--x\n\nSubject: in\nContent-Type: multipart/mixed; boundary=x\n\nbody\n--x--\n",
        );
        assert_eq!(
            parts.iter().map(|part| part.1.as_str()).collect::<Vec<_>>(),
            ["multipart/digest", "message/rfc822"]
        );
    }

    #[test]
    fn nesting_and_number_are_bounded() {
        let mut deep = String::new();
        for level in 0..5_000 {
            deep.push_str(&format!(
                "Content-Type: multipart/mixed; boundary=b{level}\n\n--b{level}\n"
            ));
        }
        let (parts, defects) = tree(&deep);
        assert_eq!(parts.len(), MAX_DEPTH + 1);
        assert!(defects.contains(&Defect::NestingTooDeep));

        let many = format!(
            "Content-Type: multipart/mixed; boundary=x\n\n{}",
            "--x\n\np\n".repeat(5_000)
        );
        let (parts, defects) = tree(&many);
        assert_eq!(parts.len(), MAX_PARTS as usize);
        assert!(defects.contains(&Defect::TooManyParts));
    }

    #[test]
    fn the_charset_of_markup() {
        assert_eq!(
            meta_charset(b"<html><META charset='ISO-8859-2'>").as_deref(),
            Some("iso-8859-2")
        );
        let (parts, _) =
            tree("Content-Type: text/html\n\n<meta http-equiv=Content-Type content=\"text/html; charset=utf-8\">x");
        assert!(parts[0].2.ends_with("x"));
    }
}

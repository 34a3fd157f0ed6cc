//! Header blocks: where they end, their raw bytes made Unicode, their fields read by mail-parser.

use crate::charset;
use crate::defect::{Defect, Defects};
use mail_parser::{Header, HeaderName, HeaderValue, Message, MessageParser};
use memchr::memchr;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// More header than this is not read. Real ones have 2 to 30 KiB.
pub(crate) const MAX_HEADER: usize = 256 * 1024;

/// A letter or part, split at the empty line (RFC 5322 §2.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Split<'a> {
    /// The fields, with the line end of the last one.
    pub header: &'a [u8],
    /// Everything behind the empty line.
    pub body: &'a [u8],
}

/// Splits a letter. The line that mbox files put before a letter, and empty lines before it, are passed over.
pub(crate) fn split_letter(raw: &[u8]) -> Split<'_> {
    let mut rest = raw;
    loop {
        let (line, after) = next_line(rest);
        let skip = !after.is_empty() && (is_blank(line) || line.starts_with(b"From ") || line.starts_with(b">From "));
        if !skip {
            return split_at_empty_line(rest);
        }
        rest = after;
    }
}

/// Splits a body part (RFC 2046 §5.1). One that begins with something other than a field has no header at all.
pub(crate) fn split_part(raw: &[u8]) -> Split<'_> {
    let (first, _) = next_line(raw);
    if !is_blank(first) && !is_field(first) {
        Split { header: &[], body: raw }
    } else {
        split_at_empty_line(raw)
    }
}

fn split_at_empty_line(raw: &[u8]) -> Split<'_> {
    let mut at = 0;
    while let Some(rest) = raw.get(at..).filter(|rest| !rest.is_empty()) {
        let (line, after) = next_line(rest);
        let end = raw.len() - after.len();
        if is_blank(line) {
            return Split {
                header: raw.get(..at).unwrap_or_default(),
                body: after,
            };
        }
        at = end;
    }
    Split { header: raw, body: &[] }
}

/// The first line with its line end, and what follows.
pub(crate) fn next_line(raw: &[u8]) -> (&[u8], &[u8]) {
    let end = memchr(b'\n', raw).map_or(raw.len(), |at| at + 1);
    raw.split_at_checked(end).unwrap_or((raw, &[]))
}

fn is_blank(line: &[u8]) -> bool {
    matches!(line, b"\n" | b"\r\n" | b"\r")
}

fn is_field(line: &[u8]) -> bool {
    field_name(line).is_some()
}

/// The name of the field that begins with that line.
fn field_name(line: &[u8]) -> Option<&[u8]> {
    let name = line.get(..memchr(b':', line)?)?;
    let is_name = !name.is_empty() && name.trim_ascii_end().iter().all(u8::is_ascii_graphic);
    is_name.then(|| name.trim_ascii_end())
}

/// A header block ready for mail-parser: bounded, closed by an empty line (it drops ids that end at the end of
/// the input), raw 8-bit bytes made UTF-8 (it would make U+FFFD of them).
pub(crate) fn prepared(header: &[u8], defects: &mut Defects) -> Vec<u8> {
    decoded(bounded(header, defects).to_vec(), defects)
}

/// [`prepared`], with nothing but the fields whose names `is_read` answers for. Most of a header are traces of the letter's
/// way, and passing over them takes a fraction of what parsing them takes.
///
/// Lines end in CRLF, that of a date in a space and CRLF: mail-parser takes three octets for a zone that begins with a letter
/// (`Date: ... UT`), and where a line feed is one of them, the next field with it.
pub(crate) fn prepared_fields(header: &[u8], is_read: fn(&[u8]) -> bool, defects: &mut Defects) -> Vec<u8> {
    let mut rest = bounded(header, defects);
    let (mut fields, mut keep, mut is_date) = (Vec::new(), true, false);
    while !rest.is_empty() {
        let (line, after) = next_line(rest);
        if !line.starts_with(b" ") && !line.starts_with(b"\t") {
            let name = field_name(line);
            // What is no field is left to the parser.
            keep = name.is_none_or(is_read);
            is_date = name.is_some_and(|name| name.eq_ignore_ascii_case(b"date"));
        }
        if keep {
            let text = line.strip_suffix(b"\n").unwrap_or(line);
            fields.extend_from_slice(text.strip_suffix(b"\r").unwrap_or(text));
            fields.extend_from_slice(if is_date { b" \r\n" } else { b"\r\n" });
        }
        rest = after;
    }
    decoded(fields, defects)
}

fn bounded<'a>(header: &'a [u8], defects: &mut Defects) -> &'a [u8] {
    match header.get(..MAX_HEADER) {
        Some(start) if header.len() > MAX_HEADER => {
            defects.note(Defect::HeaderTooLong);
            let line_end = start
                .iter()
                .rposition(|&byte| byte == b'\n')
                .map_or(MAX_HEADER, |at| at + 1);
            start.get(..line_end).unwrap_or(start)
        }
        _ => header,
    }
}

fn decoded(fields: Vec<u8>, defects: &mut Defects) -> Vec<u8> {
    let is_unicode = (fields.is_ascii() && !fields.contains(&0x1b))
        || std::str::from_utf8(&fields).is_ok_and(|_| !charset::is_iso_2022_jp(&fields));
    let mut block = if is_unicode {
        fields
    } else {
        defects.note(Defect::RawHeaderBytes);
        decode_raw_lines(&fields)
    };
    if !block.ends_with(b"\n") {
        block.extend_from_slice(b"\r\n");
    }
    block.extend_from_slice(b"\r\n");
    block
}

/// Decodes the lines that are not UTF-8: by the charset the letter declares for its text, when they can be that,
/// else by what all of them together look like.
fn decode_raw_lines(block: &[u8]) -> Vec<u8> {
    let is_raw = |line: &[u8]| std::str::from_utf8(line).is_err() || charset::is_iso_2022_jp(line);
    let lines: Vec<&[u8]> = block.split_inclusive(|&byte| byte == b'\n').collect();
    let raw: Vec<u8> = lines
        .iter()
        .filter(|line| is_raw(line))
        .flat_map(|line| line.iter().copied())
        .collect();
    let declared =
        declared_charset(block).filter(|encoding| !encoding.decode(&raw).2 && *encoding != encoding_rs::UTF_8);
    let encoding = if charset::is_iso_2022_jp(&raw) {
        encoding_rs::ISO_2022_JP
    } else {
        declared.unwrap_or_else(|| charset::looks_like(&raw))
    };
    let mut decoded = Vec::with_capacity(block.len() * 2);
    for line in lines {
        if is_raw(line) {
            decode_line(line, encoding, &mut decoded);
        } else {
            decoded.extend_from_slice(line);
        }
    }
    decoded
}

/// Decodes a line, but for raw bytes inside of encoded words: these are in the charset of the word, and are only
/// escaped for it (RFC 2047 §4.2).
fn decode_line(line: &[u8], encoding: &'static encoding_rs::Encoding, out: &mut Vec<u8>) {
    let mut rest = line;
    while let Some(start) = rest.windows(2).position(|two| two == b"=?") {
        let (before, word) = rest.split_at_checked(start).unwrap_or((rest, &[]));
        out.extend_from_slice(encoding.decode_without_bom_handling(before).0.as_bytes());
        // =?charset?Q?text?= ends at its fourth question mark.
        let end = word
            .iter()
            .enumerate()
            .filter(|(_, byte)| **byte == b'?')
            .nth(3)
            .map_or(word.len(), |(at, _)| at + 1);
        let (word, after) = word.split_at_checked(end).unwrap_or((word, &[]));
        for &byte in word {
            if byte.is_ascii() {
                out.push(byte)
            } else {
                out.extend_from_slice(format!("={byte:02X}").as_bytes())
            }
        }
        rest = after;
    }
    out.extend_from_slice(encoding.decode_without_bom_handling(rest).0.as_bytes());
}

fn declared_charset(block: &[u8]) -> Option<&'static encoding_rs::Encoding> {
    const MARK: &[u8] = b"charset=";
    let at = block
        .windows(MARK.len())
        .position(|bytes| bytes.eq_ignore_ascii_case(MARK))?;
    let value = block.get(at + MARK.len()..)?.trim_ascii_start();
    let value = value.strip_prefix(b"\"").unwrap_or(value);
    let end = value
        .iter()
        .position(|&byte| matches!(byte, b'"' | b';') || byte.is_ascii_whitespace());
    encoding_rs::Encoding::for_label_no_replacement(value.get(..end.unwrap_or(value.len()))?)
}

/// Reads the fields of a [`prepared`] block. `None` when there are none, or when the parser gave up on them.
pub(crate) fn parse<'a>(parser: &MessageParser, block: &'a [u8]) -> Option<Message<'a>> {
    // mail-parser promises not to panic; a letter must not end the program if that promise breaks once.
    catch_unwind(AssertUnwindSafe(|| parser.parse_headers(block)))
        .ok()
        .flatten()
}

/// The fields of a parsed block, in their order.
pub(crate) fn fields<'m, 'a>(message: &'m Message<'a>) -> &'m [Header<'a>] {
    message.parts.first().map_or(&[], |root| root.headers.as_slice())
}

/// The first field of that name. Where a field that may stand once stands twice, the first is what servers show.
pub(crate) fn field<'m, 'a>(message: &'m Message<'a>, name: &HeaderName<'_>) -> Option<&'m HeaderValue<'a>> {
    fields(message)
        .iter()
        .find(|header| header.name == *name)
        .map(|header| &header.value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splitting() {
        let split = split_letter(b"\r\nFrom x@y Mon\r\nA: b\r\n c\r\n\r\nbody\n");
        assert_eq!((split.header, split.body), (&b"A: b\r\n c\r\n"[..], &b"body\n"[..]));
        assert_eq!(split_letter(b"A: b").header, b"A: b");
        assert_eq!(split_letter(b"").header, b"");
        assert_eq!(split_part(b"just text, no header\nmore\n").header, b"");
        assert_eq!(split_part(b"\r\ntext").body, b"text");
        assert_eq!(split_part(b"X-A : b\n\ntext").body, b"text");
    }

    #[test]
    fn only_what_is_read_is_prepared() {
        let header = b"Received: a\r\n\tb\r\nsubject : x\r\n y\r\nno field\r\nX-A: \xff\r\n z\r\nSubject: 2";
        let mut defects = Defects::default();
        let block = prepared_fields(header, |name| name.eq_ignore_ascii_case(b"Subject"), &mut defects);
        assert_eq!(block, b"subject : x\r\n y\r\nno field\r\nSubject: 2\r\n\r\n");
        assert_eq!(defects.into_vec(), []);
    }

    #[test]
    fn raw_bytes_are_decoded_by_the_declared_charset_or_by_their_looks() {
        let koi8 = b"Subject: \xf0\xd2\xc9\xd7\xc5\xd4\r\nContent-Type: text/plain; charset=\"koi8-r\"\r\n";
        let mut defects = Defects::default();
        let block = prepared(koi8, &mut defects);
        assert!(String::from_utf8_lossy(&block).starts_with("Subject: Привет\r\n"));
        assert_eq!(defects.into_vec(), [Defect::RawHeaderBytes]);

        let latin = b"Subject: R\xe9union \xe0 la pr\xe9fecture\r\n";
        let block = prepared(latin, &mut Defects::default());
        assert!(String::from_utf8_lossy(&block).starts_with("Subject: Réunion à la préfecture\r\n"));

        let in_a_word = b"Subject: Die \xe9l\xe8ves =?iso-8859-1?Q?Fr\xf6sche?= \xe9t\xe9\r\n";
        let block = prepared(in_a_word, &mut Defects::default());
        assert!(String::from_utf8_lossy(&block).starts_with("Subject: Die élèves =?iso-8859-1?Q?Fr=F6sche?= été\r\n"));

        let japanese = b"Subject: \x1b$B$3$s\x1b(B\r\n";
        let block = prepared(japanese, &mut Defects::default());
        assert!(String::from_utf8_lossy(&block).starts_with("Subject: こん\r\n"));
    }

    #[test]
    fn a_header_block_is_bounded_at_a_line() {
        let long = b"X-Filler: aaaaaaaaaaaaaaaaaaaaaaaaa\r\n".repeat(MAX_HEADER / 20);
        let mut defects = Defects::default();
        let block = prepared(&long, &mut defects);
        assert!(block.len() <= MAX_HEADER + 4 && block.ends_with(b"a\r\n\r\n"));
        assert_eq!(defects.into_vec(), [Defect::HeaderTooLong]);
    }
}

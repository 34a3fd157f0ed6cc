//! The letter on the wire: CRLF line ends only, and a second dot where a line begins with one (RFC 5321 §4.5.2).

use memchr::memmem;
use std::borrow::Cow;

/// The letter with every line end as CRLF, the last line's too. A bare CR or LF would be read as a line end by one
/// server and not by the next, which is how letters are smuggled into letters.
pub(crate) fn with_crlf(raw: &[u8]) -> Cow<'_, [u8]> {
    if is_canonical(raw) {
        return Cow::Borrowed(raw);
    }
    let mut out = Vec::with_capacity(raw.len() + raw.len() / 32 + 2);
    let mut rest = raw;
    while let Some(at) = memchr::memchr2(b'\r', b'\n', rest) {
        let (line, end) = rest.split_at(at);
        out.extend_from_slice(line);
        out.extend_from_slice(b"\r\n");
        rest = end.strip_prefix(b"\r\n").or_else(|| end.get(1..)).unwrap_or_default();
    }
    if !rest.is_empty() {
        out.extend_from_slice(rest);
        out.extend_from_slice(b"\r\n");
    }
    Cow::Owned(out)
}

fn is_canonical(raw: &[u8]) -> bool {
    let mut rest = raw;
    while let Some(at) = memchr::memchr2(b'\r', b'\n', rest) {
        let Some(after) = rest.get(at..).and_then(|end| end.strip_prefix(b"\r\n")) else {
            return false;
        };
        rest = after;
    }
    rest.is_empty()
}

/// A letter with CRLF line ends, cut before every dot that begins a line: on the wire, a second dot stands between
/// two pieces.
pub(crate) fn pieces(letter: &[u8]) -> impl Iterator<Item = &[u8]> {
    let first_line = letter.starts_with(b".").then_some(0);
    let dots = first_line
        .into_iter()
        .chain(memmem::find_iter(letter, b"\r\n.").map(|line_end| line_end + 2));
    dots.chain([letter.len()])
        .scan(0, |begun, cut| letter.get(std::mem::replace(begun, cut)..cut))
}

#[cfg(test)]
mod tests;

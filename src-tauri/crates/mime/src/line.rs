//! Decoded text made fit for a screen: headers on one line, bodies with one kind of line end.

use memchr::memchr2;

/// `text` on one line of at most `max_chars` characters: white space folded, control characters and those that
/// turn the reading direction around left out (they make `exe.pdf` of `fdp.exe`).
pub(crate) fn one_line(text: &str, max_chars: usize) -> String {
    if text.len() <= max_chars && is_plain_line(text) {
        return text.to_owned();
    }
    let mut line = String::with_capacity(text.len().min(max_chars));
    let mut count = 0;
    let mut gap = false;
    for c in text.chars() {
        if c.is_whitespace() {
            gap = count > 0;
        } else if !is_unprintable(c) {
            if count + usize::from(gap) >= max_chars {
                break;
            }
            if gap {
                line.push(' ');
                count += 1;
                gap = false;
            }
            line.push(c);
            count += 1;
        }
    }
    line
}

/// Whether it is nothing but printable ASCII with single spaces between words: most are.
fn is_plain_line(text: &str) -> bool {
    let mut after_space = true;
    for byte in text.bytes() {
        match byte {
            b' ' if !after_space => after_space = true,
            b'!'..=b'~' => after_space = false,
            _ => return false,
        }
    }
    text.is_empty() || !after_space
}

/// Control characters, and the explicit bidirectional formatting characters (UAX #9 §2).
pub(crate) fn is_unprintable(c: char) -> bool {
    c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// Cuts `text` to at most `max` bytes, at a character boundary.
pub(crate) fn truncated(text: &str, max: usize) -> &str {
    text.get(..text.floor_char_boundary(max)).unwrap_or(text)
}

/// `text` with LF for every line end (CRLF, CR), and without NUL.
pub(crate) fn with_line_feeds(text: String) -> String {
    let Some(first) = memchr2(b'\r', b'\0', text.as_bytes()) else {
        return text;
    };
    let mut out = String::with_capacity(text.len());
    let (mut rest, mut at) = (text.as_str(), Some(first));
    while let Some((before, after)) = at.and_then(|at| Some((rest.get(..at)?, rest.get(at + 1..)?))) {
        out.push_str(before);
        if rest.as_bytes().get(before.len()) == Some(&b'\r') && !after.starts_with('\n') {
            out.push('\n');
        }
        rest = after;
        at = memchr2(b'\r', b'\0', rest.as_bytes());
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_end_becomes_a_line_feed() {
        let feeds = |text: &str| with_line_feeds(text.to_owned());
        assert_eq!(feeds("plain\n"), "plain\n");
        assert_eq!(feeds("a\r\nb\rc\r\r\n\r"), "a\nb\nc\n\n\n");
        assert_eq!(feeds("\0a\r\0\né\0"), "a\n\né");
    }

    #[test]
    fn one_line_folds_and_bounds() {
        assert_eq!(one_line("  a\r\n\tb  c ", 100), "a b c");
        assert_eq!(one_line("a\u{0}b\u{202e}c", 100), "abc");
        assert_eq!(one_line("abc def", 5), "abc d");
        assert_eq!(one_line("abc def", 4), "abc");
        assert_eq!(one_line("ééé", 2), "éé");
        assert_eq!(truncated("aéb", 2), "a");
    }
}

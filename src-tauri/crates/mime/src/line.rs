//! Decoded header text made fit for one line of a screen.

/// `text` on one line of at most `max_chars` characters: white space folded, control characters and those that
/// turn the reading direction around left out (they make `exe.pdf` of `fdp.exe`).
pub(crate) fn one_line(text: &str, max_chars: usize) -> String {
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

/// Control characters, and the explicit bidirectional formatting characters (UAX #9 §2).
pub(crate) fn is_unprintable(c: char) -> bool {
    c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// Cuts `text` to at most `max` bytes, at a character boundary.
pub(crate) fn truncated(text: &str, max: usize) -> &str {
    text.get(..text.floor_char_boundary(max)).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

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

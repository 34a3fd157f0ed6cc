//! Character references (HTML §13.5) decoded.

use html5ever::data::{C1_REPLACEMENTS, NAMED_ENTITIES};
use std::borrow::Cow;

/// The longest name of the table has 32 characters with its semicolon.
const MAX_NAME: usize = 32;

/// Where a reference stands decides about names without semicolon: in `?a=1&copy=2` of a link nothing is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    Text,
    Attribute,
}

/// `text` with its character references decoded.
pub(crate) fn decode(text: &str, place: Place) -> Cow<'_, str> {
    let Some(first) = text.find('&') else {
        return Cow::Borrowed(text);
    };
    let (start, mut rest) = text.split_at(first);
    let mut out = String::with_capacity(text.len());
    out.push_str(start);
    while let Some(at) = rest.find('&') {
        let (before, reference) = rest.split_at(at);
        out.push_str(before);
        match named(reference, place, &mut out).or_else(|| numeric(reference, &mut out)) {
            Some(length) => rest = reference.get(length..).unwrap_or_default(),
            None => {
                out.push('&');
                rest = reference.get(1..).unwrap_or_default();
            }
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Both answer the bytes of the reference that was decoded.
fn named(reference: &str, place: Place, out: &mut String) -> Option<usize> {
    let name = reference.get(1..)?;
    let letters = name
        .bytes()
        .take(MAX_NAME)
        .take_while(u8::is_ascii_alphanumeric)
        .count();
    let with_semicolon = name.as_bytes().get(letters) == Some(&b';');
    let longest = letters + usize::from(with_semicolon);
    for length in (2..=longest).rev() {
        let candidate = name.get(..length)?;
        let Some(&(first, second)) = NAMED_ENTITIES.get(candidate).filter(|(first, _)| *first != 0) else {
            continue;
        };
        if !candidate.ends_with(';') && place == Place::Attribute {
            let next = name.as_bytes().get(length);
            if next.is_some_and(|byte| *byte == b'=' || byte.is_ascii_alphanumeric()) {
                return None;
            }
        }
        out.extend(
            [first, second]
                .into_iter()
                .filter(|code| *code != 0)
                .filter_map(char::from_u32),
        );
        return Some(length + 1);
    }
    None
}

fn numeric(reference: &str, out: &mut String) -> Option<usize> {
    let digits = reference.strip_prefix("&#")?;
    let (digits, radix, skipped) = match digits.strip_prefix(['x', 'X']) {
        Some(hex) => (hex, 16, 3),
        None => (digits, 10, 2),
    };
    let count = digits
        .bytes()
        .take_while(|byte| char::from(*byte).is_digit(radix))
        .count();
    if count == 0 {
        return None;
    }
    let code = digits
        .get(..count)
        .and_then(|number| u32::from_str_radix(number, radix).ok())
        .unwrap_or(u32::MAX);
    out.push(character(code));
    let semicolon = usize::from(digits.as_bytes().get(count) == Some(&b';'));
    Some(skipped + count + semicolon)
}

/// Numbers 128 to 159 mean Windows-1252; what is no character is U+FFFD.
fn character(code: u32) -> char {
    let from_windows = code
        .checked_sub(0x80)
        .and_then(|at| C1_REPLACEMENTS.get(at as usize))
        .copied()
        .flatten();
    from_windows
        .or_else(|| char::from_u32(code))
        .filter(|c| *c != '\0')
        .unwrap_or(char::REPLACEMENT_CHARACTER)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references() {
        assert_eq!(
            decode("a &lt; b &amp;&nbsp;&#99;&#x64;&#X65 &hellip;", Place::Text),
            "a < b &\u{a0}cde …"
        );
        assert_eq!(
            decode("&euro &eacutex &nosuch; & &; &#; &#128; &#0;&#xD800;", Place::Text),
            "&euro éx &nosuch; & &; &#; € \u{fffd}\u{fffd}"
        );
        assert_eq!(decode("?a=1&copy=2&amp;b&lt", Place::Attribute), "?a=1&copy=2&b<");
        assert_eq!(decode("&#106;avascript&colon;x", Place::Attribute), "javascript:x");
    }
}

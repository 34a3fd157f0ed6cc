//! File names from letters made safe for any file system: they come from strangers.

use crate::line::is_unprintable;
use crate::media_type;

/// Longest name, in characters and in bytes: NTFS takes 255 UTF-16 units, ext4 and APFS 255 bytes, and whoever
/// saves may add " (2)".
const MAX_CHARS: usize = 120;
const MAX_BYTES: usize = 200;

/// A name without path, control, bidirectional or reserved characters, that is no device on Windows, not hidden
/// on Unix and never empty. What it says last, up to its extension, is kept.
pub(crate) fn safe(name: Option<&str>, media: &str) -> String {
    let name = name.unwrap_or_default();
    let last = name
        .rsplit(['/', '\\'])
        .find(|piece| !piece.trim().is_empty())
        .unwrap_or_default();
    let cleaned: String = last
        .chars()
        .filter(|c| !is_unprintable(*c) && !matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}' | '\u{2029}'))
        .map(|c| {
            if matches!(c, '<' | '>' | ':' | '"' | '|' | '?' | '*') {
                '_'
            } else {
                c
            }
        })
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .collect();
    let trimmed = cleaned.trim_matches(|c: char| c == ' ' || c == '.');
    let named = if trimmed.is_empty() {
        fallback(media)
    } else {
        trimmed.to_owned()
    };
    let bounded = bounded(&named);
    if is_windows_device(&bounded) {
        format!("_{bounded}")
    } else {
        bounded
    }
}

fn fallback(media: &str) -> String {
    let stem = match media {
        "message/rfc822" => "letter",
        "text/calendar" => "invitation",
        _ if media.starts_with("image/") => "image",
        _ => "attachment",
    };
    media_type::extension(media).map_or(stem.to_owned(), |extension| format!("{stem}.{extension}"))
}

/// Shortens the stem, keeps the extension.
fn bounded(name: &str) -> String {
    if name.chars().count() <= MAX_CHARS && name.len() <= MAX_BYTES {
        return name.to_owned();
    }
    let (stem, extension) = match name.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() && extension.len() <= 16 => (stem, Some(extension)),
        _ => (name, None),
    };
    let tail = extension.map_or(0, |extension| extension.len() + 1);
    let mut short = String::new();
    for c in stem.chars().take(MAX_CHARS - tail) {
        if short.len() + c.len_utf8() + tail > MAX_BYTES {
            break;
        }
        short.push(c);
    }
    let short = short.trim_end_matches([' ', '.']);
    extension.map_or_else(|| short.to_owned(), |extension| format!("{short}.{extension}"))
}

/// Names that Windows gives to devices, whatever the extension.
fn is_windows_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_uppercase();
    let numbered = |prefix: &str| {
        stem.strip_prefix(prefix).is_some_and(|rest| {
            let mut chars = rest.chars();
            matches!((chars.next(), chars.next()), (Some('0'..='9' | '¹' | '²' | '³'), None))
        })
    };
    matches!(stem.as_str(), "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$") || numbered("COM") || numbered("LPT")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_names() {
        for (hostile, expected) in [
            ("../../etc/passwd", "passwd"),
            ("C:\\Users\\x\\report.doc", "report.doc"),
            ("..", "attachment.pdf"),
            ("", "attachment.pdf"),
            ("a/", "a"),
            (".bashrc", "bashrc"),
            ("photo\u{202e}gpj.exe", "photogpj.exe"),
            ("a\r\nb\0.txt", "ab.txt"),
            ("what?:*.txt", "what___.txt"),
            ("CON", "_CON"),
            ("nul.tar.gz", "_nul.tar.gz"),
            ("com1.txt", "_com1.txt"),
            ("LPT² .txt", "_LPT² .txt"),
            ("computer.txt", "computer.txt"),
            ("trailing. . ", "trailing"),
            ("Rapport d'été.pdf", "Rapport d'été.pdf"),
        ] {
            assert_eq!(safe(Some(hostile), "application/pdf"), expected, "{hostile:?}");
        }
        assert_eq!(safe(None, "image/png"), "image.png");
        assert_eq!(safe(None, "application/x-strange"), "attachment");
    }

    #[test]
    fn long_names_keep_their_extension() {
        let long = safe(Some(&format!("{}.pdf", "é".repeat(500))), "application/pdf");
        assert!(long.ends_with("é.pdf") && long.len() <= MAX_BYTES && long.chars().count() <= MAX_CHARS);
        assert!(safe(Some(&"x".repeat(500)), "text/plain").len() <= MAX_BYTES);
        assert!(safe(Some(&format!("a.{}", "x".repeat(500))), "text/plain").len() <= MAX_BYTES);
    }
}

//! Bytes of some charset to Unicode: by their label where it is true, by their looks where it is not.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, ISO_2022_JP, UTF_8};

/// Decoded text, and whether the label was there and right (or not needed).
pub(crate) struct Decoded {
    pub text: String,
    pub as_labelled: bool,
}

/// Decodes `bytes` labelled with `label` (a MIME charset name, RFC 2046 §4.1.2).
///
/// Labels are a promise that real letters break: UTF-8 said to be ASCII, Latin-1 said to be UTF-8, names of no
/// charset. In those cases UTF-8 is tried, then the charset is guessed.
pub(crate) fn decode(bytes: &[u8], label: Option<&str>) -> Decoded {
    let label = label.map(|label| label.trim_matches(|c: char| c.is_whitespace() || matches!(c, '"' | '\'')));
    let label = label.filter(|label| !label.is_empty() && !label.to_ascii_lowercase().contains("ascii"));
    let Some(label) = label else {
        return Decoded {
            text: guess(bytes),
            as_labelled: true,
        };
    };
    if label.eq_ignore_ascii_case("utf-7") || label.eq_ignore_ascii_case("unicode-1-1-utf-7") {
        return Decoded {
            text: encodify::utf7::MAIL.decode_lossy(bytes),
            as_labelled: true,
        };
    }
    match Encoding::for_label_no_replacement(label.as_bytes()) {
        Some(encoding) if encoding == UTF_8 => decode_utf8(bytes),
        Some(encoding) => Decoded {
            text: encoding.decode(bytes).0.into_owned(),
            as_labelled: true,
        },
        None => match mail_parser::decoders::charsets::map::charset_decoder(label.as_bytes()) {
            Some(decoder) => Decoded {
                text: decoder(bytes),
                as_labelled: true,
            },
            None => Decoded {
                text: guess(bytes),
                as_labelled: false,
            },
        },
    }
}

/// A stray broken sequence leaves the rest readable; when much is broken, it was never UTF-8.
fn decode_utf8(bytes: &[u8]) -> Decoded {
    let whole = match std::str::from_utf8(bytes) {
        Ok(text) => Some(text),
        // Only the last character is cut off.
        Err(error) if error.error_len().is_none() => bytes
            .get(..error.valid_up_to())
            .and_then(|start| std::str::from_utf8(start).ok()),
        Err(_) => None,
    };
    if let Some(text) = whole {
        return Decoded {
            text: text.trim_start_matches('\u{feff}').to_owned(),
            as_labelled: true,
        };
    }
    let lossy = String::from_utf8_lossy(bytes);
    let broken = lossy.chars().filter(|&c| c == char::REPLACEMENT_CHARACTER).count();
    let foreign = lossy.chars().filter(|c| !c.is_ascii()).count();
    let text = if broken * 4 <= foreign {
        lossy.into_owned()
    } else {
        guess(bytes)
    };
    Decoded {
        text,
        as_labelled: false,
    }
}

/// Unlabelled bytes: UTF-8 if they are that, else what they most look like.
pub(crate) fn guess(bytes: &[u8]) -> String {
    if let Ok(text) = std::str::from_utf8(bytes)
        && !is_iso_2022_jp(bytes)
    {
        return text.trim_start_matches('\u{feff}').to_owned();
    }
    looks_like(bytes).decode(bytes).0.into_owned()
}

/// The likeliest charset of bytes that are not UTF-8.
pub(crate) fn looks_like(bytes: &[u8]) -> &'static Encoding {
    if is_iso_2022_jp(bytes) {
        return ISO_2022_JP;
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(bytes, true);
    detector.guess(None, Utf8Detection::Deny)
}

/// Whether there is an escape into JIS X 0208, which no other text has. It is 7-bit, so a test for UTF-8 passes.
pub(crate) fn is_iso_2022_jp(bytes: &[u8]) -> bool {
    bytes.contains(&0x1b) && bytes.windows(3).any(|three| three == b"\x1b$B" || three == b"\x1b$@")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_true_and_false() {
        assert_eq!(decode(b"caf\xe9", Some("ISO-8859-1")).text, "café");
        assert_eq!(decode("café".as_bytes(), Some("us-ascii")).text, "café");
        assert_eq!(
            decode(b"\xcf\xf0\xe8\xe2\xe5\xf2, \xec\xe8\xf0", Some("windows-1251")).text,
            "Привет, мир"
        );
        assert_eq!(decode("\u{feff}bom".as_bytes(), Some("utf-8")).text, "bom");
        assert_eq!(decode(b"Hi Mom -+Jjo--!", Some("UTF-7")).text, "Hi Mom -☺-!");
        let lying = decode(b"Un caf\xe9 bien serr\xe9, tr\xe8s chaud", Some("utf-8"));
        assert_eq!(
            (lying.text.as_str(), lying.as_labelled),
            ("Un café bien serré, très chaud", false)
        );
        assert!(!decode(b"abc", Some("x-no-such-thing")).as_labelled);
    }

    #[test]
    fn a_cut_utf8_letter_keeps_the_rest() {
        let mut bytes = "Привет, как дела".as_bytes().to_vec();
        bytes.pop();
        assert!(decode(&bytes, Some("utf-8")).text.starts_with("Привет, как дел"));
    }

    #[test]
    fn escapes_into_japanese_are_seen() {
        assert_eq!(guess(b"\x1b$B$3$s\x1b(B!"), "こん!");
        assert_eq!(guess(b"\x1b[1mbold"), "\u{1b}[1mbold");
    }
}

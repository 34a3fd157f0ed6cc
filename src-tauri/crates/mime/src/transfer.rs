//! Content-Transfer-Encoding undone (RFC 2045 §6), leniently: what can be decoded is.

use crate::defect::{Defect, Defects};
use crate::header::next_line;
use std::borrow::Cow;

/// How a body is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// `7bit`, `8bit`, `binary`, or unknown.
    Identity,
    Base64,
    QuotedPrintable,
    /// From before MIME, still seen as `x-uuencode`.
    Uuencode,
}

impl Encoding {
    pub fn from_label(label: &str) -> Self {
        // Some mailers add a comment or a semicolon.
        let word = label
            .split(|c: char| c.is_whitespace() || matches!(c, ';' | '('))
            .find(|word| !word.is_empty());
        match word.unwrap_or_default().trim_matches('"').to_ascii_lowercase().as_str() {
            "base64" => Self::Base64,
            "quoted-printable" => Self::QuotedPrintable,
            "x-uuencode" | "x-uue" | "uuencode" => Self::Uuencode,
            _ => Self::Identity,
        }
    }
}

/// The decoded body.
pub(crate) fn decode<'a>(encoding: Encoding, body: &'a [u8], defects: &mut Defects) -> Cow<'a, [u8]> {
    match encoding {
        Encoding::Identity => Cow::Borrowed(body),
        // The engine keeps malformed escapes literally, so the error cannot occur.
        Encoding::QuotedPrintable => encodify::qp::BODY.decode(body).unwrap_or(Cow::Borrowed(body)),
        Encoding::Base64 => Cow::Owned(base64(body, defects)),
        Encoding::Uuencode => Cow::Owned(uuencode(body, defects)),
    }
}

fn base64(body: &[u8], defects: &mut Defects) -> Vec<u8> {
    let mut decoder = encodify::base64::LENIENT.any_alphabet().decoder();
    let mut out = Vec::with_capacity(body.len() / 4 * 3 + 3);
    let mut rest = body;
    loop {
        let taken = decoder.decode_symbols(rest, &mut out);
        let Some((stop, after)) = rest.get(taken..).and_then(<[u8]>::split_first) else {
            break;
        };
        if *stop == b'=' {
            decoder.pad(&mut out);
        } else if !stop.is_ascii_whitespace() {
            defects.note(Defect::TransferEncoding);
        }
        rest = after;
    }
    decoder.finish(&mut out);
    out
}

/// The lines between `begin` and `end` (POSIX uuencode).
fn uuencode(body: &[u8], defects: &mut Defects) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len() / 4 * 3);
    let mut rest = body;
    let mut begun = false;
    while !rest.is_empty() {
        let (line, after) = next_line(rest);
        rest = after;
        let line = line.trim_ascii_end();
        if !begun {
            begun = line.starts_with(b"begin ");
        } else if line == b"end" {
            return out;
        } else if let Some((&count, symbols)) = line.split_first() {
            uu_line(usize::from(count.wrapping_sub(b' ') & 63), symbols, &mut out);
        }
    }
    defects.note(Defect::TransferEncoding);
    out
}

fn uu_line(count: usize, symbols: &[u8], out: &mut Vec<u8>) {
    let mut left = count;
    for four in symbols.chunks(4) {
        let quantum = (0..4).fold(0u32, |bits, at| {
            (bits << 6) | u32::from(four.get(at).map_or(0, |byte| byte.wrapping_sub(b' ') & 63))
        });
        let [_, bytes @ ..] = quantum.to_be_bytes();
        out.extend(bytes.iter().take(left));
        left = left.saturating_sub(3);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(label: &str, body: &str) -> (String, bool) {
        let mut defects = Defects::default();
        let bytes = decode(Encoding::from_label(label), body.as_bytes(), &mut defects).into_owned();
        (
            String::from_utf8_lossy(&bytes).into_owned(),
            defects.into_vec().is_empty(),
        )
    }

    #[test]
    fn every_encoding() {
        assert_eq!(decoded("BASE64", "SGVs\r\nbG8=\r\n"), ("Hello".into(), true));
        assert_eq!(
            decoded("quoted-printable", "caf=C3=A9 =\r\nau lait=0A=zz"),
            ("café au lait\n=zz".into(), true)
        );
        assert_eq!(
            decoded("x-uuencode", "begin 644 a.txt\n#0V%T\n`\nend\n"),
            ("Cat".into(), true)
        );
        assert_eq!(decoded("8bit", "as is"), ("as is".into(), true));
    }

    #[test]
    fn damaged_base64_gives_what_is_there() {
        assert_eq!(decoded("base64", "SGVs*bG8="), ("Hello".into(), false));
        // Two encoded pieces glued together, as list software does with its footer.
        assert_eq!(decoded("base64", "SGk=\nSGVsbG8="), ("HiHello".into(), true));
        assert_eq!(decoded("base64", "SGVsbG"), ("Hell".into(), true));
    }
}

//! The encodings that letters and mailbox names are written in. Only writing: reading is the tested code's own work.

/// Base64 without line breaks (RFC 4648 §4).
pub(crate) fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let group = chunk
            .iter()
            .chain([0, 0].iter())
            .take(3)
            .fold(0_usize, |group, byte| group << 8 | usize::from(*byte));
        for place in 0..4 {
            let digit = ALPHABET
                .get(group >> (18 - 6 * place) & 63)
                .map_or('=', |digit| char::from(*digit));
            text.push(if place > chunk.len() { '=' } else { digit });
        }
    }
    text
}

/// A mailbox name as IMAP4rev1 sends it (RFC 3501 §5.1.3).
pub(crate) fn modified_utf7(name: &str) -> String {
    let mut text = String::new();
    let mut pending: Vec<u8> = Vec::new();
    let flush = |pending: &mut Vec<u8>, text: &mut String| {
        if !pending.is_empty() {
            let coded = base64(pending).replace('/', ",");
            *text += &format!("&{}-", coded.trim_end_matches('='));
            pending.clear();
        }
    };
    for c in name.chars() {
        if (' '..='~').contains(&c) {
            flush(&mut pending, &mut text);
            text.push(c);
            if c == '&' {
                text.push('-');
            }
        } else {
            pending.extend(c.encode_utf16(&mut [0; 2]).iter().flat_map(|unit| unit.to_be_bytes()));
        }
    }
    flush(&mut pending, &mut text);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_of_every_remainder() {
        let cases = [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foobar", "Zm9vYmFy"),
        ];
        for (plain, coded) in cases {
            assert_eq!(base64(plain.as_bytes()), coded);
        }
    }

    #[test]
    fn mailbox_names() {
        assert_eq!(modified_utf7("Arts & Crafts"), "Arts &- Crafts");
        assert_eq!(modified_utf7("Entwürfe/日本語"), "Entw&APw-rfe/&ZeVnLIqe-");
    }
}

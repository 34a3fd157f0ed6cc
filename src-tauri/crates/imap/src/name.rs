//! Mailbox names: Unicode on our side, modified UTF-7 (RFC 3501 §5.1.3) on the wire.
//!
//! A server may hold names that are no modified UTF-7 at all (raw 8-bit, a lone `&`). Such a name is shown as well
//! as it can be, and its exact wire bytes are kept, for only they name that mailbox to the server.

use base64::Engine;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

const MUTF7: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::IMAP_MUTF7,
    GeneralPurposeConfig::new()
        .with_encode_padding(false)
        .with_decode_padding_mode(DecodePaddingMode::RequireNone),
);

/// A mailbox name as it stands on the wire.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct MailboxName(Vec<u8>);

impl MailboxName {
    /// The wire form of a Unicode name.
    pub fn encode(name: &str) -> Self {
        if name.eq_ignore_ascii_case("INBOX") {
            return Self(b"INBOX".to_vec());
        }
        let mut wire = String::with_capacity(name.len());
        let mut shifted: Vec<u8> = Vec::new();
        for c in name.chars() {
            if matches!(c, ' '..='~') {
                flush(&mut wire, &mut shifted);
                wire.push(c);
                if c == '&' {
                    wire.push('-');
                }
            } else {
                shifted.extend(c.encode_utf16(&mut [0; 2]).iter().flat_map(|unit| unit.to_be_bytes()));
            }
        }
        flush(&mut wire, &mut shifted);
        Self(wire.into_bytes())
    }

    /// A name as the server wrote it. `INBOX` is one name in any case (RFC 9051 §5.1).
    pub fn from_wire(wire: &[u8]) -> Self {
        Self(if wire.eq_ignore_ascii_case(b"INBOX") {
            b"INBOX".to_vec()
        } else {
            wire.to_vec()
        })
    }

    /// The name in Unicode. A name that is not what [`Self::encode`] writes is taken literally, with U+FFFD for
    /// what is no UTF-8: two such names may look alike, so keep the wire form beside it.
    pub fn decode(&self) -> String {
        decode(&self.0)
            .filter(|name| Self::encode(name) == *self)
            .unwrap_or_else(|| String::from_utf8_lossy(&self.0).into_owned())
    }

    /// Whether [`Self::encode`] of the decoded name gives this name again.
    pub fn is_canonical(&self) -> bool {
        Self::encode(&self.decode()) == *self
    }

    /// The bytes on the wire.
    pub fn as_wire(&self) -> &[u8] {
        &self.0
    }
}

fn flush(wire: &mut String, shifted: &mut Vec<u8>) {
    if !shifted.is_empty() {
        wire.push('&');
        MUTF7.encode_string(&*shifted, wire);
        wire.push('-');
        shifted.clear();
    }
}

fn decode(wire: &[u8]) -> Option<String> {
    let mut rest = std::str::from_utf8(wire).ok().filter(|text| text.is_ascii())?;
    let mut name = String::with_capacity(rest.len());
    while let Some((plain, shifted)) = rest.split_once('&') {
        name.push_str(plain);
        let (encoded, after) = shifted.split_once('-')?;
        if encoded.is_empty() {
            name.push('&');
        } else {
            let bytes = MUTF7.decode(encoded).ok()?;
            let (units, odd) = bytes.as_chunks::<2>();
            if !odd.is_empty() {
                return None;
            }
            name.push_str(
                &String::from_utf16(&units.iter().map(|unit| u16::from_be_bytes(*unit)).collect::<Vec<_>>()).ok()?,
            );
        }
        rest = after;
    }
    name.push_str(rest);
    Some(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn known_names() {
        for (name, wire) in [
            ("INBOX", "INBOX"),
            ("Entwürfe", "Entw&APw-rfe"),
            ("R&D", "R&-D"),
            ("~peter/mail/台北/日本語", "~peter/mail/&U,BTFw-/&ZeVnLIqe-"),
            ("Отправленные", "&BB4EQgQ,BEAEMAQyBDsENQQ9BD0ESwQ1-"),
            ("📮", "&2D3c7g-"),
            ("a\u{7f}\tb", "a&AH8ACQ-b"),
        ] {
            assert_eq!(MailboxName::encode(name).as_wire(), wire.as_bytes(), "{name}");
            assert_eq!(MailboxName::from_wire(wire.as_bytes()).decode(), name);
        }
        assert_eq!(MailboxName::from_wire(b"inbox"), MailboxName::encode("Inbox"));
    }

    #[test]
    fn names_that_are_no_modified_utf7_stay_usable() {
        for wire in [
            &b"Entw\xfcrfe"[..],
            "Entwürfe".as_bytes(),
            b"a&b",
            b"&&&",
            b"&2D0-",
            b"&A-",
            b"&AGE-x",
            b"&AP=-",
        ] {
            let name = MailboxName::from_wire(wire);
            assert!(!name.decode().is_empty());
            assert!(!name.is_canonical(), "{:?}", String::from_utf8_lossy(wire));
            assert_eq!(name.as_wire(), wire);
        }
    }

    proptest! {
        #[test]
        fn any_name_goes_there_and_back(name in any::<String>()) {
            let wire = MailboxName::encode(&name);
            prop_assert!(wire.as_wire().iter().all(|byte| (b' '..=b'~').contains(byte)));
            let back = wire.decode();
            prop_assert!(back == name || name.eq_ignore_ascii_case("INBOX"));
            prop_assert!(wire.is_canonical());
        }

        #[test]
        fn any_bytes_decode_to_something(wire in proptest::collection::vec(any::<u8>(), 0..40)) {
            let name = MailboxName::from_wire(&wire);
            prop_assert_eq!(name.decode().is_empty(), wire.is_empty());
        }
    }
}

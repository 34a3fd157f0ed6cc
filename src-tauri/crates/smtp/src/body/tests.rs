use super::*;
use proptest::prelude::*;

fn on_the_wire(raw: &[u8]) -> Vec<u8> {
    let letter = with_crlf(raw);
    let pieces: Vec<&[u8]> = pieces(&letter).collect();
    pieces.join(b".".as_slice())
}

/// What a server makes of it: lines by CRLF, the end at a lone dot, one dot off.
fn received(wire: &[u8]) -> Option<(Vec<u8>, usize)> {
    let (mut letter, mut rest) = (Vec::new(), wire);
    loop {
        let end = memmem::find(rest, b"\r\n")? + 2;
        let (line, after) = rest.split_at(end);
        if line == b".\r\n" {
            return Some((letter, wire.len() - after.len()));
        }
        letter.extend_from_slice(line.strip_prefix(b".").unwrap_or(line));
        rest = after;
    }
}

#[test]
fn line_ends_become_crlf_and_the_last_line_has_one() {
    let cases: [(&[u8], &[u8]); 9] = [
        (b"", b""),
        (b"a", b"a\r\n"),
        (b"a\n", b"a\r\n"),
        (b"a\rb\n\rc\r\n", b"a\r\nb\r\n\r\nc\r\n"),
        (b"a\r\n", b"a\r\n"),
        (b"\n.\n", b"\r\n.\r\n"),
        (b"\r\r\n", b"\r\n\r\n"),
        (b"a\r", b"a\r\n"),
        (b"a\n\nb", b"a\r\n\r\nb\r\n"),
    ];
    for (raw, expected) in cases {
        assert_eq!(with_crlf(raw).as_ref(), expected, "{raw:?}");
    }
    assert!(
        matches!(with_crlf(b"a\r\nb\r\n"), Cow::Borrowed(_)),
        "what is right already is not copied"
    );
}

#[test]
fn dots_are_doubled_at_line_starts_only() {
    assert_eq!(on_the_wire(b".\n..\na.b\n\n.c"), b"..\r\n...\r\na.b\r\n\r\n..c\r\n");
    assert_eq!(on_the_wire(b""), b"");
    assert_eq!(on_the_wire(b"."), b"..\r\n");
}

proptest! {
    #[test]
    fn a_server_reads_the_same_letter_and_no_other(
        raw in prop::collection::vec(prop_oneof![Just(b'.'), Just(b'\r'), Just(b'\n'), any::<u8>()], 0..200),
    ) {
        let mut wire = on_the_wire(&raw);
        wire.extend_from_slice(b".\r\n");
        let (letter, used) = received(&wire).unwrap();
        prop_assert_eq!(used, wire.len(), "nothing ends it early");
        prop_assert_eq!(&letter, &with_crlf(&raw).into_owned());
        let bare = letter.windows(2).any(|pair| (pair[1] == b'\n') != (pair[0] == b'\r'));
        prop_assert!(!bare && letter.first() != Some(&b'\n'), "no bare CR or LF");
    }
}

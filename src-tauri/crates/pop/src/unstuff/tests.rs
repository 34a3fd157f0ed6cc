use super::*;
use proptest::prelude::*;

/// What a server does with a letter (RFC 1939 §3), written down independently: by lines.
fn stuff(letter: &[u8]) -> Vec<u8> {
    let mut wire = Vec::new();
    let mut rest = letter;
    while !rest.is_empty() {
        let end = rest
            .windows(2)
            .position(|pair| pair == b"\r\n")
            .map_or(rest.len(), |at| at + 2);
        let (line, after) = rest.split_at(end);
        if line.starts_with(b".") {
            wire.push(b'.');
        }
        wire.extend_from_slice(line);
        rest = after;
    }
    if !letter.is_empty() && !letter.ends_with(b"\r\n") {
        wire.extend_from_slice(b"\r\n");
    }
    wire.extend_from_slice(b".\r\n");
    wire
}

/// A letter as it arrives: POP3 cannot say that the last line has no end.
fn arrives(letter: &[u8]) -> Vec<u8> {
    let mut expected = letter.to_vec();
    if !letter.is_empty() && !letter.ends_with(b"\r\n") {
        expected.extend_from_slice(b"\r\n");
    }
    expected
}

/// Feeds `wire` in pieces of `size`; answers the content and what lies beyond the end.
fn unstuff(wire: &[u8], size: usize) -> (Vec<u8>, Vec<u8>) {
    let (mut unstuff, mut out) = (Unstuff::default(), Vec::new());
    let mut fed = 0;
    for piece in wire.chunks(size) {
        if let Some(used) = unstuff.feed(piece, &mut out) {
            return (out, wire[fed + used..].to_vec());
        }
        fed += piece.len();
    }
    panic!("no end in {:?}", String::from_utf8_lossy(wire));
}

#[test]
fn the_awkward_letters() {
    let letters: [&[u8]; 14] = [
        b"",
        b".",
        b"..",
        b".\r\n",
        b"\r\n",
        b"\r\n.\r\n",
        b".\r\n.\r\n",
        b"...\r\n..\r\n",
        b"a",
        b"\r",
        b".\r",
        b".\rx\r\n",
        b"a\n.\nb\r\n",
        b"\r\r\n.\r\r\n",
    ];
    for letter in letters {
        let mut wire = stuff(letter);
        wire.extend_from_slice(b"+OK next");
        for size in 1..=wire.len() {
            let (content, beyond) = unstuff(&wire, size);
            assert_eq!(content, arrives(letter), "{letter:?} in pieces of {size}");
            assert_eq!(beyond, b"+OK next", "{letter:?} in pieces of {size}");
        }
    }
}

proptest! {
    #[test]
    fn every_letter_arrives_whole_at_every_read_size(
        letter in prop::collection::vec(prop_oneof![Just(b'.'), Just(b'\r'), Just(b'\n'), any::<u8>()], 0..80),
    ) {
        let mut wire = stuff(&letter);
        wire.extend_from_slice(b".\r\nnext");
        for size in 1..=wire.len() {
            let (content, beyond) = unstuff(&wire, size);
            prop_assert_eq!(content, arrives(&letter));
            prop_assert_eq!(beyond, b".\r\nnext");
        }
    }
}

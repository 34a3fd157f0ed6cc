//! What is kept of a letter that is too large to be held: enough to sum it up for the list.

/// Octets of the beginning that are kept: the header, and the text of nearly every letter.
const BEGINNING: usize = 1024 * 1024;
/// Octets that are kept from each line on that may be a delimiter (RFC 2046 §5.1.1): the header of a part.
const PART_HEADER: usize = 8 * 1024;
/// All of them.
const MOST: usize = 8 * 1024 * 1024;
/// A line is looked at in parts of about this length.
const LINE: usize = 8 * 1024;

/// A letter passing by: its beginning, and the delimiters and headers of its parts. What is left out are the middles of large
/// parts, of which the list shows nothing.
#[derive(Debug, Default)]
pub struct Outline {
    kept: Vec<u8>,
    /// The line that has not ended yet, or a part of it.
    line: Vec<u8>,
    /// Whether `line` is the end of a longer one.
    is_cut: bool,
    /// Octets to be kept from here on.
    open: usize,
}

impl Outline {
    /// Looks at the next octets.
    pub fn pass(&mut self, octets: &[u8]) {
        for part in octets.split_inclusive(|&octet| octet == b'\n') {
            self.line.extend_from_slice(part);
            if self.line.len() >= LINE || self.line.ends_with(b"\n") {
                self.end_line();
            }
        }
    }

    /// The letter as it is kept: it begins like the whole one, with its header.
    pub fn finish(mut self) -> Vec<u8> {
        self.end_line();
        self.kept
    }

    fn end_line(&mut self) {
        if !self.is_cut && self.line.starts_with(b"--") {
            self.open = PART_HEADER;
        }
        let is_kept = self.kept.len() < BEGINNING || self.open > 0;
        if is_kept && self.kept.len() < MOST {
            self.kept.extend_from_slice(&self.line);
        }
        self.open = self.open.saturating_sub(self.line.len());
        self.is_cut = !self.line.ends_with(b"\n");
        self.line.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::summarize;

    fn outlined(raw: &[u8], stretch: usize) -> Vec<u8> {
        let mut outline = Outline::default();
        raw.chunks(stretch).for_each(|some| outline.pass(some));
        outline.finish()
    }

    /// A letter with parts of so many lines each, a picture of the text and a file behind it.
    fn letter(lines: usize) -> Vec<u8> {
        let attachment = "A".repeat(76) + "\r\n";
        let mut raw =
            b"Subject: big\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\nHello there\r\n".to_vec();
        for header in [
            "Content-Type: image/png\r\nContent-ID: <a@b>",
            "Content-Type: application/pdf; name=a.pdf\r\nContent-Disposition: attachment",
        ] {
            raw.extend(format!("--x\r\n{header}\r\nContent-Transfer-Encoding: base64\r\n\r\n").bytes());
            raw.extend(attachment.repeat(lines).bytes());
        }
        raw.extend(b"--x--\r\n");
        raw
    }

    #[test]
    fn a_letter_that_is_not_large_is_kept_as_it_is() {
        for raw in [
            letter(100),
            b"".to_vec(),
            b"a".to_vec(),
            b"a\n--\n\n-".to_vec(),
            vec![b'x'; 100_000],
        ] {
            for stretch in [1, 7, 4096] {
                assert!(outlined(&raw, stretch) == raw);
            }
        }
    }

    #[test]
    fn a_large_one_is_summed_up_alike() {
        let raw = letter(100_000);
        let kept = outlined(&raw, 64 * 1024);
        assert!(kept.len() < BEGINNING + 8 * PART_HEADER, "{}", kept.len());
        assert_eq!(summarize(&kept), summarize(&raw));
        assert!(summarize(&kept).has_attachments);
    }

    #[test]
    fn it_is_bounded_whatever_comes() {
        for raw in [b"--\n".repeat(8 << 20), vec![b'-'; 24 << 20]] {
            assert!(outlined(&raw, 1 << 20).len() <= MOST + 2 * LINE);
        }
    }
}

//! Transparency (RFC 1939 §3): a line that begins with a dot has one more on the wire; a dot alone ends the answer.
//!
//! Lines end in CRLF and nothing else. A server that holds letters with bare line feeds stuffs by CRLF lines too, so
//! to see an end in LF-dot-LF would cut such a letter short.

use memchr::memmem::Finder;
use std::sync::LazyLock;

/// A line end before a line that begins with a dot.
static BEFORE_DOT: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(b"\r\n."));

/// Removes the stuffing from a stream in pieces of any size. Linear; never looks back.
#[derive(Debug, Default)]
pub(crate) struct Unstuff {
    at: At,
}

#[derive(Debug, Default, Clone, Copy)]
enum At {
    #[default]
    LineStart,
    /// After a dot at the start of a line; not yet handed on.
    Dot,
    /// After dot and CR at the start of a line; neither yet handed on.
    DotCr,
    InLine,
    /// After a CR in a line, handed on.
    Cr,
}

impl Unstuff {
    /// Appends the content of `input` to `out`. At the end of the answer tells how many octets of `input` belong to
    /// it; the rest belongs to the next answer.
    pub(crate) fn feed(&mut self, input: &[u8], out: &mut Vec<u8>) -> Option<usize> {
        let mut rest = input;
        while let Some((first, after)) = rest.split_first() {
            (self.at, rest) = match (self.at, first) {
                (At::LineStart, b'.') => (At::Dot, after),
                (At::Dot, b'\r') => (At::DotCr, after),
                (At::DotCr, b'\n') => {
                    self.at = At::LineStart;
                    return Some(input.len() - after.len());
                }
                // It was a line of dot, CR and more: the dot was stuffing, the CR is content.
                (At::DotCr, _) => {
                    out.push(b'\r');
                    (At::Cr, rest)
                }
                (At::Cr, b'\n') => {
                    out.push(b'\n');
                    (At::LineStart, after)
                }
                (At::LineStart | At::Dot | At::Cr | At::InLine, _) => copy_lines(rest, out),
            };
        }
        None
    }
}

/// Copies lines up to one that begins with a dot, or all of it.
fn copy_lines<'a>(input: &'a [u8], out: &mut Vec<u8>) -> (At, &'a [u8]) {
    let cut = BEFORE_DOT.find(input).and_then(|at| input.split_at_checked(at + 2));
    let (lines, rest) = cut.unwrap_or((input, &[]));
    out.extend_from_slice(lines);
    let at = match lines {
        [.., b'\r', b'\n'] => At::LineStart,
        [.., b'\r'] => At::Cr,
        _ => At::InLine,
    };
    (at, rest)
}

#[cfg(test)]
mod tests;

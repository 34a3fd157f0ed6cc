//! What the list of letters shows of a letter.

use crate::body::{self, Prefer};
use crate::defect::Defects;
use crate::flowed;
use crate::html::{self, Hidden};
use crate::part::{self, Part};
use pli_model::Envelope;

/// Longest snippet, in characters.
const MAX_CHARS: usize = 200;
/// Text that is looked at for a snippet, in bytes: what is enough for most letters, and what is not too much for one that
/// begins with a long quote.
const GLANCED_AT: usize = 2 * 1024;
const LOOKED_AT: usize = 16 * 1024;
/// The same of markup, which may begin with a long style sheet.
const MARKUP_LOOKED_AT: usize = 512 * 1024;

/// One row of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Summary {
    /// What the header says.
    pub envelope: Envelope,
    /// The beginning of what the letter says itself: at most 200 characters on one line, without quotes,
    /// signature, markup or the invisible characters of newsletters.
    pub snippet: String,
    /// Whether there are files to save: pictures of the text and signatures do not count.
    pub has_attachments: bool,
}

/// Sums up a letter for the list. Attachments are not decoded.
pub fn summarize(raw: &[u8]) -> Summary {
    let mut defects = Defects::default();
    let tree = part::parse(raw, &mut defects);
    let contents = body::contents(&tree.root, Prefer::Plain);
    let snippet = contents
        .sections
        .iter()
        .map(|part| snippet(part, &mut defects))
        .find(|snippet| !snippet.is_empty());
    Summary {
        envelope: tree.envelope.unwrap_or_default(),
        snippet: snippet.unwrap_or_default(),
        has_attachments: contents
            .attachments
            .iter()
            .any(|(part, inline)| !inline && body::is_file(part)),
    }
}

fn snippet(part: &Part<'_>, defects: &mut Defects) -> String {
    if part.media_type == "text/html" {
        let markup = part.text_start(MARKUP_LOOKED_AT, defects);
        return said(&html::text_up_to(&markup, Hidden::Kept, LOOKED_AT));
    }
    let own = |enough: usize, defects: &mut Defects| {
        let text = part.text_start(enough, defects);
        match part.flowed {
            true => flowed::decode(&text, part.del_sp),
            false => text,
        }
    };
    let start = own(GLANCED_AT, &mut Defects::default());
    // Not the last line: cut, it may no longer look like the introduction of a quote.
    let glance = own_words(start.rsplit_once('\n').map_or("", |(lines, _)| lines));
    if glance.chars().count() == MAX_CHARS {
        return glance;
    }
    said(&own(LOOKED_AT, defects))
}

/// The first words of a text that are the writer's own. Where there are none but quoted ones, those.
fn said(text: &str) -> String {
    let own = own_words(text);
    if own.is_empty() {
        folded(text.lines().map(|line| line.trim_start_matches(['>', ' '])))
    } else {
        own
    }
}

fn own_words(text: &str) -> String {
    folded(
        text.lines()
            .take_while(|line| !is_signature(line))
            .filter(|line| !is_quote(line) && !introduces_quote(line)),
    )
}

fn is_signature(line: &str) -> bool {
    matches!(line.trim_end_matches('\r'), "-- " | "--")
}

fn is_quote(line: &str) -> bool {
    line.starts_with('>') || line.starts_with("|>")
}

/// "On Monday, Bob wrote:" and its like in other languages end with a colon and name an address or a date.
fn introduces_quote(line: &str) -> bool {
    let line = line.trim_end();
    let ends = line.ends_with(':') && (line.contains('@') || line.chars().filter(char::is_ascii_digit).count() >= 4);
    ends && line.len() < 200 || (line.starts_with("-----") && line.ends_with("-----"))
}

fn folded<'l>(lines: impl Iterator<Item = &'l str>) -> String {
    let mut out = String::new();
    let mut count = 0;
    for word in lines.flat_map(str::split_whitespace) {
        // Rules drawn with characters say nothing.
        if word.len() >= 4
            && word
                .chars()
                .all(|c| matches!(c, '-' | '=' | '_' | '*' | '#' | '~' | '+'))
        {
            continue;
        }
        let mut visible = word
            .chars()
            .filter(|&c| !html::is_padding(c) && !crate::line::is_unprintable(c))
            .peekable();
        if visible.peek().is_none() {
            continue;
        }
        if count > 0 {
            out.push(' ');
            count += 1;
        }
        for c in visible {
            if count >= MAX_CHARS {
                return out.trim_end().to_owned();
            }
            out.push(c);
            count += 1;
        }
    }
    out.trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_shows_what_it_adds() {
        let raw = b"Subject: Re: x\r\nFrom: ann@north.test\r\n\r\nOn 23 Nov 2026, bob@south.test wrote:\r\n> shall we?\r\n>> well\r\n\r\nYes,   let us.\r\n====\r\nAt noon.\r\n-- \r\nAnn\r\n";
        let summary = summarize(raw);
        assert_eq!(summary.snippet, "Yes, let us. At noon.");
        assert_eq!(summary.envelope.subject, "Re: x");
        assert!(!summary.has_attachments);
    }

    #[test]
    fn only_quotes_are_better_than_nothing() {
        assert_eq!(summarize(b"A: b\n\n> quoted\n> text\n").snippet, "quoted text");
    }

    #[test]
    fn a_line_that_a_glance_cuts_is_read_whole() {
        let own = "word ".repeat(39);
        let quotes = "> quoted\n".repeat((GLANCED_AT - own.len()) / 9 - 1);
        let raw = format!("A: b\n\n{own}\n{quotes}On Monday, 23 Nov 2026, bob@south.test wrote:\n> x\nend\n");
        assert_eq!(summarize(raw.as_bytes()).snippet, format!("{own}end"));
    }

    #[test]
    fn newsletters() {
        let raw = "Content-Type: text/html; charset=utf-8\n\n<html><head><style>p{color:red}</style></head><body>\
                   <div style='display:none'>Big sale&#847;&zwnj;&nbsp;&#8199;&shy;\u{200c}</div><p>Hi there</p></body></html>";
        assert_eq!(summarize(raw.as_bytes()).snippet, "Big sale Hi there");
    }

    #[test]
    fn it_is_bounded_in_characters() {
        let raw = format!("Content-Type: text/plain; charset=utf-8\n\n{}", "é".repeat(100_000));
        assert_eq!(summarize(raw.as_bytes()).snippet.chars().count(), MAX_CHARS);
    }

    #[test]
    fn pictures_of_the_text_and_signatures_are_no_attachments() {
        let raw = |media: &str, extra: &str| {
            format!("Content-Type: multipart/mixed; boundary=x\n\n--x\n\nhi\n--x\nContent-Type: {media}\n{extra}\nAAAA\n--x--\n").into_bytes()
        };
        assert!(summarize(&raw("application/pdf; name=a.pdf", "Content-Disposition: attachment\n")).has_attachments);
        assert!(!summarize(&raw("application/pgp-signature", "")).has_attachments);
        assert!(!summarize(&raw("image/png", "Content-ID: <a@b>\n")).has_attachments);
    }
}

//! Plain text as HTML: quotes set off, the signature quieter, addresses made links.

use crate::html::{checked_link, escaped};
use crate::line::{one_line, truncated};
use linkify::{LinkFinder, LinkKind};

/// Quotes within quotes that are told apart.
const MAX_DEPTH: usize = 12;
/// Text that is shown, in bytes.
const MAX_TEXT: usize = 2 * 1024 * 1024;
/// Links are looked for in lines up to this length.
const MAX_LINKED_LINE: usize = 20_000;

/// Text (LF line ends, `>` before quoted lines) as one `<div class="pli-text">`.
pub(crate) fn section(text: &str) -> String {
    let text = truncated(text.trim_end(), MAX_TEXT);
    let mut out = String::with_capacity(text.len() + text.len() / 4);
    out.push_str(if is_drawn(text) {
        "<div class=\"pli-text pli-fixed\">"
    } else {
        "<div class=\"pli-text\">"
    });
    let mut depth = 0;
    let mut signed = false;
    let mut line_open = false;
    for line in text.split('\n') {
        let (level, content) = unquoted(line);
        let signature = level == 0 && !signed && matches!(line, "-- " | "--");
        if level != depth || signature {
            set_depth(&mut out, &mut depth, level);
        } else if line_open {
            out.push('\n');
        }
        if signature {
            out.push_str("<div class=\"pli-signature\">");
            signed = true;
        }
        push_linked(&mut out, content);
        line_open = true;
    }
    set_depth(&mut out, &mut depth, 0);
    if signed {
        out.push_str("</div>");
    }
    out.push_str("</div>");
    out
}

/// Whether a text depends on characters of one width: patches do.
fn is_drawn(text: &str) -> bool {
    let mut lines = text.lines().map(|line| line.trim_start_matches(['>', ' ']));
    lines.any(|line| line.starts_with("diff --git ") || (line.starts_with("@@ -") && line.contains(" @@")))
}

fn set_depth(out: &mut String, depth: &mut usize, level: usize) {
    while *depth > level {
        out.push_str("</blockquote>");
        *depth -= 1;
    }
    while *depth < level {
        out.push_str("<blockquote class=\"pli-quote\">");
        *depth += 1;
    }
}

/// How deep a line is quoted (`>> a`, `> > a`), and what it says.
fn unquoted(line: &str) -> (usize, &str) {
    let mut rest = line;
    let mut level = 0;
    while level < MAX_DEPTH {
        let candidate = if level > 0 {
            rest.strip_prefix(' ').unwrap_or(rest)
        } else {
            rest
        };
        let Some(inner) = candidate.strip_prefix('>') else {
            break;
        };
        rest = inner;
        level += 1;
    }
    if level > 0 {
        (level, rest.strip_prefix(' ').unwrap_or(rest))
    } else {
        (0, line)
    }
}

fn push_linked(out: &mut String, line: &str) {
    if line.len() > MAX_LINKED_LINE {
        out.push_str(&escaped(line));
        return;
    }
    for span in LinkFinder::new().spans(line) {
        let text = span.as_str();
        let destination = match span.kind() {
            Some(LinkKind::Url) => checked_link(text),
            Some(LinkKind::Email) => checked_link(&format!("mailto:{text}")),
            _ => None,
        };
        match destination {
            Some(url) => out.push_str(&format!(
                "<a href=\"{}\" title=\"{}\" target=\"_blank\" rel=\"noopener noreferrer\">{}</a>",
                escaped(&url),
                escaped(&one_line(&url, 300)),
                escaped(text)
            )),
            None => out.push_str(&escaped(text)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_links_signature() {
        assert_eq!(
            section("Hi <b>\n> said\n> > deeper\n> back\nsee https://example.test/a?b&c.\n-- \nme@x.test\n"),
            "<div class=\"pli-text\">Hi &lt;b&gt;<blockquote class=\"pli-quote\">said<blockquote class=\"pli-quote\">deeper</blockquote>back</blockquote>\
             see <a href=\"https://example.test/a?b&amp;c\" title=\"https://example.test/a?b&amp;c\" target=\"_blank\" rel=\"noopener noreferrer\">\
             https://example.test/a?b&amp;c</a>.<div class=\"pli-signature\">-- \n\
             <a href=\"mailto:me@x.test\" title=\"mailto:me@x.test\" target=\"_blank\" rel=\"noopener noreferrer\">me@x.test</a></div></div>"
        );
    }

    #[test]
    fn only_harmless_schemes_are_links() {
        let html = section("javascript://x.test/%0aalert(1) file://x/y ftp://x.test/z data://x");
        assert!(!html.contains("<a "), "{html}");
    }

    #[test]
    fn patches_keep_their_columns() {
        assert!(section("see\n@@ -1,2 +1,3 @@ fn x\n+y").starts_with("<div class=\"pli-text pli-fixed\">"));
        assert!(section("mail me @@ home").starts_with("<div class=\"pli-text\">"));
    }

    #[test]
    fn deep_quotes_are_bounded() {
        let html = section(&format!("{} x", ">".repeat(1_000)));
        assert_eq!(html.matches("<blockquote").count(), MAX_DEPTH);
        assert_eq!(html.matches("</blockquote").count(), MAX_DEPTH);
    }
}

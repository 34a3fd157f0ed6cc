//! `text/plain; format=flowed` (RFC 3676): paragraphs that flow to any width, and quoting that survives it.

/// Letters are written with lines of at most this many characters where words allow it (RFC 3676 §4.2).
const WIDTH: usize = 72;
/// The line that separates a signature; fixed, although it ends with a space (RFC 3676 §4.3).
const SIGNATURE: &str = "-- ";

/// Joins the flowed lines of `text` (LF line ends) to paragraphs. Quoted lines come back as `>> text`: one `>` a
/// level and a space. `del_sp` drops the space at which lines were broken (for scripts without spaces).
pub(crate) fn decode(text: &str, del_sp: bool) -> String {
    let mut out = String::with_capacity(text.len());
    // The quote depth of the paragraph that is still open.
    let mut open: Option<usize> = None;
    for line in text.split_inclusive('\n') {
        let line = line.strip_suffix('\n').unwrap_or(line);
        let unquoted = line.trim_start_matches('>');
        let depth = line.len() - unquoted.len();
        let content = unquoted.strip_prefix(' ').unwrap_or(unquoted);
        let is_signature = content == SIGNATURE;
        if open != Some(depth) || is_signature {
            if open.is_some() {
                out.push('\n');
            }
            out.extend(std::iter::repeat_n('>', depth));
            if depth > 0 {
                out.push(' ');
            }
        }
        let flows = content.ends_with(' ') && !is_signature;
        out.push_str(if flows && del_sp {
            content.strip_suffix(' ').unwrap_or(content)
        } else {
            content
        });
        open = flows.then_some(depth);
        if !flows {
            out.push('\n');
        }
    }
    if open.is_some() || !text.ends_with('\n') {
        out.truncate(out.trim_end_matches('\n').len());
    }
    out
}

/// Breaks `text` (LF line ends, one paragraph a line) into flowed lines; CRLF line ends. Lines that begin with `>`
/// are quoted text and stay so.
pub(crate) fn encode(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 32);
    for line in text.lines() {
        let unquoted = line.trim_start_matches(['>', ' ']);
        let marks = line.get(..line.len() - unquoted.len()).unwrap_or_default();
        let depth = if line.starts_with('>') {
            marks.matches('>').count()
        } else {
            0
        };
        let content = if depth > 0 { unquoted } else { line };
        if content == SIGNATURE || (depth > 0 && content == SIGNATURE.trim_end()) {
            push_line(&mut out, depth, SIGNATURE);
        } else {
            paragraph(&mut out, depth, content.trim_end());
        }
    }
    out
}

fn paragraph(out: &mut String, depth: usize, content: &str) {
    let room = WIDTH.saturating_sub(depth + 1).max(20);
    let mut rest = content;
    while rest.chars().count() > room {
        let Some(cut) = break_at(rest, room) else { break };
        let (line, after) = rest.split_at(cut);
        push_line(out, depth, line);
        rest = after;
    }
    push_line(out, depth, rest);
}

/// Behind the last space within `room` characters, or else behind the first one; `None` where nothing would be
/// left for the next line.
fn break_at(text: &str, room: usize) -> Option<usize> {
    let mut best = None;
    for (count, (at, c)) in text.char_indices().enumerate() {
        if count >= room && best.is_some() {
            break;
        }
        let next = at + c.len_utf8();
        // A run of spaces is not broken: all of it must stand at the end of the line.
        if c == ' ' && !text.get(next..)?.starts_with(' ') && next < text.len() && at > 0 {
            best = Some(next);
        }
    }
    best
}

fn push_line(out: &mut String, depth: usize, content: &str) {
    out.extend(std::iter::repeat_n('>', depth));
    // Space-stuffing (RFC 3676 §4.4), and the space between marks and quoted text.
    let stuffed = depth > 0 || content.starts_with([' ', '>']) || content.starts_with("From ");
    if stuffed && !(depth > 0 && content.is_empty()) {
        out.push(' ');
    }
    out.push_str(content);
    out.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_are_joined_and_quotes_kept() {
        let text = "A paragraph \nthat flows.\n\n> quoted \n> text\n>> deeper\n Hard stuffed\n-- \nme\n";
        assert_eq!(
            decode(text, false),
            "A paragraph that flows.\n\n> quoted text\n>> deeper\nHard stuffed\n-- \nme\n"
        );
        assert_eq!(decode("日本 \n語\n", true), "日本語\n");
        assert_eq!(decode("open \n", false), "open ");
    }

    #[test]
    fn a_change_of_depth_ends_a_paragraph() {
        assert_eq!(decode("> ends here \nmine\n", false), "> ends here \nmine\n");
    }

    #[test]
    fn what_is_encoded_decodes_to_the_same() {
        let long = "A sentence that is rather longer than the seventy-two characters which fit on one line of a letter, twice over even.";
        let text = format!("{long}\n\n  indented\n>quote {long}\n> > two\nFrom here\n>\n-- \nme\n");
        let wire = encode(&text);
        assert!(wire.lines().all(|line| line.chars().count() <= WIDTH + 1), "{wire}");
        assert!(wire.contains("\r\n From here\r\n"));
        assert_eq!(
            decode(&wire.replace("\r\n", "\n"), false),
            format!("{long}\n\n  indented\n> quote {long}\n>> two\nFrom here\n> \n-- \nme\n")
        );
    }

    #[test]
    fn words_longer_than_a_line_stay_whole() {
        let url = format!("https://example.test/{}", "x".repeat(200));
        assert_eq!(encode(&url), format!("{url}\r\n"));
    }
}

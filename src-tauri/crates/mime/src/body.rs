//! Which parts of a letter are its text, and which are attachments.

use crate::part::{Disposition, Part};

/// What a reader wants of a multipart/alternative.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Prefer {
    Plain,
    Html,
}

/// The parts of a letter, sorted out.
#[derive(Debug)]
pub(crate) struct Contents<'t, 'a> {
    /// What is read, in its order: `text/html`, or text to be shown as it is.
    pub sections: Vec<&'t Part<'a>>,
    /// What can be saved, in the order of the letter, and whether it belongs into the text (pictures of HTML).
    pub attachments: Vec<(&'t Part<'a>, bool)>,
    prefer: Prefer,
}

/// Sorts out the parts of a letter.
pub(crate) fn contents<'t, 'a>(root: &'t Part<'a>, prefer: Prefer) -> Contents<'t, 'a> {
    let mut contents = Contents {
        sections: Vec::new(),
        attachments: Vec::new(),
        prefer,
    };
    contents.walk(root, false);
    contents.attachments.sort_by_key(|(part, _)| part.index);
    contents
}

/// Whether an attachment says something to a person: not the machinery of signatures and reports.
pub(crate) fn is_file(part: &Part<'_>) -> bool {
    !matches!(
        part.media_type.as_str(),
        "application/pgp-signature"
            | "application/pkcs7-signature"
            | "application/x-pkcs7-signature"
            | "application/pgp-keys"
            | "message/delivery-status"
            | "message/disposition-notification"
            | "message/feedback-report"
            | "text/rfc822-headers"
    )
}

/// Whether a part, or a part below, is HTML to be read.
fn has_html(part: &Part<'_>) -> bool {
    part.media_type == "text/html" && part.disposition != Disposition::Attachment || part.children.iter().any(has_html)
}

/// Whether a part, or a part below, is plain text with something in it.
fn has_plain(part: &Part<'_>) -> bool {
    let is_plain = part.media_type == "text/plain" && part.disposition != Disposition::Attachment;
    is_plain && part.body.iter().any(|byte| !byte.is_ascii_whitespace()) || part.children.iter().any(has_plain)
}

impl<'t, 'a> Contents<'t, 'a> {
    /// `related`: the part stands beside HTML that may show it.
    fn walk(&mut self, part: &'t Part<'a>, related: bool) {
        match part.media_type.as_str() {
            _ if !part.is_multipart() => self.leaf(part, related),
            "multipart/alternative" => self.alternative(part),
            "multipart/related" => self.related(part),
            "multipart/signed" | "multipart/report" => self.first(part),
            _ => part.children.iter().for_each(|child| self.walk(child, related)),
        }
    }

    fn leaf(&mut self, part: &'t Part<'a>, related: bool) {
        let readable = is_readable(part);
        // A named HTML part is the letter itself only where nothing else is.
        let is_section =
            readable && !related && (part.name.is_none() || part.media_type != "text/html" || self.sections.is_empty());
        if is_section {
            self.sections.push(part);
        }
        if !is_section || (part.name.is_some() && part.media_type != "text/html" && part.index != 0) {
            let inline = part.content_id.is_some()
                && part.disposition != Disposition::Attachment
                && (related || part.top_type() == "image");
            self.attachments.push((part, inline));
        }
    }

    /// RFC 2046 §5.1.4: the last is the richest. What is passed over holds no text of its own, but may hold an
    /// invitation or a picture.
    fn alternative(&mut self, part: &'t Part<'a>) {
        let children = &part.children;
        let rich = children.iter().rposition(has_html);
        let plain = children.iter().position(has_plain);
        let chosen = match self.prefer {
            Prefer::Html => rich.or(plain),
            Prefer::Plain => plain.or(rich),
        };
        let chosen = chosen.or_else(|| {
            children
                .iter()
                .position(|child| child.is_multipart() || is_readable(child))
        });
        for (at, child) in children.iter().enumerate() {
            if Some(at) == chosen {
                self.walk(child, false);
            } else {
                self.passed_over(child);
            }
        }
    }

    fn passed_over(&mut self, part: &'t Part<'a>) {
        if part.is_multipart() {
            part.children.iter().for_each(|child| self.passed_over(child));
        } else if !is_readable(part) {
            self.leaf(part, true);
        }
    }

    /// RFC 2387: the root is what is read; the rest belongs into it.
    fn related(&mut self, part: &'t Part<'a>) {
        let root = part
            .children
            .iter()
            .position(|child| has_html(child) || has_plain(child))
            .unwrap_or(0);
        for (at, child) in part.children.iter().enumerate() {
            self.walk(child, at != root);
        }
    }

    /// Signed content and its signature; a report and its machine-readable half.
    fn first(&mut self, part: &'t Part<'a>) {
        for (at, child) in part.children.iter().enumerate() {
            if at == 0 {
                self.walk(child, false);
            } else {
                self.as_attachment(child);
            }
        }
    }

    fn as_attachment(&mut self, part: &'t Part<'a>) {
        if part.is_multipart() {
            part.children.iter().for_each(|child| self.as_attachment(child));
        } else {
            self.attachments.push((part, false));
        }
    }
}

/// Whether a leaf is text for a person. Formats of programs that happen to be text are not.
fn is_readable(part: &Part<'_>) -> bool {
    part.disposition != Disposition::Attachment
        && matches!(
            part.media_type.as_str(),
            "text/plain" | "text/html" | "text/markdown" | "text/x-patch" | "text/x-diff" | "text/x-markdown"
        )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::defect::Defects;
    use crate::part;

    fn multipart(kind: &str, parts: &[&str]) -> String {
        let boundary = format!("b-{kind}");
        let bodies: String = parts.iter().map(|part| format!("--{boundary}\n{part}\n")).collect();
        format!("Content-Type: multipart/{kind}; boundary={boundary}\n\n{bodies}--{boundary}--\n")
    }

    fn sorted(raw: &str, prefer: Prefer) -> (Vec<String>, Vec<(String, bool)>) {
        let tree = part::parse(raw.as_bytes(), &mut Defects::default());
        let contents = contents(&tree.root, prefer);
        let sections = contents.sections.iter().map(|part| part.media_type.clone()).collect();
        (
            sections,
            contents
                .attachments
                .iter()
                .map(|(part, inline)| (part.media_type.clone(), *inline))
                .collect(),
        )
    }

    const PLAIN: &str = "Content-Type: text/plain\n\nhello";
    const HTML: &str = "Content-Type: text/html\n\n<p>hello";
    const PICTURE: &str = "Content-Type: image/png\nContent-ID: <p@x>\n\nPNG";
    const FILE: &str = "Content-Type: application/pdf; name=a.pdf\nContent-Disposition: attachment\n\nPDF";
    const INVITATION: &str = "Content-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR";

    #[test]
    fn the_usual_letter() {
        let related = multipart("related", &[HTML, PICTURE]);
        let alternative = multipart("alternative", &[PLAIN, &related, INVITATION]);
        let raw = multipart("mixed", &[&alternative, FILE, PLAIN]);
        let files = [
            ("image/png", true),
            ("text/calendar", false),
            ("application/pdf", false),
        ]
        .map(|(media, inline)| (media.to_owned(), inline))
        .to_vec();
        assert_eq!(
            sorted(&raw, Prefer::Html),
            (vec!["text/html".into(), "text/plain".into()], files.clone())
        );
        assert_eq!(
            sorted(&raw, Prefer::Plain),
            (vec!["text/plain".into(), "text/plain".into()], files)
        );
    }

    #[test]
    fn an_empty_alternative_is_not_preferred() {
        let raw = multipart("alternative", &["Content-Type: text/plain\n\n \n", HTML]);
        assert_eq!(sorted(&raw, Prefer::Plain).0, ["text/html"]);
    }

    #[test]
    fn signatures_and_reports() {
        let raw = multipart(
            "signed",
            &[
                PLAIN,
                "Content-Type: application/pgp-signature; name=signature.asc\n\nsig",
            ],
        );
        assert_eq!(
            sorted(&raw, Prefer::Html),
            (
                vec!["text/plain".into()],
                vec![("application/pgp-signature".into(), false)]
            )
        );
        let raw = multipart(
            "report",
            &[
                PLAIN,
                "Content-Type: message/delivery-status\n\nx: y",
                "Content-Type: message/rfc822\n\nSubject: x",
            ],
        );
        assert_eq!(sorted(&raw, Prefer::Html).0, ["text/plain"]);
        assert_eq!(sorted(&raw, Prefer::Html).1.len(), 2);
    }

    #[test]
    fn inline_patches_are_read_and_can_be_saved() {
        let patch = "Content-Type: text/x-patch; name=fix.patch\nContent-Disposition: inline\n\n--- a\n+++ b";
        let raw = multipart("mixed", &[PLAIN, patch]);
        assert_eq!(
            sorted(&raw, Prefer::Html),
            (
                vec!["text/plain".into(), "text/x-patch".into()],
                vec![("text/x-patch".into(), false)]
            )
        );
    }

    #[test]
    fn a_letter_that_is_one_file() {
        assert_eq!(
            sorted(FILE, Prefer::Html),
            (vec![], vec![("application/pdf".into(), false)])
        );
        assert_eq!(sorted(PLAIN, Prefer::Html), (vec!["text/plain".into()], vec![]));
    }
}

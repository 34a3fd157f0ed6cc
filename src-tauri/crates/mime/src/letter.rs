//! A letter as it is read: its text and its attachments.

use crate::body::{self, Contents, Prefer};
use crate::defect::{Defect, Defects};
use crate::html;
use crate::part::{self, Part};
use crate::{envelope, file_name, flowed};
use pli_model::Envelope;

/// More text than this is not read of one letter, in bytes.
const MAX_TEXT: usize = 4 * 1024 * 1024;

/// A letter's content, without the bytes of its attachments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// What the header says.
    pub envelope: Envelope,
    /// The readable text, LF line ends: the plain parts, or the HTML ones as text where there are no plain ones.
    /// Flowed paragraphs are one line each, quoted lines begin with `>`.
    pub text: String,
    /// Whether there is an HTML part to be shown.
    pub has_html: bool,
    /// What can be saved.
    pub attachments: Vec<Attachment>,
    /// What is wrong with the letter.
    pub defects: Vec<Defect>,
}

/// A file in a letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Its number in the letter, for [`attachment`]. Stable for the same bytes.
    pub part: u32,
    /// A name that is safe for any file system; never empty.
    pub name: String,
    /// MIME type, lower case.
    pub mime_type: String,
    /// Octets when decoded.
    pub size: u64,
    /// `Content-ID` without angle brackets.
    pub content_id: Option<String>,
    /// Whether it belongs into the HTML text, such as a picture in it.
    pub inline: bool,
}

/// Reads a letter.
pub fn read(raw: &[u8]) -> Letter {
    let mut defects = Defects::default();
    let tree = part::parse(raw, &mut defects);
    if tree.envelope.is_none() {
        defects.note(Defect::Unreadable);
    }
    let contents = body::contents(&tree.root, Prefer::Plain);
    let text = plain_text(&contents, &mut defects);
    let has_html = body::contents(&tree.root, Prefer::Html)
        .sections
        .iter()
        .any(|part| part.media_type == "text/html");
    let attachments = contents
        .attachments
        .iter()
        .map(|(part, inline)| described(part, *inline, &mut defects).0)
        .collect();
    Letter {
        envelope: tree.envelope.unwrap_or_default(),
        text,
        has_html,
        attachments,
        defects: defects.into_vec(),
    }
}

/// The attachment with that number, and its bytes. `None` where the letter has no such attachment.
pub fn attachment(raw: &[u8], part: u32) -> Option<(Attachment, Vec<u8>)> {
    let mut defects = Defects::default();
    let tree = part::parse(raw, &mut defects);
    let contents = body::contents(&tree.root, Prefer::Plain);
    let (found, inline) = contents.attachments.iter().find(|(found, _)| found.index == part)?;
    let (attachment, bytes) = described(found, *inline, &mut defects);
    Some((attachment, bytes.into_owned()))
}

fn described<'a>(part: &Part<'a>, inline: bool, defects: &mut Defects) -> (Attachment, std::borrow::Cow<'a, [u8]>) {
    let bytes = part.bytes(defects);
    let name = match &part.name {
        None if part.media_type == "message/rfc822" => Some(envelope::envelope(&bytes).subject)
            .filter(|subject| !subject.is_empty())
            .map(|subject| format!("{}.eml", subject.replace(['/', '\\'], "_"))),
        name => name.clone(),
    };
    let attachment = Attachment {
        part: part.index,
        name: file_name::safe(name.as_deref(), &part.media_type),
        mime_type: part.media_type.clone(),
        size: bytes.len() as u64,
        content_id: part.content_id.clone(),
        inline,
    };
    (attachment, bytes)
}

/// The text of every section, one after the other.
pub(crate) fn plain_text(contents: &Contents<'_, '_>, defects: &mut Defects) -> String {
    let mut all = String::new();
    for part in &contents.sections {
        let text = section_text(part, defects);
        let text = text.trim_end();
        if text.is_empty() {
            continue;
        }
        if !all.is_empty() {
            all.push('\n');
        }
        if all.len() + text.len() > MAX_TEXT {
            defects.note(Defect::TextTooLong);
        }
        all.push_str(crate::line::truncated(text, MAX_TEXT.saturating_sub(all.len())));
        all.push('\n');
    }
    all
}

/// One section as text.
pub(crate) fn section_text(part: &Part<'_>, defects: &mut Defects) -> String {
    let text = part.text(defects);
    match part.media_type.as_str() {
        "text/html" => html::to_text(&text, html::Hidden::LeftOut),
        _ if part.flowed => flowed::decode(&text, part.del_sp),
        _ => text,
    }
}

//! A draft that passes a letter on.

use crate::defect::Defects;
use crate::letter;
use crate::{body, file_name, part, subject};
use pli_model::{AccountId, Address, AttachmentSource, Draft, DraftAttachment, Envelope, Timestamp};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc2822;

/// Forwards a letter: its header and text below an empty line, its files with it.
pub fn forward(raw: &[u8], account: AccountId) -> Draft {
    let read = letter::read(raw);
    let mut draft = Draft::new(account);
    draft.subject = subject::of_forward(&read.envelope.subject);
    draft.text = format!("\n\n{}\n{}", header_block(&read.envelope), read.text);
    draft.references = read
        .envelope
        .references
        .iter()
        .chain([&read.envelope.message_id])
        .filter(|id| !id.is_empty())
        .cloned()
        .collect();
    draft.attachments = attachments(raw);
    draft
}

fn header_block(envelope: &Envelope) -> String {
    let mut out = String::from("---------- Forwarded message ----------\n");
    let mut line = |name: &str, value: String| {
        if !value.is_empty() {
            out.push_str(&format!("{name}: {value}\n"));
        }
    };
    line("From", envelope.from.to_string());
    line("Date", envelope.date.map(written).unwrap_or_default());
    line("Subject", envelope.subject.clone());
    line("To", joined(&envelope.to));
    line("Cc", joined(&envelope.cc));
    out
}

fn joined(addresses: &[Address]) -> String {
    addresses.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

fn written(date: Timestamp) -> String {
    OffsetDateTime::from_unix_timestamp(date.secs())
        .ok()
        .and_then(|date| date.format(&Rfc2822).ok())
        .unwrap_or_default()
}

/// Every file of the letter, pictures of its HTML included; the signature stays behind, it would not fit any more.
fn attachments(raw: &[u8]) -> Vec<DraftAttachment> {
    let mut defects = Defects::default();
    let tree = part::parse(raw, &mut defects);
    let contents = body::contents(&tree.root, body::Prefer::Plain);
    let files = contents
        .attachments
        .iter()
        .map(|(part, _)| *part)
        .filter(|part| body::is_file(part));
    files
        .map(|part| DraftAttachment {
            name: file_name::safe(part.name.as_deref(), &part.media_type),
            mime_type: part.media_type.clone(),
            source: AttachmentSource::Bytes(part.bytes(&mut defects).into_owned()),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_header_and_files_go_along() {
        let raw = b"From: Bob <bob@south.test>\nTo: ann@north.test\nSubject: FW: plans\nDate: Mon, 23 Nov 2026 21:10:08 +0100\nMessage-ID: <1@x>\n\
                    Content-Type: multipart/mixed; boundary=b\n\n--b\n\nSee there.\n--b\nContent-Type: application/pdf\nContent-Disposition: attachment; filename=\"a.pdf\"\n\
                    Content-Transfer-Encoding: base64\n\nUERG\n--b--\n";
        let draft = forward(raw, AccountId(7));
        assert_eq!(draft.subject, "Fwd: plans");
        assert_eq!(
            draft.text,
            "\n\n---------- Forwarded message ----------\nFrom: Bob <bob@south.test>\nDate: Mon, 23 Nov 2026 20:10:08 +0000\nSubject: FW: plans\nTo: ann@north.test\n\nSee there.\n"
        );
        let file = &draft.attachments[0];
        assert_eq!(
            (file.name.as_str(), file.mime_type.as_str(), &file.source),
            ("a.pdf", "application/pdf", &AttachmentSource::Bytes(b"PDF".to_vec()))
        );
        assert!(draft.to.is_empty() && draft.in_reply_to.is_empty());
        assert_eq!(draft.references, ["1@x"]);
    }
}

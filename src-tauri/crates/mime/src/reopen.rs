//! A letter of ours that goes back to being a draft.

use crate::letter;
use pli_model::{AccountId, Address, AttachmentSource, Draft, DraftAttachment};

/// Makes a draft of a letter that was composed here and not sent after all. `recipients` is its envelope: those
/// that the header does not name were hidden ones.
pub fn reopen(raw: &[u8], account: AccountId, recipients: &[String]) -> Draft {
    let read = letter::read(raw);
    let envelope = read.envelope;
    let named = |list: &[Address]| list.iter().map(ToString::to_string).collect::<Vec<_>>();
    let in_header = |email: &String| {
        envelope
            .to
            .iter()
            .chain(&envelope.cc)
            .any(|address| address.email.eq_ignore_ascii_case(email))
    };
    let attachments = read.attachments.iter().filter_map(|listed| {
        let (attachment, bytes) = letter::attachment(raw, listed.part)?;
        let source = AttachmentSource::Bytes(bytes);
        Some(DraftAttachment {
            name: attachment.name,
            mime_type: attachment.mime_type,
            source,
        })
    });
    Draft {
        to: named(&envelope.to),
        cc: named(&envelope.cc),
        bcc: recipients.iter().filter(|email| !in_header(email)).cloned().collect(),
        subject: envelope.subject.clone(),
        text: read.text,
        in_reply_to: envelope.in_reply_to.clone(),
        references: envelope.references.clone(),
        attachments: attachments.collect(),
        ..Draft::new(account)
    }
}

//! A draft to the bytes that are sent (RFC 5322, 2045, 2047, 2231, 3676).
//!
//! The same inputs give the same bytes. No value can bring a line of its own into the header: everything is put
//! on one line, or refused, before it is written. `Bcc` is never written.

use crate::line::one_line;
use crate::{flowed, media_type};
use mail_builder::MessageBuilder;
use mail_builder::headers::address::Address as HeaderAddress;
use mail_builder::headers::content_type::ContentType;
use mail_builder::headers::message_id::MessageId;
use mail_builder::headers::raw::Raw;
use mail_builder::headers::text::Text;
use mail_builder::mime::{BodyPart, MimePart};
use pli_model::{Address, AddressError, Draft, Timestamp};
use thiserror::Error;
use time::format_description::well_known::Rfc2822;
use time::{OffsetDateTime, UtcOffset};

/// Longest line that goes unencoded. RFC 2045 asks for 76, and 78 in the header.
const MAX_LINE: usize = 76;
/// Ids written into References.
const MAX_REFERENCES: usize = 60;

/// What makes the letter's Message-ID and its boundaries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageIdSeed {
    /// Random, and never used twice.
    pub random: [u8; 16],
    /// The right side of the Message-ID; empty for the sender's domain.
    pub domain: String,
}

/// A file whose bytes have been read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoadedAttachment {
    /// The file name that the recipient sees.
    pub name: String,
    /// MIME type; empty to be guessed from the name.
    pub mime_type: String,
    /// The content.
    pub bytes: Vec<u8>,
}

/// A letter as it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Composed {
    /// CRLF line ends throughout.
    pub raw: Vec<u8>,
    /// `Message-ID` without angle brackets.
    pub message_id: String,
}

/// Why a draft cannot be sent as it is.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ComposeError {
    /// A recipient, or the sender, is no address.
    #[error(transparent)]
    Address(#[from] AddressError),
    /// The date is outside of the years that a letter can carry (1900 to 9999).
    #[error("the date of the letter cannot be written")]
    Date,
}

/// Writes a draft as a letter from `from`. Recipients are checked, hidden ones too; a draft without any is written
/// as well, so that it can be kept on the server. `utc_offset_minutes` is east of Greenwich.
///
/// `attachments` are those of the draft, loaded; the draft's own list is not looked at.
pub fn compose(
    draft: &Draft,
    from: &Address,
    attachments: &[LoadedAttachment],
    id: MessageIdSeed,
    date: Timestamp,
    utc_offset_minutes: i32,
) -> Result<Composed, ComposeError> {
    let sender = Address {
        name: one_line(&from.name, 200),
        email: Address::parse(&from.email)?.email,
    };
    let message_id = message_id(&id, &sender);
    let mut builder = MessageBuilder::new().from(mailbox(&sender));
    parsed(&draft.bcc)?;
    for (name, typed) in [("To", &draft.to), ("Cc", &draft.cc)] {
        let list = parsed(typed)?;
        if !list.is_empty() {
            builder = builder.header(name, HeaderAddress::new_list(list.iter().map(mailbox).collect()));
        }
    }
    builder = builder
        .header("Subject", Text::new(one_line(&draft.subject, 900)))
        .header("Date", Raw::new(date_field(date, utc_offset_minutes)?))
        .header("Message-ID", MessageId::new(message_id.clone()));
    if let Some(answered) = safe_id(&draft.in_reply_to) {
        builder = builder.header("In-Reply-To", MessageId::new(answered));
    }
    let references = references(&draft.references);
    if !references.is_empty() {
        builder = builder.header("References", MessageId::new_list(references.into_iter()));
    }
    let mut raw = Vec::new();
    builder.body(body(draft, attachments, &id)).serialize(&mut raw);
    Ok(Composed { raw, message_id })
}

fn parsed(typed: &[String]) -> Result<Vec<Address>, AddressError> {
    typed
        .iter()
        .filter(|typed| !typed.trim().is_empty())
        .map(|typed| Address::parse(typed))
        .collect()
}

/// A mailbox for the header, its domain in ASCII (RFC 5891): only the name may be in other scripts.
fn mailbox(address: &Address) -> HeaderAddress<'static> {
    let name = one_line(&address.name, 200);
    let email = match address.email.rsplit_once('@') {
        Some((local, domain)) => format!(
            "{local}@{}",
            idna::domain_to_ascii(domain).unwrap_or_else(|_| domain.to_owned())
        ),
        None => address.email.clone(),
    };
    HeaderAddress::new_address((!name.is_empty()).then_some(name), email)
}

fn message_id(seed: &MessageIdSeed, sender: &Address) -> String {
    let wanted = if seed.domain.is_empty() {
        sender.domain()
    } else {
        &seed.domain
    };
    let ascii = idna::domain_to_ascii(wanted).unwrap_or_default();
    let sound = !ascii.is_empty()
        && ascii
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'));
    let domain = if sound { ascii.as_str() } else { "localhost.invalid" };
    let left: String = seed.random.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{left}@{domain}")
}

/// An id that can stand between angle brackets, or nothing.
fn safe_id(id: &str) -> Option<String> {
    let id = id.trim().trim_start_matches('<').trim_end_matches('>');
    let sound = !id.is_empty()
        && id.len() <= 900
        && id
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'<' | b'>'));
    sound.then(|| id.to_owned())
}

fn references(ids: &[String]) -> Vec<String> {
    let mut sound: Vec<String> = ids.iter().filter_map(|id| safe_id(id)).collect();
    if sound.len() > MAX_REFERENCES {
        let excess = sound.len() - MAX_REFERENCES;
        sound.drain(1..=excess);
    }
    sound
}

fn date_field(date: Timestamp, utc_offset_minutes: i32) -> Result<String, ComposeError> {
    let offset =
        UtcOffset::from_whole_seconds(utc_offset_minutes.saturating_mul(60)).map_err(|_| ComposeError::Date)?;
    let moment = OffsetDateTime::from_unix_timestamp(date.secs()).map_err(|_| ComposeError::Date)?;
    moment
        .checked_to_offset(offset)
        .and_then(|moment| moment.format(&Rfc2822).ok())
        .ok_or(ComposeError::Date)
}

fn body(draft: &Draft, attachments: &[LoadedAttachment], seed: &MessageIdSeed) -> MimePart<'static> {
    let plain = text_part(
        ContentType::new("text/plain")
            .attribute("charset", "utf-8")
            .attribute("format", "flowed"),
        flowed::encode(&draft.text),
    );
    let text = if draft.html.trim().is_empty() {
        plain
    } else {
        let html = text_part(
            ContentType::new("text/html").attribute("charset", "utf-8"),
            with_crlf(&draft.html),
        );
        multipart("alternative", vec![plain, html], seed)
    };
    if attachments.is_empty() {
        return text;
    }
    let mut parts = vec![text];
    parts.extend(attachments.iter().map(attachment));
    multipart("mixed", parts, seed)
}

fn multipart(kind: &'static str, parts: Vec<MimePart<'static>>, seed: &MessageIdSeed) -> MimePart<'static> {
    // "=_" stands in no quoted-printable or base64 line (RFC 2045 §6.7).
    let hash = blake3::Hasher::new()
        .update(&seed.random)
        .update(kind.as_bytes())
        .finalize()
        .to_hex();
    let boundary = format!("=_{}", hash.get(..24).unwrap_or_default());
    MimePart::new(
        ContentType::new(format!("multipart/{kind}")).attribute("boundary", boundary),
        BodyPart::Multipart(parts),
    )
}

/// Text goes as it is where every server lets it through unchanged, else as quoted-printable.
fn text_part(content_type: ContentType<'static>, text: String) -> MimePart<'static> {
    let plain = text.is_ascii()
        && text.lines().all(|line| line.len() <= MAX_LINE)
        && !text
            .bytes()
            .any(|byte| byte.is_ascii_control() && !matches!(byte, b'\r' | b'\n' | b'\t'));
    let (label, body) = if plain {
        ("7bit", text)
    } else {
        ("quoted-printable", encodify::qp::BODY.encode(&text))
    };
    MimePart::new(content_type, BodyPart::Text(body.into())).transfer_encoding(label)
}

fn with_crlf(text: &str) -> String {
    let mut out: String = text.lines().flat_map(|line| [line, "\r\n"]).collect();
    out.retain(|c| c != '\0');
    out
}

fn attachment(file: &LoadedAttachment) -> MimePart<'static> {
    let name = one_line(&file.name, 200);
    let name = if name.is_empty() { "attachment".to_owned() } else { name };
    let typed = file.mime_type.trim().to_ascii_lowercase();
    let media = if media_type::is_valid(&typed) && !typed.starts_with("multipart/") {
        typed
    } else {
        media_type::of_name(&name).to_owned()
    };
    // base64 for text, too: a file must arrive byte for byte.
    MimePart::new(
        ContentType::new(media),
        BodyPart::Binary(encodify::base64::MIME.encode(&file.bytes).into_bytes().into()),
    )
    .attachment(name)
    .transfer_encoding("base64")
}

#[cfg(test)]
mod tests;

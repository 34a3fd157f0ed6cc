//! A raw letter to headers, text, safe HTML and attachments; a draft to a raw letter.
//!
//! Everything here is a pure function of the bytes handed in. Kept true:
//! - Reading never fails and never panics: a letter yields a value and its [`Defect`]s. What mail-parser might
//!   trip over is caught.
//! - Work and memory are bounded by the size of the letter: nesting, number of parts, header block, markup and
//!   images all have caps.
//! - A letter is walked lazily: nothing but what is asked for is decoded, so that a list of letters with large
//!   attachments costs what their text costs.
//! - The document of [`page`] can fetch nothing and run nothing, by construction; ammonia and the page's own
//!   Content-Security-Policy stand behind that.
//!
//! mail-parser reads header fields, encodify the transfer encodings. The MIME tree is walked here rather than by
//! mail-parser, which decodes every attachment at once and nests without bound.

#![warn(missing_docs)]

mod address;
mod body;
mod charset;
mod compose;
mod defect;
mod envelope;
mod file_name;
mod flowed;
mod forward;
mod header;
mod html;
mod letter;
mod line;
mod media_type;
mod outline;
mod page;
mod part;
mod reopen;
mod reply;
mod subject;
mod summary;
mod text_page;
mod theme;
mod transfer;

pub use compose::{ComposeError, Composed, LoadedAttachment, MessageIdSeed, compose};
pub use defect::Defect;
pub use envelope::envelope;
pub use forward::forward;
pub use letter::{Attachment, Letter, attachment, read};
pub use outline::Outline;
pub use page::{PAGE_CSP, Page, page};
pub use reopen::reopen;
pub use reply::reply;
pub use summary::{Summary, summarize};
pub use theme::Theme;

use pli_model::Digest;

/// BLAKE3 of a letter's raw bytes: the key under which its body is kept.
pub fn digest(raw: &[u8]) -> Digest {
    Digest(*blake3::hash(raw).as_bytes())
}

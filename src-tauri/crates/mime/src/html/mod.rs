//! HTML from strangers: to plain text, and to HTML that can be shown.
//!
//! Cleaning goes through two walls. [`rewrite`] reads the markup with its own lenient tokenizer and writes a new,
//! balanced document of allowed elements, attributes and CSS; [`wall`] has ammonia parse that with html5ever by
//! the letter of the standard, check all of it once more, and serialise it. A fault in the first loses looks; only
//! the same fault in both could let something through.

mod colour;
mod css;
mod element;
mod entity;
mod image;
mod link;
mod rewrite;
mod sheet;
mod text;
mod token;
mod wall;

pub(crate) use image::Pictures;
pub(crate) use link::checked as checked_link;
pub(crate) use rewrite::clean;
pub(crate) use text::{Hidden, is_padding, text_up_to, to_text};

/// Text as HTML: safe between tags and inside quoted attribute values.
pub(crate) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 16);
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\0' => {}
            c => out.push(c),
        }
    }
    out
}

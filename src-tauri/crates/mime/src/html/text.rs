//! HTML as plain text: for search, quoting, and the line under a subject in the list.

use super::entity::{self, Place};
use super::token::{Tag, Token, Tokens};

/// What becomes of text that the sender hid: most often the preview line of a newsletter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hidden {
    /// Kept: for a preview it is what the sender meant.
    Kept,
    /// Left out: a reader of the letter does not see it.
    LeftOut,
}

/// The text of an HTML document: a line for a line, an empty line between paragraphs, `>` before quotes, list
/// items with a dash, links as their text.
pub(crate) fn to_text(html: &str, hidden: Hidden) -> String {
    text_up_to(html, hidden, usize::MAX)
}

/// The same, read only until `enough` bytes are there.
pub(crate) fn text_up_to(html: &str, hidden: Hidden, enough: usize) -> String {
    let mut writer = Writer::default();
    let mut skip = Skip::default();
    for token in Tokens::new(html) {
        if writer.out.len() > enough {
            break;
        }
        match token {
            Token::Raw(_) => {}
            Token::Start(tag) => {
                if !skip.start(&tag, hidden) {
                    writer.start(&tag);
                }
            }
            Token::End(name) => {
                if !skip.end(&name) {
                    writer.end(&name);
                }
            }
            Token::Text(text) if !skip.is_on() => writer.text(&entity::decode(text, Place::Text)),
            Token::Text(_) => {}
        }
    }
    writer.finish()
}

/// The element that is being left out, and how many of its name are open.
#[derive(Default)]
struct Skip {
    name: String,
    depth: usize,
}

impl Skip {
    fn is_on(&self) -> bool {
        self.depth > 0
    }

    fn start(&mut self, tag: &Tag<'_>, hidden: Hidden) -> bool {
        if self.is_on() {
            self.depth += usize::from(tag.name == self.name && !tag.self_closing);
        } else if matches!(
            tag.name.as_str(),
            "head" | "noscript" | "svg" | "math" | "select" | "object" | "audio" | "video" | "template" | "xml"
        ) || hidden == Hidden::LeftOut && is_hidden(tag)
        {
            self.name.clone_from(&tag.name);
            self.depth = usize::from(!tag.self_closing && !is_void(&tag.name));
            return true;
        }
        self.is_on()
    }

    fn end(&mut self, name: &str) -> bool {
        if !self.is_on() {
            return false;
        }
        if name == self.name || (self.name == "head" && name == "body") {
            self.depth -= 1;
        }
        true
    }
}

fn is_void(name: &str) -> bool {
    matches!(
        name,
        "br" | "hr"
            | "img"
            | "input"
            | "meta"
            | "link"
            | "wbr"
            | "col"
            | "area"
            | "base"
            | "embed"
            | "source"
            | "track"
    )
}

/// Ways in which newsletters hide their preview text.
fn is_hidden(tag: &Tag<'_>) -> bool {
    if tag.attribute("hidden").is_some() {
        return true;
    }
    let Some(style) = tag.attribute("style") else {
        return false;
    };
    let style: String = style
        .chars()
        .filter(|c| !c.is_whitespace())
        .collect::<String>()
        .to_ascii_lowercase();
    style.split(';').any(|declaration| {
        let declaration = declaration.trim_end_matches("!important");
        matches!(
            declaration,
            "display:none"
                | "visibility:hidden"
                | "mso-hide:all"
                | "opacity:0"
                | "font-size:0"
                | "font-size:0px"
                | "font-size:1px"
                | "max-height:0"
                | "max-height:0px"
        )
    })
}

#[derive(Default)]
struct Writer {
    out: String,
    /// Line breaks owed before the next text: 1 ends the line, 2 leaves an empty one.
    breaks: usize,
    space: bool,
    quote: usize,
    /// The quote level of the last line.
    line_quote: usize,
    pre: usize,
}

impl Writer {
    fn start(&mut self, tag: &Tag<'_>) {
        match tag.name.as_str() {
            "br" => {
                self.flush_breaks();
                self.breaks += 1;
            }
            "blockquote" => {
                self.block(2);
                self.quote += 1;
            }
            "pre" => {
                self.block(2);
                self.pre += 1;
            }
            "li" => {
                self.block(1);
                self.text("- ");
            }
            "td" | "th" => self.space = true,
            "hr" => {
                self.block(1);
                self.text("---");
                self.block(1);
            }
            "img" => {
                if let Some(alt) = tag.attribute("alt").filter(|alt| !alt.trim().is_empty()) {
                    self.text(&alt);
                }
            }
            name => self.block(separation(name)),
        }
    }

    fn end(&mut self, name: &str) {
        match name {
            "blockquote" => {
                self.block(2);
                self.quote = self.quote.saturating_sub(1);
            }
            "pre" => {
                self.block(2);
                self.pre = self.pre.saturating_sub(1);
            }
            "br" | "img" | "hr" | "td" | "th" => {}
            name => self.block(separation(name)),
        }
    }

    fn block(&mut self, breaks: usize) {
        if breaks > 0 {
            self.breaks = self.breaks.max(breaks);
            self.space = false;
        }
    }

    /// Two `<br>` in a row are an empty line; owed breaks otherwise do not add up.
    fn flush_breaks(&mut self) {
        if self.breaks > 0 && !self.out.is_empty() {
            let breaks = self.breaks.min(3);
            for at in 1..=breaks {
                let line_end = self.out.trim_end_matches(' ').len();
                self.out.truncate(line_end);
                self.out.push('\n');
                // An empty line belongs to a quote when both its neighbours do.
                self.quote_marks(if at == breaks {
                    self.quote
                } else {
                    self.quote.min(self.line_quote)
                });
            }
            self.line_quote = self.quote;
        }
        self.breaks = 0;
        self.space = false;
    }

    fn quote_marks(&mut self, level: usize) {
        if level > 0 {
            self.out.extend(std::iter::repeat_n('>', level.min(20)));
            self.out.push(' ');
        }
    }

    fn text(&mut self, text: &str) {
        if self.pre > 0 {
            self.flush_breaks();
            for (at, line) in text.split('\n').enumerate() {
                if at > 0 {
                    self.out.push('\n');
                    self.quote_marks(self.quote);
                }
                self.out.push_str(line);
            }
            return;
        }
        for c in text.chars() {
            if c.is_whitespace() {
                self.space = true;
            } else if !is_padding(c) {
                self.character(c);
            }
        }
    }

    fn character(&mut self, c: char) {
        if self.breaks > 0 {
            self.flush_breaks();
        } else if self.out.is_empty() {
            self.line_quote = self.quote;
            self.quote_marks(self.quote);
        } else if self.space && !self.out.ends_with(['\n', ' ']) {
            self.out.push(' ');
        }
        self.space = false;
        self.out.push(c);
    }

    fn finish(self) -> String {
        let mut out = self.out;
        out.truncate(out.trim_end().len());
        if !out.is_empty() {
            out.push('\n');
        }
        out
    }
}

/// Line breaks before and after an element.
fn separation(name: &str) -> usize {
    match name {
        "p" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "ul" | "ol" | "dl" | "table" | "figure" => 2,
        "div" | "tr" | "section" | "article" | "header" | "footer" | "main" | "nav" | "aside" | "address"
        | "center" | "dt" | "dd" | "caption" | "form" | "fieldset" | "figcaption" | "body" | "html" | "li" => 1,
        _ => 0,
    }
}

/// Characters without a shape that fill up preview lines.
pub(crate) fn is_padding(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180e}' | '\u{200b}'..='\u{200c}'
        | '\u{200e}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{feff}' | '\u{2800}' | '\u{3164}' | '\u{ffa0}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paragraphs_lists_quotes() {
        let html = "<html><head><title>t</title><style>p{}</style></head><body><h1>Hello&nbsp;you</h1><p>One\n two<br>three<br><br>four</p>\
                    <ul><li>a</li><li>b</ul><blockquote><p>said<p>more</blockquote><pre>x\n  y</pre><table><tr><td>1</td><td>2</td></tr><tr><td>3</table>";
        assert_eq!(
            to_text(html, Hidden::LeftOut),
            "Hello you\n\nOne two\nthree\n\nfour\n\n- a\n- b\n\n> said\n>\n> more\n\nx\n  y\n\n1 2\n3\n"
        );
    }

    #[test]
    fn hidden_text_is_for_previews_only() {
        let html =
            "<div style='display: none; max-height:0'>Your order <b>shipped</b>&zwnj;&nbsp;&#847;</div><p>Dear you</p>";
        assert_eq!(to_text(html, Hidden::LeftOut), "Dear you\n");
        assert_eq!(to_text(html, Hidden::Kept), "Your order shipped\n\nDear you\n");
    }

    #[test]
    fn scripts_and_comments_are_no_text() {
        assert_eq!(
            to_text(
                "a<script>b</script><!-- c --><svg><text>d</text></svg><noscript>e</noscript>f",
                Hidden::LeftOut
            ),
            "af\n"
        );
        assert_eq!(to_text("", Hidden::Kept), "");
    }
}

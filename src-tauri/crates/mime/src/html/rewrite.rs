//! The first wall: markup from strangers written anew, balanced and bounded, of allowed elements only.
//!
//! Elements are closed in order, so that html5ever behind this never has to repair much: repairing is where
//! small hostile inputs grow large. What is left out is counted where it would have reached for the network.

use super::colour::sets_colour;
use super::css::{self, NAME_PREFIX, Seen};
use super::element::{self, Kind};
use super::escaped;
use super::image::{self, Pictures, Shown};
use super::link;
use super::sheet;
use super::token::{Tag, Token, Tokens};
use super::wall;

/// Elements open at once; what is deeper is shown without its elements. Browsers stop at 512, newsletters at 100.
const MAX_DEPTH: usize = 200;
/// Elements of one letter; behind them only text is shown.
const MAX_ELEMENTS: usize = 100_000;
/// Markup that is looked at, in bytes.
const MAX_MARKUP: usize = 4 * 1024 * 1024;

/// An HTML letter that can be shown.
#[derive(Debug, Default)]
pub(crate) struct Cleaned {
    /// Markup for the inside of the page, in one `<div class="letter">`.
    pub html: String,
    /// Rules for a `<style>` element, already bound to `.letter`.
    pub css: String,
    /// References to the network that were left out, trackers included.
    pub remote: u32,
    pub trackers: u32,
    /// Whether the letter sets colours of its own, other than dark ink on white.
    pub own_colours: bool,
}

/// Cleans an HTML document.
pub(crate) fn clean(source: &str, pictures: &mut Pictures<'_>) -> Cleaned {
    let mut rewriter = Rewriter {
        pictures,
        out: String::with_capacity(source.len()),
        open: Vec::new(),
        too_deep: Vec::new(),
        elements: 0,
        skip: None,
        root: Root::default(),
        css: String::new(),
        seen: Seen::default(),
        trackers: 0,
    };
    for token in Tokens::new(crate::line::truncated(source, MAX_MARKUP)) {
        rewriter.token(token);
    }
    while let Some((name, _)) = rewriter.open.pop() {
        rewriter.close_tag(name);
    }
    let Rewriter {
        out,
        root,
        css,
        seen,
        trackers,
        ..
    } = rewriter;
    Cleaned {
        html: format!(
            "<div class=\"letter{}\"{}>{}</div>",
            root.classes,
            root.attributes,
            wall::check(&out)
        ),
        css,
        remote: seen.remote,
        trackers,
        own_colours: seen.colours,
    }
}

/// What `html` and `body` said, for the element that stands for them.
#[derive(Default)]
struct Root {
    classes: String,
    attributes: String,
    style: String,
}

struct Rewriter<'r, 'a> {
    pictures: &'r mut Pictures<'a>,
    out: String,
    open: Vec<(&'static str, Kind)>,
    /// Elements that were passed over for their depth and are still to be closed.
    too_deep: Vec<&'static str>,
    elements: usize,
    /// The element that is left out with its content, and how many of its name are open.
    skip: Option<(String, usize)>,
    root: Root,
    css: String,
    seen: Seen,
    trackers: u32,
}

impl Rewriter<'_, '_> {
    fn token(&mut self, token: Token<'_>) {
        match token {
            Token::Raw(text) => self.raw(text),
            Token::Start(tag) => self.start(&tag),
            Token::End(name) => self.end(&name),
            // References stay as they are: html5ever decodes them behind us.
            Token::Text(text) if self.skip.is_none() => self.out.push_str(&text.replace('<', "&lt;").replace('\0', "")),
            Token::Text(_) => {}
        }
    }

    /// Style sheets stand in elements that are left out, and in `head`; they are kept apart.
    fn raw(&mut self, text: &str) {
        let in_style = self.skip.as_ref().is_some_and(|(name, _)| name == "style");
        if in_style {
            let sheet = sheet::stylesheet(text, &mut self.seen);
            self.css.push_str(&sheet);
        }
    }

    fn start(&mut self, tag: &Tag<'_>) {
        let name = tag.name.as_str();
        self.count_fetches(tag);
        if let Some((skipped, depth)) = &mut self.skip {
            // The head ends where the body begins, and holds styles.
            let inside_head = skipped == "head";
            if inside_head && name == "style" {
                self.skip = Some(("style".to_owned(), 1));
                return;
            }
            if !(inside_head && (name == "body" || element::allowed(name).is_some())
                || ends_foreign_content(skipped, name))
            {
                *depth += usize::from(name == skipped && !tag.self_closing);
                return;
            }
            self.skip = None;
        }
        match element::allowed(name) {
            Some((name, Kind::Void)) => self.void(name, tag),
            Some((name, kind)) => self.element(name, kind, tag),
            None if matches!(name, "html" | "body") => self.root(tag),
            None if element::is_left_out_whole(name) && !tag.self_closing => self.skip = Some((name.to_owned(), 1)),
            None => {}
        }
    }

    fn end(&mut self, name: &str) {
        if let Some((skipped, depth)) = &mut self.skip {
            if skipped == name {
                *depth = depth.saturating_sub(1);
                if *depth == 0 {
                    self.skip = None;
                }
            }
            return;
        }
        let Some((name, kind)) = element::allowed(name) else {
            return;
        };
        if self.too_deep.last() == Some(&name) {
            self.too_deep.pop();
            return;
        }
        if name == "br" {
            self.out.push_str("<br>");
        } else if let Some(at) = self.innermost(name, kind) {
            self.close(at, kind);
        }
    }

    /// Where an end tag finds its element: not outside of the table cell it stands in.
    fn innermost(&self, name: &str, kind: Kind) -> Option<usize> {
        for (at, (open, _)) in self.open.iter().enumerate().rev() {
            if *open == name {
                return Some(at);
            }
            let wall = if kind == Kind::Table {
                *open == "table"
            } else {
                matches!(*open, "table" | "td" | "th" | "caption")
            };
            if wall {
                return None;
            }
        }
        None
    }

    fn close(&mut self, at: usize, kind: Kind) {
        let above_is_block = self
            .open
            .get(at + 1..)
            .is_some_and(|above| above.iter().any(|(_, kind)| *kind != Kind::Inline));
        if kind == Kind::Inline && above_is_block {
            // <b><p></b></p>: only the inline element ends; html5ever sorts such pairs out.
            let (name, _) = self.open.remove(at);
            self.close_tag(name);
            return;
        }
        while self.open.len() > at {
            if let Some((name, _)) = self.open.pop() {
                self.close_tag(name);
            }
        }
    }

    fn close_tag(&mut self, name: &str) {
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push('>');
    }

    fn element(&mut self, name: &'static str, kind: Kind, tag: &Tag<'_>) {
        self.close_implied(name, kind);
        self.elements += 1;
        if self.elements > MAX_ELEMENTS {
            return;
        }
        if self.open.len() >= MAX_DEPTH {
            self.too_deep.push(name);
            return;
        }
        // Inline elements between table and cell would be carried into every cell.
        let in_table_structure = self
            .open
            .last()
            .is_some_and(|(open, _)| matches!(*open, "table" | "thead" | "tbody" | "tfoot" | "tr" | "colgroup"));
        if in_table_structure && kind == Kind::Inline {
            return;
        }
        let attributes = self.attributes(name, tag);
        self.out.push_str(&format!("<{name}{attributes}>"));
        self.open.push((name, kind));
    }

    /// Elements that end where another begins (HTML §13.1.2.4).
    fn close_implied(&mut self, name: &str, kind: Kind) {
        let ends: &[&str] = match name {
            "li" => &["li"],
            "dt" | "dd" => &["dt", "dd"],
            "tr" => &["tr", "td", "th"],
            "td" | "th" => &["td", "th"],
            "tbody" | "thead" | "tfoot" => &["tbody", "thead", "tfoot", "caption", "colgroup"],
            "a" => &["a"],
            _ if kind == Kind::Block || name == "table" => &["p"],
            _ => &[],
        };
        let walls: &[&str] = match name {
            "li" => &["ul", "ol", "table", "td", "th"],
            "dt" | "dd" => &["dl", "table", "td", "th"],
            "td" | "th" => &["tr", "table"],
            "tr" | "tbody" | "thead" | "tfoot" => &["table"],
            _ => &["table", "td", "th", "caption"],
        };
        // The outermost one up to the wall, so that what it holds ends with it.
        let mut found = None;
        for (at, (open, _)) in self.open.iter().enumerate().rev() {
            if walls.contains(open) {
                break;
            }
            if ends.contains(open) {
                found = Some(at);
            }
        }
        if let Some(at) = found {
            self.close(at, kind);
        }
    }

    fn void(&mut self, name: &'static str, tag: &Tag<'_>) {
        self.elements += 1;
        if self.elements > MAX_ELEMENTS {
            return;
        }
        if name == "img" {
            self.picture(tag);
        } else {
            let attributes = self.attributes(name, tag);
            self.out.push_str(&format!("<{name}{attributes}>"));
        }
    }

    fn root(&mut self, tag: &Tag<'_>) {
        for (name, value) in tag.attributes() {
            match name {
                "style" => self
                    .root
                    .style
                    .push_str(&format!("{};", css::declarations(&value, &mut self.seen))),
                "bgcolor" | "text" if element::is_plain_value("bgcolor", &value) => {
                    let property = if name == "text" { "color" } else { "background-color" };
                    let declaration = css::declarations(&format!("{property}:{value}"), &mut self.seen);
                    self.root.style.push_str(&format!("{declaration};"));
                }
                "class" => self.root.classes.push_str(&prefixed(&value)),
                "dir" | "lang"
                    if element::is_plain_value(name, &value)
                        && !self.root.attributes.contains(&format!(" {name}=")) =>
                {
                    self.root
                        .attributes
                        .push_str(&format!(" {name}=\"{}\"", escaped(&value)));
                }
                _ => {}
            }
        }
        // Checked again, as the second wall does with what stands inside.
        let style = css::declarations(&self.root.style, &mut Seen::default());
        let at = self
            .root
            .attributes
            .find(" style=")
            .unwrap_or(self.root.attributes.len());
        self.root.attributes.truncate(at);
        if !style.is_empty() {
            self.root
                .attributes
                .push_str(&format!(" style=\"{}\"", escaped(&style)));
        }
    }

    fn attributes(&mut self, element: &str, tag: &Tag<'_>) -> String {
        let mut out = String::new();
        let mut push = |name: &str, value: &str| out.push_str(&format!(" {name}=\"{}\"", escaped(value)));
        for (name, value) in tag.attributes() {
            if !element::allows(element, name) || (element == "a" && name == "title") {
                continue;
            }
            match name {
                "style" => {
                    let style = css::declarations(&value, &mut self.seen);
                    if !style.is_empty() {
                        push(name, &style);
                    }
                }
                "class" => push(name, prefixed(&value).trim_start()),
                "id" => push(name, &format!("{NAME_PREFIX}{value}")),
                "href" => {
                    if let Some(destination) = link::checked(&value) {
                        push("href", &destination);
                        push("title", &crate::line::one_line(&destination, 300));
                    }
                }
                "src" => {}
                name if element::is_plain_value(name, &value) => {
                    self.seen.colours |= match name {
                        "bgcolor" => sets_colour("background-color", &value),
                        "color" => sets_colour("color", &value),
                        _ => false,
                    };
                    push(name, &value);
                }
                _ => {}
            }
        }
        out
    }

    fn picture(&mut self, tag: &Tag<'_>) {
        let source = tag.attribute("src").unwrap_or_default();
        let style = css::declarations(&tag.attribute("style").unwrap_or_default(), &mut self.seen);
        let width = length(&tag.attribute("width").unwrap_or_default()).or_else(|| declared_length(&style, "width"));
        let height = length(&tag.attribute("height").unwrap_or_default()).or_else(|| declared_length(&style, "height"));
        match image::shown(&source, pixels(width), pixels(height), self.pictures) {
            Shown::Data(url) => {
                let attributes = self.attributes("img", tag);
                self.out.push_str(&format!("<img src=\"{url}\"{attributes}>"));
            }
            Shown::Box => self.picture_box(tag, width, height),
            Shown::Tracker => self.trackers += 1,
            Shown::Nothing => self.out.push_str(&escaped(&tag.attribute("alt").unwrap_or_default())),
        }
    }

    fn picture_box(&mut self, tag: &Tag<'_>, width: Option<Length>, height: Option<Length>) {
        let side = |name: &str, length: Option<Length>| match length {
            Some(Length::Pixels(pixels)) => format!("{name}:{}px;", pixels.min(4_000)),
            Some(Length::Percent(percent)) if name == "width" => format!("width:{}%;", percent.min(100)),
            _ => String::new(),
        };
        let alt = tag.attribute("alt").unwrap_or_default();
        let style = side("width", width) + &side("height", height);
        self.out.push_str(&format!(
            "<span class=\"pli-picture\" style=\"{style}\">{}</span>",
            escaped(alt.trim())
        ));
    }

    /// Counts what this tag would fetch by other ways than the style and source that are looked at elsewhere.
    fn count_fetches(&mut self, tag: &Tag<'_>) {
        let fetching: &[&str] = match tag.name.as_str() {
            "img" | "image" => &["src", "srcset", "href", "xlink:href", "lowsrc", "dynsrc"],
            "input" | "script" | "iframe" | "frame" | "embed" | "source" | "track" | "audio" | "bgsound" => {
                &["src", "srcset"]
            }
            "video" => &["src", "poster"],
            "object" => &["data"],
            "link" | "use" | "feimage" => &["href", "xlink:href"],
            _ => &[],
        };
        let is_fetched = |name: &&str| tag.attribute(name).is_some_and(|value| link::is_remote(&value));
        // Several sources of one picture are one picture.
        let fetches = fetching.iter().any(is_fetched) || is_fetched(&"background");
        self.seen.remote += u32::from(fetches);
    }
}

/// Markup that ends `svg` or `math` although it is still open (HTML §13.2.6.5).
fn ends_foreign_content(skipped: &str, name: &str) -> bool {
    matches!(skipped, "svg" | "math")
        && matches!(
            name,
            "p" | "div"
                | "table"
                | "td"
                | "tr"
                | "body"
                | "ul"
                | "ol"
                | "li"
                | "h1"
                | "h2"
                | "h3"
                | "br"
                | "img"
                | "center"
                | "blockquote"
        )
}

/// Class names with the prefix of the letter, each behind a space.
fn prefixed(classes: &str) -> String {
    classes
        .split_whitespace()
        .take(50)
        .filter(|class| class.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_')))
        .map(|class| format!(" {NAME_PREFIX}{class}"))
        .collect()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Length {
    Pixels(u32),
    Percent(u32),
}

fn pixels(length: Option<Length>) -> Option<u32> {
    match length {
        Some(Length::Pixels(pixels)) => Some(pixels),
        _ => None,
    }
}

fn length(value: &str) -> Option<Length> {
    let value = value.trim();
    let digits = value.len() - value.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, unit) = value.split_at_checked(digits)?;
    let number = number.parse().ok()?;
    let unit = unit
        .trim_start_matches(|c: char| c == '.' || c.is_ascii_digit())
        .trim_end_matches("!important")
        .trim();
    match unit.to_ascii_lowercase().as_str() {
        "" | "px" => Some(Length::Pixels(number)),
        "%" => Some(Length::Percent(number)),
        _ => None,
    }
}

fn declared_length(style: &str, property: &str) -> Option<Length> {
    style
        .split(';')
        .find_map(|declaration| length(declaration.strip_prefix(property)?.strip_prefix(':')?))
}

#[cfg(test)]
mod tests;

//! A strict look at a finished page by another parser (html5ever's tokenizer): anything that is not known to be
//! harmless is a violation.

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{BufferQueue, StartTag, Tag, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
use std::cell::{Cell, RefCell};

const ELEMENTS: &str = "html head meta style body a abbr address article aside b bdi bdo big blockquote br caption center cite code col colgroup \
    dd del dfn div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main mark nav ol p pre q rp rt ruby s samp \
    section small span strike strong sub sup table tbody td tfoot th thead time tr tt u ul var wbr";

const ATTRIBUTES: &str = "align alt bgcolor border cellpadding cellspacing class clear color colspan dir face height hspace id lang noshade nowrap \
    rel rowspan size span start target title type valign value vspace width";

/// Everything in `page` that should not be there.
pub fn violations(page: &str) -> Vec<String> {
    let sink = Sink::default();
    let input = BufferQueue::default();
    input.push_back(StrTendril::from(page));
    let tokenizer = Tokenizer::new(sink, TokenizerOpts::default());
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    let mut found = tokenizer.sink.found.take();
    let policies = page
        .matches("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none';")
        .count();
    if policies != 1 {
        found.push(format!("{policies} policies"));
    }
    found
}

#[derive(Default)]
struct Sink {
    found: RefCell<Vec<String>>,
    in_style: Cell<bool>,
}

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        match token {
            Token::TagToken(tag) if tag.kind == StartTag => {
                self.tag(&tag);
                if &*tag.name == "style" {
                    self.in_style.set(true);
                    return TokenSinkResult::RawData(RawKind::Rawtext);
                }
            }
            Token::TagToken(_) => self.in_style.set(false),
            Token::CharacterTokens(text) if self.in_style.get() => self.css("style sheet", &text),
            Token::CommentToken(text) => self.found.borrow_mut().push(format!("comment {text}")),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

impl Sink {
    fn violation(&self, what: String) {
        self.found.borrow_mut().push(what);
    }

    fn tag(&self, tag: &Tag) {
        let name = &*tag.name;
        if !ELEMENTS.split_whitespace().any(|known| known == name) {
            self.violation(format!("element {name}"));
        }
        for attribute in &tag.attrs {
            self.attribute(name, &attribute.name.local, &attribute.value);
        }
    }

    fn attribute(&self, element: &str, name: &str, value: &str) {
        let lower = value.to_ascii_lowercase();
        let sound = match (element, name) {
            ("meta", "charset" | "content" | "name") => true,
            ("meta", "http-equiv") => value == "Content-Security-Policy",
            ("a", "href") => ["http://", "https://", "mailto:"]
                .iter()
                .any(|scheme| lower.starts_with(scheme)),
            ("img", "src") => ["png", "jpeg", "gif", "webp"]
                .iter()
                .any(|format| lower.starts_with(&format!("data:image/{format};base64,"))),
            (_, "style") => {
                self.css("style", value);
                true
            }
            (_, "class") => value
                .split_whitespace()
                .all(|class| class.starts_with("m-") || class.starts_with("pli-") || class == "letter"),
            (_, "id") => value.starts_with("m-"),
            (_, name) => ATTRIBUTES.split_whitespace().any(|known| known == name),
        };
        if !sound {
            self.violation(format!("<{element} {name}={value:?}>"));
        }
        if element == "a" && name == "target" && value != "_blank" {
            self.violation(format!("target {value}"));
        }
    }

    fn css(&self, place: &str, css: &str) {
        let lower = css.to_ascii_lowercase();
        let bans = [
            "url(",
            "image-set",
            "src(",
            "expression(",
            "@import",
            "font-face",
            "javascript:",
            "position:",
            "behavior:",
            "binding:",
            "var(",
            "attr(",
            "\\",
            "<",
            "//",
            "/*",
            "content:",
            "http:",
            "https:",
        ];
        // `position`, not `background-position` and its kin.
        let lower = lower.replace("-position:", "");
        for ban in bans {
            if lower.contains(ban) {
                let at = lower.find(ban).unwrap();
                self.violation(format!(
                    "{place} with {ban}: {}",
                    lower
                        .get(at.saturating_sub(30)..(at + 60).min(lower.len()))
                        .unwrap_or(&lower)
                ));
            }
        }
    }
}

//! CSS declarations from strangers: those of harmless properties, written anew from their tokens.
//!
//! Kept true: the output holds no function but those of [`is_allowed_function`] (so no `url()`, `image-set()`,
//! `src()`, `var()`, `attr()`, `expression()`), no backslash, no `<`, no comment; nothing is taken out
//! of the flow of the letter (`position`, `transform`, `z-index` and the like are not allowed).
//! What is not known is dropped, declaration by declaration.

use super::colour::sets_colour;
use super::link::is_remote;
use cssparser::{Delimiter, ParseError, Parser, ToCss, Token};

/// Prefix of the letter's own classes and ids: they can never be ours.
pub(crate) const NAME_PREFIX: &str = "m-";

/// What was seen on the way.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Seen {
    /// References to the network that were left out.
    pub remote: u32,
    /// Whether the letter sets colours of its own.
    pub colours: bool,
}

/// The harmless declarations of a `style` attribute.
pub(crate) fn declarations(source: &str, seen: &mut Seen) -> String {
    declarations_in(&mut Parser::new(source), seen)
}

pub(super) fn declarations_in(parser: &mut Parser<'_>, seen: &mut Seen) -> String {
    let mut out = String::new();
    while let Ok(token) = parser.next() {
        let Token::Ident(name) = token else { continue };
        let name = name.to_ascii_lowercase();
        if parser.expect_colon().is_err() {
            // Not a declaration: on to the next one.
            let _ = parser.parse_until_after(Delimiter::Semicolon, drain);
            continue;
        }
        let value = parser.parse_until_after(Delimiter::Semicolon, |value| {
            Ok::<_, ParseError<()>>(value_of(value, &name, seen))
        });
        let Ok(Some(value)) = value else { continue };
        let value = value.trim();
        if value.is_empty() || !is_allowed_property(&name) {
            continue;
        }
        seen.colours |= sets_colour(&name, value);
        if !out.is_empty() {
            out.push(';');
        }
        out.push_str(&name);
        out.push(':');
        out.push_str(value);
    }
    out
}

pub(super) fn drain(parser: &mut Parser<'_>) -> Result<(), ParseError<()>> {
    while parser.next().is_ok() {}
    Ok(())
}

/// The value of a property, or `None` when something in it is not allowed. Reads all of it in either case.
fn value_of(parser: &mut Parser<'_>, property: &str, seen: &mut Seen) -> Option<String> {
    let mut value = Value {
        out: String::new(),
        sound: true,
        property,
        seen,
    };
    value.tokens(parser, 0);
    let Value { out, sound, .. } = value;
    sound.then_some(out)
}

struct Value<'s> {
    out: String,
    sound: bool,
    property: &'s str,
    seen: &'s mut Seen,
}

impl Value<'_> {
    fn tokens(&mut self, parser: &mut Parser<'_>, depth: usize) {
        while let Ok(token) = parser.next_including_whitespace() {
            let token = token.clone();
            match &token {
                Token::Function(name) => {
                    let name = name.to_ascii_lowercase();
                    let _ = parser.parse_nested_block(|inner| {
                        self.function(&name, inner, depth);
                        Ok::<_, ParseError<()>>(())
                    });
                }
                Token::UnquotedUrl(url) => self.reference(url),
                Token::ParenthesisBlock | Token::SquareBracketBlock | Token::CurlyBracketBlock => self.sound = false,
                token => self.plain(token, depth),
            }
        }
    }

    fn function(&mut self, name: &str, parser: &mut Parser<'_>, depth: usize) {
        if is_allowed_function(name) && depth < 8 {
            self.out.push_str(name);
            self.out.push('(');
            self.tokens(parser, depth + 1);
            self.out.push(')');
            return;
        }
        let mut named = None;
        while let Ok(token) = parser.next() {
            if let Token::QuotedString(url) | Token::UnquotedUrl(url) = token {
                named.get_or_insert_with(|| url.to_string());
            }
        }
        match named {
            Some(url) => self.reference(&url),
            None => self.sound = false,
        }
    }

    /// A background is shown without its picture; any other property goes with it.
    fn reference(&mut self, url: &str) {
        self.seen.remote += u32::from(is_remote(url));
        self.sound &= self.property == "background";
    }

    fn plain(&mut self, token: &Token<'_>, depth: usize) {
        let sound = match token {
            Token::WhiteSpace(_) => {
                self.out.push(' ');
                return;
            }
            Token::Ident(word) => is_plain_word(word),
            Token::Hash(word) | Token::IDHash(word) => {
                word.len() <= 8 && word.bytes().all(|byte| byte.is_ascii_hexdigit())
            }
            Token::Dimension { unit, .. } => unit.bytes().all(|byte| byte.is_ascii_alphabetic()),
            Token::Number { .. } | Token::Percentage { .. } | Token::Comma => true,
            Token::QuotedString(text) => {
                matches!(self.property, "font-family" | "font" | "quotes")
                    && text
                        .chars()
                        .all(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_' | '.' | ',' | '«' | '»'))
            }
            Token::Delim('/' | '!') => true,
            Token::Delim('+' | '-' | '*') => depth > 0,
            _ => false,
        };
        self.sound &= sound;
        if sound {
            self.out.push_str(&token.to_css_string().replace('"', "'"));
        }
    }
}

pub(super) fn is_plain_word(word: &str) -> bool {
    word.len() <= 64
        && word.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'))
        && !matches!(word.to_ascii_lowercase().as_str(), "javascript" | "expression")
}

fn is_allowed_function(name: &str) -> bool {
    matches!(
        name,
        "rgb" | "rgba" | "hsl" | "hsla" | "calc" | "min" | "max" | "clamp" | "linear-gradient" | "radial-gradient"
    )
}

fn is_allowed_property(name: &str) -> bool {
    let family = ["border", "margin", "padding", "text-"]
        .iter()
        .any(|family| name.starts_with(family));
    family && !matches!(name, "border-image" | "border-image-source" | "text-size-adjust")
        || matches!(
            name,
            "background"
                | "background-color"
                | "background-repeat"
                | "background-position"
                | "background-size"
                | "background-image"
                | "box-sizing"
                | "box-shadow"
                | "caption-side"
                | "clear"
                | "color"
                | "direction"
                | "display"
                | "empty-cells"
                | "float"
                | "font"
                | "font-family"
                | "font-size"
                | "font-stretch"
                | "font-style"
                | "font-variant"
                | "font-weight"
                | "height"
                | "hyphens"
                | "letter-spacing"
                | "line-height"
                | "list-style"
                | "list-style-position"
                | "list-style-type"
                | "max-height"
                | "max-width"
                | "min-height"
                | "min-width"
                | "object-fit"
                | "opacity"
                | "outline"
                | "overflow"
                | "overflow-x"
                | "overflow-wrap"
                | "quotes"
                | "table-layout"
                | "unicode-bidi"
                | "vertical-align"
                | "visibility"
                | "white-space"
                | "width"
                | "word-break"
                | "word-spacing"
                | "word-wrap"
                | "align-items"
                | "justify-content"
                | "flex"
                | "flex-direction"
                | "flex-wrap"
                | "gap"
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn style(source: &str) -> String {
        declarations(source, &mut Seen::default())
    }

    #[test]
    fn harmless_declarations_stay() {
        assert_eq!(
            style(
                "COLOR: #FFF; margin:0 auto!important; font-family:'Segoe UI', Arial,sans-serif; width:calc(100% - 10px);color:rgba(0,0,0,.5)"
            ),
            "color:#FFF;margin:0 auto!important;font-family:'Segoe UI', Arial,sans-serif;width:calc(100% - 10px);color:rgba(0,0,0,0.5)"
        );
        assert_eq!(
            style("background:#fff url(https://x.test/a.png) no-repeat center"),
            "background:#fff  no-repeat center"
        );
    }

    #[test]
    fn everything_else_goes() {
        for hostile in [
            "background-image:url(https://x.test)",
            "background-image:URL('https://x.test')",
            "background-image:u\\72l(https://x.test)",
            "background-image:image-set('https://x.test' 1x)",
            "background-image:-webkit-image-set(url(https://x.test) 1x)",
            "background:src('https://x.test') var(--x)",
            "color:var(--x)",
            "width:expression(alert(1))",
            "-moz-binding:url(https://x.test)",
            "behavior:url(x.htc)",
            "position:fixed;top:0;left:0;z-index:9",
            "position:absolute",
            "content:'x'",
            "--x:url(https://x.test)",
            "list-style-image:url(https://x.test)",
            "cursor:url(https://x.test),auto",
            "color:red\\3b position:fixed",
            "color:'</style><script>'",
            "font-family:'</style><script>'",
            "width:attr(x)",
            "color:{}",
            "filter:blur(1px)",
            "animation:x 1s",
        ] {
            let out = style(hostile);
            assert!(
                !out.contains("x.test")
                    && !out.contains('<')
                    && !out.contains("url")
                    && !out.contains("position")
                    && !out.contains('\\'),
                "{hostile} -> {out}"
            );
            assert!(matches!(out.as_str(), "" | "background:"), "{hostile} -> {out}");
        }
    }

    #[test]
    fn remote_references_are_counted_and_colours_noticed() {
        let mut seen = Seen::default();
        declarations(
            "background:url(https://x.test/1);list-style-image:url('//x.test/2');border-image:url(cid:x)",
            &mut seen,
        );
        assert_eq!(
            seen,
            Seen {
                remote: 2,
                colours: false
            }
        );
        declarations("color:inherit;background:none", &mut seen);
        assert!(!seen.colours);
    }

    #[test]
    fn deep_nesting_ends() {
        assert_eq!(style(&format!("width:{}", "calc(".repeat(100_000))), "");
    }
}

//! `<style>` elements from strangers: the rules that are harmless, bound to the letter.
//!
//! Kept true: the output holds declarations as [`css`](super::css) lets them through, no at-rule but `@media`, no
//! `<` and no backslash. Every selector stands below [`LETTER`], every class and id carries [`NAME_PREFIX`].

use super::css::{NAME_PREFIX, Seen, declarations_in, drain, is_plain_word};
use super::link::is_remote;
use cssparser::{Delimiter, ParseError, Parser, ToCss, Token};

/// The element that holds an HTML letter, and stands for its `html` and `body`.
const LETTER: &str = ".letter";

/// Style sheets are cut at this output.
const MAX_SHEET: usize = 512 * 1024;

/// The harmless rules of a `<style>` element, each selector bound below [`LETTER`], each class and id prefixed.
pub(crate) fn stylesheet(source: &str, seen: &mut Seen) -> String {
    let source = source.replace("<!--", " ").replace("-->", " ");
    let mut out = String::new();
    rules(&mut Parser::new(&source), 0, &mut out, seen);
    // By construction there is none; a way out of the style element would be a way into the page.
    if out.contains(['<', '\\', '@']) && out.replace("@media ", "").contains(['<', '\\', '@']) {
        String::new()
    } else {
        out
    }
}

fn rules(parser: &mut Parser<'_>, depth: usize, out: &mut String, seen: &mut Seen) {
    loop {
        let before = parser.state();
        let Ok(token) = parser.next() else { return };
        let at_rule = match token {
            Token::AtKeyword(name) => Some(name.to_ascii_lowercase()),
            _ => None,
        };
        match at_rule {
            Some(name) => self::at_rule(&name, parser, depth, out, seen),
            None => {
                parser.reset(&before);
                qualified_rule(parser, out, seen);
            }
        }
        if out.len() > MAX_SHEET {
            return;
        }
    }
}

fn at_rule(name: &str, parser: &mut Parser<'_>, depth: usize, out: &mut String, seen: &mut Seen) {
    let query = parser.parse_until_before(Delimiter::CurlyBracketBlock | Delimiter::Semicolon, |prelude| {
        Ok::<_, ParseError<()>>(media_query(prelude, name == "import", seen))
    });
    if parser.next().is_ok_and(|token| *token == Token::CurlyBracketBlock) {
        let _ = parser.parse_nested_block(|block| {
            let query = query.ok().flatten().filter(|_| name == "media" && depth < 2);
            // Fonts and the like are read for the sake of counting what they would fetch.
            let mut inner = String::new();
            if name == "font-face" {
                declarations_in(block, seen);
            } else {
                rules(block, depth + 1, &mut inner, seen);
            }
            if let Some(query) = query.filter(|_| !inner.is_empty() && depth < 2) {
                out.push_str(&format!("@media {query}{{{inner}}}"));
            }
            drain(block)
        });
    }
}

/// The media query, if it is about the size of the page. Colour schemes are ours to choose.
fn media_query(parser: &mut Parser<'_>, counts: bool, seen: &mut Seen) -> Option<String> {
    let mut out = String::new();
    let mut sound = true;
    while let Ok(token) = parser.next_including_whitespace() {
        let token = token.clone();
        match &token {
            Token::WhiteSpace(_) => out.push(' '),
            Token::Comma => out.push(','),
            Token::Ident(word)
                if matches!(
                    word.to_ascii_lowercase().as_str(),
                    "screen" | "all" | "only" | "and" | "print" | "not" | "or"
                ) =>
            {
                out.push_str(&word.to_ascii_lowercase())
            }
            Token::ParenthesisBlock => {
                let feature = parser.parse_nested_block(|inner| Ok::<_, ParseError<()>>(media_feature(inner)));
                match feature.ok().flatten() {
                    Some(feature) => out.push_str(&format!("({feature})")),
                    None => sound = false,
                }
            }
            Token::UnquotedUrl(url) | Token::QuotedString(url) if counts => seen.remote += u32::from(is_remote(url)),
            Token::Function(_) if counts => {
                let _ = parser.parse_nested_block(|inner| {
                    while let Ok(token) = inner.next() {
                        if let Token::QuotedString(url) = token {
                            seen.remote += u32::from(is_remote(url));
                        }
                    }
                    Ok::<_, ParseError<()>>(())
                });
            }
            _ => sound = false,
        }
    }
    let out = out.trim().to_owned();
    (sound && !out.is_empty()).then_some(out)
}

fn media_feature(parser: &mut Parser<'_>) -> Option<String> {
    let name = parser.expect_ident().ok()?.to_ascii_lowercase();
    let known = [
        "width",
        "device-width",
        "height",
        "device-pixel-ratio",
        "orientation",
        "resolution",
    ]
    .iter()
    .any(|known| name.ends_with(known));
    if !known || !is_plain_word(&name) {
        let _ = drain(parser);
        return None;
    }
    if parser.is_exhausted() {
        return Some(name);
    }
    parser.expect_colon().ok()?;
    let token = parser.next().ok()?.clone();
    let value = match &token {
        Token::Dimension { unit, .. } if unit.bytes().all(|byte| byte.is_ascii_alphabetic()) => token.to_css_string(),
        Token::Number { .. } => token.to_css_string(),
        Token::Ident(word) if is_plain_word(word) => token.to_css_string(),
        _ => return None,
    };
    parser.is_exhausted().then(|| format!("{name}:{value}"))
}

fn qualified_rule(parser: &mut Parser<'_>, out: &mut String, seen: &mut Seen) {
    let selectors = parser.parse_until_before(Delimiter::CurlyBracketBlock, |prelude| {
        Ok::<_, ParseError<()>>(selectors(prelude))
    });
    if !parser.next().is_ok_and(|token| *token == Token::CurlyBracketBlock) {
        return;
    }
    let body = parser.parse_nested_block(|block| Ok::<_, ParseError<()>>(declarations_in(block, seen)));
    let (Ok(selectors), Ok(body)) = (selectors, body) else {
        return;
    };
    if !selectors.is_empty() && !body.is_empty() {
        out.push_str(&selectors.join(","));
        out.push('{');
        out.push_str(&body);
        out.push('}');
    }
}

/// The sound ones of a list of selectors, rewritten.
fn selectors(parser: &mut Parser<'_>) -> Vec<String> {
    let mut all = Vec::new();
    let mut current = Some(String::new());
    while let Ok(token) = parser.next_including_whitespace() {
        let token = token.clone();
        if token == Token::Comma {
            all.extend(current.take().and_then(|selector| scoped(&selector)));
            current = Some(String::new());
            continue;
        }
        let Some(mut selector) = current.take() else { continue };
        let after_colon = selector.ends_with(':');
        let sound = match &token {
            Token::WhiteSpace(_) => {
                selector.push(' ');
                true
            }
            Token::Delim(c @ ('>' | '+' | '~' | '*')) => {
                selector.push(*c);
                true
            }
            Token::Delim('.') => {
                selector.push_str(&format!(".{NAME_PREFIX}"));
                true
            }
            Token::Colon => {
                selector.push(':');
                !after_colon
            }
            Token::Ident(word) => push_name(&mut selector, word, after_colon),
            Token::IDHash(word) | Token::Hash(word) => {
                selector.push_str(&format!("#{NAME_PREFIX}{word}"));
                is_plain_word(word)
            }
            _ => false,
        };
        current = sound.then_some(selector);
    }
    all.extend(current.and_then(|selector| scoped(&selector)));
    all
}

fn push_name(selector: &mut String, word: &str, after_colon: bool) -> bool {
    let lower = word.to_ascii_lowercase();
    if after_colon {
        if lower == "root" {
            selector.pop();
            selector.push_str(LETTER);
            return true;
        }
        selector.push_str(&lower);
        return matches!(
            lower.as_str(),
            "link" | "visited" | "hover" | "active" | "focus" | "first-child" | "last-child"
        );
    }
    if selector.ends_with(NAME_PREFIX) {
        selector.push_str(word);
    } else if matches!(lower.as_str(), "html" | "body") {
        selector.push_str(LETTER);
    } else {
        selector.push_str(&lower);
    }
    is_plain_word(word)
}

/// Binds a selector below the letter.
fn scoped(selector: &str) -> Option<String> {
    let mut selector = selector
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .replace(" > ", ">");
    for doubled in [format!("{LETTER} {LETTER}"), format!("{LETTER}>{LETTER}")] {
        selector = selector.replace(&doubled, LETTER);
    }
    let whole = !selector.is_empty()
        && selector.len() <= 500
        && !selector.ends_with([':', '>', '+', '~', '.'])
        && !selector.ends_with(NAME_PREFIX);
    if !whole {
        return None;
    }
    let at_letter = selector
        .strip_prefix(LETTER)
        .is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '+' | '~')));
    Some(if at_letter {
        selector
    } else {
        format!("{LETTER} {}", selector.trim_start_matches(['>', '+', '~', ' ']))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sheets_are_scoped() {
        let mut seen = Seen::default();
        let sheet = "<!-- @import url('https://x.test/a.css'); @charset 'utf-8'; @font-face{font-family:x;src:url(https://x.test/f)}\
                     body, html body .Big#top > a:hover { color: red } p::before{content:'x'} div[class~=x]{color:blue} *{margin:0}\
                     u + .body .gmail{width:1px} @media only screen and (max-width: 600px) { .w{width:100%!important} @media print{p{color:red}} }\
                     @media (prefers-color-scheme: dark){p{color:#fff}} @supports (display:grid){p{color:red}} .x{position:fixed} -->";
        assert_eq!(
            stylesheet(sheet, &mut seen),
            ".letter,.letter .m-Big#m-top>a:hover{color:red}.letter *{margin:0}.letter u + .m-body .m-gmail{width:1px}\
             @media only screen and (max-width:600px){.letter .m-w{width:100%!important}@media print{.letter p{color:red}}}"
        );
        assert_eq!(seen.remote, 2);
    }

    #[test]
    fn no_way_out_of_the_style_element() {
        for hostile in [
            "p{color:red}</style><script>alert(1)</script>",
            "p{font-family:'\\3c/style>'}",
            ".\\3c/style{color:red}",
            "a:\\3c script{color:red}",
        ] {
            assert!(!stylesheet(hostile, &mut Seen::default()).contains('<'), "{hostile}");
        }
    }

    #[test]
    fn deep_nesting_ends() {
        assert_eq!(stylesheet(&"@media print{".repeat(50_000), &mut Seen::default()), "");
        assert_eq!(stylesheet(&"a{".repeat(50_000), &mut Seen::default()), "");
    }
}

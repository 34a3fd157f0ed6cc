//! The second wall: ammonia, set to the same rules, over what the first one wrote.

use super::css::{self, NAME_PREFIX, Seen};
use super::element;
use super::image::is_shown_data;
use super::link;
use ammonia::{Builder, UrlRelative};
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

static WALL: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut wall = Builder::empty();
    wall.tags(element::ELEMENTS.iter().map(|(name, _)| *name).collect())
        .generic_attributes(element::GENERIC_ATTRIBUTES.iter().copied().collect())
        .tag_attributes(
            element::ELEMENT_ATTRIBUTES
                .iter()
                .map(|(name, own)| (*name, own.iter().copied().collect::<HashSet<_>>()))
                .collect(),
        )
        .set_tag_attribute_values(HashMap::from([("a", HashMap::from([("target", "_blank")]))]))
        .clean_content_tags(HashSet::from(["script", "style"]))
        .url_schemes(HashSet::from(["http", "https", "mailto", "data"]))
        .url_relative(UrlRelative::Deny)
        .link_rel(Some("noopener noreferrer"))
        .strip_comments(true)
        .attribute_filter(attribute);
    wall
});

/// Markup as html5ever understands it, with nothing in it that is not allowed.
pub(crate) fn check(markup: &str) -> String {
    WALL.clean(markup).to_string()
}

fn attribute<'v>(element: &str, attribute: &str, value: &'v str) -> Option<Cow<'v, str>> {
    let kept = match attribute {
        "style" => {
            let style = css::declarations(value, &mut Seen::default());
            return (!style.is_empty()).then_some(Cow::Owned(style));
        }
        "href" => element == "a" && link::checked(value).is_some(),
        "src" => element == "img" && is_shown_data(value),
        "class" => value
            .split(' ')
            .all(|class| class.starts_with(NAME_PREFIX) || class == "pli-picture"),
        "id" => value.starts_with(NAME_PREFIX),
        "target" => value == "_blank",
        "rel" => true,
        name => element::is_plain_value(name, value),
    };
    kept.then_some(Cow::Borrowed(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_stands_alone() {
        let hostile = "<img src=https://x.test/a onerror=x><a href=javascript:x>y</a><p style='background:url(//x.test);color:red' onclick=x class=theirs>z</p>\
                       <script>s</script><style>s{}</style><svg onload=x></svg><form action=//x.test><input></form><a href='data:text/html,x'>d</a>";
        let clean = check(hostile);
        for trace in [
            "x.test",
            "javascript",
            "onclick",
            "onerror",
            "onload",
            "script",
            "<style",
            "<svg",
            "<form",
            "theirs",
            "data:text",
        ] {
            assert!(!clean.contains(trace), "{trace} in {clean}");
        }
        assert!(clean.contains("color:red"));
    }
}

//! The elements and attributes that a shown letter may have.

/// What an element is, as far as writing it balanced needs to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Closes an open paragraph (HTML §13.2.6.4.7).
    Block,
    /// Runs in the text, and may be closed in the wrong order.
    Inline,
    /// Has no content.
    Void,
    /// A table and its structure.
    Table,
}

/// Allowed elements.
pub(crate) const ELEMENTS: &[(&str, Kind)] = {
    use Kind::{Block, Inline, Table, Void};
    &[
        ("a", Inline),
        ("abbr", Inline),
        ("address", Block),
        ("article", Block),
        ("aside", Block),
        ("b", Inline),
        ("bdi", Inline),
        ("bdo", Inline),
        ("big", Inline),
        ("blockquote", Block),
        ("br", Void),
        ("caption", Table),
        ("center", Block),
        ("cite", Inline),
        ("code", Inline),
        ("col", Void),
        ("colgroup", Table),
        ("dd", Block),
        ("del", Inline),
        ("dfn", Inline),
        ("div", Block),
        ("dl", Block),
        ("dt", Block),
        ("em", Inline),
        ("figcaption", Block),
        ("figure", Block),
        ("font", Inline),
        ("footer", Block),
        ("h1", Block),
        ("h2", Block),
        ("h3", Block),
        ("h4", Block),
        ("h5", Block),
        ("h6", Block),
        ("header", Block),
        ("hr", Void),
        ("i", Inline),
        ("img", Void),
        ("ins", Inline),
        ("kbd", Inline),
        ("li", Block),
        ("main", Block),
        ("mark", Inline),
        ("nav", Block),
        ("ol", Block),
        ("p", Block),
        ("pre", Block),
        ("q", Inline),
        ("rp", Inline),
        ("rt", Inline),
        ("ruby", Inline),
        ("s", Inline),
        ("samp", Inline),
        ("section", Block),
        ("small", Inline),
        ("span", Inline),
        ("strike", Inline),
        ("strong", Inline),
        ("sub", Inline),
        ("sup", Inline),
        ("table", Table),
        ("tbody", Table),
        ("td", Table),
        ("tfoot", Table),
        ("th", Table),
        ("thead", Table),
        ("time", Inline),
        ("tr", Table),
        ("tt", Inline),
        ("u", Inline),
        ("ul", Block),
        ("var", Inline),
        ("wbr", Void),
    ]
};

/// Attributes that any element may have.
pub(crate) const GENERIC_ATTRIBUTES: &[&str] = &[
    "align", "bgcolor", "class", "dir", "height", "id", "lang", "style", "title", "valign", "width",
];

/// Attributes that single elements may have besides.
pub(crate) const ELEMENT_ATTRIBUTES: &[(&str, &[&str])] = &[
    ("a", &["href"]),
    ("br", &["clear"]),
    ("col", &["span"]),
    ("colgroup", &["span"]),
    ("font", &["color", "face", "size"]),
    ("hr", &["color", "noshade", "size"]),
    ("img", &["alt", "src", "border", "hspace", "vspace"]),
    ("li", &["type", "value"]),
    ("ol", &["start", "type"]),
    ("table", &["border", "cellpadding", "cellspacing"]),
    ("td", &["colspan", "nowrap", "rowspan"]),
    ("th", &["colspan", "nowrap", "rowspan"]),
    ("ul", &["type"]),
];

/// The element of that lower-case name, if a letter may have it.
pub(crate) fn allowed(name: &str) -> Option<(&'static str, Kind)> {
    ELEMENTS
        .binary_search_by(|(known, _)| known.cmp(&name))
        .ok()
        .and_then(|at| ELEMENTS.get(at))
        .copied()
}

/// Whether `element` may have `attribute` (both lower case).
pub(crate) fn allows(element: &str, attribute: &str) -> bool {
    GENERIC_ATTRIBUTES.contains(&attribute)
        || ELEMENT_ATTRIBUTES
            .iter()
            .any(|(known, own)| *known == element && own.contains(&attribute))
}

/// Elements that are left out with everything inside.
pub(crate) fn is_left_out_whole(name: &str) -> bool {
    matches!(
        name,
        "script"
            | "style"
            | "title"
            | "textarea"
            | "xmp"
            | "iframe"
            | "noembed"
            | "noframes"
            | "plaintext"
            | "noscript"
            | "svg"
            | "math"
            | "template"
            | "object"
            | "applet"
            | "audio"
            | "video"
            | "canvas"
            | "select"
            | "datalist"
            | "map"
            | "frameset"
            | "xml"
            | "head"
    )
}

/// Whether an attribute's value is one of its harmless kind. Class, id, style and the URL attributes have their
/// own rules elsewhere.
pub(crate) fn is_plain_value(attribute: &str, value: &str) -> bool {
    let all = |allowed: fn(char) -> bool, max: usize| value.len() <= max && value.chars().all(allowed);
    match attribute {
        "title" | "alt" => value.len() <= 2_000,
        "width" | "height" | "size" | "border" | "cellpadding" | "cellspacing" | "colspan" | "rowspan" | "span"
        | "start" | "value" | "hspace" | "vspace" => all(
            |c| c.is_ascii_digit() || matches!(c, '%' | '.' | '+' | '-' | 'p' | 'x'),
            8,
        ),
        "bgcolor" | "color" => all(
            |c| c.is_ascii_alphanumeric() || matches!(c, '#' | '(' | ')' | ',' | ' ' | '.' | '%'),
            40,
        ),
        "face" => all(
            |c| c.is_alphanumeric() || matches!(c, ' ' | ',' | '-' | '_' | '\'' | '"'),
            200,
        ),
        "lang" | "dir" | "align" | "valign" | "clear" | "type" | "nowrap" | "noshade" => {
            all(|c| c.is_ascii_alphanumeric() || c == '-', 20)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_for_the_search() {
        assert!(ELEMENTS.is_sorted_by(|a, b| a.0 < b.0));
        assert_eq!(allowed("td"), Some(("td", Kind::Table)));
        assert_eq!(allowed("script"), None);
    }
}

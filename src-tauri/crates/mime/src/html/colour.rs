//! Whether a letter brings colours of its own.

/// Whether a declaration gives the letter looks that depend on a white page.
///
/// Many mailers say "black on white" in every letter; that, and words that leave the colour to the page, are no
/// colours of the letter's own.
pub(crate) fn sets_colour(name: &str, value: &str) -> bool {
    let value = value.trim_end_matches("!important").trim().to_ascii_lowercase();
    let words = [
        "inherit",
        "initial",
        "unset",
        "transparent",
        "none",
        "currentcolor",
        "windowtext",
        "window",
        "auto",
        "black",
        "white",
    ];
    match name {
        "color" => {
            !(words.contains(&value.as_str()) && value != "white" || grey(&value).is_some_and(|level| level <= 0x55))
        }
        "background" | "background-color" | "background-image" => {
            !(words.contains(&value.as_str()) && value != "black" || grey(&value).is_some_and(|level| level >= 0xf0))
        }
        _ => false,
    }
}

/// How light a grey is; `None` for anything else.
fn grey(value: &str) -> Option<u8> {
    let channels: Vec<u8> = if let Some(hex) = value.strip_prefix('#') {
        let width = if hex.len() == 3 { 1 } else { 2 };
        let channel = |at: usize| {
            hex.get(at * width..(at + 1) * width)
                .and_then(|digits| u8::from_str_radix(digits, 16).ok())
        };
        let scale = if width == 1 { 17 } else { 1 };
        (0..3)
            .map_while(channel)
            .map(|level| level.saturating_mul(scale))
            .collect()
    } else {
        let inner = value.strip_prefix("rgb(")?.strip_suffix(')')?;
        inner
            .split([',', ' '])
            .filter(|number| !number.is_empty())
            .map_while(|number| number.parse().ok())
            .collect()
    };
    let (least, most) = (channels.iter().min()?, channels.iter().max()?);
    (channels.len() == 3 && most - least <= 12).then_some(*most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dark_ink_on_white_is_no_colour() {
        for (name, value) in [
            ("color", "#000"),
            ("color", "rgb(34, 34, 34)"),
            ("color", "BLACK"),
            ("background", "#FFFFFF"),
            ("background-color", "white!important"),
            ("color", "windowtext"),
            ("width", "red"),
        ] {
            assert!(!sets_colour(name, value), "{name}:{value}");
        }
        for (name, value) in [
            ("color", "#fff"),
            ("color", "white"),
            ("color", "red"),
            ("background", "black"),
            ("background-color", "#eee"),
            ("color", "#1f497d"),
            ("background", "rgba(0,0,0,.5)"),
            ("color", "#12"),
            ("color", "#"),
        ] {
            assert!(sets_colour(name, value), "{name}:{value}");
        }
    }
}

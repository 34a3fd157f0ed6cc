//! Lines with places to fill: `{name}` for a word, `{*}` for anything.

use std::collections::HashMap;

/// Words taken from the client's lines, by name.
pub(super) type Words = HashMap<String, String>;

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Word(String),
    Anything,
}

/// A line with places.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Pattern(Vec<Part>);

impl Pattern {
    /// Reads a line. Braces around anything but a name are text: `{12}` is an IMAP literal.
    pub fn parse(line: &str) -> Self {
        let mut parts = Vec::new();
        let mut text = String::new();
        let mut rest = line;
        while let Some((before, after)) = rest.split_once('{') {
            text += before;
            let place = after
                .split_once('}')
                .and_then(|(name, tail)| Some((Self::place(name)?, tail)));
            if let Some((part, tail)) = place {
                if !text.is_empty() {
                    parts.push(Part::Text(std::mem::take(&mut text)));
                }
                parts.push(part);
                rest = tail;
            } else {
                text.push('{');
                rest = after;
            }
        }
        text += rest;
        if !text.is_empty() {
            parts.push(Part::Text(text));
        }
        Self(parts)
    }

    fn place(name: &str) -> Option<Part> {
        let is_name =
            name.starts_with(|c: char| c.is_ascii_lowercase()) && name.chars().all(|c| c.is_ascii_alphanumeric());
        match name {
            "*" => Some(Part::Anything),
            _ => is_name.then(|| Part::Word(name.to_owned())),
        }
    }

    /// Whether a line fits; the words it brings are added only if it does.
    pub fn matches(&self, line: &str, words: &mut Words) -> bool {
        let mut taken = Words::new();
        let fits = fits(&self.0, line, &mut taken);
        if fits {
            words.extend(taken);
        }
        fits
    }

    /// The line with its places filled; a place without a word stays as written.
    pub fn fill(&self, words: &Words) -> String {
        let word = |name: &String| words.get(name).cloned().unwrap_or_else(|| format!("{{{name}}}"));
        let fill = |part: &Part| match part {
            Part::Text(text) => text.clone(),
            Part::Word(name) => word(name),
            Part::Anything => "{*}".to_owned(),
        };
        self.0.iter().map(fill).collect()
    }
}

fn fits(parts: &[Part], line: &str, taken: &mut Words) -> bool {
    let Some((part, parts)) = parts.split_first() else {
        return line.is_empty();
    };
    match part {
        Part::Text(text) => line
            .strip_prefix(text.as_str())
            .is_some_and(|rest| fits(parts, rest, taken)),
        Part::Word(name) => {
            let longest = line.find(' ').unwrap_or(line.len());
            let ends = line
                .char_indices()
                .map(|(at, c)| at + c.len_utf8())
                .filter(|end| *end <= longest);
            let ends: Vec<usize> = ends.collect();
            // The longest word that lets the rest fit.
            ends.into_iter().rev().any(|end| {
                let (word, rest) = line.split_at(end);
                let fit = fits(parts, rest, taken);
                if fit {
                    taken.insert(name.clone(), word.to_owned());
                }
                fit
            })
        }
        Part::Anything => {
            let ends = line.char_indices().map(|(at, _)| at).chain([line.len()]);
            ends.collect::<Vec<_>>()
                .into_iter()
                .rev()
                .any(|end| fits(parts, line.split_at(end).1, taken))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_filled_and_given_back() {
        let mut words = Words::new();
        assert!(Pattern::parse("{tag} LOGIN \"{user}\" {*}").matches("A1 LOGIN \"alice\" {6+}", &mut words));
        assert_eq!(
            Pattern::parse("{tag} OK {user} {none} {12}").fill(&words),
            "A1 OK alice {none} {12}"
        );
        assert!(Pattern::parse("{tag} OK").matches("A2 OK", &mut words));
        assert_eq!(Pattern::parse("{tag}").fill(&words), "A2");
    }

    #[test]
    fn what_does_not_fit_changes_nothing() {
        let mut words = Words::new();
        for (pattern, line) in [
            ("{tag} NOOP", "A1 NOOP "),
            ("{tag}", ""),
            ("{tag} X", "a b X"),
            ("{5}", "{6}"),
            ("a", "ab"),
        ] {
            assert!(!Pattern::parse(pattern).matches(line, &mut words), "{pattern} / {line}");
        }
        assert!(words.is_empty());
        assert!(Pattern::parse("{*}").matches("", &mut words));
        assert!(Pattern::parse("{5}").matches("{5}", &mut words));
    }
}

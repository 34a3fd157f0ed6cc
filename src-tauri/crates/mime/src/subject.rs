//! Reply and forward marks of subjects, in the languages that mailers write them.

/// What a mark says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mark {
    Reply,
    Forward,
}

/// Lower-case marks. Single letters ("R:", "I:") are left out: they begin too many honest subjects.
const MARKS: &[(&str, Mark)] = &[
    ("re", Mark::Reply),
    ("aw", Mark::Reply),
    ("antw", Mark::Reply),
    ("antwort", Mark::Reply),
    ("sv", Mark::Reply),
    ("vs", Mark::Reply),
    ("réf", Mark::Reply),
    ("ref", Mark::Reply),
    ("rép", Mark::Reply),
    ("odp", Mark::Reply),
    ("rif", Mark::Reply),
    ("res", Mark::Reply),
    ("ynt", Mark::Reply),
    ("bls", Mark::Reply),
    ("atb", Mark::Reply),
    ("vá", Mark::Reply),
    ("ответ", Mark::Reply),
    ("回复", Mark::Reply),
    ("回覆", Mark::Reply),
    ("答复", Mark::Reply),
    ("fwd", Mark::Forward),
    ("fw", Mark::Forward),
    ("wg", Mark::Forward),
    ("tr", Mark::Forward),
    ("vb", Mark::Forward),
    ("vl", Mark::Forward),
    ("enc", Mark::Forward),
    ("doorst", Mark::Forward),
    ("rv", Mark::Forward),
    ("pd", Mark::Forward),
    ("转发", Mark::Forward),
    ("轉寄", Mark::Forward),
];

/// The subject of an answer: `Re: ` once.
pub(crate) fn of_reply(subject: &str) -> String {
    format!("Re: {}", without(subject, Mark::Reply)).trim_end().to_owned()
}

/// The subject of a forwarded letter: `Fwd: ` once.
pub(crate) fn of_forward(subject: &str) -> String {
    format!("Fwd: {}", without(subject, Mark::Forward))
        .trim_end()
        .to_owned()
}

fn without(subject: &str, unwanted: Mark) -> &str {
    let mut rest = subject.trim();
    while let Some((mark, after)) = leading_mark(rest) {
        if mark != unwanted {
            break;
        }
        rest = after;
    }
    rest
}

/// `Re:`, `RE :`, `Re[2]:`, `Re(2):`, `回复：`
fn leading_mark(subject: &str) -> Option<(Mark, &str)> {
    let end = subject.find([':', '：'])?;
    let (head, tail) = subject.split_at(end);
    let mut after = tail.chars();
    after.next();
    let word = head.trim_end();
    let word = match word.find(['[', '(']) {
        Some(at) => {
            let (word, count) = word.split_at(at);
            let digits = count.trim_matches(|c| matches!(c, '[' | ']' | '(' | ')'));
            if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
                return None;
            }
            word.trim_end()
        }
        None => word,
    };
    let word = word.to_lowercase();
    let mark = MARKS.iter().find(|(known, _)| *known == word)?.1;
    Some((mark, after.as_str().trim_start()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn once_and_only_once() {
        for subject in [
            "lunch",
            "Re: lunch",
            "RE: re: lunch",
            "Aw: SV: lunch",
            "Réf : lunch",
            "Re[4]: lunch",
            "回复：lunch",
            "Re:lunch",
        ] {
            assert_eq!(of_reply(subject), "Re: lunch", "{subject}");
        }
        for subject in ["lunch", "FW: lunch", "WG: Fwd: lunch", "TR : lunch"] {
            assert_eq!(of_forward(subject), "Fwd: lunch", "{subject}");
        }
        assert_eq!(of_reply("Fwd: lunch"), "Re: Fwd: lunch");
        assert_eq!(of_reply("Resolved: lunch"), "Re: Resolved: lunch");
        assert_eq!(of_reply("Re (urgent): x"), "Re: Re (urgent): x");
        assert_eq!(of_reply(""), "Re:");
        assert_eq!(of_reply("R: why is it called R"), "Re: R: why is it called R");
    }
}

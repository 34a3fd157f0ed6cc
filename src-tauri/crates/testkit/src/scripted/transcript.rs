//! A transcript's text, read into steps.

use super::pattern::Pattern;
use std::time::Duration;

/// What the server does next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Act {
    /// Sends a line so many times.
    Line(Pattern, usize),
    /// Sends bytes as they are.
    Bytes(Vec<u8>),
    /// Waits for this line.
    Expect(Pattern),
    /// Waits for this line, whatever comes before it.
    SkipTo(Pattern),
    /// Does the TLS handshake.
    Tls,
    /// Is silent for a while.
    Wait(Duration),
    /// Is silent until the client goes.
    Stall,
    /// Closes the connection.
    Close,
    /// Resets the connection.
    Reset,
}

/// An act and where it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Step {
    pub act: Act,
    /// Line number from 1, and the line, for messages.
    pub place: String,
}

/// The steps of one connection.
pub(super) type Script = Vec<Step>;

/// Reads a transcript; an error names the line that means nothing.
pub(super) fn parse(text: &str) -> Result<Vec<Script>, String> {
    let mut scripts = vec![Script::new()];
    for (number, line) in text.lines().enumerate() {
        let line = line.trim_start();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let place = format!("line {}: `{line}`", number + 1);
        if line.trim_end() == "---" {
            scripts.push(Script::new());
            continue;
        }
        let act = act(line).ok_or_else(|| format!("{place} is no transcript line"))?;
        if let Some(script) = scripts.last_mut() {
            script.push(Step { act, place });
        }
    }
    Ok(scripts)
}

fn act(line: &str) -> Option<Act> {
    // An empty line of the protocol may be written without the space after its mark.
    let rest = |mark: &str| {
        line.strip_prefix(mark)
            .map(|rest| rest.strip_prefix(' ').unwrap_or(rest))
    };
    if let Some(text) = rest("S:") {
        return Some(Act::Line(Pattern::parse(text), 1));
    }
    if let Some(text) = rest("S|") {
        return unescape(text).map(Act::Bytes);
    }
    if let Some(text) = rest("S*") {
        let (times, text) = text.split_once(':')?;
        return Some(Act::Line(
            Pattern::parse(text.strip_prefix(' ').unwrap_or(text)),
            times.trim().parse().ok()?,
        ));
    }
    if let Some(text) = rest("C:") {
        return Some(Act::Expect(Pattern::parse(text)));
    }
    if let Some(text) = rest("C...") {
        return Some(Act::SkipTo(Pattern::parse(text)));
    }
    let order = rest("!")?.trim();
    match order.split_once(' ') {
        Some(("wait", time)) => time
            .trim()
            .strip_suffix("ms")?
            .parse()
            .ok()
            .map(Duration::from_millis)
            .map(Act::Wait),
        Some(_) => None,
        None => match order {
            "tls" => Some(Act::Tls),
            "stall" => Some(Act::Stall),
            "close" => Some(Act::Close),
            "reset" => Some(Act::Reset),
            _ => None,
        },
    }
}

/// Bytes written with `\r \n \t \\ \xHH`.
fn unescape(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            bytes.extend(c.encode_utf8(&mut [0; 4]).bytes());
            continue;
        }
        bytes.push(match chars.next()? {
            'r' => b'\r',
            'n' => b'\n',
            't' => b'\t',
            '\\' => b'\\',
            'x' => {
                let digits: String = chars.by_ref().take(2).collect();
                u8::from_str_radix(&digits, 16).ok().filter(|_| digits.len() == 2)?
            }
            _ => return None,
        });
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_line() {
        let text = "
            # a comment
            S: * OK hi
            S:
            S* 3: {i} x
            S| a\\r\\n\\x00\\\\
            C: {tag} NOOP
            C... .
            ! tls
            ! wait 250ms
            ---
            ! stall
        ";
        let scripts = parse(text).unwrap();
        let acts: Vec<Vec<Act>> = scripts
            .into_iter()
            .map(|script| script.into_iter().map(|step| step.act).collect())
            .collect();
        let expected = vec![
            vec![
                Act::Line(Pattern::parse("* OK hi"), 1),
                Act::Line(Pattern::parse(""), 1),
                Act::Line(Pattern::parse("{i} x"), 3),
                Act::Bytes(b"a\r\n\0\\".to_vec()),
                Act::Expect(Pattern::parse("{tag} NOOP")),
                Act::SkipTo(Pattern::parse(".")),
                Act::Tls,
                Act::Wait(Duration::from_millis(250)),
            ],
            vec![Act::Stall],
        ];
        assert_eq!(acts, expected);
    }

    #[test]
    fn nonsense_is_named() {
        for wrong in ["X: hello", "! jump", "! wait 3s", "S* many: x", "S| \\q", "S| \\x4"] {
            let error = parse(&format!("S: fine\n{wrong}")).unwrap_err();
            assert!(error.starts_with("line 2: ") && error.contains(wrong), "{error}");
        }
    }
}

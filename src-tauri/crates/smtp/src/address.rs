//! Envelope addresses: the domain in punycode, and nothing that could break out of a command line.

use crate::SmtpErrorKind;
use lettre::Address;

/// The address for MAIL or RCPT. Its local part may be beyond ASCII, which then needs SMTPUTF8.
pub(crate) fn for_envelope(email: &str) -> Result<Address, SmtpErrorKind> {
    let wrong = || SmtpErrorKind::BadAddress(email.chars().filter(|c| !c.is_control()).take(320).collect());
    let (local, domain) = email.trim().rsplit_once('@').ok_or_else(wrong)?;
    let forbidden = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>');
    if local.is_empty() || local.contains(forbidden) {
        return Err(wrong());
    }
    let domain = match domain.strip_prefix('[').and_then(|literal| literal.strip_suffix(']')) {
        Some(literal)
            if literal
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | ':' | '-')) =>
        {
            domain.to_owned()
        }
        Some(_) => return Err(wrong()),
        None => idna::domain_to_ascii(domain).map_err(|_| wrong())?,
    };
    if domain.is_empty() || domain.contains(forbidden) || !domain.is_ascii() {
        return Err(wrong());
    }
    // Checked above for what matters; lettre's own check refuses addresses that exist (two dots in a row, long
    // names).
    Ok(Address::new_dangerous(local, domain))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn domains_become_ascii_and_locals_stay() {
        let cases = [
            ("ann@north.test", "ann@north.test"),
            ("Ann.B@Bücher.test", "Ann.B@xn--bcher-kva.test"),
            ("änn@north.test", "änn@north.test"),
            ("two..dots.@north.test", "two..dots.@north.test"),
            ("ann@[127.0.0.1]", "ann@[127.0.0.1]"),
            ("ann@[IPv6:::1]", "ann@[IPv6:::1]"),
            ("a@b@north.test", "a@b@north.test"),
        ];
        for (typed, expected) in cases {
            assert_eq!(for_envelope(typed).unwrap().to_string(), expected);
        }
    }

    #[test]
    fn nothing_breaks_out_of_the_line() {
        let wrong = [
            "",
            "ann",
            "@north.test",
            "ann@",
            "a nn@north.test",
            "ann@north.test> SIZE=1",
            "ann\r\nRCPT TO:<eve@x.test>@north.test",
            "ann@north.test\r\nDATA",
            "ann@[x]\r\nDATA]",
            "<ann@north.test>",
            "ann@no rth.test",
        ];
        for email in wrong {
            assert!(
                matches!(for_envelope(email), Err(SmtpErrorKind::BadAddress(_))),
                "{email:?}"
            );
        }
    }
}

//! EHLO keywords (RFC 5321 §4.1.1.1), in any case.

/// What a server offers, as far as a submission needs it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Extensions {
    /// PIPELINING (RFC 2920).
    pub pipelining: bool,
    /// 8BITMIME (RFC 6152).
    pub eight_bit_mime: bool,
    /// SMTPUTF8 (RFC 6531).
    pub smtp_utf8: bool,
    /// SIZE (RFC 1870): the limit, 0 for offered without one, `None` for not offered.
    pub size: Option<u64>,
    /// AUTH mechanisms (RFC 4954), upper case.
    pub auth: Vec<String>,
}

impl Extensions {
    /// Reads the lines of an EHLO reply; the first is a greeting.
    pub(crate) fn read<'a>(lines: impl Iterator<Item = &'a str>) -> Self {
        let mut found = Self::default();
        for line in lines.skip(1) {
            let upper = line.to_ascii_uppercase();
            let mut words = upper.split_ascii_whitespace();
            match words.next().unwrap_or_default() {
                "PIPELINING" => found.pipelining = true,
                "8BITMIME" => found.eight_bit_mime = true,
                "SMTPUTF8" => found.smtp_utf8 = true,
                "SIZE" => found.size = Some(words.next().and_then(|limit| limit.parse().ok()).unwrap_or(0)),
                "AUTH" => found.auth.extend(words.map(str::to_owned)),
                // The form of the draft before RFC 2554, which some servers still say beside or instead.
                old if old.starts_with("AUTH=") => {
                    found
                        .auth
                        .extend(old.strip_prefix("AUTH=").into_iter().chain(words).map(str::to_owned));
                }
                _ => {}
            }
        }
        found
    }

    /// Whether that SASL mechanism is offered.
    pub(crate) fn offers_auth(&self, mechanism: &str) -> bool {
        self.auth.iter().any(|offered| offered == mechanism)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keywords_in_any_case_and_form() {
        let lines = [
            "pipelining says hello",
            "Pipelining",
            "size 52428800",
            "auth=login plain",
            "AUTH Xoauth2",
            "8bitmime",
            "",
        ];
        let found = Extensions::read(lines.into_iter());
        assert!(found.pipelining && found.eight_bit_mime && !found.smtp_utf8);
        assert_eq!(found.size, Some(52_428_800));
        assert!(found.offers_auth("PLAIN") && found.offers_auth("LOGIN") && found.offers_auth("XOAUTH2"));
        let bare = Extensions::read(["PIPELINING.example.org", "SIZE"].into_iter());
        assert!(!bare.pipelining && !bare.offers_auth("PLAIN"));
        assert_eq!(bare.size, Some(0));
    }
}

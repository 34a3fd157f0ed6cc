//! A mail address with its display name (RFC 5322 §3.4), and the check for those that a person types.

use std::fmt;
use thiserror::Error;

/// `name` is what a letter says and may be empty; `email` is kept as received.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Address {
    /// Display name, decoded; empty when there is none.
    pub name: String,
    /// `local@domain` as received; in received letters it may be anything.
    pub email: String,
}

/// Why typed text is no address to send to.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("“{0}” is not a mail address: write it like name@example.org")]
pub struct AddressError(pub String);

impl Address {
    /// An address without a display name.
    pub fn bare(email: impl Into<String>) -> Self {
        Self {
            name: String::new(),
            email: email.into(),
        }
    }

    /// Reads `name <local@domain>` or `local@domain` as typed by a person.
    ///
    /// Refuses what cannot be an envelope address: no `@`, white space, control characters, angle brackets or
    /// commas inside, an empty side. Everything finer is the server's to judge.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        let wrong = || AddressError(text.trim().to_owned());
        let trimmed = text.trim();
        let (name, email) = match trimmed.strip_suffix('>').and_then(|rest| rest.rsplit_once('<')) {
            Some((name, email)) => (name.trim().trim_matches('"').trim(), email.trim()),
            None => ("", trimmed),
        };
        let (local, domain) = email.rsplit_once('@').ok_or_else(wrong)?;
        let forbidden = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '<' | '>' | ',' | ';' | '"' | '@');
        if local.is_empty() || domain.is_empty() || local.contains(forbidden) || domain.contains(forbidden) {
            return Err(wrong());
        }
        if name.contains(|c: char| c.is_control()) {
            return Err(wrong());
        }
        Ok(Self {
            name: name.to_owned(),
            email: email.to_owned(),
        })
    }

    /// The part after the last `@`; empty when there is none.
    pub fn domain(&self) -> &str {
        self.email.rsplit_once('@').map_or("", |(_, domain)| domain)
    }

    /// The display name, or the address where there is none.
    pub fn label(&self) -> &str {
        if self.name.is_empty() { &self.email } else { &self.name }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.name.is_empty() {
            f.write_str(&self.email)
        } else {
            write!(f, "{} <{}>", self.name, self.email)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typed_addresses() {
        assert_eq!(
            Address::parse(" bob@south.test ").unwrap(),
            Address::bare("bob@south.test")
        );
        let named = Address::parse("\"Bob, at south\" <bob@south.test>").unwrap();
        assert_eq!((named.name.as_str(), named.domain()), ("Bob, at south", "south.test"));
        for wrong in [
            "",
            "bob",
            "@south.test",
            "bob@",
            "a b@c.test",
            "a@b.test>",
            "a@b.test\r\nRCPT TO:<x@y.test>",
            "a,b@c.test",
        ] {
            assert!(Address::parse(wrong).is_err(), "{wrong:?}");
        }
    }
}

//! CAPA (RFC 2449 §5): what a server says it can do.

/// Known capabilities. Unknown ones are no matter.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Capabilities {
    /// Commands may be sent before the answers to earlier ones have come.
    pub pipelining: bool,
    /// UIDL is offered. Servers without CAPA may know it all the same.
    pub uidl: bool,
    /// TOP is offered.
    pub top: bool,
    /// Letters may come in UTF-8, when that is asked for (RFC 6856).
    pub utf8: bool,
    /// USER and PASS are offered, or there is no CAPA to say so.
    pub user: bool,
    /// SASL mechanisms, upper case (RFC 5034 §3).
    pub sasl: Vec<String>,
    /// `IMPLEMENTATION`: the server's own name for itself; empty when it does not tell.
    pub implementation: String,
}

impl Capabilities {
    /// Those of a server without CAPA: what RFC 1939 requires, and USER with PASS, which each has in practice.
    pub(crate) fn plainest() -> Self {
        Self {
            user: true,
            ..Self::default()
        }
    }

    /// Reads the lines of a complete answer.
    pub(crate) fn read(answer: &[u8]) -> Self {
        let mut found = Self::default();
        for line in String::from_utf8_lossy(answer).lines() {
            let (name, rest) = line.trim().split_once([' ', '\t']).unwrap_or((line.trim(), ""));
            match name.to_ascii_uppercase().as_str() {
                "PIPELINING" => found.pipelining = true,
                "UIDL" => found.uidl = true,
                "TOP" => found.top = true,
                "UTF8" => found.utf8 = true,
                "USER" => found.user = true,
                // Some name one mechanism a line.
                "SASL" => found
                    .sasl
                    .extend(rest.split_ascii_whitespace().map(str::to_ascii_uppercase)),
                "IMPLEMENTATION" => found.implementation = rest.trim().to_owned(),
                _ => {}
            }
        }
        found
    }

    /// Whether that SASL mechanism is offered.
    pub fn offers_sasl(&self, mechanism: &str) -> bool {
        self.sasl.iter().any(|offered| offered == mechanism)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_is_unknown_does_not_hide_what_is_known() {
        let answer = b"top\r\nX-ODD thing (really) [yes]\r\n\r\nSasl\tplain LOGIN\r\nSASL CRAM-MD5\r\nPIPELINING\r\n\xff\xfe\r\nIMPLEMENTATION A server 1.0\r\nUIDL\r\nUTF8 USER\r\n";
        let found = Capabilities::read(answer);
        assert!(found.top && found.pipelining && found.uidl && found.utf8 && !found.user);
        assert!(found.offers_sasl("PLAIN") && found.offers_sasl("CRAM-MD5") && !found.offers_sasl("XOAUTH2"));
        assert_eq!(found.implementation, "A server 1.0");
        assert_eq!(Capabilities::read(b""), Capabilities::default());
    }
}

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
    /// USER and PASS are offered.
    pub user: bool,
    /// SASL mechanisms, upper case (RFC 5034 §3).
    pub sasl: Vec<String>,
    /// `IMPLEMENTATION`: the server's own name for itself; empty when it does not tell.
    pub implementation: String,
}

impl Capabilities {
    /// Reads the lines of a complete answer.
    pub(crate) fn read(answer: &[u8]) -> Self {
        let mut found = Self::default();
        for line in String::from_utf8_lossy(answer).lines() {
            let (name, rest) = line.trim().split_once(' ').unwrap_or((line.trim(), ""));
            match name.to_ascii_uppercase().as_str() {
                "PIPELINING" => found.pipelining = true,
                "UIDL" => found.uidl = true,
                "TOP" => found.top = true,
                "USER" => found.user = true,
                "SASL" => found.sasl = rest.split_ascii_whitespace().map(str::to_ascii_uppercase).collect(),
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
        let answer = b"top\r\nX-ODD thing (really) [yes]\r\n\r\nSasl plain LOGIN\r\nPIPELINING\r\n\xff\xfe\r\nIMPLEMENTATION A server 1.0\r\nUIDL\r\n";
        let found = Capabilities::read(answer);
        assert!(found.top && found.pipelining && found.uidl && !found.user);
        assert!(found.offers_sasl("PLAIN") && !found.offers_sasl("XOAUTH2"));
        assert_eq!(found.implementation, "A server 1.0");
        assert_eq!(Capabilities::read(b""), Capabilities::default());
    }
}

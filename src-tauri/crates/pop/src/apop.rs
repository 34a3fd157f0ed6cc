//! APOP (RFC 1939 §7): a sign-in by a digest instead of the password. MD5 is no protection any more; TLS is.

use md5::{Digest, Md5};
use std::fmt::Write;

/// The timestamp in the words of a greeting, angle brackets included; `None` where the server does not offer APOP.
pub(crate) fn timestamp(greeting: &str) -> Option<String> {
    let (_, rest) = greeting.rsplit_once('<')?;
    let (inside, _) = rest.split_once('>')?;
    // A greeting may hold other things in brackets. This one has the form of a Message-ID.
    let (left, right) = inside.split_once('@')?;
    let is_one_word = !inside.contains(|c: char| c.is_whitespace() || c.is_control());
    (!left.is_empty() && !right.is_empty() && is_one_word).then(|| format!("<{inside}>"))
}

/// What proves the password: 32 hexadecimal digits, lower case.
pub(crate) fn digest(timestamp: &str, password: &str) -> String {
    let digest = Md5::new()
        .chain_update(timestamp.as_bytes())
        .chain_update(password.as_bytes())
        .finalize();
    digest.iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_example_of_the_standard() {
        let greeting = "POP3 server ready <1896.697170952@dbc.mtview.ca.us>";
        let timestamp = timestamp(greeting).unwrap();
        assert_eq!(timestamp, "<1896.697170952@dbc.mtview.ca.us>");
        assert_eq!(digest(&timestamp, "tanstaaf"), "c4c9334bac560ecc979e58001b3e22fb");
    }

    #[test]
    fn not_everything_in_brackets_is_a_timestamp() {
        for greeting in [
            "",
            "ready",
            "<ready>",
            "<a b@c>",
            "<@>",
            "<a@b",
            "> a@b <",
            "<a@b> <c>",
            "mail <postmaster at x>",
        ] {
            assert_eq!(timestamp(greeting), None, "{greeting}");
        }
    }
}

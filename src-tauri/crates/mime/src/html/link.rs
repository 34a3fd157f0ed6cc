//! Where a link really leads.

use ammonia::Url;

/// Longer addresses are no links.
const MAX_LENGTH: usize = 8_192;

/// The destination in its normal form (a host in another script as punycode, so that it cannot pass for another
/// one), if it is one that a letter may link to: http, https or mailto. Everything else runs code, opens other
/// programs or leads nowhere outside its own site.
pub(crate) fn checked(destination: &str) -> Option<String> {
    let destination = destination.trim();
    if destination.len() > MAX_LENGTH {
        return None;
    }
    let url = match destination.strip_prefix("//") {
        Some(rest) => Url::parse(&format!("https://{rest}")),
        None => Url::parse(destination),
    }
    .ok()?;
    let known = match url.scheme() {
        "http" | "https" => url.has_host(),
        "mailto" => true,
        _ => false,
    };
    known.then(|| url.to_string())
}

/// Whether fetching this reference would reach for the network.
pub(crate) fn is_remote(reference: &str) -> bool {
    let reference: String = reference
        .chars()
        .filter(|c| !c.is_whitespace() && !c.is_control())
        .take(16)
        .collect::<String>()
        .to_ascii_lowercase();
    let local = [
        "data:",
        "cid:",
        "about:",
        "mid:",
        "#",
        "javascript:",
        "mailto:",
        "blob:",
        "file:",
    ];
    !reference.is_empty()
        && !local.iter().any(|scheme| reference.starts_with(scheme))
        && (reference.contains("//") || reference.contains(":\\"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn destinations() {
        assert_eq!(
            checked(" https://example.test/a?b=c#d ").as_deref(),
            Some("https://example.test/a?b=c#d")
        );
        assert_eq!(checked("//example.test").as_deref(), Some("https://example.test/"));
        assert_eq!(
            checked("https://раураl.test/").as_deref(),
            Some("https://xn--l-7sba6dbr.test/")
        );
        assert_eq!(
            checked("mailto:a@b.test?subject=x").as_deref(),
            Some("mailto:a@b.test?subject=x")
        );
        for bad in [
            "javascript:alert(1)",
            "java\nscript:alert(1)",
            " \u{1}javascript:x",
            "data:text/html,x",
            "file:///etc",
            "vbscript:x",
            "/relative",
            "#x",
            "",
            "tel:1",
            "pli://x",
        ] {
            assert_eq!(checked(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn remote_or_not() {
        for remote in [
            "http://x.test/a.png",
            "//x.test",
            "HTTPS://x",
            "ht\ntp://x",
            "\\\\//x",
            "ftp://x",
        ] {
            assert!(is_remote(remote), "{remote:?}");
        }
        for local in ["cid:x", "data:image/png;base64,AA//", "", "a.png", "#x"] {
            assert!(!is_remote(local), "{local:?}");
        }
    }
}

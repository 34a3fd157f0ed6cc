//! Pictures of an HTML letter: those in the letter are shown, those elsewhere leave a quiet box, those that only
//! tell the sender that the letter was opened leave nothing.

use super::link::is_remote;
use std::collections::HashMap;

/// All pictures of one page together, as decoded bytes.
const MAX_TOTAL: usize = 8 * 1024 * 1024;

/// Formats that are pixels and nothing else; SVG is a document.
const RASTER: [(&str, &str); 5] = [
    ("image/png", "image/png"),
    ("image/jpeg", "image/jpeg"),
    ("image/jpg", "image/jpeg"),
    ("image/gif", "image/gif"),
    ("image/webp", "image/webp"),
];

/// The name under which browsers know a raster format.
fn raster(media_type: &str) -> Option<&'static str> {
    RASTER
        .iter()
        .find(|(known, _)| *known == media_type)
        .map(|(_, name)| *name)
}

/// A picture of the letter, decoded only when it is shown.
struct Picture<'a> {
    format: &'static str,
    bytes: Box<dyn Fn() -> Vec<u8> + 'a>,
}

/// The pictures that a letter brings along, by Content-ID and Content-Location.
#[derive(Default)]
pub(crate) struct Pictures<'a> {
    by_reference: HashMap<String, Picture<'a>>,
    spent: usize,
}

impl<'a> Pictures<'a> {
    /// Makes a picture known; `bytes` is asked only when the letter shows it.
    pub fn add(&mut self, reference: &str, media_type: &str, bytes: impl Fn() -> Vec<u8> + 'a) {
        if let Some(format) = raster(media_type) {
            self.by_reference
                .entry(reference.to_owned())
                .or_insert_with(|| Picture {
                    format,
                    bytes: Box::new(bytes),
                });
        }
    }

    /// The `data:` URL of a picture in the letter, as long as there is room.
    fn resolve(&mut self, reference: &str) -> Option<String> {
        let Picture { format, bytes } = self.by_reference.get(reference)?;
        let bytes = bytes();
        self.spent = self.spent.saturating_add(bytes.len());
        (self.spent <= MAX_TOTAL).then(|| format!("data:{format};base64,{}", encodify::base64::STANDARD.encode(&bytes)))
    }
}

/// What an `img` is shown as.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Shown {
    /// With this `data:` URL.
    Data(String),
    /// As a box in its place.
    Box,
    /// Not at all: it was there to be counted.
    Tracker,
    /// Not at all.
    Nothing,
}

/// Decides about an `img` by its source and its declared size in pixels.
pub(crate) fn shown(source: &str, width: Option<u32>, height: Option<u32>, pictures: &mut Pictures<'_>) -> Shown {
    let source = source.trim();
    let lower = source
        .get(..source.floor_char_boundary(32))
        .unwrap_or(source)
        .to_ascii_lowercase();
    if lower.starts_with("cid:") {
        let id = source.get(4..).unwrap_or_default();
        let decoded = percent_decoded(id);
        return pictures
            .resolve(id)
            .or_else(|| pictures.resolve(&decoded))
            .map_or(Shown::Box, Shown::Data);
    }
    if lower.starts_with("data:") {
        return data_url(source, pictures).map_or(Shown::Nothing, Shown::Data);
    }
    if let Some(data) = pictures.resolve(source) {
        return Shown::Data(data);
    }
    if !is_remote(source) {
        return Shown::Nothing;
    }
    let tiny = |side: Option<u32>| side.is_some_and(|side| side <= 1);
    if tiny(width) || tiny(height) || is_tracker(source) {
        Shown::Tracker
    } else {
        Shown::Box
    }
}

fn percent_decoded(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let escaped = (byte == b'%')
            .then(|| after.get(..2))
            .flatten()
            .and_then(|digits| std::str::from_utf8(digits).ok());
        match escaped.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(value) => {
                out.push(value);
                rest = after.get(2..).unwrap_or_default();
            }
            None => {
                out.push(byte);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// A `data:` URL of a raster format, written anew.
fn data_url(source: &str, pictures: &mut Pictures<'_>) -> Option<String> {
    let (head, payload) = source.get(5..)?.split_once(',')?;
    let (media_type, encoding) = head.split_once(';')?;
    if !encoding.trim().eq_ignore_ascii_case("base64") {
        return None;
    }
    let format = raster(&media_type.trim().to_ascii_lowercase())?;
    let payload: String = payload.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    pictures.spent = pictures.spent.saturating_add(payload.len() / 4 * 3);
    let sound = payload
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'='));
    (sound && pictures.spent <= MAX_TOTAL).then(|| format!("data:{format};base64,{payload}"))
}

/// Whether a `data:` URL is one that [`shown`] writes.
pub(crate) fn is_shown_data(url: &str) -> bool {
    RASTER.iter().any(|(_, format)| {
        url.strip_prefix("data:")
            .and_then(|rest| rest.strip_prefix(format))
            .and_then(|rest| rest.strip_prefix(";base64,"))
            .is_some_and(|payload| {
                payload
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'='))
            })
    })
}

/// Hosts that serve nothing but opening receipts, by their end.
const TRACKER_HOSTS: &[&str] = &[
    "mailtrack.io",
    "mltrk.io",
    "yesware.com",
    "sidekickopen.com",
    "getnotify.com",
    "readnotify.com",
    "bananatag.com",
    "doubleclick.net",
    "google-analytics.com",
    "pixel.wp.com",
    "emltrk.com",
    "litmus.com",
    "superhuman.com",
    "mixmax.com",
    "cirrusinsight.com",
    "streak.com",
    "boomerangapp.com",
    "mailbutler.io",
    "open.convertkit-mail.com",
    "facebook.com",
    "demdex.net",
    "omtrdc.net",
    "t.co",
    "returnpath.net",
];

/// Paths under which mailing services count openings.
const TRACKER_PATHS: &[&str] = &[
    "/wf/open",
    "/track/open",
    "/trk/open",
    "/open.php",
    "/open.aspx",
    "/open.gif",
    "/open.png",
    "/o.gif",
    "/pixel.gif",
    "/pixel.png",
    "/pixel?",
    "/track.gif",
    "/tracking.gif",
    "/beacon",
    "/imp?",
    "/impression",
    "/e/o/",
    "/email/open",
    "/emailopen",
    "/mail/open",
    "/opened?",
    "/1x1.",
    "/spacer.gif?",
];

fn is_tracker(source: &str) -> bool {
    let source = source.to_ascii_lowercase();
    let Some((_, rest)) = source.split_once("//") else {
        return false;
    };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (host, path) = rest.split_at(end);
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    let host = host.split(':').next().unwrap_or(host);
    TRACKER_HOSTS.iter().any(|known| {
        host.strip_suffix(known)
            .is_some_and(|before| before.is_empty() || before.ends_with('.'))
    }) || TRACKER_PATHS.iter().any(|known| path.contains(known))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_of_the_letter_are_shown() {
        let mut pictures = Pictures::default();
        pictures.add("logo@x", "image/png", || b"PNG".to_vec());
        pictures.add("doc@x", "image/svg+xml", || b"<svg>".to_vec());
        pictures.add("big@x", "image/gif", || vec![0; MAX_TOTAL]);
        assert_eq!(
            shown("CID:logo@x", None, None, &mut pictures),
            Shown::Data("data:image/png;base64,UE5H".into())
        );
        assert_eq!(
            shown("cid:logo%40x", None, None, &mut pictures),
            Shown::Data("data:image/png;base64,UE5H".into())
        );
        assert_eq!(shown("cid:doc@x", None, None, &mut pictures), Shown::Box);
        assert_eq!(shown("cid:big@x", None, None, &mut pictures), Shown::Box);
    }

    #[test]
    fn data_urls_are_raster_only() {
        let mut none = Pictures::default();
        assert_eq!(
            shown("data:image/jpg;base64, AA\nBB", None, None, &mut none),
            Shown::Data("data:image/jpeg;base64,AABB".into())
        );
        for bad in [
            "data:image/svg+xml;base64,AAAA",
            "data:text/html;base64,AAAA",
            "data:image/png,<svg",
            "data:image/png;base64,\"><script>",
            "data:",
        ] {
            assert_eq!(shown(bad, None, None, &mut none), Shown::Nothing, "{bad}");
        }
        assert!(
            is_shown_data("data:image/png;base64,AA==")
                && !is_shown_data("data:image/png;base64,A\"")
                && !is_shown_data("data:text/html;base64,AA")
        );
    }

    #[test]
    fn what_is_elsewhere() {
        let mut none = Pictures::default();
        assert_eq!(shown("https://x.test/a.png", Some(600), None, &mut none), Shown::Box);
        assert_eq!(
            shown("https://x.test/a.png", Some(1), Some(1), &mut none),
            Shown::Tracker
        );
        assert_eq!(shown("//track.mailtrack.io/a", None, None, &mut none), Shown::Tracker);
        assert_eq!(
            shown("https://x.test/wf/open?u=1", None, None, &mut none),
            Shown::Tracker
        );
        assert_eq!(shown("https://notmailtrack.io/a", None, None, &mut none), Shown::Box);
        assert_eq!(shown("local.png", None, None, &mut none), Shown::Nothing);
    }
}

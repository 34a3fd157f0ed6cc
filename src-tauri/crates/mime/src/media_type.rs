//! MIME types and file name extensions, the ones that letters carry.

const KNOWN: &[(&str, &str)] = &[
    ("txt", "text/plain"),
    ("html", "text/html"),
    ("htm", "text/html"),
    ("csv", "text/csv"),
    ("md", "text/markdown"),
    ("ics", "text/calendar"),
    ("vcf", "text/vcard"),
    ("patch", "text/x-patch"),
    ("diff", "text/x-diff"),
    ("xml", "application/xml"),
    ("json", "application/json"),
    ("pdf", "application/pdf"),
    ("zip", "application/zip"),
    ("gz", "application/gzip"),
    ("7z", "application/x-7z-compressed"),
    ("tar", "application/x-tar"),
    ("rtf", "application/rtf"),
    ("doc", "application/msword"),
    (
        "docx",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ),
    ("xls", "application/vnd.ms-excel"),
    (
        "xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ),
    ("ppt", "application/vnd.ms-powerpoint"),
    (
        "pptx",
        "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ),
    ("odt", "application/vnd.oasis.opendocument.text"),
    ("ods", "application/vnd.oasis.opendocument.spreadsheet"),
    ("odp", "application/vnd.oasis.opendocument.presentation"),
    ("epub", "application/epub+zip"),
    ("p7s", "application/pkcs7-signature"),
    ("p7m", "application/pkcs7-mime"),
    ("asc", "application/pgp-signature"),
    ("dat", "application/ms-tnef"),
    ("png", "image/png"),
    ("jpg", "image/jpeg"),
    ("jpeg", "image/jpeg"),
    ("gif", "image/gif"),
    ("webp", "image/webp"),
    ("avif", "image/avif"),
    ("heic", "image/heic"),
    ("svg", "image/svg+xml"),
    ("tif", "image/tiff"),
    ("bmp", "image/bmp"),
    ("mp3", "audio/mpeg"),
    ("m4a", "audio/mp4"),
    ("ogg", "audio/ogg"),
    ("wav", "audio/wav"),
    ("mp4", "video/mp4"),
    ("mov", "video/quicktime"),
    ("webm", "video/webm"),
    ("eml", "message/rfc822"),
];

/// The type of a file by its name; `application/octet-stream` when that does not tell.
pub(crate) fn of_name(name: &str) -> &'static str {
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    KNOWN
        .iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(extension))
        .map_or("application/octet-stream", |(_, media)| media)
}

/// The usual extension of a type, without the dot.
pub(crate) fn extension(media_type: &str) -> Option<&'static str> {
    match media_type {
        "message/delivery-status" | "text/rfc822-headers" => Some("txt"),
        _ => KNOWN
            .iter()
            .find(|(_, known)| *known == media_type)
            .map(|(extension, _)| *extension),
    }
}

/// Whether text is `type/subtype` of RFC 2045 tokens and nothing else.
pub(crate) fn is_valid(text: &str) -> bool {
    let is_token = |word: &str| {
        !word.is_empty()
            && word.len() <= 127
            && word
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"!#$&-^_.+".contains(&byte))
    };
    text.split_once('/')
        .is_some_and(|(top, sub)| is_token(top) && is_token(sub))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways() {
        assert_eq!(of_name("Scan.PDF"), "application/pdf");
        assert_eq!(of_name("noextension"), "application/octet-stream");
        assert_eq!(extension("image/jpeg"), Some("jpg"));
        assert!(
            is_valid("application/vnd.ms-excel")
                && !is_valid("text/plain; x=y")
                && !is_valid("a\r\nb/c")
                && !is_valid("text")
        );
    }
}

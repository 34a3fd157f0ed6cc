//! What is wrong with a letter that could be read nevertheless.

/// A departure from the standards, or a bound that was reached. Reading went on behind each of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Defect {
    /// The header block is longer than is read; the rest of it is left out.
    HeaderTooLong,
    /// Header fields carry raw bytes that are not UTF-8; their charset was guessed (RFC 5322 §2.2).
    RawHeaderBytes,
    /// Multiparts nest deeper than is followed; what is below is an attachment.
    NestingTooDeep,
    /// More parts than are counted; the rest is left out.
    TooManyParts,
    /// A multipart without a boundary parameter; it was taken from its first delimiter line (RFC 2046 §5.1.1).
    BoundaryMissing,
    /// A multipart that ends without its closing delimiter, such as a letter cut short.
    BoundaryUnclosed,
    /// Base64 or uuencoded content with bytes that do not belong there; they were left out.
    TransferEncoding,
    /// Text in a charset that is unknown or not what it says; the charset was guessed.
    Charset,
    /// More text than is shown; the rest is left out.
    TextTooLong,
    /// The header could not be parsed at all.
    Unreadable,
}

/// Defects in the order of their discovery, each once.
#[derive(Debug, Default)]
pub(crate) struct Defects(Vec<Defect>);

impl Defects {
    pub(crate) fn note(&mut self, defect: Defect) {
        if !self.0.contains(&defect) {
            self.0.push(defect);
        }
    }

    pub(crate) fn into_vec(self) -> Vec<Defect> {
        self.0
    }
}

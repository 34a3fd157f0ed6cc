//! UIDLs that say under which UID the same server keeps the letter for IMAP.
//!
//! Servers that speak both protocols often make the one name of the other. Which way is not told: a form is a guess until
//! letters found by it have been compared.

use pli_model::{Uid, UidValidity};

/// A way in which UID and UIDVALIDITY are written in a UIDL.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Eight hexadecimal digits of the UID, eight of the UIDVALIDITY (`%08Xu%08Xv`, Dovecot's usual form).
    HexUidFirst,
    /// The same the other way round (`%08Xv%08Xu`).
    HexValidityFirst,
    /// UIDVALIDITY, a dot, UID, in decimal (`%v.%u`, Cyrus).
    Dotted,
    /// `UID`, the UID, a dash, the UIDVALIDITY, in decimal (`UID%u-%v`, Courier).
    Dashed,
}

impl Form {
    const ALL: [Self; 4] = [Self::HexUidFirst, Self::HexValidityFirst, Self::Dotted, Self::Dashed];

    /// The UIDVALIDITY and the UID that a UIDL of this form says.
    pub fn read(self, uidl: &str) -> Option<(UidValidity, Uid)> {
        let (validity, uid) = match self {
            Self::HexUidFirst | Self::HexValidityFirst => {
                let (first, second) = uidl.split_at_checked(8)?;
                let (first, second) = (hex(first)?, hex(second)?);
                match self {
                    Self::HexUidFirst => (second, first),
                    _ => (first, second),
                }
            }
            Self::Dotted => {
                let (validity, uid) = uidl.split_once('.')?;
                (validity.parse().ok()?, uid.parse().ok()?)
            }
            Self::Dashed => {
                let (uid, validity) = uidl.strip_prefix("UID")?.split_once('-')?;
                (validity.parse().ok()?, uid.parse().ok()?)
            }
        };
        (uid > 0).then_some((UidValidity(validity), Uid(uid)))
    }

    /// The form in which most of these name letters of that UIDVALIDITY, if any does.
    pub fn of<'u>(uidls: impl Iterator<Item = &'u str> + Clone, validity: UidValidity) -> Option<Self> {
        let fits = |form: Self| {
            let read = uidls.clone().filter_map(|uidl| form.read(uidl));
            read.filter(|(told, _)| *told == validity).count()
        };
        let best = Self::ALL.into_iter().max_by_key(|form| fits(*form))?;
        (fits(best) > 0).then_some(best)
    }
}

/// Exactly eight digits.
fn hex(digits: &str) -> Option<u32> {
    let is_plain = digits.len() == 8 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_plain.then(|| u32::from_str_radix(digits, 16).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_form_is_read_and_nothing_else() {
        let (validity, uid) = (UidValidity(1_600_000_000), Uid(4711));
        let told = Some((validity, uid));
        assert_eq!(Form::HexUidFirst.read("000012675f5e1000"), told);
        assert_eq!(Form::HexValidityFirst.read("5f5e100000001267"), told);
        assert_eq!(Form::Dotted.read("1600000000.4711"), told);
        assert_eq!(Form::Dashed.read("UID4711-1600000000"), told);
        for odd in [
            "",
            "0000126",
            "000012675f5e10001",
            "00001267+f5e1000",
            "12é45678",
            "UID-",
            "1.",
            "1.0",
            "UID0-1",
        ] {
            for form in Form::ALL {
                assert_eq!(form.read(odd), None, "{odd}");
            }
        }
    }

    #[test]
    fn the_form_is_the_one_that_names_our_mailbox() {
        let uidls = ["000000015f5e1000", "000000025f5e1000", "odd"];
        let of = |validity| Form::of(uidls.iter().copied(), UidValidity(validity));
        assert_eq!(of(1_600_000_000), Some(Form::HexUidFirst));
        assert_eq!(of(2), Some(Form::HexValidityFirst));
        assert_eq!(of(77), None);
    }
}

//! Address lists of header fields (RFC 5322 §3.4), as mail-parser reads them, to values.

use crate::line::{is_unprintable, one_line};
use mail_parser::{Addr, HeaderValue};
use pli_model::Address;

/// In characters: 64 octets before the @, 255 behind it (RFC 5321 §4.5.3.1).
const LONGEST_ADDRESS: usize = 320;
/// More recipients than this are not kept of one field.
const MAX_ADDRESSES: usize = 5_000;

/// Every address of a field, groups flattened.
pub(crate) fn list(value: &HeaderValue<'_>) -> Vec<Address> {
    let HeaderValue::Address(addresses) = value else {
        return Vec::new();
    };
    addresses.iter().filter_map(one).take(MAX_ADDRESSES).collect()
}

fn one(addr: &Addr<'_>) -> Option<Address> {
    let email = addr.address().unwrap_or_default();
    let email: String = if email.len() <= LONGEST_ADDRESS && email.bytes().all(|byte| byte.is_ascii_graphic()) {
        email.to_owned()
    } else {
        let visible = email.chars().filter(|&c| !is_unprintable(c) && !c.is_whitespace());
        visible.take(LONGEST_ADDRESS).collect()
    };
    let name = one_line(addr.name().unwrap_or_default(), 200);
    // Outlook puts the address in single quotes for a name.
    let name = name.trim_matches(|c| matches!(c, '\'' | '"')).trim();
    let name = if name.eq_ignore_ascii_case(&email) {
        String::new()
    } else {
        name.to_owned()
    };
    (!name.is_empty() || !email.is_empty()).then_some(Address { name, email })
}

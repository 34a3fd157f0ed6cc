//! How values are kept in columns: words for enumerations, JSON for lists, numbers for times and flags.

use crate::Result;
use pli_model::{Address, Digest, Flags, Timestamp, Uid};
use rusqlite::Row;
use rusqlite::types::Type;

/// An enumeration kept as its stable word.
pub(crate) fn word<T>(row: &Row<'_>, index: usize, from_word: fn(&str) -> Option<T>) -> rusqlite::Result<T> {
    let text = row.get_ref(index)?.as_str()?;
    from_word(text).ok_or_else(|| unreadable(index, format!("unknown word “{text}”")))
}

pub(crate) fn flags(row: &Row<'_>, index: usize) -> rusqlite::Result<Flags> {
    row.get(index).map(Flags::from_bits)
}

pub(crate) fn time(row: &Row<'_>, index: usize) -> rusqlite::Result<Timestamp> {
    row.get(index).map(Timestamp)
}

pub(crate) fn uid(row: &Row<'_>, index: usize) -> rusqlite::Result<Option<Uid>> {
    Ok(row.get::<_, Option<u32>>(index)?.map(Uid))
}

pub(crate) fn digest(row: &Row<'_>, index: usize) -> rusqlite::Result<Option<Digest>> {
    Ok(row.get::<_, Option<[u8; 32]>>(index)?.map(Digest))
}

/// SQLite's integers are signed; no count of octets comes near their bound.
pub(crate) fn octets(row: &Row<'_>, index: usize) -> rusqlite::Result<u64> {
    row.get::<_, i64>(index).map(i64::unsigned_abs)
}

pub(crate) fn from_octets(octets: u64) -> i64 {
    i64::try_from(octets).unwrap_or(i64::MAX)
}

/// Keywords are IMAP atoms (RFC 9051 §2.3.2) and hold no space.
pub(crate) fn keywords(row: &Row<'_>, index: usize) -> rusqlite::Result<Vec<String>> {
    Ok(split_keywords(row.get_ref(index)?.as_str()?))
}

pub(crate) fn split_keywords(text: &str) -> Vec<String> {
    text.split_ascii_whitespace().map(str::to_owned).collect()
}

pub(crate) fn join_keywords(keywords: &[String]) -> String {
    keywords.join(" ")
}

/// `[["name", "email"], ...]`; no address at all is the empty text.
pub(crate) fn addresses(row: &Row<'_>, index: usize) -> rusqlite::Result<Vec<Address>> {
    let pairs: Vec<(String, String)> = list(row, index)?;
    Ok(pairs.into_iter().map(|(name, email)| Address { name, email }).collect())
}

pub(crate) fn addresses_text(addresses: &[Address]) -> Result<String> {
    let pairs: Vec<(&str, &str)> = addresses
        .iter()
        .map(|one| (one.name.as_str(), one.email.as_str()))
        .collect();
    list_text(&pairs)
}

pub(crate) fn strings(row: &Row<'_>, index: usize) -> rusqlite::Result<Vec<String>> {
    list(row, index)
}

pub(crate) fn strings_text(strings: &[String]) -> Result<String> {
    list_text(strings)
}

fn list<T: serde::de::DeserializeOwned>(row: &Row<'_>, index: usize) -> rusqlite::Result<Vec<T>> {
    match row.get_ref(index)?.as_str()? {
        "" => Ok(Vec::new()),
        text => serde_json::from_str(text).map_err(|error| unreadable(index, error.to_string())),
    }
}

fn list_text<T: serde::Serialize>(list: &[T]) -> Result<String> {
    if list.is_empty() {
        return Ok(String::new());
    }
    serde_json::to_string(list).map_err(|error| crate::StoreError::Refused(format!("cannot be stored: {error}")))
}

pub(crate) fn unreadable(index: usize, detail: String) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(index, Type::Text, detail.into())
}

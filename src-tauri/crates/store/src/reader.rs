//! A snapshot of the store. What can be asked of it stands in the files of the tables and in `view.rs`.

use crate::{Result, StoreError};
use rusqlite::{Connection, Params, Row};

/// Reads one snapshot: what it answers does not change while it lives.
#[derive(Debug)]
pub struct Reader<'a> {
    pub(crate) mail: &'a Connection,
    pub(crate) bodies: &'a Connection,
}

impl Reader<'_> {
    pub(crate) fn one<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Option<T>> {
        let mut statement = self.mail.prepare_cached(sql)?;
        let mut rows = statement.query(params)?;
        Ok(rows.next()?.map(read).transpose()?)
    }

    pub(crate) fn all<T>(
        &self,
        sql: &str,
        params: impl Params,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>> {
        let mut statement = self.mail.prepare_cached(sql)?;
        Ok(statement.query_map(params, read)?.collect::<rusqlite::Result<_>>()?)
    }

    /// Like [`Self::one`], for what must be there.
    pub(crate) fn the<T>(
        &self,
        what: impl FnOnce() -> String,
        sql: &str,
        params: impl Params,
        read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<T> {
        self.one(sql, params, read)?.ok_or_else(|| StoreError::NotFound(what()))
    }
}

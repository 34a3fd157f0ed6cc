//! A transaction under way. What can be written stands in the files of the tables.

use crate::body::Bodies;
use crate::change::{Change, ChangeSet};
use crate::{Reader, Result};
use pli_model::{Digest, Timestamp};
use rusqlite::Params;
use std::ops::Deref;

/// One transaction on the writer thread. It reads as well, so that decisions are made on what will be committed.
#[derive(Debug)]
pub struct Writer<'a> {
    reader: Reader<'a>,
    pub(crate) body_file: &'a Bodies,
    pub(crate) now: Timestamp,
    pub(crate) changes: ChangeSet,
    /// Bodies that rows of this transaction mention: no longer in need of protection from collection.
    pub(crate) mentioned: Vec<Digest>,
}

impl<'a> Writer<'a> {
    pub(crate) fn new(reader: Reader<'a>, body_file: &'a Bodies, now: Timestamp) -> Self {
        Self {
            reader,
            body_file,
            now,
            changes: ChangeSet::default(),
            mentioned: Vec::new(),
        }
    }

    pub(crate) fn execute(&mut self, sql: &str, params: impl Params) -> Result<usize> {
        Ok(self.reader.mail.prepare_cached(sql)?.execute(params)?)
    }

    pub(crate) fn insert(&mut self, sql: &str, params: impl Params) -> Result<i64> {
        Ok(self.reader.mail.prepare_cached(sql)?.insert(params)?)
    }

    pub(crate) fn note(&mut self, change: Change) {
        self.changes.note(change);
    }
}

impl<'a> Deref for Writer<'a> {
    type Target = Reader<'a>;

    fn deref(&self) -> &Reader<'a> {
        &self.reader
    }
}

//! Letters: content, once an account however many mailboxes it is in. A letter without a digest is known by its
//! header only.
//!
//! A letter lives as long as a placement mentions it; triggers on `placement` see to that.

use crate::column::{addresses_text, strings_text};
use crate::table::thread;
use crate::{Reader, Result, Writer};
use pli_model::{AccountId, Digest, Envelope, LetterId, PlacementId};
use rusqlite::params;

pub(crate) const CREATE: &str = "
CREATE TABLE letter (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id      INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    -- The id of the letter that began the thread here; it may be gone.
    thread_id       INTEGER NOT NULL DEFAULT 0,
    digest          BLOB CHECK (length(digest) = 32),
    message_id      TEXT    NOT NULL DEFAULT '',
    in_reply_to     TEXT    NOT NULL DEFAULT '',
    refs            TEXT    NOT NULL DEFAULT '',
    subject         TEXT    NOT NULL DEFAULT '',
    from_name       TEXT    NOT NULL DEFAULT '',
    from_email      TEXT    NOT NULL DEFAULT '',
    reply_to        TEXT    NOT NULL DEFAULT '',
    to_list         TEXT    NOT NULL DEFAULT '',
    cc_list         TEXT    NOT NULL DEFAULT '',
    bcc_list        TEXT    NOT NULL DEFAULT '',
    date            INTEGER,
    snippet         TEXT    NOT NULL DEFAULT '',
    has_attachments INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE UNIQUE INDEX letter_by_digest ON letter (digest, account_id) WHERE digest IS NOT NULL;
CREATE INDEX letter_by_message_id ON letter (account_id, message_id);
CREATE INDEX letter_by_thread ON letter (thread_id);
";

/// What a letter says.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Content<'a> {
    pub(crate) digest: Option<Digest>,
    pub(crate) envelope: &'a Envelope,
    pub(crate) snippet: &'a str,
    pub(crate) has_attachments: bool,
}

impl Reader<'_> {
    /// Placements of the account's letters that bear that Message-ID (without angle brackets).
    pub fn find_by_message_id(&self, account: AccountId, message_id: &str) -> Result<Vec<PlacementId>> {
        if message_id.is_empty() {
            return Ok(Vec::new());
        }
        self.all(FIND_BY_MESSAGE_ID, params![account.0, message_id], |row| {
            row.get(0).map(PlacementId)
        })
    }

    pub(crate) fn letter_of_digest(&self, account: AccountId, digest: Digest) -> Result<Option<LetterId>> {
        let sql = "SELECT id FROM letter WHERE digest = ?1 AND account_id = ?2";
        self.one(sql, params![digest.0, account.0], |row| row.get(0).map(LetterId))
    }
}

pub(crate) const FIND_BY_MESSAGE_ID: &str = "SELECT placement.id FROM letter
    JOIN placement ON placement.letter_id = letter.id
    WHERE letter.account_id = ?1 AND letter.message_id = ?2";

impl Writer<'_> {
    pub(crate) fn add_letter(&mut self, account: AccountId, content: &Content<'_>) -> Result<LetterId> {
        let ids = thread::hashes(account, content.envelope);
        let found = self.find_thread(account, &ids)?;
        self.write_columns(INSERT, account.0, found.unwrap_or_default(), content)?;
        let id = LetterId(self.mail.last_insert_rowid());
        let thread = match found {
            Some(thread) => thread,
            None => {
                self.execute("UPDATE letter SET thread_id = id WHERE id = ?1", [id.0])?;
                id.0
            }
        };
        self.remember_thread(account, &ids, thread)?;
        Ok(id)
    }

    pub(crate) fn update_letter(&mut self, account: AccountId, id: LetterId, content: &Content<'_>) -> Result<()> {
        let ids = thread::hashes(account, content.envelope);
        let found = self.find_thread(account, &ids)?;
        let sql = "SELECT thread_id FROM letter WHERE id = ?1";
        let own = self.the(|| format!("letter {id}"), sql, [id.0], |row| row.get(0))?;
        let thread = found.unwrap_or(own);
        self.write_columns(UPDATE, id.0, thread, content)?;
        self.remember_thread(account, &ids, thread)
    }

    /// Runs one of the two statements that write a letter's columns, which take them in the same order.
    fn write_columns(&mut self, sql: &str, key: i64, thread: i64, content: &Content<'_>) -> Result<()> {
        let envelope = content.envelope;
        self.execute(
            sql,
            params![
                key,
                thread,
                content.digest.map(|digest| digest.0),
                envelope.message_id,
                envelope.in_reply_to,
                strings_text(&envelope.references)?,
                envelope.subject,
                envelope.from.name,
                envelope.from.email,
                addresses_text(&envelope.reply_to)?,
                addresses_text(&envelope.to)?,
                addresses_text(&envelope.cc)?,
                addresses_text(&envelope.bcc)?,
                envelope.date.map(|date| date.0),
                content.snippet,
                content.has_attachments,
            ],
        )?;
        Ok(())
    }
}

const INSERT: &str =
    "INSERT INTO letter (account_id, thread_id, digest, message_id, in_reply_to, refs, subject, from_name,
        from_email, reply_to, to_list, cc_list, bcc_list, date, snippet, has_attachments)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)";

const UPDATE: &str = "UPDATE letter SET thread_id = ?2, digest = ?3, message_id = ?4, in_reply_to = ?5, refs = ?6,
        subject = ?7, from_name = ?8, from_email = ?9, reply_to = ?10, to_list = ?11, cc_list = ?12, bcc_list = ?13,
        date = ?14, snippet = ?15, has_attachments = ?16
    WHERE id = ?1";

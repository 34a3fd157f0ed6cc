//! Letters: content, once an account however many mailboxes it is in. A letter without a digest is known by its
//! header only.
//!
//! A letter lives as long as a placement or a grave mentions it; triggers on those see to that.

use crate::column::{addresses_text, strings_text};
use crate::table::thread;
use crate::{Reader, Result, Writer};
use pli_model::{AccountId, Digest, Envelope, LetterId, PlacementId};
use rusqlite::{Params, params};

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

pub(crate) const FORMAT_2: &str = "
-- X-GM-MSGID, or EMAILID (RFC 8474): the server's name for the content, whichever mailboxes it is in.
ALTER TABLE letter ADD COLUMN object_id TEXT NOT NULL DEFAULT '';
CREATE UNIQUE INDEX letter_by_object_id ON letter (account_id, object_id) WHERE object_id <> '';
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

    /// The letter to which the server gives that name, and whether its body is here.
    pub(crate) fn letter_of_object(&self, account: AccountId, object_id: &str) -> Result<Option<(LetterId, bool)>> {
        let sql = "SELECT id, digest IS NOT NULL FROM letter
            WHERE account_id = ?1 AND object_id = ?2 AND object_id <> ''";
        self.one(sql, params![account.0, object_id], |row| {
            Ok((LetterId(row.get(0)?), row.get(1)?))
        })
    }
}

pub(crate) const FIND_BY_MESSAGE_ID: &str = "SELECT placement.id FROM letter
    JOIN placement ON placement.letter_id = letter.id
    WHERE letter.account_id = ?1 AND letter.message_id = ?2";

impl Writer<'_> {
    /// Gives a letter the server's name for it, unless it has one or another letter bears it.
    pub(crate) fn name_letter(&mut self, letter: LetterId, object_id: &str) -> Result<()> {
        self.execute(
            "UPDATE OR IGNORE letter SET object_id = ?2 WHERE id = ?1 AND object_id = ''",
            params![letter.0, object_id],
        )?;
        Ok(())
    }

    pub(crate) fn add_letter(&mut self, account: AccountId, content: &Content<'_>) -> Result<LetterId> {
        let found = self.find_thread(account, &thread::hashes(account, content.envelope))?;
        let row = Columns::of(content)?;
        let id = self.insert(INSERT, row.params(account.0, found.thread))?;
        self.remember_thread(account, &found.unheard, found.thread.unwrap_or(id))?;
        Ok(LetterId(id))
    }

    pub(crate) fn update_letter(&mut self, account: AccountId, id: LetterId, content: &Content<'_>) -> Result<()> {
        let row = Columns::of(content)?;
        let sql = "SELECT thread_id, message_id = ?2 AND in_reply_to = ?3 AND refs = ?4 FROM letter WHERE id = ?1";
        let envelope = content.envelope;
        let (own, is_threaded): (i64, bool) = self.the(
            || format!("letter {id}"),
            sql,
            params![id.0, envelope.message_id, envelope.in_reply_to, row.references],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        if is_threaded {
            // The body says what the header said: the columns that are indexed are left alone.
            self.execute(COMPLETE, row.params(id.0, Some(own)))?;
            return Ok(());
        }
        let found = self.find_thread(account, &thread::hashes(account, envelope))?;
        let thread = found.thread.unwrap_or(own);
        self.execute(UPDATE, row.params(id.0, Some(thread)))?;
        self.remember_thread(account, &found.unheard, thread)
    }
}

/// A letter's columns, in the form in which they are kept.
struct Columns<'a> {
    content: &'a Content<'a>,
    references: String,
    reply_to: String,
    to: String,
    cc: String,
    bcc: String,
}

impl<'a> Columns<'a> {
    fn of(content: &'a Content<'a>) -> Result<Self> {
        let envelope = content.envelope;
        Ok(Self {
            content,
            references: strings_text(&envelope.references)?,
            reply_to: addresses_text(&envelope.reply_to)?,
            to: addresses_text(&envelope.to)?,
            cc: addresses_text(&envelope.cc)?,
            bcc: addresses_text(&envelope.bcc)?,
        })
    }

    /// The parameters of the statements below, which take them in the same order.
    fn params(&self, key: i64, thread: Option<i64>) -> impl Params {
        let Content {
            digest,
            envelope,
            snippet,
            has_attachments,
        } = *self.content;
        (
            key,
            thread,
            digest.map(|digest| digest.0),
            &envelope.message_id,
            &envelope.in_reply_to,
            &self.references,
            &envelope.subject,
            &envelope.from.name,
            &envelope.from.email,
            &self.reply_to,
            &self.to,
            &self.cc,
            &self.bcc,
            envelope.date.map(|date| date.0),
            snippet,
            has_attachments,
        )
    }
}

/// A letter that begins a thread gives it its own id, which is the next of the sequence. RETURNING would tell the same, at the
/// price of a copy of every page that the statement touches.
const INSERT: &str =
    "INSERT INTO letter (account_id, thread_id, digest, message_id, in_reply_to, refs, subject, from_name,
        from_email, reply_to, to_list, cc_list, bcc_list, date, snippet, has_attachments)
    VALUES (?1, coalesce(?2, (SELECT seq + 1 FROM sqlite_sequence WHERE name = 'letter'), 1), ?3, ?4, ?5, ?6, ?7, ?8,
        ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)";

const UPDATE: &str = "UPDATE letter SET thread_id = ?2, digest = ?3, message_id = ?4, in_reply_to = ?5, refs = ?6,
        subject = ?7, from_name = ?8, from_email = ?9, reply_to = ?10, to_list = ?11, cc_list = ?12, bcc_list = ?13,
        date = ?14, snippet = ?15, has_attachments = ?16
    WHERE id = ?1";

/// Without the columns by which letters are threaded and found.
const COMPLETE: &str = "UPDATE letter SET digest = ?3, subject = ?7, from_name = ?8, from_email = ?9, reply_to = ?10,
        to_list = ?11, cc_list = ?12, bcc_list = ?13, date = ?14, snippet = ?15, has_attachments = ?16
    WHERE id = ?1";

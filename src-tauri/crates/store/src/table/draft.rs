//! Drafts. Every save that says something new is a version of its own; the newest is the draft.
//!
//! The last [`KEPT`] versions are kept, and beyond them the longest: a long letter that was replaced by an empty one
//! can always be had back. Attachments that are bytes lie in `bodies.db`.

use crate::change::Change;
use crate::column::{self, strings, strings_text};
use crate::{Reader, Result, StoreError, Writer};
use pli_model::{AccountId, AttachmentSource, Digest, Draft, DraftAttachment, DraftId, Timestamp};
use rusqlite::{Row, params};
use std::path::PathBuf;

pub(crate) const CREATE: &str = "
CREATE TABLE draft (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE
) STRICT;
CREATE INDEX draft_by_account ON draft (account_id);
CREATE TABLE draft_version (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    draft_id    INTEGER NOT NULL REFERENCES draft (id) ON DELETE CASCADE,
    account_id  INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    saved       INTEGER NOT NULL,
    to_list     TEXT    NOT NULL DEFAULT '',
    cc_list     TEXT    NOT NULL DEFAULT '',
    bcc_list    TEXT    NOT NULL DEFAULT '',
    subject     TEXT    NOT NULL DEFAULT '',
    text        TEXT    NOT NULL DEFAULT '',
    html        TEXT    NOT NULL DEFAULT '',
    in_reply_to TEXT    NOT NULL DEFAULT '',
    refs        TEXT    NOT NULL DEFAULT ''
) STRICT;
CREATE INDEX draft_version_by_draft ON draft_version (draft_id, id);
CREATE INDEX draft_version_by_account ON draft_version (account_id);
CREATE TABLE draft_attachment (
    version_id INTEGER NOT NULL REFERENCES draft_version (id) ON DELETE CASCADE,
    position   INTEGER NOT NULL,
    name       TEXT    NOT NULL,
    mime_type  TEXT    NOT NULL DEFAULT '',
    -- A file on this computer, or else a body.
    path       TEXT,
    digest     BLOB CHECK (length(digest) = 32),
    PRIMARY KEY (version_id, position),
    CHECK ((path IS NULL) <> (digest IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX draft_attachment_by_digest ON draft_attachment (digest) WHERE digest IS NOT NULL;
";

/// How many versions of a draft are kept.
pub(crate) const KEPT: usize = 50;

const COLUMNS: &str = "account_id, to_list, cc_list, bcc_list, subject, text, html, in_reply_to, refs";

/// A draft as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftRow {
    /// Which.
    pub id: DraftId,
    /// The account it will be sent from.
    pub account: AccountId,
    /// Recipients as typed.
    pub to: Vec<String>,
    /// Subject.
    pub subject: String,
    /// Plain text body.
    pub text: String,
    /// When it was saved last.
    pub saved: Timestamp,
}

/// A version of a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftVersion {
    /// Its number, for [`Reader::draft_version`].
    pub version: i64,
    /// When it was saved.
    pub saved: Timestamp,
    /// Its subject.
    pub subject: String,
    /// Its plain text body.
    pub text: String,
}

impl Reader<'_> {
    /// Every draft, the one saved last first.
    pub fn drafts(&self) -> Result<Vec<DraftRow>> {
        let mut rows = self.all(
            "SELECT draft.id, version.account_id, version.to_list, version.subject, version.text, version.saved
             FROM draft JOIN draft_version AS version
                 ON version.id = (SELECT max(id) FROM draft_version WHERE draft_id = draft.id)",
            [],
            |row| {
                Ok(DraftRow {
                    id: DraftId(row.get(0)?),
                    account: AccountId(row.get(1)?),
                    to: strings(row, 2)?,
                    subject: row.get(3)?,
                    text: row.get(4)?,
                    saved: Timestamp(row.get(5)?),
                })
            },
        )?;
        rows.sort_by_key(|row| std::cmp::Reverse((row.saved, row.id)));
        Ok(rows)
    }

    /// A draft as it was saved last, with its attachments' bytes.
    pub fn draft(&self, id: DraftId) -> Result<Draft> {
        self.draft_version(self.newest_version(id)?)
    }

    /// The versions of a draft that are kept, the newest first.
    pub fn draft_versions(&self, id: DraftId) -> Result<Vec<DraftVersion>> {
        let sql = "SELECT id, saved, subject, text FROM draft_version WHERE draft_id = ?1 ORDER BY id DESC";
        self.all(sql, [id.0], |row| {
            Ok(DraftVersion {
                version: row.get(0)?,
                saved: Timestamp(row.get(1)?),
                subject: row.get(2)?,
                text: row.get(3)?,
            })
        })
    }

    /// A draft as it was in that version.
    pub fn draft_version(&self, version: i64) -> Result<Draft> {
        let sql = format!("SELECT {COLUMNS} FROM draft_version WHERE id = ?1");
        let mut draft = self.the(|| format!("draft version {version}"), &sql, [version], read)?;
        for (name, mime_type, source) in self.attachments(version)? {
            let source = match source {
                Source::File(path) => AttachmentSource::File(PathBuf::from(path)),
                Source::Body(digest) => AttachmentSource::Bytes(
                    self.body(digest)?
                        .ok_or_else(|| StoreError::NotFound(format!("attachment “{name}”")))?,
                ),
            };
            draft.attachments.push(DraftAttachment {
                name,
                mime_type,
                source,
            });
        }
        Ok(draft)
    }

    fn newest_version(&self, id: DraftId) -> Result<i64> {
        let sql = "SELECT id FROM draft_version WHERE draft_id = ?1 ORDER BY id DESC LIMIT 1";
        self.the(|| format!("draft {id}"), sql, [id.0], |row| row.get(0))
    }

    fn attachments(&self, version: i64) -> Result<Vec<(String, String, Source)>> {
        let sql = "SELECT name, mime_type, path, digest FROM draft_attachment WHERE version_id = ?1 ORDER BY position";
        self.all(sql, [version], |row| {
            let source = match (row.get::<_, Option<String>>(2)?, column::digest(row, 3)?) {
                (_, Some(digest)) => Source::Body(digest),
                (path, None) => Source::File(path.unwrap_or_default()),
            };
            Ok((row.get(0)?, row.get(1)?, source))
        })
    }
}

impl Writer<'_> {
    /// Saves a draft: a new one for `None`, else a new version of that one. What is saved as it was is no version.
    pub fn save_draft(&mut self, id: Option<DraftId>, draft: &Draft) -> Result<DraftId> {
        let mut sources = Vec::with_capacity(draft.attachments.len());
        for attachment in &draft.attachments {
            let source = self.source_of(attachment)?;
            sources.push((attachment.name.clone(), attachment.mime_type.clone(), source));
        }
        let id = match id {
            Some(id) if self.is_saved_already(id, draft, &sources)? => return Ok(id),
            Some(id) => {
                self.execute(
                    "UPDATE draft SET account_id = ?2 WHERE id = ?1",
                    [id.0, draft.account.0],
                )?;
                id
            }
            None => {
                self.account(draft.account)?;
                DraftId(self.insert("INSERT INTO draft (account_id) VALUES (?1)", [draft.account.0])?)
            }
        };
        let version = self.insert_version(id, draft)?;
        for (position, (name, mime_type, source)) in (0_i64..).zip(&sources) {
            let (path, digest) = match source {
                Source::File(path) => (Some(path), None),
                Source::Body(digest) => (None, Some(digest.0)),
            };
            self.execute(
                "INSERT INTO draft_attachment (version_id, position, name, mime_type, path, digest)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                params![version, position, name, mime_type, path, digest],
            )?;
        }
        self.forget_versions(id)?;
        self.note(Change::Drafts);
        Ok(id)
    }

    /// Removes a draft with all its versions.
    pub fn remove_draft(&mut self, id: DraftId) -> Result<()> {
        if self.execute("DELETE FROM draft WHERE id = ?1", [id.0])? == 0 {
            return Err(StoreError::NotFound(format!("draft {id}")));
        }
        self.note(Change::Drafts);
        Ok(())
    }

    fn insert_version(&mut self, id: DraftId, draft: &Draft) -> Result<i64> {
        let saved = self.now.0;
        self.insert(
            "INSERT INTO draft_version (draft_id, account_id, saved, to_list, cc_list, bcc_list, subject, text, html,
                 in_reply_to, refs)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
            params![
                id.0,
                draft.account.0,
                saved,
                strings_text(&draft.to)?,
                strings_text(&draft.cc)?,
                strings_text(&draft.bcc)?,
                draft.subject,
                draft.text,
                draft.html,
                draft.in_reply_to,
                strings_text(&draft.references)?,
            ],
        )
    }

    fn is_saved_already(&self, id: DraftId, draft: &Draft, sources: &[(String, String, Source)]) -> Result<bool> {
        let newest = self.newest_version(id)?;
        let sql = format!("SELECT {COLUMNS} FROM draft_version WHERE id = ?1");
        let known = self.the(|| format!("draft {id}"), &sql, [newest], read)?;
        Ok(known
            == Draft {
                attachments: Vec::new(),
                ..draft.clone()
            }
            && self.attachments(newest)? == sources)
    }

    fn source_of(&mut self, attachment: &DraftAttachment) -> Result<Source> {
        match &attachment.source {
            AttachmentSource::File(path) => {
                let text = path.to_str().map(str::to_owned);
                let unnameable = || StoreError::Refused(format!("{}: its name is not Unicode", path.display()));
                Ok(Source::File(text.ok_or_else(unnameable)?))
            }
            AttachmentSource::Bytes(bytes) => Ok(Source::Body(self.body_file.put_one(bytes)?)),
        }
    }

    /// Keeps the last versions, and the longest of all.
    fn forget_versions(&mut self, id: DraftId) -> Result<()> {
        let versions = self.all(
            "SELECT id, length(text) + length(html) FROM draft_version WHERE draft_id = ?1 ORDER BY id DESC",
            [id.0],
            |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?)),
        )?;
        let longest = versions
            .iter()
            .max_by_key(|(version, length)| (*length, *version))
            .map(|(version, _)| *version);
        for (version, _) in versions
            .iter()
            .skip(KEPT)
            .filter(|(version, _)| Some(*version) != longest)
        {
            self.execute("DELETE FROM draft_version WHERE id = ?1", [*version])?;
        }
        Ok(())
    }
}

/// Where an attachment's bytes are, as a row has it.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Source {
    File(String),
    Body(Digest),
}

fn read(row: &Row<'_>) -> rusqlite::Result<Draft> {
    Ok(Draft {
        account: AccountId(row.get(0)?),
        to: strings(row, 1)?,
        cc: strings(row, 2)?,
        bcc: strings(row, 3)?,
        subject: row.get(4)?,
        text: row.get(5)?,
        html: row.get(6)?,
        in_reply_to: row.get(7)?,
        references: strings(row, 8)?,
        attachments: Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Desk;

    fn draft(desk: &Desk, text: &str) -> Draft {
        Draft {
            to: vec!["bob@south.test".to_owned(), "half an addr".to_owned()],
            subject: "Plans".to_owned(),
            text: text.to_owned(),
            references: vec!["a@b".to_owned()],
            ..Draft::new(desk.account)
        }
    }

    #[test]
    fn a_draft_comes_back_whole_with_its_files() {
        let desk = Desk::new();
        let mut draft = draft(&desk, "Dear Bob");
        let file = |name: &str, source| DraftAttachment {
            name: name.to_owned(),
            mime_type: "x/y".to_owned(),
            source,
        };
        draft.attachments = vec![
            file("note.txt", AttachmentSource::Bytes(b"bytes \0 of mine".to_vec())),
            file("plan.pdf", AttachmentSource::File(PathBuf::from("/tmp/plan.pdf"))),
        ];
        let saved = draft.clone();
        let id = desk.write(move |w| w.save_draft(None, &saved));
        assert_eq!(desk.collect_orphans(), 0);
        let desk = desk.reopen();
        assert_eq!(desk.read(move |r| r.draft(id)), draft);
        assert_eq!(desk.read(|r| r.drafts())[0].subject, "Plans");
        desk.write(move |w| w.remove_draft(id));
        assert!(desk.try_read(move |r| r.draft(id)).is_err());
        assert_eq!(desk.collect_orphans(), 1);
    }

    #[test]
    fn versions_are_kept_and_the_longest_is_never_lost() {
        let desk = Desk::new();
        let long = draft(&desk, &"all that I wanted to say ".repeat(40));
        let first = long.clone();
        let id = desk.write(move |w| w.save_draft(None, &first));
        for round in 0..KEPT + 20 {
            let blank = draft(&desk, &format!("{round}"));
            desk.write(move |w| {
                w.save_draft(Some(id), &blank)
                    .and_then(|id| w.save_draft(Some(id), &blank))
            });
        }
        let versions = desk.read(move |r| r.draft_versions(id));
        assert_eq!(versions.len(), KEPT + 1);
        assert_eq!(versions[0].text, "69");
        let oldest = versions[KEPT].version;
        assert_eq!(desk.read(move |r| r.draft_version(oldest)), long);
    }
}

//! Mailboxes, with what we know of each at the server and its counters.
//!
//! `total` and `unread` are kept by triggers on `placement`, but for what is added to it, which happens in one place and is
//! counted there. A mailbox has two
//! paths: `server_path` is its name at the server, `path` what is shown; they differ while a rename is under way.

mod listed;
mod path;

pub(crate) use path::{Named, below, rename_tree};

use crate::column::word;
use crate::{Reader, Result, StoreError, Writer};
use pli_model::{AccountId, MailboxId, Role, UidValidity};
use rusqlite::{Row, params};

pub(crate) const CREATE: &str = "
CREATE TABLE mailbox (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id     INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    path           TEXT    NOT NULL,
    delimiter      TEXT    NOT NULL DEFAULT '',
    role           TEXT    NOT NULL,
    -- The role's place in the order in which mailboxes are shown.
    rank           INTEGER NOT NULL,
    selectable     INTEGER NOT NULL DEFAULT 1,
    on_server      INTEGER NOT NULL DEFAULT 1,
    uid_validity   INTEGER,
    uid_next       INTEGER NOT NULL DEFAULT 0,
    server_exists  INTEGER NOT NULL DEFAULT 0,
    highest_modseq INTEGER NOT NULL DEFAULT 0,
    total          INTEGER NOT NULL DEFAULT 0,
    unread         INTEGER NOT NULL DEFAULT 0,
    UNIQUE (account_id, path)
) STRICT;
CREATE INDEX mailbox_by_rank ON mailbox (account_id, rank, path);
CREATE INDEX mailbox_by_role ON mailbox (role);
";

pub(crate) const FORMAT_2: &str = "
-- Its name at the server; empty while it is not there (yet).
ALTER TABLE mailbox ADD COLUMN server_path TEXT NOT NULL DEFAULT '';
UPDATE mailbox SET server_path = path WHERE on_server = 1;
ALTER TABLE mailbox ADD COLUMN subscribed INTEGER NOT NULL DEFAULT 1;
-- MAILBOXID (RFC 8474).
ALTER TABLE mailbox ADD COLUMN object_id TEXT NOT NULL DEFAULT '';
-- Its deletion is under way: it is not listed.
ALTER TABLE mailbox ADD COLUMN doomed INTEGER NOT NULL DEFAULT 0;
CREATE UNIQUE INDEX mailbox_by_server_path ON mailbox (account_id, server_path) WHERE server_path <> '';
CREATE INDEX mailbox_doomed ON mailbox (id) WHERE doomed = 1;
";

const COLUMNS: &str = "id, account_id, path, delimiter, role, selectable, on_server, uid_validity, uid_next,
    server_exists, highest_modseq, total, unread, server_path, subscribed, object_id, doomed";

/// A mailbox of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mailbox {
    /// Local id.
    pub id: MailboxId,
    /// Whose.
    pub account: AccountId,
    /// Full name in Unicode, the delimiter inside, as it is shown.
    pub path: String,
    /// Its full name at the server, which differs while a rename is under way; empty while it is not there (yet).
    pub server_path: String,
    /// Hierarchy delimiter; `None` in a flat name space.
    pub delimiter: Option<char>,
    /// What it is for.
    pub role: Role,
    /// Whether it can hold letters.
    pub selectable: bool,
    /// False for a mailbox that exists on this computer only.
    pub on_server: bool,
    /// Whether it is subscribed to.
    pub subscribed: bool,
    /// MAILBOXID (RFC 8474); empty where the server tells none.
    pub object_id: String,
    /// Whether its deletion is under way: then it is not listed.
    pub doomed: bool,
    /// What the server said last and we have applied.
    pub known: ServerState,
    /// Letters shown in it.
    pub total: u32,
    /// Those of them that are not `\Seen`.
    pub unread: u32,
}

/// What a server says of a mailbox (RFC 9051 §2.3.1, RFC 7162 §3.1.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ServerState {
    /// The UIDVALIDITY under which our UIDs stand.
    pub uid_validity: Option<UidValidity>,
    /// UIDNEXT; 0 while unknown.
    pub uid_next: u32,
    /// Number of letters there.
    pub exists: u32,
    /// HIGHESTMODSEQ as last fully applied; 0 for none.
    pub highest_modseq: u64,
}

/// A mailbox as listed, to be added or brought up to date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMailbox {
    /// Full name in Unicode at the server; what a mailbox is recognised by.
    pub path: String,
    /// Hierarchy delimiter.
    pub delimiter: Option<char>,
    /// What it is for.
    pub role: Role,
    /// Whether it can hold letters.
    pub selectable: bool,
    /// False for a mailbox that exists on this computer only.
    pub on_server: bool,
    /// Whether it is subscribed to.
    pub subscribed: bool,
    /// MAILBOXID (RFC 8474); empty where the server tells none.
    pub object_id: String,
}

impl NewMailbox {
    /// A mailbox of that path and role in which letters can be, subscribed, `/` between its levels.
    pub fn new(path: &str, role: Role) -> Self {
        Self {
            path: path.to_owned(),
            delimiter: Some('/'),
            role,
            selectable: true,
            on_server: true,
            subscribed: true,
            object_id: String::new(),
        }
    }

    /// The same, on this computer only.
    pub fn local(path: &str, role: Role) -> Self {
        Self {
            on_server: false,
            ..Self::new(path, role)
        }
    }
}

impl Reader<'_> {
    /// Mailboxes of an account, by role, then by path. One that is being deleted is not among them.
    pub fn mailboxes(&self, account: AccountId) -> Result<Vec<Mailbox>> {
        let sql = format!("SELECT {COLUMNS} FROM mailbox WHERE account_id = ?1 AND doomed = 0 ORDER BY rank, path");
        self.all(&sql, [account.0], read)
    }

    /// One mailbox.
    pub fn mailbox(&self, id: MailboxId) -> Result<Mailbox> {
        let sql = format!("SELECT {COLUMNS} FROM mailbox WHERE id = ?1");
        self.the(|| format!("mailbox {id}"), &sql, [id.0], read)
    }

    pub(crate) fn find_mailbox(&self, id: MailboxId) -> Result<Option<Mailbox>> {
        let sql = format!("SELECT {COLUMNS} FROM mailbox WHERE id = ?1");
        self.one(&sql, [id.0], read)
    }

    /// The mailbox that is shown under that path.
    pub fn mailbox_at(&self, account: AccountId, path: &str) -> Result<Option<Mailbox>> {
        let sql = format!("SELECT {COLUMNS} FROM mailbox WHERE account_id = ?1 AND path = ?2 AND doomed = 0");
        self.one(&sql, params![account.0, path], read)
    }

    /// The first mailbox of that role.
    pub fn mailbox_for(&self, account: AccountId, role: Role) -> Result<Option<Mailbox>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM mailbox WHERE account_id = ?1 AND rank = ?2 AND doomed = 0
             ORDER BY path LIMIT 1"
        );
        self.one(&sql, params![account.0, rank(role)], read)
    }

    /// Mailboxes of that role, over all accounts.
    pub(crate) fn mailboxes_for(&self, role: Role) -> Result<Vec<MailboxId>> {
        self.all("SELECT id FROM mailbox WHERE role = ?1", [role.as_str()], |row| {
            row.get(0).map(MailboxId)
        })
    }
}

impl Writer<'_> {
    /// Remembers what the server said of a mailbox. Written in the transaction that applies what it stands for, so
    /// that a HIGHESTMODSEQ never runs ahead of its changes.
    pub fn set_server_state(&mut self, mailbox: MailboxId, state: ServerState) -> Result<()> {
        let updated = self.execute(
            "UPDATE mailbox SET uid_validity = ?2, uid_next = ?3, server_exists = ?4, highest_modseq = ?5 WHERE id = ?1",
            params![
                mailbox.0,
                state.uid_validity.map(|validity| validity.0),
                state.uid_next,
                state.exists,
                // RFC 7162 §1 bounds a mod-sequence to 63 bits; more than that is a lie that compares as "newest".
                i64::try_from(state.highest_modseq).unwrap_or(i64::MAX),
            ],
        )?;
        if updated == 0 {
            Err(StoreError::NotFound(format!("mailbox {mailbox}")))
        } else {
            Ok(())
        }
    }

    /// What is in the mailbox at the server is not known for certain: the next look is at all its letters, and not at what
    /// changed since the last one.
    pub fn forget_modseq(&mut self, mailbox: MailboxId) -> Result<()> {
        self.execute("UPDATE mailbox SET highest_modseq = 0 WHERE id = ?1", [mailbox.0])?;
        Ok(())
    }
}

pub(crate) fn rank(role: Role) -> i64 {
    Role::ALL
        .iter()
        .zip(0..)
        .find(|(known, _)| **known == role)
        .map_or(i64::MAX, |(_, rank)| rank)
}

fn read(row: &Row<'_>) -> rusqlite::Result<Mailbox> {
    Ok(Mailbox {
        id: MailboxId(row.get(0)?),
        account: AccountId(row.get(1)?),
        path: row.get(2)?,
        delimiter: row.get_ref(3)?.as_str()?.chars().next(),
        role: word(row, 4, Role::from_word)?,
        selectable: row.get(5)?,
        on_server: row.get(6)?,
        known: ServerState {
            uid_validity: row.get::<_, Option<u32>>(7)?.map(UidValidity),
            uid_next: row.get(8)?,
            exists: row.get(9)?,
            highest_modseq: row.get::<_, i64>(10)?.unsigned_abs(),
        },
        total: row.get(11)?,
        unread: row.get(12)?,
        server_path: row.get(13)?,
        subscribed: row.get(14)?,
        object_id: row.get(15)?,
        doomed: row.get(16)?,
    })
}

#[cfg(test)]
mod tests;

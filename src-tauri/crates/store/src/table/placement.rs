//! Placements: a letter in a mailbox. Two sides stand side by side in a row: what the server said last
//! (`server_mailbox_id`, `uid`, `server_flags`) and what is shown (`mailbox_id`, `flags`); `shown.rs` keeps the second
//! true to the first.

mod write;

use crate::change::Place;
use crate::column;
use crate::shown::Truth;
use crate::{Reader, Result, StoreError};
use pli_model::{AccountId, Digest, Envelope, Flags, LetterId, MailboxId, PlacementId, Timestamp, Uid};
use rusqlite::params;

pub(crate) const CREATE: &str = "
CREATE TABLE placement (
    id                INTEGER PRIMARY KEY AUTOINCREMENT,
    letter_id         INTEGER NOT NULL REFERENCES letter (id),
    account_id        INTEGER NOT NULL,
    mailbox_id        INTEGER NOT NULL REFERENCES mailbox (id) ON DELETE CASCADE,
    flags             INTEGER NOT NULL DEFAULT 0,
    server_mailbox_id INTEGER NOT NULL REFERENCES mailbox (id) ON DELETE CASCADE,
    uid               INTEGER CHECK (uid > 0),
    server_flags      INTEGER NOT NULL DEFAULT 0,
    keywords          TEXT    NOT NULL DEFAULT '',
    received          INTEGER NOT NULL,
    -- Octets of the whole letter, as the server tells.
    size              INTEGER NOT NULL DEFAULT 0,
    -- Whether letter.digest is set; here for the index.
    has_body          INTEGER NOT NULL DEFAULT 0,
    -- By the bits of pli_model::Flags: 16 is Deleted, 4 is Flagged. Not generated columns: SQLite takes no index for
    -- covering where one of those is asked for.
    hidden            INTEGER NOT NULL DEFAULT 0 CHECK (hidden = ((flags & 16) <> 0)),
    starred           INTEGER NOT NULL DEFAULT 0 CHECK (starred = ((flags & 20) = 4))
) STRICT;
-- Read backwards: newest first, and among equals the younger id first.
CREATE INDEX placement_listed ON placement (mailbox_id, hidden, received);
CREATE INDEX placement_starred ON placement (starred, received) WHERE starred = 1;
CREATE UNIQUE INDEX placement_by_uid ON placement (server_mailbox_id, uid);
CREATE INDEX placement_by_letter ON placement (letter_id);
CREATE INDEX placement_without_body ON placement (server_mailbox_id, received) WHERE has_body = 0;
CREATE INDEX placement_without_body_size ON placement (account_id, size) WHERE has_body = 0;

CREATE TRIGGER placement_added AFTER INSERT ON placement WHEN NEW.flags & 16 = 0 BEGIN
    UPDATE mailbox SET total = total + 1, unread = unread + (NEW.flags & 1 = 0) WHERE id = NEW.mailbox_id;
END;
CREATE TRIGGER placement_changed AFTER UPDATE OF mailbox_id, flags ON placement
WHEN OLD.mailbox_id <> NEW.mailbox_id OR OLD.flags & 17 <> NEW.flags & 17 BEGIN
    UPDATE mailbox SET total = total - 1, unread = unread - (OLD.flags & 1 = 0)
    WHERE id = OLD.mailbox_id AND OLD.flags & 16 = 0;
    UPDATE mailbox SET total = total + 1, unread = unread + (NEW.flags & 1 = 0)
    WHERE id = NEW.mailbox_id AND NEW.flags & 16 = 0;
END;
CREATE TRIGGER placement_removed AFTER DELETE ON placement BEGIN
    UPDATE mailbox SET total = total - 1, unread = unread - (OLD.flags & 1 = 0)
    WHERE id = OLD.mailbox_id AND OLD.flags & 16 = 0;
    DELETE FROM letter WHERE id = OLD.letter_id
        AND NOT EXISTS (SELECT 1 FROM placement WHERE letter_id = OLD.letter_id);
END;
CREATE TRIGGER placement_of_other_letter AFTER UPDATE OF letter_id ON placement WHEN OLD.letter_id <> NEW.letter_id BEGIN
    DELETE FROM letter WHERE id = OLD.letter_id
        AND NOT EXISTS (SELECT 1 FROM placement WHERE letter_id = OLD.letter_id);
END;
";

/// A letter that was found in a mailbox.
#[derive(Debug, Clone)]
pub struct NewPlacement<'a> {
    /// Where: shown there, and the server's position.
    pub mailbox: MailboxId,
    /// IMAP: its UID there.
    pub uid: Option<Uid>,
    /// POP3: its unique-id.
    pub uidl: Option<String>,
    /// Flags on the server.
    pub flags: Flags,
    /// Keywords on the server.
    pub keywords: Vec<String>,
    /// When it was received (INTERNALDATE): its place in every list.
    pub received: Timestamp,
    /// Octets of the whole letter.
    pub size: u64,
    /// What its header says.
    pub envelope: &'a Envelope,
    /// The beginning of its text; empty while there is no body.
    pub snippet: String,
    /// Whether it carries files, as far as is known.
    pub has_attachments: bool,
    /// Its body, stored already; `None` while only the header is here.
    pub digest: Option<Digest>,
}

/// How a server names a letter.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ServerId {
    /// IMAP, under its mailbox's UIDVALIDITY.
    Uid(Uid),
    /// POP3 (RFC 1939 §7).
    Uidl(String),
}

/// A letter as the server has it, by our knowledge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerLetter {
    /// Which.
    pub placement: PlacementId,
    /// Its UID.
    pub uid: Uid,
    /// Flags as the server told them last.
    pub flags: Flags,
    /// Keywords as the server told them last.
    pub keywords: Vec<String>,
    /// Whether its body is here.
    pub has_body: bool,
}

/// A letter that is in a mailbox at the server without our knowing its UID there: it was moved and the server told
/// none (no COPYUID), or UIDVALIDITY changed, or it came by POP3.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnplacedLetter {
    /// Which.
    pub placement: PlacementId,
    /// Its Message-ID; may be empty.
    pub message_id: String,
    /// Octets.
    pub size: u64,
    /// When it was received.
    pub received: Timestamp,
    /// Its body, if here.
    pub digest: Option<Digest>,
}

/// A letter whose body is still to be fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingBody {
    /// Which.
    pub placement: PlacementId,
    /// The server's name for it.
    pub id: ServerId,
    /// Octets, as the server tells.
    pub size: u64,
}

/// Where a letter is at the server.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ServerPosition {
    /// Its mailbox; `None` when it is in one of this computer only.
    pub mailbox: Option<MailboxId>,
    /// Its UID there; `None` while unknown.
    pub uid: Option<Uid>,
    /// Its UIDL, if it has one.
    pub uidl: Option<String>,
}

/// Both sides of a row, as far as they decide what is shown.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Standing {
    pub(crate) id: PlacementId,
    pub(crate) account: AccountId,
    pub(crate) letter: LetterId,
    pub(crate) mailbox: MailboxId,
    pub(crate) flags: Flags,
    pub(crate) received: Timestamp,
    pub(crate) truth: Truth,
}

impl Standing {
    pub(crate) fn place(&self) -> Option<Place> {
        place(self.mailbox, self.received, self.flags)
    }
}

pub(crate) fn place(mailbox: MailboxId, received: Timestamp, flags: Flags) -> Option<Place> {
    let shown = !flags.contains(Flags::DELETED);
    shown.then_some(Place {
        mailbox,
        received,
        unread: !flags.contains(Flags::SEEN),
    })
}

pub(crate) const SERVER_LETTERS: &str = "SELECT id, uid, server_flags, keywords, has_body FROM placement WHERE server_mailbox_id = ?1 AND uid > 0 ORDER BY uid";

pub(crate) const UNPLACED: &str =
    "SELECT placement.id, letter.message_id, placement.size, placement.received, letter.digest
    FROM placement JOIN letter ON letter.id = placement.letter_id
    WHERE placement.server_mailbox_id = ?1 AND placement.uid IS NULL";

pub(crate) const MISSING_BODIES: &str = "SELECT id, uid,
        (SELECT uidl FROM uidl WHERE placement_id = placement.id LIMIT 1) AS its_uidl, size
    FROM placement
    WHERE server_mailbox_id = ?1 AND has_body = 0 AND (uid IS NOT NULL OR its_uidl IS NOT NULL)
    ORDER BY received DESC, id DESC LIMIT ?2";

pub(crate) const MISSING_BODY_TOTAL: &str =
    "SELECT count(*), coalesce(sum(size), 0) FROM placement WHERE account_id = ?1 AND has_body = 0";

impl Reader<'_> {
    /// Letters of which the server told a UID in that mailbox, by UID. Those that a pending operation shows
    /// elsewhere are among them; those that it shows here and the server has elsewhere are not.
    pub fn server_letters(&self, mailbox: MailboxId) -> Result<Vec<ServerLetter>> {
        self.all(SERVER_LETTERS, [mailbox.0], |row| {
            Ok(ServerLetter {
                placement: PlacementId(row.get(0)?),
                uid: Uid(row.get(1)?),
                flags: column::flags(row, 2)?,
                keywords: column::keywords(row, 3)?,
                has_body: row.get(4)?,
            })
        })
    }

    /// Letters that are in that mailbox at the server, under a UID that we do not know.
    pub fn unplaced(&self, mailbox: MailboxId) -> Result<Vec<UnplacedLetter>> {
        self.all(UNPLACED, [mailbox.0], |row| {
            Ok(UnplacedLetter {
                placement: PlacementId(row.get(0)?),
                message_id: row.get(1)?,
                size: column::octets(row, 2)?,
                received: column::time(row, 3)?,
                digest: column::digest(row, 4)?,
            })
        })
    }

    /// Letters of that mailbox at the server whose body is not here, newest first, at most `limit`.
    pub fn missing_bodies(&self, mailbox: MailboxId, limit: usize) -> Result<Vec<MissingBody>> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.all(MISSING_BODIES, [mailbox.0, limit], |row| {
            let id = match column::uid(row, 1)? {
                Some(uid) => ServerId::Uid(uid),
                None => ServerId::Uidl(row.get(2)?),
            };
            Ok(MissingBody {
                placement: PlacementId(row.get(0)?),
                id,
                size: column::octets(row, 3)?,
            })
        })
    }

    /// How many bodies of the account are not here, and their octets.
    pub fn missing_body_total(&self, account: AccountId) -> Result<(u64, u64)> {
        let total = self.one(MISSING_BODY_TOTAL, [account.0], |row| {
            Ok((column::octets(row, 0)?, column::octets(row, 1)?))
        })?;
        Ok(total.unwrap_or_default())
    }

    /// Where a letter is at the server.
    pub fn position(&self, placement: PlacementId) -> Result<ServerPosition> {
        let sql = "SELECT iif(mailbox.on_server, mailbox.id, NULL), placement.uid,
                (SELECT uidl FROM uidl WHERE placement_id = placement.id LIMIT 1)
            FROM placement JOIN mailbox ON mailbox.id = placement.server_mailbox_id WHERE placement.id = ?1";
        self.the(
            || format!("letter {placement}"),
            sql,
            [placement.0],
            |row| {
                Ok(ServerPosition {
                    mailbox: row.get::<_, Option<i64>>(0)?.map(MailboxId),
                    uid: column::uid(row, 1)?,
                    uidl: row.get(2)?,
                })
            },
        )
    }

    /// The letter under that UID at the server.
    pub fn placement_at(&self, mailbox: MailboxId, uid: Uid) -> Result<Option<PlacementId>> {
        let sql = "SELECT id FROM placement WHERE server_mailbox_id = ?1 AND uid = ?2";
        self.one(sql, params![mailbox.0, uid.0], |row| row.get(0).map(PlacementId))
    }

    pub(crate) fn find_standing(&self, id: PlacementId) -> Result<Option<Standing>> {
        self.one(
            "SELECT account_id, letter_id, mailbox_id, flags, received, server_mailbox_id, uid, server_flags
             FROM placement WHERE id = ?1",
            [id.0],
            |row| {
                let truth = Truth {
                    mailbox: MailboxId(row.get(5)?),
                    uid: column::uid(row, 6)?,
                    flags: column::flags(row, 7)?,
                };
                Ok(Standing {
                    id,
                    account: AccountId(row.get(0)?),
                    letter: LetterId(row.get(1)?),
                    mailbox: MailboxId(row.get(2)?),
                    flags: column::flags(row, 3)?,
                    received: column::time(row, 4)?,
                    truth,
                })
            },
        )
    }

    pub(crate) fn standing(&self, id: PlacementId) -> Result<Standing> {
        self.find_standing(id)?
            .ok_or_else(|| StoreError::NotFound(format!("letter {id}")))
    }
}

#[cfg(test)]
mod tests;

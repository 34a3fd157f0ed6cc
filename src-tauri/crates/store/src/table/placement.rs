//! Placements: a letter in a mailbox. Two sides stand side by side in a row: what the server said last
//! (`server_mailbox_id`, `uid`, `server_flags`, `server_keywords`) and what is shown (`mailbox_id`, `flags`,
//! `keywords`); `shown.rs` keeps the second true to the first.

mod missing;
mod unplaced;
mod write;

#[cfg(test)]
pub(crate) use missing::{MISSING_BODIES, MISSING_BODY_TOTAL};
#[cfg(test)]
pub(crate) use unplaced::{HAS_UNPLACED, LIKE_STRAY, LIKE_UNPLACED};

pub use missing::MissingBody;
pub use unplaced::Likeness;
pub(crate) use unplaced::like;

use crate::change::Place;
use crate::column;
use crate::shown::{Shown, Truth};
use crate::table::uidl::NewUidl;
use crate::{Reader, Result, StoreError};
use pli_model::{AccountId, Digest, Envelope, Flags, LetterId, MailboxId, PlacementId, Timestamp, Uid};
use rusqlite::{Row, params};

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

/// A letter that was deleted for good, and can be brought back, lives on in its grave.
pub(crate) const FORMAT_2: &str = "
ALTER TABLE placement ADD COLUMN server_keywords TEXT NOT NULL DEFAULT '';
UPDATE placement SET server_keywords = keywords WHERE keywords <> '';
-- In a mailbox that is at the server, and not there itself (yet): a copy that was made here, a letter to be put there.
ALTER TABLE placement ADD COLUMN only_here INTEGER NOT NULL DEFAULT 0;
DROP INDEX placement_without_body_size;
CREATE INDEX placement_without_body_size ON placement (account_id, received, size) WHERE has_body = 0;

DROP TRIGGER placement_removed;
CREATE TRIGGER placement_removed AFTER DELETE ON placement BEGIN
    UPDATE mailbox SET total = total - 1, unread = unread - (OLD.flags & 1 = 0)
    WHERE id = OLD.mailbox_id AND OLD.flags & 16 = 0;
    DELETE FROM letter WHERE id = OLD.letter_id
        AND NOT EXISTS (SELECT 1 FROM placement WHERE letter_id = OLD.letter_id)
        AND NOT EXISTS (SELECT 1 FROM grave WHERE letter_id = OLD.letter_id);
END;
DROP TRIGGER placement_of_other_letter;
CREATE TRIGGER placement_of_other_letter AFTER UPDATE OF letter_id ON placement WHEN OLD.letter_id <> NEW.letter_id BEGIN
    DELETE FROM letter WHERE id = OLD.letter_id
        AND NOT EXISTS (SELECT 1 FROM placement WHERE letter_id = OLD.letter_id)
        AND NOT EXISTS (SELECT 1 FROM grave WHERE letter_id = OLD.letter_id);
END;
";

/// A trigger makes SQLite keep a copy of every page that an INSERT touches: what is added is counted by a statement of its
/// own.
pub(crate) const FORMAT_5: &str = "
DROP TRIGGER placement_added;
";

/// A letter that was found in a mailbox.
#[derive(Debug, Clone)]
pub struct NewPlacement<'a> {
    /// Where: shown there, and the server's position.
    pub mailbox: MailboxId,
    /// IMAP: its UID there.
    pub uid: Option<Uid>,
    /// POP3: its unique-id.
    pub uidl: Option<NewUidl>,
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
    /// The server's name for the content (X-GM-MSGID, or EMAILID of RFC 8474), where it tells one: two placements of
    /// one name are one letter.
    pub object_id: Option<String>,
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
#[derive(Debug, Clone)]
pub(crate) struct Standing {
    pub(crate) id: PlacementId,
    pub(crate) account: AccountId,
    pub(crate) letter: LetterId,
    pub(crate) received: Timestamp,
    pub(crate) shown: Shown,
    pub(crate) truth: Truth,
}

impl Standing {
    pub(crate) fn place(&self) -> Option<Place> {
        place(self.shown.mailbox, self.received, self.shown.flags)
    }
}

/// A row to be written, both of whose sides are the same.
#[derive(Debug)]
pub(crate) struct PlacementRow<'a> {
    pub(crate) letter: LetterId,
    pub(crate) account: AccountId,
    pub(crate) mailbox: MailboxId,
    pub(crate) uid: Option<Uid>,
    pub(crate) flags: Flags,
    pub(crate) keywords: &'a str,
    pub(crate) received: Timestamp,
    pub(crate) size: u64,
    pub(crate) has_body: bool,
    pub(crate) only_here: bool,
}

pub(crate) fn place(mailbox: MailboxId, received: Timestamp, flags: Flags) -> Option<Place> {
    let shown = !flags.contains(Flags::DELETED);
    shown.then_some(Place {
        mailbox,
        received,
        unread: !flags.contains(Flags::SEEN),
    })
}

pub(crate) const SERVER_LETTERS: &str = "SELECT id, uid, server_flags, server_keywords, has_body FROM placement
    WHERE server_mailbox_id = ?1 AND uid > 0 ORDER BY uid";

pub(crate) const SERVER_UIDS: &str = "SELECT uid FROM placement WHERE server_mailbox_id = ?1 AND uid > 0 ORDER BY uid";

pub(crate) const LETTERS_AT: &str = "SELECT placement.id, uid, server_flags, server_keywords, has_body
    FROM json_each(?2) AS asked CROSS JOIN placement ON server_mailbox_id = ?1 AND uid = asked.value";

impl Reader<'_> {
    /// Letters of which the server told a UID in that mailbox, by UID. Those that a pending operation shows
    /// elsewhere are among them; those that it shows here and the server has elsewhere are not.
    pub fn server_letters(&self, mailbox: MailboxId) -> Result<Vec<ServerLetter>> {
        self.all(SERVER_LETTERS, [mailbox.0], server_letter)
    }

    /// The UIDs of [`Self::server_letters`] alone, in ascending order: from an index, at a fraction of the cost.
    pub fn server_uids(&self, mailbox: MailboxId) -> Result<Vec<Uid>> {
        self.all(SERVER_UIDS, [mailbox.0], |row| row.get(0).map(Uid))
    }

    /// Those of [`Self::server_letters`] that have one of these UIDs, in no particular order.
    pub fn letters_at(&self, mailbox: MailboxId, uids: &[Uid]) -> Result<Vec<ServerLetter>> {
        let uids: Vec<u32> = uids.iter().map(|uid| uid.0).collect();
        let asked = serde_json::to_string(&uids).map_err(|error| StoreError::Refused(error.to_string()))?;
        self.all(LETTERS_AT, params![mailbox.0, asked], server_letter)
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

    /// The body of a letter; `None` when only its header is here, or nothing.
    pub fn body_of(&self, placement: PlacementId) -> Result<Option<Digest>> {
        let sql = "SELECT letter.digest FROM placement JOIN letter ON letter.id = placement.letter_id
            WHERE placement.id = ?1";
        Ok(self.one(sql, [placement.0], |row| column::digest(row, 0))?.flatten())
    }

    /// The letter under that UID at the server.
    pub fn placement_at(&self, mailbox: MailboxId, uid: Uid) -> Result<Option<PlacementId>> {
        let sql = "SELECT id FROM placement WHERE server_mailbox_id = ?1 AND uid = ?2";
        self.one(sql, params![mailbox.0, uid.0], |row| row.get(0).map(PlacementId))
    }

    pub(crate) fn find_standing(&self, id: PlacementId) -> Result<Option<Standing>> {
        self.one(
            "SELECT account_id, letter_id, received, mailbox_id, flags, keywords,
                 server_mailbox_id, uid, server_flags, server_keywords, only_here
             FROM placement WHERE id = ?1",
            [id.0],
            |row| {
                Ok(Standing {
                    id,
                    account: AccountId(row.get(0)?),
                    letter: LetterId(row.get(1)?),
                    received: column::time(row, 2)?,
                    shown: Shown {
                        mailbox: MailboxId(row.get(3)?),
                        flags: column::flags(row, 4)?,
                        keywords: row.get(5)?,
                    },
                    truth: Truth {
                        mailbox: MailboxId(row.get(6)?),
                        uid: column::uid(row, 7)?,
                        flags: column::flags(row, 8)?,
                        keywords: row.get(9)?,
                        only_here: row.get(10)?,
                    },
                })
            },
        )
    }

    /// Octets of a letter, and whether its body is here.
    pub(crate) fn size_and_body(&self, id: PlacementId) -> Result<(u64, bool)> {
        let sql = "SELECT size, has_body FROM placement WHERE id = ?1";
        let found = self.one(sql, [id.0], |row| Ok((column::octets(row, 0)?, row.get(1)?)))?;
        Ok(found.unwrap_or_default())
    }

    pub(crate) fn standing(&self, id: PlacementId) -> Result<Standing> {
        self.find_standing(id)?
            .ok_or_else(|| StoreError::NotFound(format!("letter {id}")))
    }
}

fn server_letter(row: &Row<'_>) -> rusqlite::Result<ServerLetter> {
    Ok(ServerLetter {
        placement: PlacementId(row.get(0)?),
        uid: Uid(row.get(1)?),
        flags: column::flags(row, 2)?,
        keywords: column::keywords(row, 3)?,
        has_body: row.get(4)?,
    })
}

#[cfg(test)]
mod tests;

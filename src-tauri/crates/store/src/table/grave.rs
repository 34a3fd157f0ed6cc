//! Graves: letters that were deleted for good and can be brought back for a while.
//!
//! A grave keeps its letter, with its body, when no placement mentions it any more: so what is brought back is the
//! letter itself. It is dug when the expunging is asked for, and goes with its operation's effect, or after
//! [`KEPT_MILLIS`].

use crate::column;
use crate::{Result, Writer};
use pli_model::{AccountId, Flags, LetterId, MailboxId, OperationId, PlacementId, Timestamp};
use rusqlite::params;

use super::placement::PlacementRow;

pub(crate) const CREATE: &str = "
CREATE TABLE grave (
    id           INTEGER PRIMARY KEY,
    operation_id INTEGER NOT NULL REFERENCES operation (id) ON DELETE CASCADE,
    letter_id    INTEGER NOT NULL REFERENCES letter (id),
    -- Where it was shown; the path in case that mailbox is made anew. No foreign key: it may go.
    mailbox_id   INTEGER NOT NULL,
    path         TEXT    NOT NULL,
    flags        INTEGER NOT NULL,
    keywords     TEXT    NOT NULL,
    received     INTEGER NOT NULL,
    size         INTEGER NOT NULL,
    uidl         TEXT,
    -- When it was dug, or its letter expunged at the server.
    since        INTEGER NOT NULL
) STRICT;
CREATE INDEX grave_by_operation ON grave (operation_id);
CREATE INDEX grave_by_letter ON grave (letter_id);
CREATE TRIGGER grave_removed AFTER DELETE ON grave BEGIN
    DELETE FROM letter WHERE id = OLD.letter_id
        AND NOT EXISTS (SELECT 1 FROM placement WHERE letter_id = OLD.letter_id)
        AND NOT EXISTS (SELECT 1 FROM grave WHERE letter_id = OLD.letter_id);
END;
";

/// How long a letter can be brought back.
const KEPT_MILLIS: i64 = 24 * 60 * 60 * 1000;

/// What came out of the graves of an operation.
#[derive(Debug, Default)]
pub(crate) struct Risen {
    pub(crate) placements: Vec<PlacementId>,
    /// Those of them that the server is to be given again.
    pub(crate) only_here: Vec<PlacementId>,
    /// How many could not be brought back: there is no body here, or no mailbox to put them.
    pub(crate) lost: u32,
}

struct Grave {
    letter: LetterId,
    mailbox: MailboxId,
    path: String,
    flags: Flags,
    keywords: String,
    received: Timestamp,
    size: u64,
    uidl: Option<String>,
    has_body: bool,
}

impl Writer<'_> {
    /// Before the operation hides or removes the letter.
    pub(crate) fn dig_grave(&mut self, operation: OperationId, placement: PlacementId) -> Result<()> {
        let now = self.now;
        self.execute(
            "INSERT INTO grave (operation_id, letter_id, mailbox_id, path, flags, keywords, received, size, uidl, since)
             SELECT ?1, placement.letter_id, mailbox.id, mailbox.path, placement.flags & ~16, placement.keywords,
                 placement.received, placement.size,
                 (SELECT uidl FROM uidl WHERE placement_id = placement.id LIMIT 1), ?3
             FROM placement JOIN mailbox ON mailbox.id = placement.mailbox_id WHERE placement.id = ?2",
            params![operation.0, placement.0, now.0],
        )?;
        Ok(())
    }

    /// Brings back the letters of an operation: each is a new placement, where the old one was shown.
    pub(crate) fn raise_graves(&mut self, operation: OperationId, account: AccountId) -> Result<Risen> {
        let graves = self.all(
            "SELECT grave.letter_id, grave.mailbox_id, grave.path, grave.flags, grave.keywords, grave.received,
                 grave.size, grave.uidl, letter.digest IS NOT NULL
             FROM grave JOIN letter ON letter.id = grave.letter_id WHERE grave.operation_id = ?1 ORDER BY grave.id",
            [operation.0],
            |row| {
                Ok(Grave {
                    letter: LetterId(row.get(0)?),
                    mailbox: MailboxId(row.get(1)?),
                    path: row.get(2)?,
                    flags: column::flags(row, 3)?,
                    keywords: row.get(4)?,
                    received: column::time(row, 5)?,
                    size: column::octets(row, 6)?,
                    uidl: row.get(7)?,
                    has_body: row.get(8)?,
                })
            },
        )?;
        let pop3 = self.account(account)?.protocol == pli_model::Protocol::Pop3;
        let mut risen = Risen::default();
        for grave in graves {
            let Some(mailbox) = self.mailbox_of_grave(account, &grave)? else {
                risen.lost += 1;
                continue;
            };
            let only_here = !pop3 && mailbox.on_server;
            if only_here && !grave.has_body {
                risen.lost += 1;
                continue;
            }
            let id = self.raise(account, mailbox.id, &grave, only_here)?;
            risen.placements.push(id);
            if only_here {
                risen.only_here.push(id);
            }
        }
        self.drop_graves(operation)?;
        Ok(risen)
    }

    fn raise(&mut self, account: AccountId, mailbox: MailboxId, grave: &Grave, only_here: bool) -> Result<PlacementId> {
        let id = self.insert_placement(&PlacementRow {
            letter: grave.letter,
            account,
            mailbox,
            uid: None,
            flags: grave.flags,
            keywords: &grave.keywords,
            received: grave.received,
            size: grave.size,
            has_body: grave.has_body,
            only_here,
        })?;
        if let Some(uidl) = &grave.uidl {
            self.restore_uidl(account, uidl, id)?;
        }
        Ok(id)
    }

    fn mailbox_of_grave(&self, account: AccountId, grave: &Grave) -> Result<Option<crate::Mailbox>> {
        let same = self.find_mailbox(grave.mailbox)?;
        let found = same.map_or_else(|| self.mailbox_at(account, &grave.path), |mailbox| Ok(Some(mailbox)))?;
        Ok(found.filter(|mailbox| mailbox.account == account && mailbox.selectable))
    }

    /// Its letter was expunged at the server just now: from now on it is kept for its time.
    pub(crate) fn age_graves(&mut self, operation: OperationId) -> Result<()> {
        let now = self.now;
        self.execute(
            "UPDATE grave SET since = ?2 WHERE operation_id = ?1",
            [operation.0, now.0],
        )?;
        Ok(())
    }

    pub(crate) fn drop_graves(&mut self, operation: OperationId) -> Result<()> {
        self.execute("DELETE FROM grave WHERE operation_id = ?1", [operation.0])?;
        Ok(())
    }

    /// While its operation is unfinished a grave stays, however old.
    pub(crate) fn forget_old_graves(&mut self) -> Result<()> {
        let before = self.now.plus_millis(-KEPT_MILLIS);
        self.execute(
            "DELETE FROM grave WHERE since < ?1
                 AND (SELECT state FROM operation WHERE id = grave.operation_id) NOT IN ('queued', 'parked')",
            [before.0],
        )?;
        Ok(())
    }
}

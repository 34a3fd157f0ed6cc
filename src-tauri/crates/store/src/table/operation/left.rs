//! What a move by COPY left behind: the server has the letter at the target, and still where it came from, until it is
//! expunged there. Where that is stands with the operation, written when an attempt began.

use super::{UNFINISHED, is_pending};
use crate::column;
use crate::table::placement::{Likeness, like};
use crate::{Reader, Result, Writer};
use pli_model::{MailboxId, PlacementId, Uid};
use rusqlite::params;
use std::sync::LazyLock;

pub(crate) const HAS_BEGUN_MOVES: &str = "
    SELECT 1 FROM operation CROSS JOIN operation_letter ON operation_letter.operation_id = operation.id
    WHERE operation.account_id = (SELECT account_id FROM mailbox WHERE id = ?1)
        AND operation.state IN ('queued', 'parked') AND operation.kind = 'move' AND operation.attempted = 1
        AND operation_letter.from_mailbox_id = ?1
    LIMIT 1";

/// A letter that is at the target of a move which was begun in mailbox `?1`, under a UID there that is void.
pub(crate) static LIKE_LEFT: LazyLock<String> = LazyLock::new(|| {
    let has_been_moved = is_pending(
        "operation.kind = 'move' AND operation.attempted = 1 AND operation.target_mailbox_id = placement.server_mailbox_id
             AND operation_letter.from_mailbox_id = ?1 AND operation_letter.from_uid IS NULL",
    );
    like(&format!(
        "placement.server_mailbox_id <> ?1 AND placement.uid IS NOT NULL AND {has_been_moved}"
    ))
});

impl Reader<'_> {
    /// Whether any unfinished move was begun with letters of that mailbox.
    pub fn has_begun_moves(&self, mailbox: MailboxId) -> Result<bool> {
        Ok(self.one(HAS_BEGUN_MOVES, [mailbox.0], |_| Ok(()))?.is_some())
    }

    /// The letter of ours that a move has brought to its target and left behind in that mailbox, if what turned up there now
    /// is that: UIDVALIDITY changed meanwhile, so that it has another UID. [`crate::Writer::set_origin`] says so.
    pub fn left_behind(&self, mailbox: MailboxId, like: Likeness<'_>) -> Result<Option<PlacementId>> {
        self.recognise(&LIKE_LEFT, mailbox, like)
    }

    /// Where an unfinished move began that has brought the letter into that mailbox.
    pub(crate) fn origin(&self, letter: PlacementId, mailbox: MailboxId) -> Result<Option<(MailboxId, Uid)>> {
        let sql = format!(
            "SELECT operation_letter.from_mailbox_id, operation_letter.from_uid
             FROM operation_letter CROSS JOIN operation NOT INDEXED ON operation.id = operation_letter.operation_id
             WHERE operation_letter.placement_id = ?1 AND operation.state IN {UNFINISHED} AND operation.kind = 'move'
                 AND operation.attempted = 1 AND operation.target_mailbox_id = ?2
                 AND operation_letter.from_mailbox_id <> ?2 AND operation_letter.from_uid > 0
             ORDER BY operation_letter.operation_id LIMIT 1"
        );
        let origin = self.one(&sql, [letter.0, mailbox.0], |row| {
            Ok(Some(MailboxId(row.get(0)?)).zip(column::uid(row, 1)?))
        })?;
        Ok(origin.flatten())
    }
}

impl Writer<'_> {
    /// UIDVALIDITY of the mailbox changed: another letter may have the UID from which a move began.
    pub(crate) fn forget_origins(&mut self, mailbox: MailboxId) -> Result<()> {
        self.execute(
            "UPDATE operation_letter SET from_uid = NULL WHERE from_mailbox_id = ?1",
            [mailbox.0],
        )?;
        Ok(())
    }

    /// The letter has, or had, that UID in that mailbox: a move that began there, and does not know it any more, began
    /// with it.
    pub fn set_origin(&mut self, letter: PlacementId, mailbox: MailboxId, uid: Uid) -> Result<()> {
        self.execute(
            "UPDATE operation_letter SET from_uid = ?3
             WHERE placement_id = ?1 AND from_mailbox_id = ?2 AND from_uid IS NULL",
            params![letter.0, mailbox.0, uid.0],
        )?;
        Ok(())
    }
}

//! Letters that are, or may be, in a mailbox at the server without our knowing their UID there.

use crate::column;
use crate::{Reader, Result};
use pli_model::{Digest, MailboxId, PlacementId, Timestamp};
use rusqlite::Row;

/// How a letter may have come to be where the server has not told its UID.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Arrival {
    /// It is there: UIDVALIDITY changed, or the server said no UID when it put it there, or it came by POP3.
    Settled,
    /// A move into it was begun and not finished: it is there, or where it was.
    Move,
    /// A copy was begun and not finished.
    Copy,
    /// Putting it there was begun and not finished.
    Append,
}

/// A letter to be recognised when the server lists one that we do not know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnplacedLetter {
    /// Which.
    pub placement: PlacementId,
    /// How it may have come there. All but the first may as well not be there.
    pub arrival: Arrival,
    /// Its Message-ID; may be empty.
    pub message_id: String,
    /// Octets.
    pub size: u64,
    /// When it was received.
    pub received: Timestamp,
    /// Its body, if here.
    pub digest: Option<Digest>,
}

/// Not among them: what exists only here and was never begun to be put there. A letter like it that the server lists
/// is another one.
pub(crate) const UNPLACED: &str = "
    SELECT placement.id, 'settled', letter.message_id, placement.size, placement.received, letter.digest
    FROM placement JOIN letter ON letter.id = placement.letter_id
    WHERE placement.server_mailbox_id = ?1 AND placement.uid IS NULL AND placement.only_here = 0
    UNION ALL
    SELECT placement.id, operation.kind, letter.message_id, placement.size, placement.received, letter.digest
    FROM placement JOIN letter ON letter.id = placement.letter_id
    CROSS JOIN operation_letter ON operation_letter.placement_id = placement.id
    CROSS JOIN operation NOT INDEXED ON operation.id = operation_letter.operation_id
    WHERE placement.server_mailbox_id = ?1 AND placement.uid IS NULL AND placement.only_here = 1
        AND operation.kind IN ('copy', 'append') AND operation.attempted = 1 AND operation.state IN ('queued', 'parked')
    UNION ALL
    SELECT placement.id, operation.kind, letter.message_id, placement.size, placement.received, letter.digest
    FROM operation CROSS JOIN operation_letter ON operation_letter.operation_id = operation.id
    CROSS JOIN placement ON placement.id = operation_letter.placement_id
    JOIN letter ON letter.id = placement.letter_id
    WHERE operation.target_mailbox_id = ?1 AND operation.kind = 'move' AND operation.attempted = 1
        AND operation.state IN ('queued', 'parked') AND placement.server_mailbox_id <> ?1";

/// Letters that the server had elsewhere before the account was changed to IMAP, and that were not found there. Not among
/// them: what a person puts onto the server anew.
const STRAYS: &str = "
    SELECT placement.id, 'settled', letter.message_id, placement.size, placement.received, letter.digest
    FROM mailbox AS here JOIN mailbox AS other ON other.account_id = here.account_id AND other.id <> here.id
    JOIN placement ON placement.server_mailbox_id = other.id AND placement.uid IS NULL
    JOIN letter ON letter.id = placement.letter_id
    WHERE here.id = ?1 AND letter.message_id <> ''
        AND (EXISTS (SELECT 1 FROM anchor WHERE placement_id = placement.id)
            OR EXISTS (SELECT 1 FROM uidl WHERE placement_id = placement.id))
        AND NOT EXISTS (
            SELECT 1 FROM operation_letter JOIN operation ON operation.id = operation_letter.operation_id
            WHERE operation_letter.placement_id = placement.id AND operation.kind IN ('copy', 'append')
                AND operation.state IN ('queued', 'parked'))";

impl Reader<'_> {
    /// Letters that are, or may be, in that mailbox at the server under a UID that we do not know. A letter of the
    /// same Message-ID and size that turns up there is one of these: [`crate::Writer::set_position`] says so.
    pub fn unplaced(&self, mailbox: MailboxId) -> Result<Vec<UnplacedLetter>> {
        self.all(UNPLACED, [mailbox.0], unplaced)
    }

    /// Letters of other mailboxes that others may have moved into that one while the account was read by POP3. One of the
    /// same Message-ID and size that turns up there is one of these: [`crate::Writer::find_again`] says so.
    pub fn strays(&self, mailbox: MailboxId) -> Result<Vec<UnplacedLetter>> {
        self.all(STRAYS, [mailbox.0], unplaced)
    }
}

fn unplaced(row: &Row<'_>) -> rusqlite::Result<UnplacedLetter> {
    Ok(UnplacedLetter {
        placement: PlacementId(row.get(0)?),
        arrival: column::word(row, 1, arrival)?,
        message_id: row.get(2)?,
        size: column::octets(row, 3)?,
        received: column::time(row, 4)?,
        digest: column::digest(row, 5)?,
    })
}

fn arrival(word: &str) -> Option<Arrival> {
    match word {
        "settled" => Some(Arrival::Settled),
        "move" => Some(Arrival::Move),
        "copy" => Some(Arrival::Copy),
        "append" => Some(Arrival::Append),
        _ => None,
    }
}

//! What may run now, and how attempts are written down.

use super::operation;
use crate::change::Change;
use crate::column;
use crate::table::placement::ServerPosition;
use crate::{Reader, Result, Writer};
use pli_model::{AccountId, MailboxId, Operation, OperationId, PlacementId, Timestamp, Uid};
use rusqlite::{Row, params};
use std::collections::HashSet;

/// An operation whose turn it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingOperation {
    /// Which.
    pub id: OperationId,
    /// What is to be done.
    pub operation: Operation,
    /// On which letters, and where the server has them.
    pub letters: Vec<PendingLetter>,
    /// Whether an attempt was begun before: then the server may have done it, or a part of it, already.
    pub attempted: bool,
    /// How often it was tried in vain.
    pub attempts: u32,
}

/// A letter of an operation whose turn it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingLetter {
    /// Which. Of a copy: the copy.
    pub placement: PlacementId,
    /// Where it is at the server, by our knowledge; no mailbox when it is on this computer only. Of a copy, and of what is
    /// to be put there: where it is to be; it is there once its UID is known.
    pub position: ServerPosition,
    /// Where it was at the server when an attempt was last begun (of a copy: that of which it is one), as far as that
    /// was known. No UID when that is void, for UIDVALIDITY changed.
    pub begun_at: Option<(MailboxId, Option<Uid>)>,
    /// Of a copy: where that of which it is one is now; `None` when that is gone.
    pub source: Option<ServerPosition>,
}

/// Every unfinished operation with its letters, oldest first; whether it is due is decided as they come.
pub(crate) const DUE: &str = "
    SELECT operation.kind, operation.target_mailbox_id, operation.flags_add, operation.flags_remove,
        operation.keywords_add, operation.keywords_remove,
        operation.id, operation.attempted, operation.attempts,
        operation.state = 'queued' AND operation.not_before <= ?2
            AND NOT (home.on_server = 1 AND home.server_path = '')
            AND NOT EXISTS (SELECT 1 FROM mailbox AS target WHERE target.id = operation.target_mailbox_id
                AND target.on_server = 1 AND target.server_path = '') AS is_ready,
        letter.placement_id, letter.from_mailbox_id, letter.from_uid, letter.source_id,
        iif(home.on_server AND (NOT placement.only_here OR operation.kind IN ('copy', 'append')), home.id, NULL),
        placement.uid,
        (SELECT uidl FROM uidl WHERE placement_id = letter.placement_id LIMIT 1),
        iif(source_home.on_server, source_home.id, NULL), source.uid,
        (SELECT uidl FROM uidl WHERE placement_id = letter.source_id LIMIT 1)
    FROM operation
    CROSS JOIN operation_letter AS letter ON letter.operation_id = operation.id
    CROSS JOIN placement ON placement.id = letter.placement_id
    CROSS JOIN mailbox AS home ON home.id = placement.server_mailbox_id
    LEFT JOIN placement AS source ON source.id = letter.source_id
    LEFT JOIN mailbox AS source_home ON source_home.id = source.server_mailbox_id
    WHERE operation.account_id = ?1 AND operation.state IN ('queued', 'parked')
    ORDER BY operation.id";

impl Reader<'_> {
    /// The operations that may run at `now`, oldest first, at most `limit`. One waits while an earlier one on one of
    /// its letters (of a copy: also on that of which it is one) is unfinished, or a mailbox is not there yet; others
    /// overtake it. So those returned touch different letters, and may run in any order.
    pub fn due_operations(&self, account: AccountId, now: Timestamp, limit: usize) -> Result<Vec<PendingOperation>> {
        let mut queue = Queue::default();
        let mut statement = self.mail.prepare_cached(DUE)?;
        let mut rows = statement.query(params![account.0, now.0])?;
        while queue.due.len() < limit
            && let Some(row) = rows.next()?
        {
            queue.take(row)?;
        }
        queue.finish();
        queue.due.truncate(limit);
        Ok(queue.due)
    }
}

/// Takes rows in the order of operations.
#[derive(Default)]
struct Queue {
    due: Vec<PendingOperation>,
    /// Letters on which an operation looked at before is unfinished.
    busy: HashSet<PlacementId>,
    current: Option<Candidate>,
}

struct Candidate {
    operation: PendingOperation,
    is_ready: bool,
    touched: Vec<PlacementId>,
}

impl Queue {
    fn take(&mut self, row: &Row<'_>) -> rusqlite::Result<()> {
        let id = OperationId(row.get(6)?);
        let candidate = match self.current.take_if(|candidate| candidate.operation.id == id) {
            Some(candidate) => self.current.insert(candidate),
            None => {
                self.finish();
                self.current.insert(Candidate::read(id, row)?)
            }
        };
        candidate.add(row)
    }

    fn finish(&mut self) {
        let Some(candidate) = self.current.take() else { return };
        let is_free = candidate.touched.iter().all(|letter| !self.busy.contains(letter));
        self.busy.extend(candidate.touched);
        if is_free && candidate.is_ready {
            self.due.push(candidate.operation);
        }
    }
}

impl Candidate {
    fn read(id: OperationId, row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            operation: PendingOperation {
                id,
                operation: operation(row, 0)?,
                letters: Vec::new(),
                attempted: row.get(7)?,
                attempts: row.get(8)?,
            },
            is_ready: true,
            touched: Vec::new(),
        })
    }

    fn add(&mut self, row: &Row<'_>) -> rusqlite::Result<()> {
        let placement = PlacementId(row.get(10)?);
        let source = row.get::<_, Option<i64>>(13)?.map(PlacementId);
        self.is_ready &= row.get::<_, bool>(9)?;
        self.touched.push(placement);
        self.touched.extend(source);
        let (from, uid) = (row.get::<_, Option<i64>>(11)?.map(MailboxId), column::uid(row, 12)?);
        self.operation.letters.push(PendingLetter {
            placement,
            position: position(row, 14)?,
            begun_at: from.map(|mailbox| (mailbox, uid)),
            source: source.map(|_| position(row, 17)).transpose()?,
        });
        Ok(())
    }
}

/// Three columns from `first` on: mailbox, UID, UIDL.
fn position(row: &Row<'_>, first: usize) -> rusqlite::Result<ServerPosition> {
    Ok(ServerPosition {
        mailbox: row.get::<_, Option<i64>>(first)?.map(MailboxId),
        uid: column::uid(row, first + 1)?,
        uidl: row.get(first + 2)?,
    })
}

impl Writer<'_> {
    /// An attempt begins: written before its first byte goes out, with where each letter is at the server, so that
    /// an attempt whose answer is lost can be finished.
    pub fn begin(&mut self, operations: &[OperationId]) -> Result<()> {
        for id in operations {
            self.execute(
                "UPDATE operation SET attempted = 1 WHERE id = ?1 AND state IN ('queued', 'parked')",
                [id.0],
            )?;
            // What is not known now may have been known at the last attempt. What is at a move's target already began
            // elsewhere, where it may have been left behind.
            self.execute(
                "UPDATE operation_letter SET (from_mailbox_id, from_uid) = (
                     SELECT server_mailbox_id, uid FROM placement WHERE id = coalesce(source_id, placement_id))
                 WHERE operation_id = ?1 AND EXISTS (
                     SELECT 1 FROM placement WHERE id = coalesce(source_id, placement_id) AND uid IS NOT NULL
                         AND NOT EXISTS (SELECT 1 FROM operation WHERE id = ?1 AND kind = 'move'
                             AND target_mailbox_id = placement.server_mailbox_id))",
                [id.0],
            )?;
        }
        Ok(())
    }

    /// It did not work this time: not again before `until`.
    pub fn postpone(&mut self, id: OperationId, until: Timestamp, why: &str) -> Result<()> {
        let account = self.operation(id)?.account;
        self.execute(
            "UPDATE operation SET attempts = attempts + 1, not_before = ?2, error = ?3 WHERE id = ?1 AND state = 'queued'",
            params![id.0, until.0, why],
        )?;
        self.note(Change::Operations(account));
        Ok(())
    }

    /// Waits for a person from now on.
    pub fn park(&mut self, id: OperationId, why: &str) -> Result<()> {
        let account = self.operation(id)?.account;
        self.execute(
            "UPDATE operation SET state = 'parked', error = ?2 WHERE id = ?1 AND state = 'queued'",
            params![id.0, why],
        )?;
        self.note(Change::Operations(account));
        Ok(())
    }

    /// The account is signed in again: its parked operations may run at once.
    pub fn unpark(&mut self, account: AccountId) -> Result<()> {
        let mut unparked = 0;
        for sql in [
            "UPDATE operation SET state = 'queued', not_before = 0, error = ''
             WHERE account_id = ?1 AND state = 'parked'",
            "UPDATE mailbox_operation SET state = 'queued', not_before = 0, error = ''
             WHERE account_id = ?1 AND state = 'parked'",
        ] {
            unparked += self.execute(sql, [account.0])?;
        }
        if unparked > 0 {
            self.note(Change::Operations(account));
        }
        Ok(())
    }
}

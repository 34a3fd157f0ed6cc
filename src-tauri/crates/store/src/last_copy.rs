//! The only-copy guard: which letters exist on this computer only, as far as Pli knows, and the refusal to destroy the last
//! copy of one that nobody has agreed to lose.
//!
//! An IMAP server has what stands in one of its mailboxes and is not marked as only here. A POP3 server has what its last
//! session that ended well listed. Where that is in doubt the letter counts as only here: asking once too often costs
//! less than a letter. What has no body here is no copy.

use crate::table::operation::is_pending;
use crate::{Reader, Result, StoreError};
use pli_model::{AccountId, LeaveOnServer, LetterId, PlacementId, Protocol};
use std::collections::HashMap;

/// Whether a letter is on this computer only, of a row of `placement`.
pub(crate) const ONLY_HERE: &str = "(placement.has_body = 1 AND iif(
    (SELECT protocol FROM account WHERE id = placement.account_id) = 'pop3',
    NOT EXISTS (SELECT 1 FROM uidl WHERE uidl.placement_id = placement.id AND uidl.copy = 'listed'),
    placement.only_here = 1 OR NOT (SELECT on_server FROM mailbox WHERE id = placement.server_mailbox_id)))";

/// Copies of a letter: how many there are, and how many of them are on this computer only.
#[derive(Debug, Clone, Copy, Default)]
struct Copies {
    all: u32,
    only_here: u32,
    /// Of those, how many are to be destroyed.
    doomed: u32,
}

impl Reader<'_> {
    /// How many letters would exist nowhere any more, as far as is known, without these placements.
    pub fn last_copies(&self, doomed: &[PlacementId]) -> Result<u32> {
        let mut letters: HashMap<LetterId, Copies> = HashMap::new();
        for placement in doomed {
            let sql = "SELECT letter_id FROM placement WHERE id = ?1";
            let Some(letter) = self.one(sql, [placement.0], |row| row.get(0).map(LetterId))? else {
                continue;
            };
            let copies = match letters.get_mut(&letter) {
                Some(copies) => copies,
                None => letters.entry(letter).or_insert(self.copies_of(letter)?),
            };
            copies.doomed += 1;
        }
        let is_lost = |copies: &&Copies| copies.only_here == copies.all && copies.doomed == copies.all;
        Ok(count(letters.values().filter(is_lost).count()))
    }

    fn copies_of(&self, letter: LetterId) -> Result<Copies> {
        let sql = format!("SELECT count(*), coalesce(sum({ONLY_HERE}), 0) FROM placement WHERE letter_id = ?1");
        let found = self.one(&sql, [letter.0], |row| {
            Ok(Copies {
                all: row.get(0)?,
                only_here: row.get(1)?,
                doomed: 0,
            })
        })?;
        Ok(found.unwrap_or_default())
    }

    /// How many letters of the account exist on this computer only.
    pub fn only_here_count(&self, account: AccountId) -> Result<u32> {
        let sql = format!(
            "SELECT count(*) FROM (SELECT 1 FROM placement WHERE account_id = ?1
                 GROUP BY letter_id HAVING min({ONLY_HERE}) = 1)"
        );
        Ok(self.one(&sql, [account.0], |row| row.get(0))?.unwrap_or(0))
    }

    /// Letters of an IMAP account that exist on this computer only, and for which nothing waits: they can be put on the
    /// server.
    pub fn uploadable(&self, account: AccountId) -> Result<Vec<PlacementId>> {
        if self.account(account)?.protocol != Protocol::Imap {
            return Ok(Vec::new());
        }
        let is_awaited = is_pending("true");
        let sql = format!(
            "SELECT placement.id FROM placement WHERE letter_id IN (
                 SELECT letter_id FROM placement WHERE account_id = ?1 GROUP BY letter_id HAVING min({ONLY_HERE}) = 1)
             AND NOT {is_awaited} ORDER BY placement.id"
        );
        self.all(&sql, [account.0], |row| row.get(0).map(PlacementId))
    }

    /// How many drafts of the account there are, and letters that have not been sent.
    pub fn unsent_count(&self, account: AccountId) -> Result<u32> {
        let sql = "SELECT (SELECT count(*) FROM draft WHERE account_id = ?1)
            + (SELECT count(*) FROM outbox WHERE account_id = ?1 AND state <> 'sent')";
        Ok(self.one(sql, [account.0], |row| row.get(0))?.unwrap_or(0))
    }

    /// How many letters that were deleted here, and that the server may have still, a choice would delete there too.
    pub fn last_copies_left(&self, account: AccountId, leave: LeaveOnServer) -> Result<u32> {
        if leave == LeaveOnServer::Everything || self.account(account)?.protocol != Protocol::Pop3 {
            return Ok(0);
        }
        let sql = "SELECT count(*) FROM uidl WHERE account_id = ?1 AND deleted = 1 AND copy <> 'gone'";
        Ok(self.one(sql, [account.0], |row| row.get(0))?.unwrap_or(0))
    }
}

/// Refuses to destroy more last copies than a person has agreed to lose.
pub fn guard(doomed: u32, agreed: u32) -> Result<()> {
    match doomed > agreed {
        true => Err(StoreError::LastCopies(doomed)),
        false => Ok(()),
    }
}

fn count(len: usize) -> u32 {
    u32::try_from(len).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests;

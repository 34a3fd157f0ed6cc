//! Letters whose body is still to be fetched.

use super::ServerId;
use crate::column;
use crate::{Reader, Result};
use pli_model::{AccountId, MailboxId, PlacementId, Timestamp};
use rusqlite::params;
use std::collections::HashMap;

/// A letter whose body is still to be fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingBody {
    /// Which.
    pub placement: PlacementId,
    /// The server's name for it.
    pub id: ServerId,
    /// Octets, as the server tells.
    pub size: u64,
    /// Octets that are here already, from its beginning on without a gap.
    pub have: u64,
}

pub(crate) const MISSING_BODIES: &str = "SELECT id, uid,
        (SELECT uidl FROM uidl WHERE placement_id = placement.id LIMIT 1) AS its_uidl, size
    FROM placement
    WHERE server_mailbox_id = ?1 AND has_body = 0 AND received >= ?3 AND (uid IS NOT NULL OR its_uidl IS NOT NULL)
    ORDER BY received DESC, id DESC LIMIT ?2";

pub(crate) const MISSING_BODY_TOTAL: &str =
    "SELECT count(*), coalesce(sum(size), 0) FROM placement WHERE account_id = ?1 AND has_body = 0 AND received >= ?2";

impl Reader<'_> {
    /// Letters of that mailbox at the server whose body is not here, newest first, at most `limit`; with `since`, those
    /// received then or later.
    pub fn missing_bodies(
        &self,
        mailbox: MailboxId,
        since: Option<Timestamp>,
        limit: usize,
    ) -> Result<Vec<MissingBody>> {
        let validity = self.mailbox(mailbox)?.known.uid_validity;
        let pieces = validity.map_or_else(|| Ok(HashMap::new()), |validity| self.pieces_in(mailbox, validity))?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        self.all(MISSING_BODIES, params![mailbox.0, limit, from(since)], |row| {
            let uid = column::uid(row, 1)?;
            Ok(MissingBody {
                placement: PlacementId(row.get(0)?),
                id: match uid {
                    Some(uid) => ServerId::Uid(uid),
                    None => ServerId::Uidl(row.get(2)?),
                },
                size: column::octets(row, 3)?,
                have: uid.and_then(|uid| pieces.get(&uid).copied()).unwrap_or_default(),
            })
        })
    }

    /// How many bodies of the account are not here, and their octets; with `since`, of letters received then or later.
    pub fn missing_body_total(&self, account: AccountId, since: Option<Timestamp>) -> Result<(u64, u64)> {
        let total = self.one(MISSING_BODY_TOTAL, [account.0, from(since)], |row| {
            Ok((column::octets(row, 0)?, column::octets(row, 1)?))
        })?;
        Ok(total.unwrap_or_default())
    }

    /// How many letters of the account are here whole.
    pub fn body_count(&self, account: AccountId) -> Result<u64> {
        let sql = "SELECT count(*) FROM placement WHERE account_id = ?1 AND has_body = 1";
        Ok(self.one(sql, [account.0], |row| column::octets(row, 0))?.unwrap_or(0))
    }
}

fn from(since: Option<Timestamp>) -> i64 {
    since.map_or(i64::MIN, |since| since.0)
}

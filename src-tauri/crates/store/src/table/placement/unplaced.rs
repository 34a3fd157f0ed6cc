//! Letters that are, or may be, in a mailbox at the server without our knowing their UID there.

use crate::column::{self, from_octets};
use crate::table::operation::is_pending;
use crate::{Reader, Result};
use pli_model::{Digest, MailboxId, PlacementId, Timestamp};
use rusqlite::params;
use std::sync::LazyLock;

/// By what a letter is recognised that the server lists and that we do not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Likeness<'a> {
    /// Its Message-ID. Where it has none, `Date` and `Subject` are to be the same: size alone would be a guess.
    pub message_id: &'a str,
    /// `Date`.
    pub date: Option<Timestamp>,
    /// `Subject`.
    pub subject: &'a str,
    /// Octets.
    pub size: u64,
    /// Its body, if that came with it: where both bodies are here they decide.
    pub digest: Option<Digest>,
}

/// Whether a row of `placement` is, or may be, in mailbox `?1` at the server. It is there: UIDVALIDITY changed, or the server
/// said no UID when it put it there, or it came by POP3. It may be: a copy, an append or a move into it was begun and not
/// finished. Not: what exists only here and was never begun to be put there; a letter like it is another one.
static IS_UNPLACED: LazyLock<String> = LazyLock::new(|| {
    let may_be_put_there = is_pending("operation.attempted = 1 AND operation.kind IN ('copy', 'append')");
    let may_have_moved_there =
        is_pending("operation.attempted = 1 AND operation.kind = 'move' AND operation.target_mailbox_id = ?1");
    format!(
        "iif(placement.server_mailbox_id = ?1,
             placement.uid IS NULL AND (placement.only_here = 0 OR {may_be_put_there}),
             {may_have_moved_there})"
    )
});

pub(crate) static HAS_UNPLACED: LazyLock<String> = LazyLock::new(|| {
    let is_unplaced = &*IS_UNPLACED;
    format!(
        "SELECT 1 FROM placement WHERE server_mailbox_id = ?1 AND uid IS NULL AND {is_unplaced}
         UNION ALL
         SELECT 1 FROM operation CROSS JOIN operation_letter ON operation_letter.operation_id = operation.id
         CROSS JOIN placement ON placement.id = operation_letter.placement_id
         WHERE operation.target_mailbox_id = ?1 AND placement.server_mailbox_id <> ?1 AND {is_unplaced}
         LIMIT 1"
    )
});

pub(crate) static LIKE_UNPLACED: LazyLock<String> = LazyLock::new(|| like(&IS_UNPLACED));

/// A letter that the server had before the account was changed to IMAP and that was not found since, where it was or
/// elsewhere. Not: what a person puts onto the server anew.
pub(crate) static LIKE_STRAY: LazyLock<String> = LazyLock::new(|| {
    let is_put_there = is_pending("operation.kind IN ('copy', 'append')");
    like(&format!(
        "placement.uid IS NULL AND (placement.server_mailbox_id <> ?1 OR placement.only_here = 1)
             AND (EXISTS (SELECT 1 FROM anchor WHERE placement_id = placement.id)
                 OR EXISTS (SELECT 1 FROM uidl WHERE placement_id = placement.id))
             AND NOT {is_put_there}"
    ))
});

/// `?1`: mailbox, `?2`: Message-ID, `?3`: octets, `?4`: date, `?5`: subject.
pub(crate) fn like(condition: &str) -> String {
    format!(
        "SELECT placement.id, letter.digest, placement.server_mailbox_id <> ?1 FROM letter CROSS JOIN placement ON placement.letter_id = letter.id
         WHERE letter.account_id = (SELECT account_id FROM mailbox WHERE id = ?1) AND letter.message_id = ?2
             AND (?2 <> '' OR (letter.date IS ?4 AND letter.subject = ?5)) AND placement.size = ?3 AND {condition}"
    )
}

impl Reader<'_> {
    /// Whether any letter of ours is, or may be, in that mailbox at the server under a UID that we do not know.
    pub fn has_unplaced(&self, mailbox: MailboxId) -> Result<bool> {
        Ok(self.one(&HAS_UNPLACED, [mailbox.0], |_| Ok(()))?.is_some())
    }

    /// The letter that turned up in that mailbox at the server, if it is ours and we did not know its UID there:
    /// [`crate::Writer::set_position`] says so.
    pub fn unplaced(&self, mailbox: MailboxId, like: Likeness<'_>) -> Result<Option<PlacementId>> {
        self.recognise(&LIKE_UNPLACED, mailbox, like)
    }

    /// The letter that turned up in that mailbox at the server, if it is one that others have moved there while the account
    /// was read by POP3, or since: [`crate::Writer::find_again`] says so.
    pub fn stray(&self, mailbox: MailboxId, like: Likeness<'_>) -> Result<Option<PlacementId>> {
        match like.message_id {
            "" => Ok(None),
            _ => self.recognise(&LIKE_STRAY, mailbox, like),
        }
    }

    /// One of the same body before one of which either body is not here; one of that mailbox before one that a move may have
    /// brought there.
    pub(crate) fn recognise(&self, sql: &str, mailbox: MailboxId, like: Likeness<'_>) -> Result<Option<PlacementId>> {
        let Likeness {
            message_id, subject, ..
        } = like;
        let date = like.date.map(|date| date.0);
        let values = params![mailbox.0, message_id, from_octets(like.size), date, subject];
        let mut alike = self.all(sql, values, |row| {
            Ok((
                PlacementId(row.get(0)?),
                column::digest(row, 1)?,
                row.get::<_, bool>(2)?,
            ))
        })?;
        alike.sort_by_key(|(.., is_elsewhere)| *is_elsewhere);
        let same_body = |(_, ours, _): &&(_, Option<Digest>, _)| ours.is_some() && *ours == like.digest;
        let may_be = |(_, ours, _): &&(_, Option<Digest>, _)| ours.is_none() || like.digest.is_none();
        let found = alike.iter().find(same_body).or_else(|| alike.iter().find(may_be));
        Ok(found.map(|(placement, ..)| *placement))
    }
}

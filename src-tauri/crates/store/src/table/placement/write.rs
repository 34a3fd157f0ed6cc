//! What is written to placements: letters that appear, get their body, change and vanish at the server.

use super::{NewPlacement, PlacementRow, place};
use crate::column::{from_octets, join_keywords};
use crate::shown::Truth;
use crate::table::letter::Content;
use crate::table::operation::is_pending;
use crate::{Result, Writer};
use pli_model::{AccountId, Digest, Envelope, Flags, LetterId, MailboxId, PlacementId, Uid};
use rusqlite::params;

impl Writer<'_> {
    /// Adds a letter that was found at the server, or made here. What is known already under that UID or UIDL is
    /// left as it is and its id returned; content that the account already has, by the server's name for it or by its
    /// digest, is not a second letter.
    pub fn add_placement(&mut self, new: &NewPlacement<'_>) -> Result<PlacementId> {
        let account = self.account_of_mailbox(new.mailbox)?;
        self.mentioned.extend(new.digest);
        if let Some(known) = self.known_placement(account, new)? {
            return Ok(known);
        }
        let content = Content {
            digest: new.digest,
            envelope: new.envelope,
            snippet: &new.snippet,
            has_attachments: new.has_attachments,
        };
        let (letter, has_body) = match self.known_letter(account, new)? {
            Some(known) => known,
            None => (self.add_letter(account, &content)?, new.digest.is_some()),
        };
        if let Some(object_id) = &new.object_id {
            self.name_letter(letter, object_id)?;
        }
        let id = self.insert_placement(&PlacementRow {
            letter,
            account,
            mailbox: new.mailbox,
            uid: new.uid,
            flags: new.flags,
            keywords: &join_keywords(&new.keywords),
            received: new.received,
            size: new.size,
            has_body,
            only_here: false,
        })?;
        if let Some(uidl) = &new.uidl {
            self.put_new_uidl(account, id, uidl)?;
        }
        match new.digest {
            Some(digest) if !has_body => self.give_body(id, digest, new.size, &content)?,
            _ => {}
        }
        Ok(id)
    }

    /// Writes a row whose two sides agree.
    pub(crate) fn insert_placement(&mut self, row: &PlacementRow<'_>) -> Result<PlacementId> {
        let id = PlacementId(self.insert(
            "INSERT INTO placement (letter_id, account_id, mailbox_id, flags, server_mailbox_id, uid, server_flags,
                 keywords, server_keywords, received, size, has_body, hidden, starred, only_here)
             VALUES (?1, ?2, ?3, ?4, ?3, ?5, ?4, ?6, ?6, ?7, ?8, ?9, (?4 & 16) <> 0, (?4 & 20) = 4, ?10)",
            params![
                row.letter.0,
                row.account.0,
                row.mailbox.0,
                row.flags.bits(),
                row.uid.map(|uid| uid.0),
                row.keywords,
                row.received.0,
                from_octets(row.size),
                row.has_body,
                row.only_here,
            ],
        )?);
        let place = place(row.mailbox, row.received, row.flags);
        if let Some(place) = &place {
            self.execute(
                "UPDATE mailbox SET total = total + 1, unread = unread + ?2 WHERE id = ?1",
                params![place.mailbox.0, place.unread],
            )?;
        }
        self.changes.placement(id, None, place);
        Ok(id)
    }

    /// Gives a letter its body, which is stored already, and what was read in it. Every placement of that letter has
    /// it then. When the account has a letter of that body, the two are one.
    pub fn set_body(
        &mut self,
        placement: PlacementId,
        digest: Digest,
        snippet: String,
        has_attachments: bool,
        size: u64,
        envelope: &Envelope,
    ) -> Result<()> {
        let content = Content {
            digest: Some(digest),
            envelope,
            snippet: &snippet,
            has_attachments,
        };
        self.give_body(placement, digest, size, &content)
    }

    fn give_body(&mut self, placement: PlacementId, digest: Digest, size: u64, content: &Content<'_>) -> Result<()> {
        self.mentioned.push(digest);
        let standing = self.standing(placement)?;
        let sql = "SELECT digest IS NULL, object_id FROM letter WHERE id = ?1";
        let found = self.one(sql, [standing.letter.0], |row| {
            Ok((row.get::<_, bool>(0)?, row.get::<_, String>(1)?))
        })?;
        let (header_only, object_id) = found.unwrap_or_default();
        let letter = match self.letter_of_digest(standing.account, digest)? {
            Some(known) => known,
            None if header_only => {
                self.update_letter(standing.account, standing.letter, content)?;
                standing.letter
            }
            // Another body than the one it had: other placements keep theirs.
            None => self.add_letter(standing.account, content)?,
        };
        let changed = if header_only {
            "UPDATE placement SET letter_id = ?3, size = ?4, has_body = 1 WHERE letter_id = ?2 AND ?1 > 0 RETURNING id"
        } else {
            "UPDATE placement SET letter_id = ?3, size = ?4, has_body = 1 WHERE id = ?1 AND letter_id = ?2 RETURNING id"
        };
        let changed = self.all(
            changed,
            params![placement.0, standing.letter.0, letter.0, from_octets(size)],
            |row| row.get(0).map(PlacementId),
        )?;
        if letter != standing.letter && !object_id.is_empty() {
            self.name_letter(letter, &object_id)?;
        }
        for one in changed {
            if one == placement {
                self.changes.placement(one, standing.place(), standing.place());
            } else {
                self.looks_different(one)?;
            }
        }
        Ok(())
    }

    /// The server's word on flags and keywords. What pending operations say of them stays on top.
    pub fn set_server_flags(&mut self, placement: PlacementId, flags: Flags, keywords: &[String]) -> Result<()> {
        let standing = self.standing(placement)?;
        let truth = Truth {
            flags,
            keywords: join_keywords(keywords),
            ..standing.truth.clone()
        };
        self.state(&standing, truth)
    }

    /// The server's word on where a letter is. Another row that was taken for the letter under that UID is the same
    /// letter: it is absorbed.
    pub fn set_position(&mut self, placement: PlacementId, mailbox: MailboxId, uid: Option<Uid>) -> Result<()> {
        let double = uid.map_or(Ok(None), |uid| self.placement_at(mailbox, uid))?;
        if let Some(double) = double.filter(|double| *double != placement) {
            self.absorb(double, placement)?;
        }
        if let Some(uid) = uid {
            self.set_origin(placement, mailbox, uid)?;
        }
        let standing = self.standing(placement)?;
        let truth = Truth {
            mailbox,
            uid,
            only_here: standing.truth.only_here && uid.is_none(),
            ..standing.truth.clone()
        };
        self.state(&standing, truth)
    }

    /// Removes `double`, which is the same letter as `kept`. Its pending operations and its UIDL go over, its body if
    /// `kept` has none, and what the server said of it, which is younger: nobody will tell it again.
    fn absorb(&mut self, double: PlacementId, kept: PlacementId) -> Result<()> {
        for sql in [
            "UPDATE OR IGNORE operation_letter SET placement_id = ?2 WHERE placement_id = ?1",
            "UPDATE operation_letter SET source_id = ?2 WHERE source_id = ?1",
            "UPDATE uidl SET placement_id = ?2 WHERE placement_id = ?1",
            "UPDATE placement SET has_body = 1, letter_id = (SELECT letter_id FROM placement WHERE id = ?1)
             WHERE id = ?2 AND has_body = 0 AND EXISTS (SELECT 1 FROM placement WHERE id = ?1 AND has_body = 1)",
        ] {
            self.execute(sql, [double.0, kept.0])?;
        }
        let Truth { flags, keywords, .. } = self.standing(double)?.truth;
        self.remove_placement(double)?;
        self.looks_different(kept)?;
        let standing = self.standing(kept)?;
        let truth = Truth {
            flags,
            keywords,
            ..standing.truth.clone()
        };
        self.state(&standing, truth)
    }

    /// UIDVALIDITY changed: every UID that we know in that mailbox is void (RFC 9051 §2.3.1.1). The letters stay.
    pub fn clear_uids(&mut self, mailbox: MailboxId) -> Result<()> {
        self.execute(
            "UPDATE placement SET uid = NULL WHERE server_mailbox_id = ?1 AND uid > 0",
            [mailbox.0],
        )?;
        self.forget_origins(mailbox)
    }

    /// Every letter that the server has in that mailbox has been looked at: ours that are still without a UID there are not
    /// at the server, but for those that a move which was begun may have taken elsewhere. They exist only here, are
    /// not looked for again, and what waits to be done to them is not for the server.
    pub fn keep_unplaced(&mut self, mailbox: MailboxId) -> Result<()> {
        let may_have_moved = is_pending("operation.attempted = 1 AND operation.kind = 'move'");
        let sql = format!(
            "SELECT id FROM placement WHERE server_mailbox_id = ?1 AND uid IS NULL AND only_here = 0 AND NOT {may_have_moved}"
        );
        let unplaced = self.all(&sql, [mailbox.0], |row| row.get(0).map(PlacementId))?;
        unplaced.into_iter().try_for_each(|letter| self.keep_unfound(letter))
    }

    /// The letter has been looked for wherever it may be, and is not at the server: it exists only here. Without its body
    /// nothing of it can be kept, and it goes.
    pub fn keep_unfound(&mut self, placement: PlacementId) -> Result<()> {
        let sql = "UPDATE placement SET only_here = 1 WHERE id = ?1 AND has_body = 1";
        match self.execute(sql, [placement.0])? {
            0 => self.remove_placement(placement),
            _ => self.looks_different(placement),
        }
    }

    /// The server stated that the letter is gone from where it was. It goes here too, unless a pending move of ours
    /// that was begun takes it elsewhere: then the move may have been what took it away, and the letter stays at the
    /// move's target, its UID unknown. One that others took from a move's target before the move ended may be left where the
    /// move began: that mailbox is looked at as a whole. One that is to be put back there after we expunged it stays,
    /// too. Answers whether it is gone here.
    pub fn expunge(&mut self, placement: PlacementId) -> Result<bool> {
        let Some(standing) = self.find_standing(placement)? else {
            return Ok(true);
        };
        if let Some(mailbox) = self.attempted_move(placement, standing.truth.mailbox)? {
            let truth = Truth {
                mailbox,
                uid: None,
                ..standing.truth.clone()
            };
            self.state(&standing, truth)?;
            return Ok(false);
        }
        if standing.truth.uid.is_some()
            && let Some((mailbox, uid)) = self.origin(placement, standing.truth.mailbox)?
        {
            self.set_position(placement, mailbox, Some(uid))?;
            self.forget_modseq(mailbox)?;
            return Ok(false);
        }
        self.let_go(&standing)?;
        Ok(self.find_standing(placement)?.is_none())
    }

    /// [`Self::expunge`], for a statement that was received a while ago: it counts only while the letter's position
    /// is still that mailbox and that UID.
    pub fn expunge_at(&mut self, placement: PlacementId, mailbox: MailboxId, uid: Uid) -> Result<bool> {
        match self.find_standing(placement)? {
            Some(standing) if (standing.truth.mailbox, standing.truth.uid) != (mailbox, Some(uid)) => Ok(false),
            _ => self.expunge(placement),
        }
    }

    pub(crate) fn remove_placement(&mut self, id: PlacementId) -> Result<()> {
        let Some(standing) = self.find_standing(id)? else {
            return Ok(());
        };
        let unfinished = self.unfinished_operations(id)?;
        self.execute("DELETE FROM placement WHERE id = ?1", [id.0])?;
        self.changes.placement(id, standing.place(), None);
        unfinished
            .into_iter()
            .try_for_each(|operation| self.finish_if_empty(operation))
    }

    fn known_placement(&self, account: AccountId, new: &NewPlacement<'_>) -> Result<Option<PlacementId>> {
        if let Some(uid) = new.uid
            && let Some(known) = self.placement_at(new.mailbox, uid)?
        {
            return Ok(Some(known));
        }
        match &new.uidl {
            Some(uidl) => Ok(self.placement_of_uidl(account, &uidl.name)?.flatten()),
            None => Ok(None),
        }
    }

    /// The letter of that content, and whether its body is here.
    fn known_letter(&self, account: AccountId, new: &NewPlacement<'_>) -> Result<Option<(LetterId, bool)>> {
        if let Some(object_id) = &new.object_id
            && let Some(known) = self.letter_of_object(account, object_id)?
        {
            return Ok(Some(known));
        }
        let Some(digest) = new.digest else { return Ok(None) };
        Ok(self.letter_of_digest(account, digest)?.map(|letter| (letter, true)))
    }

    pub(crate) fn account_of_mailbox(&self, mailbox: MailboxId) -> Result<AccountId> {
        let sql = "SELECT account_id FROM mailbox WHERE id = ?1";
        self.the(
            || format!("mailbox {mailbox}"),
            sql,
            [mailbox.0],
            |row| row.get(0).map(AccountId),
        )
    }
}

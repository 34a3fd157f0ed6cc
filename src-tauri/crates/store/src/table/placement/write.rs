//! What is written to placements: letters that appear, get their body, change and vanish at the server.

use super::{NewPlacement, Standing, place};
use crate::column::{from_octets, join_keywords};
use crate::shown::Truth;
use crate::table::letter::Content;
use crate::{Result, Writer};
use pli_model::{AccountId, Digest, Envelope, Flags, LetterId, MailboxId, Operation, PlacementId, Uid};
use rusqlite::params;

impl Writer<'_> {
    /// Adds a letter that was found at the server, or made here. What is known already under that UID or UIDL is
    /// left as it is and its id returned; a body that the account already has is not a second letter.
    pub fn add_placement(&mut self, new: &NewPlacement<'_>) -> Result<PlacementId> {
        let sql = "SELECT account_id FROM mailbox WHERE id = ?1";
        let account = self.the(
            || format!("mailbox {}", new.mailbox),
            sql,
            [new.mailbox.0],
            |row| row.get(0),
        )?;
        let account = AccountId(account);
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
        let shared = new
            .digest
            .map_or(Ok(None), |digest| self.letter_of_digest(account, digest))?;
        let letter = match shared {
            Some(letter) => letter,
            None => self.add_letter(account, &content)?,
        };
        let id = PlacementId(self.insert(
            "INSERT INTO placement (letter_id, account_id, mailbox_id, flags, server_mailbox_id, uid, server_flags,
                 keywords, received, size, has_body, hidden, starred)
             VALUES (?1, ?2, ?3, ?4, ?3, ?5, ?4, ?6, ?7, ?8, ?9, (?4 & 16) <> 0, (?4 & 20) = 4)",
            params![
                letter.0,
                account.0,
                new.mailbox.0,
                new.flags.bits(),
                new.uid.map(|uid| uid.0),
                join_keywords(&new.keywords),
                new.received.0,
                from_octets(new.size),
                new.digest.is_some(),
            ],
        )?);
        if let Some(uidl) = &new.uidl {
            self.put_uidl(account, uidl, Some(id))?;
        }
        self.changes
            .placement(id, None, place(new.mailbox, new.received, new.flags));
        Ok(id)
    }

    /// Gives a letter its body, which is stored already, and what was read in it. When the account has a letter of
    /// that body, the placement becomes one of that letter.
    pub fn set_body(
        &mut self,
        placement: PlacementId,
        digest: Digest,
        snippet: String,
        has_attachments: bool,
        size: u64,
        envelope: &Envelope,
    ) -> Result<()> {
        let standing = self.standing(placement)?;
        let content = Content {
            digest: Some(digest),
            envelope,
            snippet: &snippet,
            has_attachments,
        };
        let letter = self.letter_for_body(&standing, digest, &content)?;
        self.execute(
            "UPDATE placement SET letter_id = ?2, size = ?3, has_body = 1 WHERE id = ?1",
            params![placement.0, letter.0, from_octets(size)],
        )?;
        self.mentioned.push(digest);
        self.looks_different(placement)
    }

    /// The server's word on flags. What pending operations say of them stays on top.
    pub fn set_server_flags(&mut self, placement: PlacementId, flags: Flags, keywords: &[String]) -> Result<()> {
        let standing = self.standing(placement)?;
        let keywords = join_keywords(keywords);
        let sql = "UPDATE placement SET keywords = ?2 WHERE id = ?1 AND keywords <> ?2";
        if self.execute(sql, params![placement.0, keywords])? > 0 {
            self.looks_different(placement)?;
        }
        self.state(
            &standing,
            Truth {
                flags,
                ..standing.truth
            },
        )
    }

    /// The server's word on where a letter is. Another row that was taken for the letter under that UID is the same
    /// letter: it is absorbed.
    pub fn set_position(&mut self, placement: PlacementId, mailbox: MailboxId, uid: Option<Uid>) -> Result<()> {
        let double = uid.map_or(Ok(None), |uid| self.placement_at(mailbox, uid))?;
        if let Some(double) = double.filter(|double| *double != placement) {
            self.absorb(double, placement)?;
        }
        let standing = self.standing(placement)?;
        self.state(
            &standing,
            Truth {
                mailbox,
                uid,
                ..standing.truth
            },
        )
    }

    /// Removes `double`, which is the same letter as `kept`. Its pending operations and its UIDL go over, its body if
    /// `kept` has none, and what the server said of it, which is younger: nobody will tell it again.
    fn absorb(&mut self, double: PlacementId, kept: PlacementId) -> Result<()> {
        for sql in [
            "UPDATE OR IGNORE operation_letter SET placement_id = ?2 WHERE placement_id = ?1",
            "UPDATE uidl SET placement_id = ?2 WHERE placement_id = ?1",
            "UPDATE placement SET keywords = (SELECT keywords FROM placement WHERE id = ?1) WHERE id = ?2",
            "UPDATE placement SET has_body = 1, letter_id = (SELECT letter_id FROM placement WHERE id = ?1)
             WHERE id = ?2 AND has_body = 0 AND EXISTS (SELECT 1 FROM placement WHERE id = ?1 AND has_body = 1)",
        ] {
            self.execute(sql, [double.0, kept.0])?;
        }
        let flags = self.standing(double)?.truth.flags;
        self.remove_placement(double)?;
        self.looks_different(kept)?;
        let standing = self.standing(kept)?;
        self.state(
            &standing,
            Truth {
                flags,
                ..standing.truth
            },
        )
    }

    /// UIDVALIDITY changed: every UID that we know in that mailbox is void (RFC 9051 §2.3.1.1). The letters stay.
    pub fn clear_uids(&mut self, mailbox: MailboxId) -> Result<()> {
        self.execute(
            "UPDATE placement SET uid = NULL WHERE server_mailbox_id = ?1 AND uid > 0",
            [mailbox.0],
        )?;
        Ok(())
    }

    /// The server stated that the letter is gone from where it was. It goes here too, unless a pending move of ours
    /// takes it elsewhere: then the move may have been what took it away, and the letter stays at the move's target,
    /// its UID unknown. Answers whether it is gone here.
    pub fn expunge(&mut self, placement: PlacementId) -> Result<bool> {
        let Some(standing) = self.find_standing(placement)? else {
            return Ok(true);
        };
        let moved = self
            .pending_operations(placement)?
            .into_iter()
            .find_map(|operation| match operation {
                Operation::Move(target) if target != standing.truth.mailbox => Some(target),
                _ => None,
            });
        match moved {
            Some(target) => {
                self.state(
                    &standing,
                    Truth {
                        mailbox: target,
                        uid: None,
                        ..standing.truth
                    },
                )?;
                Ok(false)
            }
            None => self.remove_placement(placement).map(|()| true),
        }
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
            Some(uidl) => Ok(self.placement_of_uidl(account, uidl)?.flatten()),
            None => Ok(None),
        }
    }

    fn letter_for_body(&mut self, standing: &Standing, digest: Digest, content: &Content<'_>) -> Result<LetterId> {
        if let Some(known) = self.letter_of_digest(standing.account, digest)? {
            return Ok(known);
        }
        let sql = "SELECT digest IS NULL FROM letter WHERE id = ?1";
        let header_only = self.one(sql, [standing.letter.0], |row| row.get(0))?.unwrap_or(false);
        if header_only {
            self.update_letter(standing.account, standing.letter, content)?;
            Ok(standing.letter)
        } else {
            // Another body than the one it had: other placements keep theirs.
            self.add_letter(standing.account, content)
        }
    }
}

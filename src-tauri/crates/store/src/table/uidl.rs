//! What is remembered of a maildrop: every unique-id a POP3 server has listed (RFC 1939 §7) and that was not forgotten since.
//!
//! Kept true here:
//! - The row outlives its letter: a letter that was deleted here, and is left on the server, is not downloaded again.
//! - What the server has is what its last session told that ended well. What it was asked to delete since then is in
//!   doubt, and in doubt it has nothing.

use crate::column::{self, from_octets, word};
use crate::{Reader, Result, Writer};
use pli_model::{AccountId, Digest, Flags, MailboxId, PlacementId, Timestamp};
use rusqlite::params;
use std::collections::HashSet;

pub(crate) const CREATE: &str = "
CREATE TABLE uidl (
    account_id   INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    uidl         TEXT    NOT NULL,
    placement_id INTEGER REFERENCES placement (id) ON DELETE SET NULL,
    PRIMARY KEY (account_id, uidl)
) STRICT, WITHOUT ROWID;
CREATE INDEX uidl_by_placement ON uidl (placement_id);
";

pub(crate) const FORMAT_4: &str = "
-- ServerCopy as its word.
ALTER TABLE uidl ADD COLUMN copy TEXT NOT NULL DEFAULT 'doubtful';
-- As the server lists it; 0 while not known.
ALTER TABLE uidl ADD COLUMN octets INTEGER NOT NULL DEFAULT 0;
-- Digest of its header block, if it came by POP3.
ALTER TABLE uidl ADD COLUMN header BLOB CHECK (length(header) = 32);
-- When it was first seen here; 0 while not known.
ALTER TABLE uidl ADD COLUMN since INTEGER NOT NULL DEFAULT 0;
-- A person deleted its letter for good here.
ALTER TABLE uidl ADD COLUMN deleted INTEGER NOT NULL DEFAULT 0;
";

/// Whether a POP3 server has a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ServerCopy {
    /// The last session that ended well listed it, and did not delete it.
    Listed,
    /// It was asked to delete it and has not confirmed that, or no session told of it yet.
    Doubtful,
    /// The last session that ended well did not list it, or deleted it.
    Gone,
}

impl ServerCopy {
    /// A stable lower-case word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Listed => "listed",
            Self::Doubtful => "doubtful",
            Self::Gone => "gone",
        }
    }

    /// The inverse of [`Self::as_str`].
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Listed, Self::Doubtful, Self::Gone]
            .into_iter()
            .find(|copy| copy.as_str() == word)
    }
}

/// What is remembered of a unique-id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Uidl {
    /// The server's name for the letter, or ours where it has none.
    pub name: String,
    /// Its letter here, if that is here still.
    pub placement: Option<PlacementId>,
    /// Whether the body of that letter is here.
    pub has_body: bool,
    /// Whether a person deleted the letter for good here.
    pub deleted: bool,
    /// Whether the server has it.
    pub copy: ServerCopy,
    /// Octets, as the server lists it; 0 while not known.
    pub octets: u64,
    /// Of its header block without the line ends after it, if it came by POP3.
    pub header: Option<Digest>,
    /// When it was first seen here; 0 while not known.
    pub since: Timestamp,
}

impl Reader<'_> {
    /// What is remembered of the account's maildrop, in no particular order.
    pub fn uidls(&self, account: AccountId) -> Result<Vec<Uidl>> {
        self.all(
            "SELECT uidl.uidl, uidl.placement_id, coalesce(placement.has_body, 0), uidl.deleted, uidl.copy, uidl.octets,
                 uidl.header, uidl.since
             FROM uidl LEFT JOIN placement ON placement.id = uidl.placement_id WHERE uidl.account_id = ?1",
            [account.0],
            |row| {
                Ok(Uidl {
                    name: row.get(0)?,
                    placement: row.get::<_, Option<i64>>(1)?.map(PlacementId),
                    has_body: row.get(2)?,
                    deleted: row.get(3)?,
                    copy: word(row, 4, ServerCopy::from_word)?,
                    octets: column::octets(row, 5)?,
                    header: column::digest(row, 6)?,
                    since: column::time(row, 7)?,
                })
            },
        )
    }

    /// The letter of that UIDL: `None` when it was never seen, `Some(None)` when its letter was deleted here.
    pub fn placement_of_uidl(&self, account: AccountId, uidl: &str) -> Result<Option<Option<PlacementId>>> {
        let sql = "SELECT placement_id FROM uidl WHERE account_id = ?1 AND uidl = ?2";
        self.one(sql, params![account.0, uidl], |row| {
            Ok(row.get::<_, Option<i64>>(0)?.map(PlacementId))
        })
    }
}

/// What a letter is called by a POP3 server, when it comes from there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewUidl {
    /// The server's name for the letter, or ours where it has none.
    pub name: String,
    /// Octets, as the server lists it; 0 when it does not.
    pub octets: u64,
    /// Of its header block without the line ends after it.
    pub header: Option<Digest>,
}

impl Writer<'_> {
    /// Remembers that the server lists that letter under a UIDL.
    pub fn put_uidl(&mut self, account: AccountId, uidl: &str, placement: PlacementId) -> Result<()> {
        self.put_listed(account, placement, uidl, 0, None)
    }

    pub(crate) fn put_new_uidl(&mut self, account: AccountId, placement: PlacementId, new: &NewUidl) -> Result<()> {
        self.put_listed(account, placement, &new.name, new.octets, new.header)
    }

    fn put_listed(
        &mut self,
        account: AccountId,
        placement: PlacementId,
        uidl: &str,
        octets: u64,
        header: Option<Digest>,
    ) -> Result<()> {
        let now = self.now;
        let header = header.map(|header| header.0);
        let octets = from_octets(octets);
        let sql = "INSERT OR IGNORE INTO uidl (account_id, uidl, placement_id, copy, since, octets, header)
            VALUES (?1, ?2, ?3, 'listed', ?4, ?5, ?6)";
        if self.execute(sql, params![account.0, uidl, placement.0, now.0, octets, header])? == 0 {
            self.execute(
                "UPDATE uidl SET placement_id = ?3, copy = 'listed', deleted = 0, octets = iif(?4 = 0, octets, ?4),
                     header = coalesce(?5, header)
                 WHERE account_id = ?1 AND uidl = ?2",
                params![account.0, uidl, placement.0, octets, header],
            )?;
        }
        Ok(())
    }

    /// Gives a letter that was brought back here its UIDL again; whether the server has it is another question.
    pub(crate) fn restore_uidl(&mut self, account: AccountId, uidl: &str, placement: PlacementId) -> Result<()> {
        let sql = "UPDATE uidl SET placement_id = ?3, deleted = 0 WHERE account_id = ?1 AND uidl = ?2";
        self.execute(sql, params![account.0, uidl, placement.0])?;
        Ok(())
    }

    /// A letter that is here came again under that name.
    pub fn set_uidl_traits(&mut self, account: AccountId, new: &NewUidl) -> Result<()> {
        let sql = "UPDATE uidl SET header = coalesce(?3, header), octets = ?4, copy = 'listed'
            WHERE account_id = ?1 AND uidl = ?2";
        let header = new.header.map(|header| header.0);
        self.execute(sql, params![account.0, new.name, header, from_octets(new.octets)])?;
        Ok(())
    }

    /// Gives a letter that was fetched by POP3 to one of the account that has its body and that the server does not list
    /// otherwise: it was read by IMAP before, or all its names are `missing` from what the server lists now. One of that
    /// mailbox comes first, then one that was elsewhere at the IMAP server (some maildrops hold all of it), the oldest
    /// of several. Answers whether there is one.
    pub fn adopt_uidl(
        &mut self,
        mailbox: MailboxId,
        uidl: &str,
        digest: Digest,
        missing: &HashSet<String>,
    ) -> Result<bool> {
        let account = self.account_of_mailbox(mailbox)?;
        let sql = "SELECT placement.id FROM letter CROSS JOIN placement ON placement.letter_id = letter.id
            WHERE letter.digest = ?2 AND letter.account_id = ?3 AND (placement.server_mailbox_id = ?1
                OR EXISTS (SELECT 1 FROM anchor WHERE placement_id = placement.id)
                OR EXISTS (SELECT 1 FROM uidl WHERE placement_id = placement.id))
            ORDER BY placement.server_mailbox_id <> ?1, placement.id";
        let candidates = self.all(sql, params![mailbox.0, digest.0, account.0], |row| {
            row.get(0).map(PlacementId)
        })?;
        for placement in candidates {
            let names = self.names_of(placement)?;
            if !names.iter().all(|name| missing.contains(name)) {
                continue;
            }
            match names.first() {
                Some(old) => self.rename_uidl(account, old, uidl)?,
                None => self.put_uidl(account, uidl, placement)?,
            }
            // Servers take a letter that was fetched by POP3 for read: that is no news from another client.
            let sql = "UPDATE anchor SET flags = flags | ?2 WHERE placement_id = ?1";
            self.execute(sql, params![placement.0, Flags::SEEN.bits()])?;
            return Ok(true);
        }
        Ok(false)
    }

    fn names_of(&self, placement: PlacementId) -> Result<Vec<String>> {
        let sql = "SELECT uidl FROM uidl WHERE placement_id = ?1";
        self.all(sql, [placement.0], |row| row.get(0))
    }

    /// The server lists a letter under another name now.
    pub fn rename_uidl(&mut self, account: AccountId, old: &str, new: &str) -> Result<()> {
        self.execute(
            "UPDATE OR REPLACE uidl SET uidl = ?3, copy = 'listed' WHERE account_id = ?1 AND uidl = ?2",
            params![account.0, old, new],
        )?;
        Ok(())
    }

    /// Forgets a UIDL: the server uses it for another letter now.
    pub fn forget_uidl(&mut self, account: AccountId, uidl: &str) -> Result<()> {
        self.execute(
            "DELETE FROM uidl WHERE account_id = ?1 AND uidl = ?2",
            params![account.0, uidl],
        )?;
        Ok(())
    }

    /// A person deletes that letter for good: the server's copy of it may go too.
    pub(crate) fn give_up_uidl(&mut self, placement: PlacementId) -> Result<()> {
        self.execute("UPDATE uidl SET deleted = 1 WHERE placement_id = ?1", [placement.0])?;
        Ok(())
    }

    /// The server is asked to delete these: from now on it is not counted on for them.
    pub fn doubt_uidls(&mut self, account: AccountId, uidls: &[String]) -> Result<()> {
        uidls
            .iter()
            .try_for_each(|uidl| self.set_copy(account, uidl, ServerCopy::Doubtful))
    }

    /// A session has ended well: it listed those with these octets, and does not have the `gone`.
    pub fn settle_uidls(&mut self, account: AccountId, listed: &[(String, u64)], gone: &[String]) -> Result<()> {
        let now = self.now;
        for (uidl, octets) in listed {
            self.execute(
                "UPDATE uidl SET copy = 'listed', octets = ?3, since = iif(since = 0, ?4, since)
                 WHERE account_id = ?1 AND uidl = ?2",
                params![account.0, uidl, from_octets(*octets), now.0],
            )?;
        }
        gone.iter()
            .try_for_each(|uidl| self.set_copy(account, uidl, ServerCopy::Gone))
    }

    fn set_copy(&mut self, account: AccountId, uidl: &str, copy: ServerCopy) -> Result<()> {
        let sql = "UPDATE uidl SET copy = ?3 WHERE account_id = ?1 AND uidl = ?2";
        self.execute(sql, params![account.0, uidl, copy.as_str()])?;
        Ok(())
    }

    /// Nothing is known any more of what the maildrop lists.
    pub(crate) fn doubt_maildrop(&mut self, account: AccountId) -> Result<()> {
        self.execute("UPDATE uidl SET copy = 'doubtful' WHERE account_id = ?1", [account.0])?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Desk, envelope, new_uidl, placed};

    fn add(desk: &Desk, name: &'static str, digest: Option<Digest>) -> PlacementId {
        let inbox = desk.inbox;
        desk.write(move |w| {
            let envelope = envelope(1);
            w.add_placement(&crate::NewPlacement {
                uid: None,
                uidl: Some(new_uidl(name)),
                digest,
                ..placed(inbox, 1, &envelope)
            })
        })
    }

    fn remembered(desk: &Desk) -> Vec<Uidl> {
        let account = desk.account;
        let mut uidls = desk.read(move |r| r.uidls(account));
        uidls.sort_by(|a, b| a.name.cmp(&b.name));
        uidls
    }

    fn copies(desk: &Desk) -> Vec<(String, ServerCopy)> {
        let copies = remembered(desk).into_iter().map(|uidl| (uidl.name, uidl.copy));
        copies.collect()
    }

    #[test]
    fn a_uidl_outlives_its_letter_until_it_is_forgotten() {
        let desk = Desk::new();
        let account = desk.account;
        let first = add(&desk, "a1", None);
        assert_eq!(add(&desk, "a1", None), first, "the same UIDL twice is the same letter");
        let [uidl] = remembered(&desk).try_into().unwrap();
        assert_eq!(
            (uidl.placement, uidl.deleted, uidl.copy),
            (Some(first), false, ServerCopy::Listed)
        );
        assert!(uidl.since > Timestamp(0));
        assert_eq!(desk.read(move |r| r.position(first)).uidl.as_deref(), Some("a1"));

        assert!(desk.write(move |w| w.expunge(first)));
        let [uidl] = remembered(&desk).try_into().unwrap();
        assert_eq!((uidl.placement, uidl.deleted), (None, false), "that was no person");
        desk.write(move |w| w.forget_uidl(account, "a1"));
        assert_eq!(remembered(&desk), []);
        assert_eq!(desk.read(move |r| r.placement_of_uidl(account, "a1")), None);
    }

    #[test]
    fn only_a_session_that_ended_well_tells_what_the_server_has() {
        use ServerCopy::{Doubtful, Gone, Listed};
        let desk = Desk::new();
        let account = desk.account;
        for name in ["a", "b", "c"] {
            add(&desk, name, None);
        }
        let state = |a, b, c| [("a", a), ("b", b), ("c", c)].map(|(name, copy)| (name.to_owned(), copy));
        desk.write(move |w| w.doubt_uidls(account, &["a".to_owned(), "b".to_owned()]));
        assert_eq!(copies(&desk), state(Doubtful, Doubtful, Listed));
        desk.write(move |w| w.settle_uidls(account, &[("b".to_owned(), 7)], &["a".to_owned(), "c".to_owned()]));
        assert_eq!(copies(&desk), state(Gone, Listed, Gone));
        assert_eq!(remembered(&desk)[1].octets, 7);
    }

    #[test]
    fn a_letter_whose_name_is_missing_is_found_again_by_its_body() {
        let desk = Desk::new();
        let inbox = desk.inbox;
        let body = desk.put_body(b"Subject: a\r\n\r\n");
        let letter = add(&desk, "old", Some(body));
        let adopt = |missing: &[&str]| {
            let missing: HashSet<String> = missing.iter().map(|name| (*name).to_owned()).collect();
            desk.write(move |w| w.adopt_uidl(inbox, "new", body, &missing))
        };
        assert!(!adopt(&[]), "the server still has it under its name: this is a copy");
        assert!(adopt(&["old"]));
        let [uidl] = remembered(&desk).try_into().unwrap();
        assert_eq!((uidl.name.as_str(), uidl.placement), ("new", Some(letter)));
    }
}

//! Every unique-id a POP3 server has listed (RFC 1939 §7) and that was not forgotten since.
//!
//! The row outlives its letter: a letter that was deleted here, and is left on the server, is not downloaded again.

use crate::{Reader, Result, Writer};
use pli_model::{AccountId, Digest, Flags, MailboxId, PlacementId};
use rusqlite::params;

pub(crate) const CREATE: &str = "
CREATE TABLE uidl (
    account_id   INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    uidl         TEXT    NOT NULL,
    placement_id INTEGER REFERENCES placement (id) ON DELETE SET NULL,
    PRIMARY KEY (account_id, uidl)
) STRICT, WITHOUT ROWID;
CREATE INDEX uidl_by_placement ON uidl (placement_id);
";

impl Reader<'_> {
    /// Every UIDL of the account that was ever seen and not forgotten: its letter, if that is still here, and
    /// whether the letter's body is.
    pub fn server_uidls(&self, account: AccountId) -> Result<Vec<(String, Option<PlacementId>, bool)>> {
        self.all(
            "SELECT uidl.uidl, uidl.placement_id, coalesce(placement.has_body, 0)
             FROM uidl LEFT JOIN placement ON placement.id = uidl.placement_id WHERE uidl.account_id = ?1",
            [account.0],
            |row| Ok((row.get(0)?, row.get::<_, Option<i64>>(1)?.map(PlacementId), row.get(2)?)),
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

impl Writer<'_> {
    /// Remembers that a UIDL stands for that letter, or for one that is not wanted here (`None`).
    pub fn put_uidl(&mut self, account: AccountId, uidl: &str, placement: Option<PlacementId>) -> Result<()> {
        self.execute(
            "INSERT INTO uidl (account_id, uidl, placement_id) VALUES (?1, ?2, ?3)
             ON CONFLICT (account_id, uidl) DO UPDATE SET placement_id = excluded.placement_id",
            params![account.0, uidl, placement.map(|placement| placement.0)],
        )?;
        Ok(())
    }

    /// Gives a letter that was fetched by POP3 to one of the account that has its body and no UIDL yet, which was read by
    /// IMAP before: one of that mailbox, else one that was elsewhere at the IMAP server (some maildrops hold all of it), the oldest of
    /// several. Answers whether there is one.
    pub fn adopt_uidl(&mut self, mailbox: MailboxId, uidl: &str, digest: Digest) -> Result<bool> {
        let account = self.mailbox(mailbox)?.account;
        let sql = "SELECT placement.id FROM letter CROSS JOIN placement ON placement.letter_id = letter.id
            WHERE letter.digest = ?2 AND letter.account_id = ?3 AND (placement.server_mailbox_id = ?1
                    OR EXISTS (SELECT 1 FROM anchor WHERE placement_id = placement.id))
                AND NOT EXISTS (SELECT 1 FROM uidl WHERE placement_id = placement.id)
            ORDER BY placement.server_mailbox_id <> ?1, placement.id LIMIT 1";
        let found = self.one(sql, params![mailbox.0, digest.0, account.0], |row| {
            row.get(0).map(PlacementId)
        })?;
        let Some(placement) = found else {
            return Ok(false);
        };
        self.put_uidl(account, uidl, Some(placement))?;
        // Servers take a letter that was fetched by POP3 for read: that is no news from another client.
        let sql = "UPDATE anchor SET flags = flags | ?2 WHERE placement_id = ?1";
        self.execute(sql, params![placement.0, Flags::SEEN.bits()])?;
        Ok(true)
    }

    /// Forgets a UIDL that the server no longer lists.
    pub fn forget_uidl(&mut self, account: AccountId, uidl: &str) -> Result<()> {
        self.execute(
            "DELETE FROM uidl WHERE account_id = ?1 AND uidl = ?2",
            params![account.0, uidl],
        )?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{Desk, envelope, placed};

    #[test]
    fn a_uidl_outlives_its_letter_until_it_is_forgotten() {
        let desk = Desk::new();
        let (account, inbox) = (desk.account, desk.inbox);
        let add = move |w: &mut crate::Writer<'_>| {
            let envelope = envelope(1);
            w.add_placement(&crate::NewPlacement {
                uid: None,
                uidl: Some("a1".to_owned()),
                ..placed(inbox, 1, &envelope)
            })
        };
        let first = desk.write(add);
        assert_eq!(desk.write(add), first, "the same UIDL twice is the same letter");
        assert_eq!(
            desk.read(move |r| r.server_uidls(account)),
            [("a1".to_owned(), Some(first), false)]
        );
        assert_eq!(desk.read(move |r| r.position(first)).uidl.as_deref(), Some("a1"));

        assert!(desk.write(move |w| w.expunge(first)));
        assert_eq!(
            desk.read(move |r| r.server_uidls(account)),
            [("a1".to_owned(), None, false)]
        );
        desk.write(move |w| w.forget_uidl(account, "a1"));
        assert_eq!(desk.read(move |r| r.server_uidls(account)), []);
        assert_eq!(desk.read(move |r| r.placement_of_uidl(account, "a1")), None);
    }
}

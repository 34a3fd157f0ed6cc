//! Anchors: where an IMAP server had each letter, and with which marks, when its account was changed to POP3. They make the
//! way back cheap, and tell what was done here meanwhile from what was done there.
//!
//! An account changes its protocol in one transaction each way: before it everything is as it was, after it the other
//! protocol's first look finds what it needs. In between the account is *settling*: until that look has ended well nothing
//! is changed at the server, and nothing is told as new.

mod back;

pub use back::{ImapMailbox, ImapPlace};

use crate::change::Change;
use crate::column;
use crate::{NewMailbox, Reader, Result, StoreError, Writer};
use pli_model::{Account, AccountId, Digest, Flags, MailboxId, PlacementId, Role, Timestamp, Uid, UidValidity};
use rusqlite::params;

pub(crate) const CREATE: &str = "
CREATE TABLE anchor (
    placement_id INTEGER PRIMARY KEY REFERENCES placement (id) ON DELETE CASCADE,
    -- The mailbox at the server. No foreign key: the one here may go and be listed again.
    path         TEXT    NOT NULL,
    uid_validity INTEGER NOT NULL,
    uid          INTEGER NOT NULL,
    flags        INTEGER NOT NULL,
    keywords     TEXT    NOT NULL
) STRICT;
";

/// Where the IMAP server had a letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Anchor {
    /// Which letter.
    pub placement: PlacementId,
    /// Path of the mailbox at the server.
    pub path: String,
    /// The UIDVALIDITY under which the UID stands.
    pub uid_validity: UidValidity,
    /// Its UID there.
    pub uid: Uid,
}

/// What is known of a letter that a server's listing may have, under whatever name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownLetter {
    /// Which.
    pub placement: PlacementId,
    /// Its UID in the inbox, while the account is read by IMAP.
    pub uid: Option<Uid>,
    /// Its UIDL, if it ever had one.
    pub uidl: Option<String>,
    /// Octets of the whole letter.
    pub size: u64,
    /// Its Message-ID; may be empty.
    pub message_id: String,
    /// The date in its header.
    pub date: Option<Timestamp>,
    /// Its body, if here.
    pub digest: Option<Digest>,
}

pub(crate) const KNOWN_LETTERS: &str = "
    SELECT placement.id, iif(placement.server_mailbox_id = ?2, placement.uid, NULL),
        (SELECT uidl FROM uidl WHERE placement_id = placement.id LIMIT 1) AS its_uidl,
        placement.size, letter.message_id, letter.date, letter.digest
    FROM placement JOIN letter ON letter.id = placement.letter_id
    WHERE placement.account_id = ?1 AND (placement.server_mailbox_id = ?2 OR its_uidl IS NOT NULL)
    ORDER BY placement.id";

/// One of each body: which of several copies it is nobody can tell.
pub(crate) const OTHER_LETTERS: &str = "
    SELECT min(placement.id), NULL, NULL, placement.size, letter.message_id, letter.date, letter.digest
    FROM placement JOIN letter ON letter.id = placement.letter_id
    WHERE placement.account_id = ?1 AND placement.server_mailbox_id <> ?2 AND placement.uid IS NOT NULL
        AND letter.digest IS NOT NULL
        AND NOT EXISTS (SELECT 1 FROM uidl WHERE placement_id = placement.id)
    GROUP BY letter.id";

impl Reader<'_> {
    /// Where the IMAP server had the letters of an account that is read by POP3 now.
    pub fn anchors(&self, account: AccountId) -> Result<Vec<Anchor>> {
        let sql = "SELECT placement_id, path, uid_validity, uid FROM anchor
            WHERE placement_id IN (SELECT id FROM placement WHERE account_id = ?1)";
        self.all(sql, [account.0], |row| {
            Ok(Anchor {
                placement: PlacementId(row.get(0)?),
                path: row.get(1)?,
                uid_validity: UidValidity(row.get(2)?),
                uid: Uid(row.get(3)?),
            })
        })
    }

    /// Letters that are in the inbox at the server, or were when POP3 listed them, oldest first.
    pub fn known_letters(&self, account: AccountId) -> Result<Vec<KnownLetter>> {
        self.letters_for_matching(KNOWN_LETTERS, account)
    }

    /// Letters that the IMAP server has in other mailboxes and that never had a UIDL: some maildrops hold all of them.
    pub fn other_letters(&self, account: AccountId) -> Result<Vec<KnownLetter>> {
        self.letters_for_matching(OTHER_LETTERS, account)
    }

    fn letters_for_matching(&self, sql: &str, account: AccountId) -> Result<Vec<KnownLetter>> {
        let inbox = self
            .mailbox_for(account, Role::Inbox)?
            .map_or(MailboxId(0), |inbox| inbox.id);
        self.all(sql, params![account.0, inbox.0], |row| {
            Ok(KnownLetter {
                placement: PlacementId(row.get(0)?),
                uid: column::uid(row, 1)?,
                uidl: row.get(2)?,
                size: column::octets(row, 3)?,
                message_id: row.get(4)?,
                date: row.get::<_, Option<i64>>(5)?.map(Timestamp),
                digest: column::digest(row, 6)?,
            })
        })
    }

    /// How many letters of the account are shown.
    pub fn letter_count(&self, account: AccountId) -> Result<u64> {
        let sql = "SELECT coalesce(sum(total), 0) FROM mailbox WHERE account_id = ?1";
        Ok(self.one(sql, [account.0], |row| column::octets(row, 0))?.unwrap_or(0))
    }
}

impl Writer<'_> {
    /// The account is read by POP3 from now on. Every mailbox but the inbox is of this computer with all that is in it;
    /// `uidls` tell by which names the server lists letters that are here; `local` are the mailboxes that such an account
    /// has, made where there is none of that role.
    ///
    /// While anything waits to be done at the server, or a body is there only, this is [`StoreError::Refused`]: POP3 could
    /// neither do the one nor fetch the other.
    pub fn change_to_pop3(
        &mut self,
        account: &Account,
        uidls: &[(String, PlacementId)],
        local: &[NewMailbox],
    ) -> Result<()> {
        let id = account.id;
        self.refuse_change(account)?;
        let sql = "SELECT count(*) FROM placement WHERE account_id = ?1 AND has_body = 0 AND uid IS NOT NULL";
        let missing: i64 = self.one(sql, [id.0], |row| row.get(0))?.unwrap_or(0);
        if missing > 0 {
            return Err(StoreError::Refused(format!(
                "{missing} letters are at the server only: the account stays as it is until they are here"
            )));
        }
        self.drop_anchors(id)?;
        self.execute(
            "INSERT INTO anchor (placement_id, path, uid_validity, uid, flags, keywords)
             SELECT placement.id, mailbox.server_path, mailbox.uid_validity, uid, server_flags, server_keywords
             FROM placement JOIN mailbox ON mailbox.id = placement.server_mailbox_id
             WHERE placement.account_id = ?1 AND uid IS NOT NULL AND mailbox.uid_validity IS NOT NULL",
            [id.0],
        )?;
        self.execute(
            "UPDATE placement SET uid = NULL WHERE account_id = ?1 AND uid IS NOT NULL",
            [id.0],
        )?;
        self.execute(
            "UPDATE mailbox SET on_server = 0 WHERE account_id = ?1 AND role <> ?2",
            params![id.0, Role::Inbox.as_str()],
        )?;
        for new in local {
            let is_there = self.mailbox_for(id, new.role)?.is_some() || self.mailbox_named(id, &new.path)?.is_some();
            if !is_there {
                self.put_mailbox(id, new)?;
            }
        }
        self.doubt_maildrop(id)?;
        for (uidl, placement) in uidls {
            self.put_uidl(id, uidl, *placement)?;
        }
        self.update_account(account)?;
        self.set_settling(id, true)?;
        self.note(Change::Mailboxes(id));
        Ok(())
    }

    /// An account that is so already keeps the anchors that it has; one for which anything waits stays as it is.
    pub(super) fn refuse_change(&self, account: &Account) -> Result<()> {
        if self.account(account.id)?.protocol == account.protocol {
            return Err(StoreError::Refused(
                "the account is read by that protocol already".to_owned(),
            ));
        }
        match self.pending_count(account.id)? {
            0 => Ok(()),
            waiting => Err(StoreError::Refused(format!(
                "{waiting} changes wait for the server: the account stays as it is until they are done; try again then"
            ))),
        }
    }

    fn drop_anchors(&mut self, account: AccountId) -> Result<()> {
        let sql = "DELETE FROM anchor WHERE placement_id IN (SELECT id FROM placement WHERE account_id = ?1)";
        self.execute(sql, [account.0])?;
        Ok(())
    }

    /// Those that held. The others tell, until the account is changed again, that the server had the letter.
    fn drop_held_anchors(&mut self, account: AccountId) -> Result<()> {
        let sql = "DELETE FROM anchor
            WHERE placement_id IN (SELECT id FROM placement WHERE account_id = ?1 AND uid IS NOT NULL)";
        self.execute(sql, [account.0])?;
        Ok(())
    }
}

/// Marks on both sides of a change: those that were set here, and those that were cleared.
fn difference(ours: (Flags, &[String]), base: (Flags, &[String])) -> pli_model::Marking {
    let missing = |these: &[String], those: &[String]| -> Vec<String> {
        let has = |word: &String| those.iter().any(|other| other.eq_ignore_ascii_case(word));
        these.iter().filter(|word| !has(word)).cloned().collect()
    };
    pli_model::Marking {
        flags: pli_model::FlagChange {
            add: ours.0.without(base.0),
            remove: base.0.without(ours.0),
        },
        add_keywords: missing(ours.1, base.1),
        remove_keywords: missing(base.1, ours.1),
    }
}

#[cfg(test)]
mod tests;

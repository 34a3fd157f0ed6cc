//! Mailboxes, with what we know of each at the server and its counters.
//!
//! `total` and `unread` are kept by triggers on `placement`: whatever writes there, they are right.

use crate::change::Change;
use crate::column::word;
use crate::{Reader, Result, StoreError, Writer};
use pli_model::{AccountId, MailboxId, OperationState, PlacementId, Role, UidValidity};
use rusqlite::{Row, params};

pub(crate) const CREATE: &str = "
CREATE TABLE mailbox (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    account_id     INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    path           TEXT    NOT NULL,
    delimiter      TEXT    NOT NULL DEFAULT '',
    role           TEXT    NOT NULL,
    -- The role's place in the order in which mailboxes are shown.
    rank           INTEGER NOT NULL,
    selectable     INTEGER NOT NULL DEFAULT 1,
    on_server      INTEGER NOT NULL DEFAULT 1,
    uid_validity   INTEGER,
    uid_next       INTEGER NOT NULL DEFAULT 0,
    server_exists  INTEGER NOT NULL DEFAULT 0,
    highest_modseq INTEGER NOT NULL DEFAULT 0,
    total          INTEGER NOT NULL DEFAULT 0,
    unread         INTEGER NOT NULL DEFAULT 0,
    UNIQUE (account_id, path)
) STRICT;
CREATE INDEX mailbox_by_rank ON mailbox (account_id, rank, path);
CREATE INDEX mailbox_by_role ON mailbox (role);
";

const COLUMNS: &str = "id, account_id, path, delimiter, role, selectable, on_server, uid_validity, uid_next,
    server_exists, highest_modseq, total, unread";

/// A mailbox of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mailbox {
    /// Local id.
    pub id: MailboxId,
    /// Whose.
    pub account: AccountId,
    /// Full name in Unicode, the delimiter inside.
    pub path: String,
    /// Hierarchy delimiter; `None` in a flat name space.
    pub delimiter: Option<char>,
    /// What it is for.
    pub role: Role,
    /// Whether it can hold letters.
    pub selectable: bool,
    /// False for a mailbox that exists on this computer only.
    pub on_server: bool,
    /// What the server said last and we have applied.
    pub known: ServerState,
    /// Letters shown in it.
    pub total: u32,
    /// Those of them that are not `\Seen`.
    pub unread: u32,
}

/// What a server says of a mailbox (RFC 9051 §2.3.1, RFC 7162 §3.1.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ServerState {
    /// The UIDVALIDITY under which our UIDs stand.
    pub uid_validity: Option<UidValidity>,
    /// UIDNEXT; 0 while unknown.
    pub uid_next: u32,
    /// Number of letters there.
    pub exists: u32,
    /// HIGHESTMODSEQ as last fully applied; 0 for none.
    pub highest_modseq: u64,
}

/// A mailbox as listed, to be added or brought up to date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewMailbox {
    /// Full name in Unicode; what a mailbox is recognised by.
    pub path: String,
    /// Hierarchy delimiter.
    pub delimiter: Option<char>,
    /// What it is for.
    pub role: Role,
    /// Whether it can hold letters.
    pub selectable: bool,
    /// False for a mailbox that exists on this computer only.
    pub on_server: bool,
}

impl Reader<'_> {
    /// Mailboxes of an account, by role, then by path.
    pub fn mailboxes(&self, account: AccountId) -> Result<Vec<Mailbox>> {
        let sql = format!("SELECT {COLUMNS} FROM mailbox WHERE account_id = ?1 ORDER BY rank, path");
        self.all(&sql, [account.0], read)
    }

    /// One mailbox.
    pub fn mailbox(&self, id: MailboxId) -> Result<Mailbox> {
        let sql = format!("SELECT {COLUMNS} FROM mailbox WHERE id = ?1");
        self.the(|| format!("mailbox {id}"), &sql, [id.0], read)
    }

    /// The mailbox of that path.
    pub fn mailbox_at(&self, account: AccountId, path: &str) -> Result<Option<Mailbox>> {
        let sql = format!("SELECT {COLUMNS} FROM mailbox WHERE account_id = ?1 AND path = ?2");
        self.one(&sql, params![account.0, path], read)
    }

    /// The first mailbox of that role.
    pub fn mailbox_for(&self, account: AccountId, role: Role) -> Result<Option<Mailbox>> {
        let sql = format!("SELECT {COLUMNS} FROM mailbox WHERE account_id = ?1 AND rank = ?2 ORDER BY path LIMIT 1");
        self.one(&sql, params![account.0, rank(role)], read)
    }

    /// Mailboxes of that role, over all accounts.
    pub(crate) fn mailboxes_for(&self, role: Role) -> Result<Vec<MailboxId>> {
        self.all("SELECT id FROM mailbox WHERE role = ?1", [role.as_str()], |row| {
            row.get(0).map(MailboxId)
        })
    }
}

impl Writer<'_> {
    /// Adds the mailbox, or brings the one of that path up to date.
    pub fn put_mailbox(&mut self, account: AccountId, new: &NewMailbox) -> Result<MailboxId> {
        let delimiter = new.delimiter.map(String::from).unwrap_or_default();
        let known = self.mailbox_at(account, &new.path)?;
        if let Some(known) = known {
            let same = (known.delimiter, known.role, known.selectable, known.on_server)
                == (new.delimiter, new.role, new.selectable, new.on_server);
            if !same {
                self.execute(
                    "UPDATE mailbox SET delimiter = ?2, role = ?3, rank = ?4, selectable = ?5, on_server = ?6
                     WHERE id = ?1",
                    params![
                        known.id.0,
                        delimiter,
                        new.role.as_str(),
                        rank(new.role),
                        new.selectable,
                        new.on_server
                    ],
                )?;
                self.note(Change::Mailboxes(account));
            }
            return Ok(known.id);
        }
        self.account(account)?;
        let id = self.insert(
            "INSERT INTO mailbox (account_id, path, delimiter, role, rank, selectable, on_server)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![
                account.0,
                new.path,
                delimiter,
                new.role.as_str(),
                rank(new.role),
                new.selectable,
                new.on_server
            ],
        )?;
        self.note(Change::Mailboxes(account));
        Ok(MailboxId(id))
    }

    /// Removes a mailbox, on a positive statement that it is gone, with the letters that are shown in it or that the
    /// server has there. Unfinished moves into it are undone first: their letters go back to where they are.
    ///
    /// The letters that were shown in it are not told one by one.
    pub fn remove_mailbox(&mut self, id: MailboxId) -> Result<()> {
        let mailbox = self.mailbox(id)?;
        for operation in self.moves_into(id)? {
            self.end_operation(operation, OperationState::Undone, "the mailbox was removed")?;
        }
        let sql = "SELECT id FROM placement WHERE server_mailbox_id = ?1 AND mailbox_id <> ?1";
        for shown_elsewhere in self.all(sql, [id.0], |row| row.get(0).map(PlacementId))? {
            self.remove_placement(shown_elsewhere)?;
        }
        let unfinished = self.unfinished_operations_in(id)?;
        self.execute("DELETE FROM mailbox WHERE id = ?1", [id.0])?;
        unfinished
            .into_iter()
            .try_for_each(|operation| self.finish_if_empty(operation))?;
        self.note(Change::Mailboxes(mailbox.account));
        Ok(())
    }

    /// Remembers what the server said of a mailbox. Written in the transaction that applies what it stands for, so
    /// that a HIGHESTMODSEQ never runs ahead of its changes.
    pub fn set_server_state(&mut self, mailbox: MailboxId, state: ServerState) -> Result<()> {
        let updated = self.execute(
            "UPDATE mailbox SET uid_validity = ?2, uid_next = ?3, server_exists = ?4, highest_modseq = ?5 WHERE id = ?1",
            params![
                mailbox.0,
                state.uid_validity.map(|validity| validity.0),
                state.uid_next,
                state.exists,
                // RFC 7162 §1 bounds a mod-sequence to 63 bits; more than that is a lie that compares as "newest".
                i64::try_from(state.highest_modseq).unwrap_or(i64::MAX),
            ],
        )?;
        if updated == 0 {
            Err(StoreError::NotFound(format!("mailbox {mailbox}")))
        } else {
            Ok(())
        }
    }
}

fn rank(role: Role) -> i64 {
    Role::ALL
        .iter()
        .zip(0..)
        .find(|(known, _)| **known == role)
        .map_or(i64::MAX, |(_, rank)| rank)
}

fn read(row: &Row<'_>) -> rusqlite::Result<Mailbox> {
    Ok(Mailbox {
        id: MailboxId(row.get(0)?),
        account: AccountId(row.get(1)?),
        path: row.get(2)?,
        delimiter: row.get_ref(3)?.as_str()?.chars().next(),
        role: word(row, 4, Role::from_word)?,
        selectable: row.get(5)?,
        on_server: row.get(6)?,
        known: ServerState {
            uid_validity: row.get::<_, Option<u32>>(7)?.map(UidValidity),
            uid_next: row.get(8)?,
            exists: row.get(9)?,
            highest_modseq: row.get::<_, i64>(10)?.unsigned_abs(),
        },
        total: row.get(11)?,
        unread: row.get(12)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Desk, command, new_mailbox};
    use pli_model::Operation;

    #[test]
    fn mailboxes_come_by_role_then_path() {
        let desk = Desk::new();
        let account = desk.account;
        desk.write(move |w| {
            for (path, role) in [
                ("Zoo", Role::Other),
                ("Bin", Role::Trash),
                ("Out", Role::Sent),
                ("Art", Role::Other),
            ] {
                w.put_mailbox(account, &new_mailbox(path, role))?;
            }
            Ok(())
        });
        let paths: Vec<_> = desk
            .read(move |r| r.mailboxes(account))
            .into_iter()
            .map(|one| one.path)
            .collect();
        assert_eq!(paths, ["INBOX", "Out", "Archive", "Bin", "Art", "Zoo"]);
        assert_eq!(
            desk.read(move |r| r.mailbox_for(account, Role::Sent)).unwrap().path,
            "Out"
        );
        assert_eq!(desk.read(move |r| r.mailbox_for(account, Role::Junk)), None);
        assert_eq!(
            desk.read(move |r| r.mailbox_at(account, "Zoo")).unwrap().delimiter,
            Some('/')
        );
    }

    #[test]
    fn putting_again_updates_and_is_told_only_when_something_changed() {
        let desk = Desk::new();
        let (account, archive) = (desk.account, desk.archive);
        let mut news = desk.store.changes();
        let mut listed = new_mailbox("Archive", Role::Archive);
        let same = listed.clone();
        assert_eq!(desk.write(move |w| w.put_mailbox(account, &same)), archive);
        assert!(news.try_recv().is_err());
        listed.selectable = false;
        assert_eq!(desk.write(move |w| w.put_mailbox(account, &listed)), archive);
        assert_eq!(news.try_recv().unwrap().changes, [Change::Mailboxes(account)]);
        assert!(!desk.read(move |r| r.mailbox(archive)).selectable);
    }

    #[test]
    fn what_the_server_said_is_remembered() {
        let desk = Desk::new();
        let inbox = desk.inbox;
        let state = ServerState {
            uid_validity: Some(UidValidity(u32::MAX)),
            uid_next: 9,
            exists: 4,
            highest_modseq: 1 << 62,
        };
        desk.write(move |w| w.set_server_state(inbox, state));
        assert_eq!(desk.reopen().read(move |r| r.mailbox(inbox)).known, state);
    }

    #[test]
    fn a_removed_mailbox_takes_its_letters_and_gives_back_those_on_their_way_to_it() {
        let desk = Desk::with_mail(2);
        let (account, inbox, archive) = (desk.account, desk.inbox, desk.archive);
        let [staying, going] = [desk.letters[0], desk.letters[1]];
        desk.write(move |w| w.enqueue(&command("move"), account, Operation::Move(archive), &[staying]));
        desk.write(move |w| w.set_position(going, archive, None));
        let flagged = Operation::Flag(pli_model::FlagChange::add(pli_model::Flags::FLAGGED));
        desk.write(move |w| w.enqueue(&command("flag"), account, flagged, &[going]));
        desk.write(move |w| w.remove_mailbox(archive));
        assert_eq!(
            desk.read(move |r| r.pending_count(account)),
            0,
            "what waited for its letters has ended"
        );
        assert_eq!(desk.read(move |r| r.letter(staying)).row.mailbox, inbox);
        assert_eq!(desk.read(move |r| r.mailbox(inbox)).total, 1);
        let operation = desk.read(move |r| r.operations(account)).remove(0);
        assert_eq!(
            (operation.state, operation.error.as_str()),
            (OperationState::Undone, "the mailbox was removed")
        );
        assert_eq!(desk.check(), []);
    }
}

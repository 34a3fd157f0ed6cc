//! Accounts.

use crate::change::Change;
use crate::column::word;
use crate::{Reader, Result, StoreError, Writer};
use pli_model::{Account, AccountId, Endpoint, LeaveOnServer, Protocol, Retention, Security, SentPolicy};
use rusqlite::{Row, params};

pub(crate) const CREATE: &str = "
CREATE TABLE account (
    id                INTEGER PRIMARY KEY AUTOINCREMENT,
    -- The address in lower case: one account an address.
    email_key         TEXT    NOT NULL UNIQUE,
    email             TEXT    NOT NULL,
    name              TEXT    NOT NULL DEFAULT '',
    protocol          TEXT    NOT NULL,
    incoming_host     TEXT    NOT NULL,
    incoming_port     INTEGER NOT NULL,
    incoming_security TEXT    NOT NULL,
    outgoing_host     TEXT    NOT NULL,
    outgoing_port     INTEGER NOT NULL,
    outgoing_security TEXT    NOT NULL,
    user              TEXT    NOT NULL,
    server_files_sent INTEGER NOT NULL DEFAULT 0
) STRICT;
";

pub(crate) const FORMAT_2: &str = "
-- pli_model::Retention as its word.
ALTER TABLE account ADD COLUMN keep_bodies TEXT NOT NULL DEFAULT 'everything';
";

pub(crate) const FORMAT_4: &str = "
-- pli_model::LeaveOnServer as its word.
ALTER TABLE account ADD COLUMN leave_on_server TEXT NOT NULL DEFAULT 'everything';
";

const COLUMNS: &str = "id, email, name, protocol, incoming_host, incoming_port, incoming_security,
    outgoing_host, outgoing_port, outgoing_security, user, server_files_sent, keep_bodies,
    leave_on_server";

/// An account to be added. It keeps everything, here and at the server; [`Writer::update_account`] tells otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAccount {
    /// The address letters are sent from.
    pub email: String,
    /// Display name on outgoing letters; may be empty.
    pub name: String,
    /// How its mail is read.
    pub protocol: Protocol,
    /// The IMAP or POP3 server.
    pub incoming: Endpoint,
    /// The submission server.
    pub outgoing: Endpoint,
    /// Sign-in name at both servers.
    pub user: String,
    /// Who files sent copies.
    pub sent_policy: SentPolicy,
}

impl Reader<'_> {
    /// Every account, in the order in which they were added.
    pub fn accounts(&self) -> Result<Vec<Account>> {
        self.all(&format!("SELECT {COLUMNS} FROM account ORDER BY id"), [], read)
    }

    /// One account.
    pub fn account(&self, id: AccountId) -> Result<Account> {
        let sql = format!("SELECT {COLUMNS} FROM account WHERE id = ?1");
        self.the(|| format!("account {id}"), &sql, [id.0], read)
    }
}

impl Writer<'_> {
    /// Adds an account. A second one of the same address, in any case, is [`StoreError::AlreadyThere`].
    pub fn add_account(&mut self, new: &NewAccount) -> Result<AccountId> {
        self.refuse_taken_address(&new.email, None)?;
        let id = self.insert(
            "INSERT INTO account (email_key, email, name, protocol, incoming_host, incoming_port, incoming_security,
                 outgoing_host, outgoing_port, outgoing_security, user, server_files_sent)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
            params![
                new.email.to_lowercase(),
                new.email,
                new.name,
                new.protocol.as_str(),
                new.incoming.host,
                new.incoming.port,
                new.incoming.security.as_str(),
                new.outgoing.host,
                new.outgoing.port,
                new.outgoing.security.as_str(),
                new.user,
                new.sent_policy == SentPolicy::ServerFiles,
            ],
        )?;
        self.note(Change::Accounts);
        Ok(AccountId(id))
    }

    /// Replaces everything that is known of an account but its mail: also how a change of protocol is written down.
    pub fn update_account(&mut self, account: &Account) -> Result<()> {
        self.refuse_taken_address(&account.email, Some(account.id))?;
        if self.account(account.id)?.incoming.host != account.incoming.host {
            self.clear_passport(account.id)?;
        }
        self.execute(
            "UPDATE account SET email_key = ?2, email = ?3, name = ?4, protocol = ?5, incoming_host = ?6,
                 incoming_port = ?7, incoming_security = ?8, outgoing_host = ?9, outgoing_port = ?10,
                 outgoing_security = ?11, user = ?12, server_files_sent = ?13, keep_bodies = ?14,
                 leave_on_server = ?15
             WHERE id = ?1",
            params![
                account.id.0,
                account.email.to_lowercase(),
                account.email,
                account.name,
                account.protocol.as_str(),
                account.incoming.host,
                account.incoming.port,
                account.incoming.security.as_str(),
                account.outgoing.host,
                account.outgoing.port,
                account.outgoing.security.as_str(),
                account.user,
                account.sent_policy == SentPolicy::ServerFiles,
                account.retention.word(),
                account.leave_on_server.word(),
            ],
        )?;
        self.note(Change::Accounts);
        Ok(())
    }

    /// Removes an account with all its mail, drafts and outgoing letters. Bodies are collected later.
    pub fn remove_account(&mut self, id: AccountId) -> Result<()> {
        self.account(id)?;
        // In this order, so that no foreign key is looked up for rows that go anyway.
        for sql in [
            "DELETE FROM outbox WHERE account_id = ?1",
            "DELETE FROM draft WHERE account_id = ?1",
            "DELETE FROM operation WHERE account_id = ?1",
            "DELETE FROM mailbox_operation WHERE account_id = ?1",
            "DELETE FROM uidl WHERE account_id = ?1",
            "DELETE FROM mailbox WHERE account_id = ?1",
            "DELETE FROM message_ref WHERE account_id = ?1",
            "DELETE FROM account WHERE id = ?1",
        ] {
            self.execute(sql, [id.0])?;
        }
        for change in [Change::Accounts, Change::Mailboxes(id), Change::Outbox, Change::Drafts] {
            self.note(change);
        }
        Ok(())
    }

    fn refuse_taken_address(&self, email: &str, own: Option<AccountId>) -> Result<()> {
        let taken = self.one(
            "SELECT id FROM account WHERE email_key = ?1",
            [email.to_lowercase()],
            |row| row.get(0),
        )?;
        match taken.map(AccountId) {
            Some(other) if Some(other) != own => Err(StoreError::AlreadyThere(format!("an account for {email}"))),
            _ => Ok(()),
        }
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<Account> {
    let endpoint = |first: usize| -> rusqlite::Result<Endpoint> {
        Ok(Endpoint {
            host: row.get(first)?,
            port: row.get(first + 1)?,
            security: word(row, first + 2, Security::from_word)?,
        })
    };
    Ok(Account {
        id: AccountId(row.get(0)?),
        email: row.get(1)?,
        name: row.get(2)?,
        protocol: word(row, 3, Protocol::from_word)?,
        incoming: endpoint(4)?,
        outgoing: endpoint(7)?,
        user: row.get(10)?,
        sent_policy: if row.get(11)? {
            SentPolicy::ServerFiles
        } else {
            SentPolicy::File
        },
        retention: word(row, 12, Retention::from_word)?,
        leave_on_server: word(row, 13, LeaveOnServer::from_word)?,
    })
}

#[cfg(test)]
mod tests {
    use crate::testing::{Desk, new_account};
    use crate::{Change, StoreError};
    use pli_model::{AccountId, LeaveOnServer, Protocol, Retention, SentPolicy};

    #[test]
    fn an_account_comes_back_as_it_went_in_and_can_change() {
        let desk = Desk::new();
        let id = desk.write(|w| w.add_account(&new_account("Ann@North.test")));
        let mut account = desk.read(move |r| r.account(id));
        assert_eq!(account.retention, Retention::Everything);
        assert_eq!((account.email.as_str(), account.outgoing.port), ("Ann@North.test", 587));
        account.protocol = Protocol::Pop3;
        account.sent_policy = SentPolicy::ServerFiles;
        account.incoming.port = 995;
        account.retention = Retention::Months(6);
        account.leave_on_server = LeaveOnServer::Days(14);
        let changed = account.clone();
        desk.write(move |w| w.update_account(&changed));
        assert_eq!(desk.read(|r| r.accounts()).pop(), Some(account));
    }

    #[test]
    fn one_account_an_address() {
        let desk = Desk::new();
        desk.write(|w| w.add_account(&new_account("ann@north.test")));
        let twice = desk.try_write(|w| w.add_account(&new_account("ANN@north.test")));
        assert!(matches!(twice, Err(StoreError::AlreadyThere(_))));
        assert!(matches!(
            desk.try_write(|w| w.remove_account(AccountId(7))),
            Err(StoreError::NotFound(_))
        ));
    }

    #[test]
    fn removing_an_account_leaves_nothing_of_it() {
        let desk = Desk::with_mail(3);
        let account = desk.account;
        let mut news = desk.store.changes();
        desk.write(move |w| w.remove_account(account));
        assert!(news.try_recv().unwrap().changes.contains(&Change::Accounts));
        for table in [
            "account",
            "mailbox",
            "mailbox_operation",
            "placement",
            "letter",
            "message_ref",
            "operation",
            "passport",
        ] {
            let rows: i64 = desk.read(move |r| {
                Ok(r.mail
                    .query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0))?)
            });
            assert_eq!(rows, 0, "{table}");
        }
        assert_eq!(desk.check(), []);
    }
}

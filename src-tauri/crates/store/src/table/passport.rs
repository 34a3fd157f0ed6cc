//! Passports: what each account's server was found to be good and bad at.

use crate::change::Change;
use crate::column::time;
use crate::{Reader, Result, Writer};
use pli_model::{AccountId, Passport, Quirk};
use rusqlite::params;

pub(crate) const CREATE: &str = "
CREATE TABLE passport (
    account_id INTEGER PRIMARY KEY REFERENCES account (id) ON DELETE CASCADE,
    software   TEXT    NOT NULL DEFAULT ''
) STRICT;
CREATE TABLE verified (
    account_id INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    extension  TEXT    NOT NULL,
    at         INTEGER NOT NULL,
    PRIMARY KEY (account_id, extension)
) STRICT, WITHOUT ROWID;
CREATE TABLE quirk (
    account_id INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    name       TEXT    NOT NULL,
    detail     TEXT    NOT NULL DEFAULT '',
    since      INTEGER NOT NULL,
    PRIMARY KEY (account_id, name)
) STRICT, WITHOUT ROWID;
";

impl Reader<'_> {
    /// What is known of the account's server; a blank passport while nothing is.
    pub fn passport(&self, account: AccountId) -> Result<Passport> {
        let sql = "SELECT software FROM passport WHERE account_id = ?1";
        let software = self.one(sql, [account.0], |row| row.get(0))?.unwrap_or_default();
        let sql = "SELECT extension, at FROM verified WHERE account_id = ?1";
        let verified = self.all(sql, [account.0], |row| Ok((row.get(0)?, time(row, 1)?)))?;
        let sql = "SELECT name, detail, since FROM quirk WHERE account_id = ?1 ORDER BY name";
        let quirks = self.all(sql, [account.0], |row| {
            Ok(Quirk {
                name: row.get(0)?,
                detail: row.get(1)?,
                since: time(row, 2)?,
            })
        })?;
        Ok(Passport {
            software,
            verified: verified.into_iter().collect(),
            quirks,
        })
    }
}

impl Writer<'_> {
    /// Replaces what is known of the account's server. Of two quirks of one name the first counts.
    pub fn set_passport(&mut self, account: AccountId, passport: &Passport) -> Result<()> {
        let before = self.passport(account)?;
        self.clear_passport(account)?;
        self.execute(
            "INSERT INTO passport (account_id, software) VALUES (?1, ?2)",
            params![account.0, passport.software],
        )?;
        for (extension, at) in &passport.verified {
            self.execute(
                "INSERT INTO verified (account_id, extension, at) VALUES (?1, ?2, ?3)",
                params![account.0, extension, at.0],
            )?;
        }
        for Quirk { name, detail, since } in &passport.quirks {
            self.execute(
                "INSERT OR IGNORE INTO quirk (account_id, name, detail, since) VALUES (?1, ?2, ?3, ?4)",
                params![account.0, name, detail, since.0],
            )?;
        }
        // That its word was found true once more is no news to anybody.
        if (&before.software, &before.quirks) != (&passport.software, &passport.quirks) {
            self.note(Change::Accounts);
        }
        Ok(())
    }

    /// Another server may be another software.
    pub(crate) fn clear_passport(&mut self, account: AccountId) -> Result<()> {
        for sql in [
            "DELETE FROM passport WHERE account_id = ?1",
            "DELETE FROM verified WHERE account_id = ?1",
            "DELETE FROM quirk WHERE account_id = ?1",
        ] {
            self.execute(sql, [account.0])?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::Desk;
    use pli_model::{Passport, Quirk, Timestamp};

    fn passport() -> Passport {
        let quirk = |name: &str| Quirk {
            name: name.to_owned(),
            detail: "NO in the middle of a FETCH".to_owned(),
            since: Timestamp(5),
        };
        Passport {
            software: "Dovecot".to_owned(),
            verified: [("QRESYNC".to_owned(), Timestamp(9))].into(),
            quirks: vec![quirk("a"), quirk("b")],
        }
    }

    #[test]
    fn a_passport_comes_back_and_is_replaced() {
        let desk = Desk::new();
        let account = desk.account;
        assert_eq!(desk.read(move |r| r.passport(account)), Passport::default());
        desk.write(move |w| w.set_passport(account, &passport()));
        let mut news = desk.store.changes();
        let again = Passport {
            verified: [("CONDSTORE".to_owned(), Timestamp(10))].into(),
            ..passport()
        };
        let said = again.clone();
        desk.write(move |w| w.set_passport(account, &said));
        assert!(news.try_recv().is_err(), "nothing that a person would see");
        assert_eq!(desk.reopen().read(move |r| r.passport(account)), again);
    }

    #[test]
    fn it_goes_with_the_server_and_with_the_account() {
        let desk = Desk::new();
        let account = desk.account;
        desk.write(move |w| {
            w.set_passport(account, &passport())?;
            let mut same = w.account(account)?;
            same.incoming.port = 143;
            w.update_account(&same)
        });
        assert_eq!(desk.read(move |r| r.passport(account)), passport());
        desk.write(move |w| {
            let mut other = w.account(account)?;
            other.incoming.host = "imap.south.test".to_owned();
            w.update_account(&other)
        });
        assert_eq!(desk.read(move |r| r.passport(account)), Passport::default());
        desk.write(move |w| {
            w.set_passport(account, &passport())?;
            w.remove_account(account)
        });
        assert_eq!(desk.check(), []);
    }
}

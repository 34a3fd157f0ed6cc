//! Settings: text by name.

use crate::{Reader, Result, Writer};
use pli_model::AccountId;

pub(crate) const CREATE: &str = "
CREATE TABLE setting (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
";

impl Reader<'_> {
    /// The setting of that name, if it was ever put.
    pub fn setting(&self, key: &str) -> Result<Option<String>> {
        self.one("SELECT value FROM setting WHERE key = ?1", [key], |row| row.get(0))
    }
}

/// Where the paths of an account's new mailboxes begin.
fn prefix_key(account: AccountId) -> String {
    format!("mailbox-prefix/{account}")
}

impl Reader<'_> {
    /// What the path of a new mailbox at the top begins with (RFC 2342's personal namespace); may be empty.
    pub fn mailbox_prefix(&self, account: AccountId) -> Result<String> {
        Ok(self.setting(&prefix_key(account))?.unwrap_or_default())
    }
}

impl Writer<'_> {
    /// Keeps what [`Reader::mailbox_prefix`] answers.
    pub fn set_mailbox_prefix(&mut self, account: AccountId, prefix: &str) -> Result<()> {
        match self.mailbox_prefix(account)? == prefix {
            true => Ok(()),
            false => self.put_setting(&prefix_key(account), prefix),
        }
    }

    /// Puts a setting in place of the one of that name.
    pub fn put_setting(&mut self, key: &str, value: &str) -> Result<()> {
        self.execute(
            "INSERT INTO setting (key, value) VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            [key, value],
        )?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::Desk;

    #[test]
    fn the_last_word_counts_and_survives() {
        let desk = Desk::new();
        assert_eq!(desk.read(|r| r.setting("density")), None);
        desk.write(|w| w.put_setting("density", "cosy"));
        desk.write(|w| w.put_setting("density", "dense"));
        assert_eq!(desk.reopen().read(|r| r.setting("density")).as_deref(), Some("dense"));
    }
}

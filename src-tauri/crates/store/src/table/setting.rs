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

/// Whether an account has changed its protocol and not been looked at since.
fn settling_key(account: AccountId) -> String {
    format!("settling/{account}")
}

impl Reader<'_> {
    /// Whether the first look after a change of protocol has not ended well yet: until then nothing is changed at the server,
    /// and nothing is told as new.
    pub fn is_settling(&self, account: AccountId) -> Result<bool> {
        Ok(self.setting(&settling_key(account))?.is_some_and(|value| value == "1"))
    }

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

    /// Keeps what [`Reader::is_settling`] answers.
    pub fn set_settling(&mut self, account: AccountId, is_settling: bool) -> Result<()> {
        match self.is_settling(account)? == is_settling {
            true => Ok(()),
            false => self.put_setting(&settling_key(account), if is_settling { "1" } else { "" }),
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

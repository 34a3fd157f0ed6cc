//! Settings: text by name.

use crate::{Reader, Result, Writer};

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

impl Writer<'_> {
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

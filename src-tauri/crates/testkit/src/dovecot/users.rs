//! Who may sign in: a `passwd-file` for each user. Dovecot looks at a file that it knows again only once a second,
//! at one that it does not know at once.

use crate::error::{Doing, Result};
use std::fmt::Write as _;
use std::path::PathBuf;

/// The users of one server.
pub(crate) struct Users {
    dir: PathBuf,
}

impl Users {
    /// Writes the files of these users, name and password each, into a new folder.
    pub fn new(dir: PathBuf, users: &[(String, String)]) -> Result<Self> {
        std::fs::create_dir(&dir).doing(dir.display())?;
        crate::os::open_to_all(&dir)?;
        let new = Self { dir };
        users.iter().try_for_each(|(name, password)| new.set(name, password))?;
        Ok(new)
    }

    /// Adds someone, or changes their password.
    pub fn set(&self, name: &str, password: &str) -> Result<()> {
        let name = name.to_lowercase();
        let mut text = format!("{name}:{{PLAIN.HEX}}");
        for byte in password.bytes() {
            let _ = write!(text, "{byte:02x}");
        }
        text.push('\n');
        // Replaced in one step: Dovecot may be reading it.
        let new = self.dir.join(".new");
        std::fs::write(&new, text).doing(new.display())?;
        std::fs::rename(&new, self.dir.join(&name)).doing(name)
    }
}

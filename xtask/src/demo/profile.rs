//! A profile for one demo: a temporary folder and a passphrase that nobody will ever need again.

use crate::Result;
use std::process::Command;
use tempfile::TempDir;

/// Gone when dropped.
pub struct Profile {
    dir: TempDir,
    passphrase: String,
    /// Who the programs run as, where that is not ourselves.
    user: Option<(String, String)>,
}

impl Profile {
    /// For the user `uid:gid`, else for ourselves.
    pub fn new(user: Option<&str>) -> Result<Self> {
        let dir = tempfile::Builder::new()
            .prefix("pli-demo-")
            .tempdir()
            .map_err(|error| error.to_string())?;
        if let Some(user) = user {
            let status = Command::new("chown").arg(user).arg(dir.path()).status();
            status.map_err(|error| error.to_string())?;
        }
        let mut random = [0; 16];
        getrandom::fill(&mut random).map_err(|error| error.to_string())?;
        let passphrase = random.iter().map(|byte| format!("{byte:02x}")).collect();
        let user = user
            .and_then(|user| user.split_once(':'))
            .map(|(uid, gid)| (uid.to_owned(), gid.to_owned()));
        Ok(Self { dir, passphrase, user })
    }

    /// The command, on this profile, as its user.
    pub fn enter(&self, inner: Command) -> Command {
        let mut command = self.as_user(inner);
        command
            .arg("--profile")
            .arg(self.dir.path())
            .env("PLI_VAULT_PASSPHRASE", &self.passphrase);
        command
    }

    fn as_user(&self, inner: Command) -> Command {
        let Some((uid, gid)) = &self.user else { return inner };
        // The way into the town, if there is one, comes first and keeps root; then root is dropped.
        let words: Vec<_> = std::iter::once(inner.get_program()).chain(inner.get_args()).collect();
        let (way, rest) = words.split_at(words.iter().position(|word| *word == "--").map_or(0, |at| at + 1));
        let drop_root = ["setpriv", "--reuid", uid, "--regid", gid, "--init-groups", "--"].map(std::ffi::OsStr::new);
        let mut all = way.iter().copied().chain(drop_root).chain(rest.iter().copied());
        let mut command = Command::new(all.next().unwrap_or_default());
        command.args(all);
        for (name, value) in inner.get_envs() {
            if let Some(value) = value {
                command.env(name, value);
            }
        }
        command
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn root_is_dropped_inside_the_town() {
        let mut profile = Profile::new(None).unwrap();
        profile.user = Some(("1000".to_owned(), "1001".to_owned()));
        let mut inner = Command::new("nsenter");
        inner.args(["--target=5", "--", "env", "-C", "/x", "pli"]).env("A", "b");
        let command = profile.enter(inner);
        let words: Vec<_> = command
            .get_args()
            .map(|word| word.to_string_lossy().into_owned())
            .collect();
        assert_eq!(command.get_program(), "nsenter");
        assert_eq!(
            words[..9],
            [
                "--target=5",
                "--",
                "setpriv",
                "--reuid",
                "1000",
                "--regid",
                "1001",
                "--init-groups",
                "--"
            ]
        );
        assert_eq!(words[9..13], ["env", "-C", "/x", "pli"]);
        assert!(command.get_envs().any(|(name, _)| name == "A"));
    }
}

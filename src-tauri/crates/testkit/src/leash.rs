//! Nothing outlives its test.
//!
//! A [`Leash`] is a small shell process that does one thing: it waits for the end of its standard input, then cleans
//! up. The other end of that pipe belongs to the test. When the test drops the leash, panics, or is killed outright,
//! the kernel closes the pipe and the shell does its work. It stands in a process group of its own, so that a runner
//! which kills a test with all its group does not kill the broom too.

use crate::error::{Doing, Error, Result};
use crate::os;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How long the clean-up may take before it is reported as stuck.
const PATIENCE: Duration = Duration::from_secs(20);

/// A folder and what runs in it, for as long as this value lives.
pub struct Leash {
    child: Child,
    dir: PathBuf,
}

impl Leash {
    /// A fresh folder, named after `kind`. Runs `hold` in a shell (`$1` is the folder), which must return once its
    /// standard input ends; then the folder is removed.
    ///
    /// The folder's path is short: the sockets of mail servers have names of at most 107 octets.
    pub fn new(kind: &str, hold: &str) -> Result<Self> {
        let parent = std::env::temp_dir();
        let parent = if parent.as_os_str().len() > 40 {
            PathBuf::from("/tmp")
        } else {
            parent
        };
        Self::within(&parent, kind, hold)
    }

    /// The same, the fresh folder being in `parent`.
    pub fn within(parent: &Path, kind: &str, hold: &str) -> Result<Self> {
        let prefix = format!("pli-{kind}-");
        sweep(parent, &prefix);
        let dir = tempfile::Builder::new()
            .prefix(&prefix)
            .rand_bytes(6)
            .tempdir_in(parent)
            .doing(parent.display())?;
        os::open_to_all(dir.path())?;
        let script = format!("{hold}\nstatus=$?\nrm -rf \"$1\" || {{ sleep 1; rm -rf \"$1\"; }}\nexit $status\n");
        let log = std::fs::File::create(dir.path().join("leash.log")).doing("leash.log")?;
        let child = os::detach(Command::new("sh").args(["-c", &script, "leash"]).arg(dir.path()))
            .stdin(Stdio::piped())
            .stdout(log.try_clone().doing("leash.log")?)
            .stderr(log)
            .spawn()
            .doing("sh")?;
        std::fs::write(dir.path().join(OWNER), child.id().to_string()).doing(OWNER)?;
        // From here on the shell removes it, also when we are not there any more to do so.
        let dir = dir.keep();
        Ok(Self { child, dir })
    }

    /// The folder.
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Says a number to the shell on its standard input.
    pub fn tell(&mut self, number: u32) -> Result<()> {
        use std::io::Write as _;
        let Some(pipe) = &mut self.child.stdin else {
            return Ok(());
        };
        pipe.write_all(format!("{number}\n").as_bytes()).doing("leash")
    }

    /// Whether the shell is gone already, which means that `hold` failed.
    pub(crate) fn has_ended(&mut self) -> bool {
        !matches!(self.child.try_wait(), Ok(None))
    }

    /// Lets go and waits until everything is cleaned up.
    fn release(&mut self) -> Result<()> {
        drop(self.child.stdin.take());
        let deadline = Instant::now() + PATIENCE;
        let status = loop {
            if let Some(status) = self.child.try_wait().doing("leash")? {
                break status;
            }
            if Instant::now() > deadline {
                return Err(Error::Server {
                    what: "cleaning up takes too long".to_owned(),
                    log: tail(&self.dir.join("leash.log")),
                });
            }
            std::thread::sleep(Duration::from_millis(5));
        };
        if !status.success() {
            return Err(Error::Server {
                what: format!("cleaning up failed ({status})"),
                log: String::new(),
            });
        }
        Ok(())
    }
}

impl Drop for Leash {
    fn drop(&mut self) {
        if let Err(error) = self.release() {
            eprintln!("{}: {error}", self.dir.display());
        }
    }
}

/// File in the folder that holds the process id of its shell.
const OWNER: &str = "leash.pid";

/// Removes folders whose shell was itself killed.
fn sweep(parent: &Path, prefix: &str) {
    let Ok(entries) = std::fs::read_dir(parent) else { return };
    for entry in entries
        .flatten()
        .filter(|entry| entry.file_name().to_string_lossy().starts_with(prefix))
    {
        let owner = std::fs::read_to_string(entry.path().join(OWNER)).unwrap_or_default();
        // Without a number it is being made at this moment.
        let dead = !owner.is_empty() && !Path::new("/proc").join(&owner).exists();
        if dead && Path::new("/proc/self").exists() {
            let _ = std::fs::remove_dir_all(entry.path());
        }
    }
}

/// The last lines of a log file, for an error text.
pub(crate) fn tail(path: &Path) -> String {
    let bytes = std::fs::read(path).unwrap_or_default();
    let text = String::from_utf8_lossy(&bytes);
    let lines: Vec<&str> = text.lines().collect();
    lines
        .get(lines.len().saturating_sub(40)..)
        .unwrap_or_default()
        .join("\n")
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn the_folder_goes_with_the_leash() {
        let leash = Leash::new("leash-test", "cat >/dev/null").unwrap();
        let dir = leash.dir().to_owned();
        std::fs::create_dir(dir.join("deep")).unwrap();
        std::fs::write(dir.join("deep/file"), "x").unwrap();
        assert!(dir.exists());
        drop(leash);
        assert!(!dir.exists());
    }

    #[test]
    fn a_folder_whose_shell_was_killed_is_swept_by_the_next() {
        let parent = tempfile::tempdir().unwrap();
        let [dead, alive, other] = ["pli-x-1", "pli-x-2", "keep"].map(|name| parent.path().join(name));
        for dir in [&dead, &alive, &other] {
            std::fs::create_dir(dir).unwrap();
        }
        std::fs::write(dead.join(OWNER), "4194999").unwrap();
        std::fs::write(alive.join(OWNER), std::process::id().to_string()).unwrap();
        sweep(parent.path(), "pli-x-");
        assert!(!dead.exists() && alive.exists() && other.exists());
    }
}

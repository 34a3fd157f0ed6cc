//! The little that differs between operating systems. The real servers run on Unix only; elsewhere these do nothing
//! and [`crate::require`] has refused long before.

use crate::error::{Doing, Result};
use std::path::Path;
use std::process::Command;

/// Numeric user and group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Ids {
    /// User id.
    pub uid: u32,
    /// Group id.
    pub gid: u32,
}

/// Who this process is.
#[cfg(unix)]
pub(crate) fn me() -> Result<Ids> {
    use std::os::unix::fs::MetadataExt;
    // A file that we make belongs to our effective ids: std has no geteuid.
    let probe = tempfile::NamedTempFile::new().doing("temporary file")?;
    let meta = probe.as_file().metadata().doing("temporary file")?;
    Ok(Ids {
        uid: meta.uid(),
        gid: meta.gid(),
    })
}

#[cfg(not(unix))]
pub(crate) fn me() -> Result<Ids> {
    Ok(Ids {
        uid: u32::MAX,
        gid: u32::MAX,
    })
}

/// Gives a file or folder to someone. Needs root unless it is theirs already.
#[cfg(unix)]
pub(crate) fn give(path: &Path, to: Ids) -> Result<()> {
    std::os::unix::fs::chown(path, Some(to.uid), Some(to.gid)).doing(path.display())
}

#[cfg(not(unix))]
pub(crate) fn give(_: &Path, _: Ids) -> Result<()> {
    Ok(())
}

/// Lets everybody look in, and the owner write.
pub(crate) fn open_to_all(path: &Path) -> Result<()> {
    mode(path, 0o755)
}

/// For the owner only.
pub(crate) fn private(path: &Path) -> Result<()> {
    mode(path, 0o600)
}

#[cfg(unix)]
fn mode(path: &Path, mode: u32) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).doing(path.display())
}

#[cfg(not(unix))]
fn mode(_: &Path, _: u32) -> Result<()> {
    Ok(())
}

/// Puts the command into a process group of its own, out of reach of the terminal's Ctrl-C and of a test runner
/// that kills its test's group.
#[cfg(unix)]
pub(crate) fn detach(command: &mut Command) -> &mut Command {
    use std::os::unix::process::CommandExt;
    command.process_group(0)
}

#[cfg(not(unix))]
pub(crate) fn detach(command: &mut Command) -> &mut Command {
    command
}

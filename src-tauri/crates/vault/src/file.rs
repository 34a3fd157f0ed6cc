//! Small files that are replaced whole: written beside, synced, renamed, and the folder synced. Readable by their
//! owner only.

use crate::{Result, VaultError};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::Path;

/// Replaces `path` by the JSON of `value`; the folder is made when missing.
pub(crate) fn write<T: Serialize>(path: &Path, value: &T) -> Result<()> {
    let io = |source| VaultError::io(path, source);
    let text = serde_json::to_vec_pretty(value).map_err(|error| VaultError::damaged(path, error))?;
    let folder = path.parent().ok_or_else(|| io(ErrorKind::InvalidInput.into()))?;
    make_private(folder).map_err(io)?;
    let beside = path.with_extension("new");
    // A file that a crash left behind may have other permissions: it is not written into.
    match fs::remove_file(&beside) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(io(error)),
        _ => {}
    }
    let mut file = private().open(&beside).map_err(io)?;
    file.write_all(&text).and_then(|()| file.sync_all()).map_err(io)?;
    drop(file);
    fs::rename(&beside, path).map_err(io)?;
    sync_folder(folder).map_err(io)
}

/// The value in the file; `None` when there is no file.
pub(crate) fn read<T: DeserializeOwned>(path: &Path) -> Result<Option<T>> {
    match fs::read(path) {
        Ok(text) => serde_json::from_slice(&text)
            .map(Some)
            .map_err(|error| VaultError::damaged(path, error)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(VaultError::io(path, error)),
    }
}

/// Removes the file, if it is there.
pub(crate) fn remove(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Ok(()) => path
            .parent()
            .map_or(Ok(()), sync_folder)
            .map_err(|error| VaultError::io(path, error)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(VaultError::io(path, error)),
    }
}

#[cfg(unix)]
fn private() -> OpenOptions {
    use std::os::unix::fs::OpenOptionsExt;
    let mut options = File::options();
    options.write(true).create_new(true).mode(0o600);
    options
}

#[cfg(unix)]
fn make_private(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

#[cfg(unix)]
fn sync_folder(folder: &Path) -> std::io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Elsewhere the profile lies in the person's own folder, which others cannot read, and folders cannot be synced.
#[cfg(not(unix))]
fn private() -> OpenOptions {
    let mut options = File::options();
    options.write(true).create_new(true);
    options
}

#[cfg(not(unix))]
fn make_private(folder: &Path) -> std::io::Result<()> {
    fs::create_dir_all(folder)
}

#[cfg(not(unix))]
fn sync_folder(_folder: &Path) -> std::io::Result<()> {
    Ok(())
}

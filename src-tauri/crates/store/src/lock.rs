//! The profile's lock file: one process at a time. The system releases it when the process ends, however it ends.

use crate::{Result, StoreError};
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::Path;

/// Held as long as the store is open.
#[derive(Debug)]
pub(crate) struct ProfileLock {
    _file: File,
}

impl ProfileLock {
    pub(crate) fn take(profile: &Path) -> Result<Self> {
        let path = profile.join("lock");
        let io = |source| StoreError::io(&path, source);
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(io)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut text = String::new();
                // Windows does not let others read a locked file: then the process stays unknown.
                let pid = file
                    .read_to_string(&mut text)
                    .ok()
                    .and_then(|_| text.trim().parse().ok());
                return Err(StoreError::Busy {
                    profile: profile.to_owned(),
                    pid,
                });
            }
            Err(TryLockError::Error(source)) => return Err(io(source)),
        }
        file.set_len(0).and_then(|()| file.rewind()).map_err(io)?;
        writeln!(file, "{}", std::process::id()).map_err(io)?;
        Ok(Self { _file: file })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_taker_learns_who_holds_it() {
        let profile = tempfile::tempdir().unwrap();
        let lock = ProfileLock::take(profile.path()).unwrap();
        let refused = ProfileLock::take(profile.path()).unwrap_err();
        assert!(refused.to_string().contains("is in use by another Pli"), "{refused}");
        if cfg!(unix) {
            assert!(matches!(refused, StoreError::Busy { pid: Some(pid), .. } if pid == std::process::id()));
        }
        drop(lock);
        ProfileLock::take(profile.path()).unwrap();
    }
}

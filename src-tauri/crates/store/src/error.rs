//! What can go wrong in the store, each in a sentence that a person can act upon.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use thiserror::Error;

/// Result of everything the store is asked.
pub type Result<T, E = StoreError> = std::result::Result<T, E>;

/// Why the store could not do what it was asked.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum StoreError {
    /// Another process holds the profile.
    #[error("the profile {} is in use by another Pli{}", profile.display(), pid.map_or(String::new(), |pid| format!(" (process {pid})")))]
    Busy {
        /// The profile folder.
        profile: PathBuf,
        /// Its process id, where it can be told.
        pid: Option<u32>,
    },
    /// A newer Pli has changed a file in a way that this one cannot follow.
    #[error("{} was written by a newer Pli (it needs format {needs}, this Pli knows {known}): open it with the newer one", file.display())]
    TooNew {
        /// The file.
        file: PathBuf,
        /// Lowest format that may read it.
        needs: i64,
        /// Highest format that this Pli knows.
        known: i64,
    },
    /// A file is no database, not one of Pli's, or its content contradicts itself.
    #[error("{file} is damaged or not Pli's: {detail}")]
    Corrupt {
        /// The file, or what is known of it.
        file: String,
        /// What was found.
        detail: String,
    },
    /// The disk is full.
    #[error("the disk is full: nothing more can be stored until some space is freed")]
    Full,
    /// The file system refused.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The system's answer.
        source: std::io::Error,
    },
    /// SQLite refused in a way that none of the others describes.
    #[error("the store failed: {0}")]
    Sqlite(#[source] rusqlite::Error),
    /// Something that was asked for by its id is not there (any more).
    #[error("there is no {0}")]
    NotFound(String),
    /// What was to be added exists already.
    #[error("{0} is already there")]
    AlreadyThere(String),
    /// The request contradicts itself or the state of the store.
    #[error("{0}")]
    Refused(String),
    /// So many letters would exist nowhere any more, and nobody has agreed to that.
    #[error("{}", last_copies(*.0))]
    LastCopies(u32),
    /// The work panicked; its transaction was rolled back.
    #[error("an internal error stopped this request; nothing was changed")]
    Panicked,
    /// The store is being closed.
    #[error("the store is closed")]
    Closed,
}

impl StoreError {
    /// A failure of the file system at `path`, or of SQLite where a body was copied into it.
    pub(crate) fn io(path: &Path, source: std::io::Error) -> Self {
        if matches!(source.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded) {
            return Self::Full;
        }
        match source.downcast::<rusqlite::Error>() {
            Ok(error) => error.into(),
            Err(source) => Self::Io {
                path: path.to_owned(),
                source,
            },
        }
    }

    /// A damaged file is named by its path, which SQLite's own error does not tell.
    pub(crate) fn in_file(self, path: &Path) -> Self {
        match self {
            Self::Corrupt { detail, .. } => Self::Corrupt {
                file: path.display().to_string(),
                detail,
            },
            other => other,
        }
    }
}

fn last_copies(count: u32) -> String {
    let (are, them) = match count {
        1 => ("1 letter exists".to_owned(), "it"),
        many => (format!("{many} letters exist"), "them"),
    };
    format!("{are} on this computer only, as far as Pli knows: nothing was deleted; say that you agree to lose {them}")
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode::{DatabaseCorrupt, DiskFull, NotADatabase};
        match error.sqlite_error_code() {
            Some(DatabaseCorrupt | NotADatabase) => Self::Corrupt {
                file: "the store".to_owned(),
                detail: error.to_string(),
            },
            Some(DiskFull) => Self::Full,
            _ => Self::Sqlite(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rusqlite::{Error, ffi};
    use std::io;

    #[test]
    fn a_full_disk_is_told_as_one_whoever_finds_it() {
        let sqlite = Error::SqliteFailure(ffi::Error::new(ffi::SQLITE_FULL), None);
        for source in [
            io::Error::from(ErrorKind::StorageFull),
            io::Error::from(ErrorKind::QuotaExceeded),
            io::Error::other(sqlite),
        ] {
            assert!(matches!(StoreError::io(Path::new("x"), source), StoreError::Full));
        }
        let denied = io::Error::from(ErrorKind::PermissionDenied);
        assert!(matches!(StoreError::io(Path::new("x"), denied), StoreError::Io { .. }));
    }
}

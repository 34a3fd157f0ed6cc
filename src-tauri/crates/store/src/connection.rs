//! Connections to the profile's files, all opened the same way.

use crate::{Result, StoreError, migration};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use std::path::Path;
use std::time::Duration;

/// One of the two database files of a profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum File {
    /// Everything small.
    Mail,
    /// Raw letters.
    Bodies,
}

impl File {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Mail => "mail.db",
            Self::Bodies => "bodies.db",
        }
    }
}

/// The one writing connection of a file; creates or migrates it first.
pub(crate) fn writer(profile: &Path, file: File) -> Result<Connection> {
    let path = profile.join(file.name());
    let open = || -> Result<Connection> {
        let mut connection = Connection::open(&path)?;
        migration::check_origin(&connection, &path)?;
        // Both must be said before the first table is written; later they are without effect.
        connection.pragma_update(None, "auto_vacuum", "INCREMENTAL")?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        // FULL: a commit is on the disk before it is told. F_FULLFSYNC is what that takes on macOS.
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "fullfsync", true)?;
        connection.pragma_update(None, "checkpoint_fullfsync", true)?;
        connection.pragma_update(None, "wal_autocheckpoint", 4_000)?;
        connection.pragma_update(None, "journal_size_limit", 64 * 1024 * 1024)?;
        connection.pragma_update(None, "foreign_keys", true)?;
        tune(&connection, 32)?;
        migration::migrate(&mut connection, file, &path)?;
        Ok(connection)
    };
    open().map_err(|error| error.in_file(&path))
}

/// A reading connection; the file exists already.
pub(crate) fn reader(profile: &Path, file: File) -> Result<Connection> {
    let path = profile.join(file.name());
    let open = || -> Result<Connection> {
        let connection = Connection::open_with_flags(
            &path,
            OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
        )?;
        connection.pragma_update(None, "query_only", true)?;
        tune(&connection, 16)?;
        Ok(connection)
    };
    open().map_err(|error: StoreError| error.in_file(&path))
}

fn tune(connection: &Connection, cache_mib: i64) -> Result<()> {
    connection.busy_timeout(Duration::from_secs(10))?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.pragma_update(None, "cache_size", -1024 * cache_mib)?;
    connection.set_prepared_statement_cache_capacity(256);
    // Without it SQLite looks at parameters where it weighs a partial index, and then prepares the statement anew for every
    // value: a third of what it took to list letters that came by POP3.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(())
}

//! Formats of the files, and the way from each to the next.
//!
//! `application_id` says that a file is Pli's, `user_version` which format it has, and the row of the table `format`
//! the lowest format a Pli must know to read it: a newer Pli that only added something leaves that number, so an older
//! one still opens the file; one that changed a meaning raises it, and the older one refuses politely.

use crate::connection::File;
use crate::{Result, StoreError, body, table};
use rusqlite::Connection;
use std::path::Path;

/// `Pli!`
const APPLICATION_ID: i32 = 0x506c_6921;

/// One step to the next format.
struct Step {
    sql: &'static [&'static str],
    /// Lowest format a Pli must know to read the file after this step.
    minimum_reader: i64,
}

const FORMAT: &str = "
CREATE TABLE format (
    one            INTEGER PRIMARY KEY CHECK (one = 1),
    minimum_reader INTEGER NOT NULL
) STRICT;
INSERT INTO format (one, minimum_reader) VALUES (1, 0);
";

const MAIL: &[Step] = &[Step {
    sql: &[
        FORMAT,
        table::account::CREATE,
        table::mailbox::CREATE,
        table::letter::CREATE,
        table::thread::CREATE,
        table::placement::CREATE,
        table::uidl::CREATE,
        table::operation::CREATE,
        table::outbox::CREATE,
        table::draft::CREATE,
        table::setting::CREATE,
    ],
    minimum_reader: 1,
}];

const BODIES: &[Step] = &[Step {
    sql: &[FORMAT, body::CREATE],
    minimum_reader: 1,
}];

const fn steps(file: File) -> &'static [Step] {
    match file {
        File::Mail => MAIL,
        File::Bodies => BODIES,
    }
}

/// Refuses, before anything is written, a file that is no database or another program's.
pub(crate) fn check_origin(connection: &Connection, path: &Path) -> Result<()> {
    let application_id: i32 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
    let objects: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    if application_id == APPLICATION_ID || (application_id == 0 && objects == 0) {
        return Ok(());
    }
    Err(StoreError::Corrupt {
        file: path.display().to_string(),
        detail: "it belongs to another program".to_owned(),
    })
}

/// Brings a file to the newest format this Pli knows.
pub(crate) fn migrate(connection: &mut Connection, file: File, path: &Path) -> Result<()> {
    let steps = steps(file);
    let known = i64::try_from(steps.len()).unwrap_or(i64::MAX);
    let found: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
    if found > known {
        let needs: i64 = connection.query_row("SELECT minimum_reader FROM format", [], |row| row.get(0))?;
        return if needs <= known {
            Ok(())
        } else {
            Err(StoreError::TooNew {
                file: path.to_owned(),
                needs,
                known,
            })
        };
    }
    for (version, step) in (1..).zip(steps).skip_while(|(version, _)| *version <= found) {
        let transaction = connection.transaction()?;
        for sql in step.sql {
            transaction.execute_batch(sql)?;
        }
        transaction.execute("UPDATE format SET minimum_reader = ?1", [step.minimum_reader])?;
        transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
        transaction.pragma_update(None, "user_version", version)?;
        transaction.commit()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::testing::{open, profile};
    use crate::{Store, StoreError};
    use rusqlite::Connection;
    use std::path::Path;

    fn refusal(profile: &Path) -> StoreError {
        Store::open(profile, crate::testing::clock())
            .err()
            .expect("must be refused")
    }

    #[test]
    fn a_file_of_a_newer_pli_is_opened_only_when_it_allows_it() {
        let profile = profile();
        drop(open(&profile));
        let file = Connection::open(profile.path().join("mail.db")).unwrap();
        file.pragma_update(None, "user_version", 900).unwrap();
        drop(open(&profile));
        file.execute("UPDATE format SET minimum_reader = 900", []).unwrap();
        let error = refusal(profile.path());
        assert!(matches!(error, StoreError::TooNew { needs: 900, .. }), "{error}");
        assert!(error.to_string().contains("newer Pli"), "{error}");
    }

    #[test]
    fn foreign_and_damaged_files_are_refused_and_left_as_they_are() {
        for file in ["mail.db", "bodies.db"] {
            let profile = profile();
            let path = profile.path().join(file);
            let garbage = b"not a database at all, but long enough to be looked at".repeat(40);
            std::fs::write(&path, &garbage).unwrap();
            let error = refusal(profile.path());
            assert!(
                matches!(&error, StoreError::Corrupt { file: named, .. } if named.contains(file)),
                "{error}"
            );
            assert_eq!(std::fs::read(&path).unwrap(), garbage);

            std::fs::remove_file(&path).unwrap();
            let foreign = Connection::open(&path).unwrap();
            foreign.execute_batch("CREATE TABLE theirs (x)").unwrap();
            let error = refusal(profile.path());
            assert!(error.to_string().contains("another program"), "{error}");
        }
    }
}

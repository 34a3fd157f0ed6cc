//! Formats of the files, and the way from each to the next.
//!
//! `application_id` says that a file is Pli's, `user_version` which format it has, and the row of the table `format`
//! the lowest format a Pli must know to read it: a newer Pli that only added something leaves that number, so an older
//! one still opens the file; one that changed a meaning raises it, and the older one refuses politely.

use crate::connection::File;
use crate::{Result, StoreError, body, piece, table};
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

const MAIL: &[Step] = &[
    Step {
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
    },
    Step {
        sql: &[
            table::account::FORMAT_2,
            table::mailbox::FORMAT_2,
            table::letter::FORMAT_2,
            table::operation::FORMAT_2,
            table::grave::CREATE,
            table::placement::FORMAT_2,
            table::mailbox_operation::CREATE,
            table::passport::CREATE,
        ],
        minimum_reader: 2,
    },
    Step {
        sql: &[table::anchor::CREATE],
        // One that knows no anchors would let them grow stale.
        minimum_reader: 3,
    },
    Step {
        sql: &[table::account::FORMAT_4, table::uidl::FORMAT_4],
        // One that does not know them leaves everything on the server.
        minimum_reader: 3,
    },
    Step {
        sql: &[table::placement::FORMAT_5],
        // One that counts on the trigger would count too few letters.
        minimum_reader: 5,
    },
];

const BODIES: &[Step] = &[
    Step {
        sql: &[FORMAT, body::CREATE],
        minimum_reader: 1,
    },
    Step {
        sql: &[piece::CREATE],
        minimum_reader: 1,
    },
];

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
    advance(connection, steps(file), path)
}

fn advance(connection: &mut Connection, steps: &[Step], path: &Path) -> Result<()> {
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
    use super::*;
    use crate::Store;
    use crate::testing::{command, open, profile};
    use pli_model::{AccountId, FlagChange, Flags, MailboxId, Marking, Operation, OperationState, PlacementId};

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

    /// A profile as the first format left it: an account, a mailbox at the server and one here, a letter with a
    /// keyword, a mark that waits and a move that was done.
    const FORMAT_1: &str = "
        INSERT INTO account (email_key, email, protocol, incoming_host, incoming_port, incoming_security, outgoing_host,
            outgoing_port, outgoing_security, user)
        VALUES ('ann@north.test', 'ann@north.test', 'imap', 'imap.north.test', 993, 'tls', 'smtp.north.test', 587,
            'tls', 'ann');
        INSERT INTO mailbox (account_id, path, role, rank, on_server) VALUES (1, 'INBOX', 'inbox', 0, 1),
            (1, 'Kept', 'other', 7, 0);
        INSERT INTO letter (account_id, thread_id, message_id) VALUES (1, 1, 'a@north.test');
        INSERT INTO placement (letter_id, account_id, mailbox_id, flags, server_mailbox_id, uid, server_flags, keywords,
            received)
        VALUES (1, 1, 1, 1, 1, 9, 0, 'work $Forwarded', 5);
        INSERT INTO operation (command, account_id, flags_add, state, created) VALUES ('abc/1', 1, 1, 'queued', 0);
        INSERT INTO operation (command, account_id, target_mailbox_id, state, created)
        VALUES ('answered-4', 1, 1, 'done', 1700000000000);
        INSERT INTO operation_letter (operation_id, placement_id) VALUES (1, 1), (2, 1);
    ";

    #[test]
    fn a_profile_of_the_first_format_goes_on_working() {
        let profile = profile();
        for (file, steps, rows) in [("mail.db", MAIL, FORMAT_1), ("bodies.db", BODIES, "")] {
            let path = profile.path().join(file);
            let mut connection = Connection::open(&path).unwrap();
            connection.pragma_update(None, "foreign_keys", true).unwrap();
            advance(&mut connection, &steps[..1], &path).unwrap();
            connection.execute_batch(rows).unwrap();
        }
        let store = open(&profile);
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let (account, letter) = (AccountId(1), PlacementId(1));
        let (operations, mailboxes, told) = runtime
            .block_on(store.read(move |r| {
                Ok((
                    r.operations(account)?,
                    r.mailboxes(account)?,
                    r.server_letters(MailboxId(1))?,
                ))
            }))
            .unwrap();
        let read = Operation::Mark(Marking::flags(FlagChange::add(Flags::SEEN)));
        let [waiting, moved] = operations.try_into().unwrap();
        assert_eq!((waiting.command.as_str(), &waiting.operation), ("abc", &read));
        assert_eq!((waiting.letters, waiting.state), (vec![letter], OperationState::Queued));
        assert_eq!(
            (moved.command.as_str(), moved.operation),
            ("answered-4", Operation::Move(MailboxId(1)))
        );
        let paths: Vec<_> = mailboxes
            .iter()
            .map(|one| (one.server_path.as_str(), one.subscribed))
            .collect();
        assert_eq!(paths, [("INBOX", true), ("", true)]);
        assert_eq!(told[0].keywords, ["work", "$Forwarded"]);
        let again = store.write(move |w| w.enqueue(&command("abc"), account, &[crate::Act::new(read, [letter])]));
        assert_eq!(runtime.block_on(again).unwrap(), None, "said again after the upgrade");
        assert_eq!(runtime.block_on(store.check()).unwrap(), []);
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

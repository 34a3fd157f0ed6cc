//! The doctor: everything that must never be, looked for in both files.
//!
//! What keys, triggers and transactions promise is checked from the rows up, as though they promised nothing.

use crate::table::placement::Standing;
use crate::{Reader, Result, StoreError};
use pli_model::{Digest, LetterId, MailboxId, OperationId, PlacementId};
use rusqlite::Connection;
use std::fmt;

/// Something that must never be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// SQLite finds the file damaged.
    Damaged {
        /// `mail.db` or `bodies.db`.
        file: &'static str,
        /// SQLite's words.
        detail: String,
    },
    /// Rows of a table mention what is not there.
    Dangling {
        /// The table.
        table: String,
        /// How many rows.
        rows: u64,
    },
    /// A row mentions a body that is not there.
    BodyMissing(Digest),
    /// A body cannot be read, or its bytes do not match its digest.
    BodyDamaged(Digest),
    /// A mailbox's counters differ from its rows.
    Counters {
        /// Which.
        mailbox: MailboxId,
        /// Counted: total, unread.
        counted: (i64, i64),
        /// Written: total, unread.
        written: (i64, i64),
    },
    /// Two placements under one UID.
    DoubleUid {
        /// Where.
        mailbox: MailboxId,
        /// The UID.
        uid: u32,
    },
    /// Two rows of one UIDL.
    DoubleUidl(String),
    /// A letter that no placement mentions.
    OrphanLetter(LetterId),
    /// A placement says of its letter's body what the letter does not.
    BodyFlag(PlacementId),
    /// A placement whose letter or mailboxes are of another account.
    MixedAccounts(PlacementId),
    /// An unfinished operation without letters.
    EmptyOperation(OperationId),
    /// What is shown is not what the server said and our operations say.
    Untrue(PlacementId),
    /// A mailbox is not called what the server calls it and our operations do.
    Misnamed(MailboxId),
    /// A mailbox is hidden without a deletion under way, or with letters in it.
    Doomed(MailboxId),
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Damaged { file, detail } => write!(f, "{file} is damaged: {detail}"),
            Self::Dangling { table, rows } => write!(f, "{rows} rows of {table} mention what is not there"),
            Self::BodyMissing(digest) => write!(f, "body {digest} is missing"),
            Self::BodyDamaged(digest) => write!(f, "body {digest} is damaged"),
            Self::Counters {
                mailbox,
                counted,
                written,
            } => {
                write!(
                    f,
                    "mailbox {mailbox} counts {counted:?} letters and unread ones, and says {written:?}"
                )
            }
            Self::DoubleUid { mailbox, uid } => write!(f, "mailbox {mailbox} has UID {uid} twice"),
            Self::DoubleUidl(uidl) => write!(f, "UIDL {uidl} is there twice"),
            Self::OrphanLetter(letter) => write!(f, "letter {letter} is in no mailbox"),
            Self::BodyFlag(placement) => write!(f, "placement {placement} is wrong about its body"),
            Self::MixedAccounts(placement) => write!(f, "placement {placement} mixes accounts"),
            Self::EmptyOperation(operation) => write!(f, "operation {operation} waits without letters"),
            Self::Misnamed(mailbox) => write!(f, "mailbox {mailbox} is not called as it should be"),
            Self::Doomed(mailbox) => write!(f, "mailbox {mailbox} is hidden and not on its way out"),
            Self::Untrue(placement) => write!(f, "placement {placement} is not shown as it should be"),
        }
    }
}

/// Everything wrong in both files; empty for a healthy store.
pub(crate) fn check(reader: &Reader<'_>) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for (file, connection) in [("mail.db", reader.mail), ("bodies.db", reader.bodies)] {
        integrity(file, connection, &mut findings)?;
    }
    findings.append(&mut bodies(reader)?);
    findings.append(&mut counters(reader)?);
    findings.append(&mut doubles(reader)?);
    findings.append(&mut reader.all(ORPHAN_LETTERS, [], |row| {
        Ok(Finding::OrphanLetter(LetterId(row.get(0)?)))
    })?);
    findings.append(&mut reader.all(BODY_FLAGS, [], |row| Ok(Finding::BodyFlag(PlacementId(row.get(0)?))))?);
    findings.append(&mut reader.all(MIXED, [], |row| Ok(Finding::MixedAccounts(PlacementId(row.get(0)?))))?);
    findings.append(&mut reader.all(EMPTY, [], |row| Ok(Finding::EmptyOperation(OperationId(row.get(0)?))))?);
    findings.append(&mut untrue(reader)?);
    findings.append(&mut misnamed(reader)?);
    findings.append(&mut reader.all(DOOMED, [], |row| Ok(Finding::Doomed(MailboxId(row.get(0)?))))?);
    Ok(findings)
}

const ORPHAN_LETTERS: &str = "SELECT id FROM letter
    WHERE NOT EXISTS (SELECT 1 FROM placement WHERE placement.letter_id = letter.id)
        AND NOT EXISTS (SELECT 1 FROM grave WHERE grave.letter_id = letter.id)";

const BODY_FLAGS: &str = "SELECT placement.id FROM placement JOIN letter ON letter.id = placement.letter_id
    WHERE placement.has_body <> (letter.digest IS NOT NULL)";

const MIXED: &str = "SELECT placement.id FROM placement
    LEFT JOIN letter ON letter.id = placement.letter_id
    LEFT JOIN mailbox AS shown ON shown.id = placement.mailbox_id
    LEFT JOIN mailbox AS server ON server.id = placement.server_mailbox_id
    WHERE placement.account_id IS NOT letter.account_id OR placement.account_id IS NOT shown.account_id
        OR placement.account_id IS NOT server.account_id";

const EMPTY: &str = "SELECT id FROM operation WHERE state IN ('queued', 'parked')
    AND NOT EXISTS (SELECT 1 FROM operation_letter WHERE operation_id = operation.id)";

const DOOMED: &str = "SELECT id FROM mailbox WHERE doomed = 1 AND (total > 0 OR NOT EXISTS (
    SELECT 1 FROM mailbox_operation
    WHERE mailbox_id = mailbox.id AND kind = 'delete' AND state IN ('queued', 'parked')))";

const MENTIONED: &str = "SELECT digest FROM letter WHERE digest IS NOT NULL UNION SELECT digest FROM outbox
    UNION SELECT digest FROM draft_attachment WHERE digest IS NOT NULL";

/// From the flags, not from the generated columns, and from the table, not from an index.
const COUNTED: &str =
    "SELECT mailbox.id, mailbox.total, mailbox.unread, coalesce(rows.total, 0), coalesce(rows.unread, 0)
    FROM mailbox LEFT JOIN (
        SELECT mailbox_id, count(*) AS total, sum(flags & 1 = 0) AS unread
        FROM placement NOT INDEXED WHERE flags & 16 = 0 GROUP BY mailbox_id
    ) AS rows ON rows.mailbox_id = mailbox.id";

fn integrity(file: &'static str, connection: &Connection, findings: &mut Vec<Finding>) -> Result<()> {
    connection.pragma_query(None, "integrity_check", |row| {
        let detail: String = row.get(0)?;
        if detail != "ok" {
            findings.push(Finding::Damaged { file, detail });
        }
        Ok(())
    })?;
    let mut dangling: std::collections::BTreeMap<String, u64> = std::collections::BTreeMap::new();
    connection.pragma_query(None, "foreign_key_check", |row| {
        *dangling.entry(row.get(0)?).or_default() += 1;
        Ok(())
    })?;
    findings.extend(
        dangling
            .into_iter()
            .map(|(table, rows)| Finding::Dangling { table, rows }),
    );
    Ok(())
}

fn bodies(reader: &Reader<'_>) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for digest in reader.all(MENTIONED, [], |row| row.get(0).map(Digest))? {
        match reader.verify_body(digest) {
            Ok(true) => {}
            Ok(false) => findings.push(Finding::BodyMissing(digest)),
            Err(StoreError::Corrupt { .. }) => findings.push(Finding::BodyDamaged(digest)),
            Err(other) => return Err(other),
        }
    }
    Ok(findings)
}

fn counters(reader: &Reader<'_>) -> Result<Vec<Finding>> {
    let rows = reader.all(COUNTED, [], |row| {
        let (written, counted) = ((row.get(1)?, row.get(2)?), (row.get(3)?, row.get(4)?));
        Ok(Finding::Counters {
            mailbox: MailboxId(row.get(0)?),
            counted,
            written,
        })
    })?;
    let differs =
        |finding: &Finding| matches!(finding, Finding::Counters { counted, written, .. } if counted != written);
    Ok(rows.into_iter().filter(differs).collect())
}

fn doubles(reader: &Reader<'_>) -> Result<Vec<Finding>> {
    let mut findings = reader.all(
        "SELECT server_mailbox_id, uid FROM placement NOT INDEXED WHERE uid IS NOT NULL
         GROUP BY server_mailbox_id, uid HAVING count(*) > 1",
        [],
        |row| {
            Ok(Finding::DoubleUid {
                mailbox: MailboxId(row.get(0)?),
                uid: row.get(1)?,
            })
        },
    )?;
    findings.append(&mut reader.all(
        "SELECT uidl FROM uidl NOT INDEXED GROUP BY account_id, uidl HAVING count(*) > 1",
        [],
        |row| Ok(Finding::DoubleUidl(row.get(0)?)),
    )?);
    Ok(findings)
}

/// Only where the two sides differ, or an operation is under way, is there anything to be worked out.
fn untrue(reader: &Reader<'_>) -> Result<Vec<Finding>> {
    let suspects = reader.all(
        "SELECT id FROM placement
         WHERE mailbox_id <> server_mailbox_id OR flags <> server_flags OR keywords <> server_keywords
             OR (only_here = 1 AND uid IS NOT NULL)
         UNION SELECT placement_id FROM operation_letter",
        [],
        |row| row.get(0).map(PlacementId),
    )?;
    let mut findings = Vec::new();
    for id in suspects {
        let Some(Standing { shown, truth, .. }) = reader.find_standing(id)? else {
            continue;
        };
        let contradicts_itself = truth.only_here && truth.uid.is_some();
        if contradicts_itself || truth.with(&reader.pending_operations(id)?) != shown {
            findings.push(Finding::Untrue(id));
        }
    }
    Ok(findings)
}

fn misnamed(reader: &Reader<'_>) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for account in reader.accounts()? {
        let (wanted, written) = reader.paths_to_be_shown(account.id)?;
        let differ = wanted
            .iter()
            .zip(&written)
            .filter(|(wanted, written)| wanted != written);
        findings.extend(differ.map(|(wanted, _)| Finding::Misnamed(wanted.id)));
    }
    Ok(findings)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Act;
    use crate::testing::{Desk, command};
    use pli_model::{FlagChange, Flags, Marking, Operation};

    /// What the doctor says once `sql` has been done behind the store's back.
    fn finding_after(desk: &Desk, sql: &str) -> Vec<Finding> {
        let file = Connection::open(desk.path("mail.db")).unwrap();
        file.execute_batch(&format!("PRAGMA foreign_keys = OFF; {sql}"))
            .unwrap();
        desk.check()
    }

    #[test]
    fn a_healthy_store_has_no_findings() {
        let desk = Desk::with_mail(20);
        let (account, archive, letters) = (desk.account, desk.archive, desk.letters.clone());
        desk.write(move |w| w.enqueue(&command("1"), account, &[Act::new(Operation::Move(archive), letters)]));
        assert_eq!(desk.check(), []);
    }

    #[test]
    fn each_wrong_is_found() {
        type Expected = fn(&Finding) -> bool;
        let cases: [(&str, Expected); 12] = [
            ("UPDATE mailbox SET unread = 7 WHERE id = 1", |f| {
                matches!(
                    f,
                    Finding::Counters {
                        counted: (3, 3),
                        written: (3, 7),
                        ..
                    }
                )
            }),
            ("UPDATE placement SET flags = 4, starred = 1 WHERE id = 1", |f| {
                matches!(f, Finding::Untrue(PlacementId(1)))
            }),
            ("UPDATE placement SET keywords = 'work' WHERE id = 1", |f| {
                matches!(f, Finding::Untrue(PlacementId(1)))
            }),
            ("UPDATE placement SET only_here = 1 WHERE id = 1", |f| {
                matches!(f, Finding::Untrue(PlacementId(1)))
            }),
            ("UPDATE mailbox SET path = 'Elsewhere' WHERE id = 1", |f| {
                matches!(f, Finding::Misnamed(MailboxId(1)))
            }),
            ("UPDATE mailbox SET doomed = 1 WHERE id = 2", |f| {
                matches!(f, Finding::Doomed(MailboxId(2)))
            }),
            ("UPDATE placement SET has_body = 1 WHERE id = 2", |f| {
                matches!(f, Finding::BodyFlag(PlacementId(2)))
            }),
            ("UPDATE placement SET account_id = 9 WHERE id = 2", |f| {
                matches!(f, Finding::MixedAccounts(PlacementId(2)))
            }),
            ("INSERT INTO letter (account_id) VALUES (1)", |f| {
                matches!(f, Finding::OrphanLetter(LetterId(4)))
            }),
            ("DELETE FROM letter WHERE id = 1", |f| {
                matches!(f, Finding::Dangling { rows: 1, .. })
            }),
            ("DELETE FROM operation_letter", |f| {
                matches!(f, Finding::EmptyOperation(_))
            }),
            (
                "DROP INDEX placement_by_uid; UPDATE placement SET uid = 1 WHERE id = 2",
                |f| matches!(f, Finding::DoubleUid { uid: 1, .. }),
            ),
        ];
        for (sql, expected) in cases {
            let desk = Desk::with_mail(3);
            let (account, letter) = (desk.account, desk.letters[2]);
            let seen = Operation::Mark(Marking::flags(FlagChange::add(Flags::FLAGGED)));
            desk.write(move |w| w.enqueue(&command("1"), account, &[Act::new(seen, [letter])]));
            let found = finding_after(&desk, sql);
            assert!(found.iter().any(expected), "{sql}: {found:?}");
        }
    }

    #[test]
    fn a_damaged_file_is_found() {
        let desk = Desk::with_mail(300);
        let path = desk.path("mail.db");
        let file = Connection::open(&path).unwrap();
        file.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
            .unwrap();
        let mut bytes = std::fs::read(&path).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle..middle + 4096].fill(0xa5);
        std::fs::write(&path, bytes).unwrap();
        let found = match desk.try_check() {
            Ok(findings) => findings
                .iter()
                .any(|finding| matches!(finding, Finding::Damaged { .. })),
            Err(error) => matches!(error, StoreError::Corrupt { .. }),
        };
        assert!(found);
    }
}

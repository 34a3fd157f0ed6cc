//! Pieces of bodies that are too large to come in one go: what is here is not fetched again after a broken
//! connection, a crash, a night.
//!
//! They lie in `bodies.db` under the server's name of the letter, and go when the body is whole, when its letter is
//! gone or bears another name, and after [`KEPT_MILLIS`].

use crate::body::{Bodies, MAX_SIZE};
use crate::column::octets;
use crate::{Reader, Result, StoreError};
use pli_model::{AccountId, MailboxId, Timestamp, Uid, UidValidity};
use rusqlite::{Row, params};
use std::collections::HashMap;

pub(crate) const CREATE: &str = "
CREATE TABLE piece (
    account_id   INTEGER NOT NULL,
    mailbox_id   INTEGER NOT NULL,
    uid_validity INTEGER NOT NULL,
    uid          INTEGER NOT NULL,
    offset       INTEGER NOT NULL,
    bytes        BLOB    NOT NULL,
    created      INTEGER NOT NULL,
    UNIQUE (mailbox_id, uid_validity, uid, offset)
) STRICT;
";

/// How long a body may take to become whole.
const KEPT_MILLIS: i64 = 7 * 24 * 60 * 60 * 1000;

/// How a server names a letter, for ever: the UID is under that UIDVALIDITY.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PieceOf {
    /// Whose.
    pub account: AccountId,
    /// Where it is at the server.
    pub mailbox: MailboxId,
    /// Under which UIDVALIDITY.
    pub validity: UidValidity,
    /// Its UID.
    pub uid: Uid,
}

/// A letter of which pieces are here.
struct Begun {
    letter: PieceOf,
    created: Timestamp,
}

impl Bodies {
    /// Keeps octets of a body, each stretch from its offset on, in one transaction.
    pub(crate) fn put_pieces(&self, of: PieceOf, pieces: &[(u64, Vec<u8>)], now: Timestamp) -> Result<()> {
        let mut connection = self.connection();
        let transaction = connection.transaction()?;
        for (offset, bytes) in pieces {
            let end = usize::try_from(*offset)
                .ok()
                .and_then(|offset| offset.checked_add(bytes.len()));
            if end.is_none_or(|end| end > MAX_SIZE) {
                return Err(StoreError::Refused("no letter is as large as that".to_owned()));
            }
            transaction
                .prepare_cached(
                    "INSERT OR REPLACE INTO piece (account_id, mailbox_id, uid_validity, uid, offset, bytes, created)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                )?
                .execute(params![
                    of.account.0,
                    of.mailbox.0,
                    of.validity.0,
                    of.uid.0,
                    i64::try_from(*offset).unwrap_or(i64::MAX),
                    bytes,
                    now.0
                ])?;
        }
        Ok(transaction.commit()?)
    }

    pub(crate) fn drop_pieces(&self, letters: &[PieceOf]) -> Result<()> {
        let mut connection = self.connection();
        let transaction = connection.transaction()?;
        for of in letters {
            transaction
                .prepare_cached("DELETE FROM piece WHERE mailbox_id = ?1 AND uid_validity = ?2 AND uid = ?3")?
                .execute(params![of.mailbox.0, of.validity.0, of.uid.0])?;
        }
        Ok(transaction.commit()?)
    }
}

impl Reader<'_> {
    /// How many octets of a body are here, from its beginning on without a gap.
    pub fn pieces_len(&self, mailbox: MailboxId, validity: UidValidity, uid: Uid) -> Result<u64> {
        let mut statement = self.bodies.prepare_cached(
            "SELECT offset, length(bytes) FROM piece WHERE mailbox_id = ?1 AND uid_validity = ?2 AND uid = ?3
             ORDER BY offset",
        )?;
        let mut rows = statement.query(params![mailbox.0, validity.0, uid.0])?;
        let mut run = Run::default();
        while let Some(row) = rows.next()? {
            run.take(row.get(0)?, row.get(1)?);
        }
        Ok(run.octets)
    }

    /// Hands out the octets of a body that are here, from its beginning on without a gap. They stay until they are dropped:
    /// the body is put first.
    pub fn each_piece(&self, of: PieceOf, mut take: impl FnMut(&[u8]) -> Result<()>) -> Result<()> {
        let mut statement = self.bodies.prepare_cached(
            "SELECT offset, bytes FROM piece WHERE mailbox_id = ?1 AND uid_validity = ?2 AND uid = ?3 ORDER BY offset",
        )?;
        let mut rows = statement.query(params![of.mailbox.0, of.validity.0, of.uid.0])?;
        let mut taken: u64 = 0;
        while let Some(row) = rows.next()? {
            let bytes = row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?;
            // Pieces may overlap: a window may have been asked for twice, in other sizes.
            let Some(known) = taken.checked_sub(octets(row, 0)?) else {
                break;
            };
            let new = usize::try_from(known).ok().and_then(|known| bytes.get(known..));
            if let Some(new) = new {
                taken = taken.saturating_add(new.len() as u64);
                take(new)?;
            }
        }
        Ok(())
    }

    /// [`Self::pieces_len`] of every letter of a mailbox that has any.
    pub(crate) fn pieces_in(&self, mailbox: MailboxId, validity: UidValidity) -> Result<HashMap<Uid, u64>> {
        let mut statement = self.bodies.prepare_cached(
            "SELECT uid, offset, length(bytes) FROM piece WHERE mailbox_id = ?1 AND uid_validity = ?2
             ORDER BY uid, offset",
        )?;
        let mut rows = statement.query(params![mailbox.0, validity.0])?;
        let mut runs: HashMap<Uid, Run> = HashMap::new();
        while let Some(row) = rows.next()? {
            runs.entry(Uid(row.get(0)?)).or_default().take(row.get(1)?, row.get(2)?);
        }
        Ok(runs.into_iter().map(|(uid, run)| (uid, run.octets)).collect())
    }

    /// Letters whose pieces are of no use any more.
    pub(crate) fn spent_pieces(&self, now: Timestamp) -> Result<Vec<PieceOf>> {
        let mut statement = self.bodies.prepare_cached(
            "SELECT account_id, mailbox_id, uid_validity, uid, max(created) FROM piece
             GROUP BY mailbox_id, uid_validity, uid",
        )?;
        let begun: Vec<Begun> = statement.query_map([], begun)?.collect::<rusqlite::Result<_>>()?;
        let old = now.plus_millis(-KEPT_MILLIS);
        let mut spent = Vec::new();
        for Begun { letter, created } in begun {
            if created < old || !self.is_awaited(letter)? {
                spent.push(letter);
            }
        }
        Ok(spent)
    }

    /// Whether that letter is here, under that name, without its body.
    fn is_awaited(&self, letter: PieceOf) -> Result<bool> {
        let sql = "SELECT EXISTS (
            SELECT 1 FROM mailbox JOIN placement ON placement.server_mailbox_id = mailbox.id
            WHERE mailbox.id = ?1 AND mailbox.uid_validity = ?2 AND placement.uid = ?3 AND placement.has_body = 0)";
        let found = self.one(sql, params![letter.mailbox.0, letter.validity.0, letter.uid.0], |row| {
            row.get(0)
        })?;
        Ok(found.unwrap_or(false))
    }
}

fn begun(row: &Row<'_>) -> rusqlite::Result<Begun> {
    Ok(Begun {
        letter: PieceOf {
            account: AccountId(row.get(0)?),
            mailbox: MailboxId(row.get(1)?),
            validity: UidValidity(row.get(2)?),
            uid: Uid(row.get(3)?),
        },
        created: Timestamp(row.get(4)?),
    })
}

/// Octets without a gap, as pieces come in the order of their offsets.
#[derive(Default)]
struct Run {
    octets: u64,
}

impl Run {
    fn take(&mut self, offset: i64, len: i64) {
        let (offset, len) = (offset.unsigned_abs(), len.unsigned_abs());
        if offset <= self.octets {
            self.octets = self.octets.max(offset.saturating_add(len));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ServerState;
    use crate::testing::Desk;

    const V: UidValidity = UidValidity(7);

    fn with_large_letter() -> Desk {
        let desk = Desk::with_mail(2);
        let inbox = desk.inbox;
        desk.write(move |w| {
            let state = ServerState {
                uid_validity: Some(V),
                ..ServerState::default()
            };
            w.set_server_state(inbox, state)
        });
        desk
    }

    fn letter(desk: &Desk) -> PieceOf {
        PieceOf {
            account: desk.account,
            mailbox: desk.inbox,
            validity: V,
            uid: Uid(2),
        }
    }

    fn put(desk: &Desk, pieces: &[(u64, &[u8])]) {
        for (offset, bytes) in pieces {
            desk.put_piece(letter(desk), *offset, bytes).unwrap();
        }
    }

    fn whole(desk: &Desk) -> Vec<u8> {
        let of = letter(desk);
        desk.read(move |r| {
            let mut whole = Vec::new();
            r.each_piece(of, |bytes| {
                whole.extend_from_slice(bytes);
                Ok(())
            })?;
            Ok(whole)
        })
    }

    #[test]
    fn pieces_survive_and_are_joined_without_gaps() {
        let desk = with_large_letter();
        let inbox = desk.inbox;
        put(&desk, &[(3, b"defg"), (0, b"abc"), (5, b"fgh"), (9, b"j")]);
        let desk = desk.reopen();
        assert_eq!(desk.read(move |r| r.pieces_len(inbox, V, Uid(2))), 8);
        assert_eq!(whole(&desk), b"abcdefgh");
        let missing = desk.read(move |r| r.missing_bodies(inbox, None, 9));
        assert_eq!(missing.iter().map(|one| one.have).collect::<Vec<_>>(), [8, 0]);
        put(&desk, &[(8, b"i")]);
        assert_eq!(whole(&desk), b"abcdefghij");
        assert_eq!(desk.read(move |r| r.pieces_len(inbox, UidValidity(8), Uid(2))), 0);
        assert!(desk.put_piece(letter(&desk), u64::MAX, b"x").is_err());
        desk.drop_pieces(letter(&desk));
        assert_eq!(whole(&desk), b"");
    }

    #[test]
    fn pieces_that_nobody_waits_for_are_collected() {
        type Spent = fn(&Desk);
        let cases: [(&str, Spent); 5] = [
            ("old", |desk| {
                let file = rusqlite::Connection::open(desk.path("bodies.db")).unwrap();
                file.execute("UPDATE piece SET created = created - 604800001", [])
                    .unwrap();
            }),
            ("gone", |desk| {
                let letter = desk.letters[1];
                desk.write(move |w| w.expunge(letter));
            }),
            ("renamed", |desk| {
                let inbox = desk.inbox;
                desk.write(move |w| w.set_server_state(inbox, ServerState::default()));
            }),
            ("mailbox", |desk| {
                let inbox = desk.inbox;
                desk.write(move |w| w.remove_mailbox(inbox));
            }),
            ("account", |desk| {
                let account = desk.account;
                desk.write(move |w| w.remove_account(account));
            }),
        ];
        for (what, happens) in cases {
            let desk = with_large_letter();
            let inbox = desk.inbox;
            put(&desk, &[(0, b"abc")]);
            desk.collect_orphans();
            assert_eq!(desk.read(move |r| r.pieces_len(inbox, V, Uid(2))), 3, "{what}");
            happens(&desk);
            desk.collect_orphans();
            assert_eq!(desk.read(move |r| r.pieces_len(inbox, V, Uid(2))), 0, "{what}");
        }
    }
}

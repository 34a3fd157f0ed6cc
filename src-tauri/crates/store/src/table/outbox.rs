//! The outbox: the ledger of outgoing letters. The exact bytes are in `bodies.db` before a row is written, and every
//! step is durable before the next byte goes out.

use crate::change::Change;
use crate::column::{digest, time, unreadable, word};
use crate::{Reader, Result, StoreError, Writer};
use pli_model::{AccountId, CommandId, Digest, OutboxId, OutboxState, PlacementId, RecipientVerdict, Timestamp};
use rusqlite::{Row, params};

pub(crate) const CREATE: &str = "
CREATE TABLE outbox (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    command      TEXT    NOT NULL UNIQUE,
    account_id   INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    sender       TEXT    NOT NULL,
    subject      TEXT    NOT NULL DEFAULT '',
    message_id   TEXT    NOT NULL,
    digest       BLOB    NOT NULL CHECK (length(digest) = 32),
    answered_id  INTEGER REFERENCES placement (id) ON DELETE SET NULL,
    state        TEXT    NOT NULL,
    attempts     INTEGER NOT NULL DEFAULT 0,
    next_at      INTEGER NOT NULL DEFAULT 0,
    not_before   INTEGER NOT NULL DEFAULT 0,
    -- The server's last words.
    reply        TEXT    NOT NULL DEFAULT '',
    created      INTEGER NOT NULL,
    filed        INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX outbox_by_state ON outbox (account_id, state, id);
CREATE INDEX outbox_by_digest ON outbox (digest);
CREATE INDEX outbox_by_answered ON outbox (answered_id) WHERE answered_id IS NOT NULL;
CREATE TABLE outbox_recipient (
    outbox_id INTEGER NOT NULL REFERENCES outbox (id) ON DELETE CASCADE,
    position  INTEGER NOT NULL,
    email     TEXT    NOT NULL,
    code      INTEGER NOT NULL DEFAULT 0,
    text      TEXT    NOT NULL DEFAULT '',
    PRIMARY KEY (outbox_id, position)
) STRICT, WITHOUT ROWID;
";

const COLUMNS: &str = "id, account_id, sender, subject, message_id, digest, answered_id, state, attempts, next_at,
    not_before, reply, created, filed";

/// A letter to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewOutbox {
    /// The account that sends it.
    pub account: AccountId,
    /// MAIL FROM.
    pub from: String,
    /// RCPT TO, each once.
    pub recipients: Vec<String>,
    /// Its subject, for the ledger.
    pub subject: String,
    /// Its Message-ID, without angle brackets: how its copy is recognised.
    pub message_id: String,
    /// Its exact bytes, stored already.
    pub digest: Digest,
    /// The letter that it answers.
    pub answered: Option<PlacementId>,
}

/// An outgoing letter, as the ledger has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxRow {
    /// Which.
    pub id: OutboxId,
    /// The account that sends it.
    pub account: AccountId,
    /// MAIL FROM.
    pub from: String,
    /// Every recipient, in order, with what the server said of it.
    pub verdicts: Vec<RecipientVerdict>,
    /// Its subject.
    pub subject: String,
    /// Its Message-ID, without angle brackets.
    pub message_id: String,
    /// Its exact bytes.
    pub digest: Digest,
    /// The letter that it answers, while that is here.
    pub answered: Option<PlacementId>,
    /// Where it stands.
    pub state: OutboxState,
    /// How often sending it was begun.
    pub attempts: u32,
    /// The next attempt is due then.
    pub next_at: Timestamp,
    /// The server's last words; empty while there are none.
    pub reply: String,
    /// When it was put here.
    pub created: Timestamp,
    /// Whether its copy is in the Sent mailbox.
    pub filed: bool,
    /// Not to be sent before that.
    pub not_before: Timestamp,
}

impl Reader<'_> {
    /// The whole ledger, oldest first.
    pub fn outbox(&self) -> Result<Vec<OutboxRow>> {
        let rows = self.all(&format!("SELECT {COLUMNS} FROM outbox ORDER BY id"), [], read)?;
        rows.into_iter().map(|row| self.with_verdicts(row)).collect()
    }

    /// One outgoing letter.
    pub fn outbox_row(&self, id: OutboxId) -> Result<OutboxRow> {
        let sql = format!("SELECT {COLUMNS} FROM outbox WHERE id = ?1");
        self.with_verdicts(self.the(|| format!("outgoing letter {id}"), &sql, [id.0], read)?)
    }

    /// The oldest letter that is queued and due at `now`.
    pub fn next_outgoing(&self, account: AccountId, now: Timestamp) -> Result<Option<OutboxRow>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM outbox
             WHERE account_id = ?1 AND state = 'queued' AND next_at <= ?2 AND not_before <= ?2 ORDER BY id LIMIT 1"
        );
        self.one(&sql, [account.0, now.0], read)?
            .map(|row| self.with_verdicts(row))
            .transpose()
    }

    /// Letters that were sent and whose copy is not yet in the Sent mailbox, oldest first.
    pub fn unfiled(&self, account: AccountId) -> Result<Vec<OutboxRow>> {
        let sql =
            format!("SELECT {COLUMNS} FROM outbox WHERE account_id = ?1 AND state = 'sent' AND filed = 0 ORDER BY id");
        let rows = self.all(&sql, [account.0], read)?;
        rows.into_iter().map(|row| self.with_verdicts(row)).collect()
    }

    fn with_verdicts(&self, row: OutboxRow) -> Result<OutboxRow> {
        let sql = "SELECT email, code, text FROM outbox_recipient WHERE outbox_id = ?1 ORDER BY position";
        let verdicts = self.all(sql, [row.id.0], |row| {
            Ok(RecipientVerdict {
                email: row.get(0)?,
                code: row.get(1)?,
                text: row.get(2)?,
            })
        })?;
        Ok(OutboxRow { verdicts, ..row })
    }
}

impl Writer<'_> {
    /// Puts a letter into the outbox, or returns `None` when that command is known already.
    pub fn put_outbox(&mut self, command: &CommandId, new: &NewOutbox) -> Result<Option<OutboxId>> {
        if new.recipients.is_empty() {
            return Err(StoreError::Refused(
                "a letter without recipients cannot be sent".to_owned(),
            ));
        }
        let known = self.one(
            "SELECT 1 FROM outbox WHERE command = ?1",
            [command.as_str()],
            |_| Ok(()),
        )?;
        if known.is_some() {
            return Ok(None);
        }
        let created = self.now.0;
        let id = self.insert(
            "INSERT INTO outbox (command, account_id, sender, subject, message_id, digest, answered_id, state, created)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            params![
                command.as_str(),
                new.account.0,
                new.from,
                new.subject,
                new.message_id,
                new.digest.0,
                new.answered.map(|placement| placement.0),
                OutboxState::Queued.as_str(),
                created,
            ],
        )?;
        for (position, email) in (0_i64..).zip(&new.recipients) {
            self.execute(
                "INSERT INTO outbox_recipient (outbox_id, position, email) VALUES (?1, ?2, ?3)",
                params![id, position, email],
            )?;
        }
        self.mentioned.push(new.digest);
        self.note(Change::Outbox);
        Ok(Some(OutboxId(id)))
    }

    /// Not to be sent before that moment.
    pub fn set_not_before(&mut self, id: OutboxId, not_before: Timestamp) -> Result<()> {
        let updated = self.execute("UPDATE outbox SET not_before = ?2 WHERE id = ?1", [id.0, not_before.0])?;
        self.touched(id, updated)
    }

    /// Writes down a step. `verdicts` are matched to the recipients by address; a recipient that is not among them
    /// keeps what it has. Each step into [`OutboxState::Sending`] counts as an attempt.
    pub fn set_outbox_state(
        &mut self,
        id: OutboxId,
        state: OutboxState,
        reply: &str,
        next_at: Timestamp,
        verdicts: &[RecipientVerdict],
    ) -> Result<()> {
        let updated = self.execute(
            "UPDATE outbox SET state = ?2, reply = ?3, next_at = ?4, attempts = attempts + ?5 WHERE id = ?1",
            params![id.0, state.as_str(), reply, next_at.0, state == OutboxState::Sending],
        )?;
        for verdict in verdicts {
            self.execute(
                "UPDATE outbox_recipient SET code = ?3, text = ?4 WHERE outbox_id = ?1 AND email = ?2",
                params![id.0, verdict.email, verdict.code, verdict.text],
            )?;
        }
        self.touched(id, updated)
    }

    /// Its copy is in the Sent mailbox.
    pub fn set_filed(&mut self, id: OutboxId) -> Result<()> {
        let updated = self.execute("UPDATE outbox SET filed = 1 WHERE id = ?1", [id.0])?;
        self.touched(id, updated)
    }

    /// Takes a letter out of the ledger for good.
    pub fn remove_outbox(&mut self, id: OutboxId) -> Result<()> {
        let removed = self.execute("DELETE FROM outbox WHERE id = ?1", [id.0])?;
        self.touched(id, removed)
    }

    /// What was under way when Pli ended: before the final dot, nothing has happened; after it, nobody knows.
    pub(crate) fn recover_outbox(&mut self) -> Result<()> {
        self.execute("UPDATE outbox SET state = 'queued' WHERE state = 'sending'", [])?;
        self.execute("UPDATE outbox SET state = 'unknown' WHERE state = 'committing'", [])?;
        Ok(())
    }

    /// The same for one account, whose loops were ended while Pli goes on. None of them may be at work any more.
    pub fn recover_outgoing(&mut self, account: AccountId) -> Result<()> {
        for sql in [
            "UPDATE outbox SET state = 'queued' WHERE state = 'sending' AND account_id = ?1",
            "UPDATE outbox SET state = 'unknown' WHERE state = 'committing' AND account_id = ?1",
        ] {
            if self.execute(sql, [account.0])? > 0 {
                self.note(Change::Outbox);
            }
        }
        Ok(())
    }

    fn touched(&mut self, id: OutboxId, rows: usize) -> Result<()> {
        if rows == 0 {
            return Err(StoreError::NotFound(format!("outgoing letter {id}")));
        }
        self.note(Change::Outbox);
        Ok(())
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<OutboxRow> {
    Ok(OutboxRow {
        id: OutboxId(row.get(0)?),
        account: AccountId(row.get(1)?),
        from: row.get(2)?,
        verdicts: Vec::new(),
        subject: row.get(3)?,
        message_id: row.get(4)?,
        digest: digest(row, 5)?.ok_or_else(|| unreadable(5, "no digest".to_owned()))?,
        answered: row.get::<_, Option<i64>>(6)?.map(PlacementId),
        state: word(row, 7, OutboxState::from_word)?,
        attempts: row.get(8)?,
        next_at: time(row, 9)?,
        not_before: time(row, 10)?,
        reply: row.get(11)?,
        created: time(row, 12)?,
        filed: row.get(13)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Desk, command};

    fn letter(desk: &Desk) -> NewOutbox {
        NewOutbox {
            account: desk.account,
            from: "ann@north.test".to_owned(),
            recipients: vec!["bob@south.test".to_owned(), "eve@south.test".to_owned()],
            subject: "Hello".to_owned(),
            message_id: "1@north.test".to_owned(),
            digest: desk.put_body(b"Subject: Hello\r\n\r\nBob!\r\n"),
            answered: None,
        }
    }

    fn put(desk: &Desk, name: &'static str) -> Option<OutboxId> {
        let new = letter(desk);
        desk.write(move |w| w.put_outbox(&command(name), &new))
    }

    #[test]
    fn a_command_said_twice_sends_once() {
        let desk = Desk::new();
        let id = put(&desk, "send-1").unwrap();
        assert_eq!(put(&desk, "send-1"), None);
        assert_eq!(desk.read(|r| r.outbox()).len(), 1);
        let row = desk.read(move |r| r.outbox_row(id));
        assert_eq!((row.state, row.attempts, row.filed), (OutboxState::Queued, 0, false));
        assert_eq!(
            row.verdicts.iter().map(|v| v.email.as_str()).collect::<Vec<_>>(),
            ["bob@south.test", "eve@south.test"]
        );
    }

    #[test]
    fn a_letter_waits_for_its_time() {
        let desk = Desk::new();
        let (account, id) = (desk.account, put(&desk, "send-1").unwrap());
        desk.write(move |w| w.set_outbox_state(id, OutboxState::Queued, "451 later", Timestamp(100), &[]));
        desk.write(move |w| w.set_not_before(id, Timestamp(200)));
        let due = move |now| {
            desk.read(move |r| r.next_outgoing(account, Timestamp(now)))
                .map(|row| row.id)
        };
        assert_eq!((due(100), due(199), due(200)), (None, None, Some(id)));
    }

    #[test]
    fn steps_and_verdicts_are_written_down() {
        let desk = Desk::new();
        let (account, id) = (desk.account, put(&desk, "send-1").unwrap());
        let refused = RecipientVerdict {
            email: "eve@south.test".to_owned(),
            code: 550,
            text: "no such user".to_owned(),
        };
        let said = refused.clone();
        desk.write(move |w| {
            w.set_outbox_state(id, OutboxState::Sending, "", Timestamp(0), &[])?;
            w.set_outbox_state(id, OutboxState::Committing, "", Timestamp(0), &[said])?;
            w.set_outbox_state(id, OutboxState::Sent, "250 queued as 1", Timestamp(0), &[])
        });
        let rows = desk.read(move |r| r.unfiled(account));
        assert_eq!(
            (rows[0].attempts, rows[0].reply.as_str(), &rows[0].verdicts[1]),
            (1, "250 queued as 1", &refused)
        );
        desk.write(move |w| w.set_filed(id));
        assert_eq!(desk.read(move |r| r.unfiled(account)), []);
    }

    #[test]
    fn loops_that_were_ended_leave_a_known_state() {
        let desk = Desk::new();
        let account = desk.account;
        let (sending, committing) = (put(&desk, "send-1").unwrap(), put(&desk, "send-2").unwrap());
        desk.write(move |w| {
            w.set_outbox_state(sending, OutboxState::Sending, "", Timestamp(0), &[])?;
            w.set_outbox_state(committing, OutboxState::Committing, "", Timestamp(0), &[])?;
            // Another account's letter may be on its way at this moment.
            w.recover_outgoing(AccountId(account.0 + 1))
        });
        assert_eq!(desk.read(move |r| r.outbox_row(sending)).state, OutboxState::Sending);
        desk.write(move |w| w.recover_outgoing(account));
        assert_eq!(desk.read(move |r| r.outbox_row(sending)).state, OutboxState::Queued);
        assert_eq!(desk.read(move |r| r.outbox_row(committing)).state, OutboxState::Unknown);
    }

    #[test]
    fn a_crash_leaves_a_known_state() {
        let desk = Desk::new();
        let (sending, committing) = (put(&desk, "send-1").unwrap(), put(&desk, "send-2").unwrap());
        desk.write(move |w| {
            w.set_outbox_state(sending, OutboxState::Sending, "", Timestamp(0), &[])?;
            w.set_outbox_state(committing, OutboxState::Committing, "", Timestamp(0), &[])
        });
        let desk = desk.reopen();
        assert_eq!(desk.read(move |r| r.outbox_row(sending)).state, OutboxState::Queued);
        assert_eq!(desk.read(move |r| r.outbox_row(committing)).state, OutboxState::Unknown);
    }
}

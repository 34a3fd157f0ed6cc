//! Views: what a list of letters shows, as keys in order, and the rows for a window of it.
//!
//! Keys come from covering indexes; a view over several mailboxes is their merger. Rows are fetched by id, all in
//! one statement.

use crate::column::{self, addresses, time};
use crate::last_copy::ONLY_HERE;
use crate::{Reader, Result, StoreError};
use pli_model::{AccountId, Address, Digest, Flags, MailboxId, PlacementId, Role, Timestamp};
use std::cmp::Reverse;
use std::collections::HashMap;

/// A list of letters. Hidden ones (`\Deleted`) are in none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum View {
    /// One mailbox.
    Mailbox(MailboxId),
    /// All mailboxes of that role, over all accounts.
    Role(Role),
    /// Every letter that is `\Flagged`.
    Flagged,
}

/// A letter's place in a view: newest first, and among equals the younger id first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ViewKey {
    /// When it was received.
    pub received: Timestamp,
    /// Which.
    pub placement: PlacementId,
}

/// A letter as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Which.
    pub placement: PlacementId,
    /// Whose.
    pub account: AccountId,
    /// Where it is shown.
    pub mailbox: MailboxId,
    /// `From`, the first address.
    pub from: Address,
    /// `To`.
    pub to: Vec<Address>,
    /// `Subject`.
    pub subject: String,
    /// The beginning of its text; empty while its body is not here.
    pub snippet: String,
    /// When it was received.
    pub received: Timestamp,
    /// `Date`; `None` when missing or unreadable.
    pub date: Option<Timestamp>,
    /// Flags as shown.
    pub flags: Flags,
    /// Keywords.
    pub keywords: Vec<String>,
    /// Whether it carries files.
    pub has_attachments: bool,
    /// Octets.
    pub size: u64,
    /// `Message-ID` without angle brackets; empty when missing.
    pub message_id: String,
    /// Its thread: equal for letters of one conversation.
    pub thread: i64,
    /// Whether its body is here.
    pub has_body: bool,
    /// Whether it is on this computer only, as far as is known.
    pub only_here: bool,
}

/// A letter with everything that its header says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LetterRecord {
    /// What a list shows.
    pub row: Row,
    /// `Cc`.
    pub cc: Vec<Address>,
    /// `Bcc`, as found in one's own sent letters.
    pub bcc: Vec<Address>,
    /// `Reply-To`.
    pub reply_to: Vec<Address>,
    /// `In-Reply-To`; empty when missing.
    pub in_reply_to: String,
    /// `References`, oldest first.
    pub references: Vec<String>,
    /// Its body; `None` while it is not here.
    pub digest: Option<Digest>,
}

pub(crate) const MAILBOX_KEYS: &str =
    "SELECT received, id FROM placement WHERE mailbox_id = ?1 AND hidden = 0 ORDER BY received DESC, id DESC";
pub(crate) const FLAGGED_KEYS: &str =
    "SELECT received, id FROM placement WHERE starred = 1 ORDER BY received DESC, id DESC";

/// Columns of [`row`], of a placement beside its letter; [`ONLY_HERE`] is the last.
const ROW: &str = "placement.id, placement.account_id, placement.mailbox_id, letter.from_name, letter.from_email,
    letter.to_list, letter.subject, letter.snippet, placement.received, letter.date, placement.flags,
    placement.keywords, letter.has_attachments, placement.size, letter.message_id, letter.thread_id, placement.has_body";

pub(crate) fn rows_sql() -> String {
    format!(
        "SELECT {ROW}, {ONLY_HERE} FROM json_each(?1) AS asked CROSS JOIN placement ON placement.id = asked.value
         JOIN letter ON letter.id = placement.letter_id"
    )
}

impl Reader<'_> {
    /// Every letter of a view, in order.
    pub fn view_keys(&self, view: &View) -> Result<Vec<ViewKey>> {
        let key = |row: &rusqlite::Row<'_>| {
            Ok(ViewKey {
                received: time(row, 0)?,
                placement: PlacementId(row.get(1)?),
            })
        };
        match view {
            View::Mailbox(mailbox) => self.all(MAILBOX_KEYS, [mailbox.0], key),
            View::Flagged => self.all(FLAGGED_KEYS, [], key),
            View::Role(role) => {
                let mut keys = Vec::new();
                for mailbox in self.mailboxes_for(*role)? {
                    keys.append(&mut self.view_keys(&View::Mailbox(mailbox))?);
                }
                // A stable sort finds the sorted runs and merges them.
                keys.sort_by_key(|key| Reverse(*key));
                Ok(keys)
            }
        }
    }

    /// A letter's place in a view; `None` when it is not in it.
    pub fn view_key(&self, view: &View, placement: PlacementId) -> Result<Option<ViewKey>> {
        let found = self.one(
            "SELECT placement.received, placement.mailbox_id, placement.hidden, placement.starred, mailbox.role
             FROM placement JOIN mailbox ON mailbox.id = placement.mailbox_id WHERE placement.id = ?1",
            [placement.0],
            |row| {
                let role = column::word(row, 4, Role::from_word)?;
                Ok((
                    time(row, 0)?,
                    MailboxId(row.get(1)?),
                    row.get::<_, bool>(2)?,
                    row.get::<_, bool>(3)?,
                    role,
                ))
            },
        )?;
        Ok(found.and_then(|(received, mailbox, hidden, starred, role)| {
            let inside = match view {
                View::Mailbox(wanted) => mailbox == *wanted,
                View::Role(wanted) => role == *wanted,
                View::Flagged => starred,
            };
            (inside && !hidden).then_some(ViewKey { received, placement })
        }))
    }

    /// Rows in the order asked; those that are gone are left out.
    pub fn rows(&self, placements: &[PlacementId]) -> Result<Vec<Row>> {
        let ids: Vec<i64> = placements.iter().map(|placement| placement.0).collect();
        let asked = serde_json::to_string(&ids).map_err(|error| StoreError::Refused(error.to_string()))?;
        // The order of a table-valued function is no promise.
        let found: HashMap<PlacementId, Row> = self
            .all(&rows_sql(), [asked], row)?
            .into_iter()
            .map(|row| (row.placement, row))
            .collect();
        Ok(placements
            .iter()
            .filter_map(|placement| found.get(placement).cloned())
            .collect())
    }

    /// Everything about one letter but its body.
    pub fn letter(&self, placement: PlacementId) -> Result<LetterRecord> {
        let sql = format!(
            "SELECT {ROW}, {ONLY_HERE}, letter.cc_list, letter.bcc_list, letter.reply_to, letter.in_reply_to, letter.refs,
                 letter.digest
             FROM placement JOIN letter ON letter.id = placement.letter_id WHERE placement.id = ?1"
        );
        self.the(
            || format!("letter {placement}"),
            &sql,
            [placement.0],
            |found| {
                Ok(LetterRecord {
                    row: row(found)?,
                    cc: addresses(found, 18)?,
                    bcc: addresses(found, 19)?,
                    reply_to: addresses(found, 20)?,
                    in_reply_to: found.get(21)?,
                    references: column::strings(found, 22)?,
                    digest: column::digest(found, 23)?,
                })
            },
        )
    }
}

fn row(row: &rusqlite::Row<'_>) -> rusqlite::Result<Row> {
    Ok(Row {
        placement: PlacementId(row.get(0)?),
        account: AccountId(row.get(1)?),
        mailbox: MailboxId(row.get(2)?),
        from: Address {
            name: row.get(3)?,
            email: row.get(4)?,
        },
        to: addresses(row, 5)?,
        subject: row.get(6)?,
        snippet: row.get(7)?,
        received: time(row, 8)?,
        date: row.get::<_, Option<i64>>(9)?.map(Timestamp),
        flags: column::flags(row, 10)?,
        keywords: column::keywords(row, 11)?,
        has_attachments: row.get(12)?,
        size: column::octets(row, 13)?,
        message_id: row.get(14)?,
        thread: row.get(15)?,
        has_body: row.get(16)?,
        only_here: row.get(17)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::NewPlacement;
    use crate::testing::{Desk, envelope, new_account, new_mailbox, placed};

    #[test]
    fn keys_come_newest_first_and_ties_by_age_of_the_id() {
        let desk = Desk::new();
        let inbox = desk.inbox;
        let ids = desk.write(move |w| {
            let times = [5, 9, 5, -3];
            (1..)
                .zip(times)
                .map(|(uid, at)| {
                    w.add_placement(&NewPlacement {
                        received: Timestamp(at),
                        ..placed(inbox, uid, &envelope(i64::from(uid)))
                    })
                })
                .collect::<Result<Vec<_>>>()
        });
        let keys = desk.read(move |r| r.view_keys(&View::Mailbox(inbox)));
        assert_eq!(
            keys.iter().map(|key| key.placement).collect::<Vec<_>>(),
            [ids[1], ids[2], ids[0], ids[3]]
        );
        for key in keys {
            assert_eq!(
                desk.read(move |r| r.view_key(&View::Mailbox(inbox), key.placement)),
                Some(key)
            );
        }
    }

    #[test]
    fn a_view_by_role_merges_all_accounts() {
        let desk = Desk::with_mail(3);
        let theirs = desk.write(|w| {
            let other = w.add_account(&new_account("bob@south.test"))?;
            let inbox = w.put_mailbox(other, &new_mailbox("INBOX", Role::Inbox))?;
            w.add_placement(&NewPlacement {
                received: Timestamp(2_500),
                ..placed(inbox, 1, &envelope(1))
            })
        });
        let keys = desk.read(|r| r.view_keys(&View::Role(Role::Inbox)));
        let order: Vec<_> = keys.iter().map(|key| key.placement).collect();
        assert_eq!(order, [desk.letters[2], theirs, desk.letters[1], desk.letters[0]]);
        assert_eq!(desk.read(|r| r.view_keys(&View::Role(Role::Junk))), []);
    }

    #[test]
    fn flagged_letters_of_all_mailboxes() {
        let desk = Desk::with_mail(3);
        let (archive, letters) = (desk.archive, desk.letters.clone());
        let (first, third) = (letters[0], letters[2]);
        desk.write(move |w| {
            w.set_server_flags(first, Flags::FLAGGED, &[])?;
            w.set_server_flags(third, Flags::FLAGGED | Flags::SEEN, &[])?;
            w.set_position(first, archive, None)
        });
        let keys = desk.read(|r| r.view_keys(&View::Flagged));
        assert_eq!(keys.iter().map(|key| key.placement).collect::<Vec<_>>(), [third, first]);
    }

    #[test]
    fn rows_come_in_the_order_asked_without_those_that_are_gone() {
        let desk = Desk::with_mail(3);
        let [a, b, c] = [0, 1, 2].map(|n| desk.letters[n]);
        let rows = desk.read(move |r| r.rows(&[c, PlacementId(404), a, c]));
        assert_eq!(rows.iter().map(|row| row.placement).collect::<Vec<_>>(), [c, a, c]);
        assert_eq!(rows[1].subject, "Letter 1");
        assert_eq!(desk.read(|r| r.rows(&[])), []);
        assert!(matches!(
            desk.try_read(|r| r.letter(PlacementId(404))),
            Err(StoreError::NotFound(_))
        ));
        assert_ne!(a, b);
    }
}

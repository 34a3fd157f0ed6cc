//! Threads: which Message-IDs belong together (RFC 5256 §2.2 without its subject step, which glues strangers).
//!
//! `message_ref` remembers the thread of every id that a letter bore or mentioned, also of those whose letter never
//! came: so the order of arrival does not matter. Ids are kept as 64 bits of their BLAKE3. The rows outlive their
//! letters, and a letter that comes back finds its thread.
//!
//! When a letter shows that two threads are one, the smaller is renamed: a letter is renamed at most log2(n) times.

use crate::{Result, Writer};
use pli_model::{AccountId, Envelope, LetterId, PlacementId};
use rusqlite::params;
use std::collections::BTreeSet;

pub(crate) const CREATE: &str = "
CREATE TABLE message_ref (
    account_id INTEGER NOT NULL REFERENCES account (id) ON DELETE CASCADE,
    hash       INTEGER NOT NULL,
    thread_id  INTEGER NOT NULL,
    PRIMARY KEY (account_id, hash)
) STRICT, WITHOUT ROWID;
";

/// References beyond these are not looked at: the last are the nearest ancestors.
const MAX_REFERENCES: usize = 100;

/// What is remembered of a letter's ids.
#[derive(Debug)]
pub(crate) struct FoundThread {
    /// `None` when no letter before it was in one.
    pub(crate) thread: Option<i64>,
    /// Those of its ids that are still to be remembered for that thread.
    pub(crate) unheard: Vec<i64>,
}

impl Writer<'_> {
    /// The thread to which a letter of these ids belongs, merging those that it joins.
    pub(crate) fn find_thread(&mut self, account: AccountId, ids: &[i64]) -> Result<FoundThread> {
        let mut known = Vec::with_capacity(ids.len());
        for hash in ids {
            let sql = "SELECT thread_id FROM message_ref WHERE account_id = ?1 AND hash = ?2";
            known.push((*hash, self.one(sql, [account.0, *hash], |row| row.get::<_, i64>(0))?));
        }
        let threads: BTreeSet<i64> = known.iter().filter_map(|(_, thread)| *thread).collect();
        let thread = self.merge_threads(account, threads)?;
        let unheard = known.into_iter().filter(|(_, of)| of.is_none() || *of != thread);
        Ok(FoundThread {
            thread,
            unheard: unheard.map(|(hash, _)| hash).collect(),
        })
    }

    fn merge_threads(&mut self, account: AccountId, mut found: BTreeSet<i64>) -> Result<Option<i64>> {
        if found.len() < 2 {
            return Ok(found.pop_first());
        }
        let mut sized = Vec::with_capacity(found.len());
        for thread in found {
            let sql = "SELECT count(*) FROM letter WHERE thread_id = ?1";
            sized.push((
                self.one(sql, [thread], |row| row.get::<_, i64>(0))?.unwrap_or(0),
                thread,
            ));
        }
        sized.sort_unstable_by(|a, b| b.cmp(a));
        let mut threads = sized.into_iter().map(|(_, thread)| thread);
        let Some(kept) = threads.next() else { return Ok(None) };
        for thread in threads {
            self.rename_thread(account, thread, kept)?;
        }
        Ok(Some(kept))
    }

    /// Remembers that letters with these ids are of that thread.
    pub(crate) fn remember_thread(&mut self, account: AccountId, ids: &[i64], thread: i64) -> Result<()> {
        for hash in ids {
            let row = [account.0, *hash, thread];
            // Most are new. An upsert would make SQLite keep copies of the pages that it touches.
            let sql = "INSERT OR IGNORE INTO message_ref (account_id, hash, thread_id) VALUES (?1, ?2, ?3)";
            if self.execute(sql, row)? == 0 {
                let sql = "UPDATE message_ref SET thread_id = ?3 WHERE account_id = ?1 AND hash = ?2";
                self.execute(sql, row)?;
            }
        }
        Ok(())
    }

    fn rename_thread(&mut self, account: AccountId, from: i64, to: i64) -> Result<()> {
        let letters = self.all(
            "SELECT id, message_id, in_reply_to, refs FROM letter WHERE thread_id = ?1",
            [from],
            |row| {
                let references = crate::column::strings(row, 3)?;
                Ok((
                    LetterId(row.get(0)?),
                    hashes_of(
                        account,
                        &row.get::<_, String>(1)?,
                        &row.get::<_, String>(2)?,
                        &references,
                    ),
                ))
            },
        )?;
        for (letter, ids) in letters {
            self.execute("UPDATE letter SET thread_id = ?2 WHERE id = ?1", params![letter.0, to])?;
            self.remember_thread(account, &ids, to)?;
            let placements = self.all("SELECT id FROM placement WHERE letter_id = ?1", [letter.0], |row| {
                row.get(0).map(PlacementId)
            })?;
            for placement in placements {
                self.looks_different(placement)?;
            }
        }
        Ok(())
    }
}

/// What a letter is threaded by, hashed: its own id and those it mentions, each once.
pub(crate) fn hashes(account: AccountId, envelope: &Envelope) -> Vec<i64> {
    hashes_of(
        account,
        &envelope.message_id,
        &envelope.in_reply_to,
        &envelope.references,
    )
}

fn hashes_of(account: AccountId, message_id: &str, in_reply_to: &str, references: &[String]) -> Vec<i64> {
    let near = references.iter().rev().take(MAX_REFERENCES).map(String::as_str);
    let ids: BTreeSet<i64> = [message_id, in_reply_to]
        .into_iter()
        .chain(near)
        .filter(|id| !id.is_empty())
        .map(|id| hash(account, id))
        .collect();
    ids.into_iter().collect()
}

/// The account is part of it, so that nobody can make a letter here that collides with one there.
fn hash(account: AccountId, message_id: &str) -> i64 {
    let mut hasher = blake3::Hasher::new();
    hasher.update(&account.0.to_le_bytes());
    hasher.update(message_id.as_bytes());
    let mut bytes = [0; 8];
    hasher.finalize_xof().fill(&mut bytes);
    i64::from_le_bytes(bytes)
}

#[cfg(test)]
mod tests {
    use crate::testing::{Desk, envelope, placed};
    use crate::{Change, Writer};
    use pli_model::{Envelope, PlacementId};
    use std::collections::BTreeSet;

    fn add(desk: &Desk, uid: u32, envelope: Envelope) -> PlacementId {
        let inbox = desk.inbox;
        desk.write(move |w| w.add_placement(&placed(inbox, uid, &envelope)))
    }

    fn thread(desk: &Desk, letter: PlacementId) -> i64 {
        desk.read(move |r| r.letter(letter)).row.thread
    }

    fn speaking(id: &str, references: &[&str]) -> Envelope {
        let references = references.iter().map(|id| (*id).to_owned()).collect();
        Envelope {
            message_id: id.to_owned(),
            references,
            subject: "Re: same".to_owned(),
            ..Envelope::default()
        }
    }

    #[test]
    fn the_order_of_arrival_does_not_matter() {
        for order in [[1, 2, 3, 4], [4, 3, 2, 1], [2, 4, 1, 3]] {
            let desk = Desk::new();
            let threads: BTreeSet<_> = order
                .map(|n| add(&desk, n, envelope(i64::from(n))))
                .iter()
                .map(|letter| thread(&desk, *letter))
                .collect();
            assert_eq!(threads.len(), 1, "{order:?}");
        }
    }

    #[test]
    fn a_subject_glues_nothing_and_neither_does_a_missing_id() {
        let desk = Desk::new();
        let letters = [
            speaking("a", &[]),
            speaking("b", &[]),
            speaking("", &[]),
            speaking("", &[]),
        ];
        let threads: BTreeSet<_> = (1..)
            .zip(letters)
            .map(|(uid, letter)| add(&desk, uid, letter))
            .map(|id| thread(&desk, id))
            .collect();
        assert_eq!(threads.len(), 4);
    }

    #[test]
    fn two_threads_that_turn_out_to_be_one_are_merged_and_told() {
        let desk = Desk::new();
        let left = [add(&desk, 1, speaking("a", &[])), add(&desk, 2, speaking("b", &["a"]))];
        let right = add(&desk, 3, speaking("x", &[]));
        assert_ne!(thread(&desk, left[0]), thread(&desk, right));
        let mut news = desk.store.changes();
        let bridge = add(&desk, 4, speaking("z", &["b", "x"]));
        let one: BTreeSet<_> = [left[0], left[1], right, bridge].map(|id| thread(&desk, id)).into();
        assert_eq!(one.len(), 1);
        let changed = Change::Changed {
            placement: right,
            mailbox: desk.inbox,
        };
        assert!(
            news.try_recv().unwrap().changes.contains(&changed),
            "the smaller one was renamed"
        );
        let late = add(&desk, 5, speaking("late", &["x"]));
        assert!(
            one.contains(&thread(&desk, late)),
            "the memory of ids was renamed with it"
        );
    }

    #[test]
    fn a_body_that_tells_more_references_joins_threads() {
        let desk = Desk::new();
        let (root, child) = (add(&desk, 1, speaking("a", &[])), add(&desk, 2, speaking("b", &[])));
        let digest = desk.put_body(b"References: <a>\r\n\r\n");
        desk.write(move |w| w.set_body(child, digest, String::new(), false, 20, &speaking("b", &["a"])));
        assert_eq!(thread(&desk, root), thread(&desk, child));
    }

    #[test]
    fn accounts_do_not_share_threads() {
        let desk = Desk::new();
        let mine = add(&desk, 1, speaking("a", &[]));
        let theirs = desk.write(|w: &mut Writer<'_>| {
            let account = w.add_account(&crate::testing::new_account("bob@south.test"))?;
            let inbox = w.put_mailbox(account, &crate::testing::new_mailbox("INBOX", pli_model::Role::Inbox))?;
            w.add_placement(&placed(inbox, 1, &speaking("b", &["a"])))
        });
        assert_ne!(thread(&desk, mine), thread(&desk, theirs));
    }
}

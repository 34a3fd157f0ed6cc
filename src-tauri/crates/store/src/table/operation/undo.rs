//! Taking back what a person did: what was never tried is cancelled, what may be at the server is followed by its
//! inverse.

use super::record::{Entry, Listed, Origin};
use super::{OperationRow, is_unfinished, operation, read};
use crate::column;
use crate::shown::Truth;
use crate::table::mailbox_operation::Turn;
use crate::{Mailbox, Reader, Result, Writer};
use pli_model::{
    AccountId, CommandId, Flags, MailboxId, MailboxOperation, Marking, Operation, OperationId, PlacementId, Timestamp,
};
use std::collections::BTreeMap;

/// A command that can be taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undoable {
    /// Which.
    pub command: CommandId,
    /// What was done to letters, in order, over all accounts.
    pub what: Vec<Operation>,
    /// What was done to mailboxes, in order.
    pub mailboxes: Vec<MailboxOperation>,
    /// To how many letters; a letter counts once for each operation.
    pub letters: u32,
    /// When.
    pub at: Timestamp,
}

impl Undoable {
    const fn new(command: CommandId, at: Timestamp) -> Self {
        Self {
            command,
            what: Vec::new(),
            mailboxes: Vec::new(),
            letters: 0,
            at,
        }
    }
}

/// What taking back a command brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Undone {
    /// Letters that are shown as before; one counts once for each operation.
    pub letters: u32,
    /// Letters that could not be brought back: the server has deleted them and there is no body here, or the mailbox in
    /// which they were is gone.
    pub lost: u32,
    /// Mailboxes that are as before.
    pub mailboxes: u32,
}

/// What was shown of a letter before an operation.
struct Before {
    placement: PlacementId,
    mailbox: Option<MailboxId>,
    flags: Flags,
    keywords: Vec<String>,
}

impl Reader<'_> {
    /// The newest commands that can be taken back, newest first, at most `limit`. Undoing is not among them, nor is
    /// what was taken back, refused, or has no letters any more.
    pub fn undoable(&self, limit: usize) -> Result<Vec<Undoable>> {
        let mut found = self.undoable_on_letters(limit)?;
        for row in self.undoable_mailbox_operations(limit)? {
            let Some(command) = CommandId::new(row.command) else {
                continue;
            };
            let at = row.created;
            let known = found.iter().position(|known| known.command == command);
            let known = known.unwrap_or_else(|| {
                found.push(Undoable::new(command, at));
                found.len() - 1
            });
            if let Some(known) = found.get_mut(known) {
                known.mailboxes.insert(0, row.operation);
            }
        }
        // Stable: of one moment the newer stays first.
        found.sort_by_key(|one| std::cmp::Reverse(one.at));
        found.truncate(limit);
        Ok(found)
    }

    fn undoable_on_letters(&self, limit: usize) -> Result<Vec<Undoable>> {
        let mut statement = self.mail.prepare_cached(
            "SELECT kind, target_mailbox_id, flags_add, flags_remove, keywords_add, keywords_remove, command, created,
                 (SELECT count(*) FROM operation_letter WHERE operation_id = operation.id)
                     + (SELECT count(*) FROM grave WHERE operation_id = operation.id AND operation.state = 'done')
                     AS letters
             FROM operation WHERE undoable = 1 AND state <> 'undone' AND letters > 0 ORDER BY id DESC",
        )?;
        let mut rows = statement.query([])?;
        let mut found: Vec<Undoable> = Vec::new();
        while let Some(row) = rows.next()? {
            let Some(command) = CommandId::new(row.get::<_, String>(6)?) else {
                continue;
            };
            if !found.iter().any(|known| known.command == command) {
                if found.len() == limit {
                    break;
                }
                found.push(Undoable::new(command.clone(), column::time(row, 7)?));
            }
            if let Some(known) = found.iter_mut().rev().find(|known| known.command == command) {
                known.letters = known.letters.saturating_add(row.get(8)?);
                known.what.insert(0, operation(row, 0)?);
            }
        }
        Ok(found)
    }

    fn letters_before(&self, id: OperationId) -> Result<Vec<Before>> {
        let sql = "SELECT placement_id, was_mailbox_id, was_flags, was_keywords
            FROM operation_letter WHERE operation_id = ?1";
        self.all(sql, [id.0], |row| {
            Ok(Before {
                placement: PlacementId(row.get(0)?),
                mailbox: row.get::<_, Option<i64>>(1)?.map(MailboxId),
                flags: column::flags(row, 2)?,
                keywords: column::keywords(row, 3)?,
            })
        })
    }
}

/// Inverses by account: queued once everything that can be cancelled is.
type Inverses = BTreeMap<AccountId, Vec<(Operation, Vec<PlacementId>)>>;

impl Writer<'_> {
    /// Takes back a command, newest part first, in all accounts; `undo` is the id of this act. What was taken back
    /// already, or refused, is left as it is: so undoing twice is undoing once.
    ///
    /// A mailbox that cannot be as before (its path is taken, or letters came into it) is
    /// [`crate::StoreError::AlreadyThere`] or [`crate::StoreError::Refused`], and nothing is taken back.
    pub fn undo_command(&mut self, command: &CommandId, undo: &CommandId) -> Result<Undone> {
        let mut undone = Undone {
            mailboxes: self.undo_mailbox_operations(command, undo, Turn::BeforeLetters)?,
            ..Undone::default()
        };
        let sql = format!(
            "SELECT {} FROM operation WHERE command = ?1 AND undoable = 1 AND state <> 'undone' ORDER BY id DESC",
            super::COLUMNS
        );
        let parts = self.all(&sql, [command.as_str()], read)?;
        let mut inverses = Inverses::new();
        for row in &parts {
            self.execute("UPDATE operation SET undoable = 0 WHERE id = ?1", [row.id.0])?;
            if is_unfinished(row.state) && !row.attempted {
                undone.letters += count(self.cancel(row)?);
            } else {
                let inverse = inverses.entry(row.account).or_default();
                self.invert(row, inverse, &mut undone)?;
            }
        }
        for (account, inverse) in inverses {
            self.queue_inverses(account, undo, &inverse)?;
        }
        undone.mailboxes += self.undo_mailbox_operations(command, undo, Turn::AfterLetters)?;
        Ok(undone)
    }

    /// Ends what was never tried. A placement that was made for it goes; one that was to be put from this computer onto the
    /// server goes back to where it was.
    fn cancel(&mut self, row: &OperationRow) -> Result<usize> {
        let letters = self.letters_before(row.id)?;
        self.end_operation(row.id, pli_model::OperationState::Undone, "")?;
        if row.operation == Operation::Append {
            for Before { placement, mailbox, .. } in &letters {
                match self.came_from(*placement, *mailbox)? {
                    Some(home) => self.put_back(*placement, &home)?,
                    None => self.remove_if_only_here(*placement)?,
                }
            }
        }
        Ok(letters.len())
    }

    /// The mailbox out of which a letter was put onto the server; `None` when it was made for that.
    fn came_from(&self, letter: PlacementId, was: Option<MailboxId>) -> Result<Option<Mailbox>> {
        let (Some(was), Some(standing)) = (was, self.find_standing(letter)?) else {
            return Ok(None);
        };
        match was == standing.truth.mailbox {
            true => Ok(None),
            false => self.find_mailbox(was),
        }
    }

    fn put_back(&mut self, letter: PlacementId, home: &Mailbox) -> Result<()> {
        let standing = self.standing(letter)?;
        let truth = Truth {
            mailbox: home.id,
            only_here: home.on_server,
            ..standing.truth.clone()
        };
        self.state(&standing, truth)
    }

    fn invert(
        &mut self,
        row: &OperationRow,
        inverse: &mut Vec<(Operation, Vec<PlacementId>)>,
        undone: &mut Undone,
    ) -> Result<()> {
        let letters = self.letters_before(row.id)?;
        match &row.operation {
            Operation::Mark(marking) => {
                undone.letters += count(letters.len());
                inverse.extend(unmark(marking, letters));
            }
            Operation::Move(_) => {
                let mut back: BTreeMap<MailboxId, Vec<PlacementId>> = BTreeMap::new();
                for Before { placement, mailbox, .. } in letters {
                    match mailbox.map_or(Ok(None), |mailbox| self.find_mailbox(mailbox))? {
                        Some(mailbox) if mailbox.selectable => back.entry(mailbox.id).or_default().push(placement),
                        _ => undone.lost += 1,
                    }
                }
                undone.letters += back.values().map(|letters| count(letters.len())).sum::<u32>();
                inverse.extend(
                    back.into_iter()
                        .map(|(mailbox, letters)| (Operation::Move(mailbox), letters)),
                );
            }
            Operation::Copy(_) | Operation::Append => {
                let mut made = Vec::new();
                for Before { placement, mailbox, .. } in letters {
                    // What was put onto the server out of a mailbox of this computer stays there: it is not to be destroyed.
                    match self.came_from(placement, mailbox)? {
                        Some(_) => undone.lost += 1,
                        None => made.push(placement),
                    }
                }
                undone.letters += count(made.len());
                inverse.push((Operation::Expunge, made));
            }
            Operation::Expunge if is_unfinished(row.state) => {
                let mut back = Vec::new();
                for Before { placement, .. } in letters {
                    if self.size_and_body(placement)?.1 {
                        back.push(placement);
                    } else {
                        undone.lost += 1;
                    }
                }
                undone.letters += count(back.len());
                inverse.push((Operation::Append, back));
            }
            Operation::Expunge => {
                let risen = self.raise_graves(row.id, row.account)?;
                undone.letters += count(risen.placements.len());
                undone.lost += risen.lost;
                inverse.push((Operation::Append, risen.only_here));
            }
        }
        Ok(())
    }

    fn queue_inverses(
        &mut self,
        account: AccountId,
        undo: &CommandId,
        inverses: &[(Operation, Vec<PlacementId>)],
    ) -> Result<()> {
        let mut entry = Entry {
            command: undo,
            account,
            origin: Origin::Consequence,
            ids: Vec::new(),
        };
        for (operation, letters) in inverses.iter().filter(|(_, letters)| !letters.is_empty()) {
            if *operation == Operation::Append {
                // Also for those that the server has still, and is about to expunge.
                let mut listed = Vec::with_capacity(letters.len());
                for letter in letters {
                    listed.extend(self.find_standing(*letter)?.map(Listed::from));
                }
                self.queue(&mut entry, operation, &listed)?;
            } else {
                self.act(&mut entry, &super::Act::new(operation.clone(), letters.clone()))?;
            }
        }
        self.note(crate::Change::Operations(account));
        Ok(())
    }
}

/// Inverses of a marking, letters that need the same one together.
fn unmark(marking: &Marking, letters: Vec<Before>) -> Vec<(Operation, Vec<PlacementId>)> {
    let mut groups: Vec<(Marking, Vec<PlacementId>)> = Vec::new();
    for before in letters {
        let inverse = marking.inverse(before.flags, &before.keywords);
        match groups.iter_mut().find(|(known, _)| *known == inverse) {
            Some((_, letters)) => letters.push(before.placement),
            None => groups.push((inverse, vec![before.placement])),
        }
    }
    groups
        .into_iter()
        .filter(|(inverse, _)| !inverse.is_empty())
        .map(|(inverse, letters)| (Operation::Mark(inverse), letters))
        .collect()
}

fn count(letters: usize) -> u32 {
    u32::try_from(letters).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests;

//! The rows of an operation and of its letters, as they are first written.

use super::super::placement::{PlacementRow, Standing};
use crate::column::join_keywords;
use crate::shown::{Shown, Truth};
use crate::{Result, Writer};
use pli_model::{AccountId, CommandId, MailboxId, Marking, Operation, OperationId, OperationState, PlacementId};
use rusqlite::params;

/// Whether an operation is an act of its own, offered for undoing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    Person,
    Consequence,
}

/// What the rows of one command in one account have in common.
pub(super) struct Entry<'a> {
    pub(super) command: &'a CommandId,
    pub(super) account: AccountId,
    pub(super) origin: Origin,
    pub(super) ids: Vec<OperationId>,
}

/// Where copies are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Here,
    AtServer,
}

/// A letter of an operation.
pub(super) struct Listed {
    pub(super) standing: Standing,
    /// What it is a copy of.
    pub(super) source: Option<PlacementId>,
}

impl From<Standing> for Listed {
    fn from(standing: Standing) -> Self {
        Self { standing, source: None }
    }
}

impl Writer<'_> {
    pub(super) fn insert_operation(
        &mut self,
        entry: &mut Entry<'_>,
        operation: &Operation,
        state: OperationState,
    ) -> Result<OperationId> {
        let nothing = Marking::default();
        let (kind, target, marking) = match operation {
            Operation::Mark(marking) => ("mark", None, marking),
            Operation::Move(target) => ("move", Some(target.0), &nothing),
            Operation::Copy(target) => ("copy", Some(target.0), &nothing),
            Operation::Expunge => ("expunge", None, &nothing),
            Operation::Append => ("append", None, &nothing),
        };
        let now = self.now;
        let id = self.insert(
            "INSERT INTO operation (account_id, command, part, kind, target_mailbox_id, flags_add, flags_remove,
                 keywords_add, keywords_remove, state, created, undoable)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
            params![
                entry.account.0,
                entry.command.as_str(),
                i64::try_from(entry.ids.len()).unwrap_or(i64::MAX),
                kind,
                target,
                marking.flags.add.bits(),
                marking.flags.remove.bits(),
                join_keywords(&marking.add_keywords),
                join_keywords(&marking.remove_keywords),
                state.as_str(),
                now.0,
                entry.origin == Origin::Person,
            ],
        )?;
        entry.ids.push(OperationId(id));
        Ok(OperationId(id))
    }

    pub(super) fn list(&mut self, id: OperationId, listed: &Listed) -> Result<()> {
        let Listed { standing, source } = listed;
        self.execute(
            "INSERT INTO operation_letter (operation_id, placement_id, was_mailbox_id, was_flags, was_keywords,
                 source_id)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![
                id.0,
                standing.id.0,
                standing.shown.mailbox.0,
                standing.shown.flags.bits(),
                standing.shown.keywords,
                source.map(|source| source.0),
            ],
        )?;
        Ok(())
    }

    pub(super) fn make_copies(&mut self, target: MailboxId, sources: &[Standing], place: Place) -> Result<Vec<Listed>> {
        let mut copies = Vec::with_capacity(sources.len());
        for source in sources {
            let Shown { flags, keywords, .. } = &source.shown;
            let (size, has_body) = self.size_and_body(source.id)?;
            let only_here = place == Place::AtServer;
            let id = self.insert_placement(&PlacementRow {
                letter: source.letter,
                account: source.account,
                mailbox: target,
                uid: None,
                flags: *flags,
                keywords,
                received: source.received,
                size,
                has_body,
                only_here,
            })?;
            copies.push(Listed {
                source: Some(source.id),
                standing: Standing {
                    id,
                    shown: Shown {
                        mailbox: target,
                        ..source.shown.clone()
                    },
                    truth: Truth {
                        mailbox: target,
                        uid: None,
                        flags: *flags,
                        keywords: keywords.clone(),
                        only_here,
                    },
                    ..*source
                },
            });
        }
        Ok(copies)
    }
}

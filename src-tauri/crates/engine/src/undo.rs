//! Taking acts back. What an act did is remembered with it, so undoing works without a network and after a restart.

use crate::{Engine, Result};
use pli_model::{CommandId, Operation, Timestamp};
use std::collections::HashSet;

/// Acts that are offered for taking back.
const OFFERED: usize = 50;

/// Kinds of acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    Mark,
    Move,
    Copy,
    Delete,
    Mailbox,
}

/// An act that can be taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undoable {
    pub command: CommandId,
    pub what: Act,
    /// Letters that it was about.
    pub letters: u32,
    pub at: Timestamp,
}

/// What was taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Undone {
    /// Letters that are as they were.
    pub letters: u32,
    /// Letters that are gone from the server and were not whole here.
    pub lost: u32,
}

impl Engine {
    /// Takes an act back, in every account that it touched. `undo` is the id of this taking back.
    pub async fn undo(&self, command: &CommandId, undo: &CommandId) -> Result<Undone> {
        let (command, undo) = (command.clone(), undo.clone());
        let (undone, accounts) = self
            .inner
            .store
            .write(move |writer| {
                let undone = writer.undo_command(&command, &undo)?;
                let accounts: HashSet<_> = writer.accounts()?.into_iter().map(|account| account.id).collect();
                Ok((undone, accounts))
            })
            .await?;
        for account in accounts {
            self.tell(account, pli_sync::Account::operation_queued);
        }
        Ok(Undone {
            letters: undone.letters,
            lost: undone.lost,
        })
    }

    /// Acts that can be taken back, newest first.
    pub async fn undoable(&self) -> Result<Vec<Undoable>> {
        let acts = self.inner.store.read(|reader| reader.undoable(OFFERED)).await?;
        Ok(acts.into_iter().map(undoable).collect())
    }
}

fn undoable(act: pli_store::Undoable) -> Undoable {
    // Of several parts the last is what the person meant: junk is marked and then moved, and the letters of a mailbox that
    // is deleted are moved before.
    let what = match act.what.last() {
        _ if !act.mailboxes.is_empty() => Act::Mailbox,
        Some(Operation::Move(_)) => Act::Move,
        Some(Operation::Copy(_)) | Some(Operation::Append) => Act::Copy,
        Some(Operation::Expunge) => Act::Delete,
        Some(Operation::Mark(_)) | None => Act::Mark,
    };
    let parts = u32::try_from(act.what.len()).unwrap_or(u32::MAX).max(1);
    Undoable {
        command: act.command,
        what,
        // A letter counts once for each part.
        letters: act.letters.div_ceil(parts),
        at: act.at,
    }
}

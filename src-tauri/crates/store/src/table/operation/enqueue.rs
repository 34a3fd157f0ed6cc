//! Doing operations here, and queueing them for the server.

use super::super::placement::Standing;
use super::record::{Entry, Listed, Origin, Place};
use crate::change::Change;
use crate::{Result, StoreError, Writer};
use pli_model::{
    AccountId, CommandId, MailboxId, Marking, Operation, OperationId, OperationState, PlacementId, Protocol, is_keyword,
};
use rusqlite::params;
use std::collections::HashSet;

/// One part of a command: an operation on letters of one account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Act {
    /// What is to be done.
    pub operation: Operation,
    /// To which letters.
    pub letters: Vec<PlacementId>,
}

impl Act {
    /// That operation on these letters.
    pub fn new(operation: Operation, letters: impl Into<Vec<PlacementId>>) -> Self {
        Self {
            operation,
            letters: letters.into(),
        }
    }
}

/// What becomes of an operation on one letter.
enum Course {
    /// It is not for this letter.
    Void,
    /// The server has no part in it: final at once.
    Here,
    /// The server does it.
    Server,
    /// The server does not have what is to be copied: the copy is put there.
    Upload,
    /// The server does not have what is to be moved into a mailbox of its own: it is put there.
    PutUp(MailboxId),
}

/// What of an account lies on this computer only.
struct Ground {
    /// POP3 knows neither flags nor mailboxes.
    whole_account: bool,
    mailboxes: HashSet<MailboxId>,
}

impl Ground {
    fn has(&self, mailbox: MailboxId) -> bool {
        self.whole_account || self.mailboxes.contains(&mailbox)
    }
}

impl Writer<'_> {
    /// Does a command's acts here and queues them for the server, or returns `None` when that account knows the
    /// command already. Letters that are gone are left out.
    ///
    /// Where the server has no part in it (POP3 knows neither flags nor mailboxes; a mailbox of this computer only;
    /// a letter that the server never had) the effect is final at once, recorded as an operation that is done. So
    /// one act may become several operations; their ids are returned in order.
    ///
    /// A copy is a new placement, shown at once: the operation's letters are the copies.
    pub fn enqueue(
        &mut self,
        command: &CommandId,
        account: AccountId,
        acts: &[Act],
    ) -> Result<Option<Vec<OperationId>>> {
        self.carry_out(command, account, Origin::Person, acts)
    }

    /// [`Self::enqueue`], for what follows from something else than an act on these letters, as `\Answered` follows
    /// from sending: it is not offered for undoing.
    pub fn enqueue_consequence(
        &mut self,
        command: &CommandId,
        account: AccountId,
        acts: &[Act],
    ) -> Result<Option<Vec<OperationId>>> {
        self.carry_out(command, account, Origin::Consequence, acts)
    }

    fn carry_out(
        &mut self,
        command: &CommandId,
        account: AccountId,
        origin: Origin,
        acts: &[Act],
    ) -> Result<Option<Vec<OperationId>>> {
        if self.is_known_command(command, account)? {
            return Ok(None);
        }
        let mut entry = Entry {
            command,
            account,
            origin,
            ids: Vec::new(),
        };
        for act in acts {
            self.act(&mut entry, act)?;
        }
        self.note(Change::Operations(account));
        Ok(Some(entry.ids))
    }

    pub(super) fn is_known_command(&self, command: &CommandId, account: AccountId) -> Result<bool> {
        let sql = "SELECT 1 FROM operation WHERE command = ?1 AND account_id = ?2 LIMIT 1";
        Ok(self
            .one(sql, params![command.as_str(), account.0], |_| Ok(()))?
            .is_some())
    }

    pub(super) fn act(&mut self, entry: &mut Entry<'_>, act: &Act) -> Result<()> {
        let operation = &act.operation;
        self.check_operation(entry.account, operation)?;
        let ground = self.ground(entry.account)?;
        let (mut here, mut queued, mut uploads, mut put_up) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        let mut seen = HashSet::new();
        for letter in act.letters.iter().filter(|letter| seen.insert(**letter)) {
            let Some(standing) = self.find_standing(*letter)? else {
                continue;
            };
            if standing.account != entry.account {
                return Err(StoreError::Refused(format!("letter {letter} is of another account")));
            }
            match self.course(&ground, &standing, operation)? {
                Course::Void => {}
                Course::Here => here.push(standing),
                Course::Server => queued.push(standing),
                Course::Upload => uploads.push(standing),
                Course::PutUp(target) => put_up.push((standing, target)),
            }
        }
        if !here.is_empty() || (queued.is_empty() && uploads.is_empty() && put_up.is_empty()) {
            self.act_here(entry, &ground, operation, &here)?;
        }
        self.put_up(entry, &put_up)?;
        if queued.is_empty() && uploads.is_empty() {
            return Ok(());
        }
        let operation = &self.for_server(entry, operation)?;
        if let Operation::Copy(target) = operation {
            let copies = self.make_copies(*target, &queued, Place::AtServer)?;
            self.queue(entry, operation, &copies)?;
            let copies = self.make_copies(*target, &uploads, Place::AtServer)?;
            return self.queue(entry, &Operation::Append, &copies);
        }
        let mut queued: Vec<Listed> = queued.into_iter().map(Listed::from).collect();
        if *operation == Operation::Append {
            self.keep_only_here(&mut queued)?;
        }
        self.queue(entry, operation, &queued)
    }

    fn course(&self, ground: &Ground, standing: &Standing, operation: &Operation) -> Result<Course> {
        let home_is_here = ground.has(standing.truth.mailbox);
        let is_ours_alone = || -> Result<bool> {
            Ok((home_is_here || standing.truth.only_here) && self.pending_operations(standing.id)?.is_empty())
        };
        Ok(match operation {
            Operation::Mark(_) | Operation::Expunge if is_ours_alone()? => Course::Here,
            Operation::Move(target) if home_is_here && ground.has(*target) => Course::Here,
            Operation::Move(_) if !home_is_here && is_ours_alone()? => Course::Here,
            Operation::Move(target) if home_is_here && is_ours_alone()? => Course::PutUp(*target),
            Operation::Copy(target) if ground.has(*target) => Course::Here,
            Operation::Copy(_) if is_ours_alone()? => Course::Upload,
            Operation::Append if home_is_here || standing.truth.uid.is_some() => Course::Void,
            _ => Course::Server,
        })
    }

    fn ground(&self, account: AccountId) -> Result<Ground> {
        let sql = "SELECT id FROM mailbox WHERE account_id = ?1 AND on_server = 0";
        Ok(Ground {
            whole_account: self.account(account)?.protocol == Protocol::Pop3,
            mailboxes: self
                .all(sql, [account.0], |row| row.get(0).map(MailboxId))?
                .into_iter()
                .collect(),
        })
    }

    fn act_here(
        &mut self,
        entry: &mut Entry<'_>,
        ground: &Ground,
        operation: &Operation,
        letters: &[Standing],
    ) -> Result<()> {
        let id = self.insert_operation(entry, operation, OperationState::Done)?;
        if let Operation::Copy(target) = operation {
            let copies = self.make_copies(*target, letters, Place::Here)?;
            return copies.iter().try_for_each(|copy| self.list(id, copy));
        }
        for standing in letters {
            if *operation == Operation::Expunge {
                self.dig_grave(id, standing.id)?;
                self.give_up_uidl(standing.id)?;
                self.remove_placement(standing.id)?;
                continue;
            }
            self.list(id, &Listed::from(standing.clone()))?;
            let mut truth = standing.truth.clone().after(operation);
            truth.only_here &= !ground.has(truth.mailbox);
            self.state(standing, truth)?;
        }
        Ok(())
    }

    /// The operation as the server is asked for it: a mailbox of this computer into which it is to move letters is to be made
    /// there, or yields to the one there of its role or its name.
    fn for_server(&mut self, entry: &Entry<'_>, operation: &Operation) -> Result<Operation> {
        let Operation::Move(target) = operation else {
            return Ok(operation.clone());
        };
        let prefix = self.mailbox_prefix(entry.account)?;
        Ok(Operation::Move(self.mailbox_at_server_for(
            entry.command,
            *target,
            &prefix,
        )?))
    }

    /// Queues an operation on these letters, if any, and shows its effect.
    pub(super) fn queue(&mut self, entry: &mut Entry<'_>, operation: &Operation, letters: &[Listed]) -> Result<()> {
        if letters.is_empty() {
            return Ok(());
        }
        let id = self.insert_operation(entry, operation, OperationState::Queued)?;
        for listed in letters {
            let standing = &listed.standing;
            self.list(id, listed)?;
            if *operation == Operation::Expunge {
                self.dig_grave(id, standing.id)?;
            }
            self.state(standing, standing.truth.clone())?;
        }
        Ok(())
    }

    /// What has no UID, and is asked to be put at the server, is not there.
    fn keep_only_here(&mut self, letters: &mut [Listed]) -> Result<()> {
        for Listed { standing, .. } in letters {
            self.execute("UPDATE placement SET only_here = 1 WHERE id = ?1", [standing.id.0])?;
            standing.truth.only_here = true;
        }
        Ok(())
    }

    fn check_operation(&self, account: AccountId, operation: &Operation) -> Result<()> {
        match operation {
            Operation::Mark(Marking {
                add_keywords,
                remove_keywords,
                ..
            }) => match add_keywords
                .iter()
                .chain(remove_keywords)
                .find(|word| !is_keyword(word))
            {
                Some(word) => Err(StoreError::Refused(format!("“{word}” cannot be a keyword"))),
                None => Ok(()),
            },
            Operation::Move(target) | Operation::Copy(target) => {
                let target = self.mailbox(*target)?;
                if target.account == account && target.selectable {
                    Ok(())
                } else {
                    Err(StoreError::Refused(format!(
                        "letters cannot be put into {}",
                        target.path
                    )))
                }
            }
            Operation::Expunge | Operation::Append => Ok(()),
        }
    }
}

//! Operations on letters: one command of the protocol for all letters of a mailbox, in the order of their UIDs.

use super::Failure;
use crate::Context;
use pli_model::{Flags, MailboxId, Marking, Operation, OperationId, PlacementId, Uid, UidValidity};
use pli_remote::{Marked, Moved, Remote, ServerId};
use pli_store::{Mailbox, PendingLetter, PendingOperation};
use std::collections::BTreeMap;

/// Attempts after which a letter that the server shows nowhere no longer holds up its operation: it exists only here.
const PATIENCE: u32 = 10;

/// Letters by the mailbox in which the server has them, each with its UID there, ascending.
type Groups = BTreeMap<MailboxId, Vec<(Uid, PlacementId)>>;

/// Mailboxes to be looked at before these operations can be carried out, in this order: where an attempt whose answer was
/// lost may have put letters, where they were before, and where letters are whose UID is not known.
pub fn in_doubt(batch: &[PendingOperation]) -> Vec<MailboxId> {
    let mut mailboxes = Vec::new();
    let mut add = |mailbox: Option<MailboxId>| {
        mailboxes.extend(mailbox.filter(|mailbox| !mailboxes.contains(mailbox)));
    };
    for pending in batch {
        for letter in &pending.letters {
            let begun = letter.begun_at.map(|(mailbox, _)| mailbox);
            let unplaced = letter
                .position
                .uid
                .is_none()
                .then_some(letter.position.mailbox)
                .flatten();
            match pending.operation {
                Operation::Move(target) if pending.attempted => {
                    add(Some(target));
                    add(begun);
                }
                Operation::Copy(_) | Operation::Append if pending.attempted => {
                    add(unplaced);
                    add(begun.filter(|_| unplaced.is_some()));
                }
                // Not at the server yet: that is what the operation is for.
                Operation::Copy(_) | Operation::Append => {}
                Operation::Mark(_) | Operation::Move(_) | Operation::Expunge => add(unplaced),
            }
        }
    }
    mailboxes
}

/// What carrying out operations has brought.
#[derive(Default)]
struct Done {
    /// Where letters are now.
    places: Vec<(PlacementId, MailboxId, Uid)>,
    /// Letters that the server did not have any more: the operation was not for them.
    missed: Vec<PlacementId>,
    /// Letters that are nowhere at the server.
    gone: Vec<PlacementId>,
    /// Whether it did not tell where letters went: they are looked for before the operations end.
    is_untold: bool,
}

/// Carries out operations that want the same.
pub async fn run(context: &Context, remote: &mut dyn Remote, batch: &[PendingOperation]) -> Result<(), Failure> {
    let Some(first) = batch.first() else { return Ok(()) };
    let ids: Vec<OperationId> = batch.iter().map(|pending| pending.id).collect();
    let begun = ids.clone();
    context.store.write(move |writer| writer.begin(&begun)).await?;
    let done = match &first.operation {
        Operation::Mark(marking) => mark(context, remote, batch, marking).await?,
        Operation::Move(target) => move_to(context, remote, batch, *target).await?,
        Operation::Copy(target) => copy_to(context, remote, batch, *target).await?,
        Operation::Expunge => expunge(context, remote, batch).await?,
        Operation::Append => append(context, remote, batch).await?,
    };
    let now = context.clock.now();
    let unfound = unfound(batch);
    context
        .store
        .write(move |writer| {
            unfound.into_iter().try_for_each(|letter| writer.keep_unfound(letter))?;
            for placement in done.missed {
                ids.iter().try_for_each(|id| writer.release(*id, placement))?;
            }
            for placement in done.gone {
                writer.remove_vanished(placement)?;
            }
            for id in ids {
                match done.is_untold {
                    true => writer.postpone(id, now, "it is looked for where it went")?,
                    false => writer.settle(id)?,
                }
            }
            let mut places = done.places.into_iter();
            places.try_for_each(|(placement, mailbox, uid)| writer.set_position(placement, mailbox, Some(uid)))
        })
        .await?;
    Ok(())
}

async fn mark(
    context: &Context,
    remote: &mut dyn Remote,
    batch: &[PendingOperation],
    marking: &Marking,
) -> Result<Done, Failure> {
    for (mailbox, letters) in groups(batch, |_, letter| letter.position.mailbox.zip(letter.position.uid))? {
        let source = current(context, remote, mailbox).await?;
        if remote.mark(&source.server_path, &uids(&letters), marking).await? == Marked::WithoutKeywords {
            tracing::info!(mailbox = source.path, "the mailbox keeps no keywords");
        }
    }
    Ok(Done::default())
}

async fn move_to(
    context: &Context,
    remote: &mut dyn Remote,
    batch: &[PendingOperation],
    target: MailboxId,
) -> Result<Done, Failure> {
    let there = ready_target(context, remote, target).await?;
    let mut done = Done::default();
    // Recognised at the target: what an earlier attempt left behind where they came from is to go.
    let left = groups(batch, |pending, letter| {
        (pending.attempted && letter.position.mailbox == Some(target))
            .then_some(letter.begun_at)
            .flatten()
            .and_then(|(mailbox, uid)| Some(mailbox).zip(uid))
    })?;
    for (mailbox, letters) in left {
        if mailbox != target && !remote.abilities().atomic_move {
            let source = current(context, remote, mailbox).await?;
            remote.expunge(&source.server_path, &uids(&letters)).await?;
        }
    }
    for letter in batch.iter().flat_map(|pending| &pending.letters) {
        // Both mailboxes have been looked at: it vanished from the one and did not come into the other.
        let has_been_looked_at = there.known.uid_validity.is_some();
        if has_been_looked_at && letter.position.mailbox == Some(target) && letter.position.uid.is_none() {
            done.gone.push(letter.placement);
        }
    }
    let from = groups(batch, |_, letter| {
        let at = letter.position.mailbox.filter(|mailbox| *mailbox != target);
        at.zip(letter.position.uid)
    })?;
    for (mailbox, letters) in from {
        let source = current(context, remote, mailbox).await?;
        let moved = remote
            .move_to(&source.server_path, &uids(&letters), &there.server_path)
            .await?;
        done.note(&letters, moved, &there);
    }
    Ok(done)
}

async fn copy_to(
    context: &Context,
    remote: &mut dyn Remote,
    batch: &[PendingOperation],
    target: MailboxId,
) -> Result<Done, Failure> {
    let there = ready_target(context, remote, target).await?;
    let is_to_come = |letter: &PendingLetter| letter.position.uid.is_none();
    let from = groups(batch, |_, letter| {
        let source = letter.source.as_ref().filter(|_| is_to_come(letter))?;
        source.mailbox.zip(source.uid)
    })?;
    let mut done = Done::default();
    for (mailbox, letters) in from {
        let source = current(context, remote, mailbox).await?;
        let copied = remote
            .copy_to(&source.server_path, &uids(&letters), &there.server_path)
            .await?;
        done.note(&letters, copied, &there);
    }
    // What it was copied from is gone, or was never at the server: the letter itself is put there.
    let missed = std::mem::take(&mut done.missed);
    for letter in batch.iter().flat_map(|pending| &pending.letters) {
        let has_source = letter
            .source
            .as_ref()
            .is_some_and(|source| source.mailbox.zip(source.uid).is_some());
        if is_to_come(letter) && (!has_source || missed.contains(&letter.placement)) {
            done.append(context, remote, letter.placement, &there).await?;
        }
    }
    Ok(done)
}

async fn expunge(context: &Context, remote: &mut dyn Remote, batch: &[PendingOperation]) -> Result<Done, Failure> {
    for (mailbox, letters) in groups(batch, |_, letter| letter.position.mailbox.zip(letter.position.uid))? {
        let source = current(context, remote, mailbox).await?;
        remote.expunge(&source.server_path, &uids(&letters)).await?;
    }
    Ok(Done::default())
}

async fn append(context: &Context, remote: &mut dyn Remote, batch: &[PendingOperation]) -> Result<Done, Failure> {
    let mut done = Done::default();
    for letter in batch.iter().flat_map(|pending| &pending.letters) {
        if let (Some(mailbox), None) = (letter.position.mailbox, letter.position.uid) {
            let there = ready_target(context, remote, mailbox).await?;
            done.append(context, remote, letter.placement, &there).await?;
        }
    }
    Ok(done)
}

impl Done {
    /// Takes in where letters went. Told under the UIDVALIDITY that we know the target by, it tells also which of them
    /// were not there any more.
    fn note(&mut self, letters: &[(Uid, PlacementId)], moved: Moved, target: &Mailbox) {
        if moved.validity.is_none() || moved.validity != target.known.uid_validity {
            self.is_untold = true;
            return;
        }
        let pairs = moved.pairs.into_iter().filter_map(|(old, new)| match (old, new) {
            (ServerId::Uid(old), ServerId::Uid(new)) => Some((old, new)),
            _ => None,
        });
        let new: BTreeMap<Uid, Uid> = pairs.collect();
        for (uid, placement) in letters {
            match new.get(uid) {
                Some(new) => self.places.push((*placement, target.id, *new)),
                None => self.missed.push(*placement),
            }
        }
    }

    /// Puts a letter at the server from its body here.
    async fn append(
        &mut self,
        context: &Context,
        remote: &mut dyn Remote,
        placement: PlacementId,
        there: &Mailbox,
    ) -> Result<(), Failure> {
        let letter = context.store.read(move |reader| reader.letter(placement)).await?;
        let digest = letter.digest.ok_or(Failure::NoBody)?;
        let raw = context.store.body(digest).await?.ok_or(Failure::NoBody)?;
        let row = letter.row;
        // Another act may be to delete it later: it comes without that mark, which a copy of it would get as well.
        let flags = row.flags.without(Flags::DELETED);
        let appended = remote
            .append(&there.server_path, &raw, flags, &row.keywords, row.received)
            .await?;
        let told = appended.filter(|at| Some(at.validity) == there.known.uid_validity);
        if let Some(ServerId::Uid(uid)) = told.map(|at| at.id) {
            self.places.push((placement, there.id, uid));
        }
        Ok(())
    }
}

/// The letters of all operations by mailbox. `place` says where one is to be found, if it takes part. Letters that are on
/// this computer only are left out: for them the operation is over. So it is, in the end, for those that are not found.
fn groups(
    batch: &[PendingOperation],
    place: impl Fn(&PendingOperation, &PendingLetter) -> Option<(MailboxId, Uid)>,
) -> Result<Groups, Failure> {
    let mut groups = Groups::new();
    for pending in batch {
        for letter in &pending.letters {
            match place(pending, letter) {
                Some((mailbox, uid)) => groups.entry(mailbox).or_default().push((uid, letter.placement)),
                None if is_lost(pending, letter) && pending.attempts < PATIENCE => return Err(Failure::Unplaced),
                None => {}
            }
        }
    }
    for letters in groups.values_mut() {
        letters.sort_unstable();
        letters.dedup();
    }
    Ok(groups)
}

/// Whether the letter is at the server in a place that must be known before the operation can be carried out.
fn is_lost(pending: &PendingOperation, letter: &PendingLetter) -> bool {
    let (mailbox, is_unplaced) = (letter.position.mailbox, letter.position.uid.is_none());
    let matters = match pending.operation {
        Operation::Copy(_) | Operation::Append => false,
        Operation::Move(target) => mailbox != Some(target),
        Operation::Mark(_) | Operation::Expunge => true,
    };
    matters && is_unplaced && mailbox.is_some()
}

/// Letters that were not found, however often they were looked for.
fn unfound(batch: &[PendingOperation]) -> Vec<PlacementId> {
    let lost = |pending: &PendingOperation| {
        let letters = pending.letters.iter().filter(|letter| is_lost(pending, letter));
        letters.map(|letter| letter.placement).collect::<Vec<_>>()
    };
    batch.iter().flat_map(lost).collect()
}

/// A mailbox whose UIDs, as we know them, mean the same at the server now. They may come from another connection,
/// another day: a mailbox made anew has other letters under them.
async fn current(context: &Context, remote: &mut dyn Remote, mailbox: MailboxId) -> Result<Mailbox, Failure> {
    let mailbox = context.store.read(move |reader| reader.mailbox(mailbox)).await?;
    let now: Option<UidValidity> = remote.uid_validity(&mailbox.server_path).await?;
    match now == mailbox.known.uid_validity {
        true => Ok(mailbox),
        false => Err(Failure::Stale),
    }
}

/// A mailbox to put letters into; it is created when it has never been seen at the server.
async fn ready_target(context: &Context, remote: &mut dyn Remote, target: MailboxId) -> Result<Mailbox, Failure> {
    let mut mailbox = context.store.read(move |reader| reader.mailbox(target)).await?;
    if mailbox.server_path.is_empty() {
        mailbox.server_path.clone_from(&mailbox.path);
    }
    if mailbox.known.uid_validity.is_none() {
        remote.create_mailbox(&mailbox.server_path).await?;
    }
    Ok(mailbox)
}

fn uids(letters: &[(Uid, PlacementId)]) -> Vec<ServerId> {
    letters.iter().map(|(uid, _)| ServerId::Uid(*uid)).collect()
}

//! Carrying out queued operations at the server, in the order in which they were made.
//!
//! Every command can be repeated after a lost answer: setting a flag twice is setting it once, and moving a UID
//! that is no longer there is no error. So an operation is settled after the server's OK and simply run again
//! when a crash came between.

use crate::{Context, Result, retry};
use pli_model::{AccountId, MailboxId, Operation, PlacementId, Uid, UidValidity};
use pli_remote::{Remote, RemoteError, ServerId};
use pli_store::{PendingOperation, Reader, StoreError};
use std::collections::BTreeMap;

/// Runs every operation that is due, oldest first. An error of the connection ends it; an operation that the
/// server refuses is undone here with a notice, and the next one goes on.
pub async fn drain(context: &Context, remote: &mut dyn Remote) -> Result<()> {
    while let Some(pending) = next(context).await? {
        let _turn = context.shared.turn.lock().await;
        match run(context, remote, &pending).await {
            Ok(()) => {}
            Err(Failure::Unplaced) => {
                postpone(context, &pending, "the server has not told the letter's new place yet").await?
            }
            Err(Failure::Stale) => postpone(context, &pending, "the mailbox was made anew at the server").await?,
            Err(Failure::Remote(error)) if error.problem.is_retryable() => {
                postpone(context, &pending, &error.text).await?;
                return Err(error.into());
            }
            Err(Failure::Remote(error)) => undo(context, &pending, &error.text).await?,
            Err(Failure::Store(error)) => return Err(error.into()),
        }
    }
    Ok(())
}

/// The operation that is due next.
pub async fn next(context: &Context) -> Result<Option<PendingOperation>> {
    let (account, now) = (context.account, context.clock.now());
    Ok(context
        .store
        .read(move |reader| reader.next_operation(account, now))
        .await?)
}

/// Whether any operation is unfinished, due or not.
pub async fn is_anything_pending(context: &Context) -> Result<bool> {
    let account = context.account;
    Ok(context
        .store
        .read(move |reader| Ok(reader.pending_count(account)? > 0))
        .await?)
}

enum Failure {
    /// The mailbox was made anew: our UIDs of it are void until it has been looked at.
    Stale,
    /// A letter's UID is not known: it was moved by a server that does not say where to. The next look tells.
    Unplaced,
    Remote(RemoteError),
    Store(StoreError),
}

impl From<RemoteError> for Failure {
    fn from(error: RemoteError) -> Self {
        Self::Remote(error)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

async fn run(context: &Context, remote: &mut dyn Remote, pending: &PendingOperation) -> Result<(), Failure> {
    let groups = by_mailbox(pending)?;
    let mut new_places: Vec<(PlacementId, Uid)> = Vec::new();
    for (mailbox, letters) in &groups {
        let mailbox = *mailbox;
        let source = context.store.read(move |reader| reader.mailbox(mailbox)).await?;
        // These UIDs may come from another connection, another day: a mailbox made anew has other letters there.
        if remote.uid_validity(&source.path).await? != source.known.uid_validity {
            return Err(Failure::Stale);
        }
        let source = source.path;
        let ids: Vec<ServerId> = letters.iter().map(|(_, uid)| ServerId::Uid(*uid)).collect();
        match pending.operation {
            Operation::Flag(change) => remote.flag(&source, &ids, change).await?,
            Operation::Move(target) if target == mailbox => {}
            Operation::Move(target) => {
                let path = context.store.read(move |reader| target_path(reader, target)).await?;
                if path.validity.is_none() {
                    remote.create_mailbox(&path.path).await?;
                }
                let moved = remote.move_to(&source, &ids, &path.path).await?;
                if moved.validity.is_some() && moved.validity == path.validity {
                    new_places.extend(moved.pairs.into_iter().filter_map(|pair| place(letters, pair)));
                }
            }
        }
    }
    let (id, operation) = (pending.id, pending.operation);
    context
        .store
        .write(move |writer| {
            writer.settle(id)?;
            if let Operation::Move(target) = operation {
                for (placement, uid) in new_places {
                    writer.set_position(placement, target, Some(uid))?;
                }
            }
            Ok(())
        })
        .await?;
    Ok(())
}

struct Target {
    path: String,
    /// `None` while the mailbox has never been looked at: it may not exist there yet.
    validity: Option<UidValidity>,
}

fn target_path(reader: &Reader<'_>, target: MailboxId) -> pli_store::Result<Target> {
    let mailbox = reader.mailbox(target)?;
    Ok(Target {
        path: mailbox.path,
        validity: mailbox.known.uid_validity,
    })
}

fn place(letters: &[(PlacementId, Uid)], (old, new): (ServerId, ServerId)) -> Option<(PlacementId, Uid)> {
    let (ServerId::Uid(old), ServerId::Uid(new)) = (old, new) else {
        return None;
    };
    letters
        .iter()
        .find(|(_, uid)| *uid == old)
        .map(|(placement, _)| (*placement, new))
}

/// The letters of an operation by the mailbox in which the server has them. Letters that the server never had
/// are left out: for them the operation is over.
fn by_mailbox(pending: &PendingOperation) -> Result<BTreeMap<MailboxId, Vec<(PlacementId, Uid)>>, Failure> {
    let mut groups: BTreeMap<MailboxId, Vec<(PlacementId, Uid)>> = BTreeMap::new();
    for (placement, position) in &pending.letters {
        match (position.mailbox, position.uid) {
            (Some(mailbox), Some(uid)) => groups.entry(mailbox).or_default().push((*placement, uid)),
            (Some(_), None) if pending.attempts < PATIENCE => return Err(Failure::Unplaced),
            _ => {}
        }
    }
    Ok(groups)
}

/// Attempts after which a letter that the server shows nowhere no longer holds up its operation.
const PATIENCE: u32 = 10;

async fn postpone(context: &Context, pending: &PendingOperation, why: &str) -> Result<()> {
    let until = context
        .clock
        .now()
        .plus_millis(i64::try_from(retry::after(pending.attempts).as_millis()).unwrap_or(i64::MAX));
    let (id, why) = (pending.id, why.to_owned());
    Ok(context
        .store
        .write(move |writer| writer.postpone(id, until, &why))
        .await?)
}

async fn undo(context: &Context, pending: &PendingOperation, why: &str) -> Result<()> {
    let (id, reason) = (pending.id, why.to_owned());
    context.store.write(move |writer| writer.undo(id, &reason)).await?;
    let what = match pending.operation {
        Operation::Flag(_) => "The server did not accept the mark; it was taken back",
        Operation::Move(_) => "The server did not move the letter; it is back where it was",
    };
    context.notice(format!("{what}: {why}"));
    Ok(())
}

/// Operations that were parked until sign-in may go on.
pub async fn unpark(context: &Context) -> Result<()> {
    let account: AccountId = context.account;
    Ok(context.store.write(move |writer| writer.unpark(account)).await?)
}

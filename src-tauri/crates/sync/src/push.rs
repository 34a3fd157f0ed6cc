//! Carrying out queued operations at the server, those that want the same together.
//!
//! An operation is *begun* durably before its first byte goes out, and settled after the server's OK. A crash or a lost
//! answer in between leaves it begun: marking, moving by MOVE and expunging are then simply asked again, since asking
//! twice is asking once; before a copy, an append or a move by COPY is asked again, the target is looked at, where
//! the letter is recognised if it has come.

mod letters;
mod mailboxes;

use crate::pull::Pass;
use crate::{Context, Result, SyncError, look, plan, retry};
use pli_model::{AccountId, MailboxId, Operation};
use pli_remote::{Remote, RemoteError};
use pli_store::{PendingOperation, StoreError};

/// Operations that are looked at together.
const AT_ONCE: usize = 10_000;

/// Runs every operation that is due, oldest first; none before the first look after a change of protocol. An error of the connection ends it; an operation that the
/// server refuses is undone here with a notice, and the next one goes on.
pub async fn drain(context: &Context, remote: &mut dyn Remote) -> Result<()> {
    let account = context.account;
    if context.store.read(move |reader| reader.is_settling(account)).await? {
        return Ok(());
    }
    // Letters may be on their way into a mailbox that is to be made; one that is to be deleted waits for its letters.
    mailboxes::drain(context, remote).await?;
    loop {
        let batch = plan::batch(due(context, AT_ONCE).await?);
        if batch.is_empty() {
            return mailboxes::drain(context, remote).await;
        }
        let batch = find_out(context, remote, batch).await?;
        carry_out(context, remote, batch).await?;
    }
}

/// Whether anything is due now.
pub async fn is_anything_due(context: &Context) -> Result<bool> {
    Ok(!due(context, 1).await?.is_empty() || mailboxes::is_any_due(context).await?)
}

async fn due(context: &Context, most: usize) -> Result<Vec<PendingOperation>> {
    let (account, now) = (context.account, context.clock.now());
    Ok(context
        .store
        .read(move |reader| reader.due_operations(account, now, most))
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

/// Looks where an earlier attempt may have brought letters, and where letters are whose UID is not known; answers the
/// same operations as they stand then, without those that wait for a mailbox which the server refuses.
async fn find_out(
    context: &Context,
    remote: &mut dyn Remote,
    batch: Vec<PendingOperation>,
) -> Result<Vec<PendingOperation>> {
    let mailboxes = letters::in_doubt(&batch);
    if mailboxes.is_empty() {
        return Ok(batch);
    }
    for mailbox in mailboxes {
        match look_at(context, remote, mailbox).await {
            Err(SyncError::Remote(refusal)) if refusal.problem.is_refusal() => {
                let waiting: Vec<_> = batch
                    .iter()
                    .filter(|pending| letters::in_doubt(std::slice::from_ref(pending)).contains(&mailbox))
                    .collect();
                postpone(context, waiting, &refusal.text).await?;
            }
            looked => looked?,
        }
    }
    let ids: Vec<_> = batch.iter().map(|pending| pending.id).collect();
    let due = due(context, AT_ONCE).await?;
    Ok(due.into_iter().filter(|pending| ids.contains(&pending.id)).collect())
}

async fn look_at(context: &Context, remote: &mut dyn Remote, mailbox: MailboxId) -> Result<()> {
    let mailbox = context.store.read(move |reader| reader.mailbox(mailbox)).await?;
    if !mailbox.on_server || mailbox.server_path.is_empty() {
        return Ok(());
    }
    // One that was never looked at may have been made for these letters just now.
    if mailbox.known.uid_validity.is_none() && remote.exists(&mailbox.server_path).await? != Some(true) {
        return Ok(());
    }
    let mut news = || false;
    let mut pass = Pass::new(context, remote, &mut news, vec![mailbox.clone()]);
    look::look(&mut pass, &mailbox, false).await.map(drop)
}

/// Why operations were not carried out.
enum Failure {
    /// The mailbox was made anew: our UIDs of it are void until it has been looked at.
    Stale,
    /// A letter's UID is not known: it was moved by a server that does not say where to. A look may tell.
    Unplaced,
    /// The letter's text is not here, so that it cannot be put at the server.
    NoBody,
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

async fn carry_out(context: &Context, remote: &mut dyn Remote, batch: Vec<PendingOperation>) -> Result<()> {
    let _turn = context.shared.turn.lock().await;
    match letters::run(context, remote, &batch).await {
        Ok(()) => Ok(()),
        Err(Failure::Unplaced) => postpone(context, &batch, "the server has not told the letter's new place yet").await,
        Err(Failure::Stale) => postpone(context, &batch, "the mailbox was made anew at the server").await,
        Err(Failure::NoBody) => refuse(context, &batch, "the letter's text is not on this computer").await,
        Err(Failure::Remote(error)) if error.problem.is_retryable() => {
            postpone(context, &batch, &error.text).await?;
            Err(error.into())
        }
        Err(Failure::Remote(error)) => match batch.as_slice() {
            // One of several may be what the server refuses: each is asked for alone.
            [_, _, ..] => {
                for pending in batch {
                    one_by_one(context, remote, pending).await?;
                }
                Ok(())
            }
            batch => refuse(context, batch, &error.text).await,
        },
        Err(Failure::Store(error)) => Err(error.into()),
    }
}

async fn one_by_one(context: &Context, remote: &mut dyn Remote, pending: PendingOperation) -> Result<()> {
    let alone = [pending];
    match letters::run(context, remote, &alone).await {
        Ok(()) => Ok(()),
        Err(Failure::Unplaced | Failure::Stale) => postpone(context, &alone, "its place is not known yet").await,
        Err(Failure::NoBody) => refuse(context, &alone, "the letter's text is not on this computer").await,
        Err(Failure::Remote(error)) if error.problem.is_retryable() => {
            postpone(context, &alone, &error.text).await?;
            Err(error.into())
        }
        Err(Failure::Remote(error)) => refuse(context, &alone, &error.text).await,
        Err(Failure::Store(error)) => Err(error.into()),
    }
}

async fn postpone(context: &Context, batch: impl IntoIterator<Item = &PendingOperation>, why: &str) -> Result<()> {
    let now = context.clock.now();
    let until: Vec<_> = batch
        .into_iter()
        .map(|pending| {
            let wait = i64::try_from(retry::after(pending.attempts).as_millis()).unwrap_or(i64::MAX);
            (pending.id, now.plus_millis(wait))
        })
        .collect();
    let why = why.to_owned();
    context
        .store
        .write(move |writer| {
            until
                .into_iter()
                .try_for_each(|(id, until)| writer.postpone(id, until, &why))
        })
        .await?;
    Ok(())
}

async fn refuse(context: &Context, batch: &[PendingOperation], why: &str) -> Result<()> {
    let ids: Vec<_> = batch.iter().map(|pending| pending.id).collect();
    let reason = why.to_owned();
    context
        .store
        .write(move |writer| ids.into_iter().try_for_each(|id| writer.refuse(id, &reason)))
        .await?;
    let what = match batch.first().map(|pending| &pending.operation) {
        Some(Operation::Mark(_)) | None => "The server did not accept the mark; it was taken back",
        Some(Operation::Move(_)) => "The server did not move the letter; it is back where it was",
        Some(Operation::Copy(_)) => "The server did not copy the letter",
        Some(Operation::Expunge) => "The server did not delete the letter; it is shown again",
        Some(Operation::Append) => "The server did not take the letter; it is only on this computer",
    };
    context.notice(format!("{what}: {why}"));
    Ok(())
}

/// Operations that were parked until sign-in may go on.
pub async fn unpark(context: &Context) -> Result<()> {
    let account: AccountId = context.account;
    Ok(context.store.write(move |writer| writer.unpark(account)).await?)
}

//! Operations on mailboxes, in their order.

use crate::{Context, Result, retry};
use pli_model::MailboxOperation;
use pli_remote::{Remote, RemoteError};
use pli_store::PendingMailboxOperation;

/// Whether one may run now.
pub async fn is_any_due(context: &Context) -> Result<bool> {
    Ok(next(context).await?.is_some())
}

/// Runs every one that is due. An error of the connection ends it; one that the server refuses is taken back here with a
/// notice.
pub async fn drain(context: &Context, remote: &mut dyn Remote) -> Result<()> {
    while let Some(pending) = next(context).await? {
        let _turn = context.shared.turn.lock().await;
        let (id, path) = (pending.id, pending.mailbox.path.clone());
        context
            .store
            .write(move |writer| writer.begin_mailbox_operation(id))
            .await?;
        match run(remote, &pending).await {
            Ok(()) => {
                context
                    .store
                    .write(move |writer| writer.settle_mailbox_operation(id))
                    .await?
            }
            Err(error) if error.problem.is_retryable() => {
                postpone(context, &pending, &error.text).await?;
                return Err(error.into());
            }
            Err(error) => {
                let why = error.text.clone();
                context
                    .store
                    .write(move |writer| writer.refuse_mailbox_operation(id, &why))
                    .await?;
                context.notice(format!("The mailbox “{path}” stays as it was: {}", error.text));
            }
        }
    }
    Ok(())
}

async fn next(context: &Context) -> Result<Option<PendingMailboxOperation>> {
    let (account, now) = (context.account, context.clock.now());
    Ok(context
        .store
        .read(move |reader| reader.next_mailbox_operation(account, now))
        .await?)
}

/// Each may be asked again after a lost answer: what is done already is no error.
async fn run(remote: &mut dyn Remote, pending: &PendingMailboxOperation) -> Result<(), RemoteError> {
    let path = &pending.mailbox.server_path;
    match &pending.operation {
        MailboxOperation::Create(new) => remote.create_mailbox(new).await,
        MailboxOperation::Rename(new) => remote.rename_mailbox(path, new).await,
        MailboxOperation::Delete => remote.delete_mailbox(path).await,
        MailboxOperation::Subscribe => remote.subscribe(path).await,
        MailboxOperation::Unsubscribe => remote.unsubscribe(path).await,
    }
}

async fn postpone(context: &Context, pending: &PendingMailboxOperation, why: &str) -> Result<()> {
    let wait = i64::try_from(retry::after(pending.attempts).as_millis()).unwrap_or(i64::MAX);
    let (id, until, why) = (pending.id, context.clock.now().plus_millis(wait), why.to_owned());
    context
        .store
        .write(move |writer| writer.postpone_mailbox_operation(id, until, &why))
        .await?;
    Ok(())
}

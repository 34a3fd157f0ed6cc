//! `pli mailbox`: mailboxes made, renamed, deleted, emptied.

use super::Outcome;
use super::act::command;
use crate::args::{MailboxCommand, OneMailbox};
use crate::failure::Failure;
use crate::find;
use crate::print::Printer;
use pli_engine::Engine;
use pli_model::MailboxId;

pub async fn run(engine: &Engine, printer: &Printer, act: MailboxCommand) -> Outcome {
    let id = command(engine);
    let done = match act {
        MailboxCommand::Create(new) => return create(engine, printer, new).await,
        MailboxCommand::Rename { which, name } => {
            engine.rename_mailbox(&id, find(engine, &which).await?, &name).await?;
            "renamed"
        }
        MailboxCommand::Delete(which) => {
            engine.remove_mailbox(&id, find(engine, &which).await?).await?;
            "deleted, its letters moved to the trash,"
        }
        MailboxCommand::Empty { which, agreed } => {
            engine
                .empty_mailbox(&id, find(engine, &which).await?, agreed.lose)
                .await?;
            "emptied"
        }
        MailboxCommand::Subscribe(which) => {
            engine.subscribe(find(engine, &which).await?).await?;
            "subscribed to"
        }
        MailboxCommand::Unsubscribe(which) => {
            engine.unsubscribe(find(engine, &which).await?).await?;
            "unsubscribed"
        }
    };
    printer.remark(&format!("{done} here; the server follows with the next sync"));
    Ok(())
}

async fn create(engine: &Engine, printer: &Printer, new: OneMailbox) -> Outcome {
    let account = find::account(engine, new.account.as_deref()).await?.id;
    let (parent, name) = match new.path.rsplit_once('/') {
        Some((above, name)) => (Some(find::mailbox(engine, account, above).await?), name),
        None => (None, new.path.as_str()),
    };
    engine.create_mailbox(&command(engine), account, parent, name).await?;
    printer.remark("made here; the server follows with the next sync");
    Ok(())
}

async fn find(engine: &Engine, which: &OneMailbox) -> Result<MailboxId, Failure> {
    let account = find::account(engine, which.account.as_deref()).await?.id;
    find::mailbox(engine, account, &which.path).await
}

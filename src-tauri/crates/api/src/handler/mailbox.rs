//! Mailboxes and views.

use super::Answer;
use super::letter::command;
use crate::convert::{self, letter_row, to_role};
use crate::wire::*;
use pli_engine::{Engine, ViewId};
use pli_model::{AccountId, MailboxId, PlacementId};

pub async fn list(engine: &Engine, _: Nothing) -> Answer<Vec<Mailbox>> {
    let mut all = Vec::new();
    for entry in engine.accounts().await? {
        all.extend(
            engine
                .mailboxes(entry.account.id)
                .await?
                .into_iter()
                .map(convert::mailbox),
        );
    }
    Ok(all)
}

pub async fn open(engine: &Engine, view: View) -> Answer<ViewOpened> {
    let view = match view {
        View::Mailbox { mailbox } => pli_engine::View::Mailbox(MailboxId(mailbox)),
        View::Role { role } => pli_engine::View::Role(to_role(role)),
        View::Flagged => pli_engine::View::Flagged,
    };
    let opened = engine.open_view(view).await?;
    Ok(ViewOpened {
        view: opened.view.0,
        version: opened.version,
        total: opened.total,
    })
}

pub async fn window(engine: &Engine, ask: WindowAsk) -> Answer<Window> {
    let window = engine
        .window(ViewId(ask.view), ask.offset, ask.limit, ask.anchor.map(PlacementId))
        .await?;
    Ok(Window {
        version: window.version,
        total: window.total,
        offset: window.offset,
        rows: window.rows.into_iter().map(letter_row).collect(),
        anchor_index: window.anchor_index,
    })
}

pub async fn close(engine: &Engine, named: ViewRef) -> Answer<Nothing> {
    engine.close_view(ViewId(named.view)).await;
    Ok(Nothing {})
}

pub async fn create(engine: &Engine, ask: MailboxCreate) -> Answer<Mailbox> {
    let created = engine
        .create_mailbox(
            &command(ask.command)?,
            AccountId(ask.account),
            ask.parent.map(MailboxId),
            &ask.name,
        )
        .await?;
    Ok(convert::mailbox(created))
}

pub async fn rename(engine: &Engine, ask: MailboxRename) -> Answer<Nothing> {
    engine
        .rename_mailbox(&command(ask.command)?, MailboxId(ask.mailbox), &ask.name)
        .await?;
    Ok(Nothing {})
}

pub async fn remove(engine: &Engine, ask: MailboxAct) -> Answer<Nothing> {
    engine
        .remove_mailbox(&command(ask.command)?, MailboxId(ask.mailbox))
        .await?;
    Ok(Nothing {})
}

pub async fn subscribe(engine: &Engine, ask: MailboxSubscribe) -> Answer<Nothing> {
    let mailbox = MailboxId(ask.mailbox);
    match ask.subscribed {
        true => engine.subscribe(mailbox).await?,
        false => engine.unsubscribe(mailbox).await?,
    }
    Ok(Nothing {})
}

pub async fn empty(engine: &Engine, ask: MailboxEmpty) -> Answer<Nothing> {
    engine
        .empty_mailbox(&command(ask.command)?, MailboxId(ask.mailbox), ask.agreed)
        .await?;
    Ok(Nothing {})
}

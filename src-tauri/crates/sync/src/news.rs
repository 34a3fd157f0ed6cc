//! Waiting for news of the inbox on a connection of its own.

use crate::pull::known;
use crate::{Context, Result, bell::Bell, retry::Backoff};
use pli_model::Role;
use pli_remote::{Delta, Known, News};
use std::time::Duration;

/// One wait. RFC 2177 wants IDLE renewed before 29 minutes; the protocol room sees to that below this.
const PATIENCE: Duration = Duration::from_secs(15 * 60);

/// Waits on the inbox for ever and tells `pull` when something happened. A broken connection is news too: what
/// came in between was not heard.
pub async fn listen(context: &Context, pull: &Bell) {
    let mut backoff = Backoff::default();
    loop {
        match wait(context, pull, &mut backoff).await {
            Ok(CannotTell) => return,
            Err(error) if error.needs_sign_in() => return,
            Err(error) => {
                tracing::info!(account = %context.account, %error, "the waiting connection ended");
                tokio::time::sleep(backoff.next()).await;
                pull.ring();
            }
        }
    }
}

/// The server has no way to tell news by itself.
struct CannotTell;

async fn wait(context: &Context, pull: &Bell, backoff: &mut Backoff) -> Result<CannotTell> {
    let mut remote = context.sign_in().await?;
    if !remote.abilities().idle {
        remote.quit().await?;
        return Ok(CannotTell);
    }
    // What came after the last look and before this connection listens would be heard by nobody: look once.
    let account = context.account;
    let inbox = context
        .store
        .read(move |reader| reader.mailbox_for(account, Role::Inbox))
        .await?;
    let (path, known) = inbox.map_or(("INBOX".to_owned(), Known::default()), |inbox| {
        (inbox.path, known(inbox.known))
    });
    if remote.look(&path, known).await? != Delta::Unchanged {
        pull.ring();
    }
    loop {
        if remote.wait_for_news(&path, PATIENCE).await? == News::Changed {
            pull.ring();
        }
        backoff.reset();
    }
}

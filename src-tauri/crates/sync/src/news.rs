//! Waiting for news on a connection of its own.

use crate::awake::Naps;
use crate::pull::known;
use crate::{Context, Result, bell::Bell, retry::Backoff};
use pli_model::Role;
use pli_remote::{Known, News};
use std::time::Duration;

/// One wait. The protocol room renews what it waits by more often than that.
const PATIENCE: Duration = Duration::from_secs(15 * 60);

/// Waits for ever and tells `pull` when something happened in the inbox, or anywhere where the server tells. A broken
/// connection is news too: what came in between was not heard.
pub async fn listen(context: &Context, pull: &Bell, mut naps: Naps) {
    let mut backoff = Backoff::default();
    loop {
        let waited = tokio::select! {
            waited = wait(context, pull, &mut backoff) => waited,
            // The connection died in its sleep.
            () = naps.next() => continue,
        };
        match waited {
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
    // What came after the last look and before this connection listens would be heard by nobody: the counters tell.
    let account = context.account;
    let inbox = context
        .store
        .read(move |reader| reader.mailbox_for(account, Role::Inbox))
        .await?;
    let (path, known) = inbox.map_or(("INBOX".to_owned(), Known::default()), |inbox| {
        (inbox.server_path, known(inbox.known))
    });
    loop {
        if remote.wait_for_news(&path, known, PATIENCE).await? == News::Changed {
            pull.ring();
        }
        backoff.reset();
    }
}

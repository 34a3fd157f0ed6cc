//! Waiting for news of the inbox on a connection of its own.

use crate::{Context, Result, bell::Bell, retry::Backoff};
use pli_remote::News;
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
    loop {
        if remote.wait_for_news("INBOX", PATIENCE).await? == News::Changed {
            pull.ring();
        }
        backoff.reset();
    }
}

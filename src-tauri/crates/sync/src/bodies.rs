//! Bodies that are not here yet: all that the account's retention asks for, newest first, the inbox before the others;
//! and single ones that a person wants to read now.

use crate::fetch::{self, Order, Shelf};
use crate::keep::Kept;
use crate::pull::{Pass, count};
use crate::{Context, Result, apply};
use async_trait::async_trait;
use pli_model::{MailboxId, PlacementId, Timestamp};
use pli_remote::{Enough, Part, Remote, ServerId, Wanted};
use pli_store::{Mailbox, MissingBody};

/// Fetches every missing body. News of the inbox come between.
pub(crate) async fn fetch_missing(pass: &mut Pass<'_>) -> Result<()> {
    let context = pass.context;
    let since = context.retention().await?.horizon(context.clock.now());
    let account = context.account;
    let (missing, _) = context
        .store
        .read(move |reader| reader.missing_body_total(account, since))
        .await?;
    pass.begin_counting(usize::try_from(missing).unwrap_or(usize::MAX));
    for mailbox in pass.boxes.clone() {
        while fetch_mailbox(pass, &mailbox, since).await? == Fetched::Interrupted {
            pass.look_at_inbox().await?;
        }
    }
    Ok(())
}

#[derive(Debug, PartialEq, Eq)]
enum Fetched {
    All,
    Interrupted,
}

async fn fetch_mailbox(pass: &mut Pass<'_>, mailbox: &Mailbox, since: Option<Timestamp>) -> Result<Fetched> {
    let (context, id) = (pass.context, mailbox.id);
    let missing = context
        .store
        .read(move |reader| reader.missing_bodies(id, since, usize::MAX))
        .await?;
    let letters: Vec<Wanted> = missing.into_iter().map(wanted).collect();
    if letters.is_empty() {
        return Ok(Fetched::All);
    }
    let order = Order {
        mailbox: id,
        path: &mailbox.server_path,
        letters: &letters,
        part: Part::Body,
    };
    let mut shelf = Bodies {
        context,
        mailbox: id,
        news: Some(&mut *pass.news),
        octets: 0,
        interrupted: false,
    };
    let outcome = fetch::fetch(context, pass.remote, order, &mut shelf).await;
    let (octets, interrupted) = (shelf.octets, shelf.interrupted);
    pass.totals.bytes += octets;
    // A letter that the server refuses does not keep back those of the next mailbox.
    pass.go_on_after_refusal(outcome)?;
    Ok(match interrupted {
        true => Fetched::Interrupted,
        false => Fetched::All,
    })
}

/// Keeps bodies of letters that are listed already, as they come.
struct Bodies<'a> {
    context: &'a Context,
    mailbox: MailboxId,
    /// Asked after each batch, where news of the inbox may interrupt.
    news: Option<&'a mut (dyn FnMut() -> bool + Send)>,
    octets: u64,
    interrupted: bool,
}

#[async_trait]
impl Shelf for Bodies<'_> {
    async fn put(&mut self, batch: Kept, enough: &Enough) -> Result<()> {
        let letters = count(batch.letters.len());
        self.octets += batch.octets;
        apply::bodies(self.context, self.mailbox, batch).await?;
        self.context
            .set_status(|status| status.done = status.total.min(status.done + letters));
        if !self.interrupted && self.news.as_mut().is_some_and(|news| news()) {
            self.interrupted = true;
            enough.stop();
        }
        Ok(())
    }
}

/// Fetches single bodies on whatever connection is free, in the order given.
pub async fn fetch_now(context: &Context, remote: &mut dyn Remote, wanted: &[PlacementId]) -> Result<()> {
    for placement in wanted.iter().copied() {
        let place = context
            .store
            .read(move |reader| {
                let position = reader.position(placement)?;
                let Some((mailbox, uid)) = position.mailbox.zip(position.uid) else {
                    return Ok(None);
                };
                Ok(Some((
                    reader.mailbox(mailbox)?,
                    uid,
                    reader.letter(placement)?.row.size,
                )))
            })
            .await;
        // Gone meanwhile, or nowhere at the server: nobody is waiting any more.
        let Ok(Some((mailbox, uid, size))) = place else {
            continue;
        };
        let letters = [Wanted {
            id: ServerId::Uid(uid),
            size,
            have: 0,
        }];
        let order = Order {
            mailbox: mailbox.id,
            path: &mailbox.server_path,
            letters: &letters,
            part: Part::Body,
        };
        let mut shelf = Bodies {
            context,
            mailbox: mailbox.id,
            news: None,
            octets: 0,
            interrupted: false,
        };
        fetch::fetch(context, remote, order, &mut shelf).await?;
    }
    Ok(())
}

fn wanted(missing: MissingBody) -> Wanted {
    let id = match missing.id {
        pli_store::ServerId::Uid(uid) => ServerId::Uid(uid),
        pli_store::ServerId::Uidl(uidl) => ServerId::Uidl(uidl),
    };
    Wanted {
        id,
        size: missing.size,
        have: missing.have,
    }
}

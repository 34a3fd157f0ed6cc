//! Downloading from a maildrop (POP3): everything that is new, whole, newest first.

use crate::fetch::{self, Order, Shelf};
use crate::keep::Kept;
use crate::plan;
use crate::pull::{Pass, count};
use crate::{Context, Happening, Result, apply};
use async_trait::async_trait;
use pli_model::{MailboxId, PlacementId};
use pli_remote::{Enough, Part, Wanted};
use pli_store::Mailbox;
use std::collections::HashSet;

/// Fetches every letter whose unique id has never been seen.
pub async fn download(pass: &mut Pass<'_>, mailbox: &Mailbox) -> Result<()> {
    let context = pass.context;
    let account = context.account;
    let (seen, is_settling) = context
        .store
        .read(move |reader| Ok((reader.server_uidls(account)?, reader.is_settling(account)?)))
        .await?;
    let first_look = seen.is_empty() || is_settling;
    let seen: HashSet<String> = seen.into_iter().map(|(uidl, _, _)| uidl).collect();
    let delta = pass.remote.list(&mailbox.server_path).await?;
    let appeared = plan::download(&seen, delta).appeared.into_iter();
    let letters: Vec<Wanted> = appeared
        .map(|listed| Wanted {
            id: listed.id,
            size: listed.size,
            have: 0,
        })
        .collect();
    pass.begin_counting(letters.len());
    let order = Order {
        mailbox: mailbox.id,
        path: &mailbox.server_path,
        letters: &letters,
        part: Part::Body,
    };
    let mut shelf = Downloaded {
        context,
        mailbox: mailbox.id,
        new: Vec::new(),
        octets: 0,
    };
    let outcome = fetch::fetch(context, pass.remote, order, &mut shelf).await;
    pass.totals.bytes += shelf.octets;
    pass.totals.new += count(shelf.new.len());
    if !first_look && !shelf.new.is_empty() {
        let _ = context.happenings.send(Happening::NewLetters(account, shelf.new));
    }
    outcome
}

/// Keeps letters that come whole, without a header before them.
struct Downloaded<'a> {
    context: &'a Context,
    mailbox: MailboxId,
    new: Vec<PlacementId>,
    octets: u64,
}

#[async_trait]
impl Shelf for Downloaded<'_> {
    async fn put(&mut self, batch: Kept, _enough: &Enough) -> Result<()> {
        let letters = count(batch.letters.len());
        self.octets += batch.octets;
        self.new
            .extend(apply::appeared(self.context, self.mailbox, batch).await?);
        self.context.set_status(|status| status.done += letters);
        Ok(())
    }
}

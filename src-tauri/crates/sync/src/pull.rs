//! Looking at the server: what is new comes here, what is gone goes, flags follow.
//!
//! First every mailbox is compared and its new letters are listed (a person sees them at once), then the missing
//! bodies are fetched, newest first, the inbox before the others. Where headers cannot be had cheaply (POP3),
//! whole letters come in one step.

use crate::apply::{self, Marks};
use crate::plan::{self, Held};
use crate::{Context, Happening, Result, State, SyncError, Totals, fetch, mailboxes};
use pli_model::{PlacementId, Role};
use pli_remote::{Fetched, Known, Listed, Part, Problem, Remote, ServerId};
use pli_store::{Mailbox, MissingBody, ServerState};
use std::collections::{HashMap, HashSet};

/// Bodies asked for at a time; between two portions the inbox is looked at again when there is news.
const PORTION: usize = 1_000;

/// One pass over all mailboxes of the account. `news` answers whether the inbox deserves another look meanwhile.
pub async fn pass(
    context: &Context,
    remote: &mut dyn Remote,
    news: &mut (dyn FnMut() -> bool + Send),
) -> Result<Totals> {
    let mut totals = Totals::default();
    let boxes = mailboxes::refresh(context, remote).await?;
    let mut first_refusal = Ok(());
    for mailbox in &boxes {
        let looked = look(context, remote, mailbox, &mut totals).await;
        go_on_after_refusal(looked, &mut first_refusal)?;
        totals.mailboxes += 1;
    }
    if remote.abilities().headers_first {
        let fetched = bodies(context, remote, &boxes, news, &mut totals).await;
        go_on_after_refusal(fetched, &mut first_refusal)?;
    }
    first_refusal.map(|()| totals)
}

/// One mailbox or letter that the server refuses does not keep the others from coming. What ends the connection
/// ends the pass.
fn go_on_after_refusal(outcome: Result<()>, first: &mut Result<()>) -> Result<()> {
    match outcome {
        Err(SyncError::Remote(error)) if matches!(error.problem, Problem::Refused | Problem::TemporarilyRefused) => {
            if first.is_ok() {
                *first = Err(error.into());
            }
            Ok(())
        }
        other => other,
    }
}

/// Compares one mailbox and lists what is new there.
async fn look(context: &Context, remote: &mut dyn Remote, mailbox: &Mailbox, totals: &mut Totals) -> Result<()> {
    if remote.abilities().mirrors_deletion {
        mirror(context, remote, mailbox, totals).await
    } else {
        download(context, remote, mailbox, totals).await
    }
}

async fn mirror(context: &Context, remote: &mut dyn Remote, mailbox: &Mailbox, totals: &mut Totals) -> Result<()> {
    let id = mailbox.id;
    let turn = context.shared.turn.lock().await;
    // Read again under the lock: the pass may have begun long ago.
    let known = context.store.read(move |reader| Ok(reader.mailbox(id)?.known)).await?;
    let delta = remote.look(&mailbox.path, self::known(known)).await?;
    let held = context.store.read(move |reader| reader.server_letters(id)).await?;
    let held: Vec<Held> = held
        .into_iter()
        .map(|ours| Held {
            placement: ours.placement,
            uid: ours.uid,
            flags: ours.flags,
            keywords: ours.keywords,
        })
        .collect();
    let plan = plan::mirror(&held, known.uid_validity, delta);
    let (reset, flags, vanished) = (plan.reset, plan.flags, plan.vanished);
    totals.updated += count(flags.len());
    totals.removed += count(vanished.len());
    if reset || !flags.is_empty() || !vanished.is_empty() {
        let validity = plan.state.and_then(|state| state.uid_validity);
        context
            .store
            .write(move |writer| {
                if reset {
                    writer.clear_uids(id)?;
                    // Kept with the clearing: UIDs that follow stand under the new value, whatever happens next.
                    writer.set_server_state(
                        id,
                        ServerState {
                            uid_validity: validity,
                            ..ServerState::default()
                        },
                    )?;
                }
                for change in &flags {
                    writer.set_server_flags(change.placement, change.flags, &change.keywords)?;
                }
                for placement in vanished {
                    writer.expunge(placement)?;
                }
                Ok(())
            })
            .await?;
    } else if known.uid_validity.is_none()
        && let Some(state) = plan.state
    {
        let first = ServerState {
            uid_validity: state.uid_validity,
            ..ServerState::default()
        };
        context
            .store
            .write(move |writer| writer.set_server_state(id, first))
            .await?;
    }
    drop(turn);

    let first_look = known.uid_next == 0;
    let new = list_new(context, remote, mailbox, plan.appeared).await?;
    totals.new += count(new.len());
    if mailbox.role == Role::Inbox && !first_look && !new.is_empty() {
        let _ = context.happenings.send(Happening::NewLetters(context.account, new));
    }
    if let Some(state) = plan.state {
        context
            .store
            .write(move |writer| writer.set_server_state(id, to_state(state)))
            .await?;
    }
    Ok(())
}

/// Fetches and lists the headers of new letters, newest first.
async fn list_new(
    context: &Context,
    remote: &mut dyn Remote,
    mailbox: &Mailbox,
    appeared: Vec<Listed>,
) -> Result<Vec<PlacementId>> {
    let ids: Vec<ServerId> = appeared.iter().map(|letter| letter.id.clone()).collect();
    let marks: Marks = appeared
        .into_iter()
        .map(|letter| (letter.id, (letter.flags, letter.keywords)))
        .collect();
    let (batches, mut arriving) = fetch::channel();
    let fetching = fetch::in_batches(remote, &mailbox.path, &ids, Part::Header, batches);
    let writing = async move {
        let mut new = Vec::new();
        while let Some(batch) = arriving.recv().await {
            new.extend(apply::headers(context, mailbox.id, batch, &marks).await?);
        }
        Ok(new)
    };
    both(tokio::join!(fetching, writing))
}

async fn download(context: &Context, remote: &mut dyn Remote, mailbox: &Mailbox, totals: &mut Totals) -> Result<()> {
    let account = context.account;
    let seen = context.store.read(move |reader| reader.server_uidls(account)).await?;
    let first_look = seen.is_empty();
    let seen: HashSet<String> = seen.into_iter().map(|(uidl, _, _)| uidl).collect();
    let delta = remote.look(&mailbox.path, Known::default()).await?;
    let ids: Vec<ServerId> = plan::download(&seen, delta)
        .appeared
        .into_iter()
        .map(|letter| letter.id)
        .collect();
    begin_counting(context, count(ids.len()));
    let (batches, mut arriving) = fetch::channel();
    let fetching = fetch::in_batches(remote, &mailbox.path, &ids, Part::Body, batches);
    let fetched = &mut totals.bytes;
    let writing = async move {
        let mut new = Vec::new();
        while let Some(batch) = arriving.recv().await {
            let (letters, octets) = (count(batch.len()), octets(&batch));
            new.extend(apply::whole(context, mailbox.id, batch).await?);
            *fetched += octets;
            context.set_status(|status| status.done += letters);
        }
        Ok(new)
    };
    let new = both(tokio::join!(fetching, writing))?;
    totals.new += count(new.len());
    if !first_look && !new.is_empty() {
        let _ = context.happenings.send(Happening::NewLetters(context.account, new));
    }
    Ok(())
}

/// Fetches every missing body, newest first.
async fn bodies(
    context: &Context,
    remote: &mut dyn Remote,
    boxes: &[Mailbox],
    news: &mut (dyn FnMut() -> bool + Send),
    totals: &mut Totals,
) -> Result<()> {
    let account = context.account;
    let (missing, _) = context
        .store
        .read(move |reader| reader.missing_body_total(account))
        .await?;
    begin_counting(context, u32::try_from(missing).unwrap_or(u32::MAX));
    let mut first_refusal = Ok(());
    for mailbox in boxes {
        let id = mailbox.id;
        let missing = context
            .store
            .read(move |reader| reader.missing_bodies(id, usize::MAX))
            .await?;
        for portion in missing.chunks(PORTION) {
            let fetched = fetch_bodies(context, remote, mailbox, portion, totals).await;
            go_on_after_refusal(fetched, &mut first_refusal)?;
            if news()
                && let Some(inbox) = boxes.iter().find(|mailbox| mailbox.role == Role::Inbox)
            {
                look(context, remote, inbox, totals).await?;
            }
        }
    }
    first_refusal
}

async fn fetch_bodies(
    context: &Context,
    remote: &mut dyn Remote,
    mailbox: &Mailbox,
    portion: &[MissingBody],
    totals: &mut Totals,
) -> Result<()> {
    let ids: Vec<ServerId> = portion.iter().map(|missing| server_id(&missing.id)).collect();
    let placements: HashMap<ServerId, PlacementId> = ids
        .iter()
        .cloned()
        .zip(portion.iter().map(|missing| missing.placement))
        .collect();
    let (batches, mut arriving) = fetch::channel();
    let fetching = fetch::in_batches(remote, &mailbox.path, &ids, Part::Body, batches);
    let writing = async move {
        while let Some(batch) = arriving.recv().await {
            let (letters, octets) = (count(batch.len()), octets(&batch));
            apply::bodies(context, batch, &placements).await?;
            totals.bytes += octets;
            context.set_status(|status| status.done += letters);
        }
        Ok(())
    };
    both(tokio::join!(fetching, writing))
}

/// The writer's error comes first: it is what ended the fetch.
fn both<T>((fetched, written): (Result<()>, Result<T>)) -> Result<T> {
    let written = written?;
    fetched.map(|()| written)
}

fn begin_counting(context: &Context, total: u32) {
    if total > 0 {
        context.set_status(|status| {
            status.state = State::Syncing;
            (status.done, status.total) = (0, total);
        });
    }
}

fn server_id(id: &pli_store::ServerId) -> ServerId {
    match id {
        pli_store::ServerId::Uid(uid) => ServerId::Uid(*uid),
        pli_store::ServerId::Uidl(uidl) => ServerId::Uidl(uidl.clone()),
    }
}

fn octets(batch: &[Fetched]) -> u64 {
    batch.iter().map(|letter| letter.raw.len() as u64).sum()
}

fn count(len: usize) -> u32 {
    u32::try_from(len).unwrap_or(u32::MAX)
}

/// What we hold of a mailbox, as a server is told.
pub fn known(state: ServerState) -> Known {
    Known {
        uid_validity: state.uid_validity,
        uid_next: state.uid_next,
        exists: state.exists,
        highest_modseq: state.highest_modseq,
    }
}

fn to_state(known: Known) -> ServerState {
    ServerState {
        uid_validity: known.uid_validity,
        uid_next: known.uid_next,
        exists: known.exists,
        highest_modseq: known.highest_modseq,
    }
}

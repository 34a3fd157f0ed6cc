//! Writing what arrived: parsed beside the network, bodies durable first, then one transaction of rows.

use crate::{Context, Result};
use pli_mime::Summary;
use pli_model::{Digest, Flags, MailboxId, PlacementId, Timestamp, Uid};
use pli_remote::{Fetched, ServerId};
use pli_store::NewPlacement;
use std::collections::HashMap;

/// Flags and keywords of a letter as it was listed.
pub type Marks = HashMap<ServerId, (Flags, Vec<String>)>;

/// Lists letters whose header arrived. One that we moved into this mailbox ourselves, or that stood here under
/// an earlier UIDVALIDITY, is recognised by Message-ID and size and gets its UID; the others become placements.
/// Answers the placements that are new.
pub async fn headers(
    context: &Context,
    mailbox: MailboxId,
    batch: Vec<Fetched>,
    marks: &Marks,
) -> Result<Vec<PlacementId>> {
    let now = context.clock.now();
    let parsed = parse(batch).await?;
    let parsed: Vec<_> = parsed
        .into_iter()
        .map(|(letter, summary)| {
            let marks = marks.get(&letter.id).cloned().unwrap_or_default();
            (letter, summary, marks)
        })
        .collect();
    let placements = context
        .store
        .write(move |writer| {
            let mut waiting = writer.unplaced(mailbox)?;
            let mut new = Vec::new();
            for (letter, summary, (flags, keywords)) in parsed {
                let ServerId::Uid(uid) = letter.id else { continue };
                let recognised = waiting
                    .iter()
                    .position(|ours| ours.size == letter.size && ours.message_id == summary.envelope.message_id);
                if let Some(at) = recognised {
                    let ours = waiting.swap_remove(at);
                    writer.set_position(ours.placement, mailbox, Some(uid))?;
                    writer.set_server_flags(ours.placement, flags, &keywords)?;
                    continue;
                }
                new.push(writer.add_placement(&NewPlacement {
                    mailbox,
                    uid: Some(uid),
                    uidl: None,
                    flags,
                    keywords,
                    received: received(&letter, &summary, now),
                    size: letter.size,
                    envelope: &summary.envelope,
                    snippet: String::new(),
                    has_attachments: false,
                    digest: None,
                })?);
            }
            Ok(new)
        })
        .await?;
    Ok(placements)
}

/// Keeps bodies of letters that are listed already.
pub async fn bodies(context: &Context, batch: Vec<Fetched>, placements: &HashMap<ServerId, PlacementId>) -> Result<()> {
    let (batch, digests) = keep(context, batch).await?;
    let rows: Vec<_> = batch
        .into_iter()
        .zip(digests)
        .filter_map(|((letter, summary), digest)| Some((*placements.get(&letter.id)?, letter.size, summary, digest)))
        .collect();
    context
        .store
        .write(move |writer| {
            for (placement, size, summary, digest) in rows {
                writer.set_body(
                    placement,
                    digest,
                    summary.snippet,
                    summary.has_attachments,
                    size,
                    &summary.envelope,
                )?;
            }
            Ok(())
        })
        .await?;
    Ok(())
}

/// Keeps letters that come whole, without a header before them (POP3).
pub async fn whole(context: &Context, mailbox: MailboxId, batch: Vec<Fetched>) -> Result<Vec<PlacementId>> {
    let now = context.clock.now();
    let (batch, digests) = keep(context, batch).await?;
    let placements = context
        .store
        .write(move |writer| {
            let mut new = Vec::with_capacity(batch.len());
            for ((letter, summary), digest) in batch.iter().zip(digests) {
                let ServerId::Uidl(uidl) = &letter.id else { continue };
                new.push(writer.add_placement(&NewPlacement {
                    mailbox,
                    uid: None,
                    uidl: Some(uidl.clone()),
                    flags: Flags::NONE,
                    keywords: Vec::new(),
                    received: received(letter, summary, now),
                    size: letter.size,
                    envelope: &summary.envelope,
                    snippet: summary.snippet.clone(),
                    has_attachments: summary.has_attachments,
                    digest: Some(digest),
                })?);
            }
            Ok(new)
        })
        .await?;
    Ok(placements)
}

/// Files a copy of a letter we sent.
pub async fn sent_copy(
    context: &Context,
    mailbox: MailboxId,
    uid: Option<Uid>,
    raw: Vec<u8>,
    digest: Digest,
) -> Result<()> {
    let now = context.clock.now();
    let summary = pli_mime::summarize(&raw);
    let size = raw.len() as u64;
    context
        .store
        .write(move |writer| {
            writer.add_placement(&NewPlacement {
                mailbox,
                uid,
                uidl: None,
                flags: Flags::SEEN,
                keywords: Vec::new(),
                received: now,
                size,
                envelope: &summary.envelope,
                snippet: summary.snippet,
                has_attachments: summary.has_attachments,
                digest: Some(digest),
            })
        })
        .await?;
    Ok(())
}

/// Parses a batch and makes its bodies durable.
async fn keep(context: &Context, batch: Vec<Fetched>) -> Result<(Vec<(Letter, Summary)>, Vec<Digest>)> {
    let (parsed, raws) = tokio::task::spawn_blocking(move || {
        let mut raws = Vec::with_capacity(batch.len());
        let parsed: Vec<_> = batch
            .into_iter()
            .map(|fetched| {
                let summary = pli_mime::summarize(&fetched.raw);
                let letter = Letter {
                    id: fetched.id,
                    received: fetched.received,
                    size: fetched.raw.len() as u64,
                };
                raws.push(fetched.raw);
                (letter, summary)
            })
            .collect();
        (parsed, raws)
    })
    .await?;
    let digests = context.store.put_bodies(raws).await?;
    Ok((parsed, digests))
}

async fn parse(batch: Vec<Fetched>) -> Result<Vec<(Letter, Summary)>> {
    Ok(tokio::task::spawn_blocking(move || {
        batch
            .into_iter()
            .map(|fetched| {
                let envelope = pli_mime::envelope(&fetched.raw);
                let summary = Summary {
                    envelope,
                    snippet: String::new(),
                    has_attachments: false,
                };
                (
                    Letter {
                        id: fetched.id,
                        received: fetched.received,
                        size: fetched.size,
                    },
                    summary,
                )
            })
            .collect()
    })
    .await?)
}

/// A fetched letter without its bytes.
struct Letter {
    id: ServerId,
    received: Option<Timestamp>,
    size: u64,
}

/// When the letter came in: by the server, else by the letter (never later than now: a date in the future would
/// stay on top of the list for ever), else now.
fn received(letter: &Letter, summary: &Summary, now: Timestamp) -> Timestamp {
    letter
        .received
        .or(summary.envelope.date.map(|written| written.min(now)))
        .unwrap_or(now)
}

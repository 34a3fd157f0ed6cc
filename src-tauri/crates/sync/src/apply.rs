//! Writing what arrived: one transaction a batch, its bodies durable already.

use crate::download::Names;
use crate::keep::{Kept, KeptLetter};
use crate::{Context, Result};
use pli_model::{AccountId, Digest, Flags, MailboxId, PlacementId, Timestamp, Uid};
use pli_remote::{Marks, ServerId};
use pli_store::{Likeness, NewPlacement, NewUidl, Writer};
use std::sync::Arc;

/// Lists letters that appeared. One that we put into this mailbox ourselves, or that stood here under an earlier
/// UIDVALIDITY, is recognised by Message-ID and size and gets its UID; so is, at the first look after a change from POP3, one
/// that others have moved here meanwhile. The others become placements. Answers those that are new: what a move of ours left
/// behind here is not, and goes when the move ends.
pub async fn appeared(context: &Context, mailbox: MailboxId, batch: Kept) -> Result<Vec<PlacementId>> {
    let (account, now) = (context.account, context.clock.now());
    let placements = context
        .store
        .write(move |writer| {
            let (any_unplaced, any_strays) = (writer.has_unplaced(mailbox)?, writer.is_settling(account)?);
            let any_left = writer.has_begun_moves(mailbox)?;
            let mut new = Vec::new();
            for letter in batch.letters {
                let like = likeness(&letter);
                let left = if any_left {
                    writer.left_behind(mailbox, like)?
                } else {
                    None
                };
                // What is marked as deleted is rather what a move left than a letter to be kept.
                if is_deleted(&letter)
                    && let Some(ours) = left
                {
                    add_left(writer, ours, mailbox, &letter, now)?;
                } else if any_unplaced && let Some(ours) = writer.unplaced(mailbox, like)? {
                    place(writer, ours, mailbox, letter)?;
                } else if any_strays && let Some(ours) = writer.stray(mailbox, like)? {
                    find_again(writer, ours, mailbox, letter)?;
                } else if let Some(ours) = left
                    // It is expunged: that it looks like ours is not enough where nothing marks it as to be deleted.
                    && letter.digest.is_some()
                    && letter.digest == writer.body_of(ours)?
                {
                    add_left(writer, ours, mailbox, &letter, now)?;
                } else {
                    new.push(add(writer, mailbox, &letter, None, now)?);
                }
            }
            Ok(new)
        })
        .await?;
    Ok(placements)
}

/// Lists letters of a maildrop. One that we have under a name that is missing now, or had by IMAP, gets the name under which
/// it came; a name that is used for another letter now leaves the old one. Answers the placements that are new.
pub async fn downloaded(
    context: &Context,
    mailbox: MailboxId,
    batch: Kept,
    names: Arc<Names>,
) -> Result<Vec<PlacementId>> {
    let (account, now) = (context.account, context.clock.now());
    let placements = context
        .store
        .write(move |writer| {
            let mut new = Vec::new();
            for letter in batch.letters {
                let (ServerId::Uidl(uidl), Some(digest)) = (&letter.id, letter.digest) else {
                    continue;
                };
                let named = NewUidl {
                    name: uidl.clone(),
                    octets: names.octets.get(uidl).copied().unwrap_or_default(),
                    header: letter.header,
                };
                let is_reused = names.reused.contains(uidl);
                // It looked like another letter, and is not.
                let is_ours = is_reused && body_of_uidl(writer, account, uidl)? == Some(digest);
                if is_reused && !is_ours {
                    writer.forget_uidl(account, uidl)?;
                }
                if is_ours || writer.adopt_uidl(mailbox, uidl, digest, &names.missing)? {
                    writer.set_uidl_traits(account, &named)?;
                } else {
                    new.push(add(writer, mailbox, &letter, Some(named), now)?);
                }
            }
            Ok(new)
        })
        .await?;
    Ok(placements)
}

fn body_of_uidl(writer: &Writer<'_>, account: AccountId, uidl: &str) -> pli_store::Result<Option<Digest>> {
    match writer.placement_of_uidl(account, uidl)?.flatten() {
        Some(placement) => writer.body_of(placement),
        None => Ok(None),
    }
}

fn likeness(letter: &KeptLetter) -> Likeness<'_> {
    let envelope = &letter.summary.envelope;
    Likeness {
        message_id: &envelope.message_id,
        date: envelope.date,
        subject: &envelope.subject,
        size: letter.size,
        digest: letter.digest,
    }
}

/// Tells a letter of ours its place at the server.
fn place(writer: &mut Writer<'_>, ours: PlacementId, mailbox: MailboxId, letter: KeptLetter) -> pli_store::Result<()> {
    let ServerId::Uid(uid) = letter.id else { return Ok(()) };
    let before = writer.position(ours)?;
    if let (Some(elsewhere), Some(_)) = (before.mailbox.filter(|before| *before != mailbox), before.uid) {
        // What was recognised may be another letter like it, and this one be there still: nobody would tell.
        writer.forget_modseq(elsewhere)?;
    }
    writer.set_position(ours, mailbox, Some(uid))?;
    if let Some(marks) = &letter.marks {
        writer.set_server_flags(ours, marks.flags, &marks.keywords)?;
    }
    match letter.digest {
        Some(digest) if writer.body_of(ours)?.is_none() => set_body(writer, ours, letter, digest),
        _ => Ok(()),
    }
}

/// Tells a letter of ours that it has been moved.
fn find_again(
    writer: &mut Writer<'_>,
    ours: PlacementId,
    mailbox: MailboxId,
    letter: KeptLetter,
) -> pli_store::Result<()> {
    let ServerId::Uid(uid) = letter.id else { return Ok(()) };
    let Marks { flags, keywords } = letter.marks.unwrap_or_default();
    writer.find_again(ours, mailbox, uid, flags, &keywords)
}

/// Lists what a move left behind, and tells the move where it is.
fn add_left(
    writer: &mut Writer<'_>,
    ours: PlacementId,
    mailbox: MailboxId,
    letter: &KeptLetter,
    now: Timestamp,
) -> pli_store::Result<()> {
    let ServerId::Uid(uid) = letter.id else { return Ok(()) };
    writer.set_origin(ours, mailbox, uid)?;
    add(writer, mailbox, letter, None, now).map(drop)
}

fn is_deleted(letter: &KeptLetter) -> bool {
    let marks = letter.marks.as_ref();
    marks.is_some_and(|marks| marks.flags.contains(Flags::DELETED))
}

fn add(
    writer: &mut Writer<'_>,
    mailbox: MailboxId,
    letter: &KeptLetter,
    uidl: Option<NewUidl>,
    now: Timestamp,
) -> pli_store::Result<PlacementId> {
    let uid = match letter.id {
        ServerId::Uid(uid) => Some(uid),
        ServerId::Uidl(_) => None,
    };
    let Marks { flags, keywords } = letter.marks.clone().unwrap_or_default();
    writer.add_placement(&NewPlacement {
        mailbox,
        uid,
        uidl,
        flags,
        keywords,
        received: letter.received_at(now),
        size: letter.size,
        envelope: &letter.summary.envelope,
        snippet: letter.summary.snippet.clone(),
        has_attachments: letter.summary.has_attachments,
        digest: letter.digest,
        object_id: letter.object_id.clone(),
    })
}

/// Keeps bodies of letters that are listed already.
pub async fn bodies(context: &Context, mailbox: MailboxId, batch: Kept) -> Result<()> {
    context
        .store
        .write(move |writer| {
            for letter in batch.letters {
                let (ServerId::Uid(uid), Some(digest)) = (&letter.id, letter.digest) else {
                    continue;
                };
                if let Some(placement) = writer.placement_at(mailbox, *uid)? {
                    set_body(writer, placement, letter, digest)?;
                }
            }
            Ok(())
        })
        .await?;
    Ok(())
}

fn set_body(
    writer: &mut Writer<'_>,
    placement: PlacementId,
    letter: KeptLetter,
    digest: Digest,
) -> pli_store::Result<()> {
    let summary = letter.summary;
    writer.set_body(
        placement,
        digest,
        summary.snippet,
        summary.has_attachments,
        letter.size,
        &summary.envelope,
    )
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
                object_id: None,
            })
        })
        .await?;
    Ok(())
}

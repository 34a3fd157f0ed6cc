//! Letters being written.

use super::Answer;
use super::letter::command;
use crate::wire::*;
use crate::{ApiError, Code};
use pli_engine::{Engine, Outgoing};
use pli_model::{AccountId, AttachmentSource, DraftId, PlacementId};
use std::path::PathBuf;

pub async fn reply(engine: &Engine, ask: ReplyTo) -> Answer<Draft> {
    Ok(from_model(
        None,
        engine.reply(PlacementId(ask.id), ask.all, &ask.quote_line).await?,
    ))
}

pub async fn forward(engine: &Engine, named: LetterRef) -> Answer<Draft> {
    let (id, draft) = engine.forward(PlacementId(named.id)).await?;
    Ok(from_model(Some(id), draft))
}

pub async fn save(engine: &Engine, draft: Draft) -> Answer<Draft> {
    let id = draft.id.map(DraftId);
    let model = to_model(engine, draft).await?;
    let id = engine.save_draft(id, &model).await?;
    Ok(from_model(Some(id), model))
}

pub async fn list(engine: &Engine, _: Nothing) -> Answer<Vec<DraftRow>> {
    /// Characters of a draft's text that a list shows.
    const SNIPPET: usize = 160;
    let row = |row: pli_engine::DraftRow| DraftRow {
        id: row.id.0,
        account: row.account.0,
        to: row.to,
        subject: row.subject,
        snippet: row
            .text
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ")
            .chars()
            .take(SNIPPET)
            .collect(),
        saved_at: rfc3339(row.saved),
    };
    Ok(engine.drafts().await?.into_iter().map(row).collect())
}

pub async fn open(engine: &Engine, named: DraftRef) -> Answer<Draft> {
    let id = DraftId(named.id);
    Ok(from_model(Some(id), engine.draft(id).await?))
}

pub async fn remove(engine: &Engine, named: DraftRef) -> Answer<Nothing> {
    engine.remove_draft(DraftId(named.id)).await?;
    Ok(Nothing {})
}

pub async fn send(engine: &Engine, ask: SendDraft) -> Answer<Queued> {
    let id = DraftId(ask.id);
    let draft = engine.draft(id).await?;
    let outgoing = Outgoing {
        command: command(ask.command)?,
        draft: Some(id),
        utc_offset: ask.utc_offset,
    };
    let queued = engine.send(draft, outgoing).await?;
    let queued = queued.ok_or_else(|| ApiError::new(Code::AlreadyThere, "this letter was sent already"))?;
    Ok(Queued { outbox: queued.0 })
}

/// A draft for the screen: files by path, held bytes by number.
pub fn from_model(id: Option<DraftId>, draft: pli_model::Draft) -> Draft {
    let attachments = draft
        .attachments
        .into_iter()
        .zip(0..)
        .map(|(attachment, number)| {
            let (size, path, held) = match attachment.source {
                AttachmentSource::File(path) => {
                    let size = std::fs::metadata(&path).map_or(0, |file| file.len());
                    (size, Some(path.to_string_lossy().into_owned()), None)
                }
                AttachmentSource::Bytes(bytes) => (bytes.len() as u64, None, Some(number)),
            };
            DraftAttachment {
                name: attachment.name,
                mime_type: attachment.mime_type,
                size,
                path,
                held,
            }
        })
        .collect();
    Draft {
        id: id.map(|id| id.0),
        account: draft.account.0,
        to: draft.to,
        cc: draft.cc,
        bcc: draft.bcc,
        subject: draft.subject,
        text: draft.text,
        in_reply_to: draft.in_reply_to,
        references: draft.references,
        attachments,
    }
}

/// The screen's draft with the bytes that the saved one holds.
async fn to_model(engine: &Engine, draft: Draft) -> Answer<pli_model::Draft> {
    let held = match draft.id {
        Some(id) if draft.attachments.iter().any(|attachment| attachment.held.is_some()) => {
            engine.draft(DraftId(id)).await?.attachments
        }
        _ => Vec::new(),
    };
    let mut attachments = Vec::with_capacity(draft.attachments.len());
    for attachment in draft.attachments {
        let kept = attachment.held.and_then(|number| held.get(number as usize));
        let source = match (attachment.path, kept) {
            (Some(path), _) => AttachmentSource::File(PathBuf::from(path)),
            (None, Some(kept)) => kept.source.clone(),
            (None, None) => {
                let message = format!("the attachment {} is not there any more", attachment.name);
                return Err(ApiError {
                    field: Some("attachments".to_owned()),
                    ..ApiError::new(Code::InvalidInput, message)
                });
            }
        };
        attachments.push(pli_model::DraftAttachment {
            name: attachment.name,
            mime_type: attachment.mime_type,
            source,
        });
    }
    Ok(pli_model::Draft {
        account: AccountId(draft.account),
        to: draft.to,
        cc: draft.cc,
        bcc: draft.bcc,
        subject: draft.subject,
        text: draft.text,
        html: String::new(),
        in_reply_to: draft.in_reply_to,
        references: draft.references,
        attachments,
    })
}

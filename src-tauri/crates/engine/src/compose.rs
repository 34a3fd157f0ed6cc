//! Letters being written: drafts, answers, and the step into the outbox.

use crate::{Engine, EngineError, Field, Result};
use pli_mime::{LoadedAttachment, MessageIdSeed};
use pli_model::{Address, AttachmentSource, CommandId, Draft, DraftId, OutboxId, PlacementId};
use pli_store::{DraftRow, NewOutbox};

/// What is needed to send a letter besides its text.
#[derive(Debug, Clone)]
pub struct Outgoing {
    /// Made by the face: said twice, sent once.
    pub command: CommandId,
    /// The draft this letter was, which ends with the sending.
    pub draft: Option<DraftId>,
    /// Minutes east of UTC for the Date field.
    pub utc_offset: i32,
}

impl Engine {
    /// Starts an answer; not saved. `quote_line` stands above the quoted text.
    pub async fn reply(&self, id: PlacementId, all: bool, quote_line: &str) -> Result<Draft> {
        let record = self.letter(id).await?;
        let raw = self.whole(id).await?;
        let me: Vec<Address> = self
            .accounts()
            .await?
            .into_iter()
            .map(|entry| Address::bare(entry.account.email))
            .collect();
        let quote_line = quote_line.to_owned();
        Ok(tokio::task::spawn_blocking(move || {
            pli_mime::reply(&raw, &me, all, record.row.account, |_| quote_line.clone())
        })
        .await?)
    }

    /// Starts a forwarded letter with its attachments; saved, since it may hold files.
    pub async fn forward(&self, id: PlacementId) -> Result<(DraftId, Draft)> {
        let record = self.letter(id).await?;
        let raw = self.whole(id).await?;
        let draft = tokio::task::spawn_blocking(move || pli_mime::forward(&raw, record.row.account)).await?;
        let id = self.save_draft(None, &draft).await?;
        Ok((id, draft))
    }

    /// Saves a draft as a new version of itself.
    pub async fn save_draft(&self, id: Option<DraftId>, draft: &Draft) -> Result<DraftId> {
        let draft = draft.clone();
        Ok(self
            .inner
            .store
            .write(move |writer| writer.save_draft(id, &draft))
            .await?)
    }

    /// Every draft, newest first.
    pub async fn drafts(&self) -> Result<Vec<DraftRow>> {
        Ok(self.inner.store.read(|reader| reader.drafts()).await?)
    }

    /// A draft to go on with.
    pub async fn draft(&self, id: DraftId) -> Result<Draft> {
        Ok(self.inner.store.read(move |reader| reader.draft(id)).await?)
    }

    /// Throws a draft away.
    pub async fn remove_draft(&self, id: DraftId) -> Result<()> {
        Ok(self.inner.store.write(move |writer| writer.remove_draft(id)).await?)
    }

    /// Puts a letter into the outbox: composed, durable, and from now on sent by itself. `None` when this command
    /// was given before.
    pub async fn send(&self, draft: Draft, outgoing: Outgoing) -> Result<Option<OutboxId>> {
        let account_id = draft.account;
        let account = self.inner.store.read(move |reader| reader.account(account_id)).await?;
        let recipients = draft
            .recipients()
            .map_err(|error| EngineError::invalid(Field::To, error.to_string()))?;
        if recipients.is_empty() {
            return Err(EngineError::invalid(Field::To, "the letter has no recipient"));
        }
        let from = Address {
            name: account.name.clone(),
            email: account.email.clone(),
        };
        let attachments = load(&draft).await?;
        let seed = MessageIdSeed {
            random: self.random_bytes(),
            domain: from.domain().to_owned(),
        };
        let (now, offset, subject) = (self.inner.clock.now(), outgoing.utc_offset, draft.subject.clone());
        let answered = self.answered(&draft).await?;
        let composed =
            tokio::task::spawn_blocking(move || pli_mime::compose(&draft, &from, &attachments, seed, now, offset))
                .await??;
        let digests = self.inner.store.put_bodies(vec![composed.raw]).await?;
        let digest = digests
            .first()
            .copied()
            .ok_or_else(|| EngineError::refused("the letter could not be kept"))?;
        let row = NewOutbox {
            account: account_id,
            from: account.email,
            recipients: recipients.into_iter().map(|address| address.email).collect(),
            subject,
            message_id: composed.message_id,
            digest,
            answered,
        };
        let Outgoing { command, draft, .. } = outgoing;
        let id = self
            .inner
            .store
            .write(move |writer| {
                let id = writer.put_outbox(&command, &row)?;
                if let Some(draft) = draft {
                    writer.remove_draft(draft)?;
                }
                Ok(id)
            })
            .await?;
        self.tell(account_id, pli_sync::Account::letter_queued);
        Ok(id)
    }

    /// The letter of the same account that a draft answers.
    async fn answered(&self, draft: &Draft) -> Result<Option<PlacementId>> {
        if draft.in_reply_to.is_empty() {
            return Ok(None);
        }
        let (account, id) = (draft.account, draft.in_reply_to.clone());
        let found = self
            .inner
            .store
            .read(move |reader| reader.find_by_message_id(account, &id))
            .await?;
        Ok(found.into_iter().next())
    }
}

/// Reads a draft's attachments.
async fn load(draft: &Draft) -> Result<Vec<LoadedAttachment>> {
    let mut loaded = Vec::with_capacity(draft.attachments.len());
    for attachment in &draft.attachments {
        let bytes = match &attachment.source {
            AttachmentSource::Bytes(bytes) => bytes.clone(),
            AttachmentSource::File(path) => tokio::fs::read(path).await.map_err(|error| {
                EngineError::invalid(
                    Field::Attachments,
                    format!("{} cannot be read: {error}", path.display()),
                )
            })?,
        };
        loaded.push(LoadedAttachment {
            name: attachment.name.clone(),
            mime_type: attachment.mime_type.clone(),
            bytes,
        });
    }
    Ok(loaded)
}

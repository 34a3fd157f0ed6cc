//! The outbox: what is on its way, tried again, taken back.

use crate::{Engine, EngineError, Result};
use pli_model::{AccountId, Draft, DraftId, OutboxId, OutboxState};
use pli_store::OutboxRow;

impl Engine {
    /// Letters on their way out and lately sent, newest first.
    pub async fn outbox(&self) -> Result<Vec<OutboxRow>> {
        Ok(self.inner.store.read(|reader| reader.outbox()).await?)
    }

    /// One letter of the outbox.
    pub async fn outgoing(&self, id: OutboxId) -> Result<OutboxRow> {
        Ok(self.inner.store.read(move |reader| reader.outbox_row(id)).await?)
    }

    /// Puts a letter that failed, waits, or may have been sent, at the head of the queue.
    pub async fn retry_outgoing(&self, id: OutboxId) -> Result<()> {
        let now = self.inner.clock.now();
        let account = self
            .change(
                id,
                move |row| match row.state {
                    OutboxState::Queued | OutboxState::Failed | OutboxState::Unknown | OutboxState::Cancelled => {
                        Ok(OutboxState::Queued)
                    }
                    OutboxState::Sending | OutboxState::Committing => Err("this letter is being sent at this moment"),
                    OutboxState::Sent => Err("this letter was sent already"),
                },
                now,
            )
            .await?;
        self.tell(account, pli_sync::Account::letter_queued);
        Ok(())
    }

    /// Takes a letter back that has not been sent; it becomes a draft again.
    pub async fn cancel_outgoing(&self, id: OutboxId) -> Result<(DraftId, Draft)> {
        let row = self.inner.store.read(move |reader| reader.outbox_row(id)).await?;
        let now = self.inner.clock.now();
        self.change(
            id,
            move |row| match row.state {
                OutboxState::Queued | OutboxState::Failed => Ok(OutboxState::Cancelled),
                OutboxState::Unknown => Ok(OutboxState::Cancelled),
                OutboxState::Sending | OutboxState::Committing => Err("this letter is being sent at this moment"),
                OutboxState::Sent => Err("this letter was sent already"),
                OutboxState::Cancelled => Err("this letter was taken back already"),
            },
            now,
        )
        .await?;
        let raw = self.inner.store.body(row.digest).await?.unwrap_or_default();
        let recipients = row
            .verdicts
            .iter()
            .map(|verdict| verdict.email.clone())
            .collect::<Vec<_>>();
        let account = row.account;
        let draft = tokio::task::spawn_blocking(move || pli_mime::reopen(&raw, account, &recipients)).await?;
        let draft_id = self.save_draft(None, &draft).await?;
        Ok((draft_id, draft))
    }

    async fn change(
        &self,
        id: OutboxId,
        next: impl FnOnce(&OutboxRow) -> Result<OutboxState, &'static str> + Send + 'static,
        now: pli_model::Timestamp,
    ) -> Result<AccountId> {
        let outcome = self
            .inner
            .store
            .write(move |writer| {
                let row = writer.outbox_row(id)?;
                Ok(match next(&row) {
                    Ok(state) => {
                        writer.set_outbox_state(id, state, "", now, &row.verdicts)?;
                        Ok(row.account)
                    }
                    Err(why) => Err(why),
                })
            })
            .await?;
        outcome.map_err(EngineError::refused)
    }

    /// Submits what waits in an account's outbox now and files the copies, waited for.
    pub async fn send_waiting(&self, account: AccountId) -> Result<()> {
        Ok(pli_sync::send_waiting(&self.context(account)).await?)
    }
}

//! Letters on their way out.

use super::Answer;
use super::compose::from_model;
use crate::convert;
use crate::wire::*;
use pli_engine::Engine;
use pli_model::OutboxId;

pub async fn list(engine: &Engine, _: Nothing) -> Answer<Vec<OutboxRow>> {
    Ok(engine.outbox().await?.into_iter().map(convert::outbox_row).collect())
}

pub async fn retry(engine: &Engine, named: OutboxRef) -> Answer<Nothing> {
    engine.retry_outgoing(OutboxId(named.id)).await?;
    Ok(Nothing {})
}

pub async fn cancel(engine: &Engine, named: OutboxRef) -> Answer<Draft> {
    let (id, draft) = engine.cancel_outgoing(OutboxId(named.id)).await?;
    Ok(from_model(Some(id), draft))
}

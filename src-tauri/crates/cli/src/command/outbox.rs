//! `pli outbox`

use super::Outcome;
use crate::args::OutboxAction;
use crate::print::Printer;
use pli_api::wire::{OutboxRow, OutboxState};
use pli_engine::Engine;
use pli_model::OutboxId;

pub async fn run(engine: &Engine, printer: &Printer, action: Option<OutboxAction>) -> Outcome {
    match action {
        None => {
            for row in engine.outbox().await? {
                print(printer, &pli_api::outbox_row(row));
            }
        }
        Some(OutboxAction::Retry { id }) => {
            engine.retry_outgoing(OutboxId(id)).await?;
            let account = engine.outgoing(OutboxId(id)).await?.account;
            let sent = engine.send_waiting(account).await;
            show_one(engine, printer, OutboxId(id)).await?;
            sent?;
        }
        Some(OutboxAction::Cancel { id }) => {
            let (draft, _) = engine.cancel_outgoing(OutboxId(id)).await?;
            printer.remark(&format!("taken back; it is draft {draft}"));
        }
    }
    Ok(())
}

/// One letter of the outbox.
pub async fn show_one(engine: &Engine, printer: &Printer, id: OutboxId) -> Outcome {
    print(printer, &pli_api::outbox_row(engine.outgoing(id).await?));
    Ok(())
}

fn print(printer: &Printer, row: &OutboxRow) {
    printer.object(row, || {
        let state = match row.state {
            OutboxState::Queued => "waits",
            OutboxState::Sending | OutboxState::Committing => "is being sent",
            OutboxState::Unknown => "may have been sent",
            OutboxState::Sent => "sent",
            OutboxState::Failed => "not sent",
            OutboxState::Cancelled => "taken back",
        };
        format!("{}\t{state}\t{}\t{}", row.id, row.subject, row.reply)
    });
}

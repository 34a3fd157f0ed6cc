//! `pli sync`

use super::Outcome;
use crate::find;
use crate::print::Printer;
use pli_engine::{Engine, Event, State, Totals};
use serde::Serialize;
use std::time::Instant;

#[derive(Serialize, Default)]
struct Sums {
    mailboxes: u32,
    new: u32,
    updated: u32,
    removed: u32,
    bytes: u64,
    ms: u64,
}

impl Sums {
    fn add(&mut self, totals: Totals) {
        self.mailboxes += totals.mailboxes;
        self.new += totals.new;
        self.updated += totals.updated;
        self.removed += totals.removed;
        self.bytes += totals.bytes;
    }

    fn line(&self) -> String {
        let Self {
            mailboxes,
            new,
            updated,
            removed,
            bytes,
            ms,
        } = self;
        format!("{mailboxes} mailboxes, {new} new, {updated} updated, {removed} removed, {bytes} bytes, {ms} ms")
    }
}

pub async fn run(engine: &Engine, printer: &Printer, account: Option<&str>, watch: bool) -> Outcome {
    let accounts = find::accounts(engine, account).await?;
    if watch {
        return stay(engine, printer).await;
    }
    let begun = Instant::now();
    let mut all = Sums::default();
    let mut failed = None;
    for account in accounts {
        let started = Instant::now();
        match engine.sync_once(account.id).await {
            Ok(totals) => {
                all.add(totals);
                let mut one = Sums {
                    ms: millis(started),
                    ..Sums::default()
                };
                one.add(totals);
                printer.remark(&format!("{}: {}", account.email, one.line()));
            }
            // The other accounts are looked at all the same; the first failure is the command's.
            Err(error) => failed = failed.or(Some(error)),
        }
    }
    all.ms = millis(begun);
    printer.object(&all, || all.line());
    failed.map_or(Ok(()), |error| Err(error.into()))
}

async fn stay(engine: &Engine, printer: &Printer) -> Outcome {
    let mut events = engine.events();
    engine.start().await?;
    loop {
        tokio::select! {
            event = events.recv() => match event {
                Ok(event) => tell(engine, printer, event).await,
                Err(tokio::sync::broadcast::error::RecvError::Lagged(_)) => {}
                Err(tokio::sync::broadcast::error::RecvError::Closed) => return Ok(()),
            },
            _ = tokio::signal::ctrl_c() => return Ok(()),
        }
    }
}

async fn tell(engine: &Engine, printer: &Printer, event: Event) {
    let line = match &event {
        Event::Status { account, status, .. } => match status.state {
            State::Idle => format!("{account}: in step"),
            State::Checking => format!("{account}: looking"),
            State::Syncing => format!("{account}: {} of {} letters", status.done, status.total),
            State::Offline | State::SignInNeeded | State::Failed => format!("{account}: {}", status.message),
        },
        Event::NewLetters { account, letters } => format!("{account}: {} new", letters.len()),
        Event::Notice { account, text } => format!("{account}: {text}"),
        _ => String::new(),
    };
    if let Some(wire) = pli_api::event(engine, event).await
        && !line.is_empty()
    {
        printer.object(&wire, || line);
    }
}

fn millis(since: Instant) -> u64 {
    u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX)
}

//! Engine events as a face hears them.

use crate::convert;
use crate::wire;
use pli_engine::{Engine, Event};

/// The wire's form of an engine event; `None` when what it speaks of is gone already.
pub async fn event(engine: &Engine, event: Event) -> Option<wire::Event> {
    Some(match event {
        Event::ViewChanged { view, version, total } => wire::Event::ViewChanged {
            view: view.0,
            version,
            total,
        },
        Event::AccountsChanged => wire::Event::AccountsChanged,
        Event::MailboxesChanged => wire::Event::MailboxesChanged,
        Event::OutboxChanged => wire::Event::OutboxChanged,
        Event::DraftsChanged => wire::Event::DraftsChanged,
        Event::Status {
            account,
            status,
            waiting,
        } => wire::Event::Status {
            account: account.0,
            status: convert::status(status, waiting),
        },
        Event::LetterChanged(letter) => wire::Event::LetterChanged { id: letter.0 },
        Event::NewLetters { account, letters } => {
            let newest = engine.letter(*letters.first()?).await.ok()?;
            wire::Event::NewLetters {
                account: account.0,
                count: u32::try_from(letters.len()).unwrap_or(u32::MAX),
                newest: convert::letter_row(newest.row),
            }
        }
        Event::Notice { account, text } => wire::Event::Notice {
            account: Some(account.0),
            message: text,
        },
        Event::ReadAgain => wire::Event::ReadAgain,
    })
}

//! Taking acts back.

use super::Answer;
use super::letter::command;
use crate::wire::*;
use pli_engine::{Act as Engines, Engine};

pub async fn undo(engine: &Engine, ask: Undo) -> Answer<Undone> {
    let undone = engine.undo(&command(ask.command)?, &command(ask.r#as)?).await?;
    Ok(Undone {
        letters: undone.letters,
        lost: undone.lost,
    })
}

pub async fn list(engine: &Engine, _: Nothing) -> Answer<Vec<UndoRow>> {
    let row = |act: pli_engine::Undoable| UndoRow {
        command: act.command.as_str().to_owned(),
        what: match act.what {
            Engines::Mark => Act::Mark,
            Engines::Move => Act::Move,
            Engines::Copy => Act::Copy,
            Engines::Delete => Act::Delete,
            Engines::Mailbox => Act::Mailbox,
        },
        letters: act.letters,
        at: rfc3339(act.at),
    };
    Ok(engine.undoable().await?.into_iter().map(row).collect())
}

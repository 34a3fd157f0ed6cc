//! `pli undo`

use super::Outcome;
use super::act::command;
use crate::failure::Failure;
use crate::print::Printer;
use pli_api::wire::rfc3339;
use pli_engine::{Act, Engine, Undoable};
use pli_model::CommandId;
use serde::Serialize;

#[derive(Serialize)]
struct ActLine {
    act: String,
    what: &'static str,
    letters: u32,
    at: String,
}

#[derive(Serialize)]
struct UndoneLine {
    letters: u32,
    lost: u32,
}

pub async fn run(engine: &Engine, printer: &Printer, act: Option<String>, list: bool) -> Outcome {
    let acts = engine.undoable().await?;
    if list {
        for act in acts {
            let line = line(act);
            printer.object(&line, || {
                format!("{}\t{}\t{}\t{}", line.act, line.at, line.what, line.letters)
            });
        }
        return Ok(());
    }
    let act = match act {
        Some(act) => CommandId::new(act),
        None => acts.into_iter().next().map(|act| act.command),
    };
    let act = act.ok_or_else(|| Failure::usage("there is nothing to take back"))?;
    let undone = engine.undo(&act, &command(engine)).await?;
    let line = UndoneLine {
        letters: undone.letters,
        lost: undone.lost,
    };
    printer.object(&line, || match line.lost {
        0 => format!(
            "{} taken back here; the server follows with the next sync",
            line.letters
        ),
        lost => format!("{} taken back; {lost} are gone for good", line.letters),
    });
    Ok(())
}

fn line(act: Undoable) -> ActLine {
    ActLine {
        act: act.command.as_str().to_owned(),
        what: match act.what {
            Act::Mark => "mark",
            Act::Move => "move",
            Act::Copy => "copy",
            Act::Delete => "delete",
            Act::Mailbox => "mailbox",
        },
        letters: act.letters,
        at: rfc3339(act.at),
    }
}

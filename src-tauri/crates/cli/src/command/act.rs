//! `pli flag`, `pli move`, `pli delete`: done here at once, at the server with the next sync.

use super::Outcome;
use crate::failure::Failure;
use crate::find;
use crate::print::Printer;
use pli_engine::{Engine, Marks};
use pli_model::{CommandId, PlacementId, Role};

pub async fn flag(engine: &Engine, printer: &Printer, words: &[String]) -> Outcome {
    let (mut ids, mut marks) = (Vec::new(), Marks::default());
    for word in words {
        match word.as_str() {
            "+seen" => marks.seen = Some(true),
            "-seen" => marks.seen = Some(false),
            "+flagged" => marks.flagged = Some(true),
            "-flagged" => marks.flagged = Some(false),
            id => ids.push(letter(id)?),
        }
    }
    if ids.is_empty() || (marks.seen.is_none() && marks.flagged.is_none()) {
        return Err(Failure::usage("say which letters and which marks: pli flag 12 +seen"));
    }
    there(engine, &ids).await?;
    engine.mark(&command(engine), &ids, marks).await?;
    done(printer, ids.len(), "marked");
    Ok(())
}

pub async fn move_to(engine: &Engine, printer: &Printer, words: &[String]) -> Outcome {
    let Some((path, ids)) = words.split_last() else {
        return Err(Failure::usage("say which letters and where to: pli move 12 Archive"));
    };
    let ids = ids.iter().map(|id| letter(id)).collect::<Result<Vec<_>, _>>()?;
    there(engine, &ids).await?;
    let Some(first) = ids.first() else {
        return Err(Failure::usage("say which letters: pli move 12 Archive"));
    };
    let account = engine.letter(*first).await?.row.account;
    let target = find::mailbox(engine, account, path).await?;
    engine.move_letters(&command(engine), &ids, target).await?;
    done(printer, ids.len(), "moved");
    Ok(())
}

pub async fn delete(engine: &Engine, printer: &Printer, ids: &[i64]) -> Outcome {
    let ids: Vec<PlacementId> = ids.iter().copied().map(PlacementId).collect();
    there(engine, &ids).await?;
    engine.move_to_role(&command(engine), &ids, Role::Trash).await?;
    done(printer, ids.len(), "moved to the trash");
    Ok(())
}

fn letter(word: &str) -> Result<PlacementId, Failure> {
    word.parse()
        .map(PlacementId)
        .map_err(|_| Failure::usage(format!("{word} is not the id of a letter")))
}

/// Every letter must exist: a script that names a wrong one should hear of it.
async fn there(engine: &Engine, ids: &[PlacementId]) -> Outcome {
    for id in ids {
        engine.letter(*id).await?;
    }
    Ok(())
}

fn done(printer: &Printer, count: usize, what: &str) {
    printer.remark(&format!("{count} {what} here; the server follows with the next sync"));
}

/// Each run is an act of its own.
pub fn command(engine: &Engine) -> CommandId {
    engine.new_command()
}

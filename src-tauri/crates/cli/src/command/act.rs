//! `pli flag`, `move`, `copy`, `archive`, `junk`, `delete`: done here at once, at the server with the next sync.

use super::Outcome;
use crate::args::Agreed;
use crate::failure::Failure;
use crate::find;
use crate::print::Printer;
use pli_engine::{Engine, Marks};
use pli_model::{CommandId, MailboxId, PlacementId, Role};

pub async fn flag(engine: &Engine, printer: &Printer, words: &[String]) -> Outcome {
    let (mut ids, mut marks) = (Vec::new(), Marks::default());
    for word in words {
        match (word.strip_prefix('+'), word.strip_prefix('-')) {
            (Some("seen"), _) => marks.seen = Some(true),
            (_, Some("seen")) => marks.seen = Some(false),
            (Some("flagged"), _) => marks.flagged = Some(true),
            (_, Some("flagged")) => marks.flagged = Some(false),
            (Some(keyword), _) => marks.add_keywords.push(keyword.to_owned()),
            (_, Some(keyword)) => marks.remove_keywords.push(keyword.to_owned()),
            (None, None) => ids.push(letter(word)?),
        }
    }
    if ids.is_empty() || ids.len() == words.len() {
        return Err(Failure::usage("say which letters and which marks: pli flag 12 +seen"));
    }
    there(engine, &ids).await?;
    engine.mark(&command(engine), &ids, marks).await?;
    done(printer, ids.len(), "marked");
    Ok(())
}

pub async fn move_to(engine: &Engine, printer: &Printer, words: &[String]) -> Outcome {
    let (ids, target) = letters_and_mailbox(engine, words).await?;
    engine.move_letters(&command(engine), &ids, target).await?;
    done(printer, ids.len(), "moved");
    Ok(())
}

pub async fn copy_to(engine: &Engine, printer: &Printer, words: &[String]) -> Outcome {
    let (ids, target) = letters_and_mailbox(engine, words).await?;
    engine.copy_letters(&command(engine), &ids, target).await?;
    done(printer, ids.len(), "copied");
    Ok(())
}

pub async fn to_role(engine: &Engine, printer: &Printer, ids: &[i64], role: Role) -> Outcome {
    let ids: Vec<PlacementId> = ids.iter().copied().map(PlacementId).collect();
    there(engine, &ids).await?;
    engine.move_to_role(&command(engine), &ids, role).await?;
    let what = match role {
        Role::Trash => "moved to the trash",
        Role::Archive => "archived",
        Role::Junk => "moved to junk",
        _ => "moved to the inbox",
    };
    done(printer, ids.len(), what);
    Ok(())
}

pub async fn delete(engine: &Engine, printer: &Printer, ids: &[i64], agreed: &Agreed) -> Outcome {
    let ids: Vec<PlacementId> = ids.iter().copied().map(PlacementId).collect();
    there(engine, &ids).await?;
    engine.delete_letters(&command(engine), &ids, agreed.lose).await?;
    done(printer, ids.len(), "deleted for good");
    Ok(())
}

/// `12 13 Archive`: letters of one account, and a mailbox of it.
async fn letters_and_mailbox(engine: &Engine, words: &[String]) -> Result<(Vec<PlacementId>, MailboxId), Failure> {
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
    Ok((ids, target))
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

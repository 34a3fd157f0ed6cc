//! `pli import` and `pli export`

use super::Outcome;
use crate::args::{Export, Import};
use crate::find;
use crate::print::Printer;
use pli_engine::Engine;
use serde::Serialize;

#[derive(Serialize)]
struct ImportedLine {
    letters: u64,
    bytes: u64,
}

#[derive(Serialize)]
struct ExportedLine {
    letters: u64,
    incomplete: u64,
}

pub async fn import(engine: &Engine, printer: &Printer, import: Import) -> Outcome {
    let account = find::account(engine, import.account.as_deref()).await?;
    let done = engine.import(account.id, &import.into, &import.files).await?;
    let line = ImportedLine {
        letters: done.letters,
        bytes: done.octets,
    };
    printer.object(&line, || format!("{} letters taken into {}", line.letters, import.into));
    Ok(())
}

pub async fn export(engine: &Engine, printer: &Printer, export: Export) -> Outcome {
    let account = find::account(engine, export.account.as_deref()).await?;
    let mailbox = find::mailbox(engine, account.id, export.mailbox.as_deref().unwrap_or("inbox")).await?;
    let done = match (&export.form.eml, &export.form.mbox) {
        (Some(folder), _) => engine.export_eml(mailbox, folder).await?,
        (None, Some(file)) => engine.export_mbox(mailbox, file).await?,
        (None, None) => Default::default(),
    };
    let line = ExportedLine {
        letters: done.letters,
        incomplete: done.incomplete,
    };
    printer.object(&line, || match line.incomplete {
        0 => format!("{} letters written", line.letters),
        left => format!(
            "{} letters written; {left} were left out, their text has not been fetched yet",
            line.letters
        ),
    });
    Ok(())
}

//! `pli attachments`

use super::Outcome;
use crate::failure::Failure;
use crate::print::Printer;
use pli_api::{Code, wire};
use pli_engine::Engine;
use pli_model::PlacementId;
use std::path::PathBuf;

pub async fn run(engine: &Engine, printer: &Printer, id: i64, save: Option<PathBuf>) -> Outcome {
    let letter: wire::Letter = pli_api::open_letter(engine, wire::LetterRef { id }).await?;
    if let Some(folder) = &save {
        std::fs::create_dir_all(folder)
            .map_err(|error| Failure::here(Code::Storage, format!("{}: {error}", folder.display())))?;
    }
    for attachment in letter.attachments {
        if let Some(folder) = &save {
            // Two attachments may share a name: the number keeps them apart.
            let wanted = folder.join(&attachment.name);
            let path = if wanted.exists() {
                folder.join(format!("{}-{}", attachment.part, attachment.name))
            } else {
                wanted
            };
            engine.save_attachment(PlacementId(id), attachment.part, &path).await?;
        }
        printer.object(&attachment, || {
            format!(
                "{}\t{}\t{}\t{}",
                attachment.part, attachment.name, attachment.mime_type, attachment.size
            )
        });
    }
    Ok(())
}

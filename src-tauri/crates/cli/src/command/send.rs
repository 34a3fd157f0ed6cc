//! `pli send`

use super::Outcome;
use crate::args::Send;
use crate::failure::Failure;
use crate::print::Printer;
use pli_api::Code;
use pli_engine::{Engine, Outgoing};
use pli_model::{AttachmentSource, Draft, DraftAttachment, OutboxId, PlacementId};
use std::io::Read;
use std::path::Path;

pub async fn run(engine: &Engine, printer: &Printer, send: Send) -> Outcome {
    let account = engine.account_by_email(&send.from).await?;
    let later = send.later;
    let mut draft = Draft::new(account.id);
    if let Some(id) = send.reply_to {
        let reply = engine.reply(PlacementId(id), false, "").await?;
        (draft.in_reply_to, draft.references) = (reply.in_reply_to, reply.references);
    }
    fill(&mut draft, send)?;
    let outgoing = Outgoing {
        command: engine.new_command(),
        draft: None,
        utc_offset: 0,
    };
    let id = engine
        .send(draft, outgoing)
        .await?
        .ok_or_else(|| Failure::here(Code::AlreadyThere, "this letter was sent already"))?;
    let outcome = if later {
        Ok(())
    } else {
        engine.send_waiting(account.id).await
    };
    show(engine, printer, id).await?;
    outcome.map_err(|error| {
        let mut failure = Failure::from(error);
        failure
            .error
            .message
            .push_str("; the letter stays in the outbox and goes with the next sync");
        failure
    })
}

fn fill(draft: &mut Draft, send: Send) -> Result<(), Failure> {
    (draft.to, draft.cc, draft.bcc, draft.subject) = (send.to, send.cc, send.bcc, send.subject);
    draft.text = match send.body_file.as_deref() {
        None => String::new(),
        Some("-") => {
            let mut text = String::new();
            std::io::stdin()
                .read_to_string(&mut text)
                .map_err(|error| unreadable(Path::new("standard input"), &error))?;
            text
        }
        Some(path) => read(Path::new(path))?,
    };
    if let Some(path) = &send.html_file {
        draft.html = read(path)?;
    }
    for path in send.attach {
        let name = path
            .file_name()
            .map(|name| name.to_string_lossy().into_owned())
            .unwrap_or_default();
        draft.attachments.push(DraftAttachment {
            name,
            mime_type: String::new(),
            source: AttachmentSource::File(path),
        });
    }
    Ok(())
}

async fn show(engine: &Engine, printer: &Printer, id: OutboxId) -> Outcome {
    super::outbox::show_one(engine, printer, id).await
}

fn read(path: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(path).map_err(|error| unreadable(path, &error))
}

fn unreadable(path: &Path, error: &std::io::Error) -> Failure {
    Failure::here(Code::Storage, format!("{}: {error}", path.display()))
}

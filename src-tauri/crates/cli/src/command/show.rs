//! `pli show`

use super::Outcome;
use super::list::{LetterLine, Names};
use crate::args::Show;
use crate::failure::Failure;
use crate::print::Printer;
use pli_api::{Code, wire};
use pli_engine::{Engine, Theme};
use pli_model::PlacementId;
use serde::Serialize;

#[derive(Serialize)]
struct Opened {
    #[serde(flatten)]
    letter: LetterLine,
    cc: Vec<wire::Person>,
    written: Option<String>,
    text: String,
    attachments: Vec<wire::Attachment>,
}

pub async fn run(engine: &Engine, printer: &Printer, show: Show) -> Outcome {
    let id = PlacementId(show.id);
    engine.fetch_letter_now(id).await?;
    let form = show.form;
    if form.raw {
        printer.bytes(&engine.raw(id).await?.ok_or_else(not_here)?);
        return Ok(());
    }
    if form.headers {
        printer.bytes(&engine.header(id).await?.ok_or_else(not_here)?);
        return Ok(());
    }
    if form.html {
        let page = engine.page(id, Theme::Light).await?.ok_or_else(not_here)?;
        printer.bytes(page.html.as_bytes());
        return Ok(());
    }
    let named = wire::LetterRef { id: show.id };
    let letter: wire::Letter = pli_api::open_letter(engine, named).await?;
    if form.text {
        printer.bytes(letter.text.as_bytes());
        return Ok(());
    }
    let names = Names::read(engine).await?;
    let head = format!(
        "From: {}\nTo: {}\nDate: {}\nSubject: {}\n",
        said(&letter.row.from),
        letter.row.to.iter().map(said).collect::<Vec<_>>().join(", "),
        letter.written.clone().unwrap_or_else(|| letter.row.date.clone()),
        letter.row.subject,
    );
    let opened = Opened {
        letter: names.line(letter.row),
        cc: letter.cc,
        written: letter.written,
        text: letter.text,
        attachments: letter.attachments,
    };
    printer.object(&opened, || {
        let files = opened
            .attachments
            .iter()
            .map(|file| format!("[{}] {} ({} bytes)\n", file.part, file.name, file.size));
        format!("{head}\n{}\n{}", opened.text, files.collect::<String>())
    });
    Ok(())
}

fn said(person: &wire::Person) -> String {
    if person.name.is_empty() {
        person.email.clone()
    } else {
        format!("{} <{}>", person.name, person.email)
    }
}

fn not_here() -> Failure {
    Failure::here(
        Code::NotFound,
        "only the header of this letter is here, and its server does not have it any more",
    )
}

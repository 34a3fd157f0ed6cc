//! Letters.

use super::Answer;
use crate::convert::{letter_row, people, to_role};
use crate::wire::*;
use crate::{ApiError, Code};
use pli_engine::{Engine, Marks, OpenLetter};
use pli_model::{CommandId, MailboxId, PlacementId};
use std::collections::BTreeMap;
use std::path::Path;

/// A letter with its parsed content.
pub async fn open(engine: &Engine, named: LetterRef) -> Answer<Letter> {
    let OpenLetter {
        record,
        content,
        blocked,
    } = engine.open_letter(PlacementId(named.id)).await?;
    let written = record.row.date.map(rfc3339);
    let (text, has_html, attachments) = content.map_or_else(Default::default, |letter| {
        (letter.text, letter.has_html, letter.attachments)
    });
    Ok(Letter {
        row: letter_row(record.row),
        cc: people(record.cc),
        bcc: people(record.bcc),
        reply_to: people(record.reply_to),
        written,
        attachments: attachments.into_iter().map(attachment).collect(),
        text,
        has_html,
        remote_blocked: blocked.0,
        trackers_blocked: blocked.1,
    })
}

fn attachment(attachment: pli_engine::Attachment) -> Attachment {
    Attachment {
        part: attachment.part,
        name: attachment.name,
        mime_type: attachment.mime_type,
        size: attachment.size,
        inline: attachment.inline,
    }
}

pub async fn mark(engine: &Engine, ask: LettersMark) -> Answer<Nothing> {
    let marks = Marks {
        seen: ask.seen,
        flagged: ask.flagged,
    };
    engine.mark(&command(ask.command)?, &letters(&ask.ids), marks).await?;
    Ok(Nothing {})
}

pub async fn move_to(engine: &Engine, ask: LettersMove) -> Answer<Moved> {
    Ok(moved(
        engine
            .move_letters(&command(ask.command)?, &letters(&ask.ids), MailboxId(ask.mailbox))
            .await?,
    ))
}

pub async fn move_to_role(engine: &Engine, ask: LettersTo) -> Answer<Moved> {
    if !matches!(ask.role, Role::Trash | Role::Archive | Role::Junk) {
        return Err(ApiError::new(
            Code::InvalidInput,
            "letters go to the trash, the archive or the junk mailbox",
        ));
    }
    Ok(moved(
        engine
            .move_to_role(&command(ask.command)?, &letters(&ask.ids), to_role(ask.role))
            .await?,
    ))
}

pub async fn save_attachment(engine: &Engine, ask: AttachmentSave) -> Answer<FileWritten> {
    let path = Path::new(&ask.path);
    if !path.is_absolute() {
        return Err(ApiError::new(Code::InvalidInput, "the file's path must be absolute"));
    }
    let written = engine.save_attachment(PlacementId(ask.id), ask.part, path).await?;
    Ok(FileWritten {
        path: written.to_string_lossy().into_owned(),
    })
}

pub async fn export_attachment(engine: &Engine, named: AttachmentRef) -> Answer<FileWritten> {
    let written = engine.export_attachment(PlacementId(named.id), named.part).await?;
    Ok(FileWritten {
        path: written.to_string_lossy().into_owned(),
    })
}

/// The id that a face gave its act.
pub fn command(text: String) -> Answer<CommandId> {
    CommandId::new(text)
        .ok_or_else(|| ApiError::new(Code::InvalidInput, "a command's id is 1 to 64 visible ASCII characters"))
}

fn letters(ids: &[i64]) -> Vec<PlacementId> {
    ids.iter().copied().map(PlacementId).collect()
}

fn moved(from: BTreeMap<MailboxId, Vec<PlacementId>>) -> Moved {
    let group = |(mailbox, ids): (MailboxId, Vec<PlacementId>)| MovedFrom {
        mailbox: mailbox.0,
        ids: ids.into_iter().map(|id| id.0).collect(),
    };
    Moved {
        from: from.into_iter().map(group).collect(),
    }
}

//! Letters.

use super::Answer;
use crate::convert::{letter_row, people, to_role};
use crate::wire::*;
use crate::{ApiError, Code};
use pli_engine::{Engine, Marks, OpenLetter};
use pli_model::{CommandId, MailboxId, PlacementId};
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
        ..Marks::default()
    };
    engine.mark(&command(ask.command)?, &letters(&ask.ids), marks).await?;
    Ok(Nothing {})
}

/// Asks for a body that is not here.
pub async fn fetch(engine: &Engine, named: LetterRef) -> Answer<Nothing> {
    engine.fetch_letter(PlacementId(named.id)).await?;
    Ok(Nothing {})
}

pub async fn keyword(engine: &Engine, ask: LettersKeyword) -> Answer<Nothing> {
    let keywords = vec![ask.keyword];
    let (add_keywords, remove_keywords) = if ask.on {
        (keywords, Vec::new())
    } else {
        (Vec::new(), keywords)
    };
    let marks = Marks {
        add_keywords,
        remove_keywords,
        ..Marks::default()
    };
    engine.mark(&command(ask.command)?, &letters(&ask.ids), marks).await?;
    Ok(Nothing {})
}

pub async fn move_to(engine: &Engine, ask: LettersMove) -> Answer<Nothing> {
    engine
        .move_letters(&command(ask.command)?, &letters(&ask.ids), MailboxId(ask.mailbox))
        .await?;
    Ok(Nothing {})
}

pub async fn move_to_role(engine: &Engine, ask: LettersTo) -> Answer<Nothing> {
    if !matches!(ask.role, Role::Trash | Role::Archive | Role::Junk | Role::Inbox) {
        return Err(ApiError::new(
            Code::InvalidInput,
            "letters go to the trash, the archive, the junk mailbox or the inbox",
        ));
    }
    engine
        .move_to_role(&command(ask.command)?, &letters(&ask.ids), to_role(ask.role))
        .await?;
    Ok(Nothing {})
}

pub async fn copy_to(engine: &Engine, ask: LettersCopy) -> Answer<Nothing> {
    engine
        .copy_letters(&command(ask.command)?, &letters(&ask.ids), MailboxId(ask.mailbox))
        .await?;
    Ok(Nothing {})
}

pub async fn delete(engine: &Engine, ask: LettersDelete) -> Answer<Nothing> {
    engine
        .delete_letters(&command(ask.command)?, &letters(&ask.ids), ask.agreed)
        .await?;
    Ok(Nothing {})
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

pub(super) fn letters(ids: &[i64]) -> Vec<PlacementId> {
    ids.iter().copied().map(PlacementId).collect()
}

//! Letters: opened, shown, marked, moved.

use crate::{Engine, EngineError, Field, Result};
use pli_mime::{Attachment, Page, Theme};
use pli_model::{AccountId, CommandId, FlagChange, Flags, MailboxId, Operation, PlacementId, Protocol, Role};
use pli_store::{LetterRecord, Mailbox, NewMailbox, Row, Writer};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// A letter with its parsed content.
#[derive(Debug, Clone)]
pub struct OpenLetter {
    pub record: LetterRecord,
    /// Parsed content; `None` while the body is not on this computer.
    pub content: Option<pli_mime::Letter>,
    /// Remote references and trackers left out of its page.
    pub blocked: (u32, u32),
}

/// Marks to set or clear; `None` leaves one as it is.
#[derive(Debug, Clone, Copy, Default)]
pub struct Marks {
    pub seen: Option<bool>,
    pub flagged: Option<bool>,
}

impl Marks {
    fn change(self) -> FlagChange {
        let mut change = FlagChange::default();
        for (mark, flag) in [(self.seen, Flags::SEEN), (self.flagged, Flags::FLAGGED)] {
            match mark {
                Some(true) => change.add = change.add | flag,
                Some(false) => change.remove = change.remove | flag,
                None => {}
            }
        }
        change
    }
}

impl Engine {
    /// A letter's headers and marks.
    pub async fn letter(&self, id: PlacementId) -> Result<LetterRecord> {
        Ok(self.inner.store.read(move |reader| reader.letter(id)).await?)
    }

    /// The raw letter exactly as it came; `None` while only its header is here.
    pub async fn raw(&self, id: PlacementId) -> Result<Option<Vec<u8>>> {
        let record = self.letter(id).await?;
        match record.digest {
            Some(digest) => Ok(self.inner.store.body(digest).await?),
            None => Ok(None),
        }
    }

    /// The header block with its empty line, exactly as it came.
    pub async fn header(&self, id: PlacementId) -> Result<Option<Vec<u8>>> {
        Ok(self.raw(id).await?.map(|mut raw| {
            let ends = [&b"\r\n\r\n"[..], b"\n\n"]
                .map(|end| raw.windows(end.len()).position(|at| at == end).map(|at| at + end.len()));
            if let Some(end) = ends.into_iter().flatten().min() {
                raw.truncate(end);
            }
            raw
        }))
    }

    /// A letter to read.
    pub async fn open_letter(&self, id: PlacementId) -> Result<OpenLetter> {
        let record = self.letter(id).await?;
        let Some(raw) = self.raw(id).await? else {
            return Ok(OpenLetter {
                record,
                content: None,
                blocked: (0, 0),
            });
        };
        let (content, page) =
            tokio::task::spawn_blocking(move || (pli_mime::read(&raw), pli_mime::page(&raw, Theme::Light))).await?;
        Ok(OpenLetter {
            record,
            content: Some(content),
            blocked: (page.remote, page.trackers),
        })
    }

    /// The letter's safe page; `None` while its body is not here.
    pub async fn page(&self, id: PlacementId, theme: Theme) -> Result<Option<Page>> {
        let Some(raw) = self.raw(id).await? else {
            return Ok(None);
        };
        Ok(Some(
            tokio::task::spawn_blocking(move || pli_mime::page(&raw, theme)).await?,
        ))
    }

    /// An attachment and its content.
    pub async fn attachment(&self, id: PlacementId, part: u32) -> Result<(Attachment, Vec<u8>)> {
        let raw = self.whole(id).await?;
        tokio::task::spawn_blocking(move || pli_mime::attachment(&raw, part))
            .await?
            .ok_or_else(|| {
                EngineError::invalid(
                    Field::Attachments,
                    format!("this letter has no attachment number {part}"),
                )
            })
    }

    /// Writes an attachment into a file, replacing one that is there.
    pub async fn save_attachment(&self, id: PlacementId, part: u32, path: &Path) -> Result<PathBuf> {
        let (_, bytes) = self.attachment(id, part).await?;
        write_file(path, bytes).await?;
        Ok(path.to_owned())
    }

    /// Writes an attachment into a folder of this profile, to be opened by another program.
    pub async fn export_attachment(&self, id: PlacementId, part: u32) -> Result<PathBuf> {
        let (attachment, bytes) = self.attachment(id, part).await?;
        let folder = self.inner.profile.join("opened").join(format!("{id}-{part}"));
        tokio::fs::create_dir_all(&folder)
            .await
            .map_err(EngineError::file(&folder))?;
        let path = folder.join(&attachment.name);
        write_file(&path, bytes).await?;
        Ok(path)
    }

    pub(crate) async fn whole(&self, id: PlacementId) -> Result<Vec<u8>> {
        self.raw(id)
            .await?
            .ok_or_else(|| EngineError::refused("this letter has not been fetched completely yet"))
    }

    /// Sets and clears marks of letters. Visible at once; the servers follow.
    pub async fn mark(&self, command: &CommandId, ids: &[PlacementId], marks: Marks) -> Result<()> {
        let change = marks.change();
        for (account, letters) in self.by_account(ids).await? {
            let letters: Vec<PlacementId> = letters.into_iter().map(|row| row.placement).collect();
            self.queue(command, account, Operation::Flag(change), letters).await?;
        }
        Ok(())
    }

    /// Moves letters to a mailbox of their own account. Answers where they were.
    pub async fn move_letters(
        &self,
        command: &CommandId,
        ids: &[PlacementId],
        target: MailboxId,
    ) -> Result<BTreeMap<MailboxId, Vec<PlacementId>>> {
        let mailbox = self.inner.store.read(move |reader| reader.mailbox(target)).await?;
        let mut groups = self.by_account(ids).await?;
        let letters = groups.remove(&mailbox.account).unwrap_or_default();
        if !groups.is_empty() {
            return Err(EngineError::invalid(
                Field::Mailbox,
                "letters can only be moved within their own account",
            ));
        }
        self.relocate(command, mailbox.account, letters, target).await
    }

    /// Moves letters to the mailbox of that role in their account. Answers where they were.
    pub async fn move_to_role(
        &self,
        command: &CommandId,
        ids: &[PlacementId],
        role: Role,
    ) -> Result<BTreeMap<MailboxId, Vec<PlacementId>>> {
        let mut from = BTreeMap::new();
        for (account, letters) in self.by_account(ids).await? {
            let target = self.mailbox_for(account, role).await?;
            from.extend(self.relocate(command, account, letters, target).await?);
        }
        Ok(from)
    }

    async fn relocate(
        &self,
        command: &CommandId,
        account: AccountId,
        letters: Vec<Row>,
        target: MailboxId,
    ) -> Result<BTreeMap<MailboxId, Vec<PlacementId>>> {
        let mut from: BTreeMap<MailboxId, Vec<PlacementId>> = BTreeMap::new();
        for row in letters.into_iter().filter(|row| row.mailbox != target) {
            from.entry(row.mailbox).or_default().push(row.placement);
        }
        let all: Vec<PlacementId> = from.values().flatten().copied().collect();
        if !all.is_empty() {
            self.queue(command, account, Operation::Move(target), all).await?;
        }
        Ok(from)
    }

    /// The mailbox of that role, made when the account has none.
    pub(crate) async fn mailbox_for(&self, account: AccountId, role: Role) -> Result<MailboxId> {
        Ok(self
            .inner
            .store
            .write(move |writer| mailbox_for(writer, account, role))
            .await?)
    }

    async fn queue(
        &self,
        command: &CommandId,
        account: AccountId,
        operation: Operation,
        letters: Vec<PlacementId>,
    ) -> Result<()> {
        // One act on letters of several accounts is one operation in each: each gets an id of its own.
        let command = CommandId::new(format!("{}/{account}", command.as_str()))
            .ok_or_else(|| EngineError::refused("the command's id is too long"))?;
        self.inner
            .store
            .write(move |writer| writer.enqueue(&command, account, operation, &letters))
            .await?;
        self.tell(account, pli_sync::Account::operation_queued);
        Ok(())
    }

    async fn by_account(&self, ids: &[PlacementId]) -> Result<BTreeMap<AccountId, Vec<Row>>> {
        let ids = ids.to_vec();
        let rows = self.inner.store.read(move |reader| reader.rows(&ids)).await?;
        let mut groups: BTreeMap<AccountId, Vec<Row>> = BTreeMap::new();
        for row in rows {
            groups.entry(row.account).or_default().push(row);
        }
        Ok(groups)
    }
}

fn mailbox_for(writer: &mut Writer<'_>, account: AccountId, role: Role) -> pli_store::Result<MailboxId> {
    if let Some(Mailbox { id, .. }) = writer.mailbox_for(account, role)? {
        return Ok(id);
    }
    let path = match role {
        Role::Trash => "Trash",
        Role::Archive => "Archive",
        Role::Junk => "Junk",
        Role::Sent => "Sent",
        Role::Drafts => "Drafts",
        Role::Inbox | Role::All | Role::Other => "INBOX",
    };
    // On a server that keeps mailboxes it is created there when the first letter is moved into it.
    let on_server = writer.account(account)?.protocol == Protocol::Imap;
    writer.put_mailbox(
        account,
        &NewMailbox {
            path: path.to_owned(),
            delimiter: Some('/'),
            role,
            selectable: true,
            on_server,
        },
    )
}

pub(crate) async fn write_file(path: &Path, bytes: Vec<u8>) -> Result<()> {
    tokio::fs::write(path, bytes).await.map_err(EngineError::file(path))
}

//! Letters: opened, shown, marked, moved.

use crate::{Engine, EngineError, Field, Result};
use pli_mime::{Attachment, Page, Theme};
use pli_model::{
    AccountId, CommandId, FlagChange, Flags, MailboxId, Marking, Operation, PlacementId, Protocol, Role, is_keyword,
};
use pli_store::{Act, LetterRecord, Mailbox, NewMailbox, Row, Writer};
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
#[derive(Debug, Clone, Default)]
pub struct Marks {
    pub seen: Option<bool>,
    pub flagged: Option<bool>,
    /// Keywords to set.
    pub add_keywords: Vec<String>,
    /// Keywords to clear.
    pub remove_keywords: Vec<String>,
}

/// RFC 8457 and the registry of keywords: what mail programs and filters agree to call junk.
const JUNK: &str = "$Junk";
const NOT_JUNK: &str = "$NotJunk";

impl Marks {
    fn marking(self) -> Marking {
        let mut flags = FlagChange::default();
        for (mark, flag) in [(self.seen, Flags::SEEN), (self.flagged, Flags::FLAGGED)] {
            match mark {
                Some(true) => flags.add = flags.add | flag,
                Some(false) => flags.remove = flags.remove | flag,
                None => {}
            }
        }
        Marking {
            flags,
            add_keywords: self.add_keywords,
            remove_keywords: self.remove_keywords,
        }
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

    /// Asks for a letter's body that is not here; an event tells when it has come. Nothing happens for a letter that is
    /// here, or whose server knows no such thing.
    pub async fn fetch_letter(&self, id: PlacementId) -> Result<()> {
        let record = self.letter(id).await?;
        if record.digest.is_none() {
            self.tell(record.row.account, |account| account.fetch(id));
        }
        Ok(())
    }

    /// Fetches a letter's body that is not here, and waits for it.
    pub async fn fetch_letter_now(&self, id: PlacementId) -> Result<()> {
        let record = self.letter(id).await?;
        if record.digest.is_none() {
            pli_sync::fetch_body(&self.context(record.row.account), id).await?;
        }
        Ok(())
    }

    /// Sets and clears marks of letters. Visible at once; the servers follow.
    pub async fn mark(&self, command: &CommandId, ids: &[PlacementId], marks: Marks) -> Result<()> {
        let marking = marks.marking();
        let keywords = marking.add_keywords.iter().chain(&marking.remove_keywords);
        if let Some(wrong) = keywords.into_iter().find(|keyword| !is_keyword(keyword)) {
            return Err(EngineError::refused(format!("“{wrong}” cannot be a keyword")));
        }
        let marking = vec![Operation::Mark(marking)];
        for (account, letters) in self.by_account(ids).await? {
            self.queue(command, account, marking.clone(), placements(&letters))
                .await?;
        }
        Ok(())
    }

    /// Moves letters to a mailbox of their own account.
    pub async fn move_letters(&self, command: &CommandId, ids: &[PlacementId], target: MailboxId) -> Result<()> {
        let (account, letters) = self.of_mailbox(ids, target).await?;
        let letters = elsewhere(letters, target);
        self.queue(command, account, vec![Operation::Move(target)], letters)
            .await
    }

    /// Copies letters to a mailbox of their own account.
    pub async fn copy_letters(&self, command: &CommandId, ids: &[PlacementId], target: MailboxId) -> Result<()> {
        let (account, letters) = self.of_mailbox(ids, target).await?;
        let letters = placements(&letters);
        self.queue(command, account, vec![Operation::Copy(target)], letters)
            .await
    }

    /// Moves letters to the mailbox of that role in their account. To junk and back they are marked as such, for filters
    /// learn by it.
    pub async fn move_to_role(&self, command: &CommandId, ids: &[PlacementId], role: Role) -> Result<()> {
        for (account, letters) in self.by_account(ids).await? {
            let target = self.mailbox_for(account, role).await?;
            let mark = |add: &str, remove: &str| {
                Operation::Mark(Marking {
                    flags: FlagChange::default(),
                    add_keywords: vec![add.to_owned()],
                    remove_keywords: vec![remove.to_owned()],
                })
            };
            let mut operations = match role {
                Role::Junk => vec![mark(JUNK, NOT_JUNK)],
                Role::Inbox => vec![mark(NOT_JUNK, JUNK)],
                _ => Vec::new(),
            };
            operations.push(Operation::Move(target));
            self.queue(command, account, operations, elsewhere(letters, target))
                .await?;
        }
        Ok(())
    }

    /// Deletes letters for good, here and at their servers. Refused with [`StoreError::LastCopies`], before any is deleted,
    /// where more letters than `agreed` would exist nowhere any more.
    ///
    /// [`StoreError::LastCopies`]: pli_store::StoreError::LastCopies
    pub async fn delete_letters(&self, command: &CommandId, ids: &[PlacementId], agreed: u32) -> Result<()> {
        let groups = self.by_account(ids).await?;
        let doomed: Vec<PlacementId> = groups.values().flat_map(|letters| placements(letters)).collect();
        let command = command.clone();
        let accounts = self
            .inner
            .store
            .write(move |writer| {
                pli_store::guard(writer.last_copies(&doomed)?, agreed)?;
                let mut accounts = Vec::new();
                for (account, letters) in groups {
                    let act = Act::new(Operation::Expunge, placements(&letters));
                    writer.enqueue(&command, account, &[act])?;
                    accounts.push(writer.account(account)?);
                }
                Ok(accounts)
            })
            .await?;
        for account in accounts {
            self.tell(
                account.id,
                match account.protocol {
                    Protocol::Imap => pli_sync::Account::operation_queued,
                    // A maildrop is told at a look.
                    Protocol::Pop3 => pli_sync::Account::look,
                },
            );
        }
        Ok(())
    }

    /// The account of a mailbox, and the letters, which must all be of it.
    async fn of_mailbox(&self, ids: &[PlacementId], mailbox: MailboxId) -> Result<(AccountId, Vec<Row>)> {
        let mailbox = self.inner.store.read(move |reader| reader.mailbox(mailbox)).await?;
        let mut groups = self.by_account(ids).await?;
        let letters = groups.remove(&mailbox.account).unwrap_or_default();
        if !groups.is_empty() {
            return Err(EngineError::invalid(
                Field::Mailbox,
                "letters stay within their own account",
            ));
        }
        Ok((mailbox.account, letters))
    }

    /// The mailbox of that role, made when the account has none.
    pub(crate) async fn mailbox_for(&self, account: AccountId, role: Role) -> Result<MailboxId> {
        Ok(self
            .inner
            .store
            .write(move |writer| mailbox_for(writer, account, role))
            .await?)
    }

    pub(crate) async fn queue(
        &self,
        command: &CommandId,
        account: AccountId,
        operations: Vec<Operation>,
        letters: Vec<PlacementId>,
    ) -> Result<()> {
        if letters.is_empty() {
            return Ok(());
        }
        let command = command.clone();
        self.inner
            .store
            .write(move |writer| {
                let act = |operation| Act::new(operation, letters.clone());
                let acts: Vec<Act> = operations.into_iter().map(act).collect();
                writer.enqueue(&command, account, &acts)
            })
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

fn placements(letters: &[Row]) -> Vec<PlacementId> {
    letters.iter().map(|row| row.placement).collect()
}

fn elsewhere(letters: Vec<Row>, target: MailboxId) -> Vec<PlacementId> {
    let elsewhere = letters.into_iter().filter(|row| row.mailbox != target);
    elsewhere.map(|row| row.placement).collect()
}

fn mailbox_for(writer: &mut Writer<'_>, account: AccountId, role: Role) -> pli_store::Result<MailboxId> {
    if let Some(Mailbox { id, .. }) = writer.mailbox_for(account, role)? {
        return Ok(id);
    }
    // Gmail has no archive: a letter that is taken out of the inbox stays in All Mail.
    if role == Role::Archive
        && let Some(Mailbox { id, .. }) = writer.mailbox_for(account, Role::All)?
    {
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
    let new = match on_server {
        true => NewMailbox::new(path, role),
        false => NewMailbox::local(path, role),
    };
    writer.put_mailbox(account, &new)
}

pub(crate) async fn write_file(path: &Path, bytes: Vec<u8>) -> Result<()> {
    tokio::fs::write(path, bytes).await.map_err(EngineError::file(path))
}

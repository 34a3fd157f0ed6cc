//! `pli list`, and the line of a letter.

use super::Outcome;
use crate::args::List;
use crate::find;
use crate::print::Printer;
use pli_api::wire::{LetterRow, Person};
use pli_engine::{Engine, View};
use pli_model::{AccountId, MailboxId, PlacementId, Role};
use serde::Serialize;
use std::collections::HashMap;

/// A letter as scripts see it: the wire's row with the account's address and the mailbox's path.
#[derive(Serialize)]
pub struct LetterLine {
    id: i64,
    account: String,
    mailbox: String,
    subject: String,
    from: Person,
    to: Vec<Person>,
    date: String,
    seen: bool,
    flagged: bool,
    answered: bool,
    draft: bool,
    has_attachments: bool,
    size: u64,
    message_id: String,
    keywords: Vec<String>,
    thread: i64,
    complete: bool,
    only_here: bool,
}

impl LetterLine {
    fn line(&self) -> String {
        let mark = |is_so: bool, sign: char| if is_so { sign } else { ' ' };
        let from = if self.from.name.is_empty() {
            &self.from.email
        } else {
            &self.from.name
        };
        format!(
            "{}\t{}{}{}\t{}\t{from}\t{}",
            self.id,
            mark(!self.seen, '●'),
            mark(self.flagged, '⚑'),
            mark(self.has_attachments, '@'),
            self.date,
            self.subject,
        )
    }
}

/// Names of accounts and mailboxes by id.
pub struct Names {
    accounts: HashMap<i64, String>,
    mailboxes: HashMap<i64, String>,
}

impl Names {
    /// Of the whole profile.
    pub async fn read(engine: &Engine) -> Result<Self, crate::failure::Failure> {
        let mut names = Self {
            accounts: HashMap::new(),
            mailboxes: HashMap::new(),
        };
        for account in find::accounts(engine, None).await? {
            for mailbox in find::mailboxes(engine, account.id).await? {
                names.mailboxes.insert(mailbox.id, mailbox.path);
            }
            names.accounts.insert(account.id.0, account.email);
        }
        Ok(names)
    }

    /// A letter with its names.
    pub fn line(&self, row: LetterRow) -> LetterLine {
        LetterLine {
            account: self.accounts.get(&row.account).cloned().unwrap_or_default(),
            mailbox: self.mailboxes.get(&row.mailbox).cloned().unwrap_or_default(),
            id: row.id,
            subject: row.subject,
            from: row.from,
            to: row.to,
            date: row.date,
            seen: row.seen,
            flagged: row.flagged,
            answered: row.answered,
            draft: row.draft,
            has_attachments: row.has_attachments,
            size: row.size,
            message_id: row.message_id,
            keywords: row.keywords,
            thread: row.thread,
            complete: row.complete,
            only_here: row.only_here,
        }
    }
}

pub async fn run(engine: &Engine, printer: &Printer, list: List) -> Outcome {
    let view = match (&list.account, &list.mailbox) {
        (None, None) => View::Role(Role::Inbox),
        (email, wanted) => {
            let account: AccountId = find::account(engine, email.as_deref()).await?.id;
            let mailbox: MailboxId = find::mailbox(engine, account, wanted.as_deref().unwrap_or("inbox")).await?;
            View::Mailbox(mailbox)
        }
    };
    let names = Names::read(engine).await?;
    for row in engine.list(view, list.after.map(PlacementId), list.limit).await? {
        let line = names.line(pli_api::letter_row(row));
        printer.object(&line, || line.line());
    }
    Ok(())
}

//! `pli mailboxes`

use super::Outcome;
use crate::find;
use crate::print::Printer;
use pli_api::wire::Role;
use pli_engine::Engine;
use serde::Serialize;

#[derive(Serialize)]
struct MailboxLine {
    id: i64,
    account: String,
    mailbox: String,
    role: Role,
    local: bool,
    subscribed: bool,
    total: u32,
    unread: u32,
}

pub async fn run(engine: &Engine, printer: &Printer, account: Option<&str>) -> Outcome {
    for account in find::accounts(engine, account).await? {
        for mailbox in find::mailboxes(engine, account.id).await? {
            let line = MailboxLine {
                id: mailbox.id,
                account: account.email.clone(),
                mailbox: mailbox.path,
                role: mailbox.role,
                local: mailbox.local,
                subscribed: mailbox.subscribed,
                total: mailbox.total,
                unread: mailbox.unread,
            };
            printer.object(&line, || {
                format!(
                    "{}\t{}\t{}\t{} unread",
                    line.account, line.mailbox, line.total, line.unread
                )
            });
        }
    }
    Ok(())
}

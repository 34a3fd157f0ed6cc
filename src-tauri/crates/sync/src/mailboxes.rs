//! Keeping the list of mailboxes in step.

use crate::{Context, Result};
use pli_model::Role;
use pli_remote::Remote;
use pli_store::{Mailbox, NewMailbox};

/// Takes over the server's list and answers the mailboxes to look at, the inbox first.
///
/// A mailbox that the server lists no longer is left alone here with its letters: a list can be short for many
/// reasons, and what to do about a deleted mailbox takes a closer look than this one.
pub async fn refresh(context: &Context, remote: &mut dyn Remote) -> Result<Vec<Mailbox>> {
    let listed = remote.mailboxes().await?;
    let account = context.account;
    let mailboxes = context
        .store
        .write(move |writer| {
            let mut known = writer.mailboxes(account)?;
            for mailbox in listed {
                let wanted = NewMailbox {
                    path: mailbox.path,
                    delimiter: mailbox.delimiter,
                    role: mailbox.role,
                    selectable: mailbox.selectable,
                    on_server: true,
                };
                if !known.iter().any(|ours| is_same(ours, &wanted)) {
                    writer.put_mailbox(account, &wanted)?;
                }
            }
            known = writer.mailboxes(account)?;
            Ok(known)
        })
        .await?;
    let mut mailboxes: Vec<Mailbox> = mailboxes
        .into_iter()
        .filter(|mailbox| mailbox.on_server && mailbox.selectable)
        .collect();
    mailboxes.sort_by_key(|mailbox| mailbox.role != Role::Inbox);
    Ok(mailboxes)
}

fn is_same(ours: &Mailbox, wanted: &NewMailbox) -> bool {
    ours.path == wanted.path
        && ours.delimiter == wanted.delimiter
        && ours.role == wanted.role
        && ours.selectable == wanted.selectable
        && ours.on_server
}

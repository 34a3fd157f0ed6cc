//! Keeping the list of mailboxes in step: new ones, renamed ones, and those that are gone.

use crate::{Context, Result};
use pli_model::{MailboxId, Role, Uid};
use pli_remote::{Arrived, Known, Part, Remote, RemoteMailbox, ServerId, Survey, Wanted, outlet};
use pli_store::{Mailbox, NewMailbox};

/// Letters by which a mailbox is recognised under a new name.
const SAMPLE: usize = 5;

/// Takes over the server's list and answers the mailboxes to look at, the inbox first, with the counters that came with
/// the list.
pub async fn refresh(context: &Context, remote: &mut dyn Remote) -> Result<Vec<(Mailbox, Option<Known>)>> {
    let survey = remote.survey().await?;
    let account = context.account;
    let ours = context.store.read(move |reader| reader.mailboxes(account)).await?;
    // A list without an inbox is no list: RFC 9051 §5.1 gives every account one.
    if survey.mailboxes.iter().any(|mailbox| mailbox.role == Role::Inbox) {
        let missing: Vec<Mailbox> = ours.iter().filter(|ours| is_missing(ours, &survey)).cloned().collect();
        for mailbox in missing {
            settle_missing(context, remote, &survey, &ours, &mailbox).await?;
        }
    }
    let listed = survey.mailboxes.clone();
    let prefix = survey.prefix.clone();
    let mailboxes = context
        .store
        .write(move |writer| {
            writer.set_mailbox_prefix(account, &prefix)?;
            for mailbox in listed {
                writer.put_mailbox(account, &new_mailbox(mailbox))?;
            }
            writer.mailboxes(account)
        })
        .await?;
    let counters = |mailbox: &Mailbox| {
        let listed = survey
            .mailboxes
            .iter()
            .find(|listed| listed.path == mailbox.server_path);
        listed.and_then(|listed| listed.counters)
    };
    let mut mailboxes: Vec<(Mailbox, Option<Known>)> = mailboxes
        .into_iter()
        .filter(|mailbox| mailbox.selectable && is_listed(mailbox, &survey))
        .map(|mailbox| {
            let counters = counters(&mailbox);
            (mailbox, counters)
        })
        .collect();
    mailboxes.sort_by_key(|(mailbox, _)| mailbox.role != Role::Inbox);
    Ok(mailboxes)
}

fn is_listed(mailbox: &Mailbox, survey: &Survey) -> bool {
    mailbox.on_server && survey.mailboxes.iter().any(|listed| listed.path == mailbox.server_path)
}

/// Whether a mailbox that we have seen at the server is not listed there. One that is only to be created is not missed.
fn is_missing(ours: &Mailbox, survey: &Survey) -> bool {
    ours.on_server && ours.known.uid_validity.is_some() && !is_listed(ours, survey)
}

pub(crate) fn new_mailbox(listed: RemoteMailbox) -> NewMailbox {
    NewMailbox {
        path: listed.path,
        delimiter: listed.delimiter,
        role: listed.role,
        selectable: listed.selectable,
        on_server: true,
        subscribed: listed.subscribed,
        object_id: listed.object_id,
    }
}

/// A mailbox of ours is not listed any more: it was renamed, or it is gone, or the list was short. Only a positive
/// statement removes anything here.
async fn settle_missing(
    context: &Context,
    remote: &mut dyn Remote,
    survey: &Survey,
    ours: &[Mailbox],
    missing: &Mailbox,
) -> Result<()> {
    let id = missing.id;
    if let Some(renamed) = renamed_to(context, remote, survey, ours, missing).await? {
        let path = renamed.path.clone();
        context
            .store
            .write(move |writer| writer.rename_mailbox_from_server(id, &path))
            .await?;
        return Ok(());
    }
    if remote.exists(&missing.server_path).await? == Some(false) {
        context.store.write(move |writer| writer.remove_mailbox(id)).await?;
    }
    Ok(())
}

/// The listed mailbox that is this one under another name: by its lasting name, else by its counters and, since those
/// may agree by chance, by letters that it holds.
async fn renamed_to<'s>(
    context: &Context,
    remote: &mut dyn Remote,
    survey: &'s Survey,
    ours: &[Mailbox],
    missing: &Mailbox,
) -> Result<Option<&'s RemoteMailbox>> {
    let is_new =
        |listed: &&RemoteMailbox| listed.selectable && !ours.iter().any(|known| known.server_path == listed.path);
    let candidates: Vec<&RemoteMailbox> = survey.mailboxes.iter().filter(is_new).collect();
    if !missing.object_id.is_empty() {
        return Ok(candidates
            .into_iter()
            .find(|listed| listed.object_id == missing.object_id));
    }
    for candidate in candidates {
        let same_epoch = candidate.counters.is_some_and(|counters| {
            counters.uid_validity == missing.known.uid_validity && counters.uid_next >= missing.known.uid_next
        });
        if same_epoch && holds_our_letters(context, remote, candidate, missing.id).await? {
            return Ok(Some(candidate));
        }
    }
    Ok(None)
}

/// Whether some of our letters are found in the candidate under the same UIDs. A mailbox in which we hold none proves
/// nothing, and loses nothing by being taken for a new one.
async fn holds_our_letters(
    context: &Context,
    remote: &mut dyn Remote,
    candidate: &RemoteMailbox,
    missing: MailboxId,
) -> Result<bool> {
    let ours = context
        .store
        .read(move |reader| {
            let uids = reader.server_uids(missing)?;
            let newest: Vec<Uid> = uids.iter().rev().take(SAMPLE).copied().collect();
            let mut ours = Vec::new();
            for letter in reader.letters_at(missing, &newest)? {
                ours.push((letter.uid, reader.letter(letter.placement)?.row.message_id));
            }
            Ok(ours)
        })
        .await?;
    let letters: Vec<Wanted> = ours
        .iter()
        .map(|(uid, _)| Wanted {
            id: ServerId::Uid(*uid),
            size: 0,
            have: 0,
        })
        .collect();
    let (out, mut arriving, _) = outlet(SAMPLE);
    remote.fetch(&candidate.path, &letters, Part::Header, &out).await?;
    drop(out);
    let mut same = 0;
    while let Some(arrived) = arriving.recv().await {
        let Arrived::Letter(letter) = arrived else { continue };
        let message_id = pli_mime::envelope(&letter.raw).message_id;
        let known = ours
            .iter()
            .any(|(uid, ours)| letter.id == ServerId::Uid(*uid) && !ours.is_empty() && *ours == message_id);
        if !known {
            return Ok(false);
        }
        same += 1;
    }
    Ok(same > 0)
}

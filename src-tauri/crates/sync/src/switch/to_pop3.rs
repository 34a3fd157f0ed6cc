//! From IMAP to POP3.

use super::unique_id::Form;
use super::{Change, Fate, Open, Outlook};
use crate::{Context, Result};
use pli_model::{Account, LeaveOnServer, PlacementId, Retention, Role};
use pli_remote::{Delta, Listed, Remote, ServerId};
use pli_store::StoreError;
use std::collections::{HashMap, HashSet};

/// The only mailbox of a maildrop.
const MAILDROP: &str = "INBOX";

/// The maildrop beside our letters.
pub struct Compared {
    pub outlook: Outlook,
    /// Letters of ours by the names under which the maildrop lists them.
    uidls: Vec<(String, PlacementId)>,
}

/// Lists the maildrop and finds our letters in it.
pub async fn compare(context: &Context, remote: &mut dyn Remote) -> Result<Compared> {
    let account = context.account;
    let (letters, seen, validity) = context
        .store
        .read(move |reader| {
            let inbox = reader.mailbox_for(account, Role::Inbox)?;
            let validity = inbox.and_then(|inbox| inbox.known.uid_validity);
            Ok((reader.known_letters(account)?, reader.uidls(account)?, validity))
        })
        .await?;
    let Delta::Complete { letters: listed, .. } = remote.list(MAILDROP).await? else {
        return Err(StoreError::Refused("the maildrop was not listed completely".to_owned()).into());
    };
    let seen: HashMap<String, PlacementId> = seen
        .into_iter()
        .filter_map(|uidl| Some((uidl.name, uidl.placement?)))
        .collect();
    let mut told: Vec<(PlacementId, ServerId)> = listed
        .iter()
        .filter_map(|letter| Some((*seen.get(uidl(&letter.id)?)?, letter.id.clone())))
        .collect();
    let mut open = Open {
        ours: letters,
        theirs: listed.iter().collect(),
    };
    open.close(&told);
    if let Some(validity) = validity {
        let names = open.theirs.iter().filter_map(|letter| uidl(&letter.id));
        if let Some(form) = Form::of(names, validity) {
            let by_uid: HashMap<_, _> = open.ours.iter().filter_map(|ours| Some((ours.uid?, ours))).collect();
            let guess = |letter: &&Listed| {
                let (_, uid) = form.read(uidl(&letter.id)?).filter(|(told, _)| *told == validity)?;
                let ours = by_uid
                    .get(&uid)
                    .filter(|ours| letter.size == 0 || ours.size == letter.size)?;
                Some((ours.placement, letter.id.clone()))
            };
            let guessed = open.theirs.iter().filter_map(guess).collect();
            let believed = open.believe(context, remote, MAILDROP, guessed).await?;
            open.close(&believed);
            told.extend(believed);
        }
    }
    let (in_inbox, _) = open.by_headers(context, remote, MAILDROP).await?;
    open.close(&in_inbox);
    told.extend(in_inbox);
    if !open.theirs.is_empty() {
        open.ours = context.store.read(move |reader| reader.other_letters(account)).await?;
        let (elsewhere, _) = open.by_headers(context, remote, MAILDROP).await?;
        open.close(&elsewhere);
        told.extend(elsewhere);
    }
    let outlook = outlook(context, &told, &open).await?;
    let uidls = told.into_iter().filter_map(|(placement, id)| match id {
        ServerId::Uidl(uidl) => Some((uidl, placement)),
        ServerId::Uid(_) => None,
    });
    Ok(Compared {
        outlook,
        uidls: uidls.collect(),
    })
}

async fn outlook(context: &Context, told: &[(PlacementId, ServerId)], open: &Open<'_>) -> Result<Outlook> {
    let account = context.account;
    let (total, (_, missing), waiting, mailboxes) = context
        .store
        .read(move |reader| {
            Ok((
                reader.letter_count(account)?,
                reader.missing_body_total(account, None)?,
                reader.pending_count(account)?,
                reader.mailboxes(account)?,
            ))
        })
        .await?;
    let both: HashSet<PlacementId> = told.iter().map(|(placement, _)| *placement).collect();
    let both = u64::try_from(both.len()).unwrap_or(u64::MAX);
    let fate = |mailbox: pli_store::Mailbox| Fate {
        at_server: mailbox.role == Role::Inbox,
        path: mailbox.path,
        letters: mailbox.total,
    };
    Ok(Outlook {
        both,
        only_here: total.saturating_sub(both),
        only_there: u64::try_from(open.theirs.len()).unwrap_or(u64::MAX),
        octets: Some(missing + open.theirs.iter().map(|letter| letter.size).sum::<u64>()),
        waiting,
        mailboxes: mailboxes.into_iter().map(fate).collect(),
    })
}

/// Compares, then changes the account. Every letter is here.
pub async fn change(context: &Context, remote: &mut dyn Remote, change: Change) -> Result<Outlook> {
    let compared = compare(context, remote).await?;
    let account = Account {
        retention: Retention::Everything,
        // What a choice of long ago would delete now, nobody thinks of.
        leave_on_server: LeaveOnServer::Everything,
        ..change.account
    };
    let (uidls, local) = (compared.uidls, change.local);
    context
        .store
        .write(move |writer| writer.change_to_pop3(&account, &uidls, &local))
        .await?;
    Ok(compared.outlook)
}

fn uidl(id: &ServerId) -> Option<&str> {
    match id {
        ServerId::Uidl(uidl) => Some(uidl),
        ServerId::Uid(_) => None,
    }
}

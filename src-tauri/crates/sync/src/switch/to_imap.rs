//! From POP3 to IMAP.

use super::unique_id::Form;
use super::{Change, Fate, Open, Outlook};
use crate::mailboxes::new_mailbox;
use crate::{Context, Result};
use pli_model::{PlacementId, Role, Uid, UidValidity};
use pli_remote::{Delta, Known, Listed, Marks, Remote, RemoteMailbox, ServerId, Survey};
use pli_store::{Anchor, ImapMailbox, ImapPlace, KnownLetter, StoreError};
use std::collections::{HashMap, HashSet};

/// The mailboxes of the server beside our letters.
pub struct Compared {
    pub outlook: Outlook,
    prefix: String,
    listed: Vec<ImapMailbox>,
    places: Vec<ImapPlace>,
}

/// A mailbox of the server with all that is in it.
struct Contents {
    path: String,
    validity: UidValidity,
    letters: Vec<Listed>,
}

/// Lists the mailboxes in which letters of ours may be, and finds them there.
pub async fn compare(context: &Context, remote: &mut dyn Remote) -> Result<Compared> {
    let account = context.account;
    let survey = remote.survey().await?;
    let (anchors, letters) = context
        .store
        .read(move |reader| Ok((reader.anchors(account)?, reader.known_letters(account)?)))
        .await?;
    let mut contents = Vec::new();
    for mailbox in survey.mailboxes.iter().filter(|mailbox| mailbox.selectable) {
        let is_inbox = mailbox.role == Role::Inbox;
        if is_inbox || anchors.iter().any(|anchor| anchor.path == mailbox.path) {
            contents.extend(list(remote, mailbox).await?);
        }
    }
    let mut places = anchored(&anchors, &contents);
    let mut octets = Some(0);
    if let Some(inbox) = contents.iter().find(|one| is_inbox(&survey, &one.path)) {
        octets = in_inbox(context, remote, inbox, letters, &mut places).await?;
    }
    let outlook = outlook(context, &survey, &contents, &places, octets).await?;
    let listed = survey.mailboxes.into_iter().map(|mailbox| {
        let one = contents.iter().find(|one| one.path == mailbox.path);
        ImapMailbox {
            mailbox: new_mailbox(mailbox),
            uid_validity: one.map(|one| one.validity),
        }
    });
    Ok(Compared {
        outlook,
        prefix: survey.prefix,
        listed: listed.collect(),
        places,
    })
}

fn is_inbox(survey: &Survey, path: &str) -> bool {
    survey
        .mailboxes
        .iter()
        .any(|mailbox| mailbox.role == Role::Inbox && mailbox.path == path)
}

async fn list(remote: &mut dyn Remote, mailbox: &RemoteMailbox) -> Result<Option<Contents>> {
    let Delta::Complete { state, letters } = remote.list(&mailbox.path).await? else {
        return Err(StoreError::Refused(format!("{} was not listed completely", mailbox.path)).into());
    };
    Ok(state.uid_validity.map(|validity| Contents {
        path: mailbox.path.clone(),
        validity,
        letters,
    }))
}

/// Letters that are where the server had them when the account was changed to POP3.
fn anchored(anchors: &[Anchor], contents: &[Contents]) -> Vec<ImapPlace> {
    let mut by_uid: HashMap<(&str, Uid), &Listed> = HashMap::new();
    let mut validities = HashMap::new();
    for one in contents {
        validities.insert(one.path.as_str(), one.validity);
        let letters = one
            .letters
            .iter()
            .filter_map(|letter| Some(((one.path.as_str(), uid(&letter.id)?), letter)));
        by_uid.extend(letters);
    }
    let is_valid = |anchor: &&Anchor| validities.get(anchor.path.as_str()) == Some(&anchor.uid_validity);
    let found = anchors.iter().filter(is_valid).filter_map(|anchor| {
        let letter = by_uid.get(&(anchor.path.as_str(), anchor.uid))?;
        Some(place(anchor.placement, &anchor.path, letter))
    });
    found.flatten().collect()
}

fn place(placement: PlacementId, path: &str, letter: &Listed) -> Option<ImapPlace> {
    let Marks { flags, keywords } = letter.marks.clone().unwrap_or_default();
    Some(ImapPlace {
        placement,
        path: path.to_owned(),
        uid: uid(&letter.id)?,
        flags,
        keywords,
    })
}

/// Finds letters that came by POP3 in the inbox; answers the octets of those that are there only, where they are told.
async fn in_inbox(
    context: &Context,
    remote: &mut dyn Remote,
    inbox: &Contents,
    letters: Vec<KnownLetter>,
    places: &mut Vec<ImapPlace>,
) -> Result<Option<u64>> {
    let bound: HashSet<PlacementId> = places.iter().map(|place| place.placement).collect();
    let taken: HashSet<Uid> = places
        .iter()
        .filter(|place| place.path == inbox.path)
        .map(|place| place.uid)
        .collect();
    let mut open = Open {
        ours: letters
            .into_iter()
            .filter(|letter| !bound.contains(&letter.placement))
            .collect(),
        theirs: inbox
            .letters
            .iter()
            .filter(|letter| uid(&letter.id).is_some_and(|uid| !taken.contains(&uid)))
            .collect(),
    };
    let mut told = Vec::new();
    let names = open.ours.iter().filter_map(|letter| letter.uidl.as_deref());
    if let Some(form) = Form::of(names, inbox.validity) {
        let there: HashSet<Uid> = open.theirs.iter().filter_map(|letter| uid(&letter.id)).collect();
        let guess = |letter: &KnownLetter| {
            let (validity, uid) = form.read(letter.uidl.as_deref()?)?;
            let is_there = validity == inbox.validity && there.contains(&uid);
            is_there.then_some((letter.placement, ServerId::Uid(uid)))
        };
        let guessed = open.ours.iter().filter_map(guess).collect();
        told = open.believe(context, remote, &inbox.path, guessed).await?;
        open.close(&told);
    }
    let (by_headers, seen) = open.by_headers(context, remote, &inbox.path).await?;
    open.close(&by_headers);
    told.extend(by_headers);
    let by_bodies = open.by_bodies(remote, &inbox.path, &seen).await?;
    open.close(&by_bodies);
    told.extend(by_bodies);
    let by_id: HashMap<&ServerId, &Listed> = inbox.letters.iter().map(|letter| (&letter.id, letter)).collect();
    for (placement, id) in &told {
        places.extend(by_id.get(id).and_then(|letter| place(*placement, &inbox.path, letter)));
    }
    let sizes = open
        .theirs
        .iter()
        .map(|letter| seen.get(&letter.id).map(|traits| traits.size));
    Ok(sizes.sum())
}

async fn outlook(
    context: &Context,
    survey: &Survey,
    contents: &[Contents],
    places: &[ImapPlace],
    octets: Option<u64>,
) -> Result<Outlook> {
    let account = context.account;
    let (total, waiting, mailboxes) = context
        .store
        .read(move |reader| {
            Ok((
                reader.letter_count(account)?,
                reader.pending_count(account)?,
                reader.mailboxes(account)?,
            ))
        })
        .await?;
    let mut there = 0;
    let mut is_all_listed = true;
    for mailbox in survey.mailboxes.iter().filter(|mailbox| mailbox.selectable) {
        there += match contents.iter().find(|one| one.path == mailbox.path) {
            Some(one) => u64::try_from(one.letters.len()).unwrap_or(u64::MAX),
            None => {
                let exists = mailbox.counters.map_or(0, |Known { exists, .. }| exists);
                is_all_listed &= mailbox.counters.is_some() && exists == 0;
                u64::from(exists)
            }
        };
    }
    let both = u64::try_from(places.len()).unwrap_or(u64::MAX);
    let at_server = |mailbox: &pli_store::Mailbox| {
        let name = match mailbox.server_path.is_empty() {
            true => &mailbox.path,
            false => &mailbox.server_path,
        };
        survey.mailboxes.iter().any(|listed| listed.path == *name)
    };
    let fate = |mailbox: pli_store::Mailbox| Fate {
        at_server: at_server(&mailbox),
        path: mailbox.path,
        letters: mailbox.total,
    };
    Ok(Outlook {
        both,
        only_here: total.saturating_sub(both),
        only_there: there.saturating_sub(both),
        octets: octets.filter(|_| is_all_listed),
        waiting,
        mailboxes: mailboxes.into_iter().map(fate).collect(),
    })
}

/// Compares, then changes the account.
pub async fn change(context: &Context, remote: &mut dyn Remote, change: Change) -> Result<Outlook> {
    let compared = compare(context, remote).await?;
    let Compared {
        outlook,
        prefix,
        listed,
        places,
    } = compared;
    context
        .store
        .write(move |writer| writer.change_to_imap(&change.command, &change.account, &prefix, &listed, &places))
        .await?;
    Ok(outlook)
}

fn uid(id: &ServerId) -> Option<Uid> {
    match id {
        ServerId::Uid(uid) => Some(*uid),
        ServerId::Uidl(_) => None,
    }
}

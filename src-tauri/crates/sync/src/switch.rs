//! Changing an account between IMAP and POP3 in place.
//!
//! Nothing is changed before the other protocol has let us in and its letters have been compared with ours. Then one
//! transaction of the store changes the account (`pli_store`'s anchors); before it everything is as it was, and what has
//! been fetched is kept; after it the first look goes on like any other. A crash at any point repeats work.
//!
//! Which letter is which is told, in this order, by: what is known already (a UIDL seen before, an anchor); a UIDL that
//! encodes UID and UIDVALIDITY, held against a sample of headers; header block and size ([`crate::matching`]); the body.
//! What none of them tells is another letter.

mod to_imap;
mod to_pop3;
mod unique_id;

use crate::headers::{self, Traits};
use crate::matching::{self, Ours, Theirs};
use crate::{Context, Result, account};
use pli_model::{Account, CommandId, Digest, PlacementId, Protocol};
use pli_remote::{Listed, Remote, ServerId};
use pli_store::{KnownLetter, NewMailbox};
use std::collections::{HashMap, HashSet};

/// Letters whose headers are held against ours before a form of UIDL is believed.
const SAMPLE: usize = 5;

/// What a change of protocol comes to.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Outlook {
    /// Letters that are here and at the server.
    pub both: u64,
    /// Letters of the account that are on this computer only.
    pub only_here: u64,
    /// Letters that are at the server only.
    pub only_there: u64,
    /// Octets to be fetched for the change; `None` where the server does not tell before.
    pub octets: Option<u64>,
    /// Changes that wait for the server and go out before.
    pub waiting: u32,
    /// The account's mailboxes, in the order in which they are shown.
    pub mailboxes: Vec<Fate>,
}

/// What becomes of a mailbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fate {
    /// Its path.
    pub path: String,
    /// Letters in it here.
    pub letters: u32,
    /// Whether it is a mailbox at the server afterwards; else it is one of this computer.
    pub at_server: bool,
}

/// What is wanted.
#[derive(Debug, Clone)]
pub struct Change {
    /// The account as it is to be.
    pub account: Account,
    /// Its password by the other protocol.
    pub password: zeroize::Zeroizing<String>,
    /// Names what follows from it; a fresh one.
    pub command: CommandId,
    /// Mailboxes that a POP3 account has here.
    pub local: Vec<NewMailbox>,
}

/// What a change would come to. Signs in by the other protocol and changes nothing.
pub async fn preview(context: &Context, change: &Change) -> Result<Outlook> {
    let mut remote = other(context, change).await?;
    let outlook = match change.account.protocol {
        Protocol::Pop3 => to_pop3::compare(context, remote.as_mut()).await?.outlook,
        Protocol::Imap => to_imap::compare(context, remote.as_mut()).await?.outlook,
    };
    let _ = remote.quit().await;
    Ok(outlook)
}

/// Changes the account; answers what it came to. The first look by the new protocol is the caller's to begin.
pub async fn change(context: &Context, change: Change) -> Result<Outlook> {
    if change.account.protocol == Protocol::Pop3 {
        // A maildrop is locked while it is open: it is opened again when everything is here.
        let _ = other(context, &change).await?.quit().await;
        // It shows the inbox only: what else is at the server must be here before, whatever was to be kept so far.
        account::in_step(&context.bringing_everything()).await?;
    }
    let mut remote = other(context, &change).await?;
    let outlook = change_over(context, remote.as_mut(), change).await?;
    let _ = remote.quit().await;
    Ok(outlook)
}

/// The change itself, in the other protocol's session.
pub(crate) async fn change_over(context: &Context, remote: &mut dyn Remote, change: Change) -> Result<Outlook> {
    match change.account.protocol {
        Protocol::Pop3 => to_pop3::change(context, remote, change).await,
        Protocol::Imap => to_imap::change(context, remote, change).await,
    }
}

async fn other(context: &Context, change: &Change) -> Result<Box<dyn Remote>> {
    let passport = pli_model::Passport::default();
    Ok(pli_remote::sign_in(&context.connector, &change.account, &change.password, &passport).await?)
}

/// Letters of a listing that no name has told yet, and letters of ours that may be among them.
struct Open<'l> {
    ours: Vec<KnownLetter>,
    theirs: Vec<&'l Listed>,
}

impl Open<'_> {
    /// Takes out what has been told.
    fn close(&mut self, told: &[(PlacementId, ServerId)]) {
        let ours: HashSet<PlacementId> = told.iter().map(|(placement, _)| *placement).collect();
        let theirs: HashSet<&ServerId> = told.iter().map(|(_, id)| id).collect();
        self.ours.retain(|letter| !ours.contains(&letter.placement));
        self.theirs.retain(|letter| !theirs.contains(&letter.id));
    }

    /// Those of the `guessed` pairs that are true, if a sample of them is; else none.
    async fn believe(
        &self,
        context: &Context,
        remote: &mut dyn Remote,
        path: &str,
        guessed: Vec<(PlacementId, ServerId)>,
    ) -> Result<Vec<(PlacementId, ServerId)>> {
        let step = (guessed.len() / SAMPLE).max(1);
        let sample: Vec<_> = guessed.iter().step_by(step).take(SAMPLE).collect();
        let ids = sample.iter().map(|(_, id)| (id.clone(), 0)).collect();
        let seen = headers::of(remote, path, ids).await?;
        for (placement, id) in &sample {
            let ours = self.ours.iter().find(|letter| letter.placement == *placement);
            let ours = match ours {
                Some(ours) => look_of(context, ours).await?,
                None => None,
            };
            let agree = ours
                .zip(seen.get(id))
                .is_some_and(|(ours, theirs)| ours.traits.header == theirs.header);
            if !agree {
                return Ok(Vec::new());
            }
        }
        Ok(guessed)
    }

    /// Pairs by what headers say. Those of letters whose size no letter of ours has are not asked for, where sizes are told.
    async fn by_headers(
        &self,
        context: &Context,
        remote: &mut dyn Remote,
        path: &str,
    ) -> Result<(Vec<(PlacementId, ServerId)>, HashMap<ServerId, Traits>)> {
        let sizes: HashSet<u64> = self.ours.iter().map(|letter| letter.size).collect();
        let asked = self
            .theirs
            .iter()
            .filter(|letter| letter.size == 0 || sizes.contains(&letter.size));
        let ids = asked.map(|letter| (letter.id.clone(), letter.size)).collect();
        let seen = match sizes.is_empty() {
            true => HashMap::new(),
            false => headers::of(remote, path, ids).await?,
        };
        let met: HashSet<u64> = seen.values().map(|traits| traits.size).collect();
        let mut ours = Vec::new();
        for letter in self.ours.iter().filter(|letter| met.contains(&letter.size)) {
            ours.extend(look_of(context, letter).await?);
        }
        let theirs = self.theirs.iter().enumerate();
        let theirs = theirs.filter_map(|(at, letter)| {
            let traits = seen.get(&letter.id)?.clone();
            Some(Theirs { at, traits })
        });
        let pairs = matching::pairs(ours, theirs.collect());
        let told = pairs
            .into_iter()
            .filter_map(|(placement, at)| Some((placement, self.theirs.get(at)?.id.clone())));
        Ok((told.collect(), seen))
    }

    /// Fetches those of which headers left open which of several they are, and pairs them by their bodies.
    async fn by_bodies(
        &self,
        remote: &mut dyn Remote,
        path: &str,
        seen: &HashMap<ServerId, Traits>,
    ) -> Result<Vec<(PlacementId, ServerId)>> {
        let mut ours: HashMap<Digest, Vec<PlacementId>> = HashMap::new();
        for letter in &self.ours {
            if let Some(body) = letter.digest {
                ours.entry(body).or_default().push(letter.placement);
            }
        }
        let named: HashSet<(u64, &str)> = self
            .ours
            .iter()
            .map(|letter| (letter.size, letter.message_id.as_str()))
            .collect();
        let doubtful = self.theirs.iter().filter_map(|letter| {
            let traits = seen.get(&letter.id)?;
            named
                .contains(&(traits.size, traits.message_id.as_str()))
                .then(|| (letter.id.clone(), traits.size))
        });
        let bodies = headers::bodies_of(remote, path, doubtful.collect()).await?;
        let told = bodies.into_iter().filter_map(|(id, body)| {
            let placement = ours.get_mut(&body)?.pop()?;
            Some((placement, id))
        });
        Ok(told.collect())
    }
}

/// How a letter of ours looks; `None` while its body is not here.
async fn look_of(context: &Context, letter: &KnownLetter) -> Result<Option<Ours<PlacementId>>> {
    let Some(body) = letter.digest else { return Ok(None) };
    let start = headers::start_of(context, body).await?;
    Ok(start.map(|start| Ours {
        id: letter.placement,
        body: Some(body),
        traits: headers::traits(&start, letter.size),
    }))
}

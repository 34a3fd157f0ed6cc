//! Downloading from a maildrop (POP3): everything that is new, whole, newest first; then what is to go there goes.
//!
//! Kept true here:
//! - The server is asked to delete only what has been read back from the disk, or what a person deleted here, and only while
//!   it still has that letter under that name. Before the first word of it the store no longer counts on the server for it.
//! - What the server has is remembered only after it has answered QUIT ([`Visit::end`]).

use crate::fetch::{self, Order, Shelf};
use crate::headers::{self, Traits};
use crate::keep::Kept;
use crate::matching::{self, Ours, Theirs};
use crate::plan::maildrop::{self, Look, Visited, name};
use crate::pull::{Pass, count};
use crate::{Context, Happening, Result, apply};
use async_trait::async_trait;
use pli_model::{Digest, LeaveOnServer, MailboxId, PlacementId};
use pli_remote::{Delta, Enough, Listed, Part, Remote, ServerId, Wanted};
use pli_store::{Mailbox, ServerCopy, StoreError, Uidl};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// A session that is to be ended well.
#[derive(Debug, Default)]
pub struct Visit(Visited);

/// What this listing says of names.
#[derive(Debug, Default)]
pub struct Names {
    /// Octets of what is fetched.
    pub octets: HashMap<String, u64>,
    /// Remembered, and not listed.
    pub missing: HashSet<String>,
    /// Used for another letter now.
    pub reused: HashSet<String>,
}

/// Fetches every letter that is new, and has those deleted at the server that the person does not want there.
pub async fn download(pass: &mut Pass<'_>, mailbox: &Mailbox) -> Result<()> {
    let (context, account) = (pass.context, pass.context.account);
    let (memory, is_settling) = context
        .store
        .read(move |reader| Ok((reader.uidls(account)?, reader.is_settling(account)?)))
        .await?;
    let Delta::Complete { letters: listed, .. } = pass.remote.list(&mailbox.server_path).await? else {
        return Err(StoreError::Refused("the maildrop was not listed completely".to_owned()).into());
    };
    let look = maildrop::compare(&memory, &listed);
    let told = recognise(context, pass.remote, &mailbox.server_path, &look).await?;
    let visited = listed
        .iter()
        .filter_map(|letter| Some((name(&letter.id)?.to_owned(), letter.size)));
    pass.visit = Some(Visit(Visited {
        listed: visited.collect(),
        same: told.same,
        ..Visited::default()
    }));
    let missing = look.missing.iter().map(|uidl| uidl.name.clone()).collect();
    let reused = told.reused;
    let renames: HashSet<&str> = told.renamed.iter().map(|(_, new)| new.as_str()).collect();
    let is_renamed = |letter: &Listed| name(&letter.id).is_some_and(|name| renames.contains(name));
    let new = look.new.iter().filter(|letter| !is_renamed(letter));
    let doubtful = look.doubtful.iter().map(|(letter, _)| letter);
    let doubtful = doubtful.filter(|letter| name(&letter.id).is_some_and(|name| reused.contains(name)));
    let letters: Vec<Wanted> = new.chain(doubtful).map(wanted).collect();
    let octets = letters
        .iter()
        .filter_map(|letter| Some((name(&letter.id)?.to_owned(), letter.size)));
    let names = Names {
        octets: octets.collect(),
        missing,
        reused,
    };
    let renamed = told.renamed;
    if !renamed.is_empty() {
        let rename = move |writer: &mut pli_store::Writer<'_>| {
            let mut pairs = renamed.iter();
            pairs.try_for_each(|(old, new)| writer.rename_uidl(account, old, new))
        };
        context.store.write(rename).await?;
    }
    let first_look = memory.is_empty() || is_settling;
    let fetched = fetch_new(pass, mailbox, &letters, names, first_look).await;
    // One letter that the server will not give does not keep the others there.
    pass.go_on_after_refusal(fetched)?;
    if !is_settling {
        let fetched = letters.iter().filter_map(|letter| name(&letter.id)).collect();
        let deleted = delete(pass, mailbox, &listed, &fetched).await;
        pass.go_on_after_refusal(deleted)?;
    }
    Ok(())
}

fn wanted(listed: &Listed) -> Wanted {
    Wanted {
        id: listed.id.clone(),
        size: listed.size,
        have: 0,
    }
}

/// What header blocks have told of names.
#[derive(Default)]
struct Told {
    /// Old and new names of letters of ours.
    renamed: Vec<(String, String)>,
    /// Names of other letters than before.
    reused: HashSet<String>,
    /// Names of the same letters.
    same: HashSet<String>,
}

/// Asks for the headers of doubtful names, and of new ones that may be new names of letters of ours: of the same octets
/// as one whose name is missing since the last session.
async fn recognise(context: &Context, remote: &mut dyn Remote, path: &str, look: &Look<'_>) -> Result<Told> {
    let lost = |uidl: &&&Uidl| uidl.copy != ServerCopy::Gone && uidl.octets != 0;
    let lost: Vec<&Uidl> = look.missing.iter().filter(lost).copied().collect();
    let octets: HashSet<u64> = lost.iter().map(|uidl| uidl.octets).collect();
    let candidates: Vec<&Listed> = look.new.iter().filter(|letter| octets.contains(&letter.size)).collect();
    let doubtful = look.doubtful.iter().map(|(letter, _)| letter);
    let asked = doubtful
        .chain(candidates.iter().copied())
        .map(|letter| (letter.id.clone(), letter.size));
    let seen = headers::of(remote, path, asked.collect()).await?;
    let mut told = Told::default();
    for (letter, uidl) in &look.doubtful {
        let theirs = seen.get(&letter.id).map(|traits| traits.header);
        if let (Some(theirs), Some(name)) = (theirs, name(&letter.id)) {
            match header_of(context, uidl).await? == Some(theirs) {
                true => told.same.insert(name.to_owned()),
                false => told.reused.insert(name.to_owned()),
            };
        }
    }
    let met: HashSet<u64> = candidates.iter().map(|letter| letter.size).collect();
    let mut ours = Vec::new();
    for uidl in lost.iter().filter(|uidl| met.contains(&uidl.octets)) {
        if let Some(header) = header_of(context, uidl).await? {
            ours.push(ours_of(uidl, header, body_of(context, uidl).await?));
        }
    }
    let theirs = candidates.iter().enumerate().filter_map(|(at, letter)| {
        let traits = seen.get(&letter.id)?.clone();
        let size = letter.size;
        Some(Theirs {
            at,
            traits: Traits { size, ..traits },
        })
    });
    for (old, at) in matching::pairs(ours, theirs.collect()) {
        let new = candidates.get(at).and_then(|letter| name(&letter.id));
        told.renamed.extend(new.map(|new| (old, new.to_owned())));
    }
    Ok(told)
}

fn ours_of(uidl: &Uidl, header: Digest, body: Option<Digest>) -> Ours<String> {
    Ours {
        id: uidl.name.clone(),
        traits: Traits {
            size: uidl.octets,
            header,
            message_id: String::new(),
            date: None,
        },
        body,
    }
}

/// The header block of a letter of ours, as it is remembered, else as its body has it.
async fn header_of(context: &Context, uidl: &Uidl) -> Result<Option<Digest>> {
    if uidl.header.is_some() {
        return Ok(uidl.header);
    }
    let Some(body) = body_of(context, uidl).await? else {
        return Ok(None);
    };
    Ok(headers::start_of(context, body)
        .await?
        .map(|start| headers::digest(&start)))
}

async fn body_of(context: &Context, uidl: &Uidl) -> Result<Option<Digest>> {
    let Some(placement) = uidl.placement else {
        return Ok(None);
    };
    Ok(context.store.read(move |reader| reader.body_of(placement)).await?)
}

async fn fetch_new(
    pass: &mut Pass<'_>,
    mailbox: &Mailbox,
    letters: &[Wanted],
    names: Names,
    first_look: bool,
) -> Result<()> {
    let context = pass.context;
    pass.begin_counting(letters.len());
    let order = Order {
        mailbox: mailbox.id,
        path: &mailbox.server_path,
        letters,
        part: Part::Body,
    };
    let mut shelf = Downloaded {
        context,
        mailbox: mailbox.id,
        names: Arc::new(names),
        new: Vec::new(),
        octets: 0,
    };
    let outcome = fetch::fetch(context, pass.remote, order, &mut shelf).await;
    pass.totals.bytes += shelf.octets;
    pass.totals.new += count(shelf.new.len());
    if !first_look && !shelf.new.is_empty() {
        let _ = context
            .happenings
            .send(Happening::NewLetters(context.account, shelf.new));
    }
    outcome
}

/// Keeps letters that come whole, without a header before them.
struct Downloaded<'a> {
    context: &'a Context,
    mailbox: MailboxId,
    names: Arc<Names>,
    new: Vec<PlacementId>,
    octets: u64,
}

#[async_trait]
impl Shelf for Downloaded<'_> {
    async fn put(&mut self, batch: Kept, _enough: &Enough) -> Result<()> {
        let letters = count(batch.letters.len());
        self.octets += batch.octets;
        let names = self.names.clone();
        self.new
            .extend(apply::downloaded(self.context, self.mailbox, batch, names).await?);
        self.context.set_status(|status| status.done += letters);
        Ok(())
    }
}

/// Asks the server to delete what the person does not want there. It is carried out when the session ends well. `fetched`
/// came in this session: of what came earlier the header is looked at once more.
async fn delete(pass: &mut Pass<'_>, mailbox: &Mailbox, listed: &[Listed], fetched: &HashSet<&str>) -> Result<()> {
    let (context, account) = (pass.context, pass.context.account);
    let leave = context
        .store
        .read(move |reader| Ok(reader.account(account)?.leave_on_server))
        .await?;
    if leave == LeaveOnServer::Everything {
        return Ok(());
    }
    let memory = context.store.read(move |reader| reader.uidls(account)).await?;
    let over = maildrop::over(&memory, listed, leave, context.clock.now());
    let earlier = over.iter().filter(|uidl| !fetched.contains(uidl.name.as_str()));
    let earlier: HashSet<ServerId> = earlier.map(|uidl| ServerId::Uidl(uidl.name.clone())).collect();
    let asked = listed.iter().filter(|letter| earlier.contains(&letter.id));
    let asked = asked.map(|letter| (letter.id.clone(), letter.size)).collect();
    let seen = headers::of(pass.remote, &mailbox.server_path, asked).await?;
    let (mut names, mut others) = (Vec::new(), Vec::new());
    for uidl in over {
        let id = ServerId::Uidl(uidl.name.clone());
        if earlier.contains(&id) {
            let Some(theirs) = seen.get(&id) else { continue };
            if header_of(context, uidl)
                .await?
                .is_some_and(|ours| ours != theirs.header)
            {
                others.push(uidl.name.clone());
                continue;
            }
        }
        if is_safe(context, uidl).await? {
            names.push(uidl.name.clone());
        }
    }
    if names.is_empty() && others.is_empty() {
        return Ok(());
    }
    let doubted = names.clone();
    context
        .store
        .write(move |writer| {
            // A letter that took another one's name in silence is new the next time.
            others.iter().try_for_each(|name| writer.forget_uidl(account, name))?;
            writer.doubt_uidls(account, &doubted)
        })
        .await?;
    let ids: Vec<ServerId> = names.iter().cloned().map(ServerId::Uidl).collect();
    let deleted = pass.remote.expunge(&mailbox.server_path, &ids).await;
    if let Some(Visit(visited)) = &mut pass.visit {
        visited.asked = names.into_iter().collect();
        visited.is_deleted = deleted.is_ok();
    }
    Ok(deleted?)
}

/// Whether the letter can be read here, or a person has deleted it. What cannot be read back is not safe, whatever was
/// written.
async fn is_safe(context: &Context, uidl: &Uidl) -> Result<bool> {
    let Some(body) = body_of(context, uidl).await? else {
        return Ok(uidl.deleted && uidl.placement.is_none());
    };
    match context.store.read(move |reader| reader.verify_body(body)).await {
        Ok(is_here) => Ok(is_here),
        Err(StoreError::Corrupt { .. }) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

impl Visit {
    /// Ends the session in good order, and remembers what the server has after it. Without its answer nothing is
    /// remembered; that is a failure where it was asked to delete something.
    pub async fn end(self, context: &Context, remote: Box<dyn Remote>) -> Result<()> {
        match remote.quit().await {
            Ok(()) => {}
            Err(_) if self.0.asked.is_empty() => return Ok(()),
            Err(error) => return Err(error.into()),
        }
        let account = context.account;
        let memory = context.store.read(move |reader| reader.uidls(account)).await?;
        let settled = maildrop::settled(&memory, &self.0);
        if settled != maildrop::Settled::default() {
            context
                .store
                .write(move |writer| {
                    writer.doubt_uidls(account, &settled.doubtful)?;
                    writer.settle_uidls(account, &settled.listed, &settled.gone)
                })
                .await?;
        }
        Ok(())
    }
}

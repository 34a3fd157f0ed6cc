//! Looking at one mailbox that mirrors its server: compare, plan, apply, and list what is new.

use crate::fetch::{self, Order, Shelf};
use crate::keep::Kept;
use crate::plan::{self, Held, Plan};
use crate::pull::{self, Pass, count};
use crate::{Context, Happening, Result, apply, trust};
use async_trait::async_trait;
use pli_model::{MailboxId, PlacementId, Retention, Role};
use pli_remote::{Delta, Enough, Known, Listed, Marks, Part, Wanted};
use pli_store::{Mailbox, Reader, ServerLetter, ServerState};

/// A letter of at most this many octets comes whole when it is listed: it is hardly longer than its header.
const SMALL: u64 = 16 << 10;
/// Listing fewer new letters than this is not worth a progress line.
const MANY: usize = 200;

/// How a look ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Looked {
    /// The mailbox is in step.
    Through,
    /// The inbox has news: look there, then here again.
    Interrupted,
}

/// Looks at a mailbox. With `interruptible`, news of the inbox end it early.
pub async fn look(pass: &mut Pass<'_>, mailbox: &Mailbox, interruptible: bool) -> Result<Looked> {
    let Some((plan, first_look)) = compare(pass, mailbox).await? else {
        return Ok(Looked::Through);
    };
    let (new, looked) = list_new(pass, mailbox, plan.appeared, interruptible).await?;
    pass.totals.new += count(new.len());
    if mailbox.role == Role::Inbox && !first_look && !new.is_empty() {
        let news = Happening::NewLetters(pass.context.account, new);
        let _ = pass.context.happenings.send(news);
    }
    if let (Looked::Through, Some(state)) = (looked, plan.state) {
        let (id, all_seen) = (mailbox.id, first_look || plan.reset);
        pass.context
            .store
            .write(move |writer| {
                if all_seen {
                    writer.keep_unplaced(id)?;
                }
                writer.set_server_state(id, to_state(state))
            })
            .await?;
    }
    Ok(looked)
}

/// Takes over the counters of a mailbox in which neither side has a letter; answers whether that is so. It need not be
/// opened then, which saves a new account on a slow line a round trip for each.
pub async fn keep_empty(context: &Context, mailbox: &Mailbox, counters: Known) -> Result<bool> {
    let known = mailbox.known;
    let is_told = counters.exists == 0 && counters.uid_validity.is_some() && counters.uid_next != 0;
    let is_void = known.uid_validity.is_some() && known.uid_validity != counters.uid_validity;
    if !is_told || is_void {
        return Ok(false);
    }
    let id = mailbox.id;
    let holds_none = move |reader: &Reader<'_>| Ok(reader.server_uids(id)?.is_empty() && !reader.has_unplaced(id)?);
    if pull::known(known) == counters {
        return Ok(context.store.read(holds_none).await?);
    }
    let kept = context
        .store
        .write(move |writer| {
            let is_empty = holds_none(writer)?;
            if is_empty {
                writer.set_server_state(id, to_state(counters))?;
            }
            Ok(is_empty)
        })
        .await?;
    Ok(kept)
}

/// Compares, and applies everything but new letters; `None` when nothing changed. Also whether this was the first look.
async fn compare(pass: &mut Pass<'_>, mailbox: &Mailbox) -> Result<Option<(Plan, bool)>> {
    let context = pass.context;
    let id = mailbox.id;
    // No operation is carried out between what the server says and its being applied.
    let _turn = context.shared.turn.lock().await;
    let (before, held) = context
        .store
        .read(move |reader| Ok((reader.mailbox(id)?, reader.server_uids(id)?)))
        .await?;
    let kept = pull::known(before.known);
    let first_look = kept.uid_next == 0;
    let delta = pass.remote.look(&before.server_path, kept, &held).await?;
    if delta == Delta::Unchanged {
        return Ok(None);
    }
    let by = match &delta {
        Delta::Changes { by, .. } => Some(*by),
        _ => None,
    };
    let plan = plan_for(context, id, delta).await?;
    apply_plan(pass, id, kept, &plan).await?;
    if let Some(extension) = by
        && trust::is_due(context, extension).await?
    {
        trust::verify(pass, &before, &plan, extension).await?;
    }
    Ok(Some((plan, first_look)))
}

/// Reads what we hold of the letters that matter, and plans.
pub(crate) async fn plan_for(context: &Context, mailbox: MailboxId, delta: Delta) -> Result<Plan> {
    let named = plan::named(&delta);
    let held = context
        .store
        .read(move |reader| match named {
            Some(uids) => reader.letters_at(mailbox, &uids),
            None => reader.server_letters(mailbox),
        })
        .await?;
    let held: Vec<Held> = held.into_iter().map(to_held).collect();
    Ok(plan::mirror(&held, delta))
}

/// Writes marks and expunged letters, and that our UIDs are void, in one transaction.
pub(crate) async fn apply_plan(pass: &mut Pass<'_>, id: MailboxId, kept: Known, plan: &Plan) -> Result<()> {
    pass.totals.updated += count(plan.marks.len());
    pass.totals.removed += count(plan.vanished.len());
    let validity = plan.state.and_then(|state| state.uid_validity);
    // Kept with the clearing, and before the first letter: UIDs that follow stand under it, whatever happens next.
    let epoch = (plan.reset || kept.uid_validity.is_none()).then_some(ServerState {
        uid_validity: validity,
        ..ServerState::default()
    });
    if plan.marks.is_empty() && plan.vanished.is_empty() && epoch.is_none() {
        return Ok(());
    }
    let (reset, marks, vanished) = (plan.reset, plan.marks.clone(), plan.vanished.clone());
    pass.context
        .store
        .write(move |writer| {
            if reset {
                writer.clear_uids(id)?;
            }
            if let Some(epoch) = epoch {
                writer.set_server_state(id, epoch)?;
            }
            for change in &marks {
                writer.set_server_flags(change.placement, change.marks.flags, &change.marks.keywords)?;
            }
            for (placement, uid) in vanished {
                writer.expunge_at(placement, id, uid)?;
            }
            Ok(())
        })
        .await?;
    Ok(())
}

/// Fetches and lists new letters, newest first: small ones whole, of the others the header.
async fn list_new(
    pass: &mut Pass<'_>,
    mailbox: &Mailbox,
    appeared: Vec<Listed>,
    interruptible: bool,
) -> Result<(Vec<PlacementId>, Looked)> {
    if appeared.is_empty() {
        return Ok((Vec::new(), Looked::Through));
    }
    let letters: Vec<Wanted> = appeared.into_iter().map(wanted).collect();
    if letters.len() >= MANY {
        pass.begin_counting(letters.len());
    }
    let context = pass.context;
    let part = match context.retention().await? {
        Retention::Everything => Part::HeaderOrSmall(SMALL),
        Retention::Months(_) | Retention::HeadersOnly => Part::Header,
    };
    let order = Order {
        mailbox: mailbox.id,
        path: &mailbox.server_path,
        letters: &letters,
        part,
    };
    let mut shelf = NewLetters {
        context,
        mailbox: mailbox.id,
        news: interruptible.then_some(&mut *pass.news),
        new: Vec::new(),
        octets: 0,
        looked: Looked::Through,
    };
    let outcome = fetch::fetch(context, pass.remote, order, &mut shelf).await;
    pass.totals.bytes += shelf.octets;
    let (new, looked) = (shelf.new, shelf.looked);
    outcome?;
    Ok((new, looked))
}

/// Lists letters that appeared, as they come.
struct NewLetters<'a> {
    context: &'a Context,
    mailbox: MailboxId,
    /// Asked after each batch, where news of the inbox may interrupt.
    news: Option<&'a mut (dyn FnMut() -> bool + Send)>,
    new: Vec<PlacementId>,
    octets: u64,
    looked: Looked,
}

#[async_trait]
impl Shelf for NewLetters<'_> {
    async fn put(&mut self, batch: Kept, enough: &Enough) -> Result<()> {
        let listed = count(batch.letters.len());
        self.octets += batch.octets;
        self.new
            .extend(apply::appeared(self.context, self.mailbox, batch).await?);
        self.context
            .set_status(|status| status.done = status.total.min(status.done + listed));
        if self.looked == Looked::Through && self.news.as_mut().is_some_and(|news| news()) {
            self.looked = Looked::Interrupted;
            enough.stop();
        }
        Ok(())
    }
}

fn wanted(listed: Listed) -> Wanted {
    Wanted {
        id: listed.id,
        size: listed.size,
        have: 0,
    }
}

fn to_held(ours: ServerLetter) -> Held {
    Held {
        placement: ours.placement,
        uid: ours.uid,
        marks: Marks {
            flags: ours.flags,
            keywords: ours.keywords,
        },
    }
}

fn to_state(known: Known) -> ServerState {
    ServerState {
        uid_validity: known.uid_validity,
        uid_next: known.uid_next,
        exists: known.exists,
        highest_modseq: known.highest_modseq,
    }
}

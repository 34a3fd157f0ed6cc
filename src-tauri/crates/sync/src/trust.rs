//! Now and then a delta is held against a complete listing: an extension is used only as long as what the server says by
//! it is true.

use crate::look::{apply_plan, plan_for};
use crate::plan::Plan;
use crate::pull::{Pass, known};
use crate::{Context, Result, passport};
use pli_remote::{Delta, Extension};
use pli_store::Mailbox;

/// How long a good result counts.
const VALID_FOR: i64 = 24 * 60 * 60 * 1000;
/// A mailbox with more letters than this is not listed for the check's sake alone: another one will do.
const LARGEST: u32 = 20_000;

/// Whether the extension has not been checked for a day, or never.
pub async fn is_due(context: &Context, extension: Extension) -> Result<bool> {
    let account = context.account;
    let passport = context.store.read(move |reader| reader.passport(account)).await?;
    let last = passport.verified.get(extension.name()).map_or(0, |at| at.0);
    Ok(context.clock.now().0.saturating_sub(last) >= VALID_FOR)
}

/// Lists the mailbox completely, just after a delta was applied: the list must say nothing new but the letters that the
/// delta told to have appeared. If it does, it is right and is applied, and the extension is not used again.
pub async fn verify(pass: &mut Pass<'_>, mailbox: &Mailbox, told: &Plan, extension: Extension) -> Result<()> {
    if told.state.is_none_or(|state| state.exists > LARGEST) {
        return Ok(());
    }
    let complete = pass.remote.list(&mailbox.server_path).await?;
    let Delta::Complete { state, .. } = &complete else {
        return Ok(());
    };
    let same_moment = told.state == Some(*state);
    let mut plan = plan_for(pass.context, mailbox.id, complete).await?;
    plan.appeared
        .retain(|letter| !told.appeared.iter().any(|known| known.id == letter.id));
    // Another client may have changed something between the two answers: that proves nothing, and the next look tells it.
    if !same_moment {
        return Ok(());
    }
    if plan.is_agreement() {
        return passport::verified(pass.context, extension).await;
    }
    pass.remote.distrust(
        extension,
        "what it told of changes was not what a complete listing showed",
    );
    apply_plan(pass, mailbox.id, known(mailbox.known), &plan).await
}

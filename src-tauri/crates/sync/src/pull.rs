//! One pass over an account: what is new comes here, what is gone goes, marks follow.
//!
//! One survey tells which mailboxes have changed; each of those is looked at, and its new letters are listed, the inbox
//! before the others. Then the bodies that are still missing are fetched, newest first. News of the inbox interrupt
//! whatever is being fetched for another mailbox: what has been asked for still arrives, then the inbox is looked
//! at, then the rest goes on.

use crate::download::Visit;
use crate::look::{self, Looked};
use crate::{Context, Result, State, SyncError, Totals, bodies, download, mailboxes, passport};
use pli_model::Role;
use pli_remote::{Known, Remote};
use pli_store::{Mailbox, ServerState};

/// What a pass works with.
pub(crate) struct Pass<'a> {
    pub context: &'a Context,
    pub remote: &'a mut dyn Remote,
    /// Whether the inbox deserves another look meanwhile.
    pub news: &'a mut (dyn FnMut() -> bool + Send),
    pub totals: Totals,
    /// The account's mailboxes, the inbox first.
    pub boxes: Vec<Mailbox>,
    /// The visit to a maildrop, to be ended well.
    pub visit: Option<Visit>,
    /// The first thing that the server refused.
    refusal: Option<SyncError>,
}

/// What a pass came to.
pub struct Passed {
    /// What changed; or the first thing that the server refused, when everything else has been done.
    pub outcome: Result<Totals>,
    /// The visit to a maildrop: it must be ended before the session is.
    pub visit: Option<Visit>,
}

/// One pass over all mailboxes of the account. `news` answers whether the inbox deserves another look meanwhile.
pub async fn pass(
    context: &Context,
    remote: &mut dyn Remote,
    news: &mut (dyn FnMut() -> bool + Send),
) -> Result<Passed> {
    let surveyed = mailboxes::refresh(context, remote).await?;
    let boxes = surveyed.iter().map(|(mailbox, _)| mailbox.clone()).collect();
    let mut pass = Pass::new(context, remote, news, boxes);
    for (mailbox, counters) in surveyed {
        pass.totals.mailboxes += 1;
        // The inbox is opened all the same: a server may tell counters of a list from memory, and where letters come in that
        // is not good enough.
        let is_inbox = mailbox.role == Role::Inbox;
        let needs_no_look = match counters.filter(|_| !is_inbox) {
            Some(counters) => {
                known(mailbox.known).is_unchanged(&counters) || look::keep_empty(context, &mailbox, counters).await?
            }
            None => false,
        };
        if !needs_no_look {
            let looked = pass.look(&mailbox).await;
            pass.go_on_after_refusal(looked)?;
        }
    }
    if pass.remote.abilities().headers_first {
        let fetched = bodies::fetch_missing(&mut pass).await;
        pass.go_on_after_refusal(fetched)?;
    }
    passport::keep_findings(context, pass.remote).await?;
    // One mailbox or letter that a server refuses for ever must not keep every act from going out.
    settle(context).await?;
    Ok(Passed {
        outcome: match pass.refusal {
            Some(refusal) => Err(refusal),
            None => Ok(pass.totals),
        },
        visit: pass.visit,
    })
}

/// A look that has come to its end ends what a change of protocol began.
async fn settle(context: &Context) -> Result<()> {
    let account = context.account;
    if context.store.read(move |reader| reader.is_settling(account)).await? {
        context
            .store
            .write(move |writer| writer.set_settling(account, false))
            .await?;
    }
    Ok(())
}

impl<'a> Pass<'a> {
    /// A pass that has done nothing yet.
    pub fn new(
        context: &'a Context,
        remote: &'a mut dyn Remote,
        news: &'a mut (dyn FnMut() -> bool + Send),
        boxes: Vec<Mailbox>,
    ) -> Self {
        Self {
            context,
            remote,
            news,
            totals: Totals::default(),
            boxes,
            visit: None,
            refusal: None,
        }
    }

    /// Compares one mailbox and lists what is new there; news of the inbox come between.
    async fn look(&mut self, mailbox: &Mailbox) -> Result<()> {
        if !self.remote.abilities().mirrors_deletion {
            return download::download(self, mailbox).await;
        }
        let is_inbox = mailbox.role == Role::Inbox;
        loop {
            match look::look(self, mailbox, !is_inbox).await? {
                Looked::Through => return Ok(()),
                Looked::Interrupted => self.look_at_inbox().await?,
            }
        }
    }

    /// The inbox has news.
    pub async fn look_at_inbox(&mut self) -> Result<()> {
        let inbox = self.boxes.iter().find(|mailbox| mailbox.role == Role::Inbox).cloned();
        match inbox {
            Some(inbox) => look::look(self, &inbox, false).await.map(drop),
            None => Ok(()),
        }
    }

    /// One mailbox or letter that the server refuses does not keep the others from coming. What ends the connection
    /// ends the pass.
    pub fn go_on_after_refusal(&mut self, outcome: Result<()>) -> Result<()> {
        match outcome {
            Err(SyncError::Remote(error)) if error.problem.is_refusal() => {
                self.refusal.get_or_insert(error.into());
                Ok(())
            }
            other => other,
        }
    }

    /// Begins to count letters that are to be fetched.
    pub fn begin_counting(&self, total: usize) {
        let total = count(total);
        if total > 0 {
            self.context.set_status(|status| {
                status.state = State::Syncing;
                (status.done, status.total) = (0, total);
            });
        }
    }
}

pub(crate) fn count(len: usize) -> u32 {
    u32::try_from(len).unwrap_or(u32::MAX)
}

/// What we hold of a mailbox, as a server is told.
pub fn known(state: ServerState) -> Known {
    Known {
        uid_validity: state.uid_validity,
        uid_next: state.uid_next,
        exists: state.exists,
        highest_modseq: state.highest_modseq,
    }
}

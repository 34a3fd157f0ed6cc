//! The loops of an account, and one round of them for the command line.

use crate::bell::{Bell, Ear, bell};
use crate::{Context, Result, State, Status, SyncError, Totals, bodies, news, outgoing, passport, pull, push};
use crate::{awake, retry::Backoff};
use pli_model::PlacementId;
use pli_remote::Remote;
use std::time::Duration;
use tokio::task::JoinSet;

/// A mail store that tells nothing by itself is looked at this often; one that does (IDLE) too, since it tells of
/// the inbox only.
const LOOK_EVERY: Duration = Duration::from_secs(300);
/// Operations often come in bursts: their connection stays open this long after the last one.
const LINGER: Duration = Duration::from_secs(45);
/// How often waiting letters and postponed operations are looked at for being due.
const DUE_EVERY: Duration = Duration::from_secs(2);
/// How long a refused password rests before it is tried again by itself.
const REFUSED_PASSWORD: Duration = Duration::from_secs(30 * 60);
/// A goodbye is not waited for longer.
const GOODBYE: Duration = Duration::from_secs(3);

/// A running account. Dropping it ends its loops; whatever they were doing is taken up again at the next start.
pub struct Account {
    context: Context,
    bells: Bells,
    // Aborts the loops when dropped.
    loops: JoinSet<()>,
}

/// What wakes the loops.
#[derive(Clone)]
struct Bells {
    pull: Bell,
    push: Bell,
    send: Bell,
}

impl Bells {
    fn ring_all(&self) {
        self.pull.ring();
        self.push.ring();
        self.send.ring();
    }
}

impl Account {
    /// Starts the loops of an account.
    pub fn start(context: &Context) -> Self {
        let ((pull, pull_ear), (push, push_ear), (send, send_ear)) = (bell(), bell(), bell());
        let bells = Bells { pull, push, send };
        let mut loops = JoinSet::new();
        let (woken, naps) = awake::channel();
        loops.spawn(push_loop(context.clone(), push_ear, naps.clone()));
        loops.spawn(send_loop(context.clone(), send_ear, bells.clone()));
        loops.spawn(pull_loop(context.clone(), pull_ear, bells.clone(), naps));
        let (clock, rung) = (context.clock.clone(), bells.clone());
        loops.spawn(async move { awake::watch(clock.as_ref(), &woken, || rung.ring_all()).await });
        Self {
            context: context.clone(),
            bells,
            loops,
        }
    }

    /// Ends the loops, and waits until none is at work any more. A letter that was on its way out is left in a state from
    /// which it goes on.
    pub async fn stop(mut self) -> Result<()> {
        self.loops.shutdown().await;
        let account = self.context.account;
        Ok(self
            .context
            .store
            .write(move |writer| writer.recover_outgoing(account))
            .await?)
    }

    /// Looks at the server now, and tries what was waiting.
    pub fn look(&self) {
        self.bells.ring_all();
    }

    /// A person wants to read that letter, whose body is not here.
    pub fn fetch(&self, placement: PlacementId) {
        self.context.want(placement);
        self.bells.push.ring();
    }

    /// An operation was queued.
    pub fn operation_queued(&self) {
        self.bells.push.ring();
    }

    /// A letter was put into the outbox.
    pub fn letter_queued(&self) {
        self.bells.send.ring();
    }
}

/// One full round: what waits goes out, then every mailbox is looked at and fetched, then sent copies are filed.
/// What can be done is done even when sending failed; that error is answered at the end.
pub async fn once(context: &Context) -> Result<Totals> {
    let sending = outgoing::drain(context).await;
    let totals = in_step(context).await?;
    sending.map(|_| totals)
}

/// [`once`] without sending what waits.
pub(crate) async fn in_step(context: &Context) -> Result<Totals> {
    push::unpark(context).await?;
    let mut remote = context.sign_in().await?;
    if remote.abilities().mirrors_deletion {
        push::drain(context, remote.as_mut()).await?;
    }
    let passed = pull::pass(context, remote.as_mut(), &mut || false).await?;
    outgoing::file(context, remote.as_mut()).await?;
    if remote.abilities().mirrors_deletion {
        push::drain(context, remote.as_mut()).await?;
    }
    match passed.visit {
        Some(visit) => visit.end(context, remote).await?,
        None => say_goodbye(remote).await,
    }
    let totals = passed.outcome?;
    finished(context);
    Ok(totals)
}

/// Fetches the body of one letter, waited for.
pub async fn fetch_body(context: &Context, placement: PlacementId) -> Result<()> {
    let mut remote = context.sign_in().await?;
    bodies::fetch_now(context, remote.as_mut(), &[placement]).await?;
    say_goodbye(remote).await;
    Ok(())
}

/// Submits what waits and files the copies, without looking at the mailboxes.
pub async fn send_waiting(context: &Context) -> Result<()> {
    if outgoing::drain(context).await? > 0 {
        let mut remote = context.sign_in().await?;
        outgoing::file(context, remote.as_mut()).await?;
        say_goodbye(remote).await;
    }
    Ok(())
}

async fn pull_loop(context: Context, mut ear: Ear, bells: Bells, mut naps: awake::Naps) {
    let mut backoff = Backoff::default();
    let mut listener: JoinSet<()> = JoinSet::new();
    let mut connection: Option<Box<dyn Remote>> = None;
    loop {
        if naps.has_slept() {
            // Whatever was connected before is gone, and would only be found out by waiting.
            connection = None;
        }
        let reused = connection.is_some();
        let patience = match pull_pass(&context, &mut connection, &mut ear, &bells).await {
            Ok(()) => {
                backoff.reset();
                if listener.try_join_next().is_some() || listener.is_empty() {
                    let (context, pull, naps) = (context.clone(), bells.pull.clone(), naps.clone());
                    listener.spawn(async move { news::listen(&context, &pull, naps).await });
                }
                Some(LOOK_EVERY)
            }
            // A connection that was kept may have died of old age: that alone is no failure to speak of.
            Err(error) if reused && error.problem().is_some_and(pli_remote::Problem::is_retryable) => {
                connection = None;
                continue;
            }
            Err(error) => {
                connection = None;
                tracing::info!(account = %context.account, %error, "the look at the server ended");
                context.set_failed(&error);
                (!error.needs_sign_in()).then(|| backoff.next())
            }
        };
        ear.wait(patience).await;
    }
}

async fn pull_pass(
    context: &Context,
    connection: &mut Option<Box<dyn Remote>>,
    ear: &mut Ear,
    bells: &Bells,
) -> Result<()> {
    let mut remote = match connection.take() {
        Some(remote) => remote,
        None => context.sign_in().await?,
    };
    context.set_status(|status| {
        *status = Status {
            state: State::Checking,
            synced_at: status.synced_at,
            ..Status::default()
        }
    });
    if remote.abilities().mirrors_deletion {
        // What waits goes before the look: it would otherwise be listed in its old place first.
        push::drain(context, remote.as_mut()).await?;
    }
    let passed = pull::pass(context, remote.as_mut(), &mut || ear.has_rung()).await?;
    outgoing::file(context, remote.as_mut()).await?;
    match passed.visit {
        // A POP3 session locks the maildrop: it is not kept.
        Some(visit) => visit.end(context, remote).await?,
        None => *connection = Some(remote),
    }
    passed.outcome?;
    // A server that can be reached is the best moment to try what failed before.
    bells.push.ring();
    bells.send.ring();
    finished(context);
    Ok(())
}

async fn push_loop(context: Context, mut ear: Ear, mut naps: awake::Naps) {
    let mut backoff = Backoff::default();
    let mut connection: Option<Box<dyn Remote>> = None;
    loop {
        if naps.has_slept() {
            connection = None;
        }
        let patience = match push_pass(&context, &mut connection).await {
            Ok(Waiting::Nothing) => {
                backoff.reset();
                connection.is_some().then_some(LINGER)
            }
            Ok(Waiting::Postponed) => Some(DUE_EVERY),
            Err(error) => {
                tracing::info!(account = %context.account, %error, "operations wait");
                connection = None;
                Some(until_next_try(&error, &mut backoff))
            }
        };
        if !ear.wait(patience).await
            && patience == Some(LINGER)
            && let Some(idle) = connection.take()
        {
            say_goodbye(idle).await;
        }
    }
}

/// What is left after a pass.
enum Waiting {
    Nothing,
    Postponed,
}

async fn push_pass(context: &Context, connection: &mut Option<Box<dyn Remote>>) -> Result<Waiting> {
    let wanted = context.take_wanted();
    if !wanted.is_empty() || push::is_anything_due(context).await? {
        let reused = connection.is_some();
        let mut remote = match connection.take() {
            Some(remote) => remote,
            None => context.sign_in().await.inspect_err(|_| want_again(context, &wanted))?,
        };
        match work(context, remote.as_mut(), &wanted).await {
            Ok(()) => *connection = Some(remote),
            Err(error) => {
                want_again(context, &wanted);
                // A connection that was kept may have died of old age: the next try, at once, is on a new one.
                let retryable = error.problem().is_some_and(pli_remote::Problem::is_retryable);
                return if reused && retryable {
                    Ok(Waiting::Postponed)
                } else {
                    Err(error)
                };
            }
        }
    }
    Ok(if push::is_anything_pending(context).await? {
        Waiting::Postponed
    } else {
        Waiting::Nothing
    })
}

/// What is done under the hand comes first: a letter that somebody waits for, then operations.
async fn work(context: &Context, remote: &mut dyn Remote, wanted: &[PlacementId]) -> Result<()> {
    bodies::fetch_now(context, remote, wanted).await?;
    if remote.abilities().mirrors_deletion {
        push::drain(context, remote).await?;
    }
    passport::keep_findings(context, remote).await
}

fn want_again(context: &Context, wanted: &[PlacementId]) {
    wanted.iter().rev().for_each(|placement| context.want(*placement));
}

async fn send_loop(context: Context, mut ear: Ear, bells: Bells) {
    let mut backoff = Backoff::default();
    loop {
        let patience = match outgoing::drain(&context).await {
            Ok(sent) => {
                backoff.reset();
                if sent > 0 {
                    // Their copies are filed on the connection that looks.
                    bells.pull.ring();
                }
                match outgoing::is_anything_queued(&context).await {
                    Ok(false) => None,
                    Ok(true) | Err(_) => Some(DUE_EVERY),
                }
            }
            Err(error) => {
                tracing::info!(account = %context.account, %error, "letters wait in the outbox");
                if error.needs_sign_in() {
                    context.set_failed(&error);
                }
                Some(until_next_try(&error, &mut backoff))
            }
        };
        ear.wait(patience).await;
    }
}

/// A refused password is not tried again and again: providers lock accounts for that. A new one rings the bell.
fn until_next_try(error: &SyncError, backoff: &mut Backoff) -> Duration {
    if error.needs_sign_in() {
        REFUSED_PASSWORD
    } else {
        backoff.next()
    }
}

async fn say_goodbye(remote: Box<dyn Remote>) {
    let _ = tokio::time::timeout(GOODBYE, remote.quit()).await;
}

fn finished(context: &Context) {
    let now = context.clock.now();
    context.set_status(|status| {
        *status = Status {
            state: State::Idle,
            synced_at: Some(now),
            ..Status::default()
        }
    });
}

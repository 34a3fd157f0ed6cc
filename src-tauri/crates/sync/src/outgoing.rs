//! The way out: submission, and the copy in Sent.
//!
//! The outbox row goes `Queued -> Sending -> Committing -> Sent`, each step durable before the bytes that it
//! stands for. Only an error before the end of the data is tried again; an answer lost after it makes the letter
//! `Unknown`, which is resolved by finding the server's own copy or by the person, never by sending again.

use crate::{Context, Result, apply, retry};
use pli_model::{
    Account, Address, CommandId, FlagChange, Flags, Marking, Operation, OutboxId, OutboxState, RecipientVerdict, Role,
    SentPolicy, Submission, Timestamp,
};
use pli_remote::{Problem, Receipt, Remote, ServerId, SubmitError};
use pli_store::{Act, OutboxRow, StoreError};
use pli_vault::Secret;

/// Submits every letter that is due and answers how many the server took. An error of the connection or of the
/// sign-in ends it; a refused letter is marked as failed and the next one goes on.
pub async fn drain(context: &Context) -> Result<usize> {
    let mut sent = 0;
    loop {
        let (account, now) = (context.account, context.clock.now());
        let Some(row) = context
            .store
            .read(move |reader| reader.next_outgoing(account, now))
            .await?
        else {
            return Ok(sent);
        };
        sent += usize::from(send(context, &row).await? == OutboxState::Sent);
    }
}

/// Whether any letter waits to be sent, due or not.
pub async fn is_anything_queued(context: &Context) -> Result<bool> {
    let account = context.account;
    let queued = move |row: &OutboxRow| row.account == account && row.state == OutboxState::Queued;
    Ok(context
        .store
        .read(move |reader| Ok(reader.outbox()?.iter().any(queued)))
        .await?)
}

async fn send(context: &Context, row: &OutboxRow) -> Result<OutboxState> {
    let (account, password) = context.credentials(Secret::Outgoing).await?;
    let Some(raw) = context.store.body(row.digest).await? else {
        let words = "the letter's text is missing from the local cache; write it again";
        set(context, row, OutboxState::Failed, words, None, &row.verdicts).await?;
        return Ok(OutboxState::Failed);
    };
    let recipients = row
        .verdicts
        .iter()
        .map(|verdict| Address::bare(verdict.email.as_str()))
        .collect();
    let submission = Submission {
        from: Address::bare(row.from.as_str()),
        recipients,
        raw,
    };
    set(context, row, OutboxState::Sending, "", None, &row.verdicts).await?;
    let outcome = pli_remote::submit(&context.connector, &account, &password, &submission, async || {
        set(context, row, OutboxState::Committing, "", None, &row.verdicts).await
    })
    .await;
    match outcome {
        Ok(receipt) => accepted(context, row, receipt).await,
        Err(failure) => refused(context, row, failure).await,
    }
}

async fn accepted(context: &Context, row: &OutboxRow, receipt: Receipt) -> Result<OutboxState> {
    let reply = format!("{} {}", receipt.code, receipt.text);
    set(context, row, OutboxState::Sent, &reply, None, &receipt.verdicts).await?;
    let turned_away: Vec<&str> = receipt
        .verdicts
        .iter()
        .filter(|verdict| !verdict.is_accepted())
        .map(|verdict| verdict.email.as_str())
        .collect();
    if !turned_away.is_empty() {
        context.notice(format!(
            "“{}” was sent, but not to {}: the server refused",
            row.subject,
            turned_away.join(", ")
        ));
    }
    mark_answered(context, row).await?;
    Ok(OutboxState::Sent)
}

async fn refused(context: &Context, row: &OutboxRow, failure: SubmitError) -> Result<OutboxState> {
    let SubmitError {
        error,
        may_have_been_sent,
        verdicts,
    } = failure;
    let verdicts = if verdicts.is_empty() { &row.verdicts } else { &verdicts };
    if may_have_been_sent {
        set(context, row, OutboxState::Unknown, &error.text, None, verdicts).await?;
        context.notice(format!(
            "“{}” may have been sent: the server's answer was lost",
            row.subject
        ));
        return Err(error.into());
    }
    if error.problem.is_retryable() || error.problem == Problem::SignInRefused {
        let wait = i64::try_from(retry::after(row.attempts).as_millis()).unwrap_or(i64::MAX);
        let next = context.clock.now().plus_millis(wait);
        set(context, row, OutboxState::Queued, &error.text, Some(next), verdicts).await?;
        // A server that puts one letter off may take the next; a dead line takes none.
        return if error.problem == Problem::TemporarilyRefused {
            Ok(OutboxState::Queued)
        } else {
            Err(error.into())
        };
    }
    set(context, row, OutboxState::Failed, &error.text, None, verdicts).await?;
    context.notice(format!("“{}” was not sent: {}", row.subject, error.text));
    Ok(OutboxState::Failed)
}

async fn set(
    context: &Context,
    row: &OutboxRow,
    state: OutboxState,
    reply: &str,
    next: Option<Timestamp>,
    verdicts: &[RecipientVerdict],
) -> Result<()> {
    let (id, reply, verdicts): (OutboxId, _, _) = (row.id, reply.to_owned(), verdicts.to_vec());
    let next = next.unwrap_or(row.next_at);
    Ok(context
        .store
        .write(move |writer| writer.set_outbox_state(id, state, &reply, next, &verdicts))
        .await?)
}

async fn mark_answered(context: &Context, row: &OutboxRow) -> Result<()> {
    let (Some(answered), Some(command)) = (row.answered, CommandId::new(format!("answered-{}", row.id))) else {
        return Ok(());
    };
    let account = context.account;
    let change = Operation::Mark(Marking::flags(FlagChange::add(Flags::ANSWERED)));
    let outcome = context
        .store
        .write(move |writer| writer.enqueue_consequence(&command, account, &[Act::new(change, [answered])]))
        .await;
    match outcome {
        // The answered letter may be gone meanwhile.
        Ok(_) | Err(StoreError::NotFound(_)) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Files copies of sent letters, and clears up letters whose answer was lost by looking for the server's copy.
pub async fn file(context: &Context, remote: &mut dyn Remote) -> Result<()> {
    let account = context.account().await?;
    let id = context.account;
    let waiting = context
        .store
        .read(move |reader| {
            let unknown = |row: &OutboxRow| row.account == id && row.state == OutboxState::Unknown;
            let mut waiting = reader.unfiled(id)?;
            waiting.extend(reader.outbox()?.into_iter().filter(unknown));
            Ok(waiting)
        })
        .await?;
    for row in waiting {
        file_one(context, &account, remote, &row).await?;
    }
    Ok(())
}

async fn file_one(context: &Context, account: &Account, remote: &mut dyn Remote, row: &OutboxRow) -> Result<()> {
    let (id, digest) = (row.id, row.digest);
    let sent = {
        let account = account.id;
        context
            .store
            .read(move |reader| reader.mailbox_for(account, Role::Sent))
            .await?
    };
    if !remote.abilities().mailboxes {
        if row.state == OutboxState::Sent
            && let (Some(sent), Some(raw)) = (sent, context.store.body(digest).await?)
        {
            apply::sent_copy(context, sent.id, None, raw, digest).await?;
            context.store.write(move |writer| writer.set_filed(id)).await?;
        }
        return Ok(());
    }
    let path = sent.as_ref().map_or("Sent", |mailbox| mailbox.server_path.as_str());
    let _turn = context.shared.turn.lock().await;
    if sent.as_ref().is_none_or(|mailbox| mailbox.known.uid_validity.is_none()) {
        remote.create_mailbox(path).await?;
    }
    let found = !remote.find_message_id(path, &row.message_id).await?.is_empty();
    if row.state == OutboxState::Unknown {
        if found {
            set(
                context,
                row,
                OutboxState::Sent,
                "found in the Sent mailbox: the server had taken it",
                None,
                &row.verdicts,
            )
            .await?;
            context.store.write(move |writer| writer.set_filed(id)).await?;
        }
        return Ok(());
    }
    if !found
        && account.sent_policy == SentPolicy::File
        && let Some(raw) = context.store.body(digest).await?
    {
        let appended = remote.append(path, &raw, Flags::SEEN, &[], row.created).await?;
        if let Some(sent) = &sent {
            // Shown at once, without fetching it again. Without a UID that we can trust the next look recognises it.
            let uid = appended
                .filter(|at| Some(at.validity) == sent.known.uid_validity)
                .and_then(|at| match at.id {
                    ServerId::Uid(uid) => Some(uid),
                    ServerId::Uidl(_) => None,
                });
            apply::sent_copy(context, sent.id, uid, raw, row.digest).await?;
        }
    }
    context.store.write(move |writer| writer.set_filed(id)).await?;
    Ok(())
}

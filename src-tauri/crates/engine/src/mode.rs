//! Changing an account between IMAP and POP3.

use crate::accounts::{LOCAL_MAILBOXES, at_server};
use crate::{Engine, EngineError, Field, Result};
use pli_model::{Account, AccountId, Endpoint, Protocol, Role};
use pli_store::NewMailbox;
use pli_sync::{Change, Happening, Outlook, State, Status, SyncError};
use pli_vault::Secret;
use std::sync::PoisonError;
use tokio::sync::oneshot;
use zeroize::Zeroizing;

/// What an account is to be.
#[derive(Clone)]
pub struct ModeChange {
    pub account: AccountId,
    pub protocol: Protocol,
    /// The server of the other protocol.
    pub incoming: Endpoint,
    /// The password there; the one that is kept where it is empty.
    pub password: String,
}

impl Engine {
    /// What a change of protocol would come to. Signs in at the other server and changes nothing.
    pub async fn preview_mode(&self, ask: &ModeChange) -> Result<Outlook> {
        let change = self.prepare_mode(ask).await?;
        pli_sync::preview(&self.context(ask.account), &change)
            .await
            .map_err(at_incoming)
    }

    /// Changes the protocol of an account in place, and has it looked at. The account's loops rest meanwhile. Breaking this
    /// off, or a crash, leaves the account as it was, or changed: there is nothing in between.
    pub async fn change_mode(&self, ask: &ModeChange) -> Result<Outlook> {
        let change = self.prepare_mode(ask).await?;
        let loops = self.running().accounts.remove(&ask.account);
        let was_running = loops.is_some();
        let (stop, stopped) = oneshot::channel();
        self.running().changing.insert(ask.account, stop);
        let quiet = match loops {
            Some(loops) => loops.stop().await,
            None => Ok(()),
        };
        let outcome = match quiet {
            Ok(()) => tokio::select! {
                outcome = self.carry_out_mode(ask, change) => outcome,
                Ok(()) = stopped => Err(self.stopped(ask).await),
            },
            Err(error) => Err(error.into()),
        };
        self.running().changing.remove(&ask.account);
        if was_running {
            self.forget_counts(ask.account);
            let started = pli_sync::Account::start(&self.context(ask.account));
            self.running().accounts.insert(ask.account, started);
        }
        outcome
    }

    /// What was counted on the way says nothing about the look that follows: it may wait long for its server.
    fn forget_counts(&self, account: AccountId) {
        let known = self.inner.statuses.lock().unwrap_or_else(PoisonError::into_inner);
        let status = Status {
            state: State::Checking,
            synced_at: known.get(&account).and_then(|status| status.synced_at),
            ..Status::default()
        };
        let _ = self.inner.happenings.send(Happening::Status(account, status));
    }

    /// Stops a change of protocol that is under way.
    pub fn stop_mode(&self, account: AccountId) {
        if let Some(stop) = self.running().changing.remove(&account) {
            let _ = stop.send(());
        }
    }

    /// Where it was stopped: the store may have been about to write.
    async fn stopped(&self, ask: &ModeChange) -> EngineError {
        match self.account(ask.account).await {
            Ok(entry) if entry.account.protocol == ask.protocol => {
                EngineError::refused("it was changed already; what is missing is fetched now")
            }
            Ok(_) => EngineError::refused("stopped: the account is read as before, and what was fetched is kept"),
            Err(error) => error,
        }
    }

    async fn carry_out_mode(&self, ask: &ModeChange, change: Change) -> Result<Outlook> {
        let password = change.password.clone();
        let outlook = pli_sync::change(&self.context(ask.account), change)
            .await
            .map_err(at_incoming)?;
        if !ask.password.is_empty() {
            self.inner.vault.put(ask.account, Secret::Incoming, &password).await?;
        }
        Ok(outlook)
    }

    async fn prepare_mode(&self, ask: &ModeChange) -> Result<Change> {
        let id = ask.account;
        let account = self.inner.store.read(move |reader| reader.account(id)).await?;
        if account.protocol == ask.protocol {
            return Err(EngineError::refused(format!(
                "{} is read by that protocol already",
                account.email
            )));
        }
        let password = match ask.password.is_empty() {
            true => self.inner.vault.get(id, Secret::Incoming).await?,
            false => Some(Zeroizing::new(ask.password.clone())),
        };
        let password = password.ok_or_else(|| SyncError::NoPassword(account.email.clone()))?;
        let local = |(path, role): &(&str, Role)| NewMailbox::local(path, *role);
        Ok(Change {
            account: Account {
                protocol: ask.protocol,
                incoming: ask.incoming.clone(),
                ..account
            },
            password,
            command: self.new_command(),
            local: LOCAL_MAILBOXES
                .iter()
                .filter(|(_, role)| *role != Role::Inbox)
                .map(local)
                .collect(),
        })
    }
}

/// A refusal of the other server is told where a face can show it.
fn at_incoming(error: SyncError) -> EngineError {
    match error {
        SyncError::Remote(error) => at_server(Field::Incoming)(error),
        other => other.into(),
    }
}

//! What every loop of an account shares.

use crate::{Happening, Result, State, Status, SyncError};
use pli_model::{AccountId, Clock, PlacementId, Retention};
use pli_net::Connector;
use pli_remote::Remote;
use pli_store::Store;
use pli_vault::{Secret, Vault};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::mpsc::UnboundedSender;
use zeroize::Zeroizing;

/// The rooms a sync works with, and whose account it is. Cheap to clone.
#[derive(Clone)]
pub struct Context {
    /// Whose mail.
    pub account: AccountId,
    /// Where it is kept.
    pub store: Store,
    /// Where its password is.
    pub vault: Vault,
    /// How its servers are reached.
    pub connector: Connector,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Who is told. The engine drains it at once, so it has no bound.
    pub happenings: UnboundedSender<Happening>,
    pub(crate) shared: Arc<Shared>,
    /// Whether every letter is to be brought here whole, whatever the account keeps otherwise.
    brings_everything: bool,
}

#[derive(Default)]
pub(crate) struct Shared {
    /// Looking at the server and changing it take turns.
    pub turn: tokio::sync::Mutex<()>,
    /// Letters whose body a person wants to read now.
    wanted: Mutex<Vec<PlacementId>>,
    status: Mutex<Status>,
}

impl Context {
    /// The context of one account.
    pub fn new(
        account: AccountId,
        store: Store,
        vault: Vault,
        connector: Connector,
        clock: Arc<dyn Clock>,
        happenings: UnboundedSender<Happening>,
    ) -> Self {
        Self {
            account,
            store,
            vault,
            connector,
            clock,
            happenings,
            shared: Arc::default(),
            brings_everything: false,
        }
    }

    /// The same, where every letter is brought here whole. It is nowhere written down: what is broken off leaves no trace of it.
    pub(crate) fn bringing_everything(&self) -> Self {
        Self {
            brings_everything: true,
            ..self.clone()
        }
    }

    /// What is to be kept here whole.
    pub(crate) async fn retention(&self) -> Result<Retention> {
        match self.brings_everything {
            true => Ok(Retention::Everything),
            false => Ok(self.account().await?.retention),
        }
    }

    /// The account as it is kept now.
    pub(crate) async fn account(&self) -> Result<pli_model::Account> {
        let id = self.account;
        Ok(self.store.read(move |reader| reader.account(id)).await?)
    }

    /// The account and its password at one of its servers.
    pub(crate) async fn credentials(&self, kind: Secret) -> Result<(pli_model::Account, Zeroizing<String>)> {
        let account = self.account().await?;
        let password = self.vault.get(self.account, kind).await?;
        let password = password.ok_or_else(|| SyncError::NoPassword(account.email.clone()))?;
        Ok((account, password))
    }

    /// A new signed-in connection to the mail store.
    pub(crate) async fn sign_in(&self) -> Result<Box<dyn Remote>> {
        let (account, password) = self.credentials(Secret::Incoming).await?;
        let id = self.account;
        let passport = self.store.read(move |reader| reader.passport(id)).await?;
        Ok(pli_remote::sign_in(&self.connector, &account, &password, &passport).await?)
    }

    /// Asks for a letter's body, before everything else.
    pub(crate) fn want(&self, placement: PlacementId) {
        let mut wanted = self.wanted();
        if !wanted.contains(&placement) {
            wanted.push(placement);
        }
    }

    /// Takes what is wanted, the last one first: it is what the person looks at.
    pub(crate) fn take_wanted(&self) -> Vec<PlacementId> {
        let mut wanted = std::mem::take(&mut *self.wanted());
        wanted.reverse();
        wanted
    }

    fn wanted(&self) -> std::sync::MutexGuard<'_, Vec<PlacementId>> {
        self.shared.wanted.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the status and tells it when it is another one.
    pub(crate) fn set_status(&self, change: impl FnOnce(&mut Status)) {
        let mut status = self.shared.status.lock().unwrap_or_else(PoisonError::into_inner);
        let before = status.clone();
        change(&mut status);
        if *status != before {
            let _ = self.happenings.send(Happening::Status(self.account, status.clone()));
        }
    }

    /// The status after an error.
    pub(crate) fn set_failed(&self, error: &SyncError) {
        let state = match error.problem() {
            _ if error.needs_sign_in() => State::SignInNeeded,
            Some(problem) if problem.is_retryable() => State::Offline,
            _ => State::Failed,
        };
        let (message, problem) = (error.to_string(), error.problem());
        self.set_status(|status| {
            *status = Status {
                state,
                message,
                problem,
                synced_at: status.synced_at,
                ..Status::default()
            }
        });
    }

    /// A sentence for the person.
    pub(crate) fn notice(&self, text: String) {
        let _ = self.happenings.send(Happening::Notice(self.account, text));
    }
}

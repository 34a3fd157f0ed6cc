//! The engine itself: its rooms, and how it starts and stops.

use crate::hub::{self, Event};
use crate::views::Views;
use crate::{Result, Status};
use pli_model::{AccountId, Clock, CommandId};
use pli_net::{Connector, Timeouts};
use pli_store::Store;
use pli_sync::{Context, Happening};
use pli_vault::{KeySource, Vault};
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::{broadcast, mpsc, oneshot};
use zeroize::Zeroizing;

/// Events a slow face may lag behind before it is told to read again.
const EVENTS: usize = 1_024;

/// What a face hands in.
pub struct Options {
    /// The profile folder; made when it does not exist.
    pub profile: PathBuf,
    /// Where the vault's key comes from.
    pub key: KeySource,
    /// The wall clock.
    pub clock: Arc<dyn Clock>,
    /// Fills a buffer with random bytes fit for ids.
    pub random: fn(&mut [u8]),
    /// Certificates in PEM to trust besides the system's; empty for none.
    pub extra_roots: Vec<u8>,
}

/// A running engine. Cheap to clone; it ends with its last clone.
#[derive(Clone)]
pub struct Engine {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub profile: PathBuf,
    pub store: Store,
    pub vault: Vault,
    pub connector: Connector,
    pub clock: Arc<dyn Clock>,
    pub random: fn(&mut [u8]),
    pub views: Arc<Views>,
    pub running: Mutex<Running>,
    pub statuses: Arc<Mutex<HashMap<AccountId, Status>>>,
    pub events: broadcast::Sender<Event>,
    pub happenings: mpsc::UnboundedSender<Happening>,
    hub: tokio::task::JoinHandle<()>,
}

/// The accounts whose loops are at work.
#[derive(Default)]
pub(crate) struct Running {
    /// Whether accounts are started as they are added.
    pub started: bool,
    pub accounts: HashMap<AccountId, pli_sync::Account>,
    /// Accounts whose protocol is being changed, and how to stop it.
    pub changing: HashMap<AccountId, oneshot::Sender<()>>,
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.hub.abort();
    }
}

impl Engine {
    /// Opens a profile. Must be called within a tokio runtime. Nothing is connected before [`Self::start`].
    pub async fn open(options: Options) -> Result<Self> {
        let profile = options.profile;
        std::fs::create_dir_all(&profile).map_err(crate::EngineError::file(&profile))?;
        let (path, clock) = (profile.clone(), Arc::clone(&options.clock));
        let store = tokio::task::spawn_blocking(move || Store::open(&path, clock)).await??;
        let vault = Vault::open(&profile, options.key)?;
        let connector = Connector::new(&options.extra_roots, Timeouts::default())?;
        let (events, _) = broadcast::channel(EVENTS);
        let (happenings, heard) = mpsc::unbounded_channel();
        let views = Arc::new(Views::default());
        let statuses = Arc::default();
        let hub = tokio::spawn(hub::run(hub::Hub {
            store: store.clone(),
            changes: store.changes(),
            happenings: heard,
            views: Arc::clone(&views),
            statuses: Arc::clone(&statuses),
            events: events.clone(),
        }));
        let inner = Inner {
            profile,
            store,
            vault,
            connector,
            clock: options.clock,
            random: options.random,
            views,
            running: Mutex::default(),
            statuses,
            events,
            happenings,
            hub,
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// Starts the loops of every account, and of those that are added from now on.
    pub async fn start(&self) -> Result<()> {
        let accounts = self.inner.store.read(|reader| reader.accounts()).await?;
        let mut running = self.running();
        running.started = true;
        for account in accounts {
            running
                .accounts
                .entry(account.id)
                .or_insert_with(|| pli_sync::Account::start(&self.context(account.id)));
        }
        Ok(())
    }

    /// What happens from now on. A receiver that lags must read everything again.
    pub fn events(&self) -> broadcast::Receiver<Event> {
        self.inner.events.subscribe()
    }

    pub(crate) fn context(&self, account: AccountId) -> Context {
        let inner = &self.inner;
        Context::new(
            account,
            inner.store.clone(),
            inner.vault.clone(),
            inner.connector.clone(),
            Arc::clone(&inner.clock),
            inner.happenings.clone(),
        )
    }

    pub(crate) fn running(&self) -> std::sync::MutexGuard<'_, Running> {
        self.inner.running.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Tells the loops of an account something, when they are at work.
    pub(crate) fn tell(&self, account: AccountId, what: impl FnOnce(&pli_sync::Account)) {
        if let Some(running) = self.running().accounts.get(&account) {
            what(running);
        }
    }

    pub(crate) fn random_bytes(&self) -> [u8; 16] {
        let mut bytes = [0_u8; 16];
        (self.inner.random)(&mut bytes);
        bytes
    }

    /// A fresh id for an act, for a face without ids of its own.
    pub fn new_command(&self) -> CommandId {
        CommandId::random(self.random_bytes())
    }

    /// Looks for what should not be: see `pli doctor`.
    pub async fn check(&self) -> Result<Vec<pli_store::Finding>> {
        Ok(self.inner.store.check().await?)
    }

    /// Throws away bodies that nothing mentions any more; answers how many.
    pub async fn collect_orphans(&self) -> Result<u64> {
        Ok(self.inner.store.collect_orphans().await?)
    }

    /// The vault's state. Tries to open it.
    pub async fn vault_state(&self) -> Result<pli_vault::State> {
        Ok(self.inner.vault.state().await?)
    }

    /// Opens the passphrase vault, or makes it, and lets waiting accounts go on.
    pub async fn unlock_vault(&self, passphrase: Zeroizing<String>) -> Result<()> {
        let vault = &self.inner.vault;
        if vault.state().await? == pli_vault::State::KeyLost {
            // What it held cannot be read any more by anyone: each account will ask to be signed in again.
            vault.start_over().await?;
        }
        vault.unlock(passphrase).await?;
        self.look(None);
        Ok(())
    }

    /// Looks at the servers now: of one account, or of all.
    pub fn look(&self, account: Option<AccountId>) {
        let running = self.running();
        running
            .accounts
            .iter()
            .filter(|(id, _)| account.is_none_or(|wanted| wanted == **id))
            .for_each(|(_, loops)| loops.look());
    }
}

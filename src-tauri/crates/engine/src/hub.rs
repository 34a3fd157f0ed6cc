//! From commits and happenings to events: the one place where changes meet the open views.

use crate::views::Views;
use crate::{Status, ViewId};
use pli_model::{AccountId, PlacementId};
use pli_store::{Change, Commit, Store};
use pli_sync::Happening;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::{broadcast, mpsc};

/// Commits that come within this time are told as one: a first sync commits many times a second.
const GATHER: Duration = Duration::from_millis(25);

/// What a face is told without asking. It says what to read again, not what is there.
#[derive(Debug, Clone)]
pub enum Event {
    /// A window of this view is out of date.
    ViewChanged {
        view: ViewId,
        version: u32,
        total: u32,
    },
    AccountsChanged,
    MailboxesChanged,
    OutboxChanged,
    DraftsChanged,
    /// What an account is doing, and how many operations of it wait.
    Status {
        account: AccountId,
        status: Status,
        waiting: u32,
    },
    /// Marks of a letter changed, or its body arrived.
    LetterChanged(PlacementId),
    NewLetters {
        account: AccountId,
        letters: Vec<PlacementId>,
    },
    Notice {
        account: AccountId,
        text: String,
    },
    /// Events were lost.
    ReadAgain,
}

pub(crate) struct Hub {
    pub store: Store,
    pub changes: broadcast::Receiver<Arc<Commit>>,
    pub happenings: mpsc::UnboundedReceiver<Happening>,
    pub views: Arc<Views>,
    pub statuses: Arc<Mutex<HashMap<AccountId, Status>>>,
    pub events: broadcast::Sender<Event>,
}

/// Runs until the engine ends.
pub(crate) async fn run(mut hub: Hub) {
    loop {
        tokio::select! {
            commit = hub.changes.recv() => match commit {
                Ok(first) => hub.gather(first).await,
                Err(RecvError::Lagged(_)) => hub.read_again().await,
                Err(RecvError::Closed) => return,
            },
            Some(happening) = hub.happenings.recv() => hub.tell(happening).await,
        }
    }
}

impl Hub {
    async fn gather(&mut self, first: Arc<Commit>) {
        tokio::time::sleep(GATHER).await;
        let mut commits = vec![first];
        loop {
            match self.changes.try_recv() {
                Ok(next) => commits.push(next),
                Err(broadcast::error::TryRecvError::Lagged(_)) => return self.read_again().await,
                Err(_) => break,
            }
        }
        let changes: Vec<&Change> = commits.iter().flat_map(|commit| &commit.changes).collect();
        match self.views.apply(&self.store, &changes).await {
            Ok(touched) => touched.into_iter().for_each(|event| self.send(event)),
            Err(error) => {
                tracing::warn!(%error, "open views could not be brought up to date");
                self.send(Event::ReadAgain);
            }
        }
        self.tell_changes(&changes).await;
    }

    async fn tell_changes(&self, changes: &[&Change]) {
        let mut letters = HashSet::new();
        let mut waiting = HashSet::new();
        let (mut accounts, mut mailboxes, mut outbox, mut drafts) = (false, false, false, false);
        for change in changes {
            match change {
                Change::Accounts => accounts = true,
                Change::Mailboxes(_) | Change::Counts(_) => mailboxes = true,
                Change::Changed { placement, .. } => _ = letters.insert(*placement),
                Change::Appeared { .. } | Change::Vanished { .. } => {}
                Change::Outbox => outbox = true,
                Change::Drafts => drafts = true,
                Change::Operations(account) => _ = waiting.insert(*account),
            }
        }
        let plain = [
            (accounts, Event::AccountsChanged),
            (mailboxes, Event::MailboxesChanged),
            (outbox, Event::OutboxChanged),
            (drafts, Event::DraftsChanged),
        ];
        plain
            .into_iter()
            .filter(|(is_so, _)| *is_so)
            .for_each(|(_, event)| self.send(event));
        // The screen has one letter open; a sync changes thousands. Beyond a screenful it re-reads by its view.
        if letters.len() <= 64 {
            letters
                .into_iter()
                .for_each(|letter| self.send(Event::LetterChanged(letter)));
        }
        for account in waiting {
            let status = self.status(account);
            self.tell_status(account, status).await;
        }
    }

    async fn tell(&self, happening: Happening) {
        match happening {
            Happening::Status(account, status) => {
                self.statuses
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .insert(account, status.clone());
                self.tell_status(account, status).await;
            }
            Happening::NewLetters(account, letters) => self.send(Event::NewLetters { account, letters }),
            Happening::Notice(account, text) => self.send(Event::Notice { account, text }),
        }
    }

    async fn tell_status(&self, account: AccountId, status: Status) {
        let waiting = self
            .store
            .read(move |reader| reader.pending_count(account))
            .await
            .unwrap_or(0);
        self.send(Event::Status {
            account,
            status,
            waiting,
        });
    }

    fn status(&self, account: AccountId) -> Status {
        self.statuses
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(&account)
            .cloned()
            .unwrap_or_default()
    }

    async fn read_again(&self) {
        if let Err(error) = self.views.read_again(&self.store).await {
            tracing::warn!(%error, "open views could not be read again");
        }
        self.send(Event::ReadAgain);
    }

    fn send(&self, event: Event) {
        // No face listening is no error.
        let _ = self.events.send(event);
    }
}

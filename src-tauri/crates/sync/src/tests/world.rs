//! A profile on disk and a model server, and one step of either.

use super::model::{self, Connection, Fate, MAILBOXES, Server, Shared, Talents, lock, raw};
use crate::{Context, SyncError, pull, push};
use pli_model::{
    AccountId, Clock, CommandId, Endpoint, FlagChange, Flags, MailboxId, Marking, Operation, PlacementId, Protocol,
    Security, SentPolicy, Timestamp,
};
use pli_net::{Connector, Timeouts};
use pli_remote::Remote;
use pli_store::{Act, Mailbox, NewAccount, Reader, Store, View};
use pli_vault::{KeySource, Vault};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use tempfile::TempDir;
use tokio::sync::mpsc;

/// A clock that goes as the test wants.
#[derive(Default)]
struct Hand(AtomicI64);

impl Clock for Hand {
    fn now(&self) -> Timestamp {
        Timestamp(1_800_000_000_000 + self.0.load(Ordering::Relaxed))
    }
}

/// A profile on disk whose clock goes as the test wants.
pub struct Clocked {
    clock: Arc<Hand>,
    folder: TempDir,
}

impl Default for Clocked {
    fn default() -> Self {
        Self {
            clock: Arc::default(),
            folder: tempfile::tempdir().unwrap(),
        }
    }
}

impl Clocked {
    pub fn open_store(&self) -> Store {
        Store::open(self.folder.path(), self.clock.clone()).unwrap()
    }

    pub fn context_over(&self, account: AccountId, store: Store) -> Context {
        let (happenings, _) = mpsc::unbounded_channel();
        let key = KeySource::Passphrase("in a test".to_owned().into());
        Context::new(
            account,
            store,
            Vault::open(self.folder.path(), key).unwrap(),
            Connector::new(b"", Timeouts::default()).unwrap(),
            self.clock.clone(),
            happenings,
        )
    }

    pub fn days_pass(&self, days: i64) {
        self.clock.0.fetch_add(days * 24 * 60 * 60 * 1000, Ordering::Relaxed);
    }
}

/// Alice's account, to be read by that protocol.
pub fn alices_account(protocol: Protocol) -> NewAccount {
    NewAccount {
        email: "alice@north.test".to_owned(),
        name: String::new(),
        protocol,
        incoming: endpoint(),
        outgoing: endpoint(),
        user: "alice".to_owned(),
        sent_policy: SentPolicy::File,
    }
}

pub struct World {
    pub server: Shared,
    profile: Clocked,
    context: Option<Context>,
    pub account: AccountId,
    acts: u32,
    /// Letters that there must be, in whatever mailbox: the number and how many of it. It says nothing, and may go below
    /// none, where others delete: a letter that only this computer has left can be expunged too.
    pub expected: BTreeMap<u32, i32>,
}

/// What is in a mailbox: each letter with its flags and keywords.
pub type Content = Vec<(u32, u8, BTreeSet<String>)>;

fn endpoint() -> Endpoint {
    Endpoint {
        host: "127.0.0.1".to_owned(),
        port: 1,
        security: Security::Plain,
    }
}

impl World {
    pub async fn new(talents: Talents) -> Self {
        let profile = Clocked::default();
        let store = profile.open_store();
        let account = alices_account(Protocol::Imap);
        let account = store.write(move |writer| writer.add_account(&account)).await.unwrap();
        Self {
            server: Server::new(talents),
            context: Some(profile.context_over(account, store)),
            profile,
            account,
            acts: 0,
            expected: BTreeMap::new(),
        }
    }

    pub fn context(&self) -> &Context {
        self.context.as_ref().unwrap()
    }

    /// The program ends at this moment and is started again.
    pub async fn restart(&mut self) {
        self.context = None;
        self.context = Some(self.profile.context_over(self.account, self.profile.open_store()));
    }

    /// One sync whose connection breaks as fate will have it.
    pub async fn sync(&mut self, fate: Option<Fate>) -> Result<(), SyncError> {
        // Whatever was put off is due again.
        self.profile.clock.0.fetch_add(120_000, Ordering::Relaxed);
        let mut connection = Connection::open(&self.server, fate);
        let context = self.context();
        let outcome = async {
            push::drain(context, &mut connection).await?;
            pull::pass(context, &mut connection, &mut || false).await?.outcome?;
            push::drain(context, &mut connection as &mut dyn Remote).await
        };
        outcome.await
    }

    /// Syncs until nothing waits any more: some operations wait for a look, some letters for the next one.
    pub async fn settle(&mut self) {
        for _ in 0..20 {
            self.sync(None).await.unwrap();
            if self.pending().await == 0 && self.ours().await == self.theirs() {
                return;
            }
        }
    }

    pub async fn mailbox(&self, index: usize) -> Option<MailboxId> {
        let (account, path) = (self.account, MAILBOXES[index % MAILBOXES.len()].0);
        let mailbox = self
            .context()
            .store
            .read(move |reader| reader.mailbox_at(account, path))
            .await;
        mailbox.unwrap().map(|mailbox| mailbox.id)
    }

    pub async fn mailboxes(&self) -> Vec<Mailbox> {
        let account = self.account;
        let mailboxes = self.context().store.read(move |reader| reader.mailboxes(account)).await;
        mailboxes.unwrap()
    }

    /// Letters shown in that mailbox.
    pub async fn shown(&self, mailbox: MailboxId) -> Vec<PlacementId> {
        let keys = self
            .context()
            .store
            .read(move |reader| reader.view_keys(&View::Mailbox(mailbox)))
            .await
            .unwrap();
        keys.into_iter().map(|key| key.placement).collect()
    }

    async fn some(&self, mailbox: usize, picks: &[usize]) -> Vec<PlacementId> {
        let Some(mailbox) = self.mailbox(mailbox).await else {
            return Vec::new();
        };
        let shown = self.shown(mailbox).await;
        let picked: BTreeSet<PlacementId> = match shown.len() {
            0 => BTreeSet::new(),
            len => picks.iter().map(|pick| shown[pick % len]).collect(),
        };
        picked.into_iter().collect()
    }

    async fn number(&self, placement: PlacementId) -> u32 {
        let record = self
            .context()
            .store
            .read(move |reader| reader.letter(placement))
            .await
            .unwrap();
        record.row.message_id.split('@').next().unwrap().parse().unwrap()
    }

    /// Which letters are shown in that mailbox under those picks.
    pub async fn numbers(&self, mailbox: usize, picks: &[usize]) -> Vec<u32> {
        let mut numbers = Vec::new();
        for letter in self.some(mailbox, picks).await {
            numbers.push(self.number(letter).await);
        }
        numbers
    }

    pub fn act(&mut self) -> CommandId {
        self.acts += 1;
        CommandId::new(format!("act-{}", self.acts)).unwrap()
    }

    pub async fn enqueue(&mut self, operations: Vec<Operation>, letters: Vec<PlacementId>) -> CommandId {
        let (command, account) = (self.act(), self.account);
        let said = command.clone();
        self.context()
            .store
            .write(move |writer| {
                let act = |operation| Act::new(operation, letters.clone());
                let acts: Vec<Act> = operations.into_iter().map(act).collect();
                writer.enqueue(&said, account, &acts)
            })
            .await
            .unwrap();
        command
    }

    pub async fn mark(&mut self, mailbox: usize, picks: &[usize], add: u8, remove: u8, keyword: bool) {
        let letters = self.some(mailbox, picks).await;
        let marking = Marking {
            flags: FlagChange {
                add: Flags::from_bits(add & 7),
                remove: Flags::from_bits(remove & 7),
            },
            add_keywords: if keyword { vec!["todo".to_owned()] } else { Vec::new() },
            remove_keywords: if keyword { Vec::new() } else { vec!["todo".to_owned()] },
        };
        self.enqueue(vec![Operation::Mark(marking)], letters).await;
    }

    pub async fn move_to(&mut self, mailbox: usize, picks: &[usize], target: usize) -> Option<CommandId> {
        let letters = self.some(mailbox, picks).await;
        let target = self.mailbox(target).await?;
        Some(self.enqueue(vec![Operation::Move(target)], letters).await)
    }

    pub async fn copy_to(&mut self, mailbox: usize, picks: &[usize], target: usize) {
        let letters = self.some(mailbox, picks).await;
        let Some(target) = self.mailbox(target).await else {
            return;
        };
        for letter in &letters {
            *self.expected.entry(self.number(*letter).await).or_default() += 1;
        }
        self.enqueue(vec![Operation::Copy(target)], letters).await;
    }

    pub async fn expunge(&mut self, mailbox: usize, picks: &[usize]) {
        let letters = self.some(mailbox, picks).await;
        for letter in &letters {
            *self.expected.entry(self.number(*letter).await).or_default() -= 1;
        }
        self.enqueue(vec![Operation::Expunge], letters).await;
    }

    pub async fn undo(&mut self, command: &CommandId) {
        let (undo, command) = (self.act(), command.clone());
        self.context()
            .store
            .write(move |writer| writer.undo_command(&command, &undo))
            .await
            .unwrap();
    }

    /// A letter comes to the server.
    pub fn deliver(&mut self, mailbox: usize) {
        let number = u32::try_from(self.expected.len()).unwrap() + 1;
        self.expected.insert(number, 1);
        let mut server = lock(&self.server);
        let path = MAILBOXES[mailbox % MAILBOXES.len()].0;
        server
            .boxes
            .get_mut(path)
            .unwrap()
            .add(number, Flags::NONE, BTreeSet::new());
    }

    /// What the server has in each mailbox.
    pub fn theirs(&self) -> BTreeMap<String, Content> {
        let server = lock(&self.server);
        let content = |one: &model::Folder| {
            let letter = |letter: &model::Letter| (letter.number, letter.flags.bits(), letter.keywords.clone());
            sorted(one.letters.values().map(letter).collect())
        };
        server
            .boxes
            .iter()
            .map(|(path, one)| (path.clone(), content(one)))
            .collect()
    }

    /// What is shown here in each mailbox.
    pub async fn ours(&self) -> BTreeMap<String, Content> {
        let mut ours = BTreeMap::new();
        for mailbox in self.mailboxes().await {
            let shown = self.shown(mailbox.id).await;
            let at_server = move |reader: &Reader<'_>| {
                let mut ids = Vec::new();
                for id in shown {
                    // What the server lost when it made a mailbox anew stays here, and only here.
                    if reader.position(id)?.uid.is_some() {
                        ids.push(id);
                    }
                }
                Ok(ids)
            };
            let ids = self.context().store.read(at_server).await.unwrap();
            let rows = self
                .context()
                .store
                .read(move |reader| reader.rows(&ids))
                .await
                .unwrap();
            let content = rows.into_iter().map(|row| {
                let number = row.message_id.split('@').next().unwrap().parse().unwrap();
                (number, row.flags.bits(), row.keywords.into_iter().collect())
            });
            ours.insert(mailbox.path, sorted(content.collect()));
        }
        ours
    }

    /// How many of each letter the server has.
    pub fn counted(&self) -> BTreeMap<u32, i32> {
        let mut counted = BTreeMap::new();
        for (number, ..) in self.theirs().values().flatten() {
            *counted.entry(*number).or_default() += 1;
        }
        counted
    }

    pub async fn pending(&self) -> u32 {
        let account = self.account;
        self.context()
            .store
            .read(move |reader| reader.pending_count(account))
            .await
            .unwrap()
    }

    /// Every body is the letter's, and the store is sound.
    pub async fn is_sound(&self) {
        assert_eq!(self.context().store.check().await.unwrap(), []);
        for mailbox in self.mailboxes().await {
            for placement in self.shown(mailbox.id).await {
                let letter = self
                    .context()
                    .store
                    .read(move |reader| reader.letter(placement))
                    .await
                    .unwrap();
                let body = self
                    .context()
                    .store
                    .body(letter.digest.expect("its body is here"))
                    .await
                    .unwrap();
                assert_eq!(body, Some(raw(self.number(placement).await)));
            }
        }
    }
}

fn sorted(mut content: Content) -> Content {
    content.sort();
    content
}

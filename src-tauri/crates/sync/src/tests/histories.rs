//! Deliveries, deletions elsewhere, choices of what to leave, sessions that break and programs that end, at random, against
//! a model maildrop: no letter is lost, none is here twice, none is deleted there before it is safe here.

use super::maildrop::{Session, Shared, lock, session};
use super::model::{Fate, raw};
use super::world::{Clocked, alices_account};
use super::{killed, play};
use crate::{Context, SyncError};
use pli_model::{Account, AccountId, CommandId, LeaveOnServer, MailboxId, Operation, PlacementId, Protocol, Role};
use pli_store::{Act, NewMailbox, ServerCopy, View};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

#[derive(Debug, Clone)]
enum Step {
    // At the server.
    Deliver,
    DeliverReusing,
    TheyDelete(usize),
    RenameAll,
    // Here, by the person.
    Leave(LeaveOnServer),
    Delete(usize),
    DeleteAndUndo(usize),
    File(usize),
    DaysPass(u8),
    // Between the two.
    Sync,
    Broken { steps: u32, done: bool },
    Refusing(u32),
    Killed { polls: u32 },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let leave = prop_oneof![
        Just(LeaveOnServer::Everything),
        Just(LeaveOnServer::Nothing),
        Just(LeaveOnServer::UntilDeleted),
        (1..20_u16).prop_map(LeaveOnServer::Days),
    ];
    let pick = || 0..16_usize;
    let step = prop_oneof![
        6 => Just(Step::Deliver),
        1 => Just(Step::DeliverReusing),
        1 => pick().prop_map(Step::TheyDelete),
        1 => Just(Step::RenameAll),
        3 => leave.prop_map(Step::Leave),
        2 => pick().prop_map(Step::Delete),
        1 => pick().prop_map(Step::DeleteAndUndo),
        1 => pick().prop_map(Step::File),
        2 => (1..12_u8).prop_map(Step::DaysPass),
        3 => Just(Step::Sync),
        6 => (0..16_u32, any::<bool>()).prop_map(|(steps, done)| Step::Broken { steps, done }),
        4 => (0..3_u32).prop_map(Step::Refusing),
        4 => (0..60_u32).prop_map(|polls| Step::Killed { polls }),
    ];
    prop::collection::vec(step, 1..30)
}

struct World {
    maildrop: Shared,
    profile: Clocked,
    context: Option<Context>,
    account: AccountId,
    inbox: MailboxId,
    archive: MailboxId,
    acts: u32,
    delivered: u32,
    /// Letters that were here once.
    held: BTreeSet<u32>,
    /// Letters that the person has deleted for good.
    given_up: BTreeSet<u32>,
    leave: LeaveOnServer,
}

impl World {
    async fn new() -> Self {
        let profile = Clocked::default();
        let store = profile.open_store();
        let (account, inbox, archive) = store
            .write(|writer| {
                let account = writer.add_account(&alices_account(Protocol::Pop3))?;
                let inbox = writer.put_mailbox(account, &NewMailbox::new("INBOX", Role::Inbox))?;
                let archive = writer.put_mailbox(account, &NewMailbox::local("Archive", Role::Archive))?;
                Ok((account, inbox, archive))
            })
            .await
            .unwrap();
        let context = Some(profile.context_over(account, store));
        Self {
            maildrop: Shared::default(),
            profile,
            context,
            account,
            inbox,
            archive,
            acts: 0,
            delivered: 0,
            held: BTreeSet::new(),
            given_up: BTreeSet::new(),
            leave: LeaveOnServer::Everything,
        }
    }

    fn context(&self) -> &Context {
        self.context.as_ref().unwrap()
    }

    fn restart(&mut self) {
        self.context = None;
        self.context = Some(self.profile.context_over(self.account, self.profile.open_store()));
    }

    async fn sync(&self, fate: Option<Fate>) -> Result<(), SyncError> {
        session(self.context(), Session::open(&self.maildrop, fate)).await
    }

    async fn killed(&mut self, polls: u32) {
        let work = session(self.context(), Session::open(&self.maildrop, None));
        let _ = killed(work, polls).await;
        self.restart();
    }

    async fn here(&self) -> Vec<(u32, PlacementId)> {
        let mailboxes = [self.inbox, self.archive];
        let rows = self
            .context()
            .store
            .read(move |reader| {
                let mut ids = Vec::new();
                for mailbox in mailboxes {
                    ids.extend(
                        reader
                            .view_keys(&View::Mailbox(mailbox))?
                            .into_iter()
                            .map(|key| key.placement),
                    );
                }
                reader.rows(&ids)
            })
            .await
            .unwrap();
        let number = |id: &str| id.split('@').next().unwrap().parse().unwrap();
        rows.iter()
            .map(|row| (number(&row.message_id), row.placement))
            .collect()
    }

    async fn picked(&self, pick: usize) -> Option<(u32, PlacementId)> {
        let here = self.here().await;
        (!here.is_empty()).then(|| here[pick % here.len()])
    }

    async fn act(&mut self, operation: Operation, letter: PlacementId) -> CommandId {
        self.acts += 1;
        let (command, account) = (CommandId::new(format!("act-{}", self.acts)).unwrap(), self.account);
        let said = command.clone();
        self.context()
            .store
            .write(move |writer| writer.enqueue(&said, account, &[Act::new(operation, [letter])]))
            .await
            .unwrap();
        command
    }

    async fn delete(&mut self, pick: usize, undo: bool) {
        let Some((number, letter)) = self.picked(pick).await else {
            return;
        };
        let command = self.act(Operation::Expunge, letter).await;
        if !undo {
            self.given_up.insert(number);
            return;
        }
        let back = CommandId::new(format!("undo-{}", self.acts)).unwrap();
        let undone = self
            .context()
            .store
            .write(move |writer| writer.undo_command(&command, &back))
            .await;
        undone.unwrap();
    }

    async fn leave(&mut self, leave: LeaveOnServer) {
        let id = self.account;
        self.leave = leave;
        self.context()
            .store
            .write(move |writer| {
                let account = writer.account(id)?;
                writer.update_account(&Account {
                    leave_on_server: leave,
                    ..account
                })
            })
            .await
            .unwrap();
    }

    /// What must hold at any moment.
    async fn check(&mut self) {
        let mut counted: BTreeMap<u32, u32> = BTreeMap::new();
        for (number, _) in self.here().await {
            *counted.entry(number).or_default() += 1;
        }
        assert!(counted.values().all(|count| *count == 1), "here twice: {counted:?}");
        let lost = |number: &&u32| !counted.contains_key(number) && !self.given_up.contains(number);
        assert_eq!(
            self.held.iter().filter(lost).collect::<Vec<_>>(),
            Vec::<&u32>::new(),
            "lost here"
        );
        let deleted = lock(&self.maildrop).deleted.clone();
        assert_eq!(
            deleted.iter().filter(lost).collect::<Vec<_>>(),
            Vec::<&u32>::new(),
            "deleted before it was safe"
        );
        self.held.extend(counted.into_keys());
    }

    /// What must hold when a session has ended well.
    async fn check_settled(&mut self) {
        self.check().await;
        let there: BTreeMap<String, u32> = {
            let maildrop = lock(&self.maildrop);
            let letters = maildrop.letters.iter();
            letters.map(|letter| (letter.name.clone(), letter.number)).collect()
        };
        let is_missing = |number: &&u32| !self.held.contains(number) && !self.given_up.contains(number);
        assert_eq!(
            there.values().filter(is_missing).collect::<Vec<_>>(),
            Vec::<&u32>::new(),
            "never fetched"
        );
        if self.leave == LeaveOnServer::Nothing {
            assert_eq!(there, BTreeMap::new(), "left though nothing was to be left");
        }
        let account = self.account;
        let uidls = self
            .context()
            .store
            .read(move |reader| reader.uidls(account))
            .await
            .unwrap();
        for uidl in uidls {
            let is_there = there.contains_key(&uidl.name);
            assert_eq!(uidl.copy == ServerCopy::Listed, is_there, "{uidl:?}");
        }
    }

    async fn carry_out(&mut self, step: Step) {
        match step {
            Step::Deliver | Step::DeliverReusing => {
                self.delivered += 1;
                let mut maildrop = lock(&self.maildrop);
                match step {
                    Step::Deliver => maildrop.deliver(self.delivered),
                    _ => maildrop.deliver_reusing(self.delivered),
                }
            }
            Step::TheyDelete(pick) => {
                let mut maildrop = lock(&self.maildrop);
                let len = maildrop.letters.len();
                if len > 0 {
                    maildrop.remove(pick % len);
                }
            }
            Step::RenameAll => lock(&self.maildrop).rename_all(),
            Step::Leave(leave) => self.leave(leave).await,
            Step::Delete(pick) => self.delete(pick, false).await,
            Step::DeleteAndUndo(pick) => self.delete(pick, true).await,
            Step::File(pick) => {
                if let Some((_, letter)) = self.picked(pick).await {
                    self.act(Operation::Move(self.archive), letter).await;
                }
            }
            Step::DaysPass(days) => self.profile.days_pass(days.into()),
            Step::Sync => {
                self.sync(None).await.unwrap();
                self.check_settled().await;
            }
            Step::Broken { steps, done } => _ = self.sync(Some(Fate { steps, done })).await,
            Step::Refusing(rest) => {
                _ = session(self.context(), Session::refusing(&self.maildrop, rest)).await;
            }
            Step::Killed { polls } => self.killed(polls).await,
        }
        self.check().await;
    }
}

async fn run(steps: Vec<Step>) {
    let mut world = World::new().await;
    let names_change = steps
        .iter()
        .any(|step| matches!(step, Step::RenameAll | Step::DeliverReusing));
    let is_cut = steps
        .iter()
        .any(|step| matches!(step, Step::Broken { .. } | Step::Refusing(_) | Step::Killed { .. }));
    let ever_left_less = steps
        .iter()
        .any(|step| matches!(step, Step::Leave(leave) if *leave != LeaveOnServer::Everything));
    for step in steps {
        world.carry_out(step).await;
    }
    world.sync(None).await.unwrap();
    world.check_settled().await;
    let (deleted, sent) = {
        let maildrop = lock(&world.maildrop);
        (maildrop.deleted.clone(), maildrop.sent.clone())
    };
    if !ever_left_less {
        assert_eq!(deleted, BTreeSet::new(), "deleted unasked");
    }
    if !names_change && !is_cut {
        let distinct: BTreeSet<u32> = sent.iter().copied().collect();
        assert_eq!(distinct.len(), sent.len(), "fetched twice");
    }
    assert_eq!(world.context().store.check().await.unwrap(), []);
    for (number, placement) in world.here().await {
        let store = &world.context().store;
        let letter = store.read(move |reader| reader.letter(placement)).await.unwrap();
        let body = store.body(letter.digest.expect("its body is here")).await.unwrap();
        assert_eq!(body, Some(raw(number)));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, max_shrink_iters: 400, ..ProptestConfig::default() })]

    #[test]
    fn no_letter_is_lost_doubled_or_deleted_too_early(steps in steps()) {
        play(run(steps));
    }
}

#[test]
fn a_letter_that_took_a_name_in_silence_is_not_deleted_unseen() {
    play(async {
        let mut world = World::new().await;
        lock(&world.maildrop).deliver(1);
        world.sync(None).await.unwrap();
        {
            let mut maildrop = lock(&world.maildrop);
            maildrop.remove(0);
            // Of the same octets, so that no listing tells.
            maildrop.deliver_reusing(1001);
        }
        world.leave(LeaveOnServer::Nothing).await;
        world.sync(None).await.unwrap();
        assert_eq!(lock(&world.maildrop).deleted, BTreeSet::new());
        world.sync(None).await.unwrap();
        let here: BTreeSet<u32> = world.here().await.into_iter().map(|(number, _)| number).collect();
        assert_eq!(here, BTreeSet::from([1, 1001]));
        assert_eq!(lock(&world.maildrop).deleted, BTreeSet::from([1001]));
    });
}

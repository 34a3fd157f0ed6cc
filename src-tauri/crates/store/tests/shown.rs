//! Whatever happens in whatever order: what is shown is what the server said last and what our unfinished operations
//! say, the counters are right, and the doctor finds nothing.
//!
//! A model of a few lines says what is to be shown; the store is held against it after every step.
// Clippy takes the helpers of an integration test for no test code.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use pli_model::{
    AccountId, Clock, CommandId, Endpoint, Envelope, FlagChange, Flags, MailboxId, Operation, OperationId, PlacementId,
    Protocol, Role, Security, SentPolicy, Timestamp, Uid,
};
use pli_store::{NewAccount, NewMailbox, NewPlacement, Result, Store, View};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::runtime::Runtime;

struct Noon;

impl Clock for Noon {
    fn now(&self) -> Timestamp {
        Timestamp(43_200_000)
    }
}

const MAILBOXES: usize = 3;

#[derive(Debug, Clone)]
enum Step {
    Add { mailbox: usize, flags: u8 },
    Flag { letters: Vec<usize>, add: u8, remove: u8 },
    Move { letters: Vec<usize>, target: usize },
    Settle(usize),
    Undo(usize),
    ServerFlags { letter: usize, flags: u8 },
    ServerMove { letter: usize, mailbox: usize },
    Expunge(usize),
    ClearUids(usize),
    Reopen,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let letters = || prop::collection::vec(0..8_usize, 1..4);
    let step = prop_oneof![
        3 => (0..MAILBOXES, 0..32_u8).prop_map(|(mailbox, flags)| Step::Add { mailbox, flags }),
        4 => (letters(), 0..32_u8, 0..32_u8).prop_map(|(letters, add, remove)| Step::Flag { letters, add, remove }),
        4 => (letters(), 0..MAILBOXES).prop_map(|(letters, target)| Step::Move { letters, target }),
        3 => (0..8_usize).prop_map(Step::Settle),
        2 => (0..8_usize).prop_map(Step::Undo),
        2 => (0..8_usize, 0..32_u8).prop_map(|(letter, flags)| Step::ServerFlags { letter, flags }),
        1 => (0..8_usize, 0..MAILBOXES).prop_map(|(letter, mailbox)| Step::ServerMove { letter, mailbox }),
        1 => (0..8_usize).prop_map(Step::Expunge),
        1 => (0..MAILBOXES).prop_map(Step::ClearUids),
        1 => Just(Step::Reopen),
    ];
    prop::collection::vec(step, 1..40)
}

/// What the server has, and what waits to be done there.
#[derive(Default)]
struct Model {
    truth: BTreeMap<PlacementId, (MailboxId, Flags)>,
    pending: Vec<(OperationId, Operation, Vec<PlacementId>)>,
}

impl Model {
    fn apply((mailbox, flags): (MailboxId, Flags), operation: Operation) -> (MailboxId, Flags) {
        match operation {
            Operation::Flag(change) => (mailbox, change.apply(flags)),
            Operation::Move(target) => (target, flags),
        }
    }

    fn shown(&self, letter: PlacementId) -> (MailboxId, Flags) {
        let on_it = self.pending.iter().filter(|(_, _, letters)| letters.contains(&letter));
        on_it.fold(self.truth[&letter], |shown, (_, operation, _)| {
            Self::apply(shown, *operation)
        })
    }

    fn letter(&self, n: usize) -> Option<PlacementId> {
        (!self.truth.is_empty()).then(|| *self.truth.keys().nth(n % self.truth.len()).unwrap())
    }

    fn expunge(&mut self, letter: PlacementId) {
        let from = self.truth[&letter].0;
        let away = self
            .pending
            .iter()
            .filter(|(_, _, letters)| letters.contains(&letter))
            .find_map(|(_, operation, _)| match operation {
                Operation::Move(target) if *target != from => Some(*target),
                _ => None,
            });
        if let Some(target) = away {
            self.truth.get_mut(&letter).unwrap().0 = target;
            return;
        }
        self.truth.remove(&letter);
        self.pending
            .iter_mut()
            .for_each(|(_, _, letters)| letters.retain(|other| *other != letter));
        self.pending.retain(|(_, _, letters)| !letters.is_empty());
    }
}

struct Bench {
    runtime: Runtime,
    profile: tempfile::TempDir,
    store: Option<Store>,
    account: AccountId,
    mailboxes: Vec<MailboxId>,
    model: Model,
    counter: u32,
}

impl Bench {
    fn new() -> Self {
        let (runtime, profile) = (Runtime::new().unwrap(), tempfile::tempdir().unwrap());
        let store = Store::open(profile.path(), Arc::new(Noon)).unwrap();
        let endpoint = Endpoint {
            host: "north.test".to_owned(),
            port: 993,
            security: Security::Tls,
        };
        let new = NewAccount {
            email: "ann@north.test".to_owned(),
            name: String::new(),
            protocol: Protocol::Imap,
            incoming: endpoint.clone(),
            outgoing: endpoint,
            user: "ann".to_owned(),
            sent_policy: SentPolicy::File,
        };
        let (account, mailboxes) = runtime
            .block_on(store.write(move |w| {
                let account = w.add_account(&new)?;
                let mailboxes = (0..MAILBOXES).map(|n| {
                    let path = format!("Box {n}");
                    w.put_mailbox(
                        account,
                        &NewMailbox {
                            path,
                            delimiter: None,
                            role: Role::Other,
                            selectable: true,
                            on_server: true,
                        },
                    )
                });
                let mailboxes = mailboxes.collect::<Result<Vec<_>>>()?;
                Ok((account, mailboxes))
            }))
            .unwrap();
        Self {
            runtime,
            profile,
            store: Some(store),
            account,
            mailboxes,
            model: Model::default(),
            counter: 0,
        }
    }

    fn write<T: Send + 'static>(&self, f: impl FnOnce(&mut pli_store::Writer<'_>) -> Result<T> + Send + 'static) -> T {
        self.runtime.block_on(self.store.as_ref().unwrap().write(f)).unwrap()
    }

    fn read<T: Send + 'static>(&self, f: impl FnOnce(&pli_store::Reader<'_>) -> Result<T> + Send + 'static) -> T {
        self.runtime.block_on(self.store.as_ref().unwrap().read(f)).unwrap()
    }

    fn enqueue(&mut self, letters: &[usize], operation: Operation) {
        let mut chosen: Vec<_> = letters.iter().filter_map(|n| self.model.letter(*n)).collect();
        chosen.sort_unstable();
        chosen.dedup();
        let (account, asked, command) = (
            self.account,
            chosen.clone(),
            CommandId::new(format!("c{}", self.counter)).unwrap(),
        );
        let id = self.write(move |w| {
            let first = w.enqueue(&command, account, operation, &asked)?;
            assert_eq!(w.enqueue(&command, account, operation, &asked)?, None, "said twice");
            Ok(first)
        });
        if !chosen.is_empty() {
            self.model.pending.push((id.unwrap(), operation, chosen));
        }
    }

    fn take(&mut self, step: Step) {
        self.counter += 1;
        match step {
            Step::Add { mailbox, flags } => self.add(self.mailboxes[mailbox], Flags::from_bits(flags)),
            Step::Flag { letters, add, remove } => {
                let change = FlagChange {
                    add: Flags::from_bits(add),
                    remove: Flags::from_bits(remove),
                };
                self.enqueue(&letters, Operation::Flag(change));
            }
            Step::Move { letters, target } => self.enqueue(&letters, Operation::Move(self.mailboxes[target])),
            Step::Settle(n) if !self.model.pending.is_empty() => {
                let (id, operation, letters) = self.model.pending.remove(n % self.model.pending.len());
                for letter in letters {
                    let truth = self.model.truth.get_mut(&letter).unwrap();
                    *truth = Model::apply(*truth, operation);
                }
                self.write(move |w| w.settle(id));
            }
            Step::Undo(n) if !self.model.pending.is_empty() => {
                let (id, ..) = self.model.pending.remove(n % self.model.pending.len());
                self.write(move |w| w.undo(id, "no"));
            }
            Step::ServerFlags { letter, flags } => {
                let Some(letter) = self.model.letter(letter) else {
                    return;
                };
                let flags = Flags::from_bits(flags);
                self.model.truth.get_mut(&letter).unwrap().1 = flags;
                self.write(move |w| w.set_server_flags(letter, flags, &[]));
            }
            Step::ServerMove { letter, mailbox } => {
                let Some(letter) = self.model.letter(letter) else {
                    return;
                };
                let (mailbox, uid) = (self.mailboxes[mailbox], Uid(self.counter));
                self.model.truth.get_mut(&letter).unwrap().0 = mailbox;
                self.write(move |w| w.set_position(letter, mailbox, Some(uid)));
            }
            Step::Expunge(letter) => {
                let Some(letter) = self.model.letter(letter) else {
                    return;
                };
                self.model.expunge(letter);
                self.write(move |w| w.expunge(letter));
            }
            Step::ClearUids(mailbox) => {
                let mailbox = self.mailboxes[mailbox];
                self.write(move |w| w.clear_uids(mailbox));
            }
            Step::Reopen => {
                drop(self.store.take());
                self.store = Some(Store::open(self.profile.path(), Arc::new(Noon)).unwrap());
            }
            Step::Settle(_) | Step::Undo(_) => {}
        }
    }

    fn add(&mut self, mailbox: MailboxId, flags: Flags) {
        let n = self.counter;
        let letter = self.write(move |w| {
            let envelope = Envelope {
                message_id: format!("{}@north.test", n % 5),
                ..Envelope::default()
            };
            w.add_placement(&NewPlacement {
                mailbox,
                uid: Some(Uid(n)),
                uidl: None,
                flags,
                keywords: Vec::new(),
                received: Timestamp(i64::from(n)),
                size: 1,
                envelope: &envelope,
                snippet: String::new(),
                has_attachments: false,
                digest: None,
            })
        });
        self.model.truth.insert(letter, (mailbox, flags));
    }

    fn hold_against_model(&self) {
        let mut counted: BTreeMap<MailboxId, (u32, u32)> = BTreeMap::new();
        for letter in self.model.truth.keys().copied() {
            let row = self.read(move |r| r.letter(letter)).row;
            let (mailbox, flags) = self.model.shown(letter);
            assert_eq!((row.mailbox, row.flags), (mailbox, flags), "{letter}");
            if !flags.contains(Flags::DELETED) {
                let counters = counted.entry(mailbox).or_default();
                counters.0 += 1;
                counters.1 += u32::from(!flags.contains(Flags::SEEN));
            }
        }
        for mailbox in self.mailboxes.iter().copied() {
            let found = self.read(move |r| r.mailbox(mailbox));
            assert_eq!(
                (found.total, found.unread),
                counted.get(&mailbox).copied().unwrap_or_default(),
                "{mailbox}"
            );
            assert_eq!(
                self.read(move |r| r.view_keys(&View::Mailbox(mailbox))).len(),
                found.total as usize
            );
        }
        assert_eq!(
            self.read({
                let account = self.account;
                move |r| r.pending_count(account)
            }) as usize,
            self.model.pending.len()
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn what_is_shown_is_the_truth_and_what_is_pending(steps in steps()) {
        let mut bench = Bench::new();
        for step in steps {
            bench.take(step);
            bench.hold_against_model();
        }
        let findings = bench.runtime.block_on(bench.store.as_ref().unwrap().check()).unwrap();
        prop_assert_eq!(findings, []);
    }
}

//! Whatever happens in whatever order: what is shown is what the server said last and what our unfinished operations
//! say, the counters are right, and the doctor finds nothing.
//!
//! A model of a few lines says what is to be shown; the store is held against it after every step.
// Clippy takes the helpers of an integration test for no test code.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use pli_model::{
    AccountId, Clock, CommandId, Endpoint, Envelope, FlagChange, Flags, MailboxId, Marking, Operation, OperationId,
    PlacementId, Protocol, Role, Security, SentPolicy, Timestamp, Uid,
};
use pli_store::{Act, NewAccount, NewMailbox, NewPlacement, Result, Store, View};
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
const KEYWORDS: [&str; 2] = ["$Junk", "work"];

#[derive(Debug, Clone)]
enum Step {
    Add { mailbox: usize, marks: u8 },
    Append { mailbox: usize, marks: u8 },
    Mark { letters: Vec<usize>, add: u8, remove: u8 },
    Move { letters: Vec<usize>, target: usize },
    Copy { letters: Vec<usize>, target: usize },
    Expunge(Vec<usize>),
    Begin(usize),
    Settle(usize),
    Refuse(usize),
    ServerMarks { letter: usize, marks: u8 },
    ServerMove { letter: usize, mailbox: usize },
    ServerExpunge(usize),
    ClearUids(usize),
    Reopen,
}

/// Marks are five flags, and the keywords above them.
const MARKS: std::ops::Range<u8> = 0..128;

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let letters = || prop::collection::vec(0..8_usize, 1..4);
    let step = prop_oneof![
        3 => (0..MAILBOXES, MARKS).prop_map(|(mailbox, marks)| Step::Add { mailbox, marks }),
        1 => (0..MAILBOXES, MARKS).prop_map(|(mailbox, marks)| Step::Append { mailbox, marks }),
        4 => (letters(), MARKS, MARKS).prop_map(|(letters, add, remove)| Step::Mark { letters, add, remove }),
        4 => (letters(), 0..MAILBOXES).prop_map(|(letters, target)| Step::Move { letters, target }),
        3 => (letters(), 0..MAILBOXES).prop_map(|(letters, target)| Step::Copy { letters, target }),
        2 => letters().prop_map(Step::Expunge),
        3 => (0..8_usize).prop_map(Step::Begin),
        3 => (0..8_usize).prop_map(Step::Settle),
        2 => (0..8_usize).prop_map(Step::Refuse),
        2 => (0..8_usize, MARKS).prop_map(|(letter, marks)| Step::ServerMarks { letter, marks }),
        1 => (0..8_usize, 0..MAILBOXES).prop_map(|(letter, mailbox)| Step::ServerMove { letter, mailbox }),
        1 => (0..8_usize).prop_map(Step::ServerExpunge),
        1 => (0..MAILBOXES).prop_map(Step::ClearUids),
        1 => Just(Step::Reopen),
    ];
    prop::collection::vec(step, 1..40)
}

fn keywords(marks: u8) -> Vec<String> {
    let named = (0..).zip(KEYWORDS).filter(|(n, _)| marks & (32 << n) != 0);
    named.map(|(_, word)| word.to_owned()).collect()
}

fn marking(add: u8, remove: u8) -> Marking {
    Marking {
        flags: FlagChange {
            add: Flags::from_bits(add),
            remove: Flags::from_bits(remove),
        },
        add_keywords: keywords(add),
        remove_keywords: keywords(remove),
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Truth {
    mailbox: MailboxId,
    flags: Flags,
    keywords: Vec<String>,
    only_here: bool,
    uid: Option<Uid>,
}

impl Truth {
    fn after(mut self, operation: &Operation) -> Self {
        match operation {
            Operation::Mark(marking) => {
                self.flags = marking.flags.apply(self.flags);
                self.keywords = marking.apply_to_keywords(&self.keywords);
            }
            Operation::Move(target) if *target == self.mailbox => {}
            Operation::Move(target) => (self.mailbox, self.uid) = (*target, None),
            Operation::Expunge => self.flags = self.flags | Flags::DELETED,
            Operation::Copy(_) => self.only_here = false,
            Operation::Append => {
                self.only_here = false;
                self.flags = self.flags.without(Flags::DELETED);
            }
        }
        self
    }
}

struct Pending {
    id: OperationId,
    operation: Operation,
    letters: Vec<PlacementId>,
    begun: bool,
    /// Of a move: where letters were when it was begun, and whether that UID is void.
    from: BTreeMap<PlacementId, (MailboxId, Option<Uid>)>,
}

impl Pending {
    fn new(id: OperationId, operation: Operation, letters: Vec<PlacementId>) -> Self {
        Self {
            id,
            operation,
            letters,
            begun: false,
            from: BTreeMap::new(),
        }
    }
}

/// What the server has, and what waits to be done there.
#[derive(Default)]
struct Model {
    truth: BTreeMap<PlacementId, Truth>,
    pending: Vec<Pending>,
}

impl Model {
    fn on(&self, letter: PlacementId) -> impl Iterator<Item = &Pending> {
        self.pending
            .iter()
            .filter(move |pending| pending.letters.contains(&letter))
    }

    fn shown(&self, letter: PlacementId) -> Truth {
        let truth = self.truth[&letter].clone();
        self.on(letter)
            .fold(truth, |shown, pending| shown.after(&pending.operation))
    }

    /// The server never had it and nothing is under way to give it.
    fn is_ours_alone(&self, letter: PlacementId) -> bool {
        self.truth[&letter].only_here && self.on(letter).next().is_none()
    }

    fn letter(&self, n: usize) -> Option<PlacementId> {
        (!self.truth.is_empty()).then(|| *self.truth.keys().nth(n % self.truth.len()).unwrap())
    }

    fn remove(&mut self, letter: PlacementId) {
        self.truth.remove(&letter);
        for pending in &mut self.pending {
            pending.letters.retain(|other| *other != letter);
        }
        self.pending.retain(|pending| !pending.letters.is_empty());
    }

    fn settle(&mut self, n: usize) {
        let Pending { operation, letters, .. } = self.pending.remove(n);
        for letter in letters {
            if operation == Operation::Expunge {
                self.let_go(letter);
            } else {
                let truth = self.truth.get_mut(&letter).unwrap();
                *truth = truth.clone().after(&operation);
            }
        }
    }

    fn refuse(&mut self, n: usize) {
        let Pending { operation, letters, .. } = self.pending.remove(n);
        if matches!(operation, Operation::Copy(_)) {
            let unmade = letters.into_iter().filter(|letter| self.truth[letter].only_here);
            unmade
                .collect::<Vec<_>>()
                .into_iter()
                .for_each(|letter| self.remove(letter));
        }
    }

    fn let_go(&mut self, letter: PlacementId) {
        if self.on(letter).any(|pending| pending.operation == Operation::Append) {
            let truth = self.truth.get_mut(&letter).unwrap();
            truth.only_here = true;
            truth.uid = None;
            truth.flags = truth.flags.without(Flags::DELETED);
        } else {
            self.remove(letter);
        }
    }

    fn begin(&mut self, n: usize) {
        let pending = &mut self.pending[n];
        pending.begun = true;
        let Operation::Move(target) = pending.operation else {
            return;
        };
        for letter in &pending.letters {
            let Truth { mailbox, uid, .. } = self.truth[letter];
            if uid.is_some() && mailbox != target {
                pending.from.insert(*letter, (mailbox, uid));
            }
        }
    }

    fn is_at(&mut self, letter: PlacementId, mailbox: MailboxId, uid: Uid) {
        let truth = self.truth.get_mut(&letter).unwrap();
        (truth.mailbox, truth.only_here, truth.uid) = (mailbox, false, Some(uid));
        let origins = self
            .pending
            .iter_mut()
            .filter_map(|pending| pending.from.get_mut(&letter));
        for (_, void) in origins.filter(|(from, uid)| *from == mailbox && uid.is_none()) {
            *void = Some(uid);
        }
    }

    fn clear_uids(&mut self, mailbox: MailboxId) {
        for truth in self.truth.values_mut().filter(|truth| truth.mailbox == mailbox) {
            truth.uid = None;
        }
        let origins = self.pending.iter_mut().flat_map(|pending| pending.from.values_mut());
        for (_, uid) in origins.filter(|(from, _)| *from == mailbox) {
            *uid = None;
        }
    }

    /// Where a begun move may have left the letter that it has brought to that mailbox.
    fn origin(&self, letter: PlacementId, mailbox: MailboxId) -> Option<(MailboxId, Uid)> {
        let moves = self
            .on(letter)
            .filter(|pending| pending.begun && pending.operation == Operation::Move(mailbox));
        let origins = moves.filter_map(|pending| pending.from.get(&letter));
        origins.filter_map(|(from, uid)| Some(*from).zip(*uid)).next()
    }

    fn expunge(&mut self, letter: PlacementId) {
        let Truth { mailbox: from, uid, .. } = self.truth[&letter];
        let away = self.on(letter).find_map(|pending| match pending.operation {
            Operation::Move(target) if pending.begun && target != from => Some(target),
            _ => None,
        });
        match (away, self.origin(letter, from).filter(|_| uid.is_some())) {
            (Some(target), _) => {
                let truth = self.truth.get_mut(&letter).unwrap();
                (truth.mailbox, truth.uid) = (target, None);
            }
            (None, Some((mailbox, uid))) => self.is_at(letter, mailbox, uid),
            (None, None) => self.let_go(letter),
        }
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
                            subscribed: true,
                            object_id: String::new(),
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
        let ids = self.enqueue_on(&chosen, &operation);
        let (here, queued): (Vec<_>, Vec<_>) = chosen.into_iter().partition(|letter| self.model.is_ours_alone(*letter));
        if let Operation::Copy(target) = operation {
            // Those that the server does not have are put there instead.
            self.follow_copies(&ids, target, &queued, &here);
            return;
        }
        for letter in here {
            if operation == Operation::Expunge {
                self.model.remove(letter);
            } else {
                let truth = self.model.truth.get_mut(&letter).unwrap();
                *truth = truth.clone().after(&operation);
                truth.only_here = true;
            }
        }
        if !queued.is_empty() {
            self.model
                .pending
                .push(Pending::new(*ids.last().unwrap(), operation, queued));
        }
    }

    fn enqueue_on(&mut self, letters: &[PlacementId], operation: &Operation) -> Vec<OperationId> {
        let (account, acts) = (self.account, [Act::new(operation.clone(), letters)]);
        let command = CommandId::new(format!("c{}", self.counter)).unwrap();
        self.write(move |w| {
            let first = w.enqueue(&command, account, &acts)?;
            assert_eq!(w.enqueue(&command, account, &acts)?, None, "said twice");
            Ok(first.unwrap())
        })
    }

    fn follow_copies(
        &mut self,
        ids: &[OperationId],
        target: MailboxId,
        at_server: &[PlacementId],
        here: &[PlacementId],
    ) {
        let groups = [(Operation::Copy(target), at_server), (Operation::Append, here)];
        let groups = groups.into_iter().filter(|(_, sources)| !sources.is_empty());
        for (id, (operation, sources)) in ids.iter().copied().zip(groups) {
            let account = self.account;
            let mut rows = self.read(move |r| r.operations(account)).into_iter();
            let letters = rows.find(|row| row.id == id).unwrap().letters;
            assert_eq!(letters.len(), sources.len());
            for (copy, source) in letters.iter().zip(sources) {
                let truth = Truth {
                    mailbox: target,
                    only_here: true,
                    uid: None,
                    ..self.model.shown(*source)
                };
                self.model.truth.insert(*copy, truth);
            }
            self.model.pending.push(Pending::new(id, operation, letters));
        }
    }

    fn take(&mut self, step: Step) {
        self.counter += 1;
        match step {
            Step::Add { mailbox, marks } => {
                self.add(self.mailboxes[mailbox], marks, Some(Uid(self.counter)));
            }
            Step::Append { mailbox, marks } => {
                let letter = self.add(self.mailboxes[mailbox], marks, None);
                let ids = self.enqueue_on(&[letter], &Operation::Append);
                self.model.truth.get_mut(&letter).unwrap().only_here = true;
                self.model
                    .pending
                    .push(Pending::new(ids[0], Operation::Append, vec![letter]));
            }
            Step::Mark { letters, add, remove } => self.enqueue(&letters, Operation::Mark(marking(add, remove))),
            Step::Move { letters, target } => self.enqueue(&letters, Operation::Move(self.mailboxes[target])),
            Step::Copy { letters, target } => self.enqueue(&letters, Operation::Copy(self.mailboxes[target])),
            Step::Expunge(letters) => self.enqueue(&letters, Operation::Expunge),
            Step::Begin(n) if n < self.model.pending.len() => {
                self.model.begin(n);
                let id = self.model.pending[n].id;
                self.write(move |w| w.begin(&[id]));
            }
            Step::Settle(n) if n < self.model.pending.len() => {
                let id = self.model.pending[n].id;
                self.model.settle(n);
                self.write(move |w| w.settle(id));
            }
            Step::Refuse(n) if n < self.model.pending.len() => {
                let id = self.model.pending[n].id;
                self.model.refuse(n);
                self.write(move |w| w.refuse(id, "NO"));
            }
            Step::ServerMarks { letter, marks } => {
                let Some(letter) = self.model.letter(letter) else {
                    return;
                };
                let (flags, words) = (Flags::from_bits(marks), keywords(marks));
                let truth = self.model.truth.get_mut(&letter).unwrap();
                (truth.flags, truth.keywords) = (flags, words.clone());
                self.write(move |w| w.set_server_flags(letter, flags, &words));
            }
            Step::ServerMove { letter, mailbox } => {
                let Some(letter) = self.model.letter(letter) else {
                    return;
                };
                let (mailbox, uid) = (self.mailboxes[mailbox], Uid(self.counter));
                self.model.is_at(letter, mailbox, uid);
                self.write(move |w| w.set_position(letter, mailbox, Some(uid)));
            }
            Step::ServerExpunge(letter) => {
                let Some(letter) = self.model.letter(letter) else {
                    return;
                };
                self.model.expunge(letter);
                self.write(move |w| w.expunge(letter));
            }
            Step::ClearUids(mailbox) => {
                let mailbox = self.mailboxes[mailbox];
                self.model.clear_uids(mailbox);
                self.write(move |w| w.clear_uids(mailbox));
            }
            Step::Reopen => {
                drop(self.store.take());
                self.store = Some(Store::open(self.profile.path(), Arc::new(Noon)).unwrap());
            }
            Step::Begin(_) | Step::Settle(_) | Step::Refuse(_) => {}
        }
    }

    fn add(&mut self, mailbox: MailboxId, marks: u8, uid: Option<Uid>) -> PlacementId {
        let n = self.counter;
        let letter = self.write(move |w| {
            let envelope = Envelope {
                message_id: format!("{}@north.test", n % 5),
                ..Envelope::default()
            };
            w.add_placement(&NewPlacement {
                mailbox,
                uid,
                uidl: None,
                flags: Flags::from_bits(marks),
                keywords: keywords(marks),
                received: Timestamp(i64::from(n)),
                size: 1,
                envelope: &envelope,
                snippet: String::new(),
                has_attachments: false,
                digest: None,
                object_id: None,
            })
        });
        let truth = Truth {
            mailbox,
            flags: Flags::from_bits(marks),
            keywords: keywords(marks),
            only_here: false,
            uid,
        };
        self.model.truth.insert(letter, truth);
        letter
    }

    fn hold_against_model(&self) {
        let mut counted: BTreeMap<MailboxId, (u32, u32)> = BTreeMap::new();
        for letter in self.model.truth.keys().copied() {
            let row = self.read(move |r| r.letter(letter)).row;
            let Truth {
                mailbox,
                flags,
                keywords,
                ..
            } = self.model.shown(letter);
            assert_eq!(
                (row.mailbox, row.flags, row.keywords),
                (mailbox, flags, keywords),
                "{letter}"
            );
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

//! An account that goes from IMAP to POP3 and back, at random moments, while others use the same mail, the line breaks and the
//! program ends: no letter is lost, none is here twice, nothing is deleted at the server, and no mark changes by it.

use super::maildrop::{self, Maildrop, session};
use super::model::{Connection, Fate, Folder, Letter, MAILBOXES, Talents, lock};
use super::world::World;
use super::{killed, play};
use crate::switch::{Change, change_over};
use crate::{Result, pull, push};
use pli_model::{Account, FlagChange, Flags, Marking, Protocol};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

#[derive(Debug, Clone)]
enum Step {
    // At the server, by others.
    Deliver(usize),
    TheyMark {
        mailbox: usize,
        pick: usize,
        add: u8,
    },
    TheyExpunge {
        mailbox: usize,
        pick: usize,
    },
    TheyMove {
        mailbox: usize,
        pick: usize,
        target: usize,
    },
    MadeAnew(usize),
    // Here, by the person.
    Mark {
        mailbox: usize,
        pick: usize,
        add: u8,
        remove: u8,
    },
    Move {
        mailbox: usize,
        pick: usize,
        target: usize,
    },
    // Between the two.
    Sync,
    Broken(Fate),
    Restart,
    Switch,
    SwitchBroken(Fate),
    SwitchKilled(u32),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let mailbox = || 0..MAILBOXES.len();
    let pick = || 0..16_usize;
    let fate = |most: u32| (0..most, any::<bool>()).prop_map(|(steps, done)| Fate { steps, done });
    let step = prop_oneof![
        6 => mailbox().prop_map(Step::Deliver),
        2 => (mailbox(), pick(), 0..8_u8).prop_map(|(mailbox, pick, add)| Step::TheyMark { mailbox, pick, add }),
        2 => (mailbox(), pick()).prop_map(|(mailbox, pick)| Step::TheyExpunge { mailbox, pick }),
        2 => (mailbox(), pick(), mailbox())
            .prop_map(|(mailbox, pick, target)| Step::TheyMove { mailbox, pick, target }),
        1 => mailbox().prop_map(Step::MadeAnew),
        2 => (mailbox(), pick(), 0..8_u8, 0..8_u8)
            .prop_map(|(mailbox, pick, add, remove)| Step::Mark { mailbox, pick, add, remove }),
        2 => (mailbox(), pick(), mailbox()).prop_map(|(mailbox, pick, target)| Step::Move { mailbox, pick, target }),
        2 => Just(Step::Sync),
        2 => fate(30).prop_map(Step::Broken),
        1 => Just(Step::Restart),
        4 => Just(Step::Switch),
        2 => fate(20).prop_map(Step::SwitchBroken),
        2 => (0..80_u32).prop_map(Step::SwitchKilled),
    ];
    prop::collection::vec(step, 1..24)
}

/// One mail store that is read by both protocols, and the account that reads it.
struct Both {
    world: World,
    /// Whether its UIDLs tell UID and UIDVALIDITY.
    telling: bool,
    /// Letters that others deleted: they may be here.
    free: BTreeSet<u32>,
    /// Letters that were here while the account was read by POP3: nobody but the person takes them away.
    held: BTreeSet<u32>,
    /// Letters that others moved.
    moved: BTreeSet<u32>,
    /// Whether a mailbox was made anew: what is not found in it proves nothing, so that a letter that others moved out of it
    /// stays here beside the one that came elsewhere.
    made_anew: bool,
}

impl Both {
    async fn account(&self) -> Account {
        self.world.context().account().await.unwrap()
    }

    async fn protocol(&self) -> Protocol {
        self.account().await.protocol
    }

    /// The inbox as a maildrop.
    fn maildrop(&self) -> maildrop::Shared {
        let server = lock(&self.world.server);
        let inbox = &server.boxes["INBOX"];
        let letter = |(uid, letter): (&u32, &Letter)| maildrop::Letter {
            name: match self.telling {
                true => format!("{uid:08x}{:08x}", inbox.validity),
                false => format!(
                    "q{:x}",
                    (u64::from(inbox.validity) << 32 | u64::from(*uid)).wrapping_mul(0x9e37_79b9_7f4a_7c15)
                ),
            },
            number: letter.number,
        };
        let letters = inbox.letters.iter().map(letter).collect();
        Arc::new(Mutex::new(Maildrop::of(letters)))
    }

    /// What a session with the maildrop has done to the inbox: what was sent is read, as Dovecot has it.
    fn fetched(&self, maildrop: &maildrop::Shared) {
        let maildrop = maildrop::lock(maildrop);
        assert_eq!(maildrop.deleted, BTreeSet::new(), "deleted by a change of protocol");
        let mut server = lock(&self.world.server);
        let inbox = server.boxes.get_mut("INBOX").unwrap();
        let sent = |letter: &Letter| maildrop.sent.contains(&letter.number);
        let read: Vec<u32> = inbox
            .letters
            .iter()
            .filter(|(_, letter)| sent(letter))
            .map(|(uid, _)| *uid)
            .collect();
        let marking = Marking::flags(FlagChange::add(Flags::SEEN));
        read.into_iter().for_each(|uid| inbox.mark(uid, &marking));
    }

    async fn sync(&mut self, fate: Option<Fate>) -> Result<()> {
        match self.protocol().await {
            Protocol::Imap => self.world.sync(fate).await,
            Protocol::Pop3 => {
                let maildrop = self.maildrop();
                let outcome = session(self.world.context(), maildrop::Session::open(&maildrop, fate)).await;
                self.fetched(&maildrop);
                outcome
            }
        }
    }

    /// What is here of each letter: where it is shown, and its marks.
    async fn here(&self) -> BTreeMap<u32, Vec<(String, u8, Vec<String>)>> {
        let mut here: BTreeMap<u32, Vec<_>> = BTreeMap::new();
        for mailbox in self.world.mailboxes().await {
            let ids = self.world.shown(mailbox.id).await;
            let rows = self
                .world
                .context()
                .store
                .read(move |reader| reader.rows(&ids))
                .await
                .unwrap();
            for row in rows {
                let number = row.message_id.split('@').next().unwrap().parse().unwrap();
                here.entry(number)
                    .or_default()
                    .push((mailbox.path.clone(), row.flags.bits(), row.keywords));
            }
        }
        here
    }

    /// The whole change, as `switch::change` goes about it: everything is brought here before a maildrop is counted on.
    async fn switch(&mut self, fate: Option<Fate>) -> Result<()> {
        let account = self.account().await;
        let to = match account.protocol {
            Protocol::Imap => Protocol::Pop3,
            Protocol::Pop3 => Protocol::Imap,
        };
        let change = Change {
            account: Account {
                protocol: to,
                ..account
            },
            password: String::new().into(),
            command: self.world.act(),
            local: Vec::new(),
        };
        let context = self.world.context();
        let mut imap = Connection::open(&self.world.server, fate);
        if to == Protocol::Imap {
            return change_over(context, &mut imap, change).await.map(drop);
        }
        let whole = context.bringing_everything();
        push::drain(&whole, &mut imap).await?;
        pull::pass(&whole, &mut imap, &mut || false).await?.outcome?;
        push::drain(&whole, &mut imap).await?;
        let fate = fate.map(|fate| Fate {
            steps: fate.steps % 5,
            ..fate
        });
        let mut maildrop = maildrop::Session::open(&self.maildrop(), fate);
        change_over(context, &mut maildrop, change).await.map(drop)
    }

    async fn switch_and_compare(&mut self, fate: Option<Fate>) {
        let from = self.protocol().await;
        if from == Protocol::Imap {
            // What the server has to say comes before the change, and may change marks.
            let _ = self.sync(None).await;
        }
        let before = self.here().await;
        let _ = self.switch(fate).await;
        if from == Protocol::Imap {
            assert_eq!(
                self.here().await,
                before,
                "the change itself changes nothing that is shown"
            );
        }
    }

    async fn carry_out(&mut self, step: Step) {
        match step {
            Step::Deliver(mailbox) => self.world.deliver(mailbox),
            Step::TheyMark { mailbox, pick, add } => {
                let marking = Marking::flags(FlagChange::add(Flags::from_bits(add & 7)));
                self.they(mailbox, pick, |folder, uid| folder.mark(uid, &marking));
            }
            Step::TheyExpunge { mailbox, pick } => {
                let gone = self.they(mailbox, pick, |folder, uid| folder.remove(uid));
                self.free.extend(gone.flatten().map(|letter| letter.number));
            }
            Step::TheyMove { mailbox, pick, target } => {
                let moved = self.they(mailbox, pick, |folder, uid| folder.remove(uid)).flatten();
                if let Some(letter) = moved {
                    self.moved.insert(letter.number);
                    let mut server = lock(&self.world.server);
                    let there = server.boxes.get_mut(MAILBOXES[target].0).unwrap();
                    there.add(letter.number, letter.flags, letter.keywords);
                }
            }
            Step::MadeAnew(mailbox) => {
                self.made_anew = true;
                lock(&self.world.server).make_anew(MAILBOXES[mailbox].0);
            }
            Step::Mark {
                mailbox,
                pick,
                add,
                remove,
            } => self.world.mark(mailbox, &[pick], add, remove, false).await,
            Step::Move { mailbox, pick, target } => _ = self.world.move_to(mailbox, &[pick], target).await,
            Step::Sync => self.sync(None).await.unwrap(),
            Step::Broken(fate) => _ = self.sync(Some(fate)).await,
            Step::Restart => self.world.restart().await,
            Step::Switch => self.switch_and_compare(None).await,
            Step::SwitchBroken(fate) => self.switch_and_compare(Some(fate)).await,
            Step::SwitchKilled(polls) => {
                let _ = killed(self.switch(None), polls).await;
                self.world.restart().await;
            }
        }
        self.check().await;
    }

    fn they_have_in_inbox(&self, number: u32) -> bool {
        let server = lock(&self.world.server);
        let mut letters = server.boxes["INBOX"].letters.values();
        letters.any(|letter| letter.number == number)
    }

    fn they<T>(&self, mailbox: usize, pick: usize, act: impl FnOnce(&mut Folder, u32) -> T) -> Option<T> {
        let mut server = lock(&self.world.server);
        let folder = server.boxes.get_mut(MAILBOXES[mailbox].0).unwrap();
        let len = folder.letters.len();
        let uid = *folder.letters.keys().nth(pick % len.max(1))?;
        Some(act(folder, uid))
    }

    /// What must hold at any moment.
    async fn check(&mut self) {
        let here = self.here().await;
        let lost: Vec<_> = self.held.iter().filter(|number| !here.contains_key(number)).collect();
        assert_eq!(lost, Vec::<&u32>::new(), "lost here");
        match self.protocol().await {
            Protocol::Pop3 => self.held.extend(here.into_keys()),
            // What others delete at the server goes here too, but for what only this computer has; what they move may be seen to
            // go before it is seen to come.
            Protocol::Imap => {
                let (free, moved) = (&self.free, &self.moved);
                self.held
                    .retain(|number| !free.contains(number) && !moved.contains(number));
            }
        }
        let there = self.world.counted();
        let is_gone = |number: &&u32| !there.contains_key(number) && !self.free.contains(number);
        let gone: Vec<_> = self.world.expected.keys().filter(is_gone).collect();
        assert_eq!(gone, Vec::<&u32>::new(), "gone at the server");
    }
}

async fn run(talents: Talents, telling: bool, steps: Vec<Step>) {
    let mut both = Both {
        world: World::new(talents).await,
        telling,
        free: BTreeSet::new(),
        held: BTreeSet::new(),
        moved: BTreeSet::new(),
        made_anew: false,
    };
    for step in steps {
        both.carry_out(step).await;
    }
    // Whatever was under way ends, and the account goes once to each side.
    for _ in 0..2 {
        for _ in 0..20 {
            both.sync(None).await.unwrap();
            if both.world.pending().await == 0 {
                break;
            }
        }
        assert_eq!(both.world.pending().await, 0, "no operation is left over");
        let here = both.here().await;
        for number in both.world.counted().keys() {
            let is_in_inbox = both.they_have_in_inbox(*number);
            if both.protocol().await == Protocol::Imap || is_in_inbox {
                assert!(here.contains_key(number), "letter {number} never came");
            }
        }
        let may_be_double = |number: &u32| both.made_anew && both.moved.contains(number);
        let doubled: Vec<_> = here
            .iter()
            .filter(|(number, places)| places.len() > 1 && !may_be_double(number))
            .collect();
        assert!(doubled.is_empty(), "here twice: {doubled:?}");
        if both.protocol().await == Protocol::Imap {
            assert_eq!(both.world.ours().await, both.world.theirs(), "both sides are equal");
            let more: Vec<_> = both
                .world
                .counted()
                .into_iter()
                .filter(|(_, count)| *count > 1)
                .collect();
            assert!(more.is_empty(), "there twice: {more:?}");
        }
        both.switch(None).await.unwrap();
    }
    both.world.is_sound().await;
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, max_shrink_iters: 400, ..ProptestConfig::default() })]

    #[test]
    fn a_change_of_protocol_loses_and_doubles_nothing(talents in any::<[bool; 5]>(), steps in steps()) {
        let [deltas, atomic_move, tells_places, counters, telling] = talents;
        play(run(Talents { deltas, atomic_move, tells_places, counters }, telling, steps));
    }
}

#[test]
fn a_letter_that_others_moved_meanwhile_is_here_once() {
    for (mailbox, target) in [(1, 2), (2, 0), (0, 1)] {
        let pick = 0;
        let moved = Step::TheyMove { mailbox, pick, target };
        let steps = vec![Step::Deliver(mailbox), Step::Switch, moved];
        play(run(Talents::default(), false, steps));
    }
}

#[test]
fn what_is_done_before_the_first_look_to_a_letter_that_others_deleted_does_not_wait_for_ever() {
    let (mailbox, pick, target) = (0, 0, 2);
    let steps = vec![
        Step::Deliver(mailbox),
        Step::Switch,
        Step::TheyExpunge { mailbox, pick },
        Step::Switch,
        Step::Move { mailbox, pick, target },
        Step::Mark {
            mailbox: target,
            pick,
            add: 4,
            remove: 0,
        },
    ];
    play(run(Talents::default(), false, steps));
}

#[test]
fn a_letter_that_others_moved_away_and_back_during_the_first_look_is_here_once() {
    let there_and_back = |mailbox, target| Step::TheyMove {
        mailbox,
        pick: 0,
        target,
    };
    let steps = vec![
        Step::Deliver(0),
        Step::Switch,
        there_and_back(0, 1),
        Step::Switch,
        Step::Broken(Fate { steps: 2, done: false }),
        there_and_back(1, 0),
    ];
    play(run(Talents::default(), false, steps));
}

#[test]
fn what_has_no_body_and_is_not_at_the_server_any_more_goes() {
    // The line breaks between a letter's header and its body, among other moments.
    for steps in 1..8 {
        let broken = Step::Broken(Fate { steps, done: false });
        let moved = Step::TheyMove {
            mailbox: 0,
            pick: 0,
            target: 1,
        };
        let steps = vec![Step::Sync, Step::Deliver(0), broken, Step::MadeAnew(0), moved];
        play(run(Talents::default(), false, steps));
    }
}

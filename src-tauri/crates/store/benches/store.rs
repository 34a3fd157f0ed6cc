//! What the store must do in which time; prints numbers, judges nothing.
//!
//! `cargo bench -p pli-store [-- LETTERS]`; without a number 14,000 letters, and 500,000 keys in a view.

use pli_model::{
    AccountId, Address, Clock, CommandId, Endpoint, Envelope, FlagChange, Flags, MailboxId, Marking, Operation,
};
use pli_model::{PlacementId, Protocol, Role, Security, SentPolicy, Timestamp, Uid};
use pli_store::{Act, NewAccount, NewMailbox, NewPlacement, Result, Store, View};
use std::sync::Arc;
use std::time::{Duration, Instant};

struct Fixed;

impl Clock for Fixed {
    fn now(&self) -> Timestamp {
        Timestamp(1_700_000_000_000)
    }
}

/// Letters of correspondences of eight, each answering those before.
fn envelope(n: u32) -> Envelope {
    let id = |n: u32| format!("{n}.{:x}@list.north.test", n.wrapping_mul(2_654_435_761));
    Envelope {
        message_id: id(n),
        in_reply_to: if n.is_multiple_of(8) { String::new() } else { id(n - 1) },
        references: (n / 8 * 8..n).map(id).collect(),
        subject: format!("[list] About the matter of number {n}"),
        from: Address {
            name: format!("Writer {}", n % 300),
            email: format!("writer{}@north.test", n % 300),
        },
        to: vec![Address {
            name: "The list".to_owned(),
            email: "list@north.test".to_owned(),
        }],
        date: Some(Timestamp::from_secs(i64::from(n))),
        ..Envelope::default()
    }
}

async fn fill(
    store: &Store,
    mailbox: MailboxId,
    letters: std::ops::Range<u32>,
    batch: usize,
) -> Result<Vec<PlacementId>> {
    let numbers: Vec<u32> = letters.collect();
    let mut placed = Vec::with_capacity(numbers.len());
    for batch in numbers.chunks(batch) {
        let envelopes: Vec<(u32, Envelope)> = batch.iter().map(|n| (*n, envelope(*n))).collect();
        let ids = store.write(move |w| {
            let place = |(n, envelope): &(u32, Envelope)| {
                w.add_placement(&NewPlacement {
                    mailbox,
                    uid: Some(Uid(n + 1)),
                    uidl: None,
                    flags: Flags::NONE,
                    keywords: Vec::new(),
                    received: Timestamp::from_secs(i64::from(*n)),
                    size: 4_000,
                    envelope,
                    snippet: SNIPPET.to_owned(),
                    has_attachments: false,
                    digest: None,
                    object_id: None,
                })
            };
            envelopes.iter().map(place).collect::<Result<Vec<_>>>()
        });
        placed.extend(ids.await?);
    }
    Ok(placed)
}

/// Headers of a whole mailbox in batches as they come from the wire, then the bodies.
async fn first_sync(store: &Store, mailbox: MailboxId, letters: u32) -> Result<()> {
    let first = 10_000_000;
    let start = Instant::now();
    let placed = fill(store, mailbox, first..first + letters, BATCH).await?;
    told("letters listed, 400 a transaction", placed.len(), start);

    let (mut putting, mut setting) = (Duration::ZERO, Duration::ZERO);
    for (batch, placements) in (0..).zip(placed.chunks(BATCH)) {
        let numbers = (first + batch * BATCH as u32..).take(placements.len());
        let rows: Vec<(PlacementId, Envelope)> =
            placements.iter().copied().zip(numbers.clone().map(envelope)).collect();
        let raws: Vec<Vec<u8>> = numbers.map(small_body).collect();
        let begun = Instant::now();
        let digests = store.put_bodies(raws).await?;
        putting += begun.elapsed();
        let begun = Instant::now();
        let set = store.write(move |w| {
            let mut bodies = rows.iter().zip(digests);
            bodies.try_for_each(|((placement, envelope), digest)| {
                w.set_body(*placement, digest, SNIPPET.to_owned(), false, 4_000, envelope)
            })
        });
        set.await?;
        setting += begun.elapsed();
    }
    for (what, took) in [("  their bodies put", putting), ("  their rows completed", setting)] {
        println!(
            "{what:<44} {took:>9.1?}  {:>9.0}/s",
            f64::from(letters) / took.as_secs_f64()
        );
    }
    told("  listed and durable, in all", placed.len(), start);
    Ok(())
}

const BATCH: usize = 400;
const SNIPPET: &str = "The beginning of a letter, as long as a line in a list shows of it, or longer";

/// About 2 KB, no two alike.
fn small_body(n: u32) -> Vec<u8> {
    let line = |k: u32| format!("line {k} of letter {n:x}, {:x}\r\n", n.wrapping_mul(k + 2_654_435_761));
    (0..50).map(line).collect::<String>().into_bytes()
}

/// Ten thousand marks of one letter each, as a person offline makes them.
async fn queue(store: &Store, account: AccountId, letters: &[PlacementId]) -> Result<()> {
    let letters: Vec<PlacementId> = letters.iter().copied().take(10_000).collect();
    let count = letters.len();
    let start = Instant::now();
    let enqueued = store.write(move |w| {
        for (n, letter) in letters.into_iter().enumerate() {
            let command = CommandId::new(format!("mark-{n}")).ok_or(pli_store::StoreError::Closed)?;
            let flagged = Operation::Mark(Marking::flags(FlagChange::add(Flags::FLAGGED)));
            w.enqueue(&command, account, &[Act::new(flagged, [letter])])?;
        }
        Ok(())
    });
    enqueued.await?;
    told("operations queued", count, start);

    let start = Instant::now();
    let now = Timestamp(i64::MAX);
    let due = store.read(move |r| r.due_operations(account, now, usize::MAX)).await?;
    told("operations due", due.len(), start);

    let ids: Vec<_> = due.into_iter().map(|pending| pending.id).collect();
    let start = Instant::now();
    let settled = store.write(move |w| {
        w.begin(&ids)?;
        ids.iter().try_for_each(|id| w.settle(*id))
    });
    settled.await?;
    told("operations begun and settled", count, start);
    Ok(())
}

fn told(what: &str, count: usize, since: Instant) {
    let took = since.elapsed();
    println!("{what:<44} {took:>9.1?}  {:>9.0}/s", count as f64 / took.as_secs_f64());
}

#[tokio::main]
async fn main() -> Result<()> {
    let letters = std::env::args()
        .filter_map(|word| word.parse().ok())
        .next()
        .unwrap_or(14_000);
    let profile = std::env::temp_dir().join(format!("pli-store-bench-{}", std::process::id()));
    let store = Store::open(&profile, Arc::new(Fixed))?;
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
    let (account, inbox, big, whole) = store
        .write(move |w| {
            let account = w.add_account(&new)?;
            let mailbox = |path: &str, role| NewMailbox {
                path: path.to_owned(),
                delimiter: None,
                role,
                selectable: true,
                on_server: true,
                subscribed: true,
                object_id: String::new(),
            };
            Ok((
                account,
                w.put_mailbox(account, &mailbox("INBOX", Role::Inbox))?,
                w.put_mailbox(account, &mailbox("Big", Role::Other))?,
                w.put_mailbox(account, &mailbox("Whole", Role::Other))?,
            ))
        })
        .await?;

    let start = Instant::now();
    let placed = fill(&store, inbox, 0..letters, 500).await?;
    told("letters added, 500 a transaction", placed.len(), start);

    let some: Vec<PlacementId> = placed.iter().copied().rev().take(1_000).collect();
    let start = Instant::now();
    let seen = Operation::Mark(Marking::flags(FlagChange::add(Flags::SEEN)));
    let asked = some.clone();
    let command = CommandId::new("bench").ok_or(pli_store::StoreError::Closed)?;
    store
        .write(move |w| w.enqueue(&command, account, &[Act::new(seen, asked)]))
        .await?;
    told("letters flagged in one transaction", some.len(), start);

    let start = Instant::now();
    let rows = store.read(move |r| r.rows(some.get(..200).unwrap_or(&some))).await?;
    told("rows read", rows.len(), start);

    first_sync(&store, whole, 100_000).await?;
    queue(&store, account, &placed).await?;

    let raws: Vec<Vec<u8>> = (0..1_000_u32)
        .map(|n| {
            format!("{n} a line of text that repeats\r\n")
                .repeat(1_200)
                .into_bytes()
        })
        .collect();
    let octets: usize = raws.iter().map(Vec::len).sum();
    let start = Instant::now();
    store.put_bodies(raws).await?;
    told("bodies put, octets", octets, start);

    fill(&store, big, letters..letters + 500_000, 5_000).await?;
    for _ in 0..2 {
        let start = Instant::now();
        let keys = store.read(move |r| r.view_keys(&View::Mailbox(big))).await?;
        told("keys of a view", keys.len(), start);
    }
    let start = Instant::now();
    let known = store.read(move |r| r.server_letters(big)).await?;
    told("letters compared with the server", known.len(), start);

    let start = Instant::now();
    let uids = store.read(move |r| r.server_uids(big)).await?;
    told("UIDs compared with the server", uids.len(), start);

    let some: Vec<Uid> = uids.into_iter().step_by(500).collect();
    let start = Instant::now();
    let some = store.read(move |r| r.letters_at(big, &some)).await?;
    told("letters found by UID", some.len(), start);

    let start = Instant::now();
    store.write(move |w| w.remove_mailbox(big)).await?;
    told("letters removed with their mailbox", known.len(), start);

    drop(store);
    let _ = std::fs::remove_dir_all(&profile);
    Ok(())
}

//! Fetching many letters with bounded memory: the network, parsing and packing, making bodies durable, and writing rows are
//! four stages at work at the same time, joined by bounded channels.

use crate::great::Joiner;
use crate::keep::{Kept, Packed, keep, pack};
use crate::{Context, Result, SyncError};
use async_trait::async_trait;
use pli_model::MailboxId;
use pli_remote::{Arrived, Enough, Part, Remote, RemoteError, Wanted, outlet};
use std::time::Duration;
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout_at};

/// A batch is handed on when it holds this many letters or octets, or has waited long enough; the first one much sooner: it
/// fills a screen. At most seven batches are in memory: one being gathered, and one waiting and one at work in each of the
/// later stages. Of those that are packed only the compressed letters are left.
const BATCH_LETTERS: usize = 2000;
const BATCH_OCTETS: usize = 8 << 20;
const FIRST_LETTERS: usize = 100;
/// Letters that may wait between the network and the gathering.
const WAITING: usize = 16;
/// So long letters wait for others: what is gathered would be lost if the line broke and the program ended.
const LONGEST_WAIT: Duration = Duration::from_millis(250);

/// What is fetched, and from where.
pub struct Order<'a> {
    /// Our mailbox.
    pub mailbox: MailboxId,
    /// Its path at the server.
    pub path: &'a str,
    /// In this order.
    pub letters: &'a [Wanted],
    /// Which bytes of them.
    pub part: Part,
}

/// The last stage: what becomes of batches whose bodies are durable.
#[async_trait]
pub trait Shelf: Send {
    /// Writes a batch. `enough` stops the fetch: what has been asked for still comes.
    async fn put(&mut self, batch: Kept, enough: &Enough) -> Result<()>;
}

/// Fetches in order; `shelf` gets one batch at a time. What has arrived when an error ends the fetch is written all the same.
pub async fn fetch(context: &Context, remote: &mut dyn Remote, order: Order<'_>, shelf: &mut dyn Shelf) -> Result<()> {
    let (out, arriving, enough) = outlet(WAITING);
    let (batches, gathered) = mpsc::channel(1);
    let (packed, unwritten) = mpsc::channel(1);
    let (kept, mut written) = mpsc::channel(1);
    let network = async move {
        let end: Result<(), RemoteError> = remote.fetch(order.path, order.letters, order.part, &out).await;
        drop(out);
        end
    };
    let writing = async move {
        while let Some(batch) = written.recv().await {
            shelf.put(batch, &enough).await?;
        }
        Ok::<(), SyncError>(())
    };
    let (fetched, (), parsed, durable, wrote) = tokio::join!(
        network,
        gather(arriving, batches),
        parse(context, order.mailbox, gathered, packed),
        make_durable(context, unwritten, kept),
        writing
    );
    // A later stage's error comes first: it is what ended the earlier ones.
    wrote?;
    durable?;
    parsed?;
    Ok(fetched?)
}

/// Gathers what arrives into batches. A failed later stage closes its end, and with that the whole chain up to the fetch.
async fn gather(mut arriving: mpsc::Receiver<Arrived>, batches: mpsc::Sender<Vec<Arrived>>) {
    let (mut batch, mut octets, mut most) = (Vec::new(), 0, FIRST_LETTERS);
    let mut due = Instant::now();
    loop {
        let next = match batch.is_empty() {
            true => Ok(arriving.recv().await),
            false => timeout_at(due, arriving.recv()).await,
        };
        let (full, over) = match next {
            Ok(Some(arrived)) => {
                if batch.is_empty() {
                    due = Instant::now() + LONGEST_WAIT;
                }
                octets += arrived.octets();
                batch.push(arrived);
                (batch.len() >= most || octets >= BATCH_OCTETS, false)
            }
            Ok(None) => (!batch.is_empty(), true),
            Err(_due) => (true, false),
        };
        if full {
            (octets, most) = (0, BATCH_LETTERS);
            if batches.send(std::mem::take(&mut batch)).await.is_err() {
                return;
            }
        }
        if over {
            return;
        }
    }
}

async fn parse(
    context: &Context,
    mailbox: MailboxId,
    mut gathered: mpsc::Receiver<Vec<Arrived>>,
    packed: mpsc::Sender<Packed>,
) -> Result<()> {
    let mut joiner = Joiner::new(context, mailbox);
    while let Some(batch) = gathered.recv().await {
        if packed.send(pack(context, &mut joiner, batch).await?).await.is_err() {
            break;
        }
    }
    Ok(())
}

async fn make_durable(context: &Context, mut packed: mpsc::Receiver<Packed>, kept: mpsc::Sender<Kept>) -> Result<()> {
    while let Some(batch) = packed.recv().await {
        if kept.send(keep(context, batch).await?).await.is_err() {
            break;
        }
    }
    Ok(())
}

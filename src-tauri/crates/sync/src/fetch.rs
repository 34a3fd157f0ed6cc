//! Fetching many letters with bounded memory: the network, gathering into batches, and parsing and writing are
//! three stages at work at the same time, joined by bounded channels.

use crate::Result;
use pli_remote::{Fetched, Part, Remote, RemoteError, ServerId};
use tokio::sync::mpsc;

/// A batch is handed on when it holds this many letters or octets. At most three batches are in memory: one being
/// gathered, one waiting, one being written.
const BATCH_LETTERS: usize = 400;
const BATCH_OCTETS: usize = 8 << 20;
/// Letters that may wait between the network and the gathering.
const WAITING: usize = 16;

/// Batches on their way to the writer; one may wait.
pub fn channel() -> (mpsc::Sender<Vec<Fetched>>, mpsc::Receiver<Vec<Fetched>>) {
    mpsc::channel(1)
}

/// Fetches `ids` in order and sends them on in batches. The receiver writes them at the same time; when it goes
/// away the fetch ends.
pub async fn in_batches(
    remote: &mut dyn Remote,
    path: &str,
    ids: &[ServerId],
    part: Part,
    batches: mpsc::Sender<Vec<Fetched>>,
) -> Result<()> {
    let (letters, arriving) = mpsc::channel(WAITING);
    let fetching = async move {
        let end: Result<(), RemoteError> = remote.fetch(path, ids, part, &letters).await;
        drop(letters);
        end
    };
    let (fetched, ()) = tokio::join!(fetching, gather(arriving, batches));
    Ok(fetched?)
}

/// Gathers letters into batches. A failed writer closes its end, and with that the whole chain up to the fetch.
async fn gather(mut arriving: mpsc::Receiver<Fetched>, batches: mpsc::Sender<Vec<Fetched>>) {
    let (mut batch, mut octets) = (Vec::new(), 0);
    while let Some(letter) = arriving.recv().await {
        octets += letter.raw.len();
        batch.push(letter);
        if batch.len() >= BATCH_LETTERS || octets >= BATCH_OCTETS {
            octets = 0;
            if batches.send(std::mem::take(&mut batch)).await.is_err() {
                return;
            }
        }
    }
    if !batch.is_empty() {
        let _ = batches.send(batch).await;
    }
}

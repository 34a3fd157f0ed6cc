//! Header blocks, asked of a server to tell which letter is which where no name does.

use crate::{Result, SyncError};
use pli_model::{Digest, Timestamp};
use pli_remote::{Arrived, Fetched, Part, Problem, Remote, ServerId, Wanted, outlet};
use std::collections::HashMap;

/// Headers on their way.
const WAITING: usize = 64;

/// What both sides tell of a letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Traits {
    /// Octets of the whole letter.
    pub size: u64,
    /// Of its header block, without the line ends after it.
    pub header: Digest,
    /// Its Message-ID; may be empty.
    pub message_id: String,
    /// The date in its header.
    pub date: Option<Timestamp>,
}

/// Header blocks of letters, by what they say. `ids` come with their sizes, 0 where the fetch tells them.
pub async fn of(remote: &mut dyn Remote, path: &str, ids: Vec<(ServerId, u64)>) -> Result<HashMap<ServerId, Traits>> {
    let mut seen = HashMap::with_capacity(ids.len());
    let keep = |letter: Fetched| drop(seen.insert(letter.id, traits(&letter.raw, letter.size)));
    fetch(remote, path, ids, Part::Header, keep).await?;
    Ok(seen)
}

/// Fetches letters into `keep` one by one. One that the server will not show is one of those that nothing tells.
pub async fn fetch(
    remote: &mut dyn Remote,
    path: &str,
    ids: Vec<(ServerId, u64)>,
    part: Part,
    mut keep: impl FnMut(Fetched),
) -> Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    let letters: Vec<Wanted> = ids.into_iter().map(|(id, size)| Wanted { id, size, have: 0 }).collect();
    let (out, mut arriving, _) = outlet(WAITING);
    let fetching = async move {
        let end = remote.fetch(path, &letters, part, &out).await;
        drop(out);
        end
    };
    let keeping = async {
        while let Some(arrived) = arriving.recv().await {
            if let Arrived::Letter(letter) = arrived {
                keep(letter);
            }
        }
    };
    let (fetched, ()) = tokio::join!(fetching, keeping);
    match fetched {
        Err(error) if error.problem == Problem::Refused => Ok(()),
        outcome => outcome.map_err(SyncError::from),
    }
}

/// What the header block at the beginning of these octets says.
pub fn traits(raw: &[u8], size: u64) -> Traits {
    let envelope = pli_mime::envelope(raw);
    Traits {
        size,
        header: digest(raw),
        message_id: envelope.message_id,
        date: envelope.date,
    }
}

/// Of the header block at the beginning of these octets, without the line ends after it.
pub fn digest(raw: &[u8]) -> Digest {
    let block = match raw.starts_with(b"\r\n") {
        true => &[],
        false => {
            let end = raw.windows(4).position(|four| four == b"\r\n\r\n");
            end.and_then(|end| raw.get(..end)).unwrap_or(raw)
        }
    };
    pli_store::digest_of(block.trim_ascii_end())
}

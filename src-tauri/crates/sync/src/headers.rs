//! Header blocks, asked of a server to tell which letter is which where no name does.

use crate::{Context, Result, SyncError};
use memchr::memmem;
use pli_model::{Digest, Timestamp};
use pli_remote::{Arrived, Part, Problem, Remote, ServerId, Wanted, outlet};
use pli_store::Digester;
use std::collections::HashMap;

/// Headers, or letters, on their way.
const WAITING: usize = 16;

/// Octets of a header block that are looked at.
const LONGEST: u64 = 4 << 20;

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
    let keep = |arrived| {
        if let Arrived::Letter(letter) = arrived {
            seen.insert(letter.id, traits(&letter.raw, letter.size));
        }
    };
    fetch(remote, path, ids, Part::Header, keep).await?;
    Ok(seen)
}

/// Digests of whole letters, which are read and not kept.
pub async fn bodies_of(
    remote: &mut dyn Remote,
    path: &str,
    ids: Vec<(ServerId, u64)>,
) -> Result<HashMap<ServerId, Digest>> {
    let mut told = HashMap::with_capacity(ids.len());
    let mut great = Digester::default();
    let keep = |arrived| match arrived {
        Arrived::Letter(letter) => _ = told.insert(letter.id, pli_store::digest_of(&letter.raw)),
        Arrived::Piece(piece) => {
            if piece.offset == 0 {
                great = Digester::default();
            }
            great.update(&piece.raw);
            if piece.is_last {
                told.insert(piece.id, great.finish());
            }
        }
    };
    fetch(remote, path, ids, Part::Body, keep).await?;
    Ok(told)
}

/// Fetches letters into `keep` one by one. One that the server will not show is one of those that nothing tells.
async fn fetch(
    remote: &mut dyn Remote,
    path: &str,
    ids: Vec<(ServerId, u64)>,
    part: Part,
    mut keep: impl FnMut(Arrived),
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
            keep(arrived);
        }
    };
    let (fetched, ()) = tokio::join!(fetching, keeping);
    match fetched {
        Err(error) if error.problem == Problem::Refused => Ok(()),
        outcome => outcome.map_err(SyncError::from),
    }
}

/// The beginning of a body of ours, with its header block; `None` when it is not here.
pub async fn start_of(context: &Context, body: Digest) -> Result<Option<Vec<u8>>> {
    Ok(context
        .store
        .read(move |reader| reader.body_start(body, LONGEST))
        .await?)
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
            let end = memmem::find(raw, b"\r\n\r\n");
            end.and_then(|end| raw.get(..end)).unwrap_or(raw)
        }
    };
    pli_store::digest_of(block.trim_ascii_end())
}

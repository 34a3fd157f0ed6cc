//! The middle stages of a fetch: letters are parsed and packed, on every core, and then their bodies made durable.

use crate::great::{Came, Joiner};
use crate::{Context, Result, SyncError, headers};
use pli_mime::Summary;
use pli_model::{Digest, Timestamp};
use pli_remote::{Arrived, Marks, Piece, ServerId};
use pli_store::{NewBody, PackedBodies};

/// A batch that has been parsed and packed.
#[derive(Debug, Default)]
pub struct Packed {
    kept: Kept,
    bodies: PackedBodies,
    /// Which of the letters have these bodies.
    places: Vec<usize>,
}

/// A batch that has been parsed and whose bodies are durable.
#[derive(Debug, Default)]
pub struct Kept {
    /// The letters, in the order in which they arrived.
    pub letters: Vec<KeptLetter>,
    /// Octets of bodies in it.
    pub octets: u64,
}

/// A fetched letter without its bytes.
#[derive(Debug)]
pub struct KeptLetter {
    /// The server's name for it.
    pub id: ServerId,
    /// When the server received it.
    pub received: Option<Timestamp>,
    /// Its marks there.
    pub marks: Option<Marks>,
    /// A name that is the same in every mailbox.
    pub object_id: Option<String>,
    /// Octets of the whole letter.
    pub size: u64,
    /// What was read in it.
    pub summary: Summary,
    /// Its body; `None` for a header.
    pub digest: Option<Digest>,
    /// Of its header block, where letters are told apart by it (POP3).
    pub header: Option<Digest>,
}

impl KeptLetter {
    /// When the letter came in: by the server, else by the letter (never later than now: a date in the future would
    /// stay on top of the list for ever), else now.
    pub fn received_at(&self, now: Timestamp) -> Timestamp {
        self.received
            .or(self.summary.envelope.date.map(|written| written.min(now)))
            .unwrap_or(now)
    }
}

/// Parses and packs a batch. Pieces of great letters go to `joiner`, and the letter comes with its last one.
pub async fn pack(context: &Context, joiner: &mut Joiner<'_>, batch: Vec<Arrived>) -> Result<Packed> {
    let mut letters = Vec::with_capacity(batch.len());
    let mut pieces: Vec<Piece> = Vec::new();
    let mut octets = 0;
    for arrived in batch {
        match arrived {
            Arrived::Letter(fetched) => {
                if fetched.is_whole {
                    octets += len(&fetched.raw);
                }
                letters.push(Came { fetched, spool: None });
            }
            Arrived::Piece(piece) => {
                octets += len(&piece.raw);
                if pieces.first().is_some_and(|first| first.id != piece.id) {
                    letters.extend(joiner.join(std::mem::take(&mut pieces)).await?);
                }
                pieces.push(piece);
            }
        }
    }
    letters.extend(joiner.join(pieces).await?);
    let parsed = parse(letters).await?;
    let (mut bodies, mut places) = (Vec::new(), Vec::new());
    let mut kept: Vec<KeptLetter> = Vec::with_capacity(parsed.len());
    for (Came { fetched, spool }, Reading { summary, header }) in parsed {
        let size = match &spool {
            Some(spool) => spool.size(),
            None if fetched.is_whole => len(&fetched.raw),
            None => fetched.size,
        };
        let body = match spool {
            Some(spool) => Some(NewBody::Spooled(spool)),
            None => fetched.is_whole.then_some(NewBody::Held(fetched.raw)),
        };
        if let Some(body) = body {
            bodies.push(body);
            places.push(kept.len());
        }
        kept.push(KeptLetter {
            id: fetched.id,
            received: fetched.received,
            marks: fetched.marks,
            object_id: fetched.object_id,
            size,
            summary,
            digest: None,
            header,
        });
    }
    Ok(Packed {
        kept: Kept { letters: kept, octets },
        bodies: context.store.pack_bodies(bodies).await?,
        places,
    })
}

/// Makes the bodies of a batch durable.
pub async fn keep(context: &Context, packed: Packed) -> Result<Kept> {
    let Packed {
        mut kept,
        bodies,
        places,
    } = packed;
    if !places.is_empty() {
        let digests = context.store.write_bodies(bodies).await?;
        for (at, digest) in places.into_iter().zip(digests) {
            if let Some(letter) = kept.letters.get_mut(at) {
                letter.digest = Some(digest);
            }
        }
    }
    Ok(kept)
}

/// What is read in a letter.
struct Reading {
    summary: Summary,
    header: Option<Digest>,
}

/// Reads letters on all cores, in order.
async fn parse(letters: Vec<Came>) -> Result<Vec<(Came, Reading)>> {
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    let share = letters.len().div_ceil(workers).max(1);
    let mut letters = letters.into_iter();
    let mut parsing = Vec::new();
    loop {
        let part: Vec<Came> = letters.by_ref().take(share).collect();
        if part.is_empty() {
            break;
        }
        parsing.push(tokio::task::spawn_blocking(move || {
            let read = |came: Came| {
                let letter = &came.fetched;
                let summary = match letter.is_whole {
                    true => pli_mime::summarize(&letter.raw),
                    false => Summary {
                        envelope: pli_mime::envelope(&letter.raw),
                        snippet: String::new(),
                        has_attachments: false,
                    },
                };
                let header = matches!(letter.id, ServerId::Uidl(_)).then(|| headers::digest(&letter.raw));
                (came, Reading { summary, header })
            };
            part.into_iter().map(read).collect::<Vec<_>>()
        }));
    }
    let mut parsed = Vec::new();
    for part in parsing {
        parsed.append(&mut part.await.map_err(SyncError::from)?);
    }
    Ok(parsed)
}

fn len(raw: &[u8]) -> u64 {
    u64::try_from(raw.len()).unwrap_or(u64::MAX)
}

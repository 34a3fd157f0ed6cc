//! The middle stages of a fetch: letters are parsed and packed, on every core, and then their bodies made durable.

use crate::{Context, Result, SyncError, headers};
use pli_mime::Summary;
use pli_model::{Digest, MailboxId, Timestamp};
use pli_remote::{Arrived, Fetched, Marks, Piece, ServerId};
use pli_store::{PackedBodies, PieceOf};

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

/// Parses and packs a batch. Pieces of a big letter are kept, durably, until its last one, and then put together.
pub async fn pack(context: &Context, mailbox: MailboxId, batch: Vec<Arrived>) -> Result<Packed> {
    let mut letters = Vec::with_capacity(batch.len());
    let mut pieces: Vec<Piece> = Vec::new();
    let mut octets = 0;
    for arrived in batch {
        match arrived {
            Arrived::Letter(letter) => {
                if letter.is_whole {
                    octets += len(&letter.raw);
                }
                letters.push(letter);
            }
            Arrived::Piece(piece) => {
                octets += len(&piece.raw);
                if pieces.first().is_some_and(|first| first.id != piece.id) {
                    letters.extend(join(context, mailbox, std::mem::take(&mut pieces)).await?);
                }
                pieces.push(piece);
            }
        }
    }
    letters.extend(join(context, mailbox, pieces).await?);
    let parsed = parse(letters).await?;
    let mut raws = Vec::new();
    let mut kept: Vec<KeptLetter> = Vec::with_capacity(parsed.len());
    for (letter, Reading { summary, header }) in parsed {
        let size = if letter.is_whole { len(&letter.raw) } else { letter.size };
        if letter.is_whole {
            raws.push((kept.len(), letter.raw));
        }
        kept.push(KeptLetter {
            id: letter.id,
            received: letter.received,
            marks: letter.marks,
            object_id: letter.object_id,
            size,
            summary,
            digest: None,
            header,
        });
    }
    let (places, raws): (Vec<usize>, Vec<Vec<u8>>) = raws.into_iter().unzip();
    Ok(Packed {
        kept: Kept { letters: kept, octets },
        bodies: context.store.pack_bodies(raws).await?,
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

/// Keeps pieces of one letter; answers the letter when the last one is among them.
async fn join(context: &Context, mailbox: MailboxId, pieces: Vec<Piece>) -> Result<Option<Fetched>> {
    let Some(last) = pieces.last() else { return Ok(None) };
    let is_last = last.is_last;
    let Some(of) = whose(context, mailbox, &last.id).await? else {
        return Ok(None);
    };
    let stretches = pieces.into_iter().filter(|piece| !piece.raw.is_empty());
    let stretches = stretches.map(|piece| (piece.offset, piece.raw)).collect();
    context.store.put_pieces(of, stretches).await?;
    if !is_last {
        return Ok(None);
    }
    let raw = context
        .store
        .read(move |reader| reader.take_pieces(of.mailbox, of.validity, of.uid))
        .await?;
    Ok(Some(Fetched {
        id: ServerId::Uid(of.uid),
        received: None,
        marks: None,
        object_id: None,
        size: len(&raw),
        raw,
        is_whole: true,
    }))
}

/// Under what the pieces of a letter are kept.
async fn whose(context: &Context, mailbox: MailboxId, id: &ServerId) -> Result<Option<PieceOf>> {
    let ServerId::Uid(uid) = *id else { return Ok(None) };
    let known = context.store.read(move |reader| reader.mailbox(mailbox)).await?.known;
    Ok(known.uid_validity.map(|validity| PieceOf {
        account: context.account,
        mailbox,
        validity,
        uid,
    }))
}

/// What is read in a letter.
struct Reading {
    summary: Summary,
    header: Option<Digest>,
}

/// Reads letters on all cores, in order.
async fn parse(letters: Vec<Fetched>) -> Result<Vec<(Fetched, Reading)>> {
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    let share = letters.len().div_ceil(workers).max(1);
    let mut letters = letters.into_iter();
    let mut parsing = Vec::new();
    loop {
        let part: Vec<Fetched> = letters.by_ref().take(share).collect();
        if part.is_empty() {
            break;
        }
        parsing.push(tokio::task::spawn_blocking(move || {
            let read = |letter: Fetched| {
                let summary = match letter.is_whole {
                    true => pli_mime::summarize(&letter.raw),
                    false => Summary {
                        envelope: pli_mime::envelope(&letter.raw),
                        snippet: String::new(),
                        has_attachments: false,
                    },
                };
                let header = matches!(letter.id, ServerId::Uidl(_)).then(|| headers::digest(&letter.raw));
                (letter, Reading { summary, header })
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

//! Letters that are too large to be held come in pieces: their octets go to the disk as they come, and only an outline stays
//! in memory.
//!
//! Pieces that a server can be asked for one by one (IMAP) are kept, durably, until the last of them is here: a broken
//! line costs no more than one. POP3 begins a letter anew, so that its pieces are only put together.

use crate::{Context, Result, SyncError};
use pli_mime::Outline;
use pli_model::{MailboxId, Uid};
use pli_remote::{Fetched, Piece, ServerId};
use pli_store::{PieceOf, Spool};

/// A letter being put together.
struct Great {
    id: ServerId,
    outline: Outline,
    spool: Spool,
}

/// A letter that has come. Of a great one `fetched` holds an outline, and `spool` the octets.
pub(crate) struct Came {
    pub fetched: Fetched,
    pub spool: Option<Spool>,
}

/// Puts great letters of one mailbox together.
pub(crate) struct Joiner<'a> {
    context: &'a Context,
    mailbox: MailboxId,
    begun: Option<Great>,
}

impl<'a> Joiner<'a> {
    pub fn new(context: &'a Context, mailbox: MailboxId) -> Self {
        Self {
            context,
            mailbox,
            begun: None,
        }
    }

    /// Takes pieces of one letter, in their order; answers the letter when the last one is among them.
    pub async fn join(&mut self, pieces: Vec<Piece>) -> Result<Option<Came>> {
        match pieces.first().map(|piece| &piece.id) {
            Some(ServerId::Uid(_)) => self.keep(pieces).await,
            Some(ServerId::Uidl(_)) => self.spool(pieces).await,
            None => Ok(None),
        }
    }

    async fn keep(&mut self, pieces: Vec<Piece>) -> Result<Option<Came>> {
        let Some(last) = pieces.last() else { return Ok(None) };
        let (id, is_last) = (last.id.clone(), last.is_last);
        let ServerId::Uid(uid) = id else { return Ok(None) };
        let Some(of) = self.whose(uid).await? else {
            return Ok(None);
        };
        let stretches = pieces.into_iter().filter(|piece| !piece.raw.is_empty());
        let stretches = stretches.map(|piece| (piece.offset, piece.raw)).collect();
        self.context.store.put_pieces(of, stretches).await?;
        if !is_last {
            return Ok(None);
        }
        let mut great = Great::begin(self.context, id)?;
        let read = self.context.store.read(move |reader| {
            reader.each_piece(of, |octets| great.put(octets))?;
            Ok(great)
        });
        Ok(Some(read.await?.came()))
    }

    async fn spool(&mut self, pieces: Vec<Piece>) -> Result<Option<Came>> {
        let Some((first, is_last)) = pieces.first().zip(pieces.last().map(|last| last.is_last)) else {
            return Ok(None);
        };
        let begun = self
            .begun
            .take()
            .filter(|great| great.id == first.id && first.offset > 0);
        let mut great = match begun {
            Some(great) => great,
            None => Great::begin(self.context, first.id.clone())?,
        };
        let putting = tokio::task::spawn_blocking(move || {
            pieces.iter().try_for_each(|piece| great.put(&piece.raw))?;
            Ok::<_, SyncError>(great)
        });
        let great = putting.await??;
        if is_last {
            return Ok(Some(great.came()));
        }
        self.begun = Some(great);
        Ok(None)
    }

    /// Under what the pieces of a letter are kept.
    async fn whose(&self, uid: Uid) -> Result<Option<PieceOf>> {
        let mailbox = self.mailbox;
        let known = self
            .context
            .store
            .read(move |reader| reader.mailbox(mailbox))
            .await?
            .known;
        Ok(known.uid_validity.map(|validity| PieceOf {
            account: self.context.account,
            mailbox,
            validity,
            uid,
        }))
    }
}

impl Great {
    fn begin(context: &Context, id: ServerId) -> Result<Self> {
        Ok(Self {
            id,
            outline: Outline::default(),
            spool: context.store.begin_spool()?,
        })
    }

    fn put(&mut self, octets: &[u8]) -> pli_store::Result<()> {
        self.outline.pass(octets);
        self.spool.put(octets)
    }

    fn came(self) -> Came {
        Came {
            fetched: Fetched {
                id: self.id,
                received: None,
                marks: None,
                object_id: None,
                size: self.spool.size(),
                raw: self.outline.finish(),
                is_whole: true,
            },
            spool: Some(self.spool),
        }
    }
}

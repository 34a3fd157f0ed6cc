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
        let end = last.offset.saturating_add(last.raw.len() as u64);
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
        let great = read.await?;
        if great.spool.size() == end {
            return Ok(Some(great.came()));
        }
        // Old ones may have been collected since this fetch was told that they are here. What is left is no letter: it is
        // asked for from its beginning the next time.
        tracing::warn!(uid = uid.0, "pieces of a letter are missing");
        self.context.store.drop_pieces(of).await?;
        Ok(None)
    }

    async fn spool(&mut self, pieces: Vec<Piece>) -> Result<Option<Came>> {
        let Some((first, is_last)) = pieces.first().zip(pieces.last().map(|last| last.is_last)) else {
            return Ok(None);
        };
        let mut great = match self.begun.take() {
            Some(great) if great.id == first.id && great.spool.size() == first.offset => great,
            _ if first.offset == 0 => Great::begin(self.context, first.id.clone())?,
            // The end of a letter is no letter. Not listed here, it is asked for again.
            _ => return Ok(None),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tests::world::{Clocked, alices_account};
    use pli_model::{Protocol, Role, UidValidity};
    use pli_store::{NewMailbox, ServerState};

    async fn context(protocol: Protocol) -> (Clocked, Context, MailboxId) {
        let profile = Clocked::default();
        let store = profile.open_store();
        let (account, inbox) = store
            .write(move |writer| {
                let account = writer.add_account(&alices_account(protocol))?;
                let inbox = writer.put_mailbox(account, &NewMailbox::new("INBOX", Role::Inbox))?;
                let uid_validity = Some(UidValidity(7));
                writer.set_server_state(
                    inbox,
                    ServerState {
                        uid_validity,
                        ..ServerState::default()
                    },
                )?;
                Ok((account, inbox))
            })
            .await
            .unwrap();
        let context = profile.context_over(account, store);
        (profile, context, inbox)
    }

    fn piece(id: ServerId, offset: u64, raw: &[u8], is_last: bool) -> Piece {
        let raw = raw.to_vec();
        Piece {
            id,
            offset,
            raw,
            is_last,
        }
    }

    #[tokio::test]
    async fn the_end_of_a_letter_is_not_taken_for_the_letter() {
        let cases = [
            (Protocol::Imap, ServerId::Uid(Uid(1))),
            (Protocol::Pop3, ServerId::Uidl("u1".to_owned())),
        ];
        for (protocol, id) in cases {
            let (_profile, context, inbox) = context(protocol).await;
            let mut joiner = Joiner::new(&context, inbox);
            let of = |offset, raw: &[u8], is_last| vec![piece(id.clone(), offset, raw, is_last)];
            assert!(joiner.join(of(9, b"the end", true)).await.unwrap().is_none());
            assert!(joiner.join(of(0, b"A: b\r\n\r\n1", false)).await.unwrap().is_none());
            let came = joiner.join(of(9, b"the end", true)).await.unwrap().unwrap();
            assert_eq!(
                (came.fetched.size, came.fetched.raw.as_slice()),
                (16, &b"A: b\r\n\r\n1the end"[..])
            );
        }
    }
}

//! Moving letters between mailboxes: UID MOVE (RFC 6851), or what it is made of.

use super::{Session, Transport};
use crate::command::Command;
use crate::{Code, MailboxName, Result, StatusText, Untagged, uid_set};
use pli_model::{FlagChange, Flags, Uid, UidValidity};

/// What became of a move.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Moved {
    /// UIDVALIDITY of the target, where the server tells.
    pub uid_validity: Option<UidValidity>,
    /// Old and new UID of each letter, where the server tells (COPYUID).
    pub uids: Vec<(Uid, Uid)>,
    /// True where the server can neither MOVE nor expunge single letters (UIDPLUS): the letters were copied, and
    /// the originals are left behind marked `\Deleted`. A plain EXPUNGE would remove letters that others marked.
    pub left_marked: bool,
}

impl Moved {
    fn note(&mut self, status: &StatusText) -> bool {
        let Some(Code::CopyUid {
            uid_validity,
            source,
            target,
        }) = &status.code
        else {
            return false;
        };
        self.uid_validity = Some(UidValidity(*uid_validity));
        // Sets that do not correspond tell nothing, and a made-up one could name thousands of millions.
        if source.len() == target.len() && source.len() <= 1_000_000 {
            self.uids.extend(source.iter().zip(target.iter()));
        }
        true
    }
}

impl<S: Transport> Session<S> {
    /// Moves letters of the selected mailbox. Letters that are gone are no error, and one that is left behind marked
    /// `\Deleted` from an earlier attempt is not copied again.
    pub async fn uid_move(&mut self, uids: &[Uid], target: &MailboxName) -> Result<Moved> {
        let mut moved = Moved::default();
        for set in uid_set::commands(uids) {
            if self.has("MOVE") {
                self.transfer("UID MOVE", &set, target, &mut moved).await?;
            } else {
                self.copy_and_remove(&set, target, &mut moved).await?;
            }
        }
        Ok(moved)
    }

    async fn copy_and_remove(&mut self, set: &str, target: &MailboxName, moved: &mut Moved) -> Result<()> {
        let present = self.uid_search_present(set).await?;
        for set in uid_set::commands(&present) {
            self.transfer("UID COPY", &set, target, moved).await?;
            self.uid_store(&set, FlagChange::add(Flags::DELETED)).await?;
        }
        if self.has("UIDPLUS") {
            self.run(Command::new(format!("UID EXPUNGE {set}")), Some).await?;
        } else {
            moved.left_marked |= !present.is_empty();
        }
        Ok(())
    }

    async fn transfer(&mut self, verb: &str, set: &str, target: &MailboxName, moved: &mut Moved) -> Result<()> {
        let command = Command::new(format!("{verb} {set}")).mailbox(target)?;
        let done = self
            .run(command, |response| match &response {
                // MOVE tells before the EXPUNGEs, in an untagged OK (RFC 6851 §4.3).
                Untagged::Status(_, status) if moved.note(status) => None,
                _ => Some(response),
            })
            .await?;
        moved.note(&done);
        Ok(())
    }
}

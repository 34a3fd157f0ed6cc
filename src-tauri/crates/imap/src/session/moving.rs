//! Copying and moving letters between mailboxes: UID MOVE (RFC 6851), or what it is made of.

use super::{Expunged, Session, Transport};
use crate::command::Command;
use crate::{Code, MailboxName, Result, StatusText, Untagged, uid_set};
use pli_model::{Uid, UidValidity};

/// What became of a move or a copy.
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
    /// Notes a COPYUID; answers whether it was one.
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
    /// `\Deleted` from an earlier attempt is not copied again. When a part is refused that is the answer, though others
    /// may have been moved.
    pub async fn uid_move(&mut self, uids: &[Uid], target: &MailboxName) -> Result<Moved> {
        let sets = uid_set::commands(uids);
        let mut moved = Moved::default();
        if self.has("MOVE") {
            let outcomes = self.transfer("UID MOVE", &sets, target, &mut moved).await?;
            outcomes.into_iter().collect::<Result<()>>()?;
        } else {
            self.copy_and_remove(&sets, target, &mut moved).await?;
        }
        Ok(moved)
    }

    /// UID COPY: copies letters of the selected mailbox, with their flags. Letters that are gone are no error.
    pub async fn uid_copy(&mut self, uids: &[Uid], target: &MailboxName) -> Result<Moved> {
        let sets = uid_set::commands(uids);
        let mut copied = Moved::default();
        let outcomes = self.transfer("UID COPY", &sets, target, &mut copied).await?;
        outcomes.into_iter().collect::<Result<()>>()?;
        Ok(copied)
    }

    /// Only what has been copied is removed.
    async fn copy_and_remove(&mut self, sets: &[String], target: &MailboxName, moved: &mut Moved) -> Result<()> {
        let present = uid_set::commands(&self.uid_search_present(sets).await?);
        let outcomes = self.transfer("UID COPY", &present, target, moved).await?;
        let copied: Vec<String> = present
            .into_iter()
            .zip(&outcomes)
            .filter_map(|(set, outcome)| outcome.is_ok().then_some(set))
            .collect();
        let refusal = outcomes.into_iter().collect::<Result<()>>();
        // With all of them copied, those go too that an earlier attempt has left behind marked.
        let expunged = if refusal.is_ok() { sets } else { copied.as_slice() };
        let removed = self.remove(&copied, expunged).await?;
        moved.left_marked = removed == Expunged::OnlyMarked && !copied.is_empty();
        refusal
    }

    /// Copies or moves; answers how each set fared.
    async fn transfer(
        &mut self,
        verb: &str,
        sets: &[String],
        target: &MailboxName,
        moved: &mut Moved,
    ) -> Result<Vec<Result<()>>> {
        let commands = sets
            .iter()
            .map(|set| Command::new(format!("{verb} {set}")).mailbox(target));
        let commands = commands.collect::<Result<Vec<_>>>()?;
        let outcomes = self
            .run_all(commands, |response| match &response {
                // MOVE tells before the EXPUNGEs, in an untagged OK (RFC 6851 §4.3).
                Untagged::Status(_, status) if moved.note(status) => None,
                _ => Some(response),
            })
            .await?;
        let noted = outcomes.into_iter().map(|outcome| {
            moved.note(&outcome?);
            Ok(())
        });
        Ok(noted.collect())
    }
}

//! The only-copy guard: what destroying would cost, and what can be done about letters that are on this computer only.

use crate::{Engine, Result};
use pli_model::{AccountId, CommandId, LeaveOnServer, MailboxId, PlacementId};

/// What somebody wants to destroy.
#[derive(Debug, Clone)]
pub enum Doomed {
    /// Letters, deleted for good.
    Letters(Vec<PlacementId>),
    /// Every letter of a mailbox, deleted for good.
    Mailbox(MailboxId),
    /// An account with all that is here of it.
    Account(AccountId),
    /// What a choice would delete at a POP3 server of letters that were deleted here.
    Leave(AccountId, LeaveOnServer),
}

/// What would be gone for good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LastCopies {
    /// Letters that would exist nowhere any more, as far as is known.
    pub letters: u32,
    /// Drafts, and letters that have not been sent.
    pub unsent: u32,
}

impl Engine {
    /// What destroying that would cost.
    pub async fn last_copies(&self, of: Doomed) -> Result<LastCopies> {
        let store = &self.inner.store;
        let letters = |letters| LastCopies { letters, unsent: 0 };
        Ok(match of {
            Doomed::Letters(ids) => letters(store.read(move |reader| reader.last_copies(&ids)).await?),
            Doomed::Mailbox(id) => {
                let (_, ids) = self.with_letters(id).await?;
                letters(store.read(move |reader| reader.last_copies(&ids)).await?)
            }
            Doomed::Leave(account, leave) => letters(
                store
                    .read(move |reader| reader.last_copies_left(account, leave))
                    .await?,
            ),
            Doomed::Account(account) => {
                let count = move |reader: &pli_store::Reader<'_>| {
                    Ok(LastCopies {
                        letters: reader.only_here_count(account)?,
                        unsent: reader.unsent_count(account)?,
                    })
                };
                store.read(count).await?
            }
        })
    }

    /// Puts the letters of an IMAP account that are on this computer only onto its server, each into the mailbox in which it
    /// is shown, with its flags and its date. Answers how many; they go on their way like any other operation.
    pub async fn upload(&self, command: &CommandId, account: AccountId) -> Result<u32> {
        let command = command.clone();
        let letters = self
            .inner
            .store
            .write(move |writer| writer.upload(&command, account))
            .await?;
        self.tell(account, pli_sync::Account::operation_queued);
        Ok(letters)
    }
}

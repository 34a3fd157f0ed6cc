//! The only-copy guard.

use super::Answer;
use super::letter::letters;
use crate::convert::to_leave;
use crate::wire::*;
use pli_engine::{Doomed, Engine};
use pli_model::{AccountId, MailboxId};

pub async fn last(engine: &Engine, of: CopiesOf) -> Answer<LastCopies> {
    let doomed = match of {
        CopiesOf::Letters { ids } => Doomed::Letters(letters(&ids)),
        CopiesOf::Mailbox { mailbox } => Doomed::Mailbox(MailboxId(mailbox)),
        CopiesOf::Account { account } => Doomed::Account(AccountId(account)),
        CopiesOf::Leave { account, leave } => Doomed::Leave(AccountId(account), to_leave(leave)),
    };
    let last = engine.last_copies(doomed).await?;
    Ok(LastCopies {
        letters: last.letters,
        unsent: last.unsent,
    })
}

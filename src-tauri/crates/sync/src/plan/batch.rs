//! Which queued operations are carried out together.

use pli_model::Operation;
use pli_store::PendingOperation;

/// Letters of one round: a command for each thousand of them is as good as one for more.
const MOST: usize = 5_000;
/// Letters of one round that are sent whole: each round that has ended need not be looked for again.
const MOST_APPENDED: usize = 100;

/// Takes out of what is due the operations that can be carried out as one: the oldest that is ready, and all ready ones
/// that want the same. None of what is due has an earlier unfinished operation on one of its letters, so it may go before
/// others that are older. Where none is ready, the oldest goes alone: the place of one of its letters must be found first.
pub fn batch(due: Vec<PendingOperation>) -> Vec<PendingOperation> {
    let Some(first) = due.iter().find(|pending| is_ready(pending)).cloned() else {
        return due.into_iter().take(1).collect();
    };
    let most = match first.operation {
        Operation::Append => MOST_APPENDED,
        _ => MOST,
    };
    let mut letters = 0;
    due.into_iter()
        .filter(|pending| is_ready(pending) && pending.operation == first.operation)
        .take_while(|pending| {
            letters += pending.letters.len();
            letters <= most || pending.id == first.id
        })
        .collect()
}

/// Whether the place of each letter at the server is known, as far as the server has it.
fn is_ready(pending: &PendingOperation) -> bool {
    match pending.operation {
        Operation::Copy(_) | Operation::Append => true,
        Operation::Mark(_) | Operation::Move(_) | Operation::Expunge => pending
            .letters
            .iter()
            .all(|letter| letter.position.mailbox.is_none() || letter.position.uid.is_some()),
    }
}

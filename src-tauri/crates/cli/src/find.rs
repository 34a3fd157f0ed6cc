//! From the words of a command line to accounts and mailboxes.

use crate::failure::Failure;
use pli_api::wire;
use pli_engine::Engine;
use pli_model::{Account, AccountId, MailboxId};

/// The account with that address, or the only one there is.
pub async fn account(engine: &Engine, email: Option<&str>) -> Result<Account, Failure> {
    match email {
        Some(email) => Ok(engine.account_by_email(email).await?),
        None => {
            let mut accounts = engine.accounts().await?;
            match (accounts.pop(), accounts.is_empty()) {
                (Some(only), true) => Ok(only.account),
                (None, _) => Err(Failure::usage("there is no account yet: pli account add")),
                (Some(_), false) => Err(Failure::usage("there are several accounts: say --account E")),
            }
        }
    }
}

/// The accounts with that address, or all.
pub async fn accounts(engine: &Engine, email: Option<&str>) -> Result<Vec<Account>, Failure> {
    match email {
        Some(email) => Ok(vec![engine.account_by_email(email).await?]),
        None => Ok(engine
            .accounts()
            .await?
            .into_iter()
            .map(|entry| entry.account)
            .collect()),
    }
}

/// The mailboxes of an account, as the wire names them.
pub async fn mailboxes(engine: &Engine, account: AccountId) -> Result<Vec<wire::Mailbox>, Failure> {
    Ok(engine
        .mailboxes(account)
        .await?
        .into_iter()
        .map(pli_api::mailbox)
        .collect())
}

/// A mailbox by its path, else by its role (`inbox`, `sent`, `trash` ...).
pub async fn mailbox(engine: &Engine, account: AccountId, wanted: &str) -> Result<MailboxId, Failure> {
    let all = mailboxes(engine, account).await?;
    let by_path = all.iter().find(|mailbox| mailbox.path == wanted);
    let by_role = || {
        all.iter()
            .find(|mailbox| role_word(mailbox.role) == wanted.to_lowercase())
    };
    let by_any_case = || {
        all.iter()
            .find(|mailbox| mailbox.path.to_lowercase() == wanted.to_lowercase())
    };
    by_path
        .or_else(by_role)
        .or_else(by_any_case)
        .map(|mailbox| MailboxId(mailbox.id))
        .ok_or_else(|| Failure::usage(format!("there is no mailbox {wanted}: see pli mailboxes")))
}

/// A role as it is written in JSON.
pub fn role_word(role: wire::Role) -> String {
    serde_json::to_value(role)
        .ok()
        .and_then(|word| word.as_str().map(str::to_owned))
        .unwrap_or_default()
}

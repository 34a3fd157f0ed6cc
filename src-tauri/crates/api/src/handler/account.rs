//! Accounts.

use super::Answer;
use crate::convert::{self, to_endpoint, to_protocol};
use crate::wire::*;
use pli_engine::{Engine, NewAccount};
use pli_model::AccountId;

pub async fn list(engine: &Engine, _: Nothing) -> Answer<Vec<Account>> {
    Ok(engine.accounts().await?.into_iter().map(convert::account).collect())
}

pub async fn guess(engine: &Engine, ask: ServersFor) -> Answer<Servers> {
    let (incoming, outgoing) = engine.guess_servers(&ask.email, to_protocol(ask.mode));
    Ok(Servers {
        incoming: convert::server(incoming),
        outgoing: convert::server(outgoing),
        user: ask.email,
        verified: false,
        needs_consent: false,
    })
}

pub async fn find(engine: &Engine, ask: ServersFor) -> Answer<Servers> {
    let found = engine.find_servers(&ask.email, to_protocol(ask.mode)).await?;
    Ok(Servers {
        incoming: convert::server(found.incoming),
        outgoing: convert::server(found.outgoing),
        user: ask.email,
        verified: found.verified,
        needs_consent: found.needs_consent,
    })
}

pub async fn add(engine: &Engine, form: AccountAdd) -> Answer<Account> {
    let added = engine
        .add_account(NewAccount {
            email: form.email,
            name: form.name,
            protocol: to_protocol(form.mode),
            incoming: to_endpoint(form.incoming),
            outgoing: to_endpoint(form.outgoing),
            user: form.user,
            password: form.password,
        })
        .await?;
    one(engine, added.id).await
}

pub async fn sign_in(engine: &Engine, form: AccountSignIn) -> Answer<Account> {
    let account = engine.sign_in_again(AccountId(form.account), &form.password).await?;
    one(engine, account.id).await
}

pub async fn remove(engine: &Engine, ask: AccountRemove) -> Answer<Nothing> {
    engine.remove_account(AccountId(ask.account), ask.agreed).await?;
    Ok(Nothing {})
}

pub async fn sync_now(engine: &Engine, ask: SyncNow) -> Answer<Nothing> {
    engine.look(ask.account.map(AccountId));
    Ok(Nothing {})
}

/// How the server is used, and what is on this computer.
pub async fn details(engine: &Engine, named: AccountRef) -> Answer<AccountDetails> {
    let details = engine.account_details(AccountId(named.account)).await?;
    Ok(convert::details(details))
}

/// Which letters are kept whole.
pub async fn keep(engine: &Engine, ask: AccountKeep) -> Answer<Nothing> {
    engine
        .keep_bodies(AccountId(ask.account), convert::to_retention(ask.keep))
        .await?;
    Ok(Nothing {})
}

/// What a POP3 server keeps.
pub async fn leave(engine: &Engine, ask: AccountLeave) -> Answer<Nothing> {
    engine
        .leave_on_server(AccountId(ask.account), convert::to_leave(ask.leave), ask.agreed)
        .await?;
    Ok(Nothing {})
}

/// Puts what is on this computer only onto the server.
pub async fn upload(engine: &Engine, named: AccountRef) -> Answer<Nothing> {
    engine.upload(&engine.new_command(), AccountId(named.account)).await?;
    Ok(Nothing {})
}

/// What a change of protocol would come to.
pub async fn preview_mode(engine: &Engine, ask: AccountMode) -> Answer<ModeOutlook> {
    let outlook = engine.preview_mode(&convert::to_mode_change(ask)).await?;
    Ok(convert::outlook(outlook))
}

/// Changes the protocol.
pub async fn change_mode(engine: &Engine, ask: AccountMode) -> Answer<ModeOutlook> {
    let outlook = engine.change_mode(&convert::to_mode_change(ask)).await?;
    Ok(convert::outlook(outlook))
}

/// Stops a change of protocol.
pub async fn stop_mode(engine: &Engine, named: AccountRef) -> Answer<Nothing> {
    engine.stop_mode(AccountId(named.account));
    Ok(Nothing {})
}

async fn one(engine: &Engine, id: AccountId) -> Answer<Account> {
    let entry = engine.account(id).await?;
    Ok(convert::account(entry))
}

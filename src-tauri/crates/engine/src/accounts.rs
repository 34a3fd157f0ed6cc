//! Accounts: found, checked, added, signed in again, removed; and one-off syncs.

use crate::{Engine, EngineError, Field, Result, Status, Totals};
use pli_model::{
    Account, AccountId, Address, Endpoint, LeaveOnServer, Passport, Protocol, Retention, Role, SentPolicy,
};
use pli_net::discovery::{self, Found};
use pli_remote::{Problem, RemoteError};
use pli_store::NewMailbox;
use pli_vault::Secret;
use std::sync::PoisonError;

/// Servers that file the copy of a sent letter by themselves: filing again would double it.
const FILING_SERVERS: [&str; 6] = [
    "gmail.com",
    "googlemail.com",
    "office365.com",
    "outlook.com",
    "hotmail.com",
    "mail.me.com",
];

/// The mailboxes of an account whose server has none but the inbox.
pub(crate) const LOCAL_MAILBOXES: [(&str, Role); 5] = [
    ("INBOX", Role::Inbox),
    ("Sent", Role::Sent),
    ("Archive", Role::Archive),
    ("Junk", Role::Junk),
    ("Trash", Role::Trash),
];

/// An account to be added.
#[derive(Clone)]
pub struct NewAccount {
    pub email: String,
    /// Display name; may be empty.
    pub name: String,
    pub protocol: Protocol,
    pub incoming: Endpoint,
    pub outgoing: Endpoint,
    /// Sign-in name; the address where it is empty.
    pub user: String,
    pub password: String,
}

/// An account and what it is doing.
#[derive(Debug, Clone)]
pub struct AccountWithStatus {
    pub account: Account,
    pub status: Status,
    /// Operations that wait for the server.
    pub waiting: u32,
}

/// How an account's server is used, and what of the account is on this computer.
#[derive(Debug, Clone)]
pub struct AccountDetails {
    /// What the server was found to be good and bad at.
    pub passport: Passport,
    /// Which letters are kept whole here.
    pub retention: Retention,
    /// What a POP3 server keeps of them.
    pub leave_on_server: LeaveOnServer,
    /// Letters that are here whole.
    pub bodies_here: u32,
    /// Letters whose header only is here.
    pub bodies_missing: u32,
    /// Their octets, as the server tells.
    pub missing_octets: u64,
    /// Letters that are on this computer only.
    pub only_here: u32,
    /// Those of them that can be put on the server.
    pub uploadable: u32,
}

impl Engine {
    /// Every account, in the order in which they were added.
    pub async fn accounts(&self) -> Result<Vec<AccountWithStatus>> {
        let rows = self
            .inner
            .store
            .read(|reader| {
                let accounts = reader.accounts()?;
                accounts
                    .into_iter()
                    .map(|account| {
                        let waiting = reader.pending_count(account.id)?;
                        Ok((account, waiting))
                    })
                    .collect::<pli_store::Result<Vec<_>>>()
            })
            .await?;
        let statuses = self.inner.statuses.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(rows
            .into_iter()
            .map(|(account, waiting)| {
                let status = statuses.get(&account.id).cloned().unwrap_or_default();
                AccountWithStatus {
                    account,
                    status,
                    waiting,
                }
            })
            .collect())
    }

    /// One account.
    pub async fn account(&self, id: AccountId) -> Result<AccountWithStatus> {
        let all = self.accounts().await?;
        all.into_iter()
            .find(|entry| entry.account.id == id)
            .ok_or_else(|| EngineError::refused(format!("there is no account {id} in this profile")))
    }

    /// The account with that address.
    pub async fn account_by_email(&self, email: &str) -> Result<Account> {
        let accounts = self.inner.store.read(|reader| reader.accounts()).await?;
        accounts
            .into_iter()
            .find(|account| account.email.eq_ignore_ascii_case(email))
            .ok_or_else(|| EngineError::invalid(Field::Email, format!("there is no account {email} in this profile")))
    }

    /// How an account's server is used, and what of the account is on this computer.
    pub async fn account_details(&self, id: AccountId) -> Result<AccountDetails> {
        Ok(self
            .inner
            .store
            .read(move |reader| {
                let account = reader.account(id)?;
                let (missing, missing_octets) = reader.missing_body_total(id, None)?;
                let bodies_here = reader.body_count(id)?;
                Ok(AccountDetails {
                    passport: reader.passport(id)?,
                    retention: account.retention,
                    leave_on_server: account.leave_on_server,
                    only_here: reader.only_here_count(id)?,
                    uploadable: u32::try_from(reader.uploadable(id)?.len()).unwrap_or(u32::MAX),
                    bodies_here: u32::try_from(bodies_here).unwrap_or(u32::MAX),
                    bodies_missing: u32::try_from(missing).unwrap_or(u32::MAX),
                    missing_octets,
                })
            })
            .await?)
    }

    /// Changes which letters of an account are kept whole on this computer. Those that are here stay; what is missing of
    /// a wider choice is fetched.
    pub async fn keep_bodies(&self, id: AccountId, retention: Retention) -> Result<()> {
        self.inner
            .store
            .write(move |writer| {
                let account = writer.account(id)?;
                writer.update_account(&Account { retention, ..account })
            })
            .await?;
        self.look(Some(id));
        Ok(())
    }

    /// Changes what a POP3 server keeps of letters that are here. Refused with [`StoreError::LastCopies`] where it would
    /// delete more of those that were deleted here than `agreed`.
    ///
    /// [`StoreError::LastCopies`]: pli_store::StoreError::LastCopies
    pub async fn leave_on_server(&self, id: AccountId, leave: LeaveOnServer, agreed: u32) -> Result<()> {
        self.inner
            .store
            .write(move |writer| {
                pli_store::guard(writer.last_copies_left(id, leave)?, agreed)?;
                let account = writer.account(id)?;
                writer.update_account(&Account {
                    leave_on_server: leave,
                    ..account
                })
            })
            .await?;
        self.look(Some(id));
        Ok(())
    }

    /// The usual servers of an address; the network is not asked.
    pub fn guess_servers(&self, email: &str, protocol: Protocol) -> (Endpoint, Endpoint) {
        discovery::guess(email, protocol)
    }

    /// The servers of an address, asked of DNS and tried.
    pub async fn find_servers(&self, email: &str, protocol: Protocol) -> Result<Found> {
        Address::parse(email).map_err(|error| EngineError::invalid(Field::Email, error.to_string()))?;
        Ok(self.inner.connector.find_servers(email, protocol).await)
    }

    /// Signs in at both servers, then keeps the account and its password. Nothing is kept when either refuses.
    pub async fn add_account(&self, new: NewAccount) -> Result<Account> {
        let account = self.prepare(&new).await?;
        self.check_servers(&account, &new.password).await?;
        self.keep_account(account, &new.password).await
    }

    /// Keeps an account without asking its servers: for a sample profile, or for one that is offline now.
    pub async fn add_account_unchecked(&self, new: NewAccount) -> Result<Account> {
        let account = self.prepare(&new).await?;
        self.keep_account(account, &new.password).await
    }

    async fn prepare(&self, new: &NewAccount) -> Result<Account> {
        let address =
            Address::parse(&new.email).map_err(|error| EngineError::invalid(Field::Email, error.to_string()))?;
        if self.account_by_email(&address.email).await.is_ok() {
            return Err(EngineError::invalid(
                Field::Email,
                format!("{} is an account of this profile already", address.email),
            ));
        }
        if new.password.is_empty() {
            return Err(EngineError::invalid(Field::Password, "the password is missing"));
        }
        let user = if new.user.trim().is_empty() {
            address.email.clone()
        } else {
            new.user.trim().to_owned()
        };
        Ok(Account {
            id: AccountId(0),
            email: address.email,
            name: new.name.trim().to_owned(),
            protocol: new.protocol,
            sent_policy: sent_policy(&new.outgoing.host),
            incoming: new.incoming.clone(),
            outgoing: new.outgoing.clone(),
            user,
            retention: Retention::Everything,
            leave_on_server: LeaveOnServer::Everything,
        })
    }

    async fn check_servers(&self, account: &Account, password: &str) -> Result<()> {
        let connector = &self.inner.connector;
        let remote = pli_remote::sign_in(connector, account, password, &Passport::default())
            .await
            .map_err(at_server(Field::Incoming))?;
        let _ = remote.quit().await;
        pli_remote::check_submission(connector, account, password)
            .await
            .map_err(at_server(Field::Outgoing))
    }

    async fn keep_account(&self, mut account: Account, password: &str) -> Result<Account> {
        let new = pli_store::NewAccount {
            email: account.email.clone(),
            name: account.name.clone(),
            protocol: account.protocol,
            incoming: account.incoming.clone(),
            outgoing: account.outgoing.clone(),
            user: account.user.clone(),
            sent_policy: account.sent_policy,
        };
        let protocol = account.protocol;
        account.id = self
            .inner
            .store
            .write(move |writer| {
                let id = writer.add_account(&new)?;
                if protocol == Protocol::Pop3 {
                    for (path, role) in LOCAL_MAILBOXES {
                        let new = match role {
                            Role::Inbox => NewMailbox::new(path, role),
                            _ => NewMailbox::local(path, role),
                        };
                        writer.put_mailbox(id, &new)?;
                    }
                }
                Ok(id)
            })
            .await?;
        // Without its password the account could not work: nothing is left behind.
        if let Err(error) = self.keep_password(account.id, password).await {
            let id = account.id;
            self.inner.store.write(move |writer| writer.remove_account(id)).await?;
            return Err(error);
        }
        let mut running = self.running();
        if running.started {
            running
                .accounts
                .insert(account.id, pli_sync::Account::start(&self.context(account.id)));
        }
        Ok(account)
    }

    /// One password serves both servers today; the vault keeps a place for each.
    async fn keep_password(&self, account: AccountId, password: &str) -> Result<()> {
        self.inner.vault.put(account, Secret::Incoming, password).await?;
        Ok(self.inner.vault.put(account, Secret::Outgoing, password).await?)
    }

    /// Checks a new password at both servers, keeps it, and lets the account go on.
    pub async fn sign_in_again(&self, account: AccountId, password: &str) -> Result<Account> {
        let kept = self.inner.store.read(move |reader| reader.account(account)).await?;
        self.check_servers(&kept, password).await?;
        self.keep_password(account, password).await?;
        self.inner.store.write(move |writer| writer.unpark(account)).await?;
        self.look(Some(account));
        Ok(kept)
    }

    /// Removes an account, its letters and its password from this computer. The server is not told. Refused with
    /// [`StoreError::LastCopies`] where more letters than `agreed` are on this computer only.
    ///
    /// [`StoreError::LastCopies`]: pli_store::StoreError::LastCopies
    pub async fn remove_account(&self, account: AccountId, agreed: u32) -> Result<()> {
        // Counted where it is removed: what came in between would go uncounted.
        self.inner
            .store
            .write(move |writer| {
                pli_store::guard(writer.only_here_count(account)?, agreed)?;
                writer.remove_account(account)
            })
            .await?;
        let loops = self.running().accounts.remove(&account);
        drop(loops);
        self.inner
            .statuses
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .remove(&account);
        self.inner.vault.remove(account).await?;
        self.inner.store.collect_orphans().await?;
        Ok(())
    }

    /// One full round with the server, waited for.
    pub async fn sync_once(&self, account: AccountId) -> Result<Totals> {
        Ok(pli_sync::once(&self.context(account)).await?)
    }
}

/// A refusal at one of the servers, told at the field of a form that can mend it.
pub(crate) fn at_server(field: Field) -> impl Fn(RemoteError) -> EngineError {
    move |error| {
        let field = match error.problem {
            Problem::SignInRefused => Field::Password,
            _ => field,
        };
        EngineError::Server { field, error }
    }
}

fn sent_policy(outgoing: &str) -> SentPolicy {
    let host = outgoing.to_ascii_lowercase();
    let files = FILING_SERVERS
        .iter()
        .any(|known| host == *known || host.ends_with(&format!(".{known}")));
    if files {
        SentPolicy::ServerFiles
    } else {
        SentPolicy::File
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_that_file_sent_copies_are_known_by_whole_names() {
        assert_eq!(sent_policy("smtp.gmail.com"), SentPolicy::ServerFiles);
        assert_eq!(sent_policy("SMTP.Office365.com"), SentPolicy::ServerFiles);
        assert_eq!(sent_policy("mail.notgmail.com"), SentPolicy::File);
        assert_eq!(sent_policy("mail.north.test"), SentPolicy::File);
    }
}

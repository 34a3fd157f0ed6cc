//! Accounts, their servers, and how they are doing.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// How an account's mail is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum Protocol {
    Imap,
    Pop3,
}

/// How a connection is kept private. There is no word for plain text: it is understood only for loopback.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum Security {
    Tls,
    StartTls,
    /// Loopback addresses only.
    Plain,
}

/// A server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Server {
    pub host: String,
    pub port: u16,
    pub security: Security,
}

/// An account of this profile.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Account {
    pub id: i64,
    pub email: String,
    pub name: String,
    pub mode: Protocol,
    pub incoming: Server,
    pub outgoing: Server,
    pub user: String,
    pub status: AccountStatus,
}

/// What an account is doing at this moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AccountStatus {
    pub state: AccountState,
    /// One sentence for a person when something is wrong; empty otherwise.
    pub message: String,
    /// The class of what is wrong.
    pub problem: Option<crate::Code>,
    /// Letters done and to do in the running sync; both 0 when there is nothing to count.
    pub done: u32,
    pub total: u32,
    /// Operations that wait for the server.
    pub waiting: u32,
    /// Last good sync.
    pub synced_at: Option<String>,
}

/// The states that an account's line at the foot of the sidebar can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum AccountState {
    /// Nothing to do; waiting for news.
    Idle,
    /// Connecting, or comparing with the server.
    Checking,
    /// Downloading letters: `done` of `total`.
    Syncing,
    /// The server cannot be reached; tried again by itself.
    Offline,
    /// A person must sign in again.
    SignInNeeded,
    /// Something a person should read: `message`.
    Failed,
}

/// Asks for the usual servers of an address.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct ServersFor {
    pub email: String,
    pub mode: Protocol,
}

/// The servers of an address.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Servers {
    pub incoming: Server,
    pub outgoing: Server,
    pub user: String,
    /// Whether both were reached and answered with a trusted certificate; false for a guess.
    pub verified: bool,
    /// Only DNS, which can be forged, names a server outside of the address's own domain: the person is to confirm
    /// the host names before signing in.
    pub needs_consent: bool,
}

/// A new account. It is checked at both servers before anything is kept.
#[derive(Clone, Serialize, Deserialize, TS)]
pub struct AccountAdd {
    pub email: String,
    pub name: String,
    pub mode: Protocol,
    pub incoming: Server,
    pub outgoing: Server,
    pub user: String,
    pub password: String,
}

/// A new password for an account that asks to be signed in again.
#[derive(Clone, Serialize, Deserialize, TS)]
pub struct AccountSignIn {
    pub account: i64,
    pub password: String,
}

/// Names an account.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct AccountRef {
    pub account: i64,
}

/// Asks for a sync; of every account when none is named.
#[derive(Debug, Clone, Default, Serialize, Deserialize, TS)]
pub struct SyncNow {
    pub account: Option<i64>,
}

/// Which letters of an account are kept whole on this computer. Headers always are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Keep {
    /// All of them.
    Everything,
    /// Those of the last so many months; older ones when they are opened.
    Months { months: u16 },
    /// None; each when it is opened.
    Headers,
}

/// Changes what is kept of an account.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct AccountKeep {
    pub account: i64,
    pub keep: Keep,
}

/// What a POP3 server keeps of letters that are on this computer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum LeaveOnServer {
    /// All of them.
    Everything,
    /// Each for so many days after it was first seen here.
    Days { days: u16 },
    /// Each until it is deleted for good here.
    UntilDeleted,
    /// None: each is deleted there as soon as it is safe here.
    Nothing,
}

/// Changes what a POP3 server keeps.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct AccountLeave {
    pub account: i64,
    pub leave: LeaveOnServer,
    /// How many last copies the person has agreed to lose.
    pub agreed: u32,
}

/// Removes an account.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct AccountRemove {
    pub account: i64,
    /// How many last copies the person has agreed to lose.
    pub agreed: u32,
}

/// How Pli works with an account's server, and what of it is on this computer.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct AccountDetails {
    /// Name and version by the server's own word; empty when it does not tell.
    pub software: String,
    pub extensions: Vec<Extension>,
    /// Where the server was found wrong.
    pub quirks: Vec<Quirk>,
    pub keep: Keep,
    pub bodies_here: u32,
    pub bodies_missing: u32,
    pub missing_octets: u64,
    /// What a POP3 server keeps.
    pub leave: LeaveOnServer,
    /// Letters that are on this computer only.
    pub only_here: u32,
    /// Those of them that can be put on the IMAP server.
    pub uploadable: u32,
}

/// An extension of the protocol.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Extension {
    /// The capability's name.
    pub name: String,
    pub state: ExtensionState,
}

/// Whether an extension is used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ExtensionState {
    /// Used, and found true.
    InUse,
    /// Used, and not checked yet, or nothing to be checked.
    Offered,
    /// Not used: the server was found wrong.
    Distrusted,
    /// The server does not have it.
    Missing,
}

/// Something that a server does wrong.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct Quirk {
    /// The extension that is concerned.
    pub name: String,
    /// What happened, in one sentence.
    pub detail: String,
    pub since: String,
}

/// What an account is to be.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct AccountMode {
    pub account: i64,
    pub mode: Protocol,
    /// The server of that protocol.
    pub incoming: Server,
    /// The password there; the one that is kept where it is empty.
    pub password: String,
}

/// What a change of protocol comes to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ModeOutlook {
    /// Letters that are here and at the server.
    pub both: u64,
    /// Letters that are on this computer only.
    pub only_here: u64,
    /// Letters that are at the server only.
    pub only_there: u64,
    /// Octets to be fetched; `null` where the server does not tell before.
    pub bytes: Option<u64>,
    /// Changes that go to the server before.
    pub waiting: u32,
    /// The account's mailboxes, in the order in which they are shown.
    pub mailboxes: Vec<MailboxFate>,
}

/// What becomes of a mailbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct MailboxFate {
    pub path: String,
    /// Letters in it here.
    pub letters: u32,
    /// Whether it is at the server afterwards; else it is a mailbox of this computer.
    pub at_server: bool,
}

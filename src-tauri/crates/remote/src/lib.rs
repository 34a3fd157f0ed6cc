//! What a server can do for an account, whatever it speaks.
//!
//! [`Remote`] is the one trait, [`ImapRemote`] and [`Pop3Remote`] its two implementations; [`submit`] hands a
//! letter to the submission server. All answers are protocol-neutral: `sync` never learns which protocol it
//! speaks, only what that server can do ([`Abilities`]).
//!
//! Kept true here:
//! - An error never looks like an empty success: a listing is returned only when the server completed it.
//! - Nothing is stored. Everything that is known of a mailbox comes in as an argument.

mod error;
mod imap;
mod pop3;
mod submission;

pub use error::{Problem, RemoteError};
pub use imap::ImapRemote;
pub use pop3::Pop3Remote;
pub use submission::{Receipt, SubmitError, check_submission, submit};

use async_trait::async_trait;
use pli_model::{Account, FlagChange, Flags, Role, Timestamp, Uid, UidValidity};
use pli_net::Connector;
use std::time::Duration;
use tokio::sync::mpsc;

/// Result of everything a server is asked.
pub type Result<T, E = RemoteError> = std::result::Result<T, E>;

/// How a server names a letter in a mailbox.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ServerId {
    /// IMAP: valid under the mailbox's UIDVALIDITY.
    Uid(Uid),
    /// POP3: the unique-id listing (RFC 1939 §7).
    Uidl(String),
}

/// What this kind of server can do. `sync` asks this, never the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Abilities {
    /// Has mailboxes besides the inbox, and letters can be moved and appended.
    pub mailboxes: bool,
    /// Keeps flags.
    pub flags: bool,
    /// Headers can be had cheaply before bodies.
    pub headers_first: bool,
    /// Can tell about news on an open connection.
    pub idle: bool,
    /// A letter that is no longer listed has been deleted there, and is to vanish here. False for POP3, where
    /// it only means "gone from the server".
    pub mirrors_deletion: bool,
}

/// A mailbox as the server lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemoteMailbox {
    /// Full name, decoded to Unicode, the server's own delimiter inside.
    pub path: String,
    /// Hierarchy delimiter; `None` in a flat name space.
    pub delimiter: Option<char>,
    /// Special use, by the server's word or else by name.
    pub role: Role,
    /// False for `\Noselect` and `\NonExistent`.
    pub selectable: bool,
}

/// What we hold of a mailbox, so that the server can be asked for the difference only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Known {
    /// The UIDVALIDITY under which our UIDs stand.
    pub uid_validity: Option<UidValidity>,
    /// UIDNEXT as last seen.
    pub uid_next: u32,
    /// Number of letters as last seen on the server.
    pub exists: u32,
    /// HIGHESTMODSEQ as last seen and fully applied; 0 for none.
    pub highest_modseq: u64,
}

/// A letter as listed: enough to see what is new, changed or gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The server's name for it.
    pub id: ServerId,
    /// Flags on the server; `NONE` where it keeps none.
    pub flags: Flags,
    /// Keywords, sorted.
    pub keywords: Vec<String>,
    /// Octets; 0 when the listing does not tell.
    pub size: u64,
}

/// The difference between a mailbox and what we hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Delta {
    /// Nothing changed since `Known`, by the server's own counters.
    Unchanged,
    /// The complete list of what is there now, oldest first. A UIDVALIDITY other than the known one means that
    /// every UID we hold is void.
    Complete {
        /// To be kept as the next [`Known`], once the list has been applied.
        state: Known,
        /// Every letter of the mailbox.
        letters: Vec<Listed>,
    },
}

/// Which bytes of a letter to fetch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The header block with its empty line.
    Header,
    /// The whole letter.
    Body,
}

/// Bytes that arrived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    /// Which letter.
    pub id: ServerId,
    /// When the server received it (INTERNALDATE); `None` where it does not tell.
    pub received: Option<Timestamp>,
    /// Octets of the whole letter.
    pub size: u64,
    /// The header block or the whole letter, exactly as the server sent it.
    pub raw: Vec<u8>,
}

/// Where the server put letters, where it tells (UIDPLUS, RFC 4315). The new ids stand under `validity`, which
/// may be another than the one we know the target mailbox by.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Moved {
    /// UIDVALIDITY of the target mailbox.
    pub validity: Option<UidValidity>,
    /// Old and new id of each letter.
    pub pairs: Vec<(ServerId, ServerId)>,
}

/// Where the server put an appended letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appended {
    /// UIDVALIDITY of the mailbox.
    pub validity: UidValidity,
    /// The letter's id there.
    pub id: ServerId,
}

/// Why [`Remote::wait_for_news`] came back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum News {
    /// Something happened in the mailbox: look at it.
    Changed,
    /// The time is over and nothing happened.
    Quiet,
}

/// A signed-in connection to an account's mail store. Letters are given by `ServerId`s of the mailbox `path`.
#[async_trait]
pub trait Remote: Send {
    /// What this server can do.
    fn abilities(&self) -> Abilities;

    /// Every mailbox of the account, the inbox first.
    async fn mailboxes(&mut self) -> Result<Vec<RemoteMailbox>>;

    /// Compares a mailbox with what we hold of it.
    async fn look(&mut self, path: &str, known: Known) -> Result<Delta>;

    /// Fetches letters, in the order given, into `out` (bounded: a slow receiver slows the fetch). Letters that
    /// have vanished meanwhile are left out silently. Ends early, with success, when the receiver is closed.
    async fn fetch(&mut self, path: &str, ids: &[ServerId], part: Part, out: &mpsc::Sender<Fetched>) -> Result<()>;

    /// The UIDVALIDITY under which ids of that mailbox stand at this moment; `None` where ids have no such epoch. To
    /// be asked before ids from an earlier connection are used for anything that changes letters.
    async fn uid_validity(&mut self, path: &str) -> Result<Option<UidValidity>>;

    /// Sets and clears flags. Letters that are gone are no error.
    async fn flag(&mut self, path: &str, ids: &[ServerId], change: FlagChange) -> Result<()>;

    /// Moves letters; answers the new id of each where the server tells (COPYUID). Letters that are gone are no
    /// error: the same move may be asked again after a lost answer.
    async fn move_to(&mut self, path: &str, ids: &[ServerId], target: &str) -> Result<Moved>;

    /// Appends a letter; answers its id where the server tells (APPENDUID).
    async fn append(&mut self, path: &str, raw: &[u8], flags: Flags, received: Timestamp) -> Result<Option<Appended>>;

    /// Letters with that Message-ID (without angle brackets).
    async fn find_message_id(&mut self, path: &str, message_id: &str) -> Result<Vec<ServerId>>;

    /// Creates a mailbox; one that exists already is no error.
    async fn create_mailbox(&mut self, path: &str) -> Result<()>;

    /// Waits on an open connection until something happens in that mailbox, at most `patience`.
    async fn wait_for_news(&mut self, path: &str, patience: Duration) -> Result<News>;

    /// Signs out in good order.
    async fn quit(self: Box<Self>) -> Result<()>;
}

/// Connects and signs in by the account's own protocol. Nothing secret leaves before the connection is private
/// and the server's certificate has been verified.
pub async fn sign_in(connector: &Connector, account: &Account, password: &str) -> Result<Box<dyn Remote>> {
    Ok(match account.protocol {
        pli_model::Protocol::Imap => {
            Box::new(ImapRemote::sign_in(connector, &account.incoming, &account.user, password).await?)
        }
        pli_model::Protocol::Pop3 => {
            Box::new(Pop3Remote::sign_in(connector, &account.incoming, &account.user, password).await?)
        }
    })
}

//! What a server can do for an account, whatever it speaks.
//!
//! [`Remote`] is the one trait, [`ImapRemote`] and [`Pop3Remote`] its two implementations; [`submit`] hands a
//! letter to the submission server. All answers are protocol-neutral: `sync` never learns which protocol it
//! speaks, only what that server can do ([`Abilities`]).
//!
//! Kept true here:
//! - An error never looks like an empty success: a listing is returned only when the server completed it.
//! - Nothing is stored. Everything that is known of a mailbox comes in as an argument.

mod delta;
mod error;
mod fetched;
mod findings;
mod imap;
mod pop3;
mod submission;

pub use delta::{Delta, Known, Listed, Marks};
pub use error::{Problem, RemoteError};
pub use fetched::{Arrived, Enough, Fetched, Outlet, Part, Piece, Wanted, outlet};
pub use findings::{Extension, Findings};
pub use imap::ImapRemote;
pub use pop3::Pop3Remote;
pub use submission::{Receipt, SubmitError, check_submission, submit};

use async_trait::async_trait;
use pli_model::{Account, Flags, Marking, Passport, Role, Timestamp, Uid, UidValidity};
use pli_net::Connector;
use std::time::Duration;

/// Result of everything a server is asked.
pub type Result<T, E = RemoteError> = std::result::Result<T, E>;

/// How a server names a letter in a mailbox.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ServerId {
    /// IMAP: valid under the mailbox's UIDVALIDITY.
    Uid(Uid),
    /// POP3: the unique-id listing (RFC 1939 §7), or a name of ours where the server gives none, or one to several letters.
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
    /// A move is one step: asked again after a lost answer it moves what is left. False where it is made of copying and
    /// expunging, so that a letter may be in both places in between.
    pub atomic_move: bool,
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
    /// Whether the person has subscribed to it.
    pub subscribed: bool,
    /// A name that a rename does not change (MAILBOXID, RFC 8474); empty where the server has none.
    pub object_id: String,
    /// Its counters, where they came with the list. Equal to what is known of the mailbox, a HIGHESTMODSEQ among
    /// them, they say that nothing changed in it.
    pub counters: Option<Known>,
}

/// Everything that one look at an account tells.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Survey {
    /// Every mailbox, the inbox first.
    pub mailboxes: Vec<RemoteMailbox>,
    /// What the path of a new mailbox begins with (RFC 2342's personal namespace), such as `INBOX.`; may be empty.
    pub prefix: String,
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

/// What became of marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Marked {
    /// All of them are there.
    Fully,
    /// The mailbox does not keep keywords of ours; flags are set.
    WithoutKeywords,
}

/// A signed-in connection to an account's mail store. Letters are given by `ServerId`s of the mailbox `path`.
#[async_trait]
pub trait Remote: Send {
    /// What this server can do.
    fn abilities(&self) -> Abilities;

    /// What has been found out about the server since the last call, for the account's passport.
    fn take_findings(&mut self) -> Findings;

    /// From now on the server's word on that is not believed.
    fn distrust(&mut self, extension: Extension, detail: &str);

    /// Every mailbox of the account, in as few round trips as the server allows.
    async fn survey(&mut self) -> Result<Survey>;

    /// Compares a mailbox with what we hold of it. `held` are the ids of the letters that we hold there, ascending:
    /// what the server tells is believed only when it explains the number of letters that there are.
    async fn look(&mut self, path: &str, known: Known, held: &[Uid]) -> Result<Delta>;

    /// Lists a mailbox completely, with all marks: the measure that deltas are held against now and then.
    async fn list(&mut self, path: &str) -> Result<Delta>;

    /// Fetches letters, in the order given, into `out` (bounded: a slow receiver slows the fetch). Letters that
    /// have vanished meanwhile are left out silently. When the receiver wants no more, or is closed, nothing further
    /// is asked for, and the fetch ends with success.
    async fn fetch(&mut self, path: &str, letters: &[Wanted], part: Part, out: &Outlet) -> Result<()>;

    /// The UIDVALIDITY under which ids of that mailbox stand at this moment; `None` where ids have no such epoch. To
    /// be asked before ids from an earlier connection are used for anything that changes letters.
    async fn uid_validity(&mut self, path: &str) -> Result<Option<UidValidity>>;

    /// Sets and clears flags and keywords. Letters that are gone are no error.
    async fn mark(&mut self, path: &str, ids: &[ServerId], marking: &Marking) -> Result<Marked>;

    /// Moves letters; answers the new id of each where the server tells (COPYUID). Letters that are gone are no
    /// error: the same move may be asked again after a lost answer.
    async fn move_to(&mut self, path: &str, ids: &[ServerId], target: &str) -> Result<Moved>;

    /// Copies letters; answers the id of each copy where the server tells. Asked twice, it copies twice.
    async fn copy_to(&mut self, path: &str, ids: &[ServerId], target: &str) -> Result<Moved>;

    /// Deletes letters for good: at once, or where the server keeps that until the session ends (POP3), when
    /// [`Self::quit`] has succeeded. Letters that are gone are no error. After a refusal nobody knows of which letters.
    async fn expunge(&mut self, path: &str, ids: &[ServerId]) -> Result<()>;

    /// Appends a letter; answers its id where the server tells (APPENDUID).
    async fn append(
        &mut self,
        path: &str,
        raw: &[u8],
        flags: Flags,
        keywords: &[String],
        received: Timestamp,
    ) -> Result<Option<Appended>>;

    /// Letters with that Message-ID (without angle brackets).
    async fn find_message_id(&mut self, path: &str, message_id: &str) -> Result<Vec<ServerId>>;

    /// Creates a mailbox; one that exists already is no error.
    async fn create_mailbox(&mut self, path: &str) -> Result<()>;

    /// Renames a mailbox with those below it. One that has been renamed already is no error.
    async fn rename_mailbox(&mut self, path: &str, new: &str) -> Result<()>;

    /// Deletes an empty mailbox. One that is gone already is no error; one that holds letters is refused.
    async fn delete_mailbox(&mut self, path: &str) -> Result<()>;

    /// Subscribes to a mailbox.
    async fn subscribe(&mut self, path: &str) -> Result<()>;

    /// Ends a subscription.
    async fn unsubscribe(&mut self, path: &str) -> Result<()>;

    /// Whether a mailbox exists, by the server's positive word; `None` when it does not say clearly.
    async fn exists(&mut self, path: &str) -> Result<Option<bool>>;

    /// Waits on an open connection until something happens in that mailbox (or in any, where the server tells), at
    /// most `patience`. Counters other than `known` have happened already.
    async fn wait_for_news(&mut self, path: &str, known: Known, patience: Duration) -> Result<News>;

    /// Signs out in good order; what a POP3 session was asked to delete is deleted then.
    async fn quit(self: Box<Self>) -> Result<()>;
}

/// Connects and signs in by the account's own protocol. Nothing secret leaves before the connection is private
/// and the server's certificate has been verified. What the passport says against the server is heeded.
pub async fn sign_in(
    connector: &Connector,
    account: &Account,
    password: &str,
    passport: &Passport,
) -> Result<Box<dyn Remote>> {
    Ok(match account.protocol {
        pli_model::Protocol::Imap => {
            Box::new(ImapRemote::sign_in(connector, &account.incoming, &account.user, password, passport).await?)
        }
        pli_model::Protocol::Pop3 => {
            Box::new(Pop3Remote::sign_in(connector, &account.incoming, &account.user, password).await?)
        }
    })
}

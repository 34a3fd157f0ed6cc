//! What a server says (RFC 9051 §7), owned and typed.

mod mailboxes;

pub use mailboxes::{Listing, MailboxStatus, Namespace, Namespaces};

use crate::UidSet;
use pli_model::{Flags, Timestamp, Uid};
use std::fmt;

/// One response line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Response {
    /// Untagged data or status.
    Untagged(Untagged),
    /// The end of a command.
    Tagged {
        /// The command's tag.
        tag: String,
        /// How it ended.
        condition: Condition,
        /// The words for it.
        status: StatusText,
    },
    /// A continuation request with its text.
    Continue(String),
}

/// How a command ended, or what an untagged status line is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Condition {
    /// Done, or information.
    Ok,
    /// Refused, or a warning.
    No,
    /// Not understood.
    Bad,
    /// The server is about to close the connection.
    Bye,
    /// Greeting of a connection that is signed in already.
    PreAuth,
}

/// A response code and the text for people.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct StatusText {
    /// The code in brackets.
    pub code: Option<Code>,
    /// The server's words; may be empty.
    pub text: String,
}

impl fmt::Display for StatusText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.code, self.text.is_empty()) {
            (Some(code), true) => write!(f, "{code:?}"),
            _ => f.write_str(&self.text),
        }
    }
}

/// Untagged responses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Untagged {
    /// `* OK/NO/BAD/BYE/PREAUTH`
    Status(Condition, StatusText),
    /// Number of letters in the mailbox.
    Exists(u32),
    /// Number of letters with `\Recent`.
    Recent(u32),
    /// The letter with this sequence number is gone; those after it move down by one.
    Expunge(u32),
    /// The letters with these UIDs are gone (RFC 7162 §3.2.10).
    Vanished {
        /// True when it answers QRESYNC's "what went while I was away"; sequence numbers do not move.
        earlier: bool,
        /// The UIDs.
        uids: UidSet,
    },
    /// Data of one letter.
    Fetch(Fetch),
    /// A mailbox of LIST.
    List(Listing),
    /// A mailbox of LSUB: it is subscribed.
    Subscribed(Listing),
    /// The name spaces (RFC 2342).
    Namespaces(Namespaces),
    /// A mailbox's counters.
    MailboxStatus(MailboxStatus),
    /// UIDs of UID SEARCH, or sequence numbers of SEARCH.
    Search(Vec<u32>),
    /// The hits of an extended SEARCH (RFC 4731).
    ExtendedSearch {
        /// The tag of the command that it answers, where the server says.
        tag: Option<String>,
        /// The hits, from `ALL`; none where that was not sent.
        all: UidSet,
    },
    /// What the server can do.
    Capability(Capabilities),
    /// What ENABLE switched on.
    Enabled(Vec<String>),
    /// What the server tells of itself (RFC 2971): fields and their values; without those that are NIL.
    Id(Vec<(String, String)>),
    /// Flags that the mailbox knows.
    Flags(Vec<String>),
    /// Anything else; the bytes are for a log at most.
    Other(Vec<u8>),
}

/// What FETCH says about one letter. Attributes that were not sent are `None`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fetch {
    /// Message sequence number.
    pub seq: u32,
    /// UID.
    pub uid: Option<Uid>,
    /// Flags and keywords.
    pub flags: Option<FetchedFlags>,
    /// RFC822.SIZE, octets.
    pub size: Option<u64>,
    /// INTERNALDATE; `None` also for one that cannot be read.
    pub received: Option<Timestamp>,
    /// MODSEQ.
    pub modseq: Option<u64>,
    /// What names the letter in whichever mailbox it is: `gm:` and X-GM-MSGID of Gmail, or `emailid:` and EMAILID
    /// (RFC 8474).
    pub object_id: Option<String>,
    /// The octets of the first `BODY[...]` item (we ask for one at a time).
    pub body: Option<Vec<u8>>,
    /// The first octet of that item within the letter, when a stretch of it was asked for.
    pub origin: Option<u64>,
    /// Whether that item was sent as NIL: the server has no such text.
    pub body_is_nil: bool,
}

/// FLAGS, sorted into the system flags and the rest.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct FetchedFlags {
    /// System flags; `\Recent` is dropped: it is about the session, not about the letter.
    pub system: Flags,
    /// Keywords, sorted.
    pub keywords: Vec<String>,
}

impl FetchedFlags {
    /// Sorts flags as listed by the server.
    pub fn sort<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        let mut flags = Self::default();
        for name in names {
            match Flags::from_imap(name) {
                Some(flag) => flags.system = flags.system | flag,
                None if name.starts_with('\\') => {}
                None => flags.keywords.push(name.to_owned()),
            }
        }
        flags.keywords.sort_unstable();
        flags.keywords.dedup();
        flags
    }
}

/// What a server can do (RFC 9051 §7.2.2), in capitals.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Capabilities(Vec<String>);

impl Capabilities {
    /// The capabilities of these names.
    pub fn new<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        Self(names.into_iter().map(str::to_ascii_uppercase).collect())
    }

    /// Whether the server has that capability, such as `UIDPLUS` or `AUTH=PLAIN`; capitals.
    pub fn has(&self, name: &str) -> bool {
        self.0.iter().any(|known| known == name)
    }
}

/// Response codes (RFC 9051 §7.1, RFC 5530, RFC 4315, RFC 7162).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Code {
    /// To be shown to the person.
    Alert,
    /// The mailbox exists already.
    AlreadyExists,
    /// Where an appended letter went.
    AppendUid {
        /// UIDVALIDITY of that mailbox.
        uid_validity: u32,
        /// The UID it got.
        uids: UidSet,
    },
    /// User name or password refused.
    AuthenticationFailed,
    /// Signed in, but not allowed to act as that user.
    AuthorizationFailed,
    /// The operation is impossible, not forbidden.
    Cannot,
    /// What the server can do.
    Capability(Capabilities),
    /// The mailbox that was selected before has been closed: what follows is about the one being opened.
    Closed,
    /// A person has to talk to the provider.
    ContactAdmin,
    /// Where copied or moved letters went; the sets correspond member by member.
    CopyUid {
        /// UIDVALIDITY of the target.
        uid_validity: u32,
        /// The letters.
        source: UidSet,
        /// Their new UIDs.
        target: UidSet,
    },
    /// The password has expired.
    Expired,
    /// A mailbox with others below it cannot be deleted.
    HasChildren,
    /// Highest modification sequence of the mailbox.
    HighestModSeq(u64),
    /// Someone else has locked what is needed.
    InUse,
    /// A limit of the server was reached.
    Limit,
    /// Letters that a conditional STORE left alone.
    Modified(UidSet),
    /// The mailbox keeps no modification sequences.
    NoModSeq,
    /// There is no such mailbox.
    NonExistent,
    /// Not allowed.
    NoPerm,
    /// More happened than the server can tell: it tells nothing any more, as if NOTIFY NONE had been sent (RFC 5465).
    NotificationOverflow,
    /// Too much stored.
    OverQuota,
    /// Flags that can be changed for good.
    PermanentFlags(Vec<String>),
    /// The command needs a private connection.
    PrivacyRequired,
    /// Selected read-only.
    ReadOnly,
    /// Selected read-write.
    ReadWrite,
    /// A fault at the server.
    ServerBug,
    /// The letter is too big.
    TooBig,
    /// The target does not exist and may be created.
    TryCreate,
    /// The next UID.
    UidNext(u32),
    /// UIDs do not last here.
    UidNotSticky,
    /// Under which the UIDs stand.
    UidValidity(u32),
    /// A part of the server is down for now.
    Unavailable,
    /// Any other, as written between the brackets.
    Other(String),
}

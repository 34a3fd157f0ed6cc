//! IMAP (RFC 9051, RFC 3501): typed commands in, typed answers out, over any stream. Knows no store and no policy.
//!
//! # On what it stands
//!
//! Reading is `async-imap`'s low level ([`async_imap::Client`] and `read_response`) over `imap-proto`'s parsers, with
//! a thin stream of ours below it ([`wire`]). That stream frames whole logical lines and tries each with `imap-proto`
//! first; only a line that parses is handed on, because one that does not would close `async-imap`'s stream for good.
//! What does not parse is read by [`reader`] and delivered in its place, in order; so are FETCH responses and lines that
//! hold a literal, which `async-imap` would parse twice and copy three times. `async-imap`'s `Session` is not used: it exists only
//! after its own `login` or `authenticate`, which drop untagged responses and the response code, and not at all on a
//! connection that greets with PREAUTH. So commands are written through `Client::get_mut`, which also lets a command
//! with its literals leave in one write. Its high-level calls are not used either: they take a tagged NO, or a
//! connection that ended, for an empty success.
//!
//! # Kept true here
//!
//! - A tagged NO or BAD, and a connection that ends before the tagged answer, are errors. Nothing else completes a
//!   command.
//! - Commands are under way together only where none depends on what another does (RFC 9051 §5.5), and never more of
//!   them than the sockets on the way hold.
//! - Every untagged response reaches the caller in order: as the answer of the command that asked for it, or through
//!   [`Session::take_news`]. When more come than are kept, [`News::lost`] says so.
//! - Reading costs time linear in what the server sends; a line is bounded; no server input can make it panic.
//! - Secrets and text are put into commands as quoted strings or literals; what can be neither is refused.
#![warn(missing_docs)]

mod command;
pub mod date;
mod deflate;
mod error;
mod framer;
mod known;
mod name;
pub mod reader;
mod response;
pub mod roles;
mod session;
mod tokens;
pub mod uid_set;
pub mod wire;

pub use error::{Error, Result};
pub use name::MailboxName;
pub use response::{
    Capabilities, Code, Condition, Fetch, FetchedFlags, Listing, MailboxStatus, Namespace, Namespaces, Response,
    StatusText, Untagged,
};
pub use session::{
    Access, Changes, Expunged, Fetching, Idling, Items, Moved, News, Opened, Opening, Selected, Session, Since, Stored,
    Survey, Transport,
};
pub use uid_set::UidSet;

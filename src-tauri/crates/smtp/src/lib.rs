//! SMTP submission (RFC 6409): one letter, one transaction, a verdict for each recipient.
//!
//! [`submit`] signs in, sends the envelope (pipelined where offered), the letter, and tells the caller when the end
//! of the data is about to go out, so that this moment can be made durable first. [`check`] only signs in.
//!
//! Kept true here:
//! - Nothing can have been sent unless the end of the data went out. Whether it did is in [`Phase`], never to be
//!   guessed.
//! - A recipient that is refused takes nothing from the others. Without one accepted recipient no letter goes out.
//! - No line end but CRLF leaves this crate, and no line of a letter can be taken for the end or for a command.
//! - Passwords go out on streams of `pli-net` only, which are encrypted or end on this computer; never into a text
//!   or log.
//!
//! What is used of the crate `lettre`: its commands (EHLO, AUTH, MAIL with parameters, RCPT, DATA, RSET, QUIT), its
//! SASL responses, its reply parser and codes. Its connection is not: it owns the stream and sends a letter and the
//! final dot in one go, so there is no moment between the two; it also stops at the first refused recipient,
//! forgets SIZE and PIPELINING, reads EHLO by upper case only, and turns refusals into errors that no longer tell
//! the step. Its address check refuses addresses that exist; what matters here, that nothing breaks out of a
//! command line, is checked by our own rule.
#![warn(missing_docs)]

mod address;
mod body;
mod envelope;
mod error;
mod extensions;
mod session;
mod submit;
mod wire;

pub use error::{Phase, SmtpError, SmtpErrorKind};
pub use submit::{Receipt, check, submit};

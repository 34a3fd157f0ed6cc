//! The command line's words.

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Pli without a window: read and send mail from scripts.
#[derive(Parser)]
#[command(name = "pli", version, disable_help_subcommand = true)]
pub struct Args {
    /// The profile folder, else the platform's data folder.
    #[arg(long, global = true, value_name = "DIR")]
    pub profile: Option<PathBuf>,
    /// One JSON object, or one a line for lists (see `pli help json`).
    #[arg(long, global = true)]
    pub json: bool,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Subcommand)]
pub enum Command {
    /// Add, list and remove accounts.
    #[command(subcommand)]
    Account(AccountCommand),
    /// Bring accounts and their servers in step.
    Sync {
        /// Only this account.
        #[arg(long, value_name = "E")]
        account: Option<String>,
        /// Stay, and keep them in step until interrupted.
        #[arg(long)]
        watch: bool,
    },
    /// List mailboxes with their counts.
    Mailboxes {
        #[arg(long, value_name = "E")]
        account: Option<String>,
    },
    /// List letters, newest first.
    List(List),
    /// Show a letter.
    Show(Show),
    /// List or save a letter's attachments.
    Attachments {
        id: i64,
        /// Save all of them into this folder.
        #[arg(long, value_name = "DIR")]
        save: Option<PathBuf>,
    },
    /// Set and clear marks: pli flag 12 13 +seen -flagged +todo
    Flag {
        /// Letter ids, then `+seen`, `-seen`, `+flagged`, `-flagged`, or any keyword.
        #[arg(
            required = true,
            allow_hyphen_values = true,
            trailing_var_arg = true,
            value_name = "ID|MARK"
        )]
        words: Vec<String>,
    },
    /// Move letters to a mailbox of their account: pli move 12 13 Archive
    Move {
        /// Letter ids, then the mailbox.
        #[arg(required = true, num_args = 2.., value_name = "ID|PATH")]
        words: Vec<String>,
    },
    /// Copy letters to a mailbox of their account: pli copy 12 13 Projects
    Copy {
        /// Letter ids, then the mailbox.
        #[arg(required = true, num_args = 2.., value_name = "ID|PATH")]
        words: Vec<String>,
    },
    /// Move letters to the archive.
    Archive {
        #[arg(required = true)]
        ids: Vec<i64>,
    },
    /// Mark letters as junk and move them there, or say that they are not.
    Junk {
        #[arg(required = true)]
        ids: Vec<i64>,
        /// They are no junk: back to the inbox.
        #[arg(long)]
        not: bool,
    },
    /// Move letters to the trash.
    Delete {
        #[arg(required = true)]
        ids: Vec<i64>,
        /// Delete them for good, here and at the server.
        #[arg(long)]
        forever: bool,
        #[command(flatten)]
        agreed: Agreed,
    },
    /// Take back the last act, or the one named.
    Undo {
        /// As `pli undo --list` prints it.
        act: Option<String>,
        /// Only list what can be taken back, newest first.
        #[arg(long)]
        list: bool,
    },
    /// Make, rename, delete and empty mailboxes.
    #[command(subcommand)]
    Mailbox(MailboxCommand),
    /// Send a letter.
    Send(Send),
    /// Show the outbox, try a letter again, or take one back.
    Outbox {
        #[command(subcommand)]
        action: Option<OutboxAction>,
    },
    /// Take letters from .eml and mbox files into a mailbox that is only on this computer.
    Import(Import),
    /// Write letters into files.
    Export(Export),
    /// Look for what should not be in the local cache.
    Doctor,
    /// Help on a topic: json
    Help { topic: Option<String> },
}

#[derive(Subcommand)]
pub enum AccountCommand {
    /// Check an account at its servers and keep it.
    Add(AccountAdd),
    /// List accounts.
    List,
    /// Remove an account and its letters from this computer.
    Remove {
        email: String,
        #[command(flatten)]
        agreed: Agreed,
    },
    /// Read an account by the other protocol from now on; nothing of it is lost or doubled.
    Mode(AccountMode),
    /// How the account's server is used, and what of it is on this computer.
    Show { email: String },
    /// Which letters are kept whole: `everything`, `headers`, or the last so many months.
    Keep { email: String, what: String },
    /// What a POP3 server keeps of letters that are here: `everything`, `until-deleted`, `nothing`, or each for so many days.
    Leave {
        email: String,
        what: String,
        #[command(flatten)]
        agreed: Agreed,
    },
    /// Put the letters that are on this computer only onto the IMAP server.
    Upload { email: String },
}

/// What may be lost.
#[derive(ClapArgs)]
pub struct Agreed {
    /// Go on although the last copies of so many letters would be gone for good.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub lose: u32,
}

#[derive(Subcommand)]
pub enum MailboxCommand {
    /// Make a mailbox; with `/` in its path, inside another one.
    Create(OneMailbox),
    /// Give a mailbox another name at its place.
    Rename {
        #[command(flatten)]
        which: OneMailbox,
        name: String,
    },
    /// Delete a mailbox; its letters go to the trash first.
    Delete(OneMailbox),
    /// Delete every letter of the trash or the junk mailbox for good.
    Empty {
        #[command(flatten)]
        which: OneMailbox,
        #[command(flatten)]
        agreed: Agreed,
    },
    /// Subscribe to a mailbox at the server.
    Subscribe(OneMailbox),
    /// End a subscription.
    Unsubscribe(OneMailbox),
}

#[derive(ClapArgs)]
pub struct OneMailbox {
    /// A path or a role such as `trash`.
    pub path: String,
    #[arg(long, value_name = "E")]
    pub account: Option<String>,
}

#[derive(Clone, Copy, ValueEnum)]
pub enum Mode {
    Imap,
    Pop3,
}

#[derive(Clone, Copy, ValueEnum)]
pub enum Security {
    Tls,
    Starttls,
    /// Loopback addresses only.
    #[value(hide = true)]
    Plain,
}

#[derive(ClapArgs)]
pub struct AccountMode {
    pub email: String,
    #[arg(value_enum)]
    pub mode: Mode,
    /// The server of that protocol; found when left out.
    #[arg(long, value_name = "HOST:PORT")]
    pub incoming: Option<String>,
    #[arg(long, value_enum)]
    pub incoming_security: Option<Security>,
    /// The first line of standard input is the password there; else the one that is kept.
    #[arg(long)]
    pub password_stdin: bool,
    /// Sign in there and say what the change would come to; change nothing.
    #[arg(long)]
    pub dry_run: bool,
}

#[derive(ClapArgs)]
pub struct AccountAdd {
    #[arg(long)]
    pub email: String,
    /// Display name on outgoing letters.
    #[arg(long, default_value = "")]
    pub name: String,
    #[arg(long, value_enum, default_value = "imap")]
    pub mode: Mode,
    #[arg(long, value_name = "HOST:PORT")]
    pub incoming: Option<String>,
    #[arg(long, value_enum)]
    pub incoming_security: Option<Security>,
    #[arg(long, value_name = "HOST:PORT")]
    pub outgoing: Option<String>,
    #[arg(long, value_enum)]
    pub outgoing_security: Option<Security>,
    /// Sign-in name, else the address.
    #[arg(long, default_value = "")]
    pub user: String,
    /// The password is the first line of standard input.
    #[arg(long, required = true)]
    pub password_stdin: bool,
    /// Keep the account without asking its servers.
    #[arg(long)]
    pub unchecked: bool,
}

#[derive(ClapArgs)]
pub struct List {
    #[arg(long, value_name = "E")]
    pub account: Option<String>,
    /// A path or a role such as `inbox`, `sent`, `trash`; the inbox when left out.
    #[arg(long, value_name = "PATH")]
    pub mailbox: Option<String>,
    #[arg(long, default_value_t = 50)]
    pub limit: usize,
    /// Letters older than this one.
    #[arg(long, value_name = "ID")]
    pub after: Option<i64>,
}

#[derive(ClapArgs)]
pub struct Show {
    pub id: i64,
    #[command(flatten)]
    pub form: Form,
}

#[derive(ClapArgs)]
#[group(multiple = false)]
pub struct Form {
    /// The letter's bytes as they came.
    #[arg(long)]
    pub raw: bool,
    /// The header block as it came.
    #[arg(long)]
    pub headers: bool,
    /// The text only.
    #[arg(long)]
    pub text: bool,
    /// The safe HTML page that the window shows.
    #[arg(long)]
    pub html: bool,
}

#[derive(ClapArgs)]
pub struct Send {
    #[arg(long, value_name = "E")]
    pub from: String,
    #[arg(long, required = true, num_args = 1.., value_name = "A")]
    pub to: Vec<String>,
    #[arg(long, num_args = 1.., value_name = "A")]
    pub cc: Vec<String>,
    #[arg(long, num_args = 1.., value_name = "A")]
    pub bcc: Vec<String>,
    #[arg(long, default_value = "")]
    pub subject: String,
    /// The text, `-` for standard input.
    #[arg(long, value_name = "F|-")]
    pub body_file: Option<String>,
    /// An HTML alternative.
    #[arg(long, value_name = "F")]
    pub html_file: Option<PathBuf>,
    #[arg(long, num_args = 1.., value_name = "F")]
    pub attach: Vec<PathBuf>,
    /// Answer this letter.
    #[arg(long, value_name = "ID")]
    pub reply_to: Option<i64>,
    /// Put it into the outbox only: the next sync sends it.
    #[arg(long)]
    pub later: bool,
}

#[derive(Subcommand)]
pub enum OutboxAction {
    /// Send it now, also one that may have been sent already.
    Retry { id: i64 },
    /// Take it back; it becomes a draft.
    Cancel { id: i64 },
}

#[derive(ClapArgs)]
pub struct Import {
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    #[arg(long, value_name = "PATH")]
    pub into: String,
    #[arg(long, value_name = "E")]
    pub account: Option<String>,
}

#[derive(ClapArgs)]
pub struct Export {
    #[arg(long, value_name = "E")]
    pub account: Option<String>,
    /// A path or a role; the inbox when left out.
    #[arg(long, value_name = "PATH")]
    pub mailbox: Option<String>,
    #[command(flatten)]
    pub form: ExportForm,
}

#[derive(ClapArgs)]
#[group(required = true, multiple = false)]
pub struct ExportForm {
    /// One mbox file.
    #[arg(long, value_name = "FILE")]
    pub mbox: Option<PathBuf>,
    /// One file a letter, `<id>.eml`, byte by byte as it came.
    #[arg(long, value_name = "DIR")]
    pub eml: Option<PathBuf>,
}

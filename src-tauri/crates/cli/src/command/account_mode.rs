//! `pli account mode`

use super::Outcome;
use super::account::{endpoint, first_line};
use crate::args::{AccountMode, Mode};
use crate::failure::Failure;
use crate::print::Printer;
use pli_api::wire;
use pli_engine::{Engine, Event, ModeChange, Outlook, State};
use pli_model::Protocol;
use serde::Serialize;
use std::time::{Duration, Instant};
use tokio::sync::broadcast;

/// Progress is told this often.
const TELL_EVERY: Duration = Duration::from_secs(1);

#[derive(Serialize)]
struct Line {
    account: String,
    mode: wire::Protocol,
    /// False for a dry run.
    changed: bool,
    both: u64,
    only_here: u64,
    only_there: u64,
    /// Octets to fetch; null where the server does not tell before.
    bytes_to_fetch: Option<u64>,
    waiting: u32,
    mailboxes: Vec<MailboxLine>,
    /// Octets that the first look fetched; null before it.
    bytes: Option<u64>,
}

#[derive(Serialize)]
struct MailboxLine {
    mailbox: String,
    letters: u32,
    at_server: bool,
}

impl Line {
    fn new(account: String, mode: wire::Protocol, outlook: Outlook) -> Self {
        let mailboxes = outlook.mailboxes.into_iter().map(|fate| MailboxLine {
            mailbox: fate.path,
            letters: fate.letters,
            at_server: fate.at_server,
        });
        Self {
            account,
            mode,
            changed: false,
            both: outlook.both,
            only_here: outlook.only_here,
            only_there: outlook.only_there,
            bytes_to_fetch: outlook.octets,
            waiting: outlook.waiting,
            mailboxes: mailboxes.collect(),
            bytes: None,
        }
    }

    fn text(&self) -> String {
        let mode = match self.mode {
            wire::Protocol::Imap => "IMAP",
            wire::Protocol::Pop3 => "POP3",
        };
        let begin = match self.changed {
            true => format!("{} is read by {mode} now.", self.account),
            false => format!("{} would be read by {mode}. Nothing was changed.", self.account),
        };
        let fetch = match (self.bytes, self.bytes_to_fetch) {
            (Some(bytes), _) => format!("{bytes} bytes were fetched"),
            (None, Some(bytes)) => format!("{bytes} bytes to fetch"),
            (None, None) => "how many bytes are to be fetched the server does not tell before".to_owned(),
        };
        let mut text = format!(
            "{begin}\nLetters here and at the server: {}\nOnly on this computer: {}\nOnly at the server: {} ({fetch})",
            self.both, self.only_here, self.only_there
        );
        if self.waiting > 0 {
            text.push_str(&format!("\nChanges that go to the server before: {}", self.waiting));
        }
        for mailbox in &self.mailboxes {
            let place = if mailbox.at_server {
                "at the server"
            } else {
                "on this computer"
            };
            text.push_str(&format!("\n{}: {} letters, {place}", mailbox.mailbox, mailbox.letters));
        }
        text
    }
}

pub async fn run(engine: &Engine, printer: &Printer, ask: AccountMode) -> Outcome {
    let account = engine.account_by_email(&ask.email).await?;
    let protocol = match ask.mode {
        Mode::Imap => Protocol::Imap,
        Mode::Pop3 => Protocol::Pop3,
    };
    let found = match ask.incoming {
        Some(_) => engine.guess_servers(&account.email, protocol).0,
        None => {
            let found = engine.find_servers(&account.email, protocol).await?;
            if found.needs_consent {
                return Err(Failure::usage(format!(
                    "only DNS says that {} serves this address: name it with --incoming if you trust it",
                    found.incoming
                )));
            }
            found.incoming
        }
    };
    let change = ModeChange {
        account: account.id,
        protocol,
        incoming: endpoint(found, ask.incoming.as_deref(), ask.incoming_security)?,
        password: if ask.password_stdin {
            first_line()?
        } else {
            String::new()
        },
    };
    let mode = pli_api::protocol(protocol);
    if ask.dry_run {
        let line = Line::new(account.email, mode, engine.preview_mode(&change).await?);
        printer.object(&line, || line.text());
        return Ok(());
    }
    let events = engine.events();
    let done = async {
        let outlook = engine.change_mode(&change).await?;
        Ok::<_, Failure>((outlook, engine.sync_once(account.id).await))
    };
    let (outlook, looked) = with_progress(printer, events, done).await?;
    let mut line = Line::new(account.email, mode, outlook);
    line.changed = true;
    line.bytes = looked.as_ref().ok().map(|totals| totals.bytes);
    printer.object(&line, || line.text());
    // It is changed; what is missing comes with the next look.
    looked.map(drop).map_err(Failure::from)
}

/// Tells how far the fetching is while `job` runs.
async fn with_progress<T>(
    printer: &Printer,
    mut events: broadcast::Receiver<Event>,
    job: impl Future<Output = Result<T, Failure>>,
) -> Result<T, Failure> {
    let mut job = std::pin::pin!(job);
    let mut told = Instant::now();
    loop {
        tokio::select! {
            done = &mut job => return done,
            Ok(event) = events.recv() => {
                if let Event::Status { status, .. } = event
                    && status.state == State::Syncing
                    && told.elapsed() >= TELL_EVERY
                {
                    told = Instant::now();
                    printer.remark(&format!("{} of {} letters", status.done, status.total));
                }
            }
        }
    }
}

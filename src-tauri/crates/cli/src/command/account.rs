//! `pli account`

use super::Outcome;
use crate::args::{AccountAdd, AccountCommand, Mode, Security};
use crate::failure::Failure;
use crate::print::Printer;
use pli_api::{Code, wire};
use pli_engine::{Engine, NewAccount};
use pli_model::{Endpoint, LeaveOnServer, Protocol, Retention};
use serde::Serialize;

#[derive(Serialize)]
struct AccountLine {
    id: i64,
    account: String,
    name: String,
    mode: wire::Protocol,
    incoming: wire::Server,
    outgoing: wire::Server,
    user: String,
}

impl From<pli_model::Account> for AccountLine {
    fn from(account: pli_model::Account) -> Self {
        Self {
            id: account.id.0,
            account: account.email,
            name: account.name,
            mode: pli_api::protocol(account.protocol),
            incoming: pli_api::server(account.incoming),
            outgoing: pli_api::server(account.outgoing),
            user: account.user,
        }
    }
}

impl AccountLine {
    fn line(&self) -> String {
        let mode = match self.mode {
            wire::Protocol::Imap => "IMAP",
            wire::Protocol::Pop3 => "POP3",
        };
        let (incoming, outgoing) = (&self.incoming, &self.outgoing);
        format!(
            "{}\t{mode}\t{}:{}\t{}:{}",
            self.account, incoming.host, incoming.port, outgoing.host, outgoing.port
        )
    }
}

pub async fn run(engine: &Engine, printer: &Printer, command: AccountCommand) -> Outcome {
    match command {
        AccountCommand::Add(add) => {
            let unchecked = add.unchecked;
            let new = read(engine, add).await?;
            let kept = if unchecked {
                engine.add_account_unchecked(new).await?
            } else {
                engine.add_account(new).await?
            };
            let line = AccountLine::from(kept);
            printer.object(&line, || line.line());
        }
        AccountCommand::List => {
            for entry in engine.accounts().await? {
                let line = AccountLine::from(entry.account);
                printer.object(&line, || line.line());
            }
        }
        AccountCommand::Remove { email, agreed } => {
            let account = engine.account_by_email(&email).await?;
            engine.remove_account(account.id, agreed.lose).await?;
            printer.remark(&format!(
                "{email} was removed from this computer; its server was not touched"
            ));
        }
        AccountCommand::Mode(ask) => return super::account_mode::run(engine, printer, ask).await,
        AccountCommand::Show { email } => {
            let account = engine.account_by_email(&email).await?;
            let details = pli_api::details(engine.account_details(account.id).await?);
            printer.object(&details, || described(&details));
        }
        AccountCommand::Keep { email, what } => {
            let account = engine.account_by_email(&email).await?;
            engine.keep_bodies(account.id, retention(&what)?).await?;
            printer.remark("kept; what is missing comes with the next sync");
        }
        AccountCommand::Leave { email, what, agreed } => {
            let account = engine.account_by_email(&email).await?;
            engine.leave_on_server(account.id, leave(&what)?, agreed.lose).await?;
            printer.remark("kept; the server is told with the next sync");
        }
        AccountCommand::Upload { email } => {
            let account = engine.account_by_email(&email).await?;
            let letters = engine.upload(&engine.new_command(), account.id).await?;
            printer.remark(&format!("{letters} letters go to the server with the next sync"));
        }
    }
    Ok(())
}

fn retention(what: &str) -> Result<Retention, Failure> {
    match what {
        "everything" => Ok(Retention::Everything),
        "headers" => Ok(Retention::HeadersOnly),
        months => match months.parse() {
            Ok(months) if months > 0 => Ok(Retention::Months(months)),
            _ => Err(Failure::usage("say everything, headers, or a number of months")),
        },
    }
}

fn leave(what: &str) -> Result<LeaveOnServer, Failure> {
    LeaveOnServer::from_word(what)
        .filter(|leave| *leave != LeaveOnServer::Days(0))
        .ok_or_else(|| Failure::usage("say everything, until-deleted, nothing, or a number of days"))
}

fn described(details: &wire::AccountDetails) -> String {
    let mut text = format!(
        "Server: {}\nOn this computer: {} letters whole, {} not ({} bytes); {} on this computer only\n",
        if details.software.is_empty() {
            "unknown"
        } else {
            &details.software
        },
        details.bodies_here,
        details.bodies_missing,
        details.missing_octets,
        details.only_here
    );
    for extension in &details.extensions {
        let state = match extension.state {
            wire::ExtensionState::InUse => "in use, found true",
            wire::ExtensionState::Offered => "in use",
            wire::ExtensionState::Distrusted => "not used",
            wire::ExtensionState::Missing => continue,
        };
        text.push_str(&format!("{}: {state}\n", extension.name));
    }
    for quirk in &details.quirks {
        text.push_str(&format!("{} since {}: {}\n", quirk.name, quirk.since, quirk.detail));
    }
    text
}

async fn read(engine: &Engine, add: AccountAdd) -> Result<NewAccount, Failure> {
    let protocol = match add.mode {
        Mode::Imap => Protocol::Imap,
        Mode::Pop3 => Protocol::Pop3,
    };
    let (incoming, outgoing) = if add.incoming.is_some() && add.outgoing.is_some() {
        engine.guess_servers(&add.email, protocol)
    } else {
        let found = engine.find_servers(&add.email, protocol).await?;
        if found.needs_consent {
            return Err(Failure::usage(format!(
                "only DNS says that {} and {} serve this address: name them with --incoming and --outgoing if you trust them",
                found.incoming, found.outgoing
            )));
        }
        (found.incoming, found.outgoing)
    };
    Ok(NewAccount {
        email: add.email,
        name: add.name,
        protocol,
        incoming: endpoint(incoming, add.incoming.as_deref(), add.incoming_security)?,
        outgoing: endpoint(outgoing, add.outgoing.as_deref(), add.outgoing_security)?,
        user: add.user,
        password: first_line()?,
    })
}

/// The first line of standard input.
pub(super) fn first_line() -> Result<String, Failure> {
    let mut line = String::new();
    std::io::stdin()
        .read_line(&mut line)
        .map_err(|error| Failure::here(Code::Storage, format!("the password could not be read: {error}")))?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

/// What was said on the command line over what was found. A port says how its connection is kept private when the
/// command line does not.
pub(super) fn endpoint(found: Endpoint, said: Option<&str>, security: Option<Security>) -> Result<Endpoint, Failure> {
    use pli_model::Security as Model;
    let mut endpoint = found;
    if let Some(said) = said {
        let wrong = || Failure::usage(format!("{said} is not HOST:PORT"));
        let (host, port) = said.rsplit_once(':').ok_or_else(wrong)?;
        endpoint.host = host.trim_matches(['[', ']']).to_owned();
        endpoint.port = port.parse().map_err(|_| wrong())?;
        endpoint.security = if matches!(endpoint.port, 143 | 110 | 587 | 25) {
            Model::StartTls
        } else {
            Model::Tls
        };
    }
    match security {
        Some(Security::Tls) => endpoint.security = Model::Tls,
        Some(Security::Starttls) => endpoint.security = Model::StartTls,
        Some(Security::Plain) => endpoint.security = Model::Plain,
        None => {}
    }
    Ok(endpoint)
}

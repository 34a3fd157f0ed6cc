//! From the engine's values to the wire's, and back.

use crate::error::code_of;
use crate::wire::{self, Person};
use pli_engine::{AccountDetails, AccountWithStatus, Extension, Mailbox, OutboxRow, Row, State, Status};
use pli_model::{Address, Endpoint, Flags, LeaveOnServer, Protocol, Quirk, Retention, Role, Security, Timestamp};

/// The six states of an account, the words of the wire for them.
fn state(state: State) -> wire::AccountState {
    match state {
        State::Idle => wire::AccountState::Idle,
        State::Checking => wire::AccountState::Checking,
        State::Syncing => wire::AccountState::Syncing,
        State::Offline => wire::AccountState::Offline,
        State::SignInNeeded => wire::AccountState::SignInNeeded,
        State::Failed => wire::AccountState::Failed,
    }
}

/// What an account is doing.
pub fn status(status: Status, waiting: u32) -> wire::AccountStatus {
    wire::AccountStatus {
        state: state(status.state),
        message: status.message,
        problem: status.problem.map(code_of),
        done: status.done,
        total: status.total,
        waiting,
        synced_at: status.synced_at.map(wire::rfc3339),
    }
}

/// An account.
pub fn account(entry: AccountWithStatus) -> wire::Account {
    let AccountWithStatus {
        account,
        status: now,
        waiting,
    } = entry;
    wire::Account {
        id: account.id.0,
        email: account.email,
        name: account.name,
        mode: protocol(account.protocol),
        incoming: server(account.incoming),
        outgoing: server(account.outgoing),
        user: account.user,
        status: status(now, waiting),
    }
}

/// How an account's server is used.
pub fn details(details: AccountDetails) -> wire::AccountDetails {
    let passport = details.passport;
    let state = |extension: Extension| {
        let checked = passport.verified.get(extension.name());
        match checked {
            _ if extension.is_distrusted(&passport) => wire::ExtensionState::Distrusted,
            Some(Timestamp(0)) => wire::ExtensionState::Offered,
            Some(_) => wire::ExtensionState::InUse,
            None => wire::ExtensionState::Missing,
        }
    };
    let extensions = Extension::ALL
        .into_iter()
        .map(|extension| wire::Extension {
            name: extension.name().to_owned(),
            state: state(extension),
        })
        .collect();
    wire::AccountDetails {
        extensions,
        software: passport.software,
        quirks: passport.quirks.into_iter().map(quirk).collect(),
        keep: keep(details.retention),
        bodies_here: details.bodies_here,
        bodies_missing: details.bodies_missing,
        missing_octets: details.missing_octets,
        leave: leave(details.leave_on_server),
        only_here: details.only_here,
        uploadable: details.uploadable,
    }
}

fn quirk(quirk: Quirk) -> wire::Quirk {
    wire::Quirk {
        name: quirk.name,
        detail: quirk.detail,
        since: wire::rfc3339(quirk.since),
    }
}

fn keep(retention: Retention) -> wire::Keep {
    match retention {
        Retention::Everything => wire::Keep::Everything,
        Retention::Months(months) => wire::Keep::Months { months },
        Retention::HeadersOnly => wire::Keep::Headers,
    }
}

/// What is kept, back.
pub fn to_retention(keep: wire::Keep) -> Retention {
    match keep {
        wire::Keep::Everything => Retention::Everything,
        wire::Keep::Months { months } => Retention::Months(months),
        wire::Keep::Headers => Retention::HeadersOnly,
    }
}

fn leave(leave: LeaveOnServer) -> wire::LeaveOnServer {
    match leave {
        LeaveOnServer::Everything => wire::LeaveOnServer::Everything,
        LeaveOnServer::Days(days) => wire::LeaveOnServer::Days { days },
        LeaveOnServer::UntilDeleted => wire::LeaveOnServer::UntilDeleted,
        LeaveOnServer::Nothing => wire::LeaveOnServer::Nothing,
    }
}

/// What a POP3 server keeps, back.
pub fn to_leave(leave: wire::LeaveOnServer) -> LeaveOnServer {
    match leave {
        wire::LeaveOnServer::Everything => LeaveOnServer::Everything,
        wire::LeaveOnServer::Days { days } => LeaveOnServer::Days(days),
        wire::LeaveOnServer::UntilDeleted => LeaveOnServer::UntilDeleted,
        wire::LeaveOnServer::Nothing => LeaveOnServer::Nothing,
    }
}

/// A protocol.
pub fn protocol(protocol: Protocol) -> wire::Protocol {
    match protocol {
        Protocol::Imap => wire::Protocol::Imap,
        Protocol::Pop3 => wire::Protocol::Pop3,
    }
}

/// A protocol, back.
pub fn to_protocol(protocol: wire::Protocol) -> Protocol {
    match protocol {
        wire::Protocol::Imap => Protocol::Imap,
        wire::Protocol::Pop3 => Protocol::Pop3,
    }
}

/// A server.
pub fn server(endpoint: Endpoint) -> wire::Server {
    let security = match endpoint.security {
        Security::Tls => wire::Security::Tls,
        Security::StartTls => wire::Security::StartTls,
        Security::Plain => wire::Security::Plain,
    };
    wire::Server {
        host: endpoint.host,
        port: endpoint.port,
        security,
    }
}

/// A server, back.
pub fn to_endpoint(server: wire::Server) -> Endpoint {
    let security = match server.security {
        wire::Security::Tls => Security::Tls,
        wire::Security::StartTls => Security::StartTls,
        wire::Security::Plain => Security::Plain,
    };
    Endpoint {
        host: server.host.trim().to_owned(),
        port: server.port,
        security,
    }
}

/// A mailbox role.
pub fn role(role: Role) -> wire::Role {
    match role {
        Role::Inbox => wire::Role::Inbox,
        Role::Drafts => wire::Role::Drafts,
        Role::Sent => wire::Role::Sent,
        Role::Archive => wire::Role::Archive,
        Role::All => wire::Role::All,
        Role::Junk => wire::Role::Junk,
        Role::Trash => wire::Role::Trash,
        Role::Other => wire::Role::Other,
    }
}

/// A mailbox role, back.
pub fn to_role(role: wire::Role) -> Role {
    match role {
        wire::Role::Inbox => Role::Inbox,
        wire::Role::Drafts => Role::Drafts,
        wire::Role::Sent => Role::Sent,
        wire::Role::Archive => Role::Archive,
        wire::Role::All => Role::All,
        wire::Role::Junk => Role::Junk,
        wire::Role::Trash => Role::Trash,
        wire::Role::Other => Role::Other,
    }
}

/// A mailbox, its path with `/` between the levels.
pub fn mailbox(mailbox: Mailbox) -> wire::Mailbox {
    let levels: Vec<&str> = match mailbox.delimiter {
        Some(delimiter) => mailbox.path.split(delimiter).collect(),
        None => vec![mailbox.path.as_str()],
    };
    wire::Mailbox {
        id: mailbox.id.0,
        account: mailbox.account.0,
        name: levels.last().copied().unwrap_or_default().to_owned(),
        depth: u32::try_from(levels.len().saturating_sub(1)).unwrap_or(u32::MAX),
        path: levels.join("/"),
        role: role(mailbox.role),
        local: !mailbox.on_server,
        selectable: mailbox.selectable,
        subscribed: mailbox.subscribed,
        total: mailbox.total,
        unread: mailbox.unread,
    }
}

/// A person.
pub fn person(address: Address) -> Person {
    Person {
        name: address.name,
        email: address.email,
    }
}

/// People.
pub fn people(addresses: Vec<Address>) -> Vec<Person> {
    addresses.into_iter().map(person).collect()
}

/// A letter in a list.
pub fn letter_row(row: Row) -> wire::LetterRow {
    wire::LetterRow {
        id: row.placement.0,
        account: row.account.0,
        mailbox: row.mailbox.0,
        subject: row.subject,
        from: person(row.from),
        to: people(row.to),
        snippet: row.snippet,
        date: wire::rfc3339(row.received),
        seen: row.flags.contains(Flags::SEEN),
        flagged: row.flags.contains(Flags::FLAGGED),
        answered: row.flags.contains(Flags::ANSWERED),
        draft: row.flags.contains(Flags::DRAFT),
        has_attachments: row.has_attachments,
        size: row.size,
        message_id: row.message_id,
        keywords: row.keywords,
        thread: row.thread,
        complete: row.has_body,
        only_here: row.only_here,
    }
}

/// A letter on its way out.
pub fn outbox_row(row: OutboxRow) -> wire::OutboxRow {
    use pli_model::OutboxState as Model;
    let state = match row.state {
        Model::Queued => wire::OutboxState::Queued,
        Model::Sending => wire::OutboxState::Sending,
        Model::Committing => wire::OutboxState::Committing,
        Model::Unknown => wire::OutboxState::Unknown,
        Model::Sent => wire::OutboxState::Sent,
        Model::Failed => wire::OutboxState::Failed,
        Model::Cancelled => wire::OutboxState::Cancelled,
    };
    let waits = row.state == Model::Queued && row.next_at > Timestamp(0);
    let recipients = row
        .verdicts
        .into_iter()
        .map(|verdict| wire::Verdict {
            accepted: verdict.is_accepted(),
            email: verdict.email,
            code: verdict.code,
            text: verdict.text,
        })
        .collect();
    wire::OutboxRow {
        id: row.id.0,
        account: row.account.0,
        subject: row.subject,
        message_id: row.message_id,
        state,
        recipients,
        reply: row.reply,
        attempts: row.attempts,
        created: wire::rfc3339(row.created),
        next_at: waits.then(|| wire::rfc3339(row.next_at)),
        filed: row.filed,
    }
}

/// What an account is to be.
pub(crate) fn to_mode_change(ask: wire::AccountMode) -> pli_engine::ModeChange {
    pli_engine::ModeChange {
        account: pli_model::AccountId(ask.account),
        protocol: to_protocol(ask.mode),
        incoming: to_endpoint(ask.incoming),
        password: ask.password,
    }
}

/// What a change of protocol comes to.
pub(crate) fn outlook(outlook: pli_engine::Outlook) -> wire::ModeOutlook {
    let fate = |fate: pli_engine::Fate| wire::MailboxFate {
        path: fate.path,
        letters: fate.letters,
        at_server: fate.at_server,
    };
    wire::ModeOutlook {
        both: outlook.both,
        only_here: outlook.only_here,
        only_there: outlook.only_there,
        bytes: outlook.octets,
        waiting: outlook.waiting,
        mailboxes: outlook.mailboxes.into_iter().map(fate).collect(),
    }
}

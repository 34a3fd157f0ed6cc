//! `pli`: the whole engine without a window, for people who script and for tests.
//!
//! Exit codes: 0 done, 1 failed, 2 wrong usage, 3 the network or a server, 4 sign-in needed. A failure is one
//! line on standard error.

mod args;
mod command;
mod failure;
mod find;
mod print;

use args::{Args, Command};
use clap::Parser;
use failure::Failure;
use pli_engine::Engine;
use pli_model::Role;
use print::Printer;
use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    pli_machine::prepare();
    let args = Args::parse();
    let printer = Printer::new(args.json);
    match run(args, &printer).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            printer.failure(&failure);
            ExitCode::from(failure.exit)
        }
    }
}

async fn run(args: Args, printer: &Printer) -> Result<(), Failure> {
    if let Command::Help { topic } = &args.command {
        return command::help::run(topic.as_deref());
    }
    let options = pli_machine::options(args.profile).map_err(Failure::usage)?;
    let engine = Engine::open(options).await?;
    match args.command {
        Command::Account(account) => command::account::run(&engine, printer, account).await,
        Command::Sync { account, watch } => command::sync::run(&engine, printer, account.as_deref(), watch).await,
        Command::Mailboxes { account } => command::mailboxes::run(&engine, printer, account.as_deref()).await,
        Command::List(list) => command::list::run(&engine, printer, list).await,
        Command::Show(show) => command::show::run(&engine, printer, show).await,
        Command::Attachments { id, save } => command::attachments::run(&engine, printer, id, save).await,
        Command::Flag { words } => command::act::flag(&engine, printer, &words).await,
        Command::Move { words } => command::act::move_to(&engine, printer, &words).await,
        Command::Copy { words } => command::act::copy_to(&engine, printer, &words).await,
        Command::Archive { ids } => command::act::to_role(&engine, printer, &ids, Role::Archive).await,
        Command::Junk { ids, not } => {
            let role = if not { Role::Inbox } else { Role::Junk };
            command::act::to_role(&engine, printer, &ids, role).await
        }
        Command::Delete {
            ids, forever: false, ..
        } => command::act::to_role(&engine, printer, &ids, Role::Trash).await,
        Command::Delete { ids, agreed, .. } => command::act::delete(&engine, printer, &ids, &agreed).await,
        Command::Undo { act, list } => command::undo::run(&engine, printer, act, list).await,
        Command::Mailbox(act) => command::mailbox::run(&engine, printer, act).await,
        Command::Send(send) => command::send::run(&engine, printer, send).await,
        Command::Outbox { action } => command::outbox::run(&engine, printer, action).await,
        Command::Import(import) => command::files::import(&engine, printer, import).await,
        Command::Export(export) => command::files::export(&engine, printer, export).await,
        Command::Doctor => command::doctor::run(&engine, printer).await,
        Command::Help { .. } => Ok(()),
    }
}

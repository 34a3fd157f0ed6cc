//! The one task runner: `cargo xtask TASK`. Everything that a person or a machine does with this repository beyond
//! plain cargo is a task here; CI runs the same ones.

mod bench;
mod demo;
mod layers;
mod packages;
mod places;
mod run;
mod shell;
mod steps;
mod test;
mod town;
mod ui;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Result of a task; the error is what the person is told.
pub type Result<T = ()> = std::result::Result<T, String>;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "The tasks of this repository")]
struct Args {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Pli with two accounts in a mail town of real servers, on this machine.
    Demo(demo::Options),
    /// Pli on your own profile, built from here.
    Run {
        /// Handed on to Pli.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        words: Vec<String>,
    },
    /// Everything that CI checks.
    Test(test::Options),
    /// Speed and memory beside other programs.
    Bench {
        #[command(subcommand)]
        what: bench::What,
    },
    /// The crates' real dependencies against the list of allowed ones.
    Layers,
    /// Writes the TypeScript bindings of the contract anew.
    Bindings,
    /// A mail town, until Ctrl-C.
    Town(town::Options),
}

fn main() -> ExitCode {
    let outcome = match Args::parse().task {
        Task::Demo(options) => demo::run(&options),
        Task::Run { words } => run::run(&words),
        Task::Test(options) => test::run(&options),
        Task::Bench { what } => bench::run(&what),
        Task::Layers => layers::run(),
        Task::Bindings => steps::run(
            "bindings",
            steps::cargo(&["run", "--quiet", "--package", "pli-api", "--example", "bindings"]),
        ),
        Task::Town(options) => town::run(options),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("\nxtask: {message}");
            ExitCode::FAILURE
        }
    }
}

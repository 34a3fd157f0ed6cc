//! `cargo xtask test`: everything that CI checks, in one order, up to the first failure.

use crate::packages::{self, Consent};
use crate::{Result, layers, places, shell, steps, ui};
use clap::Args;
use std::path::Path;
use std::process::Command;

#[derive(Args)]
pub struct Options {
    /// Without the desktop: neither the shell's crate nor a window.
    #[arg(long)]
    fast: bool,
    /// Install missing packages without asking, as under CI=true.
    #[arg(long)]
    install: bool,
}

/// The cheap checks come first. All tests are one run at the end, so that its summary is the last word.
pub fn run(options: &Options) -> Result {
    let consent = if options.install || packages::on_ci() {
        Consent::Given
    } else {
        Consent::Ask
    };
    let mut needed = packages::SERVERS.to_vec();
    if !options.fast {
        needed.extend(packages::BUILD.iter().chain(packages::DESKTOP));
    }
    packages::need(&needed, consent)?;

    steps::run("format", steps::cargo(&["fmt", "--all", "--check"]))?;
    layers::run()?;
    ui::scripts(&["check", "lint", "test", "build"])?;
    let mut clippy = steps::cargo(&["clippy", "--workspace", "--all-targets"]);
    if options.fast {
        clippy.args(["--exclude", "pli-desktop"]);
    }
    clippy.args(["--", "--deny", "warnings"]);
    steps::run("clippy", clippy)?;
    if options.fast {
        return tests(None);
    }
    let shell = shell::build(false)?;
    shell::test()?;
    tests(Some(&shell))
}

/// Runs all tests, those of the window too when there is a shell. A display, a session bus and, for `cargo test`, one
/// process for all tests of a crate: nothing of it is the machine's own.
fn tests(shell: Option<&Path>) -> Result {
    let nextest = steps::has("cargo-nextest", "--version");
    if !nextest {
        println!("cargo-nextest is not installed: `cargo test` does the same, more slowly.");
    }
    let runs: Vec<Vec<&str>> = match (nextest, shell) {
        (true, Some(_)) => vec![vec!["nextest", "run", "--no-fail-fast"]],
        (true, None) => vec![vec![
            "nextest",
            "run",
            "--no-fail-fast",
            "--filterset",
            "not binary(desktop)",
        ]],
        (false, Some(_)) => vec![vec!["test", "--no-fail-fast"]],
        (false, None) => vec![
            vec![
                "test",
                "--no-fail-fast",
                "--workspace",
                "--exclude",
                "pli-desktop",
                "--exclude",
                "pli-tests",
            ],
            vec!["test", "--no-fail-fast", "--package", "pli-tests", "--test", "it"],
        ],
    };
    for words in runs {
        let cargo = steps::cargo(&words);
        let mut command = match shell {
            None => cargo,
            Some(shell) => on_a_display(&cargo, shell),
        };
        // The run builds it (its crate has tests of its own); without this the tests would build it once more.
        command.env("PLI_BINARY", places::program("pli", false)?);
        steps::run("tests", command)?;
    }
    Ok(())
}

/// The same command under a display and a session bus of its own. `PLI_DESKTOP` tells the tests which program the
/// window is.
fn on_a_display(inner: &Command, shell: &Path) -> Command {
    let mut command = Command::new("xvfb-run");
    command.args([
        "--auto-servernum",
        "--server-args=-screen 0 1400x900x24",
        "dbus-run-session",
        "--",
    ]);
    command
        .arg(inner.get_program())
        .args(inner.get_args())
        .env("PLI_DESKTOP", shell);
    if let Some(folder) = inner.get_current_dir() {
        command.current_dir(folder);
    }
    command
}

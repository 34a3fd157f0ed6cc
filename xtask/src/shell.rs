//! The desktop shell and the command line, built as they are shipped: with the screen inside.

use crate::{Result, places, steps, ui};
use std::path::PathBuf;

/// Without this feature Tauri looks for the development server.
const SHELL: [&str; 4] = ["--package", "pli-desktop", "--features", "tauri/custom-protocol"];

/// Builds the screen and the shell; answers the program.
pub fn build(release: bool) -> Result<PathBuf> {
    ui::scripts(&["build"])?;
    cargo_build(&SHELL, release)?;
    places::built("pli-desktop", release)
}

/// Runs the shell's own tests: it is no default member, so the run of all others leaves it out.
pub fn test() -> Result {
    let mut command = steps::cargo(&["test", "--quiet"]);
    command.args(SHELL);
    steps::run("shell tests", command)
}

/// Builds `pli`; answers the program.
pub fn build_cli(release: bool) -> Result<PathBuf> {
    cargo_build(&["--package", "pli-cli"], release)?;
    places::built("pli", release)
}

fn cargo_build(words: &[&str], release: bool) -> Result {
    let mut command = steps::cargo(&["build"]);
    command.args(words);
    if release {
        command.arg("--release");
    }
    steps::run(&format!("build {}", words.get(1).copied().unwrap_or_default()), command)
}

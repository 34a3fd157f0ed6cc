//! The desktop shell and the command line, built as they are shipped: with the screen inside.

use crate::{Result, places, steps, ui};
use std::path::PathBuf;

/// Builds the screen and the shell; answers the program.
pub fn build(release: bool) -> Result<PathBuf> {
    ui::scripts(&["build"])?;
    // Without this feature Tauri looks for the development server.
    cargo_build(
        &["--package", "pli-desktop", "--features", "tauri/custom-protocol"],
        release,
    )?;
    places::built("pli-desktop", release)
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

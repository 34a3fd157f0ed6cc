//! Commands run one after the other, each told before it starts and timed when it is done.

use crate::{Result, places};
use std::ffi::OsStr;
use std::process::Command;
use std::time::Instant;

/// Runs a command to its end, its output going where ours goes. Errors with the command when it fails.
pub fn run(name: &str, mut command: Command) -> Result {
    let shown = shown(&command);
    println!("\n== {name}: {shown}");
    let start = Instant::now();
    let status = command
        .status()
        .map_err(|error| format!("{name}: `{shown}` cannot be run: {error}"))?;
    if !status.success() {
        return Err(format!("{name} failed ({status}): {shown}"));
    }
    println!("== {name}: ok, {:.1} s", start.elapsed().as_secs_f64());
    Ok(())
}

/// The cargo that runs us, at the root of the repository.
pub fn cargo(words: &[&str]) -> Command {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(words).current_dir(places::root());
    command
}

/// Whether a program runs at all; `word` is one that it answers quickly.
pub fn has(program: impl AsRef<OsStr>, word: &str) -> bool {
    Command::new(program)
        .arg(word)
        .output()
        .is_ok_and(|output| output.status.success())
}

fn shown(command: &Command) -> String {
    let program = std::path::Path::new(command.get_program())
        .file_name()
        .unwrap_or_default();
    let words = std::iter::once(program).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

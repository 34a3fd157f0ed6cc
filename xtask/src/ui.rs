//! The screen: npm's part of the work, in `ui/`.

use crate::{Result, places, steps};
use std::process::Command;

/// Installs what the lock file says, unless that has been done; then runs these scripts of `package.json`.
pub fn scripts(names: &[&str]) -> Result {
    install()?;
    for name in names {
        steps::run(&format!("ui {name}"), npm(&["run", "--silent", name]))?;
    }
    Ok(())
}

/// `npm ci` leaves a copy of the lock file beside what it installed: by that the next run knows.
fn install() -> Result {
    let ui = places::root().join("ui");
    let (lock, stamp) = (ui.join("package-lock.json"), ui.join("node_modules/.pli-lock.json"));
    let wanted = std::fs::read(&lock).map_err(|error| format!("{}: {error}", lock.display()))?;
    if std::fs::read(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    if !steps::has(npm(&[]).get_program(), "--version") {
        return Err("Node.js with npm is missing (20.19 or newer): https://nodejs.org".to_owned());
    }
    steps::run("ui install", npm(&["ci", "--no-audit", "--no-fund"]))?;
    std::fs::write(&stamp, wanted).map_err(|error| format!("{}: {error}", stamp.display()))
}

fn npm(words: &[&str]) -> Command {
    let mut command = Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" });
    command.args(words).current_dir(places::root().join("ui"));
    command
}

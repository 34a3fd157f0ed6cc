//! `cargo xtask run`: Pli, built from here, on the user's own profile.

use crate::{Result, packages, shell, steps};
use std::process::Command;

pub fn run(words: &[String]) -> Result {
    packages::need(packages::BUILD, packages::Consent::Ask)?;
    let program = shell::build(true)?;
    let mut command = Command::new(program);
    command.args(words);
    steps::run("Pli", command)
}

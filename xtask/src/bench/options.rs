//! What every comparison of first synchronisations takes, and what it needs before it starts.

use super::pli::Pli;
use crate::packages::{self, Consent};
use crate::{Result, shell};
use clap::Args;
use std::path::PathBuf;

#[derive(Args)]
pub struct Common {
    /// Real letters: a folder of .eml files. Without it, generated ones.
    #[arg(long, value_name = "DIR")]
    pub corpus: Option<PathBuf>,
    /// Each reader reads this often, by turns; the median counts.
    #[arg(long, default_value_t = 3, value_name = "N")]
    pub rounds: usize,
    /// The program to measure, instead of building it from here.
    #[arg(long, value_name = "FILE")]
    pli: Option<PathBuf>,
    /// Install missing packages without asking.
    #[arg(long)]
    install: bool,
}

impl Common {
    /// Sees to the servers' and these packages, and to the program.
    pub fn prepare(&self, peers: &[&str]) -> Result<Pli> {
        let consent = if self.install || packages::on_ci() {
            Consent::Given
        } else {
            Consent::Ask
        };
        packages::need(&[packages::SERVERS, peers].concat(), consent)?;
        let program = match &self.pli {
            Some(named) => named.clone(),
            None => shell::build_cli(true)?,
        };
        Ok(Pli { program })
    }
}

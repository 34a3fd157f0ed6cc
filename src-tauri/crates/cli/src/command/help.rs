//! `pli help`

use super::Outcome;
use crate::args::Args;
use crate::failure::Failure;
use crate::print::Printer;
use clap::CommandFactory;

const JSON: &str = include_str!("help_json.txt");

/// The general help, or that of a topic.
pub fn run(topic: Option<&str>) -> Outcome {
    let text = match topic {
        None => Args::command().render_long_help().to_string(),
        Some("json") => JSON.to_owned(),
        Some(name) => match Args::command().find_subcommand_mut(name) {
            Some(command) => command.render_long_help().to_string(),
            None => {
                return Err(Failure::usage(format!(
                    "there is no help on {name}; there is on: json, and on each command"
                )));
            }
        },
    };
    Printer::new(false).bytes(text.as_bytes());
    Ok(())
}

//! Output: a table for people, one JSON object a line for programs.

use crate::failure::Failure;
use serde::Serialize;
use std::io::{self, Write};

/// Writes to standard output. A reader that went away (`| head`) ends the program quietly.
pub struct Printer {
    json: bool,
}

impl Printer {
    /// For programs when `json`, for people otherwise.
    pub fn new(json: bool) -> Self {
        Self { json }
    }

    /// One object, or the line that says it to a person.
    pub fn object(&self, object: &impl Serialize, line: impl FnOnce() -> String) {
        let text = if self.json {
            serde_json::to_string(object).unwrap_or_default()
        } else {
            line()
        };
        self.line(&text);
    }

    /// Bytes as they are.
    pub fn bytes(&self, bytes: &[u8]) {
        quit_on_error(io::stdout().write_all(bytes).and_then(|()| io::stdout().flush()));
    }

    /// A line for people; nothing for programs.
    pub fn remark(&self, text: &str) {
        if !self.json {
            self.line(text);
        }
    }

    /// Says what went wrong on standard error.
    pub fn failure(&self, failure: &Failure) {
        let text = if self.json {
            serde_json::to_string(&failure.error).unwrap_or_default()
        } else {
            format!("pli: {}", failure.error.message)
        };
        let _ = writeln!(io::stderr(), "{text}");
    }

    fn line(&self, text: &str) {
        quit_on_error(writeln!(io::stdout(), "{text}"));
    }
}

fn quit_on_error(written: io::Result<()>) {
    if written.is_err() {
        std::process::exit(0);
    }
}

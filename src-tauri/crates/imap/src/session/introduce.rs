//! The first words after sign-in: ID (RFC 2971) and ENABLE (RFC 5161), in one flight.

use super::{Session, Transport};
use crate::command::Command;
use crate::{Error, Result, Untagged};

impl<S: Transport> Session<S> {
    /// Says who asks, where the server wants to know (some do before the first SELECT), and switches extensions on, where it
    /// has ENABLE: their names in capitals, with spaces between them. A refusal of either is no error. Answers the server's
    /// own name and version; empty where it does not tell.
    pub async fn introduce(&mut self, name: &str, version: &str, extensions: &str) -> Result<String> {
        let mut commands = Vec::new();
        if self.has("ID") {
            let id = Command::new("ID (\"name\" ")
                .string(name.as_bytes(), "the program's name")?
                .raw(" \"version\" ")
                .string(version.as_bytes(), "the program's version")?
                .raw(")");
            commands.push(id);
        }
        if self.has("ENABLE") && !extensions.is_empty() {
            commands.push(Command::new("ENABLE ").raw(extensions));
        }
        let mut fields = Vec::new();
        let mut enabled = Vec::new();
        let outcomes = self
            .run_all(commands, |response| match response {
                Untagged::Id(told) => {
                    fields = told;
                    None
                }
                Untagged::Enabled(names) => {
                    enabled.extend(names);
                    None
                }
                other => Some(other),
            })
            .await?;
        self.enabled.append(&mut enabled);
        for outcome in outcomes {
            match outcome {
                Ok(_) | Err(Error::No(_) | Error::Bad(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(software(&fields))
    }
}

/// `Dovecot 2.3`, of the fields that a server tells of itself.
fn software(fields: &[(String, String)]) -> String {
    let field = |wanted: &str| {
        let found = fields.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted));
        found.map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
    };
    let words = [field("name").or(field("vendor")), field("version")];
    words.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

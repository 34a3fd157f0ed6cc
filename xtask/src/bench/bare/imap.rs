//! Over IMAP: everything in one command.

use super::Connection;
use crate::Result;
use std::net::SocketAddr;

/// Reads every letter of the inbox with its UID and flags. Answers how many octets the server sent.
pub async fn read_all(server: SocketAddr) -> Result<u64> {
    let mut connection = Connection::open(server).await?;
    for (number, command) in [
        "LOGIN alice secret",
        "SELECT INBOX",
        "UID FETCH 1:* (UID FLAGS BODY.PEEK[])",
    ]
    .iter()
    .enumerate()
    {
        // No letter says this at the beginning of a line.
        let tag = format!("bare-reader-{number} ");
        ask(&mut connection, &tag, command)
            .await
            .map_err(|error| format!("{command:?}: {error}"))?;
    }
    Ok(connection.octets)
}

/// Runs a command to the OK with its tag: nothing comes after that line.
async fn ask(connection: &mut Connection, tag: &str, command: &str) -> Result {
    connection.say(&format!("{tag}{command}")).await?;
    loop {
        connection.hear().await?;
        let line = connection.last_line().unwrap_or_default();
        match line.strip_prefix(tag) {
            Some(status) if status.starts_with("OK") => return Ok(()),
            Some(status) => return Err(status.to_owned()),
            None => {}
        }
    }
}

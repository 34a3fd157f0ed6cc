//! Over POP3: the lists, then every letter, without waiting between the letters.

use super::Connection;
use crate::Result;
use std::fmt::Write as _;
use std::net::SocketAddr;

/// Reads the unique ids, the sizes and every letter. Answers how many octets the server sent.
pub async fn read_all(server: SocketAddr) -> Result<u64> {
    let mut connection = Connection::open(server).await?;
    connection.hear().await?;
    for command in ["USER alice", "PASS secret"] {
        ask(&mut connection, command, Answer::Line).await?;
    }
    let stat = ask(&mut connection, "STAT", Answer::Line).await?;
    let (letters, octets) = counts(&stat).ok_or_else(|| format!("STAT: {stat}"))?;
    for command in ["UIDL", "LIST"] {
        ask(&mut connection, command, Answer::Lines).await?;
    }
    let before = connection.octets;
    let mut commands = String::new();
    for number in 1..=letters {
        let _ = write!(commands, "RETR {number}\r\n");
    }
    commands.push_str("QUIT\r\n");
    connection.talk_to_the_end(&commands).await?;
    let came = connection.octets - before;
    let last = connection.last_line().unwrap_or_default();
    if came < octets || !last.starts_with("+OK") {
        return Err(format!(
            "{came} octets came of {octets}; at the end the server said {last:?}"
        ));
    }
    Ok(connection.octets)
}

/// How an answer ends.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Answer {
    /// With its first line.
    Line,
    /// With a line that is a dot.
    Lines,
}

/// Runs a command to the end of its answer and gives its last line.
async fn ask(connection: &mut Connection, command: &str, answer: Answer) -> Result<String> {
    connection.say(command).await?;
    loop {
        connection.hear().await?;
        match connection.last_line() {
            Some(line) if line.starts_with("-ERR") => return Err(format!("{command}: {line}")),
            Some(line) if answer == Answer::Line || line == "." => return Ok(line),
            _ => {}
        }
    }
}

/// The letters and octets of `+OK 2 320`.
fn counts(stat: &str) -> Option<(u64, u64)> {
    let mut words = stat.strip_prefix("+OK ")?.split_whitespace();
    Some((words.next()?.parse().ok()?, words.next()?.parse().ok()?))
}

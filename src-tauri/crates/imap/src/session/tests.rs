//! Conversations written down line by line: `S:` the server says, `C:` it must hear. `\xNN` is a byte. When the
//! lines are over the server closes the connection. Each is played with the bytes split in many ways.

mod commands;
mod compressing;
mod idling;
mod misbehaviour;
mod operations;
mod resync;
mod signing_in;
mod survey;

use super::*;
use crate::{Access, Items, MailboxName};
use pli_model::Uid;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, BufReader, DuplexStream, duplex};
use tokio::time::timeout;

/// A greeting that needs no signing in, with these capabilities.
fn greeting(capabilities: &str) -> String {
    format!("S: * PREAUTH [CAPABILITY IMAP4rev1 {capabilities}] ready\n")
}

/// Plays a conversation of a session that is open.
async fn play(script: &str, client: impl AsyncFn(Session<DuplexStream>)) {
    play_raw(script, async |stream| {
        client(Session::open(stream, false).await.unwrap()).await
    })
    .await;
}

/// Plays a conversation from the first byte.
async fn play_raw(script: &str, client: impl AsyncFn(DuplexStream)) {
    for most_at_once in [1, 2, 3, 5, 17, 100, 8192] {
        let (ours, theirs) = duplex(most_at_once);
        let both = async { tokio::join!(client(ours), serve(script, theirs)) };
        timeout(Duration::from_secs(20), both)
            .await
            .unwrap_or_else(|_| panic!("stuck, {most_at_once} at once"));
    }
}

async fn serve(script: &str, stream: DuplexStream) {
    let (read, mut write) = tokio::io::split(stream);
    let mut heard = BufReader::new(read);
    for line in script.lines().map(str::trim_start).filter(|line| !line.is_empty()) {
        match line.split_at_checked(3) {
            Some(("S: ", said)) => {
                // A client that has seen enough may be gone.
                let _ = write.write_all(&[unescape(said), b"\r\n".to_vec()].concat()).await;
            }
            Some(("C: ", expected)) => {
                let mut said = Vec::new();
                heard.read_until(b'\n', &mut said).await.unwrap();
                let expected = [unescape(expected), b"\r\n".to_vec()].concat();
                assert_eq!(String::from_utf8_lossy(&said), String::from_utf8_lossy(&expected));
            }
            _ => panic!("neither side says {line:?}"),
        }
    }
}

fn unescape(text: &str) -> Vec<u8> {
    let mut parts = text.split("\\x");
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        bytes.push(u8::from_str_radix(&part[..2], 16).unwrap());
        bytes.extend_from_slice(&part.as_bytes()[2..]);
    }
    bytes
}

fn name(name: &str) -> MailboxName {
    MailboxName::encode(name)
}

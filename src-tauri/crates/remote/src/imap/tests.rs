//! Conversations with a server on loopback, written down line by line: `S:` it says, `C:` it must hear.

mod failures;
mod letters;
mod looking;

use super::*;
use crate::{Arrived, Fetched, Marks, Piece, outlet};
use pli_model::{FlagChange, Role, Security};
use pli_net::Timeouts;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// Everything until the first question of a test, with these capabilities besides.
fn signed_in(capabilities: &str) -> String {
    format!(
        "S: * OK [CAPABILITY IMAP4rev1] ready
         C: P1 LOGIN \"u\" \"p\"
         S: P1 OK [CAPABILITY IMAP4rev1 CONDSTORE {capabilities}] in
        "
    )
}

/// What EXAMINE of a mailbox says, as a script.
fn examined(exists: u32, uid_next: u32, modseq: u64) -> String {
    format!(
        "S: * {exists} EXISTS
         S: * OK [UIDVALIDITY 7] ok
         S: * OK [UIDNEXT {uid_next}] ok
         S: * OK [HIGHESTMODSEQ {modseq}] ok
        "
    )
}

fn known(exists: u32, uid_next: u32, highest_modseq: u64) -> Known {
    Known {
        uid_validity: Some(pli_model::UidValidity(7)),
        uid_next,
        exists,
        highest_modseq,
    }
}

fn uid(uid: u32) -> ServerId {
    ServerId::Uid(Uid(uid))
}

/// Starts a server that follows the script once; ends with the first word that is not in it.
async fn serve(script: &str) -> (Endpoint, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let lines: Vec<String> = script
        .lines()
        .map(str::trim_start)
        .filter(|line| !line.is_empty())
        .map(str::to_owned)
        .collect();
    let server = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let mut stream = BufReader::new(stream);
        for line in lines {
            match line.split_at_checked(3) {
                Some(("S: ", said)) => stream.write_all(format!("{said}\r\n").as_bytes()).await.unwrap(),
                Some(("C: ", expected)) => {
                    let mut said = String::new();
                    stream.read_line(&mut said).await.unwrap();
                    assert_eq!(said, format!("{expected}\r\n"));
                }
                _ => panic!("neither side says {line:?}"),
            }
        }
    });
    (
        Endpoint {
            host: "127.0.0.1".to_owned(),
            port,
            security: Security::Plain,
        },
        server,
    )
}

/// Plays a conversation; the script must have been followed to its end.
async fn play(script: &str, client: impl AsyncFnOnce(ImapRemote)) {
    let (endpoint, server) = serve(script).await;
    let connector = Connector::new(b"", Timeouts::default()).unwrap();
    let both = async {
        client(
            ImapRemote::sign_in(&connector, &endpoint, "u", "p", &Passport::default())
                .await
                .unwrap(),
        )
        .await;
        server.await.unwrap();
    };
    timeout(Duration::from_secs(20), both).await.unwrap();
}

/// A letter to fetch, of that size; 0 for one whose size is not known.
fn wanted(id: u32, size: u64) -> Wanted {
    Wanted {
        id: uid(id),
        size,
        have: 0,
    }
}

/// Fetches into a vector.
async fn fetch(remote: &mut ImapRemote, letters: &[Wanted], part: Part) -> (Vec<Arrived>, Result<()>) {
    let (out, mut receiver, _) = outlet(1);
    let collect = async {
        let mut all = Vec::new();
        while let Some(arrived) = receiver.recv().await {
            all.push(arrived);
        }
        all
    };
    let fetching = async {
        let outcome = remote.fetch("INBOX", letters, part, &out).await;
        drop(out);
        outcome
    };
    tokio::join!(collect, fetching)
}

/// The UIDs of letters that arrived, and the offsets of pieces.
fn seen(arrived: &[Arrived]) -> Vec<(ServerId, u64)> {
    let one = |arrived: &Arrived| match arrived {
        Arrived::Letter(letter) => (letter.id.clone(), 0),
        Arrived::Piece(piece) => (piece.id.clone(), piece.offset),
    };
    arrived.iter().map(one).collect()
}

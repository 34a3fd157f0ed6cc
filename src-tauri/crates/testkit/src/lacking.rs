//! A POP3 server that does not know some commands, made of one that does: a proxy on loopback that tells the server other
//! words for them, which it refuses in its own way, and leaves them out of what it says it can do.

use crate::error::{Doing, Result};
use std::net::{Ipv4Addr, SocketAddr};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// The proxy. Ends when dropped.
pub struct Lacking {
    addr: SocketAddr,
    accepting: JoinHandle<()>,
}

impl Lacking {
    /// That server, in plain text, without these commands.
    pub async fn to(server: SocketAddr, commands: &'static [&'static str]) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.doing("loopback")?;
        let addr = listener.local_addr().doing("loopback")?;
        let accepting = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                if let Ok(server) = TcpStream::connect(server).await {
                    tokio::spawn(carry(client, server, commands));
                }
            }
        });
        Ok(Self { addr, accepting })
    }

    /// Where the client is to connect.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }
}

impl Drop for Lacking {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn carry(client: TcpStream, server: TcpStream, commands: &'static [&'static str]) {
    let _ = (client.set_nodelay(true), server.set_nodelay(true));
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    tokio::select! {
        () = pass(from_client, to_server, commands) => {}
        () = pass(from_server, to_client, commands) => {}
    }
}

/// Passes lines on; one that begins with such a command becomes one that nobody knows.
async fn pass(from: impl AsyncRead + Unpin, mut to: impl AsyncWrite + Unpin, commands: &[&str]) {
    let mut from = BufReader::new(from);
    let mut line = Vec::new();
    loop {
        line.clear();
        match from.read_until(b'\n', &mut line).await {
            Ok(0) | Err(_) => break,
            Ok(_) => {}
        }
        let word = line.split(|byte| byte.is_ascii_whitespace()).next().unwrap_or_default();
        if commands
            .iter()
            .any(|command| word.eq_ignore_ascii_case(command.as_bytes()))
        {
            line.insert(0, b'X');
        }
        if to.write_all(&line).await.is_err() {
            break;
        }
    }
    let _ = to.shutdown().await;
}

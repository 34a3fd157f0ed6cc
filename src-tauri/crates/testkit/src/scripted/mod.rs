//! A server that plays a transcript: for wrong orders, injected lines, lies and cut answers, which no real server
//! would produce on request.
//!
//! ```text
//! # one connection
//! S: * OK ready
//! C: {tag} CAPABILITY
//! S: * CAPABILITY IMAP4rev1 STARTTLS
//! S: {tag} OK done
//! C: {tag} STARTTLS
//! S: {tag} OK go ahead
//! ! tls
//! C: {tag} LOGIN {user} {*}
//! S: {tag} NO [AUTHENTICATIONFAILED] not {user}
//! ---
//! # the next connection
//! S: * BYE too many
//! ! close
//! ```
//!
//! | line | meaning |
//! |---|---|
//! | `S: text` | the server sends this line; consecutive ones leave in one write |
//! | `S* 500: text` | the line 500 times, `{i}` counting from 1 |
//! | `S\| text` | these bytes without a line end; `\r \n \t \\ \xHH` are understood |
//! | `C: text` | the client must send this line now |
//! | `C... text` | the client may send any lines, up to this one |
//! | `! tls` | the handshake, as the server |
//! | `! wait 250ms` | silence |
//! | `! stall` | silence until the client goes away |
//! | `! close`, `! reset` | the end of the connection, from the server's side |
//! | `---` | what follows is for the next connection; connections may stand side by side |
//!
//! In a `C` line `{name}` takes one word and keeps it, `{*}` takes anything; in an `S` line `{name}` gives the word
//! back. A script that ends without `! close`, `! reset` or `! stall` waits for the client to close, without another
//! word. Blank lines and `#` lines are for the reader.

mod pattern;
mod play;
mod transcript;

use crate::Authority;
use crate::error::{Doing, Error, Result};
use play::Player;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::task::{JoinHandle, JoinSet};
use transcript::Script;

/// How long [`Scripted::finish`] waits for the client to come to the end.
const PATIENCE: Duration = Duration::from_secs(10);

/// A server on loopback that plays its transcript once. Ends when dropped; [`Self::finish`] tells how it went.
#[must_use = "call finish() to learn whether the dialogue was as written"]
pub struct Scripted {
    addr: SocketAddr,
    authority: Authority,
    serving: JoinHandle<Result<(), String>>,
}

impl Scripted {
    /// Plays a transcript in plain text, up to `! tls`. Its certificate is for `localhost` and 127.0.0.1.
    pub async fn serve(transcript: &str) -> Result<Self> {
        Self::start(transcript, false).await
    }

    /// Plays a transcript under TLS from the first byte.
    pub async fn serve_tls(transcript: &str) -> Result<Self> {
        Self::start(transcript, true).await
    }

    async fn start(transcript: &str, tls_at_once: bool) -> Result<Self> {
        let scripts = transcript::parse(transcript).map_err(Error::Transcript)?;
        let authority = Authority::new()?;
        let tls = authority.issue(&["localhost", "127.0.0.1"])?.server_config()?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.doing("loopback")?;
        let addr = listener.local_addr().doing("loopback")?;
        let serving = tokio::spawn(serve(listener, scripts, tls, tls_at_once));
        Ok(Self {
            addr,
            authority,
            serving,
        })
    }

    /// Where it listens.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// The authority that signed its certificate.
    pub fn authority(&self) -> &Authority {
        &self.authority
    }

    /// Waits for the end of the dialogue; errors with the line where it was not as written, or where it stands still.
    /// The client should have been dropped before.
    pub async fn finish(mut self) -> Result<()> {
        match tokio::time::timeout(PATIENCE, &mut self.serving).await {
            Ok(Ok(outcome)) => outcome.map_err(Error::Transcript),
            Ok(Err(ended)) => Err(Error::Transcript(ended.to_string())),
            Err(_) => Err(Error::Transcript(
                "the client has not come to the end of the transcript".to_owned(),
            )),
        }
    }
}

impl Drop for Scripted {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// Takes as many connections as there are scripts, and plays them side by side.
async fn serve(
    listener: TcpListener,
    scripts: Vec<Script>,
    tls: Arc<rustls::ServerConfig>,
    tls_at_once: bool,
) -> Result<(), String> {
    let mut playing = JoinSet::new();
    for script in scripts {
        let (stream, _) = listener.accept().await.map_err(|error| error.to_string())?;
        let player = Player::new(stream, Arc::clone(&tls)).map_err(|error| error.to_string())?;
        playing.spawn(async move {
            let outcome = player.play(script, tls_at_once).await;
            if let Err(mismatch) = &outcome {
                // The client sees a closed connection and may fail first: the reason must be in the output by then.
                eprintln!("scripted server: {mismatch}");
            }
            outcome
        });
    }
    // Nobody else is let in: a client that connects once too often finds no server.
    drop(listener);
    while let Some(outcome) = playing.join_next().await {
        outcome.map_err(|ended| ended.to_string())??;
    }
    Ok(())
}

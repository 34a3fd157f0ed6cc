//! A way into the town for code that runs outside: a loopback port whose connections go on from home.

use super::host::Host;
use crate::error::{Doing, Result};
use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// Closed when dropped.
pub(super) struct Door {
    addr: SocketAddr,
    accepting: JoinHandle<()>,
}

impl Door {
    pub async fn open(home: Host, to: SocketAddrV4) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.doing("loopback")?;
        let addr = listener.local_addr().doing("loopback")?;
        let accepting = tokio::spawn(async move {
            while let Ok((outside, _)) = listener.accept().await {
                let home = home.clone();
                tokio::spawn(async move {
                    // Dropped when there is no way in: the caller sees its connection closed.
                    let _ = through(outside, home, to).await;
                });
            }
        });
        Ok(Self { addr, accepting })
    }

    pub fn addr(&self) -> SocketAddr {
        self.addr
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn through(mut outside: TcpStream, home: Host, to: SocketAddrV4) -> std::io::Result<()> {
    let connecting = tokio::task::spawn_blocking(move || home.connect(to, Duration::from_secs(30)));
    let inside = connecting.await.map_err(std::io::Error::other)??;
    inside.set_nonblocking(true)?;
    let mut inside = TcpStream::from_std(inside)?;
    outside.set_nodelay(true)?;
    inside.set_nodelay(true)?;
    tokio::io::copy_bidirectional(&mut outside, &mut inside)
        .await
        .map(|_| ())
}

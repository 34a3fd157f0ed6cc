//! The way from an endpoint to a stream.

use crate::{Dialect, NetError, NetErrorKind, Stream, starttls, tcp, tls};
use pli_model::{Endpoint, Security};
use std::{fmt, time::Duration};
use tokio::{net::TcpStream, time::timeout};
use tokio_rustls::TlsConnector;

/// How long each step may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeouts {
    /// Resolving the name and connecting, all addresses together.
    pub connect: Duration,
    /// The talk before STARTTLS and the TLS handshake, each.
    pub tls: Duration,
    /// A read without a byte.
    pub read: Duration,
    /// A write that the peer does not take.
    pub write: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(15),
            tls: Duration::from_secs(15),
            read: Duration::from_secs(60),
            write: Duration::from_secs(60),
        }
    }
}

/// Opens connections. Cheap to clone; one for the whole program keeps one set of trusted certificates and one TLS
/// session cache.
#[derive(Clone)]
pub struct Connector {
    tls: TlsConnector,
    timeouts: Timeouts,
}

impl Connector {
    /// Trusts what the operating system trusts, and the certificates of `extra_roots_pem` (PEM, any number; empty
    /// for none). Fails when those cannot be read, or when the system has no trusted certificates at all.
    pub fn new(extra_roots_pem: &[u8], timeouts: Timeouts) -> Result<Self, NetError> {
        let config = tls::client_config(extra_roots_pem).map_err(|kind| NetError::new("", kind))?;
        Ok(Self {
            tls: TlsConnector::from(config),
            timeouts,
        })
    }

    /// The deadlines of every connection.
    pub fn timeouts(&self) -> Timeouts {
        self.timeouts
    }

    /// The same trust with other deadlines.
    #[must_use]
    pub fn with_timeouts(&self, timeouts: Timeouts) -> Self {
        Self {
            tls: self.tls.clone(),
            timeouts,
        }
    }

    /// Connects to `endpoint` and makes the connection private as its security demands. `dialect` is how STARTTLS
    /// is asked for; it does not matter otherwise.
    pub async fn open(&self, endpoint: &Endpoint, dialect: Dialect) -> Result<Stream, NetError> {
        self.attempt(endpoint, &dialect)
            .await
            .map_err(|kind| NetError::new(endpoint.to_string(), kind))
    }

    async fn attempt(&self, endpoint: &Endpoint, dialect: &Dialect) -> Result<Stream, NetErrorKind> {
        let Timeouts { read, write, .. } = self.timeouts;
        let host = tcp::ascii_host(&endpoint.host)?;
        let tcp = timeout(
            self.timeouts.connect,
            tcp::connect(&host, endpoint.port, endpoint.security),
        )
        .await
        .map_err(|_| NetErrorKind::Timeout("connecting"))??;
        let peer = tcp.peer_addr().map_err(|_| NetErrorKind::Disconnected)?;
        match endpoint.security {
            Security::Plain => Ok(Stream::plain(tcp, peer, read, write)),
            Security::Tls => Ok(Stream::tls(self.handshake(&host, tcp).await?, peer, read, write)),
            Security::StartTls => {
                let mut tcp = tcp;
                timeout(self.timeouts.tls, starttls::ask(&mut tcp, dialect))
                    .await
                    .map_err(|_| NetErrorKind::Timeout("before STARTTLS"))??;
                Ok(Stream::tls(self.handshake(&host, tcp).await?, peer, read, write).with_greeting_read())
            }
        }
    }

    async fn handshake(
        &self,
        host: &str,
        tcp: TcpStream,
    ) -> Result<tokio_rustls::client::TlsStream<TcpStream>, NetErrorKind> {
        let name = tls::server_name(host)?;
        timeout(self.timeouts.tls, self.tls.connect(name, tcp))
            .await
            .map_err(|_| NetErrorKind::Timeout("setting up TLS"))?
            .map_err(tls::explain)
    }
}

impl fmt::Debug for Connector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Connector")
            .field("timeouts", &self.timeouts)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;

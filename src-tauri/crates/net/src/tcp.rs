//! TCP: resolving a name and reaching the first of its addresses that answers (RFC 8305, "happy eyeballs").

use crate::NetErrorKind;
use pli_model::Security;
use socket2::{SockRef, TcpKeepalive};
use std::{
    io,
    net::{IpAddr, SocketAddr},
    time::Duration,
};
use tokio::{
    net::{TcpStream, lookup_host},
    task::JoinSet,
    time::sleep,
};

/// The head start of each address over the next (RFC 8305 §5).
const HEAD_START: Duration = Duration::from_millis(250);

/// A router forgets a quiet connection after some minutes; an idling one must not die unseen.
const KEEPALIVE: TcpKeepalive = TcpKeepalive::new()
    .with_time(Duration::from_secs(120))
    .with_interval(Duration::from_secs(30));

/// The host name as DNS and certificates know it: IDN labels in punycode, no final dot, brackets of an address
/// literal off.
pub(crate) fn ascii_host(host: &str) -> Result<String, NetErrorKind> {
    let trimmed = host.trim();
    let bare = trimmed
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .unwrap_or(trimmed);
    if bare.parse::<IpAddr>().is_ok() {
        return Ok(bare.to_owned());
    }
    let wrong = || NetErrorKind::HostNotFound("it is not a host name".to_owned());
    let ascii = idna::domain_to_ascii(bare.trim_end_matches('.')).map_err(|_| wrong())?;
    let permitted = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
    if ascii.is_empty() || !ascii.chars().all(permitted) {
        Err(wrong())
    } else {
        Ok(ascii)
    }
}

/// Connects to the first address of `host` that lets us in. With [`Security::Plain`] every address must be loopback.
pub(crate) async fn connect(host: &str, port: u16, security: Security) -> Result<TcpStream, NetErrorKind> {
    let addresses: Vec<SocketAddr> = lookup_host((host, port))
        .await
        .map_err(|error| NetErrorKind::HostNotFound(error.to_string()))?
        .collect();
    if security == Security::Plain && !addresses.iter().all(|address| address.ip().is_loopback()) {
        return Err(NetErrorKind::PlainTextRefused);
    }
    let tcp = race(interleave(addresses)).await?;
    // Neither is needed to be right, only to be quick and to notice a dead peer.
    if let Err(error) = tcp
        .set_nodelay(true)
        .and_then(|()| SockRef::from(&tcp).set_tcp_keepalive(&KEEPALIVE))
    {
        tracing::debug!(%error, "socket options");
    }
    Ok(tcp)
}

/// Alternates between the families, beginning with the one that the resolver puts first (RFC 8305 §4).
fn interleave(addresses: Vec<SocketAddr>) -> Vec<SocketAddr> {
    let first_is_v6 = addresses.first().is_some_and(SocketAddr::is_ipv6);
    let (first, second): (Vec<_>, Vec<_>) = addresses
        .into_iter()
        .partition(|address| address.is_ipv6() == first_is_v6);
    let mut second = second.into_iter();
    let mut order = Vec::new();
    for address in first {
        order.push(address);
        order.extend(second.next());
    }
    order.extend(second);
    order
}

/// Tries the addresses in order, the next one when the last has failed or had its head start.
async fn race(addresses: Vec<SocketAddr>) -> Result<TcpStream, NetErrorKind> {
    let mut waiting = addresses.into_iter();
    let mut trying = JoinSet::new();
    let mut failure: Option<io::Error> = None;
    loop {
        match waiting.next() {
            Some(address) => {
                trying.spawn(TcpStream::connect(address));
            }
            None if trying.is_empty() => {
                return Err(match failure {
                    Some(error) => NetErrorKind::Unreachable(error),
                    None => NetErrorKind::HostNotFound("it has no address".to_owned()),
                });
            }
            None => {}
        }
        let more = waiting.len() > 0;
        tokio::select! {
            Some(joined) = trying.join_next() => match joined.map_err(io::Error::other).flatten() {
                Ok(tcp) => return Ok(tcp),
                Err(error) => failure = failure.or(Some(error)),
            },
            () = sleep(HEAD_START), if more => {}
        }
    }
}

#[cfg(test)]
mod tests;

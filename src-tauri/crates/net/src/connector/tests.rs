//! Real sockets, real TLS, honest and hostile servers. Each hostile one reports every byte it received.

use super::*;
use crate::authority::{Authority, Validity};
use std::net::SocketAddr;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    task::JoinHandle,
};
use tokio_rustls::TlsAcceptor;

fn endpoint(address: SocketAddr, host: &str, security: Security) -> Endpoint {
    Endpoint {
        host: host.to_owned(),
        port: address.port(),
        security,
    }
}

fn quick() -> Timeouts {
    let short = Duration::from_millis(400);
    Timeouts {
        connect: Duration::from_secs(5),
        tls: short,
        read: short,
        write: short,
    }
}

fn connector(authority: &Authority) -> Connector {
    Connector::new(authority.pem().as_bytes(), quick()).unwrap()
}

/// Speaks TLS at once, then echoes one line.
async fn tls_echo(acceptor: TlsAcceptor) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (tcp, _) = listener.accept().await.unwrap();
        if let Ok(tls) = acceptor.accept(tcp).await {
            echo_line(tls).await;
        }
    });
    address
}

async fn echo_line(mut tls: tokio_rustls::server::TlsStream<TcpStream>) {
    let mut line = Vec::new();
    while !line.ends_with(b"\n") {
        line.push(tls.read_u8().await.unwrap());
    }
    tls.write_all(&line).await.unwrap();
    tls.flush().await.unwrap();
}

/// Plays `script`: says the first text, then each next one when a line has arrived. With an acceptor, TLS follows
/// the last one. Ends with what it received in plain text.
async fn scripted(script: &'static [&'static str], then: Option<TlsAcceptor>) -> (SocketAddr, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tokio::spawn(async move {
        let (mut tcp, _) = listener.accept().await.unwrap();
        let mut received = String::new();
        for (index, say) in script.iter().enumerate() {
            if index > 0 {
                loop {
                    match tcp.read_u8().await {
                        Ok(byte) => received.push(byte.into()),
                        Err(_) => return received,
                    }
                    if received.ends_with('\n') {
                        break;
                    }
                }
            }
            tcp.write_all(say.as_bytes()).await.unwrap();
        }
        if let Some(acceptor) = then {
            echo_line(acceptor.accept(tcp).await.unwrap()).await;
        } else {
            let mut rest = Vec::new();
            let _ = tokio::time::timeout(Duration::from_secs(2), tcp.read_to_end(&mut rest)).await;
            received.push_str(&String::from_utf8_lossy(&rest));
        }
        received
    });
    (address, server)
}

async fn echoes(mut stream: Stream) {
    stream.write_all(b"inside\r\n").await.unwrap();
    stream.flush().await.unwrap();
    let mut answer = [0; 8];
    stream.read_exact(&mut answer).await.unwrap();
    assert_eq!(&answer, b"inside\r\n");
}

#[tokio::test]
async fn implicit_tls() {
    let authority = Authority::new("Ours");
    let address = tls_echo(authority.acceptor("localhost", Validity::Now)).await;
    let stream = connector(&authority)
        .open(&endpoint(address, "localhost", Security::Tls), Dialect::Imap)
        .await
        .unwrap();
    assert!(stream.is_tls() && !stream.greeted());
    echoes(stream).await;
}

#[tokio::test]
async fn starttls_in_each_dialect() {
    let smtp = Dialect::Smtp {
        ehlo_name: "[127.0.0.1]".to_owned(),
    };
    let cases: [(Dialect, &'static [&'static str], &str); 5] = [
        (
            Dialect::Imap,
            &[
                "* OK hello\r\n",
                "* CAPABILITY IMAP4rev1 starttls LOGINDISABLED\r\nc OK done\r\n",
                "s OK go\r\n",
            ],
            "c CAPABILITY\r\ns STARTTLS\r\n",
        ),
        (
            Dialect::Imap,
            &["* OK [CAPABILITY IMAP4rev1 STARTTLS] hello\r\n", "s OK go\r\n"],
            "s STARTTLS\r\n",
        ),
        (
            Dialect::Pop3,
            &["+OK hello\r\n", "+OK\r\nUSER\r\nSTLS\r\n.\r\n", "+OK go\r\n"],
            "CAPA\r\nSTLS\r\n",
        ),
        (
            Dialect::Pop3,
            &["+OK hello\r\n", "-ERR no CAPA here\r\n", "+OK go\r\n"],
            "CAPA\r\nSTLS\r\n",
        ),
        (
            smtp,
            &[
                "220-welcome\r\n220 mx\r\n",
                "250-mx\r\n250-PIPELINING\r\n250 StartTLS\r\n",
                "220 go\r\n",
            ],
            "EHLO [127.0.0.1]\r\nSTARTTLS\r\n",
        ),
    ];
    for (dialect, script, expected) in cases {
        let authority = Authority::new("Ours");
        let (address, server) = scripted(script, Some(authority.acceptor("localhost", Validity::Now))).await;
        let target = endpoint(address, "localhost", Security::StartTls);
        let stream = connector(&authority).open(&target, dialect).await.unwrap();
        assert!(stream.is_tls() && stream.greeted());
        echoes(stream).await;
        assert_eq!(server.await.unwrap(), expected);
    }
}

#[tokio::test]
async fn certificates_that_do_not_verify() {
    let (ours, other) = (Authority::new("Ours"), Authority::new("Theirs"));
    let cases = [
        (ours.acceptor("localhost", Validity::LongAgo), "expired"),
        (ours.acceptor("localhost", Validity::FarAhead), "not valid yet"),
        (ours.acceptor("imap.north.test", Validity::Now), "another name"),
        (
            other.acceptor("localhost", Validity::Now),
            "nobody this computer trusts",
        ),
    ];
    for (acceptor, reason) in cases {
        let address = tls_echo(acceptor).await;
        let error = connector(&ours)
            .open(&endpoint(address, "localhost", Security::Tls), Dialect::Imap)
            .await
            .unwrap_err();
        assert!(
            matches!(error.kind, NetErrorKind::CertificateNotTrusted(_)),
            "{error:?}"
        );
        let text = error.to_string();
        assert!(
            text.contains(reason) && text.contains(&format!("localhost:{}", address.port())),
            "{text}"
        );
    }
}

#[tokio::test]
async fn hostile_or_unable_before_tls() {
    use NetErrorKind as Kind;
    let smtp = || Dialect::Smtp {
        ehlo_name: "[127.0.0.1]".to_owned(),
    };
    type Expected = fn(&NetErrorKind) -> bool;
    let cases: Vec<(Dialect, &'static [&'static str], Expected, &str)> = vec![
        (
            Dialect::Imap,
            &["* OK [CAPABILITY STARTTLS]\r\n", "s OK go\r\n* PREAUTH injected\r\n"],
            |kind| matches!(kind, Kind::Tampered(_)),
            "s STARTTLS\r\n",
        ),
        (
            Dialect::Pop3,
            &["+OK\r\n", "+OK\r\nSTLS\r\n.\r\n", "+OK go\r\n+"],
            |kind| matches!(kind, Kind::Tampered(_)),
            "CAPA\r\nSTLS\r\n",
        ),
        (
            smtp(),
            &[
                "220 mx\r\n",
                "250-mx\r\n250 STARTTLS\r\n",
                "220 go\r\n250 AUTH PLAIN\r\n",
            ],
            |kind| matches!(kind, Kind::Tampered(_)),
            "EHLO [127.0.0.1]\r\nSTARTTLS\r\n",
        ),
        (
            Dialect::Imap,
            &["* PREAUTH welcome\r\n"],
            |kind| matches!(kind, Kind::Tampered(_)),
            "",
        ),
        (
            Dialect::Imap,
            &["* OK\r\n", "* CAPABILITY IMAP4rev1\r\nc OK\r\n"],
            |kind| matches!(kind, Kind::NoTls),
            "c CAPABILITY\r\n",
        ),
        (
            Dialect::Imap,
            &["* OK [CAPABILITY STARTTLS]\r\n", "s NO not today\r\n"],
            |kind| matches!(kind, Kind::NoTls),
            "s STARTTLS\r\n",
        ),
        (
            Dialect::Pop3,
            &["+OK\r\n", "+OK\r\nUSER\r\n.\r\n"],
            |kind| matches!(kind, Kind::NoTls),
            "CAPA\r\n",
        ),
        (
            smtp(),
            &["220 mx\r\n", "250-STARTTLS\r\n250 SIZE\r\n"],
            |kind| matches!(kind, Kind::NoTls),
            "EHLO [127.0.0.1]\r\n",
        ),
        (
            smtp(),
            &["220 mx\r\n", "250-mx\r\n250 STARTTLS\r\n", "454 not now\r\n"],
            |kind| matches!(kind, Kind::NoTls),
            "EHLO [127.0.0.1]\r\nSTARTTLS\r\n",
        ),
        (
            Dialect::Imap,
            &["* BYE too many connections\r\n"],
            |kind| matches!(kind, Kind::Refused(_)),
            "",
        ),
        (
            Dialect::Pop3,
            &["-ERR [SYS/TEMP] later\r\n"],
            |kind| matches!(kind, Kind::Refused(_)),
            "",
        ),
        (smtp(), &["421 busy\r\n"], |kind| matches!(kind, Kind::Refused(_)), ""),
        (
            Dialect::Imap,
            &["220 a mail exchanger\r\n"],
            |kind| matches!(kind, Kind::Protocol(_)),
            "",
        ),
        (
            Dialect::Imap,
            &["* OK\r\n", ""],
            |kind| matches!(kind, Kind::Timeout(_)),
            "c CAPABILITY\r\n",
        ),
        (Dialect::Pop3, &[""], |kind| matches!(kind, Kind::Timeout(_)), ""),
    ];
    let connector = connector(&Authority::new("Ours"));
    for (dialect, script, expected, sent) in cases {
        let (address, server) = scripted(script, None).await;
        let error = connector
            .open(&endpoint(address, "localhost", Security::StartTls), dialect)
            .await
            .unwrap_err();
        assert!(expected(&error.kind), "{script:?}: {error:?}");
        assert_eq!(server.await.unwrap(), sent, "{script:?}");
    }
}

#[tokio::test]
async fn a_line_without_end_is_not_read_for_ever() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        let (mut tcp, _) = listener.accept().await.unwrap();
        while tcp.write_all(&[b'x'; 4096]).await.is_ok() {}
    });
    let connector = connector(&Authority::new("Ours"));
    let error = connector
        .open(&endpoint(address, "localhost", Security::StartTls), Dialect::Imap)
        .await
        .unwrap_err();
    assert!(matches!(error.kind, NetErrorKind::Protocol(_)), "{error:?}");
}

#[tokio::test]
async fn a_server_that_closes_or_falls_silent_or_speaks_no_tls() {
    let connector = connector(&Authority::new("Ours"));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let kept = tokio::spawn(async move {
        drop(listener.accept().await.unwrap());
        drop(listener.accept().await.unwrap());
        let (mut plain, _) = listener.accept().await.unwrap();
        plain
            .write_all(b"* OK [CAPABILITY IMAP4rev1] in plain text\r\n")
            .await
            .unwrap();
        let silent = listener.accept().await.unwrap();
        tokio::time::sleep(Duration::from_secs(3)).await;
        drop((plain, silent));
    });
    let mut kinds = Vec::new();
    for security in [Security::StartTls, Security::Tls, Security::Tls, Security::Tls] {
        kinds.push(
            connector
                .open(&endpoint(address, "localhost", security), Dialect::Imap)
                .await
                .unwrap_err()
                .kind,
        );
    }
    assert!(
        matches!(
            kinds.as_slice(),
            [
                NetErrorKind::Disconnected,
                NetErrorKind::Disconnected,
                NetErrorKind::TlsFailed(_),
                NetErrorKind::Timeout(_)
            ]
        ),
        "{kinds:?}"
    );
    kept.abort();
}

#[tokio::test]
async fn plain_text_only_to_this_computer() {
    let connector = connector(&Authority::new("Ours"));
    for host in ["192.0.2.1", "::ffff:192.0.2.1", "0.0.0.0"] {
        let far = Endpoint {
            host: host.to_owned(),
            port: 143,
            security: Security::Plain,
        };
        let error = connector.open(&far, Dialect::Imap).await.unwrap_err();
        assert!(
            matches!(error.kind, NetErrorKind::PlainTextRefused),
            "{host}: {error:?}"
        );
    }
    for host in ["127.0.0.1", "localhost"] {
        let (address, _server) = scripted(&["* OK hello\r\n"], None).await;
        let mut stream = connector
            .open(&endpoint(address, host, Security::Plain), Dialect::Imap)
            .await
            .unwrap();
        assert!(!stream.is_tls() && !stream.greeted());
        let mut greeting = [0; 12];
        stream.read_exact(&mut greeting).await.unwrap();
        assert_eq!(&greeting, b"* OK hello\r\n");
    }
}

#[test]
fn extra_roots_must_be_certificates() {
    let error = Connector::new(b"not a certificate", Timeouts::default()).unwrap_err();
    assert!(matches!(error.kind, NetErrorKind::Trust(_)), "{error:?}");
    let broken = b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    assert!(Connector::new(broken, Timeouts::default()).is_err());
}

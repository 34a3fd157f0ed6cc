//! Scripted servers: the dialogue as written, and every way in which it is not.

use pli_testkit::Scripted;
use std::sync::Arc;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::{ClientConfig, RootCertStore, crypto::ring, pki_types::ServerName};

async fn said(server: &Scripted, lines: &str) -> String {
    let mut stream = TcpStream::connect(server.addr()).await.unwrap();
    stream.write_all(lines.as_bytes()).await.unwrap();
    stream.shutdown().await.unwrap();
    let mut said = String::new();
    let _ = stream.read_to_string(&mut said).await;
    said
}

fn connector(server: &Scripted) -> TlsConnector {
    let mut roots = RootCertStore::empty();
    roots.add(server.authority().der().clone()).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    TlsConnector::from(Arc::new(config))
}

#[tokio::test]
async fn the_dialogue_as_written() {
    let server = Scripted::serve(
        "S: * OK ready
         C: {tag} FETCH 1:3 {*}
         S* 3: * {i} FETCH
         S| {tag}
         S| \\x20OK\\r\\n
         C... {tag} LOGOUT
         S: {tag} OK bye",
    )
    .await
    .unwrap();
    let said = said(&server, "a FETCH 1:3 (UID)\r\nb NOOP\r\nc LOGOUT\r\n").await;
    assert_eq!(
        said,
        "* OK ready\r\n* 1 FETCH\r\n* 2 FETCH\r\n* 3 FETCH\r\n{tag} OK\r\nc OK bye\r\n"
    );
    server.finish().await.unwrap();
}

#[tokio::test]
async fn another_word_is_told_with_its_line() {
    for (transcript, lines, told) in [
        (
            "C: {tag} NOOP",
            "a IDLE\r\n",
            "line 1: `C: {tag} NOOP`: the client says `a IDLE`",
        ),
        (
            "S: hi\nC: QUIT",
            "",
            "line 2: `C: QUIT`: the client closes the connection",
        ),
        (
            "C: QUIT",
            "QUIT\r\nQUIT\r\n",
            "after the end of the transcript the client says `QUIT`",
        ),
        ("C: QUIT", "QUIT\n", "does not end with CRLF"),
        (
            "C: STARTTLS\n! tls",
            "STARTTLS\r\nNOOP\r\n",
            "before the handshake the client says `NOOP",
        ),
    ] {
        let server = Scripted::serve(transcript).await.unwrap();
        said(&server, lines).await;
        let error = server.finish().await.unwrap_err().to_string();
        assert!(error.contains(told), "{error}");
    }
    assert!(Scripted::serve("nonsense").await.is_err());
}

#[tokio::test]
async fn connections_side_by_side_and_their_ends() {
    let server = Scripted::serve("S: one\n! close\n---\nS: two\n! reset\n---\nS: three\n! stall")
        .await
        .unwrap();
    let mut streams = Vec::new();
    for _ in 0..3 {
        streams.push(TcpStream::connect(server.addr()).await.unwrap());
    }
    let mut heard = Vec::new();
    for stream in &mut streams {
        let mut text = String::new();
        let wait = std::time::Duration::from_millis(300);
        let end = tokio::time::timeout(wait, stream.read_to_string(&mut text)).await;
        heard.push(end.map(|read| read.is_ok()).ok());
    }
    assert_eq!(heard, [Some(true), Some(false), None]);
    drop(streams);
    server.finish().await.unwrap();
}

#[tokio::test]
async fn tls_at_once_and_after_starttls() {
    let name = ServerName::try_from("localhost").unwrap();
    let server = Scripted::serve_tls("S: +OK\nC: QUIT\nS: +OK bye\n! close")
        .await
        .unwrap();
    let stream = TcpStream::connect(server.addr()).await.unwrap();
    let mut stream = connector(&server).connect(name.clone(), stream).await.unwrap();
    stream.write_all(b"QUIT\r\n").await.unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).await.unwrap();
    assert_eq!(text, "+OK\r\n+OK bye\r\n");
    server.finish().await.unwrap();

    let server = Scripted::serve("S: +OK\nC: STLS\nS: +OK\n! tls\nC: NOOP\nS: +OK safe")
        .await
        .unwrap();
    let mut stream = TcpStream::connect(server.addr()).await.unwrap();
    stream.write_all(b"STLS\r\n").await.unwrap();
    let mut plain = [0; 10];
    stream.read_exact(&mut plain).await.unwrap();
    let stream = connector(&server).connect(name, stream).await.unwrap();
    let mut stream = BufReader::new(stream);
    stream.write_all(b"NOOP\r\n").await.unwrap();
    let mut line = String::new();
    stream.read_line(&mut line).await.unwrap();
    assert_eq!(line, "+OK safe\r\n");
    drop(stream);
    server.finish().await.unwrap();
}

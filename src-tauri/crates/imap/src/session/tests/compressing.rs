use super::*;
use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress};
use tokio::io::AsyncReadExt;

const SAID: &str = "* 3 EXISTS\r\nP2 OK done\r\n* 1 FETCH (UID 7 BODY[] {5}\r\na)\r\nb)\r\nP3 OK done\r\n";
const HEARD: &str = "P2 NOOP\r\nP3 UID FETCH 7 (UID FLAGS INTERNALDATE BODY.PEEK[])\r\n";

/// The server's side: agrees to compress, with the first octets of the compressed stream in the same breath, and closes
/// after that many of them. Answers what it heard compressed.
async fn serve_compressed(mut stream: DuplexStream, octets: usize) -> String {
    let greeting = &greeting("COMPRESS=DEFLATE")[3..];
    stream.write_all(greeting.trim_end().as_bytes()).await.unwrap();
    stream.write_all(b"\r\n").await.unwrap();
    let mut asked = [0; "P1 COMPRESS DEFLATE\r\n".len()];
    stream.read_exact(&mut asked).await.unwrap();
    assert_eq!(&asked, b"P1 COMPRESS DEFLATE\r\n");
    let said = [b"P1 OK compressing\r\n", &deflated()[..octets]].concat();
    let (mut read, mut write) = tokio::io::split(stream);
    let mut heard = Vec::new();
    let saying = async {
        // A client that has seen enough may be gone.
        let _ = write.write_all(&said).await;
        let _ = write.shutdown().await;
    };
    let (_, heard_all) = tokio::join!(saying, read.read_to_end(&mut heard));
    heard_all.unwrap();
    let mut text = Vec::with_capacity(10_000);
    let mut inflater = Decompress::new(false);
    inflater
        .decompress_vec(&heard, &mut text, FlushDecompress::None)
        .unwrap();
    String::from_utf8(text).unwrap()
}

fn deflated() -> Vec<u8> {
    let mut out = Vec::with_capacity(10_000);
    let mut deflater = Compress::new(Compression::default(), false);
    deflater
        .compress_vec(SAID.as_bytes(), &mut out, FlushCompress::Sync)
        .unwrap();
    out
}

/// Compresses, and reads what the server says; drops the connection at the end.
async fn read_compressed(stream: DuplexStream) -> Result<Vec<u8>> {
    let mut session = Session::open(stream, false).await?;
    assert!(session.compress().await?);
    // It is so already.
    assert!(session.compress().await?);
    session.noop().await?;
    assert_eq!(session.take_news().responses, [Untagged::Exists(3)]);
    let mut answer = session.uid_fetch([("7".to_owned(), Items::Body)])?;
    let mut body = Vec::new();
    while let Some(fetch) = answer.next().await? {
        body.extend(fetch.body.unwrap_or_default());
    }
    Ok(body)
}

#[tokio::test]
async fn both_directions_are_compressed_however_they_are_split() {
    for most_at_once in [1, 2, 3, 5, 17, 100, 8192] {
        let (ours, theirs) = duplex(most_at_once);
        let (body, heard) = tokio::join!(read_compressed(ours), serve_compressed(theirs, deflated().len()));
        assert_eq!(body.unwrap(), b"a)\r\nb");
        assert_eq!(heard, HEARD);
    }
}

#[tokio::test]
async fn a_compressed_stream_that_ends_in_the_middle_is_never_an_end() {
    // The last octets only make sure that all before them can be inflated: 00 00 FF FF.
    let needed = deflated().len() - 5;
    for octets in 0..needed {
        let (ours, theirs) = duplex(64);
        let (body, _) = tokio::join!(read_compressed(ours), serve_compressed(theirs, octets));
        assert!(matches!(body, Err(Error::Disconnected)), "{octets}: {body:?}");
    }
}

#[tokio::test]
async fn what_is_not_compressed_ends_the_connection() {
    let (ours, mut theirs) = duplex(8192);
    let said = greeting("COMPRESS=DEFLATE")[3..].trim_end().to_owned() + "\r\nP1 OK compressing\r\nP2 OK done\r\n";
    theirs.write_all(said.as_bytes()).await.unwrap();
    let mut session = Session::open(ours, false).await.unwrap();
    assert!(session.compress().await.unwrap());
    assert!(matches!(session.noop().await, Err(Error::Protocol(_))));
}

#[tokio::test]
async fn nothing_is_compressed_unless_the_server_agrees() {
    let script = greeting("COMPRESS=DEFLATE")
        + "
        C: P1 COMPRESS DEFLATE
        S: P1 NO [COMPRESSIONACTIVE] TLS does it
        C: P2 NOOP
        S: P2 OK done
    ";
    play(&script, async |mut session| {
        assert!(!session.compress().await.unwrap());
        session.noop().await.unwrap();
    })
    .await;
    for greeting in [
        &*greeting(""),
        "S: * OK [CAPABILITY IMAP4rev1 COMPRESS=DEFLATE] sign in first",
    ] {
        play(greeting, async |mut session| {
            assert!(!session.compress().await.unwrap())
        })
        .await;
    }
}

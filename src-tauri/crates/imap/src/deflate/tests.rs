use super::*;
use tokio::io::{AsyncWriteExt, duplex};

/// What a server would send of that text.
fn deflated(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(2 * text.len() + 1000);
    let mut deflater = Compress::new(Compression::default(), false);
    deflater.compress_vec(text, &mut out, FlushCompress::Sync).unwrap();
    assert_eq!(deflater.total_in(), text.len() as u64);
    out
}

/// Receives to the end of the stream, of which `early` was read before.
async fn receive(early: &[u8], sent: Vec<u8>, most_at_once: usize) -> io::Result<Vec<u8>> {
    let (mut ours, mut theirs) = duplex(most_at_once);
    let sending = tokio::spawn(async move { theirs.write_all(&sent).await });
    let mut deflate = Deflate::new(BytesMut::from(early));
    let mut out = BytesMut::new();
    loop {
        let before = out.len();
        let count = std::future::poll_fn(|cx| deflate.poll_receive(&mut ours, cx, &mut out)).await?;
        assert!(count <= PIECE && out.len() == before + count);
        if count == 0 {
            sending.await.unwrap().unwrap();
            return Ok(out.to_vec());
        }
    }
}

#[tokio::test]
async fn any_split_inflates_to_the_same() {
    let text: Vec<u8> = (0..2000u32)
        .flat_map(|n| format!("* {n} EXISTS\r\n").into_bytes())
        .collect();
    let sent = deflated(&text);
    for early in [0, 1, sent.len() / 2, sent.len()] {
        for most_at_once in [1, 2, 3, 7, 100, 1 << 16] {
            let (early, rest) = sent.split_at(early);
            assert_eq!(receive(early, rest.to_vec(), most_at_once).await.unwrap(), text);
        }
    }
}

/// A thousandfold swelling comes a piece at a time.
#[tokio::test]
async fn what_swells_comes_in_pieces() {
    let text = vec![b'x'; 8 << 20];
    let sent = deflated(&text);
    assert!(sent.len() < 64 << 10);
    assert_eq!(receive(&sent, Vec::new(), 1).await.unwrap(), text);
}

#[tokio::test]
async fn what_is_not_deflated_is_an_error_and_the_end_is_the_end() {
    // A block of the type that does not exist.
    let error = receive(&[], vec![7, 0, 0], 10).await.unwrap_err();
    assert_eq!(error.kind(), io::ErrorKind::InvalidData);
    // A last block, empty; what stands behind it is nothing.
    let mut ended = deflated(b"a");
    ended.extend([3, 0, b'x', b'y']);
    assert_eq!(receive(&ended, vec![], 10).await.unwrap(), b"a");
}

#[tokio::test]
async fn everything_flushed_can_be_inflated() {
    let text: Vec<u8> = (0..400_000u32)
        .map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8)
        .collect();
    let (mut ours, mut theirs) = duplex(1000);
    let mut deflate = Deflate::new(BytesMut::new());
    let writing = async {
        for part in [&text[..], b"\r\n"] {
            let mut rest = part;
            while !rest.is_empty() {
                let taken = std::future::poll_fn(|cx| deflate.poll_write(&mut ours, cx, rest))
                    .await
                    .unwrap();
                rest = &rest[taken..];
            }
            std::future::poll_fn(|cx| deflate.poll_flush(&mut ours, cx))
                .await
                .unwrap();
        }
        drop(ours);
    };
    let mut sent = Vec::new();
    let (_, read) = tokio::join!(writing, theirs.read_to_end(&mut sent));
    read.unwrap();
    let mut out = Vec::with_capacity(text.len() + 100);
    Decompress::new(false)
        .decompress_vec(&sent, &mut out, FlushDecompress::None)
        .unwrap();
    assert!(out.strip_prefix(&text[..]) == Some(b"\r\n"));
}

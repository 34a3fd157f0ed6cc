use super::*;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

async fn pair(read: Duration, write: Duration) -> (Stream, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let ours = TcpStream::connect(address).await.unwrap();
    let (theirs, _) = listener.accept().await.unwrap();
    (Stream::plain(ours, address, read, write), theirs)
}

const SHORT: Duration = Duration::from_millis(80);
const LONG: Duration = Duration::from_secs(20);

#[tokio::test]
async fn silence_ends_a_read_and_a_byte_renews_the_patience() {
    let (mut stream, mut peer) = pair(SHORT, LONG).await;
    let feeder = tokio::spawn(async move {
        for _ in 0..4 {
            tokio::time::sleep(SHORT / 2).await;
            peer.write_all(b"x").await.unwrap();
        }
        peer
    });
    // Twice the deadline in all, never without a byte for one.
    for _ in 0..4 {
        assert_eq!(stream.read_u8().await.unwrap(), b'x');
    }
    let peer = feeder.await.unwrap();
    assert_eq!(stream.read_u8().await.unwrap_err().kind(), io::ErrorKind::TimedOut);
    assert_eq!(stream.set_read_deadline(LONG), SHORT);
    let mut byte = [0];
    assert!(
        tokio::time::timeout(SHORT * 3, stream.read(&mut byte)).await.is_err(),
        "waits longer now"
    );
    drop(peer);
    assert_eq!(stream.read(&mut byte).await.unwrap(), 0, "the end is no error");
}

#[tokio::test]
async fn what_is_written_after_a_cancelled_read_renews_the_patience() {
    let (mut stream, mut peer) = pair(SHORT * 2, LONG).await;
    let mut byte = [0];
    assert!(tokio::time::timeout(SHORT, stream.read(&mut byte)).await.is_err());
    tokio::time::sleep(SHORT * 2).await;
    stream.write_all(b"DONE\r\n").await.unwrap();
    stream.flush().await.unwrap();
    let answer = tokio::spawn(async move {
        tokio::time::sleep(SHORT / 2).await;
        peer.write_all(b"k").await.unwrap();
        peer
    });
    assert_eq!(stream.read(&mut byte).await.unwrap(), 1);
    answer.await.unwrap();
}

#[tokio::test]
async fn a_peer_that_takes_nothing_ends_a_write() {
    let (mut stream, _peer) = pair(LONG, SHORT).await;
    let much = vec![b'x'; 64 * 1024 * 1024];
    assert_eq!(
        stream.write_all(&much).await.unwrap_err().kind(),
        io::ErrorKind::TimedOut
    );
}

#[tokio::test]
async fn writes_wait_for_the_flush_and_arrive_in_order() {
    let (mut stream, mut peer) = pair(LONG, LONG).await;
    stream.write_all(b"a1 NOOP\r\n").await.unwrap();
    let mut byte = [0; 1];
    assert!(
        tokio::time::timeout(SHORT, peer.read(&mut byte)).await.is_err(),
        "nothing goes out before the flush"
    );
    let much: Vec<u8> = (0..200_000_u32).map(|n| n.to_le_bytes()[0]).collect();
    let sent = much.clone();
    let writer = tokio::spawn(async move {
        stream.write_all(&sent).await.unwrap();
        stream.flush().await.unwrap();
        stream.shutdown().await.unwrap();
    });
    let mut received = Vec::new();
    peer.read_to_end(&mut received).await.unwrap();
    writer.await.unwrap();
    assert_eq!(received.split_at(9), (b"a1 NOOP\r\n".as_slice(), much.as_slice()));
}

//! Bad wires, in front of a server that sends back what it gets.

use pli_testkit::BadWire;
use pli_testkit::wire::{Direction, End, Rules, Stats};
use std::io::ErrorKind;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

async fn echo_behind_a_wire() -> BadWire {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let addr = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let (mut from, mut to) = stream.into_split();
                let _ = tokio::io::copy(&mut from, &mut to).await;
            });
        }
    });
    BadWire::to(addr).await.unwrap()
}

async fn ask(stream: &mut TcpStream, bytes: &[u8]) -> std::io::Result<Vec<u8>> {
    stream.write_all(bytes).await?;
    let mut back = vec![0; bytes.len()];
    stream.read_exact(&mut back).await?;
    Ok(back)
}

async fn silent(stream: &mut TcpStream) -> bool {
    tokio::time::timeout(Duration::from_millis(150), stream.read_u8())
        .await
        .is_err()
}

#[tokio::test]
async fn a_good_line_carries_everything_and_counts() {
    let wire = echo_behind_a_wire().await;
    let bytes: Vec<u8> = (0..3_000_000_u32)
        .map(|n| n.to_le_bytes()[0] ^ n.to_le_bytes()[1])
        .collect();
    let mut stream = TcpStream::connect(wire.addr()).await.unwrap();
    let (mut from, mut to) = stream.split();
    let mut back = Vec::new();
    let send = async {
        to.write_all(&bytes).await.unwrap();
        to.shutdown().await.unwrap();
    };
    let (_, read) = tokio::join!(send, from.read_to_end(&mut back));
    read.unwrap();
    assert!(back == bytes);
    assert_eq!((wire.stats().to_server, wire.stats().to_client), (3_000_000, 3_000_000));

    wire.delay(Duration::from_millis(20));
    let before = wire.stats();
    let mut stream = TcpStream::connect(wire.addr()).await.unwrap();
    let start = Instant::now();
    for _ in 0..5 {
        ask(&mut stream, b"ping").await.unwrap();
    }
    assert!(start.elapsed() >= Duration::from_millis(100), "{:?}", start.elapsed());
    let passed = wire.stats() - before;
    assert_eq!(
        passed,
        Stats {
            connections: 1,
            to_server: 20,
            to_client: 20,
            round_trips: 5
        }
    );
}

#[tokio::test]
async fn delay_is_latency_not_slowness_and_a_slow_line_is_slow() {
    let wire = echo_behind_a_wire().await;
    wire.delay(Duration::from_millis(60));
    let mut stream = TcpStream::connect(wire.addr()).await.unwrap();
    let start = Instant::now();
    // Fifty pieces on their way at once: one round trip, not fifty.
    for _ in 0..50 {
        stream.write_all(&[7; 1000]).await.unwrap();
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    stream.read_exact(&mut [0; 50_000]).await.unwrap();
    assert!(start.elapsed() < Duration::from_millis(3000), "{:?}", start.elapsed());

    wire.heal();
    wire.set(
        Direction::ToClient,
        Rules {
            bytes_per_second: 100_000,
            ..Rules::default()
        },
    );
    let start = Instant::now();
    ask(&mut stream, &[7; 30_000]).await.unwrap();
    assert!(start.elapsed() >= Duration::from_millis(250), "{:?}", start.elapsed());
}

#[tokio::test]
async fn a_long_line_holds_what_is_on_its_way() {
    let wire = echo_behind_a_wire().await;
    wire.delay(Duration::from_secs(3600));
    let mut stream = TcpStream::connect(wire.addr()).await.unwrap();
    // Nothing has arrived yet, and the sender need not wait for that: 20 MB in small pieces.
    for _ in 0..20_000 {
        stream.write_all(&[7; 1000]).await.unwrap();
    }
    while wire.stats().to_server < 20_000_000 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

#[tokio::test]
async fn round_trips_are_the_longest_chain_of_questions() {
    let wire = echo_behind_a_wire().await;
    wire.delay(Duration::from_millis(100));
    let mut one = TcpStream::connect(wire.addr()).await.unwrap();
    let mut two = TcpStream::connect(wire.addr()).await.unwrap();
    // Pipelined, and on two connections at once: one round trip.
    one.write_all(b"a").await.unwrap();
    tokio::time::sleep(Duration::from_millis(20)).await;
    one.write_all(b"b").await.unwrap();
    two.write_all(b"c").await.unwrap();
    one.read_exact(&mut [0; 2]).await.unwrap();
    two.read_exact(&mut [0; 1]).await.unwrap();
    assert_eq!(wire.stats().round_trips, 1);
    // Each upon the answer before it, on whichever connection.
    ask(&mut two, b"d").await.unwrap();
    ask(&mut one, b"e").await.unwrap();
    assert_eq!(wire.stats().round_trips, 3);
    // An unanswered question is no longer waited for by whoever comes after the connection's end.
    one.write_all(b"f").await.unwrap();
    drop((one, two));
    tokio::time::sleep(Duration::from_millis(400)).await;
    let mut three = TcpStream::connect(wire.addr()).await.unwrap();
    ask(&mut three, b"g").await.unwrap();
    assert_eq!(wire.stats().round_trips, 5);
}

#[tokio::test]
async fn stalls_after_so_many_round_trips() {
    let wire = echo_behind_a_wire().await;
    wire.delay(Duration::from_millis(20));
    let mut stream = TcpStream::connect(wire.addr()).await.unwrap();
    ask(&mut stream, b"a").await.unwrap();
    wire.stall_after(2);
    ask(&mut stream, b"b").await.unwrap();
    ask(&mut stream, b"cc").await.unwrap();
    stream.write_all(b"d").await.unwrap();
    assert!(silent(&mut stream).await);
    let mut other = TcpStream::connect(wire.addr()).await.unwrap();
    other.write_all(b"e").await.unwrap();
    assert!(silent(&mut other).await);
    wire.heal();
    assert_eq!(stream.read_u8().await.unwrap(), b'd');
    assert_eq!(other.read_u8().await.unwrap(), b'e');
}

#[tokio::test]
async fn what_arrived_can_be_looked_at() {
    let wire = echo_behind_a_wire().await;
    let mut unrecorded = TcpStream::connect(wire.addr()).await.unwrap();
    ask(&mut unrecorded, b"before").await.unwrap();
    wire.record();
    wire.set(Direction::ToClient, Rules::ending(4, End::Close));
    let mut cut = TcpStream::connect(wire.addr()).await.unwrap();
    cut.write_all(b"0123456789").await.unwrap();
    cut.read_to_end(&mut Vec::new()).await.unwrap();
    assert_eq!(wire.take_recorded(), [b"".to_vec(), b"0123".to_vec()]);
    assert_eq!(wire.take_recorded().concat(), b"");
}

#[tokio::test]
async fn splitting_arrives_in_pieces() {
    let wire = echo_behind_a_wire().await;
    wire.set(Direction::ToClient, Rules::split(1));
    let mut stream = TcpStream::connect(wire.addr()).await.unwrap();
    stream.write_all(&[9; 400]).await.unwrap();
    let (mut reads, mut bytes) = (0, 0);
    while bytes < 400 {
        bytes += stream.read(&mut [0; 400]).await.unwrap();
        reads += 1;
    }
    assert!(reads > 200, "{reads} reads");
}

#[tokio::test]
async fn ends_after_so_many_bytes() {
    for (end, expected) in [
        (End::Close, Some(true)),
        (End::Reset, Some(false)),
        (End::Stall, None),
        (End::HalfClose, Some(true)),
    ] {
        let wire = echo_behind_a_wire().await;
        wire.set(Direction::ToClient, Rules::ending(5, end));
        let mut stream = TcpStream::connect(wire.addr()).await.unwrap();
        stream.write_all(b"0123456789").await.unwrap();
        let mut first = [0; 5];
        stream.read_exact(&mut first).await.unwrap();
        assert_eq!(&first, b"01234", "{end:?}");
        let mut rest = Vec::new();
        let outcome = tokio::time::timeout(Duration::from_millis(1000), stream.read_to_end(&mut rest)).await;
        assert_eq!(outcome.map(|read| read.is_ok()).ok(), expected, "{end:?}");
        assert!(rest.is_empty());
        if end == End::HalfClose {
            let before = wire.stats().to_server;
            stream.write_all(b"still heard").await.unwrap();
            tokio::time::sleep(Duration::from_millis(50)).await;
            assert_eq!(wire.stats().to_server - before, 11);
        }
    }
}

#[tokio::test]
async fn the_line_at_run_time() {
    let wire = echo_behind_a_wire().await;
    let mut stream = TcpStream::connect(wire.addr()).await.unwrap();
    ask(&mut stream, b"a").await.unwrap();
    wire.stall();
    stream.write_all(b"b").await.unwrap();
    assert!(silent(&mut stream).await);
    wire.heal();
    assert_eq!(stream.read_u8().await.unwrap(), b'b');

    wire.cut();
    assert_eq!(stream.read_u8().await.unwrap_err().kind(), ErrorKind::ConnectionReset);
    let mut refused = TcpStream::connect(wire.addr()).await.unwrap();
    assert!(ask(&mut refused, b"c").await.is_err());
    wire.heal();
    let mut stream = TcpStream::connect(wire.addr()).await.unwrap();
    assert_eq!(ask(&mut stream, b"d").await.unwrap(), b"d");

    wire.reset();
    assert!(stream.read_u8().await.is_err());
    let mut stream = TcpStream::connect(wire.addr()).await.unwrap();
    assert_eq!(ask(&mut stream, b"e").await.unwrap(), b"e");
    drop(wire);
    assert!(stream.read_u8().await.is_err());
}

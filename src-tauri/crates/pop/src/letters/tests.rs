use super::*;
use crate::script::server;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, duplex};

fn wanted(numbers: impl IntoIterator<Item = u32>, octets: u64) -> Vec<Wanted> {
    numbers.into_iter().map(|number| Wanted { number, octets }).collect()
}

/// What fits into the stream between the two sides.
const READ_AHEAD: usize = 64 * 1024;
const PIPELINING: &str = "C: CAPA\nS: +OK\nS: PIPELINING\nS: .\n";

#[tokio::test]
async fn a_refusal_takes_one_place() {
    let transcript = format!(
        "{PIPELINING}C: RETR 1\nC: RETR 2\nC: RETR 3\nS: +OK\nS: one\nS: .\nS: -ERR message 2 is gone\nS: +OK\nS: three\nS: .\nC: NOOP\nS: +OK"
    );
    let (stream, played) = server(&transcript, 16);
    let mut session = Session::start(stream, true).await.unwrap();
    let mut letters = session.letters(Part::Whole, wanted([1, 2, 3], 10));
    let mut raws = Vec::new();
    while let Some(letter) = letters.next().await {
        raws.push(letter.unwrap().raw.map_err(|refusal| refusal.text));
    }
    assert_eq!(
        raws,
        [
            Ok(b"one\r\n".to_vec()),
            Err("message 2 is gone".to_owned()),
            Ok(b"three\r\n".to_vec())
        ]
    );
    session.noop().await.unwrap();
    played.await.unwrap();
}

#[tokio::test]
async fn without_pipelining_one_by_one() {
    let transcript = "C: CAPA\nS: -ERR\nC: RETR 1\nS: +OK\nS: one\nS: .\nC: RETR 2\nS: +OK\nS: two\nS: .\n";
    let (stream, played) = server(transcript, 4096);
    let mut session = Session::start(stream, true).await.unwrap();
    let mut letters = session.letters(Part::Whole, wanted([1, 2], 10));
    while let Some(letter) = letters.next().await {
        letter.unwrap().raw.unwrap();
    }
    played.await.unwrap();
}

#[tokio::test]
async fn letters_left_untaken_do_not_answer_the_next_command() {
    let transcript = format!(
        "{PIPELINING}C: RETR 1\nC: RETR 2\nC: RETR 3\nS: +OK\nS: one\nS: .\nS: +OK\nS: +OK STAT 9 9\nS: .\nS: -ERR no\nC: STAT\nS: +OK 3 30"
    );
    let (stream, played) = server(&transcript, 4096);
    let mut session = Session::start(stream, true).await.unwrap();
    let mut letters = session.letters(Part::Whole, wanted([1, 2, 3], 10));
    assert_eq!(letters.next().await.unwrap().unwrap().number, 1);
    assert_eq!(session.stat().await.unwrap().count, 3);
    played.await.unwrap();
}

#[tokio::test]
async fn a_call_that_was_cut_off_leaves_no_false_answers() {
    let transcript = format!("{PIPELINING}C: RETR 1\nS: +OK\nS: the first half (close)");
    let (stream, _played) = server(&transcript, 4096);
    let mut session = Session::start(stream, true).await.unwrap();
    let mut letters = session.letters(Part::Whole, wanted([1], 10));
    let Some(Err(PopError::Io(error))) = letters.next().await else {
        panic!("half a letter")
    };
    assert_eq!(error.kind(), std::io::ErrorKind::UnexpectedEof);
    assert!(matches!(session.noop().await, Err(PopError::OutOfStep)));

    let (near, mut far) = duplex(4096);
    far.write_all(b"+OK\r\nPIPELINING\r\n.\r\n+OK\r\nhalf").await.unwrap();
    let mut session = Session::start(near, true).await.unwrap();
    let mut letters = session.letters(Part::Whole, wanted([1], 10));
    assert!(
        tokio::time::timeout(std::time::Duration::from_millis(50), letters.next())
            .await
            .is_err()
    );
    far.write_all(b" and half\r\n.\r\n+OK 1 1\r\n").await.unwrap();
    assert!(matches!(session.stat().await, Err(PopError::OutOfStep)));
}

/// A server that counts how far the client asks ahead of what it has been given.
async fn furthest_ahead(part: Part, letters: u32, octets: u64) -> (usize, u64) {
    let (near, far) = duplex(1024);
    let (reader, mut writer) = tokio::io::split(far);
    let mut reader = BufReader::new(reader);
    let mut line = String::new();
    let server = tokio::spawn(async move {
        reader.read_line(&mut line).await.unwrap();
        writer.write_all(b"+OK\r\nPIPELINING\r\n.\r\n").await.unwrap();
        let (mut open, mut most, mut answered) = (0_usize, 0_usize, 0);
        while answered < letters {
            // Whatever the client has to say, it says before we answer the next.
            while let Ok(read) =
                tokio::time::timeout(std::time::Duration::from_millis(5), reader.read_line(&mut line)).await
            {
                open += usize::from(read.unwrap() > 0);
            }
            most = most.max(open);
            for _ in 0..open.min(16) {
                writer.write_all(b"+OK\r\nx\r\n.\r\n").await.unwrap();
                open -= 1;
                answered += 1;
            }
        }
        most
    });
    let mut session = Session::start(near, true).await.unwrap();
    let mut run = session.letters(part, wanted(1..=letters, octets));
    let mut taken = 0;
    while let Some(letter) = run.next().await {
        taken += 1;
        assert_eq!(letter.unwrap().number, taken);
    }
    assert_eq!(taken, letters);
    let most = server.await.unwrap();
    (most, u64::try_from(most).unwrap() * octets)
}

#[tokio::test]
async fn the_window_is_bounded_by_count_and_by_octets() {
    let (count, _) = furthest_ahead(Part::Whole, 400, 10).await;
    assert!(count > WINDOW_COUNT / 2 && count <= WINDOW_COUNT, "{count}");
    let (count, octets) = furthest_ahead(Part::Whole, 40, 1_000_000).await;
    assert!(count > 1 && octets <= WINDOW_OCTETS, "{count} {octets}");
    let (count, _) = furthest_ahead(Part::Whole, 5, 50_000_000).await;
    assert_eq!(count, 1, "a letter larger than the window goes alone");
    let (count, _) = furthest_ahead(Part::Header, 40, 1_000_000).await;
    assert_eq!(count, 40, "headers are small whatever the letters are");
}

/// Whatever the lengths are, the last line end comes in one stretch, and the next letter is in step.
#[tokio::test]
async fn stretches_join_to_the_letter() {
    for more in [0, 1, 2, 3, READ_AHEAD - 1, READ_AHEAD, STRETCH - 2, STRETCH] {
        let (near, mut far) = duplex(READ_AHEAD);
        let mut letter = vec![b'x'; LARGEST_WHOLE + more];
        letter[..4].copy_from_slice(b"\r\n.a");
        letter.extend(b"\r\n");
        let mut sent = b"+OK\r\nPIPELINING\r\n.\r\n+OK\r\n\r\n.".to_vec();
        sent.extend(&letter[2..]);
        sent.extend(b".\r\n+OK\r\nnext\r\n.\r\n+OK\r\n");
        let server = tokio::spawn(async move {
            far.write_all(&sent).await.unwrap();
            far
        });
        let mut session = Session::start(near, true).await.unwrap();
        let mut letters = session.letters(Part::Whole, wanted([1, 2], 10));
        let mut joined: Vec<u8> = Vec::new();
        let last = loop {
            let stretch = letters.next().await.unwrap().unwrap();
            assert_eq!((stretch.number, stretch.offset), (1, joined.len() as u64));
            let raw = stretch.raw.unwrap();
            joined.extend(&raw);
            if stretch.is_last {
                break raw;
            }
        };
        assert!(joined == letter && last.ends_with(b"\r\n"), "{more}");
        assert_eq!(letters.next().await.unwrap().unwrap().raw.unwrap(), b"next\r\n");
        session.noop().await.unwrap();
        drop(server.await.unwrap());
    }
}

#[tokio::test]
async fn the_rest_of_a_letter_does_not_answer_the_next_command() {
    let (near, mut far) = duplex(READ_AHEAD);
    let mut sent = b"+OK\r\nPIPELINING\r\n.\r\n+OK\r\n".to_vec();
    sent.extend(b"+OK STAT 9 9\r\n".repeat(2 * LARGEST_WHOLE / 14));
    sent.extend(b".\r\n+OK 3 30\r\n");
    let server = tokio::spawn(async move {
        far.write_all(&sent).await.unwrap();
        far
    });
    let mut session = Session::start(near, true).await.unwrap();
    let stretch = session
        .letters(Part::Whole, wanted([1], 10))
        .next()
        .await
        .unwrap()
        .unwrap();
    assert!(!stretch.is_last);
    assert_eq!(session.stat().await.unwrap().count, 3);
    drop(server.await.unwrap());
}

#[tokio::test]
async fn a_letter_of_200_megabytes_takes_linear_time() {
    let (near, mut far) = duplex(256 * 1024);
    let line = b"..a line of an attachment that is as long as most such lines are, or so it seems\r\n";
    let lines = 200 * 1024 * 1024 / line.len();
    let server = tokio::spawn(async move {
        let mut capa = [0; 6];
        far.read_exact(&mut capa).await.unwrap();
        far.write_all(b"+OK\r\n.\r\n").await.unwrap();
        let mut retr = [0; 8];
        far.read_exact(&mut retr).await.unwrap();
        far.write_all(b"+OK\r\n").await.unwrap();
        let block = line.repeat(1000);
        for _ in 0..lines / 1000 {
            far.write_all(&block).await.unwrap();
        }
        far.write_all(b".\r\n").await.unwrap();
    });
    let begun = std::time::Instant::now();
    let mut session = Session::start(near, true).await.unwrap();
    let mut letters = session.letters(Part::Whole, wanted([1], 0));
    let (mut octets, mut is_whole) = (0, false);
    while let Some(stretch) = letters.next().await {
        let stretch = stretch.unwrap();
        let raw = stretch.raw.unwrap();
        assert_eq!((stretch.number, stretch.offset), (1, octets));
        assert!(raw.len() < LARGEST_WHOLE + 512 * 1024, "{}", raw.len());
        octets += raw.len() as u64;
        is_whole = stretch.is_last;
    }
    assert!(is_whole);
    assert_eq!(octets, (lines / 1000 * 1000 * (line.len() - 1)) as u64);
    server.await.unwrap();
    // Seconds even without optimisation; a quadratic one would need hours.
    assert!(begun.elapsed().as_secs() < 60, "{:?}", begun.elapsed());
}

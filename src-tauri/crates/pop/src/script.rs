//! A scripted server for this crate's tests: a transcript of `S:` and `C:` lines.

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex},
    task::JoinHandle,
};

/// Plays `transcript` on the far end of a pipe that holds `pipe` octets at most, then closes it. `S:` lines go out
/// with CRLF; each `C:` line must come in exactly so. `(close)` in an `S:` line ends without a line end. Await the
/// handle to learn what did not fit.
pub(crate) fn server(transcript: &str, pipe: usize) -> (DuplexStream, JoinHandle<()>) {
    let (near, mut far) = duplex(pipe);
    let lines: Vec<String> = transcript
        .lines()
        .map(|line| line.trim_start().to_owned())
        .filter(|line| !line.is_empty())
        .collect();
    let played = tokio::spawn(async move {
        for line in lines {
            match line.split_once(": ").unwrap_or((line.trim_end_matches(':'), "")) {
                ("S", text) => match text.strip_suffix("(close)") {
                    Some(text) => far.write_all(text.as_bytes()).await.unwrap(),
                    None => far.write_all(format!("{text}\r\n").as_bytes()).await.unwrap(),
                },
                ("C", expected) => assert_eq!(read_line(&mut far).await, expected),
                _ => panic!("neither S: nor C: in {line:?}"),
            }
        }
    });
    (near, played)
}

async fn read_line(stream: &mut DuplexStream) -> String {
    let mut line = Vec::new();
    while !line.ends_with(b"\r\n") {
        match stream.read_u8().await {
            Ok(byte) => line.push(byte),
            Err(_) => return format!("(closed after {:?})", String::from_utf8_lossy(&line)),
        }
    }
    String::from_utf8_lossy(&line).trim_end().to_owned()
}

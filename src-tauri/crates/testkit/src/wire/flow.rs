//! One connection over the line: two flows, each read eagerly into a bounded queue and written when its bytes are due.

use super::rules::{Direction, End, Rules};
use super::stats::Counters;
use super::tape::Track;
use super::{State, reset};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::SeqCst};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, watch};
use tokio::time::{Instant, sleep, sleep_until};

/// Octets on their way at once in one direction: what a line of 300 MB/s holds with 200 ms of delay. Counted in octets
/// and not in pieces, since a sender of many small ones must not be slower than the line.
const ON_THE_WAY: usize = 64 << 20;
const PIECE: usize = 64 * 1024;

/// Between the last byte and the reset that [`Rules::after`] asks for.
const BEFORE_RESET: Duration = Duration::from_millis(250);

/// Bytes on their way.
struct Piece {
    bytes: Vec<u8>,
    /// When they arrive.
    due: Instant,
    /// Which question of the client they are part of, or answer.
    round: u64,
    /// Their room on the line, given back when they have been written.
    _room: OwnedSemaphorePermit,
}

/// How a flow came to its end.
enum Ended {
    /// The sender finished, and so has been told the receiver; the other direction may go on.
    Finished,
    /// Both directions end now.
    Over(End),
}

/// What the two flows of a connection share.
#[derive(Clone)]
pub(super) struct Line {
    state: watch::Receiver<State>,
    counters: Arc<Counters>,
    /// The latest question that has reached the server.
    heard: Arc<AtomicU64>,
    track: Track,
}

impl Line {
    pub fn new(state: watch::Receiver<State>, counters: Arc<Counters>, track: Track) -> Self {
        Self {
            state,
            counters,
            heard: Arc::default(),
            track,
        }
    }

    /// Carries a connection to its end.
    pub async fn carry(self, client: TcpStream, server: TcpStream) {
        let _ = (client.set_nodelay(true), server.set_nodelay(true));
        let (mut from_client, mut to_client) = client.into_split();
        let (mut from_server, mut to_server) = server.into_split();
        let ended = {
            let up = self.flow(Direction::ToServer, &mut from_client, &mut to_server);
            let down = self.flow(Direction::ToClient, &mut from_server, &mut to_client);
            tokio::pin!(up, down);
            tokio::select! {
                end = self.cut() => end,
                end = &mut up => match end { Ended::Finished => tokio::select! { end = self.cut() => end, end = &mut down => end }, over => over },
                end = &mut down => match end { Ended::Finished => tokio::select! { end = self.cut() => end, end = &mut up => end }, over => over },
            }
        };
        if matches!(ended, Ended::Over(End::Reset)) {
            for stream in [from_client.reunite(to_client), from_server.reunite(to_server)]
                .into_iter()
                .flatten()
            {
                reset(stream);
            }
        }
    }

    /// Returns when somebody cuts the line, or it is taken away.
    async fn cut(&self) -> Ended {
        let mut state = self.state.clone();
        let at_start = state.borrow().cuts;
        let _ = state.wait_for(|state| state.cuts > at_start).await;
        Ended::Over(End::Reset)
    }

    async fn flow(&self, direction: Direction, from: &mut OwnedReadHalf, to: &mut OwnedWriteHalf) -> Ended {
        let (queue, due) = mpsc::unbounded_channel();
        let (ended, ()) = tokio::join!(self.write(direction, due, to), self.read(direction, from, queue));
        ended
    }

    /// Takes what the sender sends and stamps it with the moment it is due. Ends with the sender, or when the writer
    /// has.
    async fn read(&self, direction: Direction, from: &mut OwnedReadHalf, queue: mpsc::UnboundedSender<Piece>) {
        let mut buffer = vec![0; PIECE];
        let room = Arc::new(Semaphore::new(ON_THE_WAY));
        loop {
            let read = tokio::select! {
                read = from.read(&mut buffer) => read,
                () = queue.closed() => return,
            };
            // A reset by the sender ends the flow like an end; the writer's side closes.
            let Some(bytes) = read
                .ok()
                .and_then(|count| buffer.get(..count))
                .filter(|bytes| !bytes.is_empty())
            else {
                return;
            };
            let round = match direction {
                Direction::ToServer => self.counters.asked(bytes.len()),
                Direction::ToClient => {
                    self.counters.answered(bytes.len());
                    self.heard.load(SeqCst)
                }
            };
            let due = Instant::now() + self.rules(direction).delay;
            let wanted = u32::try_from(bytes.len()).unwrap_or_default();
            let room = tokio::select! {
                room = Arc::clone(&room).acquire_many_owned(wanted) => room,
                () = queue.closed() => return,
            };
            let Ok(room) = room else { return };
            let piece = Piece {
                bytes: bytes.to_vec(),
                due,
                round,
                _room: room,
            };
            if queue.send(piece).is_err() {
                return;
            }
        }
    }

    /// Writes each piece when it is due, by the rules of that moment.
    async fn write(
        &self,
        direction: Direction,
        mut due: mpsc::UnboundedReceiver<Piece>,
        to: &mut OwnedWriteHalf,
    ) -> Ended {
        let mut written = 0_u64;
        while let Some(piece) = due.recv().await {
            sleep_until(piece.due).await;
            let mut rest = piece.bytes.as_slice();
            while !rest.is_empty() {
                self.while_stalled(direction, piece.round).await;
                let rules = self.rules(direction);
                let left = rules.after.map_or(u64::MAX, |(bytes, _)| bytes.saturating_sub(written));
                let count = rest
                    .len()
                    .min(at_once(&rules))
                    .min(usize::try_from(left).unwrap_or(usize::MAX));
                let (now, later) = rest.split_at(count);
                // Told before it is done: the answer to these bytes may come back sooner than we go on.
                self.arrives(direction, piece.round, now);
                if to.write_all(now).await.is_err() {
                    // The receiver is gone; what it said before is still on its way.
                    return Ended::Finished;
                }
                written += u64::try_from(count).unwrap_or_default();
                rest = later;
                if let Some((bytes, end)) = rules.after
                    && written >= bytes
                {
                    return self.end(end, to, due).await;
                }
                pause(&rules, count).await;
            }
        }
        let _ = to.shutdown().await;
        Ended::Finished
    }

    async fn end(&self, end: End, to: &mut OwnedWriteHalf, mut due: mpsc::UnboundedReceiver<Piece>) -> Ended {
        match end {
            End::Stall => {
                // The sender is still listened to: a full queue would tell it something.
                while due.recv().await.is_some() {}
                std::future::pending().await
            }
            End::HalfClose => {
                let _ = to.shutdown().await;
                while due.recv().await.is_some() {}
                Ended::Finished
            }
            End::Close => Ended::Over(end),
            End::Reset => {
                // A reset overtakes what the kernel still holds for a slow reader: these bytes are to arrive.
                sleep(BEFORE_RESET).await;
                Ended::Over(end)
            }
        }
    }

    fn arrives(&self, direction: Direction, round: u64, bytes: &[u8]) {
        match direction {
            Direction::ToServer => {
                self.heard.fetch_max(round, SeqCst);
            }
            Direction::ToClient => {
                self.counters.arrived(round);
                self.track.record(bytes);
            }
        }
    }

    /// Waits while nothing may pass, or while this question is one too many.
    async fn while_stalled(&self, direction: Direction, round: u64) {
        let too_many = |last: u64| direction == Direction::ToServer && round > last;
        let may_pass = |state: &State| !state.stalled && !state.last_round.is_some_and(too_many);
        let _ = self.state.clone().wait_for(may_pass).await;
    }

    fn rules(&self, direction: Direction) -> Rules {
        let state = self.state.borrow();
        match direction {
            Direction::ToServer => state.to_server,
            Direction::ToClient => state.to_client,
        }
    }
}

/// How much is written at once: by the splitting, and in twentieths of a second of a slow line.
fn at_once(rules: &Rules) -> usize {
    let split = if rules.split == 0 { PIECE } else { rules.split };
    match usize::try_from(rules.bytes_per_second) {
        Ok(0) | Err(_) => split,
        Ok(rate) => split.min(rate.div_ceil(20)),
    }
}

/// Between two pieces: as long as the line needs for this one, and long enough for the kernel not to join split ones.
async fn pause(rules: &Rules, count: usize) {
    let micros = u64::try_from(count)
        .unwrap_or_default()
        .saturating_mul(1_000_000)
        .checked_div(rules.bytes_per_second);
    if let Some(micros) = micros {
        sleep(Duration::from_micros(micros)).await;
    } else if rules.split > 0 {
        tokio::task::yield_now().await;
    }
}

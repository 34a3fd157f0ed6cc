//! A bad line between a client and a server: a TCP proxy on loopback that delays, slows, splits, stalls and cuts,
//! counts what passes, and can keep what arrived.
//!
//! Rules are set for each direction and can change at any time; they take effect with the next bytes. Nothing is
//! ever reordered, altered or invented: a line is bad, not hostile (that is [`crate::Scripted`]).

mod flow;
mod rules;
mod stats;
mod tape;

pub use rules::{Direction, End, Rules};
pub use stats::Stats;

use crate::error::{Doing, Result};
use flow::Line;
use stats::Counters;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tape::Tape;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// What holds for the whole line at a moment.
#[derive(Debug, Clone, Default)]
struct State {
    to_server: Rules,
    to_client: Rules,
    /// Nothing passes, and new connections are taken but not carried on.
    stalled: bool,
    /// What is asked after that round trip does not reach the server.
    last_round: Option<u64>,
    /// Connections that began before the last cut are reset.
    cuts: u64,
    /// New connections are reset at once.
    down: bool,
}

/// The proxy. Ends, with all its connections, when dropped.
pub struct BadWire {
    addr: SocketAddr,
    state: watch::Sender<State>,
    counters: Arc<Counters>,
    tape: Tape,
    accepting: JoinHandle<()>,
}

impl BadWire {
    /// A line to that server, good until told otherwise.
    pub async fn to(server: SocketAddr) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.doing("loopback")?;
        let addr = listener.local_addr().doing("loopback")?;
        let (state, watched) = watch::channel(State::default());
        let counters = Arc::new(Counters::default());
        let tape = Tape::default();
        let accepting = tokio::spawn(accept(listener, server, watched, Arc::clone(&counters), tape.clone()));
        Ok(Self {
            addr,
            state,
            counters,
            tape,
            accepting,
        })
    }

    /// Where the client is to connect.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Sets the rules of one direction.
    pub fn set(&self, direction: Direction, rules: Rules) {
        self.state.send_modify(|state| match direction {
            Direction::ToServer => state.to_server = rules,
            Direction::ToClient => state.to_client = rules,
        });
    }

    /// A round trip takes at least this long: half of it on each way.
    pub fn delay(&self, round_trip: Duration) {
        self.state.send_modify(|state| {
            state.to_server.delay = round_trip / 2;
            state.to_client.delay = round_trip / 2;
        });
    }

    /// Resets every connection and every new one, until [`Self::heal`].
    pub fn cut(&self) {
        self.state.send_modify(|state| {
            state.cuts += 1;
            state.down = true;
        });
    }

    /// Resets the connections there are; new ones get through.
    pub fn reset(&self) {
        self.state.send_modify(|state| state.cuts += 1);
    }

    /// Falls silent without closing anything, until [`Self::heal`]: what is on its way waits.
    pub fn stall(&self) {
        self.state.send_modify(|state| state.stalled = true);
    }

    /// Lets the client ask for so many round trips more (see [`Stats::round_trips`]). What it asks in them is answered
    /// in full; what it asks after them does not reach the server, until [`Self::heal`].
    pub fn stall_after(&self, round_trips: u64) {
        let last = self.stats().round_trips + round_trips;
        self.state.send_modify(|state| state.last_round = Some(last));
    }

    /// A good line again, for new connections and for those that have not been cut.
    pub fn heal(&self) {
        self.state.send_modify(|state| {
            *state = State {
                cuts: state.cuts,
                ..State::default()
            }
        });
    }

    /// What has passed since the line was laid.
    pub fn stats(&self) -> Stats {
        self.counters.read()
    }

    /// Keeps, from now on, what arrives at clients.
    pub fn record(&self) {
        self.tape.start();
    }

    /// What arrived since [`Self::record`] or the last call, one entry a connection since the line was laid, in their
    /// order; empty where nothing more arrived.
    pub fn take_recorded(&self) -> Vec<Vec<u8>> {
        self.tape.take()
    }
}

impl Drop for BadWire {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// Takes connections, each of which carries itself until the line is gone.
async fn accept(
    listener: TcpListener,
    server: SocketAddr,
    state: watch::Receiver<State>,
    counters: Arc<Counters>,
    tape: Tape,
) {
    while let Ok((client, _)) = listener.accept().await {
        counters.opened();
        let down = state.borrow().down;
        if down {
            reset(client);
            counters.closed();
            continue;
        }
        let (state, counters, track) = (state.clone(), Arc::clone(&counters), tape.track());
        tokio::spawn(async move {
            match TcpStream::connect(server).await {
                Ok(server) => {
                    let line = Line::new(state, Arc::clone(&counters), track);
                    line.carry(client, server).await;
                }
                // Nobody there: the client sees its connection refused, one step late.
                Err(_) => reset(client),
            }
            counters.closed();
        });
    }
}

/// Closes with RST.
fn reset(stream: TcpStream) {
    let _ = stream.set_zero_linger();
}

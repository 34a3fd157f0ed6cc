//! Whatever happens in whatever order, on both sides and on the line between: in the end both are equal, and nothing is
//! lost or done twice.

mod converge;
mod histories;
mod local;
mod maildrop;
mod model;
mod switching;
pub mod world;

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;

/// Gives a future up after so many polls, wherever it is then.
async fn killed<F: Future>(work: F, mut polls: u32) -> Option<F::Output> {
    let mut work = pin!(work);
    poll_fn(|context| match polls {
        0 => Poll::Ready(None),
        _ => {
            polls -= 1;
            work.as_mut().poll(context).map(Some)
        }
    })
    .await
}

/// Runs a history to its end.
fn play(history: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build();
    runtime.unwrap().block_on(history);
}

//! The test kit itself, against the real servers. Linux only, like those.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "all of it is tests"
)]

mod dovecot;
mod killed;
mod scripted;
mod town;
mod wire;

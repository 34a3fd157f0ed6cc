//! The engine against real servers, driven as a person's script would: by `pli`, a process of its own, which can be
//! killed at any moment and started again on the same profile.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by panicking; clippy's own exception does not reach the functions that tests share"
)]

mod archive;
mod cuts;
mod doubt;
mod great;
mod line;
mod maildrop;
mod offline;
mod other_client;
mod pli;
mod round_trips;
mod sending;
mod switch;
mod tokens;
mod two_clients;
mod two_ways;
mod watching;

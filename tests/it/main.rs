//! The engine against real servers, driven as a person's script would: by `pli`, a process of its own, which can be
//! killed at any moment and started again on the same profile.

mod archive;
mod offline;
mod pli;
mod sending;
mod two_ways;

//! Fetching a big letter in windows: neither side holds it as a whole, and a broken line costs a window at most.

use super::ImapRemote;
use super::fetch::{Big, Course, handed_out};
use crate::{Arrived, Fetched, Outlet, Piece, Result};
use pli_imap::{Error, Items};
use pli_model::Uid;
use std::collections::BTreeMap;

/// Octets of a window.
const WINDOW: u32 = 1 << 20;
/// Windows asked for at once; after them the next ones are asked for.
const AHEAD: u64 = 8;

impl ImapRemote {
    /// Fetches a letter of the selected mailbox into `out` from where it was left off; one that is gone is left out.
    pub(super) async fn fetch_in_windows(&mut self, big: Big, out: &Outlet) -> Result<Course> {
        let mut course = Course::default();
        match self.hand_out(big, out).await {
            Ok(taken) => course.over = !taken,
            Err(error) => course.refuse(error, &self.server)?,
        }
        Ok(course)
    }

    /// Hands out the windows of a letter in order; false when nobody takes them any more. It ends with a window that
    /// is empty, or not full when RFC822.SIZE has been reached: some servers only estimate that size.
    async fn hand_out(&mut self, Big { uid, have }: Big, out: &Outlet) -> pli_imap::Result<bool> {
        let mut way = Way {
            at: have,
            size: have + u64::from(WINDOW),
            end: None,
        };
        while out.wants_more() {
            let from = way.at;
            let has_come = self.fly(uid, &mut way, out).await?;
            if let Some(taken) = way.end {
                return Ok(taken);
            }
            if !has_come {
                // Gone meanwhile: what has come so far is no letter, and is forgotten with it.
                return Ok(true);
            }
            if way.at == from {
                return Err(Error::Protocol("other windows of a letter than asked for".to_owned()));
            }
            // The size may be an estimate: there is always one more window to ask for.
            way.size = way.size.max(way.at + 1);
        }
        Ok(true)
    }

    /// One flight: asks for the next windows, at least one, and hands each out as soon as those before it have come, so
    /// that a line that breaks takes none of them away. Answers whether any has come.
    async fn fly(&mut self, uid: Uid, way: &mut Way, out: &Outlet) -> pli_imap::Result<bool> {
        let start = way.at;
        let count = way
            .size
            .saturating_sub(start)
            .div_ceil(u64::from(WINDOW))
            .clamp(1, AHEAD);
        let window = |n: u64| {
            (
                uid.0.to_string(),
                Items::Window {
                    offset: start + n * u64::from(WINDOW),
                    len: WINDOW,
                },
            )
        };
        let mut early = BTreeMap::new();
        let mut has_come = false;
        let mut refusal: Option<Error> = None;
        let mut answer = self.session.uid_fetch((0..count).map(window))?;
        loop {
            match answer.next().await {
                Ok(Some(fetch)) if fetch.uid == Some(uid) => {
                    // A server that does not say where a window begins sent the letter from its start.
                    let origin = fetch.origin.unwrap_or(0);
                    if let Some((_, part)) = handed_out(fetch) {
                        has_come = true;
                        early.insert(origin, part);
                    }
                    while way.end.is_none()
                        && let Some(next) = early.remove(&way.at)
                    {
                        way.take(next, out).await?;
                    }
                    if way.end.is_some() {
                        answer.stop();
                    }
                }
                Ok(Some(_)) => {}
                Ok(None) => {
                    // A refused window past the end takes nothing from a letter that is whole.
                    return match refusal {
                        Some(error) if way.end.is_none() => Err(error),
                        _ => Ok(has_come),
                    };
                }
                Err(error @ Error::No(_)) => {
                    answer.stop();
                    refusal.get_or_insert(error);
                }
                Err(error) => return Err(error),
            }
        }
    }
}

/// How far a letter has come.
struct Way {
    /// Where the next window begins.
    at: u64,
    /// Octets of the letter, as far as they are known.
    size: u64,
    /// Nothing more is to come; false when nobody takes it any more.
    end: Option<bool>,
}

impl Way {
    /// Hands out the window at which the letter stands.
    async fn take(&mut self, window: Fetched, out: &Outlet) -> pli_imap::Result<()> {
        self.size = window.size;
        let len = window.raw.len() as u64;
        let is_last = len < u64::from(WINDOW) && self.at + len >= self.size;
        let piece = Piece {
            id: window.id,
            offset: self.at,
            raw: window.raw,
            is_last,
        };
        if !out.send(Arrived::Piece(piece)).await {
            self.end = Some(false);
            return Ok(());
        }
        self.at += len;
        match (is_last, len) {
            (true, _) => self.end = Some(true),
            (false, 0) => return Err(Error::Protocol("a letter ends before its end".to_owned())),
            (false, _) => {}
        }
        Ok(())
    }
}

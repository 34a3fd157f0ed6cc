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
        let mut at = have;
        let mut size = at + u64::from(WINDOW);
        while out.wants_more() {
            let mut windows = self.windows(uid, at, size).await?;
            if windows.is_empty() {
                // Gone meanwhile: what has come so far is no letter, and is forgotten with it.
                return Ok(true);
            }
            while let Some(window) = windows.remove(&at) {
                size = window.size;
                let len = window.raw.len() as u64;
                let is_last = len < u64::from(WINDOW) && at + len >= size;
                let piece = Piece {
                    id: window.id,
                    offset: at,
                    raw: window.raw,
                    is_last,
                };
                if !out.send(Arrived::Piece(piece)).await {
                    return Ok(false);
                }
                at += len;
                if is_last {
                    return Ok(true);
                }
                if len == 0 {
                    return Err(Error::Protocol("a letter ends before its end".to_owned()));
                }
            }
            // The size may be an estimate: there is always one more window to ask for.
            size = size.max(at + 1);
        }
        Ok(true)
    }

    /// The windows from `start` to `end`, at least one, by their offset.
    async fn windows(&mut self, uid: Uid, start: u64, end: u64) -> pli_imap::Result<BTreeMap<u64, Fetched>> {
        let count = end.saturating_sub(start).div_ceil(u64::from(WINDOW)).clamp(1, AHEAD);
        let window = |n: u64| {
            (
                uid.0.to_string(),
                Items::Window {
                    offset: start + n * u64::from(WINDOW),
                    len: WINDOW,
                },
            )
        };
        let mut arrived = BTreeMap::new();
        let mut refusal: Option<Error> = None;
        let mut answer = self.session.uid_fetch((0..count).map(window))?;
        loop {
            match answer.next().await {
                Ok(Some(fetch)) if fetch.uid == Some(uid) => {
                    // A server that does not say where a window begins sent the letter from its start.
                    let origin = fetch.origin.unwrap_or(0);
                    if let Some((_, part)) = handed_out(fetch) {
                        arrived.insert(origin, part);
                    }
                }
                Ok(Some(_)) => {}
                Ok(None) => return refusal.map_or(Ok(arrived), Err),
                Err(error @ Error::No(_)) => {
                    answer.stop();
                    refusal.get_or_insert(error);
                }
                Err(error) => return Err(error),
            }
        }
    }
}

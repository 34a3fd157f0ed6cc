//! Fetching a big letter in windows, so that no answer has to be held as a whole twice.

use super::ImapRemote;
use super::fetch::{Course, handed_out};
use crate::{Fetched, Result};
use pli_imap::{Error, Items};
use pli_model::Uid;
use std::collections::BTreeMap;
use tokio::sync::mpsc;

/// Octets of a window.
const WINDOW: u32 = 1 << 20;
/// Windows asked for at once; after them the next ones are asked for.
const AHEAD: u64 = 16;

impl ImapRemote {
    /// Fetches a letter of the selected mailbox into `out`; one that is gone is left out.
    pub(super) async fn fetch_in_windows(&mut self, uid: Uid, out: &mpsc::Sender<Fetched>) -> Result<Course> {
        let mut course = Course::default();
        match self.assemble(uid).await {
            Ok(Some(letter)) => course.over = out.send(letter).await.is_err(),
            Ok(None) => {}
            Err(error) => course.refuse(error, &self.server)?,
        }
        Ok(course)
    }

    /// A letter from its windows; `None` when it is gone. It ends with a window that is empty, or not full when
    /// RFC822.SIZE has been reached: some servers only estimate that size.
    async fn assemble(&mut self, uid: Uid) -> pli_imap::Result<Option<Fetched>> {
        let mut letter: Option<Fetched> = None;
        loop {
            let so_far = length(&letter);
            let size = letter.as_ref().map_or(u64::from(WINDOW), |letter| letter.size);
            let mut windows = self.windows(uid, so_far, size).await?;
            let Some(first) = windows.remove(&so_far) else {
                // Gone meanwhile: what has come so far is not the letter, unless it has come whole.
                return Ok(letter.filter(|letter| so_far >= letter.size));
            };
            let mut ended = append(&mut letter, first);
            while let Some(next) = windows.remove(&length(&letter)) {
                ended = append(&mut letter, next);
            }
            let len = length(&letter);
            ended &= letter.as_ref().is_none_or(|letter| len >= letter.size);
            if ended || len == so_far {
                return Ok(letter.map(|letter| Fetched { size: len, ..letter }));
            }
        }
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

fn length(letter: &Option<Fetched>) -> u64 {
    letter.as_ref().map_or(0, |letter| letter.raw.len() as u64)
}

/// Adds a window; answers whether it was not full, so that it may be the last.
fn append(letter: &mut Option<Fetched>, window: Fetched) -> bool {
    let is_full = window.raw.len() == WINDOW as usize;
    match letter {
        Some(letter) => letter.raw.extend_from_slice(&window.raw),
        none => *none = Some(window),
    }
    !is_full
}

//! RETR and TOP, many at once: a window of requests is kept open, so that the line is never idle.

use crate::error::Step;
use crate::unstuff::Unstuff;
use crate::wire::Status;
use crate::{PopError, Refusal, Result, Session};
use std::collections::VecDeque;
use tokio::io::{AsyncRead, AsyncWrite};

/// A larger letter ends the session with [`PopError::TooLarge`]; no provider takes one of this size.
pub const LARGEST_LETTER: u64 = 1_000_000_000;

/// Requests that may be open at once. Their text fits into any socket buffer, so writing never waits for reading.
const WINDOW_COUNT: usize = 128;

/// Octets that may be asked for ahead of the letter being read: what is lost when a person cancels.
const WINDOW_OCTETS: u64 = 4 * 1024 * 1024;

/// A letter of more octets comes in stretches: the first of about that many, the others shorter.
const LARGEST_WHOLE: usize = 4 * 1024 * 1024;
const STRETCH: usize = 1024 * 1024;

/// Room made before a letter arrives; a server's word for its size is not enough for more.
const ROOM: u64 = 1024 * 1024;

/// Which bytes of a letter to take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// The whole letter (RETR).
    Whole,
    /// The header block with its empty line (TOP n 0).
    Header,
}

/// A letter to take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted {
    /// Message number of this session.
    pub number: u32,
    /// Octets as listed; 0 when not known.
    pub octets: u64,
}

/// A letter that was asked for, or a stretch of one that is too large to be held. Stretches come in order, and nothing between
/// them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stretch {
    /// Message number.
    pub number: u32,
    /// Its place in the letter.
    pub offset: u64,
    /// Its bytes as the server sent them, line ends untouched, transparency removed; POP3 ends the last line in
    /// every case, and that end is never split from its stretch. Or the server's refusal of this letter.
    pub raw: Result<Vec<u8>, Refusal>,
    /// Whether the letter ends with it.
    pub is_last: bool,
}

/// A letter of which a part has been read.
#[derive(Debug, Default)]
pub(crate) struct Begun {
    unstuff: Unstuff,
    /// Octets that have been handed on.
    octets: u64,
    /// The next ones: what may be the last line end.
    tail: Vec<u8>,
}

/// Letters on their way in. Dropping this early is fine: the next request reads and drops what was asked ahead.
#[derive(Debug)]
pub struct Letters<'a, S> {
    session: &'a mut Session<S>,
    part: Part,
    wanted: VecDeque<Wanted>,
    in_step: bool,
}

impl<'a, S: AsyncRead + AsyncWrite + Unpin + Send> Letters<'a, S> {
    pub(crate) fn new(session: &'a mut Session<S>, part: Part, wanted: Vec<Wanted>) -> Self {
        Self {
            session,
            part,
            wanted: wanted.into(),
            in_step: false,
        }
    }

    /// The next letter or stretch, in the order asked for; `None` after the last. An error ends the session.
    pub async fn next(&mut self) -> Option<Result<Stretch>> {
        if !self.in_step {
            // Reads what an earlier, dropped run left over.
            if let Err(error) = self.session.begin().await {
                return Some(Err(error));
            }
            self.session.halfway = false;
            self.in_step = true;
        }
        if let Err(error) = self.top_up().await {
            return Some(Err(error));
        }
        if self.session.asked.is_empty() {
            None
        } else {
            Some(Self::take_answer(self.session).await)
        }
    }

    /// Asks for as many more as the window takes; all of them in one write.
    async fn top_up(&mut self) -> Result<()> {
        if self.session.halfway {
            return Err(PopError::OutOfStep);
        }
        let count = if self.session.capabilities.pipelining {
            WINDOW_COUNT
        } else {
            1
        };
        // A window is refilled when it is half empty: few packets, and never an idle line.
        if self.session.asked.len() > count / 2 {
            return Ok(());
        }
        let mut open: u64 = self.session.asked.iter().map(|wanted| self.cost(wanted)).sum();
        let mut asked_more = false;
        while let Some(next) = self.wanted.front().copied() {
            let fits = open.saturating_add(self.cost(&next)) <= WINDOW_OCTETS && self.session.asked.len() < count;
            if !fits && !self.session.asked.is_empty() {
                break;
            }
            self.wanted.pop_front();
            open = open.saturating_add(self.cost(&next));
            self.session.halfway = true;
            let command = match self.part {
                Part::Whole => format!("RETR {}", next.number),
                Part::Header => format!("TOP {} 0", next.number),
            };
            self.session.wire.put(&command).await?;
            self.session.asked.push_back(next);
            asked_more = true;
        }
        if asked_more {
            self.session.wire.flush().await?;
            self.session.halfway = false;
        }
        Ok(())
    }

    /// What a letter takes of the window: a header is small, and its size not known.
    fn cost(&self, wanted: &Wanted) -> u64 {
        match self.part {
            Part::Whole => wanted.octets,
            Part::Header => 0,
        }
    }

    /// Reads the answer to the oldest open request, or a stretch of it.
    pub(crate) async fn take_answer(session: &mut Session<S>) -> Result<Stretch> {
        if session.halfway {
            return Err(PopError::OutOfStep);
        }
        let Some(wanted) = session.asked.front().copied() else {
            return Err(PopError::OutOfStep);
        };
        session.halfway = true;
        let stretch = match session.begun.take() {
            Some(begun) => Self::read_on(session, wanted, begun, STRETCH).await?,
            None => match session.wire.status().await? {
                Status::Ok(_) => Self::read_on(session, wanted, Begun::default(), LARGEST_WHOLE).await?,
                Status::Err(words) => Stretch {
                    number: wanted.number,
                    offset: 0,
                    raw: Err(Refusal::read(&words, Step::Transaction)),
                    is_last: true,
                },
                Status::Challenge => return Err(PopError::protocol("+")),
            },
        };
        if stretch.is_last {
            session.asked.pop_front();
        }
        session.halfway = false;
        Ok(stretch)
    }

    async fn read_on(session: &mut Session<S>, wanted: Wanted, begun: Begun, enough: usize) -> Result<Stretch> {
        let Begun {
            mut unstuff,
            octets: offset,
            tail: mut raw,
        } = begun;
        raw.reserve(usize::try_from(wanted.octets.saturating_sub(offset).min(ROOM)).unwrap_or_default());
        let is_last = session.wire.stretch(&mut unstuff, &mut raw, enough).await?;
        let octets = offset.saturating_add(raw.len() as u64);
        if octets > LARGEST_LETTER {
            return Err(PopError::TooLarge(LARGEST_LETTER));
        }
        if !is_last {
            let tail = raw.split_off(raw.len().saturating_sub(2));
            session.begun = Some(Begun {
                unstuff,
                octets: octets.saturating_sub(tail.len() as u64),
                tail,
            });
        }
        Ok(Stretch {
            number: wanted.number,
            offset,
            raw: Ok(raw),
            is_last,
        })
    }
}

#[cfg(test)]
mod tests;

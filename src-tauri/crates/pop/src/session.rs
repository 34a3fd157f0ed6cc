//! A POP3 session: sign in, look, take letters, quit. The server holds the maildrop locked until it ends.

mod sign_in;

use crate::{
    Capabilities, Listed, PopError, Reason, Refusal, Result, Stat, apop,
    error::Step,
    letters::{Begun, Letters, Part, Wanted},
    listing,
    wire::{Status, Wire},
};
use std::collections::VecDeque;
use tokio::io::{AsyncRead, AsyncWrite};

/// A maildrop of a million letters lists in less.
const LARGEST_LIST: usize = 128 * 1024 * 1024;
/// Deletions asked for together. Their text and their answers fit into any socket buffer.
const DELE_WINDOW: usize = 128;

/// A connection to a POP3 server.
#[derive(Debug)]
pub struct Session<S> {
    pub(crate) wire: Wire<S>,
    pub(crate) capabilities: Capabilities,
    /// Letters asked for whose answers have not been read.
    pub(crate) asked: VecDeque<Wanted>,
    /// The first of them, when a part of it has been read.
    pub(crate) begun: Option<Begun>,
    /// A request is on its way out or its answer on its way in. Still so at the next request: that call was broken
    /// off.
    pub(crate) halfway: bool,
    /// What the greeting gave for APOP. Nothing after STLS: that greeting came before TLS, and is not heard of again.
    timestamp: Option<String>,
}

impl<S: AsyncRead + AsyncWrite + Unpin + Send> Session<S> {
    /// Reads the greeting, unless `greeted` says that it was read already (before STLS), and asks for capabilities.
    pub async fn start(stream: S, greeted: bool) -> Result<Self> {
        let wire = Wire::new(stream);
        let mut session = Self {
            wire,
            capabilities: Capabilities::plainest(),
            asked: VecDeque::new(),
            begun: None,
            halfway: false,
            timestamp: None,
        };
        if !greeted {
            match session.wire.status().await? {
                Status::Ok(words) => session.timestamp = apop::timestamp(&words),
                Status::Err(words) => return Err(PopError::Refused(Refusal::read(&words, Step::Greeting))),
                Status::Challenge => return Err(PopError::protocol("+")),
            }
        }
        session.ask_capabilities().await?;
        Ok(session)
    }

    /// What the server says it can do.
    pub fn capabilities(&self) -> &Capabilities {
        &self.capabilities
    }

    /// The maildrop in two numbers.
    pub async fn stat(&mut self) -> Result<Stat> {
        let words = self.ask("STAT").await?;
        listing::stat(&words)
    }

    /// Every letter of the maildrop, in the server's order (oldest first, normally). A server that does not know
    /// UIDL lists them without unique ids.
    pub async fn list(&mut self) -> Result<Vec<Listed>> {
        let (ids, sizes) = if self.capabilities.pipelining {
            self.begin().await?;
            self.wire.put("UIDL").await?;
            self.wire.put("LIST").await?;
            self.wire.flush().await?;
            let ids = self.read_list().await?;
            let sizes = self.read_list().await?;
            self.halfway = false;
            (ids, sizes)
        } else {
            (self.ask_list("UIDL").await?, self.ask_list("LIST").await?)
        };
        let sizes = listing::sizes(&sizes.map_err(PopError::Refused)?)?;
        match ids {
            Ok(ids) => listing::join(listing::unique_ids(&ids)?, sizes),
            // Only a server that never had them: where they are offered, or withheld for a while, letters without
            // their ids would be taken for new ones.
            Err(refusal) if refusal.reason == Reason::Other && !self.capabilities.uidl => {
                Ok(listing::without_ids(sizes))
            }
            Err(refusal) => Err(PopError::Refused(refusal)),
        }
    }

    /// Takes letters in the order given. Nothing is asked before [`Letters::next`].
    pub fn letters(&mut self, part: Part, wanted: Vec<Wanted>) -> Letters<'_, S> {
        Letters::new(self, part, wanted)
    }

    /// Marks letters for deletion; [`Self::quit`] carries it out. Answers those that were refused.
    pub async fn dele(&mut self, numbers: &[u32]) -> Result<Vec<(u32, Refusal)>> {
        let together = if self.capabilities.pipelining { DELE_WINDOW } else { 1 };
        let mut refused = Vec::new();
        for window in numbers.chunks(together) {
            self.begin().await?;
            for number in window {
                self.wire.put(&format!("DELE {number}")).await?;
            }
            self.wire.flush().await?;
            for number in window {
                match self.wire.status().await? {
                    Status::Ok(_) => {}
                    Status::Err(words) => refused.push((*number, Refusal::read(&words, Step::Transaction))),
                    Status::Challenge => return Err(PopError::protocol("+")),
                }
            }
            self.halfway = false;
        }
        Ok(refused)
    }

    /// Takes every mark for deletion off.
    pub async fn rset(&mut self) -> Result<()> {
        self.ask("RSET").await.map(drop)
    }

    /// Nothing; keeps the session alive.
    pub async fn noop(&mut self) -> Result<()> {
        self.ask("NOOP").await.map(drop)
    }

    /// Ends the session in good order. An error may mean that marked letters have not been deleted.
    pub async fn quit(mut self) -> Result<()> {
        self.ask("QUIT").await.map(drop)
    }

    async fn ask_capabilities(&mut self) -> Result<()> {
        // A server without CAPA says so with -ERR (RFC 2449 §5) and is taken for the plainest.
        if let Ok(answer) = self.ask_list("CAPA").await? {
            self.capabilities = Capabilities::read(&answer);
        }
        Ok(())
    }

    /// One command with a one-line answer: its words.
    async fn ask(&mut self, command: &str) -> Result<String> {
        self.begin().await?;
        self.wire.put(command).await?;
        self.wire.flush().await?;
        let status = self.wire.status().await?;
        self.halfway = false;
        match status {
            Status::Ok(words) => Ok(words),
            Status::Err(words) => Err(PopError::Refused(Refusal::read(&words, Step::Transaction))),
            Status::Challenge => Err(PopError::protocol("+")),
        }
    }

    /// One command with a multi-line answer: its lines, or the refusal.
    async fn ask_list(&mut self, command: &str) -> Result<Result<Vec<u8>, Refusal>> {
        self.begin().await?;
        self.wire.put(command).await?;
        self.wire.flush().await?;
        let answer = self.read_list().await?;
        self.halfway = false;
        Ok(answer)
    }

    /// Reads one multi-line answer.
    async fn read_list(&mut self) -> Result<Result<Vec<u8>, Refusal>> {
        match self.wire.status().await? {
            Status::Ok(_) => Ok(Ok(self.wire.block(LARGEST_LIST).await?)),
            Status::Err(words) => Ok(Err(Refusal::read(&words, Step::Transaction))),
            Status::Challenge => Err(PopError::protocol("+")),
        }
    }

    /// Before any request: the session must be in step. Letters that were asked for and not taken are read and
    /// dropped.
    pub(crate) async fn begin(&mut self) -> Result<()> {
        while !self.asked.is_empty() {
            Letters::take_answer(self).await?;
        }
        if self.halfway {
            return Err(PopError::OutOfStep);
        }
        self.halfway = true;
        Ok(())
    }
}

#[cfg(test)]
mod tests;

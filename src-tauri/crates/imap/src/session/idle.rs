//! IDLE (RFC 2177).

use super::{Session, Step, Transport};
use crate::command::Command;
use crate::{Response, Result, StatusText, Untagged};
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

impl<S: Transport> Session<S> {
    /// Idles until the server tells something about the mailbox, at most `patience`; answers whether it did. What it
    /// told is in [`Self::take_news`]. A server ends an IDLE of 30 minutes: let `patience` stay below 29, and the
    /// stream's read deadline above it.
    pub async fn idle(&mut self, patience: Duration) -> Result<bool> {
        let deadline = Instant::now() + patience;
        self.start(Command::new("IDLE")).await?;
        let told_before = self.news.responses.len();
        self.continuation().await?;
        let mut told = self.news.responses.iter().skip(told_before).any(Untagged::is_change);
        while !told {
            let Ok(received) = timeout_at(deadline, self.receive()).await else {
                break;
            };
            match received? {
                Response::Untagged(response) => {
                    told = response.is_change();
                    self.keep(response);
                }
                Response::Continue(_) => {}
                // The server ended it by itself.
                tagged => return self.ended(tagged).map(|_| told),
            }
        }
        self.write(b"DONE\r\n").await?;
        self.flush().await?;
        let kept = self.news.responses.len();
        self.finish().await?;
        Ok(told || self.news.lost || self.news.responses.iter().skip(kept).any(Untagged::is_change))
    }

    /// Reads the running command's answer to its end.
    pub(super) async fn finish(&mut self) -> Result<StatusText> {
        loop {
            match self.step().await? {
                Step::Done(status) => return Ok(status),
                Step::Data(response) => self.keep(response),
            }
        }
    }
}

impl Untagged {
    /// Whether something happened in the mailbox, other than the server showing that it is still there.
    pub fn is_change(&self) -> bool {
        !matches!(
            self,
            Self::Status(..) | Self::Recent(_) | Self::Flags(_) | Self::Capability(_) | Self::Enabled(_)
        )
    }
}

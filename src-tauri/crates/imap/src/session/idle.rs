//! Waiting for news: IDLE (RFC 2177) and NOTIFY (RFC 5465).

use super::{Session, Transport};
use crate::command::Command;
use crate::{Code, Error, Response, Result, StatusText, Untagged};
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// An IDLE under way. End it by [`Self::done`]: a session whose IDLE was dropped can only be closed.
///
/// Two deadlines of the stream are in it. While [waiting](Self::wait) the peer may be silent for long: raise the
/// stream's read deadline above the patience, through [`Self::stream_mut`]. Before [`Self::done`] set it back to the
/// ordinary one: so a peer that is no longer there is found out as soon as with any other command.
#[derive(Debug)]
#[must_use]
pub struct Idling<'s, S: Transport> {
    session: &'s mut Session<S>,
    told: bool,
    ended: bool,
}

impl<S: Transport> Session<S> {
    /// IDLE: answers once the server has agreed to tell news by itself.
    pub async fn idle(&mut self) -> Result<Idling<'_, S>> {
        self.start(Command::new("IDLE")).await?;
        let told_before = self.news.responses.len();
        self.continuation().await?;
        let told = self.news.responses.iter().skip(told_before).any(Untagged::is_change);
        Ok(Idling {
            session: self,
            told,
            ended: false,
        })
    }

    /// Asks to be told of letters and mailboxes everywhere among the person's own, not in the selected mailbox alone.
    /// Answers whether that is so now: false where the server has no NOTIFY or does not want to. From then on STATUS
    /// and LIST come unasked, as news. It lasts until [`Code::NotificationOverflow`].
    pub async fn notify(&mut self) -> Result<bool> {
        if !self.has("NOTIFY") {
            return Ok(false);
        }
        let command = Command::new(
            "NOTIFY SET (SELECTED (MessageNew MessageExpunge FlagChange)) \
             (PERSONAL (MessageNew MessageExpunge FlagChange MailboxName))",
        );
        match self.run(command, Some).await {
            Err(Error::No(_) | Error::Bad(_)) => Ok(false),
            outcome => outcome.map(|_| true),
        }
    }
}

impl<S: Transport> Idling<'_, S> {
    /// Waits until the server tells of a change, at most `patience`; answers whether it has, since the IDLE began. A
    /// server ends an IDLE of 30 minutes: be done and idle anew before 29. May be called again, and may be dropped
    /// while it waits: nothing is lost by it.
    pub async fn wait(&mut self, patience: Duration) -> Result<bool> {
        let deadline = Instant::now() + patience;
        while !self.told && !self.ended {
            let Ok(received) = timeout_at(deadline, self.session.receive()).await else {
                break;
            };
            match received? {
                Response::Untagged(response) => {
                    self.told = response.is_change();
                    self.session.keep(response);
                }
                Response::Continue(_) => {}
                tagged => {
                    // The server ended it by itself.
                    self.ended = true;
                    self.session.ended(tagged)?.1?;
                }
            }
        }
        Ok(self.told)
    }

    /// Whether the server has ended the IDLE by itself: no news will come by waiting.
    pub fn has_ended(&self) -> bool {
        self.ended
    }

    /// The stream below, to change its deadlines.
    pub fn stream_mut(&mut self) -> &mut S {
        self.session.stream_mut()
    }

    /// DONE: ends the IDLE; answers whether any change was told. What it was is in [`Session::take_news`].
    pub async fn done(self) -> Result<bool> {
        let Self { session, told, ended } = self;
        let kept = session.news.responses.len();
        if !ended {
            session.write(b"DONE\r\n").await?;
            session.flush().await?;
            session.finish(&mut Some).await?;
        }
        Ok(told || session.news.lost || session.news.responses.iter().skip(kept).any(Untagged::is_change))
    }
}

impl Untagged {
    /// Whether something happened in the mailbox or, with NOTIFY, in another; and not merely the server showing that it
    /// is still there.
    pub fn is_change(&self) -> bool {
        match self {
            Self::Status(_, StatusText { code, .. }) => *code == Some(Code::NotificationOverflow),
            Self::Recent(_)
            | Self::Flags(_)
            | Self::Capability(_)
            | Self::Enabled(_)
            | Self::Id(_)
            | Self::Namespaces(_)
            | Self::Subscribed(_)
            | Self::Search(_)
            | Self::ExtendedSearch { .. } => false,
            _ => true,
        }
    }
}

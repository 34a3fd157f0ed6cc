//! Sending commands and reading their answers to the end: one alone, or several under way.

use super::{Session, Transport};
use crate::command::{Command, Part};
use crate::{Condition, Error, Response, Result, StatusText, Untagged};

/// Octets of commands that may be under way together. Any socket's buffers hold as much, so that a server that does
/// not read before it has written never waits for us while we wait for it.
const MAX_OCTETS: usize = 32 << 10;

/// A command whose tagged answer is outstanding.
#[derive(Debug)]
pub(super) struct Running {
    tag: String,
    number: u32,
    octets: usize,
}

/// A step of the answers.
pub(super) enum Step {
    /// Untagged data, of whichever command.
    Data(Untagged),
    /// The command of that number has ended: done, or refused by NO or BAD.
    Done(u32, Result<StatusText>),
}

impl<S: Transport> Session<S> {
    /// Runs a command to its end. `take` gets every untagged response in order and gives back what is not for it.
    pub(super) async fn run(
        &mut self,
        command: Command<'_>,
        mut take: impl FnMut(Untagged) -> Option<Untagged>,
    ) -> Result<StatusText> {
        self.start(command).await?;
        self.finish(&mut take).await
    }

    /// Runs commands in their order, several under way; answers how each of them ended. What they are refused does
    /// not keep the others from running. An error is about the connection.
    pub(super) async fn run_all(
        &mut self,
        commands: Vec<Command<'_>>,
        mut take: impl FnMut(Untagged) -> Option<Untagged>,
    ) -> Result<Vec<Result<StatusText>>> {
        self.must_be_free()?;
        let mut commands = commands.into_iter().peekable();
        let mut numbers = Vec::new();
        let mut outcomes = Vec::new();
        loop {
            while let Some(command) = commands.next_if(|command| self.has_room(command)) {
                outcomes.push(match self.send(command).await {
                    Ok(_) => None,
                    // Refused when only half of it was sent, at a literal.
                    Err(error @ (Error::No(_) | Error::Bad(_))) => Some(Err(error)),
                    Err(error) => return Err(error),
                });
                numbers.push(self.last_tag);
            }
            self.flush().await?;
            if self.running.is_empty() {
                return Ok(outcomes.into_iter().flatten().collect());
            }
            match self.step().await? {
                Step::Data(response) => {
                    if let Some(response) = take(response) {
                        self.keep(response);
                    }
                }
                Step::Done(number, outcome) => {
                    let place = numbers.iter().position(|sent| *sent == number);
                    if let Some(slot) = place.and_then(|place| outcomes.get_mut(place)) {
                        *slot = Some(outcome);
                    }
                }
            }
        }
    }

    /// An error unless every answer has been read.
    pub(super) fn must_be_free(&self) -> Result<()> {
        match self.running.is_empty() {
            true => Ok(()),
            false => Err(Error::Abandoned),
        }
    }

    /// Whether the command may be sent now, with those that are under way.
    pub(super) fn has_room(&self, command: &Command<'_>) -> bool {
        let octets: usize = self.running.iter().map(|running| running.octets).sum();
        self.running.is_empty()
            || (self.running.len() < self.pace.most()
                && octets + command.octets() <= MAX_OCTETS
                && !self.waits(command))
    }

    /// Sends a command that is to be alone, with its literals: in one write where the server takes literals unasked
    /// (RFC 7888).
    pub(super) async fn start(&mut self, command: Command<'_>) -> Result<()> {
        self.must_be_free()?;
        self.send(command).await?;
        self.flush().await
    }

    /// Writes a command, whether others are under way or not, and answers its number. Nothing may be waited for
    /// before a [`flush`](Self::flush). A command that [`waits`](Self::waits) must be alone.
    pub(super) async fn send(&mut self, command: Command<'_>) -> Result<u32> {
        let number = self.next_number();
        self.last_tag = number;
        let tag = format!("P{number}");
        self.write(tag.as_bytes()).await?;
        self.running.push(Running {
            tag,
            number,
            octets: command.octets(),
        });
        let unasked = self.unasked_literal();
        self.write(b" ").await?;
        for part in &command.parts {
            match part {
                Part::Text(text) => self.write(text).await?,
                Part::Literal(literal) => {
                    let octets = literal.as_bytes();
                    let waits = octets.len() > unasked || unasked == 0;
                    let plus = if waits { "" } else { "+" };
                    self.write(format!("{{{}{plus}}}\r\n", octets.len()).as_bytes()).await?;
                    if waits {
                        self.flush().await?;
                        self.continuation().await?;
                    }
                    self.write(octets).await?;
                }
            }
        }
        self.write(b"\r\n").await?;
        Ok(number)
    }

    /// The number of the next command; its tag is `P` and the number.
    pub(super) fn next_number(&self) -> u32 {
        self.last_tag.wrapping_add(1)
    }

    /// Longest literal that the server takes without having asked for it; 0 where it takes none.
    fn unasked_literal(&self) -> usize {
        match (self.has("LITERAL+"), self.has("LITERAL-") || self.has("IMAP4REV2")) {
            (true, _) => usize::MAX,
            (false, true) => 4096,
            (false, false) => 0,
        }
    }

    /// Whether the command cannot be sent without waiting for the server in the middle of it.
    fn waits(&self, command: &Command<'_>) -> bool {
        let unasked = self.unasked_literal();
        command.parts.iter().any(|part| match part {
            Part::Text(_) => false,
            Part::Literal(literal) => literal.as_bytes().len() > unasked || unasked == 0,
        })
    }

    /// Waits for the server to ask for more; what comes before is kept. A tagged answer is always an error here.
    pub(super) async fn continuation(&mut self) -> Result<String> {
        loop {
            match self.receive().await? {
                Response::Continue(text) => return Ok(text),
                Response::Untagged(response) => self.keep(response),
                tagged => {
                    let status = self.ended(tagged)?.1?;
                    return Err(Error::Protocol(format!(
                        "the server ended a command it had not read: {status}"
                    )));
                }
            }
        }
    }

    /// Reads the one running command's answer to its end.
    pub(super) async fn finish(&mut self, take: &mut impl FnMut(Untagged) -> Option<Untagged>) -> Result<StatusText> {
        loop {
            match self.step().await? {
                Step::Done(_, outcome) => return outcome,
                Step::Data(response) => {
                    if let Some(response) = take(response) {
                        self.keep(response);
                    }
                }
            }
        }
    }

    /// The next step of the answers.
    pub(super) async fn step(&mut self) -> Result<Step> {
        loop {
            match self.receive().await? {
                Response::Untagged(response) => return Ok(Step::Data(response)),
                // A continuation that nothing asked for carries nothing either.
                Response::Continue(text) => tracing::debug!(text, "continuation request out of place"),
                tagged => {
                    let (number, outcome) = self.ended(tagged)?;
                    return Ok(Step::Done(number, outcome));
                }
            }
        }
    }

    /// Takes a tagged answer to its command: the command's number and how it ended.
    pub(super) fn ended(&mut self, response: Response) -> Result<(u32, Result<StatusText>)> {
        let Response::Tagged { tag, condition, status } = response else {
            return Err(Error::Protocol("not the end of a command".to_owned()));
        };
        let Some(place) = self.running.iter().position(|running| running.tag == tag) else {
            return Err(Error::Protocol(format!(
                "the server answered a command that was not sent: {status}"
            )));
        };
        let number = self.running.remove(place).number;
        let outcome = match condition {
            Condition::Ok => Ok(status),
            Condition::No => Err(Error::No(status)),
            Condition::Bad => Err(Error::Bad(status)),
            Condition::Bye | Condition::PreAuth => {
                return Err(Error::Protocol(format!("no end of a command: {status}")));
            }
        };
        Ok((number, outcome))
    }
}

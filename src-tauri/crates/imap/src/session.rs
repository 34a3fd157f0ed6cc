//! A conversation with a server: one command at a time, every response in order.

mod append;
mod fetch;
mod idle;
mod mailboxes;
mod moving;
mod select;
mod sign_in;

pub use fetch::{Fetching, Items};
pub use moving::Moved;
pub use select::{Access, Selected};

use crate::command::{Command, Part};
use crate::wire::Wire;
use crate::{Capabilities, Code, Condition, Error, Response, Result, StatusText, Untagged, known, reader};
use async_imap::Client;
use std::fmt;
use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};

/// Untagged responses kept for the caller. When more come, they are dropped and [`News::lost`] tells it.
const MAX_NEWS: usize = 10_000;

/// What a session runs on: TLS, TCP, or a pipe in tests.
pub trait Transport: AsyncRead + AsyncWrite + Unpin + Send + fmt::Debug {}
impl<S: AsyncRead + AsyncWrite + Unpin + Send + fmt::Debug> Transport for S {}

/// A connection to an IMAP server.
///
/// A method whose future is dropped before it is done leaves the answer unread: every later command then fails with
/// [`Error::Abandoned`].
#[derive(Debug)]
pub struct Session<S: Transport> {
    client: Client<Wire<S>>,
    last_tag: u32,
    /// The commands whose tagged answers are outstanding.
    running: Vec<String>,
    capabilities: Capabilities,
    /// Whether `capabilities` are the server's present ones: it may offer others once one has signed in.
    capabilities_told: bool,
    signed_in: bool,
    selected: Option<Selected>,
    news: News,
    bye: Option<StatusText>,
}

/// What the server said of its own accord.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct News {
    /// The responses, in order. They concern the mailbox that was selected when they came.
    pub responses: Vec<Untagged>,
    /// Whether there were more than are kept: look at everything anew.
    pub lost: bool,
}

/// A step of a command's answer.
enum Step {
    Data(Untagged),
    Done(StatusText),
}

impl<S: Transport> Session<S> {
    /// Takes over a stream: reads the greeting, unless it was `greeted` before STARTTLS, and learns what the server
    /// can do. A greeting of BYE is [`Error::Bye`].
    pub async fn open(stream: S, greeted: bool) -> Result<Self> {
        let mut session = Self {
            client: Client::new(Wire::new(stream)),
            last_tag: 0,
            running: Vec::new(),
            capabilities: Capabilities::default(),
            capabilities_told: false,
            signed_in: false,
            selected: None,
            news: News::default(),
            bye: None,
        };
        if !greeted {
            session.greeting().await?;
        }
        if !session.capabilities_told {
            session.ask_capabilities().await?;
        }
        Ok(session)
    }

    async fn greeting(&mut self) -> Result<()> {
        match self.receive().await? {
            Response::Untagged(Untagged::Status(Condition::Ok, _)) => Ok(()),
            Response::Untagged(Untagged::Status(Condition::PreAuth, _)) => {
                self.signed_in = true;
                Ok(())
            }
            Response::Untagged(Untagged::Status(Condition::Bye, status)) => Err(Error::Bye(status)),
            _ => Err(Error::Protocol(
                "the server does not greet as an IMAP server does".to_owned(),
            )),
        }
    }

    /// Whether the server has that capability, such as `UIDPLUS`; capitals.
    pub fn has(&self, capability: &str) -> bool {
        self.capabilities.has(capability)
    }

    /// The selected mailbox with its counters as they stand now.
    pub fn selected(&self) -> Option<&Selected> {
        self.selected.as_ref()
    }

    /// What the server said that no command asked for, since the last call.
    pub fn take_news(&mut self) -> News {
        std::mem::take(&mut self.news)
    }

    /// The stream below, to change its deadlines. Reading or writing it breaks the session.
    pub fn stream_mut(&mut self) -> &mut S {
        self.client.get_mut().inner_mut()
    }

    /// CAPABILITY.
    async fn ask_capabilities(&mut self) -> Result<()> {
        self.capabilities_told = false;
        self.run(Command::new("CAPABILITY"), Some).await?;
        match self.capabilities_told {
            true => Ok(()),
            false => Err(Error::Protocol("the server does not say what it can do".to_owned())),
        }
    }

    /// NOOP: gives the server an occasion to tell what happened.
    pub async fn noop(&mut self) -> Result<()> {
        self.run(Command::new("NOOP"), Some).await.map(drop)
    }

    /// ID (RFC 2971), where the server knows it: some want it before the first SELECT. A refusal is no error.
    pub async fn identify(&mut self, name: &str, version: &str) -> Result<()> {
        if !self.has("ID") {
            return Ok(());
        }
        let command = Command::new("ID (\"name\" ")
            .string(name.as_bytes(), "the program's name")?
            .raw(" \"version\" ")
            .string(version.as_bytes(), "the program's version")?
            .raw(")");
        match self.run(command, Some).await {
            Err(Error::No(_) | Error::Bad(_)) => Ok(()),
            outcome => outcome.map(drop),
        }
    }

    /// ENABLE (RFC 5161); answers what was switched on, in capitals.
    pub async fn enable(&mut self, extensions: &str) -> Result<Vec<String>> {
        let mut enabled = Vec::new();
        let command = Command::new("ENABLE ").raw(extensions);
        self.run(command, |response| match response {
            Untagged::Enabled(names) => {
                enabled.extend(names);
                None
            }
            other => Some(other),
        })
        .await?;
        Ok(enabled)
    }

    /// LOGOUT; the server's BYE and its closing the connection are what is expected.
    pub async fn logout(mut self) -> Result<()> {
        match self.run(Command::new("LOGOUT"), Some).await {
            Err(Error::Bye(_) | Error::Disconnected) if self.bye.is_some() => Ok(()),
            outcome => outcome.map(drop),
        }
    }

    /// Runs a command to its end. `take` gets every untagged response in order and gives back what is not for it.
    async fn run(
        &mut self,
        command: Command<'_>,
        mut take: impl FnMut(Untagged) -> Option<Untagged>,
    ) -> Result<StatusText> {
        self.start(command).await?;
        loop {
            match self.step().await? {
                Step::Done(status) => return Ok(status),
                Step::Data(response) => {
                    if let Some(response) = take(response) {
                        self.keep(response);
                    }
                }
            }
        }
    }

    /// Sends a command with its literals: in one write where the server takes literals unasked (RFC 7888).
    async fn start(&mut self, command: Command<'_>) -> Result<()> {
        if !self.running.is_empty() {
            return Err(Error::Abandoned);
        }
        self.send(command).await
    }

    /// Sends a command, whether others are under way or not. One that waits for a continuation must be alone.
    async fn send(&mut self, command: Command<'_>) -> Result<()> {
        self.last_tag += 1;
        let tag = format!("P{}", self.last_tag);
        self.running.push(tag.clone());
        let unasked = match (self.has("LITERAL+"), self.has("LITERAL-") || self.has("IMAP4REV2")) {
            (true, _) => usize::MAX,
            (false, true) => 4096,
            (false, false) => 0,
        };
        self.write(tag.as_bytes()).await?;
        self.write(b" ").await?;
        for part in &command.parts {
            match part {
                Part::Text(text) => self.write(text).await?,
                Part::Literal(literal) => {
                    let octets = literal.as_bytes();
                    let waits = unasked == 0 || octets.len() > unasked;
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
        self.flush().await
    }

    /// Waits for the server to ask for more; what comes before is kept. A tagged answer is always an error here.
    async fn continuation(&mut self) -> Result<String> {
        loop {
            match self.receive().await? {
                Response::Continue(text) => return Ok(text),
                Response::Untagged(response) => self.keep(response),
                tagged => {
                    let status = self.ended(tagged)?;
                    return Err(Error::Protocol(format!(
                        "the server ended a command it had not read: {status}"
                    )));
                }
            }
        }
    }

    /// The next step of the running command's answer.
    async fn step(&mut self) -> Result<Step> {
        loop {
            match self.receive().await? {
                Response::Untagged(response) => return Ok(Step::Data(response)),
                // A continuation that nothing asked for carries nothing either.
                Response::Continue(text) => tracing::debug!(text, "continuation request out of place"),
                tagged => return self.ended(tagged).map(Step::Done),
            }
        }
    }

    fn ended(&mut self, response: Response) -> Result<StatusText> {
        let Response::Tagged { tag, condition, status } = response else {
            return Err(Error::Protocol("not the end of a command".to_owned()));
        };
        let Some(place) = self.running.iter().position(|running| *running == tag) else {
            return Err(Error::Protocol(format!(
                "the server answered a command that was not sent: {status}"
            )));
        };
        self.running.remove(place);
        match condition {
            Condition::Ok => Ok(status),
            Condition::No => Err(Error::No(status)),
            Condition::Bad => Err(Error::Bad(status)),
            Condition::Bye | Condition::PreAuth => Err(Error::Protocol(format!("no end of a command: {status}"))),
        }
    }

    /// Keeps a response for [`Self::take_news`].
    fn keep(&mut self, response: Untagged) {
        if self.news.responses.len() < MAX_NEWS {
            self.news.responses.push(response);
        } else {
            self.news.lost = true;
        }
    }

    /// The next response, of whatever kind, its effect on the session noted. Dropping this future loses nothing.
    async fn receive(&mut self) -> Result<Response> {
        let client = &mut self.client;
        let next = poll_fn(|cx| {
            let polled = pin!(client.read_response()).poll(cx);
            match polled {
                Poll::Ready(Ok(data)) => Poll::Ready(Ok(data.map(|data| known::response(data.parsed())))),
                Poll::Ready(Err(error)) => Poll::Ready(Err(Error::from(error))),
                Poll::Pending => match client.get_mut().take_stray() {
                    Some(line) => Poll::Ready(Ok(Some(reader::response(&line)))),
                    None => Poll::Pending,
                },
            }
        })
        .await;
        match (next, self.bye.take()) {
            (Ok(Some(response)), bye) => {
                self.bye = bye;
                self.note(&response);
                Ok(response)
            }
            (Ok(None) | Err(Error::Disconnected), Some(bye)) => {
                self.bye = Some(bye.clone());
                Err(Error::Bye(bye))
            }
            (Ok(None), None) => Err(Error::Disconnected),
            (Err(error), _) => Err(error),
        }
    }

    fn note(&mut self, response: &Response) {
        let status = match response {
            Response::Untagged(Untagged::Status(condition, status)) => {
                if *condition == Condition::Bye {
                    self.bye = Some(status.clone());
                }
                status
            }
            Response::Tagged { status, .. } => status,
            Response::Untagged(Untagged::Capability(capabilities)) => {
                self.learn(capabilities);
                return;
            }
            Response::Untagged(data) => {
                if let Some(selected) = &mut self.selected {
                    selected.note(data);
                }
                return;
            }
            Response::Continue(_) => return,
        };
        if let Some(Code::Capability(capabilities)) = &status.code {
            self.learn(capabilities);
        }
    }

    fn learn(&mut self, capabilities: &Capabilities) {
        self.capabilities = capabilities.clone();
        self.capabilities_told = true;
    }

    async fn write(&mut self, bytes: &[u8]) -> Result<()> {
        Ok(self.client.get_mut().write_all(bytes).await?)
    }

    async fn flush(&mut self) -> Result<()> {
        Ok(self.client.get_mut().flush().await?)
    }
}

#[cfg(test)]
mod tests;

//! A conversation with a server: commands one after another or several under way, every response in order.

mod append;
mod compress;
mod fetch;
mod idle;
mod introduce;
mod mailboxes;
mod moving;
mod pace;
mod run;
mod search;
mod select;
mod sign_in;
mod store;
mod survey;

pub use fetch::{Fetching, Items, Since};
pub use idle::Idling;
pub use moving::Moved;
pub use select::{Access, Changes, Opened, Opening, Selected};
pub use store::{Expunged, Stored};
pub use survey::Survey;

use crate::command::Command;
use crate::wire::Wire;
use crate::{Capabilities, Code, Condition, Error, Namespaces, Response, Result, StatusText, Untagged, known, reader};
use async_imap::Client;
use pace::Pace;
use run::{Running, Step};
use std::fmt;
use std::future::poll_fn;
use std::pin::pin;
use std::task::Poll;
use survey::Way;
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
    running: Vec<Running>,
    /// How many of them there may be.
    pace: Pace,
    capabilities: Capabilities,
    /// Whether `capabilities` are the server's present ones: it may offer others once one has signed in.
    capabilities_told: bool,
    signed_in: bool,
    /// What ENABLE has switched on, in capitals.
    enabled: Vec<String>,
    /// The name spaces, once they have been asked.
    namespaces: Option<Namespaces>,
    /// The ways of listing mailboxes that the server has refused.
    refused_ways: Vec<Way>,
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

impl<S: Transport> Session<S> {
    /// Takes over a stream: reads the greeting, unless it was `greeted` before STARTTLS, and learns what the server
    /// can do. A greeting of BYE is [`Error::Bye`].
    pub async fn open(stream: S, greeted: bool) -> Result<Self> {
        let mut session = Self {
            client: Client::new(Wire::new(stream)),
            last_tag: 0,
            running: Vec::new(),
            pace: Pace::default(),
            capabilities: Capabilities::default(),
            capabilities_told: false,
            signed_in: false,
            enabled: Vec::new(),
            namespaces: None,
            refused_ways: Vec::new(),
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

    /// Whether [`Self::introduce`] has switched that extension on; capitals. With QRESYNC letters go by VANISHED instead of
    /// EXPUNGE.
    pub fn has_enabled(&self, extension: &str) -> bool {
        self.enabled.iter().any(|enabled| enabled == extension)
    }

    /// LOGOUT; the server's BYE and its closing the connection are what is expected.
    pub async fn logout(mut self) -> Result<()> {
        match self.run(Command::new("LOGOUT"), Some).await {
            Err(Error::Bye(_) | Error::Disconnected) if self.bye.is_some() => Ok(()),
            outcome => outcome.map(drop),
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
        match (&status.code, &mut self.selected) {
            (Some(Code::Capability(capabilities)), _) => self.learn(capabilities),
            (Some(code), Some(selected)) => selected.note_code(code),
            _ => {}
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

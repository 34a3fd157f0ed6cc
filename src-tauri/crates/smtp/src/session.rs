//! A session up to the envelope: greeting, EHLO, sign-in, MAIL and RCPT, QUIT.

use crate::{
    SmtpErrorKind,
    envelope::Envelope,
    extensions::Extensions,
    wire::{Reply, Wire},
};
use lettre::transport::smtp::{
    authentication::{Credentials, Mechanism},
    commands::{Auth, Data, Ehlo, Quit, Rset},
    extension::ClientId,
};
use pli_model::{RecipientVerdict, Submission};
use pli_net::{EHLO_NAME, Stream};
use std::time::Duration;
use zeroize::Zeroizing;

/// Commands in one packet. Replies to more could fill the buffers of both sides while we are still writing.
const PIPELINE: usize = 64;

/// A courtesy is not waited for longer.
const FAREWELL: Duration = Duration::from_secs(2);

/// A connection to a submission server.
#[derive(Debug)]
pub(crate) struct Session {
    pub wire: Wire,
    pub extensions: Extensions,
}

/// How a server took the envelope.
#[derive(Debug)]
pub(crate) struct EnvelopeAnswer {
    pub verdicts: Vec<RecipientVerdict>,
    /// The letter may follow: at least one recipient was accepted, and DATA.
    pub outcome: Result<(), SmtpErrorKind>,
    /// The server waits for a letter that must not come: the connection can only be dropped.
    pub is_stuck: bool,
}

impl Session {
    /// Reads the greeting, where it was not read before STARTTLS, and says EHLO.
    pub(crate) async fn start(stream: Stream) -> Result<Self, SmtpErrorKind> {
        let greeted = stream.greeted();
        let mut wire = Wire::new(stream);
        if !greeted {
            expect(220, wire.reply().await?)?;
        }
        let ehlo = Ehlo::new(ClientId::Domain(EHLO_NAME.to_owned())).to_string();
        let reply = expect(250, wire.ask(&ehlo).await?)?;
        Ok(Self {
            extensions: Extensions::read(reply.lines()),
            wire,
        })
    }

    /// Signs in by PLAIN, else by LOGIN.
    pub(crate) async fn sign_in(&mut self, user: &str, password: &str) -> Result<(), SmtpErrorKind> {
        if user.contains('\0') || password.contains('\0') {
            return Err(SmtpErrorKind::Unsendable);
        }
        let credentials = Credentials::new(user.to_owned(), password.to_owned());
        let mut refused = None;
        for mechanism in [Mechanism::Plain, Mechanism::Login] {
            if !self.extensions.offers_auth(&mechanism.to_string()) {
                continue;
            }
            let reply = match mechanism {
                Mechanism::Plain => self.auth_plain(&credentials).await?,
                _ => self.auth_login(&credentials).await?,
            };
            match reply.code() {
                235 => return Ok(()),
                // Offered, and yet this mechanism is not known: the other may be.
                500..=504 => refused = Some(reply),
                _ => return Err(sign_in_error(&reply, password)),
            }
        }
        Err(refused.map_or(SmtpErrorKind::SignInNotOffered, |reply| sign_in_error(&reply, password)))
    }

    async fn auth_plain(&mut self, credentials: &Credentials) -> Result<Reply, SmtpErrorKind> {
        let command = auth(Mechanism::Plain, credentials, None)?;
        let reply = self.wire.ask(&command).await?;
        if reply.code() != 334 {
            return Ok(reply);
        }
        // This server wants the response only after its empty challenge (RFC 4954 §4).
        let response = command.strip_prefix("AUTH PLAIN ").unwrap_or_default();
        self.wire.ask(response).await
    }

    async fn auth_login(&mut self, credentials: &Credentials) -> Result<Reply, SmtpErrorKind> {
        let mut reply = self.wire.ask(&auth(Mechanism::Login, credentials, None)?).await?;
        // Servers word the two questions differently, but always ask for the user first.
        for question in ["Username:", "Password:"] {
            if reply.code() != 334 {
                return Ok(reply);
            }
            reply = self
                .wire
                .ask(&auth(Mechanism::Login, credentials, Some(question))?)
                .await?;
        }
        Ok(reply)
    }

    /// Says MAIL, RCPT and DATA; in one go where the server allows it.
    pub(crate) async fn envelope(
        &mut self,
        envelope: &Envelope,
        submission: &Submission,
    ) -> Result<EnvelopeAnswer, SmtpErrorKind> {
        let data = Data.to_string();
        let (mail, recipients, data) = if self.extensions.pipelining {
            let commands = [&envelope.mail].into_iter().chain(&envelope.recipients).chain([&data]);
            let mut replies = self.pipeline(commands).await?;
            let data = replies.pop();
            let recipients = if replies.is_empty() {
                Vec::new()
            } else {
                replies.split_off(1)
            };
            (replies.pop(), recipients, data)
        } else {
            self.one_by_one(envelope, &data).await?
        };
        let Some(mail) = mail else {
            return Err(SmtpErrorKind::protocol("no reply to MAIL"));
        };
        let is_stuck = data.as_ref().is_some_and(|reply| reply.code() == 354);
        if !mail.is_success() {
            return Ok(EnvelopeAnswer {
                verdicts: Vec::new(),
                outcome: Err(unsuccessful(&mail)),
                is_stuck,
            });
        }
        let verdict = |(recipient, reply): (&pli_model::Address, &Reply)| RecipientVerdict {
            email: recipient.email.clone(),
            code: reply.code(),
            text: reply.text(),
        };
        let verdicts: Vec<_> = submission.recipients.iter().zip(&recipients).map(verdict).collect();
        if !verdicts.iter().any(RecipientVerdict::is_accepted) {
            // The one that may pass by itself stands for all: it decides whether trying again makes sense.
            let temporary = recipients.iter().find(|reply| matches!(reply.code(), 400..=499));
            let outcome = temporary
                .or(recipients.first())
                .map_or_else(|| SmtpErrorKind::protocol("no reply to RCPT"), unsuccessful);
            return Ok(EnvelopeAnswer {
                verdicts,
                outcome: Err(outcome),
                is_stuck,
            });
        }
        let outcome = match data {
            Some(_) if is_stuck => Ok(()),
            Some(reply) => Err(unsuccessful(&reply)),
            None => Err(SmtpErrorKind::protocol("no reply to DATA")),
        };
        Ok(EnvelopeAnswer {
            verdicts,
            outcome,
            is_stuck: false,
        })
    }

    async fn one_by_one(
        &mut self,
        envelope: &Envelope,
        data: &str,
    ) -> Result<(Option<Reply>, Vec<Reply>, Option<Reply>), SmtpErrorKind> {
        let mail = self.wire.ask(&envelope.mail).await?;
        let mut recipients = Vec::new();
        if mail.is_success() {
            for recipient in &envelope.recipients {
                recipients.push(open(self.wire.ask(recipient).await?)?);
            }
        }
        let data = if recipients.iter().any(Reply::is_success) {
            Some(self.wire.ask(data).await?)
        } else {
            None
        };
        Ok((Some(mail), recipients, data))
    }

    /// Sends commands in packets and answers their replies, one each.
    async fn pipeline<'c>(&mut self, commands: impl Iterator<Item = &'c String>) -> Result<Vec<Reply>, SmtpErrorKind> {
        let commands: Vec<&String> = commands.collect();
        let mut replies = Vec::with_capacity(commands.len());
        for packet in commands.chunks(PIPELINE) {
            for command in packet {
                self.wire.put(command.as_bytes()).await?;
            }
            self.wire.flush().await?;
            for _ in packet {
                replies.push(open(self.wire.reply().await?)?);
            }
        }
        Ok(replies)
    }

    /// Takes the transaction back and leaves. What comes of it does not matter.
    pub(crate) async fn reset_and_quit(mut self) {
        if let Ok(Ok(_)) = tokio::time::timeout(FAREWELL, self.wire.ask(&Rset.to_string())).await {
            self.quit().await;
        }
    }

    /// Leaves in good order. What comes of it does not matter.
    pub(crate) async fn quit(mut self) {
        let farewell = tokio::time::timeout(FAREWELL, self.wire.ask(&Quit.to_string())).await;
        tracing::trace!(in_good_order = matches!(farewell, Ok(Ok(_))), "quit");
    }
}

/// 421 may come instead of any reply and is the last one (RFC 5321 §3.8).
fn open(reply: Reply) -> Result<Reply, SmtpErrorKind> {
    if reply.code() == 421 {
        Err(SmtpErrorKind::refused(&reply))
    } else {
        Ok(reply)
    }
}

fn expect(code: u16, reply: Reply) -> Result<Reply, SmtpErrorKind> {
    if reply.code() == code {
        Ok(reply)
    } else {
        Err(unsuccessful(&reply))
    }
}

/// A refusal; or, where it is none and still not what was to come, a breach of protocol.
pub(crate) fn unsuccessful(reply: &Reply) -> SmtpErrorKind {
    if reply.is_refusal() {
        SmtpErrorKind::refused(reply)
    } else {
        SmtpErrorKind::protocol(format!("{} {}", reply.code(), reply.text()))
    }
}

fn auth(
    mechanism: Mechanism,
    credentials: &Credentials,
    question: Option<&str>,
) -> Result<Zeroizing<String>, SmtpErrorKind> {
    let command = Auth::new(mechanism, credentials.clone(), question.map(str::to_owned));
    // Its error cannot hold anything secret, but nothing is lost by not looking.
    command
        .map(|auth| Zeroizing::new(auth.to_string()))
        .map_err(|_| SmtpErrorKind::Unsendable)
}

/// 4yz passes by itself (too many sign-ins, a broken directory); everything else means user or password.
fn sign_in_error(reply: &Reply, password: &str) -> SmtpErrorKind {
    // A server that repeats the password must not bring it into a log.
    let text = if password.is_empty() {
        reply.text()
    } else {
        reply.text().replace(password, "•••")
    };
    match reply.code() {
        code @ 400..=499 => SmtpErrorKind::Refused { code, text },
        code @ 500..=599 => SmtpErrorKind::SignInRefused { code, text },
        code => SmtpErrorKind::protocol(format!("{code} {text}")),
    }
}

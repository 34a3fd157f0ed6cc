//! Signing in. The connection is private already, so what counts is what the server takes, not what hides a password.

use super::Session;
use crate::{PopError, Reason, Refusal, Result, apop, error::Step, wire::Status};
use base64::{Engine, engine::general_purpose::STANDARD};
use tokio::io::{AsyncRead, AsyncWrite};
use zeroize::Zeroizing;

impl<S: AsyncRead + AsyncWrite + Unpin + Send> Session<S> {
    /// Signs in by SASL PLAIN (RFC 5034) where offered, else by USER and PASS. By APOP only where the server offers
    /// nothing else, or refuses USER as such: MD5 adds nothing inside TLS, and servers greet with a timestamp for
    /// accounts that cannot use it.
    pub async fn sign_in(&mut self, user: &str, password: &str) -> Result<()> {
        let unsendable = |text: &str| text.contains(['\r', '\n', '\0']);
        if unsendable(user) || unsendable(password) {
            return Err(PopError::Unsendable);
        }
        self.ask_for_utf8().await?;
        let signed_in = match self.capabilities.offers_sasl("PLAIN") {
            true => self.auth_plain(user, password).await,
            false => self.without_sasl(user, password).await,
        };
        signed_in.map_err(|error| blot_out(error, password))?;
        self.ask_what_is_left().await
    }

    /// Signs in by an OAuth 2.0 access token, as OAUTHBEARER (RFC 7628) where offered, else as XOAUTH2 (Google's and
    /// Microsoft's form of it).
    pub async fn sign_in_by_token(&mut self, user: &str, token: &str) -> Result<()> {
        // The token's alphabet is that of RFC 6750 §2.1.
        if user.contains(|c: char| c.is_control()) || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(PopError::Unsendable);
        }
        let bearer = |begin: String| Zeroizing::new(format!("{begin}\x01auth=Bearer {token}\x01\x01"));
        let (mechanism, response, farewell) = if self.capabilities.offers_sasl("OAUTHBEARER") {
            let name = user.replace('=', "=3D").replace(',', "=2C");
            ("OAUTHBEARER", bearer(format!("n,a={name},")), "AQ==")
        } else if self.capabilities.offers_sasl("XOAUTH2") {
            ("XOAUTH2", bearer(format!("user={user}")), "")
        } else {
            return Err(PopError::TokensNotOffered);
        };
        self.ask_for_utf8().await?;
        let response = Zeroizing::new(STANDARD.encode(response.as_bytes()));
        let signed_in = self.auth_bearer(mechanism, &response, farewell).await;
        signed_in.map_err(|error| blot_out(blot_out(error, token), &response))?;
        self.ask_what_is_left().await
    }

    /// Some servers tell only after the sign-in what they can do.
    async fn ask_what_is_left(&mut self) -> Result<()> {
        if !self.capabilities.pipelining || !self.capabilities.uidl {
            self.ask_capabilities().await?;
        }
        Ok(())
    }

    /// A server that refuses a token says why in a challenge (RFC 7628 §3.2.3) and its `-ERR` only after the farewell.
    async fn auth_bearer(&mut self, mechanism: &str, response: &str, farewell: &str) -> Result<()> {
        self.begin().await?;
        match self.put_and_hear(&format!("AUTH {mechanism}")).await? {
            Status::Challenge => {}
            Status::Err(words) => {
                self.halfway = false;
                return Err(PopError::Refused(Refusal::read(&words, Step::SignIn)));
            }
            Status::Ok(words) => return Err(PopError::protocol(words)),
        }
        let mut status = self.put_and_hear(response).await?;
        if status == Status::Challenge {
            status = self.put_and_hear(farewell).await?;
        }
        self.halfway = false;
        signed_in(status)
    }

    async fn put_and_hear(&mut self, line: &str) -> Result<Status> {
        self.wire.put(line).await?;
        self.wire.flush().await?;
        self.wire.status().await
    }

    /// Without it a server may put something else in the place of a letter that needs UTF-8, or rewrite its header (RFC 6856
    /// §2); one that offers it and refuses goes on as it would without.
    async fn ask_for_utf8(&mut self) -> Result<()> {
        if !self.capabilities.utf8 {
            return Ok(());
        }
        match self.ask("UTF8").await {
            Err(PopError::Refused(_)) | Ok(_) => Ok(()),
            Err(error) => Err(error),
        }
    }

    async fn auth_plain(&mut self, user: &str, password: &str) -> Result<()> {
        self.begin().await?;
        match self.put_and_hear("AUTH PLAIN").await? {
            Status::Challenge => {}
            Status::Err(words) => {
                self.halfway = false;
                let refusal = Refusal::read(&words, Step::Transaction);
                return match refusal.reason {
                    // Offered and yet not known: nothing secret has been sent, the old ways are left.
                    Reason::Other | Reason::SignIn => self.without_sasl(user, password).await,
                    _ => Err(PopError::Refused(refusal)),
                };
            }
            Status::Ok(words) => return Err(PopError::protocol(words)),
        }
        let token = Zeroizing::new(format!("\0{user}\0{password}"));
        let token = Zeroizing::new(STANDARD.encode(token.as_bytes()));
        let signed_in = self.finish_sign_in(&token).await;
        signed_in.map_err(|error| blot_out(error, &token))
    }

    async fn without_sasl(&mut self, user: &str, password: &str) -> Result<()> {
        if let Some(timestamp) = self.timestamp.clone() {
            if self.capabilities.user {
                match self.user(user).await {
                    Err(error) if is_plain_no(&error) => return self.apop(&timestamp, user, password).await,
                    outcome => outcome?,
                }
                return self.pass(password).await;
            }
            match self.apop(&timestamp, user, password).await {
                // Some do not list USER and have it all the same.
                Err(error) if is_plain_no(&error) => {}
                outcome => return outcome,
            }
        }
        self.user(user).await?;
        self.pass(password).await
    }

    async fn user(&mut self, user: &str) -> Result<()> {
        self.begin().await?;
        self.finish_sign_in(&format!("USER {user}")).await
    }

    async fn pass(&mut self, password: &str) -> Result<()> {
        self.begin().await?;
        self.finish_sign_in(&Zeroizing::new(format!("PASS {password}"))).await
    }

    async fn apop(&mut self, timestamp: &str, user: &str, password: &str) -> Result<()> {
        let digest = apop::digest(timestamp, password);
        self.begin().await?;
        let signed_in = self.finish_sign_in(&format!("APOP {user} {digest}")).await;
        // Who knows the timestamp can try passwords against it.
        signed_in.map_err(|error| blot_out(error, &digest))
    }

    async fn finish_sign_in(&mut self, line: &str) -> Result<()> {
        let status = self.put_and_hear(line).await?;
        self.halfway = false;
        signed_in(status)
    }
}

/// What the last answer of a sign-in says.
fn signed_in(status: Status) -> Result<()> {
    match status {
        Status::Ok(_) => Ok(()),
        Status::Err(words) => Err(PopError::Refused(Refusal::read(&words, Step::SignIn))),
        Status::Challenge => Err(PopError::protocol("+")),
    }
}

/// A refusal without a code, which may mean this way of signing in as well as this person.
fn is_plain_no(error: &PopError) -> bool {
    matches!(error, PopError::Refused(refusal) if refusal.reason == Reason::SignIn && !refusal.has_code())
}

/// A server that repeats a secret in its refusal must not bring it into a log.
fn blot_out(error: PopError, secret: &str) -> PopError {
    match error {
        PopError::Refused(refusal) if !secret.is_empty() && refusal.text.contains(secret) => {
            PopError::Refused(Refusal {
                text: refusal.text.replace(secret, "•••"),
                ..refusal
            })
        }
        PopError::Protocol(line) if !secret.is_empty() => PopError::Protocol(line.replace(secret, "•••")),
        other => other,
    }
}

#[cfg(test)]
mod tests;

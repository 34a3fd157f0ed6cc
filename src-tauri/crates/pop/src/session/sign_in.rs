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
        // Some servers tell only now what they can do.
        if !self.capabilities.pipelining || !self.capabilities.uidl {
            self.ask_capabilities().await?;
        }
        Ok(())
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
        self.wire.put("AUTH PLAIN").await?;
        self.wire.flush().await?;
        match self.wire.status().await? {
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
        self.wire.put(line).await?;
        self.wire.flush().await?;
        let status = self.wire.status().await?;
        self.halfway = false;
        match status {
            Status::Ok(_) => Ok(()),
            Status::Err(words) => Err(PopError::Refused(Refusal::read(&words, Step::SignIn))),
            Status::Challenge => Err(PopError::protocol("+")),
        }
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

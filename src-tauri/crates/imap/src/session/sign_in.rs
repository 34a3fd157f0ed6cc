//! AUTHENTICATE PLAIN (RFC 4616) and LOGIN.

use super::{Session, Transport};
use crate::command::Command;
use crate::{Error, Result, StatusText};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

impl<S: Transport> Session<S> {
    /// Signs in by password and asks anew what the server can do. A connection that greeted with PREAUTH is signed
    /// in already.
    ///
    /// PLAIN where the server offers it, since it alone says how letters beyond ASCII are written; else, or when the
    /// server does not understand its own offer, LOGIN.
    pub async fn sign_in(&mut self, user: &str, password: &str) -> Result<()> {
        if self.signed_in {
            return Ok(());
        }
        if password.contains(['\r', '\n', '\0']) {
            return Err(Error::Unsendable("the password"));
        }
        let may_login = !self.has("LOGINDISABLED");
        let (plain, initial) = (self.has("AUTH=PLAIN"), self.has("SASL-IR"));
        self.capabilities_told = false;
        let outcome = match plain {
            true => match self.authenticate_plain(user, password, initial).await {
                Err(Error::Bad(_)) if may_login => self.login(user, password).await,
                outcome => outcome,
            },
            false if may_login => self.login(user, password).await,
            false => Err(Error::NoPasswordSignIn),
        };
        outcome.map_err(|error| without_secret(error, password))?;
        self.signed_in = true;
        if !self.capabilities_told {
            self.ask_capabilities().await?;
        }
        Ok(())
    }

    async fn login(&mut self, user: &str, password: &str) -> Result<()> {
        let command = Command::new("LOGIN ")
            .string(user.as_bytes(), "the user name")?
            .raw(" ")
            .string(password.as_bytes(), "the password")?;
        self.run(command, Some).await.map(drop)
    }

    async fn authenticate_plain(&mut self, user: &str, password: &str, initial_response: bool) -> Result<()> {
        if user.contains('\0') {
            return Err(Error::Unsendable("the user name"));
        }
        let message = Zeroizing::new(format!("\0{user}\0{password}"));
        let encoded = Zeroizing::new(STANDARD.encode(message.as_bytes()));
        let command = Command::new("AUTHENTICATE PLAIN");
        if initial_response {
            return self.run(command.raw(" ").raw(encoded.as_str()), Some).await.map(drop);
        }
        self.start(command).await?;
        self.continuation().await?;
        self.write(encoded.as_bytes()).await?;
        self.write(b"\r\n").await?;
        self.flush().await?;
        self.finish(&mut Some).await.map(drop)
    }
}

/// A server that repeats what it was sent must not carry the password into an error text.
fn without_secret(error: Error, password: &str) -> Error {
    let cleaned = |status: StatusText| match repeats(&status.text, password) {
        true => StatusText {
            text: "(the server's words repeat what was sent)".to_owned(),
            ..status
        },
        false => status,
    };
    match error {
        Error::No(status) => Error::No(cleaned(status)),
        Error::Bad(status) => Error::Bad(cleaned(status)),
        Error::Bye(status) => Error::Bye(cleaned(status)),
        other => other,
    }
}

/// Whether the password stands in the text, and not merely inside a longer word.
fn repeats(text: &str, password: &str) -> bool {
    let whole_word = |at: usize| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let after = text.get(at + password.len()..).and_then(|after| after.chars().next());
        ![before, after].into_iter().flatten().any(char::is_alphanumeric)
    };
    !password.is_empty() && text.match_indices(password).any(|(at, _)| whole_word(at))
}

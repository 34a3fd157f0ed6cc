//! COMPRESS=DEFLATE (RFC 4978).

use super::{Session, Transport};
use crate::command::Command;
use crate::{Error, Result};

impl<S: Transport> Session<S> {
    /// Compresses both directions from now on; answers whether that is so. False where the server does not offer it or
    /// refuses, and before signing in: what is compressed tells by its length what it holds, and a password must not.
    pub async fn compress(&mut self) -> Result<bool> {
        if self.client.get_mut().is_compressed() {
            return Ok(true);
        }
        if !self.signed_in || !self.has("COMPRESS=DEFLATE") {
            return Ok(false);
        }
        match self.run(Command::new("COMPRESS DEFLATE"), Some).await {
            Err(Error::No(_) | Error::Bad(_)) => return Ok(false),
            outcome => drop(outcome?),
        }
        // The OK was read as one line: `async-imap` holds nothing of what follows it.
        self.client.get_mut().compress();
        Ok(true)
    }
}

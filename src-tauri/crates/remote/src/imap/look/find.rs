//! Looking for single letters.

use crate::Result;
use crate::imap::ImapRemote;
use crate::imap::failure::Failing;
use pli_imap::{Items, uid_set};
use pli_model::Uid;

impl ImapRemote {
    /// The letters of the selected mailbox whose Message-ID is exactly that: SEARCH finds also those that contain it.
    pub(in crate::imap) async fn find(&mut self, message_id: &str) -> Result<Vec<Uid>> {
        if message_id.is_empty() {
            return Ok(Vec::new());
        }
        let asked = "to look for a letter";
        let hits = self
            .session
            .uid_search_message_id(message_id)
            .await
            .failing(&self.server, asked)?;
        let mut found = Vec::new();
        let asks = uid_set::commands(&hits).into_iter().map(|set| (set, Items::MessageId));
        let mut answer = self.session.uid_fetch(asks).failing(&self.server, asked)?;
        while let Some(fetch) = answer.next().await.failing(&self.server, asked)? {
            if let (Some(uid), Some(header)) = (fetch.uid, fetch.body)
                && is_message_id(&header, message_id)
            {
                found.push(uid);
            }
        }
        found.sort_unstable();
        found.dedup();
        Ok(found)
    }
}

/// Whether the header field `Message-ID: <...>`, which may be folded, holds exactly that id.
fn is_message_id(header: &[u8], wanted: &str) -> bool {
    let header = String::from_utf8_lossy(header);
    let Some((_, value)) = header.split_once(':') else {
        return false;
    };
    let value = value.trim();
    value
        .strip_prefix('<')
        .and_then(|value| value.strip_suffix('>'))
        .unwrap_or(value)
        == wanted
}

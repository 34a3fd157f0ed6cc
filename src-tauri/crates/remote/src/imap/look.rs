//! Comparing a mailbox with what is held of it, and looking for single letters.

use super::ImapRemote;
use super::failure::Failing;
use crate::{Delta, Known, Listed, Problem, RemoteError, Result, ServerId};
use pli_imap::{Access, Items, Selected, uid_set};
use pli_model::{Flags, Uid};
use std::collections::BTreeMap;

/// How often a listing is repeated because letters went while it was made.
const ATTEMPTS: u32 = 3;

/// A mailbox as it was when it was looked at.
#[derive(Debug)]
pub struct Looked {
    /// Its counters.
    pub state: Known,
    /// RFC822.SIZE of its letters, by UID ascending; empty when they were not listed.
    pub sizes: Vec<(Uid, u64)>,
}

/// The counters of a mailbox that has just been selected.
pub fn state(selected: &Selected) -> Known {
    Known {
        uid_validity: selected.uid_validity,
        uid_next: selected.uid_next.unwrap_or(0),
        exists: selected.exists,
        highest_modseq: selected.highest_modseq,
    }
}

impl ImapRemote {
    pub(super) async fn look_at(&mut self, path: &str, known: Known) -> Result<Delta> {
        let name = self.wire_name(path).await?;
        let mut attempt = 1;
        loop {
            self.takes_change();
            let opened = self.session.select(&name, Access::ReadOnly).await;
            let state = state(opened.failing(&self.server, format_args!("to open “{path}”"))?);
            if state.uid_validity.is_none() {
                let text = format!(
                    "The server {} keeps no lasting numbers for the letters of “{path}”.",
                    self.server
                );
                return Err(RemoteError {
                    problem: Problem::Refused,
                    text,
                });
            }
            if state == known && state.highest_modseq != 0 && state.uid_next != 0 {
                let looked = self.looked.entry(path.to_owned()).or_insert_with(|| Looked {
                    state,
                    sizes: Vec::new(),
                });
                looked.state = state;
                return Ok(Delta::Unchanged);
            }
            let letters = self.list_letters(path, state.exists).await?;
            let expunged = self.session.selected().is_none_or(|selected| selected.expunged > 0);
            if expunged && attempt < ATTEMPTS {
                attempt += 1;
                continue;
            }
            let sizes = letters.iter().map(|(uid, letter)| (Uid(*uid), letter.size)).collect();
            self.looked.retain(|_, looked| {
                looked.sizes = Vec::new();
                true
            });
            self.looked.insert(path.to_owned(), Looked { state, sizes });
            return Ok(Delta::Complete {
                state,
                letters: letters.into_values().collect(),
            });
        }
    }

    /// Every letter of the selected mailbox, which held `exists` when it was selected.
    async fn list_letters(&mut self, path: &str, exists: u32) -> Result<BTreeMap<u32, Listed>> {
        let mut letters = BTreeMap::new();
        // A sequence set is about nothing in an empty mailbox, and some servers call it BAD.
        if exists == 0 {
            return Ok(letters);
        }
        let asked = format!("to list the letters of “{path}”");
        let ask = [("1:*".to_owned(), Items::Listing)];
        let mut answer = self.session.uid_fetch(ask).failing(&self.server, &asked)?;
        while let Some(fetch) = answer.next().await.failing(&self.server, &asked)? {
            let Some(uid) = fetch.uid else { continue };
            let letter = letters.entry(uid.0).or_insert_with(|| Listed {
                id: ServerId::Uid(uid),
                flags: Flags::NONE,
                keywords: Vec::new(),
                size: 0,
            });
            if let Some(flags) = fetch.flags {
                letter.flags = flags.system;
                letter.keywords = flags.keywords;
            }
            letter.size = fetch.size.unwrap_or(letter.size);
        }
        let expunged = self.session.selected().map_or(0, |selected| selected.expunged);
        let due = exists.saturating_sub(expunged);
        let listed = u32::try_from(letters.len()).unwrap_or(u32::MAX);
        if listed < due {
            let text = format!(
                "The server {} listed {listed} of the {due} letters of “{path}”.",
                self.server
            );
            return Err(RemoteError {
                problem: Problem::Protocol,
                text,
            });
        }
        Ok(letters)
    }

    /// The letters of the selected mailbox whose Message-ID is exactly that: SEARCH finds also those that contain it.
    pub(super) async fn find(&mut self, message_id: &str) -> Result<Vec<Uid>> {
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

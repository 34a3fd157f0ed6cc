//! Between the paths of mailboxes and their names on the wire.

use crate::{Known, RemoteMailbox};
use pli_imap::{Listing, MailboxName, roles};
use pli_model::Role;
use std::collections::{HashMap, HashSet};

/// Remembers the names that do not follow from their path: those that are no modified UTF-7.
#[derive(Debug, Default)]
pub struct Names {
    irregular: Option<HashMap<String, MailboxName>>,
}

impl Names {
    /// Whether the mailboxes must be listed before that path can be written.
    pub fn may_be_irregular(&self, path: &str) -> bool {
        self.irregular.is_none() && !path.bytes().all(|byte| matches!(byte, b' '..=b'~') && byte != b'&')
    }

    /// The name on the wire.
    pub fn wire(&self, path: &str) -> MailboxName {
        let irregular = self.irregular.as_ref().and_then(|names| names.get(path));
        irregular.cloned().unwrap_or_else(|| MailboxName::encode(path))
    }

    /// Takes in what the server lists; answers it by path, the inbox first. `told` are a mailbox's counters and
    /// its lasting name.
    pub fn learn(
        &mut self,
        listings: &[Listing],
        told: impl Fn(&MailboxName) -> (Option<Known>, String),
    ) -> Vec<RemoteMailbox> {
        let mut irregular = HashMap::new();
        let mut paths = HashSet::new();
        let mut mailboxes = Vec::with_capacity(listings.len());
        // Regular names first: they keep their path when an irregular one looks the same.
        let (regular, others): (Vec<_>, Vec<_>) = listings
            .iter()
            .zip(roles::assign(listings))
            .partition(|(listing, _)| listing.name.is_canonical());
        for (listing, role) in regular.into_iter().chain(others) {
            let path = listing.name.decode();
            if path.is_empty() {
                continue;
            }
            if !paths.insert(path.clone()) {
                tracing::warn!(path, "two mailboxes look the same; the second cannot be shown");
                continue;
            }
            if !listing.name.is_canonical() {
                irregular.insert(path.clone(), listing.name.clone());
            }
            let (counters, object_id) = told(&listing.name);
            mailboxes.push(RemoteMailbox {
                path,
                delimiter: listing.delimiter,
                role,
                selectable: listing.is_selectable(),
                subscribed: listing.is_subscribed(),
                object_id,
                counters,
            });
        }
        self.irregular = Some(irregular);
        mailboxes.sort_by_key(|mailbox| mailbox.role != Role::Inbox);
        mailboxes
    }
}

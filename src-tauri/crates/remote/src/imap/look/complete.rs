//! Complete statements about a mailbox: every UID, or every UID with its marks. They are complete or an error.

use super::{Listed, marked, state, unmarked};
use crate::imap::ImapRemote;
use crate::imap::failure::Failing;
use crate::{Delta, Known, Marks, Problem, RemoteError, Result};
use pli_imap::{Access, Items, MailboxName};
use pli_model::Uid;
use std::collections::BTreeMap;

/// How often a listing is repeated because letters went while it was made.
const ATTEMPTS: u32 = 3;

impl ImapRemote {
    /// Lists a mailbox with all marks, whatever the server can do better.
    pub(in crate::imap) async fn list_completely(&mut self, path: &str) -> Result<Delta> {
        let (name, state) = self.select_for_look(path).await?;
        self.list_selected(path, &name, state).await
    }

    /// The mailbox was made anew: everything that is in it.
    pub(super) async fn anew(&mut self, path: &str, state: Known) -> Result<Delta> {
        let uids = self.all_uids(path).await?;
        Ok(Delta::Anew {
            state,
            letters: uids.into_iter().map(unmarked).collect(),
        })
    }

    /// Selects and asks for every UID in the same flight.
    pub(super) async fn select_and_search(&mut self, path: &str) -> Result<(Known, Vec<Uid>)> {
        let name = self.wire_name(path).await?;
        self.takes_change();
        let opening = self.opening();
        let found = self
            .session
            .select_and_search_all(&name, Access::ReadOnly, opening)
            .await;
        let (_, found) = found.failing(&self.server, format_args!("to open “{path}”"))?;
        let state = self.opened(path, &name)?;
        let mut uids = self.bounded(path, &found)?;
        if self.is_short(uids.len(), state.exists) {
            uids = self.all_uids(path).await?;
        }
        Ok((state, uids))
    }

    /// Every UID of the selected mailbox, ascending.
    pub(super) async fn all_uids(&mut self, path: &str) -> Result<Vec<Uid>> {
        let asked = format!("to list the letters of “{path}”");
        for _ in 0..ATTEMPTS {
            let found = self.session.uid_search_all().await.failing(&self.server, &asked)?;
            let uids = self.bounded(path, &found)?;
            let exists = self.session.selected().map_or(0, |selected| selected.exists);
            if !self.is_short(uids.len(), exists) {
                return Ok(uids);
            }
        }
        Err(self.listed_too_few(path))
    }

    /// A set as single UIDs. A server that names more of them than it has letters means ranges, not letters.
    fn bounded(&self, path: &str, found: &pli_imap::UidSet) -> Result<Vec<Uid>> {
        let exists = self
            .session
            .selected()
            .map_or(0, |selected| u64::from(selected.exists) + u64::from(selected.expunged));
        if found.len() > exists {
            let text = format!(
                "The server {} named {} letters in “{path}”, which holds {exists}.",
                self.server,
                found.len()
            );
            return Err(RemoteError {
                problem: Problem::Protocol,
                text,
            });
        }
        let mut uids: Vec<Uid> = found.iter().collect();
        uids.sort_unstable();
        uids.dedup();
        Ok(uids)
    }

    /// Whether fewer letters were named than are there, those that went meanwhile left out.
    fn is_short(&self, named: usize, exists: u32) -> bool {
        let now = self.session.selected().map_or(exists, |selected| selected.exists);
        u32::try_from(named).unwrap_or(u32::MAX) < exists.min(now)
    }

    fn listed_too_few(&self, path: &str) -> RemoteError {
        RemoteError {
            problem: Problem::Protocol,
            text: format!("The server {} does not list all letters of “{path}”.", self.server),
        }
    }

    /// Lists the selected mailbox, and again when letters went while it was listed.
    pub(super) async fn list_selected(&mut self, path: &str, name: &MailboxName, first: Known) -> Result<Delta> {
        let mut opened = first;
        for attempt in 1.. {
            let letters = self.list_letters(path, opened.exists).await?;
            let expunged = self.session.selected().is_none_or(|selected| selected.expunged > 0);
            if !expunged || attempt == ATTEMPTS {
                return Ok(Delta::Complete {
                    state: opened,
                    letters: letters.into_iter().map(listed).collect(),
                });
            }
            self.takes_change();
            let opening = self.opening();
            let selected = self.session.select(name, Access::ReadOnly, opening).await;
            selected.failing(&self.server, format_args!("to open “{path}”"))?;
            opened = self.session.selected().map(state).unwrap_or_default();
        }
        Err(self.listed_too_few(path))
    }

    /// Every letter of the selected mailbox, which held `exists` when it was selected.
    async fn list_letters(&mut self, path: &str, exists: u32) -> Result<BTreeMap<Uid, Option<Marks>>> {
        let mut letters: BTreeMap<Uid, Option<Marks>> = BTreeMap::new();
        // A sequence set is about nothing in an empty mailbox, and some servers call it BAD.
        if exists == 0 {
            return Ok(letters);
        }
        let asked = format!("to list the letters of “{path}”");
        let ask = [("1:*".to_owned(), Items::Listing)];
        let mut answer = self.session.uid_fetch(ask).failing(&self.server, &asked)?;
        while let Some(fetch) = answer.next().await.failing(&self.server, &asked)? {
            let Some(uid) = fetch.uid else { continue };
            let marks = letters.entry(uid).or_default();
            if let Some(flags) = fetch.flags {
                *marks = Some(Marks {
                    flags: flags.system,
                    keywords: flags.keywords,
                });
            }
        }
        let expunged = self.session.selected().map_or(0, |selected| selected.expunged);
        let due = exists.saturating_sub(expunged);
        let listed = u32::try_from(letters.len()).unwrap_or(u32::MAX);
        if listed < due {
            return Err(self.listed_too_few(path));
        }
        Ok(letters)
    }
}

fn listed((uid, marks): (Uid, Option<Marks>)) -> Listed {
    match marks {
        Some(marks) => marked((uid, marks)),
        None => unmarked(uid),
    }
}

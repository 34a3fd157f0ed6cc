//! UID SEARCH.

use super::{Session, Transport};
use crate::command::Command;
use crate::{Error, Result, UidSet, Untagged};
use pli_model::Uid;

/// The hits of a UID SEARCH while they arrive.
pub(super) struct Searching {
    tag: String,
    hits: Vec<Uid>,
    ranges: UidSet,
}

impl<S: Transport> Session<S> {
    /// Every letter of the selected mailbox. With ESEARCH (RFC 4731) the answer is a few ranges instead of one number for
    /// each letter.
    pub async fn uid_search_all(&mut self) -> Result<UidSet> {
        if self.has("ESEARCH") {
            match self.search(self.search_all_command()).await {
                Err(Error::Bad(_)) => {}
                outcome => return outcome.map(Searching::hits),
            }
        }
        self.search(Command::new("UID SEARCH ALL")).await.map(Searching::hits)
    }

    pub(super) fn search_all_command(&self) -> Command<'static> {
        Command::new(match self.has("ESEARCH") {
            true => "UID SEARCH RETURN (ALL) ALL",
            false => "UID SEARCH ALL",
        })
    }

    /// UIDs of the letters whose header field `Message-ID` *contains* that text.
    pub async fn uid_search_message_id(&mut self, message_id: &str) -> Result<Vec<Uid>> {
        let charset = if message_id.is_ascii() { "" } else { "CHARSET UTF-8 " };
        let command = Command::new(format!("UID SEARCH {charset}HEADER Message-ID "))
            .string(message_id.as_bytes(), "the message id")?;
        self.search(command).await.map(|found| found.hits)
    }

    /// Which letters of the sets are there and not marked `\Deleted`.
    pub async fn uid_search_present(&mut self, sets: &[String]) -> Result<Vec<Uid>> {
        let search = |set: &String| Command::new(format!("UID SEARCH UID {set} NOT DELETED"));
        let commands: Vec<_> = sets.iter().map(search).collect();
        let mut found = Searching::new(self.next_number());
        let outcomes = self.run_all(commands, |response| found.take(response)).await?;
        outcomes.into_iter().collect::<Result<Vec<_>>>()?;
        Ok(found.hits)
    }

    async fn search(&mut self, command: Command<'_>) -> Result<Searching> {
        let mut found = Searching::new(self.next_number());
        self.run(command, |response| found.take(response)).await?;
        Ok(found)
    }
}

impl Searching {
    /// For the hits of the command of that number.
    pub fn new(number: u32) -> Self {
        Self {
            tag: format!("P{number}"),
            hits: Vec::new(),
            ranges: UidSet::default(),
        }
    }

    /// Takes hits, and gives back what is none. An ESEARCH that answers another command is not for us.
    pub fn take(&mut self, response: Untagged) -> Option<Untagged> {
        match response {
            Untagged::Search(found) => self.hits.extend(found.into_iter().filter(|uid| *uid != 0).map(Uid)),
            Untagged::ExtendedSearch { tag, all } if tag.as_ref().is_none_or(|tag| *tag == self.tag) => {
                self.ranges.extend(all);
            }
            other => return Some(other),
        }
        None
    }

    /// All hits as a set.
    pub fn hits(self) -> UidSet {
        let mut all = self.ranges;
        all.extend(UidSet::of(self.hits));
        all
    }
}

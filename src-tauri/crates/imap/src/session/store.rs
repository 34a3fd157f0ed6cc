//! UID STORE: flags and keywords; and removing letters for good.

use super::{Session, Transport};
use crate::command::Command;
use crate::{Error, Result, uid_set};
use pli_model::{Flags, Marking, Uid, is_keyword};

/// What became of a [`Marking`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Stored {
    /// Keywords that the mailbox does not keep (PERMANENTFLAGS): neither set nor cleared.
    pub untaken: Vec<String>,
}

/// What became of letters that were to be removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expunged {
    /// They are gone.
    Gone,
    /// They are marked `\Deleted`, no more: the server cannot expunge single letters (UIDPLUS), and a plain EXPUNGE
    /// would remove letters that others marked.
    OnlyMarked,
}

impl<S: Transport> Session<S> {
    /// UID STORE: sets and clears flags and keywords of the selected mailbox's letters. Letters that are gone are no
    /// error. A keyword that no command can hold is [`Error::Unsendable`], and nothing is sent then.
    pub async fn uid_store(&mut self, uids: &[Uid], marking: &Marking) -> Result<Stored> {
        let (added, mut untaken) = self.keywords(&marking.add_keywords)?;
        let (removed, untaken_too) = self.keywords(&marking.remove_keywords)?;
        untaken.extend(untaken_too);
        let sides = [("+", marking.flags.add, added), ("-", marking.flags.remove, removed)];
        let sides: Vec<(&str, String)> = sides
            .into_iter()
            .filter(|(_, flags, keywords)| !flags.is_empty() || !keywords.is_empty())
            .map(|(sign, flags, keywords)| (sign, list(flags, &keywords)))
            .collect();
        let sets = uid_set::commands(uids);
        let mut commands = Vec::new();
        for set in &sets {
            commands.extend(sides.iter().map(|(sign, flags)| store(set, sign, flags)));
        }
        let outcomes = self.run_all(commands, Some).await?;
        outcomes.into_iter().try_for_each(|outcome| outcome.map(drop))?;
        Ok(Stored { untaken })
    }

    /// Removes letters of the selected mailbox for good, and no others (UIDPLUS, RFC 4315). Letters that are gone are no
    /// error.
    pub async fn uid_expunge(&mut self, uids: &[Uid]) -> Result<Expunged> {
        let sets = uid_set::commands(uids);
        self.remove(&sets, &sets).await
    }

    /// Marks letters `\Deleted`, and expunges letters that are so marked where the server can do that for single ones.
    ///
    /// The one is not sent before the other is answered: what EXPUNGE does depends on what STORE did (RFC 9051 §5.5).
    /// Dovecot 2.3 expunged nothing, and said OK, when both were under way together after a long FETCH.
    pub(super) async fn remove(&mut self, marked: &[String], expunged: &[String]) -> Result<Expunged> {
        let deleted = flag_list(Flags::DELETED);
        let stores = marked.iter().map(|set| store(set, "+", &deleted)).collect();
        let outcomes = self.run_all(stores, Some).await?;
        outcomes.into_iter().try_for_each(|outcome| outcome.map(drop))?;
        if !self.has("UIDPLUS") {
            return Ok(Expunged::OnlyMarked);
        }
        let expunge = |set: &String| Command::new(format!("UID EXPUNGE {set}"));
        let expunges = expunged.iter().map(expunge).collect();
        let outcomes = self.run_all(expunges, Some).await?;
        outcomes.into_iter().try_for_each(|outcome| outcome.map(drop))?;
        Ok(Expunged::Gone)
    }

    /// Sorts keywords into those that the selected mailbox takes and the others.
    fn keywords<'k>(&self, keywords: &'k [String]) -> Result<(Vec<&'k str>, Vec<String>)> {
        let (mut taken, mut untaken) = (Vec::new(), Vec::new());
        for keyword in keywords {
            if !is_keyword(keyword) {
                return Err(Error::Unsendable("the keyword"));
            }
            match self
                .selected
                .as_ref()
                .is_none_or(|selected| selected.takes_keyword(keyword))
            {
                true => taken.push(keyword.as_str()),
                false => untaken.push(keyword.clone()),
            }
        }
        Ok((taken, untaken))
    }
}

fn store(set: &str, sign: &str, flags: &str) -> Command<'static> {
    Command::new(format!("UID STORE {set} {sign}FLAGS.SILENT {flags}"))
}

/// `(\Seen \Draft)`.
fn flag_list(flags: Flags) -> String {
    list(flags, &[])
}

pub(super) fn list(flags: Flags, keywords: &[&str]) -> String {
    let mut names: Vec<&str> = flags.imap_names().collect();
    names.extend(keywords);
    format!("({})", names.join(" "))
}

//! Letters that are on this computer only, put onto the IMAP server.

use super::super::placement::Standing;
use super::record::{Entry, Listed, Origin};
use crate::shown::Truth;
use crate::{Result, Writer};
use pli_model::{AccountId, CommandId, MailboxId, Operation};
use std::collections::HashMap;

/// Letters of one operation: what is under way when the line breaks is looked for before it is asked again.
const AT_ONCE: usize = 50;

impl Writer<'_> {
    /// Queues every letter of an IMAP account that is on this computer only, each for the mailbox in which it is shown: a
    /// mailbox of this computer is to be made at the server, or yields to the one there of its role or its name. Answers
    /// how many letters.
    pub fn upload(&mut self, command: &CommandId, account: AccountId) -> Result<u32> {
        let prefix = self.mailbox_prefix(account)?;
        let mut targets: HashMap<MailboxId, MailboxId> = HashMap::new();
        let mut letters = Vec::new();
        for letter in self.uploadable(account)? {
            let standing = self.standing(letter)?;
            let shown = standing.shown.mailbox;
            let target = match targets.get(&shown) {
                Some(target) => *target,
                None => self.mailbox_at_server_for(command, shown, &prefix)?,
            };
            targets.insert(shown, target);
            letters.push((standing, target));
        }
        let mut entry = Entry {
            command,
            account,
            origin: Origin::Consequence,
            ids: Vec::new(),
        };
        self.put_up(&mut entry, &letters)?;
        Ok(u32::try_from(letters.len()).unwrap_or(u32::MAX))
    }

    /// Letters that the server does not have are shown in a mailbox that it has, and are to be put there.
    pub(super) fn put_up(&mut self, entry: &mut Entry<'_>, letters: &[(Standing, MailboxId)]) -> Result<()> {
        let listed = |(standing, target): &(Standing, MailboxId)| {
            Listed::from(Standing {
                truth: Truth {
                    mailbox: *target,
                    uid: None,
                    only_here: true,
                    ..standing.truth.clone()
                },
                ..standing.clone()
            })
        };
        for some in letters.chunks(AT_ONCE) {
            let some: Vec<Listed> = some.iter().map(listed).collect();
            self.queue(entry, &Operation::Append, &some)?;
        }
        Ok(())
    }
}

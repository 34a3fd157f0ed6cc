//! Paths: the shown ones follow from the server's and from our unfinished operations on mailboxes, in order, as what
//! is shown of a letter follows from its two sides.

use crate::change::Change;
use crate::{Reader, Result, Writer};
use pli_model::{AccountId, MailboxId, MailboxOperation};
use rusqlite::params;

/// A mailbox's name and where it has its hierarchy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Named {
    pub(crate) id: MailboxId,
    pub(crate) path: String,
    pub(crate) delimiter: Option<char>,
}

/// Renames a mailbox and those below it (RFC 9051 §6.3.6).
pub(crate) fn rename_tree(names: &mut [Named], id: MailboxId, to: &str) {
    let Some(top) = names.iter().find(|named| named.id == id).cloned() else {
        return;
    };
    for named in names {
        if named.id == id {
            to.clone_into(&mut named.path);
        } else if let Some(rest) = below(&named.path, &top) {
            named.path = format!("{to}{rest}");
        }
    }
}

/// What comes after `top` in the path of a mailbox below it, the delimiter included.
pub(crate) fn below<'a>(path: &'a str, top: &Named) -> Option<&'a str> {
    let rest = path.strip_prefix(&top.path)?;
    // A mailbox that the server does not have yet has no path there, and nothing is below it.
    let is_below = !top.path.is_empty() && top.delimiter.is_some_and(|delimiter| rest.starts_with(delimiter));
    is_below.then_some(rest)
}

/// Every mailbox of an account that is, or is to be, at the server: those of this computer only have one path.
const SERVER_NAMES: &str =
    "SELECT id, server_path, delimiter FROM mailbox WHERE account_id = ?1 AND on_server = 1 ORDER BY id";
const SHOWN_NAMES: &str = "SELECT id, path, delimiter FROM mailbox WHERE account_id = ?1 AND on_server = 1 ORDER BY id";

impl Reader<'_> {
    pub(crate) fn names(&self, sql: &str, account: AccountId) -> Result<Vec<Named>> {
        self.all(sql, [account.0], |row| {
            Ok(Named {
                id: MailboxId(row.get(0)?),
                path: row.get(1)?,
                delimiter: row.get_ref(2)?.as_str()?.chars().next(),
            })
        })
    }

    /// Paths as they are to be shown, and as they are written, in the same order.
    pub(crate) fn paths_to_be_shown(&self, account: AccountId) -> Result<(Vec<Named>, Vec<Named>)> {
        let mut names = self.names(SERVER_NAMES, account)?;
        for (mailbox, operation) in self.pending_mailbox_operations(account)? {
            match operation {
                MailboxOperation::Create(path) => {
                    let made = names
                        .iter_mut()
                        .find(|named| named.id == mailbox && named.path.is_empty());
                    if let Some(named) = made {
                        named.path = path;
                    }
                }
                MailboxOperation::Rename(path) => rename_tree(&mut names, mailbox, &path),
                MailboxOperation::Delete | MailboxOperation::Subscribe | MailboxOperation::Unsubscribe => {}
            }
        }
        Ok((names, self.names(SHOWN_NAMES, account)?))
    }
}

impl Writer<'_> {
    /// The server has renamed a mailbox with those below it.
    pub(crate) fn rename_at_server(&mut self, account: AccountId, id: MailboxId, to: &str) -> Result<()> {
        let before = self.names(SERVER_NAMES, account)?;
        let mut after = before.clone();
        rename_tree(&mut after, id, to);
        for (named, _) in after.iter().zip(&before).filter(|(after, before)| after != before) {
            let sql = "UPDATE mailbox SET server_path = ?2 WHERE id = ?1";
            self.execute(sql, params![named.id.0, named.path])?;
        }
        self.restate_paths(account)
    }

    /// Shows the paths anew after the server's, or our operations, changed.
    pub(crate) fn restate_paths(&mut self, account: AccountId) -> Result<()> {
        let (after, before) = self.paths_to_be_shown(account)?;
        let changed: Vec<_> = after
            .iter()
            .zip(&before)
            .filter(|(after, before)| after != before)
            .map(|(after, _)| after)
            .collect();
        // Two of them may change places: first they all leave theirs.
        for named in &changed {
            let sql = "UPDATE mailbox SET path = char(0) || id WHERE id = ?1";
            self.execute(sql, [named.id.0])?;
        }
        for named in &changed {
            let sql = "UPDATE mailbox SET path = ?2 WHERE id = ?1";
            self.execute(sql, params![named.id.0, named.path])?;
        }
        if !changed.is_empty() {
            self.note(Change::Mailboxes(account));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(paths: &[&str]) -> Vec<Named> {
        let named = |(id, path): (i64, &&str)| Named {
            id: MailboxId(id),
            path: (*path).to_owned(),
            delimiter: Some('/'),
        };
        (1..).zip(paths).map(named).collect()
    }

    #[test]
    fn a_mailbox_takes_along_those_below_it_and_no_others() {
        let mut tree = names(&["a", "a/b", "a/b/c", "ab", "x/a/b", ""]);
        rename_tree(&mut tree, MailboxId(1), "z/y");
        assert_eq!(tree, names(&["z/y", "z/y/b", "z/y/b/c", "ab", "x/a/b", ""]));
        rename_tree(&mut tree, MailboxId(6), "new");
        assert_eq!(tree, names(&["z/y", "z/y/b", "z/y/b/c", "ab", "x/a/b", "new"]));
        tree[0].delimiter = None;
        rename_tree(&mut tree, MailboxId(1), "flat");
        assert_eq!(tree[1].path, "z/y/b");
    }
}

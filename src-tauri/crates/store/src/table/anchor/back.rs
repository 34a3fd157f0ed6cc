//! From POP3 back to IMAP.

use super::difference;
use crate::change::Change;
use crate::column::{join_keywords, split_keywords};
use crate::shown::{Shown, Truth};
use crate::table::mailbox::rank;
use crate::table::operation::Act;
use crate::{Mailbox, NewMailbox, Result, ServerState, Writer};
use pli_model::{
    Account, AccountId, CommandId, FlagChange, Flags, MailboxId, Marking, Operation, PlacementId, Role, Uid,
    UidValidity,
};
use rusqlite::params;
use std::collections::HashMap;

/// A mailbox that the IMAP server lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImapMailbox {
    /// As listed.
    pub mailbox: NewMailbox,
    /// The UIDVALIDITY under which places in it stand; `None` where none was looked for.
    pub uid_validity: Option<UidValidity>,
}

/// A letter of ours that was found at the IMAP server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImapPlace {
    /// Which.
    pub placement: PlacementId,
    /// Path of its mailbox there.
    pub path: String,
    /// Its UID there.
    pub uid: Uid,
    /// Its flags there.
    pub flags: Flags,
    /// Its keywords there.
    pub keywords: Vec<String>,
}

/// What the server is to be told of letters that were handled here meanwhile.
#[derive(Default)]
struct News {
    marks: Vec<(Marking, Vec<PlacementId>)>,
    moves: Vec<(MailboxId, Vec<PlacementId>)>,
}

impl Writer<'_> {
    /// The account is read by IMAP from now on. Letters that were found there are bound to their places; what was done to
    /// them here since the account was changed to POP3 is queued for the server. Of a letter that came by POP3 no mark is
    /// cleared there, since POP3 told none; but one that is unread here stays so: servers take a letter that was fetched by
    /// POP3 for read. The others stay here, to be recognised at the first look or kept as letters of this
    /// computer only. A mailbox of this computer that holds letters which the server has is to be made there.
    pub fn change_to_imap(
        &mut self,
        command: &CommandId,
        account: &Account,
        prefix: &str,
        listed: &[ImapMailbox],
        places: &[ImapPlace],
    ) -> Result<()> {
        let id = account.id;
        self.refuse_change(account)?;
        self.update_account(account)?;
        self.set_settling(id, true)?;
        self.set_mailbox_prefix(id, prefix)?;
        let homes = self.take_over(id, listed)?;
        self.make_special(command, id, prefix)?;
        let mut news = News::default();
        for place in places {
            if let Some(home) = homes.get(place.path.as_str()) {
                self.bind(command, place, *home, prefix, &mut news)?;
            }
        }
        self.yield_roles(id)?;
        self.drop_held_anchors(id)?;
        self.restate_paths(id)?;
        let marks = news
            .marks
            .into_iter()
            .map(|(marking, letters)| Act::new(Operation::Mark(marking), letters));
        let moves = news
            .moves
            .into_iter()
            .map(|(target, letters)| Act::new(Operation::Move(target), letters));
        let acts: Vec<Act> = marks.chain(moves).collect();
        self.enqueue_consequence(command, id, &acts)?;
        self.note(Change::Mailboxes(id));
        Ok(())
    }

    /// Takes over the server's list. Each mailbox will be looked at as for the first time, under the UIDVALIDITY of the
    /// places in it. Answers our ids by the server's paths.
    fn take_over<'l>(&mut self, account: AccountId, listed: &'l [ImapMailbox]) -> Result<HashMap<&'l str, MailboxId>> {
        let mut homes = HashMap::new();
        for ImapMailbox { mailbox, uid_validity } in listed {
            let id = self.put_mailbox(account, mailbox)?;
            let state = ServerState {
                uid_validity: *uid_validity,
                ..ServerState::default()
            };
            self.set_server_state(id, state)?;
            homes.insert(mailbox.path.as_str(), id);
        }
        // A mailbox that the server has no more is one of this computer only.
        for gone in self.mailboxes(account)? {
            if !gone.server_path.is_empty() && !homes.contains_key(gone.server_path.as_str()) {
                let sql = "UPDATE mailbox SET server_path = '', on_server = 0, object_id = '' WHERE id = ?1";
                self.execute(sql, [gone.id.0])?;
                self.set_server_state(gone.id, ServerState::default())?;
            }
        }
        Ok(homes)
    }

    /// A mailbox with a special role is at the server in an IMAP account. Where the server has none of that role ours is to
    /// be made there, or goes when nothing is in it.
    fn make_special(&mut self, command: &CommandId, account: AccountId, prefix: &str) -> Result<()> {
        for mailbox in self.mailboxes(account)? {
            if mailbox.on_server
                || mailbox.role == Role::Other
                || self.server_mailbox_for(account, mailbox.role)?.is_some()
            {
                continue;
            }
            let sql = "SELECT EXISTS (SELECT 1 FROM placement WHERE mailbox_id = ?1 OR server_mailbox_id = ?1)";
            match self.one(sql, [mailbox.id.0], |row| row.get(0))? {
                Some(true) => drop(self.mailbox_at_server_for(command, mailbox.id, prefix)?),
                _ => self.remove_mailbox(mailbox.id)?,
            }
        }
        Ok(())
    }

    /// Where the server has a mailbox of a role, ours of that role is a plain one of this computer.
    fn yield_roles(&mut self, account: AccountId) -> Result<()> {
        for mailbox in self.mailboxes(account)? {
            if !mailbox.on_server
                && mailbox.role != Role::Other
                && self.server_mailbox_for(account, mailbox.role)?.is_some()
            {
                self.execute(
                    "UPDATE mailbox SET role = ?2, rank = ?3 WHERE id = ?1",
                    params![mailbox.id.0, Role::Other.as_str(), rank(Role::Other)],
                )?;
            }
        }
        Ok(())
    }

    fn server_mailbox_for(&self, account: AccountId, role: Role) -> Result<Option<MailboxId>> {
        let sql = "SELECT id FROM mailbox WHERE account_id = ?1 AND role = ?2 AND on_server = 1 ORDER BY path LIMIT 1";
        self.one(sql, params![account.0, role.as_str()], |row| row.get(0).map(MailboxId))
    }

    /// Binds a letter to its place, and notes what was done to it here.
    fn bind(
        &mut self,
        command: &CommandId,
        place: &ImapPlace,
        home: MailboxId,
        prefix: &str,
        news: &mut News,
    ) -> Result<()> {
        let Some(standing) = self.find_standing(place.placement)? else {
            return Ok(());
        };
        let Shown {
            mailbox,
            flags,
            keywords,
        } = standing.shown.clone();
        let keywords = split_keywords(&keywords);
        let (base, marking) = match self.anchored_marks(place)? {
            Some((base_flags, base_keywords)) => {
                let marking = difference((flags, &keywords), (base_flags, &base_keywords));
                ((base_flags, base_keywords), marking)
            }
            None => (
                (place.flags, place.keywords.clone()),
                added((flags, &keywords), (place.flags, &place.keywords)),
            ),
        };
        let truth = Truth {
            mailbox: home,
            uid: Some(place.uid),
            flags: base.0,
            keywords: join_keywords(&base.1),
            only_here: false,
        };
        self.state(&standing, truth)?;
        if marking != Marking::default() {
            gather(&mut news.marks, marking, place.placement);
        }
        if mailbox != home {
            let target = self.mailbox_at_server_for(command, mailbox, prefix)?;
            gather(&mut news.moves, target, place.placement);
        }
        Ok(())
    }

    /// A letter that was not found where the server had it before the account was changed to POP3 is in another mailbox there:
    /// others have moved it, and it goes there here, too. Its marks are those of a letter that came by POP3.
    pub fn find_again(
        &mut self,
        placement: PlacementId,
        mailbox: MailboxId,
        uid: Uid,
        flags: Flags,
        keywords: &[String],
    ) -> Result<()> {
        let Some(standing) = self.find_standing(placement)? else {
            return Ok(());
        };
        let shown = standing.shown.clone();
        let truth = Truth {
            mailbox,
            uid: Some(uid),
            flags,
            keywords: join_keywords(keywords),
            only_here: false,
        };
        self.state(&standing, truth)?;
        let marking = added((shown.flags, &split_keywords(&shown.keywords)), (flags, keywords));
        let command = CommandId::new(format!("found-{placement}-{}", self.now.0));
        if let Some(command) = command.filter(|_| marking != Marking::default()) {
            let act = Act::new(Operation::Mark(marking), [placement]);
            self.enqueue_consequence(&command, standing.account, &[act])?;
        }
        Ok(())
    }

    /// The marks that the server told last, where it is the same place still.
    fn anchored_marks(&self, place: &ImapPlace) -> Result<Option<(Flags, Vec<String>)>> {
        let sql = "SELECT flags, keywords FROM anchor WHERE placement_id = ?1 AND path = ?2 AND uid = ?3";
        self.one(sql, params![place.placement.0, place.path, place.uid.0], |row| {
            Ok((crate::column::flags(row, 0)?, crate::column::keywords(row, 1)?))
        })
    }

    /// The mailbox itself when it is at the server, or is to be made there from now on; else the one there that has its role
    /// or its name.
    pub(crate) fn mailbox_at_server_for(
        &mut self,
        command: &CommandId,
        id: MailboxId,
        prefix: &str,
    ) -> Result<MailboxId> {
        let mailbox = self.mailbox(id)?;
        if mailbox.on_server {
            return Ok(id);
        }
        if mailbox.role != Role::Other
            && let Some(other) = self.server_mailbox_for(mailbox.account, mailbox.role)?
        {
            return Ok(other);
        }
        let inbox = self.mailbox_for(mailbox.account, Role::Inbox)?;
        let delimiter = inbox.and_then(|inbox| inbox.delimiter);
        let path = path_at_server(&mailbox, delimiter, prefix);
        match self.mailbox_named(mailbox.account, &path)? {
            Some(other) if other.id != id && other.on_server => Ok(other.id),
            _ => {
                self.queue_making(command, id, &path, delimiter)?;
                Ok(id)
            }
        }
    }
}

/// The marks that a letter has here beyond those that it has at the server. POP3 told none, so that none is to be cleared
/// there; but servers take a letter that was fetched by POP3 for read: one that is unread here stays so.
fn added(ours: (Flags, &[String]), theirs: (Flags, &[String])) -> Marking {
    let marking = difference(ours, theirs);
    Marking {
        flags: FlagChange {
            add: marking.flags.add,
            remove: marking.flags.remove & Flags::SEEN,
        },
        remove_keywords: Vec::new(),
        ..marking
    }
}

/// The path of a mailbox of this computer under the server's rules.
fn path_at_server(mailbox: &Mailbox, delimiter: Option<char>, prefix: &str) -> String {
    let own = match (mailbox.delimiter, delimiter) {
        (Some(ours), Some(theirs)) => mailbox.path.replace(ours, &theirs.to_string()),
        _ => mailbox.path.clone(),
    };
    match own.starts_with(prefix) {
        true => own,
        false => format!("{prefix}{own}"),
    }
}

fn gather<K: PartialEq>(groups: &mut Vec<(K, Vec<PlacementId>)>, key: K, letter: PlacementId) {
    match groups.iter_mut().find(|(known, _)| *known == key) {
        Some((_, letters)) => letters.push(letter),
        None => groups.push((key, vec![letter])),
    }
}

//! What the tests of this crate share: a store in a folder of its own, driven without a runtime in sight.

use crate::{LetterRecord, Likeness, NewAccount, NewMailbox, NewPlacement, NewUidl, Reader, Result, Store, Writer};
use pli_model::{
    AccountId, Address, Clock, CommandId, Digest, Endpoint, Envelope, Flags, MailboxId, PlacementId, Protocol, Role,
    Security, SentPolicy, Timestamp, Uid,
};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// Ticks one millisecond at each look.
#[derive(Debug, Default)]
struct Ticking(AtomicI64);

impl Clock for Ticking {
    fn now(&self) -> Timestamp {
        Timestamp(1_700_000_000_000 + self.0.fetch_add(1, Ordering::Relaxed))
    }
}

pub(crate) fn clock() -> Arc<dyn Clock> {
    Arc::new(Ticking::default())
}

pub(crate) fn profile() -> TempDir {
    tempfile::tempdir().unwrap()
}

pub(crate) fn open(profile: &TempDir) -> Store {
    Store::open(profile.path(), clock()).unwrap()
}

pub(crate) fn new_account(email: &str) -> NewAccount {
    let endpoint = |host: &str, port| Endpoint {
        host: host.to_owned(),
        port,
        security: Security::Tls,
    };
    NewAccount {
        email: email.to_owned(),
        name: "Ann".to_owned(),
        protocol: Protocol::Imap,
        incoming: endpoint("imap.north.test", 993),
        outgoing: endpoint("smtp.north.test", 587),
        user: email.to_owned(),
        sent_policy: SentPolicy::File,
    }
}

pub(crate) fn new_mailbox(path: &str, role: Role) -> NewMailbox {
    NewMailbox {
        path: path.to_owned(),
        delimiter: Some('/'),
        role,
        selectable: true,
        on_server: true,
        subscribed: true,
        object_id: String::new(),
    }
}

pub(crate) fn command(text: &str) -> CommandId {
    CommandId::new(text).unwrap()
}

/// The `n`th letter of a correspondence in which each answers the one before.
pub(crate) fn envelope(n: i64) -> Envelope {
    Envelope {
        message_id: format!("{n}@north.test"),
        in_reply_to: if n > 1 {
            format!("{}@north.test", n - 1)
        } else {
            String::new()
        },
        references: (1..n).map(|n| format!("{n}@north.test")).collect(),
        subject: format!("Letter {n}"),
        from: Address {
            name: "Ann".to_owned(),
            email: "ann@north.test".to_owned(),
        },
        to: vec![Address::bare("bob@south.test")],
        date: Some(Timestamp(n * 1000)),
        ..Envelope::default()
    }
}

/// A POP3 server's name of which nothing else is known.
pub(crate) fn new_uidl(name: &str) -> NewUidl {
    NewUidl {
        name: name.to_owned(),
        octets: 0,
        header: None,
    }
}

/// A header-only letter in `mailbox` under UID `n`.
pub(crate) fn placed(mailbox: MailboxId, n: u32, envelope: &Envelope) -> NewPlacement<'_> {
    NewPlacement {
        mailbox,
        uid: Some(Uid(n)),
        uidl: None,
        flags: Flags::NONE,
        keywords: Vec::new(),
        received: Timestamp(i64::from(n) * 1000),
        size: 100 + u64::from(n),
        envelope,
        snippet: String::new(),
        has_attachments: false,
        digest: None,
        object_id: None,
    }
}

/// A store with an IMAP account that has an inbox and an archive.
pub(crate) struct Desk {
    pub(crate) store: Store,
    pub(crate) account: AccountId,
    pub(crate) inbox: MailboxId,
    pub(crate) archive: MailboxId,
    pub(crate) letters: Vec<PlacementId>,
    profile: TempDir,
    runtime: Runtime,
}

impl LetterRecord {
    fn likeness(&self) -> Likeness<'_> {
        Likeness {
            message_id: &self.row.message_id,
            date: self.row.date,
            subject: &self.row.subject,
            size: self.row.size,
            digest: self.digest,
        }
    }
}

impl Desk {
    pub(crate) fn new() -> Self {
        let profile = profile();
        let store = open(&profile);
        let runtime = Runtime::new().unwrap();
        let (account, inbox, archive) = runtime
            .block_on(store.write(|w| {
                let account = w.add_account(&new_account("desk@north.test"))?;
                let inbox = w.put_mailbox(account, &new_mailbox("INBOX", Role::Inbox))?;
                let archive = w.put_mailbox(account, &new_mailbox("Archive", Role::Archive))?;
                Ok((account, inbox, archive))
            }))
            .unwrap();
        Self {
            store,
            account,
            inbox,
            archive,
            letters: Vec::new(),
            profile,
            runtime,
        }
    }

    /// With `count` unread letters in the inbox, UIDs from 1.
    pub(crate) fn with_mail(count: u32) -> Self {
        let mut desk = Self::new();
        let inbox = desk.inbox;
        desk.letters = desk.write(move |w| {
            (1..=count)
                .map(|n| w.add_placement(&placed(inbox, n, &envelope(i64::from(n)))))
                .collect()
        });
        desk
    }

    pub(crate) fn reopen(self) -> Self {
        let Self {
            store,
            account,
            inbox,
            archive,
            letters,
            profile,
            runtime,
        } = self;
        drop(store);
        let store = open(&profile);
        Self {
            store,
            account,
            inbox,
            archive,
            letters,
            profile,
            runtime,
        }
    }

    pub(crate) fn try_write<T: Send + 'static>(
        &self,
        f: impl FnOnce(&mut Writer<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.runtime.block_on(self.store.write(f))
    }

    pub(crate) fn write<T: Send + 'static>(&self, f: impl FnOnce(&mut Writer<'_>) -> Result<T> + Send + 'static) -> T {
        self.try_write(f).unwrap()
    }

    pub(crate) fn try_read<T: Send + 'static>(
        &self,
        f: impl FnOnce(&Reader<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.runtime.block_on(self.store.read(f))
    }

    pub(crate) fn read<T: Send + 'static>(&self, f: impl FnOnce(&Reader<'_>) -> Result<T> + Send + 'static) -> T {
        self.try_read(f).unwrap()
    }

    /// Whether one like that letter is taken for it when it turns up in the mailbox at the server.
    pub(crate) fn is_unplaced(&self, letter: PlacementId, mailbox: MailboxId) -> bool {
        let found = self.read(move |r| {
            let record = r.letter(letter)?;
            match r.unplaced(mailbox, record.likeness())? {
                None => Ok(None),
                found => r.has_unplaced(mailbox).map(|any| found.filter(|_| any)),
            }
        });
        found == Some(letter)
    }

    /// Whether a letter like that one, found in that mailbox, is what a move of it left behind.
    pub(crate) fn is_left_behind(&self, letter: PlacementId, mailbox: MailboxId) -> bool {
        let found = self.read(move |r| r.left_behind(mailbox, r.letter(letter)?.likeness()));
        assert!(found.is_none() || self.read(move |r| r.has_begun_moves(mailbox)));
        found == Some(letter)
    }

    pub(crate) fn put_body(&self, raw: &[u8]) -> Digest {
        self.runtime
            .block_on(self.store.put_bodies(vec![raw.to_vec()]))
            .unwrap()[0]
    }

    pub(crate) fn put_new_bodies(&self, new: Vec<crate::NewBody>) -> Vec<Digest> {
        let put = async { self.store.write_bodies(self.store.pack_bodies(new).await?).await };
        self.runtime.block_on(put).unwrap()
    }

    pub(crate) fn put_piece(&self, of: crate::PieceOf, offset: u64, bytes: &[u8]) -> Result<()> {
        self.runtime
            .block_on(self.store.put_pieces(of, vec![(offset, bytes.to_vec())]))
    }

    pub(crate) fn drop_pieces(&self, of: crate::PieceOf) {
        self.runtime.block_on(self.store.drop_pieces(of)).unwrap();
    }

    pub(crate) fn body(&self, digest: Digest) -> Result<Option<Vec<u8>>> {
        self.runtime.block_on(self.store.body(digest))
    }

    pub(crate) fn collect_orphans(&self) -> u64 {
        self.runtime.block_on(self.store.collect_orphans()).unwrap()
    }

    pub(crate) fn check(&self) -> Vec<crate::Finding> {
        self.try_check().unwrap()
    }

    pub(crate) fn try_check(&self) -> Result<Vec<crate::Finding>> {
        self.runtime.block_on(self.store.check())
    }

    pub(crate) fn path(&self, file: &str) -> std::path::PathBuf {
        self.profile.path().join(file)
    }
}

//! What a server says about its mailboxes.

use crate::MailboxName;

/// A mailbox of LIST (RFC 9051 §7.3.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// Its name.
    pub name: MailboxName,
    /// Hierarchy delimiter; `None` in a flat name space.
    pub delimiter: Option<char>,
    /// Attributes such as `\Noselect` and `\Sent`, as written, and `\Subscribed` where it is known to be.
    pub attributes: Vec<String>,
}

impl Listing {
    /// Whether the mailbox has that attribute, in any case.
    pub fn has(&self, attribute: &str) -> bool {
        self.attributes
            .iter()
            .any(|known| known.eq_ignore_ascii_case(attribute))
    }

    /// Whether it can be selected: neither `\Noselect` nor `\NonExistent` (RFC 5258 §3).
    pub fn is_selectable(&self) -> bool {
        !self.has("\\Noselect") && !self.has("\\NonExistent")
    }

    /// Whether it is known to be subscribed; false also where the server does not tell of any.
    pub fn is_subscribed(&self) -> bool {
        self.has("\\Subscribed")
    }

    /// Adds the attributes of another listing of the same mailbox.
    pub(crate) fn add(&mut self, attributes: Vec<String>) {
        for attribute in attributes {
            if !self.has(&attribute) {
                self.attributes.push(attribute);
            }
        }
    }
}

/// Counters of STATUS (RFC 9051 §7.3.4); what was not sent is `None`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailboxStatus {
    /// The mailbox.
    pub name: MailboxName,
    /// MESSAGES.
    pub messages: Option<u32>,
    /// UNSEEN.
    pub unseen: Option<u32>,
    /// UIDNEXT.
    pub uid_next: Option<u32>,
    /// UIDVALIDITY.
    pub uid_validity: Option<u32>,
    /// HIGHESTMODSEQ.
    pub highest_modseq: Option<u64>,
    /// MAILBOXID (RFC 8474): stays the same when the mailbox is renamed.
    pub mailbox_id: Option<String>,
}

impl MailboxStatus {
    /// A status of that mailbox that says nothing yet.
    pub fn new(name: MailboxName) -> Self {
        Self {
            name,
            messages: None,
            unseen: None,
            uid_next: None,
            uid_validity: None,
            highest_modseq: None,
            mailbox_id: None,
        }
    }

    /// Notes one counter; unknown ones and values out of range are passed over.
    pub fn set(&mut self, item: &str, value: u64) {
        let small = u32::try_from(value).ok();
        match item.to_ascii_uppercase().as_str() {
            "MESSAGES" => self.messages = small,
            "UNSEEN" => self.unseen = small,
            "UIDNEXT" => self.uid_next = small,
            "UIDVALIDITY" => self.uid_validity = small,
            "HIGHESTMODSEQ" => self.highest_modseq = Some(value),
            _ => {}
        }
    }

    /// Takes over what a later status of the same mailbox says.
    pub(crate) fn update(&mut self, later: Self) {
        self.messages = later.messages.or(self.messages);
        self.unseen = later.unseen.or(self.unseen);
        self.uid_next = later.uid_next.or(self.uid_next);
        self.uid_validity = later.uid_validity.or(self.uid_validity);
        self.highest_modseq = later.highest_modseq.or(self.highest_modseq);
        self.mailbox_id = later.mailbox_id.or_else(|| self.mailbox_id.take());
    }
}

/// The name spaces of a server (RFC 2342).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Namespaces {
    /// The person's own mailboxes.
    pub personal: Vec<Namespace>,
    /// Mailboxes of other people.
    pub others: Vec<Namespace>,
    /// Mailboxes shared among many.
    pub shared: Vec<Namespace>,
}

/// A name space: all mailboxes whose names begin alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Namespace {
    /// How the names begin, with the delimiter where there is one: empty, or such as `INBOX.`.
    pub prefix: MailboxName,
    /// Hierarchy delimiter; `None` in a flat name space.
    pub delimiter: Option<char>,
}

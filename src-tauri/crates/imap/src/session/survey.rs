//! One look at everything: all mailboxes with their counters, in as few round trips as the server allows.

use super::{Session, Transport};
use crate::command::Command;
use crate::{Error, Listing, MailboxName, MailboxStatus, Namespaces, Result, Untagged};
use std::collections::HashMap;

/// All mailboxes as they were at one look.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Survey {
    /// Every mailbox once, in the server's order; of other people's name spaces those that LIST `*` shows.
    pub listings: Vec<Listing>,
    /// The counters of each mailbox that can be selected; a mailbox whose STATUS was refused has none.
    pub counters: HashMap<MailboxName, MailboxStatus>,
    /// The name spaces, where the server tells them (RFC 2342).
    pub namespaces: Option<Namespaces>,
}

/// How mailboxes are listed, the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// LIST that answers counters too (RFC 5819).
    WithStatus,
    /// LIST that answers what is subscribed (RFC 5258).
    Extended,
    /// LIST, and LSUB for what is subscribed (RFC 3501).
    Plain,
}

/// What came for a listing.
#[derive(Default)]
struct Seen {
    listings: Vec<Listing>,
    places: HashMap<MailboxName, usize>,
    subscribed: Vec<MailboxName>,
    statuses: Vec<MailboxStatus>,
    namespaces: Option<Namespaces>,
}

impl<S: Transport> Session<S> {
    /// Every mailbox with its counters and attributes, and the name spaces. One round trip with LIST-STATUS; without
    /// it two, or a few more where there are very many mailboxes.
    pub async fn survey(&mut self) -> Result<Survey> {
        let ways = [Way::WithStatus, Way::Extended, Way::Plain];
        let (way, mut seen) = self.list_by(&ways).await?;
        if way != Way::WithStatus {
            let names = seen.listings.iter().filter(|listing| listing.is_selectable());
            let names: Vec<MailboxName> = names.map(|listing| listing.name.clone()).collect();
            let commands = names.iter().map(|name| self.status_command(name));
            let commands = commands.collect::<Result<Vec<_>>>()?;
            // Refused, or not understood: that mailbox is without counters.
            self.run_all(commands, |response| seen.take(response)).await?;
        }
        Ok(self.surveyed(seen))
    }

    /// Every mailbox with its attributes.
    pub async fn list(&mut self) -> Result<Vec<Listing>> {
        let (_, seen) = self.list_by(&[Way::Extended, Way::Plain]).await?;
        Ok(self.surveyed(seen).listings)
    }

    /// Lists by the first of the ways that the server has and does not refuse.
    async fn list_by(&mut self, ways: &[Way]) -> Result<(Way, Seen)> {
        for way in ways.iter().copied().filter(|way| *way != Way::Plain) {
            if !self.has_way(way) {
                continue;
            }
            match self.list_one_way(way).await {
                // Not asked that way again on this connection.
                Err(Error::No(_) | Error::Bad(_)) => self.refused_ways.push(way),
                outcome => return Ok((way, outcome?)),
            }
        }
        Ok((Way::Plain, self.list_one_way(Way::Plain).await?))
    }

    fn has_way(&self, way: Way) -> bool {
        !self.refused_ways.contains(&way)
            && match way {
                Way::WithStatus => self.has("LIST-EXTENDED") && self.has("LIST-STATUS"),
                Way::Extended => self.has("LIST-EXTENDED"),
                Way::Plain => true,
            }
    }

    /// One flight: LIST, LSUB if need be, and NAMESPACE if it has not been asked yet.
    async fn list_one_way(&mut self, way: Way) -> Result<Seen> {
        let special = if self.has("SPECIAL-USE") { "SPECIAL-USE " } else { "" };
        let mut commands = vec![Command::new(match way {
            Way::WithStatus => format!(
                "LIST \"\" \"*\" RETURN ({special}SUBSCRIBED STATUS ({}))",
                self.status_items()
            ),
            Way::Extended => format!("LIST \"\" \"*\" RETURN ({special}SUBSCRIBED)"),
            Way::Plain => "LIST \"\" \"*\"".to_owned(),
        })];
        if way == Way::Plain {
            commands.push(Command::new("LSUB \"\" \"*\""));
        }
        let asks_namespaces = self.has("NAMESPACE") && self.namespaces.is_none();
        if asks_namespaces {
            commands.push(Command::new("NAMESPACE"));
        }
        let mut seen = Seen::default();
        let outcomes = self.run_all(commands, |response| seen.take(response)).await?;
        if asks_namespaces {
            // Refused, it is as good as none, and not asked a second time.
            self.namespaces = Some(seen.namespaces.take().unwrap_or_default());
        }
        // What became of the others does not matter: without them it is merely not known.
        outcomes.into_iter().next().transpose()?;
        Ok(seen)
    }

    /// Puts together what came. Counters of mailboxes that are not listed are news.
    fn surveyed(&mut self, mut seen: Seen) -> Survey {
        for name in &seen.subscribed {
            if let Some(listing) = seen.places.get(name).and_then(|place| seen.listings.get_mut(*place)) {
                listing.add(vec!["\\Subscribed".to_owned()]);
            }
        }
        let mut counters: HashMap<MailboxName, MailboxStatus> = HashMap::new();
        for status in seen.statuses {
            if !seen.places.contains_key(&status.name) {
                self.keep(Untagged::MailboxStatus(status));
            } else if let Some(earlier) = counters.get_mut(&status.name) {
                // NOTIFY may tell a part of them meanwhile.
                earlier.update(status);
            } else {
                counters.insert(status.name.clone(), status);
            }
        }
        Survey {
            listings: seen.listings,
            counters,
            namespaces: self.namespaces.clone(),
        }
    }
}

impl Seen {
    fn take(&mut self, response: Untagged) -> Option<Untagged> {
        match response {
            Untagged::List(listing) => self.list(listing),
            Untagged::Subscribed(listing) => self.subscribed.push(listing.name),
            Untagged::MailboxStatus(status) => self.statuses.push(status),
            Untagged::Namespaces(namespaces) => self.namespaces = Some(namespaces),
            other => return Some(other),
        }
        None
    }

    /// A mailbox may come twice: some servers list the inbox so, and NOTIFY tells of new ones at any time.
    fn list(&mut self, listing: Listing) {
        let known = self.places.get(&listing.name).copied();
        if let Some(earlier) = known.and_then(|place| self.listings.get_mut(place)) {
            earlier.add(listing.attributes);
        } else {
            self.places.insert(listing.name.clone(), self.listings.len());
            self.listings.push(listing);
        }
    }
}

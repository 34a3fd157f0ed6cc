//! Live views: sorted vectors of letter ids, kept in step with the store by its change log.
//!
//! A view holds 16 bytes a letter and reads its rows only for the window that is asked. What changed is merged in
//! one pass a batch, so that a first sync of a large mailbox under an open view costs linear time.

use crate::{Engine, Event, Result};
use pli_model::{MailboxId, PlacementId, Role};
use pli_store::{Change, Row, Store, StoreError, View, ViewKey};
use std::cmp::Reverse;
use std::collections::{HashMap, HashSet};
use tokio::sync::Mutex;

/// Most rows of a window.
pub const WINDOW_MAX: u32 = 200;

/// An open view.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ViewId(pub u32);

/// A view as it was opened.
#[derive(Debug, Clone, Copy)]
pub struct OpenedView {
    pub view: ViewId,
    pub version: u32,
    pub total: u32,
}

/// Rows of a view.
#[derive(Debug, Clone)]
pub struct Window {
    pub version: u32,
    pub total: u32,
    pub offset: u32,
    pub rows: Vec<Row>,
    /// Row number of the letter that was asked for.
    pub anchor_index: Option<u32>,
}

/// All open views.
#[derive(Default)]
pub(crate) struct Views {
    open: Mutex<Open>,
}

#[derive(Default)]
struct Open {
    next: u32,
    views: HashMap<ViewId, Live>,
    /// Roles of the mailboxes, for views by role.
    roles: HashMap<MailboxId, Role>,
}

struct Live {
    view: View,
    version: u32,
    keys: Vec<ViewKey>,
}

/// Newest first; letters of one moment by id, so that the order is total.
fn order(key: &ViewKey) -> (Reverse<pli_model::Timestamp>, Reverse<PlacementId>) {
    (Reverse(key.received), Reverse(key.placement))
}

impl Live {
    fn total(&self) -> u32 {
        u32::try_from(self.keys.len()).unwrap_or(u32::MAX)
    }

    /// Takes letters out and in; false when nothing changed. Both sets may name letters twice or needlessly.
    fn merge(&mut self, gone: &HashSet<PlacementId>, mut come: Vec<ViewKey>) -> bool {
        if gone.is_empty() && come.is_empty() {
            return false;
        }
        let before = self.keys.len();
        let coming: HashSet<PlacementId> = come.iter().map(|key| key.placement).collect();
        self.keys
            .retain(|key| !gone.contains(&key.placement) && !coming.contains(&key.placement));
        let left = self.keys.len();
        come.sort_unstable_by_key(order);
        come.dedup_by_key(|key| key.placement);
        self.keys.extend(come);
        // Two sorted runs: the stable sort merges them in linear time.
        self.keys.sort_by_key(order);
        left != before || self.keys.len() != before
    }
}

impl Views {
    /// Brings every open view up to date; answers an event for each that shows something else now.
    pub async fn apply(&self, store: &Store, changes: &[&Change]) -> Result<Vec<Event>> {
        let mut open = self.open.lock().await;
        let listed_anew = changes
            .iter()
            .any(|change| matches!(change, Change::Mailboxes(_) | Change::Accounts));
        if listed_anew {
            open.roles = roles(store).await?;
        }
        let Open { views, roles, .. } = &mut *open;
        let mut events = Vec::new();
        for (id, live) in views.iter_mut() {
            if touch(store, live, roles, changes).await? {
                live.version = live.version.wrapping_add(1);
                events.push(Event::ViewChanged {
                    view: *id,
                    version: live.version,
                    total: live.total(),
                });
            }
        }
        Ok(events)
    }

    /// Reads every open view from the store.
    pub async fn read_again(&self, store: &Store) -> Result<()> {
        let mut open = self.open.lock().await;
        open.roles = roles(store).await?;
        for live in open.views.values_mut() {
            live.keys = read_keys(store, &live.view).await?;
            live.version = live.version.wrapping_add(1);
        }
        Ok(())
    }
}

/// Applies changes to one view; true when its rows or their content changed.
async fn touch(store: &Store, live: &mut Live, roles: &HashMap<MailboxId, Role>, changes: &[&Change]) -> Result<bool> {
    let (mut gone, mut come, mut changed) = (HashSet::new(), HashMap::new(), false);
    for change in changes {
        match **change {
            Change::Appeared {
                placement,
                mailbox,
                received,
            } if belongs(&live.view, mailbox, roles) => {
                gone.remove(&placement);
                come.insert(placement, ViewKey { received, placement });
            }
            Change::Vanished { placement, mailbox } if belongs(&live.view, mailbox, roles) => {
                come.remove(&placement);
                gone.insert(placement);
            }
            Change::Changed { mailbox, .. } if belongs(&live.view, mailbox, roles) => changed = true,
            _ => {}
        }
    }
    if live.view == View::Flagged {
        // Membership depends on a flag, and flagged letters are few: read them again.
        if changed || !gone.is_empty() || !come.is_empty() {
            live.keys = read_keys(store, &live.view).await?;
            return Ok(true);
        }
        return Ok(false);
    }
    Ok(live.merge(&gone, come.into_values().collect()) || changed)
}

fn belongs(view: &View, mailbox: MailboxId, roles: &HashMap<MailboxId, Role>) -> bool {
    match view {
        View::Mailbox(wanted) => *wanted == mailbox,
        View::Role(role) => roles.get(&mailbox) == Some(role),
        View::Flagged => true,
    }
}

async fn read_keys(store: &Store, view: &View) -> Result<Vec<ViewKey>> {
    let view = *view;
    Ok(store.read(move |reader| reader.view_keys(&view)).await?)
}

async fn roles(store: &Store) -> Result<HashMap<MailboxId, Role>> {
    Ok(store
        .read(|reader| {
            let mut roles = HashMap::new();
            for account in reader.accounts()? {
                roles.extend(
                    reader
                        .mailboxes(account.id)?
                        .into_iter()
                        .map(|mailbox| (mailbox.id, mailbox.role)),
                );
            }
            Ok(roles)
        })
        .await?)
}

impl Engine {
    /// Opens a view and watches it until it is closed.
    pub async fn open_view(&self, view: View) -> Result<OpenedView> {
        let store = &self.inner.store;
        // The lock is held while reading: what is committed meanwhile is applied right after.
        let mut open = self.inner.views.open.lock().await;
        open.roles = roles(store).await?;
        let keys = read_keys(store, &view).await?;
        open.next = open.next.wrapping_add(1);
        let id = ViewId(open.next);
        let live = Live { view, version: 0, keys };
        let opened = OpenedView {
            view: id,
            version: 0,
            total: live.total(),
        };
        open.views.insert(id, live);
        Ok(opened)
    }

    /// At most [`WINDOW_MAX`] rows of an open view from `offset`, and where `anchor` is in it now.
    pub async fn window(&self, view: ViewId, offset: u32, limit: u32, anchor: Option<PlacementId>) -> Result<Window> {
        let (version, total, ids, anchor_index) = {
            let open = self.inner.views.open.lock().await;
            let live = open
                .views
                .get(&view)
                .ok_or_else(|| StoreError::NotFound("open view of that id".to_owned()))?;
            let ids: Vec<PlacementId> = live
                .keys
                .iter()
                .skip(offset as usize)
                .take(limit.min(WINDOW_MAX) as usize)
                .map(|key| key.placement)
                .collect();
            let anchor_index = anchor
                .and_then(|wanted| live.keys.iter().position(|key| key.placement == wanted))
                .and_then(|at| u32::try_from(at).ok());
            (live.version, live.total(), ids, anchor_index)
        };
        let rows = self.inner.store.read(move |reader| reader.rows(&ids)).await?;
        Ok(Window {
            version,
            total,
            offset,
            rows,
            anchor_index,
        })
    }

    /// Stops watching a view. One that is not open is no error.
    pub async fn close_view(&self, view: ViewId) {
        self.inner.views.open.lock().await.views.remove(&view);
    }

    /// The newest letters of a view, read once: for a face that does not watch.
    pub async fn list(&self, view: View, after: Option<PlacementId>, limit: usize) -> Result<Vec<Row>> {
        Ok(self
            .inner
            .store
            .read(move |reader| {
                let keys = reader.view_keys(&view)?;
                let start = match after {
                    Some(after) => keys
                        .iter()
                        .position(|key| key.placement == after)
                        .map_or(keys.len(), |at| at + 1),
                    None => 0,
                };
                let ids: Vec<PlacementId> = keys.iter().skip(start).take(limit).map(|key| key.placement).collect();
                reader.rows(&ids)
            })
            .await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pli_model::Timestamp;

    fn key(received: i64, placement: i64) -> ViewKey {
        ViewKey {
            received: Timestamp(received),
            placement: PlacementId(placement),
        }
    }

    #[test]
    fn merging_keeps_order_and_doubles_nothing() {
        let mut live = Live {
            view: View::Flagged,
            version: 0,
            keys: vec![key(30, 3), key(20, 2), key(10, 1)],
        };
        assert!(live.merge(
            &HashSet::from([PlacementId(2)]),
            vec![key(25, 5), key(10, 4), key(30, 3)]
        ));
        assert_eq!(live.keys, vec![key(30, 3), key(25, 5), key(10, 4), key(10, 1)]);
        assert!(!live.merge(&HashSet::new(), Vec::new()));
        assert!(!live.merge(&HashSet::from([PlacementId(99)]), Vec::new()));
    }
}

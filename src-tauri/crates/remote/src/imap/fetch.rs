//! Fetching headers and bodies in batches: the line is never idle, memory stays bounded.

use super::ImapRemote;
use super::failure::Failing;
use super::sizing::Sizing;
use crate::{Arrived, Fetched, Marks, Outlet, Part, RemoteError, Result, ServerId, Wanted};
use pli_imap::{Code, Error, Fetch, Items, uid_set};
use pli_model::Uid;
use std::collections::HashMap;

/// Letters of the first commands when headers are fetched: a screenful comes at once.
const FIRST_HEADERS: usize = 100;
/// Letters of one command when headers are fetched.
const HEADERS: usize = 500;
/// Letters of one command when bodies are fetched, and their octets together. Several commands are under way at once, so
/// this is small enough that little is on its way when something more urgent comes up.
const BODIES: usize = 500;
const BODY_OCTETS: u64 = 1 << 20;
/// A letter above this is fetched in windows.
pub(super) const WHOLE: u64 = 4 << 20;
/// After so many refused letters it is not the letters that are the trouble.
const REFUSALS: usize = 100;

/// Letters that one command asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Batch {
    Several(Vec<Uid>, Items),
    InWindows(Big),
}

/// A letter that is fetched in windows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Big {
    pub uid: Uid,
    /// Octets that are here already.
    pub have: u64,
}

/// How a run of commands went.
#[derive(Debug, Default)]
pub(super) struct Course {
    /// It is no use to go on: nobody wants more, or the server is not able to give any.
    pub over: bool,
    /// The first refusal.
    pub refusal: Option<RemoteError>,
}

/// A set of letters, and what is asked of them.
pub(super) type Ask = (String, Items);

/// What is waited for of each letter.
#[derive(Debug, Default)]
struct Awaited {
    items: HashMap<Uid, Items>,
    /// In this order they were asked for.
    order: Vec<Uid>,
}

impl Awaited {
    /// Waits for these; answers how they are asked for.
    fn ask(&mut self, batches: &[Batch]) -> Vec<Ask> {
        for batch in batches {
            for uid in batch.uids() {
                self.items.insert(uid, batch.items());
                self.order.push(uid);
            }
        }
        batches.iter().flat_map(Batch::asks).collect()
    }

    /// Asks one by one for what has not come.
    fn singly(&self) -> Vec<Ask> {
        let ask = |uid: &Uid| Some((uid.0.to_string(), *self.items.get(uid)?));
        self.order.iter().filter_map(ask).collect()
    }
}

impl ImapRemote {
    /// Fetches letters of the selected mailbox into `out`. A letter that the server refuses does not keep the others
    /// back: they are fetched, and the refusal is the result.
    pub(super) async fn fetch_letters(
        &mut self,
        path: &str,
        letters: &[Wanted],
        part: Part,
        out: &Outlet,
    ) -> Result<()> {
        let (first, rest) = letters.split_at(letters.len().min(FIRST_HEADERS));
        let refusal = match part {
            Part::Header => {
                let batches = [headers(first), headers(rest)].concat();
                self.fetch_run(&batches, Sizing::new(&[], 0), out).await?.refusal
            }
            Part::HeaderOrSmall(most) => {
                let sizing = Sizing::new(rest, most);
                self.fetch_run(&headers(first), sizing, out).await?.refusal
            }
            Part::Body => self.fetch_bodies(path, letters, out).await?,
        };
        refusal.map_or(Ok(()), Err)
    }

    /// Fetches whole letters, the great ones in windows; answers the first refusal.
    async fn fetch_bodies(&mut self, path: &str, letters: &[Wanted], out: &Outlet) -> Result<Option<RemoteError>> {
        let sizes = self.sizes(path, letters).await?;
        let batches = bodies(letters, &sizes);
        let mut refusal = None;
        for run in batches.chunk_by(|one, next| matches!((one, next), (Batch::Several(..), Batch::Several(..)))) {
            let course = match run {
                [Batch::InWindows(big)] => self.fetch_in_windows(*big, out).await?,
                run => self.fetch_run(run, Sizing::new(&[], 0), out).await?,
            };
            refusal = refusal.or(course.refusal);
            if course.over || !out.wants_more() {
                break;
            }
        }
        Ok(refusal)
    }

    /// Sizes of those letters: as we know them, else as the server tells of those that are still there.
    async fn sizes(&mut self, path: &str, letters: &[Wanted]) -> Result<HashMap<Uid, u64>> {
        let mut sizes: HashMap<Uid, u64> = HashMap::with_capacity(letters.len());
        let mut unknown = Vec::new();
        for (uid, wanted) in numbered(letters) {
            match wanted.size {
                0 => unknown.push(uid),
                size => _ = sizes.insert(uid, size),
            }
        }
        let asked = format!("to tell the sizes of letters of “{path}”");
        let asks = uid_set::commands(&unknown).into_iter().map(|set| (set, Items::Size));
        let mut answer = self.session.uid_fetch(asks).failing(&self.server, &asked)?;
        while let Some(fetch) = answer.next().await.failing(&self.server, &asked)? {
            if let (Some(uid), Some(size)) = (fetch.uid, fetch.size) {
                sizes.insert(uid, size);
            }
        }
        Ok(sizes)
    }

    /// Fetches batches one after the other, and then what is in `sizing`.
    async fn fetch_run(&mut self, run: &[Batch], mut sizing: Sizing<'_>, out: &Outlet) -> Result<Course> {
        let mut awaited = Awaited::default();
        let mut asks = awaited.ask(run);
        asks.extend(sizing.ask());
        let course = self.fetch_asks(asks, &mut awaited, &mut sizing, out).await?;
        if course.refusal.is_none() || course.over || awaited.order.len() == 1 {
            return Ok(course);
        }
        // One letter that the server cannot read spoils the answer about its whole batch: find out which it is.
        let asks = awaited.singly();
        self.fetch_asks(asks, &mut awaited, &mut sizing, out).await
    }

    /// Asks for letters and hands out those that are awaited as they come.
    async fn fetch_asks(
        &mut self,
        asks: Vec<Ask>,
        awaited: &mut Awaited,
        sizing: &mut Sizing<'_>,
        out: &Outlet,
    ) -> Result<Course> {
        let mut course = Course::default();
        let mut refusals = 0;
        let mut answer = self
            .session
            .uid_fetch(asks)
            .failing(&self.server, "to hand out letters")?;
        loop {
            let wants_more = !course.over && out.wants_more();
            if !wants_more {
                answer.stop();
            }
            let fetch = match answer.next().await {
                Ok(fetch) => fetch,
                Err(error) => {
                    refusals += 1;
                    course.over |= is_general(&error) || refusals == REFUSALS;
                    course.refuse(error, &self.server)?;
                    continue;
                }
            };
            let is_sized = match &fetch {
                // Whatever has no size by now will have none.
                None => true,
                Some(fetch) => match (fetch.uid, fetch.size, &fetch.body) {
                    (Some(uid), Some(size), None) => sizing.note(uid, size),
                    _ => false,
                },
            };
            if is_sized
                && wants_more
                && let Some(batches) = sizing.take()
            {
                // The next sizes first: they are here before the letters.
                answer.ask(sizing.ask());
                answer.ask(awaited.ask(&batches));
                continue;
            }
            let Some(fetch) = fetch else { return Ok(course) };
            let Some((uid, mut fetched)) = handed_out(fetch) else {
                continue;
            };
            if let Some(items) = awaited.items.remove(&uid) {
                fetched.is_whole = items == Items::Body;
                // What has been asked for must be read even when nobody wants it any more.
                if !course.over {
                    course.over = !out.send(Arrived::Letter(fetched)).await;
                }
            }
        }
    }
}

impl Batch {
    fn uids(&self) -> impl Iterator<Item = Uid> {
        match self {
            Self::Several(uids, _) => uids.clone(),
            Self::InWindows(big) => vec![big.uid],
        }
        .into_iter()
    }

    fn items(&self) -> Items {
        match self {
            Self::Several(_, items) => *items,
            Self::InWindows(_) => Items::Body,
        }
    }

    pub fn asks(&self) -> impl Iterator<Item = Ask> {
        let uids: Vec<Uid> = self.uids().collect();
        let items = self.items();
        uid_set::commands(&uids).into_iter().map(move |set| (set, items))
    }
}

impl Course {
    /// Notes a refusal; any other failure ends the fetch.
    pub fn refuse(&mut self, error: Error, server: &str) -> Result<()> {
        let refused = matches!(error, Error::No(_));
        let error = match Err::<(), _>(error).failing(server, "to hand out a letter") {
            Err(error) => error,
            Ok(()) => return Ok(()),
        };
        if !refused {
            return Err(error);
        }
        self.refusal.get_or_insert(error);
        Ok(())
    }
}

/// Whether the refusal is about the server's state and not about a letter.
fn is_general(error: &Error) -> bool {
    matches!(error, Error::No(status) if matches!(status.code, Some(Code::Unavailable | Code::InUse | Code::Limit)))
}

/// What the caller gets of a FETCH response that holds a letter, or a part of one.
pub(super) fn handed_out(fetch: Fetch) -> Option<(Uid, Fetched)> {
    let uid = fetch.uid?;
    if fetch.body_is_nil {
        tracing::warn!(uid = uid.0, "the server has no text of a letter that it lists");
    }
    let raw = fetch.body?;
    let size = fetch.size.unwrap_or(raw.len() as u64);
    let marks = fetch.flags.map(|flags| Marks {
        flags: flags.system,
        keywords: flags.keywords,
    });
    Some((
        uid,
        Fetched {
            id: ServerId::Uid(uid),
            received: fetch.received,
            marks,
            object_id: fetch.object_id,
            size,
            is_whole: false,
            raw,
        },
    ))
}

/// The letters that bear a UID; others have no meaning here.
pub(super) fn numbered(letters: &[Wanted]) -> impl Iterator<Item = (Uid, &Wanted)> {
    letters.iter().filter_map(|wanted| match wanted.id {
        ServerId::Uid(uid) => Some((uid, wanted)),
        ServerId::Uidl(_) => None,
    })
}

/// Splits letters into batches of headers, in the order given.
fn headers(letters: &[Wanted]) -> Vec<Batch> {
    let uids: Vec<Uid> = numbered(letters).map(|(uid, _)| uid).collect();
    let chunks = uids.chunks(HEADERS);
    chunks
        .map(|chunk| Batch::Several(chunk.to_vec(), Items::Header))
        .collect()
}

/// Splits letters into batches of bodies, in the order given. Those of unknown size are gone.
fn bodies(letters: &[Wanted], sizes: &HashMap<Uid, u64>) -> Vec<Batch> {
    let mut batches = Vec::new();
    let mut batch = Vec::new();
    let mut octets = 0;
    let known = numbered(letters).filter_map(|(uid, wanted)| Some((uid, *sizes.get(&uid)?, wanted.have)));
    for (uid, size, have) in known {
        let alone = size > WHOLE || have > 0;
        if !batch.is_empty() && (alone || octets + size > BODY_OCTETS || batch.len() == BODIES) {
            batches.push(Batch::Several(std::mem::take(&mut batch), Items::Body));
            octets = 0;
        }
        if alone {
            batches.push(Batch::InWindows(Big { uid, have }));
        } else {
            batch.push(uid);
            octets += size;
        }
    }
    if !batch.is_empty() {
        batches.push(Batch::Several(batch, Items::Body));
    }
    batches
}

/// Splits letters into batches of small letters and of headers, nearly in the order given: of some hundred letters the
/// small ones come first. Of those of unknown size the header is asked for.
pub(super) fn mixed(letters: &[Wanted], sizes: &HashMap<Uid, u64>, most: u64) -> Vec<Batch> {
    let is_small = |wanted: &Wanted| match wanted.id {
        ServerId::Uid(uid) => sizes.get(&uid).is_some_and(|size| *size <= most),
        ServerId::Uidl(_) => false,
    };
    let mut batches = Vec::new();
    for some in letters.chunks(HEADERS) {
        let (small, large): (Vec<Wanted>, Vec<Wanted>) = some.iter().cloned().partition(is_small);
        batches.extend(bodies(&small, sizes));
        batches.extend(headers(&large));
    }
    batches
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub fn wanted(uids: impl IntoIterator<Item = u32>) -> Vec<Wanted> {
        let wanted = |uid| Wanted {
            id: ServerId::Uid(Uid(uid)),
            size: 0,
            have: 0,
        };
        uids.into_iter().map(wanted).collect()
    }

    fn several(uids: &[u32], items: Items) -> Batch {
        Batch::Several(uids.iter().copied().map(Uid).collect(), items)
    }

    #[test]
    fn bodies_are_batched_in_the_order_given() {
        let sizes = (1..=9)
            .map(|n| (Uid(n), if n == 5 { 5 << 20 } else { 256 << 10 }))
            .collect();
        let big = Batch::InWindows(Big { uid: Uid(5), have: 0 });
        let expected = [
            several(&[9, 8, 7, 6], Items::Body),
            big,
            several(&[4, 3, 2, 1], Items::Body),
        ];
        assert_eq!(bodies(&wanted((1..=12).rev()), &sizes), expected);
        let tiny = (1..=1200).map(|n| (Uid(n), 1)).collect();
        assert_eq!(bodies(&wanted(1..=1200), &tiny).len(), 3);
    }

    #[test]
    fn a_letter_that_has_begun_goes_on_in_windows() {
        let mut letters = wanted([1, 2]);
        letters[1].have = 1000;
        let sizes = [(Uid(1), 10), (Uid(2), 2000)].into_iter().collect();
        let rest = Batch::InWindows(Big {
            uid: Uid(2),
            have: 1000,
        });
        assert_eq!(bodies(&letters, &sizes), [several(&[1], Items::Body), rest]);
    }

    #[test]
    fn small_letters_come_whole_and_of_large_ones_the_header() {
        let sizes = [(Uid(1), 100), (Uid(2), 90_000), (Uid(3), 200)].into_iter().collect();
        let expected = [several(&[1, 3], Items::Body), several(&[2, 4], Items::Header)];
        assert_eq!(mixed(&wanted([1, 2, 3, 4]), &sizes, 16_000), expected);
    }
}

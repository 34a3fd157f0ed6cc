//! Fetching headers and bodies in batches: the line is never idle, memory stays bounded.

use super::ImapRemote;
use super::failure::Failing;
use crate::{Fetched, Part, RemoteError, Result, ServerId};
use pli_imap::{Code, Error, Fetch, Items, uid_set};
use pli_model::Uid;
use std::collections::{HashMap, HashSet};
use tokio::sync::mpsc;

/// Letters of one command when headers are fetched.
const HEADERS: usize = 500;
/// Letters of one command when bodies are fetched, and their octets together.
const BODIES: usize = 500;
const BODY_OCTETS: u64 = 4 << 20;
/// A letter above this is fetched in windows.
const WHOLE: u64 = 4 << 20;
/// After so many refused letters it is not the letters that are the trouble.
const REFUSALS: usize = 100;

/// Letters that one command asks for.
#[derive(Debug, PartialEq, Eq)]
enum Batch {
    Several(Vec<Uid>),
    InWindows(Uid),
}

/// How a run of commands went.
#[derive(Debug, Default)]
pub(super) struct Course {
    /// It is no use to go on: nobody wants more, or the server is not able to give any.
    pub over: bool,
    /// The first refusal.
    pub refusal: Option<RemoteError>,
}

impl ImapRemote {
    /// Fetches letters of the selected mailbox into `out`. A letter that the server refuses does not keep the others
    /// back: they are fetched, and the refusal is the result.
    pub(super) async fn fetch_letters(
        &mut self,
        path: &str,
        uids: &[Uid],
        part: Part,
        out: &mpsc::Sender<Fetched>,
    ) -> Result<()> {
        let (batches, items): (Vec<Batch>, _) = match part {
            Part::Header => (
                uids.chunks(HEADERS)
                    .map(|chunk| Batch::Several(chunk.to_vec()))
                    .collect(),
                Items::Header,
            ),
            Part::Body => {
                let sizes = self.sizes(path, uids).await?;
                (batches(uids, &sizes), Items::Body)
            }
        };
        let mut refusal = None;
        for run in batches.chunk_by(|one, next| matches!((one, next), (Batch::Several(_), Batch::Several(_)))) {
            let course = match run {
                [Batch::InWindows(uid)] => self.fetch_in_windows(*uid, out).await?,
                run => self.fetch_run(run, items, out).await?,
            };
            refusal = refusal.or(course.refusal);
            if course.over {
                break;
            }
        }
        refusal.map_or(Ok(()), Err)
    }

    /// Sizes of those letters that are still there.
    async fn sizes(&mut self, path: &str, uids: &[Uid]) -> Result<HashMap<Uid, u64>> {
        let listed = self.looked.get(path).map_or(&[][..], |looked| &looked.sizes);
        let size = |uid: &Uid| listed.get(listed.binary_search_by_key(uid, |(uid, _)| *uid).ok()?);
        let mut sizes: HashMap<Uid, u64> = uids.iter().filter_map(size).copied().collect();
        let unknown: Vec<Uid> = uids.iter().filter(|uid| !sizes.contains_key(uid)).copied().collect();
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

    /// Fetches batches one after the other.
    async fn fetch_run(&mut self, run: &[Batch], items: Items, out: &mpsc::Sender<Fetched>) -> Result<Course> {
        let several = |batch: &'_ Batch| match batch {
            Batch::Several(uids) => uids.clone(),
            Batch::InWindows(uid) => vec![*uid],
        };
        let batches: Vec<Vec<Uid>> = run.iter().map(several).collect();
        let mut waited_for: HashSet<Uid> = batches.iter().flatten().copied().collect();
        let sets = batches.iter().flat_map(|uids| uid_set::commands(uids)).collect();
        let course = self.fetch_sets(sets, items, &mut waited_for, out).await?;
        let alone = waited_for.len() == 1 && batches.len() == 1 && batches.iter().all(|uids| uids.len() == 1);
        if course.refusal.is_none() || course.over || alone {
            return Ok(course);
        }
        // One letter that the server cannot read spoils the answer about its whole batch: find out which it is.
        let missing = batches.iter().flatten().filter(|uid| waited_for.contains(uid));
        let sets = missing.map(|uid| uid.0.to_string()).collect();
        self.fetch_sets(sets, items, &mut waited_for, out).await
    }

    /// Asks for sets of letters and hands out those that are waited for as they come.
    async fn fetch_sets(
        &mut self,
        sets: Vec<String>,
        items: Items,
        waited_for: &mut HashSet<Uid>,
        out: &mpsc::Sender<Fetched>,
    ) -> Result<Course> {
        let mut course = Course::default();
        let mut refusals = 0;
        let asks = sets.into_iter().map(|set| (set, items));
        let mut answer = self
            .session
            .uid_fetch(asks)
            .failing(&self.server, "to hand out letters")?;
        loop {
            let fetched = match answer.next().await {
                Ok(Some(fetch)) => handed_out(fetch),
                Ok(None) => return Ok(course),
                Err(error) => {
                    refusals += 1;
                    if is_general(&error) || refusals == REFUSALS {
                        course.over = true;
                        answer.stop();
                    }
                    course.refuse(error, &self.server)?;
                    continue;
                }
            };
            if let Some((_, fetched)) = fetched.filter(|(uid, _)| waited_for.remove(uid)) {
                // What has been asked for must be read even when nobody wants it any more.
                if !course.over && out.send(fetched).await.is_err() {
                    course.over = true;
                    answer.stop();
                }
            }
        }
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
    Some((
        uid,
        Fetched {
            id: ServerId::Uid(uid),
            received: fetch.received,
            size,
            raw,
        },
    ))
}

/// Splits letters into batches, in the order given. Those of unknown size are gone.
fn batches(uids: &[Uid], sizes: &HashMap<Uid, u64>) -> Vec<Batch> {
    let mut batches = Vec::new();
    let mut batch = Vec::new();
    let mut octets = 0;
    for (uid, size) in uids.iter().filter_map(|uid| Some((*uid, *sizes.get(uid)?))) {
        let alone = size > WHOLE;
        if !batch.is_empty() && (alone || octets + size > BODY_OCTETS || batch.len() == BODIES) {
            batches.push(Batch::Several(std::mem::take(&mut batch)));
            octets = 0;
        }
        if alone {
            batches.push(Batch::InWindows(uid));
        } else {
            batch.push(uid);
            octets += size;
        }
    }
    if !batch.is_empty() {
        batches.push(Batch::Several(batch));
    }
    batches
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_batched_in_the_order_given() {
        let sizes = (1..=9)
            .map(|n| (Uid(n), if n == 5 { 5 << 20 } else { 1 << 20 }))
            .collect();
        let uids: Vec<Uid> = (1..=12).rev().map(Uid).collect();
        let several = |uids: &[u32]| Batch::Several(uids.iter().copied().map(Uid).collect());
        let expected = [several(&[9, 8, 7, 6]), Batch::InWindows(Uid(5)), several(&[4, 3, 2, 1])];
        assert_eq!(batches(&uids, &sizes), expected);
        let tiny = (1..=1200).map(|n| (Uid(n), 1)).collect();
        let uids: Vec<Uid> = (1..=1200).map(Uid).collect();
        assert_eq!(batches(&uids, &tiny).len(), 3);
    }
}

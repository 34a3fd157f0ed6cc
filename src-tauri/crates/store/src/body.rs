//! Bodies: raw letters in `bodies.db`, zstd-compressed, keyed by BLAKE3 of the raw bytes.
//!
//! A body is put before the row that mentions it is written. Between the two it is *pinned* in memory, so that a
//! collection running meanwhile does not take it for an orphan; a restart in between leaves a true orphan.

use crate::column::from_octets;
use crate::spool::{Spool, Spooled};
use crate::{Reader, Result, StoreError};
use pli_model::Digest;
use rusqlite::{Connection, OptionalExtension, params};
use std::collections::{HashMap, HashSet};
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use zstd::bulk::Compressor;
use zstd::stream::read::Decoder;
use zstd::zstd_safe::{CParameter, compress_bound};

pub(crate) const CREATE: &str = "
CREATE TABLE body (
    id     INTEGER PRIMARY KEY,
    digest BLOB    NOT NULL UNIQUE CHECK (length(digest) = 32),
    -- Octets before compression.
    size   INTEGER NOT NULL,
    zstd   BLOB    NOT NULL
) STRICT;
";

pub(crate) const LEVEL: i32 = 1;
/// SQLite holds no larger value, and no letter is.
pub(crate) const MAX_SIZE: usize = 1_000_000_000;
/// Digest, octets before compression, octets after it.
pub(crate) const INSERT: &str = "INSERT OR IGNORE INTO body (digest, size, zstd) VALUES (?1, ?2, ?3)";
/// Collected in one transaction, so that other writers wait little.
const COLLECT_AT_ONCE: usize = 500;

/// The writing side of `bodies.db`.
#[derive(Debug)]
pub(crate) struct Bodies {
    connection: Mutex<Connection>,
    /// Looks for bodies while another batch is being written.
    lookup: Mutex<Connection>,
    pins: Mutex<HashMap<Digest, usize>>,
    profile: PathBuf,
}

/// A raw letter that is to be stored.
#[derive(Debug)]
pub enum NewBody {
    /// In memory.
    Held(Vec<u8>),
    /// Too large for that.
    Spooled(Spool),
}

impl From<Vec<u8>> for NewBody {
    fn from(raw: Vec<u8>) -> Self {
        Self::Held(raw)
    }
}

impl From<Spool> for NewBody {
    fn from(spool: Spool) -> Self {
        Self::Spooled(spool)
    }
}

/// Raw letters that have been compressed: [`Store::write_bodies`](crate::Store::write_bodies) puts them on the disk.
#[derive(Debug, Default)]
pub struct PackedBodies(Vec<Packed>);

/// A body ready to be written.
#[derive(Debug)]
struct Packed {
    digest: Digest,
    octets: Octets,
}

/// The octets of a packed body.
#[derive(Debug)]
enum Octets {
    /// There already.
    Known,
    Held {
        size: u64,
        zstd: Box<[u8]>,
    },
    Spooled(Spooled),
}

/// A body whose digest is known.
enum Hashed {
    Held(Vec<u8>),
    Spooled(Spooled),
}

/// Packs in parallel on blocking threads.
pub(crate) async fn pack(bodies: &Arc<Bodies>, new: Vec<NewBody>) -> Result<PackedBodies> {
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    let share = new.len().div_ceil(workers).max(1);
    let mut new = new.into_iter();
    let mut packing = Vec::new();
    loop {
        let part: Vec<_> = new.by_ref().take(share).collect();
        if part.is_empty() {
            break;
        }
        let bodies = Arc::clone(bodies);
        packing.push(tokio::task::spawn_blocking(move || bodies.pack(part)));
    }
    let mut packed = Vec::new();
    for part in packing {
        packed.append(&mut part.await.map_err(|_| StoreError::Panicked)??);
    }
    Ok(PackedBodies(packed))
}

impl Bodies {
    pub(crate) fn new(connection: Connection, lookup: Connection, profile: &Path) -> Self {
        Self {
            connection: Mutex::new(connection),
            lookup: Mutex::new(lookup),
            pins: Mutex::default(),
            profile: profile.to_owned(),
        }
    }

    /// Begins a body that is too large to be held.
    pub(crate) fn spool(&self) -> Result<Spool> {
        Spool::begin(&self.profile)
    }

    /// Puts one body, from the writer thread: collection runs there too, so no pin is needed.
    pub(crate) fn put_one(&self, raw: &[u8]) -> Result<Digest> {
        let digest = digest_of(raw);
        if self.missing([digest])?.contains(&digest) {
            let zstd = compressor().and_then(|mut compressor| compressor.compress(raw));
            let zstd = zstd.map_err(compression)?.into();
            let size = octets_of(raw);
            let octets = Octets::Held { size, zstd };
            self.write(&[Packed { digest, octets }])?;
        }
        Ok(digest)
    }

    fn pack(&self, new: Vec<NewBody>) -> Result<Vec<Packed>> {
        let mut hashed = Vec::with_capacity(new.len());
        for body in new {
            hashed.push(match body {
                NewBody::Held(raw) => (digest_of(&raw), Hashed::Held(raw)),
                NewBody::Spooled(spool) => {
                    let spooled = spool.finish()?;
                    (spooled.digest, Hashed::Spooled(spooled))
                }
            });
        }
        let digests: Vec<Digest> = hashed.iter().map(|(digest, _)| *digest).collect();
        // Pinned before they are looked for: what is found cannot be collected any more.
        self.pin(&digests);
        let missing = self.missing(digests)?;
        let mut compressor = compressor().map_err(compression)?;
        // What it makes of a body takes less room than it may: only that is kept.
        let mut room = Vec::new();
        let mut packed = Vec::with_capacity(hashed.len());
        for (digest, hashed) in hashed {
            let octets = match hashed {
                _ if !missing.contains(&digest) => Octets::Known,
                Hashed::Held(raw) => {
                    room.clear();
                    room.reserve(compress_bound(raw.len()));
                    compressor.compress_to_buffer(&raw, &mut room).map_err(compression)?;
                    Octets::Held {
                        size: octets_of(&raw),
                        zstd: room.as_slice().into(),
                    }
                }
                Hashed::Spooled(spooled) => Octets::Spooled(spooled),
            };
            packed.push(Packed { digest, octets });
        }
        Ok(packed)
    }

    /// Those of which no body is on the disk.
    fn missing(&self, digests: impl IntoIterator<Item = Digest>) -> Result<HashSet<Digest>> {
        let lookup = self.lookup.lock().unwrap_or_else(PoisonError::into_inner);
        let mut statement = lookup.prepare_cached("SELECT 1 FROM body WHERE digest = ?1")?;
        let mut missing = HashSet::new();
        for digest in digests {
            if !statement.exists([digest.0])? {
                missing.insert(digest);
            }
        }
        Ok(missing)
    }

    /// Writes packed bodies in one transaction; their digests, in order.
    pub(crate) fn write_packed(&self, PackedBodies(packed): PackedBodies) -> Result<Vec<Digest>> {
        self.write(&packed)?;
        Ok(packed.into_iter().map(|one| one.digest).collect())
    }

    fn write(&self, packed: &[Packed]) -> Result<()> {
        let mut connection = self.connection();
        let transaction = connection.transaction()?;
        for Packed { digest, octets } in packed {
            match octets {
                Octets::Known => {}
                Octets::Held { size, zstd } => {
                    transaction
                        .prepare_cached(INSERT)?
                        .execute(params![digest.0, from_octets(*size), zstd])?;
                }
                Octets::Spooled(spooled) => spooled.write(&transaction)?,
            }
        }
        Ok(transaction.commit()?)
    }

    /// Deletes those of `candidates` that are neither pinned nor mentioned; answers how many.
    pub(crate) fn collect(&self, candidates: &[Digest], is_mentioned: impl Fn(Digest) -> Result<bool>) -> Result<u64> {
        let mut collected = 0;
        for some in candidates.chunks(COLLECT_AT_ONCE) {
            // Held until they are gone: who pins one of them meanwhile waits, and then finds it missing.
            let pins = self.pins();
            let mut connection = self.connection();
            let transaction = connection.transaction()?;
            for digest in some {
                if pins.contains_key(digest) || is_mentioned(*digest)? {
                    continue;
                }
                let sql = "DELETE FROM body WHERE digest = ?1";
                collected += transaction.prepare_cached(sql)?.execute([digest.0])?;
            }
            transaction.commit()?;
        }
        self.connection().execute_batch("PRAGMA incremental_vacuum")?;
        Ok(u64::try_from(collected).unwrap_or(u64::MAX))
    }

    /// Rows mention these now.
    pub(crate) fn unpin(&self, digests: &[Digest]) {
        let mut pins = self.pins();
        for digest in digests {
            match pins.get_mut(digest) {
                Some(count) if *count > 1 => *count -= 1,
                Some(_) => drop(pins.remove(digest)),
                None => {}
            }
        }
    }

    fn pin(&self, digests: &[Digest]) {
        let mut pins = self.pins();
        for digest in digests {
            *pins.entry(*digest).or_default() += 1;
        }
    }

    fn pins(&self) -> MutexGuard<'_, HashMap<Digest, usize>> {
        self.pins.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// After a panic the connection has rolled back by itself.
    pub(crate) fn connection(&self) -> MutexGuard<'_, Connection> {
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Reader<'_> {
    /// A raw letter, verified against its digest; `None` when it is not here.
    pub fn body(&self, digest: Digest) -> Result<Option<Vec<u8>>> {
        let mut statement = self
            .bodies
            .prepare_cached("SELECT size, zstd FROM body WHERE digest = ?1")?;
        let found = statement.query_row([digest.0], |row| {
            let size: i64 = row.get(0)?;
            Ok(unpack(digest, size, row.get_ref(1)?.as_blob()?))
        });
        found.optional()?.transpose()
    }

    /// The first octets of a raw letter, at most `most`; `None` when it is not here. Not held against its digest.
    pub fn body_start(&self, digest: Digest, most: u64) -> Result<Option<Vec<u8>>> {
        let Some((_, id)) = self.find_body(digest)? else {
            return Ok(None);
        };
        let blob = self.bodies.blob_open("main", "body", "zstd", id, true)?;
        let mut start = Vec::new();
        let read = Decoder::new(blob).and_then(|decoder| decoder.take(most).read_to_end(&mut start));
        read.map_err(|error| damaged(digest, &error.to_string()))?;
        Ok(Some(start))
    }

    /// Reads a body through, without holding it, and answers whether it is here. One that does not match its digest is an
    /// error, as when it is read.
    pub fn verify_body(&self, digest: Digest) -> Result<bool> {
        let Some((size, id)) = self.find_body(digest)? else {
            return Ok(false);
        };
        let blob = self.bodies.blob_open("main", "body", "zstd", id, true)?;
        let mut digester = Digester::default();
        let most = size.unsigned_abs().saturating_add(1);
        let read = Decoder::new(blob).and_then(|decoder| std::io::copy(&mut decoder.take(most), &mut *digester.0));
        let read = read.map_err(|error| damaged(digest, &error.to_string()))?;
        if i64::try_from(read) == Ok(size) && digester.finish() == digest {
            Ok(true)
        } else {
            Err(damaged(digest, NO_MATCH))
        }
    }

    /// Octets and row of a body.
    fn find_body(&self, digest: Digest) -> Result<Option<(i64, i64)>> {
        let mut statement = self
            .bodies
            .prepare_cached("SELECT size, id FROM body WHERE digest = ?1")?;
        let found = statement.query_row([digest.0], |row| Ok((row.get(0)?, row.get(1)?)));
        Ok(found.optional()?)
    }

    /// Bodies that nothing mentions, in this snapshot.
    pub(crate) fn orphan_bodies(&self) -> Result<Vec<Digest>> {
        let mut orphans = Vec::new();
        let mut statement = self
            .bodies
            .prepare_cached("SELECT digest FROM body INDEXED BY sqlite_autoindex_body_1")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let digest = Digest(row.get(0)?);
            if !self.is_mentioned(digest)? {
                orphans.push(digest);
            }
        }
        Ok(orphans)
    }

    pub(crate) fn is_mentioned(&self, digest: Digest) -> Result<bool> {
        let sql =
            "SELECT EXISTS (SELECT 1 FROM letter WHERE digest = ?1) OR EXISTS (SELECT 1 FROM outbox WHERE digest = ?1)
            OR EXISTS (SELECT 1 FROM draft_attachment WHERE digest = ?1)";
        Ok(self.one(sql, [digest.0], |row| row.get(0))?.unwrap_or(false))
    }
}

/// For bodies that are held. Those of up to 16 KiB are compressed as the larger ones are: zstd's own choice for them, a larger
/// table and shorter matches, takes a fifth more time and makes real letters smaller by less than one in a hundred.
fn compressor() -> std::io::Result<Compressor<'static>> {
    let mut compressor = Compressor::new(LEVEL)?;
    compressor.set_parameter(CParameter::HashLog(13))?;
    compressor.set_parameter(CParameter::MinMatch(6))?;
    Ok(compressor)
}

fn unpack(digest: Digest, size: i64, zstd: &[u8]) -> Result<Vec<u8>> {
    let size = usize::try_from(size).ok().filter(|size| *size <= MAX_SIZE);
    let size = size.ok_or_else(|| damaged(digest, "impossible size"))?;
    let raw = zstd::bulk::decompress(zstd, size).map_err(|error| damaged(digest, &error.to_string()))?;
    if digest_of(&raw) == digest {
        Ok(raw)
    } else {
        Err(damaged(digest, NO_MATCH))
    }
}

const NO_MATCH: &str = "its bytes do not match their digest";

fn damaged(digest: Digest, detail: &str) -> StoreError {
    StoreError::Corrupt {
        file: "bodies.db".to_owned(),
        detail: format!("body {digest}: {detail}"),
    }
}

fn octets_of(raw: &[u8]) -> u64 {
    u64::try_from(raw.len()).unwrap_or(u64::MAX)
}

/// BLAKE3 of these octets: under what a body is kept.
pub fn digest_of(raw: &[u8]) -> Digest {
    Digest(*blake3::hash(raw).as_bytes())
}

/// [`digest_of`] octets that come one after the other.
#[derive(Debug, Clone, Default)]
pub struct Digester(Box<blake3::Hasher>);

impl Digester {
    /// Takes the next octets.
    pub fn update(&mut self, octets: &[u8]) {
        self.0.update(octets);
    }

    /// The digest of all of them.
    pub fn finish(&self) -> Digest {
        Digest(*self.0.finalize().as_bytes())
    }
}

pub(crate) fn compression(source: std::io::Error) -> StoreError {
    StoreError::io(std::path::Path::new("bodies.db"), source)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Desk, envelope, placed};
    use crate::{Finding, NewPlacement};

    #[test]
    fn bodies_come_back_exactly_and_doubles_cost_nothing() {
        let desk = Desk::new();
        let raws: Vec<Vec<u8>> = (0..40_u8).map(|n| vec![n % 20; usize::from(n % 20) * 1000]).collect();
        let digests: Vec<_> = raws.iter().map(|raw| desk.put_body(raw)).collect();
        for (raw, digest) in raws.iter().zip(&digests) {
            assert_eq!(desk.body(*digest).unwrap().as_ref(), Some(raw));
        }
        assert_eq!(
            desk.read(|r| Ok(r
                .bodies
                .query_row("SELECT count(*) FROM body", [], |row| row.get::<_, i64>(0))?)),
            20
        );
        assert_eq!(desk.body(Digest([7; 32])).unwrap(), None);
    }

    #[test]
    fn many_at_once_keep_their_order() {
        let desk = Desk::new();
        let raws: Vec<Vec<u8>> = (0..101_u8).map(|n| vec![n]).collect();
        let store = desk.store.clone();
        let given = raws.clone();
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let digests = runtime.block_on(store.put_bodies(given)).unwrap();
        assert_eq!(digests, raws.iter().map(|raw| digest_of(raw)).collect::<Vec<_>>());
        assert_eq!(runtime.block_on(store.put_bodies(Vec::new())).unwrap(), []);
    }

    #[test]
    fn a_body_is_collected_only_once_nothing_can_mention_it() {
        let desk = Desk::new();
        let inbox = desk.inbox;
        let digest = desk.put_body(b"on its way to a row");
        assert_eq!(desk.collect_orphans(), 0, "put, and not mentioned yet");
        let letter = desk.write(move |w| {
            w.add_placement(&NewPlacement {
                digest: Some(digest),
                ..placed(inbox, 1, &envelope(1))
            })
        });
        assert_eq!(desk.collect_orphans(), 0, "mentioned");
        desk.write(move |w| w.expunge(letter));
        assert_eq!(desk.collect_orphans(), 1, "mentioned no more");
        assert_eq!(desk.body(digest).unwrap(), None);

        let lost = desk.put_body(b"its row was never written");
        let desk = desk.reopen();
        assert_eq!(desk.collect_orphans(), 1, "a restart leaves a true orphan");
        assert_eq!(desk.body(lost).unwrap(), None);
    }

    #[test]
    fn a_damaged_body_is_never_handed_out() {
        let desk = Desk::new();
        let inbox = desk.inbox;
        let [altered, cut, gone] = [b"altered", b"cut it!", b"is gone"].map(|raw| desk.put_body(raw));
        desk.write(move |w| {
            for (uid, digest) in [(1, altered), (2, cut), (3, gone)] {
                w.add_placement(&NewPlacement {
                    digest: Some(digest),
                    ..placed(inbox, uid, &envelope(i64::from(uid)))
                })?;
            }
            Ok(())
        });
        assert_eq!(desk.check(), []);
        let file = Connection::open(desk.path("bodies.db")).unwrap();
        let other = zstd::bulk::compress(b"alter3d", LEVEL).unwrap();
        file.execute("UPDATE body SET zstd = ?2 WHERE digest = ?1", params![altered.0, other])
            .unwrap();
        file.execute("UPDATE body SET zstd = substr(zstd, 1, 9) WHERE digest = ?1", [cut.0])
            .unwrap();
        file.execute("DELETE FROM body WHERE digest = ?1", [gone.0]).unwrap();
        assert!(matches!(desk.body(altered), Err(StoreError::Corrupt { .. })));
        assert!(matches!(desk.body(cut), Err(StoreError::Corrupt { .. })));
        for digest in [altered, cut] {
            let verified = desk.try_read(move |r| r.verify_body(digest));
            assert!(matches!(verified, Err(StoreError::Corrupt { .. })));
        }
        assert!(!desk.read(move |r| r.verify_body(gone)));
        let found = desk.check();
        for finding in [
            Finding::BodyDamaged(altered),
            Finding::BodyDamaged(cut),
            Finding::BodyMissing(gone),
        ] {
            assert!(found.contains(&finding), "{finding} is not in {found:?}");
        }
        assert_eq!(found.len(), 3);
    }
}

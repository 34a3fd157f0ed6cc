//! The open store: its threads, its queues, its news.

use crate::body::{self, Bodies, NewBody, PackedBodies};
use crate::change::Commit;
use crate::connection::{self, File};
use crate::doctor::{self, Finding};
use crate::lock::ProfileLock;
use crate::{PieceOf, Reader, Result, Spool, StoreError, Writer};
use pli_model::{Clock, Digest};
use rusqlite::{Connection, TransactionBehavior};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use tokio::sync::{broadcast, mpsc, oneshot};

/// Requests that may wait before the next one has to.
const QUEUE: usize = 64;
/// Commits that a receiver may be behind before it has to read everything again.
const NEWS: usize = 1024;
const READ_THREADS: usize = 3;

type ReadJob = Box<dyn FnOnce(&mut ReadDesk) + Send>;
type WriteJob = Box<dyn FnOnce(&mut WriteDesk) + Send>;

/// A profile's store. Clones share it; the profile is free again when the last one is gone.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

struct Inner {
    reads: Option<mpsc::Sender<ReadJob>>,
    writes: Option<mpsc::Sender<WriteJob>>,
    threads: Vec<JoinHandle<()>>,
    bodies: Arc<Bodies>,
    clock: Arc<dyn Clock>,
    news: broadcast::Sender<Arc<Commit>>,
    _lock: ProfileLock,
}

impl Drop for Inner {
    /// Queued writes are finished, then the files closed, and only then the profile released.
    fn drop(&mut self) {
        self.reads = None;
        self.writes = None;
        let here = std::thread::current().id();
        for thread in self.threads.drain(..).filter(|thread| thread.thread().id() != here) {
            // A thread catches the panics of its jobs and has nothing else to report.
            let _ = thread.join();
        }
    }
}

impl Store {
    /// Opens the store in `profile`, which is created when missing, and migrates it to the newest format. Letters
    /// that were on their way out when Pli ended are put into a state that is true.
    pub fn open(profile: &Path, clock: Arc<dyn Clock>) -> Result<Self> {
        std::fs::create_dir_all(profile).map_err(|source| StoreError::io(profile, source))?;
        let lock = ProfileLock::take(profile)?;
        let mail = connection::writer(profile, File::Mail)?;
        let bodies = Arc::new(Bodies::new(
            connection::writer(profile, File::Bodies)?,
            connection::reader(profile, File::Bodies)?,
            profile,
        ));
        let (news, _) = broadcast::channel(NEWS);

        let body_reader = connection::reader(profile, File::Bodies)?;
        let mut desk = WriteDesk {
            mail,
            body_reader,
            body_file: Arc::clone(&bodies),
            clock: Arc::clone(&clock),
            news: news.clone(),
            seq: 0,
        };
        desk.transact(|writer| {
            writer.recover_outbox()?;
            writer.forget_old_operations()
        })?;

        let mut threads = Vec::new();
        let (writes, queue) = mpsc::channel::<WriteJob>(QUEUE);
        threads.push(spawn("pli-store-write", profile, move || {
            let mut queue = queue;
            while let Some(job) = queue.blocking_recv() {
                job(&mut desk);
            }
        })?);
        let (reads, queue) = mpsc::channel::<ReadJob>(QUEUE);
        let queue = Arc::new(Mutex::new(queue));
        for _ in 0..READ_THREADS {
            let queue = Arc::clone(&queue);
            let mut desk = ReadDesk {
                mail: connection::reader(profile, File::Mail)?,
                bodies: connection::reader(profile, File::Bodies)?,
            };
            threads.push(spawn("pli-store-read", profile, move || {
                // The thread that waits for a job holds the queue; the others wait for it.
                let next = || queue.lock().unwrap_or_else(PoisonError::into_inner).blocking_recv();
                while let Some(job) = next() {
                    job(&mut desk);
                }
            })?);
        }
        Ok(Self {
            inner: Arc::new(Inner {
                reads: Some(reads),
                writes: Some(writes),
                threads,
                bodies,
                clock,
                news,
                _lock: lock,
            }),
        })
    }

    /// Runs `f` on a snapshot of the store, on a reading thread.
    pub async fn read<T: Send + 'static>(
        &self,
        f: impl FnOnce(&Reader<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (answer, outcome) = oneshot::channel();
        let job: ReadJob = Box::new(move |desk| {
            // The asker may have gone away: then nobody misses the answer.
            let _ = answer.send(desk.snapshot(f));
        });
        let queue = self.inner.reads.as_ref().ok_or(StoreError::Closed)?;
        queue.send(job).await.map_err(|_| StoreError::Closed)?;
        outcome.await.map_err(|_| StoreError::Closed)?
    }

    /// Runs `f` as one transaction on the writing thread. An `Err` rolls it back. When this returns `Ok`, the
    /// transaction is on the disk and its changes have been told.
    ///
    /// Once called and polled, the write happens even when the returned future is dropped.
    pub async fn write<T: Send + 'static>(
        &self,
        f: impl FnOnce(&mut Writer<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.on_writer(move |desk| desk.transact(f)).await
    }

    /// News of every commit from now on. A receiver that is told it lags reads everything again.
    pub fn changes(&self) -> broadcast::Receiver<Arc<Commit>> {
        self.inner.news.subscribe()
    }

    /// Stores raw letters and returns their digests, in order, once they are on the disk. A body that is there
    /// already costs a digest only. Until a row mentions it, a body is protected from collection.
    pub async fn put_bodies(&self, raws: Vec<Vec<u8>>) -> Result<Vec<Digest>> {
        let new = raws.into_iter().map(NewBody::from).collect();
        self.write_bodies(self.pack_bodies(new).await?).await
    }

    /// Begins a body that is too large to be held: it is packed and written like the others when it is whole.
    pub fn begin_spool(&self) -> Result<Spool> {
        self.inner.bodies.spool()
    }

    /// The first half of [`Self::put_bodies`], on all cores: nothing is on the disk yet. The packed bodies of one batch can be
    /// written while the next one is packed.
    pub async fn pack_bodies(&self, new: Vec<NewBody>) -> Result<PackedBodies> {
        body::pack(&self.inner.bodies, new).await
    }

    /// The second half of [`Self::put_bodies`], in one transaction: the digests, in order, once the bodies are on the disk.
    pub async fn write_bodies(&self, packed: PackedBodies) -> Result<Vec<Digest>> {
        let bodies = Arc::clone(&self.inner.bodies);
        blocking(move || bodies.write_packed(packed)).await
    }

    /// Keeps octets of a large body, each stretch from its offset on, until the body is whole. They are on the disk when this
    /// returns `Ok`; the same ones replace what is there.
    pub async fn put_pieces(&self, of: PieceOf, pieces: Vec<(u64, Vec<u8>)>) -> Result<()> {
        let (bodies, now) = (Arc::clone(&self.inner.bodies), self.inner.clock.now());
        blocking(move || bodies.put_pieces(of, &pieces, now)).await
    }

    /// Drops what is kept of a body, once it is whole or not wanted any more.
    pub async fn drop_pieces(&self, of: PieceOf) -> Result<()> {
        let bodies = Arc::clone(&self.inner.bodies);
        blocking(move || bodies.drop_pieces(&[of])).await
    }

    /// A raw letter, verified against its digest; `None` when it is not here.
    pub async fn body(&self, digest: Digest) -> Result<Option<Vec<u8>>> {
        self.read(move |reader| reader.body(digest)).await
    }

    /// Looks for everything that must never be: the store's own doctor. Reads every body.
    pub async fn check(&self) -> Result<Vec<Finding>> {
        self.read(doctor::check).await
    }

    /// Deletes the bodies that no letter, outgoing letter or draft mentions, and the pieces for which nobody waits, and
    /// forgets what was remembered long enough; answers how many bodies.
    pub async fn collect_orphans(&self) -> Result<u64> {
        self.write(|writer| writer.forget_old_operations()).await?;
        let now = self.inner.clock.now();
        let spent = self.read(move |reader| reader.spent_pieces(now)).await?;
        let bodies = Arc::clone(&self.inner.bodies);
        blocking(move || bodies.drop_pieces(&spent)).await?;
        let candidates = self.read(|reader| reader.orphan_bodies()).await?;
        if candidates.is_empty() {
            return Ok(0);
        }
        // On the writer thread no row can come to mention one of them meanwhile.
        self.on_writer(move |desk| {
            let reader = Reader {
                mail: &desk.mail,
                bodies: &desk.body_reader,
            };
            desk.body_file
                .collect(&candidates, |digest| reader.is_mentioned(digest))
        })
        .await
    }

    async fn on_writer<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut WriteDesk) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let (answer, outcome) = oneshot::channel();
        let job: WriteJob = Box::new(move |desk| {
            let _ = answer.send(caught(|| work(desk)));
        });
        let queue = self.inner.writes.as_ref().ok_or(StoreError::Closed)?;
        queue.send(job).await.map_err(|_| StoreError::Closed)?;
        outcome.await.map_err(|_| StoreError::Closed)?
    }
}

/// What the writing thread owns.
struct WriteDesk {
    mail: Connection,
    body_reader: Connection,
    body_file: Arc<Bodies>,
    clock: Arc<dyn Clock>,
    news: broadcast::Sender<Arc<Commit>>,
    seq: u64,
}

impl WriteDesk {
    fn transact<T>(&mut self, f: impl FnOnce(&mut Writer<'_>) -> Result<T>) -> Result<T> {
        let transaction = self.mail.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let reader = Reader {
            mail: &transaction,
            bodies: &self.body_reader,
        };
        let mut writer = Writer::new(reader, &self.body_file, self.clock.now());
        let value = f(&mut writer)?;
        writer.spare_refilled_mailboxes()?;
        let Writer { changes, mentioned, .. } = writer;
        transaction.commit()?;
        self.body_file.unpin(&mentioned);
        let changes = changes.finish();
        if !changes.is_empty() {
            self.seq += 1;
            // Without receivers there is nobody to tell.
            let _ = self.news.send(Arc::new(Commit { seq: self.seq, changes }));
        }
        Ok(value)
    }
}

/// What a reading thread owns.
struct ReadDesk {
    mail: Connection,
    bodies: Connection,
}

impl ReadDesk {
    fn snapshot<T>(&mut self, f: impl FnOnce(&Reader<'_>) -> Result<T>) -> Result<T> {
        let snapshot = self.mail.transaction()?;
        caught(|| {
            f(&Reader {
                mail: &snapshot,
                bodies: &self.bodies,
            })
        })
    }
}

async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|_| StoreError::Panicked)?
}

/// A panic in a job ends the job, not the thread. Whatever transaction it had is rolled back as it unwinds.
fn caught<T>(work: impl FnOnce() -> Result<T>) -> Result<T> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or(Err(StoreError::Panicked))
}

fn spawn(name: &str, profile: &Path, run: impl FnOnce() + Send + 'static) -> Result<JoinHandle<()>> {
    std::thread::Builder::new()
        .name(name.to_owned())
        .spawn(run)
        .map_err(|source| StoreError::io(profile, source))
}

#[cfg(test)]
mod tests;

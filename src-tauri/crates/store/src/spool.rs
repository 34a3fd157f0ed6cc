//! Bodies that are too large to be held: what comes of one is hashed and compressed at once, into a file without a name
//! beside the store's, and copied from there into `bodies.db` when it is whole. Nobody holds more of it than a buffer.

use crate::body::{Digester, INSERT, LEVEL, MAX_SIZE, compression};
use crate::column::from_octets;
use crate::{Result, StoreError};
use pli_model::Digest;
use rusqlite::blob::ZeroBlob;
use rusqlite::{Transaction, params};
use std::fs::File;
use std::io::{BufReader, BufWriter, Seek, Write, copy};
use std::path::Path;
use zstd::stream::write::Encoder;

/// A body on its way. Nothing is left of it when this is dropped or the program ends.
pub struct Spool {
    encoder: Encoder<'static, BufWriter<File>>,
    digester: Digester,
    size: u64,
}

/// A whole body in a file of its own, compressed.
#[derive(Debug)]
pub(crate) struct Spooled {
    pub(crate) digest: Digest,
    /// Octets before compression.
    pub(crate) size: u64,
    file: File,
    /// Octets of the file.
    len: u64,
}

impl Spool {
    /// Begins a body. The file lies in `profile`: where the store has room, this has.
    pub(crate) fn begin(profile: &Path) -> Result<Self> {
        let begin = || Encoder::new(BufWriter::new(tempfile::tempfile_in(profile)?), LEVEL);
        Ok(Self {
            encoder: begin().map_err(|source| StoreError::io(profile, source))?,
            digester: Digester::default(),
            size: 0,
        })
    }

    /// Takes the next octets. Blocks for as long as compressing and writing them takes.
    pub fn put(&mut self, octets: &[u8]) -> Result<()> {
        self.size += octets.len() as u64;
        if self.size > MAX_SIZE as u64 {
            return Err(StoreError::Refused("no letter is as large as that".to_owned()));
        }
        self.digester.update(octets);
        self.encoder.write_all(octets).map_err(compression)
    }

    /// Octets that it has taken.
    pub fn size(&self) -> u64 {
        self.size
    }

    pub(crate) fn finish(self) -> Result<Spooled> {
        let finish = || {
            let mut file = self.encoder.finish()?.into_inner()?;
            let len = file.stream_position()?;
            file.rewind()?;
            Ok((file, len))
        };
        let (file, len) = finish().map_err(compression)?;
        Ok(Spooled {
            digest: self.digester.finish(),
            size: self.size,
            file,
            len,
        })
    }
}

impl std::fmt::Debug for Spool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Spool")
            .field("size", &self.size)
            .finish_non_exhaustive()
    }
}

impl Spooled {
    /// Copies the body into `bodies.db`, where it is not there already.
    pub(crate) fn write(&self, transaction: &Transaction<'_>) -> Result<()> {
        let inserted = transaction.prepare_cached(INSERT)?.execute(params![
            self.digest.0,
            from_octets(self.size),
            ZeroBlob(self.len)
        ])?;
        if inserted > 0 {
            let id = transaction.last_insert_rowid();
            let mut blob = transaction.blob_open("main", "body", "zstd", id, false)?;
            copy(&mut BufReader::new(&self.file), &mut blob).map_err(compression)?;
            blob.close()?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::NewBody;
    use crate::testing::Desk;

    /// Octets that hardly compress, the same ones for the same `len`.
    fn noise(len: usize) -> Vec<u8> {
        let mut state = 0x2545_f491_4f6c_dd1d_u64;
        let next = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state as u8
        };
        std::iter::repeat_with(next).take(len).collect()
    }

    fn spooled(desk: &Desk, raw: &[u8]) -> Spool {
        let mut spool = desk.store.begin_spool().unwrap();
        raw.chunks(70_001).for_each(|some| spool.put(some).unwrap());
        assert_eq!(spool.size(), raw.len() as u64);
        spool
    }

    #[test]
    fn a_body_that_came_in_stretches_is_the_same_body() {
        let desk = Desk::new();
        let raws = [noise(3_000_000), noise(0), b"short".to_vec()];
        let mut bodies: Vec<NewBody> = raws.iter().map(|raw| spooled(&desk, raw).into()).collect();
        // The same one again, in one go.
        bodies.push(raws[0].clone().into());
        let digests = desk.put_new_bodies(bodies);
        assert_eq!(digests[0], digests[3]);
        for (raw, digest) in raws.iter().zip(&digests) {
            assert_eq!(desk.body(*digest).unwrap().as_ref(), Some(raw));
            let digest = *digest;
            assert!(desk.read(move |r| r.verify_body(digest)));
            let start = desk.read(move |r| r.body_start(digest, 100)).unwrap();
            assert_eq!(start, raw[..raw.len().min(100)]);
        }
        let files = std::fs::read_dir(desk.path("")).unwrap().count();
        drop(spooled(&desk, &raws[0]));
        assert_eq!(
            std::fs::read_dir(desk.path("")).unwrap().count(),
            files,
            "nothing is left of it"
        );
        assert_eq!(desk.collect_orphans(), 0, "all are pinned");
    }

    #[test]
    fn one_that_is_there_already_is_not_written_again() {
        let desk = Desk::new();
        let raw = noise(300_000);
        let digest = desk.put_body(&raw);
        assert_eq!(desk.put_new_bodies(vec![spooled(&desk, &raw).into()]), [digest]);
        assert_eq!(desk.body(digest).unwrap(), Some(raw));
    }
}

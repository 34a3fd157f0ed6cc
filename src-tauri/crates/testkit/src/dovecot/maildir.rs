//! Letters written straight into maildirs, for a Dovecot to find: some ten thousand a second.

use crate::error::{Doing, Result};
use crate::letters::Letter;
use crate::os::{self, Ids};
use pli_model::Flags;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// Writes letters below `root`, the maildir of the inbox, whose parent is the user's home. Answers how many.
pub(super) fn write(root: &Path, owner: Ids, letters: impl IntoIterator<Item = Letter>) -> Result<usize> {
    // Names sort as they were written: the server numbers new files in that order. The clock keeps two imports apart.
    let batch = SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default().as_micros();
    let (seconds, micros) = (batch / 1_000_000, batch % 1_000_000);
    let mut maildirs = HashMap::new();
    let mut count = 0;
    for letter in letters {
        let name = format!("{seconds}.M{micros:06}P{count:09}.pli");
        let maildir = match maildirs.entry(letter.mailbox.clone()) {
            std::collections::hash_map::Entry::Occupied(known) => known.into_mut(),
            std::collections::hash_map::Entry::Vacant(new) => new.insert(Maildir::open(root, &letter.mailbox, owner)?),
        };
        maildir.add(&name, &letter)?;
        count += 1;
    }
    Ok(count)
}

/// One mailbox.
struct Maildir {
    folder: PathBuf,
    owner: Ids,
    /// The n-th is written as the n-th small letter in file names (Dovecot's `dovecot-keywords`).
    keywords: Vec<String>,
}

impl Maildir {
    /// Makes it where it is missing, with all folders above it, every one given to the owner of the mail.
    fn open(root: &Path, mailbox: &str, owner: Ids) -> Result<Self> {
        let folder = match mailbox {
            "INBOX" => root.to_owned(),
            name => root.join(name),
        };
        let home = root.parent().unwrap_or(root);
        let mut above: Vec<&Path> = folder.ancestors().take_while(|path| path.starts_with(home)).collect();
        above.reverse();
        let inside = ["cur", "new", "tmp"].map(|name| folder.join(name));
        for path in above
            .into_iter()
            .chain(inside.iter().map(PathBuf::as_path))
            .filter(|path| !path.exists())
        {
            std::fs::create_dir(path).doing(path.display())?;
            os::give(path, owner)?;
        }
        let known = std::fs::read_to_string(folder.join(KEYWORDS)).unwrap_or_default();
        let keywords = known
            .lines()
            .filter_map(|line| Some(line.split_once(' ')?.1.to_owned()));
        let keywords = keywords.collect();
        Ok(Self {
            folder,
            owner,
            keywords,
        })
    }

    fn add(&mut self, name: &str, letter: &Letter) -> Result<()> {
        let bare = letter.raw.iter().zip(std::iter::once(&0).chain(&letter.raw));
        let added = bare
            .filter(|(byte, before)| **byte == b'\n' && **before != b'\r')
            .count();
        let (size, wire) = (letter.raw.len(), letter.raw.len() + added);
        let mut marks = flags(letter.flags);
        for keyword in &letter.keywords {
            marks.push(self.keyword(keyword)?);
        }
        let path = self
            .folder
            .join("cur")
            .join(format!("{name},S={size},W={wire}:2,{marks}"));
        std::fs::write(&path, &letter.raw).doing(path.display())?;
        os::give(&path, self.owner)?;
        let received = SystemTime::UNIX_EPOCH + Duration::from_secs(u64::try_from(letter.received.secs()).unwrap_or(0));
        std::fs::File::options()
            .write(true)
            .open(&path)
            .and_then(|file| file.set_modified(received))
            .doing(path.display())
    }

    /// The small letter of a keyword, which is given to it now when it has none.
    fn keyword(&mut self, keyword: &str) -> Result<char> {
        let place = match self.keywords.iter().position(|known| known == keyword) {
            Some(place) => place,
            None => {
                self.keywords.push(keyword.to_owned());
                let lines = self.keywords.iter().enumerate();
                let text: String = lines.map(|(place, keyword)| format!("{place} {keyword}\n")).collect();
                let file = self.folder.join(KEYWORDS);
                std::fs::write(&file, text).doing(file.display())?;
                os::give(&file, self.owner)?;
                self.keywords.len() - 1
            }
        };
        ('a'..='z').nth(place).ok_or_else(|| crate::Error::Io {
            what: format!("keyword {keyword} in {}", self.folder.display()),
            source: std::io::Error::other("a maildir has room for 26 keywords"),
        })
    }
}

const KEYWORDS: &str = "dovecot-keywords";

/// The letters after `:2,` in ASCII order, as the maildir format asks.
fn flags(flags: Flags) -> String {
    [
        (Flags::DRAFT, 'D'),
        (Flags::FLAGGED, 'F'),
        (Flags::ANSWERED, 'R'),
        (Flags::SEEN, 'S'),
        (Flags::DELETED, 'T'),
    ]
    .into_iter()
    .filter(|(flag, _)| flags.contains(*flag))
    .map(|(_, letter)| letter)
    .collect()
}

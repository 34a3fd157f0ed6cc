//! Letters to fill mailboxes with: varied and believable, and the same ones for the same seed.
//!
//! Conversations in a dozen languages and charsets, a mailing list, newsletters with everything that they do, orders,
//! invitations, delivery reports. Every address is under `.test`, every network address of the ranges for examples
//! (RFC 5737). Texts are in `texts/`.

mod bulk;
mod compose;
mod media;
mod people;
mod post;
mod random;
mod script;
mod talk;
mod trace;

pub use bulk::{bulk, in_mailboxes, with_keywords};
pub use random::Random;

use people::Person;
use pli_model::{Flags, Timestamp};
use talk::{Talk, Texts};

/// A letter and how it is to lie on a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// The letter itself, CRLF line ends.
    pub raw: Vec<u8>,
    /// When the server received it.
    pub received: Timestamp,
    /// Its flags there.
    pub flags: Flags,
    /// Its keywords there, such as `$Junk` (RFC 9051 §2.3.2). A maildir has room for 26 different ones a mailbox.
    pub keywords: Vec<String>,
    /// Where it lies: `INBOX`, or a name with `/` between levels.
    pub mailbox: String,
}

impl From<Vec<u8>> for Letter {
    /// In the inbox, unread, received now.
    fn from(raw: Vec<u8>) -> Self {
        let now = std::time::SystemTime::UNIX_EPOCH
            .elapsed()
            .unwrap_or_default()
            .as_secs();
        let received = Timestamp::from_secs(i64::try_from(now).unwrap_or_default());
        Self {
            raw,
            received,
            flags: Flags::NONE,
            keywords: Vec::new(),
            mailbox: "INBOX".to_owned(),
        }
    }
}

/// Whose mailbox it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Owner {
    /// Display name.
    pub name: &'static str,
    /// Address.
    pub email: &'static str,
}

const TEXTS: [(&str, &str); 5] = [
    ("en", include_str!("texts/en.txt")),
    ("fr", include_str!("texts/fr.txt")),
    ("de", include_str!("texts/de.txt")),
    ("world", include_str!("texts/world.txt")),
    ("list", include_str!("texts/list.txt")),
];

/// `count` letters of somebody's mailboxes, oldest first, the newest a little before `until`; half of them within the
/// last two months, the rest over eight years.
pub fn letters(seed: u64, count: usize, owner: Owner, until: Timestamp) -> impl Iterator<Item = Letter> {
    let mut random = Random::new(seed);
    let owner = Person {
        name: owner.name,
        email: owner.email,
    };
    let mut texts = Texts::read();
    let mut letters: Vec<Letter> = Vec::new();
    while letters.len() < count {
        let last = moment(&mut random, until);
        if random.chance(60) {
            if let Some(talk) = Talk::pick(&mut random, &mut texts) {
                letters.extend(talk.letters(&mut random, owner, last));
            }
        } else {
            let occasion = post::Occasion {
                owner,
                arrived: last,
                to: &[owner],
            };
            letters.push(post::any(&mut random, &occasion));
        }
    }
    letters.truncate(count);
    letters.sort_by_key(|letter| letter.received);
    for letter in &mut letters {
        age(&mut random, letter, until);
    }
    letters.into_iter()
}

const DAY: u64 = 86_400;

/// A moment before `until`.
fn moment(random: &mut Random, until: Timestamp) -> Timestamp {
    let span = if random.chance(50) { 60 * DAY } else { 8 * 365 * DAY };
    let back = i64::try_from(600 + random.below(span)).unwrap_or_default();
    Timestamp::from_secs(until.secs() - back)
}

/// What becomes of letters with time: they are read, some are flagged, old ones filed away.
fn age(random: &mut Random, letter: &mut Letter, until: Timestamp) {
    let days = (until.secs() - letter.received.secs()) / i64::try_from(DAY).unwrap_or(1);
    let unread = match days {
        0..=2 => 60,
        3..=14 => 20,
        _ => 2,
    };
    if !random.chance(unread) {
        letter.flags = letter.flags | Flags::SEEN;
    }
    if letter.mailbox == "INBOX" {
        if random.chance(5) {
            letter.flags = letter.flags | Flags::FLAGGED;
        }
        if days > 200 && random.chance(80) {
            letter.mailbox = "Archive".to_owned();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALICE: Owner = Owner {
        name: "Alice North",
        email: "alice@north.test",
    };
    const NOW: Timestamp = Timestamp::from_secs(1_780_000_000);

    fn header(letter: &Letter) -> String {
        let end = letter
            .raw
            .windows(4)
            .position(|four| four == b"\r\n\r\n")
            .expect("a header end");
        String::from_utf8(letter.raw[..end + 2].to_vec()).expect("an ASCII header")
    }

    #[test]
    fn the_same_for_the_same_seed() {
        let all: Vec<Letter> = letters(3, 300, ALICE, NOW).collect();
        assert_eq!(all.len(), 300);
        assert_eq!(all, letters(3, 300, ALICE, NOW).collect::<Vec<_>>());
        assert_ne!(all, letters(4, 300, ALICE, NOW).collect::<Vec<_>>());
        assert!(all.is_sorted_by_key(|letter| letter.received));
        assert!(all.iter().all(|letter| letter.received < NOW));
    }

    #[test]
    fn every_letter_is_well_formed() {
        for letter in letters(1, 600, ALICE, NOW) {
            let header = header(&letter);
            for name in [
                "Date: ",
                "From: ",
                "To: ",
                "Subject: ",
                "Message-ID: <",
                "MIME-Version: 1.0",
                "Content-Type: ",
            ] {
                let count = header.lines().filter(|line| line.starts_with(name)).count();
                assert_eq!(count, 1, "{name}\n{header}");
            }
            assert!(
                header.is_ascii() && header.lines().all(|line| line.len() < 200),
                "{header}"
            );
            assert!(
                letter.mailbox == "Sent" || header.contains("Received: from"),
                "{header}"
            );
            let mut before = 0;
            for byte in &letter.raw {
                assert!(*byte != b'\n' || before == b'\r', "a bare LF");
                before = *byte;
            }
            for word in header
                .split(|c: char| c.is_whitespace() || "<>,;".contains(c))
                .filter(|word| word.contains('@') && !word.contains("=?"))
            {
                assert!(word.trim().ends_with(".test"), "{word}");
            }
        }
    }

    #[test]
    fn all_kinds_are_there() {
        let all: Vec<String> = letters(1, 600, ALICE, NOW)
            .map(|letter| letter.mailbox.clone() + "\n" + &String::from_utf8_lossy(&letter.raw))
            .collect();
        for sign in [
            "multipart/report",
            "method=REQUEST",
            "List-Id:",
            "format=flowed",
            "cid:logo",
            "https://track.",
            "application/pdf",
            "application/zip",
            "image/png",
            "charset=ISO-2022-JP",
            "charset=Shift_JIS",
            "charset=KOI8-R",
            "charset=windows-1251",
            "charset=windows-1256",
            "charset=ISO-8859-7",
            "charset=GB2312",
            "charset=Big5",
            "charset=EUC-KR",
            "charset=ISO-8859-2",
            "charset=ISO-8859-1",
            "quoted-printable",
            "base64",
            "8bit",
            "In-Reply-To:",
            "filename*=UTF-8''",
            "Sent\n",
            "Archive\n",
            "Junk\n",
            "Lists/hedge\n",
            "Receipts\n",
            "Newsletters\n",
        ] {
            assert!(all.iter().any(|letter| letter.contains(sign)), "{sign}");
        }
    }

    #[test]
    fn answers_come_after_what_they_answer() {
        let all: Vec<Letter> = letters(5, 400, ALICE, NOW).collect();
        let mut seen: Vec<String> = Vec::new();
        let mut answers = 0;
        for letter in &all {
            let header = header(letter);
            let id = |name: &str| {
                header
                    .lines()
                    .find_map(|line| Some(line.strip_prefix(name)?.trim().to_owned()))
            };
            if let Some(answered) = id("In-Reply-To: ") {
                // The last conversation may be cut off at `count`, but only at its end.
                assert!(seen.contains(&answered), "{header}");
                answers += 1;
            }
            seen.extend(id("Message-ID: "));
        }
        assert!(answers > 50);
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), all.len());
    }

    #[test]
    fn bulk_letters_are_small_and_in_order() {
        let (mut bytes, mut last) = (0, Timestamp::default());
        for letter in bulk(20_000, NOW) {
            bytes += letter.raw.len();
            assert!(letter.received > last);
            last = letter.received;
        }
        assert!((10_000_000..40_000_000).contains(&bytes), "{bytes}");
    }
}

//! A second client at work in the same mailboxes, at random, while `pli` syncs, acts, and is killed and started again at
//! random: at the end both sides are the same, letter by letter, flag by flag.
//!
//! It goes on for ten seconds, or as many minutes as `PLI_LONG` says. `PLI_SEED` repeats the choices of a run, though not
//! the moments at which the processes meet.

use crate::line::{Line, kill, number};
use crate::other_client::{MAILBOXES, OtherClient, Placed, Works, message_id, read_all};
use crate::pli::{ALICE, Pli};
use pli_testkit::letters::Random;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// All mailboxes that letters may be in at the end.
const ALL: [&str; 4] = ["INBOX", "Archive", "Projects", "Trash"];

#[tokio::test(flavor = "multi_thread")]
async fn both_sides_are_the_same_at_the_end() {
    let clock = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap().subsec_nanos();
    let seed = number("PLI_SEED").unwrap_or_else(|| u64::from(clock));
    let minutes = number("PLI_LONG").map(|minutes| Duration::from_secs(minutes * 60));
    let length = minutes.unwrap_or(Duration::from_secs(10));
    eprintln!("PLI_SEED={seed}");
    let line = Line::to([]).await;
    let create = ["mailbox", "create", "-u", "alice", "-s", "Projects"];
    line.dovecot.doveadm(&create).await.unwrap();
    let works = Arc::new(Works::default());
    let mut other = OtherClient::start(&line.dovecot, seed, Arc::clone(&works)).await;
    for _ in 0..4 {
        other.write_letters(20).await;
    }
    line.sync();

    let working = tokio::spawn(other.work());
    let mut random = Random::new(seed ^ 0x5eed);
    let (begun, mut lives, mut acts) = (Instant::now(), 0, 0);
    while begun.elapsed() < length {
        let watch = line.pli.spawn(&["sync", "--watch"]);
        tokio::time::sleep(Duration::from_millis(random.below(2500))).await;
        kill(watch);
        lives += 1;
        // What a killed program had asked for is carried out by the server a moment later.
        tokio::time::sleep(Duration::from_millis(100)).await;
        works.may_move_anything(true).await;
        for _ in 0..random.below(4) {
            acts += u32::from(act(&line.pli, &mut random));
        }
        works.may_move_anything(false).await;
    }
    works.stop();
    let other = working.await.unwrap();
    eprintln!(
        "{lives} lives, {acts} acts here, {} acts and {} letters there",
        other.acts, other.written
    );

    line.sync();
    line.sync();
    is_the_same(&line).await;
    nothing_is_lost_or_doubled(&line, &other).await;
    line.pli.is_sound();
}

/// One act of a person: flags, a move or a deletion of some letters of a mailbox. False when there was nothing to act on.
fn act(pli: &Pli, random: &mut Random) -> bool {
    let mailbox = MAILBOXES[random.index(MAILBOXES.len())];
    let letters = pli.all(mailbox);
    let (from, count) = (random.index(letters.len()), 1 + random.index(8));
    let chosen = letters.iter().skip(from).take(count);
    let kind = random.below(6);
    // What `pli` may move while the other client works: see there.
    let chosen = chosen.filter(|letter| kind < 4 || number_of(letter) % 2 == 1);
    let ids: Vec<String> = chosen.map(|letter| letter["id"].to_string()).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    if ids.is_empty() {
        return false;
    }
    let target = MAILBOXES[random.index(MAILBOXES.len())];
    match kind {
        0 => pli.lines(&[&["flag"], &ids[..], &["+seen"]].concat()),
        1 => pli.lines(&[&["flag"], &ids[..], &["-seen"]].concat()),
        2 => pli.lines(&[&["flag"], &ids[..], &["+flagged", "-seen"]].concat()),
        3 => pli.lines(&[&["flag"], &ids[..], &["-flagged"]].concat()),
        4 if target == mailbox => return false,
        4 => pli.lines(&[&["move"], &ids[..], &[target]].concat()),
        _ => pli.lines(&[&["delete"], &ids[..]].concat()),
    };
    true
}

fn number_of(letter: &Value) -> usize {
    let id = letter["message_id"].as_str().unwrap();
    let number = id
        .strip_prefix("letter-")
        .and_then(|rest| rest.strip_suffix("@two.test"));
    number.unwrap_or_else(|| panic!("{id}")).parse().unwrap()
}

/// Mailbox by mailbox, letter by letter, mark by mark, byte by byte.
async fn is_the_same(line: &Line) {
    let mut there = read_all(&line.dovecot, &ALL).await;
    let mut here = BTreeMap::new();
    let mut knows_keywords = false;
    for mailbox in ALL {
        let letters = line.pli.all(mailbox);
        knows_keywords |= letters.iter().any(|letter| letter.get("keywords").is_some());
        let mut letters: Vec<Placed> = letters.iter().map(placed_here).collect();
        letters.sort();
        here.insert(mailbox.to_owned(), letters);
    }
    if !knows_keywords {
        eprintln!("pli list tells no keywords: only flags are compared");
        for letter in there.values_mut().flatten() {
            letter.marks.retain(|mark| mark.starts_with('\\'));
        }
    }
    for mailbox in ALL {
        let (here, there) = (&here[mailbox], &there[mailbox]);
        let only_here: Vec<&Placed> = here.iter().filter(|letter| !there.contains(letter)).collect();
        let only_there: Vec<&Placed> = there.iter().filter(|letter| !here.contains(letter)).collect();
        assert!(
            here == there,
            "{mailbox}\nonly here {only_here:?}\nonly there {only_there:?}"
        );
        let mut raw = line.dovecot.raw_letters("alice", mailbox).await.unwrap();
        raw.sort();
        assert!(line.pli.raw_letters(ALICE, mailbox) == raw, "{mailbox}: bytes differ");
    }
}

fn placed_here(letter: &Value) -> Placed {
    let flags = ["seen", "flagged", "answered", "draft"]
        .into_iter()
        .filter(|flag| letter[*flag] == true);
    let flags = flags.map(|flag| format!("\\{}{}", flag[..1].to_uppercase(), &flag[1..]));
    let keywords = letter["keywords"].as_array().into_iter().flatten();
    let keywords = keywords.map(|keyword| keyword.as_str().unwrap().to_owned());
    Placed {
        letter: number_of(letter),
        marks: flags.chain(keywords).collect(),
    }
}

/// Every letter ever written is in one mailbox, unless the other client has expunged it.
async fn nothing_is_lost_or_doubled(line: &Line, other: &OtherClient) {
    let there = read_all(&line.dovecot, &ALL).await;
    let letters: Vec<usize> = there.values().flatten().map(|placed| placed.letter).collect();
    let once: BTreeSet<usize> = letters.iter().copied().collect();
    let doubled: Vec<usize> = once
        .iter()
        .copied()
        .filter(|letter| letters.iter().filter(|other| *other == letter).count() > 1)
        .collect();
    assert!(doubled.is_empty(), "doubled: {doubled:?}");
    let lost: Vec<String> = (0..other.written)
        .filter(|letter| !once.contains(letter) && !other.expunged.contains(letter))
        .map(message_id)
        .collect();
    assert!(lost.is_empty(), "lost: {lost:?}");
}

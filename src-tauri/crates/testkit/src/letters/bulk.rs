//! Very many small letters, cheaply: for mailboxes of a hundred thousand.

use super::Letter;
use super::random::Random;
use super::trace::date;
use pli_model::{Flags, Timestamp};

const WORDS: [&str; 48] = [
    "the",
    "and",
    "of",
    "to",
    "in",
    "that",
    "for",
    "with",
    "river",
    "garden",
    "meeting",
    "invoice",
    "ticket",
    "weather",
    "harbour",
    "letter",
    "window",
    "kettle",
    "bicycle",
    "budget",
    "chapter",
    "printer",
    "orchard",
    "lantern",
    "paper",
    "train",
    "summer",
    "winter",
    "question",
    "answer",
    "estimate",
    "roof",
    "bridge",
    "market",
    "violin",
    "museum",
    "notebook",
    "ferry",
    "hedge",
    "museums",
    "café",
    "straße",
    "naïve",
    "東京",
    "письмо",
    "γράμμα",
    "quartz",
    "zephyr",
];

/// `count` letters over ten years up to `until`, oldest first, about a kilobyte each. One in five answers the one before
/// it. Word frequencies fall the way they do in language: `the` is everywhere, `zephyr` rare.
pub fn bulk(count: usize, until: Timestamp) -> impl Iterator<Item = Letter> {
    let mut random = Random::new(7);
    let mut before = String::new();
    let step = 315_000_000_i64 / i64::try_from(count.max(1)).unwrap_or(i64::MAX);
    (0..count).map(move |number| {
        let back = i64::try_from(count - number).unwrap_or_default().saturating_mul(step);
        let at = Timestamp::from_secs(until.secs() - back);
        let answers = !before.is_empty() && random.chance(20);
        let id = format!("bulk-{number}@many.test");
        let mut raw = format!(
            "Return-Path: <writer{writer}@many.test>\r\nReceived: from mail.many.test (mail.many.test [192.0.2.9])\r\n\tby mail.north.test (Postfix) with ESMTPS id {number:010X}\r\n\t\
             for <alice@north.test>; {when}\r\nDate: {when}\r\nMessage-ID: <{id}>\r\nFrom: Writer {writer} <writer{writer}@many.test>\r\nTo: alice@north.test\r\n",
            writer = random.below(400),
            when = date(at, 0)
        );
        if answers {
            raw += &format!("In-Reply-To: <{before}>\r\nReferences: <{before}>\r\n");
        }
        let subject = sentence(&mut random, 5);
        let subject: String = subject.chars().filter(char::is_ascii).collect();
        raw += &format!("Subject: {}{} {number}\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=UTF-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n", if answers { "Re: " } else { "" }, subject.trim());
        for _ in 0..4 + random.below(8) {
            raw += &sentence(&mut random, 10);
            raw += "\r\n";
        }
        before = id;
        let flags = if number + count / 20 < count { Flags::SEEN } else { Flags::NONE };
        Letter { raw: raw.into_bytes(), received: at, flags, keywords: Vec::new(), mailbox: "INBOX".to_owned() }
    })
}

/// `each` small letters in each of `count` mailboxes, which are called `Box 001`, `Box 002` and so on.
pub fn in_mailboxes(count: usize, each: usize, until: Timestamp) -> impl Iterator<Item = Letter> {
    bulk(count * each, until).enumerate().map(move |(number, letter)| {
        let mailbox = format!("Box {:03}", number / each.max(1) + 1);
        Letter { mailbox, ..letter }
    })
}

/// The same letters, one in three with keywords: one that everybody knows, one of a person's own, or both.
pub fn with_keywords(letters: impl Iterator<Item = Letter>) -> impl Iterator<Item = Letter> {
    let mut random = Random::new(11);
    letters.map(move |letter| {
        let keywords: &[&str] = match random.below(9) {
            0 => &["$Forwarded"],
            1 => &["work"],
            2 => &["$Forwarded", "work"],
            _ => &[],
        };
        let keywords = keywords.iter().map(|keyword| (*keyword).to_owned()).collect();
        Letter { keywords, ..letter }
    })
}

fn sentence(random: &mut Random, words: usize) -> String {
    let mut text = String::new();
    for _ in 0..words {
        // The smaller of three: low places, which are the common words, come up most.
        let place = random
            .index(WORDS.len())
            .min(random.index(WORDS.len()))
            .min(random.index(WORDS.len()));
        if !text.is_empty() {
            text.push(' ');
        }
        text += WORDS.get(place).copied().unwrap_or_default();
    }
    text
}

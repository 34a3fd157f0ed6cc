//! Conversations as they are written down in `texts/`.
//!
//! `@name: a|b|c` gives a place its possible words. `== subject` begins a conversation, `! language charset` says how it
//! is sent, `<-` begins a letter by the correspondent and `->` one by the owner of the mailbox. A line `@pdf`, `@png` or
//! `@zip` hangs an attachment to the letter above it. `{me}`, `{name}` and the places are filled in, one word a
//! conversation.

use super::random::Random;
use std::collections::BTreeMap;

/// What hangs on a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Enclosure {
    Pdf,
    Png,
    Zip,
}

/// One letter of a conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Turn {
    /// By the owner of the mailbox.
    pub mine: bool,
    pub text: String,
    pub enclosures: Vec<Enclosure>,
}

/// A conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Conversation {
    pub subject: String,
    /// Language code; empty in files of one language.
    pub language: String,
    /// IANA name.
    pub charset: String,
    pub turns: Vec<Turn>,
}

/// The conversations of one file.
#[derive(Debug, Default)]
pub(super) struct Script {
    words: BTreeMap<String, Vec<String>>,
    conversations: Vec<Conversation>,
    /// Places of those that have not been picked in this round.
    left: Vec<usize>,
}

impl Script {
    /// Reads a file. Lines before the first conversation that are no word lists are ignored.
    pub fn parse(file: &str) -> Self {
        let mut script = Self::default();
        for line in file.lines() {
            script.take(line);
        }
        for turn in script
            .conversations
            .iter_mut()
            .flat_map(|conversation| &mut conversation.turns)
        {
            turn.text.truncate(turn.text.trim_end().len());
        }
        script
    }

    fn take(&mut self, line: &str) {
        if let Some(subject) = line.strip_prefix("== ") {
            let (language, charset) = (String::new(), "UTF-8".to_owned());
            self.conversations.push(Conversation {
                subject: subject.to_owned(),
                language,
                charset,
                turns: Vec::new(),
            });
            return;
        }
        let Some(conversation) = self.conversations.last_mut() else {
            if let Some((name, words)) = line.strip_prefix('@').and_then(|line| line.split_once(": ")) {
                self.words
                    .insert(name.to_owned(), words.split('|').map(str::to_owned).collect());
            }
            return;
        };
        if let Some((language, charset)) = line.strip_prefix("! ").and_then(|line| line.split_once(' ')) {
            (conversation.language, conversation.charset) = (language.to_owned(), charset.to_owned());
            return;
        }
        let begins = [("<- ", false), ("-> ", true)];
        if let Some((text, mine)) = begins
            .iter()
            .find_map(|(mark, mine)| Some((line.strip_prefix(mark)?, *mine)))
        {
            conversation.turns.push(Turn {
                mine,
                text: format!("{text}\n"),
                enclosures: Vec::new(),
            });
            return;
        }
        let Some(turn) = conversation.turns.last_mut() else {
            return;
        };
        match line {
            "@pdf" => turn.enclosures.push(Enclosure::Pdf),
            "@png" => turn.enclosures.push(Enclosure::Png),
            "@zip" => turn.enclosures.push(Enclosure::Zip),
            _ => {
                turn.text += line;
                turn.text.push('\n');
            }
        }
    }

    /// One conversation, its places filled except `{me}` and `{name}`. None comes again before all have come.
    pub fn pick(&mut self, random: &mut Random) -> Option<Conversation> {
        if self.left.is_empty() {
            self.left = (0..self.conversations.len()).collect();
        }
        let next = random.index(self.left.len());
        let place = (next < self.left.len()).then(|| self.left.swap_remove(next))?;
        let mut picked = self.conversations.get(place)?.clone();
        for (name, words) in &self.words {
            let Some(word) = words.get(random.index(words.len())) else {
                continue;
            };
            let place = format!("{{{name}}}");
            picked.subject = picked.subject.replace(&place, word);
            for turn in &mut picked.turns {
                turn.text = turn.text.replace(&place, word);
            }
        }
        Some(picked)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_is_whole() {
        for (name, file) in super::super::TEXTS {
            let mut script = Script::parse(file);
            assert!(!script.conversations.is_empty(), "{name}");
            let mut random = Random::new(1);
            for _ in 0..200 {
                let picked = script.pick(&mut random).unwrap();
                assert!(
                    picked.turns.iter().all(|turn| turn.text.len() > 20),
                    "{name}: {}",
                    picked.subject
                );
                assert!(
                    !picked.turns.is_empty() && !picked.turns[0].mine,
                    "{name}: {}",
                    picked.subject
                );
                let left = picked
                    .turns
                    .iter()
                    .map(|turn| &turn.text)
                    .chain([&picked.subject])
                    .any(|text| text.replace("{me}", "").replace("{name}", "").contains(['{', '}']));
                assert!(!left, "{name}: {picked:?}");
                let charset = encoding_rs::Encoding::for_label(picked.charset.as_bytes()).expect("a known charset");
                for turn in &picked.turns {
                    assert!(
                        !charset.encode(&turn.text).2,
                        "{name}: {} cannot say {:?}",
                        picked.charset,
                        turn.text
                    );
                }
            }
        }
    }
}

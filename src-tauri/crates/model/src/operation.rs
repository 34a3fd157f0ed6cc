//! What a person does to letters and mailboxes, waiting to be done at the server.

use crate::{FlagChange, Flags, MailboxId};

/// One act on one or more placements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Operation {
    /// Set and clear flags and keywords.
    Mark(Marking),
    /// Move to that mailbox of the same account.
    Move(MailboxId),
    /// Put a copy into that mailbox of the same account.
    Copy(MailboxId),
    /// Delete for good.
    Expunge,
    /// Put a letter that exists only here into the mailbox at the server in which it is shown.
    Append,
}

/// Flags and keywords to set and to clear; what is named nowhere stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Marking {
    /// The flags.
    pub flags: FlagChange,
    /// Keywords to set.
    pub add_keywords: Vec<String>,
    /// Keywords to clear.
    pub remove_keywords: Vec<String>,
}

impl Marking {
    /// A marking that changes no keyword.
    pub const fn flags(change: FlagChange) -> Self {
        Self {
            flags: change,
            add_keywords: Vec::new(),
            remove_keywords: Vec::new(),
        }
    }

    /// `keywords` after this marking, in their order, the new ones last. Keywords are equal in any case (RFC 9051
    /// §2.3.2).
    pub fn apply_to_keywords(&self, keywords: &[String]) -> Vec<String> {
        let kept = keywords.iter().filter(|word| !names(&self.remove_keywords, word));
        let mut after: Vec<String> = kept.cloned().collect();
        for word in &self.add_keywords {
            if !names(&after, word) {
                after.push(word.clone());
            }
        }
        after
    }

    /// The marking that gives back what this one changed in a letter that had `flags` and `keywords` before it.
    pub fn inverse(&self, flags: Flags, keywords: &[String]) -> Self {
        let had = |word: &&String| names(keywords, word);
        Self {
            flags: FlagChange {
                add: self.flags.remove.without(self.flags.add) & flags,
                remove: self.flags.add.without(flags),
            },
            add_keywords: self.remove_keywords.iter().filter(had).cloned().collect(),
            remove_keywords: self.add_keywords.iter().filter(|word| !had(word)).cloned().collect(),
        }
    }

    /// Whether it names nothing at all.
    pub fn is_empty(&self) -> bool {
        self == &Self::default()
    }
}

fn names(list: &[String], keyword: &str) -> bool {
    list.iter().any(|known| known.eq_ignore_ascii_case(keyword))
}

/// Whether `text` can be a keyword: an atom (RFC 9051 §9, `flag-keyword`).
pub fn is_keyword(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && !br#"(){%*"\]"#.contains(&byte))
}

/// One act on a mailbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MailboxOperation {
    /// Make it, under that path.
    Create(String),
    /// Give it that path, and take along the mailboxes below it.
    Rename(String),
    /// Remove it. It must be empty.
    Delete,
    /// List it among those subscribed to (RFC 9051 §6.3.7).
    Subscribe,
    /// List it there no more.
    Unsubscribe,
}

/// Where an operation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OperationState {
    /// Waiting for its turn, or for the network.
    Queued,
    /// Waiting for a person: the account must be signed in first.
    Parked,
    /// At the server.
    Done,
    /// The server refused for good, or a person took it back before it was tried; its effect was taken back.
    Undone,
}

impl OperationState {
    /// A stable lower-case word.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Parked => "parked",
            Self::Done => "done",
            Self::Undone => "undone",
        }
    }

    /// The inverse of [`Self::as_str`].
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Queued, Self::Parked, Self::Done, Self::Undone]
            .into_iter()
            .find(|state| state.as_str() == word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        text.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn keywords_are_equal_in_any_case() {
        let junk = Marking {
            add_keywords: words("$Junk work"),
            remove_keywords: words("$notjunk"),
            ..Marking::default()
        };
        assert_eq!(
            junk.apply_to_keywords(&words("a $NotJunk WORK b")),
            words("a WORK b $Junk")
        );
    }

    #[test]
    fn an_inverse_gives_back_what_was_and_nothing_else() {
        let marking = Marking {
            flags: FlagChange {
                add: Flags::SEEN | Flags::FLAGGED,
                remove: Flags::DRAFT | Flags::ANSWERED,
            },
            add_keywords: words("$Junk new"),
            remove_keywords: words("$NotJunk gone"),
        };
        let (flags, keywords) = (Flags::FLAGGED | Flags::DRAFT, words("NEW $NotJunk other"));
        let inverse = marking.inverse(flags, &keywords);
        let there = marking.apply_to_keywords(&keywords);
        let mut back = inverse.apply_to_keywords(&there);
        back.sort_by_key(|word| word.to_lowercase());
        assert_eq!(back, words("$NotJunk NEW other"));
        assert_eq!(inverse.flags.apply(marking.flags.apply(flags)), flags);
        assert!(Marking::default().inverse(flags, &keywords).is_empty());
    }

    #[test]
    fn a_keyword_is_an_atom() {
        assert!(["$Junk", "work", "a:b", "[x"].into_iter().all(is_keyword));
        assert!(
            ["", "two words", "\\Seen", "a]", "é", "a*", "{3}"]
                .into_iter()
                .all(|text| !is_keyword(text))
        );
    }
}

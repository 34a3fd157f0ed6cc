//! Conversations: a letter, its answers, and what hangs on them.

use super::Letter;
use super::compose::{Part, Transfer, address_field, field};
use super::media;
use super::people::{self, Person};
use super::random::Random;
use super::script::{Conversation, Enclosure, Script, Turn};
use super::trace::{Origin, date, message_id, received};
use pli_model::{Flags, Timestamp};

/// Everything that is written down.
pub(super) struct Texts {
    english: Script,
    french: Script,
    german: Script,
    world: Script,
    list: Script,
}

impl Texts {
    pub fn read() -> Self {
        let [english, french, german, world, list] = super::TEXTS.map(|(_, text)| Script::parse(text));
        Self {
            english,
            french,
            german,
            world,
            list,
        }
    }
}

/// What is said in a conversation, and where.
pub(super) struct Talk {
    conversation: Conversation,
    cast: Vec<Person>,
    list: bool,
}

impl Talk {
    /// A conversation from one of the texts.
    pub fn pick(random: &mut Random, texts: &mut Texts) -> Option<Self> {
        let (script, cast, is_list): (&mut Script, &[Person], bool) = match random.below(100) {
            0..=39 => (&mut texts.english, &people::ENGLISH, false),
            40..=55 => (&mut texts.french, &people::FRENCH, false),
            56..=70 => (&mut texts.german, &people::GERMAN, false),
            71..=88 => (&mut texts.world, &[], false),
            _ => (&mut texts.list, &people::LIST_MEMBERS, true),
        };
        let conversation = script.pick(random)?;
        let one = || vec![people::abroad(&conversation.language)];
        let cast = match cast.get(random.index(cast.len())) {
            None => one(),
            Some(_) if is_list => cast.to_vec(),
            Some(person) => vec![*person],
        };
        Some(Self {
            conversation,
            cast,
            list: is_list,
        })
    }

    /// Its letters; the last one arrives at `last`, those before it hours or days earlier.
    pub fn letters(&self, random: &mut Random, owner: Person, last: Timestamp) -> Vec<Letter> {
        let turns = &self.conversation.turns;
        let mut moments = vec![last];
        for _ in 1..turns.len() {
            let gap = 600_000 + i64::try_from(random.below(90_000_000)).unwrap_or_default();
            moments.push(moments.last().copied().unwrap_or(last).plus_millis(-gap));
        }
        moments.reverse();
        let offset = random.index(self.cast.len());
        let hours = [-5, 0, 1, 2, 9].get(random.index(5)).copied().unwrap_or_default();
        let mut ids: Vec<String> = Vec::new();
        let mut before: Option<(&Turn, Person, Timestamp)> = None;
        let mut letters = Vec::new();
        for (number, (turn, at)) in turns.iter().zip(moments).enumerate() {
            let other = self
                .cast
                .get((offset + number) % self.cast.len().max(1))
                .copied()
                .unwrap_or(owner);
            let writer = if turn.mine { owner } else { other };
            let said = Said {
                talk: self,
                turn,
                number,
                writer,
                other,
                owner,
                at,
                hours,
                before,
                ids: &ids,
            };
            let (letter, id) = said.letter(random, turns.get(number + 1).is_some_and(|next| next.mine));
            letters.push(letter);
            ids.push(id);
            before = Some((turn, writer, at));
        }
        letters
    }
}

/// One letter of a conversation, about to be written.
struct Said<'a> {
    talk: &'a Talk,
    turn: &'a Turn,
    number: usize,
    writer: Person,
    other: Person,
    owner: Person,
    at: Timestamp,
    /// The writer's clock, from UTC.
    hours: i8,
    before: Option<(&'a Turn, Person, Timestamp)>,
    ids: &'a [String],
}

impl Said<'_> {
    fn letter(&self, random: &mut Random, answered: bool) -> (Letter, String) {
        let id = message_id(random, self.writer.email);
        let mut header = String::new();
        if !self.turn.mine {
            let via = self.talk.list.then_some("hedgerow.test");
            header += &received(
                random,
                self.writer.email,
                self.owner.email,
                Origin::Person,
                via,
                self.at,
            );
        }
        header += &self.header(&id);
        let mut flags = if self.turn.mine { Flags::SEEN } else { Flags::NONE };
        if answered {
            flags = flags | Flags::ANSWERED | Flags::SEEN;
        }
        let mailbox = match (self.turn.mine, self.talk.list) {
            (true, _) => "Sent",
            (false, true) => "Lists/hedge",
            (false, false) => "INBOX",
        };
        let raw = self.body(random).letter(&header);
        (
            Letter {
                raw,
                received: self.at,
                flags,
                keywords: Vec::new(),
                mailbox: mailbox.to_owned(),
            },
            id,
        )
    }

    fn header(&self, id: &str) -> String {
        let Conversation { charset, subject, .. } = &self.talk.conversation;
        let subject = if self.number == 0 {
            subject.clone()
        } else {
            format!("Re: {subject}")
        };
        let list = Person {
            name: "Hedgerow friends",
            email: "hedge@hedgerow.test",
        };
        let to = match (self.talk.list, self.turn.mine) {
            (true, _) => list,
            (false, true) => self.other,
            (false, false) => self.owner,
        };
        let mut header = format!(
            "Date: {}\r\nMessage-ID: <{id}>\r\n",
            date(self.at.plus_millis(-5000), self.hours)
        );
        header += &address_field("From", &[self.writer], charset_for(self.writer, charset));
        header += &address_field("To", &[to], charset_for(to, charset));
        header += &field("Subject", &subject, charset);
        if let Some(last) = self.ids.last() {
            header += &format!(
                "In-Reply-To: <{last}>\r\nReferences: {}\r\n",
                self.ids
                    .iter()
                    .map(|id| format!("<{id}>"))
                    .collect::<Vec<_>>()
                    .join("\r\n ")
            );
        }
        if self.talk.list {
            header += "List-Id: Hedges and what lives in them <hedge.hedgerow.test>\r\nList-Post: <mailto:hedge@hedgerow.test>\r\n\
                       List-Unsubscribe: <mailto:hedge-leave@hedgerow.test>\r\nPrecedence: list\r\n";
        }
        header
    }

    fn body(&self, random: &mut Random) -> Part {
        let charset = &self.talk.conversation.charset;
        let mut text = self.text();
        if let Some((before, writer, at)) = self.before {
            let quoted: String = before.text.lines().map(|line| format!("> {line}\n")).collect();
            text += &format!("\n{}, {}:\n{quoted}", date(at, self.hours), writer.name);
            text = text
                .replace("{me}", first_name(self.owner))
                .replace("{name}", first_name(self.other));
        }
        if self.talk.list && self.number > 0 {
            text += "\n_______________________________________________\nhedge mailing list\nhedge@hedgerow.test\n";
        }
        let mark = random.number();
        let main = match (charset.as_str(), random.below(4)) {
            ("UTF-8", 0) => Part::flowed(&text),
            ("UTF-8", 1) => Part::multipart(
                "alternative",
                mark ^ 1,
                &[
                    Part::text("plain", &text, charset, Transfer::QuotedPrintable),
                    Part::text("html", &html(&text), charset, Transfer::QuotedPrintable),
                ],
            ),
            (_, 2) => Part::text("plain", &text, charset, Transfer::Base64),
            (_, 3) => Part::text("plain", &text, charset, Transfer::QuotedPrintable),
            _ => Part::text("plain", &text, charset, Transfer::EightBit),
        };
        if self.turn.enclosures.is_empty() {
            return main;
        }
        let mut parts = vec![main];
        parts.extend(
            self.turn
                .enclosures
                .iter()
                .map(|enclosure| self.attachment(random, *enclosure)),
        );
        Part::multipart("mixed", mark, &parts)
    }

    fn text(&self) -> String {
        let (me, name) = (first_name(self.owner), first_name(self.other));
        // In one's own letters the names change places only at the end, where `{name}` is still the other one.
        let mut text = self.turn.text.replace("{me}", me).replace("{name}", name);
        text.push('\n');
        if self.turn.mine {
            text += &format!("\n{me}\n");
        }
        text
    }

    fn attachment(&self, random: &mut Random, enclosure: Enclosure) -> Part {
        let subject = self.talk.conversation.subject.as_str();
        // The name a person would give it: the subject without what file systems dislike.
        let name: String = subject
            .chars()
            .filter(|c| c.is_alphanumeric() || *c == ' ' || *c == '-')
            .take(40)
            .collect();
        let name = name.trim();
        match enclosure {
            Enclosure::Pdf => Part::attachment(
                "application/pdf",
                &format!("{name}.pdf"),
                &media::pdf(&[subject, "", self.writer.email]),
            ),
            Enclosure::Png => Part::attachment("image/png", &format!("{name}.png"), &media::png(random, 240, 160)),
            Enclosure::Zip => {
                let pictures = [media::png(random, 120, 80), media::png(random, 120, 80)];
                let files: Vec<(&str, &[u8])> = ["one.png", "two.png"]
                    .into_iter()
                    .zip(pictures.iter().map(Vec::as_slice))
                    .collect();
                Part::attachment("application/zip", &format!("{name}.zip"), &media::zip(&files))
            }
        }
    }
}

/// A name in another script goes out in UTF-8 whatever the letter is written in.
fn charset_for(person: Person, charset: &str) -> &str {
    let sayable =
        encoding_rs::Encoding::for_label(charset.as_bytes()).is_some_and(|encoding| !encoding.encode(person.name).2);
    if sayable { charset } else { "UTF-8" }
}

fn first_name(person: Person) -> &'static str {
    person.name.split(' ').next().unwrap_or_default()
}

/// The text as a mail program would make HTML of it.
fn html(text: &str) -> String {
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let paragraphs: String = escaped
        .trim_end()
        .split("\n\n")
        .map(|part| format!("<p>{}</p>\n", part.replace('\n', "<br>\n")))
        .collect();
    format!(
        "<html><head><meta http-equiv=\"Content-Type\" content=\"text/html; charset=utf-8\"></head><body>\n{paragraphs}</body></html>\n"
    )
}

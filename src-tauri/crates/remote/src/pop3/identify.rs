//! Which letter is which, in every session: by the server's unique ids, or without them by what letters hold.
//!
//! Kept true here:
//! - Different letters never share an id: the later one would not be seen.
//! - The same letter has the same id in the next session: another one would bring it here again.

use super::header;
use pli_net::Stream;
use pli_pop::{Listed, Part, PopError, Reason, Refusal, Session, Stretch, Wanted};
use std::collections::HashMap;

/// A letter of this session under an id for all sessions.
type Identified = (String, Wanted);

/// Gives each letter an id.
///
/// Without UIDL, the id is a digest: of the header and the size where the server knows TOP, which reads every header
/// once a session; else of the whole letter, which downloads the whole maildrop once a session, and some servers take that for
/// reading it. A letter that such a
/// server refuses to send is left out; when it refuses all of them, that is an error.
pub async fn identify(session: &mut Session<Stream>, listed: Vec<Listed>) -> pli_pop::Result<Vec<Identified>> {
    let wanted = |letter: &Listed| Wanted {
        number: letter.number,
        octets: letter.octets,
    };
    let by_uidl: Option<Vec<Identified>> = listed
        .iter()
        .map(|letter| Some((letter.uidl.clone()?, wanted(letter))))
        .collect();
    match by_uidl {
        Some(letters) => Ok(tell_copies_apart(letters)),
        None => by_content(session, listed.iter().map(wanted).collect()).await,
    }
}

/// A server may give one id to copies of a letter (RFC 1939 §7). What differs in size is no copy and gets an id of
/// its own, made of both; of real copies the first stands for all.
fn tell_copies_apart(letters: Vec<Identified>) -> Vec<Identified> {
    let mut octets_of: HashMap<String, u64> = HashMap::with_capacity(letters.len());
    let mut apart = Vec::with_capacity(letters.len());
    for (uidl, wanted) in letters {
        let id = match octets_of.get(&uidl) {
            None => uidl,
            Some(octets) if *octets == wanted.octets => continue,
            Some(_) => format!("{uidl}+{}", wanted.octets),
        };
        if octets_of.insert(id.clone(), wanted.octets).is_none() {
            apart.push((id, wanted));
        }
    }
    apart
}

async fn by_content(session: &mut Session<Stream>, letters: Vec<Wanted>) -> pli_pop::Result<Vec<Identified>> {
    let Some(first) = letters.first().copied() else {
        return Ok(Vec::new());
    };
    let (mut identified, refused) = if knows_top(session, first).await? {
        let (mut by_top, refused) = digests(session, Part::Header, letters, By::Header).await?;
        // By the same digest: an id hangs on the letter, not on the command that could read it.
        let again = refused.into_iter().map(|(wanted, _)| wanted).collect();
        let (by_retr, refused) = digests(session, Part::Whole, again, By::Header).await?;
        by_top.extend(by_retr);
        (by_top, refused)
    } else {
        digests(session, Part::Whole, letters, By::Letter).await?
    };
    match refused.into_iter().next() {
        Some((_, refusal)) if identified.is_empty() => Err(PopError::Refused(refusal)),
        _ => {
            identified.sort_by_key(|(_, wanted)| wanted.number);
            number_equals(&mut identified);
            Ok(identified)
        }
    }
}

/// Whether the server knows TOP. One without CAPA may, so it is tried; what is asked once spares whole letters.
async fn knows_top(session: &mut Session<Stream>, letter: Wanted) -> pli_pop::Result<bool> {
    if session.capabilities().top {
        return Ok(true);
    }
    match session.letters(Part::Header, vec![letter]).next().await {
        Some(answer) => match answer?.raw {
            Ok(_) => Ok(true),
            Err(refusal) if refusal.reason == Reason::Other => Ok(false),
            // It cannot now. To go on by other digests would make every letter a new one.
            Err(refusal) => Err(PopError::Refused(refusal)),
        },
        None => Ok(false),
    }
}

/// What a name is made of.
#[derive(Clone, Copy)]
enum By {
    /// The header block, out of it alone or out of the whole letter, and the octets that LIST tells.
    Header,
    /// All octets.
    Letter,
}

/// Reads letters, as many at once as the session does, and keeps only their digests; and what was refused.
async fn digests(
    session: &mut Session<Stream>,
    part: Part,
    letters: Vec<Wanted>,
    by: By,
) -> pli_pop::Result<(Vec<Identified>, Vec<(Wanted, Refusal)>)> {
    let mut identified = Vec::with_capacity(letters.len());
    let mut refused = Vec::new();
    let mut answers = session.letters(part, letters.clone());
    for wanted in letters {
        let mut hasher = blake3::Hasher::new();
        while let Some(stretch) = answers.next().await {
            let Stretch {
                offset, raw, is_last, ..
            } = stretch?;
            match (raw, by) {
                (Ok(raw), By::Letter) => _ = hasher.update(&raw),
                // The block is in the first stretch. Servers differ in whether an empty line ends the answer to TOP, so it
                // does not count.
                (Ok(raw), By::Header) if offset == 0 => _ = hasher.update(header(raw).trim_ascii_end()),
                (Ok(_), By::Header) => {}
                (Err(refusal), _) => {
                    refused.push((wanted, refusal));
                    break;
                }
            }
            if is_last {
                let id = match by {
                    By::Header => format!("top-{}", hasher.update(&wanted.octets.to_be_bytes()).finalize()),
                    By::Letter => format!("raw-{}", hasher.finalize()),
                };
                identified.push((id, wanted));
                break;
            }
        }
    }
    Ok((identified, refused))
}

/// Letters of one digest get numbers behind it, in the order of the maildrop. Which of them goes by which number is no
/// matter: they are copies.
fn number_equals(identified: &mut [Identified]) {
    let mut seen: HashMap<String, u32> = HashMap::with_capacity(identified.len());
    for (id, _) in identified {
        let count = seen.entry(id.clone()).or_default();
        *count += 1;
        if *count > 1 {
            *id = format!("{id}-{count}");
        }
    }
}

//! STAT, LIST and UIDL: which letters there are.

use crate::{PopError, Result};
use async_pop::{
    request::Request,
    response::{
        Response,
        types::{DataType, number::Number},
        uidl::UidlResponse,
    },
};
use std::collections::HashMap;

/// The maildrop in two numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stat {
    /// Number of letters.
    pub count: u32,
    /// Octets of all letters together.
    pub octets: u64,
}

/// A letter of the maildrop. Its number is valid in this session only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Message number.
    pub number: u32,
    /// Unique id: the same in every session. Servers may give copies of one letter the same. `None`, for every
    /// letter, where the server does not know UIDL (it is optional in RFC 1939 §7).
    pub uidl: Option<String>,
    /// Octets as the server counts them.
    pub octets: u64,
}

/// Reads the words after `+OK` of a STAT.
pub(crate) fn stat(words: &str) -> Result<Stat> {
    let complete = format!("+OK {words}\r\n");
    let wrong = || PopError::protocol(words);
    match Response::from_bytes(complete.as_bytes(), request("STAT")?.command()) {
        Ok((_, Response::Stat(stat))) => {
            let (count, octets) = (number(stat.counter()), number(stat.size()));
            Ok(Stat {
                count: count.ok_or_else(wrong)?,
                octets: octets.ok_or_else(wrong)?,
            })
        }
        _ => Err(wrong()),
    }
}

/// Reads the lines of a complete LIST: message numbers and octets.
pub(crate) fn sizes(answer: &[u8]) -> Result<Vec<(u32, u64)>> {
    let complete = whole(answer);
    let wrong = || PopError::protocol("a LIST that cannot be read");
    match Response::from_bytes(&complete, request("LIST")?.command()) {
        Ok((_, Response::List(list))) => {
            let pair = |stat: &async_pop::response::stat::Stat| Some((number(stat.counter())?, number(stat.size())?));
            list.items()
                .iter()
                .map(pair)
                .collect::<Option<Vec<_>>>()
                .ok_or_else(wrong)
        }
        _ => Err(wrong()),
    }
}

/// Reads the lines of a complete UIDL: message numbers and unique ids.
pub(crate) fn unique_ids(answer: &[u8]) -> Result<Vec<(u32, String)>> {
    let complete = whole(answer);
    let read = match Response::from_bytes(&complete, request("UIDL")?.command()) {
        Ok((_, Response::Uidl(UidlResponse::Multiple(list)))) => list
            .items()
            .iter()
            .map(|item| Some((number(item.index())?, item.id().as_str().ok()?.to_owned())))
            .collect(),
        _ => None,
    };
    match read {
        Some(ids) => Ok(ids),
        None => lenient_unique_ids(answer),
    }
}

/// The same for servers whose ids are longer than allowed or hold other characters.
fn lenient_unique_ids(answer: &[u8]) -> Result<Vec<(u32, String)>> {
    let text = String::from_utf8_lossy(answer);
    let read = |line: &str| {
        let (number, id) = line.trim().split_once(' ')?;
        let id = id.trim();
        if id.is_empty() {
            None
        } else {
            Some((number.parse().ok()?, id.to_owned()))
        }
    };
    text.lines()
        .map(|line| read(line).ok_or_else(|| PopError::protocol(line)))
        .collect()
}

/// Joins UIDL and LIST of one session, which must speak of the same letters; in the order of UIDL.
pub(crate) fn join(ids: Vec<(u32, String)>, sizes: Vec<(u32, u64)>) -> Result<Vec<Listed>> {
    let count = sizes.len();
    let sizes: HashMap<u32, u64> = sizes.into_iter().collect();
    let disagree = || PopError::protocol("UIDL and LIST name different letters");
    if count != ids.len() {
        return Err(disagree());
    }
    let join = |(number, uidl)| {
        Some(Listed {
            number,
            uidl: Some(uidl),
            octets: *sizes.get(&number)?,
        })
    };
    ids.into_iter().map(join).collect::<Option<_>>().ok_or_else(disagree)
}

/// The letters of a server without UIDL, in the order of LIST.
pub(crate) fn without_ids(sizes: Vec<(u32, u64)>) -> Vec<Listed> {
    let listed = |(number, octets)| Listed {
        number,
        uidl: None,
        octets,
    };
    sizes.into_iter().map(listed).collect()
}

/// The lines as a complete answer. The first line is ours: `+OK 2 320`, which is allowed there, reads like an item.
fn whole(answer: &[u8]) -> Vec<u8> {
    [b"+OK\r\n", answer, b".\r\n"].concat()
}

fn request(command: &str) -> Result<Request> {
    command.parse().map_err(|_| PopError::protocol(command))
}

fn number<N: std::str::FromStr>(number: &Number) -> Option<N> {
    number.as_str().ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_as_servers_write_them() {
        assert_eq!(stat("2 320").unwrap(), Stat { count: 2, octets: 320 });
        assert_eq!(stat("0 0 and more words").unwrap(), Stat { count: 0, octets: 0 });
        assert!(stat("two").is_err() && stat("").is_err() && stat("99999999999 1").is_err());
        assert_eq!(sizes(b"").unwrap(), []);
        assert_eq!(
            sizes(b"1 120\r\n3 5000000000 odd\r\n").unwrap(),
            [(1, 120), (3, 5_000_000_000)]
        );
        assert!(sizes(b"1\r\n").is_err());
        assert_eq!(unique_ids(b"").unwrap(), []);
        assert_eq!(
            unique_ids(b"1 whqtswO00WBw418f9t5JxYwZ \r\n2 ..x\r\n").unwrap(),
            [(1, "whqtswO00WBw418f9t5JxYwZ".to_owned()), (2, "..x".to_owned())]
        );
    }

    #[test]
    fn ids_beyond_the_standard_are_kept_and_nonsense_is_refused() {
        let long = "x".repeat(120);
        let answer = format!("1 {long}\r\n2 caf\u{e9} au lait\r\n");
        assert_eq!(
            unique_ids(answer.as_bytes()).unwrap(),
            [(1, long), (2, "caf\u{e9} au lait".to_owned())]
        );
        for wrong in ["1\r\n", "1 a\r\nx b\r\n", "1 \r\n", "\r\n"] {
            assert!(
                matches!(unique_ids(wrong.as_bytes()), Err(PopError::Protocol(_))),
                "{wrong:?}"
            );
        }
    }

    #[test]
    fn a_list_that_leaves_letters_out_is_no_list() {
        let ids = vec![(1, "a".to_owned()), (2, "b".to_owned())];
        let listed = join(ids.clone(), vec![(2, 20), (1, 10)]).unwrap();
        assert_eq!(
            listed
                .iter()
                .map(|letter| (letter.number, letter.octets))
                .collect::<Vec<_>>(),
            [(1, 10), (2, 20)]
        );
        assert!(join(ids.clone(), vec![(1, 10)]).is_err());
        assert!(join(ids, vec![(1, 10), (3, 30)]).is_err());
    }

    #[test]
    fn fifty_thousand_ids_take_no_time() {
        let answer: String = (1..=50_000).map(|n| format!("{n} 0000{n:08x}5f3a\r\n")).collect();
        let begun = std::time::Instant::now();
        assert_eq!(unique_ids(answer.as_bytes()).unwrap().len(), 50_000);
        assert!(begun.elapsed().as_secs() < 2, "{:?}", begun.elapsed());
    }
}

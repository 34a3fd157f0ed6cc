//! Dates, ids and trace headers (RFC 5321 §4.4): the way a letter took, from the writer's machine to the mailbox.

use super::random::Random;
use pli_model::Timestamp;
use time::macros::format_description;
use time::{OffsetDateTime, UtcOffset};

/// A moment as header fields write it, at that many hours from UTC.
pub(super) fn date(at: Timestamp, hours: i8) -> String {
    let format = format_description!(
        "[weekday repr:short], [day padding:none] [month repr:short] [year] [hour]:[minute]:[second] [offset_hour sign:mandatory][offset_minute]"
    );
    let offset = UtcOffset::from_hms(hours, 0, 0).unwrap_or(UtcOffset::UTC);
    OffsetDateTime::from_unix_timestamp(at.secs())
        .ok()
        .and_then(|moment| moment.to_offset(offset).format(format).ok())
        .unwrap_or_else(|| "Thu, 1 Jan 1970 00:00:00 +0000".to_owned())
}

/// A queue id as Postfix makes them.
fn queue_id(random: &mut Random) -> String {
    format!("{:010X}", random.number() & 0xff_ffff_ffff)
}

/// Whose machine a letter was handed in from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Origin {
    /// A mail program that signed in.
    Person,
    /// A web shop's or newsletter's machine.
    Machine,
}

/// The trace of a letter from `from` that arrived for `to` at `arrived`, newest first, with the `Return-Path` that the
/// last hop adds. The whole way takes a few seconds, and sometimes minutes.
pub(super) fn received(
    random: &mut Random,
    from: &str,
    to: &str,
    origin: Origin,
    via: Option<&str>,
    arrived: Timestamp,
) -> String {
    let (there, here) = (domain(from), domain(to));
    let address = format!("192.0.2.{}", 1 + there.bytes().map(u64::from).sum::<u64>() % 250);
    let mut moment = arrived;
    let mut back = |random: &mut Random, slow: bool| {
        let before = if slow { 60 + random.below(900) } else { random.below(3) };
        moment = moment.plus_millis(-1000 * i64::try_from(before).unwrap_or_default());
        date(moment, 0)
    };
    let mut trace = format!("Return-Path: <{from}>\r\nDelivered-To: {to}\r\n");
    trace += &format!(
        "Received: from mail.{here} by mail.{here} with LMTP\r\n id {} (envelope-from <{from}>)\r\n for <{to}>; {}\r\n",
        queue_id(random),
        back(random, false)
    );
    let mut hop = |random: &mut Random, host: &str, ip: &str, by: &str, slow: bool| {
        trace += &format!(
            "Received: from {host} ({host} [{ip}])\r\n\t(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits))\r\n\
             \tby {by} (Postfix) with ESMTPS id {}\r\n\tfor <{to}>; {}\r\n",
            queue_id(random),
            back(random, slow)
        );
    };
    let slow = random.chance(6);
    let last = format!("mail.{here}");
    if let Some(list) = via {
        hop(random, &format!("lists.{list}"), "192.0.2.251", &last, slow);
        hop(
            random,
            &format!("mail.{there}"),
            &address,
            &format!("lists.{list}"),
            false,
        );
    } else {
        hop(random, &format!("mail.{there}"), &address, &last, slow);
    }
    let (id, at) = (queue_id(random), back(random, false));
    let number = 2 + random.below(250);
    trace += &match origin {
        Origin::Person => format!(
            "Received: from [192.168.1.{number}] (client-{number}.access.test [198.51.100.{number}])\r\n\
             \tby mail.{there} (Postfix) with ESMTPSA id {id};\r\n\t{at}\r\n"
        ),
        Origin::Machine => {
            format!("Received: by worker-{number}.{there} (Postfix, from userid 33)\r\n\tid {id}; {at}\r\n")
        }
    };
    trace
}

/// The part after the `@`.
pub(super) fn domain(address: &str) -> &str {
    address.rsplit_once('@').map_or("elsewhere.test", |(_, domain)| domain)
}

/// A fresh message id, without its brackets.
pub(super) fn message_id(random: &mut Random, from: &str) -> String {
    format!(
        "{:016x}.{:08x}@{}",
        random.number(),
        random.number() >> 32,
        domain(from)
    )
}

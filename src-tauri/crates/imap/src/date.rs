//! INTERNALDATE's date-time (RFC 9051 §9): `17-Jul-1996 02:44:25 -0700`.

use pli_model::Timestamp;
use time::{Date, Month, OffsetDateTime, PrimitiveDateTime, Time, UtcOffset};

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// Reads a date-time; a day may be written with a leading space, a zero or neither. `None` for anything else.
pub fn parse(text: &str) -> Option<Timestamp> {
    let mut words = text.split_whitespace();
    let (date, clock, zone) = (words.next()?, words.next()?, words.next().unwrap_or("+0000"));
    let mut date = date.splitn(3, '-');
    let day: u8 = date.next()?.parse().ok()?;
    let month_name = date.next()?;
    let month = MONTHS
        .iter()
        .zip(1u8..)
        .find(|(name, _)| name.eq_ignore_ascii_case(month_name))?
        .1;
    let date = Date::from_calendar_date(date.next()?.parse().ok()?, Month::try_from(month).ok()?, day).ok()?;
    let mut clock = clock.splitn(3, ':').map(|part| part.parse::<u8>().ok());
    // A leap second is written as 60 and has no place in Unix time.
    let time = Time::from_hms(clock.next()??, clock.next()??, clock.next()??.min(59)).ok()?;
    let sign = if zone.starts_with('-') { -1 } else { 1 };
    let zone: i32 = zone.get(1..).filter(|digits| digits.len() == 4)?.parse().ok()?;
    let offset = UtcOffset::from_whole_seconds(sign * (zone / 100 * 3600 + zone % 100 * 60)).ok()?;
    Some(Timestamp::from_secs(
        PrimitiveDateTime::new(date, time)
            .assume_offset(offset)
            .unix_timestamp(),
    ))
}

/// Writes a date-time in UTC, as APPEND wants it. Years outside 0..=9999 become the epoch.
pub fn format(timestamp: Timestamp) -> String {
    let moment = OffsetDateTime::from_unix_timestamp(timestamp.secs())
        .ok()
        .filter(|moment| (0..=9999).contains(&moment.year()))
        .unwrap_or(OffsetDateTime::UNIX_EPOCH);
    let month = MONTHS
        .get(usize::from(u8::from(moment.month())) - 1)
        .copied()
        .unwrap_or("Jan");
    let (hour, minute, second) = moment.to_hms();
    format!(
        "{:02}-{month}-{:04} {hour:02}:{minute:02}:{second:02} +0000",
        moment.day(),
        moment.year()
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn dates_of_servers() {
        assert_eq!(
            parse("17-Jul-1996 02:44:25 -0700"),
            Some(Timestamp::from_secs(837_596_665))
        );
        assert_eq!(parse(" 1-Jan-1970 00:00:00 +0000"), Some(Timestamp::from_secs(0)));
        assert_eq!(parse("01-jan-1970 05:30:00 +0530"), Some(Timestamp::from_secs(0)));
        for wrong in [
            "",
            "NIL",
            "32-Jan-2020 00:00:00 +0000",
            "1-Foo-2020 00:00:00 +0000",
            "1-Jan-2020 00:00 +0000",
            "1-Jan-2020 00:00:00 é+",
        ] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn there_and_back(secs in -62_135_596_800i64..253_402_300_799) {
            prop_assert_eq!(parse(&format(Timestamp::from_secs(secs))), Some(Timestamp::from_secs(secs)));
        }

        #[test]
        fn never_panics(text in any::<String>(), millis in any::<i64>()) {
            let _ = parse(&text);
            let _ = format(Timestamp(millis));
        }
    }
}

//! The calendar as text (RFC 5545, with the name and the refresh interval of RFC 7986), written by the kept
//! library `icalendar`.
//!
//! Times are UTC. Each day is an entry of its own and its instant is reckoned in the person's zone when it is
//! written, so daylight saving and a changed zone are right already; floating times are read as UTC by some
//! calendars, and zone definitions differently by others. Nothing relies on alarms.

use chrono::{Days, Duration, NaiveDate};
use icalendar::{Calendar, Class, Component, Event, EventLike, Property};

use super::CalendarText;
use crate::clock::UtcTime;

/// How often a calendar should look for changes.
const REFRESH: &str = "PT6H";
/// Who writes it.
const PRODUCT: &str = "-//Gradus//Calendar//EN";

/// One day as the calendar is told it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Identity, the same for as long as the day is planned.
    pub uid: String,
    /// When it begins.
    pub starts_at: UtcTime,
    /// How long it takes.
    pub minutes: u32,
    /// Title.
    pub title: String,
    /// Counts the changes of this entry.
    pub sequence: u32,
    /// When it last changed.
    pub changed_at: UtcTime,
}

/// Tells that the address runs out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Renewal {
    /// Identity.
    pub uid: String,
    /// Day it stands on.
    pub on: NaiveDate,
    /// When the address was made or renewed last.
    pub since: UtcTime,
}

/// The calendar's text, in the words of a language.
pub fn write(words: &CalendarText, entries: &[Entry], renewal: Option<&Renewal>, zone: &str, link: &str) -> String {
    let mut calendar = Calendar::empty();
    for (name, value) in [("VERSION", "2.0"), ("PRODID", PRODUCT), ("CALSCALE", "GREGORIAN"), ("METHOD", "PUBLISH")] {
        calendar.append_property(Property::new(name, value));
    }
    calendar.name(&words.name).timezone(zone);
    let mut refresh = Property::new("REFRESH-INTERVAL", REFRESH);
    calendar.append_property(refresh.add_parameter("VALUE", "DURATION").done());
    calendar.append_property(Property::new("X-PUBLISHED-TTL", REFRESH));
    for entry in entries {
        let mut event = Event::with_uid(&entry.uid);
        event.summary(&entry.title).starts(entry.starts_at.and_utc());
        event.ends((entry.starts_at + Duration::minutes(i64::from(entry.minutes))).and_utc());
        calendar.push(common(&mut event, entry.sequence, entry.changed_at, link));
    }
    if let Some(renewal) = renewal {
        let mut event = Event::with_uid(&renewal.uid);
        event.summary(&words.renew).starts(renewal.on).ends(renewal.on + Days::new(1));
        calendar.push(common(&mut event, 0, renewal.since, link));
    }
    calendar.to_string()
}

/// What every entry has. It takes no time from anybody's day and is marked as private.
fn common(event: &mut Event, sequence: u32, changed_at: UtcTime, link: &str) -> Event {
    event.timestamp(changed_at.and_utc()).last_modified(changed_at.and_utc()).sequence(sequence).class(Class::Private).url(link);
    event.add_property("TRANSP", "TRANSPARENT");
    event.done()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words() -> &'static CalendarText {
        &crate::post::texts().calendar
    }

    fn at(text: &str) -> UtcTime {
        chrono::NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").expect("a time")
    }

    #[test]
    fn lines_are_folded_values_escaped_and_ends_are_crlf() {
        let title = "Müde, aber froh; \\o/ \u{1f600} and a title that is so long that no line of seventy-five bytes can hold it at all";
        let entry = Entry {
            uid: "a@gradus".to_owned(),
            starts_at: at("2026-11-21 09:00"),
            minutes: 15,
            title: title.to_owned(),
            sequence: 3,
            changed_at: at("2026-11-20 08:00"),
        };
        let text = write(words(), &[entry], None, "Europe/London", "https://a.example/today");
        assert!(text.split("\r\n").all(|line| line.len() <= 75 && !line.contains('\n') && !line.contains('\r')), "{text}");
        let unfolded = text.replace("\r\n ", "");
        assert!(unfolded.contains("SUMMARY:Müde\\, aber froh\\; \\\\o/ \u{1f600} and"), "{unfolded}");
        for line in [
            "UID:a@gradus",
            "DTSTART:20261121T090000Z",
            "DTEND:20261121T091500Z",
            "SEQUENCE:3",
            "DTSTAMP:20261120T080000Z",
            "REFRESH-INTERVAL;VALUE=DURATION:PT6H",
            "CLASS:PRIVATE",
            "TRANSP:TRANSPARENT",
            "NAME:Gradus",
            "URL:https://a.example/today",
        ] {
            assert!(unfolded.lines().any(|l| l == line), "{line}: {unfolded}");
        }
        assert!(!text.contains("VALARM"));
    }

    #[test]
    fn the_same_days_give_the_same_text() {
        let renewal = Renewal { uid: "r@gradus".to_owned(), on: "2027-11-07".parse().expect("a date"), since: at("2026-11-21 09:00") };
        let once = write(words(), &[], Some(&renewal), "Europe/London", "https://a.example/today");
        assert_eq!(once, write(words(), &[], Some(&renewal), "Europe/London", "https://a.example/today"));
        assert!(once.contains("DTSTART;VALUE=DATE:20271107") && once.contains("DTEND;VALUE=DATE:20271108"), "{once}");
    }
}

//! Worked cases, and a walk through every change of the clocks of every zone.

use super::*;
use chrono::Offset;
use std::collections::{BTreeMap, BTreeSet, HashSet};

fn date(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

fn time(text: &str) -> NaiveTime {
    NaiveTime::parse_from_str(text, "%H:%M").expect("a time")
}

fn utc(text: &str) -> UtcTime {
    chrono::NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").expect("a time")
}

fn tz(name: &str) -> Tz {
    name.parse().expect("a zone")
}

fn daily(at: &str, second: Option<&str>) -> Rhythm {
    Rhythm { days: (0..7).collect(), at: time(at), second: second.map(time), from: date("2020-01-01") }
}

fn never(_: NaiveDate, _: Nudge) -> bool {
    false
}

/// Rounds once every `step`, as the server does: what goes out, and when.
fn rounds(rhythm: &Rhythm, zone: impl Fn(UtcTime) -> Tz, from: UtcTime, to: UtcTime, step: Duration) -> Vec<(NaiveDate, Nudge, UtcTime)> {
    let mut sent: Vec<(NaiveDate, Nudge, UtcTime)> = Vec::new();
    let mut now = from;
    while now < to {
        let settled = |on: NaiveDate, nudge: Nudge| sent.iter().any(|(d, n, _)| (*d, *n) == (on, nudge));
        if let Some(due) = rhythm.next_due(zone(now), now, settled).filter(|due| due.at <= now) {
            sent.push((due.on, due.nudge, now));
        }
        now += step;
    }
    sent
}

#[test]
fn a_time_that_does_not_exist_becomes_the_first_that_does() {
    // London, 29 March 2026: 01:00 becomes 02:00. Berlin: 02:00 becomes 03:00.
    let due = daily("02:30", None).due_on(date("2026-03-29"), Nudge::First, tz("Europe/Berlin")).expect("due");
    assert_eq!(due.at, utc("2026-03-29 01:30"), "03:30 on the new clock");
    assert_eq!(due.on, date("2026-03-29"));
}

#[test]
fn a_time_that_comes_twice_reminds_once_at_the_earlier() {
    let (zone, rhythm) = (tz("Europe/Berlin"), daily("02:30", None));
    let due = rhythm.due_on(date("2026-10-25"), Nudge::First, zone).expect("due");
    assert_eq!(due.at, utc("2026-10-25 00:30"), "02:30 of summer time");
    let sent = rounds(&rhythm, |_| zone, utc("2026-10-24 00:00"), utc("2026-10-27 00:00"), Duration::minutes(1));
    assert_eq!(sent.len(), 3, "{sent:?}");
}

#[test]
fn a_date_that_a_zone_skipped_has_none_and_its_neighbours_have_theirs() {
    // Samoa had no 30 December 2011.
    let (zone, mut rhythm) = (tz("Pacific/Apia"), daily("07:00", None));
    rhythm.from = date("2011-01-01");
    assert_eq!(rhythm.due_on(date("2011-12-30"), Nudge::First, zone), None);
    let sent = rounds(&rhythm, |_| zone, utc("2011-12-28 12:00"), utc("2012-01-02 00:00"), Duration::minutes(1));
    let dates: Vec<NaiveDate> = sent.iter().map(|(on, ..)| *on).collect();
    assert_eq!(dates, ["2011-12-28", "2011-12-29", "2011-12-31", "2012-01-01", "2012-01-02"].map(date));
}

#[test]
fn a_gap_before_midnight_does_not_push_the_reminder_into_the_next_date() {
    // Nuuk, 30 March 2024: 22:00 becomes 23:00. Toronto, 1919: half past eleven in the evening became half past twelve.
    let due = daily("22:30", None).due_on(date("2024-03-30"), Nudge::First, tz("America/Nuuk")).expect("due");
    assert_eq!(tz("America/Nuuk").from_utc_datetime(&due.at).date_naive(), date("2024-03-30"));
    let mut old = daily("23:45", None);
    old.from = date("1919-01-01");
    let due = old.due_on(date("1919-03-30"), Nudge::First, tz("America/Toronto")).expect("due");
    assert_eq!(tz("America/Toronto").from_utc_datetime(&due.at).naive_local().to_string(), "1919-03-30 23:15:00");
}

#[test]
fn flying_east_over_the_chosen_time_loses_nothing_and_doubles_nothing() {
    // 06:50 in New York; the zone becomes London's, where it is 11:50 and seven o'clock is past.
    let (rhythm, moved) = (daily("07:00", None), utc("2026-11-21 11:50"));
    let zone = |now: UtcTime| if now < moved { tz("America/New_York") } else { tz("Europe/London") };
    let sent = rounds(&rhythm, zone, utc("2026-11-20 02:00"), utc("2026-11-24 00:00"), Duration::minutes(1));
    let dates: Vec<NaiveDate> = sent.iter().map(|(on, ..)| *on).collect();
    assert_eq!(dates, ["2026-11-20", "2026-11-21", "2026-11-22", "2026-11-23"].map(date));
    assert_eq!(sent[1].2, moved, "at once, in the middle of the day");
}

#[test]
fn flying_west_the_same_day_does_not_remind_of_a_date_twice() {
    // Reminded in Auckland on the 21st; in Los Angeles it is the 20th again, and then the 21st.
    let (rhythm, moved) = (daily("07:00", None), utc("2026-11-20 20:00"));
    let zone = |now: UtcTime| if now < moved { tz("Pacific/Auckland") } else { tz("America/Los_Angeles") };
    let sent = rounds(&rhythm, zone, utc("2026-11-18 12:00"), utc("2026-11-23 12:00"), Duration::minutes(1));
    let dates: Vec<NaiveDate> = sent.iter().map(|(on, ..)| *on).collect();
    assert_eq!(dates, ["2026-11-19", "2026-11-20", "2026-11-21", "2026-11-22"].map(date));
}

#[test]
fn what_is_long_past_is_dropped_and_never_sent_at_night() {
    let rhythm = daily("21:00", None);
    let zone = tz("Europe/London");
    let next = rhythm.next_due(zone, utc("2026-11-22 02:00"), never).expect("one");
    assert_eq!(next.at, utc("2026-11-22 21:00"), "the evening's is over at two in the night");
    assert_eq!(rhythm.due_on(date("2026-11-21"), Nudge::First, zone).expect("due").until, utc("2026-11-21 23:00"));
    assert_eq!(daily("23:30", None).due_on(date("2026-11-21"), Nudge::First, zone).expect("due").until, utc("2026-11-22 00:00"));
    assert_eq!(daily("23:59", None).due_on(date("2026-11-21"), Nudge::First, zone).expect("due").until, utc("2026-11-22 00:14"));
    assert_eq!(daily("07:00", None).due_on(date("2026-11-21"), Nudge::First, zone).expect("due").until, utc("2026-11-21 20:00"));
}

#[test]
fn after_a_long_stop_only_one_of_two_goes_out() {
    let rhythm = daily("07:00", Some("18:00"));
    let sent = rounds(&rhythm, |_| tz("Europe/London"), utc("2026-11-21 18:30"), utc("2026-11-22 00:00"), Duration::minutes(1));
    assert_eq!(sent, [(date("2026-11-21"), Nudge::Second, utc("2026-11-21 18:30"))]);
}

#[test]
fn only_chosen_days_from_the_first_date_on() {
    let rhythm = Rhythm { days: vec![0, 2], at: time("08:00"), second: None, from: date("2026-11-24") };
    let zone = tz("Europe/London");
    // The 23rd is a Monday, but it was turned on after eight.
    let next = rhythm.next_due(zone, utc("2026-11-23 07:00"), never).expect("one");
    assert_eq!(next.on, date("2026-11-25"));
    assert_eq!(first_date(time("08:00"), zone, utc("2026-11-23 09:00")), date("2026-11-24"));
    assert_eq!(first_date(time("08:00"), zone, utc("2026-11-23 07:59")), date("2026-11-23"));
    assert_eq!(Rhythm { days: Vec::new(), ..rhythm }.next_due(zone, utc("2026-11-23 07:00"), never), None);
}

/// Every different change of the clocks from 1995 to 2030: offset before, offset after, local hour.
fn changes() -> BTreeMap<(i32, i32, u32), (Tz, UtcTime)> {
    let mut found = BTreeMap::new();
    for zone in chrono_tz::TZ_VARIANTS {
        let offset = |at: &UtcTime| zone.offset_from_utc_datetime(at).fix().local_minus_utc();
        let mut day = utc("1995-01-01 00:00");
        while day < utc("2030-01-01 00:00") {
            let next = day + Duration::days(7);
            if offset(&day) != offset(&next) {
                let (mut low, mut high) = (day, next);
                while high - low > Duration::minutes(1) {
                    let middle = low + (high - low) / 2;
                    if offset(&middle) == offset(&day) { low = middle } else { high = middle }
                }
                let hour = chrono::Timelike::hour(&zone.from_utc_datetime(&low));
                found.entry((offset(&low), offset(&high), hour)).or_insert((zone, high));
            }
            day = next;
        }
    }
    found
}

#[test]
fn over_every_change_of_every_zone_each_date_that_exists_is_reminded_exactly_once() {
    let changes = changes();
    assert!(changes.len() > 100, "{}", changes.len());
    for ((before, after, _), (zone, at)) in changes {
        let (from, to) = (at - Duration::hours(60), at + Duration::hours(60));
        // The dates that the person's calendar really shows in full between the first and the last.
        let mut dates: BTreeSet<NaiveDate> = BTreeSet::new();
        let mut now = from;
        while now < to {
            dates.insert(zone.from_utc_datetime(&now).date_naive());
            now += Duration::minutes(15);
        }
        let inner: Vec<NaiveDate> = dates.iter().copied().skip(1).take(dates.len().saturating_sub(2)).collect();
        for hour in ["00:00", "00:30", "01:30", "02:00", "02:30", "03:15", "07:00", "12:00", "19:59", "22:30", "23:00", "23:59"] {
            let mut rhythm = daily(hour, None);
            rhythm.from = date("1990-01-01");
            let sent = rounds(&rhythm, |_| zone, from, to, Duration::minutes(5));
            let unique: HashSet<NaiveDate> = sent.iter().map(|(on, ..)| *on).collect();
            assert_eq!(unique.len(), sent.len(), "{zone} {before} {after} {hour}: {sent:?}");
            for on in &inner {
                assert!(unique.contains(on), "{zone} {before} {after} {hour}: {on} was lost: {sent:?}");
            }
            for (on, _, when) in &sent {
                // Clocks that go back over midnight show the date before once more.
                let seen = [*when, *when - LEAST, *when + Duration::hours(1)].map(|at| zone.from_utc_datetime(&at).date_naive());
                assert!(seen.contains(on), "{zone} {hour}: not on its date");
            }
        }
    }
}

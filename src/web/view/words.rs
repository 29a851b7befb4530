//! Values in words, the same on every page.

use crate::care::paper::Mark;
use crate::clinical::advice::advice;
use crate::clinical::codes::{Activity, Unit};
use crate::clinical::sentences::say;
use crate::clock::UtcTime;
use chrono::NaiveDate;
use chrono_tz::Tz;

/// "Saturday 21 November".
pub fn day(date: NaiveDate) -> String {
    date.format("%A %-d %B").to_string()
}

/// "21 November 2026".
pub fn date(date: NaiveDate) -> String {
    date.format("%-d %B %Y").to_string()
}

/// "Sat 21 Nov".
pub fn short_day(date: NaiveDate) -> String {
    date.format("%a %-d %b").to_string()
}

/// "21 November 2026, 14:05" on the clock of a zone.
pub fn instant(at: UtcTime, zone: Tz) -> String {
    at.and_utc().with_timezone(&zone).format("%-d %B %Y, %H:%M").to_string()
}

/// "Entered from paper by Hannah on 3 March 2026" on the calendar of a zone.
pub fn from_paper(mark: &Mark, zone: Tz) -> String {
    let on = mark.at.and_utc().with_timezone(&zone).date_naive();
    say("paper.entered", &[("by", &mark.by), ("when", &date(on))])
}

/// Names of the days of the week, Monday first.
pub const WEEKDAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// "Monday, Wednesday and Friday".
pub fn weekdays(days: &[u8]) -> String {
    let names: Vec<String> = days.iter().filter_map(|d| WEEKDAYS.get(usize::from(*d))).map(|d| (*d).to_owned()).collect();
    listed(&names)
}

/// "a, b and c".
pub fn listed(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// A number without a needless decimal: "4", "4.5".
pub fn number(value: f64) -> String {
    let rounded = (value * 10.0).round() / 10.0;
    if rounded.fract() == 0.0 { format!("{rounded:.0}") } else { format!("{rounded:.1}") }
}

/// "12 minutes", "1 time".
pub fn amount(activity: Activity, unit: Unit, value: f64) -> String {
    let words = advice().activity(activity).unit(unit);
    match words {
        Some(words) if (value - 1.0).abs() < f64::EPSILON => format!("1 {}", words.one),
        Some(words) => format!("{} {}", number(value), words.many),
        None => format!("{} {unit}", number(value)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_and_numbers_read_like_sentences() {
        assert_eq!(weekdays(&[0, 2, 4]), "Monday, Wednesday and Friday");
        assert_eq!(number(4.0), "4");
        assert_eq!(number(4.25), "4.3");
    }
}

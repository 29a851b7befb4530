//! Values in words, the same on every page.

use crate::care::paper::Mark;
use crate::clinical::codes::{Activity, Unit};
use crate::clock::UtcTime;
use crate::lang::{current, dates};
use crate::web::view::told::{advice, say};
use chrono::NaiveDate;
use chrono_tz::Tz;

/// "Saturday 21 November".
pub fn day(date: NaiveDate) -> String {
    dates::day(date).to_string()
}

/// "21 November 2026".
pub fn date(date: NaiveDate) -> String {
    dates::date(date).to_string()
}

/// "Sat 21 Nov".
pub fn short_day(date: NaiveDate) -> String {
    dates::short_day(date).to_string()
}

/// "21 November 2026, 14:05" on the clock of a zone.
pub fn instant(at: UtcTime, zone: Tz) -> String {
    dates::instant(at.and_utc().with_timezone(&zone).naive_local()).to_string()
}

/// "Entered from paper by Hannah on 3 March 2026" on the calendar of a zone.
pub fn from_paper(mark: &Mark, zone: Tz) -> String {
    let on = mark.at.and_utc().with_timezone(&zone).date_naive();
    let by = mark.by.as_deref().unwrap_or(tr!("somebody who has left"));
    say("paper.entered", &[("by", by), ("when", &date(on))])
}

/// "3 March 2026, entered from paper by Hannah", without a name for somebody who has left.
pub fn on_paper(day: &str, by: &str) -> String {
    let by = if by.is_empty() { tr!("somebody who has left") } else { by };
    tr!("{day}, entered from paper by {by}", day = day, by = by)
}

/// "Monday, Wednesday and Friday".
pub fn weekdays(days: &[u8]) -> String {
    dates::weekdays(days).to_string()
}

/// "a, b and c".
pub fn listed(items: &[String]) -> String {
    dates::listed(items.iter().map(|item| text!("{item}", item = item)).collect()).to_string()
}

/// A number without a needless decimal: "4", "4.5".
pub fn number(value: f64) -> String {
    current().number(value)
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

//! Dates and times of day in words. Each is a [`Text`], so that a stored sentence can hold one.

use super::Text;
use chrono::{Datelike, NaiveDate, NaiveDateTime};

/// Names of the days of the week, Monday first.
pub const WEEKDAYS: [&str; 7] = [
    tr_later!("Monday"),
    tr_later!("Tuesday"),
    tr_later!("Wednesday"),
    tr_later!("Thursday"),
    tr_later!("Friday"),
    tr_later!("Saturday"),
    tr_later!("Sunday"),
];

const MONTHS: [&str; 12] = [
    tr_later!("January"),
    tr_later!("February"),
    tr_later!("March"),
    tr_later!("April"),
    tr_later!("May"),
    tr_later!("June"),
    tr_later!("July"),
    tr_later!("August"),
    tr_later!("September"),
    tr_later!("October"),
    tr_later!("November"),
    tr_later!("December"),
];
const SHORT_MONTHS: [&str; 12] = [
    tr_later!("Jan"),
    tr_later!("Feb"),
    tr_later!("Mar"),
    tr_later!("Apr"),
    tr_later!("May"),
    tr_later!("Jun"),
    tr_later!("Jul"),
    tr_later!("Aug"),
    tr_later!("Sep"),
    tr_later!("Oct"),
    tr_later!("Nov"),
    tr_later!("Dec"),
];
const SHORT_WEEKDAYS: [&str; 7] =
    [tr_later!("Mon"), tr_later!("Tue"), tr_later!("Wed"), tr_later!("Thu"), tr_later!("Fri"), tr_later!("Sat"), tr_later!("Sun")];

fn month(date: NaiveDate) -> Text {
    Text::fixed(MONTHS[date.month0() as usize % 12])
}

fn short_month(date: NaiveDate) -> Text {
    Text::fixed(SHORT_MONTHS[date.month0() as usize % 12])
}

/// "Saturday".
pub fn weekday(date: NaiveDate) -> Text {
    Text::fixed(WEEKDAYS[date.weekday().num_days_from_monday() as usize % 7])
}

/// "Sat".
pub fn short_weekday(date: NaiveDate) -> Text {
    Text::fixed(SHORT_WEEKDAYS[date.weekday().num_days_from_monday() as usize % 7])
}

/// "Sat 21".
pub fn weekday_and_day(date: NaiveDate) -> Text {
    text!("{short_weekday} {day}", short_weekday = short_weekday(date), day = date.day())
}

/// "Saturday 21 November".
pub fn day(date: NaiveDate) -> Text {
    text!("{weekday} {day} {month}", weekday = weekday(date), day = date.day(), month = month(date))
}

/// "21 November".
pub fn day_of_month(date: NaiveDate) -> Text {
    text!("{day} {month}", day = date.day(), month = month(date))
}

/// "21 Nov".
pub fn short_date(date: NaiveDate) -> Text {
    text!("{day} {short_month}", day = date.day(), short_month = short_month(date))
}

/// "Sat 21 Nov".
pub fn short_day(date: NaiveDate) -> Text {
    text!("{short_weekday} {day} {short_month}", short_weekday = short_weekday(date), day = date.day(), short_month = short_month(date))
}

/// "21 November 2026".
pub fn date(date: NaiveDate) -> Text {
    text!("{day} {month} {year}", day = date.day(), month = month(date), year = date.year())
}

/// "November 2026".
pub fn month_and_year(date: NaiveDate) -> Text {
    text!("{month} {year}", month = month(date), year = date.year())
}

/// "21 November 2026, 14:05".
pub fn instant(local: NaiveDateTime) -> Text {
    text!("{date}, {time}", date = date(local.date()), time = local.format("%H:%M").to_string())
}

/// "Monday, Wednesday and Friday".
pub fn weekdays(days: &[u8]) -> Text {
    listed(days.iter().filter_map(|d| WEEKDAYS.get(usize::from(*d))).map(|d| Text::fixed(d)).collect())
}

/// "a, b and c".
pub fn listed(mut items: Vec<Text>) -> Text {
    let Some(last) = items.pop() else { return Text::fixed("") };
    match items.into_iter().reduce(|all, item| text!("{items}, {item}", items = all, item = item)) {
        None => last,
        Some(items) => text!("{items} and {last}", items = items, last = last),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_lists_read_like_sentences() {
        let on = NaiveDate::from_ymd_opt(2026, 5, 3).expect("a date");
        assert_eq!(day(on).to_string(), "Sunday 3 May");
        assert_eq!(short_day(on).to_string(), "Sun 3 May");
        assert_eq!(date(on).to_string(), "3 May 2026");
        assert_eq!(weekdays(&[0, 2, 4]).to_string(), "Monday, Wednesday and Friday");
        assert_eq!(weekdays(&[6]).to_string(), "Sunday");
    }
}

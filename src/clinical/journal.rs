//! What the journal says about a day and a week (specification 8, 13 no. 4). Missing stays missing:
//! no value is carried forward and no gap is filled with zero.

use chrono::NaiveDate;

/// How many of the latest daily averages make the usual pain (5.2).
const USUAL_OVER_DAYS: usize = 7;
/// Change of the weekly mean, in points, from which a trend is named: the minimal important change
/// is 2, daily variation without cause about 1.2 (5.2), so half of that change is worth a word.
pub(super) const TREND_STEP: f64 = 1.0;

/// A day's pain (0–10): the average given in the day's check-in; else the mean of its entries, each
/// the highest of its sites; else the morning value (13 no. 4).
pub fn day_pain(average: Option<f64>, entries: &[f64], morning: Option<f64>) -> Option<f64> {
    average.or_else(|| mean(entries)).or(morning)
}

/// The mean, or nothing for nothing.
pub fn mean(values: &[f64]) -> Option<f64> {
    #[expect(clippy::cast_precision_loss, reason = "a person's days are few")]
    (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
}

/// The median, or nothing for nothing.
pub fn median(values: &[f64]) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    match sorted.len() {
        0 => None,
        n if n % 2 == 1 => sorted.get(middle).copied(),
        _ => Some((sorted.get(middle - 1)? + sorted.get(middle)?) / 2.0),
    }
}

/// Usual pain `b` on a day: the median of the last seven daily averages before it, the intake
/// average while there are none (5.2). `days` may be in any order.
pub fn usual_pain(days: &[(NaiveDate, f64)], on: NaiveDate, intake_average: f64) -> f64 {
    let mut before: Vec<_> = days.iter().filter(|(date, _)| *date < on).collect();
    before.sort_by_key(|(date, _)| *date);
    let last: Vec<f64> = before.iter().rev().take(USUAL_OVER_DAYS).map(|(_, pain)| *pain).collect();
    median(&last).unwrap_or(intake_average)
}

/// How pain has gone, for the sentence over the chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trend {
    /// Fewer than three days in either week.
    Unknown,
    /// Lower by a point or more than the week before.
    Lower,
    /// Within a point.
    Same,
    /// Higher by a point or more.
    Higher,
}

/// Compares the seven days up to `today` with the seven before them.
pub fn trend(days: &[(NaiveDate, f64)], today: NaiveDate) -> Trend {
    let within = |from: i64, to: i64| -> Vec<f64> {
        days.iter().filter(|(d, _)| (from..to).contains(&(today - *d).num_days())).map(|(_, p)| *p).collect()
    };
    let (this, last) = (within(0, 7), within(7, 14));
    if this.len() < 3 || last.len() < 3 {
        return Trend::Unknown;
    }
    match (mean(&this), mean(&last)) {
        (Some(now), Some(before)) if now <= before - TREND_STEP => Trend::Lower,
        (Some(now), Some(before)) if now >= before + TREND_STEP => Trend::Higher,
        (Some(_), Some(_)) => Trend::Same,
        _ => Trend::Unknown,
    }
}

/// Days with a tag, and days without it, that a comparison needs of each (8).
pub const TAG_DAYS: usize = 10;

/// The pain of days with a tag beside that of other days. It says nothing about causes.
#[derive(Debug, Clone, PartialEq)]
pub struct TagDays {
    /// Key of the tag.
    pub tag: String,
    /// Average on days with it.
    pub with: f64,
    /// Average on days without it.
    pub without: f64,
    /// Days with it.
    pub days_with: usize,
    /// Days without it.
    pub days_without: usize,
}

/// Compares the days of each tag with the others, in the order of `tags`. A day counts when it has a
/// pain value and an entry (`tagged`, one for each entry, maybe with no tag): a day without an entry
/// was not asked for its tags, so it is neither.
pub fn tag_days(tags: &[&str], pain: &[(NaiveDate, f64)], tagged: &[(NaiveDate, &[String])]) -> Vec<TagDays> {
    let compare = |tag: &&str| {
        let (mut with, mut without) = (Vec::new(), Vec::new());
        for (on, value) in pain {
            let mut entries = tagged.iter().filter(|(day, _)| day == on).peekable();
            if entries.peek().is_none() {
                continue;
            }
            let has = entries.any(|(_, keys)| keys.iter().any(|key| key == tag));
            if has { with.push(*value) } else { without.push(*value) }
        }
        let enough = with.len() >= TAG_DAYS && without.len() >= TAG_DAYS;
        let (a, b) = (mean(&with)?, mean(&without)?);
        enough.then(|| TagDays { tag: (*tag).to_owned(), with: a, without: b, days_with: with.len(), days_without: without.len() })
    };
    tags.iter().filter_map(compare).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_compared_from_ten_days_on_either_side_and_days_without_an_entry_count_for_neither() {
        let start = NaiveDate::from_ymd_opt(2026, 9, 1).expect("a date");
        let days: Vec<NaiveDate> = start.iter_days().take(30).collect();
        let tag = vec!["stress".to_owned()];
        let none: Vec<String> = Vec::new();
        // Ten days with the tag at 6, ten with an entry without it at 4, ten with a pain value alone at 0.
        let pain: Vec<(NaiveDate, f64)> = days.iter().zip(0..30).map(|(on, n)| (*on, [6.0, 4.0, 0.0][n / 10])).collect();
        let entries = |with: usize, without: usize| -> Vec<(NaiveDate, &[String])> {
            let first = days.iter().take(with).map(|on| (*on, tag.as_slice()));
            first.chain(days.iter().skip(10).take(without).map(|on| (*on, none.as_slice()))).collect()
        };
        let found = tag_days(&["lifting", "stress"], &pain, &entries(10, 10));
        assert_eq!(found, [TagDays { tag: "stress".into(), with: 6.0, without: 4.0, days_with: 10, days_without: 10 }]);
        assert_eq!(tag_days(&["stress"], &pain, &entries(9, 10)), []);
        assert_eq!(tag_days(&["stress"], &pain, &entries(10, 9)), []);
        // A second entry of the day without the tag does not take it away.
        let mut twice = entries(10, 10);
        twice.push((days[0], none.as_slice()));
        assert_eq!(tag_days(&["stress"], &pain, &twice), found);
    }

    fn day(n: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, n).expect("a date")
    }

    #[test]
    fn the_check_in_average_comes_before_entries_and_entries_before_the_morning() {
        assert_eq!(day_pain(Some(4.0), &[8.0], Some(1.0)), Some(4.0));
        assert_eq!(day_pain(None, &[8.0, 6.0], Some(1.0)), Some(7.0));
        assert_eq!(day_pain(None, &[], Some(1.0)), Some(1.0));
        assert_eq!(day_pain(None, &[], None), None);
    }

    #[test]
    fn usual_pain_is_the_median_of_the_last_seven_recorded_days_and_the_intake_before_that() {
        let days: Vec<_> = (1..=9).map(|n| (day(n), f64::from(n))).collect();
        assert_eq!(usual_pain(&days, day(10), 5.0), 6.0);
        assert_eq!(usual_pain(&days, day(1), 5.0), 5.0);
        assert_eq!(usual_pain(&[(day(1), 2.0), (day(3), 3.0)], day(4), 5.0), 2.5);
    }

    #[test]
    fn a_trend_needs_three_days_in_both_weeks_and_a_whole_point() {
        let mut days: Vec<_> = (1..=7).map(|n| (day(n), 5.0)).collect();
        assert_eq!(trend(&days, day(14)), Trend::Unknown);
        days.extend((8..=10).map(|n| (day(n), 4.0)));
        assert_eq!(trend(&days, day(14)), Trend::Lower);
        days.iter_mut().skip(7).for_each(|(_, p)| *p = 5.9);
        assert_eq!(trend(&days, day(14)), Trend::Same);
    }
}

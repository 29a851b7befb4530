//! The parts of the progress page, each with its sentence, its picture and its table.

use crate::care::progress::{Record, Score, Series};
use crate::clinical::codes::{Colour, DayClass};
use crate::clinical::instruments::{PGIC_MATTERS, phq4_band};
use crate::clinical::journal::TagDays;
use crate::clinical::progress::{
    Change, Colours, Course, Mornings, Pace, PainCourse, Way, change, matters_at, mornings, pace, pain_course,
};
use crate::clinical::quota::met_band;
use crate::web::pages::today::colour;
use crate::web::view::chart::{self, Bars};
use crate::web::view::told::{advice, count, pgic, say};
use crate::web::view::words;
use chrono::NaiveDate;

/// A picture with the sentence and the table that say the same.
pub struct Figure {
    /// What it says.
    pub sentence: String,
    /// Further sentences, each whole.
    pub more: Vec<String>,
    /// Geometry; empty when there is nothing to draw.
    pub svg: String,
    /// The table, row by row.
    pub rows: Vec<Vec<String>>,
}

/// The first sentences of the page: pain, the daily amount, what the person wants to do again.
pub fn leads(record: &Record) -> Vec<String> {
    let on = record.moment.today();
    let mut told = vec![pain_lead(&pain_course(&record.progress.pain, on))];
    if let Some((quota, _)) = record.progress.quota_days.first() {
        let amount = |value: f64| words::amount(quota.activity.0, quota.unit.0, value);
        let name = &advice().activity(quota.activity.0).name;
        let (now, start) = (amount(quota.today()), quota.schedule.quotas.first().copied().unwrap_or_else(|| quota.today()));
        told.push(if quota.today() > start {
            say("progress.lead.amount_grown", &[("activity", name), ("start", &amount(start)), ("now", &now)])
        } else {
            say("progress.lead.amount", &[("activity", name), ("now", &now)])
        });
    }
    if let Some(psfs) = record.measures.iter().find(|series| series.code == "psfs")
        && let (Some(first), Some(last), true) = (psfs.scores.first(), psfs.scores.last(), psfs.scores.len() > 1)
        && let Some(Change { way: Way::Better, matters, .. }) = change("psfs", first.value, last.value)
    {
        let key = if matters { "progress.lead.goals_matter" } else { "progress.lead.goals_better" };
        told.push(say(key, &[("first", &words::number(first.value)), ("last", &words::number(last.value))]));
    }
    told
}

fn pain_lead(course: &PainCourse) -> String {
    let key = match course.course {
        Course::TooFew => "progress.lead.few",
        Course::MuchLower => "progress.lead.much_lower",
        Course::Lower => "progress.lead.lower",
        Course::Same => "progress.lead.same",
        Course::Higher => "progress.lead.higher",
        Course::MuchHigher => "progress.lead.much_higher",
    };
    let number = |value: Option<f64>| value.map(words::number).unwrap_or_default();
    let (recent, before) = (number(course.recent), number(course.before));
    let (recent_days, before_days) = (course.recent_days.to_string(), course.before_days.to_string());
    say(key, &[("recent", &recent), ("before", &before), ("recent_days", &recent_days), ("before_days", &before_days)])
}

/// Pain as dots over the bars of the first daily amount, and the mornings after sessions.
pub fn pain(record: &Record, from: NaiveDate, to: NaiveDate) -> (Figure, String) {
    let days = &record.progress.pain;
    let values: Vec<f64> = days.iter().map(|(_, pain)| *pain).collect();
    let (low, high) = values.iter().fold((10.0_f64, 0.0_f64), |(low, high), pain| (low.min(*pain), high.max(*pain)));
    let mean = crate::clinical::journal::mean(&values).map(words::number).unwrap_or_default();
    let sentence = match values.len() {
        0 => say("progress.pain.none", &[]),
        n => count("progress.pain", n, &[("low", &words::number(low)), ("high", &words::number(high)), ("mean", &mean)]),
    };
    let bars = bars(record, from);
    let cell = |value: Option<f64>| value.map_or_else(|| "–".to_owned(), words::number);
    let row = |on: NaiveDate| {
        let pain = days.iter().find(|(day, _)| *day == on).map(|(_, pain)| *pain);
        let bar = bars.days.iter().find(|(day, ..)| *day == on);
        (pain.is_some() || bar.is_some()).then(|| vec![words::short_day(on), cell(pain), cell(bar.map(|b| b.1)), cell(bar.map(|b| b.2))])
    };
    let rows: Vec<_> = from.iter_days().take_while(|on| *on <= to).filter_map(row).collect();
    let svg = if rows.is_empty() { String::new() } else { chart::pain(from, to, days, &bars) };
    let more = mornings(&record.mornings()).map(|all| morning_words(&all)).into_iter().collect();
    (Figure { sentence, more, svg, rows }, if bars.days.is_empty() { String::new() } else { bars.title })
}

fn morning_words(all: &Mornings) -> String {
    count("progress.mornings", all.answered, &[("settled", &all.settled.to_string()), ("mean", &words::number(all.mean))])
}

/// The bars of the first daily amount.
pub fn bars(record: &Record, from: NaiveDate) -> Bars {
    let of = |(quota, days): &(crate::store::plans::PlanQuota, Vec<crate::care::facts::QuotaDay>)| Bars {
        title: advice().activity(quota.activity.0).name.clone(),
        days: days.iter().filter(|day| day.on >= from).map(|day| (day.on, day.done, day.quota)).collect(),
    };
    record.progress.quota_days.first().map(of).unwrap_or_default()
}

/// The sessions as a strip of colours.
pub fn sessions(record: &Record, from: NaiveDate, to: NaiveDate) -> Figure {
    let all = record.colours();
    let colours: Vec<Colour> = all.iter().map(|(_, colour)| *colour).collect();
    let counts = Colours::of(&colours);
    let word = |of: Colour| colour(Some(of)).1;
    let sentence = match (counts.all(), colours.first()) {
        (0, _) | (_, None) => say("progress.sessions.none", &[]),
        (n, Some(first)) => {
            let numbers = [counts.green, counts.amber, counts.red].map(|n| n.to_string());
            let [green, amber, red] = &numbers;
            count("progress.sessions", n, &[("green", green), ("amber", amber), ("red", red), ("word", &word(*first))])
        }
    };
    Figure {
        sentence,
        more: Vec::new(),
        svg: if all.is_empty() { String::new() } else { chart::colours(from, to, &all) },
        rows: all.iter().map(|(on, of)| vec![words::short_day(*on), word(*of)]).collect(),
    }
}

fn class_word(class: DayClass) -> String {
    let key = match class {
        DayClass::Missed => "day_class.missed",
        DayClass::Short => "day_class.short",
        DayClass::Met => "day_class.met",
        DayClass::Over => "day_class.over",
    };
    say(key, &[])
}

/// How even the days were: boom and bust.
pub fn evenness(record: &Record, from: NaiveDate, to: NaiveDate) -> Figure {
    let told = pace(&record.paced());
    let key = match told.pace {
        Pace::TooFew => "progress.pace.few",
        Pace::Even => "progress.pace.even",
        Pace::Over => "progress.pace.over",
        Pace::Under => "progress.pace.under",
        Pace::UpAndDown => "progress.pace.up_and_down",
    };
    let numbers = [told.over, told.under, told.kept, told.days(), told.busts].map(|n| n.to_string());
    let [over, under, kept, days, busts] = &numbers;
    let values = [("over", over.as_str()), ("under", under), ("kept", kept), ("days", days), ("busts", busts)];
    let bust = told.pace == Pace::UpAndDown && told.busts > 0;
    let of_quota = record.progress.quota_days.first().map(|(_, days)| days.as_slice()).unwrap_or_default();
    let shares: Vec<(NaiveDate, f64)> = of_quota.iter().filter(|day| day.quota > 0.0).map(|day| (day.on, day.done / day.quota)).collect();
    let row = |day: &crate::care::facts::QuotaDay| {
        vec![words::short_day(day.on), words::number(day.done), words::number(day.quota), class_word(day.class)]
    };
    Figure {
        sentence: say(key, &values),
        more: if bust { vec![say("progress.pace.bust", &values)] } else { Vec::new() },
        svg: if shares.len() < crate::clinical::progress::PACE_DAYS { String::new() } else { chart::pace(from, to, &shares, met_band()) },
        rows: of_quota.iter().map(row).collect(),
    }
}

/// A measure with its scores.
pub struct MeasureView {
    /// Code of the instrument, for the page's own anchors.
    pub code: &'static str,
    /// Its everyday name.
    pub name: String,
    /// What it says.
    pub figure: Figure,
    /// How it is counted, with the source.
    pub how: String,
    /// The chart has a line where the change matters.
    pub target: bool,
}

/// The sentence of a change; of one score that it is one.
fn measure_words(series: &Series) -> String {
    let (Some(first), Some(last)) = (series.scores.first(), series.scores.last()) else { return String::new() };
    let (from, to) = (words::number(first.value), words::number(last.value));
    if let Some(told) = level_words(series, last.value) {
        return told;
    }
    if series.scores.len() < 2 {
        return say("measure.single", &[("first", &from)]);
    }
    let Some(change) = change(series.code, first.value, last.value) else { return String::new() };
    let key = match (change.way, change.matters) {
        (Way::Better, true) => "measure.better_matters",
        (Way::Better, false) => "measure.better",
        (Way::Worse, true) => "measure.worse_matters",
        (Way::Worse, false) => "measure.worse",
        (Way::Same, _) => "measure.same",
    };
    say(key, &[("first", &from), ("last", &to), ("by", &words::number(change.by))])
}

/// What the newest score of an instrument says that is read by its levels.
fn level_words(series: &Series, last: f64) -> Option<String> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "scores of 0 to 12")]
    let score = last.clamp(0.0, 12.0).round() as u8;
    match series.code {
        "pgic" => {
            let word = pgic().answers.get(usize::from(score).saturating_sub(1)).map(|word| word.to_lowercase()).unwrap_or_default();
            Some(say(if score >= PGIC_MATTERS { "measure.pgic_matters" } else { "measure.pgic" }, &[("word", &word)]))
        }
        "phq4" => {
            let half = |part: &str| series.last.as_ref().and_then(|m| m.items.get(part)).and_then(serde_json::Value::as_f64);
            let talk = ["gad2", "phq2"].iter().any(|part| half(part).is_some_and(|score| score >= 3.0));
            let key = if talk { "measure.phq4_talk" } else { "measure.phq4" };
            Some(say(key, &[("last", &words::number(last)), ("band", crate::lang::say(phq4_band(score)))]))
        }
        _ => None,
    }
}

/// The change of a measure in a few words, for tables; empty where it cannot be told.
pub fn change_words(code: &str, first: f64, last: f64) -> String {
    change(code, first, last).map(|change| told(&change)).unwrap_or_default()
}

/// A change in a few words.
pub fn told(change: &Change) -> String {
    let key = match (change.way, change.matters) {
        (Way::Better, true) => "change.better_matters",
        (Way::Better, false) => "change.better",
        (Way::Worse, true) => "change.worse_matters",
        (Way::Worse, false) => "change.worse",
        (Way::Same, _) => "change.same",
    };
    say(key, &[("by", &words::number(change.by))])
}

/// Every measure that has a score.
pub fn measures(record: &Record) -> Vec<MeasureView> {
    let view = |series: &Series| {
        let points: Vec<(NaiveDate, f64)> = series.scores.iter().map(|score| (score.on, score.value)).collect();
        let top = match series.code {
            "rmdq" => 24.0,
            "phq4" => 12.0,
            "pgic" => 7.0,
            _ => 10.0,
        };
        let target = points.first().and_then(|(_, first)| matters_at(series.code, *first));
        let drawn = points.len() > 1;
        let day = |score: &Score| match &score.paper {
            None => words::date(score.on),
            Some(by) => words::on_paper(&words::date(score.on), by),
        };
        // The table with the marks stands beside a picture: one score alone says it in a sentence.
        let alone = series.scores.first().filter(|score| !drawn && score.paper.is_some());
        MeasureView {
            code: series.code,
            name: say(&format!("measure.name.{}", series.code), &[]),
            figure: Figure {
                sentence: measure_words(series),
                more: alone.map(day).into_iter().collect(),
                svg: if drawn { chart::scores(&points, top, target) } else { String::new() },
                rows: series.scores.iter().map(|score| vec![day(score), words::number(score.value)]).collect(),
            },
            how: say(&format!("measure.how.{}", series.code), &[]),
            target: drawn && target.is_some_and(|target| (0.0..=top).contains(&target)),
        }
    };
    record.measures.iter().map(view).collect()
}

/// "On days with …"; nothing for a tag that is not there any more.
pub fn tag_words(found: &TagDays) -> Option<String> {
    let label = &advice().tag(&found.tag)?.label;
    let (with, without) = (words::number(found.with), words::number(found.without));
    let (days_with, days_without) = (found.days_with.to_string(), found.days_without.to_string());
    let values =
        [("tag", label.as_str()), ("with", &with), ("without", &without), ("days_with", &days_with), ("days_without", &days_without)];
    Some(say("progress.tag", &values))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_says_whether_it_matters() {
        assert_eq!(change_words("nprs", 6.0, 4.0), "better by 2: a change that matters");
        assert_eq!(change_words("nprs", 3.0, 2.0), "better by 1: a change that matters");
        assert_eq!(change_words("rmdq", 12.0, 10.0), "better by 2: less than the change that matters");
        assert_eq!(change_words("psfs", 5.0, 3.0), "worse by 2: a change that matters");
        assert_eq!(change_words("rmdq", 8.0, 8.0), "unchanged");
        assert_eq!(change_words("phq4", 8.0, 2.0), "");
    }

    #[test]
    fn few_days_are_said_to_be_few_and_a_tag_is_never_a_cause() {
        let told = pain_lead(&pain_course(&[], NaiveDate::from_ymd_opt(2026, 3, 2).expect("a date")));
        assert!(told.starts_with("There are not enough days yet") && !told.contains('{'), "{told}");
        let found = TagDays { tag: "stress".into(), with: 5.25, without: 4.0, days_with: 10, days_without: 12 };
        let said = tag_words(&found).expect("a known tag");
        assert!(said.contains("your average was 5.3, on other days 4. Days with it: 10."), "{said}");
        assert!(!["because", "cause", "due to", "leads"].iter().any(|word| said.contains(word)), "{said}");
    }
}

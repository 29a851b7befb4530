//! `/journal`: the pain journal, in words, as a chart with its table, and entry by entry.

mod entry;

pub use entry::{edit, new, save_edit, save_new};

use crate::care::journal::{BACK_DATED_DAYS, pain_days};
use crate::care::logging::intake_average;
use crate::care::today::progress;
use crate::clinical::advice::advice;
use crate::clinical::journal::{Trend, mean, trend, usual_pain};
use crate::store::journal::{Entry, between};
use crate::web::error::AppError;
use crate::web::extract::Me;
use crate::web::view::chart::{self, Bars};
use crate::web::view::{PageCtx, page, words};
use actix_web::{HttpResponse, web};
use askama::Template;
use chrono::{Days, NaiveDate};
use serde::Deserialize;

/// Days a page of the journal covers.
const DAYS: u64 = 28;

/// A chart of pain over quota bars, with the sentence and the table that say the same.
pub struct PainChart {
    /// What the chart says.
    pub sentence: String,
    /// Geometry; empty when there is nothing to draw.
    pub svg: String,
    /// Name of the bars, or nothing.
    pub bars: String,
    /// Day, pain, done, planned; empty cells are days without an answer.
    pub rows: Vec<(String, String, String, String)>,
}

/// The sentence over the chart: usual pain, how it has gone, and how many days are written down.
pub fn pain_sentence(pain: &[(NaiveDate, f64)], today: NaiveDate, intake_average: f64) -> String {
    if pain.is_empty() {
        return "No day is written down in these four weeks.".to_owned();
    }
    let usual = words::number(usual_pain(pain, today + Days::new(1), intake_average));
    let how = match trend(pain, today) {
        Trend::Lower => "This week it was lower than the week before.",
        Trend::Same => "This week it was about the same as the week before.",
        Trend::Higher => "This week it was higher than the week before.",
        Trend::Unknown => "There are not enough days yet to say which way it goes.",
    };
    let days = match pain.len() {
        1 => "1 day is".to_owned(),
        n => format!("{n} days are"),
    };
    format!("Your usual pain is about {usual} out of 10. {how} {days} written down; days without an entry are left open.")
}

/// The chart of the days from `from` to `to`.
pub fn pain_chart(
    pain: &[(NaiveDate, f64)],
    progress: &crate::care::today::Progress,
    from: NaiveDate,
    to: NaiveDate,
    intake_average: f64,
) -> PainChart {
    let bars = progress.quota_days.first().map(|(quota, days)| Bars {
        title: advice().activity(quota.activity.0).name.clone(),
        days: days.iter().filter(|d| d.on >= from && d.on <= to).map(|d| (d.on, d.done, d.quota)).collect(),
    });
    let bars = bars.unwrap_or_default();
    let shown: Vec<(NaiveDate, f64)> = pain.iter().copied().filter(|(d, _)| *d >= from && *d <= to).collect();
    let cell = |value: Option<f64>| value.map(words::number).unwrap_or_default();
    let row = |on: NaiveDate| {
        let of_day = shown.iter().find(|(d, _)| *d == on).map(|(_, p)| *p);
        let bar = bars.days.iter().find(|(d, ..)| *d == on);
        (of_day.is_some() || bar.is_some()).then(|| (words::short_day(on), cell(of_day), cell(bar.map(|b| b.1)), cell(bar.map(|b| b.2))))
    };
    let rows: Vec<_> = from.iter_days().take_while(|d| *d <= to).filter_map(row).collect();
    PainChart {
        sentence: pain_sentence(&shown, to, intake_average),
        svg: if rows.is_empty() { String::new() } else { chart::pain(from, to, &shown, &bars) },
        bars: if bars.days.is_empty() { String::new() } else { bars.title },
        rows,
    }
}

/// An entry in words.
struct EntryView {
    id: String,
    time: String,
    pains: String,
    rest: String,
    tags: Vec<String>,
    note: String,
    shared: bool,
    late: bool,
    changed: bool,
}

impl EntryView {
    fn new(entry: &Entry) -> Self {
        let body = &entry.body;
        let site = |name: &str, pain: Option<u8>| pain.map(|p| format!("{name} {p}"));
        let pains: Vec<String> =
            [site("back", body.back), site("buttock", body.buttock), site("leg", body.leg)].into_iter().flatten().collect();
        let out_of_ten = |name: &str, value: Option<u8>| value.map(|v| format!("{name} {v} out of 10"));
        let rest = [
            body.sleep_hours.map(|h| format!("{} hours of sleep", words::number(h))),
            out_of_ten("sleep quality", body.sleep_quality),
            body.stiffness_minutes.map(|m| format!("{m} minutes stiff")),
            out_of_ten("mood", body.mood),
            out_of_ten("stress", body.stress),
        ];
        Self {
            id: entry.id.clone(),
            time: entry.at_time.clone(),
            pains: if pains.is_empty() { String::new() } else { format!("Pain: {}", words::listed(&pains)) },
            rest: rest.into_iter().flatten().collect::<Vec<_>>().join(", "),
            tags: body.tags.iter().filter_map(|key| advice().tag(key)).map(|t| t.label.clone()).collect(),
            note: body.note.clone(),
            shared: body.share_note,
            late: entry.late,
            changed: entry.edited_at.is_some(),
        }
    }
}

struct DayView {
    day: String,
    entries: Vec<EntryView>,
}

#[derive(Template)]
#[template(path = "pages/journal/list.html")]
struct JournalPage {
    ctx: PageCtx,
    chart: PainChart,
    days: Vec<DayView>,
    first: bool,
    here: String,
    newer: String,
    older: String,
}

/// Which four weeks: 1 is the latest.
#[derive(Deserialize)]
pub struct Paging {
    page: Option<u32>,
}

/// The journal, four weeks a page.
pub async fn list(me: Me, query: web::Query<Paging>) -> Result<HttpResponse, AppError> {
    let number = query.page.unwrap_or(1).clamp(1, 130);
    let to = me.moment.today() - Days::new(DAYS * u64::from(number - 1));
    let from = to - Days::new(DAYS - 1);
    let (entries, pain, progress, average) = me
        .run(move |store, who, _| {
            store.read(|tx| {
                Ok((between(tx, who, from, to)?, pain_days(tx, who, from, to)?, progress(tx, who, to, DAYS)?, intake_average(tx, who)?))
            })
        })
        .await?;
    let fallback = average.or_else(|| mean(&pain.iter().map(|(_, p)| *p).collect::<Vec<_>>())).unwrap_or(0.0);
    let mut days: Vec<DayView> = Vec::new();
    for entry in entries.iter().rev() {
        let day = words::day(entry.on_date);
        match days.last_mut().filter(|d| d.day == day) {
            Some(last) => last.entries.push(EntryView::new(entry)),
            None => days.push(DayView { day, entries: vec![EntryView::new(entry)] }),
        }
    }
    let mut chart = pain_chart(&pain, &progress, from, to, fallback);
    if number > 1 {
        chart.sentence =
            chart.sentence.replace("This week it was", "In the last of these weeks it was").replace("usual pain is", "usual pain was");
    }
    let address = |n: u32| format!("/journal?page={n}");
    let newer = if number > 1 { address(number - 1) } else { String::new() };
    let here = format!("{} to {}", words::short_day(from), words::short_day(to));
    // Nothing lies further back than a week before the account was made (13 no. 5).
    let joined = me.visitor.user.as_ref().map_or(to, |user| user.created_at.date());
    let older = if from + Days::new(BACK_DATED_DAYS) > joined { address(number + 1) } else { String::new() };
    page(&JournalPage { ctx: me.visitor.reading(), first: number == 1 && older.is_empty(), chart, days, here, newer, older })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sentence_says_how_many_days_are_written_down_and_never_counts_gaps_as_zero() {
        let today = NaiveDate::from_ymd_opt(2026, 11, 21).expect("a date");
        let pain = [(today - Days::new(5), 6.0), (today, 4.0)];
        let sentence = pain_sentence(&pain, today, 5.0);
        assert!(sentence.starts_with("Your usual pain is about 5 out of 10."), "{sentence}");
        assert!(sentence.contains("2 days are written down"), "{sentence}");
        assert!(pain_sentence(&[], today, 5.0).starts_with("No day"));
    }
}

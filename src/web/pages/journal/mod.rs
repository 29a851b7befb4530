//! `/journal`: the pain journal, in words, as a chart with its table, and entry by entry.

mod day;
mod entry;
pub mod file;
mod history;
mod told;

pub use day::{day, save_day};
pub use entry::{edit, new, save_edit, save_new, save_share};
pub use history::{entry_history, session_history};

use crate::access::{Own, PatientAccess};
use crate::care::CareError;
use crate::care::journal_view::{Shown, ShownSession, Written, first_day, shown};
use crate::care::logging::intake_average;
use crate::care::paper::{Mark, marks};
use crate::care::today::{Progress, progress};
use crate::clinical::journal::{Trend, mean, trend, usual_pain};
use crate::store::ReadTx;
use crate::store::journal::Entry;
use crate::web::error::AppError;
use crate::web::extract::Me;
use crate::web::view::chart::{self, Bars};
use crate::web::view::told::advice;
use crate::web::view::{PageCtx, page, words};
use actix_web::{HttpResponse, web};
use askama::Template;
use chrono::{Days, NaiveDate};
use chrono_tz::Tz;
use serde::Deserialize;
use told::Told;

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
        return tr!("No day is written down in these four weeks.").to_owned();
    }
    let usual = words::number(usual_pain(pain, today + Days::new(1), intake_average));
    let how = match trend(pain, today) {
        Trend::Lower => tr!("This week it was lower than the week before."),
        Trend::Same => tr!("This week it was about the same as the week before."),
        Trend::Higher => tr!("This week it was higher than the week before."),
        Trend::Unknown => tr!("There are not enough days yet to say which way it goes."),
    };
    format!("{} {how} {}", tr!("Your usual pain is about {usual} out of 10.", usual = usual), days_sentence(pain.len()))
}

fn days_sentence(days: usize) -> String {
    match days {
        1 => tr!("1 day is written down; days without an entry are left open.").to_owned(),
        n => tr!("{n} days are written down; days without an entry are left open.", n = n),
    }
}

/// The sentence over an earlier stretch of the journal, where "this week" would be wrong.
fn earlier_sentence(pain: &[(NaiveDate, f64)]) -> String {
    let values: Vec<f64> = pain.iter().map(|(_, p)| *p).collect();
    let Some(average) = mean(&values) else {
        return tr!("No day is written down in these four weeks.").to_owned();
    };
    let (low, high) = values.iter().fold((10.0_f64, 0.0_f64), |(low, high), p| (low.min(*p), high.max(*p)));
    let [average, low, high] = [average, low, high].map(words::number);
    let how = tr!("Your pain was {average} out of 10 on average, between {low} and {high}.", average = average, low = low, high = high);
    format!("{how} {}", days_sentence(values.len()))
}

/// The chart of the days from `from` to `to`.
pub fn pain_chart(pain: &[(NaiveDate, f64)], progress: &Progress, from: NaiveDate, to: NaiveDate, intake_average: f64) -> PainChart {
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

/// A part of a day: an entry or a session.
struct PartView {
    /// Time of an entry; empty for a session.
    time: String,
    told: Told,
    /// Where it is changed; empty for what came from a file and is no entry.
    change: String,
    /// Where the choice of who reads the note is kept; empty where there is none.
    share: String,
    /// Where it says what stood there before; empty when nothing is kept.
    before: String,
    written: WrittenView,
}

/// Marks of when and where something was written.
struct WrittenView {
    late: bool,
    changed: bool,
    imported: bool,
}

struct DayView {
    on: NaiveDate,
    day: String,
    /// Who entered it from paper, and when; empty when nobody did.
    paper: String,
    /// The day's numbers, when any was answered.
    numbers: Option<(Told, WrittenView)>,
    sessions: Vec<PartView>,
    entries: Vec<PartView>,
}

fn entry_view(entry: &Entry, shown: &Shown) -> PartView {
    PartView {
        time: entry.at_time.clone(),
        told: Told::entry(&entry.body),
        change: format!("/journal/{}/edit", entry.id),
        share: format!("/journal/{}/share", entry.id),
        before: if shown.changed.contains(&entry.id) { format!("/journal/{}/history", entry.id) } else { String::new() },
        written: WrittenView { late: entry.late, changed: entry.edited_at.is_some(), imported: entry.import_id.is_some() },
    }
}

fn session_part(session: &ShownSession, shown: &Shown) -> PartView {
    let of = |page: &str| session.id.as_ref().map(|id| format!("/sessions/{id}/{page}")).unwrap_or_default();
    let kept = session.id.as_ref().is_some_and(|id| shown.changed.contains(id));
    PartView {
        time: String::new(),
        told: Told::session(&session.said),
        change: of("edit"),
        share: String::new(),
        before: if kept { of("history") } else { String::new() },
        written: written(&session.written),
    }
}

fn written(of: &Written) -> WrittenView {
    WrittenView { late: of.late, changed: of.changed_at.is_some(), imported: of.imported }
}

#[derive(Template)]
#[template(path = "pages/journal/list.html")]
struct JournalPage {
    ctx: PageCtx,
    chart: PainChart,
    days: Vec<DayView>,
    /// Nothing was ever written down.
    nothing_yet: bool,
    here: String,
    newer: String,
    older: String,
}

/// Which four weeks: 1 is the latest.
#[derive(Deserialize)]
pub struct Paging {
    page: Option<u32>,
}

/// What a page of the journal is made from.
struct Stretch {
    shown: Shown,
    paper: Vec<Mark>,
    progress: Progress,
    intake_average: Option<f64>,
    /// The first day of which anything is written down.
    first: Option<NaiveDate>,
}

fn load(tx: &mut ReadTx, who: &PatientAccess<Own>, from: NaiveDate, to: NaiveDate) -> Result<Stretch, CareError> {
    Ok(Stretch {
        shown: shown(tx, who, from, to)?,
        paper: marks(tx, who, from, to)?,
        progress: progress(tx, who, to, DAYS)?,
        intake_average: intake_average(tx, who)?,
        first: first_day(tx, who)?,
    })
}

/// Days with anything written down, newest first; a day's newest entry first.
fn day_views(stretch: &Stretch, from: NaiveDate, to: NaiveDate, zone: Tz) -> Vec<DayView> {
    let shown = &stretch.shown;
    let view = |on: NaiveDate| DayView {
        on,
        day: words::day(on),
        paper: stretch.paper.iter().rfind(|mark| mark.on == on).map(|mark| words::from_paper(mark, zone)).unwrap_or_default(),
        numbers: shown.days.get(&on).map(|day| (Told::day(day.says), written(&day.written))),
        sessions: shown.sessions.iter().filter(|session| session.on == on).map(|session| session_part(session, shown)).collect(),
        entries: shown.entries.iter().rev().filter(|entry| entry.on_date == on).map(|entry| entry_view(entry, shown)).collect(),
    };
    let mut days: Vec<DayView> = from.iter_days().take_while(|on| *on <= to).map(view).collect();
    days.reverse();
    days.retain(|day| day.numbers.is_some() || !day.entries.is_empty() || !day.sessions.is_empty() || !day.paper.is_empty());
    days
}

/// The journal, four weeks a page.
pub async fn list(me: Me, query: web::Query<Paging>) -> Result<HttpResponse, AppError> {
    let number = query.page.unwrap_or(1).clamp(1, 400);
    let to = me.moment.today() - Days::new(DAYS * u64::from(number - 1));
    let from = to - Days::new(DAYS - 1);
    let stretch = me.run(move |store, who, _| store.read(|tx| load(tx, who, from, to))).await?;
    let pain = stretch.shown.pain();
    let pains: Vec<f64> = pain.iter().map(|(_, p)| *p).collect();
    let fallback = stretch.intake_average.or_else(|| mean(&pains)).unwrap_or(0.0);
    let mut chart = pain_chart(&pain, &stretch.progress, from, to, fallback);
    if number > 1 {
        chart.sentence = earlier_sentence(&pain);
    }
    let address = |n: u32| format!("/journal?page={n}");
    page(&JournalPage {
        ctx: me.visitor.ctx(),
        days: day_views(&stretch, from, to, me.moment.zone),
        nothing_yet: number == 1 && stretch.first.is_none() && chart.rows.is_empty(),
        chart,
        here: tr!("{from} to {to}", from = words::short_day(from), to = words::short_day(to)),
        newer: if number > 1 { address(number - 1) } else { String::new() },
        older: if stretch.first.is_some_and(|first| first < from) { address(number + 1) } else { String::new() },
    })
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
        assert!(earlier_sentence(&[]).starts_with("No day"));
        assert!(!earlier_sentence(&pain).contains("This week"), "an earlier page does not speak of this week");
        assert!(earlier_sentence(&pain).starts_with("Your pain was 5 out of 10 on average, between 4 and 6. 2 days are"));
    }
}

//! The last two weeks: a strip with words, the chart with its sentence and its table, and the sessions one by one.

use crate::care::desk::{FILE_DAYS, File};
use crate::care::logging::Coloured;
use crate::care::paper::Mark;
use crate::lang::dates::WEEKDAYS;
use crate::store::logs::Done;
use crate::web::pages::progress::views::{self, Figure};
use crate::web::pages::today::colour;
use crate::web::view::told::advice;
use crate::web::view::words;
use chrono::{Datelike, Days, NaiveDate};
use chrono_tz::Tz;

/// Days of the strip and of the sessions that stand in the file.
const DAYS: u64 = 14;

/// A day of the strip.
pub struct StripDay {
    /// `done`, `partly`, `planned` or `missed`.
    pub kind: &'static str,
    /// Its weekday, short.
    pub short: String,
    /// The whole date.
    pub full: String,
    /// What was recorded.
    pub word: String,
}

/// A session in words.
pub struct SessionView {
    /// Its day.
    pub day: String,
    /// What was done.
    pub done: String,
    /// Pain, effort and the morning after.
    pub felt: String,
    /// Class of its colour; empty without one.
    pub colour: &'static str,
    /// Word of its colour.
    pub colour_word: String,
    /// Why something was left out.
    pub reasons: String,
    /// Who entered it from paper, and when; empty when nobody did.
    pub paper: String,
}

/// Everything of these days.
pub struct DaysView {
    /// What they come to.
    pub sentences: Vec<String>,
    /// Day by day, oldest first.
    pub strip: Vec<StripDay>,
    /// Pain over four weeks.
    pub pain: Figure,
    /// Name of the daily amount; empty without one.
    pub bars: String,
    /// Colours over four weeks.
    pub colours: Figure,
    /// Sessions of these days, newest first.
    pub sessions: Vec<SessionView>,
}

/// A sentence that is written for the patient, said about them.
fn about(sentence: &str) -> String {
    let said = sentence.replace(" If it stays so, tell your physiotherapist.", "");
    said.replace("your usual pain", "usual pain").replace("your pain", "pain").replace("you began", "began")
}

fn strip(file: &File) -> Vec<StripDay> {
    let today = file.moment.today();
    let progress = &file.record.progress;
    let day = |on: NaiveDate| {
        let session = progress.sessions.iter().find(|s| s.log.on_date == on && !s.log.items.is_empty());
        let amount =
            progress.sessions.iter().any(|s| s.log.on_date == on && s.log.quotas.iter().any(|q| q.amount.is_some_and(|a| a > 0.0)));
        let pain = progress.pain.iter().find(|(day, _)| *day == on).map(|(_, pain)| *pain);
        let (kind, word) = match (session, amount, pain) {
            (Some(session), ..) if session.log.has_exercise() => match session.colour {
                Some(found) => ("done", format!("Session: {}", colour(Some(found)).1)),
                None => ("done", "Session".to_owned()),
            },
            (_, true, _) => ("partly", "Daily amount".to_owned()),
            (_, _, Some(pain)) => ("planned", format!("Pain {}", words::number(pain))),
            (Some(_), ..) => ("planned", "Left out".to_owned()),
            _ => ("missed", "No entry".to_owned()),
        };
        let weekday = WEEKDAYS.get(on.weekday().num_days_from_monday() as usize).copied().unwrap_or_default();
        StripDay { kind, short: format!("{} {}", weekday.get(..2).unwrap_or(weekday), on.day()), full: words::day(on), word }
    };
    (0..DAYS).rev().map(|back| day(today - Days::new(back))).collect()
}

/// A session in words.
pub fn session(s: &Coloured, paper: &[Mark], zone: Tz) -> SessionView {
    let count = |what: Done| s.log.items.iter().filter(|item| item.done == what).count();
    let amounts = s.log.quotas.iter().filter_map(|q| {
        q.amount
            .map(|a| format!("{} of {} ({})", words::number(a), words::number(q.quota), advice().activity(q.activity).name.to_lowercase()))
    });
    let mut parts: Vec<String> = amounts.collect();
    if !s.log.items.is_empty() {
        let half = if count(Done::Partly) > 0 { format!(", {} partly", count(Done::Partly)) } else { String::new() };
        parts.insert(0, format!("{} of {} exercises{half}", count(Done::Done), s.log.items.len()));
    }
    let felt = [
        s.log.worst_during.map(|pain| format!("pain {pain}")),
        s.log.effort.map(|effort| format!("effort {effort}")),
        s.after().map(|pain| format!("pain {} next morning", words::number(pain))),
    ];
    let keys = s.log.items.iter().map(|item| item.reason.as_str()).chain(s.log.quotas.iter().map(|quota| quota.reason.as_str()));
    let mut reasons: Vec<String> = keys.filter_map(|key| advice().reason(key)).map(|reason| reason.label.to_lowercase()).collect();
    reasons.dedup();
    if s.log.stop_symptom {
        reasons.insert(0, "stopped because of a stop-rule symptom".to_owned());
    }
    let (colour, colour_word) = colour(s.colour);
    let late = if s.log.late { ", written later" } else { "" };
    let paper = paper.iter().rfind(|mark| mark.log_id.as_deref() == Some(s.log.id.as_str()));
    SessionView {
        day: format!("{}{late}", words::short_day(s.log.on_date)),
        done: parts.join("; "),
        felt: felt.into_iter().flatten().collect::<Vec<_>>().join(", "),
        colour,
        colour_word,
        reasons: words::listed(&reasons),
        paper: paper.map(|mark| words::from_paper(mark, zone)).unwrap_or_default(),
    }
}

/// The last two weeks.
pub fn view(file: &File) -> DaysView {
    let (record, to) = (&file.record, file.moment.today());
    let from = to - Days::new(FILE_DAYS - 1);
    let since = to - Days::new(DAYS - 1);
    let (mut pain, bars) = views::pain(record, from, to);
    let mut leads = views::leads(record).into_iter().map(|sentence| about(&sentence));
    // The sentence of the chart compares these two weeks with the two before.
    pain.sentence = leads.next().unwrap_or_default();
    let mut sentences: Vec<String> = vec![about(&views::evenness(record, from, to).sentence)];
    sentences.extend(pain.more.iter().map(|sentence| about(sentence)));
    let mut colours = views::sessions(record, from, to);
    if colours.svg.is_empty() {
        colours.sentence = "No session of the last four weeks has a colour yet.".to_owned();
    }
    let recent = record.progress.sessions.iter().rev().filter(|s| s.log.on_date >= since);
    DaysView {
        sentences,
        strip: strip(file),
        pain,
        bars,
        colours,
        sessions: recent.map(|s| session(s, &file.paper, file.moment.zone)).collect(),
    }
}

//! What the day's page is made of: the week's strip, amounts, exercises, the numbers it asks for.

use super::session::amount;
use crate::care::logging::Coloured;
use crate::care::plan::dose_words;
use crate::care::player::programme;
use crate::care::standing::Pause;
use crate::care::today::{DayQuota, DayState, StripDay, Today};
use crate::clinical::codes::{Colour, DayClass};
use crate::clinical::exercise::DoseKind;
use crate::clinical::plan::{Level, Prescribed};
use crate::lang::{dates, say};
use crate::store::logs::Done;
use crate::store::played::Played;
use crate::web::forms::{ErrorLine, Errors, Field, FormData};
use crate::web::view::figure::thumbnail_of;
use crate::web::view::told::advice;
use crate::web::view::words;
use chrono::Days;

/// An exercise as the day's list shows it.
pub struct ItemView {
    /// Id of the exercise.
    pub id: String,
    /// Friendly name.
    pub name: String,
    /// Dose in words.
    pub dose: String,
    /// How long it takes, in words; may be empty.
    pub minutes: String,
    /// Its small picture; empty where it has none.
    pub thumb: std::sync::Arc<str>,
    /// `done`, `partly`, `missed` or empty.
    pub kind: &'static str,
    /// The word for it.
    pub word: &'static str,
}

impl ItemView {
    /// The words of a prescribed item.
    pub fn new(item: &Prescribed) -> Self {
        Self {
            id: item.exercise.clone(),
            name: say(item.title()).to_owned(),
            dose: dose_words(item),
            minutes: String::new(),
            thumb: thumbnail_of(item),
            kind: "",
            word: "",
        }
    }

    /// The same for today alone: without how often in a week, with how long it takes.
    pub fn today(item: &Prescribed) -> Self {
        Self { dose: today_words(item), minutes: minutes_of(item), ..Self::new(item) }
    }
}

/// Why an item is for the person.
pub fn why_words(item: &Prescribed) -> String {
    if item.own.is_some() { item.why.clone() } else { say(&item.why).to_owned() }
}

/// "2 sets of 8, each side".
pub(super) fn today_words(item: &Prescribed) -> String {
    match item.level {
        Level::Easier => tr!("{dose}, easier form", dose = amount(item)),
        Level::Standard => amount(item),
        Level::Harder => tr!("{dose}, harder form", dose = amount(item)),
    }
}

/// "about 3 minutes"; empty where the dose itself says it.
fn minutes_of(item: &Prescribed) -> String {
    match (item.dose.kind, item.dose.minutes()) {
        (DoseKind::Minutes, _) | (_, 0) => String::new(),
        (_, 1) => tr!("about 1 minute").to_owned(),
        (_, n) => tr!("about {n} minutes", n = n),
    }
}

pub(super) struct QuotaView {
    pub(super) name: String,
    pub(super) amount: String,
    pub(super) detail: String,
    pub(super) kind: &'static str,
    pub(super) word: String,
}

pub(super) struct DayView {
    pub(super) kind: &'static str,
    pub(super) short: String,
    pub(super) full: String,
    pub(super) word: &'static str,
}

pub(super) struct LoggedView {
    pub(super) href: String,
    pub(super) text: String,
    pub(super) colour: &'static str,
    pub(super) colour_word: String,
}

/// A morning that was never answered, asked once more.
pub(super) struct CatchUp {
    pub(super) field: Field,
    pub(super) on: String,
}

/// A session that is not logged yet.
pub(super) struct SessionView {
    pub(super) today: bool,
    pub(super) text: String,
}

pub(super) struct FlareView {
    pub(super) day: i64,
    pub(super) note: String,
    pub(super) settled_first: bool,
}

pub(super) fn strip(today: &Today) -> (Vec<DayView>, String) {
    let view = |day: &StripDay| {
        let is_today = day.on == today.on;
        let (kind, word) = match day.state {
            DayState::Done => ("done", tr!("Done")),
            DayState::Partly => ("partly", tr!("Partly done")),
            DayState::NoAnswer => ("missed", tr!("No answer")),
            DayState::Rest => ("rest", tr!("Rest day")),
            DayState::Holiday => ("rest", tr!("Holiday")),
            DayState::Ill => ("rest", tr!("Ill")),
            // While the plan stands still nothing is asked.
            DayState::Planned if today.pause.is_some() => ("rest", tr!("Paused")),
            DayState::Planned if is_today => ("today", tr!("Today")),
            DayState::Planned => ("planned", tr!("Planned")),
        };
        DayView { kind, short: dates::short_weekday(day.on).to_string(), full: words::day(day.on), word }
    };
    let logged = today.strip.iter().filter(|d| matches!(d.state, DayState::Done | DayState::Partly)).count();
    let sentence = match logged {
        0 => tr!("Nothing logged yet this week.").to_owned(),
        1 => tr!("One day logged this week.").to_owned(),
        n => tr!("{n} days logged this week.", n = n),
    };
    (today.strip.iter().map(view).collect(), sentence)
}

pub(super) fn quotas(today: &Today) -> Vec<QuotaView> {
    let view = |q: &DayQuota| {
        let (activity, unit) = (q.quota.activity.0, q.quota.unit.0);
        let advice = advice();
        let (kind, word) = match &q.so_far {
            None => ("", String::new()),
            Some(day) => {
                let kind = if matches!(day.class, DayClass::Met | DayClass::Over) { "done" } else { "partly" };
                (kind, tr!("{amount} so far", amount = words::amount(activity, unit, day.done)))
            }
        };
        QuotaView {
            name: advice.activity(activity).name.clone(),
            amount: words::amount(activity, unit, q.amount),
            detail: if q.bouts > 1 { tr!("in {n} short parts", n = q.bouts) } else { String::new() },
            kind,
            word,
        }
    };
    today.quotas.iter().map(view).collect()
}

/// Class and word of a session's colour.
pub fn colour(colour: Option<Colour>) -> (&'static str, String) {
    match colour {
        Some(Colour::Green) => ("green", advice().colour(Colour::Green).word.clone()),
        Some(Colour::Amber) => ("amber", advice().colour(Colour::Amber).word.clone()),
        Some(Colour::Red) => ("red", advice().colour(Colour::Red).word.clone()),
        None => ("", String::new()),
    }
}

pub(super) fn pause_words(pause: Option<Pause>) -> (&'static str, String) {
    match pause {
        None => ("", String::new()),
        Some(Pause::DangerSign) => ("danger", advice().pause("P-01").unwrap_or_default().to_owned()),
        Some(Pause::Unanswered) => ("unanswered", String::new()),
        Some(Pause::LegSymptoms) => ("leg", advice().pause("P-02").unwrap_or_default().to_owned()),
    }
}

pub(super) fn session_view(played: &Played, today: &Today) -> SessionView {
    let all = programme(today).len();
    let is_today = played.on_date == today.on;
    let text = match (is_today, played.presses.len()) {
        (true, 0) => tr!("You have begun today’s session.").to_owned(),
        (true, done) => tr!("You have answered {done} of {all} exercises.", done = done, all = all),
        (false, _) => tr!("Your session of {day} waits for its log.", day = words::day(played.on_date)),
    };
    SessionView { today: is_today, text }
}

pub(in crate::web::pages) fn pain_field(name: &str, label: &str) -> Field {
    Field::new("scale", name, label).ends(tr!("no pain"), tr!("the worst pain you can imagine"))
}

/// The numbers the page asks for.
pub(super) struct Asked {
    pub(super) lines: Vec<ErrorLine>,
    pub(super) morning: Option<Field>,
    pub(super) catch_up: Option<CatchUp>,
    pub(super) average: Field,
    pub(super) worst: Field,
}

/// The day's average, and one morning at most: this one first, yesterday's missed one when that is answered.
pub(super) fn asked(today: &Today, form: Option<&FormData>, errors: &Errors) -> Asked {
    let shown = |field: Field, value: Option<i32>| match (form, value) {
        (Some(form), _) => field.sent(form),
        (None, Some(value)) => field.value(value.to_string()),
        (None, None) => field,
    };
    let yesterday = today.on - Days::new(1);
    let again = form.is_some_and(|form| form.text("on") == yesterday.to_string());
    let missed = if form.is_some() { again } else { !today.morning_open && today.morning_missed };
    let morning = match missed {
        true => pain_field("morning", &tr!("How was your pain on the morning of {day}?", day = words::day(yesterday)))
            .hint(tr!("If you do not remember, leave it out. A gap is fine.")),
        false => pain_field("morning", tr!("How is your pain this morning?")),
    };
    let mut fields = vec![
        shown(pain_field("average", tr!("How was your pain today, on average?")), today.average),
        shown(morning, today.morning.filter(|_| !missed)),
        shown(pain_field("worst", tr!("And at its worst?")).optional(), today.worst),
    ];
    let lines = errors.show(&mut fields);
    let worst = fields.pop().unwrap_or_default();
    let morning = fields.pop();
    let average = fields.pop().unwrap_or_default();
    if missed {
        return Asked { lines, morning: None, catch_up: morning.map(|field| CatchUp { field, on: yesterday.to_string() }), average, worst };
    }
    Asked { lines, morning: morning.filter(|f| today.morning_open || !f.error.is_empty()), catch_up: None, average, worst }
}

/// Today's sessions.
pub(super) fn logged(today: &Today) -> Vec<LoggedView> {
    let view = |session: &Coloured| {
        let done = session.log.items.iter().filter(|i| i.done != Done::Not).count();
        let (colour, colour_word) = colour(session.colour);
        let text = match session.log.items.len() {
            0 if session.log.stop_symptom => tr!("A session you stopped").to_owned(),
            0 => tr!("Daily amount").to_owned(),
            all => tr!("{done} of {all} exercises", done = done, all = all),
        };
        LoggedView { href: format!("/sessions/{}/edit", session.log.id), text, colour, colour_word }
    };
    today.logged.iter().map(view).collect()
}

//! The form that looks like the sheet: a column a day, a row a question. What is there already is shown and not asked.

use crate::care::paper::{DayThere, Mark, Missing, Open, PaperDay, Unusual, missing};
use crate::clinical::codes::Activity;
use crate::clock::Moment;
use crate::lang::dates::weekday_and_day;
use crate::store::logs::{Done, ItemLog, QuotaLog, TrainingLog};
use crate::store::paper::{AskedDay, Asks};
use crate::web::forms::{ErrorLine, Errors, Field, FormData, Reader};
use crate::web::view::told::advice;
use crate::web::view::told::{count, say};
use crate::web::view::words;
use chrono::NaiveDate;

/// A question of the sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    Morning,
    Quota(Activity),
    Exercise(String),
    During,
    Effort,
    Unusual,
    Average,
}

impl Part {
    fn name(&self, day: usize) -> String {
        match self {
            Part::Morning => format!("d{day}_morning"),
            Part::Quota(activity) => format!("d{day}_q_{activity}"),
            Part::Exercise(id) => format!("d{day}_e_{id}"),
            Part::During => format!("d{day}_during"),
            Part::Effort => format!("d{day}_effort"),
            Part::Unusual => format!("d{day}_unusual"),
            Part::Average => format!("d{day}_average"),
        }
    }

    /// The sheet asks it on this day.
    pub(super) fn is_asked(&self, day: &AskedDay) -> bool {
        match self {
            Part::Quota(activity) => day.quotas.iter().any(|quota| quota.activity == *activity),
            Part::Exercise(id) => day.exercises.contains(id),
            Part::During | Part::Effort => !day.exercises.is_empty(),
            Part::Morning | Part::Unusual | Part::Average => true,
        }
    }
}

/// A row of the sheet.
pub(super) struct RowHead {
    pub(super) part: Part,
    pub(super) label: String,
    pub(super) hint: String,
}

/// The rows of a sheet, in the order of a day.
pub(super) fn rows(asks: &Asks) -> Vec<RowHead> {
    let row = |part: Part, label: &str, hint: String| RowHead { part, label: label.to_owned(), hint };
    let mut rows = vec![row(Part::Morning, tr!("Pain on waking"), tr!("0 to 10").to_owned())];
    let mut quotas: Vec<(Activity, String)> = Vec::new();
    for quota in asks.days.iter().flat_map(|day| &day.quotas) {
        let amount = words::amount(quota.activity, quota.unit, quota.amount);
        match quotas.iter_mut().find(|(activity, _)| *activity == quota.activity) {
            // Amounts that differ from day to day stand in the boxes.
            Some((_, known)) if *known != amount => known.clear(),
            Some(_) => {}
            None => quotas.push((quota.activity, amount)),
        }
    }
    rows.extend(quotas.into_iter().map(|(activity, amount)| row(Part::Quota(activity), &advice().activity(activity).name, amount)));
    rows.extend(asks.exercises.iter().map(|e| row(Part::Exercise(e.id.clone()), crate::lang::say(&e.title), e.dose.to_string())));
    if !asks.exercises.is_empty() {
        rows.push(row(Part::During, tr!("Worst pain during the exercises"), tr!("0 to 10").to_owned()));
        rows.push(row(Part::Effort, tr!("How hard it felt"), tr!("0 to 10").to_owned()));
    }
    rows.push(row(Part::Unusual, tr!("Anything unusual?"), tr!("circle one").to_owned()));
    rows.push(row(Part::Average, tr!("Pain of the day on average"), tr!("0 to 10").to_owned()));
    rows
}

/// A place of the form.
pub(super) enum Cell {
    /// The sheet does not ask it.
    Blank,
    /// It is there already, or cannot be answered.
    Said(String),
    /// To be keyed in.
    Ask(Box<Field>),
}

/// A day of the form.
pub(super) struct Column {
    pub(super) id: String,
    pub(super) short: String,
    pub(super) full: String,
    pub(super) date: String,
    /// Why it cannot be entered, or who entered it.
    pub(super) note: String,
    pub(super) can_change: bool,
    pub(super) anew: bool,
    pub(super) cells: Vec<Cell>,
}

/// Days whose entries somebody asked to change: those named before and the one whose button was pressed.
pub(super) fn opened(form: &FormData) -> Vec<NaiveDate> {
    form.all("opened").into_iter().chain(form.all("open")).filter_map(|date| date.parse().ok()).collect()
}

fn is_said(there: &DayThere, part: &Part, anew: bool) -> bool {
    let record = there.record.as_ref();
    !anew
        && match part {
            Part::Morning => record.is_some_and(|record| record.morning.is_some()),
            Part::Average => record.is_some_and(|record| record.average.is_some()),
            _ => !there.logs.is_empty(),
        }
}

fn number(value: Option<i32>) -> String {
    value.map(|n| n.to_string()).unwrap_or_default()
}

/// What is there, as the form's own value; empty when nothing is.
fn value_of(there: &DayThere, part: &Part) -> String {
    let log = there.logs.first();
    match part {
        Part::Morning => number(there.record.as_ref().and_then(|record| record.morning)),
        Part::Average => number(there.record.as_ref().and_then(|record| record.average)),
        Part::During => number(log.and_then(|log| log.worst_during)),
        Part::Effort => number(log.and_then(|log| log.effort)),
        Part::Quota(activity) => log.and_then(|log| amount_of(log, *activity)).map(words::number).unwrap_or_default(),
        Part::Exercise(id) => match log.and_then(|log| log.items.iter().find(|item| item.exercise == *id)).map(|item| item.done) {
            Some(Done::Done) => "done".to_owned(),
            Some(Done::Partly) => "half".to_owned(),
            Some(Done::Not) => "not".to_owned(),
            None => String::new(),
        },
        Part::Unusual => if log.is_some_and(|log| log.stop_symptom) { "stopped" } else { "" }.to_owned(),
    }
}

fn amount_of(log: &TrainingLog, activity: Activity) -> Option<f64> {
    log.quotas.iter().find(|quota| quota.activity == activity)?.amount
}

fn said(there: &DayThere, part: &Part) -> String {
    let numbers = matches!(part, Part::Morning | Part::Average);
    let text = if numbers || there.logs.len() < 2 { value_of(there, part) } else { String::new() };
    if text.is_empty() { "–".to_owned() } else { text }
}

fn field(row: &RowHead, day: usize, full: &str) -> Field {
    let (name, label) = (row.part.name(day), format!("{}, {full}", row.label));
    match row.part {
        Part::Exercise(_) => Field::new("select", &name, label).options([
            ("", "–"),
            ("done", tr!("done")),
            ("half", tr!("half or more")),
            ("not", tr!("not")),
        ]),
        Part::Unusual => Field::new("select", &name, label).options([
            ("", "–"),
            ("no", tr!("no")),
            ("stopped", tr!("stopped")),
            ("new", tr!("yes, new")),
        ]),
        Part::Quota(_) => Field::new("decimal", &name, label),
        _ => Field::new("number", &name, label),
    }
}

/// The columns of the form; `form` is what was typed, when it comes back.
pub(super) fn columns(asks: &Asks, days: &[DayThere], marks: &[Mark], form: Option<&FormData>, moment: Moment) -> Vec<Column> {
    let opened = form.map(opened).unwrap_or_default();
    let heads = rows(asks);
    let column = |(n, (asked, there)): (usize, (&AskedDay, &DayThere))| {
        let anew = opened.contains(&there.on) && there.can_change();
        let (full, closed) = (words::day(there.on), there.open != Open::Yes);
        let cell = |head: &RowHead| {
            if !head.part.is_asked(asked) {
                Cell::Blank
            } else if closed || is_said(there, &head.part, anew) {
                Cell::Said(said(there, &head.part))
            } else {
                let fresh = field(head, n, &full);
                let typed = form.filter(|form| form.pairs().iter().any(|(name, _)| *name == fresh.name));
                Cell::Ask(Box::new(match typed {
                    Some(form) => fresh.sent(form),
                    None => fresh.value(if anew { value_of(there, &head.part) } else { String::new() }),
                }))
            }
        };
        Column {
            id: format!("day-{n}"),
            short: weekday_and_day(there.on).to_string(),
            date: there.on.to_string(),
            note: note(there, marks, moment),
            can_change: there.can_change() && !anew,
            anew,
            cells: heads.iter().map(cell).collect(),
            full,
        }
    };
    asks.days.iter().zip(days).enumerate().map(column).collect()
}

fn note(there: &DayThere, marks: &[Mark], moment: Moment) -> String {
    if let Some(mark) = marks.iter().rfind(|mark| mark.on == there.on) {
        return words::from_paper(mark, moment.zone);
    }
    match there.open {
        Open::Ahead => say("paper.open.ahead", &[]),
        Open::TooOld if !there.has_anything() => say("paper.open.too_old", &[]),
        Open::BeforePlan => say("paper.open.before_plan", &[]),
        _ if there.logs.len() > 1 => count("paper.sessions", there.logs.len(), &[]),
        _ => String::new(),
    }
}

/// What the form says, day by day, with messages beside the fields.
pub(super) fn read(form: &FormData, asks: &Asks, days: &[DayThere]) -> (Vec<PaperDay>, Errors) {
    let opened = opened(form);
    let mut reader = Reader::new(form);
    let mut read = Vec::new();
    for (n, (asked, there)) in asks.days.iter().zip(days).enumerate() {
        let mut scale = |part: Part| reader.whole(&part.name(n), 0..=10, &say("paper.number", &[])).and_then(|n| u8::try_from(n).ok());
        let mut day = PaperDay {
            on: Some(there.on),
            morning: scale(Part::Morning),
            during: scale(Part::During),
            effort: scale(Part::Effort),
            average: scale(Part::Average),
            anew: opened.contains(&there.on),
            ..PaperDay::default()
        };
        day.unusual = match form.text(&Part::Unusual.name(n)) {
            "no" => Some(Unusual::No),
            "stopped" => Some(Unusual::Stopped),
            "new" => Some(Unusual::New),
            _ => None,
        };
        day.items = items(form, n, asked, there);
        for quota in &asked.quotas {
            let name = Part::Quota(quota.activity).name(n);
            let Some(amount) = reader.decimal(&name, 0.0..=10_000.0, &say("paper.amount", &[])) else { continue };
            let before = there.logs.first().and_then(|log| log.quotas.iter().find(|q| q.activity == quota.activity));
            let reason = before.map(|q| q.reason.clone()).unwrap_or_default();
            day.quotas.push(QuotaLog { activity: quota.activity, amount: Some(amount), quota: quota.amount, reason });
        }
        for lack in missing(&day) {
            let (part, key) = match lack {
                Missing::During => (Part::During, "paper.missing.during"),
                Missing::Effort => (Part::Effort, "paper.missing.effort"),
                Missing::Unusual => (Part::Unusual, "paper.missing.unusual"),
                Missing::Exercises => {
                    (asked.exercises.first().map_or(Part::During, |id| Part::Exercise(id.clone())), "paper.missing.exercises")
                }
            };
            reader.errors.add(&part.name(n), say(key, &[]));
        }
        read.push(day);
    }
    (read, reader.errors)
}

/// The exercises of a day, once one of them is marked: the sheet says that an empty box beside a mark means "left out".
fn items(form: &FormData, n: usize, asked: &AskedDay, there: &DayThere) -> Vec<ItemLog> {
    let marked = |id: &String| form.text(&Part::Exercise(id.clone()).name(n)).to_owned();
    if asked.exercises.iter().all(|id| marked(id).is_empty()) {
        return Vec::new();
    }
    let item = |id: &String| {
        let done = match marked(id).as_str() {
            "done" => Done::Done,
            "half" => Done::Partly,
            _ => Done::Not,
        };
        // What was told of it before stays, when the mark is the same.
        let same = there.logs.first().and_then(|log| log.items.iter().find(|i| i.exercise == *id && i.done == done));
        same.cloned().unwrap_or_else(|| ItemLog { exercise: id.clone(), done, reason: String::new(), brought_on: false })
    };
    asked.exercises.iter().map(item).collect()
}

/// Puts the messages beside the fields and lists them for the summary, day by day.
pub(super) fn show(errors: &Errors, columns: &mut [Column]) -> Vec<ErrorLine> {
    let mut all: Vec<Field> = columns.iter().flat_map(|c| &c.cells).filter_map(asked).cloned().collect();
    let mut lines = errors.show(&mut all);
    let mut shown = all.into_iter();
    for cell in columns.iter_mut().flat_map(|column| &mut column.cells) {
        if let Cell::Ask(field) = cell
            && let Some(with_message) = shown.next()
        {
            **field = with_message;
        }
    }
    // In the summary a message needs its day and row.
    for field in columns.iter().flat_map(|c| &c.cells).filter_map(asked).filter(|field| !field.error.is_empty()) {
        if let Some(line) = lines.iter_mut().find(|line| line.href == format!("#{}", field.id)) {
            line.text = format!("{}: {}", field.label, field.error);
        }
    }
    lines
}

fn asked(cell: &Cell) -> Option<&Field> {
    match cell {
        Cell::Ask(field) => Some(field),
        _ => None,
    }
}

//! The block of a daily goal in the editor: what is typed of it, and its weeks in a sentence and a table.

use super::Loaded;
use crate::care::CareError;
use crate::care::desk::amounts::{MAX_WEEKS, NewAmounts, remade, weeks_until};
use crate::clinical::plan::ShapedQuota;
use crate::clinical::quota::{MAX_AMOUNT, MAX_TRIALS};
use crate::web::forms::{ErrorLine, Errors, Field, FormData, Reader};
use crate::web::view::words;
use chrono::{Days, NaiveDate};

/// A week of the schedule: number, amount, first day.
pub(super) struct WeekView {
    pub(super) number: usize,
    pub(super) amount: String,
    pub(super) from: String,
}

/// A daily goal of the draft.
pub(super) struct GoalView {
    pub(super) activity: &'static str,
    pub(super) name: String,
    pub(super) summary: String,
    pub(super) fields: Vec<Field>,
    /// The weeks in a sentence, and whether they are a preview of what is typed.
    pub(super) sentence: String,
    pub(super) previewed: bool,
    pub(super) weeks: Vec<WeekView>,
    pub(super) open: bool,
}

/// An amount as it is typed: without a decimal point where it is whole.
fn plain(amount: f64) -> String {
    format!("{amount}")
}

fn goal_on(quota: &ShapedQuota, today: NaiveDate) -> NaiveDate {
    today + Days::new(7 * u64::try_from(quota.weeks_left()).unwrap_or(0))
}

fn fields(quota: &ShapedQuota, today: NaiveDate) -> Vec<Field> {
    let unit = quota.unit.code();
    let tries = quota.input.trials.iter().map(|trial| plain(*trial)).collect::<Vec<_>>().join("; ");
    let mut fields = vec![
        Field::new("text", "trials", "Baseline tries").hint(
            "Change them only after measuring anew: three or more, with semicolons between them. The start then follows from their mean.",
        ),
        Field::new("decimal", "start", "Start with")
            .hint("The amount of the first week from now.")
            .suffix(unit)
            .value(plain(quota.amount())),
        Field::new("decimal", "goal", "Goal").suffix(unit).value(plain(quota.input.goal)),
        Field::new("date", "goal_on", "Goal date").value(goal_on(quota, today).to_string()),
        Field::new("number", "weeks", "Or weeks until the goal")
            .hint("Counts instead of the date where it is filled in.")
            .suffix("weeks")
            .optional(),
        Field::new("number", "days", "Days a week").suffix("days").value(quota.days_per_week.to_string()),
    ];
    fields[0].value = tries;
    fields.iter_mut().for_each(|field| field.id = format!("f-{}-{}", quota.activity, field.name.replace('_', "-")));
    fields
}

/// The goal that a form says, or what does not fit.
pub(super) fn read(loaded: &Loaded, quota: &ShapedQuota, form: &FormData) -> Result<ShapedQuota, Errors> {
    let today = loaded.moment.today();
    let now = NewAmounts::of(quota);
    let mut reader = Reader::new(form);
    let amount = |reader: &mut Reader, name: &str| {
        let typed = reader.decimal(name, 0.01..=MAX_AMOUNT, "Enter a number above 0");
        reader.need(name, typed, "Enter a number above 0")
    };
    let (start, goal) = (amount(&mut reader, "start"), amount(&mut reader, "goal"));
    let days = reader.whole("days", 1..=7, "Enter a number from 1 to 7");
    let days = reader.need("days", days, "Enter a number from 1 to 7");
    let typed = reader.whole("weeks", 1..=MAX_WEEKS, "Enter a whole number from 1 to 52");
    let date = reader.date("goal_on");
    let weeks = match (typed, date) {
        (Some(weeks), _) => Some(weeks),
        (None, Some(date)) if date == goal_on(quota, today) => Some(i64::from(now.weeks)),
        (None, Some(date)) => {
            let weeks = weeks_until(today, date);
            if date <= today || weeks > MAX_WEEKS {
                reader.errors.add("goal_on", "Choose a date within the next 52 weeks");
            }
            Some(weeks)
        }
        (None, None) => reader.need("goal_on", None, "Enter a date, or the number of weeks"),
    };
    let separated = form.text("trials").replace(',', ".");
    let trials: Vec<Option<f64>> =
        separated.split([';', ' ']).filter(|part| !part.is_empty()).map(|part| part.parse().ok().filter(|n: &f64| n.is_finite())).collect();
    let trials: Option<Vec<f64>> = if trials.len() > MAX_TRIALS { None } else { trials.into_iter().collect() };
    let trials = reader.need("trials", trials, "Enter numbers with semicolons between them, for example 12; 14; 13");
    let weeks = weeks.and_then(|weeks| u32::try_from(weeks).ok());
    let (Some(start), Some(goal), Some(days), Some(weeks), Some(trials)) = (start, goal, days, weeks, trials) else {
        return Err(reader.errors);
    };
    if !reader.errors.is_empty() {
        return Err(reader.errors);
    }
    let new = NewAmounts { trials, start, goal, weeks, days: i32::try_from(days).unwrap_or(1) };
    remade(quota, &new, loaded.most_percent).map_err(|error| {
        if let CareError::Refused { field, message } = error {
            reader.errors.add(field, message.to_string());
        }
        reader.errors
    })
}

/// The weeks in a sentence.
fn sentence(quota: &ShapedQuota, today: NaiveDate) -> String {
    let amount = |value: f64| quota.in_words(value).to_string();
    let (start, goal) = (amount(quota.amount()), amount(quota.input.goal));
    let late = if quota.schedule.moved { " The goal comes later than asked for: a week adds at most the largest step." } else { "" };
    match quota.weeks_left() {
        0 => format!("{goal} a day from now on: the goal is reached and kept."),
        weeks => {
            let date = words::date(goal_on(quota, today));
            let span = if weeks == 1 { "1 week".to_owned() } else { format!("{weeks} weeks") };
            format!("From {start} to {goal} in {span}, on {date}.{late}")
        }
    }
}

impl GoalView {
    pub(super) fn new(loaded: &Loaded, quota: &ShapedQuota, form: &FormData, errors: &mut Errors, lines: &mut Vec<ErrorLine>) -> Self {
        let today = loaded.moment.today();
        let about = form.text("do").starts_with("goal") && form.text("activity") == quota.activity.code();
        let mut fields = fields(quota, today);
        let mut shown = quota.clone();
        let mut previewed = false;
        if about {
            fields = fields.into_iter().map(|field| field.sent(form)).collect();
            lines.extend(errors.show(&mut fields));
            *errors = Errors::default();
            if let Ok(typed) = read(loaded, quota, form) {
                previewed = typed != *quota;
                shown = typed;
            }
        }
        let week = |(n, value): (usize, &f64)| WeekView {
            number: n + 1,
            amount: shown.in_words(*value).to_string(),
            from: if n == 0 { "now".to_owned() } else { words::date(today + Days::new(7 * u64::try_from(n).unwrap_or(0))) },
        };
        Self {
            activity: quota.activity.code(),
            name: quota.name().to_string(),
            summary: quota.summary().to_string(),
            fields,
            sentence: sentence(&shown, today),
            previewed,
            weeks: shown.to_come().iter().enumerate().map(week).collect(),
            open: about,
        }
    }
}

//! The block of a daily goal in the editor: what is typed of it, and its weeks in a sentence and a table.

use super::Loaded;
use crate::care::CareError;
use crate::care::baseline::{days_per_week, unit};
use crate::care::desk::amounts::{MAX_GOALS, MAX_WEEKS, NewAmounts, NewGoal, begun, remade, share, weeks_until};
use crate::clinical::advice::advice;
use crate::clinical::codes::Activity;
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
    /// It is the only one, so it cannot be taken out.
    pub(super) only: bool,
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

/// Weeks until the goal, from their number or the date; a date that was not touched (`kept`) stands for its own weeks.
fn read_weeks(reader: &mut Reader, today: NaiveDate, kept: (NaiveDate, i64)) -> Option<i64> {
    let typed = reader.whole("weeks", 1..=MAX_WEEKS, "Enter a whole number from 1 to 52");
    match (typed, reader.date("goal_on")) {
        (Some(weeks), _) => Some(weeks),
        (None, Some(date)) if date == kept.0 => Some(kept.1),
        (None, Some(date)) => {
            let weeks = weeks_until(today, date);
            if date <= today || weeks > MAX_WEEKS {
                reader.errors.add("goal_on", "Choose a date within the next 52 weeks");
            }
            Some(weeks)
        }
        (None, None) => reader.need("goal_on", None, "Enter a date, or the number of weeks"),
    }
}

/// Tries with semicolons between them; none where nothing is typed.
fn read_trials(reader: &mut Reader, form: &FormData) -> Option<Vec<f64>> {
    let separated = form.text("trials").replace(',', ".");
    let trials: Vec<Option<f64>> =
        separated.split([';', ' ']).filter(|part| !part.is_empty()).map(|part| part.parse().ok().filter(|n: &f64| n.is_finite())).collect();
    let trials: Option<Vec<f64>> = if trials.len() > MAX_TRIALS { None } else { trials.into_iter().collect() };
    reader.need("trials", trials, "Enter numbers with semicolons between them, for example 12; 14; 13")
}

/// Takes a refusal in beside its field.
fn beside<T>(made: Result<T, CareError>, mut errors: Errors) -> Result<T, Errors> {
    made.map_err(|error| {
        if let CareError::Refused { field, message } = error {
            errors.add(field, message.to_string());
        }
        errors
    })
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
    let weeks = read_weeks(&mut reader, today, (goal_on(quota, today), i64::from(now.weeks)));
    let trials = read_trials(&mut reader, form);
    let weeks = weeks.and_then(|weeks| u32::try_from(weeks).ok());
    let (Some(start), Some(goal), Some(days), Some(weeks), Some(trials)) = (start, goal, days, weeks, trials) else {
        return Err(reader.errors);
    };
    if !reader.errors.is_empty() {
        return Err(reader.errors);
    }
    let new = NewAmounts { trials, start, goal, weeks, days: i32::try_from(days).unwrap_or(1) };
    beside(remade(quota, &new, loaded.most_percent), reader.errors)
}

/// Weeks that a new goal is suggested for (4.2 no. 1).
const USUAL_WEEKS: u64 = 12;

fn new_fields(loaded: &Loaded) -> Vec<Field> {
    let shape = loaded.editor.shape();
    let left = Activity::ALL.iter().filter(|activity| shape.quota(**activity).is_none());
    let named = left.map(|activity| {
        let name = &advice().activity(*activity).name;
        (activity.code().to_owned(), format!("{name}, in {}", if unit(*activity).code() == "min" { "minutes" } else { "times" }))
    });
    let choices = std::iter::once((String::new(), "Choose an activity".to_owned())).chain(named);
    let date = loaded.moment.today() + Days::new(7 * USUAL_WEEKS);
    let mut fields = vec![
        Field::new("select", "activity", "Activity").options(choices),
        Field::new("text", "trials", "Baseline tries")
            .hint("Three or more, on different days, with semicolons between them. The start then follows from their mean.")
            .optional(),
        Field::new("decimal", "start", "Or start with")
            .hint("Where nobody measured: an amount that is surely possible on a bad day.")
            .optional(),
        Field::new("decimal", "goal", "Goal"),
        Field::new("date", "goal_on", "Goal date").value(date.to_string()),
        Field::new("number", "weeks", "Or weeks until the goal")
            .hint("Counts instead of the date where it is filled in.")
            .suffix("weeks")
            .optional(),
        Field::new("number", "days", "Days a week").suffix("days").value(days_per_week(Activity::Walk).to_string()),
    ];
    fields.iter_mut().for_each(|field| field.id = format!("f-new-{}", field.name.replace('_', "-")));
    fields
}

/// The new goal that a form says, or what does not fit.
pub(super) fn read_new(loaded: &Loaded, form: &FormData) -> Result<ShapedQuota, Errors> {
    let today = loaded.moment.today();
    let mut reader = Reader::new(form);
    let activity = reader.need("activity", form.text("activity").parse::<Activity>().ok(), "Choose an activity");
    let start = reader.decimal("start", 0.01..=MAX_AMOUNT, "Enter a number above 0");
    let goal = reader.decimal("goal", 0.01..=MAX_AMOUNT, "Enter a number above 0");
    let goal = reader.need("goal", goal, "Enter a number above 0");
    let days = reader.whole("days", 1..=7, "Enter a number from 1 to 7");
    let days = reader.need("days", days, "Enter a number from 1 to 7");
    let usual = (today + Days::new(7 * USUAL_WEEKS), i64::try_from(USUAL_WEEKS).unwrap_or(MAX_WEEKS));
    let weeks = read_weeks(&mut reader, today, usual).and_then(|weeks| u32::try_from(weeks).ok());
    let trials = read_trials(&mut reader, form);
    let (Some(activity), Some(goal), Some(days), Some(weeks), Some(trials)) = (activity, goal, days, weeks, trials) else {
        return Err(reader.errors);
    };
    if !reader.errors.is_empty() {
        return Err(reader.errors);
    }
    let share = share(loaded.intake.as_ref(), &trials);
    let new = NewGoal { activity, trials, start, goal, weeks, days: i32::try_from(days).unwrap_or(1) };
    beside(begun(&new, share, loaded.most_percent), reader.errors)
}

/// The form of another goal; none where a plan has all it may have.
pub(super) fn new_goal(loaded: &Loaded, form: &FormData, errors: &mut Errors, lines: &mut Vec<ErrorLine>) -> Option<GoalView> {
    if loaded.editor.shape().quotas.len() >= MAX_GOALS {
        return None;
    }
    let mut fields = new_fields(loaded);
    let about = form.text("do").starts_with("goal-new");
    let mut typed = None;
    if about {
        fields = fields.into_iter().map(|field| field.sent(form)).collect();
        lines.extend(errors.show(&mut fields));
        *errors = Errors::default();
        typed = read_new(loaded, form).ok();
    }
    let today = loaded.moment.today();
    Some(GoalView {
        activity: "new",
        name: typed.as_ref().map(|quota| quota.name().to_string()).unwrap_or_default(),
        summary: String::new(),
        fields,
        sentence: typed.as_ref().map(|quota| sentence(quota, today)).unwrap_or_default(),
        previewed: typed.is_some(),
        weeks: typed.as_ref().map(|quota| weeks(quota, today)).unwrap_or_default(),
        open: about,
        only: false,
    })
}

/// Each week to come.
fn weeks(quota: &ShapedQuota, today: NaiveDate) -> Vec<WeekView> {
    let week = |(n, value): (usize, &f64)| WeekView {
        number: n + 1,
        amount: quota.in_words(*value).to_string(),
        from: if n == 0 { "now".to_owned() } else { words::date(today + Days::new(7 * u64::try_from(n).unwrap_or(0))) },
    };
    quota.to_come().iter().enumerate().map(week).collect()
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
        let about = matches!(form.text("do"), "goal" | "goal-preview") && form.text("activity") == quota.activity.code();
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
        Self {
            activity: quota.activity.code(),
            name: quota.name().to_string(),
            summary: quota.summary().to_string(),
            fields,
            sentence: sentence(&shown, today),
            previewed,
            weeks: weeks(&shown, today),
            open: about,
            only: loaded.editor.shape().quotas.len() == 1,
        }
    }
}

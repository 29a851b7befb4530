//! The rules as text in, text out, for the audit command line (specification 12). One JSON object
//! in gives one JSON object out; a refused input gives `{"errors": [...]}`.

mod fields;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod tests_fuzz;

use super::intake::{self, AnswerError, AnswerMap};
use super::quota::{self, QuotaError, QuotaInput};
use super::session;
use super::thresholds::Thresholds;
use super::week::{self, Away, WeekFacts};
use fields::Fields;
use serde::Serialize;
use serde_json::Value;

/// Which rules to run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// 12.1.
    Intake,
    /// 12.3.
    Week,
    /// 12.2.
    Quota,
    /// 12.4.
    Session,
}

/// Largest count accepted in a week's facts (sessions, days of pooled quotas, weeks).
const MAX_COUNT: u32 = 1_000;
/// Pain, PSFS and RPE scales run from 0 to this.
const SCALE_MAX: f64 = 10.0;
/// RMDQ-24.
const RMDQ_MAX: u32 = 24;
/// Days of a week.
const WEEK_DAYS: u32 = 7;

/// Runs one kind of rules on one JSON object. `Err` holds the text of `{"errors": [...]}`; text
/// that is not a JSON object gives one error with field "" and code `range` (12.5).
pub fn run(kind: Kind, input: &str) -> Result<String, String> {
    let map = match serde_json::from_str(input) {
        Ok(Value::Object(map)) => map,
        Ok(_) => return Err(refused(vec![unreadable("This is not a JSON object.")])),
        Err(_) => return Err(refused(vec![unreadable("This is not valid JSON.")])),
    };
    match kind {
        Kind::Intake => intake::evaluate(&map).map(|found| text(&found)),
        Kind::Week => week_facts(&map).map(|facts| text(&week::review(&facts))),
        Kind::Quota => quota_text(&map),
        Kind::Session => session_text(&map),
    }
    .map_err(refused)
}

fn unreadable(message: &str) -> AnswerError {
    AnswerError::range("", message)
}

/// Serialising these plain structures cannot fail; should it ever, the empty text is not an answer
/// that anybody can take for "carry on".
fn text(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

fn refused(errors: Vec<AnswerError>) -> String {
    #[derive(Serialize)]
    struct Refused {
        errors: Vec<AnswerError>,
    }
    text(&Refused { errors })
}

fn session_text(map: &AnswerMap) -> Result<String, Vec<AnswerError>> {
    #[derive(Serialize)]
    struct Coloured {
        colour: super::codes::Colour,
    }
    let mut fields = Fields::new(map);
    let during = fields.number("during", SCALE_MAX);
    let after = fields.number_or_null("after", SCALE_MAX);
    let usual = fields.number("usual", SCALE_MAX);
    let stop = fields.optional_bool("stop");
    fields.finish()?;
    let colour = session::colour(during, after, usual, stop, &Thresholds::USUAL);
    Ok(text(&Coloured { colour }))
}

fn quota_text(map: &AnswerMap) -> Result<String, Vec<AnswerError>> {
    #[derive(Serialize)]
    struct NeedMore {
        need_more: u32,
    }
    let mut fields = Fields::new(map);
    let trials = fields.amounts("trials");
    let goal = fields.checked("goal", quota::amount_in_range);
    let unit = fields.unit("unit");
    let factor = fields.checked("factor", quota::factor_in_range);
    let weeks = fields.count("weeks", quota::MIN_WEEKS, quota::MAX_WEEKS);
    fields.finish()?;
    let input = QuotaInput { trials, goal, unit, factor, weeks, most_percent: Thresholds::USUAL.quota_step() };
    match quota::schedule(&input) {
        Ok(schedule) => Ok(text(&schedule)),
        Err(QuotaError::NeedMore(need_more)) => Ok(text(&NeedMore { need_more })),
        Err(QuotaError::Invalid(errors)) => Err(errors),
    }
}

/// Checks the facts of a week (12.3). Required are `week` and the counts; `rpe`, `nprs` and
/// `nprs_prev` must be there but may be null (a week without entries has no mean). Everything else
/// may be left out.
fn week_facts(map: &AnswerMap) -> Result<WeekFacts, Vec<AnswerError>> {
    let mut fields = Fields::new(map);
    let facts = WeekFacts {
        week: fields.count("week", 1, MAX_COUNT),
        red_flag: fields.optional_disposition("red_flag"),
        new_leg: fields.optional_bool("new_leg"),
        flare: fields.optional_bool("flare"),
        flare_weeks: fields.optional_count("flare_weeks", MAX_COUNT).unwrap_or(0),
        flares_in_8_weeks: fields.optional_count("flares_in_8_weeks", MAX_COUNT).unwrap_or(0),
        days: fields.count("days", 0, WEEK_DAYS),
        done: fields.count("done", 0, MAX_COUNT),
        planned: fields.count("planned", 0, MAX_COUNT),
        red: fields.count("red", 0, MAX_COUNT),
        amber: fields.count("amber", 0, MAX_COUNT),
        rpe: fields.number_or_null("rpe", SCALE_MAX),
        quotas_met: fields.count("quotas_met", 0, MAX_COUNT),
        quotas_planned: fields.count("quotas_planned", 0, MAX_COUNT),
        over: fields.count("over", 0, MAX_COUNT),
        nprs: fields.number_or_null("nprs", SCALE_MAX),
        nprs_prev: fields.number_or_null("nprs_prev", SCALE_MAX),
        nprs_last3: fields.optional_number("nprs_last3", SCALE_MAX),
        nprs_intake: fields.optional_number("nprs_intake", SCALE_MAX),
        psfs: fields.optional_number("psfs", SCALE_MAX),
        psfs_prev: fields.optional_number("psfs_prev", SCALE_MAX),
        rmdq: fields.optional_nullable_count("rmdq", RMDQ_MAX),
        rmdq_intake: fields.optional_nullable_count("rmdq_intake", RMDQ_MAX),
        goals_met: fields.optional_bool("goals_met"),
        acute: fields.optional_bool("acute"),
        low_data_previous: fields.optional_bool("low_data_previous"),
        step_back_previous: fields.optional_bool("step_back_previous"),
        low_adherence_weeks: fields.optional_count("low_adherence_weeks", MAX_COUNT).unwrap_or(0),
        away: Away::default(),
        clinic: Thresholds::USUAL,
    };
    fields.finish()?;
    Ok(facts)
}

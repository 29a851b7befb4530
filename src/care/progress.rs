//! What the progress page, the consult card and the hand-over letter are made from. Reads only; `clinical::progress`
//! says what it comes to.

use super::CareError;
use super::logging::{Coloured, intake_average};
use super::safety::questions_behind;
use super::standing::{Active, Standing, Stricter, standing, stricter};
use super::today::{Progress, goals, progress};
use crate::access::{MayRead, Own, PatientAccess};
use crate::clinical::codes::{Colour, DayClass};
use crate::clinical::journal::{TagDays, tag_days};
use crate::clinical::progress::Morning;
use crate::clinical::session::sore_morning;
use crate::clock::{Moment, UtcTime};
use crate::store::intake::{Hold, Measure, StoredEvaluation};
use crate::store::plans::Plan;
use crate::store::reviews::{Flare, Review};
use crate::store::{ReadTx, Store, StoreError, accounts, course, intake, journal, relations, reviews, visit};
use chrono::{Days, NaiveDate};
use std::collections::BTreeMap;

/// Days over which tags are compared: twelve weeks.
pub const TAG_SPAN: u64 = 84;
/// Longest time that a "yes" waits for its details, in days.
const CHECK_WAITS: u64 = 70;

/// A score on a day.
#[derive(Debug, Clone, PartialEq)]
pub struct Score {
    /// The day.
    pub on: NaiveDate,
    /// The score.
    pub value: f64,
    /// Name of who entered it from paper, empty when they have left; none: the person said it themselves.
    pub paper: Option<String>,
}

impl Score {
    fn of(measure: &Measure) -> Self {
        Self { on: measure.on_date, value: measure.score, paper: measure.entered_by.clone() }
    }
}

/// One instrument with its scores, oldest first.
#[derive(Debug, Clone)]
pub struct Series {
    /// `nprs`, `rmdq`, `psfs`, `pgic` or `phq4`.
    pub code: &'static str,
    /// Its scores.
    pub scores: Vec<Score>,
    /// What the newest was made from, for instruments with parts.
    pub last: Option<Measure>,
}

/// Everything there is to tell about the last weeks.
#[derive(Debug, Clone)]
pub struct Record {
    /// The person's name.
    pub name: String,
    /// Their moment now.
    pub moment: Moment,
    /// The plan that is under way, or the last one.
    pub plan: Option<Plan>,
    /// The plan is under way; it may stand still.
    pub active: Option<Active>,
    /// Pain, daily amounts and sessions of the span asked for.
    pub progress: Progress,
    /// Average pain at the intake.
    pub intake_average: Option<f64>,
    /// The person's activities, in their words.
    pub goals: Vec<String>,
    /// First and newest rating of each activity, in the same order.
    pub ratings: Vec<(Option<f64>, Option<f64>)>,
    /// Instruments that have a score.
    pub measures: Vec<Series>,
    /// Reviews of the plan, oldest first.
    pub reviews: Vec<Review>,
    /// Flares, newest first.
    pub flares: Vec<Flare>,
    /// Holds, newest first.
    pub holds: Vec<Hold>,
    /// Questions for the next visit.
    pub questions: String,
    /// Who is in charge.
    pub in_charge: Vec<String>,
}

impl Record {
    /// Mornings after sessions that were answered, in their order.
    pub fn mornings(&self) -> Vec<Morning> {
        let mut days: BTreeMap<NaiveDate, Morning> = BTreeMap::new();
        for session in self.progress.sessions.iter().filter(|session| session.log.has_exercise()) {
            let (on, usual) = (session.log.on_date + Days::new(1), session.usual());
            if let Some(pain) = session.after() {
                days.insert(on, Morning { on, pain, sore: sore_morning(pain, usual, &session.clinic()) });
            }
        }
        days.into_values().collect()
    }

    /// Sessions with a colour, in their order.
    pub fn colours(&self) -> Vec<(NaiveDate, Colour)> {
        self.progress.sessions.iter().filter_map(|session| Some((session.log.on_date, session.colour?))).collect()
    }

    /// Days with an answer about the first daily amount.
    pub fn paced(&self) -> Vec<(NaiveDate, DayClass)> {
        self.progress.quota_days.first().map(|(_, days)| days.iter().map(|day| (day.on, day.class)).collect()).unwrap_or_default()
    }

    /// Reasons for what was left out or cut short, with how often each was given, the most frequent first.
    pub fn reasons(&self) -> Vec<(String, usize)> {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for session in &self.progress.sessions {
            let of = |session: &Coloured| -> Vec<String> {
                let (items, quotas) = (&session.log.items, &session.log.quotas);
                let mut keys: Vec<String> = items
                    .iter()
                    .map(|i| &i.reason)
                    .chain(quotas.iter().map(|q| &q.reason))
                    .filter(|key| !key.is_empty())
                    .cloned()
                    .collect();
                keys.sort();
                keys.dedup();
                keys
            };
            for key in of(session) {
                if let Some(reason) = crate::clinical::advice::advice().reason(&key) {
                    *counts.entry(&reason.label).or_default() += 1;
                }
            }
        }
        let mut sorted: Vec<(String, usize)> = counts.into_iter().map(|(label, n)| (label.to_owned(), n)).collect();
        sorted.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        sorted
    }
}

/// The weekly means of pain that reviews were decided from, after the answer of the intake.
fn pain_scores(stored: &[Measure], reviews: &[Review], plan: Option<&Plan>) -> Vec<Score> {
    let mut scores: Vec<Score> = stored.iter().map(Score::of).collect();
    let Some(plan) = plan else { return scores };
    for review in reviews {
        let Some(value) = review.facts.nprs else { continue };
        let week = u64::try_from(review.week).unwrap_or(1);
        scores.push(Score { on: plan.started_on + Days::new((7 * week).saturating_sub(1)), value, paper: None });
    }
    scores.sort_by_key(|score| score.on);
    scores
}

fn ratings(psfs: &[Measure], goals: usize) -> Vec<(Option<f64>, Option<f64>)> {
    // The intake keeps pairs of words and score, a weekly check the scores alone.
    let score = |item: &serde_json::Value| item.as_f64().or_else(|| item.get(1).and_then(serde_json::Value::as_f64));
    let of = |measure: Option<&Measure>, n: usize| measure.and_then(|m| m.items.get(n)).and_then(score);
    let newest = psfs.last().filter(|_| psfs.len() > 1);
    (0..goals).map(|n| (of(psfs.first(), n), of(newest, n))).collect()
}

/// Reads the record of the last `days` days.
pub fn record<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, now: UtcTime, days: u64) -> Result<Record, CareError> {
    let user = accounts::user(tx, &crate::ids::UserId::from_text(who.patient().as_str()))?.ok_or(StoreError::NotFound)?;
    let moment = Moment { utc: now, zone: crate::clock::zone(&user.time_zone) };
    let on = moment.today();
    let active = match standing(tx, who, on)? {
        Standing::Active(active) => Some(*active),
        _ => None,
    };
    let plan = course::latest(tx, who)?;
    let reviewed = match &plan {
        Some(plan) => reviews::reviews(tx, who, &plan.id)?,
        None => Vec::new(),
    };
    let mut measures = Vec::new();
    let goals = goals(tx, who)?;
    let mut rated = Vec::new();
    for code in ["nprs", "psfs", "rmdq", "pgic", "phq4"] {
        let stored = intake::measures(tx, who, code)?;
        if code == "psfs" {
            rated = ratings(&stored, goals.len());
        }
        let scores = match code {
            "nprs" => pain_scores(&stored, &reviewed, plan.as_ref()),
            _ => stored.iter().map(Score::of).collect(),
        };
        if !scores.is_empty() {
            measures.push(Series { code, scores, last: stored.into_iter().next_back() });
        }
    }
    Ok(Record {
        progress: progress(tx, who, on, days)?,
        intake_average: intake_average(tx, who)?,
        flares: reviews::flares(tx, who)?,
        holds: intake::holds(tx, who)?,
        questions: visit::questions(tx, who)?,
        in_charge: relations::in_charge_names(tx, who)?,
        name: user.name,
        ratings: rated,
        reviews: reviewed,
        moment,
        plan,
        active,
        goals,
        measures,
    })
}

/// Tags beside pain over the last twelve weeks, for those with enough days (8).
pub fn tags<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, on: NaiveDate) -> Result<Vec<TagDays>, CareError> {
    let from = on - Days::new(TAG_SPAN - 1);
    let pain = super::journal::pain_days(tx, who, from, on)?;
    let entries = journal::between(tx, who, from, on)?;
    let tagged: Vec<_> = entries.iter().map(|entry| (entry.on_date, entry.body.tags.as_slice())).collect();
    let keys: Vec<&str> = crate::clinical::advice::advice().tags.iter().map(|tag| tag.key.as_str()).collect();
    Ok(tag_days(&keys, &pain, &tagged))
}

/// Writes down the questions for the next visit.
pub fn ask(store: &Store, who: &PatientAccess<Own>, text: &str, moment: Moment) -> Result<(), CareError> {
    store.write(|tx| Ok(visit::set_questions(tx, who, text.trim(), moment.utc)?))
}

/// A decision with what the hand-over letter says besides.
#[derive(Debug, Clone)]
pub struct Letter {
    /// The person's name.
    pub name: String,
    /// Their moment now.
    pub moment: Moment,
    /// The decision.
    pub decision: StoredEvaluation,
    /// Danger-sign questions that were asked at that time, when it was not all of them, and the time of the answers
    /// that were known before.
    pub asked: Option<(Vec<&'static str>, Option<UtcTime>)>,
    /// The hold that rests on it.
    pub hold: Option<Hold>,
    /// What a physiotherapist found more urgent since, and nobody has cleared: it says what to do now.
    pub judged: Option<Stricter>,
}

/// A decision of this person for its letter.
///
/// # Errors
/// `NotFound` when it is somebody else's or missing.
pub fn letter<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, id: &str, now: UtcTime) -> Result<Letter, CareError> {
    let user = accounts::user(tx, &crate::ids::UserId::from_text(who.patient().as_str()))?.ok_or(StoreError::NotFound)?;
    let all = intake::evaluations(tx, who)?;
    let decision = all.iter().find(|e| e.id == id).cloned().ok_or(StoreError::NotFound)?;
    let hold = intake::holds(tx, who)?.into_iter().find(|hold| hold.evaluation_id.as_deref() == Some(id));
    // A check asks the questions behind its own "yes" only; the other answers are those of the intake.
    let day = decision.at.date();
    let checks = reviews::checks(tx, who, day - Days::new(CHECK_WAITS), day + Days::new(2))?;
    let danger: Vec<String> =
        checks.into_iter().filter(|c| c.evaluation_id.as_deref() == Some(id)).flat_map(|c| c.answers.danger.clone()).collect();
    let before = all.iter().find(|e| e.occasion == "intake").map(|e| e.at);
    let asked = (!danger.is_empty()).then(|| (questions_behind(&danger), before));
    let moment = Moment { utc: now, zone: crate::clock::zone(&user.time_zone) };
    // The judgement is about these answers, or about what was found beside the newest.
    let newest = all.first().is_some_and(|e| e.id == id);
    let judged = stricter(tx, who)?.filter(|judged| judged.row.evaluation_id.as_deref().map_or(newest, |of| of == id));
    let placed = |hold: &Hold| judged.as_ref().is_some_and(|judged| hold.override_id.as_ref() == Some(&judged.row.id));
    let hold = match &judged {
        Some(_) => intake::holds(tx, who)?.into_iter().find(placed),
        None => hold,
    };
    Ok(Letter { name: user.name, moment, decision, asked, hold, judged })
}

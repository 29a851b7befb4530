//! Intakes, the decisions made from them, holds, and outcome measures.

use super::errors::StoreError;
use super::schema::{evaluations, holds, intakes, measures, users};
use super::{Json, ReadTx, WriteTx};
use crate::access::{MayRead, MayRecord, MayWrite, PatientAccess, Treat};
use crate::clinical::RULESET_VERSION;
use crate::clinical::codes::{Activity, Flag};
use crate::clinical::intake::{AnswerMap, Evaluation};
use crate::clock::UtcTime;
use crate::ids::{self, UserId};
use chrono::NaiveDate;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};

/// What a person wants to do again and what is practical for them; filled in page by page, so every
/// part may still be missing.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Wishes {
    /// PSFS: activities in the person's own words, each with today's score 0 (cannot) – 10 (as before).
    pub activities: Vec<(String, u8)>,
    /// What the quota is about.
    pub quota: Option<Activity>,
    /// Goal in the activity's unit.
    pub goal: Option<f64>,
    /// When the goal should be reached.
    pub goal_on: Option<NaiveDate>,
    /// Can get down to the floor and up again.
    pub floor: Option<bool>,
    /// Equipment at hand.
    pub equipment: Option<Vec<Flag>>,
    /// Training days, 0 = Monday.
    pub days: Option<Vec<u8>>,
    /// Week of pregnancy, when pregnant.
    pub pregnancy_week: Option<u8>,
    /// Whether lying on the front hurts (`yes`), eases (`better`) or neither (`no`).
    pub prone: Option<String>,
}

/// One person's answers, growing until they are submitted.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = intakes)]
pub struct Intake {
    /// Identity.
    pub id: String,
    /// Whose.
    pub patient_id: String,
    /// `draft` or `submitted`.
    pub status: String,
    /// Answers by question id (specification 12.1), with the single items behind the scores.
    pub answers: Json<AnswerMap>,
    /// Goals and practical matters.
    pub wishes: Json<Wishes>,
    /// When it was begun.
    pub created_at: UtcTime,
    /// When an answer last came in.
    pub updated_at: UtcTime,
    /// When it was submitted.
    pub submitted_at: Option<UtcTime>,
}

/// The newest intake with this status.
pub fn latest<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, status: &str) -> Result<Option<Intake>, StoreError> {
    let found = intakes::table.filter(intakes::patient_id.eq(who.patient().as_str())).filter(intakes::status.eq(status));
    Ok(found.order((intakes::created_at.desc(), intakes::id)).first(tx.conn).optional()?)
}

/// Begins an intake with the answers that are known already.
pub fn begin<M: MayRecord>(
    tx: &mut WriteTx,
    who: &PatientAccess<M>,
    answers: AnswerMap,
    wishes: Wishes,
    at: UtcTime,
) -> Result<Intake, StoreError> {
    let intake = Intake {
        id: ids::fresh(),
        patient_id: who.patient().as_str().to_owned(),
        status: "draft".to_owned(),
        answers: Json::new(answers),
        wishes: Json::new(wishes),
        created_at: at,
        updated_at: at,
        submitted_at: None,
    };
    diesel::insert_into(intakes::table).values(intake.clone()).execute(tx.conn)?;
    Ok(intake)
}

/// Saves a draft; with `submitted_at` set it is a draft no longer.
pub fn save<M: MayRecord>(tx: &mut WriteTx, who: &PatientAccess<M>, intake: &Intake) -> Result<(), StoreError> {
    let target = intakes::table.find(&intake.id).filter(intakes::patient_id.eq(who.patient().as_str())).filter(intakes::status.eq("draft"));
    let changed = diesel::update(target)
        .set((
            intakes::status.eq(if intake.submitted_at.is_some() { "submitted" } else { "draft" }),
            intakes::answers.eq(intake.answers.clone()),
            intakes::wishes.eq(intake.wishes.clone()),
            intakes::updated_at.eq(intake.updated_at),
            intakes::submitted_at.eq(intake.submitted_at),
        ))
        .execute(tx.conn)?;
    if changed == 1 { Ok(()) } else { Err(StoreError::NotFound) }
}

/// A decision of the rules with everything needed to explain and replay it.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = evaluations)]
pub struct StoredEvaluation {
    /// Identity.
    pub id: String,
    /// Whose.
    pub patient_id: String,
    /// `check`, `intake`, `weekly` or `log`.
    pub occasion: String,
    /// When.
    pub at: UtcTime,
    /// Version of the rules that decided.
    pub ruleset_version: String,
    /// What the rules were given.
    pub answers: Json<AnswerMap>,
    /// What they decided.
    pub result: Json<Evaluation>,
}

/// Keeps a decision and returns its identity.
pub fn keep_evaluation<M: MayWrite>(
    tx: &mut WriteTx,
    who: &PatientAccess<M>,
    occasion: &str,
    answers: &AnswerMap,
    result: &Evaluation,
    at: UtcTime,
) -> Result<String, StoreError> {
    let row = StoredEvaluation {
        id: ids::fresh(),
        patient_id: who.patient().as_str().to_owned(),
        occasion: occasion.to_owned(),
        at,
        ruleset_version: RULESET_VERSION.to_owned(),
        answers: Json::new(answers.clone()),
        result: Json::new(result.clone()),
    };
    let id = row.id.clone();
    diesel::insert_into(evaluations::table).values(row).execute(tx.conn)?;
    Ok(id)
}

/// All decisions about a person, newest first.
pub fn evaluations<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>) -> Result<Vec<StoredEvaluation>, StoreError> {
    let found = evaluations::table.filter(evaluations::patient_id.eq(who.patient().as_str()));
    Ok(found.order((evaluations::at.desc(), evaluations::id)).load(tx.conn)?)
}

/// Why a plan stands still until a clinician has looked.
#[derive(Debug, Clone, Queryable, Insertable)]
#[diesel(table_name = holds)]
pub struct Hold {
    /// Identity.
    pub id: String,
    /// Whose.
    pub patient_id: String,
    /// The decision that placed it.
    pub evaluation_id: Option<String>,
    /// `disposition` (intake), `danger_sign` (P-01) or `leg_symptoms` (P-02).
    pub cause: String,
    /// True when flags were changed to "no" after an urgent result (3.5).
    pub answers_changed: bool,
    /// When it was placed.
    pub placed_at: UtcTime,
    /// When a clinician cleared it.
    pub cleared_at: Option<UtcTime>,
    /// Who did.
    pub cleared_by: Option<String>,
    /// What they found.
    pub clearance_note: Option<String>,
    /// The judgement of a physiotherapist that placed it; none for one that the rules placed.
    pub override_id: Option<String>,
}

/// All holds of a person, newest first.
pub fn holds<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>) -> Result<Vec<Hold>, StoreError> {
    let found = holds::table.filter(holds::patient_id.eq(who.patient().as_str()));
    Ok(found.order((holds::placed_at.desc(), holds::id)).load(tx.conn)?)
}

/// Places a hold.
pub fn place_hold<M: MayWrite>(
    tx: &mut WriteTx,
    who: &PatientAccess<M>,
    evaluation_id: Option<&str>,
    cause: &str,
    answers_changed: bool,
    at: UtcTime,
) -> Result<(), StoreError> {
    insert_hold(tx, who, (evaluation_id, None), (cause, answers_changed), at)
}

/// Places the hold of a physiotherapist's judgement that is stricter than the rules'.
pub fn place_judged_hold(tx: &mut WriteTx, who: &PatientAccess<Treat>, override_id: &str, at: UtcTime) -> Result<(), StoreError> {
    insert_hold(tx, who, (None, Some(override_id)), ("disposition", false), at)
}

fn insert_hold<M: MayWrite>(
    tx: &mut WriteTx,
    who: &PatientAccess<M>,
    (evaluation_id, override_id): (Option<&str>, Option<&str>),
    (cause, answers_changed): (&str, bool),
    at: UtcTime,
) -> Result<(), StoreError> {
    let row = Hold {
        id: ids::fresh(),
        patient_id: who.patient().as_str().to_owned(),
        evaluation_id: evaluation_id.map(str::to_owned),
        cause: cause.to_owned(),
        answers_changed,
        placed_at: at,
        cleared_at: None,
        cleared_by: None,
        clearance_note: None,
        override_id: override_id.map(str::to_owned),
    };
    diesel::insert_into(holds::table).values(row).execute(tx.conn)?;
    Ok(())
}

/// Records a clinician's clearance of every open hold.
pub fn clear_holds(tx: &mut WriteTx, who: &PatientAccess<Treat>, note: &str, at: UtcTime) -> Result<usize, StoreError> {
    let open = holds::table.filter(holds::patient_id.eq(who.patient().as_str())).filter(holds::cleared_at.is_null());
    let set = (holds::cleared_at.eq(at), holds::cleared_by.eq(who.by().map(UserId::as_str)), holds::clearance_note.eq(note));
    Ok(diesel::update(open).set(set).execute(tx.conn)?)
}

/// A score of an outcome measure on a day.
#[derive(Debug, Clone)]
pub struct Measure {
    /// Identity.
    pub id: String,
    /// Whose.
    pub patient_id: String,
    /// `nprs`, `rmdq`, `psfs` or `phq4`.
    pub instrument: String,
    /// The person's date.
    pub on_date: NaiveDate,
    /// The score in the instrument's own range.
    pub score: f64,
    /// The single answers.
    pub items: Json<serde_json::Value>,
    /// When it was written down.
    pub recorded_at: UtcTime,
    /// Name of who entered it from paper, empty when they have left; none: the patient said it themselves.
    pub entered_by: Option<String>,
}

/// Keeps a score.
pub fn keep_measure<M: MayWrite>(
    tx: &mut WriteTx,
    who: &PatientAccess<M>,
    instrument: &str,
    on: NaiveDate,
    score: f64,
    items: serde_json::Value,
    at: UtcTime,
) -> Result<(), StoreError> {
    let by = who.by().map(UserId::as_str).filter(|by| *by != who.patient().as_str());
    let row = (
        measures::id.eq(ids::fresh()),
        measures::patient_id.eq(who.patient().as_str()),
        measures::instrument.eq(instrument),
        measures::on_date.eq(on),
        measures::score.eq(score),
        measures::items.eq(Json::new(items)),
        measures::recorded_at.eq(at),
        measures::entered_by.eq(by),
    );
    diesel::insert_into(measures::table).values(row).execute(tx.conn)?;
    Ok(())
}

#[derive(Queryable)]
struct MeasureRow {
    id: String,
    patient_id: String,
    instrument: String,
    on_date: NaiveDate,
    score: f64,
    items: Json<serde_json::Value>,
    recorded_at: UtcTime,
    entered_by: Option<String>,
    name: Option<String>,
}

impl From<MeasureRow> for Measure {
    fn from(row: MeasureRow) -> Self {
        Self {
            id: row.id,
            patient_id: row.patient_id,
            instrument: row.instrument,
            on_date: row.on_date,
            score: row.score,
            items: row.items,
            recorded_at: row.recorded_at,
            entered_by: row.entered_by.map(|_| row.name.unwrap_or_default()),
        }
    }
}

/// Scores of one instrument, oldest first.
pub fn measures<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, instrument: &str) -> Result<Vec<Measure>, StoreError> {
    use measures as m;
    let found = m::table
        .left_join(users::table.on(m::entered_by.eq(users::id.nullable())))
        .filter(m::patient_id.eq(who.patient().as_str()))
        .filter(m::instrument.eq(instrument))
        .order((m::on_date, m::recorded_at, m::id))
        .select((
            m::id,
            m::patient_id,
            m::instrument,
            m::on_date,
            m::score,
            m::items,
            m::recorded_at,
            m::entered_by,
            users::name.nullable(),
        ));
    Ok(found.load::<MeasureRow>(tx.conn)?.into_iter().map(Measure::from).collect())
}

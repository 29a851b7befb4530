//! A plan changed by hand as a whole: what it is now as one value, how it becomes another, and the versions that
//! every change by hand leaves behind.

use crate::access::{MayRead, MayWrite, Own, PatientAccess, Treat};
use crate::care::CareError;
use crate::care::plan::typed;
use crate::clinical::plan::{Difference, Shape, ShapedQuota};
use crate::clock::{Moment, UtcTime};
use crate::ids::{self, UserId};
use crate::lang::Text;
use crate::store::drafts::{self, Draft};
use crate::store::plans::{Change, Plan, PlanItem, PlanQuota};
use crate::store::{Coded, Json, ReadTx, StoreError, WriteTx, course, oversight, plans};
use chrono::{Days, NaiveDate};

/// The plan as it stands, as one value.
pub fn current<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, plan: &Plan) -> Result<Shape, CareError> {
    let items = plans::items(tx, who, plan)?.into_iter().map(|item| item.prescription.into_inner()).collect();
    let quotas = plans::quotas(tx, who, plan)?.into_iter().map(|quota| ShapedQuota {
        activity: quota.activity.0,
        unit: quota.unit.0,
        days_per_week: quota.days_per_week,
        input: quota.inputs.into_inner(),
        schedule: quota.schedule.into_inner(),
        step_index: quota.step_index,
    });
    Ok(Shape { items, quotas: quotas.collect() })
}

/// Makes the plan another from today on, with a reason that the patient reads: a line of the ledger for each
/// difference, and a version. An exercise or a daily goal that stays keeps its row and so its history. Nothing happens where there is no difference.
pub fn apply(tx: &mut WriteTx, who: &PatientAccess<Treat>, plan: &Plan, to: &Shape, reason: &str, moment: Moment) -> Result<(), CareError> {
    let before = current(tx, who, plan)?;
    become_shape(tx, who, plan, to, moment.today())?;
    for line in lines(&before, to, reason, moment) {
        plans::note_change(tx, who, plan, &line)?;
    }
    keep_version(tx, who, plan, &before, (who.by(), reason), moment.utc)?;
    Ok(oversight::note(tx, who.by(), Some(who.patient()), "plan edited", moment.utc)?)
}

/// The same for a draft that waited for the patient's word: they said yes, and the physiotherapist who sent it is
/// the author.
pub(super) fn apply_agreed(
    tx: &mut WriteTx,
    who: &PatientAccess<Own>,
    plan: &Plan,
    (draft, to): (&Draft, &Shape),
    moment: Moment,
) -> Result<(), CareError> {
    let before = current(tx, who, plan)?;
    become_shape(tx, who, plan, to, moment.today())?;
    for line in lines(&before, to, &draft.reason, moment) {
        drafts::note_agreed(tx, who, plan, &line, draft)?;
    }
    let author = draft.changed_by.as_deref().map(UserId::from_text);
    keep_version(tx, who, plan, &before, (author.as_ref(), &draft.reason), moment.utc)?;
    Ok(oversight::note(tx, who.by(), Some(who.patient()), "draft agreed", moment.utc)?)
}

/// The lines of the ledger for what differs; several stand under one that says so.
fn lines(before: &Shape, to: &Shape, reason: &str, moment: Moment) -> Vec<Change> {
    let line = |difference: Difference| Change {
        at: moment.utc,
        effective_on: moment.today(),
        by: None,
        rule: "physio".to_owned(),
        subject: difference.subject.to_string(),
        before: difference.before,
        after: difference.after,
        reason: typed(reason),
    };
    let mut found = before.differences(to);
    if found.len() > 1 {
        found.insert(0, Difference { subject: Text::fixed("Plan"), before: text!(""), after: text!("Your plan was changed") });
    }
    found.into_iter().map(line).collect()
}

/// Brings the rows of the plan to a shape.
fn become_shape<M: MayWrite>(tx: &mut WriteTx, who: &PatientAccess<M>, plan: &Plan, to: &Shape, on: NaiveDate) -> Result<(), CareError> {
    let rows = plans::items(tx, who, plan)?;
    for row in rows.iter().filter(|row| to.get(&row.prescription.exercise).is_none()) {
        course::remove_item(tx, who, row, on)?;
    }
    for item in &to.items {
        match rows.iter().find(|row| row.prescription.exercise == item.exercise) {
            Some(row) if *row.prescription != *item => plans::set_prescription(tx, who, row, item)?,
            Some(_) => {}
            None => course::add_item(tx, who, plan, item, on)?,
        }
    }
    let rows = plans::items(tx, who, plan)?;
    for (place, item) in (0..).zip(&to.items) {
        let row: Option<&PlanItem> = rows.iter().find(|row| row.prescription.exercise == item.exercise);
        if let Some(row) = row.filter(|row| row.place != place) {
            course::place_item(tx, who, row, place)?;
        }
    }
    let quotas = plans::quotas(tx, who, plan)?;
    for row in quotas.iter().filter(|row| to.quota(row.activity.0).is_none()) {
        course::remove_quota(tx, who, row, on)?;
    }
    for quota in &to.quotas {
        match quotas.iter().find(|row| row.activity.0 == quota.activity) {
            Some(row) => {
                let next = quota_row(row.id.clone(), plan, quota, on);
                if same_quota(row, &next) {
                    continue;
                }
                // A schedule that only moved on or has other days keeps its first day.
                let kept = *row.schedule == *next.schedule;
                let scheduled_on = if kept { row.scheduled_on } else { next.scheduled_on };
                course::reschedule(tx, who, &PlanQuota { scheduled_on, ..next })?;
            }
            None => {
                let row = quota_row(ids::fresh(), plan, quota, on);
                course::add_quota(tx, who, plan, &PlanQuota { added_on: Some(on), ..row })?;
            }
        }
    }
    Ok(())
}

/// The daily goals of a shape as they would stand in the plan.
pub fn goals_of(plan: &Plan, shape: &Shape, on: NaiveDate) -> Vec<PlanQuota> {
    shape.quotas.iter().map(|quota| quota_row(String::new(), plan, quota, on)).collect()
}

fn same_quota(row: &PlanQuota, next: &PlanQuota) -> bool {
    *row.schedule == *next.schedule
        && *row.inputs == *next.inputs
        && (row.step_index, row.days_per_week, row.unit.0) == (next.step_index, next.days_per_week, next.unit.0)
}

fn quota_row(id: String, plan: &Plan, quota: &ShapedQuota, on: NaiveDate) -> PlanQuota {
    let weeks = u64::try_from(quota.weeks_left()).unwrap_or(0);
    PlanQuota {
        id,
        plan_id: plan.id.clone(),
        activity: Coded(quota.activity),
        unit: Coded(quota.unit),
        goal: quota.input.goal,
        goal_on: on + Days::new(7 * weeks),
        days_per_week: quota.days_per_week,
        inputs: Json::new(quota.input.clone()),
        schedule: Json::new(quota.schedule.clone()),
        step_index: quota.step_index,
        scheduled_on: Some(on),
        added_on: None,
        removed_on: None,
    }
}

/// Keeps the plan as it is after a change by hand. What the rules and the patient changed since the last version
/// gets one of its own before it, without an author.
pub(in crate::care) fn keep_version<M: MayWrite>(
    tx: &mut WriteTx,
    who: &PatientAccess<M>,
    plan: &Plan,
    before: &Shape,
    (by, reason): (Option<&UserId>, &str),
    at: UtcTime,
) -> Result<(), CareError> {
    let after = current(tx, who, plan)?;
    if after == *before {
        return Ok(());
    }
    if drafts::newest_version(tx, who, plan)?.as_ref() != Some(before) {
        drafts::add_version(tx, who, plan, before, (None, ""), at)?;
    }
    Ok(drafts::add_version(tx, who, plan, &after, (by.map(UserId::as_str), reason), at)?)
}

/// Does a change by hand to the active plan and keeps the version that it leaves.
pub(super) fn versioned(
    tx: &mut WriteTx,
    who: &PatientAccess<Treat>,
    reason: &str,
    at: UtcTime,
    change: impl FnOnce(&mut WriteTx) -> Result<(), CareError>,
) -> Result<(), CareError> {
    let plan = plans::active(tx, who)?.ok_or(StoreError::NotFound)?;
    let before = current(tx, who, &plan)?;
    change(tx)?;
    keep_version(tx, who, &plan, &before, (who.by(), reason), at)
}

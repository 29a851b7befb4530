//! Doses that hold for a day alone or from a later day on: what a day asks for, what is still to come, and the round
//! that lets a planned dose begin. `care::desk` sets and takes them back.

use super::CareError;
use super::desk::editing::{current, keep_version};
use super::plan::{dose_text, typed};
use crate::access::{MayRead, MayWrite, PatientAccess};
use crate::clinical::plan::Prescribed;
use crate::clock::Moment;
use crate::ids::UserId;
use crate::store::doses::{self as stored, PlannedDose};
use crate::store::plans::{Change, Plan, PlanItem};
use crate::store::{ReadTx, Store, oversight, plans};
use chrono::NaiveDate;

/// Dose and form of another prescription of the same exercise; all else stays as it is in the plan.
pub(super) fn with_dose(item: &Prescribed, dose: &Prescribed) -> Prescribed {
    Prescribed { dose: dose.dose.clone(), level: dose.level, ..item.clone() }
}

/// The exercises of a plan with the doses of one day: those of the day alone, else those that begin by then, else the
/// usual ones. Only for a day on which the plan runs as usual.
pub(super) fn of_day<M: MayRead>(
    tx: &mut ReadTx,
    who: &PatientAccess<M>,
    plan: &Plan,
    items: &[PlanItem],
    on: NaiveDate,
) -> Result<Vec<Prescribed>, CareError> {
    let alone = stored::days(tx, who, plan, on)?;
    let planned = stored::planned(tx, who, plan)?;
    let dose = |item: &PlanItem| {
        let of_day = alone.iter().find(|dose| dose.item_id == item.id && dose.on_date == on).map(|dose| &dose.prescription);
        let begun = planned.iter().rev().find(|dose| dose.item_id == item.id && dose.from_on <= on).map(|dose| &dose.prescription);
        of_day.or(begun).map_or_else(|| Prescribed::clone(&item.prescription), |dose| with_dose(&item.prescription, dose))
    };
    Ok(items.iter().map(dose).collect())
}

/// A dose that is still to come.
#[derive(Debug, Clone)]
pub struct Later {
    /// The exercise of the plan.
    pub item: String,
    /// Names it when it is taken back.
    pub key: String,
    /// The day, or the first day.
    pub on: NaiveDate,
    /// For that day alone.
    pub alone: bool,
    /// The exercise with that dose.
    pub to: Prescribed,
    /// Why.
    pub reason: String,
}

/// What is set for today and later days, by date.
pub fn later<M: MayRead>(
    tx: &mut ReadTx,
    who: &PatientAccess<M>,
    plan: &Plan,
    items: &[PlanItem],
    from: NaiveDate,
) -> Result<Vec<Later>, CareError> {
    let now = |item_id: &str| items.iter().find(|item| item.id == item_id).map(|item| Prescribed::clone(&item.prescription));
    let mut all = Vec::new();
    for dose in stored::days(tx, who, plan, from)? {
        let Some(item) = now(&dose.item_id) else { continue };
        let to = with_dose(&item, &dose.prescription);
        let key = dose.on_date.to_string();
        all.push(Later { item: dose.item_id, key, on: dose.on_date, alone: true, to, reason: dose.reason });
    }
    for dose in stored::planned(tx, who, plan)? {
        let Some(item) = now(&dose.item_id) else { continue };
        let to = with_dose(&item, &dose.prescription);
        all.push(Later { item: dose.item_id, key: dose.id, on: dose.from_on, alone: false, to, reason: dose.reason });
    }
    all.sort_by_key(|later| later.on);
    Ok(all)
}

/// Planned doses whose day has come.
fn due<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, on: NaiveDate) -> Result<Option<(Plan, Vec<PlannedDose>)>, CareError> {
    let Some(plan) = plans::active(tx, who)? else { return Ok(None) };
    let due: Vec<PlannedDose> = stored::planned(tx, who, &plan)?.into_iter().filter(|dose| dose.from_on <= on).collect();
    Ok((!due.is_empty()).then_some((plan, due)))
}

/// Lets planned doses begin whose day has come, each once and with its line of the ledger. One whose exercise has left
/// the plan lapses.
pub(super) fn begin_due<M: MayWrite>(store: &Store, who: &PatientAccess<M>, moment: Moment) -> Result<(), CareError> {
    let on = moment.today();
    if store.read(|tx| due(tx, who, on))?.is_none() {
        return Ok(());
    }
    store.write(|tx| {
        let Some((plan, doses)) = due(tx, who, on)? else { return Ok(()) };
        for dose in doses {
            stored::settle(tx, who, &dose, moment.utc)?;
            let Some(item) = plans::items(tx, who, &plan)?.into_iter().find(|item| item.id == dose.item_id) else { continue };
            let to = with_dose(&item.prescription, &dose.prescription);
            if to == *item.prescription {
                continue;
            }
            let before = current(tx, who, &plan)?;
            plans::set_prescription(tx, who, &item, &to)?;
            let change = Change {
                at: moment.utc,
                effective_on: dose.from_on,
                by: None,
                rule: "physio".to_owned(),
                subject: to.title().to_owned(),
                before: dose_text(&item.prescription),
                after: dose_text(&to),
                reason: typed(&dose.reason),
            };
            stored::note_begun(tx, who, &plan, &change, &dose)?;
            let author = dose.made_by.as_deref().map(UserId::from_text);
            keep_version(tx, who, &plan, &before, (author.as_ref(), &dose.reason), moment.utc)?;
            oversight::note(tx, None, Some(who.patient()), "planned dose began", moment.utc)?;
        }
        Ok(())
    })
}

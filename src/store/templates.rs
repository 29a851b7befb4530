//! Templates of the clinic, whose versions are only ever added, and which of them a plan follows.

use super::errors::StoreError;
use super::plans::Plan;
use super::schema::{invitations, plan_template_versions as versions, plan_templates, plans, template_uses, users};
use super::{Json, ReadTx, WriteTx, clinics};
use crate::access::{MayRead, MayWrite, PatientAccess, Physio};
use crate::clinical::plan::template::Template;
use crate::clock::UtcTime;
use crate::ids::{ClinicId, PatientId};
use chrono::NaiveDate;
use diesel::prelude::*;
use std::collections::BTreeMap;

/// One version of one template.
#[derive(Debug, Clone)]
pub struct Version {
    /// Which template.
    pub template: String,
    /// Counts from 1.
    pub version: i32,
    /// What it says.
    pub body: Template,
    /// Name of whoever saved it; none when that account is gone.
    pub by: Option<String>,
    /// When.
    pub at: UtcTime,
    /// Why, in the words of whoever saved it; may be empty.
    pub note: String,
    /// When the template was retired, if it was: plans that follow it go on.
    pub retired_at: Option<UtcTime>,
}

type Row = (String, i32, Json<Template>, Option<String>, UtcTime, String, Option<UtcTime>);

fn version((template, version, body, by, at, note, retired_at): Row) -> Version {
    Version { template, version, body: body.into_inner(), by, at, note, retired_at }
}

/// Versions of one template of the clinic, or of all of them, newest first.
fn load(tx: &mut ReadTx, clinic: &ClinicId, id: Option<&str>) -> Result<Vec<Version>, StoreError> {
    let found = versions::table
        .inner_join(plan_templates::table)
        .left_join(users::table.on(versions::made_by.eq(users::id.nullable())))
        .filter(plan_templates::clinic_id.eq(clinic.as_str().to_owned()))
        .order((versions::template_id, versions::version.desc()))
        .select((
            versions::template_id,
            versions::version,
            versions::body,
            users::name.nullable(),
            versions::made_at,
            versions::note,
            plan_templates::retired_at,
        ));
    let rows = match id {
        Some(id) => found.filter(versions::template_id.eq(id.to_owned())).load::<Row>(tx.conn)?,
        None => found.load::<Row>(tx.conn)?,
    };
    Ok(rows.into_iter().map(version).collect())
}

/// The newest version of every template, by name.
pub fn newest(tx: &mut ReadTx, physio: &Physio) -> Result<Vec<Version>, StoreError> {
    let mut all = load(tx, physio.clinic(), None)?;
    all.dedup_by(|later, first| later.template == first.template);
    all.sort_by(|a, b| (&a.body.name, &a.template).cmp(&(&b.body.name, &b.template)));
    Ok(all)
}

/// Every version of one template, newest first; empty when there is none.
pub fn history(tx: &mut ReadTx, physio: &Physio, id: &str) -> Result<Vec<Version>, StoreError> {
    load(tx, physio.clinic(), Some(id))
}

/// The template that a form with this token made.
pub fn made_with(tx: &mut ReadTx, physio: &Physio, token: &str) -> Result<Option<String>, StoreError> {
    let found = plan_templates::table.filter(plan_templates::token.eq(token)).select(plan_templates::id);
    Ok(found.filter(plan_templates::clinic_id.eq(physio.clinic().as_str())).first(tx.conn).optional()?)
}

/// The version of a template that a form with this token saved.
pub fn saved_with(tx: &mut ReadTx, physio: &Physio, id: &str, token: &str) -> Result<Option<i32>, StoreError> {
    if !is_here(tx, physio, id)? {
        return Ok(None);
    }
    let found = versions::table.filter(versions::template_id.eq(id)).filter(versions::token.eq(token)).select(versions::version);
    Ok(found.first(tx.conn).optional()?)
}

/// Whether a template is the clinic's.
fn is_here(tx: &mut ReadTx, physio: &Physio, id: &str) -> Result<bool, StoreError> {
    let found = plan_templates::table.find(id).filter(plan_templates::clinic_id.eq(physio.clinic().as_str())).count();
    Ok(found.get_result::<i64>(tx.conn)? > 0)
}

/// Keeps a new template; its first version follows with [`add_version`].
pub fn make(tx: &mut WriteTx, physio: &Physio, id: &str, token: &str, at: UtcTime) -> Result<(), StoreError> {
    let row = (
        plan_templates::id.eq(id),
        plan_templates::token.eq(token),
        plan_templates::made_by.eq(physio.user().as_str()),
        plan_templates::made_at.eq(at),
        plan_templates::clinic_id.eq(physio.clinic().as_str()),
    );
    diesel::insert_into(plan_templates::table).values(row).execute(tx.conn)?;
    Ok(())
}

/// Adds a version.
///
/// # Errors
/// `Conflict(AlreadyStored)` when there is one with this number or token, `NotFound` for a template of another clinic.
pub fn add_version(
    tx: &mut WriteTx,
    physio: &Physio,
    (id, number): (&str, i32),
    body: &Template,
    (note, token): (&str, &str),
    at: UtcTime,
) -> Result<(), StoreError> {
    if !is_here(tx, physio, id)? {
        return Err(StoreError::NotFound);
    }
    let row = (
        versions::template_id.eq(id),
        versions::version.eq(number),
        versions::token.eq(token),
        versions::made_by.eq(physio.user().as_str()),
        versions::made_at.eq(at),
        versions::note.eq(note),
        versions::body.eq(Json::new(body.clone())),
    );
    diesel::insert_into(versions::table).values(row).execute(tx.conn)?;
    Ok(())
}

/// Retires a template, or takes it back into use.
pub fn set_retired(tx: &mut WriteTx, physio: &Physio, id: &str, at: Option<UtcTime>) -> Result<(), StoreError> {
    let theirs = plan_templates::table.find(id).filter(plan_templates::clinic_id.eq(physio.clinic().as_str()));
    let changed = diesel::update(theirs).set(plan_templates::retired_at.eq(at)).execute(tx.conn)?;
    if changed == 1 { Ok(()) } else { Err(StoreError::NotFound) }
}

/// Which version and phase of a template a plan follows.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Insertable)]
#[diesel(table_name = template_uses)]
pub struct Use {
    /// Identity.
    pub id: String,
    /// The plan.
    pub plan_id: String,
    /// Which template.
    pub template_id: String,
    /// Its version.
    pub version: i32,
    /// The phase, counted from 0.
    pub phase: i32,
    /// First day of the phase.
    pub from_on: NaiveDate,
    /// Who decided.
    pub made_by: Option<String>,
    /// When.
    pub made_at: UtcTime,
}

/// What each of the clinic's plans under way follows now, with whose plan it is.
fn followed_now(tx: &mut ReadTx, physio: &Physio) -> Result<Vec<(String, Use)>, StoreError> {
    let found = template_uses::table
        .inner_join(plans::table)
        .filter(plans::patient_id.eq_any(clinics::patients(physio.clinic())))
        .filter(plans::status.eq("active"))
        .select((plans::patient_id, template_uses::all_columns))
        .order((template_uses::made_at, template_uses::id));
    let rows = found.load::<(String, Use)>(tx.conn)?;
    let newest: BTreeMap<String, (String, Use)> = rows.into_iter().map(|row| (row.1.plan_id.clone(), row)).collect();
    Ok(newest.into_values().collect())
}

/// How many plans under way follow each version: template, version, count. Numbers, nobody's record.
pub fn counts(tx: &mut ReadTx, physio: &Physio) -> Result<Vec<(String, i32, usize)>, StoreError> {
    let mut found: BTreeMap<(String, i32), usize> = BTreeMap::new();
    for (_, used) in followed_now(tx, physio)? {
        *found.entry((used.template_id, used.version)).or_default() += 1;
    }
    Ok(found.into_iter().map(|((template, version), count)| (template, version, count)).collect())
}

/// What the plans of these patients follow; the list is one that the physiotherapist may see (`relations::patients_of`).
pub fn followed_by(tx: &mut ReadTx, physio: &Physio, listed: &[PatientId]) -> Result<Vec<(PatientId, Use)>, StoreError> {
    let mine = |patient: &str| listed.iter().find(|id| id.as_str() == patient).cloned();
    Ok(followed_now(tx, physio)?.into_iter().filter_map(|(patient, used)| Some((mine(&patient)?, used))).collect())
}

/// What a plan follows, with what that version says.
pub fn followed<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, plan: &Plan) -> Result<Option<(Use, Template)>, StoreError> {
    let found = template_uses::table
        .inner_join(plans::table)
        .filter(plans::patient_id.eq(who.patient().as_str()))
        .filter(template_uses::plan_id.eq(&plan.id))
        .order((template_uses::made_at.desc(), template_uses::id.desc()))
        .select(template_uses::all_columns);
    let Some(used) = found.first::<Use>(tx.conn).optional()? else { return Ok(None) };
    let body = versions::table.find((&used.template_id, used.version)).select(versions::body).first::<Json<Template>>(tx.conn)?;
    Ok(Some((used, body.into_inner())))
}

/// The template that this person's invitation brought along for the beginning, in its newest version.
pub fn brought<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>) -> Result<Option<(String, i32, Template)>, StoreError> {
    let found = invitations::table.filter(invitations::used_by.eq(who.patient().as_str())).filter(invitations::purpose.eq("patient"));
    let brings: Option<String> = found.order(invitations::used_at.desc()).select(invitations::brings).first(tx.conn).optional()?;
    let brings: serde_json::Value = brings.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
    let Some(id) = brings["template"].as_str().filter(|id| !id.is_empty()) else { return Ok(None) };
    let clinic = clinics::of(tx, who)?;
    let newest = versions::table.inner_join(plan_templates::table).filter(plan_templates::clinic_id.eq(clinic.as_str()));
    let newest = newest.filter(versions::template_id.eq(id)).order(versions::version.desc());
    let row = newest.select((versions::version, versions::body)).first::<(i32, Json<Template>)>(tx.conn).optional()?;
    Ok(row.map(|(version, body)| (id.to_owned(), version, body.into_inner())))
}

/// Notes what a plan follows from now on.
pub fn follow<M: MayWrite>(tx: &mut WriteTx, who: &PatientAccess<M>, plan: &Plan, used: &Use) -> Result<(), StoreError> {
    if plan.patient_id != who.patient().as_str() || used.plan_id != plan.id {
        return Err(StoreError::NotFound);
    }
    diesel::insert_into(template_uses::table).values(used.clone()).execute(tx.conn)?;
    Ok(())
}

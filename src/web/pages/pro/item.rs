//! One exercise of a patient's plan: another dose, another form, or another exercise of its group,
//! each with a reason that the patient reads.

use super::dose;
use crate::care::CareError;
use crate::care::desk::{NewDose, change_dose, editable, look, newer, not_offered, swap, take_over, treat};
use crate::clinical::exercise::{DoseKind, Exercise, OwnExercise};
use crate::clinical::plan::{Level, Prescribed, Reason};
use crate::clock::Moment;
use crate::ids::{PatientId, UserId};
use crate::store::plans::PlanItem;
use crate::store::{StoreError, accounts};
use crate::web::error::AppError;
use crate::web::extract::{Desk, Posted};
use crate::web::forms::{ErrorLine, Errors, Field, FormData, Reader};
use crate::web::view::{PageCtx, go, page, page_again};
use actix_web::{HttpResponse, web};
use askama::Template;

type Path = web::Path<(String, String)>;

fn dose_fields(item: &PlanItem) -> Vec<Field> {
    let mut fields = dose::fields(&item.prescription.dose);
    let levels = [("easier", "The easier form"), ("standard", "As described"), ("harder", "The harder form")];
    fields.push(Field::new("radios", "level", "Form").options(levels).value(item.prescription.level.code()));
    fields.push(reason_field("reason"));
    fields
}

fn reason_field(name: &str) -> Field {
    Field::new("text", name, "Reason").hint("The patient reads it, for example: easier on your shoulder")
}

#[derive(Template)]
#[template(path = "pages/pro/item.html")]
struct ItemPage {
    ctx: PageCtx,
    errors: Vec<ErrorLine>,
    patient: String,
    item: String,
    exercise: Exercise,
    /// Version of the clinic's own exercise that the plan has, and the newest one where that is newer.
    version: String,
    newer: String,
    version_fields: Vec<Field>,
    dose: String,
    is_quota: bool,
    fields: Vec<Field>,
    swap_fields: Vec<Field>,
    /// Exercises of its group that cannot take its place, each with why.
    not_offered: Vec<(String, String)>,
}

struct Loaded {
    item: PlanItem,
    options: Vec<Prescribed>,
    not_offered: Vec<(String, String)>,
    newer: Option<OwnExercise>,
}

async fn load(desk: &Desk, path: &(String, String)) -> Result<Loaded, AppError> {
    let (actor, patient, item, now) =
        (desk.actor.clone(), PatientId::from_text(path.0.as_str()), path.1.clone(), desk.visitor.app.clock.now());
    let physio = desk.physio.clone();
    desk.visitor
        .run(move |store| {
            let who = look(store, &actor, &patient, now)?;
            store.read(|tx| {
                let (found, options) = editable(tx, &physio, &who, &item)?;
                let words = |why: Vec<Reason>| why.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
                let refused = not_offered(tx, &physio, &who, &item)?.into_iter().map(|(name, why)| (name, words(why)));
                Ok::<_, CareError>(Loaded { options, not_offered: refused.collect(), newer: newer(tx, &physio, &who, &item)?, item: found })
            })
        })
        .await
}

fn swap_fields(loaded: &Loaded) -> Vec<Field> {
    let purpose = |option: &Prescribed| match &option.own {
        Some(own) => format!("the clinic’s own, version {}", own.version),
        None => option.definition().map(|e| e.purpose.clone()).unwrap_or_default(),
    };
    let choices = loaded.options.iter().map(|option| (option.exercise.clone(), format!("{} ({})", option.title(), purpose(option))));
    if loaded.options.is_empty() {
        return Vec::new();
    }
    vec![Field::new("radios", "exercise", "Swap for").options(choices), reason_field("swap_reason")]
}

fn item_page(
    desk: &Desk,
    path: &(String, String),
    loaded: &Loaded,
    mut fields: Vec<Field>,
    mut swaps: Vec<Field>,
    errors: &Errors,
) -> Result<HttpResponse, AppError> {
    let given = &loaded.item.prescription;
    let exercise = given.definition().ok_or(AppError::NotFound)?.clone();
    let count = fields.len();
    fields.append(&mut swaps);
    let versions = fields.len();
    fields.push(reason_field("version_reason"));
    let lines = errors.show(&mut fields);
    let version_fields = fields.split_off(versions);
    let swap_fields = fields.split_off(count);
    let shown = ItemPage {
        ctx: desk.visitor.ctx(),
        errors: lines,
        patient: path.0.clone(),
        item: path.1.clone(),
        exercise,
        version: given.own.as_ref().map(|own| own.version.to_string()).unwrap_or_default(),
        newer: loaded.newer.as_ref().map(|own| own.version.to_string()).unwrap_or_default(),
        version_fields,
        dose: crate::care::plan::dose_words(&loaded.item.prescription),
        is_quota: loaded.item.prescription.dose.kind == DoseKind::Quota,
        fields,
        swap_fields,
        not_offered: loaded.not_offered.clone(),
    };
    if shown.errors.is_empty() { page(&shown) } else { page_again(&shown) }
}

/// The exercise with its dose and what it could be swapped for.
pub async fn show(desk: Desk, path: Path) -> Result<HttpResponse, AppError> {
    let path = path.into_inner();
    let loaded = load(&desk, &path).await?;
    item_page(&desk, &path, &loaded, dose_fields(&loaded.item), swap_fields(&loaded), &Errors::default())
}

fn read_dose(form: &FormData, item: &PlanItem) -> (NewDose, Errors) {
    let mut reader = Reader::new(form);
    let dose = dose::read(&mut reader, |name| form.text(name).to_owned(), &item.prescription.dose);
    let level = [Level::Easier, Level::Standard, Level::Harder].into_iter().find(|l| l.code() == form.text("level"));
    let level = reader.need("level", level, "Choose the form").unwrap_or(item.prescription.level);
    (NewDose { dose, level }, reader.errors)
}

/// The moment of the patient whose plan is changed: changes hold from their date.
fn patient_moment(store: &crate::store::Store, patient: &PatientId, now: crate::clock::UtcTime) -> Result<Moment, CareError> {
    let user = store.read(|tx| accounts::user(tx, &UserId::from_text(patient.as_str())))?.ok_or(StoreError::NotFound)?;
    Ok(Moment { utc: now, zone: crate::clock::zone(&user.time_zone) })
}

/// Changes dose or form.
pub async fn save(desk: Desk, path: Path, form: Posted) -> Result<HttpResponse, AppError> {
    let path = path.into_inner();
    let loaded = load(&desk, &path).await?;
    let (new, mut errors) = read_dose(&form.0, &loaded.item);
    if errors.is_empty() {
        let (actor, patient, item, now) =
            (desk.actor.clone(), PatientId::from_text(path.0.as_str()), path.1.clone(), desk.visitor.app.clock.now());
        let reason = form.0.text("reason").to_owned();
        let done = desk
            .visitor
            .run(move |store| {
                change_dose(store, &treat(store, &actor, &patient)?, &item, &new, &reason, patient_moment(store, &patient, now)?)
            })
            .await;
        match done {
            Ok(()) => {
                desk.visitor.flash("The dose is changed. The patient sees it with your reason.");
                return Ok(go(&format!("/pro/patients/{}", path.0)));
            }
            Err(error) => errors.absorb(error)?,
        }
    }
    let fields = dose_fields(&loaded.item).into_iter().map(|f| f.sent(&form.0)).collect();
    item_page(&desk, &path, &loaded, fields, swap_fields(&loaded), &errors)
}

/// Swaps the exercise for another of its group.
pub async fn save_swap(desk: Desk, path: Path, form: Posted) -> Result<HttpResponse, AppError> {
    let path = path.into_inner();
    let loaded = load(&desk, &path).await?;
    let mut errors = Errors::default();
    let (actor, patient, item, now) =
        (desk.actor.clone(), PatientId::from_text(path.0.as_str()), path.1.clone(), desk.visitor.app.clock.now());
    let (chosen, reason) = (form.0.text("exercise").to_owned(), form.0.text("swap_reason").to_owned());
    let physio = desk.physio.clone();
    let done = desk
        .visitor
        .run(move |store| {
            let (who, moment) = (treat(store, &actor, &patient)?, patient_moment(store, &patient, now)?);
            swap(store, (&physio, &who), &item, &chosen, &reason, moment)
        })
        .await;
    match done {
        Ok(()) => {
            desk.visitor.flash("The exercise is swapped. The patient sees it with your reason.");
            return Ok(go(&format!("/pro/patients/{}", path.0)));
        }
        Err(AppError::Refused { field: "reason", message }) => errors.add("swap_reason", message.to_string()),
        Err(error) => errors.absorb(error)?,
    }
    let swaps = swap_fields(&loaded).into_iter().map(|f| f.sent(&form.0)).collect();
    item_page(&desk, &path, &loaded, dose_fields(&loaded.item), swaps, &errors)
}

/// Takes the newest version of the clinic's own exercise over.
pub async fn save_version(desk: Desk, path: Path, form: Posted) -> Result<HttpResponse, AppError> {
    let path = path.into_inner();
    let loaded = load(&desk, &path).await?;
    let mut errors = Errors::default();
    let (actor, patient, item, now) =
        (desk.actor.clone(), PatientId::from_text(path.0.as_str()), path.1.clone(), desk.visitor.app.clock.now());
    let (reason, physio) = (form.0.text("version_reason").to_owned(), desk.physio.clone());
    let done = desk
        .visitor
        .run(move |store| {
            let (who, moment) = (treat(store, &actor, &patient)?, patient_moment(store, &patient, now)?);
            take_over(store, (&physio, &who), &item, &reason, moment)
        })
        .await;
    match done {
        Ok(()) => {
            desk.visitor.flash("The plan has the new version. The patient sees it with your reason.");
            return Ok(go(&format!("/pro/patients/{}", path.0)));
        }
        Err(error) => errors.absorb(error)?,
    }
    item_page(&desk, &path, &loaded, dose_fields(&loaded.item), swap_fields(&loaded), &errors)
}

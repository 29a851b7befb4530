//! One exercise of a patient's plan: another dose, another form, or another exercise of its group,
//! each with a reason that the patient reads.

use super::dose;
use crate::access::{PatientAccess, Treat};
use crate::care::CareError;
use crate::care::desk::{
    DAYS_AHEAD, NewDose, Scope, change_dose, editable, look_to_treat, moment_of, newer, not_offered, swap, take_back, take_over, treat,
};
use crate::care::doses::{Later, later};
use crate::care::plan::dose_words;
use crate::clinical::exercise::{DoseKind, Exercise, OwnExercise};
use crate::clinical::plan::{Level, Prescribed, Reason};
use crate::clock::Moment;
use crate::ids::PatientId;
use crate::store::plans::PlanItem;
use crate::store::{Store, StoreError, plans};
use crate::web::error::AppError;
use crate::web::extract::{Desk, Posted};
use crate::web::forms::{ErrorLine, Errors, Field, FormData, Reader};
use crate::web::view::{PageCtx, go, page, page_again, words};
use actix_web::{HttpResponse, web};
use askama::Template;
use chrono::NaiveDate;

type Path = web::Path<(String, String)>;

fn dose_fields(item: &PlanItem, today: NaiveDate) -> Vec<Field> {
    let mut fields = dose::fields(&item.prescription.dose);
    let levels = [("easier", "The easier form"), ("standard", "As described"), ("harder", "The harder form")];
    fields.push(Field::new("radios", "level", "Form").options(levels).value(item.prescription.level.code()));
    let scopes = [("day", "Only this day"), ("from", "From this day"), ("whole", "The whole plan")];
    let scope = Field::new("radios", "scope", "When does it hold?").options(scopes).value("from");
    let scope = scope.option_hint("day", format!("One day within the next {} weeks. The day after is as usual.", DAYS_AHEAD / 7));
    let scope = scope.option_hint("from", "Today, or a later day: then it begins by itself, and the patient’s plan announces it.");
    fields.push(scope.option_hint("whole", "From today on. What is set below for later days is taken back."));
    fields.push(Field::new("date", "on", "This day").hint("For the whole plan it does not matter.").value(today.to_string()));
    fields.push(reason_field("reason"));
    fields
}

/// What is set for later days, in words, with what names it.
fn coming(later: &[Later]) -> Vec<(String, String, String)> {
    let words_of = |later: &Later| {
        let dose = dose_words(&later.to);
        let day = words::day(later.on);
        let said = if later.alone { format!("Only on {day}: {dose}") } else { format!("From {day}: {dose}") };
        (said, later.reason.clone(), later.key.clone())
    };
    later.iter().map(words_of).collect()
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
    /// What is set for later days: in words, why, and what names it.
    coming: Vec<(String, String, String)>,
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
    today: NaiveDate,
    later: Vec<Later>,
}

async fn load(desk: &Desk, path: &(String, String)) -> Result<Loaded, AppError> {
    let (actor, patient, item, now) =
        (desk.actor.clone(), PatientId::from_text(path.0.as_str()), path.1.clone(), desk.visitor.app.clock.now());
    let physio = desk.physio.clone();
    desk.visitor
        .run(move |store| {
            let who = look_to_treat(store, &actor, &patient, now)?;
            store.read(|tx| {
                let (found, options) = editable(tx, &physio, &who, &item)?;
                let words = |why: Vec<Reason>| why.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
                let refused = not_offered(tx, &physio, &who, &item)?.into_iter().map(|(name, why)| (name, words(why)));
                let moment = moment_of(tx, &patient, now)?;
                let plan = plans::active(tx, &who)?.ok_or(StoreError::NotFound)?;
                Ok::<_, CareError>(Loaded {
                    options,
                    not_offered: refused.collect(),
                    newer: newer(tx, &physio, &who, &item)?,
                    today: moment.today(),
                    later: later(tx, &who, &plan, std::slice::from_ref(&found), moment.today())?,
                    item: found,
                })
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
        dose: dose_words(&loaded.item.prescription),
        coming: coming(&loaded.later),
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
    item_page(&desk, &path, &loaded, dose_fields(&loaded.item, loaded.today), swap_fields(&loaded), &Errors::default())
}

fn read_dose(form: &FormData, item: &PlanItem) -> (NewDose, Scope, Errors) {
    let mut reader = Reader::new(form);
    let dose = dose::read(&mut reader, |name| form.text(name).to_owned(), &item.prescription.dose);
    let level = [Level::Easier, Level::Standard, Level::Harder].into_iter().find(|l| l.code() == form.text("level"));
    let level = reader.need("level", level, "Choose the form").unwrap_or(item.prescription.level);
    let mut day = |scope: fn(NaiveDate) -> Scope| {
        let on = reader.date("on");
        reader.need("on", on, "Enter the day").map(scope)
    };
    let scope = match form.text("scope") {
        "day" => day(Scope::Day),
        "from" => day(Scope::From),
        "whole" => Some(Scope::Whole),
        _ => {
            reader.errors.add("scope", "Choose when it holds");
            None
        }
    };
    (NewDose { dose, level }, scope.unwrap_or(Scope::Whole), reader.errors)
}

/// What a physiotherapist decides about one item, with the capability and the patient's moment.
async fn decide(
    desk: &Desk,
    path: &(String, String),
    work: impl FnOnce(&Store, &PatientAccess<Treat>, Moment) -> Result<(), CareError> + Send + 'static,
) -> Result<(), AppError> {
    let (actor, patient, now) = (desk.actor.clone(), PatientId::from_text(path.0.as_str()), desk.visitor.app.clock.now());
    let run = move |store: &Store| {
        let who = treat(store, &actor, &patient, now)?;
        let moment = store.read(|tx| moment_of(tx, &patient, now))?;
        work(store, &who, moment)
    };
    desk.visitor.run(run).await
}

/// Changes dose or form.
pub async fn save(desk: Desk, path: Path, form: Posted) -> Result<HttpResponse, AppError> {
    let path = path.into_inner();
    let loaded = load(&desk, &path).await?;
    let (new, scope, mut errors) = read_dose(&form.0, &loaded.item);
    if errors.is_empty() {
        let (item, reason) = (path.1.clone(), form.0.text("reason").to_owned());
        match decide(&desk, &path, move |store, who, moment| change_dose(store, who, &item, (&new, scope), &reason, moment)).await {
            Ok(()) => {
                desk.visitor.flash(&match scope {
                    Scope::Day(on) => format!("Set for {} alone. The patient sees it with your reason.", words::day(on)),
                    Scope::From(on) if on > loaded.today => {
                        format!("It begins by itself on {}. The patient’s plan announces it with your reason.", words::day(on))
                    }
                    _ => "The dose is changed. The patient sees it with your reason.".to_owned(),
                });
                return Ok(go(&format!("/pro/patients/{}", path.0)));
            }
            Err(error) => errors.absorb(error)?,
        }
    }
    let fields = dose_fields(&loaded.item, loaded.today).into_iter().map(|f| f.sent(&form.0)).collect();
    item_page(&desk, &path, &loaded, fields, swap_fields(&loaded), &errors)
}

/// Takes back what is set for a later day.
pub async fn save_back(desk: Desk, path: Path, form: Posted) -> Result<HttpResponse, AppError> {
    let path = path.into_inner();
    let loaded = load(&desk, &path).await?;
    let mut errors = Errors::default();
    let (item, key) = (path.1.clone(), form.0.text("what").to_owned());
    match decide(&desk, &path, move |store, who, moment| take_back(store, who, &item, &key, moment)).await {
        Ok(()) => {
            desk.visitor.flash("Taken back.");
            return Ok(go(&format!("/pro/patients/{}/items/{}", path.0, path.1)));
        }
        Err(error) => errors.absorb(error)?,
    }
    item_page(&desk, &path, &loaded, dose_fields(&loaded.item, loaded.today), swap_fields(&loaded), &errors)
}

/// Swaps the exercise for another of its group.
pub async fn save_swap(desk: Desk, path: Path, form: Posted) -> Result<HttpResponse, AppError> {
    let path = path.into_inner();
    let loaded = load(&desk, &path).await?;
    let mut errors = Errors::default();
    let (item, physio) = (path.1.clone(), desk.physio.clone());
    let (chosen, reason) = (form.0.text("exercise").to_owned(), form.0.text("swap_reason").to_owned());
    let done = decide(&desk, &path, move |store, who, moment| swap(store, (&physio, who), &item, &chosen, &reason, moment)).await;
    match done {
        Ok(()) => {
            desk.visitor.flash("The exercise is swapped. The patient sees it with your reason.");
            return Ok(go(&format!("/pro/patients/{}", path.0)));
        }
        Err(AppError::Refused { field: "reason", message }) => errors.add("swap_reason", message.to_string()),
        Err(error) => errors.absorb(error)?,
    }
    let swaps = swap_fields(&loaded).into_iter().map(|f| f.sent(&form.0)).collect();
    item_page(&desk, &path, &loaded, dose_fields(&loaded.item, loaded.today), swaps, &errors)
}

/// Takes the newest version of the clinic's own exercise over.
pub async fn save_version(desk: Desk, path: Path, form: Posted) -> Result<HttpResponse, AppError> {
    let path = path.into_inner();
    let loaded = load(&desk, &path).await?;
    let mut errors = Errors::default();
    let (item, physio, reason) = (path.1.clone(), desk.physio.clone(), form.0.text("version_reason").to_owned());
    match decide(&desk, &path, move |store, who, moment| take_over(store, (&physio, who), &item, &reason, moment)).await {
        Ok(()) => {
            desk.visitor.flash("The plan has the new version. The patient sees it with your reason.");
            return Ok(go(&format!("/pro/patients/{}", path.0)));
        }
        Err(error) => errors.absorb(error)?,
    }
    item_page(&desk, &path, &loaded, dose_fields(&loaded.item, loaded.today), swap_fields(&loaded), &errors)
}

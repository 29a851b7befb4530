//! One exercise of a patient's plan: another dose, another form, or another exercise of its group,
//! each with a reason that the patient reads.

use crate::care::CareError;
use crate::care::desk::{NewDose, change_dose, editable, look, not_offered, swap, treat};
use crate::clinical::exercise::{Dose, DoseKind, Exercise, Ladder, library};
use crate::clinical::plan::{Level, Reason};
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

/// What of a dose can be typed: name of the field, question, unit, and where it stands in the dose.
const NUMBERS: [(&str, &str, &str); 6] = [
    ("sets", "Sets", "sets"),
    ("reps", "Repetitions", "times"),
    ("hold_s", "Hold", "seconds"),
    ("seconds", "Time", "seconds"),
    ("minutes", "Minutes", "minutes"),
    ("times_per_day", "Times a day", "times"),
];

fn number<'a>(dose: &'a mut Dose, name: &str) -> &'a mut u32 {
    match name {
        "sets" => &mut dose.sets,
        "reps" => &mut dose.reps,
        "hold_s" => &mut dose.hold_s,
        "seconds" => &mut dose.seconds,
        "minutes" => &mut dose.minutes,
        _ => &mut dose.times_per_day,
    }
}

/// Only numbers that this dose has now can be changed; a hold ladder has its own field.
fn dose_fields(item: &PlanItem) -> Vec<Field> {
    let mut dose = item.prescription.dose.clone();
    let mut fields: Vec<Field> = NUMBERS
        .iter()
        .filter_map(|(name, label, unit)| {
            let value = *number(&mut dose, name);
            (value > 0).then(|| Field::new("number", name, *label).suffix(*unit).value(value.to_string()))
        })
        .collect();
    if let Some(ladder) = dose.ladder {
        let choices = Ladder::ALL.iter().map(|l| (ladder_code(*l), ladder_code(*l)));
        fields.push(Field::new("radios", "ladder", "Repetitions of the three sets").options(choices).value(ladder_code(ladder)));
    }
    let levels = [("easier", "The easier form"), ("standard", "As described"), ("harder", "The harder form")];
    fields.push(Field::new("radios", "level", "Form").options(levels).value(item.prescription.level.code()));
    fields.push(reason_field("reason"));
    fields
}

fn reason_field(name: &str) -> Field {
    Field::new("text", name, "Reason").hint("The patient reads it, for example: easier on your shoulder")
}

fn ladder_code(ladder: Ladder) -> String {
    ladder.reps().map(|n| n.to_string()).join("-")
}

#[derive(Template)]
#[template(path = "pages/pro/item.html")]
struct ItemPage {
    ctx: PageCtx,
    errors: Vec<ErrorLine>,
    patient: String,
    item: String,
    exercise: &'static Exercise,
    dose: String,
    is_quota: bool,
    fields: Vec<Field>,
    swap_fields: Vec<Field>,
    /// Exercises of its group that cannot take its place, each with why.
    not_offered: Vec<(String, String)>,
}

struct Loaded {
    item: PlanItem,
    options: Vec<&'static Exercise>,
    not_offered: Vec<(String, String)>,
}

async fn load(desk: &Desk, path: &(String, String)) -> Result<Loaded, AppError> {
    let (actor, patient, item, now) =
        (desk.actor.clone(), PatientId::from_text(path.0.as_str()), path.1.clone(), desk.visitor.app.clock.now());
    desk.visitor
        .run(move |store| {
            let who = look(store, &actor, &patient, now)?;
            let (item, options, refused) = store.read(|tx| {
                let (found, options) = editable(tx, &who, &item)?;
                Ok::<_, CareError>((found, options, not_offered(tx, &who, &item)?))
            })?;
            let words = |why: Vec<Reason>| why.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
            let not_offered = refused.into_iter().map(|(e, why)| (e.title.clone(), words(why))).collect();
            Ok(Loaded { item, options, not_offered })
        })
        .await
}

fn swap_fields(loaded: &Loaded) -> Vec<Field> {
    let choices = loaded.options.iter().map(|e| (e.id.clone(), format!("{} ({})", e.title, e.purpose)));
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
    let exercise = library().get(&loaded.item.prescription.exercise).ok_or(AppError::NotFound)?;
    let count = fields.len();
    fields.append(&mut swaps);
    let lines = errors.show(&mut fields);
    let swap_fields = fields.split_off(count);
    let shown = ItemPage {
        ctx: desk.visitor.ctx(),
        errors: lines,
        patient: path.0.clone(),
        item: path.1.clone(),
        exercise,
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
    let mut dose = item.prescription.dose.clone();
    for (name, label, _) in NUMBERS {
        if *number(&mut dose.clone(), name) == 0 {
            continue;
        }
        let typed = reader.whole(name, 1..=600, "Enter a whole number above zero");
        match reader.need(name, typed, &format!("Enter a number for “{label}”")).and_then(|n| u32::try_from(n).ok()) {
            Some(value) => *number(&mut dose, name) = value,
            None => continue,
        }
    }
    if dose.ladder.is_some() {
        let chosen = Ladder::ALL.iter().copied().find(|l| ladder_code(*l) == form.text("ladder"));
        dose.ladder = reader.need("ladder", chosen, "Choose the repetitions of the three sets").or(dose.ladder);
    }
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
    let done = desk
        .visitor
        .run(move |store| swap(store, &treat(store, &actor, &patient)?, &item, &chosen, &reason, patient_moment(store, &patient, now)?))
        .await;
    match done {
        Ok(()) => {
            desk.visitor.flash("The exercise is swapped. The patient sees it with your reason.");
            return Ok(go(&format!("/pro/patients/{}", path.0)));
        }
        Err(AppError::Refused { field: "reason", message }) => errors.add("swap_reason", message),
        Err(error) => errors.absorb(error)?,
    }
    let swaps = swap_fields(&loaded).into_iter().map(|f| f.sent(&form.0)).collect();
    item_page(&desk, &path, &loaded, dose_fields(&loaded.item), swaps, &errors)
}

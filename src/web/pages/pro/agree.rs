//! The physiotherapist's side of the agreement to a plan.

use super::file::load;
use crate::care::agreement::agree;
use crate::care::desk::{File, treat};
use crate::ids::PatientId;
use crate::web::error::AppError;
use crate::web::extract::{Desk, Id, Posted};
use crate::web::view::{go, words};
use actix_web::HttpResponse;

/// "I agree to this plan".
pub async fn save(desk: Desk, id: Id, _form: Posted) -> Result<HttpResponse, AppError> {
    let file = load(&desk, &id).await?;
    let (actor, patient, moment) = (desk.actor.clone(), PatientId::from_text(id.as_str()), file.moment);
    desk.visitor.run(move |store| agree(store, &treat(store, &actor, &patient, moment.utc)?, moment)).await?;
    desk.visitor.flash("You have agreed to the plan. The patient sees it.");
    Ok(go(&format!("/pro/patients/{id}")))
}

/// Who has agreed to the plan, in a sentence.
pub(super) fn agreement(file: &File) -> String {
    let Some(sides) = &file.sides else { return String::new() };
    let (own, zone) = (words::instant(sides.own, file.moment.zone), file.moment.zone);
    match &sides.physio {
        Some((name, at)) => format!("The patient agreed to this plan on {own}, {name} on {}.", words::instant(*at, zone)),
        None => format!("The patient agreed to this plan on {own}. The clinic has not agreed yet; the plan runs all the same."),
    }
}

/// Whether the patient has seen the last change, in a sentence.
pub(super) fn seen(file: &File) -> String {
    match file.seen {
        (false, _) => String::new(),
        (true, Some(at)) => format!("The patient saw the last change on {}.", words::instant(at, file.moment.zone)),
        (true, None) => "The patient has not said yet that they saw the last change.".to_owned(),
    }
}

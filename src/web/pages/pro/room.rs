//! `/pro/patients/new`: a record made in the room, together with the patient, and the card with which they take it over.
//! The pages that are filled in together are the patient's own ([`crate::web::pages::intake`]).

use super::card::card_page;
use super::invite::{language_field, read_email};
use crate::access::Scribe;
use crate::care::joining::{NewRecord, card, make_record};
use crate::lang::Lang;
use crate::web::error::AppError;
use crate::web::extract::{Desk, Posted, Recorder};
use crate::web::forms::{ErrorLine, Errors, Field, FormData, Reader};
use crate::web::pages::join::consent_field;
use crate::web::view::told::consent;
use crate::web::view::{PageCtx, go, page, page_again};
use actix_web::HttpResponse;
use askama::Template;

#[derive(Template)]
#[template(path = "pages/pro/room.html")]
struct RoomPage {
    ctx: PageCtx,
    errors: Vec<ErrorLine>,
    fields: Vec<Field>,
    consents: Vec<Field>,
    intro: String,
    token: String,
}

fn room_page(desk: &Desk, form: &FormData, errors: &Errors) -> Result<HttpResponse, AppError> {
    let mut fields: Vec<Field> = vec![
        Field::new("text", "name", "Their name").hint("As they want to be called.").autocomplete("off"),
        Field::new("email", "email", "Their e-mail address")
            .hint("For the invitation to take the record over. Nothing else is sent there.")
            .autocomplete("off")
            .optional(),
        language_field("Language of the questions and of their pages"),
    ];
    fields = fields.into_iter().map(|field| field.sent(form)).collect();
    let count = fields.len();
    fields.extend(consent().required().map(|purpose| consent_field(purpose, form)));
    let lines = errors.show(&mut fields);
    let consents = fields.split_off(count);
    let shown = RoomPage { ctx: desk.visitor.ctx(), errors: lines, fields, consents, intro: consent().intro.clone(), token: form.token() };
    if shown.errors.is_empty() { page(&shown) } else { page_again(&shown) }
}

/// The form for a record.
pub async fn new(desk: Desk) -> Result<HttpResponse, AppError> {
    room_page(&desk, &FormData::default(), &Errors::default())
}

/// Makes the record and goes on to the intake.
pub async fn make(desk: Desk, form: Posted) -> Result<HttpResponse, AppError> {
    let mut reader = Reader::new(&form.0);
    let name = reader.text("name", 80, Some("Enter the name they want to be called by"));
    let email = read_email(&mut reader);
    let mut errors = reader.errors;
    for purpose in consent().required().filter(|p| form.0.text(&format!("consent_{}", p.key)) != "yes") {
        errors.add(&format!("consent_{}", purpose.key), purpose.if_no.clone());
    }
    if errors.is_empty() {
        let given: Vec<(&'static str, &'static str)> = consent().required().map(|p| (p.key.as_str(), p.version.as_str())).collect();
        let language = Lang::from_code(form.0.text("language")).unwrap_or_default();
        let new = NewRecord { name, email, language, time_zone: desk.visitor.app.config.time_zone.name().to_owned() };
        let (physio, token, now) = (desk.physio.clone(), form.0.token(), desk.visitor.app.clock.now());
        match desk.visitor.run(move |store| make_record(store, &physio, &new, &given, &token, now)).await {
            Ok(patient) => return Ok(go(&format!("/pro/patients/{patient}/intake"))),
            Err(error) => errors.absorb(error)?,
        }
    }
    room_page(&desk, &form.0, &errors)
}

/// Makes the start card with which the patient takes the record over. Without one to take over there is no card.
pub async fn make_card(by: Recorder<Scribe>, form: Posted) -> Result<HttpResponse, AppError> {
    if !by.unclaimed {
        return Ok(go(&by.place.result));
    }
    let (physio, ticked, token) = (by.physio()?, form.0.all("explained"), form.0.token());
    match by.run(move |store, who, moment| card(store, (&physio, who), &ticked, &token, moment.utc)).await {
        Ok(made) => card_page(&by.visitor, &made, (by.place.under_way.clone(), "The file")).await,
        Err(AppError::Refused { message, .. }) => {
            by.visitor.flash(&message.to_string());
            Ok(go(&by.place.result))
        }
        Err(other) => Err(other),
    }
}

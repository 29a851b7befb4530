//! A patient's thread at the desk. Whoever only looks in an emergency reads it and writes nothing.

use crate::care::desk::{look, treat};
use crate::care::messages::{self, LONGEST, Shut, Thread, answer};
use crate::care::paper::person;
use crate::clock::{Moment, UtcTime};
use crate::ids::PatientId;
use crate::store::outbox::failed_notice;
use crate::web::error::AppError;
use crate::web::extract::{Desk, Id, Posted};
use crate::web::forms::{ErrorLine, Errors, Field, FormData, Reader};
use crate::web::pages::messages::{SaidView, Shown, promise};
use crate::web::view::{PageCtx, go, page, page_again, words};
use actix_web::{HttpResponse, web};
use askama::Template;

#[derive(Template)]
#[template(path = "pages/pro/messages.html")]
struct MessagesPage {
    ctx: PageCtx,
    errors: Vec<ErrorLine>,
    id: String,
    name: String,
    said: Vec<SaidView>,
    older: i64,
    /// Why nobody can write; empty while one can.
    shut: String,
    /// What the patient was promised.
    promise: String,
    /// The day on which an e-mail notice was given up; empty when none was.
    undelivered: String,
    /// The reader may write.
    may_write: bool,
    field: Field,
    token: String,
}

struct Loaded {
    name: String,
    thread: Thread,
    undelivered: Option<UtcTime>,
    may_write: bool,
}

/// Reads the thread, and then notes that it was opened by somebody who looks after the patient.
async fn load(desk: &Desk, id: &str, all: bool) -> Result<Loaded, AppError> {
    let (actor, patient, now) = (desk.actor.clone(), PatientId::from_text(id), desk.visitor.app.clock.now());
    desk.visitor
        .run(move |store| {
            let who = look(store, &actor, &patient, now)?;
            let (name, thread, undelivered) = store.read(|tx| {
                let (name, _) = person(tx, &who, now)?;
                Ok::<_, crate::care::CareError>((name, messages::thread(tx, &who, all)?, failed_notice(tx, &who)?))
            })?;
            let treating = treat(store, &actor, &patient, now);
            if let Ok(who) = &treating {
                messages::opened(store, who, now)?;
            }
            Ok(Loaded { name, thread, undelivered, may_write: treating.is_ok() })
        })
        .await
}

fn messages_page(desk: &Desk, id: &str, loaded: &Loaded, form: &FormData, errors: &Errors) -> Result<HttpResponse, AppError> {
    let mut fields = [Field::new("textarea", "body", "Your message")
        .hint(format!("Up to {LONGEST} letters. {} reads it with your name.", loaded.name))
        .sent(form)];
    let lines = errors.show(&mut fields);
    let [field] = fields;
    let (reader, moment) = (desk.actor.user.as_str(), desk.visitor.moment());
    let shown = MessagesPage {
        ctx: desk.visitor.ctx(),
        errors: lines,
        id: id.to_owned(),
        said: loaded.thread.said.iter().map(|said| SaidView::new(said, reader, true, moment)).collect(),
        older: loaded.thread.older,
        shut: match loaded.thread.shut {
            Some(Shut::Clinic) => "The clinic has turned messages off.".to_owned(),
            Some(Shut::Patient) => format!("{} has turned messages off. Call, or speak at the next visit.", loaded.name),
            None => String::new(),
        },
        promise: promise(loaded.thread.clinic.days),
        undelivered: loaded.undelivered.map(|at| words::short_day(Moment { utc: at, ..moment }.today())).unwrap_or_default(),
        name: loaded.name.clone(),
        may_write: loaded.may_write,
        field,
        token: form.token(),
    };
    if shown.errors.is_empty() { page(&shown) } else { page_again(&shown) }
}

/// The thread.
pub async fn show(desk: Desk, id: Id, query: web::Query<Shown>) -> Result<HttpResponse, AppError> {
    let loaded = load(&desk, &id, query.all.is_some()).await?;
    messages_page(&desk, &id, &loaded, &FormData::default(), &Errors::default())
}

/// Sends a message.
pub async fn save(desk: Desk, id: Id, form: Posted) -> Result<HttpResponse, AppError> {
    let mut reader = Reader::new(&form.0);
    let body = reader.text("body", LONGEST, Some("Write your message"));
    let mut errors = reader.errors;
    let (actor, patient, now) = (desk.actor.clone(), PatientId::from_text(id.as_str()), desk.visitor.app.clock.now());
    let who = desk.visitor.run(move |store| treat(store, &actor, &patient, now)).await?;
    if errors.is_empty() {
        let token = form.0.token();
        match desk.visitor.run(move |store| answer(store, &who, &body, &token, now)).await {
            Ok(()) => {
                desk.visitor.flash("Your message is sent.");
                return Ok(go(&format!("/pro/patients/{id}/messages")));
            }
            Err(error) => errors.absorb(error)?,
        }
    }
    let loaded = load(&desk, &id, false).await?;
    messages_page(&desk, &id, &loaded, &form.0, &errors)
}

//! Adverse events at the desk: what was told, and what became of it.

use crate::care::CareError;
use crate::care::adverse::{self, BACK_DAYS, LONGEST, NewEvent, OTHER, Told};
use crate::care::desk::{look, treat};
use crate::care::paper::person;
use crate::clock::Moment;
use crate::ids::PatientId;
use crate::store::adverse::Severity;
use crate::store::plans;
use crate::web::error::AppError;
use crate::web::extract::{Desk, Id, Posted};
use crate::web::forms::{ErrorLine, Errors, Field, FormData, Reader};
use crate::web::view::{PageCtx, go, page, page_again, words};
use actix_web::{HttpResponse, web};
use askama::Template;

/// An event in words.
struct EventView {
    href: String,
    exercise: String,
    happened: String,
    what: String,
    severity: &'static str,
    /// Who told it, or wrote it down, and when.
    told: String,
    from_message: bool,
    /// "Closed by … on …"; empty while it is open.
    closed: String,
    outcome: String,
}

fn severity_words(severity: Severity) -> &'static str {
    match severity {
        Severity::Mild => "Mild: settled within a day",
        Severity::Moderate => "Moderate: lasted longer or needed a change",
        Severity::Severe => "Severe: needed medical care",
        Severity::Unsure => "Not judged yet",
    }
}

fn severity_field(now: Option<Severity>) -> Field {
    let options = Severity::ALL.map(|severity| match severity {
        Severity::Unsure => (severity.code(), "I am not sure"),
        known => (known.code(), severity_words(known)),
    });
    Field::new("radios", "severity", "How bad was it?").options(options).value(now.map_or("", Severity::code))
}

impl EventView {
    fn new(id: &str, name: &str, told: &Told, moment: Moment) -> Self {
        let (event, named) = (&told.named.event, &told.named);
        let left = || "somebody who has left".to_owned();
        let by = named.reported_by.clone().unwrap_or_else(left);
        let when = words::instant(event.opened_at, moment.zone);
        let from_message = event.message_id.is_some();
        Self {
            href: format!("/pro/patients/{id}/events/{}", event.id),
            exercise: if told.title.is_empty() { "Another exercise, or not known".to_owned() } else { told.title.clone() },
            happened: words::date(event.happened_on),
            what: event.description.clone(),
            severity: severity_words(event.severity.0),
            told: if from_message { format!("{name} in a message, {when}") } else { format!("Written down by {by}, {when}") },
            from_message,
            closed: event.closed_at.map_or_else(String::new, |at| {
                format!("Closed by {} on {}", named.closed_by.clone().unwrap_or_else(left), words::instant(at, moment.zone))
            }),
            outcome: event.outcome.clone(),
        }
    }
}

struct Loaded {
    name: String,
    events: Vec<Told>,
    exercises: Vec<(String, String)>,
    /// Exercises of the plan under way, with the id of the item.
    items: Vec<(String, String)>,
    may_write: bool,
    today: chrono::NaiveDate,
}

async fn load(desk: &Desk, id: &str) -> Result<Loaded, AppError> {
    let (actor, patient, now) = (desk.actor.clone(), PatientId::from_text(id), desk.visitor.app.clock.now());
    desk.visitor
        .run(move |store| {
            let who = look(store, &actor, &patient, now)?;
            let may_write = treat(store, &actor, &patient, now).is_ok();
            store.read(|tx| {
                let (name, moment) = person(tx, &who, now)?;
                let items = match plans::active(tx, &who)? {
                    Some(plan) => plans::items(tx, &who, &plan)?,
                    None => Vec::new(),
                };
                Ok::<_, CareError>(Loaded {
                    name,
                    events: adverse::all(tx, &who)?,
                    exercises: adverse::exercises(tx, &who)?,
                    items: items.into_iter().map(|item| (item.prescription.exercise.clone(), item.id)).collect(),
                    may_write,
                    today: moment.today(),
                })
            })
        })
        .await
}

#[derive(Template)]
#[template(path = "pages/pro/events.html")]
struct EventsPage {
    ctx: PageCtx,
    errors: Vec<ErrorLine>,
    id: String,
    name: String,
    open: Vec<EventView>,
    closed: Vec<EventView>,
    may_write: bool,
    fields: Vec<Field>,
    token: String,
}

fn new_fields(loaded: &Loaded) -> Vec<Field> {
    let choices = std::iter::once((String::new(), "Choose one".to_owned()))
        .chain(loaded.exercises.iter().cloned())
        .chain([(OTHER.to_owned(), "Another one, or not known".to_owned())]);
    vec![
        Field::new("select", "exercise", "Which exercise?").options(choices),
        Field::new("date", "happened", "On which day?")
            .hint(format!("At most {} weeks ago.", BACK_DAYS / 7))
            .value(loaded.today.to_string()),
        Field::new("textarea", "what", "What happened?").hint("As it was told to you."),
        severity_field(None),
    ]
}

fn events_page(desk: &Desk, id: &str, loaded: &Loaded, form: Option<&FormData>, errors: &Errors) -> Result<HttpResponse, AppError> {
    let mut fields = new_fields(loaded);
    if let Some(form) = form {
        fields = fields.into_iter().map(|field| field.sent(form)).collect();
    }
    let moment = desk.visitor.moment();
    let (open, closed): (Vec<&Told>, Vec<&Told>) = loaded.events.iter().partition(|told| told.named.event.closed_at.is_none());
    let views = |all: Vec<&Told>| all.into_iter().map(|told| EventView::new(id, &loaded.name, told, moment)).collect();
    let shown = EventsPage {
        errors: errors.show(&mut fields),
        ctx: desk.visitor.ctx(),
        id: id.to_owned(),
        name: loaded.name.clone(),
        open: views(open),
        closed: views(closed),
        may_write: loaded.may_write,
        fields,
        token: form.map_or_else(crate::ids::fresh, FormData::token),
    };
    if shown.errors.is_empty() { page(&shown) } else { page_again(&shown) }
}

/// Every event of a patient, and the form for one that was told.
pub async fn list(desk: Desk, id: Id) -> Result<HttpResponse, AppError> {
    let loaded = load(&desk, &id).await?;
    events_page(&desk, &id, &loaded, None, &Errors::default())
}

fn read_severity(reader: &mut Reader, form: &FormData) -> Option<Severity> {
    let severity = form.text("severity").parse().ok();
    reader.need("severity", severity, "Say how bad it was, or that you are not sure")
}

/// Writes down an event that was told in the room or by telephone.
pub async fn record(desk: Desk, id: Id, form: Posted) -> Result<HttpResponse, AppError> {
    let (actor, patient, now) = (desk.actor.clone(), PatientId::from_text(id.as_str()), desk.visitor.app.clock.now());
    let who = desk.visitor.run(move |store| treat(store, &actor, &patient, now)).await?;
    let mut reader = Reader::new(&form.0);
    let exercise = form.0.text("exercise").to_owned();
    if exercise.is_empty() {
        reader.errors.add("exercise", "Choose which exercise it was");
    }
    let on = reader.date("happened");
    let on = reader.need("happened", on, "Say on which day it was");
    let what = reader.text("what", LONGEST, Some("Write what happened"));
    let severity = read_severity(&mut reader, &form.0);
    let mut errors = reader.errors;
    if let (Some(on), Some(severity), true) = (on, severity, errors.is_empty()) {
        let (new, token) = (NewEvent { exercise, on, what, severity }, form.0.token());
        let done = desk
            .visitor
            .run(move |store| {
                let (_, moment) = store.read(|tx| person(tx, &who, now))?;
                adverse::record(store, &who, &new, &token, moment)
            })
            .await;
        match done {
            Ok(()) => {
                desk.visitor.flash("The problem is written down. Close it once you know what became of it.");
                return Ok(go(&format!("/pro/patients/{id}/events")));
            }
            Err(error) => errors.absorb(error)?,
        }
    }
    let loaded = load(&desk, &id).await?;
    events_page(&desk, &id, &loaded, Some(&form.0), &errors)
}

#[derive(Template)]
#[template(path = "pages/pro/event.html")]
struct EventPage {
    ctx: PageCtx,
    errors: Vec<ErrorLine>,
    id: String,
    event: EventView,
    /// Address of the exercise in the plan; empty when it is not in it.
    item: String,
    may_write: bool,
    fields: Vec<Field>,
}

fn event_page(
    desk: &Desk,
    (id, event): (&str, &str),
    loaded: &Loaded,
    form: Option<&FormData>,
    errors: &Errors,
) -> Result<HttpResponse, AppError> {
    let told = loaded.events.iter().find(|told| told.named.event.id == event).ok_or(AppError::NotFound)?;
    let mut fields = vec![
        severity_field(Some(told.named.event.severity.0)),
        Field::new("textarea", "outcome", "What became of it?").hint("What you found and did, and how it is now."),
    ];
    if let Some(form) = form {
        fields = fields.into_iter().map(|field| field.sent(form)).collect();
    }
    let item = loaded.items.iter().find(|(exercise, _)| *exercise == told.named.event.exercise);
    let shown = EventPage {
        errors: errors.show(&mut fields),
        ctx: desk.visitor.ctx(),
        id: id.to_owned(),
        event: EventView::new(id, &loaded.name, told, desk.visitor.moment()),
        item: item.map(|(_, item)| format!("/pro/patients/{id}/items/{item}")).unwrap_or_default(),
        may_write: loaded.may_write,
        fields,
    };
    if shown.errors.is_empty() { page(&shown) } else { page_again(&shown) }
}

/// Patient and event of a path.
type PatientAndEvent = web::Path<(String, String)>;

/// An event, what can be done about it, and the form that closes it.
pub async fn show(desk: Desk, path: PatientAndEvent) -> Result<HttpResponse, AppError> {
    let (id, event) = path.into_inner();
    let loaded = load(&desk, &id).await?;
    event_page(&desk, (&id, &event), &loaded, None, &Errors::default())
}

/// Closes an event.
pub async fn close(desk: Desk, path: PatientAndEvent, form: Posted) -> Result<HttpResponse, AppError> {
    let (id, event) = path.into_inner();
    let (actor, patient, now) = (desk.actor.clone(), PatientId::from_text(id.as_str()), desk.visitor.app.clock.now());
    let who = desk.visitor.run(move |store| treat(store, &actor, &patient, now)).await?;
    let mut reader = Reader::new(&form.0);
    let severity = read_severity(&mut reader, &form.0);
    let outcome = reader.text("outcome", LONGEST, Some("Write what became of it, in a few words"));
    let mut errors = reader.errors;
    if let (Some(severity), true) = (severity, errors.is_empty()) {
        let closing = event.clone();
        match desk.visitor.run(move |store| adverse::close(store, &who, &closing, (severity, &outcome), now)).await {
            Ok(()) => {
                desk.visitor.flash("The problem is closed.");
                return Ok(go(&format!("/pro/patients/{id}/events")));
            }
            Err(error) => errors.absorb(error)?,
        }
    }
    let loaded = load(&desk, &id).await?;
    event_page(&desk, (&id, &event), &loaded, Some(&form.0), &errors)
}

//! Letters about a patient: the program writes a draft, the physiotherapist goes on from it, and what is given out is
//! kept as it was.

use super::file::kind_words;
use crate::care::CareError;
use crate::care::desk::letters::{Course, LONGEST, NewLetter, RECIPIENT, course_of, give_out, hand_over};
use crate::care::desk::{look, treat};
use crate::care::paper::person;
use crate::care::plan::dose_words;
use crate::care::progress::Letter;
use crate::clinical::advice::fill;
use crate::clinical::plan::Role;
use crate::clock::Moment;
use crate::ids::PatientId;
use crate::store::intake;
use crate::store::letters::{self, DISCHARGE, GivenOut, HAND_OVER};
use crate::web::error::AppError;
use crate::web::extract::{Desk, Id, Posted};
use crate::web::forms::{ErrorLine, Errors, Field, FormData, Reader};
use crate::web::pages::plan::QuotaView;
use crate::web::pages::pro::said;
use crate::web::pages::progress::{card::Card, letter::plain};
use crate::web::view::told::advice;
use crate::web::view::{PageCtx, go, page, page_again, words};
use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::{HttpResponse, web};
use askama::Template;

#[derive(Template)]
#[template(path = "pages/pro/letters.html")]
struct ListPage {
    ctx: PageCtx,
    id: String,
    name: String,
    may: bool,
    /// Address, kind, recipient, when and by whom.
    letters: Vec<(String, &'static str, String, String)>,
    has_decision: bool,
    has_plan: bool,
    /// One-page prints of single decisions.
    prints: Vec<(String, String)>,
}

#[derive(Template)]
#[template(path = "pages/pro/letter_new.html")]
struct NewPage {
    ctx: PageCtx,
    errors: Vec<ErrorLine>,
    id: String,
    name: String,
    segment: String,
    title: &'static str,
    token: String,
    fields: Vec<Field>,
}

#[derive(Template)]
#[template(path = "pages/pro/letter.html")]
struct LetterPage {
    ctx: PageCtx,
    id: String,
    letter: String,
    name: String,
    title: &'static str,
    recipient: String,
    signed: String,
    body: String,
}

struct Loaded {
    name: String,
    moment: Moment,
    may: bool,
    letters: Vec<(GivenOut, Option<String>)>,
    hand_over: Option<Letter>,
    course: Option<Course>,
    prints: Vec<(String, String)>,
}

async fn load(desk: &Desk, id: &str) -> Result<Loaded, AppError> {
    let (actor, patient, now, id) = (desk.actor.clone(), PatientId::from_text(id), desk.visitor.app.clock.now(), id.to_owned());
    desk.visitor
        .run(move |store| {
            let who = look(store, &actor, &patient, now)?;
            let may = treat(store, &actor, &patient, now).is_ok();
            store.read(|tx| {
                let (name, moment) = person(tx, &who, now)?;
                let print =
                    |e: intake::StoredEvaluation| (format!("/pro/patients/{id}/letter/{}", e.id), words::instant(e.at, moment.zone));
                Ok::<_, CareError>(Loaded {
                    name,
                    moment,
                    may,
                    letters: letters::all(tx, &who)?,
                    hand_over: hand_over(tx, &who, now)?,
                    course: course_of(tx, &who, now)?,
                    prints: intake::evaluations(tx, &who)?.into_iter().map(print).collect(),
                })
            })
        })
        .await
}

/// The letters.
pub async fn list(desk: Desk, id: Id) -> Result<HttpResponse, AppError> {
    let loaded = load(&desk, &id).await?;
    let row = |(letter, by): &(GivenOut, Option<String>)| {
        let href = format!("/pro/patients/{id}/letters/{}", letter.id);
        (href, kind_words(&letter.kind), letter.recipient.clone(), said::signed(letter.written_at, by.as_deref(), loaded.moment.zone))
    };
    page(&ListPage {
        ctx: desk.visitor.reading(),
        letters: loaded.letters.iter().map(row).collect(),
        has_decision: loaded.hand_over.is_some(),
        has_plan: loaded.course.is_some(),
        id: id.to_string(),
        name: loaded.name,
        may: loaded.may,
        prints: loaded.prints,
    })
}

fn head(desk: &Desk, loaded: &Loaded, title: &str) -> String {
    let ctx = desk.visitor.reading();
    let clinic = if ctx.clinic.is_empty() { String::new() } else { format!(", {}", ctx.clinic) };
    format!("{title}\n{}\nFrom: {}, physiotherapist{clinic}", words::date(loaded.moment.today()), ctx.person)
}

/// How the programme went, as a draft.
fn summary(desk: &Desk, loaded: &Loaded, course: &Course) -> String {
    let (record, card) = (&course.record, Card::of(&course.record));
    let listed = |lines: Vec<String>| lines.into_iter().map(|line| format!("- {line}")).collect::<Vec<_>>();
    let mut parts = vec![vec![head(desk, loaded, "Discharge summary"), format!("About: {}", loaded.name)]];
    if let Some(plan) = &record.plan {
        let end = plan.ended_on.map_or_else(|| "It is still under way.".to_owned(), |on| format!("It ended on {}.", words::date(on)));
        let began = format!("A graded programme for low back pain began on {}. {end}", words::date(plan.started_on));
        let pattern =
            format!("Starting bias: {}. It is a starting point for choosing exercises, not a diagnosis.", said::category(plan.category.0));
        parts.push(vec!["START".to_owned(), began, pattern]);
    }
    let sessions = &record.progress.sessions;
    let colours = crate::clinical::progress::Colours::of(&record.colours().into_iter().map(|(_, colour)| colour).collect::<Vec<_>>());
    let mut went = vec!["COURSE".to_owned()];
    went.push(format!(
        "Weeks reviewed: {}. Flares: {}. Stops for safety: {}.",
        record.reviews.len(),
        record.flares.len(),
        record.holds.len()
    ));
    went.push(format!(
        "Exercise sessions logged: {}, done: {}. Colours: {} green, {} amber, {} red.",
        sessions.iter().filter(|s| !s.log.items.is_empty()).count(),
        sessions.iter().filter(|s| s.log.has_exercise()).count(),
        colours.green,
        colours.amber,
        colours.red
    ));
    parts.push(went);
    if !card.goals.is_empty() {
        let goal = |goal: crate::web::pages::progress::card::GoalView| match (goal.scores.as_str(), goal.change.as_str()) {
            ("", _) => goal.text,
            (scores, "") => format!("{}: {scores}", goal.text),
            (scores, change) => format!("{}: {scores} ({change})", goal.text),
        };
        let lines = card.goals.into_iter().map(goal).collect();
        parts.push(
            std::iter::once("WHAT THE PATIENT WANTED TO DO AGAIN (0 cannot, 10 as before)".to_owned()).chain(listed(lines)).collect(),
        );
    }
    if !card.measures.is_empty() {
        let measure = |m: &crate::web::pages::progress::card::MeasureRow| match (m.last.as_str(), m.change.as_str()) {
            ("", _) => format!("{}: {}", m.name, m.first),
            (last, "") => format!("{}: {}, now {last}", m.name, m.first),
            (last, change) => format!("{}: {}, now {last}: {change}", m.name, m.first),
        };
        let lines = card.measures.iter().map(measure).collect();
        parts.push(std::iter::once("MEASURES".to_owned()).chain(listed(lines)).collect());
    }
    let quota = |quota| {
        let view = QuotaView::new(quota);
        format!("{}: {} a day, {} days a week", view.name, view.now, view.days)
    };
    let mut keeps: Vec<String> = course.quotas.iter().map(quota).collect();
    let items = course.items.iter().filter(|item| item.prescription.role != Role::Quota);
    keeps.extend(items.map(|item| format!("{}: {}", item.prescription.title(), dose_words(&item.prescription))));
    parts.push(std::iter::once("WHAT THE PATIENT KEEPS DOING".to_owned()).chain(listed(keeps)).collect());
    let ctx = desk.visitor.reading();
    let text = |t: &str| fill(t, &ctx.emergency_number, &ctx.urgent_number);
    let mut back =
        vec!["WHEN TO COME BACK".to_owned(), "If a flare does not settle within two weeks, or if what was gained gets lost.".to_owned()];
    back.push(text(&advice().ces.title));
    back.extend(listed(advice().ces.lines.iter().map(|line| text(line)).collect()));
    parts.push(back);
    parts.into_iter().map(|lines| lines.join("\n")).collect::<Vec<_>>().join("\n\n")
}

/// The draft of a kind: its code, title and text; `None` while there is nothing to write about.
fn draft(desk: &Desk, loaded: &Loaded, segment: &str) -> Result<Option<(&'static str, String)>, AppError> {
    match segment {
        "hand-over" => Ok(loaded.hand_over.as_ref().map(|letter| {
            let text = plain(desk.visitor.reading(), letter);
            (HAND_OVER, format!("{}\n{text}", head(desk, loaded, "Letter to the clinician who sees this person")))
        })),
        "discharge" => Ok(loaded.course.as_ref().map(|course| (DISCHARGE, summary(desk, loaded, course)))),
        _ => Err(AppError::NotFound),
    }
}

fn fields(text: &str) -> Vec<Field> {
    vec![
        Field::new("text", "recipient", "To").hint("For example: Dr Weaver, Mill Lane Surgery"),
        Field::new("letter", "letter", "Letter")
            .hint("Written from the record. Change what you like; what you save is what is given out.")
            .value(text),
    ]
}

fn new_page(
    desk: &Desk,
    ids: (&str, &str),
    loaded: &Loaded,
    kind: &str,
    sent: (Vec<Field>, &FormData, &Errors),
) -> Result<HttpResponse, AppError> {
    let (mut fields, form, errors) = sent;
    let lines = errors.show(&mut fields);
    let shown = NewPage {
        ctx: desk.visitor.ctx(),
        errors: lines,
        id: ids.0.to_owned(),
        name: loaded.name.clone(),
        segment: ids.1.to_owned(),
        title: kind_words(kind),
        token: form.token(),
        fields,
    };
    if shown.errors.is_empty() { page(&shown) } else { page_again(&shown) }
}

/// A draft to go on from.
pub async fn new(desk: Desk, path: web::Path<(String, String)>) -> Result<HttpResponse, AppError> {
    let (id, segment) = path.into_inner();
    let loaded = load(&desk, &id).await?;
    if !loaded.may {
        return Err(AppError::NotFound);
    }
    match draft(&desk, &loaded, &segment)? {
        None => Ok(go(&format!("/pro/patients/{id}/letters"))),
        Some((kind, text)) => new_page(&desk, (&id, &segment), &loaded, kind, (fields(&text), &FormData::default(), &Errors::default())),
    }
}

/// Keeps a letter as it is given out.
pub async fn save(desk: Desk, path: web::Path<(String, String)>, form: Posted) -> Result<HttpResponse, AppError> {
    let (id, segment) = path.into_inner();
    let loaded = load(&desk, &id).await?;
    if !loaded.may {
        return Err(AppError::NotFound);
    }
    let kind = match segment.as_str() {
        "hand-over" => HAND_OVER,
        "discharge" => DISCHARGE,
        _ => return Err(AppError::NotFound),
    };
    let mut reader = Reader::new(&form.0);
    let recipient = reader.text("recipient", RECIPIENT, Some("Write to whom the letter goes"));
    let body = reader.text("letter", LONGEST, Some("The letter is empty"));
    let mut errors = reader.errors;
    if errors.is_empty() {
        let new = NewLetter { kind, recipient, body, token: form.0.token() };
        let (actor, patient, now) = (desk.actor.clone(), PatientId::from_text(id.as_str()), loaded.moment.utc);
        match desk.visitor.run(move |store| give_out(store, &treat(store, &actor, &patient, now)?, &new, now)).await {
            Ok(letter) => {
                desk.visitor.flash("The letter is kept as it is given out. Print it from your browser, or download it.");
                return Ok(go(&format!("/pro/patients/{id}/letters/{letter}")));
            }
            Err(error) => errors.absorb(error)?,
        }
    }
    let typed = fields("").into_iter().map(|field| field.sent(&form.0)).collect();
    new_page(&desk, (&id, &segment), &loaded, kind, (typed, &form.0, &errors))
}

async fn one(desk: &Desk, id: &str, letter: &str) -> Result<(Loaded, GivenOut, Option<String>), AppError> {
    let loaded = load(desk, id).await?;
    let found = loaded.letters.iter().find(|(known, _)| known.id == letter).cloned().ok_or(AppError::NotFound)?;
    Ok((loaded, found.0, found.1))
}

/// A letter as it was given out, on A4.
pub async fn show(desk: Desk, path: web::Path<(String, String)>) -> Result<HttpResponse, AppError> {
    let (id, letter) = path.into_inner();
    let (loaded, found, by) = one(&desk, &id, &letter).await?;
    page(&LetterPage {
        ctx: desk.visitor.reading(),
        id,
        letter,
        name: loaded.name,
        title: kind_words(&found.kind),
        recipient: found.recipient,
        signed: said::signed(found.written_at, by.as_deref(), loaded.moment.zone),
        body: found.body,
    })
}

/// The same as a text to take along.
pub async fn text(desk: Desk, path: web::Path<(String, String)>) -> Result<HttpResponse, AppError> {
    let (id, letter) = path.into_inner();
    let (_, found, _) = one(&desk, &id, &letter).await?;
    let body = format!("To: {}\n\n{}\n", found.recipient, found.body);
    let plain = HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/plain; charset=utf-8"))
        .insert_header((CONTENT_DISPOSITION, "attachment; filename=\"letter.txt\""))
        .body(body);
    Ok(plain)
}

//! A patient's file: what waits for a decision first, then what a visit of ten minutes needs, then everything the
//! rules knew and decided. Words before numbers before charts; what is long has a page of its own ([`more`]).

mod days;
pub mod more;
mod pattern;
mod safety;
mod summary;

pub(super) use safety::holds;

use super::agree::{agreement, seen};
use super::inbox::suggestion;
use super::measures::measures;
use super::said;
use crate::care::audit::words::plain;
use crate::care::desk::inbox::{Entry, matters};
use crate::care::desk::notes::contact_words;
use crate::care::desk::{File, file, look, treat};
use crate::care::journal::SharedNote;
use crate::care::standing::{Standing, open_hold};
use crate::ids::PatientId;
use crate::store::letters::{self, GivenOut, HAND_OVER};
use crate::store::notes::{self, Note};
use crate::web::error::AppError;
use crate::web::extract::{Desk, Id};
use crate::web::pages::changes::{ChangeView, change_views};
use crate::web::pages::plan::QuotaView;
use crate::web::pages::progress::card::Card;
use crate::web::view::told::learn;
use crate::web::view::{PageCtx, Row, page, words};
use actix_web::HttpResponse;
use askama::Template;
use days::DaysView;
use pattern::PatternView;
use safety::SafetyEvent;
use summary::{AlertView, GoalLine, Suggestion};

/// Decisions of the ledger that the file shows; the others have a page.
const CHANGES: usize = 4;
/// Events of the danger-sign timeline that are not folded.
const EVENTS: usize = 6;
/// Weekly reviews that the file tells; the others have a page.
const REVIEWS: usize = 6;
/// Notes and letters that are named.
const PAPERS: usize = 3;

struct ItemView {
    href: String,
    name: String,
    dose: String,
}

/// Everything that a file is made from.
pub(super) struct Whole {
    pub(super) file: File,
    /// May decide; who broke the glass only looks.
    pub(super) may: bool,
    notes: Vec<(Note, Option<String>)>,
    letters: Vec<(GivenOut, Option<String>)>,
    /// What waits besides holds, alerts and patterns.
    matters: Vec<Entry>,
}

#[derive(Template)]
#[template(path = "pages/pro/file.html")]
struct FilePage {
    ctx: PageCtx,
    id: String,
    name: String,
    stands: String,
    may: bool,
    held: bool,
    waiting: String,
    alerts: Vec<AlertView>,
    /// Why, where to, and what that is called.
    matters: Vec<(String, String, &'static str)>,
    card: Card,
    suggestion: Option<Suggestion>,
    summary: Vec<Row>,
    goals: Vec<GoalLine>,
    pattern: Option<PatternView>,
    events: Vec<SafetyEvent>,
    older: Vec<SafetyEvent>,
    safety: String,
    quotas: Vec<QuotaView>,
    items: Vec<ItemView>,
    agreement: String,
    agreed: bool,
    under_way: bool,
    days: DaysView,
    notes: Vec<(String, String)>,
    reflections: Vec<(String, String, String)>,
    reviews: Vec<(i32, String, String, String)>,
    more_reviews: usize,
    measures: Vec<(String, String, String)>,
    changes: Vec<ChangeView>,
    more_changes: usize,
    seen: String,
    own_notes: Vec<(String, String)>,
    letters: Vec<(String, String, String)>,
    decisions: Vec<(String, String)>,
    looks: Vec<(String, String)>,
}

fn file_page(ctx: PageCtx, id: &str, whole: &Whole) -> FilePage {
    let file = &whole.file;
    let zone = file.moment.zone;
    let mut events = safety::events(file);
    let older = events.split_off(events.len().min(EVENTS));
    let mut changes = change_views(&file.changes, &file.reviews);
    let more_changes = changes.len().saturating_sub(CHANGES);
    changes.truncate(CHANGES);
    let mut reviews = summary::reviews(file);
    let more_reviews = reviews.len().saturating_sub(REVIEWS);
    reviews.truncate(REVIEWS);
    FilePage {
        ctx,
        id: id.to_owned(),
        name: file.name.clone(),
        stands: summary::stands(file),
        may: whole.may,
        held: open_hold(file.holds.clone()).is_some(),
        waiting: pattern::waiting(file, id),
        alerts: summary::alerts(file, id),
        matters: whole.matters.iter().map(|entry| matter(entry, id)).collect(),
        card: Card::of(&file.record),
        suggestion: summary::suggestion(file, id),
        summary: summary::rows(file),
        goals: summary::goals(file),
        pattern: pattern::view(file, id),
        safety: safety::sentence(file),
        events,
        older,
        quotas: file.quotas.iter().map(QuotaView::new).collect(),
        items: file
            .items
            .iter()
            .map(|i| ItemView {
                href: format!("/pro/patients/{id}/items/{}", i.id),
                name: i.prescription.title().to_owned(),
                dose: crate::care::plan::dose_words(&i.prescription),
            })
            .collect(),
        agreement: agreement(file),
        agreed: file.sides.as_ref().is_some_and(|sides| sides.physio.is_some()),
        under_way: matches!(file.standing, Standing::Active(_)),
        days: days::view(file),
        notes: file.notes.iter().map(note_words).collect(),
        reflections: shared_reflections(file),
        reviews,
        more_reviews,
        measures: measures(&file.measures),
        changes,
        more_changes,
        seen: seen(file),
        own_notes: own_notes(&whole.notes),
        letters: whole
            .letters
            .iter()
            .take(PAPERS)
            .map(|(l, by)| {
                (
                    format!("/pro/patients/{id}/letters/{}", l.id),
                    kind_words(&l.kind).to_owned(),
                    said::signed(l.written_at, by.as_deref(), zone),
                )
            })
            .collect(),
        decisions: decisions(file, id),
        looks: file
            .looks
            .iter()
            .map(|(at, by, what)| (words::instant(*at, zone), format!("{}: {}", by.as_deref().unwrap_or("The program"), plain(what))))
            .collect(),
    }
}

/// The kind of a letter in words.
pub(super) fn kind_words(kind: &str) -> &'static str {
    if kind == HAND_OVER { "Letter to a doctor" } else { "Discharge summary" }
}

/// Day and words of a shared note.
fn note_words(note: &SharedNote) -> (String, String) {
    let day = words::short_day(note.on);
    (if note.imported { format!("{day}, from a file") } else { day }, note.note.clone())
}

/// The newest of the desk's own notes: day and kind, and where they begin.
fn own_notes(notes: &[(Note, Option<String>)]) -> Vec<(String, String)> {
    let line = |(note, by): &(Note, Option<String>)| {
        let texts = [&note.body.says, &note.body.found, &note.body.agreed, &note.body.next];
        let first: String =
            texts.into_iter().find(|text| !text.is_empty()).map(|text| text.chars().take(160).collect()).unwrap_or_default();
        let by = by.as_deref().unwrap_or("an account that is closed");
        (format!("{}, {}, {by}", words::date(note.on_date), contact_words(&note.contact).to_lowercase()), first)
    };
    notes.iter().take(PAPERS).map(line).collect()
}

fn matter(entry: &Entry, id: &str) -> (String, String, &'static str) {
    let (href, label) = suggestion(id, &entry.action);
    // What is on this page needs no way to it.
    let here = href == format!("/pro/patients/{id}");
    (entry.reason.clone(), if here { String::new() } else { href }, label)
}

/// The decisions that a one-page letter can be printed of, newest first.
fn decisions(file: &File, id: &str) -> Vec<(String, String)> {
    let letter = |e: &crate::store::intake::StoredEvaluation| {
        (format!("/pro/patients/{id}/letter/{}", e.id), words::instant(e.at, file.moment.zone))
    };
    file.decisions.iter().map(letter).collect()
}

/// What the patient wrote in Learn and shares. A topic that is not there any more has no question to show.
fn shared_reflections(file: &File) -> Vec<(String, String, String)> {
    let question = |topic: &str| learn().topic(topic).map(|t| t.question.clone()).unwrap_or_default();
    file.reflections.iter().map(|r| (words::short_day(r.on_date), question(&r.topic), r.answer.clone())).collect()
}

/// Reads a file for whoever may look at it.
pub(super) async fn load(desk: &Desk, id: &str) -> Result<File, AppError> {
    let (actor, patient, now) = (desk.actor.clone(), PatientId::from_text(id), desk.visitor.app.clock.now());
    desk.visitor
        .run(move |store| {
            let who = look(store, &actor, &patient, now)?;
            store.read(|tx| file(tx, &who, now))
        })
        .await
}

/// The same for a page on which something is decided: only for those who may.
pub(super) async fn load_to_treat(desk: &Desk, id: &str) -> Result<File, AppError> {
    let (actor, patient, now) = (desk.actor.clone(), PatientId::from_text(id), desk.visitor.app.clock.now());
    desk.visitor.run(move |store| treat(store, &actor, &patient, now).map(|_| ())).await?;
    load(desk, id).await
}

async fn whole(desk: &Desk, id: &str) -> Result<Whole, AppError> {
    let (actor, patient, now) = (desk.actor.clone(), PatientId::from_text(id), desk.visitor.app.clock.now());
    let physio = desk.physio.clone();
    desk.visitor
        .run(move |store| {
            let who = look(store, &actor, &patient, now)?;
            let may = treat(store, &actor, &patient, now).is_ok();
            store.read(|tx| {
                let matters = if may { matters(tx, &physio, &patient, now)? } else { Vec::new() };
                Ok(Whole { file: file(tx, &who, now)?, may, notes: notes::all(tx, &who)?, letters: letters::all(tx, &who)?, matters })
            })
        })
        .await
}

/// The file.
pub async fn show(desk: Desk, id: Id) -> Result<HttpResponse, AppError> {
    let found = whole(&desk, &id).await?;
    page(&file_page(desk.visitor.ctx(), &id, &found))
}

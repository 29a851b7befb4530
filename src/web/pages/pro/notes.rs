//! The desk's own notes about a patient: structured, newest first, corrected by another note and never changed.

use crate::care::CareError;
use crate::care::desk::notes::{CONTACTS, LONGEST, NewNote, contact_words, write};
use crate::care::desk::{look, treat};
use crate::care::paper::person;
use crate::clock::Moment;
use crate::ids::PatientId;
use crate::store::notes::{self, Note, NoteBody};
use crate::web::error::AppError;
use crate::web::extract::{Desk, Id, Posted};
use crate::web::forms::{ErrorLine, Errors, Field, FormData, Reader};
use crate::web::pages::pro::said;
use crate::web::view::{PageCtx, go, page, page_again, words};
use actix_web::{HttpResponse, web};
use askama::Template;

/// The headings: name of the field, words.
const HEADINGS: [(&str, &str); 4] =
    [("says", "What the patient says"), ("found", "What was found"), ("agreed", "What was agreed"), ("next", "Next")];

/// A note in words.
struct NoteView {
    id: String,
    head: String,
    signed: String,
    parts: Vec<(&'static str, String)>,
    /// The notes before it that it corrects, newest first.
    earlier: Vec<NoteView>,
}

#[derive(Template)]
#[template(path = "pages/pro/notes.html")]
struct NotesPage {
    ctx: PageCtx,
    errors: Vec<ErrorLine>,
    id: String,
    name: String,
    may: bool,
    action: String,
    token: String,
    /// The note that is corrected; none for a new one.
    first: Option<NoteView>,
    fields: Vec<Field>,
    notes: Vec<NoteView>,
}

struct Loaded {
    name: String,
    moment: Moment,
    may: bool,
    notes: Vec<(Note, Option<String>)>,
}

async fn load(desk: &Desk, id: &str) -> Result<Loaded, AppError> {
    let (actor, patient, now) = (desk.actor.clone(), PatientId::from_text(id), desk.visitor.app.clock.now());
    desk.visitor
        .run(move |store| {
            let who = look(store, &actor, &patient, now)?;
            let may = treat(store, &actor, &patient, now).is_ok();
            store.read(|tx| {
                let (name, moment) = person(tx, &who, now)?;
                Ok::<_, CareError>(Loaded { name, moment, may, notes: notes::all(tx, &who)? })
            })
        })
        .await
}

fn texts(body: &NoteBody) -> [&String; 4] {
    [&body.says, &body.found, &body.agreed, &body.next]
}

fn view((note, by): &(Note, Option<String>), moment: Moment) -> NoteView {
    let parts = HEADINGS.iter().zip(texts(&note.body)).filter(|(_, text)| !text.is_empty());
    NoteView {
        id: note.id.clone(),
        head: format!("{}, {}", words::date(note.on_date), contact_words(&note.contact).to_lowercase()),
        signed: said::signed(note.written_at, by.as_deref(), moment.zone),
        parts: parts.map(|((_, heading), text)| (*heading, text.clone())).collect(),
        earlier: Vec::new(),
    }
}

/// Notes newest first; a corrected one stands under what it says now.
fn threads(loaded: &Loaded) -> Vec<NoteView> {
    let first_of = |note: &Note| note.corrects.clone().unwrap_or_else(|| note.id.clone());
    let mut shown: Vec<(String, NoteView)> = Vec::new();
    for row in &loaded.notes {
        let first = first_of(&row.0);
        let view = view(row, loaded.moment);
        match shown.iter_mut().find(|(of, _)| *of == first) {
            Some((_, newest)) => newest.earlier.push(view),
            None => shown.push((first, view)),
        }
    }
    shown.into_iter().map(|(_, view)| view).collect()
}

fn fields(moment: Moment, from: Option<&Note>) -> Vec<Field> {
    let (contact, on) = from.map_or((String::new(), moment.today()), |note| (note.contact.clone(), note.on_date));
    let mut fields = vec![
        Field::new("radios", "contact", "How did you meet?").options(CONTACTS).value(contact),
        Field::new("date", "on", "Day").value(on.to_string()),
    ];
    let old = from.map(|note| texts(&note.body).map(Clone::clone)).unwrap_or_default();
    fields.extend(HEADINGS.iter().zip(old).map(|((name, label), text)| Field::new("textarea", name, *label).value(text).optional()));
    fields
}

fn notes_page(
    desk: &Desk,
    id: &str,
    loaded: &Loaded,
    first: Option<&(Note, Option<String>)>,
    (form, errors): (Option<&FormData>, &Errors),
) -> Result<HttpResponse, AppError> {
    let mut fields = fields(loaded.moment, first.map(|(note, _)| note));
    if let Some(form) = form {
        fields = fields.into_iter().map(|field| field.sent(form)).collect();
    }
    let lines = errors.show(&mut fields);
    let base = format!("/pro/patients/{id}/notes");
    let shown = NotesPage {
        ctx: desk.visitor.ctx(),
        errors: lines,
        id: id.to_owned(),
        name: loaded.name.clone(),
        may: loaded.may,
        action: first.map_or_else(|| base.clone(), |(note, _)| format!("{base}/{}", note.id)),
        token: form.map_or_else(crate::ids::fresh, FormData::token),
        first: first.map(|row| view(row, loaded.moment)),
        fields,
        notes: if first.is_some() { Vec::new() } else { threads(loaded) },
    };
    if shown.errors.is_empty() { page(&shown) } else { page_again(&shown) }
}

fn read(form: &FormData) -> (Option<NewNote>, Errors) {
    let mut reader = Reader::new(form);
    let [says, found, agreed, next] = HEADINGS.map(|(name, _)| reader.text(name, LONGEST, None));
    let on = reader.date("on");
    let on = if form.text("on").is_empty() { reader.need("on", on, "Enter the day of the contact") } else { on };
    if form.text("contact").is_empty() {
        reader.errors.add("contact", "Choose how you met");
    }
    let new = on.map(|on| NewNote {
        contact: form.text("contact").to_owned(),
        on,
        body: NoteBody { says, found, agreed, next },
        corrects: None,
        token: form.token(),
    });
    (new, reader.errors)
}

async fn keep(
    desk: &Desk,
    id: &str,
    first: Option<&(Note, Option<String>)>,
    loaded: &Loaded,
    form: &FormData,
) -> Result<HttpResponse, AppError> {
    // Whoever may only look is not told what is missing in a form that they do not have.
    if !loaded.may {
        return Err(AppError::NotFound);
    }
    let (new, mut errors) = read(form);
    if let (Some(new), true) = (new, errors.is_empty()) {
        let new = NewNote { corrects: first.map(|(note, _)| note.id.clone()), ..new };
        let (actor, patient, moment) = (desk.actor.clone(), PatientId::from_text(id), loaded.moment);
        match desk.visitor.run(move |store| write(store, &treat(store, &actor, &patient, moment.utc)?, &new, moment)).await {
            Ok(()) => {
                desk.visitor.flash(if first.is_some() { "The correction is kept. Both stand in the notes." } else { "The note is kept." });
                return Ok(go(&format!("/pro/patients/{id}/notes")));
            }
            Err(error) => errors.absorb(error)?,
        }
    }
    notes_page(desk, id, loaded, first, (Some(form), &errors))
}

/// The notes, and the form for another one.
pub async fn list(desk: Desk, id: Id) -> Result<HttpResponse, AppError> {
    let loaded = load(&desk, &id).await?;
    notes_page(&desk, &id, &loaded, None, (None, &Errors::default()))
}

/// Keeps a note.
pub async fn save(desk: Desk, id: Id, form: Posted) -> Result<HttpResponse, AppError> {
    let loaded = load(&desk, &id).await?;
    keep(&desk, &id, None, &loaded, &form.0).await
}

fn one<'a>(loaded: &'a Loaded, note: &str) -> Result<&'a (Note, Option<String>), AppError> {
    loaded.notes.iter().find(|(known, _)| known.id == note).ok_or(AppError::NotFound)
}

/// A note with the form that corrects it.
pub async fn correct(desk: Desk, path: web::Path<(String, String)>) -> Result<HttpResponse, AppError> {
    let (id, note) = path.into_inner();
    let loaded = load(&desk, &id).await?;
    if !loaded.may {
        return Err(AppError::NotFound);
    }
    notes_page(&desk, &id, &loaded, Some(one(&loaded, &note)?), (None, &Errors::default()))
}

/// Keeps a correction.
pub async fn save_correction(desk: Desk, path: web::Path<(String, String)>, form: Posted) -> Result<HttpResponse, AppError> {
    let (id, note) = path.into_inner();
    let loaded = load(&desk, &id).await?;
    keep(&desk, &id, Some(one(&loaded, &note)?), &loaded, &form.0).await
}

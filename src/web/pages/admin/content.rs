//! `/admin/content`: what must be looked at again from time to time, what is due, and a form to record a review.

use crate::care::content::{Kind, LONGEST_BY, LONGEST_NOTE, Standing, record, standings};
use crate::web::error::AppError;
use crate::web::extract::{Id, Manager, Posted};
use crate::web::forms::{ErrorLine, Errors, Field, FormData, Reader};
use crate::web::view::{PageCtx, go, page, page_again, words};
use actix_web::HttpResponse;
use askama::Template;

struct RowView {
    id: String,
    what: String,
    last: String,
    due: String,
    is_due: bool,
    /// It asks for a clinician, and this clinic recorded no review of its own.
    unseen: bool,
    place: String,
}

/// Who looked at it before any clinic did.
fn by_developers(standing: &Standing) -> String {
    match standing.content.reviewed {
        Some(on) => format!("{} by {}", words::date(on), standing.content.by),
        None => "Never at this clinic".to_owned(),
    }
}

fn row(standing: &Standing, today: chrono::NaiveDate) -> RowView {
    let last = match standing.reviews.iter().max_by_key(|review| review.on) {
        Some(review) => format!("{} by {}", words::date(review.on), review.by),
        None => by_developers(standing),
    };
    RowView {
        id: standing.content.id.clone(),
        what: standing.content.what.clone(),
        last,
        due: standing.due.map_or_else(|| "Now".to_owned(), words::date),
        is_due: standing.is_due(today),
        unseen: standing.content.kind == Kind::Clinical && !standing.is_reviewed_here(),
        place: standing.content.place.clone(),
    }
}

#[derive(Template)]
#[template(path = "pages/admin/content.html")]
struct ContentPage {
    ctx: PageCtx,
    rows: Vec<RowView>,
    due: usize,
}

async fn all(manager: &Manager) -> Result<Vec<Standing>, AppError> {
    let admin = manager.admin.clone();
    manager.visitor.run(move |store| store.read(|tx| standings(tx, &admin))).await
}

/// The list.
pub async fn list(manager: Manager) -> Result<HttpResponse, AppError> {
    let today = manager.visitor.moment().today();
    let rows: Vec<RowView> = all(&manager).await?.iter().map(|standing| row(standing, today)).collect();
    page(&ContentPage { ctx: manager.visitor.ctx(), due: rows.iter().filter(|row| row.is_due).count(), rows })
}

struct ReviewView {
    on: String,
    by: String,
    note: String,
    entered: String,
}

#[derive(Template)]
#[template(path = "pages/admin/content_review.html")]
struct ReviewPage {
    ctx: PageCtx,
    errors: Vec<ErrorLine>,
    row: RowView,
    by: String,
    months: u32,
    clinical: bool,
    reviews: Vec<ReviewView>,
    fields: Vec<Field>,
}

async fn review_page(manager: &Manager, id: &str, form: Option<&FormData>, errors: &Errors) -> Result<HttpResponse, AppError> {
    let (moment, found) = (manager.visitor.moment(), all(manager).await?.into_iter().find(|standing| standing.content.id == id));
    let standing = found.ok_or(AppError::NotFound)?;
    let clinical = standing.content.kind == Kind::Clinical;
    let whom = if clinical { "Name and profession of the clinician" } else { "Name of whoever looked" };
    let mut fields = vec![
        Field::new("date", "on", "Day of the review").value(moment.today().to_string()),
        Field::new("text", "by", "Who reviewed it").hint(whom),
        Field::new("lines", "note", "What came of it")
            .hint(format!("For example what is to be changed. Up to {LONGEST_NOTE} letters."))
            .optional(),
    ];
    if let Some(form) = form {
        fields = fields.into_iter().map(|field| field.sent(form)).collect();
    }
    let review = |review: &crate::care::content::Review| ReviewView {
        on: words::date(review.on),
        by: review.by.clone(),
        note: review.note.clone(),
        entered: format!("{}, {}", review.entered_by, words::instant(review.at, moment.zone)),
    };
    let shown = ReviewPage {
        errors: errors.show(&mut fields),
        ctx: manager.visitor.ctx(),
        row: row(&standing, moment.today()),
        by: by_developers(&standing),
        months: standing.content.every_months,
        clinical,
        reviews: standing.reviews.iter().map(review).collect(),
        fields,
    };
    if shown.errors.is_empty() { page(&shown) } else { page_again(&shown) }
}

/// One thing with its reviews and the form for a new one.
pub async fn show(manager: Manager, id: Id) -> Result<HttpResponse, AppError> {
    review_page(&manager, &id, None, &Errors::default()).await
}

/// Records a review.
pub async fn save(manager: Manager, id: Id, form: Posted) -> Result<HttpResponse, AppError> {
    let mut reader = Reader::new(&form.0);
    let on = reader.date("on");
    let on = if form.0.text("on").is_empty() { reader.need("on", on, "Enter the day of the review") } else { on };
    let by = reader.text("by", LONGEST_BY, Some("Enter who reviewed it"));
    let note = reader.text("note", LONGEST_NOTE, None);
    let mut errors = reader.errors;
    if let (Some(on), true) = (on, errors.is_empty()) {
        let (admin, moment, what) = (manager.admin.clone(), manager.visitor.moment(), id.to_string());
        let done = manager.visitor.run(move |store| record(store, &admin, &what, (on, &by, &note), moment.today(), moment.utc)).await;
        match done {
            Ok(()) => {
                manager.visitor.flash("The review is recorded.");
                return Ok(go(&format!("/admin/content/{id}")));
            }
            Err(error) => errors.absorb(error)?,
        }
    }
    review_page(&manager, &id, Some(&form.0), &errors).await
}

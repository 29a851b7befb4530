//! `/admin/audit`: the record of who did and saw what, searched by an administrator. Names that are searched for stay in
//! the session, never in an address. What was done about a record is not told in detail: it says something of a
//! patient's health.

use crate::care::audit::log::{Asked, file, for_admin, found};
use crate::care::audit::looks;
use crate::care::audit::words::Kind;
use crate::store::trail::{Line, Someone};
use crate::web::error::AppError;
use crate::web::extract::{Manager, Posted};
use crate::web::forms::{ErrorLine, Errors, Field, FormData, Reader};
use crate::web::view::{PageCtx, go, page, page_again, words};
use actix_web::HttpResponse;
use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::web::Query;
use askama::Template;
use chrono::{Datelike, NaiveDate};
use chrono_tz::Tz;
use serde::{Deserialize, Serialize};

/// Key of what is searched for, in the session.
const SEARCH: &str = "audit.search";
/// Longest name that is searched for, in characters.
const PERSON_MAX: usize = 80;

/// What is searched for.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Kept {
    person: String,
    kind: String,
    from: Option<NaiveDate>,
    to: Option<NaiveDate>,
}

impl Kept {
    fn asked(&self, before: Option<i32>) -> Asked {
        Asked { person: self.person.clone(), kind: Kind::from_code(&self.kind), from: self.from, to: self.to, before }
    }

    fn is_set(&self) -> bool {
        !self.person.is_empty() || !self.kind.is_empty() || self.from.is_some() || self.to.is_some()
    }
}

/// Which page.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    before: String,
}

struct RowView {
    number: i32,
    when: String,
    who: String,
    what: String,
    about: String,
    from: String,
}

#[derive(Template)]
#[template(path = "pages/pro/audit.html")]
struct AuditPage {
    ctx: PageCtx,
    errors: Vec<ErrorLine>,
    fields: Vec<Field>,
    searching: bool,
    rows: Vec<RowView>,
    newest: bool,
    further: String,
}

fn name(of: Option<&Someone>, id: Option<&String>) -> String {
    match (of, id) {
        (Some(someone), _) => someone.name.clone(),
        (None, Some(_)) => "Somebody without an account here".to_owned(),
        (None, None) => String::new(),
    }
}

fn row(line: &Line, zone: Tz) -> RowView {
    let entry = &line.entry;
    let from: Vec<&str> = [entry.address.as_str(), entry.device.as_str()].into_iter().filter(|part| !part.is_empty()).collect();
    RowView {
        number: entry.seq,
        when: words::instant(entry.at, zone),
        who: if entry.actor_id.is_none() { "The program".to_owned() } else { name(line.by.as_ref(), entry.actor_id.as_ref()) },
        what: for_admin(&entry.action).to_owned(),
        about: name(line.about.as_ref(), entry.patient_id.as_ref()),
        from: from.join(", "),
    }
}

fn fields(kept: &Kept) -> Vec<Field> {
    let kinds = [("", "All")].into_iter().chain(Kind::ALL.map(|kind| (kind.code(), kind.title())));
    let day = |on: Option<NaiveDate>| on.map(|on| on.to_string()).unwrap_or_default();
    vec![
        Field::new("text", "person", "Person")
            .hint("Name, e-mail address or account of whoever did something or whom it was about.")
            .value(kept.person.clone())
            .autocomplete("off")
            .optional(),
        Field::new("select", "kind", "What").options(kinds).value(kept.kind.clone()),
        Field::new("date", "from", "From").value(day(kept.from)).optional(),
        Field::new("date", "to", "To").value(day(kept.to)).optional(),
    ]
}

async fn audit_page(manager: &Manager, form: Option<&FormData>, errors: &Errors, before: Option<i32>) -> Result<HttpResponse, AppError> {
    let kept: Kept = manager.visitor.get(SEARCH).unwrap_or_default();
    let (admin, asked, moment) = (manager.admin.clone(), kept.asked(before), manager.visitor.moment());
    let work = move |store: &crate::store::Store| {
        looks::note(store, admin.user(), &looks::Sight::List("searched the record of who did what"), moment.utc)?;
        store.read(|tx| found(tx, &admin, &asked, moment.zone))
    };
    let found = manager.visitor.run(work).await?;
    let mut fields = fields(&kept);
    if let Some(form) = form {
        fields = fields.into_iter().map(|field| field.sent(form)).collect();
    }
    let shown = AuditPage {
        errors: errors.show(&mut fields),
        ctx: manager.visitor.ctx(),
        fields,
        searching: kept.is_set(),
        rows: found.lines.iter().map(|line| row(line, moment.zone)).collect(),
        newest: before.is_none(),
        further: found.further.map(|before| format!("/admin/audit?before={before}")).unwrap_or_default(),
    };
    if shown.errors.is_empty() { page(&shown) } else { page_again(&shown) }
}

/// What fits, the newest first.
pub async fn show(manager: Manager, wanted: Query<Wanted>) -> Result<HttpResponse, AppError> {
    audit_page(&manager, None, &Errors::default(), wanted.before.parse().ok()).await
}

/// A day of the form, or nothing; what is no day is said.
fn day(form: &FormData, name: &'static str, errors: &mut Errors) -> Option<NaiveDate> {
    let typed = form.text(name).trim();
    if typed.is_empty() {
        return None;
    }
    // PostgreSQL knows fewer years than the calendar.
    let day = typed.parse().ok().filter(|day: &NaiveDate| (1900..2200).contains(&day.year()));
    if day.is_none() {
        errors.add(name, "Write a date as year-month-day, for example 2026-03-31");
    }
    day
}

/// Keeps what is searched for.
pub async fn search(manager: Manager, form: Posted) -> Result<HttpResponse, AppError> {
    let mut reader = Reader::new(&form.0);
    let person = reader.text("person", PERSON_MAX, None);
    let mut errors = reader.errors;
    let (from, to) = (day(&form.0, "from", &mut errors), day(&form.0, "to", &mut errors));
    if from.zip(to).is_some_and(|(from, to)| to < from) {
        errors.add("to", "Choose a day that is not before the first one");
    }
    if !errors.is_empty() {
        return audit_page(&manager, Some(&form.0), &errors, None).await;
    }
    let kind = Kind::from_code(form.0.text("kind")).map(|kind| kind.code().to_owned()).unwrap_or_default();
    manager.visitor.put(SEARCH, &Kept { person, kind, from, to });
    Ok(go("/admin/audit"))
}

/// The same as a file.
pub async fn download(manager: Manager) -> Result<HttpResponse, AppError> {
    let kept: Kept = manager.visitor.get(SEARCH).unwrap_or_default();
    let (admin, asked, moment) = (manager.admin.clone(), kept.asked(None), manager.visitor.moment());
    let file = manager.visitor.run(move |store| file(store, &admin, &asked, moment.zone, moment.utc)).await?;
    let name = format!("attachment; filename=\"gradus-audit-{}.csv\"", moment.today());
    Ok(HttpResponse::Ok().insert_header((CONTENT_TYPE, "text/csv; charset=utf-8")).insert_header((CONTENT_DISPOSITION, name)).body(file))
}

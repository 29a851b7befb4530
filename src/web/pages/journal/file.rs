//! `/journal/file`: the journal out as a file, and a file in: chosen, shown, confirmed, and taken back.

use crate::care::journal_file::{self, Preview, Problem, decode, export, hand_in, remove, take};
use crate::clinical::codes::Activity;
use crate::clinical::journal_file::Column;
use crate::store::imports::Import;
use crate::web::error::AppError;
use crate::web::extract::{Id, Me, Posted, PostedUpload, Upload};
use crate::web::forms::{ErrorLine, Errors, Field};
use crate::web::view::told::{advice, file_words};
use crate::web::view::{PageCtx, go, page, page_again, words};
use actix_web::HttpResponse;
use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use askama::Template;

/// Most refused rows that are listed by name.
const LISTED: usize = 100;
/// Most lines or headings that are named in a row.
const NAMED: usize = 20;

#[derive(Template)]
#[template(path = "pages/journal/file.html")]
struct FilePage {
    ctx: PageCtx,
    errors: Vec<ErrorLine>,
    field: Field,
    /// Address, when and how many rows of each file in the journal.
    taken: Vec<(String, String, i32)>,
}

async fn file_page(me: &Me, errors: &Errors) -> Result<HttpResponse, AppError> {
    let taken = me.run(|store, who, _| journal_file::all_taken(store, who)).await?;
    let field = Field::new("file", "file", tr!("A file of a journal")).hint(tr!("CSV, at most 2 megabytes"));
    let mut fields = [Field { low: ".csv,text/csv".to_owned(), ..field }];
    let lines = errors.show(&mut fields);
    let [field] = fields;
    let row = |file: Import| {
        let when = file.taken_at.map(|at| words::instant(at, me.moment.zone)).unwrap_or_default();
        (format!("/journal/file/{}", file.id), when, file.taken)
    };
    let shown = FilePage { ctx: me.visitor.ctx(), errors: lines, field, taken: taken.into_iter().map(row).collect() };
    if shown.errors.is_empty() { page(&shown) } else { page_again(&shown) }
}

/// The page: out, in, and what came in.
pub async fn show(me: Me) -> Result<HttpResponse, AppError> {
    file_page(&me, &Errors::default()).await
}

/// The whole journal. Its name says nothing about anybody.
pub async fn download(me: Me) -> Result<HttpResponse, AppError> {
    let file = me.run(export).await?;
    let name = format!("attachment; filename=\"gradus-{}.csv\"", me.moment.today());
    Ok(HttpResponse::Ok().insert_header((CONTENT_TYPE, "text/csv; charset=utf-8")).insert_header((CONTENT_DISPOSITION, name)).body(file))
}

/// Takes a file for its preview; nothing of it is in the journal yet.
pub async fn upload(me: Me, form: PostedUpload) -> Result<HttpResponse, AppError> {
    let content = match form.upload {
        Upload::Missing => Err("missing"),
        Upload::TooLarge => Err("large"),
        Upload::File(bytes) => decode(&bytes),
    };
    let mut errors = Errors::default();
    match content {
        Err(key) => errors.add("file", file_words().file_problem(key)),
        Ok(content) => match me.run(move |store, who, moment| hand_in(store, who, &content, moment)).await {
            Ok(id) => return Ok(go(&format!("/journal/file/{id}"))),
            Err(error) => errors.absorb(error)?,
        },
    }
    file_page(&me, &errors).await
}

#[derive(Template)]
#[template(path = "pages/journal/preview.html")]
struct PreviewPage {
    ctx: PageCtx,
    errors: Vec<ErrorLine>,
    action: String,
    /// New days, entries and sessions.
    days: usize,
    entries: usize,
    sessions: usize,
    new: usize,
    known: usize,
    differs: usize,
    /// Their lines, the first of them.
    lines: String,
    /// Line and reason.
    problems: Vec<(u64, String)>,
    /// Refused rows beyond those listed.
    more: usize,
    unknown: String,
    /// First and last day of what is new.
    span: String,
    share: Option<Field>,
    notes: usize,
}

/// The first of many, with commas.
fn first_of<T: ToString>(all: &[T]) -> String {
    let first: Vec<String> = all.iter().take(NAMED).map(ToString::to_string).collect();
    format!("{}{}", first.join(", "), if all.len() > NAMED { " …" } else { "" })
}

fn problem(of: &Problem) -> (u64, String) {
    (of.line, file_words().problem(of.key, of.column, &of.value))
}

fn preview_page(me: &Me, shown: &Preview, sent: &str, errors: &Errors) -> Result<HttpResponse, AppError> {
    let Preview { file, reading, compared } = shown;
    let (days, entries, sessions) = compared.kinds();
    let notes = compared.shared_notes();
    let share = Field::new("radios", "share", tr!("Who may read these notes here?"))
        .options([("no", tr!("Only I")), ("yes", tr!("My physiotherapist too"))])
        .value(sent.to_owned());
    let mut fields = if notes > 0 { vec![share] } else { Vec::new() };
    let lines = errors.show(&mut fields);
    let (first, last) = (compared.new.iter().map(|row| row.on).min(), compared.new.iter().map(|row| row.on).max());
    let page_struct = PreviewPage {
        ctx: me.visitor.ctx(),
        errors: lines,
        action: format!("/journal/file/{}", file.id),
        days,
        entries,
        sessions,
        new: compared.new.len(),
        known: compared.known + reading.repeated,
        differs: compared.differs.len(),
        lines: first_of(&compared.differs),
        problems: reading.problems.iter().take(LISTED).map(problem).collect(),
        more: reading.problems.len().saturating_sub(LISTED),
        unknown: first_of(&reading.unknown),
        span: first
            .zip(last)
            .map(|(first, last)| tr!("{from} to {to}", from = words::date(first), to = words::date(last)))
            .unwrap_or_default(),
        share: fields.pop(),
        notes,
    };
    if page_struct.errors.is_empty() { page(&page_struct) } else { page_again(&page_struct) }
}

#[derive(Template)]
#[template(path = "pages/journal/taken.html")]
struct TakenPage {
    ctx: PageCtx,
    action: String,
    when: String,
    rows: i32,
}

async fn load(me: &Me, id: &str) -> Result<Preview, AppError> {
    let id = id.to_owned();
    me.run(move |store, who, moment| journal_file::preview(store, who, &id, moment)).await
}

/// A file before it is taken, or one that was, to be taken back.
pub async fn preview(me: Me, id: Id) -> Result<HttpResponse, AppError> {
    let shown = load(&me, &id).await?;
    match shown.file.taken_at {
        None => preview_page(&me, &shown, "", &Errors::default()),
        Some(at) => page(&TakenPage {
            ctx: me.visitor.ctx(),
            action: format!("/journal/file/{}/remove", shown.file.id),
            when: words::instant(at, me.moment.zone),
            rows: shown.file.taken,
        }),
    }
}

/// Takes everything new of a file into the journal.
pub async fn confirm(me: Me, id: Id, form: Posted) -> Result<HttpResponse, AppError> {
    let share = match form.0.text("share") {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    };
    let target = id.to_string();
    match me.run(move |store, who, moment| take(store, who, &target, share, moment)).await {
        Ok(count) => {
            me.visitor.flash(&match count {
                1 => tr!("1 row of the file is in your journal now.").to_owned(),
                n => tr!("{n} rows of the file are in your journal now.", n = n),
            });
            Ok(go("/journal"))
        }
        Err(error) => {
            let mut errors = Errors::default();
            errors.absorb(error)?;
            preview_page(&me, &load(&me, &id).await?, form.0.text("share"), &errors)
        }
    }
}

/// Gives a waiting file up, or takes back everything that came from one.
pub async fn give_up(me: Me, id: Id, _form: Posted) -> Result<HttpResponse, AppError> {
    let id = id.into_inner();
    me.run(move |store, who, moment| remove(store, who, &id, moment)).await?;
    me.visitor.flash(tr!("The file is gone, and nothing of it is in your journal."));
    Ok(go("/journal/file"))
}

#[derive(Template)]
#[template(path = "pages/journal/columns.html")]
struct ColumnsPage {
    ctx: PageCtx,
    columns: &'static [Column],
    tags: Vec<(String, String)>,
    reasons: Vec<(String, String)>,
    activities: Vec<(String, String)>,
}

/// What each column of the file means.
pub async fn columns(me: Me) -> Result<HttpResponse, AppError> {
    let advice = advice();
    page(&ColumnsPage {
        ctx: me.visitor.reading(),
        columns: file_words().columns(),
        tags: advice.tags.iter().map(|tag| (tag.key.clone(), tag.label.clone())).collect(),
        reasons: advice.reasons.iter().map(|reason| (reason.key.clone(), reason.label.clone())).collect(),
        activities: Activity::ALL.iter().map(|code| (code.code().to_owned(), advice.activity(*code).name.clone())).collect(),
    })
}

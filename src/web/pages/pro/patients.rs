//! All patients of a desk (`/pro/patients`): found, filtered and ordered by plain links, and the same as a file. What is
//! searched for is kept in the session: a name never stands in an address.

use crate::care::consent;
use crate::care::desk::caseload::{ADHERENCE_DAYS, Stands};
use crate::care::desk::list::{self, By, Filter, PAGE, Row, rows, select};
use crate::clinical::codes::Category;
use crate::store::caseload::{RECENT_DAYS, SEEN_DAYS};
use crate::store::closing;
use crate::store::relations::Because;
use crate::web::error::AppError;
use crate::web::extract::{Desk, Posted};
use crate::web::forms::{Field, FormData};
use crate::web::view::told::advice;
use crate::web::view::{PageCtx, chart, go, page, words};
use actix_web::HttpResponse;
use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use actix_web::web::Query;
use askama::Template;
use chrono::{Days, NaiveDate};
use serde::Deserialize;

/// Key of the name that is searched for, in the session.
const FIND: &str = "desk.find";
/// Longest name that is searched for, in characters.
const FIND_MAX: usize = 80;

/// What an address says: filter, order and page, nothing about anybody. What is not known counts as not asked.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct Wanted {
    whose: String,
    only: String,
    stands: String,
    category: String,
    sort: String,
    page: String,
}

impl Wanted {
    /// Only what is known, so that no address is built of anything else.
    fn known(&self) -> Self {
        let keep = |value: &str, known: &[&str]| if known.contains(&value) { value.to_owned() } else { String::new() };
        let stands: Vec<&str> = Stands::ALL.iter().map(|(_, code, _)| *code).collect();
        let categories: Vec<&str> = Category::ALL.iter().map(|category| category.code()).collect();
        let (by, down) = self.order();
        let code = By::ALL.iter().find(|(one, ..)| *one == by).map_or("name", |(_, code, _)| *code);
        Self {
            whose: keep(&self.whose, &["mine", "cover", "inbox"]),
            only: keep(&self.only, &["decision", "silent"]),
            stands: keep(&self.stands, &stands),
            category: keep(&self.category, &categories),
            sort: if (by, down) == (By::Name, false) { String::new() } else { format!("{}{code}", if down { "-" } else { "" }) },
            page: self.page.parse::<usize>().ok().filter(|page| *page > 1).map(|page| page.to_string()).unwrap_or_default(),
        }
    }

    fn order(&self) -> (By, bool) {
        let (code, down) = self.sort.strip_prefix('-').map_or((self.sort.as_str(), false), |code| (code, true));
        By::ALL.iter().find(|(_, known, _)| *known == code).map_or((By::Name, false), |(by, ..)| (*by, down))
    }

    fn filter(&self, find: String) -> Filter {
        Filter {
            find,
            whose: self.whose.clone(),
            needing: self.only == "decision",
            silent: self.only == "silent",
            stands: Stands::ALL.iter().find(|(_, code, _)| *code == self.stands).map(|(stands, ..)| *stands),
            category: self.category.parse().ok(),
        }
    }

    /// Name and value of what is asked.
    fn pairs(&self) -> Vec<(&'static str, String)> {
        let all =
            [("whose", &self.whose), ("only", &self.only), ("stands", &self.stands), ("category", &self.category), ("sort", &self.sort)];
        let asked = all.into_iter().chain([("page", &self.page)]).filter(|(_, value)| !value.is_empty());
        asked.map(|(name, value)| (name, value.clone())).collect()
    }

    /// The address of the same list at `path`.
    fn href(&self, path: &str) -> String {
        let pairs: Vec<String> = self.pairs().into_iter().map(|(name, value)| format!("{name}={value}")).collect();
        if pairs.is_empty() { path.to_owned() } else { format!("{path}?{}", pairs.join("&")) }
    }

    fn of_form(form: &FormData) -> Self {
        let text = |name: &str| form.text(name).to_owned();
        let sent = Self {
            whose: text("whose"),
            only: text("only"),
            stands: text("stands"),
            category: text("category"),
            sort: text("sort"),
            page: String::new(),
        };
        sent.known()
    }
}

/// A heading of the table: a link that orders by its column.
struct Heading {
    label: &'static str,
    href: String,
    /// `ascending`, `descending`, or empty.
    sorted: &'static str,
    arrow: &'static str,
}

struct RowView {
    href: String,
    name: String,
    because: String,
    stands: String,
    /// Why somebody must look, and the word for it.
    reason: String,
    adherence: String,
    spark: String,
    pain: String,
    seen: String,
    review: String,
    category: &'static str,
}

fn day_or(on: Option<NaiveDate>, none: &str) -> String {
    on.map_or_else(|| none.to_owned(), words::short_day)
}

impl RowView {
    fn new(row: &Row) -> Self {
        let (person, today) = (&row.person, row.person.moment.today());
        let mornings = person.mornings();
        let pain = mornings.last().map_or_else(|| "no answer".to_owned(), |(on, pain)| format!("{pain} on {}", words::short_day(*on)));
        Self {
            href: format!("/pro/patients/{}", person.listed.patient),
            name: person.listed.name.clone(),
            because: match &person.listed.because {
                Because::Mine => String::new(),
                Because::Cover(name) => format!("Standing in for {name}"),
                Because::Inbox => "Nobody in charge yet".to_owned(),
            },
            stands: person.stands_words(),
            reason: row.waiting.as_ref().map(|entry| entry.reason.clone()).unwrap_or_default(),
            adherence: person.adherence().map_or_else(|| "–".to_owned(), |(done, planned)| format!("{done} of {planned}")),
            spark: spark(&mornings, today),
            pain,
            seen: day_or(person.last_seen(), &never_seen(row)),
            review: day_or(person.next_review(), "–"),
            category: person.category().map_or("–", |category| advice().category(category).name.as_str()),
        }
    }
}

/// What stands for the last day of somebody who was not seen of late.
fn never_seen(row: &Row) -> String {
    let joined = (row.person.moment.utc - row.person.listed.since).num_days();
    if u64::try_from(joined).is_ok_and(|days| days > SEEN_DAYS) { format!("over {SEEN_DAYS} days ago") } else { "nothing yet".to_owned() }
}

/// The line of the mornings with its words; nothing without an answer.
fn spark(mornings: &[(NaiveDate, i32)], today: NaiveDate) -> String {
    let values = mornings.iter().map(|(_, pain)| *pain);
    let (Some(least), Some(most)) = (values.clone().min(), values.max()) else { return String::new() };
    let between = if least == most { format!("always {least}") } else { format!("between {least} and {most}") };
    let title = format!("Pain on waking in the last {RECENT_DAYS} days: {} answered, {between}, 0 to 10", mornings.len());
    let points: Vec<(NaiveDate, f64)> = mornings.iter().map(|(on, pain)| (*on, f64::from(*pain))).collect();
    chart::spark(today - Days::new(RECENT_DAYS - 1), today, &points, &title)
}

#[derive(Template)]
#[template(path = "pages/pro/patients.html")]
struct PatientsPage {
    ctx: PageCtx,
    find: Field,
    finding: String,
    kept: Vec<(&'static str, String)>,
    filters: Vec<Field>,
    /// How many of them are set.
    filters_set: usize,
    filtered: bool,
    sort: String,
    sentence: String,
    headings: Vec<Heading>,
    rows: Vec<RowView>,
    all: usize,
    here: String,
    before: String,
    after: String,
    csv: String,
    days: u64,
    seen_days: u64,
    /// Whose record is not shown any more, because they took back that it is.
    withdrawn: String,
}

fn filters(wanted: &Wanted) -> Vec<Field> {
    let select = |name: &str, label: &str, value: &str, options: Vec<(&str, &str)>| {
        let everybody = [("", "All")].into_iter().chain(options);
        Field::new("select", name, label).options(everybody).value(value)
    };
    let stands = Stands::ALL.iter().map(|(_, code, label)| (*code, *label)).collect();
    let categories = Category::ALL.iter().map(|one| (one.code(), advice().category(*one).name.as_str())).collect();
    vec![
        select("whose", "Whose", &wanted.whose, vec![("mine", "Mine"), ("cover", "Standing in"), ("inbox", "Nobody in charge")]),
        select("only", "Who", &wanted.only, vec![("decision", "Needs a decision"), ("silent", "Silent")]),
        select("stands", "Where they stand", &wanted.stands, stands),
        select("category", "Category", &wanted.category, categories),
    ]
}

fn headings(wanted: &Wanted) -> Vec<Heading> {
    let (by, down) = wanted.order();
    let heading = |(of, code, label): &(By, &'static str, &'static str)| {
        let (sorted, arrow) = match (*of == by, down) {
            (false, _) => ("", ""),
            (true, false) => ("ascending", "↑"),
            (true, true) => ("descending", "↓"),
        };
        let sort = if *of == by && !down { format!("-{code}") } else { (*code).to_owned() };
        let to = Wanted { sort, page: String::new(), ..wanted.clone() };
        Heading { label, href: to.known().href("/pro/patients"), sorted, arrow }
    };
    By::ALL.iter().map(heading).collect()
}

/// The list.
pub async fn show(desk: Desk, wanted: Query<Wanted>) -> Result<HttpResponse, AppError> {
    let wanted = wanted.known();
    let finding: String = desk.visitor.get(FIND).unwrap_or_default();
    let (physio, moment) = (desk.physio.clone(), desk.visitor.moment());
    let (found, withdrawn) = desk
        .visitor
        .run(move |store| {
            store.read(|tx| Ok((rows(tx, &physio, moment.today(), moment.utc)?, closing::withdrawn_from(tx, &physio, consent::SHARE)?)))
        })
        .await?;
    let all = found.len();
    let chosen = select(found, &wanted.filter(finding.clone()), wanted.order());
    let pages = chosen.len().div_ceil(PAGE).max(1);
    let number = wanted.page.parse::<usize>().unwrap_or(1).clamp(1, pages);
    let of_page = |number: usize| Wanted { page: number.to_string(), ..wanted.clone() }.known().href("/pro/patients");
    let filtered = chosen.len() != all || !finding.is_empty();
    let sentence = match (chosen.len(), all) {
        (n, all) if !filtered => format!("{n} {}.", if all == 1 { "patient" } else { "patients" }),
        (0, all) => format!("None of your {all} patients fits."),
        (n, all) => format!("{n} of {all} patients."),
    };
    let first_page = Wanted { page: String::new(), ..wanted.clone() };
    page(&PatientsPage {
        ctx: desk.visitor.ctx(),
        find: Field::new("text", "find", "Name").value(finding.clone()).autocomplete("off"),
        finding,
        kept: first_page.pairs(),
        filters: filters(&wanted),
        filters_set: [&wanted.whose, &wanted.only, &wanted.stands, &wanted.category].iter().filter(|one| !one.is_empty()).count(),
        filtered,
        sort: wanted.sort.clone(),
        sentence,
        headings: headings(&wanted),
        rows: chosen.iter().skip((number - 1) * PAGE).take(PAGE).map(RowView::new).collect(),
        all,
        here: format!("Page {number} of {pages}"),
        before: if number > 1 { of_page(number - 1) } else { String::new() },
        after: if number < pages { of_page(number + 1) } else { String::new() },
        csv: first_page.href("/pro/patients.csv"),
        days: ADHERENCE_DAYS,
        seen_days: SEEN_DAYS,
        withdrawn: withdrawn.join(", "),
    })
}

/// Searches by name: kept in the session, so that no address holds it. An empty one shows everybody again.
pub async fn search(desk: Desk, form: Posted) -> Result<HttpResponse, AppError> {
    let find: String = form.0.text("find").chars().take(FIND_MAX).collect();
    desk.visitor.put(FIND, &find);
    Ok(go(&Wanted::of_form(&form.0).href("/pro/patients")))
}

/// The list as a file, with what is filtered and searched for.
pub async fn download(desk: Desk, wanted: Query<Wanted>) -> Result<HttpResponse, AppError> {
    let wanted = wanted.known();
    let filter = wanted.filter(desk.visitor.get(FIND).unwrap_or_default());
    let (physio, moment, order) = (desk.physio.clone(), desk.visitor.moment(), wanted.order());
    let file = desk.visitor.run(move |store| list::file(store, &physio, &filter, order, moment.today(), moment.utc)).await?;
    let name = format!("attachment; filename=\"gradus-patients-{}.csv\"", moment.today());
    Ok(HttpResponse::Ok().insert_header((CONTENT_TYPE, "text/csv; charset=utf-8")).insert_header((CONTENT_DISPOSITION, name)).body(file))
}

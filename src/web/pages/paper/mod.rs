//! Weeks on paper (`/sheet`, and for the physiotherapist under the patient's file): making and printing a log sheet,
//! and keying it in. One view for both; what differs is the capability and the address.

mod enter;
mod form;
mod pro;

pub use enter::{save, show as enter};
pub use pro::{enter as enter_of, find, list as list_of, make as make_of, save as save_of, search, sheet as sheet_of};

use crate::access::{MayRead, PatientAccess};
use crate::care::paper::{Mark, marks, person, scribe, sheets, spelled, weeks};
use crate::care::standing::{Standing, standing};
use crate::care::{CareError, paper};
use crate::clinical::advice::fill;
use crate::clock::UtcTime;
use crate::lang::dates::weekday_and_day;
use crate::store::paper::{Sheet, by_code};
use crate::store::{ReadTx, StoreError};
use crate::web::error::AppError;
use crate::web::extract::{Id, Me, Posted};
use crate::web::forms::{ErrorLine, Errors};
use crate::web::view::told::advice;
use crate::web::view::told::say;
use crate::web::view::{PageCtx, go, page, page_again, words};
use actix_web::HttpResponse;
use askama::Template;
use chrono::{Days, NaiveDate};
use form::{Part, rows};

/// Where the pages of one person's sheets are, and how to go back.
struct Place {
    base: String,
    back: String,
    back_label: &'static str,
    /// The patient themselves.
    own: bool,
}

impl Place {
    fn own() -> Self {
        Self { base: "/sheet".to_owned(), back: "/plan".to_owned(), back_label: tr!("Your plan"), own: true }
    }

    fn of(patient: &str) -> Self {
        let back = format!("/pro/patients/{patient}");
        Self { base: format!("{back}/sheet"), back, back_label: "The file", own: false }
    }
}

/// A sheet in the list.
struct Known {
    code: String,
    href: String,
    week: String,
    state: String,
}

#[derive(Template)]
#[template(path = "pages/paper/list.html")]
struct ListPage {
    ctx: PageCtx,
    errors: Vec<ErrorLine>,
    place: Place,
    name: String,
    /// First days of this week and the next; nothing while there is nothing to print.
    weeks: Vec<(&'static str, String)>,
    known: Vec<Known>,
}

/// What the list is made from.
struct Listed {
    name: String,
    weeks: Vec<NaiveDate>,
    sheets: Vec<Sheet>,
    marks: Vec<Mark>,
}

fn load<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, now: UtcTime) -> Result<Listed, CareError> {
    let (name, moment) = person(tx, who, now)?;
    let on = moment.today();
    let weeks = match standing(tx, who, on)? {
        Standing::Active(active) if active.pause.is_none() && active.flare.is_none() => weeks(&active, on).to_vec(),
        _ => Vec::new(),
    };
    let sheets = sheets(tx, who, on)?;
    let from = sheets.iter().map(|sheet| sheet.week_from).min().unwrap_or(on);
    Ok(Listed { name, weeks, marks: marks(tx, who, from, on)?, sheets })
}

fn week_words(from: NaiveDate) -> String {
    say("paper.week", &[("from", &words::short_day(from)), ("to", &words::short_day(from + Days::new(6)))])
}

fn title_words(from: NaiveDate) -> String {
    say("paper.title", &[("from", &words::short_day(from)), ("to", &words::short_day(from + Days::new(6)))])
}

fn list_page(ctx: PageCtx, place: Place, listed: &Listed, errors: Vec<ErrorLine>) -> ListPage {
    let known = |sheet: &Sheet| {
        let entered = listed.marks.iter().filter(|m| (sheet.week_from..=sheet.week_from + Days::new(6)).contains(&m.on)).count();
        Known {
            code: spelled(&sheet.code),
            href: format!("{}/{}", place.base, sheet.code),
            week: week_words(sheet.week_from),
            state: say("paper.state.done", &[("days", &entered.to_string())]),
        }
    };
    ListPage {
        known: listed.sheets.iter().map(known).collect(),
        weeks: ["this", "next"].into_iter().zip(listed.weeks.iter().map(|from| week_words(*from))).collect(),
        name: listed.name.clone(),
        ctx,
        errors,
        place,
    }
}

/// The patient's sheets.
pub async fn list(me: Me) -> Result<HttpResponse, AppError> {
    let listed = me.run(|store, who, moment| store.read(|tx| load(tx, who, moment.utc))).await?;
    page(&list_page(me.visitor.ctx(), Place::own(), &listed, Vec::new()))
}

/// Makes a sheet of the patient's own.
pub async fn make(me: Me, form: Posted) -> Result<HttpResponse, AppError> {
    let next = form.0.text("week") == "next";
    let actor = me.visitor.actor().ok_or(AppError::NotFound)?;
    let made = me
        .run(move |store, who, moment| {
            let scribe = scribe(store, &actor, who.patient(), moment.utc)?;
            paper::make(store, &scribe, next, moment.utc)
        })
        .await;
    match made {
        Ok(code) => Ok(go(&format!("/sheet/{code}"))),
        Err(error) => {
            let mut errors = Errors::default();
            errors.absorb(error)?;
            let listed = me.run(|store, who, moment| store.read(|tx| load(tx, who, moment.utc))).await?;
            page_again(&list_page(me.visitor.ctx(), Place::own(), &listed, errors.show(&mut [])))
        }
    }
}

/// A box of the printed sheet: `write`, `off` or `circle`, with what stands in it.
struct SheetBox {
    kind: &'static str,
    hint: String,
}

struct SheetRow {
    label: String,
    hint: String,
    boxes: Vec<SheetBox>,
}

#[derive(Template)]
#[template(path = "pages/paper/sheet.html")]
struct SheetPage {
    ctx: PageCtx,
    place: Place,
    code: String,
    href: String,
    name: String,
    week: String,
    number: i64,
    days: Vec<(String, String)>,
    rows: Vec<SheetRow>,
    /// Many rows: smaller boxes, so that one page holds them.
    dense: bool,
    signs: String,
    stop: Vec<String>,
}

/// From so many rows on the boxes are lower.
const MANY_ROWS: usize = 15;

fn boxes(sheet: &Sheet, part: &Part, same: bool) -> Vec<SheetBox> {
    let of_day = |day: &crate::store::paper::AskedDay| {
        let quota = |q: &&crate::store::paper::AskedQuota| matches!(part, Part::Quota(activity) if q.activity == *activity);
        let amount = day.quotas.iter().find(quota).filter(|_| !same).map(|q| words::amount(q.activity, q.unit, q.amount));
        let kind = match part {
            _ if !part.is_asked(day) => "off",
            Part::Unusual => "circle",
            _ => "write",
        };
        SheetBox { kind, hint: amount.unwrap_or_default() }
    };
    sheet.asks.days.iter().map(of_day).collect()
}

fn sheet_page(ctx: PageCtx, place: Place, sheet: &Sheet, name: String) -> SheetPage {
    let heads = rows(&sheet.asks);
    let text = |t: &String| fill(t, &ctx.emergency_number, &ctx.urgent_number);
    SheetPage {
        href: format!("{}/{}", place.base, sheet.code),
        code: spelled(&sheet.code),
        name,
        week: title_words(sheet.week_from),
        number: sheet.asks.week,
        days: sheet.asks.days.iter().map(|day| (words::day(day.on), weekday_and_day(day.on).to_string())).collect(),
        dense: heads.len() >= MANY_ROWS,
        rows: heads
            .into_iter()
            .map(|head| {
                let boxes = boxes(sheet, &head.part, !head.hint.is_empty());
                SheetRow { label: head.label, hint: head.hint, boxes }
            })
            .collect(),
        signs: fill(&advice().ces.title, &ctx.emergency_number, &ctx.urgent_number),
        stop: advice().ces.lines.iter().map(text).collect(),
        ctx,
        place,
    }
}

fn sheet_of_code<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, code: &str, now: UtcTime) -> Result<(Sheet, String), CareError> {
    let code = paper::code_of(code).ok_or(StoreError::NotFound)?;
    Ok((by_code(tx, who, &code)?, person(tx, who, now)?.0))
}

/// A sheet of the patient's own, to be printed.
pub async fn sheet(me: Me, code: Id) -> Result<HttpResponse, AppError> {
    let code = code.into_inner();
    let (sheet, name) = me.run(move |store, who, moment| store.read(|tx| sheet_of_code(tx, who, &code, moment.utc))).await?;
    page(&sheet_page(me.visitor.reading(), Place::own(), &sheet, name))
}

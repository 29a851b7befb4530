//! Keying in a week: one form for seven days, all of it or nothing.

use super::form::{Cell, Column, RowHead, columns, read, rows, show as show_errors};
use super::{Place, week_words};
use crate::access::{MayRead, PatientAccess};
use crate::care::CareError;
use crate::care::paper::{self as care_paper, DayThere, Entered, Mark, PaperDay, marks, person, scribe, spelled, there};
use crate::clock::{Moment, UtcTime};
use crate::store::paper::{Sheet, by_code};
use crate::store::{ReadTx, StoreError};
use crate::web::error::AppError;
use crate::web::extract::{Id, Me, Posted};
use crate::web::forms::{ErrorLine, Errors, FormData};
use crate::web::view::told::count;
use crate::web::view::{PageCtx, go, page, page_again};
use actix_web::HttpResponse;
use askama::Template;
use chrono::Days;

#[derive(Template)]
#[template(path = "pages/paper/enter.html")]
pub(super) struct EnterPage {
    ctx: PageCtx,
    errors: Vec<ErrorLine>,
    place: Place,
    action: String,
    token: String,
    code: String,
    name: String,
    week: String,
    rows: Vec<RowHead>,
    columns: Vec<Column>,
    /// Something can be entered.
    any: bool,
}

/// What the form is made from.
pub(super) struct Loaded {
    pub(super) sheet: Sheet,
    days: Vec<DayThere>,
    marks: Vec<Mark>,
    name: String,
    moment: Moment,
}

pub(super) fn load<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, code: &str, now: UtcTime) -> Result<Loaded, CareError> {
    let code = care_paper::code_of(code).ok_or(StoreError::NotFound)?;
    let sheet = by_code(tx, who, &code)?;
    let (name, moment) = person(tx, who, now)?;
    let days = there(tx, who, &sheet, moment.today())?;
    let marks = marks(tx, who, sheet.week_from, sheet.week_from + Days::new(6))?;
    Ok(Loaded { sheet, days, marks, name, moment })
}

/// The form: empty, or with what was typed and its messages.
pub(super) fn form_page(ctx: PageCtx, place: Place, loaded: &Loaded, form: Option<&FormData>, errors: &Errors) -> EnterPage {
    let mut columns = columns(&loaded.sheet.asks, &loaded.days, &loaded.marks, form, loaded.moment);
    EnterPage {
        errors: show_errors(errors, &mut columns),
        action: format!("{}/{}/enter", place.base, loaded.sheet.code),
        token: form.map_or_else(crate::ids::fresh, FormData::token),
        code: spelled(&loaded.sheet.code),
        name: loaded.name.clone(),
        week: week_words(loaded.sheet.week_from),
        rows: rows(&loaded.sheet.asks),
        any: columns.iter().any(|column| column.can_change || column.cells.iter().any(|cell| matches!(cell, Cell::Ask(_)))),
        columns,
        ctx,
        place,
    }
}

/// What a form that came in is: a wish to open a day, a week to keep, or something with mistakes.
pub(super) enum Sent {
    Open,
    Keep(Vec<PaperDay>),
    Wrong(Errors),
}

pub(super) fn take(form: &FormData, loaded: &Loaded) -> Sent {
    if !form.text("open").is_empty() {
        return Sent::Open;
    }
    match read(form, &loaded.sheet.asks, &loaded.days) {
        (days, errors) if errors.is_empty() => Sent::Keep(days),
        (_, errors) => Sent::Wrong(errors),
    }
}

pub(super) fn saved_words(entered: Entered) -> String {
    count("paper.saved", entered.days, &[])
}

/// The form for a sheet of the patient's own.
pub async fn show(me: Me, code: Id) -> Result<HttpResponse, AppError> {
    let code = code.into_inner();
    let loaded = me.run(move |store, who, moment| store.read(|tx| load(tx, who, &code, moment.utc))).await?;
    page(&form_page(me.visitor.ctx(), Place::own(), &loaded, None, &Errors::default()))
}

/// Keeps a week of the patient's own.
pub async fn save(me: Me, code: Id, form: Posted) -> Result<HttpResponse, AppError> {
    let code = code.into_inner();
    let again = code.clone();
    let loaded = me.run(move |store, who, moment| store.read(|tx| load(tx, who, &code, moment.utc))).await?;
    let mut errors = Errors::default();
    match take(&form.0, &loaded) {
        Sent::Open => return page(&form_page(me.visitor.ctx(), Place::own(), &loaded, Some(&form.0), &errors)),
        Sent::Wrong(found) => errors = found,
        Sent::Keep(days) => {
            let (actor, token) = (me.visitor.actor().ok_or(AppError::NotFound)?, form.0.token());
            let (code, now) = (loaded.sheet.code.clone(), me.moment.utc);
            let kept = me
                .run(move |store, who, _| {
                    let scribe = scribe(store, &actor, who.patient(), now)?;
                    care_paper::enter(store, &scribe, &code, &days, &token, now)
                })
                .await;
            match kept {
                Ok(entered) if entered.safety => return Ok(go("/signs")),
                Ok(entered) => {
                    me.visitor.flash(&saved_words(entered));
                    return Ok(go("/sheet"));
                }
                Err(error) => errors.absorb(error)?,
            }
        }
    }
    // Something may have been logged in the meantime: the days are looked at again.
    let loaded = me.run(move |store, who, moment| store.read(|tx| load(tx, who, &again, moment.utc))).await?;
    page_again(&form_page(me.visitor.ctx(), Place::own(), &loaded, Some(&form.0), &errors))
}

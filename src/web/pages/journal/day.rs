//! `/journal/days/{on}`: the numbers of a day, changed for as long as a day can be written down, and what they were.

use super::history::{Before, versions};
use super::told::Told;
use crate::care::CareError;
use crate::care::journal::{check_day, rewrite_day};
use crate::care::journal_view::{ShownDay, shown};
use crate::store::logs::{self, DayNumbers, day_key};
use crate::web::error::AppError;
use crate::web::extract::{Id, Me, Posted};
use crate::web::forms::{ErrorLine, Errors, Field, FormData, Reader};
use crate::web::view::{PageCtx, go, page, page_again, words};
use actix_web::HttpResponse;
use askama::Template;
use chrono::{Datelike, NaiveDate};

#[derive(Template)]
#[template(path = "pages/journal/day.html")]
struct DayPage {
    ctx: PageCtx,
    errors: Vec<ErrorLine>,
    day: String,
    action: String,
    now: Told,
    /// It can still be changed.
    open: bool,
    imported: bool,
    fields: Vec<Field>,
    before: Vec<Before>,
}

/// A day of the past or today; anything else is no page.
fn asked(me: &Me, on: &str) -> Result<NaiveDate, AppError> {
    on.parse().ok().filter(|on: &NaiveDate| on.year() >= 2000 && *on <= me.moment.today()).ok_or(AppError::NotFound)
}

async fn load(me: &Me, on: NaiveDate) -> Result<(Option<ShownDay>, Vec<logs::Revision>), AppError> {
    me.run(move |store, who, _| {
        store.read(|tx| Ok::<_, CareError>((shown(tx, who, on, on)?.days.remove(&on), logs::history(tx, who, &day_key(on))?)))
    })
    .await
}

const NAMES: [&str; 3] = ["morning", "average", "worst"];

/// A list of eleven numbers can be set back to "no answer", which eleven buttons cannot.
fn fields(says: DayNumbers) -> Vec<Field> {
    let labels = [tr!("Pain on waking"), tr!("Pain over the whole day, on average"), tr!("Pain at its worst")];
    let values = [says.morning, says.average, says.worst];
    let options = || {
        let words = |n: i32| match n {
            0 => tr!("0 – no pain").to_owned(),
            10 => tr!("10 – the worst pain you can imagine").to_owned(),
            n => n.to_string(),
        };
        std::iter::once((String::new(), tr!("No answer").to_owned())).chain((0..=10).map(move |n| (n.to_string(), words(n))))
    };
    let field = |((name, label), value): ((&str, &str), Option<i32>)| {
        Field::new("select", name, label).options(options()).value(value.map(|n| n.to_string()).unwrap_or_default())
    };
    NAMES.into_iter().zip(labels).zip(values).map(field).collect()
}

async fn day_page(me: &Me, on: NaiveDate, form: Option<&FormData>, errors: &Errors) -> Result<HttpResponse, AppError> {
    let (day, history) = load(me, on).await?;
    let says = day.as_ref().map(|day| day.says).unwrap_or_default();
    let sent = |field: Field| match form {
        Some(form) => field.sent(form),
        None => field,
    };
    let mut fields: Vec<Field> = fields(says).into_iter().map(sent).collect();
    let shown = DayPage {
        errors: errors.show(&mut fields),
        ctx: me.visitor.ctx(),
        day: words::day(on),
        action: format!("/journal/days/{on}"),
        now: Told::day(says),
        open: check_day(on, me.moment.today()).is_ok(),
        imported: day.is_some_and(|day| day.written.imported),
        fields,
        before: versions(me, &history, |day: &DayNumbers| Told::day(*day)),
    };
    if shown.errors.is_empty() { page(&shown) } else { page_again(&shown) }
}

/// The numbers of a day.
pub async fn day(me: Me, on: Id) -> Result<HttpResponse, AppError> {
    let on = asked(&me, &on)?;
    day_page(&me, on, None, &Errors::default()).await
}

/// Keeps the numbers of a day; what they were is kept too.
pub async fn save_day(me: Me, on: Id, form: Posted) -> Result<HttpResponse, AppError> {
    let on = asked(&me, &on)?;
    let mut reader = Reader::new(&form.0);
    let [morning, average, worst] = NAMES.map(|name| reader.scale(name).map(i32::from));
    let mut errors = reader.errors;
    if errors.is_empty() {
        let says = DayNumbers { average, worst, morning };
        match me.run(move |store, who, moment| rewrite_day(store, who, on, says, moment)).await {
            Ok(()) => {
                me.visitor.flash(tr!("The day is saved. What stood there before is kept."));
                return Ok(go("/journal"));
            }
            Err(error) => errors.absorb(error)?,
        }
    }
    day_page(&me, on, Some(&form.0), &errors).await
}

//! The numbers of a day: the next morning, on Today and on a page of its own that a reminder can point at, and the
//! day's average. A page that was opened before midnight says which day it means.

use super::views::{CatchUp, pain_field};
use super::{active, load, today_page};
use crate::care::journal::{NewEntry, add_numbers, write};
use crate::care::logging::record_day;
use crate::care::today::Today;
use crate::store::journal::EntryBody;
use crate::store::logs::DayNumbers;
use crate::web::error::AppError;
use crate::web::extract::{Me, Posted};
use crate::web::forms::{ErrorLine, Errors, Field, FormData, Reader};
use crate::web::view::{PageCtx, go, page, page_again, words};
use actix_web::HttpResponse;
use askama::Template;
use chrono::{Days, NaiveDate};

/// The day a form means: today, or yesterday, of which a morning can be caught up with and whose evening may have
/// passed midnight; anything else is refused.
fn day_meant(me: &Me, reader: &mut Reader, name: &str) -> NaiveDate {
    let today = me.moment.today();
    let on = reader.date("on").unwrap_or(today);
    if on != today && on != today - Days::new(1) {
        reader.errors.add(name, tr!("Only today and yesterday can be answered here"));
    }
    on
}

/// Shows Today again with what is wrong.
async fn today_again(me: &Me, form: &FormData, errors: &Errors) -> Result<HttpResponse, AppError> {
    let active = match active(me).await? {
        Ok(active) => active,
        Err(elsewhere) => return Ok(go(elsewhere)),
    };
    let day = load(me, active.clone(), me.moment.today()).await?;
    today_page(me, active, &day, Some(form), errors).await
}

/// The day's average pain, and its worst when that is given.
pub async fn day(me: Me, form: Posted) -> Result<HttpResponse, AppError> {
    let mut reader = Reader::new(&form.0);
    let (average, worst) = (reader.scale("average"), reader.scale("worst"));
    reader.need("average", average, tr!("Choose a number from 0 to 10"));
    let on = day_meant(&me, &mut reader, "average");
    let mut errors = reader.errors;
    if errors.is_empty() {
        let given = DayNumbers { average: average.map(i32::from), worst: worst.map(i32::from), morning: None };
        match me.run(move |store, who, moment| add_numbers(store, who, on, given, moment)).await {
            Ok(()) => {
                me.visitor.flash(tr!("Your day is noted."));
                return Ok(go("/today"));
            }
            Err(error) => errors.absorb(error)?,
        }
    }
    today_again(&me, &form.0, &errors).await
}

#[derive(Template)]
#[template(path = "pages/today/morning.html")]
struct MorningPage {
    ctx: PageCtx,
    errors: Vec<ErrorLine>,
    on: NaiveDate,
    token: String,
    known: bool,
    pain: Field,
    more: Vec<Field>,
    more_open: bool,
    catch_up: Option<CatchUp>,
}

fn more_fields() -> Vec<Field> {
    vec![
        Field::new("number", "stiffness", tr!("How long were you stiff this morning?")).suffix(tr!("minutes")).optional(),
        Field::new("decimal", "sleep_hours", tr!("How long did you sleep?")).suffix(tr!("hours")).optional(),
        Field::new("scale", "sleep_quality", tr!("How well did you sleep?")).ends(tr!("very badly"), tr!("very well")).optional(),
    ]
}

fn morning_page(me: &Me, day: &Today, form: Option<&FormData>, errors: &Errors) -> Result<HttpResponse, AppError> {
    let yesterday = day.on - Days::new(1);
    let again = form.is_some_and(|form| form.text("on") == yesterday.to_string());
    let sent = |field: Field, this: bool| match form {
        Some(form) if this => field.sent(form),
        _ => field,
    };
    let mut pain = pain_field("morning", tr!("How is your pain this morning?"));
    pain.heading = true;
    let known = day.morning.map(|n| n.to_string()).unwrap_or_default();
    let mut fields = vec![sent(pain.value(known), !again)];
    fields.extend(more_fields().into_iter().map(|field| sent(field, !again)));
    let asked = day.morning_missed || again;
    let late = pain_field("morning", &tr!("How was your pain on the morning of {day}?", day = words::day(yesterday)));
    let late = late.hint(tr!("If you do not remember, leave it out. A gap is fine."));
    let mut late = [sent(Field { id: "f-morning-before".to_owned(), ..late }, again)];
    let lines = errors.show(if again { &mut late[..] } else { &mut fields[..] });
    let mut rest = fields.into_iter();
    let pain = rest.next().unwrap_or_default();
    let more: Vec<Field> = rest.collect();
    let [late] = late;
    let shown = MorningPage {
        ctx: me.visitor.ctx(),
        errors: lines,
        on: day.on,
        token: form.map_or_else(crate::ids::fresh, FormData::token),
        known: day.morning.is_some() && form.is_none(),
        pain,
        more_open: more.iter().any(|f| !f.value.is_empty() || !f.error.is_empty()),
        more,
        catch_up: asked.then(|| CatchUp { field: late, on: yesterday.to_string() }),
    };
    if shown.errors.is_empty() { page(&shown) } else { page_again(&shown) }
}

/// The next-morning check by itself: one number and a button; the rest is folded away.
pub async fn show(me: Me) -> Result<HttpResponse, AppError> {
    let active = match active(&me).await? {
        Ok(active) => active,
        Err(elsewhere) => return Ok(go(elsewhere)),
    };
    let day = load(&me, active, me.moment.today()).await?;
    morning_page(&me, &day, None, &Errors::default())
}

/// This morning's pain: the "next morning" of yesterday's session. Sleep and stiffness become an entry.
pub async fn save(me: Me, form: Posted) -> Result<HttpResponse, AppError> {
    let mut reader = Reader::new(&form.0);
    let pain = reader.scale("morning");
    reader.need("morning", pain, tr!("Choose a number from 0 to 10"));
    let on = day_meant(&me, &mut reader, "morning");
    let night = EntryBody {
        stiffness_minutes: reader.whole("stiffness", 0..=600, tr!("Enter minutes between 0 and 600")).and_then(|m| u16::try_from(m).ok()),
        sleep_hours: reader.decimal("sleep_hours", 0.0..=24.0, tr!("Enter hours between 0 and 24, for example 7 or 6.5")),
        sleep_quality: reader.scale("sleep_quality"),
        ..EntryBody::default()
    };
    let errors = reader.errors;
    if !errors.is_empty() {
        if form.0.text("page") != "morning" {
            return today_again(&me, &form.0, &errors).await;
        }
        let active = match active(&me).await? {
            Ok(active) => active,
            Err(elsewhere) => return Ok(go(elsewhere)),
        };
        let day = load(&me, active, me.moment.today()).await?;
        return morning_page(&me, &day, Some(&form.0), &errors);
    }
    let token = form.0.token();
    me.run(move |store, who, moment| {
        record_day(store, who, on, None, pain, moment)?;
        // The night of a morning that is caught up with is not asked for.
        if night != EntryBody::default() && on == moment.today() {
            write(store, who, &NewEntry { on, at: moment.time(), body: night.clone(), token: token.clone() }, moment)?;
        }
        Ok(())
    })
    .await?;
    me.visitor.flash(tr!("Thank you. The morning after tells most about how a session went."));
    Ok(go("/today"))
}

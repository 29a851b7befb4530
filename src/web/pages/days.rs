//! `/plan/days`: the exercise days and the moment of the day, changed by the person.

use super::today::active;
use crate::care::CareError;
use crate::care::days::{Choice, choose, how_many, next_week};
use crate::care::standing::Active;
use crate::lang::{dates::WEEKDAYS, say};
use crate::store::away::{Timeline, timeline};
use crate::web::error::AppError;
use crate::web::extract::{Me, Posted};
use crate::web::forms::{ErrorLine, Errors, Field, FormData, Reader};
use crate::web::view::{PageCtx, go, page, page_again, words};
use actix_web::HttpResponse;
use askama::Template;

/// Longest cue, in characters.
const CUE: usize = 200;

#[derive(Template)]
#[template(path = "pages/plan/days.html")]
struct DaysPage {
    ctx: PageCtx,
    errors: Vec<ErrorLine>,
    now: String,
    next: Option<(String, String)>,
    fields: Vec<Field>,
}

/// "Three to five", or how many a smaller plan has.
fn hint(many: &std::ops::RangeInclusive<usize>) -> String {
    match (*many.start(), *many.end()) {
        (3, 5) => tr!("Three to five. The days between are for rest and for your daily amount.").to_owned(),
        (1, _) => tr!("One day, as your plan has it now.").to_owned(),
        (n, _) => tr!("{n} days, as your plan has them now.", n = n),
    }
}

fn days_page(me: &Me, active: &Active, days: &Timeline, form: Option<&FormData>, errors: &Errors) -> Result<HttpResponse, AppError> {
    let (plan, today) = (&active.plan, me.moment.today());
    let chosen: Vec<String> = plan.training_days.iter().map(u8::to_string).collect();
    let next = next_week(plan, today);
    let mut fields = vec![
        Field::new("checkboxes", "days", tr!("Your exercise days"))
            .hint(hint(&how_many(plan)))
            .options(WEEKDAYS.iter().enumerate().map(|(n, name)| (n.to_string(), say(name))))
            .values(&chosen),
        Field::new("date", "from", tr!("From which day on?"))
            .hint(tr!("The next week of your plan begins on {day}.", day = words::day(next)))
            .value(next.to_string()),
        Field::new("text", "cue", tr!("When and where?"))
            .hint(tr!("A fixed moment helps most, for example: after breakfast, in the living room"))
            .value(plan.cue.clone())
            .optional(),
    ];
    if let Some(form) = form {
        fields = fields.into_iter().map(|field| field.sent(form)).collect();
    }
    let shown = DaysPage {
        errors: errors.show(&mut fields),
        ctx: me.visitor.ctx(),
        now: words::weekdays(days.on(today)),
        next: days.next(today).map(|(from, days)| (words::day(from), words::weekdays(days))),
        fields,
    };
    if shown.errors.is_empty() { page(&shown) } else { page_again(&shown) }
}

async fn load(me: &Me) -> Result<Result<(Box<Active>, Timeline), &'static str>, AppError> {
    let plan = match active(me).await? {
        Ok(plan) => plan,
        Err(elsewhere) => return Ok(Err(elsewhere)),
    };
    let of = plan.plan.clone();
    let days = me.run(move |store, who, _| store.read(|tx| Ok::<_, CareError>(timeline(tx, who, &of)?))).await?;
    Ok(Ok((plan, days)))
}

/// The days and the moment.
pub async fn show(me: Me) -> Result<HttpResponse, AppError> {
    match load(&me).await? {
        Ok((plan, days)) => days_page(&me, &plan, &days, None, &Errors::default()),
        Err(elsewhere) => Ok(go(elsewhere)),
    }
}

/// Takes other days, another moment, or both.
pub async fn save(me: Me, form: Posted) -> Result<HttpResponse, AppError> {
    let (plan, now) = match load(&me).await? {
        Ok(found) => found,
        Err(elsewhere) => return Ok(go(elsewhere)),
    };
    let mut reader = Reader::new(&form.0);
    let (cue, from) = (reader.text("cue", CUE, None), reader.date("from"));
    reader.need("from", from, tr!("Choose the first day on which the new days hold"));
    let mut errors = reader.errors;
    let days: Vec<u8> = form.0.all("days").iter().filter_map(|day| day.parse().ok()).filter(|day| *day < 7).collect();
    if days.is_empty() {
        errors.add("days", tr!("Choose your exercise days"));
    }
    if let (Some(from), true) = (from, errors.is_empty()) {
        let choice = Choice { days, from, cue };
        match me.run(move |store, who, moment| choose(store, who, &choice, moment)).await {
            Ok(()) => {
                me.visitor.flash(tr!("Saved. Your plan follows your days."));
                return Ok(go("/plan"));
            }
            Err(error) => errors.absorb(error)?,
        }
    }
    days_page(&me, &plan, &now, Some(&form.0), &errors)
}

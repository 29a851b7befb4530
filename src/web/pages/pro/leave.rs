//! `/pro/leave`: being away, and who stands in meanwhile.

use crate::care::leave::{Leaves, NewLeave, Shown, announce, end, last_day, leaves};
use crate::clock::Moment;
use crate::ids::UserId;
use crate::web::error::AppError;
use crate::web::extract::{Desk, Posted};
use crate::web::forms::{ErrorLine, Errors, Field, FormData, Reader};
use crate::web::view::{PageCtx, go, page, page_again, words};
use actix_web::HttpResponse;
use askama::Template;

/// A leave in words.
struct LeaveView {
    id: String,
    text: String,
    runs: bool,
}

#[derive(Template)]
#[template(path = "pages/pro/leave.html")]
struct LeavePage {
    ctx: PageCtx,
    errors: Vec<ErrorLine>,
    mine: Vec<LeaveView>,
    covering: Vec<LeaveView>,
    fields: Vec<Field>,
    /// There is somebody who could stand in.
    colleagues: bool,
    token: String,
}

fn fields(found: &Leaves, form: &FormData) -> Vec<Field> {
    let choice = [(String::new(), "Choose a colleague".to_owned())].into_iter().chain(found.colleagues.iter().cloned());
    vec![
        Field::new("date", "from", "First day away").sent(form),
        Field::new("date", "until", "Last day away").hint("Your patients are yours again the day after.").sent(form),
        Field::new("select", "cover", "Who stands in")
            .hint("They see and treat all of your patients in this time, also those who join meanwhile.")
            .options(choice)
            .sent(form),
    ]
}

/// A leave in words; `mine` for whoever is away.
fn view(shown: &Shown, mine: bool, clinic: Moment) -> LeaveView {
    let leave = &shown.leave;
    let (from, until) = (Moment { utc: leave.from_at, ..clinic }.today(), last_day(leave, clinic.zone));
    let days =
        if from == until { format!("on {}", words::date(from)) } else { format!("from {} to {}", words::date(from), words::date(until)) };
    let text =
        if mine { format!("You are away {days}; {} stands in.", shown.cover) } else { format!("You stand in for {} {days}.", shown.away) };
    LeaveView { id: leave.id.clone(), text, runs: leave.from_at <= clinic.utc }
}

async fn leave_page(desk: &Desk, form: &FormData, errors: &Errors) -> Result<HttpResponse, AppError> {
    let (physio, clinic) = (desk.physio.clone(), desk.visitor.app.moment(""));
    let found = desk.visitor.run(move |store| store.read(|tx| leaves(tx, &physio, clinic.utc))).await?;
    let mut fields = fields(&found, form);
    let lines = errors.show(&mut fields);
    let shown = LeavePage {
        ctx: desk.visitor.ctx(),
        errors: lines,
        mine: found.mine.iter().map(|shown| view(shown, true, clinic)).collect(),
        covering: found.covering.iter().map(|shown| view(shown, false, clinic)).collect(),
        colleagues: !found.colleagues.is_empty(),
        fields,
        token: form.token(),
    };
    if shown.errors.is_empty() { page(&shown) } else { page_again(&shown) }
}

/// The leaves that concern whoever asks, and the form for another.
pub async fn show(desk: Desk) -> Result<HttpResponse, AppError> {
    leave_page(&desk, &FormData::default(), &Errors::default()).await
}

/// Announces a leave, or ends one.
pub async fn save(desk: Desk, form: Posted) -> Result<HttpResponse, AppError> {
    let (physio, clinic) = (desk.physio.clone(), desk.visitor.app.moment(""));
    let ending = form.0.text("end").to_owned();
    if !ending.is_empty() {
        desk.visitor.run(move |store| end(store, &physio, &ending, clinic.utc)).await?;
        desk.visitor.flash("The leave has ended. Nobody stands in for you any more.");
        return Ok(go("/pro/leave"));
    }
    let mut reader = Reader::new(&form.0);
    let (from, until) = (reader.date("from"), reader.date("until"));
    let from = reader.need("from", from, "Enter the first day");
    let until = reader.need("until", until, "Enter the last day");
    let cover = reader.text("cover", 80, Some("Choose the colleague who stands in"));
    let mut errors = reader.errors;
    if let (Some(from), Some(until), true) = (from, until, errors.is_empty()) {
        let new = NewLeave { from, until, cover: UserId::from_text(cover), token: form.0.token() };
        match desk.visitor.run(move |store| announce(store, &physio, &new, clinic)).await {
            Ok(covering) if covering.is_empty() => {
                desk.visitor.flash("Saved. Your colleague sees your patients in this time.");
                return Ok(go("/pro/leave"));
            }
            Ok(covering) => {
                let whom = words::listed(&covering);
                desk.visitor.flash(&format!("Saved. On some of these days you stand in for {whom}: agree who does it instead."));
                return Ok(go("/pro/leave"));
            }
            Err(error) => errors.absorb(error)?,
        }
    }
    leave_page(&desk, &form.0, &errors).await
}

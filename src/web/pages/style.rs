//! `/style`: every component with real sentences, for physiotherapists and for the tests that open it.

use crate::figure::library::Form;
use crate::web::error::AppError;
use crate::web::extract::Desk;
use crate::web::forms::{ErrorLine, Errors, Field};
use crate::web::view::chart::{self, Bars};
use crate::web::view::figure::{Pictures, pictures, thumbnail};
use crate::web::view::{PageCtx, Row, page};
use actix_web::HttpResponse;
use askama::Template;
use chrono::{Days, NaiveDate};
use std::sync::Arc;

#[derive(Template)]
#[template(path = "pages/style.html")]
struct StylePage {
    ctx: PageCtx,
    errors: Vec<ErrorLine>,
    fields: Vec<Field>,
    inline: Field,
    rows: Vec<Row>,
    drawn: Option<Pictures>,
    bridge: Arc<str>,
    bend: Arc<str>,
    rolls: Arc<str>,
    chart: String,
}

/// Pain with a gap over a quota, so that the chart's parts are all there.
fn sample_chart() -> String {
    let from = NaiveDate::from_ymd_opt(2026, 6, 1).unwrap_or_default();
    let pain = [(0, 4.0), (1, 4.0), (3, 5.0), (4, 4.0), (5, 3.0), (8, 4.0), (9, 4.0), (12, 3.0), (13, 3.0)];
    let done = [(0, 7.0), (2, 5.0), (3, 7.0), (5, 7.0), (7, 8.0), (9, 8.0), (12, 9.0)];
    let bars =
        Bars { title: "Walking".to_owned(), days: done.iter().map(|(day, amount)| (from + Days::new(*day), *amount, 8.0)).collect() };
    chart::pain(from, from + Days::new(13), &pain.map(|(day, value)| (from + Days::new(day), value)), &bars)
}

fn fields() -> Vec<Field> {
    let pain = |name: &str, label: &str| Field::new("scale", name, label).ends("no pain at all", "the worst pain you can imagine");
    vec![
        pain("pain_now", "How strong is your back pain right now?").hint("Think of this moment, not of the day."),
        pain("pain_worst", "And at its worst in the last 24 hours?").value("6"),
        Field::new("radios", "bend", "When you bend forward or sit for a while, what happens to your pain?").options([
            ("worse", "It gets worse"),
            ("same", "No difference"),
            ("better", "It gets better"),
            ("unsure", "I am not sure"),
        ]),
        Field::new("checkboxes", "kit", "What do you have at home?").hint("Tick all that apply.").options([
            ("chair", "A firm chair"),
            ("step", "A step or stair"),
            ("none", "None of these"),
        ]),
        Field::new("ticks", "today", "Which of these are true today?")
            .options([("1", "I walk more slowly than usual because of my back"), ("none", "None of these today")]),
        Field::new("number", "stiff", "How long was your back stiff this morning?")
            .hint("Your best guess is good enough.")
            .suffix("minutes")
            .value("twenty"),
        Field::new("decimal", "weight", "What did you carry?").suffix("kg"),
        Field::new("email", "email", "E-mail address").autocomplete("email"),
        Field::new("password", "password", "Create a password").hint("8 characters or more.").autocomplete("new-password"),
        Field::new("text", "activity", "What would you like to do again?")
            .hint("For example: walk to the allotment, sit through a film.")
            .optional(),
        Field::new("date", "day", "Which day was this?"),
        Field::new("time", "at", "At what time?"),
        Field::new("select", "goal", "Which activity do you want to build up?").options([
            ("", "Choose one"),
            ("walk", "Walking"),
            ("sit", "Sitting at a desk"),
        ]),
        Field::new("textarea", "note", "Anything you want to remember about today?").hint("Only you can read this.").optional(),
    ]
}

/// The style page; for everybody but physiotherapists it does not exist.
pub async fn show(desk: Desk) -> Result<HttpResponse, AppError> {
    let mut fields = fields();
    let mut errors = Errors::default();
    errors.add("pain_worst", "Choose a number from 0 to 10 for your worst pain");
    errors.add("bend", "Say how bending changes your pain");
    errors.add("stiff", "Enter minutes as a number, like 20");
    let row = |label: &str, value: &str, change: &str| Row {
        label: label.to_owned(),
        value: value.to_owned(),
        change: "#main".to_owned(),
        change_label: change.to_owned(),
        lang: "",
    };
    page(&StylePage {
        errors: errors.show(&mut fields),
        fields,
        inline: Field::new("select", "state", "Status").options([("all", "All"), ("flare", "In a flare")]),
        rows: vec![
            row("Where it hurts", "Low back, a little into the left buttock", ""),
            row("How long", "3 to 12 months", ""),
            row("What you want to do again", "", "Add"),
        ],
        drawn: pictures("MO1", Form::Main),
        bridge: thumbnail("HL1"),
        bend: thumbnail("HL13"),
        rolls: thumbnail("MO3"),
        chart: sample_chart(),
        ctx: desk.visitor.ctx(),
    })
}

//! Pages that are the same for everybody: help now, about, safety, privacy.

use super::messages::DoorView;
use crate::access::authorise_own;
use crate::care::messages;
use crate::clinical::advice::{Advice, fill};
use crate::web::error::AppError;
use crate::web::extract::Visitor;
use crate::web::view::told::advice;
use crate::web::view::{PageCtx, page};
use actix_web::HttpResponse;
use askama::Template;

/// Texts with the clinic's telephone numbers put in.
fn filled(ctx: &PageCtx, lines: &[String]) -> Vec<String> {
    lines.iter().map(|line| fill(line, &ctx.emergency_number, &ctx.urgent_number)).collect()
}

#[derive(Template)]
#[template(path = "pages/help.html")]
struct HelpPage {
    title: String,
    lines: Vec<String>,
    note: String,
    crisis: Vec<String>,
    /// The way to the messages, for a patient.
    door: Option<DoorView>,
    ctx: PageCtx,
}

/// When to get help now.
pub async fn help(visitor: Visitor) -> Result<HttpResponse, AppError> {
    let door = match visitor.actor().map(|actor| authorise_own(&actor)) {
        // SAFETY(patient): this page opens even when the rest of the program does not.
        Some(Ok(who)) => visitor.run(move |store| store.read(|tx| messages::door(tx, &who))).await.ok(),
        _ => None,
    };
    let ctx = visitor.reading();
    let ces = &advice().ces;
    let text = |t: &str| fill(t, &ctx.emergency_number, &ctx.urgent_number);
    page(&HelpPage {
        title: text(&ces.title),
        lines: filled(&ctx, &ces.lines),
        note: text(ces.note.as_deref().unwrap_or_default()),
        crisis: filled(&ctx, &advice().crisis.lines),
        door: door.map(DoorView::new),
        ctx,
    })
}

#[derive(Template)]
#[template(path = "pages/info.html")]
struct InfoPage {
    ctx: PageCtx,
    title: &'static str,
    lead: String,
    lines: Vec<String>,
    more: Vec<String>,
}

fn info(
    visitor: &Visitor,
    title: &'static str,
    // What the clinic says here itself, word by word.
    of_clinic: Vec<String>,
    build: impl Fn(&Advice) -> (String, Vec<String>, Vec<String>),
) -> Result<HttpResponse, AppError> {
    let ctx = visitor.reading();
    let (lead, lines, more) = build(advice());
    let (lead, lines, mut more) = (fill(&lead, &ctx.emergency_number, &ctx.urgent_number), filled(&ctx, &lines), filled(&ctx, &more));
    more.extend(of_clinic);
    page(&InfoPage { ctx, title, lead, lines, more })
}

/// What it is and what it is for.
pub async fn about(visitor: Visitor) -> Result<HttpResponse, AppError> {
    let imprint = visitor.house.imprint.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect();
    info(&visitor, tr!("About Gradus"), imprint, |a| {
        (
            a.notice.purpose.clone(),
            a.landing.does.clone(),
            vec![a.landing.promise.clone(), a.pattern.evidence.clone(), a.notice.deployer.clone()],
        )
    })
}

/// What keeps people safe, and what it cannot do.
pub async fn safety(visitor: Visitor) -> Result<HttpResponse, AppError> {
    info(&visitor, tr!("Safety"), Vec::new(), |a| (a.notice.safety.clone(), a.not_this.lines.clone(), vec![a.stop_rule.then.clone()]))
}

/// What happens to what people write here.
pub async fn privacy(visitor: Visitor) -> Result<HttpResponse, AppError> {
    let contact = visitor.house.privacy_contact.as_str();
    let asked = if contact.is_empty() { Vec::new() } else { vec![tr!("Questions about your data: {contact}", contact = contact)] };
    info(&visitor, tr!("Privacy"), asked, |a| (a.privacy.title.clone(), a.privacy.lines.clone(), a.privacy.note.iter().cloned().collect()))
}

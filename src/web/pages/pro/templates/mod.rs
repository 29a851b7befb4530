//! `/pro/templates`: the clinic's templates and who follows which version.

pub mod edit;
mod form;
pub mod show;

use crate::care::CareError;
use crate::care::desk::templates::{Listed, list as listed};
use crate::clinical::plan::template::{Phase, patterns};
use crate::store::relations::patients_of;
use crate::web::error::AppError;
use crate::web::extract::Desk;
use crate::web::forms::Field;
use crate::web::view::{PageCtx, page};
use actix_web::HttpResponse;
use askama::Template;

struct RowView {
    href: String,
    name: String,
    sentence: String,
    newest: String,
    used: String,
    retired: bool,
}

/// "2 patients on version 3, 1 on version 2"; "Nobody follows it" without any.
pub(super) fn used(counts: &[(i32, usize)]) -> String {
    let patients = |count: usize| if count == 1 { "1 patient".to_owned() } else { format!("{count} patients") };
    let part = |(at, (version, count)): (usize, &(i32, usize))| match at {
        0 => format!("{} on version {version}", patients(*count)),
        _ => format!("{count} on version {version}"),
    };
    match counts {
        [] => "Nobody follows it".to_owned(),
        some => some.iter().enumerate().map(part).collect::<Vec<_>>().join(", "),
    }
}

/// "2 phases, 8 weeks".
pub(super) fn length(phases: &[Phase]) -> String {
    let weeks: u32 = phases.iter().map(|phase| u32::from(phase.weeks)).sum();
    let count = if phases.len() == 1 { "1 phase".to_owned() } else { format!("{} phases", phases.len()) };
    let weeks = if weeks == 1 { "1 week".to_owned() } else { format!("{weeks} weeks") };
    format!("{count}, {weeks}")
}

impl RowView {
    fn new(listed: &Listed) -> Self {
        let (newest, body) = (&listed.newest, &listed.newest.body);
        Self {
            href: format!("/pro/templates/{}", newest.template),
            name: body.name.clone(),
            sentence: body.sentence.clone(),
            newest: format!("Version {}, {}, patterns: {}", newest.version, length(&body.phases), patterns(&body.suits)),
            used: used(&listed.counts),
            retired: newest.retired_at.is_some(),
        }
    }
}

#[derive(Template)]
#[template(path = "pages/pro/templates/list.html")]
struct ListPage {
    ctx: PageCtx,
    rows: Vec<RowView>,
    from: Field,
}

/// The clinic's templates.
pub async fn list(desk: Desk) -> Result<HttpResponse, AppError> {
    let (physio, now) = (desk.physio.clone(), desk.visitor.app.clock.now());
    let work =
        move |store: &crate::store::Store| store.read(|tx| Ok::<_, CareError>((listed(tx, &physio)?, patients_of(tx, &physio, now)?)));
    let (all, patients) = desk.visitor.run(work).await?;
    let choices = patients.into_iter().map(|listed| (listed.patient.as_str().to_owned(), listed.name));
    let options = std::iter::once((String::new(), "Nothing: an empty template".to_owned())).chain(choices);
    page(&ListPage {
        ctx: desk.visitor.reading(),
        rows: all.iter().map(RowView::new).collect(),
        from: Field::new("select", "from", "What does it begin with?")
            .hint("The exercises and doses of a patient’s plan can be its first phase. Nothing else of the patient goes with it.")
            .options(options),
    })
}

//! `/plan/agree`: the plan on offer, the days, and the agreement that starts it.

use super::baseline::ProposalView;
use super::intake::wishes::read_days;
use super::today::why_words;
use crate::access::MayRecord;
use crate::care::plan::{Agreement, Offer, agree, dose_words, offer};
use crate::clinical::plan::Role;
use crate::lang::{dates::WEEKDAYS, say};
use crate::web::error::AppError;
use crate::web::extract::{Place, Posted, Recorder};
use crate::web::forms::{ErrorLine, Errors, Field, FormData, Reader};
use crate::web::view::told::{advice, library};
use crate::web::view::{PageCtx, go, page, page_again};
use actix_web::HttpResponse;
use askama::Template;

/// An exercise on offer.
struct OfferedItem {
    name: String,
    dose: String,
    why: String,
}

#[derive(Template)]
#[template(path = "pages/plan/agree.html")]
struct AgreePage {
    ctx: PageCtx,
    place: Place,
    errors: Vec<ErrorLine>,
    activity: String,
    proposal: ProposalView,
    training: Vec<OfferedItem>,
    support: Vec<OfferedItem>,
    left_out: Vec<(String, String)>,
    stage: String,
    stop_title: String,
    stop_lines: Vec<String>,
    stop_then: String,
    fields: Vec<Field>,
}

fn items(offer: &Offer, wanted: impl Fn(Role) -> bool) -> Vec<OfferedItem> {
    let chosen = offer.composition.items.iter().filter(|item| wanted(item.role));
    chosen.map(|item| OfferedItem { name: say(item.title()).to_owned(), dose: dose_words(item), why: why_words(item) }).collect()
}

fn fields(offer: &Offer, form: Option<&FormData>) -> Vec<Field> {
    let chosen: Vec<String> = offer.intake.wishes.days.iter().flatten().map(u8::to_string).collect();
    let days = Field::new("checkboxes", "days", tr!("Your exercise days"))
        .hint(tr!("Three to five. The days between are for rest and for your daily amount."))
        .options(WEEKDAYS.iter().enumerate().map(|(n, name)| (n.to_string(), say(name))))
        .values(&chosen);
    let cue = Field::new("text", "cue", tr!("When and where?"))
        .hint(tr!("A fixed moment helps most, for example: after breakfast, in the living room"))
        .optional();
    match form {
        Some(form) => vec![days.sent(form), cue.sent(form)],
        None => vec![days, cue],
    }
}

fn agree_page<M: MayRecord>(by: &Recorder<M>, offer: &Offer, form: Option<&FormData>, errors: &Errors) -> Result<HttpResponse, AppError> {
    let Some(proposal) = &offer.baseline.proposal else { return Ok(go(&by.place.start)) };
    let mut fields = fields(offer, form);
    let lines = errors.show(&mut fields);
    let name = |id: &str| library().get(id).map_or_else(|| id.to_owned(), |e| e.title.clone());
    let shown = AgreePage {
        ctx: by.visitor.ctx(),
        place: by.place.clone(),
        errors: lines,
        activity: advice().activity(offer.baseline.activity).name.clone(),
        proposal: ProposalView::new(offer.baseline.activity, proposal),
        training: items(offer, |role| role == Role::Training),
        support: items(offer, |role| matches!(role, Role::Relief | Role::Calm)),
        left_out: offer.composition.left_out.iter().map(|l| (name(&l.exercise), l.reason.to_string())).collect(),
        stage: advice().stage(offer.decision.stage).sentence.clone(),
        stop_title: advice().stop_rule.title.clone(),
        stop_lines: advice().stop_rule.lines.clone(),
        stop_then: crate::clinical::advice::fill(&advice().stop_rule.then, by.visitor.emergency_number(), by.visitor.urgent_number()),
        fields,
    };
    if shown.errors.is_empty() { page(&shown) } else { page_again(&shown) }
}

async fn load<M: MayRecord>(by: &Recorder<M>) -> Result<Option<Offer>, AppError> {
    by.run(|store, who, moment| store.read(|tx| offer(tx, who, moment))).await
}

/// The plan on offer.
pub async fn show<M: MayRecord>(by: Recorder<M>) -> Result<HttpResponse, AppError> {
    match load(&by).await? {
        Some(offer) => agree_page(&by, &offer, None, &Errors::default()),
        None => Ok(go(&by.place.under_way)),
    }
}

/// Starts the plan today.
pub async fn start<M: MayRecord>(by: Recorder<M>, form: Posted) -> Result<HttpResponse, AppError> {
    let Some(on_offer) = load(&by).await? else { return Ok(go(&by.place.under_way)) };
    let mut reader = Reader::new(&form.0);
    let cue = reader.text("cue", 200, None);
    let mut errors = reader.errors;
    let days = read_days(&form.0, &mut errors);
    if errors.is_empty() {
        let agreement = Agreement { days, cue };
        match by.run(move |store, who, moment| agree(store, who, &agreement, moment)).await {
            Ok(()) => {
                by.visitor.flash(tr!("Your plan starts today. Small and steady beats a lot at once."));
                return Ok(go(&by.place.under_way));
            }
            Err(error) => errors.absorb(error)?,
        }
    }
    agree_page(&by, &on_offer, Some(&form.0), &errors)
}

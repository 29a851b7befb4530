//! A template for a patient: which ones suit, what would come of one, and giving it with a reason.

use crate::care::CareError;
use crate::care::desk::giving::{Decided, How, Offer, Outcome, give, offer};
use crate::care::desk::templates::{PhaseDue, list as listed, phase_due};
use crate::care::desk::{look_to_treat, treat};
use crate::clinical::plan::template::{QuotaHint, patterns};
use crate::clinical::plan::{Prescribed, Reason};
use crate::clock::{Moment, UtcTime, zone};
use crate::ids::{PatientId, UserId};
use crate::store::templates::{Use, brought, followed};
use crate::store::{ReadTx, Store, StoreError, accounts, plans};
use crate::web::error::AppError;
use crate::web::extract::{Desk, Id, Posted};
use crate::web::forms::{ErrorLine, Errors, Field, FormData};
use crate::web::pages::changes::difference;
use crate::web::view::told::advice;
use crate::web::view::{PageCtx, go, page, page_again, words};
use actix_web::{HttpResponse, web};
use askama::Template;
use serde::Deserialize;

type Path = web::Path<(String, String)>;

/// A patient's name and moment.
pub(super) fn person(tx: &mut ReadTx, patient: &PatientId, now: UtcTime) -> Result<(String, Moment), CareError> {
    let user = accounts::user(tx, &UserId::from_text(patient.as_str()))?.ok_or(StoreError::NotFound)?;
    Ok((user.name, Moment { utc: now, zone: zone(&user.time_zone) }))
}

/// What would come of something laid over a plan, in words.
pub(super) struct OutcomeView {
    /// What it is about, and what happens to it.
    pub(super) changes: Vec<(String, String)>,
    pub(super) left_out: Vec<(String, String)>,
    pub(super) warnings: Vec<String>,
    pub(super) minutes: String,
    pub(super) mark: String,
    pub(super) draft_open: bool,
}

impl OutcomeView {
    pub(super) fn new(outcome: &Outcome) -> Self {
        let why = |why: &[Reason]| why.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
        let left = |(item, reasons): &(Prescribed, Vec<Reason>)| (item.title().to_owned(), why(reasons));
        let (now, then) = outcome.minutes();
        Self {
            changes: outcome.differences().iter().map(difference).collect(),
            left_out: outcome.laid.left_out.iter().map(left).collect(),
            warnings: outcome.warnings().iter().map(|warning| warning.text().to_string()).collect(),
            minutes: match now == then {
                true => format!("The longest training day stays at about {then} minutes."),
                false => format!("The longest training day takes about {then} minutes, {now} until now."),
            },
            mark: outcome.mark.clone(),
            draft_open: outcome.draft_open,
        }
    }
}

struct RowView {
    href: String,
    name: String,
    hint: String,
    why: String,
    word: &'static str,
}

#[derive(Template)]
#[template(path = "pages/pro/assign/list.html")]
struct ListPage {
    ctx: PageCtx,
    id: String,
    name: String,
    rows: Vec<RowView>,
    /// A plan is under way.
    active: bool,
    /// Name of the template that the plan will begin with.
    brought: String,
    /// The next phase of what is followed is due.
    due: String,
}

fn row(id: &str, listed: &crate::care::desk::templates::Listed, plan: Option<&plans::Plan>, used: Option<&Use>) -> (u8, RowView) {
    let (newest, body) = (&listed.newest, &listed.newest.body);
    let mine = used.filter(|used| used.template_id == newest.template);
    let category = plan.map(|plan| plan.category.0);
    let (rank, why, word) = match (mine, category) {
        (Some(used), _) if used.version < newest.version => (0, format!("The plan follows version {}", used.version), "Update offered"),
        (Some(used), _) => (0, format!("The plan follows it since {}", words::date(used.from_on)), "Followed now"),
        (None, Some(category)) if body.suits(category) && !body.suits.is_empty() => {
            (1, format!("For the pattern “{}”, which the plan was made for", advice().category(category).name), "Suits")
        }
        (None, Some(_)) if body.suits.is_empty() => (2, "For any pattern".to_owned(), "Suits"),
        (None, Some(_)) => (3, format!("For other patterns: {}", patterns(&body.suits)), ""),
        (None, None) => (2, format!("Patterns it suits: {}", patterns(&body.suits)), ""),
    };
    let hint = format!("{} Version {}", body.sentence, newest.version);
    (rank, RowView { href: format!("/pro/patients/{id}/assign/{}", newest.template), name: body.name.clone(), hint, why, word })
}

/// The templates, those that suit first.
pub async fn list(desk: Desk, id: Id) -> Result<HttpResponse, AppError> {
    let (actor, physio, patient, now) =
        (desk.actor.clone(), desk.physio.clone(), PatientId::from_text(id.as_str()), desk.visitor.app.clock.now());
    let work = move |store: &Store| {
        let who = look_to_treat(store, &actor, &patient, now)?;
        store.read(|tx| {
            let (name, moment) = person(tx, &patient, now)?;
            let plan = plans::active(tx, &who)?;
            let (mut used, mut due, mut brings) = (None, None, None);
            match &plan {
                Some(plan) => {
                    used = followed(tx, &who, plan)?.map(|(used, _)| used);
                    due = phase_due(tx, &who, plan, moment.today())?;
                }
                None => brings = brought(tx, &who)?,
            }
            Ok::<_, CareError>((name, plan, used, due, brings, listed(tx, &physio)?))
        })
    };
    let (name, plan, used, due, brings, all) = desk.visitor.run(work).await?;
    let followed = |template: &str| used.as_ref().is_some_and(|used| used.template_id == template);
    let offered = all.iter().filter(|listed| listed.newest.retired_at.is_none() || followed(&listed.newest.template));
    let mut rows: Vec<(u8, RowView)> = offered.map(|listed| row(&id, listed, plan.as_ref(), used.as_ref())).collect();
    rows.sort_by_key(|(rank, _)| *rank);
    let due_words = |due: PhaseDue| format!("{}: “{}” was due on {}. “{}” is next.", due.name, due.now, words::date(due.since), due.next);
    page(&ListPage {
        ctx: desk.visitor.reading(),
        name,
        rows: rows.into_iter().map(|(_, row)| row).collect(),
        active: plan.is_some(),
        brought: brings.map(|(.., body)| body.name).unwrap_or_default(),
        due: due.map(due_words).unwrap_or_default(),
        id: id.into_inner(),
    })
}

#[derive(Template)]
#[template(path = "pages/pro/assign/show.html")]
struct ShowPage {
    ctx: PageCtx,
    errors: Vec<ErrorLine>,
    id: String,
    name: String,
    href: String,
    title: String,
    version: i32,
    phase: String,
    weeks: String,
    sentence: String,
    how: &'static str,
    /// Other ways: what they are called and where they lead.
    others: Vec<(&'static str, String)>,
    since: Vec<String>,
    outcome: OutcomeView,
    quotas: Vec<String>,
    explain: Vec<String>,
    token: String,
    fields: Vec<Field>,
}

fn way(offer: &Offer) -> String {
    match (offer.how, offer.follows) {
        (How::Update, Some((version, _))) => format!(
            "The plan follows version {version}. Only what is different in version {} changes; the rest stays where the patient is with it.",
            offer.version
        ),
        (How::Next, _) => "The next phase. What both phases have alike stays where the patient is with it.".to_owned(),
        (How::Anew, Some(_)) => {
            "The plan follows this template already. This would put it back to the beginning of the first phase.".to_owned()
        }
        (How::Anew | How::Update, None) => {
            "The training exercises of the plan become those of the first phase. The daily amounts keep their baseline and schedule."
                .to_owned()
        }
    }
}

fn prefilled(offer: &Offer) -> String {
    let phase = offer.phase_body().map(|phase| phase.name.clone()).unwrap_or_default();
    match offer.how {
        How::Anew => format!("The programme “{}” fits where you are now.", offer.body.name),
        How::Update => format!("The programme “{}” that you follow was improved.", offer.body.name),
        How::Next => format!("The next part of your programme begins: {phase}."),
    }
}

fn others(offer: &Offer, href: &str) -> Vec<(&'static str, String)> {
    let Some((version, phase)) = offer.follows else { return Vec::new() };
    let mut ways = Vec::new();
    if version < offer.version {
        ways.push((How::Update, "Update to the newest version"));
    }
    if phase + 1 < offer.body.phases.len() {
        ways.push((How::Next, "Begin the next phase"));
    }
    ways.push((How::Anew, "Begin anew with the first phase"));
    ways.into_iter().filter(|(how, _)| *how != offer.how).map(|(how, label)| (label, format!("{href}?how={}", how.code()))).collect()
}

fn show_page(desk: &Desk, id: &str, name: &str, offer: &Offer, form: Option<&FormData>, errors: &Errors) -> Result<HttpResponse, AppError> {
    let reason = Field::new("lines", "reason", "Why").hint("A sentence. The patient reads it.").value(prefilled(offer));
    let mut fields = vec![match form {
        Some(form) => reason.sent(form),
        None => reason,
    }];
    let lines = errors.show(&mut fields);
    let href = format!("/pro/patients/{id}/assign/{}", offer.template);
    let phase = offer.phase_body().ok_or(AppError::NotFound)?;
    let shown = ShowPage {
        ctx: desk.visitor.ctx(),
        errors: lines,
        id: id.to_owned(),
        name: name.to_owned(),
        title: offer.body.name.clone(),
        version: offer.version,
        phase: phase.name.clone(),
        weeks: if phase.weeks == 1 { "1 week".to_owned() } else { format!("{} weeks", phase.weeks) },
        sentence: way(offer),
        how: offer.how.code(),
        others: others(offer, &href),
        since: offer.since.iter().map(|(version, by, note)| format!("Version {version}, {by}: {note}")).collect(),
        outcome: OutcomeView::new(&offer.result),
        quotas: phase.quotas.iter().map(QuotaHint::words).collect(),
        explain: offer.body.explain.clone(),
        token: form.map_or_else(crate::ids::fresh, FormData::token),
        href,
        fields,
    };
    if shown.errors.is_empty() { page(&shown) } else { page_again(&shown) }
}

/// How the template is to come.
#[derive(Deserialize)]
pub struct Wanted {
    #[serde(default)]
    how: String,
}

async fn load(desk: &Desk, path: &(String, String), wish: Option<How>) -> Result<(String, Option<Offer>), AppError> {
    let (actor, physio, patient, now) =
        (desk.actor.clone(), desk.physio.clone(), PatientId::from_text(path.0.as_str()), desk.visitor.app.clock.now());
    let template = path.1.clone();
    let work = move |store: &Store| {
        let who = look_to_treat(store, &actor, &patient, now)?;
        store.read(|tx| Ok::<_, CareError>((person(tx, &patient, now)?.0, offer(tx, &physio, &who, &template, wish)?)))
    };
    desk.visitor.run(work).await
}

/// What would come of it.
pub async fn show(desk: Desk, path: Path, wanted: web::Query<Wanted>) -> Result<HttpResponse, AppError> {
    let path = path.into_inner();
    match load(&desk, &path, How::from_code(&wanted.how)).await? {
        (name, Some(offer)) => show_page(&desk, &path.0, &name, &offer, None, &Errors::default()),
        // The list says why it cannot be given yet.
        (_, None) => Ok(go(&format!("/pro/patients/{}/assign", path.0))),
    }
}

/// What a form decided.
pub(super) fn decided(form: &FormData) -> Decided {
    Decided {
        mark: form.text("mark").to_owned(),
        as_draft: form.text("as") == "draft",
        reason: form.text("reason").to_owned(),
        token: form.token(),
    }
}

/// Where a decision leads, with its message.
pub(super) fn on(desk: &Desk, id: &str, as_draft: bool) -> HttpResponse {
    if as_draft {
        desk.visitor.flash("Kept as a draft. Nothing has changed for the patient yet.");
        return go(&format!("/pro/patients/{id}/plan"));
    }
    desk.visitor.flash("The plan is changed from today on. The patient sees it with your reason.");
    go(&format!("/pro/patients/{id}"))
}

/// Gives it, or keeps it as a draft.
pub async fn save(desk: Desk, path: Path, form: Posted) -> Result<HttpResponse, AppError> {
    let path = path.into_inner();
    let how = How::from_code(form.0.text("how")).unwrap_or(How::Anew);
    let (actor, physio, patient, now) =
        (desk.actor.clone(), desk.physio.clone(), PatientId::from_text(path.0.as_str()), desk.visitor.app.clock.now());
    let (template, decided) = (path.1.clone(), decided(&form.0));
    let as_draft = decided.as_draft;
    let work = move |store: &Store| {
        let who = treat(store, &actor, &patient, now)?;
        let (_, moment) = store.read(|tx| person(tx, &patient, now))?;
        give(store, (&physio, &who), (&template, how), &decided, moment)
    };
    match desk.visitor.run(work).await {
        Ok(()) => Ok(on(&desk, &path.0, as_draft)),
        Err(error) => {
            let mut errors = Errors::default();
            errors.absorb(error)?;
            match load(&desk, &path, Some(how)).await? {
                (name, Some(offer)) => show_page(&desk, &path.0, &name, &offer, Some(&form.0), &errors),
                (_, None) => Ok(go(&format!("/pro/patients/{}/assign", path.0))),
            }
        }
    }
}

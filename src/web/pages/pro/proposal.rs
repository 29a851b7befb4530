//! A step that a reviewed week proposes and a physiotherapist approves or declines: the week in words, which rule said
//! what, and what would change line by line.

use crate::care::desk::{look_to_treat, moment_of, treat};
use crate::care::proposals::{Open, approve, decline, open};
use crate::clinical::week::rule_sentence;
use crate::clock::Moment;
use crate::ids::{PatientId, UserId};
use crate::lang::say;
use crate::store::accounts;
use crate::store::patient_rules::Settled;
use crate::web::error::AppError;
use crate::web::extract::{Desk, Posted};
use crate::web::forms::{ErrorLine, Errors, Field, FormData, Reader};
use crate::web::pages::changes::week_facts;
use crate::web::view::told::advice;
use crate::web::view::{PageCtx, go, page, page_again, words};
use actix_web::{HttpResponse, web};
use askama::Template;

type Path = web::Path<(String, String)>;

/// Longest reason, letters.
const REASON: usize = 400;

/// A line of what would change.
struct LineView {
    subject: String,
    before: String,
    after: String,
    why: String,
}

#[derive(Template)]
#[template(path = "pages/pro/proposal.html")]
struct ProposalPage {
    ctx: PageCtx,
    errors: Vec<ErrorLine>,
    patient: String,
    review: String,
    name: String,
    week: i32,
    days: String,
    outcome: String,
    facts: String,
    /// Rule and what it says.
    rules: Vec<(String, String)>,
    lines: Vec<LineView>,
    /// What became of it; empty while it waits.
    past: String,
    /// Why the patient reads that it was declined.
    declined: String,
    blocked: &'static str,
    seen: String,
    fields: Vec<Field>,
}

struct Loaded {
    name: String,
    moment: Moment,
    open: Open,
}

async fn load(desk: &Desk, path: &(String, String)) -> Result<Loaded, AppError> {
    let (actor, patient, review, now) =
        (desk.actor.clone(), PatientId::from_text(path.0.as_str()), path.1.clone(), desk.visitor.app.clock.now());
    desk.visitor
        .run(move |store| {
            let who = look_to_treat(store, &actor, &patient, now)?;
            let moment = store.read(|tx| moment_of(tx, &patient, now))?;
            let (open, user) = store.read(|tx| {
                Ok::<_, crate::care::CareError>((
                    open(tx, &who, &review, moment)?,
                    accounts::user(tx, &UserId::from_text(patient.as_str()))?,
                ))
            })?;
            Ok(Loaded { name: user.map(|user| user.name).unwrap_or_default(), moment, open })
        })
        .await
}

fn past(loaded: &Loaded) -> String {
    let proposal = &loaded.open.proposal;
    let on = proposal.decided_at.map(|at| words::instant(at, loaded.moment.zone)).unwrap_or_default();
    let by = proposal.by.as_deref().unwrap_or("somebody whose account is closed");
    match proposal.settled {
        Settled::Waiting => String::new(),
        Settled::Approved => format!("Approved by {by} on {on}. The plan and its changes show what it did."),
        Settled::Declined => format!("Declined by {by} on {on}. The plan stayed as it was."),
        Settled::Lapsed => {
            format!("Lapsed on {on}: a newer week was reviewed, or the plan ended, before anybody decided. Nothing of it was applied.")
        }
    }
}

fn proposal_page(
    desk: &Desk,
    path: &(String, String),
    loaded: &Loaded,
    form: &FormData,
    errors: &Errors,
) -> Result<HttpResponse, AppError> {
    let open = &loaded.open;
    let (facts, result) = (&open.review.facts, &open.review.result);
    let mut fields = vec![
        Field::new("radios", "decision", "Your decision")
            .options([("approve", "Approve: it holds from today on"), ("decline", "Decline: the plan stays as it is")])
            .sent(form),
        Field::new("textarea", "reason", "Reason, if you decline")
            .hint("The patient reads it, for example: let us stay here for a week while your shoulder settles")
            .optional()
            .sent(form),
    ];
    let lines = errors.show(&mut fields);
    let line = |change: &crate::store::plans::Change| LineView {
        subject: say(&change.subject).to_owned(),
        before: change.before.to_string(),
        after: change.after.to_string(),
        why: change.reason.to_string(),
    };
    let shown = ProposalPage {
        ctx: desk.visitor.ctx(),
        errors: lines,
        patient: path.0.clone(),
        review: path.1.clone(),
        name: loaded.name.clone(),
        week: open.review.week,
        days: format!("{} to {}", words::date(open.week.from), words::date(open.week.to)),
        outcome: advice().outcome(result.outcome).for_physio.clone(),
        facts: week_facts(facts),
        rules: result.rules.iter().map(|rule| (rule.clone(), rule_sentence(rule, &facts.clinic).to_string())).collect(),
        lines: open.lines.iter().map(line).collect(),
        past: past(loaded),
        declined: open.proposal.reason.clone(),
        blocked: if open.proposal.settled == Settled::Waiting { open.blocked } else { "" },
        seen: open.seen.clone(),
        fields,
    };
    if shown.errors.is_empty() { page(&shown) } else { page_again(&shown) }
}

/// The step with everything that leads to it.
pub async fn show(desk: Desk, path: Path) -> Result<HttpResponse, AppError> {
    let path = path.into_inner();
    let loaded = load(&desk, &path).await?;
    proposal_page(&desk, &path, &loaded, &FormData::default(), &Errors::default())
}

/// Approves or declines it.
pub async fn decide(desk: Desk, path: Path, form: Posted) -> Result<HttpResponse, AppError> {
    let path = path.into_inner();
    let mut reader = Reader::new(&form.0);
    let reason = reader.text("reason", REASON, None);
    let yes = match form.0.text("decision") {
        "approve" => Some(true),
        "decline" => Some(false),
        _ => None,
    };
    let yes = reader.need("decision", yes, "Choose whether the step holds");
    let mut errors = reader.errors;
    if let (Some(yes), true) = (yes, errors.is_empty()) {
        let (actor, patient, review, now) =
            (desk.actor.clone(), PatientId::from_text(path.0.as_str()), path.1.clone(), desk.visitor.app.clock.now());
        let seen = form.0.text("seen").to_owned();
        let work = move |store: &crate::store::Store| {
            let who = treat(store, &actor, &patient, now)?;
            let moment = store.read(|tx| moment_of(tx, &patient, now))?;
            if yes { approve(store, &who, &review, &seen, moment) } else { decline(store, &who, &review, &reason, moment) }
        };
        match desk.visitor.run(work).await {
            Ok(()) => {
                desk.visitor.flash(if yes {
                    "Approved. It holds from today on, and the patient reads it."
                } else {
                    "Declined. The plan stays as it is, and the patient reads your reason."
                });
                return Ok(go(&format!("/pro/patients/{}/proposal/{}", path.0, path.1)));
            }
            Err(error) => errors.absorb(error)?,
        }
    }
    let loaded = load(&desk, &path).await?;
    proposal_page(&desk, &path, &loaded, &form.0, &errors)
}

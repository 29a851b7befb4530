//! `/pro/patients/{id}/team`: who is in charge, and handing a patient over.

use crate::access::{Action, Relation, decide};
use crate::care::CareError;
use crate::care::desk::{look, treat};
use crate::care::team::{Act, Team, act, team};
use crate::ids::{PatientId, UserId};
use crate::store::relations;
use crate::web::error::AppError;
use crate::web::extract::{Desk, Id, Posted};
use crate::web::forms::{ErrorLine, Errors, Field, FormData};
use crate::web::pages::team::TeamView;
use crate::web::view::{PageCtx, go, page, page_again};
use actix_web::HttpResponse;
use askama::Template;

#[derive(Template)]
#[template(path = "pages/pro/team.html")]
struct TeamPage {
    ctx: PageCtx,
    errors: Vec<ErrorLine>,
    id: String,
    name: String,
    /// How whoever asks stands to the patient, in a sentence.
    stands: String,
    view: TeamView,
    in_charge: bool,
    may_treat: bool,
    /// Nobody else is in charge.
    alone: bool,
    colleague: Option<Field>,
    sure: Field,
    token: String,
}

async fn load(desk: &Desk, id: &str) -> Result<(Team, Relation), AppError> {
    let (actor, patient, now) = (desk.actor.clone(), PatientId::from_text(id), desk.visitor.app.clock.now());
    desk.visitor
        .run(move |store| {
            let who = look(store, &actor, &patient, now)?;
            store.read(|tx| Ok::<_, CareError>((team(tx, &who, now, 0)?, relations::relation(tx, &actor, &patient, now)?)))
        })
        .await
}

fn stands(relation: Relation, found: &Team) -> String {
    let name = &found.name;
    match relation {
        Relation::InCharge => format!("You are in charge of {name}."),
        Relation::Cover => format!("You stand in for a colleague who is in charge of {name}."),
        Relation::ClinicInbox => {
            format!("Nobody is in charge of {name}: every physiotherapist of the clinic may open this record until somebody takes charge.")
        }
        _ => format!("You opened the record of {name} in an emergency. You can look for four hours and change nothing."),
    }
}

async fn team_page(desk: &Desk, id: &str, form: &FormData, errors: &Errors) -> Result<HttpResponse, AppError> {
    let (found, relation) = load(desk, id).await?;
    let zone = desk.visitor.moment().zone;
    let in_charge = relation == Relation::InCharge;
    let may_treat = decide(&desk.actor, relation, Action::Treat).is_ok();
    let is_new = |colleague: &str| !found.now.iter().any(|charge| charge.physio == colleague);
    let others: Vec<(String, String)> =
        found.colleagues.iter().filter(|(other, _)| is_new(other) && other != desk.actor.user.as_str()).cloned().collect();
    let mut fields = Vec::new();
    let choice = [(String::new(), "Choose a colleague".to_owned())].into_iter().chain(others.iter().cloned());
    fields.push(Field::new("select", "colleague", "Colleague").options(choice).sent(form));
    fields.push(
        Field::new("checkboxes", "sure", "Nobody else is in charge")
            .options([("yes", format!("{} then belongs to the clinic\u{2019}s inbox until somebody takes charge", found.name))])
            .sent(form),
    );
    let lines = errors.show(&mut fields);
    let sure = fields.pop().unwrap_or_default();
    let shown = TeamPage {
        ctx: desk.visitor.ctx(),
        errors: lines,
        id: id.to_owned(),
        name: found.name.clone(),
        stands: stands(relation, &found),
        view: TeamView::new(&found, zone),
        in_charge,
        may_treat,
        alone: found.now.len() <= 1,
        colleague: fields.pop().filter(|_| !others.is_empty()),
        sure,
        token: form.token(),
    };
    if shown.errors.is_empty() { page(&shown) } else { page_again(&shown) }
}

/// Who is in charge, who was, and who looked in an emergency.
pub async fn show(desk: Desk, id: Id) -> Result<HttpResponse, AppError> {
    team_page(&desk, &id, &FormData::default(), &Errors::default()).await
}

/// Takes charge, adds a colleague, hands over or steps back.
pub async fn save(desk: Desk, id: Id, form: Posted) -> Result<HttpResponse, AppError> {
    let colleague = || UserId::from_text(form.0.text("colleague"));
    let (asked, told) = match form.0.text("act") {
        "take" => (Act::Take, "You are in charge now."),
        "add" => (Act::Add(colleague()), "Your colleague is in charge now, too."),
        "hand_over" => (Act::HandOver(colleague()), "Handed over. The record is no longer open to you."),
        "step_back" => (Act::StepBack { sure: form.0.text("sure") == "yes" }, "You are no longer in charge."),
        _ => {
            let (actor, patient, now) = (desk.actor.clone(), PatientId::from_text(id.as_str()), desk.visitor.app.clock.now());
            desk.visitor.run(move |store| treat(store, &actor, &patient, now)).await?;
            let mut errors = Errors::default();
            errors.add("", "Choose what to do");
            return team_page(&desk, &id, &form.0, &errors).await;
        }
    };
    let leaves = matches!(asked, Act::HandOver(_) | Act::StepBack { .. });
    let (actor, patient) = (desk.actor.clone(), PatientId::from_text(id.as_str()));
    let (token, now) = (form.0.token(), desk.visitor.app.clock.now());
    match desk.visitor.run(move |store| act(store, &actor, &patient, &asked, &token, now)).await {
        Ok(()) => {
            desk.visitor.flash(told);
            Ok(go(&if leaves { "/pro".to_owned() } else { format!("/pro/patients/{id}/team") }))
        }
        Err(error) => {
            let mut errors = Errors::default();
            errors.absorb(error)?;
            team_page(&desk, &id, &form.0, &errors).await
        }
    }
}

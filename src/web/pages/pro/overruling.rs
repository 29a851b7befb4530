//! A physiotherapist decides otherwise than the rules: another starting bias, or another judgement of danger signs. Where
//! the rules had stopped the plan for safety, a page comes between that says in plain words what is overridden.

use super::file::{holds, load_to_treat};
use super::said;
use crate::care::CareError;
use crate::care::desk::overrides::{Bias, Judged, NewCategory, NewJudgement, Urgency, bias, judge, set_category, stops, urgency};
use crate::care::desk::{File, treat};
use crate::clinical::codes::{Category, Disposition};
use crate::ids::PatientId;
use crate::web::error::AppError;
use crate::web::extract::{Desk, Id, Posted};
use crate::web::forms::{ErrorLine, Errors, Field, FormData, Reader};
use crate::web::view::decision::telling;
use crate::web::view::{PageCtx, Row, go, page, page_again};
use actix_web::HttpResponse;
use askama::Template;

/// Longest reason, in characters.
const LONGEST: usize = 1000;

/// A rule that fired: id, what it asks for, the reason, and the rule in words.
type Fired = (String, String, String, &'static str);

#[derive(Template)]
#[template(path = "pages/pro/override.html")]
struct OverridePage {
    ctx: PageCtx,
    errors: Vec<ErrorLine>,
    id: String,
    name: String,
    token: String,
    /// What the rules said about the pattern, and what is in force.
    bias: Option<(String, String)>,
    category: Vec<Field>,
    /// What the rules said about danger signs, and what is in force.
    level: Option<(String, String)>,
    fired: Vec<Fired>,
    telling: Vec<Row>,
    stop: bool,
    open: bool,
    clearance: bool,
    judgement: Vec<Field>,
}

#[derive(Template)]
#[template(path = "pages/pro/override_stop.html")]
struct StopPage {
    ctx: PageCtx,
    errors: Vec<ErrorLine>,
    id: String,
    name: String,
    token: String,
    said: String,
    decided: String,
    code: String,
    reason: String,
    holds: Vec<String>,
    fired: Vec<Fired>,
    telling: Vec<Row>,
    fields: Vec<Field>,
}

struct Loaded {
    file: File,
    bias: Option<Bias>,
    urgency: Option<Urgency>,
}

/// Only for those who may decide: whoever broke the glass finds nothing here.
async fn load_all(desk: &Desk, id: &str) -> Result<Loaded, AppError> {
    let file = load_to_treat(desk, id).await?;
    let (actor, patient, moment, state) = (desk.actor.clone(), PatientId::from_text(id), file.moment, file.standing.clone());
    let (bias, urgency) = desk
        .visitor
        .run(move |store| {
            let who = treat(store, &actor, &patient, moment.utc)?;
            store.read(|tx| Ok::<_, CareError>((bias(tx, &who, &state)?, urgency(tx, &who)?)))
        })
        .await?;
    Ok(Loaded { file, bias, urgency })
}

fn fired(found: &Urgency) -> Vec<Fired> {
    let with_words = |(id, level, reason): (String, String, String)| {
        let words = said::rule_words(&id).unwrap_or_default();
        (id, level, reason, words)
    };
    said::fired(&found.decision.result).into_iter().map(with_words).collect()
}

fn rules_said(found: &Urgency) -> String {
    if found.legs { "new leg symptoms, so the plan stands still (P-02)".to_owned() } else { said::level(found.decision.result.disposition) }
}

fn category_fields(bias: &Bias) -> Vec<Field> {
    let others = Category::ALL.iter().filter(|code| **code != bias.in_force);
    vec![
        Field::new("radios", "category", "Start from").options(others.map(|code| (code.code(), said::category(*code)))),
        Field::new("textarea", "category_reason", "Why").hint("A sentence. The patient reads it, with your name."),
    ]
}

fn judgement_fields(found: &Urgency) -> Vec<Field> {
    let levels = found.levels();
    if levels.is_empty() {
        return Vec::new();
    }
    let option = |code: &Disposition| (code.code(), said::level(*code));
    let mut level =
        Field::new("radios", "disposition", "What do the answers, and what you found, ask for?").options(levels.iter().map(option));
    for code in levels.iter().filter(|code| stops(**code)) {
        level = level.option_hint(code.code(), "Stops the plan at once, until a clearance is recorded.");
    }
    let mut fields = vec![level];
    if levels.contains(&Disposition::PhysioReview) {
        let wait = [("yes", "Nothing of the plan until a clearance is recorded")];
        fields.push(Field::new("checkboxes", "wait", "Does the plan wait for it?").options(wait).optional());
    }
    fields.push(Field::new("textarea", "disposition_reason", "Why").hint("A sentence. The patient reads it, with your name."));
    fields
}

fn override_page(desk: &Desk, id: &str, loaded: &Loaded, form: &FormData, errors: &Errors) -> Result<HttpResponse, AppError> {
    let sent = |fields: Vec<Field>| fields.into_iter().map(|field| field.sent(form)).collect::<Vec<_>>();
    let mut category = loaded.bias.as_ref().map(|bias| sent(category_fields(bias))).unwrap_or_default();
    let mut judgement = loaded.urgency.as_ref().map(|found| sent(judgement_fields(found))).unwrap_or_default();
    let split = category.len();
    let mut all: Vec<Field> = category.into_iter().chain(judgement).collect();
    let lines = errors.show(&mut all);
    judgement = all.split_off(split);
    category = all;
    let urgency = loaded.urgency.as_ref();
    let shown = OverridePage {
        ctx: desk.visitor.ctx(),
        errors: lines,
        id: id.to_owned(),
        name: loaded.file.name.clone(),
        token: form.token(),
        bias: loaded.bias.as_ref().map(|bias| (said::category(bias.said), said::category(bias.in_force))),
        category,
        level: urgency.map(|found| {
            // New leg symptoms alone hold the plan whatever the answers ask for.
            let legs_alone = found.legs && found.held.is_none();
            (rules_said(found), if legs_alone { rules_said(found) } else { said::level(found.in_force) })
        }),
        fired: urgency.map(fired).unwrap_or_default(),
        telling: urgency.map(|found| telling(&found.decision.answers)).unwrap_or_default(),
        stop: urgency.is_some_and(Urgency::safety_stop),
        open: urgency.is_some_and(|found| !found.open.is_empty()),
        clearance: urgency.is_some_and(Urgency::clearance_alone),
        judgement,
    };
    if shown.errors.is_empty() { page(&shown) } else { page_again(&shown) }
}

/// What stands, and the two forms.
pub async fn show(desk: Desk, id: Id) -> Result<HttpResponse, AppError> {
    let loaded = load_all(&desk, &id).await?;
    override_page(&desk, &id, &loaded, &FormData::default(), &Errors::default())
}

/// The page between: what is overridden, and the second confirmation.
fn stop_page(
    desk: &Desk,
    id: &str,
    loaded: &Loaded,
    new: &NewJudgement,
    form: &FormData,
    errors: &Errors,
) -> Result<HttpResponse, AppError> {
    let Some(found) = &loaded.urgency else { return Err(AppError::NotFound) };
    let mut fields = vec![
        Field::new("textarea", "examined", "What was examined, by whom, when, and what was found")
            .hint("At least a sentence. It is kept as the clearance, with your name and the time.")
            .sent(form),
        Field::new("checkboxes", "confirm", "Second confirmation")
            .options([("yes", "I override this safety stop. I have read the answers above and take responsibility for the plan going on.")])
            .sent(form),
    ];
    let lines = errors.show(&mut fields);
    let open = holds(&loaded.file).into_iter().filter(|hold| hold.open);
    let shown = StopPage {
        ctx: desk.visitor.ctx(),
        errors: lines,
        id: id.to_owned(),
        name: loaded.file.name.clone(),
        token: new.token.clone(),
        said: rules_said(found),
        decided: said::level(new.level),
        code: new.level.code().to_owned(),
        reason: new.reason.clone(),
        holds: open.map(|hold| format!("{}, since {}", hold.what, hold.placed)).collect(),
        fired: fired(found),
        telling: telling(&found.decision.answers),
        fields,
    };
    if shown.errors.is_empty() { page(&shown) } else { page_again(&shown) }
}

async fn save_category(desk: &Desk, id: &str, loaded: &Loaded, form: &FormData) -> Result<HttpResponse, AppError> {
    let mut reader = Reader::new(form);
    let reason = reader.text("category_reason", LONGEST, Some("Write the reason in a sentence: the patient reads it"));
    let chosen = reader.need("category", form.text("category").parse::<Category>().ok(), "Choose a pattern");
    let mut errors = reader.errors;
    if let (Some(category), true) = (chosen, errors.is_empty()) {
        let new = NewCategory { category, reason, token: form.token() };
        let (actor, patient, moment) = (desk.actor.clone(), PatientId::from_text(id), loaded.file.moment);
        match desk.visitor.run(move |store| set_category(store, &treat(store, &actor, &patient, moment.utc)?, &new, moment)).await {
            Ok(()) => {
                desk.visitor.flash("The pattern is set. The patient reads it with your reason.");
                return Ok(go(&format!("/pro/patients/{id}#pattern")));
            }
            Err(error) => errors.absorb(error)?,
        }
    }
    override_page(desk, id, loaded, form, &errors)
}

async fn save_judgement(desk: &Desk, id: &str, loaded: &Loaded, form: &FormData) -> Result<HttpResponse, AppError> {
    let mut reader = Reader::new(form);
    let reason = reader.text("disposition_reason", LONGEST, Some("Write the reason in a sentence: the patient reads it"));
    let level = reader.need("disposition", form.text("disposition").parse::<Disposition>().ok(), "Choose one");
    let mut errors = std::mem::take(&mut reader.errors);
    let Some(level) = level.filter(|_| errors.is_empty()) else { return override_page(desk, id, loaded, form, &errors) };
    let confirming = form.text("step") == "confirm";
    let examined = reader.text("examined", LONGEST, None);
    let mut new = NewJudgement { level, wait: form.text("wait") == "yes", reason, examined: None, token: form.token() };
    if confirming {
        errors = reader.errors;
        if form.text("confirm") != "yes" {
            errors.add("confirm", "Confirm that you override the safety stop, or leave it as it is");
        }
        if !errors.is_empty() {
            return stop_page(desk, id, loaded, &new, form, &errors);
        }
        new.examined = Some(examined);
    }
    let (actor, patient, moment, sent) = (desk.actor.clone(), PatientId::from_text(id), loaded.file.moment, new.clone());
    match desk.visitor.run(move |store| judge(store, &treat(store, &actor, &patient, moment.utc)?, &sent, moment)).await {
        Ok(Judged::Kept) => {
            desk.visitor.flash("Your judgement is recorded. The patient reads it with your reason.");
            Ok(go(&format!("/pro/patients/{id}#safety")))
        }
        Ok(Judged::Stopped) => {
            desk.visitor.flash("The plan is stopped. The patient’s page says what to do now, with your reason. Tell them as well.");
            Ok(go(&format!("/pro/patients/{id}#safety")))
        }
        Ok(Judged::Ask) => stop_page(desk, id, loaded, &new, form, &Errors::default()),
        Err(error) => {
            errors.absorb(error)?;
            if confirming { stop_page(desk, id, loaded, &new, form, &errors) } else { override_page(desk, id, loaded, form, &errors) }
        }
    }
}

/// Takes one of the two forms.
pub async fn save(desk: Desk, id: Id, form: Posted) -> Result<HttpResponse, AppError> {
    let loaded = load_all(&desk, &id).await?;
    match form.0.text("kind") {
        "category" => save_category(&desk, &id, &loaded, &form.0).await,
        "disposition" => save_judgement(&desk, &id, &loaded, &form.0).await,
        _ => {
            let mut errors = Errors::default();
            errors.add("", "Choose what you decide otherwise: the pattern, or what the answers ask for");
            override_page(&desk, &id, &loaded, &form.0, &errors)
        }
    }
}

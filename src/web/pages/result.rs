//! `/result`: what the intake led to. The disposition first; then, when nothing is held, the
//! category in everyday words with the field's term, the answers behind it, how sure, what it is not.

use crate::access::MayRecord;
use crate::care::intake::newest_decision;
use crate::care::standing::{Standing, Stricter, standing, stricter};
use crate::clinical::advice::CategoryWords;
use crate::clinical::codes::{Category, Disposition};
use crate::clinical::intake::{AnswerMap, Evaluation, contributions};
use crate::store::intake::{Hold, StoredEvaluation};
use crate::store::overrides::{self, CATEGORY, DISPOSITION, Override};
use crate::web::error::AppError;
use crate::web::extract::{Place, Recorder};
use crate::web::forms::Field;
use crate::web::pages::pro::card::checklist;
use crate::web::view::decision::DecisionView;
use crate::web::view::told::{advice, catalogue};
use crate::web::view::{PageCtx, go, page, words};
use actix_web::HttpResponse;
use askama::Template;
use serde_json::Value;

/// How many answers are named as the reason for a category.
const REASONS: usize = 5;

/// A category in words.
#[derive(Debug, Clone)]
pub struct CategoryView {
    /// Everyday words and the field's term.
    pub words: &'static CategoryWords,
    /// Which answers led to it: question and answer.
    pub because: Vec<(String, String)>,
    /// How sure, in one word.
    pub sure: String,
    /// How sure, in a sentence.
    pub sure_sentence: String,
    /// The second category, in a sentence, or nothing.
    pub secondary: String,
    /// Id of the classification rule.
    pub rule: String,
}

impl CategoryView {
    /// The words for a decision's category.
    pub fn new(result: &Evaluation, answers: &AnswerMap) -> Self {
        let advice = advice();
        let confidence = advice.confidence(result.confidence);
        let because = contributions(answers, result.category).into_iter().take(REASONS).filter_map(|c| {
            let question = catalogue().question(&c.question)?;
            let value = answers.get(&c.question).unwrap_or(&Value::Null);
            Some((question.short.clone(), question.label_for(value)))
        });
        Self {
            words: advice.category(result.category),
            because: because.collect(),
            sure: capital(&confidence.word),
            sure_sentence: confidence.sentence.clone(),
            secondary: result.secondary.map(|c| advice.secondary(c)).unwrap_or_default(),
            rule: result.rule.clone(),
        }
    }
}

/// The word as it begins a sentence.
fn capital(word: &str) -> String {
    word.chars().take(1).flat_map(char::to_uppercase).chain(word.chars().skip(1)).collect()
}

#[derive(Template)]
#[template(path = "pages/result.html")]
struct ResultPage {
    ctx: PageCtx,
    place: Place,
    /// Form for the start card of a record that waits for its person; empty: no card is needed.
    card: Vec<Field>,
    token: String,
    d: DecisionView,
    show_decision: bool,
    held: bool,
    hold_title: String,
    hold_lead: String,
    may: Vec<String>,
    next: Vec<String>,
    category: Option<CategoryView>,
    stage: String,
    why: String,
    evidence: String,
    has_plan: bool,
    /// Name of the pattern that the plan follows by now, when it is another one.
    follows: String,
    /// A physiotherapist chose it; else it was looked at again.
    chosen: String,
    /// What a physiotherapist judged otherwise since, with who and why; empty when nobody did.
    judged: Vec<String>,
    /// Address of the hand-over letter.
    letter: String,
}

/// What a physiotherapist decided otherwise about the answers of a decision: the pattern with its reason, and lines
/// about what the answers ask for.
fn otherwise(
    decision: &StoredEvaluation,
    all: &[(Override, Option<String>)],
    (plan, holds): (Option<Category>, &[Hold]),
) -> (String, String, Vec<String>) {
    let by = |name: &Option<String>| name.clone().unwrap_or_else(|| tr!("Your physiotherapist").to_owned());
    let since = |row: &Override| row.made_at >= decision.at;
    let set = all.iter().find(|(row, _)| row.kind == CATEGORY && since(row));
    let category = set.and_then(|(row, _)| row.decided.parse::<Category>().ok()).filter(|set| plan.is_none_or(|plan| plan == *set));
    let told = |(row, name): &(Override, Option<String>)| tr!("{name}: {reason}", name = by(name), reason = row.reason);
    let (pattern, chosen) = match (category, set) {
        (Some(category), Some(set)) => (advice().category(category).name.clone(), told(set)),
        _ => (String::new(), String::new()),
    };
    // One that stopped the plan has a page of its own while it lasts, and is over with its clearance.
    let stopped = |row: &Override| holds.iter().any(|hold| hold.override_id.as_ref() == Some(&row.id));
    let judged = all.iter().find(|(row, _)| row.kind == DISPOSITION && since(row) && !stopped(row));
    let lines = judged.and_then(|found| {
        let level: Disposition = found.0.decided.parse().ok()?;
        Some(vec![advice().disposition(level).title.clone(), told(found)])
    });
    (pattern, chosen, lines.unwrap_or_default())
}

/// The decision a hold rests on; else the newest one of the intake.
fn in_force(hold: Option<&Hold>, all: &[StoredEvaluation]) -> Option<StoredEvaluation> {
    let of_hold = hold.and_then(|h| h.evaluation_id.as_deref()).and_then(|id| all.iter().find(|e| e.id == id));
    // With changed answers the urgent decision before them stands (3.5).
    let urgent = hold.filter(|h| h.answers_changed).and_then(|_| all.iter().find(|e| e.result.disposition >= Disposition::SameDay));
    urgent.or(of_hold).or_else(|| all.iter().find(|e| e.occasion == "intake")).or(all.first()).cloned()
}

/// The words of a decision where a physiotherapist judged it stricter: what to do now is what they said, and why they
/// said it stands before what the rules said.
fn judged_view(decision: &StoredEvaluation, judged: &Stricter, ctx: &PageCtx, (when, judged_at): (String, String)) -> DecisionView {
    let mut result = decision.result.clone().into_inner();
    result.disposition = judged.level;
    result.hold_plan = true;
    let mut d = DecisionView::new(&result, &decision.answers, ctx, when);
    let by = judged.by.clone().unwrap_or_else(|| tr!("Your physiotherapist").to_owned());
    d.reasons.insert(0, (tr!("{name}: {reason}", name = by, reason = judged.row.reason), judged_at));
    d
}

/// The result page.
pub async fn show<M: MayRecord>(by: Recorder<M>) -> Result<HttpResponse, AppError> {
    let (state, all, intake, overrides, (judged, holds)) = by
        .run(|store, who, moment| {
            store.read(|tx| {
                let (state, all) = (standing(tx, who, moment.today())?, crate::store::intake::evaluations(tx, who)?);
                let stops = (stricter(tx, who)?, crate::store::intake::holds(tx, who)?);
                Ok((state, all, newest_decision(tx, who)?, overrides::all(tx, who)?, stops))
            })
        })
        .await?;
    let hold = match &state {
        Standing::Held(hold) => Some(hold.clone()),
        _ => None,
    };
    let held = hold.is_some() || judged.is_some();
    match state {
        Standing::Intake => return Ok(go(&by.place.intake)),
        Standing::Ended(_) => return Ok(go(&by.place.ended)),
        _ => {}
    }
    let Some(decision) = in_force(hold.as_ref(), &all) else { return Ok(go(&by.place.intake)) };
    let ctx = if by.unclaimed { by.visitor.ctx() } else { by.visitor.reading() };
    let when = words::instant(decision.at, by.moment.zone);
    let mut d = match &judged {
        Some(judged) => judged_view(&decision, judged, &ctx, (when, words::instant(judged.row.made_at, by.moment.zone))),
        None => DecisionView::new(&decision.result, &decision.answers, &ctx, when),
    };
    if hold.as_ref().is_some_and(|h| h.answers_changed) {
        d.changed.clone_from(&advice().hold.changed_answers);
    }
    let decided = intake.filter(|_| !held);
    let follows = match &state {
        Standing::Active(active) if decided.as_ref().is_some_and(|e| e.result.category != active.plan.category.0) => {
            advice().category(active.plan.category.0).name.clone()
        }
        _ => String::new(),
    };
    let plan = match &state {
        Standing::Active(active) => Some(active.plan.category.0),
        _ => None,
    };
    let (pattern, chosen, told) = match &decided {
        Some(decision) => otherwise(decision, &overrides, (plan, &holds)),
        None => (String::new(), String::new(), Vec::new()),
    };
    page(&ResultPage {
        follows: if chosen.is_empty() { follows } else { pattern },
        chosen,
        judged: told,
        letter: format!("{}/{}", by.place.letter, decision.id),
        card: if by.unclaimed { vec![checklist()] } else { Vec::new() },
        token: crate::ids::fresh(),
        place: by.place,
        show_decision: held || decision.result.disposition > Disposition::Continue,
        held,
        hold_title: advice().hold.title.clone(),
        hold_lead: advice().hold.lead.clone(),
        may: advice().hold.may.clone(),
        next: advice().hold.next.clone(),
        category: decided.as_ref().map(|e| CategoryView::new(&e.result, &e.answers)),
        stage: decided.as_ref().map(|e| advice().stage(e.result.stage).sentence.clone()).unwrap_or_default(),
        why: advice().pattern.why.clone(),
        evidence: advice().pattern.evidence.clone(),
        has_plan: matches!(state, Standing::Active(_)),
        d,
        ctx,
    })
}

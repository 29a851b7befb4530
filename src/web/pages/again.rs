//! `/again`: looking at the pattern again. The movement questions afresh with last time's answers
//! beside them, then the optional home tests; and what came of it.

use super::today::active;
use crate::care::CareError;
use crate::care::pattern::{self, ASKED, Basis, Given, Leg, Why, basis, look, preview};
use crate::care::standing::Active;
use crate::clinical::advice::fill;
use crate::clinical::catalogue::Question;
use crate::clinical::intake::AnswerMap;
use crate::lang::{Lang, current, say};
use crate::store::pattern::{ACCEPTED, DECLINED, PROPOSED, Reclassification, STOPPED};
use crate::web::error::AppError;
use crate::web::extract::{Me, Posted};
use crate::web::forms::{ErrorLine, Errors, Field, FormData, Reader};
use crate::web::pages::result::CategoryView;
use crate::web::questions::{fields, read};
use crate::web::view::told::{advice, catalogue, home_tests};
use crate::web::view::{PageCtx, go, page, page_again, words};
use actix_web::HttpResponse;
use askama::Template;
use serde_json::{Value, json};

/// The questions in groups of a page, each with its heading and how many there are.
const PARTS: [(&str, usize); 5] = [
    (tr_later!("Sitting and bending"), 3),
    (tr_later!("Standing, walking and reaching"), 3),
    (tr_later!("Lying down and carrying"), 4),
    (tr_later!("Turning and small movements"), 6),
    (tr_later!("When, and what sets it off"), 2),
];

#[derive(Template)]
#[template(path = "pages/again/show.html")]
struct AgainPage {
    ctx: PageCtx,
    errors: Vec<ErrorLine>,
    lead: &'static str,
    token: String,
    parts: Vec<(&'static str, Vec<Field>)>,
    title: &'static str,
    intro: &'static str,
    none_offered: &'static str,
    stop_title: &'static str,
    stop_lines: &'static [String],
    stop_then: String,
    tests: Vec<Field>,
    in_charge: bool,
}

/// The plan under way with what the questions rest on; or where to go instead.
async fn load(me: &Me) -> Result<Result<(Box<Active>, Basis), &'static str>, AppError> {
    let plan = match active(me).await? {
        Ok(plan) => plan,
        Err(elsewhere) => return Ok(Err(elsewhere)),
    };
    let found = me
        .run(move |store, who, moment| {
            store.read(|tx| {
                let basis = basis(tx, who, &plan, moment)?;
                Ok::<_, CareError>((plan, basis))
            })
        })
        .await?;
    Ok(Ok(found))
}

fn questions() -> Vec<&'static Question> {
    ASKED.iter().filter_map(|id| catalogue().question(id)).collect()
}

/// The questions, none of them answered beforehand; last time's answer stands beside each.
fn question_fields(before: &AnswerMap) -> Vec<Field> {
    let with_last = |(field, question): (Field, &&Question)| match before.get(&question.id) {
        Some(value) => {
            let hint =
                format!("{} {}", field.hint, tr!("At the start you said: {answer}.", answer = continued(&question.label_for(value))));
            field.hint(hint.trim())
        }
        None => field,
    };
    let questions = questions();
    fields(&questions, &AnswerMap::new()).into_iter().zip(&questions).map(with_last).collect()
}

/// An answer inside of a sentence. German nouns keep their capital.
fn continued(text: &str) -> String {
    match current() {
        Lang::En => text.chars().take(1).flat_map(char::to_lowercase).chain(text.chars().skip(1)).collect(),
        Lang::De => text.to_owned(),
    }
}

/// The home tests that are offered, with the question before and the two after them.
fn test_fields(offered: &[&str]) -> Vec<Field> {
    let words = home_tests();
    if offered.is_empty() {
        return Vec::new();
    }
    let pain = Field::new("scale", "nprs_now", words.pain_now.clone())
        .ends(tr!("no pain"), tr!("the worst pain you can imagine"))
        .hint(tr!("Only needed if you do a test. Above {most} leave them out today.", most = crate::clinical::home_tests::MOST_PAIN));
    let answers = &words.answers;
    let tests = words.tests.iter().filter(|test| offered.contains(&test.id.as_str())).map(|test| {
        Field::new("radios", &test.id, test.title.clone())
            .hint(test.how.clone())
            .options(
                [("worse", &answers.worse), ("same", &answers.same), ("better", &answers.better), ("not_done", &answers.not_done)]
                    .map(|(code, label)| (code, label.clone())),
            )
            .value("not_done")
    });
    let leg = Field::new("radios", "ht_leg", words.leg.question.clone()).hint(tr!("Only needed if you did a test.")).options([
        ("nothing", words.leg.none.clone()),
        ("centralised", words.leg.centralised.clone()),
        ("further", words.leg.further.clone()),
    ]);
    let signs = Field::new("checkboxes", "ht_signs", words.signs.question.clone()).hint(tr!("Only needed if you did a test.")).options([
        ("weakness", words.signs.weakness.clone()),
        ("saddle_bladder_bowel", words.signs.saddle_bladder_bowel.clone()),
        ("none", words.signs.none.clone()),
    ]);
    std::iter::once(pain).chain(tests).chain([leg, signs]).collect()
}

/// The words of the card on the day's page.
pub fn invitation(why: Why) -> &'static str {
    lead(why)
}

fn lead(why: Why) -> &'static str {
    match why {
        Why::Unclear14 => tr!("At the start your answers did not point to one pattern. Two weeks on, a fresh look may show more."),
        Why::Week4 => tr!("After the first weeks a fresh look shows whether the plan still fits your back."),
        Why::P10 => tr!("Your pain has not eased lastingly yet. A fresh look shows whether another pattern fits better."),
        Why::Asked => tr!("A fresh look at what makes your back worse and what makes it better."),
    }
}

fn again_page(me: &Me, basis: &Basis, form: Option<&FormData>, errors: &Errors) -> Result<HttpResponse, AppError> {
    let mut all = question_fields(&basis.before);
    let count = all.len();
    all.extend(test_fields(&basis.tests));
    if let Some(form) = form {
        all = all.into_iter().map(|field| if form.all(&field.name).is_empty() { field } else { field.sent(form) }).collect();
    }
    let lines = errors.show(&mut all);
    let tests = all.split_off(count);
    let mut rest = all.into_iter();
    let words = home_tests();
    let ctx = me.visitor.ctx();
    let shown = AgainPage {
        errors: lines,
        lead: lead(basis.why),
        token: form.map(FormData::token).unwrap_or_else(crate::ids::fresh),
        parts: PARTS.iter().map(|(title, count)| (say(title), rest.by_ref().take(*count).collect())).collect(),
        title: &words.title,
        intro: &words.intro,
        none_offered: &words.none_offered,
        stop_title: &words.stop.title,
        stop_lines: &words.stop.lines,
        stop_then: fill(&words.stop.then, &ctx.emergency_number, &ctx.urgent_number),
        tests,
        in_charge: basis.in_charge,
        ctx,
    };
    if shown.errors.is_empty() { page(&shown) } else { page_again(&shown) }
}

/// The questions. Not while the plan stands still, nor while an earlier look waits for a decision.
pub async fn show(me: Me) -> Result<HttpResponse, AppError> {
    match load(&me).await? {
        Err(elsewhere) => Ok(go(elsewhere)),
        Ok((plan, _)) if plan.pause.is_some() => Ok(go("/today")),
        Ok((_, basis)) if basis.last.as_ref().is_some_and(Reclassification::waits) => Ok(go("/again/result")),
        Ok((_, basis)) => again_page(&me, &basis, None, &Errors::default()),
    }
}

/// Reads the home tests; a symptom during them counts whatever else is missing.
fn read_tests(form: &FormData, offered: &[&'static str], given: &mut Given, errors: &mut Errors) {
    let words = home_tests();
    let mut tests = serde_json::Map::new();
    for id in offered {
        match form.text(id) {
            code @ ("worse" | "same" | "better" | "not_done") => tests.insert((*id).to_owned(), json!(code)),
            "" => tests.insert((*id).to_owned(), json!("not_done")),
            _ => {
                errors.add(id, tr!("Choose one of the answers"));
                None
            }
        };
    }
    let did = tests.values().any(|answer| answer.as_str() != Some("not_done"));
    given.answers.insert("ht".to_owned(), Value::Object(tests));
    let mut reader = Reader::new(form);
    given.pain_now = reader.scale("nprs_now");
    if did {
        reader.need("nprs_now", given.pain_now, tr!("Say how your pain was before the first test"));
    }
    for (field, message) in ["nprs_now"].map(|name| (name, reader.errors.of(name))) {
        if !message.is_empty() {
            errors.add(field, message);
        }
    }
    match form.text("ht_leg") {
        "further" => given.leg = Leg::Further,
        "centralised" if did => given.leg = Leg::Centralised,
        "nothing" => {}
        _ if !did => {}
        _ => errors.add("ht_leg", words.leg.missing.clone()),
    }
    let ticked = form.all("ht_signs");
    given.signs =
        ["weakness", "saddle_bladder_bowel"].into_iter().filter(|key| ticked.iter().any(|t| t == key)).map(str::to_owned).collect();
    if did && ticked.is_empty() {
        errors.add("ht_signs", words.signs.missing.clone());
    }
}

/// Takes the answers.
pub async fn save(me: Me, form: Posted) -> Result<HttpResponse, AppError> {
    let (_, basis) = match load(&me).await? {
        Ok(found) => found,
        Err(elsewhere) => return Ok(go(elsewhere)),
    };
    let (answers, mut errors) = read(&questions(), &form.0);
    let mut given = Given { answers, pain_now: None, leg: Leg::Nothing, signs: Vec::new(), token: form.0.token() };
    read_tests(&form.0, &basis.tests, &mut given, &mut errors);
    if errors.is_empty() || given.stopped() {
        let danger = !given.signs.is_empty();
        match me.run(move |store, who, moment| look(store, who, &given, moment)).await {
            Ok(kept) => return Ok(go(if kept.status == STOPPED && danger { "/signs" } else { "/again/result" })),
            Err(error) => errors.absorb(error)?,
        }
    }
    again_page(&me, &basis, Some(&form.0), &errors)
}

#[derive(Template)]
#[template(path = "pages/again/result.html")]
struct ResultPage {
    ctx: PageCtx,
    errors: Vec<ErrorLine>,
    status: &'static str,
    when: String,
    before: String,
    now: CategoryView,
    in_charge: bool,
    paused: bool,
    leaving: Vec<(String, Option<String>)>,
    reason: String,
}

/// Names of exercises, also of the clinic's own.
fn said((old, new): (String, Option<String>)) -> (String, Option<String>) {
    (say(&old).to_owned(), new.map(|new| say(&new).to_owned()))
}

async fn result_page(me: &Me, errors: Vec<ErrorLine>) -> Result<HttpResponse, AppError> {
    let (plan, basis) = match load(me).await? {
        Ok(found) => found,
        Err(elsewhere) => return Ok(go(elsewhere)),
    };
    let Some(last) = basis.last.clone() else { return Ok(go("/again")) };
    let (of, waiting) = (plan.plan.clone(), last.clone());
    let leaving =
        if last.waits() { me.run(move |store, who, _| store.read(|tx| preview(tx, who, &of, &waiting))).await? } else { Vec::new() };
    let shown = ResultPage {
        ctx: me.visitor.ctx(),
        errors,
        status: match last.status.as_str() {
            PROPOSED => "proposed",
            ACCEPTED => "accepted",
            DECLINED => "declined",
            STOPPED => "stopped",
            _ => "same",
        },
        when: words::instant(last.made_at, me.moment.zone),
        before: advice().category(plan.plan.category.0).name.clone(),
        now: CategoryView::new(&last.result, &last.answers),
        in_charge: basis.in_charge,
        paused: plan.pause.is_some(),
        leaving: leaving.into_iter().map(said).collect(),
        reason: last.reason.clone(),
    };
    if shown.errors.is_empty() { page(&shown) } else { page_again(&shown) }
}

/// What came of the last look.
pub async fn result(me: Me) -> Result<HttpResponse, AppError> {
    result_page(&me, Vec::new()).await
}

/// The decision of somebody nobody is in charge of.
pub async fn settle(me: Me, form: Posted) -> Result<HttpResponse, AppError> {
    let mut errors = Errors::default();
    let accept = match form.0.text("decision") {
        "accept" => Some(true),
        "decline" => Some(false),
        _ => None,
    };
    match accept {
        None => errors.add("", tr!("Choose whether your plan should change")),
        Some(accept) => match me.run(move |store, who, moment| pattern::decide_own(store, who, accept, moment)).await {
            Ok(()) => {
                me.visitor.flash(if accept { tr!("Your plan follows the new pattern.") } else { tr!("Your plan stays as it is.") });
                return Ok(go(if accept { "/changes" } else { "/plan" }));
            }
            Err(error) => errors.absorb(error)?,
        },
    }
    result_page(&me, errors.show(&mut [])).await
}

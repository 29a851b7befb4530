//! The hand-over letter: what was answered to the danger-sign questions and when, and what was advised. For the
//! patient after a result, for the physiotherapist from the file, and for a visitor who has no account yet.

use crate::care::desk::look;
use crate::care::progress::{Letter, letter};
use crate::care::standing::Stricter;
use crate::clinical::RULESET_VERSION;
use crate::clinical::catalogue::Question;
use crate::clinical::codes::Disposition;
use crate::clinical::intake::{AnswerMap, Evaluation};
use crate::clock::{Moment, UtcTime};
use crate::ids::PatientId;
use crate::web::error::AppError;
use crate::web::extract::{Desk, Id, Me, Visitor};
use crate::web::pages::check;
use crate::web::view::decision::DecisionView;
use crate::web::view::told::catalogue;
use crate::web::view::told::say;
use crate::web::view::{PageCtx, go, page, words};
use actix_web::HttpResponse;
use askama::Template;

/// From so many answers on they are named by their short names, or one page would not hold them.
const MANY: usize = 8;
/// Reasons that are written out; of the rest the rules are named.
const REASONS: usize = 4;

#[derive(Template)]
#[template(path = "pages/progress/letter.html")]
struct LetterPage {
    ctx: PageCtx,
    back: String,
    back_label: &'static str,
    name: String,
    occasion: String,
    answered: String,
    printed: String,
    d: DecisionView,
    /// Question and answer, or with many of them an answer and its questions.
    telling: Vec<(String, String)>,
    no: String,
    earlier: String,
    note: String,
    reasons: Vec<(String, String)>,
    rules: String,
    version: String,
    hold: String,
}

/// What a letter is made from.
struct Source<'a> {
    result: &'a Evaluation,
    answers: &'a AnswerMap,
    at: UtcTime,
    moment: Moment,
    occasion: String,
    asked: Option<&'a (Vec<&'static str>, Option<UtcTime>)>,
    version: &'a str,
}

fn signs() -> impl Iterator<Item = &'static Question> {
    catalogue().questions().iter().filter(|q| q.id.starts_with("r_"))
}

fn zoned(at: UtcTime, moment: Moment) -> String {
    format!("{} ({})", words::instant(at, moment.zone), moment.zone.name())
}

/// The answers in the order in which they come first, each with the short names of its questions.
fn by_answer(telling: &[(&Question, &serde_json::Value)]) -> Vec<(String, String)> {
    let mut answers: Vec<(String, Vec<String>)> = Vec::new();
    for (question, value) in telling {
        let label = question.label_for(value);
        match answers.iter_mut().find(|(known, _)| *known == label) {
            Some((_, names)) => names.push(question.short.clone()),
            None => answers.push((label, vec![question.short.clone()])),
        }
    }
    answers.into_iter().map(|(label, names)| (label, names.join("; "))).collect()
}

fn letter_page(ctx: PageCtx, source: &Source, name: String, hold: String, back: (String, &'static str)) -> LetterPage {
    let answered = zoned(source.at, source.moment);
    let was_asked = |q: &&Question| source.asked.is_none_or(|(ids, _)| ids.contains(&q.id.as_str()));
    let given = |q: &'static Question| source.answers.get(&q.id).map(|value| (q, value));
    let is_no = |value: &serde_json::Value| value.as_str() == Some("no");
    let telling: Vec<_> = signs().filter(was_asked).filter_map(given).filter(|(_, value)| !is_no(value)).collect();
    let dense = telling.len() >= MANY;
    let no: Vec<String> = signs().filter(was_asked).filter_map(given).filter(|(_, v)| is_no(v)).map(|(q, _)| q.short.clone()).collect();
    let earlier: Vec<String> = signs()
        .filter(|q| !was_asked(q))
        .filter_map(given)
        .filter(|(_, value)| !is_no(value))
        .map(|(q, value)| format!("{}: {}", q.short, q.label_for(value)))
        .collect();
    let before = source.asked.and_then(|(_, at)| *at).map(|at| words::instant(at, source.moment.zone)).unwrap_or_default();
    let d = DecisionView::new(source.result, source.answers, &ctx, answered.clone());
    let rules: Vec<String> = source.result.rules.iter().map(|rule| rule.id.clone()).collect();
    LetterPage {
        ctx,
        back: back.0,
        back_label: back.1,
        name,
        occasion: source.occasion.clone(),
        answered,
        printed: zoned(source.moment.utc, source.moment),
        reasons: d.reasons.iter().take(REASONS).cloned().collect(),
        d,
        telling: if dense {
            by_answer(&telling)
        } else {
            telling.into_iter().map(|(q, value)| (q.text.clone(), q.label_for(value))).collect()
        },
        no: if no.is_empty() { String::new() } else { say("letter.no", &[("list", &no.join("; "))]) },
        earlier: if earlier.is_empty() {
            String::new()
        } else {
            say("letter.earlier", &[("when", &before), ("list", &earlier.join("; "))])
        },
        note: if source.result.disposition == Disposition::EmergencyNow { say("letter.partly", &[]) } else { String::new() },
        rules: if rules.len() > REASONS { rules.join(", ") } else { String::new() },
        version: source.version.to_owned(),
        hold,
    }
}

/// The letter as plain text, for a physiotherapist to go on from.
pub fn plain(ctx: PageCtx, letter: &Letter) -> String {
    let page = stored(ctx, letter, (String::new(), ""));
    let listed = |pairs: &[(String, String)]| pairs.iter().map(|(a, b)| format!("- {a}: {b}")).collect::<Vec<_>>();
    let mut parts = vec![
        vec![format!("About: {}", page.name)],
        vec![page.d.for_clinician.clone()],
        vec![format!("Answered: {}", page.answered), format!("Occasion: {}", page.occasion)],
    ];
    let mut answers = vec!["DANGER-SIGN ANSWERS".to_owned()];
    answers.extend(listed(&page.telling));
    if page.telling.is_empty() {
        answers.push("No danger-sign question was answered other than \u{201c}no\u{201d}.".to_owned());
    }
    answers.extend([&page.no, &page.earlier, &page.note].into_iter().filter(|line| !line.is_empty()).cloned());
    parts.push(answers);
    if !page.d.reasons.is_empty() {
        let rules = page.d.reasons.iter().map(|(reason, id)| format!("- {reason} (rule {id})"));
        parts.push(std::iter::once("RULES THAT FIRED".to_owned()).chain(rules).collect());
    }
    let mut done = vec!["WHAT WAS ADVISED AND DONE".to_owned(), format!("{}. {}", page.d.title, page.d.lead)];
    done.extend(page.d.do_now.iter().map(|line| format!("- {line}")));
    if let Some(judged) = &letter.judged {
        done.push(format!(
            "Judged in person on {}, stricter than the rules. {}",
            zoned(judged.row.made_at, letter.moment),
            judged_words(judged)
        ));
    }
    done.push(page.hold.clone());
    parts.push(done);
    let version =
        format!("Answers given by the person, not examined. Not a diagnosis. Decided by written rules, version {}.", page.version);
    parts.push(vec![version]);
    parts.into_iter().map(|lines| lines.join("\n")).collect::<Vec<_>>().join("\n\n")
}

/// Who judged it more urgent, and why; as much of it as one page has room for.
fn judged_words(judged: &Stricter) -> String {
    let by = judged.by.clone().unwrap_or_else(|| tr!("Your physiotherapist").to_owned());
    let reason: String = judged.row.reason.chars().take(300).collect();
    tr!("{name}: {reason}", name = by, reason = reason)
}

fn hold_words(letter: &Letter) -> String {
    let zone = letter.moment.zone;
    match &letter.hold {
        None => say("letter.hold.none", &[]),
        Some(hold) => {
            let placed = words::instant(hold.placed_at, zone);
            match hold.cleared_at {
                None => say("letter.hold.open", &[("placed", &placed)]),
                Some(at) => {
                    let note: String = hold.clearance_note.as_deref().unwrap_or_default().chars().take(300).collect();
                    say("letter.hold.cleared", &[("placed", &placed), ("cleared", &words::instant(at, zone)), ("note", &note)])
                }
            }
        }
    }
}

fn stored(ctx: PageCtx, letter: &Letter, back: (String, &'static str)) -> LetterPage {
    let occasion = match letter.decision.occasion.as_str() {
        "check" => say("letter.occasion.check", &[]),
        "intake" => say("letter.occasion.intake", &[]),
        "weekly" => say("letter.occasion.weekly", &[]),
        _ => say("letter.occasion.again", &[]),
    };
    let mut result = letter.decision.result.clone().into_inner();
    if let Some(judged) = &letter.judged {
        (result.disposition, result.hold_plan) = (judged.level, true);
    }
    let source = Source {
        result: &result,
        answers: &letter.decision.answers,
        at: letter.decision.at,
        moment: letter.moment,
        occasion,
        asked: letter.asked.as_ref(),
        version: &letter.decision.ruleset_version,
    };
    let mut page = letter_page(ctx, &source, letter.name.clone(), hold_words(letter), back);
    if let Some(judged) = &letter.judged {
        // It is not what the answers led to, so it stands first, with a name.
        page.reasons.insert(0, (judged_words(judged), words::instant(judged.row.made_at, letter.moment.zone)));
    }
    page
}

/// The letter of one of the patient's own decisions.
pub async fn show(me: Me, id: Id) -> Result<HttpResponse, AppError> {
    let id = id.into_inner();
    let found = me.run(move |store, who, moment| store.read(|tx| letter(tx, who, &id, moment.utc))).await?;
    let back = match found.decision.occasion.as_str() {
        "weekly" => ("/signs/result".to_owned(), tr!("Your result")),
        _ => ("/result".to_owned(), tr!("Your result")),
    };
    page(&stored(me.visitor.reading(), &found, back))
}

/// The letter of a decision about a patient, for their physiotherapist.
pub async fn of_patient(desk: Desk, path: actix_web::web::Path<(String, String)>) -> Result<HttpResponse, AppError> {
    let (id, decision) = path.into_inner();
    let (actor, patient, now) = (desk.actor.clone(), PatientId::from_text(id.as_str()), desk.visitor.app.clock.now());
    let found = desk
        .visitor
        .run(move |store| {
            let who = look(store, &actor, &patient, now)?;
            store.read(|tx| letter(tx, &who, &decision, now))
        })
        .await?;
    page(&stored(desk.visitor.reading(), &found, (format!("/pro/patients/{id}"), "The file")))
}

/// The letter of a check that somebody made without an account; its answers are those of their session.
pub async fn of_check(visitor: Visitor) -> Result<HttpResponse, AppError> {
    let Some(found) = check::decided(&visitor) else { return Ok(go("/check")) };
    let source = Source {
        result: &found.result,
        answers: &found.answers,
        at: found.began,
        moment: Moment { utc: visitor.app.clock.now(), zone: visitor.app.config.time_zone },
        occasion: say("letter.occasion.check", &[]),
        asked: None,
        version: RULESET_VERSION,
    };
    let name = visitor.user.as_ref().map(|user| user.name.clone()).unwrap_or_default();
    page(&letter_page(visitor.reading(), &source, name, String::new(), ("/check/result".to_owned(), tr!("Your result"))))
}

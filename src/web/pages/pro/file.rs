//! A patient's file: words first, then numbers, then charts; everything the rules knew and decided.

use super::agree::{agreement, seen};
use super::measures::measures;
use crate::care::desk::{File, away_words, file, look};
use crate::care::journal::SharedNote;
use crate::care::standing::{Pause, Standing, open_hold};
use crate::clinical::catalogue::Journey;
use crate::clinical::codes::Outcome;
use crate::ids::PatientId;
use crate::store::logs::Done;
use crate::store::pattern::{ACCEPTED, DECLINED, PROPOSED, Reclassification, STOPPED};
use crate::web::error::AppError;
use crate::web::extract::{Desk, Id};
use crate::web::pages::changes::{ChangeView, change_views};
use crate::web::pages::goals::GoalView;
use crate::web::pages::journal::{PainChart, pain_chart};
use crate::web::pages::plan::QuotaView;
use crate::web::pages::result::CategoryView;
use crate::web::pages::today::colour;
use crate::web::questions::rows;
use crate::web::view::decision::telling;
use crate::web::view::told::{advice, catalogue, learn};
use crate::web::view::{PageCtx, Row, page, words};
use actix_web::HttpResponse;
use askama::Template;
use chrono::Days;

struct AlertView {
    id: String,
    rule: String,
    reason: String,
    when: String,
}

struct ItemView {
    href: String,
    name: String,
    dose: String,
}

struct SessionView {
    day: String,
    done: String,
    felt: String,
    colour: &'static str,
    colour_word: String,
    reasons: String,
    /// Who entered it from paper, and when; empty when nobody did.
    paper: String,
}

pub(super) struct HoldView {
    pub(super) what: String,
    pub(super) placed: String,
    pub(super) cleared: String,
}

#[derive(Template)]
#[template(path = "pages/pro/file.html")]
pub(super) struct FilePage {
    pub(super) ctx: PageCtx,
    id: String,
    pub(super) name: String,
    stands: String,
    summary: Vec<Row>,
    held: bool,
    alerts: Vec<AlertView>,
    pub(super) holds: Vec<HoldView>,
    category: Option<CategoryView>,
    percents: Vec<(String, i64)>,
    markers: u8,
    fired: Vec<(String, String, String)>,
    telling: Vec<Row>,
    sections: Vec<(String, Vec<Row>)>,
    decided: String,
    quotas: Vec<QuotaView>,
    items: Vec<ItemView>,
    chart: PainChart,
    sessions: Vec<SessionView>,
    notes: Vec<(String, String)>,
    /// Day, question of Learn, and what the patient wrote.
    reflections: Vec<(String, String, String)>,
    reviews: Vec<(i32, String, String, String)>,
    measures: Vec<(String, String, String)>,
    patterns: Vec<(String, String, &'static str)>,
    waiting: String,
    changes: Vec<ChangeView>,
    looks: Vec<(String, String)>,
    /// Hand-over letters: address and time.
    letters: Vec<(String, String)>,
    /// A plan is under way, so the programme can be ended.
    under_way: bool,
    agreement: String,
    /// The clinic's side has agreed.
    agreed: bool,
    seen: String,
    goals: Vec<GoalView>,
}

fn stands(file: &File) -> String {
    match &file.standing {
        Standing::Intake => "The intake is not finished.".to_owned(),
        Standing::Held(_) => "Held: no plan until you record clearance.".to_owned(),
        Standing::Ready(_) => "Measuring the baseline.".to_owned(),
        Standing::Ended(plan) => match (plan.end_reason.as_deref(), plan.ended_on) {
            (Some("lapsed"), Some(on)) => format!("Plan ended on {}, after four weeks without an entry.", words::date(on)),
            (_, Some(on)) => format!("Programme ended on {}.", words::date(on)),
            (_, None) => "Programme ended.".to_owned(),
        },
        Standing::Active(active) => {
            let week = active.week(file.moment.today()).max(1);
            match (active.pause, &active.flare) {
                (Some(Pause::LegSymptoms), _) => {
                    format!("Week {week}, paused: new leg symptoms (P-02). Only relief, breathing and walking by comfort are shown.")
                }
                (Some(Pause::Unanswered), _) => {
                    format!("Week {week}, paused: a danger-sign question was answered yes; its details are still open.")
                }
                (Some(Pause::DangerSign), _) => format!("Week {week}, paused: danger sign (P-01). No exercise is shown."),
                (None, _) if active.away.is_some() => {
                    format!("Week {week}. {}.", active.away.as_ref().map(away_words).unwrap_or_default())
                }
                (None, Some(flare)) => format!("Week {week}, in a flare since {}.", words::short_day(flare.started_on)),
                (None, None) if file.progress.maintaining => format!("Week {week}, maintaining."),
                (None, None) => format!("Week {week}."),
            }
        }
    }
}

fn is_of_plan(file: &File, look: &Reclassification) -> bool {
    matches!(&file.standing, Standing::Active(active) if active.plan.id == look.plan_id)
}

fn pattern_href(id: &str, look: &Reclassification) -> String {
    format!("/pro/patients/{id}/pattern/{}", look.id)
}

/// Looks at the pattern again: address, what it was, what came of it.
fn patterns(file: &File, id: &str) -> Vec<(String, String, &'static str)> {
    let view = |look: &Reclassification| {
        let what = format!("{}: {}", words::instant(look.made_at, file.moment.zone), advice().category(look.result.category).name);
        let outcome = match look.status.as_str() {
            PROPOSED => "waits for your decision",
            ACCEPTED => "confirmed",
            DECLINED => "declined",
            STOPPED => "home tests stopped by a symptom",
            _ => "the same pattern",
        };
        (pattern_href(id, look), what, outcome)
    };
    file.patterns.iter().map(view).collect()
}

fn sessions(file: &File) -> Vec<SessionView> {
    let view = |s: &crate::care::logging::Coloured| {
        let done = s.log.items.iter().filter(|i| i.done == Done::Done).count();
        let partly = s.log.items.iter().filter(|i| i.done == Done::Partly).count();
        let amounts = s.log.quotas.iter().filter_map(|q| {
            q.amount.map(|a| {
                format!("{} of {} ({})", words::number(a), words::number(q.quota), advice().activity(q.activity).name.to_lowercase())
            })
        });
        let mut parts: Vec<String> = amounts.collect();
        if !s.log.items.is_empty() {
            let half = if partly > 0 { format!(", {partly} partly") } else { String::new() };
            parts.insert(0, format!("{done} of {} exercises{half}", s.log.items.len()));
        }
        let felt = [s.log.worst_during.map(|p| format!("pain {p}")), s.log.effort.map(|e| format!("effort {e}"))];
        let mut reasons: Vec<String> = s
            .log
            .items
            .iter()
            .map(|i| i.reason.as_str())
            .chain(s.log.quotas.iter().map(|q| q.reason.as_str()))
            .filter_map(|key| advice().reason(key))
            .map(|r| r.label.to_lowercase())
            .collect();
        reasons.dedup();
        if s.log.stop_symptom {
            reasons.insert(0, "stopped because of a stop-rule symptom".to_owned());
        }
        let (colour, colour_word) = colour(s.colour);
        let late = if s.log.late { ", written later" } else { "" };
        let paper = file.paper.iter().rfind(|mark| mark.log_id.as_deref() == Some(s.log.id.as_str()));
        let paper = paper.map(|mark| words::from_paper(mark, file.moment.zone)).unwrap_or_default();
        SessionView {
            day: format!("{}{late}", words::short_day(s.log.on_date)),
            done: parts.join("; "),
            felt: felt.into_iter().flatten().collect::<Vec<_>>().join(", "),
            colour,
            colour_word,
            reasons: words::listed(&reasons),
            paper,
        }
    };
    file.progress.sessions.iter().rev().map(view).collect()
}

fn summary(file: &File, category: Option<&CategoryView>) -> Vec<Row> {
    let row =
        |label: &str, value: String| Row { label: label.to_owned(), value, change: String::new(), change_label: String::new(), lang: "" };
    let mut rows = Vec::new();
    if let Some(cat) = category {
        rows.push(row(
            "Most sensitive to",
            format!("{} ({}, {}, rule {})", cat.words.name, cat.words.term, cat.sure.to_lowercase(), cat.rule),
        ));
    }
    if let Some(look) = file.patterns.iter().find(|look| look.status == ACCEPTED && is_of_plan(file, look)) {
        let name = &advice().category(look.result.category).name;
        rows.push(row("The plan follows", format!("{name}, answers of {}", words::instant(look.made_at, file.moment.zone))));
    }
    if let Some(code) = file.disposition {
        rows.push(row("Disposition", code.to_string()));
    }
    if let Some(intake) = &file.intake {
        let goals: Vec<String> = intake.wishes.activities.iter().map(|(text, score)| format!("{text} ({score} at the start)")).collect();
        rows.push(row("Wants to do again", words::listed(&goals)));
    }
    for quota in &file.quotas {
        let view = QuotaView::new(quota);
        rows.push(row(&view.name, format!("{} a day now; goal {} on {}", view.now, view.goal, view.goal_on)));
    }
    if let Standing::Active(active) = &file.standing
        && let Some(smaller) = &active.plan.smaller
    {
        let days =
            format!("A smaller plan since {}: exercises on {}", words::date(smaller.since), words::weekdays(&active.plan.training_days));
        rows.push(row("Size", days));
    }
    if let Some((on, reason)) = file.in_the_way.as_ref().and_then(|(on, key)| Some((on, advice().reason(key)?))) {
        rows.push(row("Gets in the way", format!("{} (said on {})", reason.label, words::date(*on))));
    }
    if let Some(last) = file.reviews.last() {
        let words = advice().outcome(last.result.outcome);
        rows.push(row(
            &format!("Review of week {}", last.week),
            format!("{} ({}, {}). {}", words.title, last.result.outcome, last.result.rules.join(" "), words.for_physio),
        ));
    }
    rows.push(row(
        "In charge",
        if file.in_charge.is_empty() { "Nobody yet: in the clinic’s inbox".to_owned() } else { words::listed(&file.in_charge) },
    ));
    rows
}

pub(super) fn file_page(ctx: PageCtx, id: &str, file: &File) -> FilePage {
    let zone = file.moment.zone;
    let decision = file.decisions.iter().find(|e| e.occasion == "intake").or(file.decisions.first());
    let result = decision.map(|d| &*d.result);
    let category = decision.filter(|d| d.occasion == "intake").map(|d| CategoryView::new(&d.result, &d.answers));
    let answers = decision.map(|d| d.answers.clone().into_inner()).unwrap_or_default();
    let today = file.moment.today();
    let from = today - Days::new(27);
    let usual = answers.get("nprs_avg").and_then(serde_json::Value::as_f64).unwrap_or(0.0);
    let sections = catalogue()
        .tasks()
        .iter()
        .map(|task| (task.title.clone(), catalogue().task_screens(&task.id).flat_map(|s| rows(s, &answers, "")).collect()));
    debug_assert!(!catalogue().screens(Journey::Intake).is_empty(), "answers are shown by the intake's screens");
    FilePage {
        ctx,
        id: id.to_owned(),
        name: file.name.clone(),
        stands: stands(file),
        summary: summary(file, category.as_ref()),
        held: open_hold(file.holds.clone()).is_some(),
        alerts: file
            .alerts
            .iter()
            .filter(|a| a.resolved_at.is_none())
            .map(|a| AlertView {
                id: a.id.clone(),
                rule: a.rule.clone(),
                reason: a.reason.clone(),
                when: words::instant(a.raised_at, zone),
            })
            .collect(),
        holds: file
            .holds
            .iter()
            .map(|h| HoldView {
                what: match h.cause.as_str() {
                    "leg_symptoms" => "New leg symptoms (P-02)".to_owned(),
                    "danger_sign" => "Danger sign in a check (P-01)".to_owned(),
                    _ if h.answers_changed => "Disposition; answers were changed to “no” afterwards".to_owned(),
                    _ => "Disposition of the intake".to_owned(),
                },
                placed: words::instant(h.placed_at, zone),
                cleared: h
                    .cleared_at
                    .map(|at| format!("Cleared on {}: {}", words::instant(at, zone), h.clearance_note.as_deref().unwrap_or_default()))
                    .unwrap_or_default(),
            })
            .collect(),
        percents: result
            .map(|r| {
                vec![
                    ("Flexion".to_owned(), r.percent.flex),
                    ("Extension".to_owned(), r.percent.ext),
                    ("Load".to_owned(), r.percent.load),
                    ("Control".to_owned(), r.percent.inst),
                ]
            })
            .unwrap_or_default(),
        markers: result.map_or(0, |r| r.markers),
        fired: result
            .map(|r| r.rules.iter().map(|f| (f.id.clone(), f.disposition.to_string(), f.reason.clone())).collect())
            .unwrap_or_default(),
        telling: telling(&answers),
        sections: sections.collect(),
        decided: decision
            .map(|d| format!("Decided on {} by rule set {}", words::instant(d.at, zone), d.ruleset_version))
            .unwrap_or_default(),
        category,
        quotas: file.quotas.iter().map(QuotaView::new).collect(),
        items: file
            .items
            .iter()
            .map(|i| ItemView {
                href: format!("/pro/patients/{id}/items/{}", i.id),
                name: i.prescription.title().to_owned(),
                dose: crate::care::plan::dose_words(&i.prescription),
            })
            .collect(),
        chart: pain_chart(&file.progress.pain, &file.progress, from, today, usual),
        sessions: sessions(file),
        notes: file.notes.iter().map(note_words).collect(),
        reflections: shared_reflections(file),
        reviews: file
            .reviews
            .iter()
            .rev()
            .map(|r| (r.week, r.result.outcome.to_string(), r.result.rules.join(" "), why(r.result.outcome, r)))
            .collect(),
        measures: measures(&file.measures),
        patterns: patterns(file, id),
        waiting: file
            .patterns
            .iter()
            .find(|look| look.waits() && is_of_plan(file, look))
            .map(|look| pattern_href(id, look))
            .unwrap_or_default(),
        changes: change_views(&file.changes, &file.reviews),
        letters: letters(file, id),
        under_way: matches!(file.standing, Standing::Active(_)),
        agreement: agreement(file),
        agreed: file.sides.as_ref().is_some_and(|sides| sides.physio.is_some()),
        seen: seen(file),
        goals: file.goals.iter().filter(|f| f.goal.ended_on.is_none()).map(GoalView::new).collect(),
        looks: file
            .looks
            .iter()
            .map(|(at, by, what)| (words::instant(*at, zone), format!("{}: {what}", by.as_deref().unwrap_or("The program"))))
            .collect(),
    }
}

/// Day and words of a shared note.
fn note_words(note: &SharedNote) -> (String, String) {
    let day = words::short_day(note.on);
    (if note.imported { format!("{day}, from a file") } else { day }, note.note.clone())
}

/// The decisions that a letter can be printed of, newest first.
fn letters(file: &File, id: &str) -> Vec<(String, String)> {
    let letter = |e: &crate::store::intake::StoredEvaluation| {
        (format!("/pro/patients/{id}/letter/{}", e.id), words::instant(e.at, file.moment.zone))
    };
    file.decisions.iter().map(letter).collect()
}

/// What the patient wrote in Learn and shares. A topic that is not there any more has no question to show.
fn shared_reflections(file: &File) -> Vec<(String, String, String)> {
    let question = |topic: &str| learn().topic(topic).map(|t| t.question.clone()).unwrap_or_default();
    file.reflections.iter().map(|r| (words::short_day(r.on_date), question(&r.topic), r.answer.clone())).collect()
}

fn why(outcome: Outcome, review: &crate::store::reviews::Review) -> String {
    format!("{} {}", advice().outcome(outcome).for_physio, crate::care::review::why(&review.result, &review.facts))
}

pub(super) async fn load(desk: &Desk, id: &str) -> Result<File, AppError> {
    let (actor, patient, now) = (desk.actor.clone(), PatientId::from_text(id), desk.visitor.app.clock.now());
    desk.visitor
        .run(move |store| {
            let who = look(store, &actor, &patient, now)?;
            store.read(|tx| file(tx, &who, now))
        })
        .await
}

/// The file.
pub async fn show(desk: Desk, id: Id) -> Result<HttpResponse, AppError> {
    let found = load(&desk, &id).await?;
    page(&file_page(desk.visitor.ctx(), &id, &found))
}

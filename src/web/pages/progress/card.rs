//! The consult card: one page for a visit of ten minutes. The patient opens it under Progress and writes their
//! questions on it, the physiotherapist opens it from the file.

use super::views::{bars, change_words, told};
use crate::care::desk::look;
use crate::care::progress::{Record, ask, record};
use crate::clinical::codes::Colour;
use crate::clinical::journal::usual_pain;
use crate::clinical::progress::{Colours, activity_change, mornings, pace};
use crate::ids::PatientId;
use crate::lang::dates::short_date;
use crate::web::error::AppError;
use crate::web::extract::{Desk, Id, Me, Posted};
use crate::web::forms::{ErrorLine, Errors, Field, Reader};
use crate::web::pages::plan::QuotaView;
use crate::web::view::chart;
use crate::web::view::told::{count, say};
use crate::web::view::{PageCtx, Row, go, page, page_again, words};
use actix_web::HttpResponse;
use askama::Template;
use chrono::Days;

/// Days the card looks back.
const DAYS: u64 = 28;
/// Reasons that are named.
const REASONS: usize = 4;
/// Longest text of the questions: what one page has room for.
const QUESTIONS: usize = 400;
/// Lines of questions that are kept.
const LINES: usize = 5;

/// An activity of the person's own.
pub struct GoalView {
    /// In their words.
    pub text: String,
    /// Scores at the start and now.
    pub scores: String,
    /// What the change means; empty while there is none.
    pub change: String,
}

/// A measure in a line.
pub struct MeasureRow {
    /// Its short name.
    pub name: String,
    /// First score with its day.
    pub first: String,
    /// Newest score with its day; empty while there is one alone.
    pub last: String,
    /// The change in words.
    pub change: String,
}

/// What the card says: the same for the print and for the head of the file.
pub struct Card {
    /// Where they stand.
    pub stands: String,
    /// What matters to them.
    pub goals: Vec<GoalView>,
    /// Daily amounts: name, and what is told of it.
    pub quotas: Vec<(String, String)>,
    /// How often the amount was reached; empty without one.
    pub reached: String,
    /// Mornings, sessions, reasons.
    pub facts: Vec<Row>,
    /// Outcome measures.
    pub measures: Vec<MeasureRow>,
    /// The patient's questions for the visit.
    pub questions: Vec<String>,
}

impl Card {
    /// What there is to say.
    pub fn of(record: &Record) -> Self {
        let (quotas, reached) = quotas(record);
        Self {
            stands: stands(record),
            goals: goals(record),
            quotas,
            reached,
            facts: facts(record),
            measures: measures(record),
            questions: lines(&record.questions),
        }
    }
}

#[derive(Template)]
#[template(path = "pages/progress/card.html")]
struct CardPage {
    ctx: PageCtx,
    errors: Vec<ErrorLine>,
    back: String,
    back_label: &'static str,
    name: String,
    printed: String,
    card: Card,
    bars: String,
    /// Lines left for writing by hand.
    empty_lines: usize,
    /// The patient's own field; the physiotherapist has none.
    form: Option<Field>,
}

fn stands(record: &Record) -> String {
    let Some(active) = &record.active else {
        return match record.plan.as_ref().and_then(|plan| plan.ended_on) {
            Some(on) => say("card.stands.ended", &[("on", &words::date(on))]),
            None => say("card.stands.none", &[]),
        };
    };
    let week = active.week(record.moment.today()).max(1).to_string();
    match (&active.pause, &active.flare) {
        (Some(_), _) => say("card.stands.paused", &[("week", &week)]),
        (None, Some(flare)) => say("card.stands.flare", &[("week", &week), ("since", &words::short_day(flare.started_on))]),
        _ if record.progress.maintaining => say("card.stands.maintaining", &[("week", &week)]),
        _ => say("card.stands.week", &[("week", &week), ("phase", &active.plan.phase.to_string())]),
    }
}

fn goals(record: &Record) -> Vec<GoalView> {
    let view = |(text, (first, last)): (&String, &(Option<f64>, Option<f64>))| {
        let number = |value: &Option<f64>| value.map(words::number).unwrap_or_default();
        let scores = match (first, last) {
            (None, _) => String::new(),
            (Some(_), None) => say("card.goal.first", &[("first", &number(first))]),
            (Some(_), Some(_)) => say("card.goal.both", &[("first", &number(first)), ("last", &number(last))]),
        };
        let change = first.zip(*last).and_then(|(first, last)| activity_change(first, last)).map(|change| told(&change));
        GoalView { text: text.clone(), scores, change: change.unwrap_or_default() }
    };
    record.goals.iter().zip(&record.ratings).map(view).collect()
}

fn quotas(record: &Record) -> (Vec<(String, String)>, String) {
    let line = |(quota, _): &(crate::store::plans::PlanQuota, Vec<crate::care::facts::QuotaDay>)| {
        let view = QuotaView::new(quota);
        let told = match view.at_goal {
            true => say("card.quota.at_goal", &[("now", &view.now)]),
            false => say("card.quota.goal", &[("now", &view.now), ("goal", &view.goal), ("goal_on", &view.goal_on)]),
        };
        (view.name, told)
    };
    let told = pace(&record.paced());
    let numbers = [told.days(), told.kept, told.over, told.under].map(|n| n.to_string());
    let [days, kept, over, under] = &numbers;
    let reached = match told.days() {
        0 => say("card.quota.none", &[]),
        _ => say("card.quota.reached", &[("days", days), ("kept", kept), ("over", over), ("under", under)]),
    };
    let lines: Vec<_> = record.progress.quota_days.iter().map(line).collect();
    let reached = if lines.is_empty() { String::new() } else { reached };
    (lines, reached)
}

fn facts(record: &Record) -> Vec<Row> {
    let row =
        |label: &str, value: String| Row { label: label.to_owned(), value, change: String::new(), change_label: String::new(), lang: "" };
    let on = record.moment.today();
    let usual = words::number(usual_pain(&record.progress.pain, on + Days::new(1), record.intake_average.unwrap_or(0.0)));
    let morning = match mornings(&record.mornings()) {
        None => say("card.mornings.none", &[]),
        Some(all) => {
            let values = [("mean", words::number(all.mean)), ("settled", all.settled.to_string()), ("usual", usual)];
            let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
            count("card.mornings", all.answered, &values)
        }
    };
    let colours: Vec<Colour> = record.colours().into_iter().map(|(_, colour)| colour).collect();
    let counts = Colours::of(&colours);
    let with_items: Vec<_> = record.progress.sessions.iter().filter(|session| !session.log.items.is_empty()).collect();
    let done = with_items.iter().filter(|session| session.log.has_exercise()).count();
    let numbers = [done, counts.green, counts.amber, counts.red].map(|n| n.to_string());
    let [done, green, amber, red] = &numbers;
    let sessions = match with_items.len() {
        0 => say("card.sessions.none", &[]),
        n => count("card.sessions", n, &[("done", done), ("green", green), ("amber", amber), ("red", red)]),
    };
    let reasons: Vec<String> = record
        .reasons()
        .into_iter()
        .take(REASONS)
        .map(|(reason, n)| count("card.reason", n, &[("reason", crate::lang::say(&reason))]))
        .collect();
    let reasons = if reasons.is_empty() { say("card.reasons.none", &[]) } else { reasons.join("; ") };
    vec![row(tr!("Pain the morning after"), morning), row(tr!("Exercise sessions"), sessions), row(tr!("Left out, and why"), reasons)]
}

fn measures(record: &Record) -> Vec<MeasureRow> {
    let row = |series: &crate::care::progress::Series| {
        let (first, last) = (series.scores.first()?, series.scores.last()?);
        let several = series.scores.len() > 1;
        let scored = |score: &crate::care::progress::Score| format!("{} ({})", words::number(score.value), short_date(score.on));
        Some(MeasureRow {
            name: say(&format!("measure.short.{}", series.code), &[]),
            first: scored(first),
            last: if several { scored(last) } else { String::new() },
            change: if several { change_words(series.code, first.value, last.value) } else { String::new() },
        })
    };
    record.measures.iter().filter_map(row).collect()
}

/// Non-empty lines of the questions.
fn lines(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

fn card(ctx: PageCtx, record: &Record, back: (String, &'static str), form: Option<Field>, errors: Vec<ErrorLine>) -> CardPage {
    let from = record.moment.today() - Days::new(DAYS - 1);
    let bars = bars(record, from);
    let card = Card::of(record);
    CardPage {
        ctx,
        errors,
        back: back.0,
        back_label: back.1,
        name: record.name.clone(),
        printed: words::date(record.moment.today()),
        bars: if bars.days.is_empty() { String::new() } else { chart::amounts(from, record.moment.today(), &bars) },
        empty_lines: LINES.saturating_sub(card.questions.len()).clamp(1, 3),
        card,
        form,
    }
}

fn field(text: &str) -> Field {
    Field::new("lines", "questions", tr!("Your questions for the visit"))
        .hint(tr!("One on a line, up to five. They stand on the card, and your physiotherapist reads them there."))
        .value(text)
        .optional()
}

async fn own(me: &Me) -> Result<Record, AppError> {
    me.run(|store, who, moment| store.read(|tx| record(tx, who, moment.utc, DAYS))).await
}

fn to_progress() -> (String, &'static str) {
    ("/progress".to_owned(), tr!("Progress"))
}

/// The patient's card.
pub async fn show(me: Me) -> Result<HttpResponse, AppError> {
    let record = own(&me).await?;
    let form = field(&record.questions);
    page(&card(me.visitor.ctx(), &record, to_progress(), Some(form), Vec::new()))
}

/// Keeps the questions for the visit.
pub async fn save(me: Me, form: Posted) -> Result<HttpResponse, AppError> {
    let mut reader = Reader::new(&form.0);
    let text = reader.text("questions", QUESTIONS, None);
    if lines(&text).len() > LINES {
        reader.errors.add("questions", tr!("Keep it to five questions. A visit is short"));
    }
    let errors: Errors = reader.errors;
    if errors.is_empty() {
        me.run(move |store, who, moment| ask(store, who, &text, moment)).await?;
        me.visitor.flash(tr!("Your questions are on the card."));
        return Ok(go("/progress/card"));
    }
    let record = own(&me).await?;
    let mut fields = [field("").sent(&form.0)];
    let shown = errors.show(&mut fields);
    let [field] = fields;
    page_again(&card(me.visitor.ctx(), &record, to_progress(), Some(field), shown))
}

/// The card of a patient, for their physiotherapist.
pub async fn of_patient(desk: Desk, id: Id) -> Result<HttpResponse, AppError> {
    let (actor, patient, now) = (desk.actor.clone(), PatientId::from_text(id.as_str()), desk.visitor.app.clock.now());
    let record = desk
        .visitor
        .run(move |store| {
            let who = look(store, &actor, &patient, now)?;
            store.read(|tx| record(tx, &who, now, DAYS))
        })
        .await?;
    let back = (format!("/pro/patients/{}", id.as_str()), "The file");
    page(&card(desk.visitor.reading(), &record, back, None, Vec::new()))
}

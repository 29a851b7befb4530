//! The rules for one patient: who moves the plan on, numbers of their own, and what those would have done before
//! anything is saved.

use crate::care::desk::simulator::{Alerts, Compared, Way, alerts_of_list, weeks};
use crate::care::desk::{look_to_treat, moment_of, treat};
use crate::care::patient_rules::{NewRules, careful, counts_from, more_room, set};
use crate::care::{CareError, proposals};
use crate::clinical::codes::{ExerciseStep, Outcome, QuotaStep};
use crate::clinical::thresholds::Thresholds;
use crate::clinical::week::{WeekFacts, WeekReview};
use crate::clock::{Moment, zone};
use crate::ids::{PatientId, UserId};
use crate::store::patient_rules::{Mode, Rules, timeline};
use crate::store::{StoreError, accounts, plans};
use crate::web::error::AppError;
use crate::web::extract::{Desk, Id, Posted};
use crate::web::forms::{ErrorLine, Errors, Field, FormData, Reader};
use crate::web::pages::thresholds::{SHOW, alerts_words, rule_fields};
use crate::web::view::{PageCtx, go, page, page_again, words};
use actix_web::HttpResponse;
use askama::Template;
use std::collections::BTreeMap;

/// Longest reason, letters.
const REASON: usize = 400;
/// The four numbers, in the order of `Thresholds::new`.
const NUMBERS: [&str; 4] = ["session_pain", "week_pain", "adherence", "quota_step"];

/// A time when the rules were set.
struct Row {
    from: String,
    lines: Vec<String>,
    reason: String,
    by: String,
}

/// What other numbers would have done.
struct Simulated {
    /// The weeks in words.
    sentences: Vec<String>,
    /// Week, the decision then, and with these numbers; and whether it differs.
    rows: Vec<(String, String, String, bool)>,
    alerts: String,
}

#[derive(Template)]
#[template(path = "pages/pro/rules.html")]
struct RulesPage {
    ctx: PageCtx,
    errors: Vec<ErrorLine>,
    id: String,
    name: String,
    now: Vec<String>,
    /// What will count later, and from when.
    next: Option<(String, Vec<String>)>,
    /// Address of the step that waits; empty when none does.
    waiting: String,
    under_way: bool,
    choices: Vec<Field>,
    numbers: Vec<Field>,
    reason: Field,
    history: Vec<Row>,
    from: String,
    seen: String,
    token: String,
    simulated: Option<Simulated>,
}

struct Loaded {
    name: String,
    moment: Moment,
    rules: Rules,
    waiting: String,
    under_way: bool,
    simulated: Option<(Mode, Vec<Compared>, Alerts)>,
}

/// What is set, and, with numbers to try, what they would have done.
async fn load(desk: &Desk, id: &str, typed: Option<Chosen>) -> Result<Loaded, AppError> {
    let (actor, physio, patient, now) = (desk.actor.clone(), desk.physio.clone(), PatientId::from_text(id), desk.visitor.app.clock.now());
    let work = move |store: &crate::store::Store| {
        let who = look_to_treat(store, &actor, &patient, now)?;
        store.read(|tx| {
            let user = accounts::user(tx, &UserId::from_text(patient.as_str()))?.ok_or(StoreError::NotFound)?;
            let moment = Moment { utc: now, zone: zone(&user.time_zone) };
            let rules = timeline(tx, &who)?;
            let simulated = match typed {
                Some(chosen) => {
                    // The clinic's are those that count when this would.
                    let numbers = chosen.own.unwrap_or_else(|| rules.clinic().thresholds_on(counts_from(moment)));
                    Some((chosen.mode, weeks(tx, &who, numbers)?, alerts_of_list(tx, &physio, numbers, now)?))
                }
                None => None,
            };
            let waiting = proposals::waiting(tx, &who)?.map(|p| format!("/pro/patients/{patient}/proposal/{}", p.review_id));
            let under_way = plans::active(tx, &who)?.is_some();
            Ok::<_, CareError>(Loaded { name: user.name, moment, rules, waiting: waiting.unwrap_or_default(), under_way, simulated })
        })
    };
    desk.visitor.run(work).await
}

/// Mode and numbers in words.
fn in_words(mode: Mode, own: Option<Thresholds>, clinic: &Thresholds) -> Vec<String> {
    let mut lines = vec![match mode {
        Mode::Automatic => "The plan moves on by itself.".to_owned(),
        Mode::Propose => "What moves the plan on waits for a physiotherapist’s yes.".to_owned(),
    }];
    match own {
        Some(own) => lines.extend(own.in_words()),
        None => {
            lines.push("The clinic’s numbers:".to_owned());
            lines.extend(clinic.in_words());
        }
    }
    lines
}

/// The choice of numbers that a setting shows.
fn pace(own: Option<Thresholds>) -> &'static str {
    match own {
        None => "clinic",
        Some(own) if own == careful() => "careful",
        Some(own) if own == more_room() => "room",
        Some(_) => "own",
    }
}

fn short(numbers: &Thresholds) -> String {
    let points = |shift: i8| match shift {
        0 => "as specified",
        i8::MIN..=-1 => "1 point earlier",
        1.. => "1 point later",
    };
    format!(
        "Pain limits {} in a session and {} over a week, a week holds below {} %, steps of at most {} %.",
        points(numbers.session_pain()),
        points(numbers.week_pain()),
        numbers.adherence(),
        numbers.quota_step()
    )
}

fn choices(mode: Mode, own: Option<Thresholds>, clinic: &Thresholds) -> Vec<Field> {
    let modes = [("automatic", "Automatic"), ("propose", "Propose, and I approve")];
    let paces = [("careful", "Careful"), ("clinic", "As the clinic"), ("room", "More room"), ("own", "As I set them below")];
    vec![
        Field::new("radios", "mode", "Who moves the plan on after a week?")
            .options(modes)
            .option_hint("automatic", "The rules: the next step holds from the next day on.")
            .option_hint(
                "propose",
                "The week is decided as always. A higher amount, a harder exercise, something new, the next phase and keeping what was gained wait for your yes. What holds, eases or stops the plan happens at once.",
            )
            .value(mode.code()),
        Field::new("radios", "pace", "Which numbers?")
            .options(paces)
            .option_hint("careful", short(&careful()))
            .option_hint("clinic", format!("{} They follow when the clinic changes its own.", short(clinic)))
            .option_hint("room", short(&more_room()))
            .option_hint("own", "The four numbers below count with this choice alone.")
            .value(pace(own)),
    ]
}

fn rules_page(desk: &Desk, id: &str, loaded: &Loaded, form: Option<&FormData>, errors: &Errors) -> Result<HttpResponse, AppError> {
    let (today, rules) = (loaded.moment.today(), &loaded.rules);
    let (mode, own) = rules.latest();
    let clinic = rules.clinic().thresholds_on(counts_from(loaded.moment));
    let mut fields = choices(mode, own, &clinic);
    fields.extend(rule_fields(&own.unwrap_or(clinic)));
    fields.push(
        Field::new("textarea", "reason", "Why").hint("The patient reads it, for example: to let your back get used to it in smaller steps"),
    );
    if let Some(form) = form {
        fields = fields.into_iter().map(|field| field.sent(form)).collect();
    }
    let lines = errors.show(&mut fields);
    let reason = fields.pop().unwrap_or_default();
    let numbers = fields.split_off(2);
    let later = rules.settings().first().filter(|setting| setting.effective_on > today);
    let shown = RulesPage {
        ctx: desk.visitor.ctx(),
        errors: lines,
        id: id.to_owned(),
        name: loaded.name.clone(),
        now: in_words(rules.mode_on(today), rules.own_on(today), &rules.clinic().thresholds_on(today)),
        next: later.map(|setting| (words::date(setting.effective_on), in_words(setting.mode, setting.own, &clinic))),
        waiting: loaded.waiting.clone(),
        under_way: loaded.under_way,
        choices: fields,
        numbers,
        reason,
        history: rules
            .settings()
            .iter()
            .map(|setting| Row {
                from: words::date(setting.effective_on),
                lines: in_words(setting.mode, setting.own, &rules.clinic().thresholds_on(setting.effective_on)),
                reason: setting.reason.clone(),
                by: format!(
                    "{}, {}",
                    setting.by.as_deref().unwrap_or("An account that is closed"),
                    words::date(Moment { utc: setting.at, zone: loaded.moment.zone }.today())
                ),
            })
            .collect(),
        from: words::date(counts_from(loaded.moment)),
        // Trying numbers is no look at what somebody else set meanwhile.
        seen: match form.filter(|_| loaded.simulated.is_some()) {
            Some(form) => form.text("seen").to_owned(),
            None => rules.settings().first().map(|setting| setting.id.clone()).unwrap_or_default(),
        },
        token: form.map_or_else(crate::ids::fresh, FormData::token),
        simulated: loaded.simulated.as_ref().map(|(mode, weeks, alerts)| simulated(*mode, weeks, *alerts)),
    };
    if shown.errors.is_empty() { page(&shown) } else { page_again(&shown) }
}

/// A decision in words, with its rules and the colours that it counted.
fn decision(facts: &WeekFacts, review: &WeekReview) -> String {
    let way = match Way::of(review) {
        Way::On => {
            let steps = [
                (review.quota == QuotaStep::Up, "daily amount one step up"),
                (review.exercise == ExerciseStep::Rise, "exercises may rise"),
                (review.outcome == Outcome::Maintain, "keeping what was gained"),
            ];
            format!("Moves on: {}", steps.iter().filter(|(is, _)| *is).map(|(_, words)| *words).collect::<Vec<_>>().join(", "))
        }
        Way::Held => "Holds".to_owned(),
        Way::Eased if review.quota == QuotaStep::Down => "Steps back: daily amount and exercises".to_owned(),
        Way::Eased => "Steps back: exercises".to_owned(),
        Way::Flare => "Flare plan".to_owned(),
        Way::Paused => "Stands still".to_owned(),
    };
    let alerts = if review.alerts.is_empty() { "" } else { " An alert is raised." };
    format!("{way} ({}). Sessions: {} amber, {} red.{alerts}", review.rules.join(", "), facts.amber, facts.red)
}

/// What a way is called: done, and being done.
const fn called(way: Way) -> (&'static str, &'static str) {
    match way {
        Way::On => ("moved on", "moving on"),
        Way::Held => ("held", "holding"),
        Way::Eased => ("stepped back", "stepping back"),
        Way::Flare => ("gone into the flare plan", "going into the flare plan"),
        Way::Paused => ("stood still", "standing still"),
    }
}

fn total(weeks: usize) -> String {
    if weeks == 1 { "1 week".to_owned() } else { format!("{weeks} weeks") }
}

fn sentences(weeks: &[Compared]) -> Vec<String> {
    if weeks.is_empty() {
        return vec!["No week of this patient has been reviewed yet, so there is nothing to compare.".to_owned()];
    }
    let total = total(weeks.len());
    let mut ways: BTreeMap<(Way, Way), usize> = BTreeMap::new();
    let mut tracks = 0;
    for week in weeks.iter().filter(|week| week.differs()) {
        let (then, now) = (Way::of(&week.then.1), Way::of(&week.now.1));
        if then == now {
            tracks += 1;
        } else {
            *ways.entry((then, now)).or_default() += 1;
        }
    }
    let mut said: Vec<String> = ways
        .into_iter()
        .map(|((then, now), n)| format!("In {n} of {total} the plan would have {} instead of {}.", called(now).0, called(then).1))
        .collect();
    if tracks > 0 {
        said.push(format!("In {tracks} of {total} only the exercises or only the daily amount would have gone another way."));
    }
    if said.is_empty() {
        said.push(format!("With these numbers nothing would have gone another way in {total}."));
    }
    said
}

fn simulated(mode: Mode, weeks: &[Compared], alerts: Alerts) -> Simulated {
    let mut said = sentences(weeks);
    if mode == Mode::Propose && !weeks.is_empty() {
        let on = weeks.iter().filter(|week| Way::of(&week.now.1) == Way::On).count();
        said.push(format!("A step would have waited for your yes in {on} of {}.", total(weeks.len())));
    }
    let row = |week: &Compared| {
        (format!("Week {}", week.week), decision(&week.then.0, &week.then.1), decision(&week.now.0, &week.now.1), week.differs())
    };
    Simulated { sentences: said, rows: weeks.iter().map(row).collect(), alerts: alerts_words(alerts, "of your patients") }
}

/// Mode and numbers as they were chosen.
#[derive(Debug, Clone, Copy)]
struct Chosen {
    mode: Mode,
    own: Option<Thresholds>,
}

fn read(form: &FormData, errors: &mut Errors) -> Option<Chosen> {
    let mode = Mode::from_code(form.text("mode"));
    if mode.is_none() {
        errors.add("mode", "Choose who moves the plan on");
    }
    let own = match form.text("pace") {
        "clinic" => Some(None),
        "careful" => Some(Some(careful())),
        "room" => Some(Some(more_room())),
        "own" => {
            // What is no whole number is out of every range.
            let [session, week, adherence, step] = NUMBERS.map(|name| form.text(name).parse::<i64>().unwrap_or(i64::MIN));
            match Thresholds::new(session, week, adherence, step) {
                Ok(numbers) => Some(Some(numbers)),
                Err(refused) => {
                    refused.into_iter().for_each(|e| errors.add(&e.field, e.message));
                    None
                }
            }
        }
        _ => {
            errors.add("pace", "Choose which numbers count");
            None
        }
    };
    Some(Chosen { mode: mode?, own: own? })
}

/// What is set, and the form that changes it.
pub async fn show(desk: Desk, id: Id) -> Result<HttpResponse, AppError> {
    let loaded = load(&desk, &id, None).await?;
    rules_page(&desk, &id, &loaded, None, &Errors::default())
}

/// Sets the rules from the patient's next day on, or shows what they would have done and keeps nothing.
pub async fn save(desk: Desk, id: Id, form: Posted) -> Result<HttpResponse, AppError> {
    let only_show = form.0.text("do") == SHOW;
    let mut reader = Reader::new(&form.0);
    let reason = reader.text("reason", REASON, (!only_show).then_some("Write the reason in a few words: the patient reads it"));
    let mut errors = reader.errors;
    let chosen = read(&form.0, &mut errors).filter(|_| errors.is_empty());
    if let (Some(chosen), false) = (chosen, only_show) {
        let (actor, patient, now) = (desk.actor.clone(), PatientId::from_text(id.as_str()), desk.visitor.app.clock.now());
        let new = NewRules { mode: chosen.mode, own: chosen.own, reason, seen: form.0.text("seen").to_owned(), token: form.0.token() };
        let work = move |store: &crate::store::Store| {
            let who = treat(store, &actor, &patient, now)?;
            let moment = store.read(|tx| moment_of(tx, &patient, now))?;
            set(store, &who, &new, moment)?;
            Ok(counts_from(moment))
        };
        match desk.visitor.run(work).await {
            Ok(from) => {
                desk.visitor.flash(&format!("Saved. It counts from {} on; the patient reads your reason.", words::date(from)));
                return Ok(go(&format!("/pro/patients/{id}/rules")));
            }
            Err(error) => errors.absorb(error)?,
        }
    }
    let loaded = load(&desk, &id, chosen.filter(|_| only_show)).await?;
    rules_page(&desk, &id, &loaded, Some(&form.0), &errors)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clinical::week::review;

    fn week(number: u32, then: WeekFacts, now: WeekFacts) -> Compared {
        let judged = |facts: WeekFacts| (facts.clone(), review(&facts));
        Compared { week: number, then: judged(then), now: judged(now) }
    }

    #[test]
    fn the_weeks_are_told_by_what_would_have_been_another() {
        let good = WeekFacts { days: 6, done: 4, planned: 4, ..WeekFacts::default() };
        let red = WeekFacts { red: 2, ..good.clone() };
        let one_red = WeekFacts { red: 1, ..good.clone() };
        assert_eq!(sentences(&[]), ["No week of this patient has been reviewed yet, so there is nothing to compare."]);
        assert_eq!(
            sentences(&[week(1, good.clone(), good.clone())]),
            ["With these numbers nothing would have gone another way in 1 week."]
        );
        let some =
            [week(1, good.clone(), red.clone()), week(2, good.clone(), one_red), week(3, red, good.clone()), week(4, good.clone(), good)];
        let expected = [
            "In 1 of 4 weeks the plan would have stepped back instead of moving on.",
            "In 1 of 4 weeks the plan would have moved on instead of stepping back.",
            "In 1 of 4 weeks only the exercises or only the daily amount would have gone another way.",
        ];
        assert_eq!(sentences(&some), expected);
    }
}

//! `/baseline`: three trials on three days, one at a time or together, and the schedule that follows.

use crate::access::MayRecord;
use crate::accounts::password::fingerprint;
use crate::care::CareError;
use crate::care::baseline::{BaselineState, Proposal, TRIALS_WITHIN_DAYS, TrialIn, record_trials, state, unit};
use crate::care::offers::measuring;
use crate::care::standing::{Standing, standing};
use crate::clinical::codes::{Activity, Unit};
use crate::ids::PatientId;
use crate::store::trials::{self, Trial};
use crate::web::error::AppError;
use crate::web::extract::{Place, Posted, Recorder};
use crate::web::forms::{ErrorLine, Errors, Field, FormData, Reader};
use crate::web::view::told::advice;
use crate::web::view::{PageCtx, go, page, page_again, words};
use actix_web::{HttpResponse, web};
use askama::Template;
use chrono::{Days, NaiveDate};
use serde::Deserialize;

/// Names of the rows' fields; a refusal names one of them.
const DATES: [&str; 5] = ["on_1", "on_2", "on_3", "on_4", "on_5"];
const AMOUNTS: [&str; 5] = ["amount_1", "amount_2", "amount_3", "amount_4", "amount_5"];

/// A week of the schedule in words.
pub struct WeekRow {
    /// From 1.
    pub number: usize,
    /// Amount in words.
    pub amount: String,
}

/// A proposal in words.
pub struct ProposalView {
    /// Mean of the trials.
    pub mean: String,
    /// First quota.
    pub start: String,
    /// Step a week.
    pub step: String,
    /// Goal.
    pub goal: String,
    /// When it is reached.
    pub goal_on: String,
    /// The goal date had to move.
    pub moved: bool,
    /// Share of the mean it starts at, in per cent.
    pub percent: String,
    /// Every week.
    pub weeks: Vec<WeekRow>,
}

impl ProposalView {
    /// The words of a proposal.
    pub fn new(activity: Activity, proposal: &Proposal) -> Self {
        let amount = |value: f64| words::amount(activity, proposal.input.unit, value);
        let schedule = &proposal.schedule;
        Self {
            mean: amount(schedule.baseline),
            start: amount(schedule.start),
            step: amount(schedule.increment),
            goal: amount(proposal.input.goal),
            goal_on: words::date(proposal.goal_on),
            moved: schedule.moved,
            percent: words::number(proposal.input.factor * 100.0),
            weeks: (1..).zip(&schedule.quotas).map(|(number, value)| WeekRow { number, amount: amount(*value) }).collect(),
        }
    }
}

/// A try that was written down.
pub struct TryView {
    /// Its day.
    pub day: String,
    /// How much, in words.
    pub amount: String,
    /// Identity.
    pub id: String,
}

/// The tries of a baseline: those there are, and the form for the next one.
pub struct TriesView {
    /// Written down, oldest first.
    pub trials: Vec<TryView>,
    /// How many more are needed.
    pub needed: usize,
    /// Number of the next one, from 1, and how many there will be.
    pub number: usize,
    /// How many there will be.
    pub of: usize,
    /// Today has its try already.
    pub tried_today: bool,
    /// Last day on which the first try still counts; empty without one.
    pub until: String,
    /// Day and amount of the next try.
    pub next: Vec<Field>,
    /// The same for the tries after it, for those who know them already.
    pub others: Vec<Field>,
    /// Name under which the stopwatch remembers when it was started; empty where nothing is timed.
    pub watch: String,
    /// What counts as one try.
    pub one: &'static str,
    /// What a danger sign is, what to do then, and where to say so.
    pub signs: &'static [String],
    /// Where to say that something is new.
    pub signs_href: String,
    /// Before the plan that is done by answering the questions of the intake again.
    pub before_plan: bool,
    /// Where the form is sent.
    pub action: String,
    /// Where the tries can be removed, under their identity.
    pub remove: String,
    /// Makes a repeated submission harmless.
    pub token: String,
}

/// What a page of tries is made from.
pub struct TriesOf<'a> {
    /// What is measured.
    pub activity: Activity,
    /// Tries so far.
    pub trials: &'a [Trial],
    /// How many more are needed.
    pub needed: usize,
    /// Whose.
    pub patient: &'a PatientId,
    /// The patient's today.
    pub today: NaiveDate,
    /// Where the form is sent.
    pub action: String,
    /// Where tries are removed.
    pub remove: String,
    /// Where to say that something is new.
    pub signs_href: String,
    /// Before the plan.
    pub before_plan: bool,
}

impl TriesView {
    /// The tries with the messages of a form that was sent, and their lines for the summary.
    pub fn new(of: &TriesOf, form: Option<&FormData>, errors: &Errors) -> (Self, Vec<ErrorLine>) {
        let (today, kind) = (of.today, unit(of.activity));
        let mut next = row_fields(of.activity, of.trials, of.needed, today, form);
        let lines = errors.show(&mut next);
        let others = next.split_off(2.min(next.len()));
        let view = |t: &Trial| TryView { day: words::day(t.on_date), amount: words::amount(of.activity, kind, t.amount), id: t.id.clone() };
        let number = of.trials.len() + 1;
        // Not the person's id itself: the browser keeps the name.
        let watch = fingerprint(&format!("try {} {} {number}", of.patient, of.activity));
        let shown = Self {
            trials: of.trials.iter().map(view).collect(),
            needed: of.needed,
            number,
            of: of.trials.len() + of.needed,
            tried_today: of.trials.iter().any(|trial| trial.on_date == today),
            until: of.trials.first().map(|first| words::day(first.on_date + Days::new(TRIALS_WITHIN_DAYS - 1))).unwrap_or_default(),
            next,
            others,
            watch: if kind == Unit::Min { watch.chars().take(16).collect() } else { String::new() },
            one: &advice().trial.one,
            signs: &advice().stop_rule.lines,
            signs_href: of.signs_href.clone(),
            before_plan: of.before_plan,
            action: of.action.clone(),
            remove: of.remove.clone(),
            token: form.map_or_else(crate::ids::fresh, FormData::token),
        };
        (shown, lines)
    }

    /// Whether something is filled in or wrong among the folded tries.
    pub fn others_open(&self) -> bool {
        self.others.iter().any(|f| !f.value.is_empty() || !f.error.is_empty())
    }

    /// Whether something is wrong with the next try.
    pub fn next_wrong(&self) -> bool {
        self.next.iter().any(|f| !f.error.is_empty())
    }
}

#[derive(Template)]
#[template(path = "pages/plan/baseline.html")]
struct BaselinePage {
    ctx: PageCtx,
    place: Place,
    errors: Vec<ErrorLine>,
    name: String,
    how: String,
    lines: Vec<String>,
    then: String,
    lower: &'static str,
    more: String,
    t: TriesView,
    proposal: Option<ProposalView>,
}

/// A day and an amount for each try that is still needed after these.
fn row_fields(activity: Activity, trials: &[Trial], needed: usize, today: NaiveDate, form: Option<&FormData>) -> Vec<Field> {
    let have = trials.len();
    let tried_today = trials.iter().any(|trial| trial.on_date == today);
    let words = advice().activity(activity).unit(unit(activity));
    let suffix = words.map_or_else(|| unit(activity).to_string(), |w| w.many.clone());
    let mut fields = Vec::new();
    for (n, (date, amount)) in DATES.iter().zip(AMOUNTS).take(needed).enumerate() {
        let number = have + n + 1;
        let how_much = Field::new("decimal", amount, tr!("How much, try {number}", number = number)).suffix(suffix.clone());
        let on = Field::new("date", date, tr!("Day of try {number}", number = number));
        // The next try is most often today's; the others are filled in only by those who know them already.
        let on = match n {
            0 if tried_today => on,
            0 => on.value(today.to_string()),
            _ => on.optional(),
        };
        let how_much = if n == 0 { how_much } else { how_much.optional() };
        fields.extend([how_much, on].map(|f| match form {
            Some(form) => f.sent(form),
            None => f,
        }));
    }
    fields
}

fn baseline_page<M: MayRecord>(
    by: &Recorder<M>,
    state: &BaselineState,
    form: Option<&FormData>,
    errors: &Errors,
) -> Result<HttpResponse, AppError> {
    let of = TriesOf {
        activity: state.activity,
        trials: &state.trials,
        needed: state.need_more,
        patient: by.who.patient(),
        today: by.moment.today(),
        action: by.place.start.clone(),
        remove: by.place.start.clone(),
        signs_href: by.place.intake.clone(),
        before_plan: true,
    };
    let (t, lines) = TriesView::new(&of, form, errors);
    let activity = advice().activity(state.activity);
    let shown = BaselinePage {
        ctx: by.visitor.ctx(),
        place: by.place.clone(),
        errors: lines,
        name: activity.name.clone(),
        how: activity.unit(unit(state.activity)).map(|u| u.trial.clone()).unwrap_or_default(),
        lines: advice().trial.lines.clone(),
        then: advice().trial.then.clone(),
        lower: &advice().trial.lower,
        more: if state.too_different { advice().trial.more.clone() } else { String::new() },
        t,
        proposal: state.proposal.as_ref().map(|p| ProposalView::new(state.activity, p)),
    };
    if shown.errors.is_empty() { page(&shown) } else { page_again(&shown) }
}

/// The baseline of the goal; `None` with the page to go to when it is not the time for it.
async fn load<M: MayRecord>(by: &Recorder<M>) -> Result<Result<BaselineState, String>, AppError> {
    let place = by.place.clone();
    by.run(move |store, who, moment| {
        store.read(|tx| {
            Ok(match standing(tx, who, moment.today())? {
                Standing::Ready(intake) => Ok(state(tx, who, &intake, moment.today())?),
                Standing::Active(_) => Err(place.under_way.clone()),
                Standing::Held(_) => Err(place.result.clone()),
                Standing::Intake => Err(place.intake.clone()),
                Standing::Ended(_) => Err(place.ended.clone()),
            })
        })
    })
    .await
}

/// The page with the trials so far.
pub async fn show<M: MayRecord>(by: Recorder<M>) -> Result<HttpResponse, AppError> {
    match load(&by).await? {
        Ok(state) => baseline_page(&by, &state, None, &Errors::default()),
        Err(elsewhere) => Ok(go(&elsewhere)),
    }
}

/// The tries that were sent, at most `needed`: each with its day and its amount, at least one.
pub(super) fn read_trials(form: &FormData, needed: usize) -> Result<Vec<TrialIn>, Errors> {
    let mut reader = Reader::new(form);
    let mut trials = Vec::new();
    for (n, (date, amount)) in DATES.into_iter().zip(AMOUNTS).take(needed).enumerate() {
        let on = reader.date(date);
        let much = reader.decimal(amount, 0.5..=10_000.0, tr!("Enter a number above zero, for example 12"));
        match (on, much) {
            (Some(on), Some(amount_done)) => {
                trials.push(TrialIn { on, amount: amount_done, token: format!("{}-{n}", form.token()), field: date })
            }
            (None, Some(_)) if form.text(date).is_empty() => reader.errors.add(date, tr!("Choose the day of this try")),
            (Some(_), None) if n == 0 && form.text(amount).is_empty() => reader.errors.add(amount, tr!("Enter how much you managed")),
            _ => {}
        }
    }
    if trials.is_empty() && reader.errors.is_empty() {
        reader.errors.add(AMOUNTS[0], tr!("Enter how much you managed"));
    }
    if reader.errors.is_empty() { Ok(trials) } else { Err(reader.errors) }
}

/// Takes one try or several; all of them are kept, or none.
pub async fn save<M: MayRecord>(by: Recorder<M>, form: Posted) -> Result<HttpResponse, AppError> {
    let state = match load(&by).await? {
        Ok(state) => state,
        Err(elsewhere) => return Ok(go(&elsewhere)),
    };
    let activity = state.activity;
    let mut errors = Errors::default();
    match read_trials(&form.0, state.need_more) {
        Err(found) => errors = found,
        Ok(trials) => match by.run(move |store, who, moment| record_trials(store, who, activity, &trials, None, moment)).await {
            Ok(()) => {
                by.visitor.flash(tr!("Your try is saved."));
                return Ok(go(&by.place.start));
            }
            Err(error) => errors.absorb(error)?,
        },
    }
    baseline_page(&by, &state, Some(&form.0), &errors)
}

/// The part of a path that names a try.
#[derive(Debug, Deserialize)]
pub struct AtTrial {
    trial: String,
}

/// Takes a mistyped try away, before the plan or while measuring anew.
pub async fn remove<M: MayRecord>(by: Recorder<M>, at: web::Path<AtTrial>, _form: Posted) -> Result<HttpResponse, AppError> {
    let (id, start) = (at.into_inner().trial, by.place.start.clone());
    let back = by
        .run(move |store, who, moment| {
            store.write(|tx| match standing(tx, who, moment.today())? {
                Standing::Ready(_) => Ok::<_, CareError>(trials::drop_trial(tx, who, &id).map(|()| start.clone())?),
                Standing::Active(active) => match measuring(tx, who, &active, moment.today())? {
                    Some(measuring) if measuring.trials.iter().any(|t| t.id == id) => {
                        Ok(trials::drop_trial(tx, who, &id).map(|()| "/plan/measure".to_owned())?)
                    }
                    _ => Err(CareError::refused("", tr_later!("Your plan rests on this try already"))),
                },
                _ => Err(CareError::refused("", tr_later!("Your plan rests on this try already"))),
            })
        })
        .await?;
    by.visitor.flash(tr!("The try is removed."));
    Ok(go(&back))
}

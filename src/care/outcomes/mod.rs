//! What the clinic's plans came to: counts and means of groups, by the quarter in which a plan began and all together.
//! No names, and no group so small that somebody could be recognised ([`small`]). Two plans of one person that began in
//! one quarter count as one, the later of them, so that a group counts people.

pub mod small;

use super::CareError;
use super::journal_file::guard;
use super::team::ACCESS;
use crate::access::Physio;
use crate::clinical::progress::{Way, change};
use crate::store::outcomes::{self, Begun};
use crate::store::{ReadTx, StoreError};
use chrono::{Datelike, Days, NaiveDate};
use small::{Cell, groups, parts};
use std::collections::{BTreeSet, HashMap};

/// Days after the start at which it is asked who is still writing something down: a month, six and twelve.
pub const MARKS: [u64; 3] = [30, 182, 365];
/// Days up to such a mark in which a record counts.
pub const RECENT_DAYS: u64 = 14;
/// Instruments that have a change that matters.
pub const INSTRUMENTS: [&str; 3] = ["nprs", "rmdq", "psfs"];
/// How a plan can stand, in the order of the parts of [`Outcomes::ends`]; what has no reason of these is the last.
pub const ENDS: [&str; 5] = ["running", "finished", "discharged", "lapsed", "other"];

/// A quarter of a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Quarter {
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub to: NaiveDate,
}

impl Quarter {
    /// The quarter of a day.
    pub fn of(day: NaiveDate) -> Self {
        let first = |year: i32, quarter: u32| NaiveDate::from_ymd_opt(year, quarter * 3 + 1, 1).unwrap_or(day);
        let quarter = day.month0() / 3;
        let next = if quarter == 3 { first(day.year() + 1, 0) } else { first(day.year(), quarter + 1) };
        Self { from: first(day.year(), quarter), to: next - Days::new(1) }
    }
}

/// An instrument over the groups.
#[derive(Debug, Clone)]
pub struct Measured {
    /// Its code.
    pub code: &'static str,
    /// Better by as much as matters; with a later score but not so; without a first and a later score.
    pub parts: Vec<Vec<Cell>>,
    /// Mean change to the better in points, where the group is shown.
    pub gain: Vec<Option<f64>>,
}

/// What the plans came to. Every list has one entry a quarter, and one for all together.
#[derive(Debug, Clone)]
pub struct Outcomes {
    /// Quarters in which plans began, oldest first.
    pub quarters: Vec<Quarter>,
    /// Plans that began.
    pub started: Vec<Cell>,
    /// For each of [`MARKS`]: who wrote something down in the days up to it, who did not, whose time has not come.
    pub active: Vec<Vec<Vec<Cell>>>,
    /// How the plans stand, in the order of [`ENDS`].
    pub ends: Vec<Vec<Cell>>,
    /// Each of [`INSTRUMENTS`].
    pub measures: Vec<Measured>,
    /// Alerts a week for ten people, in the weeks of their plans, where the group is shown.
    pub alerts: Vec<Option<f64>>,
    /// People with an adverse event in their plan, and without.
    pub events: Vec<Vec<Cell>>,
}

/// A plan with what its record says.
struct Course {
    quarter: usize,
    active: [usize; 3],
    end: usize,
    /// For each instrument the change to the better, and whether it matters.
    gains: [Option<(f64, bool)>; 3],
    days: i64,
    alerts: usize,
    event: bool,
}

/// Reads the outcomes of every plan that began by `today`. A few statements, however many plans there are.
pub fn outcomes(tx: &mut ReadTx, physio: &Physio, today: NaiveDate) -> Result<Outcomes, CareError> {
    let plans = one_a_quarter(outcomes::begun(tx, physio)?.into_iter().filter(|plan| plan.started_on <= today).collect());
    let mut written: HashMap<String, BTreeSet<NaiveDate>> = HashMap::new();
    for (patient, on) in outcomes::records(tx, physio)? {
        written.entry(patient).or_default().insert(on);
    }
    let scores = scores(tx, physio, &plans)?;
    let mut alerts: HashMap<String, Vec<NaiveDate>> = HashMap::new();
    for (patient, at) in outcomes::alerts_raised(tx, physio, ACCESS)? {
        alerts.entry(patient).or_default().push(at.date());
    }
    let mut events: HashMap<String, Vec<NaiveDate>> = HashMap::new();
    for (patient, on) in outcomes::events(tx, physio)? {
        events.entry(patient).or_default().push(on);
    }
    let quarters: Vec<Quarter> = plans.iter().map(|(plan, _)| Quarter::of(plan.started_on)).collect::<BTreeSet<_>>().into_iter().collect();
    let courses: Vec<Course> = plans
        .iter()
        .map(|(plan, next)| {
            let last = [plan.ended_on, *next, Some(today)].into_iter().flatten().min().unwrap_or(today);
            let during = |days: Option<&Vec<NaiveDate>>| {
                days.map_or(0, |days| days.iter().filter(|on| (plan.started_on..=last).contains(on)).count())
            };
            let gain = |code: &str| gain(code, scores.get(&(plan.patient.clone(), code.to_owned())), plan, *next);
            Course {
                quarter: quarters.iter().position(|quarter| *quarter == Quarter::of(plan.started_on)).unwrap_or_default(),
                active: MARKS.map(|mark| active(plan, mark, written.get(&plan.patient), today)),
                end: end(plan),
                gains: INSTRUMENTS.map(gain),
                days: (last - plan.started_on).num_days() + 1,
                alerts: during(alerts.get(&plan.patient)),
                event: during(events.get(&plan.patient)) > 0,
            }
        })
        .collect();
    Ok(summed_up(quarters, &courses))
}

/// Of several plans of a person in one quarter the last one, each with the start of the person's next plan.
fn one_a_quarter(plans: Vec<Begun>) -> Vec<(Begun, Option<NaiveDate>)> {
    let mut next: HashMap<String, (NaiveDate, Quarter)> = HashMap::new();
    let mut kept: Vec<(Begun, Option<NaiveDate>)> = Vec::new();
    for plan in plans.into_iter().rev() {
        let quarter = Quarter::of(plan.started_on);
        let later = next.insert(plan.patient.clone(), (plan.started_on, quarter));
        if later.is_none_or(|(_, of)| of != quarter) {
            kept.push((plan, later.map(|(on, _)| on)));
        }
    }
    kept.reverse();
    kept
}

/// Scores by person and instrument.
type Scores = HashMap<(String, String), Vec<(NaiveDate, f64)>>;

/// Scores by person and instrument, oldest first; mean pain of reviewed weeks counts as a score of its last day.
fn scores(tx: &mut ReadTx, physio: &Physio, plans: &[(Begun, Option<NaiveDate>)]) -> Result<Scores, StoreError> {
    let mut scores = Scores::new();
    for scored in outcomes::scores(tx, physio, &INSTRUMENTS)? {
        scores.entry((scored.patient, scored.instrument)).or_default().push((scored.on, scored.score));
    }
    let by_id: HashMap<&str, &Begun> = plans.iter().map(|(plan, _)| (plan.id.as_str(), plan)).collect();
    for (plan, week, pain) in outcomes::weekly_pain(tx, physio)? {
        if let (Some(plan), Ok(week)) = (by_id.get(plan.as_str()), u64::try_from(week)) {
            let on = plan.started_on + Days::new((7 * week).saturating_sub(1));
            scores.entry((plan.patient.clone(), "nprs".to_owned())).or_default().push((on, pain));
        }
    }
    scores.values_mut().for_each(|of| of.sort_by_key(|(on, _)| *on));
    Ok(scores)
}

/// Place among the parts of a mark: wrote something down in the days up to it, did not, or the day has not passed yet.
fn active(plan: &Begun, mark: u64, written: Option<&BTreeSet<NaiveDate>>, today: NaiveDate) -> usize {
    let on = plan.started_on + Days::new(mark);
    if on >= today {
        return 2;
    }
    let recent = on - Days::new(RECENT_DAYS - 1)..=on;
    usize::from(written.is_none_or(|days| days.range(recent).next().is_none()))
}

fn end(plan: &Begun) -> usize {
    let reason = match (plan.ended_on, plan.end_reason.as_deref()) {
        (None, _) => ENDS[0],
        (Some(_), reason) => reason.unwrap_or_default(),
    };
    ENDS.iter().position(|end| *end == reason).unwrap_or(ENDS.len() - 1)
}

/// The change to the better from the last score up to the start of a plan to the last one before the next plan.
fn gain(code: &str, scores: Option<&Vec<(NaiveDate, f64)>>, plan: &Begun, next: Option<NaiveDate>) -> Option<(f64, bool)> {
    let scores = scores?;
    let (_, first) = scores.iter().rfind(|(on, _)| *on <= plan.started_on)?;
    let (_, later) = scores.iter().rfind(|(on, _)| *on > plan.started_on && next.is_none_or(|next| *on < next))?;
    let told = change(code, *first, *later)?;
    let gain = if told.way == Way::Worse { -told.by } else { told.by };
    Some((gain, told.way == Way::Better && told.matters))
}

/// Counts parts by quarter.
fn count(quarters: usize, width: usize, courses: &[Course], part: impl Fn(&Course) -> usize) -> Vec<Vec<u32>> {
    let mut counts = vec![vec![0; width]; quarters];
    for course in courses {
        counts[course.quarter][part(course)] += 1;
    }
    counts
}

#[expect(clippy::cast_precision_loss, reason = "people, days and alerts of a clinic")]
fn summed_up(quarters: Vec<Quarter>, courses: &[Course]) -> Outcomes {
    let n = quarters.len();
    let sizes: Vec<u32> = count(n, 1, courses, |_| 0).into_iter().map(|row| row[0]).collect();
    let started = groups(&sizes);
    let tell = |width: usize, part: &dyn Fn(&Course) -> usize| parts(&count(n, width, courses, part), &started);
    // A group of the list: a quarter, or all.
    let within = |group: usize| courses.iter().filter(move |course| group == n || course.quarter == group);
    let measures = (0..INSTRUMENTS.len()).map(|at| {
        let part = |course: &Course| course.gains[at].map_or(2, |(_, matters)| usize::from(!matters));
        let parts = tell(3, &part);
        let mean = |group: usize| {
            let gains: Vec<f64> = within(group).filter_map(|course| course.gains[at].map(|(gain, _)| gain)).collect();
            let shown = |part: usize| parts.get(group).and_then(|of| of.get(part)).is_some_and(|count| count.shown().is_some());
            let open = shown(0) && shown(1) && !gains.is_empty();
            open.then(|| gains.iter().sum::<f64>() / gains.len() as f64)
        };
        Measured { code: INSTRUMENTS[at], gain: (0..=n).map(mean).collect(), parts: parts.clone() }
    });
    let rate = |group: usize| {
        let days: i64 = within(group).map(|course| course.days).sum();
        let alerts: usize = within(group).map(|course| course.alerts).sum();
        let open = started[group].shown().is_some() && days > 0;
        open.then(|| alerts as f64 * 70.0 / days as f64)
    };
    Outcomes {
        active: (0..MARKS.len()).map(|mark| tell(3, &move |course: &Course| course.active[mark])).collect(),
        ends: tell(ENDS.len(), &|course| course.end),
        measures: measures.collect(),
        alerts: (0..=n).map(rate).collect(),
        events: tell(2, &|course| usize::from(!course.event)),
        started,
        quarters,
    }
}

/// The count of a part as a file says it.
fn said(cell: Cell) -> String {
    match cell {
        Cell::Shown(n) => n.to_string(),
        Cell::Few => format!("fewer than {}", small::LEAST),
        Cell::Withheld => "not shown".to_owned(),
    }
}

/// The outcomes as the text of a CSV file, one row a fact, with `from` and `to` as the first and last day of the quarter
/// (all together: of all quarters): UTF-8 with its mark, commas, CRLF, every cell guarded.
///
/// # Errors
/// `Broken` when the file cannot be written.
pub fn to_csv(all: &Outcomes) -> Result<String, CareError> {
    let broken = |error: &dyn std::fmt::Display| CareError::Store(StoreError::Broken(format!("the outcomes: {error}")));
    let mut file = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    file.write_record(["group", "from", "to", "fact", "value", "of"]).map_err(|e| broken(&e))?;
    for (group, facts) in facts(all).into_iter().enumerate() {
        let (name, span) = match all.quarters.get(group) {
            Some(quarter) => ("quarter", Some(*quarter)),
            None => ("all", all.quarters.first().zip(all.quarters.last()).map(|(first, last)| Quarter { from: first.from, to: last.to })),
        };
        let day = |day: Option<NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
        for (fact, value, of) in facts {
            let line = [name.to_owned(), day(span.map(|q| q.from)), day(span.map(|q| q.to)), fact, value, of].map(|cell| guard(&cell));
            file.write_record(line).map_err(|e| broken(&e))?;
        }
    }
    let bytes = file.into_inner().map_err(|e| broken(&e))?;
    Ok(format!("\u{feff}{}", String::from_utf8(bytes).map_err(|e| broken(&e))?))
}

/// Name, value and size of the group of every fact, by quarter and all together.
fn facts(all: &Outcomes) -> Vec<Vec<(String, String, String)>> {
    let number = |value: Option<f64>| value.map_or_else(|| "not shown".to_owned(), |value| format!("{value:.2}"));
    // What two parts come to, where both are shown.
    let both = |parts: &[Cell]| parts[0].shown().zip(parts[1].shown()).map_or_else(|| "not shown".to_owned(), |(a, b)| (a + b).to_string());
    let group = |at: usize| {
        let size = said(all.started[at]);
        let mut facts = vec![("plans_started".to_owned(), size.clone(), size.clone())];
        for (mark, parts) in MARKS.iter().zip(&all.active) {
            facts.push((format!("active_after_{mark}_days"), said(parts[at][0]), both(&parts[at])));
        }
        for (end, cell) in ENDS.iter().zip(&all.ends[at]) {
            facts.push((format!("plan_{end}"), said(*cell), size.clone()));
        }
        for measured in &all.measures {
            let (code, parts) = (measured.code, &measured.parts[at]);
            facts.push((format!("{code}_with_two_scores"), both(parts), size.clone()));
            facts.push((format!("{code}_mean_gain"), number(measured.gain[at]), both(parts)));
            facts.push((format!("{code}_change_that_matters"), said(parts[0]), both(parts)));
        }
        facts.push(("alerts_a_week_for_ten_people".to_owned(), number(all.alerts[at]), size.clone()));
        facts.push(("people_with_an_adverse_event".to_owned(), said(all.events[at][0]), size));
        facts
    };
    // Nobody has begun a plan: there is nothing to say, not even a total.
    if all.quarters.is_empty() { Vec::new() } else { (0..all.started.len()).map(group).collect() }
}

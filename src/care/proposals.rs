//! What moves a plan on, where a physiotherapist approves each step: it is decided and kept like any week, waits, and
//! takes effect through the same functions on the day of their yes, on the plan as it is then.

use super::CareError;
use super::course::{self, Ledger};
use super::facts::Week;
use super::plan::typed;
use super::review;
use super::standing::{Pause, Standing, standing};
use crate::access::{MayRead, MayWrite, PatientAccess, Treat};
use crate::accounts::password::fingerprint;
use crate::clinical::codes::Outcome;
use crate::clinical::course::moves_on;
use crate::clinical::week::{WeekFacts, WeekReview};
use crate::clock::Moment;
use crate::lang::Text;
use crate::store::patient_rules::{self, Mode, Proposal, Settled};
use crate::store::plans::{Change, Plan};
use crate::store::reviews::Review;
use crate::store::{ReadTx, Store, StoreError, WriteTx, oversight, plans, reviews};

/// Letters that a reason has at least.
const REASON: usize = 5;

/// What the patient reads while a step waits.
pub(super) fn waiting_words() -> Text {
    text!("Your physiotherapist looks at the next step with you; the plan stays as it is until then.")
}

/// A reviewed week: its identity, days, facts and decision.
type Judged<'a> = (&'a str, Week, &'a WeekFacts, &'a WeekReview);

/// Keeps what a week would move on for a physiotherapist's yes, where it is theirs to say and there is something to
/// move; `false` where everything takes effect at once.
pub(super) fn put_forward<M: MayWrite>(
    tx: &mut WriteTx,
    who: &PatientAccess<M>,
    ledger: &Ledger,
    (id, week, facts, decision): Judged,
) -> Result<bool, CareError> {
    let theirs = patient_rules::timeline(tx, who)?.mode_on(ledger.on) == Mode::Propose;
    if !theirs || !moves_on(decision) || lines(tx, who, ledger, (id, week, facts, decision))?.is_empty() {
        return Ok(false);
    }
    patient_rules::propose(tx, who, &ledger.plan.id, id, ledger.at)?;
    Ok(true)
}

/// What would change if the week's decision took effect on the ledger's day, line by line as the ledger would say it.
fn lines<M: MayRead>(
    tx: &mut ReadTx,
    who: &PatientAccess<M>,
    ledger: &Ledger,
    (_, week, facts, decision): Judged,
) -> Result<Vec<Change>, CareError> {
    if ledger.plan.maintenance.is_some() {
        return Ok(Vec::new());
    }
    if decision.outcome == Outcome::Maintain {
        return Ok(vec![course::kept(ledger)]);
    }
    let quotas = plans::quotas(tx, who, ledger.plan)?;
    let moved = |quota| review::quota_line(ledger, quota, &review::moved(ledger, quota, decision.quota, facts), facts);
    let mut lines: Vec<Change> = quotas.iter().filter_map(moved).collect();
    let (items, change) = course::week_change(tx, who, ledger, (week.from, facts), decision)?;
    lines.extend(course::lines_on(ledger, &items, &change));
    Ok(lines)
}

/// A proposal as somebody decides about it.
#[derive(Debug, Clone)]
pub struct Open {
    /// What became of it.
    pub proposal: Proposal,
    /// The week with its facts and the decision.
    pub review: Review,
    /// Its days.
    pub week: Week,
    /// What would change today, line by line; empty when it does not wait any more.
    pub lines: Vec<Change>,
    /// Why it cannot be approved now; empty when it can.
    pub blocked: &'static str,
    /// Stands for `lines`: a yes to other lines is no yes to these.
    pub seen: String,
}

fn found<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, review: &str) -> Result<(Proposal, Review), CareError> {
    let proposal = patient_rules::proposals(tx, who)?.into_iter().find(|p| p.review_id == review).ok_or(StoreError::NotFound)?;
    let all = reviews::reviews(tx, who, &proposal.plan_id)?;
    let review = all.into_iter().find(|r| r.id == review).ok_or(StoreError::NotFound)?;
    Ok((proposal, review))
}

fn ledger_of<'a>(plan: &'a Plan, review: &Review, moment: Moment) -> Ledger<'a> {
    // The rules said it, and a physiotherapist approved.
    let rules = format!("{} physio", review.result.rules.join(" "));
    Ledger { plan, on: moment.today(), rules, why: review::why(&review.result, &review.facts), at: moment.utc }
}

fn week_of(plan: &Plan, review: &Review) -> Week {
    Week::of(plan.started_on, u32::try_from(review.week).unwrap_or(1))
}

/// Why nothing moves on now: a pause, a hold, a flare or an illness that has begun meanwhile.
fn blocked(standing: &Standing, proposal: &Proposal) -> &'static str {
    let Standing::Active(active) = standing else { return "The plan has ended, so there is no next step" };
    if active.plan.id != proposal.plan_id {
        return "Another plan is under way by now, so this step belongs to none";
    }
    match active.pause {
        Some(Pause::LegSymptoms) => return "The plan is paused: new leg symptoms were reported. Clear the hold first",
        Some(Pause::Unanswered) => {
            return "The plan is paused: a danger-sign question was answered with yes, and what lies behind it is open. Ask first";
        }
        Some(Pause::DangerSign) => return "The plan is paused: a danger sign was reported. Clear the hold first",
        None => {}
    }
    if active.flare.is_some() {
        return "A flare is under way, so nothing moves on until it has settled";
    }
    if active.away.as_ref().is_some_and(crate::store::away::Break::is_illness) {
        return "The patient has said that they are ill, so nothing moves on until they are back";
    }
    ""
}

/// Reads a proposal as it stands today.
///
/// # Errors
/// `NotFound` when it is not this patient's.
pub fn open<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, review: &str, moment: Moment) -> Result<Open, CareError> {
    let (proposal, review) = found(tx, who, review)?;
    let state = standing(tx, who, moment.today())?;
    let blocked = blocked(&state, &proposal);
    let (mut lines, mut week) = (Vec::new(), Week { number: 1, from: moment.today(), to: moment.today() });
    if let Standing::Active(active) = &state
        && active.plan.id == proposal.plan_id
    {
        week = week_of(&active.plan, &review);
        if proposal.settled == Settled::Waiting {
            let ledger = ledger_of(&active.plan, &review, moment);
            lines = self::lines(tx, who, &ledger, (&review.id, week, &review.facts, &review.result))?;
        }
    }
    Ok(Open { seen: seen(&lines), proposal, review, week, lines, blocked })
}

/// What stands for lines of the ledger in a form.
fn seen(lines: &[Change]) -> String {
    let words: Vec<_> = lines.iter().map(|l| (&l.subject, &l.before, &l.after)).collect();
    fingerprint(&serde_json::json!(words).to_string())
}

/// The proposal that waits, if there is one.
pub fn waiting<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>) -> Result<Option<Proposal>, CareError> {
    Ok(patient_rules::proposals(tx, who)?.into_iter().find(|proposal| proposal.settled == Settled::Waiting))
}

/// What became of what a review proposed; none when it proposed nothing.
pub fn of_review<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, review: &str) -> Result<Option<Settled>, CareError> {
    Ok(patient_rules::proposals(tx, who)?.into_iter().find(|p| p.review_id == review).map(|p| p.settled))
}

/// What somebody reads who decides about what does not wait any more.
fn past(settled: Settled) -> CareError {
    let why = match settled {
        Settled::Declined => "This step was declined already",
        Settled::Approved => "This step was approved already",
        _ => "A newer week was reviewed in the meantime, or the plan ended. This step does not count any more",
    };
    CareError::refused("", why)
}

/// Approves a step: it takes effect today, on the plan as it is now, and the ledger names the rules and who approved.
/// Approved twice it takes effect once. A week that has ended since is reviewed first.
///
/// # Errors
/// Refused when it does not wait any more, while the plan is paused, held or in a flare, when nothing would change, and
/// when the plan has changed since the form was shown.
pub fn approve(store: &Store, who: &PatientAccess<Treat>, review: &str, shown: &str, moment: Moment) -> Result<(), CareError> {
    review::run_due(store, who, moment)?;
    store.write(|tx| {
        let open = open(tx, who, review, moment)?;
        match open.proposal.settled {
            Settled::Approved => return Ok(()),
            Settled::Waiting => {}
            settled => return Err(past(settled)),
        }
        if !open.blocked.is_empty() {
            return Err(CareError::refused("", open.blocked));
        }
        if open.lines.is_empty() {
            return Err(CareError::refused(
                "",
                "As the plan stands now, this step changes nothing any more. Decline it, or wait for the next week",
            ));
        }
        if open.seen != shown {
            return Err(CareError::refused(
                "",
                "Something has changed since this page was shown. Look at what would change now, then decide",
            ));
        }
        if !patient_rules::settle(tx, who, review, Settled::Approved, "", moment.utc)? {
            return Err(past(Settled::Lapsed));
        }
        let plan = plans::active(tx, who)?.ok_or(StoreError::NotFound)?;
        put_into_effect(tx, who, &ledger_of(&plan, &open.review, moment), &open)?;
        Ok(oversight::note(tx, who.by(), Some(who.patient()), "approved a step of the plan", moment.utc)?)
    })
}

fn put_into_effect(tx: &mut WriteTx, who: &PatientAccess<Treat>, ledger: &Ledger, open: &Open) -> Result<(), CareError> {
    let (facts, decision): (&WeekFacts, &WeekReview) = (&open.review.facts, &open.review.result);
    if decision.outcome == Outcome::Maintain {
        return course::begin_maintenance(tx, who, ledger);
    }
    for quota in plans::quotas(tx, who, ledger.plan)? {
        review::move_quota(tx, who, ledger, &quota, decision.quota, facts)?;
    }
    course::change_exercises(tx, who, ledger, (open.week.from, facts), decision)?;
    ledger.write(tx, who, "Plan", (text!(""), text!("The next step of your plan")), ledger.why.clone())
}

/// Declines a step with a reason the patient reads; the plan stays as it is.
///
/// # Errors
/// Refused without a reason, and when the step does not wait any more.
pub fn decline(store: &Store, who: &PatientAccess<Treat>, review: &str, reason: &str, moment: Moment) -> Result<(), CareError> {
    let reason = reason.trim();
    if reason.chars().count() < REASON {
        return Err(CareError::refused("reason", "Write the reason in a few words: the patient reads it"));
    }
    store.write(|tx| {
        let (proposal, _) = found(tx, who, review)?;
        if !patient_rules::settle(tx, who, review, Settled::Declined, reason, moment.utc)? {
            return if proposal.settled == Settled::Declined { Ok(()) } else { Err(past(proposal.settled)) };
        }
        if let Some(plan) = plans::active(tx, who)?.filter(|plan| plan.id == proposal.plan_id) {
            let ledger = Ledger { plan: &plan, on: moment.today(), rules: "physio".to_owned(), why: text!(""), at: moment.utc };
            let words = (text!(""), text!("Your plan stays as it is for now"));
            ledger.write(tx, who, tr_later!("Next step"), words, typed(reason))?;
        }
        Ok(oversight::note(tx, who.by(), Some(who.patient()), "declined a step of the plan", moment.utc)?)
    })
}

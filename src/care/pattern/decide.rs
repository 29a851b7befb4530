//! The decision about a proposal, and what an accepted one changes in the plan.

use super::{RULE, of_plan};
use crate::access::{MayRead, MayWrite, Own, PatientAccess, Treat};
use crate::care::CareError;
use crate::care::plan::prescribed;
use crate::care::standing::{Active, Standing, standing};
use crate::clinical::advice::advice;
use crate::clinical::codes::Category;
use crate::clinical::intake::AnswerMap;
use crate::clinical::plan::{Leaving, PlanFacts, Prescribed, leaving};
use crate::clock::Moment;
use crate::lang::Text;
use crate::store::pattern::{self, ACCEPTED, DECLINED, Reclassification};
use crate::store::plans::{Change, Plan};
use crate::store::{ReadTx, Store, StoreError, WriteTx, course, oversight, plans, relations};

/// What a home test of a look found.
pub(super) fn finding<'a>(answers: &'a AnswerMap, test: &str) -> Option<&'a str> {
    answers.get("ht")?.get(test)?.as_str()
}

/// The facts of the plan once a proposal is accepted.
pub fn new_facts(plan: &Plan, look: &Reclassification) -> PlanFacts {
    let mut facts = PlanFacts { category: look.result.category, secondary: look.result.secondary, ..PlanFacts::clone(&plan.facts) };
    facts.centralised |= look.answers.contains_key("ht_centralised");
    match finding(&look.answers, "ht_prone") {
        Some("worse") => (facts.prone_hurts, facts.prone_better) = (true, false),
        Some("better") => (facts.prone_hurts, facts.prone_better) = (false, true),
        Some("same") => (facts.prone_hurts, facts.prone_better) = (false, false),
        _ => {}
    }
    facts
}

/// What an accepted proposal changes at once, for the page that asks.
pub fn preview<M: MayRead>(
    tx: &mut ReadTx,
    who: &PatientAccess<M>,
    plan: &Plan,
    look: &Reclassification,
) -> Result<Vec<(String, Option<String>)>, CareError> {
    let items: Vec<Prescribed> = plans::items(tx, who, plan)?.iter().map(|i| Prescribed::clone(&i.prescription)).collect();
    let gone = leaving(&items, &plan.facts, &new_facts(plan, look)).into_iter();
    Ok(gone.map(|leave| (items[leave.index].title().to_owned(), leave.to.map(|to| to.title().to_owned()))).collect())
}

/// A physiotherapist confirms or declines, with a reason the person reads.
pub fn decide(store: &Store, who: &PatientAccess<Treat>, id: &str, accept: bool, reason: &str, moment: Moment) -> Result<(), CareError> {
    let reason = reason.trim();
    if reason.chars().count() < 5 {
        return Err(CareError::refused("reason", "Write the reason in a few words: the patient reads it"));
    }
    store.write(|tx| {
        settle(tx, who, id, accept, &Line { rule: "physio", reason, moment })?;
        for alert in oversight::alerts(tx, who)?.into_iter().filter(|a| a.rule == RULE && a.resolved_at.is_none()) {
            oversight::resolve(tx, who, &alert.id, moment.utc)?;
        }
        Ok(())
    })
}

/// The person decides themselves, while nobody is in charge of them.
pub fn decide_own(store: &Store, who: &PatientAccess<Own>, accept: bool, moment: Moment) -> Result<(), CareError> {
    store.write(|tx| {
        let plan = plans::active(tx, who)?.ok_or(StoreError::NotFound)?;
        let Some(look) = of_plan(tx, who, &plan)?.into_iter().next() else {
            return Err(CareError::refused("", tr_later!("There is nothing to decide")));
        };
        if !relations::in_charge_names(tx, who)?.is_empty() {
            return Err(CareError::refused("", tr_later!("Your physiotherapist decides about this, and tells you why")));
        }
        settle(tx, who, &look.id, accept, &Line { rule: "patient", reason: "", moment })
    })
}

/// Who decided and why, for the ledger.
pub(super) struct Line<'a> {
    pub(super) rule: &'static str,
    pub(super) reason: &'a str,
    pub(super) moment: Moment,
}

impl Line<'_> {
    fn change(&self, subject: String, before: Text, after: Text, reason: Text) -> Change {
        let (at, effective_on) = (self.moment.utc, self.moment.today());
        Change { at, effective_on, by: None, rule: self.rule.to_owned(), subject, before, after, reason }
    }
}

fn settle<M: MayWrite>(tx: &mut WriteTx, who: &PatientAccess<M>, id: &str, accept: bool, line: &Line) -> Result<(), CareError> {
    let look = pattern::all(tx, who)?.into_iter().find(|look| look.id == id).ok_or(StoreError::NotFound)?;
    if !look.waits() {
        return Err(CareError::refused("", tr_later!("This is decided already")));
    }
    let Standing::Active(active) = standing(tx, who, line.moment.today())? else { return Err(StoreError::NotFound.into()) };
    if active.plan.id != look.plan_id {
        return Err(CareError::refused("", tr_later!("This belongs to an earlier plan")));
    }
    if accept && active.pause.is_some() {
        return Err(CareError::refused("", tr_later!("The plan is paused. It can be changed when it is open again")));
    }
    let (status, action) = if accept { (ACCEPTED, "pattern change confirmed") } else { (DECLINED, "pattern change declined") };
    pattern::decide(tx, who, id, status, line.reason, line.moment.utc)?;
    oversight::note(tx, who.by(), Some(who.patient()), action, line.moment.utc)?;
    if accept { apply(tx, who, &active.plan, &look, line) } else { Ok(()) }
}

/// The plan follows the new pattern. What is not allowed any more leaves at once, each with a line of
/// the ledger; the rest is left to the weekly review.
fn apply<M: MayWrite>(
    tx: &mut WriteTx,
    who: &PatientAccess<M>,
    plan: &Plan,
    look: &Reclassification,
    line: &Line,
) -> Result<(), CareError> {
    let facts = new_facts(plan, look);
    let (now, before) = (category_name(facts.category), category_name(plan.category.0));
    let found = text!("Your new answers point to {now}; your plan was made for {before}.", now = now, before = before);
    follow(tx, who, plan, &facts, (text!("Your pattern was looked at again"), found), line)
}

/// The everyday name of a category, for the ledger.
pub(in crate::care) fn category_name(category: Category) -> Text {
    Text::fixed(&advice().category(category).name)
}

/// Gives the plan other facts, with the heading and the finding that its person reads.
fn follow<M: MayWrite>(
    tx: &mut WriteTx,
    who: &PatientAccess<M>,
    plan: &Plan,
    facts: &PlanFacts,
    (heading, found): (Text, Text),
    line: &Line,
) -> Result<(), CareError> {
    pattern::set_facts(tx, who, plan, facts)?;
    let reason = match line.reason {
        "" => found,
        typed => text!("{found} {typed}", found = found, typed = typed),
    };
    plans::note_change(tx, who, plan, &line.change("Plan".to_owned(), text!(""), heading, reason))?;
    take_out(tx, who, plan, facts, line)
}

/// A physiotherapist chooses another pattern than the rules: the plan follows it as it follows an accepted proposal.
pub(in crate::care) fn choose(
    tx: &mut WriteTx,
    who: &PatientAccess<Treat>,
    active: &Active,
    category: Category,
    reason: &str,
    moment: Moment,
) -> Result<(), CareError> {
    if active.pause.is_some() {
        return Err(CareError::refused("", tr_later!("The plan is paused. It can be changed when it is open again")));
    }
    let (plan, line) = (&active.plan, Line { rule: "physio", reason, moment });
    let facts = PlanFacts { category, secondary: None, ..PlanFacts::clone(&plan.facts) };
    let (now, before) = (category_name(category), category_name(plan.category.0));
    let found = text!(
        "Your physiotherapist sees your back as most sensitive to {now}; your plan was made for {before}.",
        now = now,
        before = before
    );
    follow(tx, who, plan, &facts, (text!("Your physiotherapist chose another pattern"), found), &line)
}

pub(super) fn take_out<M: MayWrite>(
    tx: &mut WriteTx,
    who: &PatientAccess<M>,
    plan: &Plan,
    facts: &PlanFacts,
    line: &Line,
) -> Result<(), CareError> {
    let items = plans::items(tx, who, plan)?;
    let listed: Vec<Prescribed> = items.iter().map(|i| Prescribed::clone(&i.prescription)).collect();
    for Leaving { index, why, to } in leaving(&listed, &plan.facts, facts) {
        let (item, old) = (&items[index], listed[index].title().to_owned());
        let after = match &to {
            Some(to) => {
                plans::swap_item(tx, who, item, to, line.moment.today())?;
                prescribed(to)
            }
            None => {
                course::remove_item(tx, who, item, line.moment.today())?;
                text!("")
            }
        };
        let change = line.change(old.clone(), Text::from(old), after, text!("Not now: {why}.", why = why.text()));
        plans::note_change(tx, who, plan, &change)?;
    }
    Ok(())
}

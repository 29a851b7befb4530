//! Laying a template or another patient's plan over somebody's plan: what would come of it, giving it at once, or
//! keeping it as a draft. Nothing is given by itself, and what speaks against an exercise for the person keeps it out.

use super::acts::reason_of;
use super::drafting::{editor, mark, next};
use super::editing::{apply, current};
use super::templates::{for_others, history};
use crate::access::{MayRead, MayWrite, PatientAccess, Physio, Read, Treat};
use crate::care::CareError;
use crate::clinical::plan::template::{Laid, Phase, Template, lay};
use crate::clinical::plan::{Difference, Shape, Warning};
use crate::clock::Moment;
use crate::store::drafts::Draft;
use crate::store::plans::Plan;
use crate::store::templates::{self as stored, Use};
use crate::store::{ReadTx, Store, StoreError, WriteTx, drafts, oversight, plans};
use chrono::NaiveDate;

/// How a template comes over a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum How {
    /// Its first phase, as if the plan began anew.
    Anew,
    /// What differs between the version the plan follows and the newest, in the same phase.
    Update,
    /// What differs between the phase the plan is in and the next.
    Next,
}

impl How {
    /// The stable code, for forms.
    pub const fn code(self) -> &'static str {
        match self {
            How::Anew => "anew",
            How::Update => "update",
            How::Next => "next",
        }
    }

    /// From a form.
    pub fn from_code(code: &str) -> Option<Self> {
        [How::Anew, How::Update, How::Next].into_iter().find(|how| how.code() == code)
    }
}

/// A plan with what it would become.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The plan.
    pub plan: Plan,
    /// As it is.
    pub now: Shape,
    /// As it would be, and what is left out.
    pub laid: Laid,
    /// Fingerprint of both: what is decided is decided about this.
    pub mark: String,
    /// Somebody is editing a draft of this plan.
    pub draft_open: bool,
}

impl Outcome {
    fn new<M: MayRead>(
        tx: &mut ReadTx,
        who: &PatientAccess<M>,
        plan: Plan,
        before: Option<&Phase>,
        phase: &Phase,
    ) -> Result<Self, CareError> {
        let now = current(tx, who, &plan)?;
        let laid = lay(&now, before, phase, &plan.facts);
        let mark = format!("{} {}", mark(&now), mark(&laid.shape));
        let draft_open = drafts::live(tx, who, &plan)?.is_some();
        Ok(Self { plan, now, laid, mark, draft_open })
    }

    /// What would change, in words.
    pub fn differences(&self) -> Vec<Difference> {
        self.now.differences(&self.laid.shape)
    }

    fn days(&self) -> u32 {
        u32::try_from(self.plan.training_days.len()).unwrap_or(1).clamp(1, 7)
    }

    /// What a physiotherapist should know of the plan as it would be.
    pub fn warnings(&self) -> Vec<Warning> {
        self.laid.shape.warnings(&self.plan.facts, self.days(), None)
    }

    /// Longest training day in minutes, now and as it would be.
    pub fn minutes(&self) -> (u32, u32) {
        (self.now.minutes(self.days()), self.laid.shape.minutes(self.days()))
    }
}

/// A template over a plan.
#[derive(Debug, Clone)]
pub struct Offer {
    /// Which template.
    pub template: String,
    /// Its newest version, which would be followed.
    pub version: i32,
    /// What that says.
    pub body: Template,
    /// The phase, counted from 0.
    pub phase: usize,
    /// How it would come.
    pub how: How,
    /// Version and phase that the plan follows of this template now.
    pub follows: Option<(i32, usize)>,
    /// Why there are newer versions than the one followed: number, by whom, note; newest first.
    pub since: Vec<(i32, String, String)>,
    /// What would come of it.
    pub result: Outcome,
}

impl Offer {
    /// The phase that would begin or go on.
    pub fn phase_body(&self) -> Option<&Phase> {
        self.body.phase(self.phase)
    }
}

/// What a template would make of the plan under way; `None` without a plan. Without a wish: an update where there is
/// one, else the next phase, else anew.
///
/// # Errors
/// `NotFound` when there is no such template.
pub fn offer<M: MayRead>(
    tx: &mut ReadTx,
    physio: &Physio,
    who: &PatientAccess<M>,
    id: &str,
    wish: Option<How>,
) -> Result<Option<Offer>, CareError> {
    let versions = history(tx, physio, id)?;
    let newest = versions.first().ok_or(StoreError::NotFound)?;
    let Some(plan) = plans::active(tx, who)? else { return Ok(None) };
    let followed = stored::followed(tx, who, &plan)?.filter(|(used, _)| used.template_id == id);
    let follows = followed.as_ref().map(|(used, _)| (used.version, usize::try_from(used.phase).unwrap_or(0)));
    let how = match (follows, wish) {
        (None, _) | (_, Some(How::Anew)) => How::Anew,
        (Some(_), Some(how)) => how,
        (Some((version, _)), None) if version < newest.version => How::Update,
        (Some((_, phase)), None) if phase + 1 < newest.body.phases.len() => How::Next,
        (Some(_), None) => How::Anew,
    };
    let last = newest.body.phases.len().saturating_sub(1);
    let now = follows.map_or(0, |(_, phase)| phase);
    let (before, phase) = match how {
        How::Anew => (None, 0),
        How::Update => (followed.as_ref().and_then(|(_, body)| body.phase(now)), now.min(last)),
        How::Next => (followed.as_ref().and_then(|(_, body)| body.phase(now)), (now + 1).min(last)),
    };
    let body = newest.body.clone();
    let of_phase = body.phase(phase).ok_or(StoreError::NotFound)?;
    let result = Outcome::new(tx, who, plan, before, of_phase)?;
    let newer = versions.iter().filter(|version| follows.is_some_and(|(followed, _)| version.version > followed));
    let by = |version: &stored::Version| version.by.clone().unwrap_or_else(|| "somebody who has left".to_owned());
    let since = newer.map(|version| (version.version, by(version), version.note.clone())).collect();
    Ok(Some(Offer { template: id.to_owned(), version: newest.version, body, phase, how, follows, since, result }))
}

/// What was decided on a page: what it showed, whether at once or as a draft, and why.
#[derive(Debug, Clone)]
pub struct Decided {
    /// [`Outcome::mark`] of what the page showed.
    pub mark: String,
    /// Keep it as a draft.
    pub as_draft: bool,
    /// Why, as the patient reads it.
    pub reason: String,
    /// Makes a repeated submission harmless.
    pub token: String,
}

/// Refuses what was decided on a page that does not show what would happen now.
fn same(result: &Outcome, decided: &Decided) -> Result<(), CareError> {
    if result.mark == decided.mark {
        return Ok(());
    }
    Err(CareError::refused("", "The plan or what comes over it has changed since this page was shown. This is what would happen now"))
}

/// Names what a draft lays over a plan in the token of its edit, so that the plan follows it once it is applied.
fn tag(offer: &Offer, token: &str) -> String {
    format!("template {} {} {} {token}", offer.template, offer.version, offer.phase)
}

/// Gives a template to somebody, or keeps it as a draft.
///
/// # Errors
/// `Refused` without a plan, when the page does not show what would happen now, without a reason, and when a draft is
/// open already.
pub fn give(
    store: &Store,
    (physio, who): (&Physio, &PatientAccess<Treat>),
    (id, how): (&str, How),
    decided: &Decided,
    moment: Moment,
) -> Result<(), CareError> {
    let reason = reason_of(&decided.reason)?.to_owned();
    store.write(|tx| {
        let offer = offer(tx, physio, who, id, Some(how))?.ok_or_else(|| CareError::refused("", "There is no plan under way yet"))?;
        let used = stored::followed(tx, who, &offer.result.plan)?;
        if used.is_some_and(|(used, _)| used.id == use_id(&offer.result.plan, &decided.token)) {
            // The same form twice gives it once.
            return Ok(());
        }
        let plan = &offer.result.plan;
        if decided.as_draft && kept(tx, who, plan, &tag(&offer, &decided.token))? {
            return Ok(());
        }
        same(&offer.result, decided)?;
        if decided.as_draft {
            let did = format!("laid the template “{}” over the plan", offer.body.name);
            return keep_draft(tx, who, &offer.result, (did, tag(&offer, &decided.token)), &reason, moment);
        }
        no_draft(&offer.result)?;
        if offer.result.now != offer.result.laid.shape {
            apply(tx, who, plan, &offer.result.laid.shape, &reason, moment)?;
        }
        follow(tx, who, plan, (&offer.template, offer.version, offer.phase), &decided.token, moment)?;
        Ok(oversight::note(tx, who.by(), Some(who.patient()), "template given", moment.utc)?)
    })
}

/// The form or draft that let a plan follow something names the row: the same one twice follows once.
fn use_id(plan: &Plan, key: &str) -> String {
    format!("{} {key}", plan.id)
}

fn follow<M: MayWrite>(
    tx: &mut WriteTx,
    who: &PatientAccess<M>,
    plan: &Plan,
    (template, version, phase): (&str, i32, usize),
    key: &str,
    moment: Moment,
) -> Result<(), CareError> {
    let from_on: NaiveDate = moment.today();
    // An update within a phase does not begin its weeks anew.
    let now = stored::followed(tx, who, plan)?.map(|(used, _)| used);
    let phase = i32::try_from(phase).unwrap_or(0);
    let from_on =
        now.filter(|used| used.template_id == template && used.phase == phase && used.version < version).map_or(from_on, |u| u.from_on);
    let used = Use {
        id: use_id(plan, key),
        plan_id: plan.id.clone(),
        template_id: template.to_owned(),
        version,
        phase,
        from_on,
        made_by: who.by().map(|by| by.as_str().to_owned()),
        made_at: moment.utc,
    };
    Ok(stored::follow(tx, who, plan, &used)?)
}

/// Lets a plan that begins follow the template that it was composed with.
pub(in crate::care) fn follow_from_start<M: MayWrite>(
    tx: &mut WriteTx,
    who: &PatientAccess<M>,
    plan: &Plan,
    (template, version): (&str, i32),
    moment: Moment,
) -> Result<(), CareError> {
    follow(tx, who, plan, (template, version, 0), "start", moment)
}

/// Lets a plan follow the template that its draft, which is applied now, laid over it.
pub(in crate::care) fn follow_draft<M: MayWrite>(
    tx: &mut WriteTx,
    who: &PatientAccess<M>,
    plan: &Plan,
    draft: &Draft,
    moment: Moment,
) -> Result<(), CareError> {
    for edit in draft.body.edits.iter().rev() {
        let parts: Vec<&str> = edit.token.split(' ').collect();
        if let ["template", id, version, phase, _] = parts[..]
            && let (Ok(version), Ok(phase)) = (version.parse(), phase.parse())
        {
            return follow(tx, who, plan, (id, version, phase), &draft.id, moment);
        }
    }
    Ok(())
}

fn no_draft(result: &Outcome) -> Result<(), CareError> {
    match result.draft_open {
        true => Err(CareError::refused("", "A draft of this plan is open. Apply it or drop it first, so that nobody’s work is lost")),
        false => Ok(()),
    }
}

/// Whether a form began the draft that is open: the same form twice begins it once.
fn kept(tx: &mut WriteTx, who: &PatientAccess<Treat>, plan: &Plan, token: &str) -> Result<bool, CareError> {
    Ok(drafts::live(tx, who, plan)?.is_some_and(|draft| draft.body.edits.iter().any(|edit| edit.token == token)))
}

/// Begins a draft with what was laid over the plan.
fn keep_draft(
    tx: &mut WriteTx,
    who: &PatientAccess<Treat>,
    result: &Outcome,
    (did, token): (String, String),
    reason: &str,
    moment: Moment,
) -> Result<(), CareError> {
    no_draft(result)?;
    if result.differences().is_empty() {
        return Err(CareError::refused("", "There is nothing to keep as a draft: the plan has all of it already"));
    }
    let editor = editor(tx, who)?.ok_or(StoreError::NotFound)?;
    let draft = next(tx, who, &editor, (result.laid.shape.clone(), did), &token, moment)?;
    let draft = Draft { reason: reason.to_owned(), ..draft };
    drafts::keep(tx, who, &result.plan, &draft)?;
    Ok(oversight::note(tx, who.by(), Some(who.patient()), "draft begun", moment.utc)?)
}

/// What another patient's plan would make of somebody's; `None` while one of them has no plan under way.
pub fn copied<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, from: &PatientAccess<Read>) -> Result<Option<Outcome>, CareError> {
    let (Some(plan), Some(source)) = (plans::active(tx, who)?, plans::active(tx, from)?) else { return Ok(None) };
    let items = for_others(plans::items(tx, from, &source)?.into_iter().map(|item| item.prescription.into_inner()));
    let phase = Phase { name: String::new(), weeks: 1, items, quotas: Vec::new() };
    Outcome::new(tx, who, plan, None, &phase).map(Some)
}

/// Copies another patient's plan over somebody's, or keeps it as a draft. `name` is the other's: no reason that the
/// patient reads may have it.
///
/// # Errors
/// As [`give`], and when the reason has the other's name.
pub fn copy(
    store: &Store,
    who: &PatientAccess<Treat>,
    (from, name): (&PatientAccess<Read>, &str),
    decided: &Decided,
    moment: Moment,
) -> Result<(), CareError> {
    let reason = reason_of(&decided.reason)?.to_owned();
    let words: Vec<&str> = reason.split(|c: char| !c.is_alphanumeric()).collect();
    if name.split_whitespace().any(|part| part.chars().count() > 1 && words.contains(&part)) {
        return Err(CareError::refused("reason", "Leave the other patient’s name out: this patient reads the reason"));
    }
    store.write(|tx| {
        let missing = || CareError::refused("", "One of them has no plan under way any more");
        let result = copied(tx, who, from)?.ok_or_else(missing)?;
        if result.now == result.laid.shape {
            return Ok(());
        }
        if decided.as_draft && kept(tx, who, &result.plan, &decided.token)? {
            return Ok(());
        }
        same(&result, decided)?;
        if decided.as_draft {
            let did = "laid another plan over this one".to_owned();
            return keep_draft(tx, who, &result, (did, decided.token.clone()), &reason, moment);
        }
        no_draft(&result)?;
        apply(tx, who, &result.plan, &result.laid.shape, &reason, moment)?;
        Ok(oversight::note(tx, who.by(), Some(who.patient()), "plan copied from another", moment.utc)?)
    })
}

//! What the physiotherapists do beside looking into files, so that the desk has something of everything: a template, rules
//! for one patient, a draft that waits, a note, a problem that is open, a leave, an invitation that nobody used; and the
//! message that one of the patients writes.

use super::Clinic;
use super::history::Life;
use crate::access::{PatientAccess, Physio, Treat};
use crate::care::adverse::{NewEvent, exercises, record};
use crate::care::desk::choosing::fits;
use crate::care::desk::drafting::{Editor, Form, Step, change, editor};
use crate::care::desk::giving::{Decided, How, give, offer};
use crate::care::desk::notes::{self, NewNote};
use crate::care::desk::sending::send;
use crate::care::desk::templates::{Edit, choosable, make, of_plan};
use crate::care::desk::treat;
use crate::care::joining::{NewInvitation, invite_patient};
use crate::care::leave::{NewLeave, announce};
use crate::care::patient_rules::{self, NewRules};
use crate::care::{CareError, messages};
use crate::clinical::plan::Role;
use crate::clinical::plan::template::Phase;
use crate::clock::Moment;
use crate::ids;
use crate::store::adverse::Severity;
use crate::store::notes::NoteBody;
use crate::store::patient_rules::Mode;
use crate::store::{ReadTx, StoreError};
use chrono::{Days, NaiveDate};

/// Days ago on which somebody was invited who never came: longer than an invitation works.
const INVITED: i64 = 20;

/// From now on somebody looks at each next step of a plan first.
pub(super) fn propose_first(clinic: &Clinic, who: &PatientAccess<Treat>, reason: &str, moment: Moment) -> Result<(), CareError> {
    let new = NewRules { mode: Mode::Propose, own: None, reason: reason.to_owned(), seen: String::new(), token: ids::fresh() };
    patient_rules::set(clinic.store, who, &new, moment)
}

/// Keeps a plan as the first of two phases of a template, which the plan follows from now on. In the second phase
/// another exercise takes the place of the last one.
pub(super) fn template(
    clinic: &Clinic,
    (physio, who): (&Physio, &PatientAccess<Treat>),
    reason: &str,
    moment: Moment,
) -> Result<(), CareError> {
    let body = clinic.store.read(|tx| {
        let facts = editor_of(tx, who)?.plan.facts.into_inner();
        let mut body = of_plan(tx, who)?;
        let mut items = body.phases.first().map(|phase| phase.items.clone()).unwrap_or_default();
        let fresh = choosable(tx, physio)?.into_iter().find(|item| {
            item.role == Role::Training && !items.iter().any(|known| known.exercise == item.exercise) && fits(item, &facts).is_ok()
        });
        if let (Some(fresh), Some(last)) = (fresh, items.iter_mut().rev().find(|item| item.role == Role::Training)) {
            *last = fresh;
        }
        if let Some(first) = body.phases.first_mut() {
            first.name = "First weeks".to_owned();
        }
        body.phases.push(Phase { name: "Building up".to_owned(), weeks: 4, items, quotas: Vec::new() });
        body.name = "Weight and jolts, a steady start".to_owned();
        body.sentence = "For people whom lifting, carrying and jolts hurt and who can get down to the floor.".to_owned();
        body.explain = vec!["How to carry: close to the body, and rather often than much".to_owned()];
        Ok::<_, CareError>(body)
    })?;
    let id = make(clinic.store, physio, &Edit { body, note: String::new(), token: ids::fresh() }, moment.utc)?;
    let offered = clinic.store.read(|tx| offer(tx, physio, who, &id, Some(How::Anew)))?.ok_or(StoreError::NotFound)?;
    let decided = Decided { mark: offered.result.mark, as_draft: false, reason: reason.to_owned(), token: ids::fresh() };
    give(clinic.store, (physio, who), (&id, How::Anew), &decided, moment)
}

fn editor_of(tx: &mut ReadTx, who: &PatientAccess<Treat>) -> Result<Editor, CareError> {
    Ok(editor(tx, who)?.ok_or(StoreError::NotFound)?)
}

/// What happened `ago` days before today.
pub(super) fn day(clinic: &Clinic, lives: &[Life], ago: i64, on: NaiveDate) -> Result<(), CareError> {
    if ago == INVITED
        && let Some(moment) = clinic.at(on, (11, 0))
    {
        let new = NewInvitation { name: "Tomasz Nowak".to_owned(), email: "tomasz@demo.example".to_owned(), ..NewInvitation::default() };
        invite_patient(clinic.store, &clinic.physio(0)?.1, &new, &ids::fresh(), moment.utc)?;
    }
    if ago == 1 { yesterday(clinic, lives, on) } else { Ok(()) }
}

fn yesterday(clinic: &Clinic, lives: &[Life], on: NaiveDate) -> Result<(), CareError> {
    let (Some(morning), Some(noon), Some(evening)) = (clinic.at(on, (9, 20)), clinic.at(on, (12, 10)), clinic.at(on, (17, 40))) else {
        return Ok(());
    };
    let called = |name: &str| lives.iter().find(|life| life.person.name.starts_with(name)).ok_or(StoreError::NotFound);
    let cover = clinic.physio(0)?.0.user.clone();
    let leave = NewLeave { from: on + Days::new(5), until: on + Days::new(11), cover, token: ids::fresh() };
    announce(clinic.store, &clinic.physio(1)?.1, &leave, morning)?;
    telephoned(clinic, called("Martin")?, morning)?;
    problem(clinic, called("Greta")?, noon)?;
    smaller(clinic, called("Leila")?, noon)?;
    let words = "The lads play on Saturday. May I join for half an hour, or is that too soon after the calf?";
    messages::write(clinic.store, &called("Samuel")?.who()?, (words, None), &ids::fresh(), evening)
}

/// Permission of whoever invited somebody to decide about them.
fn treating(clinic: &Clinic, life: &Life, moment: Moment) -> Result<(PatientAccess<Treat>, Physio), CareError> {
    let (actor, physio) = clinic.physio(life.person.physio.unwrap_or_default())?;
    Ok((treat(clinic.store, actor, life.who()?.patient(), moment.utc)?, physio))
}

/// A note of a call.
fn telephoned(clinic: &Clinic, life: &Life, moment: Moment) -> Result<(), CareError> {
    let (who, _) = treating(clinic, life, moment)?;
    let body = NoteBody {
        says: "Stood at the craft fair all day; since then stiff and sore, sleeps badly. No leg pain, nothing new otherwise.".to_owned(),
        found: String::new(),
        agreed: "Stays with the flare plan, short walks, legs on the chair twice a day.".to_owned(),
        next: "Call again on the third day if it has not eased.".to_owned(),
    };
    let new = NewNote { contact: "telephone".to_owned(), on: moment.today(), body, corrects: None, token: ids::fresh() };
    notes::write(clinic.store, &who, &new, moment)
}

/// A problem with an exercise that was told by telephone and is still open.
fn problem(clinic: &Clinic, life: &Life, moment: Moment) -> Result<(), CareError> {
    let (who, _) = treating(clinic, life, moment)?;
    let listed = clinic.store.read(|tx| exercises(tx, &who))?;
    let (exercise, _) = listed.into_iter().next().ok_or(StoreError::NotFound)?;
    let what = "A cramp in the left calf in the last set; gone after ten minutes, a little sore the next day.".to_owned();
    let new = NewEvent { exercise, on: moment.today() - Days::new(1), what, severity: Severity::Mild };
    record(clinic.store, &who, &new, &ids::fresh(), moment)
}

/// A smaller plan that waits for the patient's word.
fn smaller(clinic: &Clinic, life: &Life, moment: Moment) -> Result<(), CareError> {
    let (who, physio) = treating(clinic, life, moment)?;
    let form = |editor: &Editor| Form { seen: editor.seen(), token: ids::fresh() };
    let before = clinic.store.read(|tx| editor_of(tx, &who))?;
    let last = before.shape().items.iter().rev().find(|item| item.role == Role::Training && !item.core);
    let Some(last) = last.or(before.shape().items.iter().rev().find(|item| item.role == Role::Training)) else { return Ok(()) };
    change(clinic.store, (&physio, &who), &form(&before), &Step::TakeOut(last.exercise.clone()), moment)?;
    let after = clinic.store.read(|tx| editor_of(tx, &who))?;
    let reason = "Your weeks are full: one exercise less, so that a session fits in before the shower.";
    send(clinic.store, &who, &form(&after), reason, moment)
}

//! A plan agreed by both sides, and whether its later changes were seen. The person's own yes starts the plan; the
//! physiotherapist's never holds it back.

use super::CareError;
use crate::access::{MayRead, Own, PatientAccess, Treat};
use crate::clock::{Moment, UtcTime};
use crate::store::plans::{Change, Plan};
use crate::store::{ReadTx, Store, StoreError, agreement, oversight, plans, relations};

/// Who has agreed to a plan.
#[derive(Debug, Clone)]
pub struct Sides {
    /// When the person agreed.
    pub own: UtcTime,
    /// Who agreed on the clinic's side, and when.
    pub physio: Option<(String, UtcTime)>,
    /// Who is in charge; nobody: the clinic's inbox.
    pub in_charge: Vec<String>,
}

/// Who has agreed to a plan.
pub fn sides<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, plan: &Plan) -> Result<Sides, CareError> {
    Ok(Sides { own: plan.agreed_at, physio: agreement::agreed(tx, who, plan)?, in_charge: relations::in_charge_names(tx, who)? })
}

/// The physiotherapist agrees to the plan under way. Pressed twice it is kept once.
pub fn agree(store: &Store, who: &PatientAccess<Treat>, moment: Moment) -> Result<(), CareError> {
    store.write(|tx| {
        let plan = plans::active(tx, who)?.ok_or(StoreError::NotFound)?;
        if agreement::agree(tx, who, &plan, moment.utc)? {
            oversight::note(tx, who.by(), Some(who.patient()), "agreed to the plan", moment.utc)?;
        }
        Ok(())
    })
}

/// Whether a line of the ledger was somebody else's doing: the rules' or a physiotherapist's.
fn is_news(change: &Change) -> bool {
    change.rule != "patient"
}

/// What changed in the plan since the person last said that they had seen it all; newest first. A week that changed
/// nothing is no change, unless its step waits for somebody.
pub fn unseen<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, plan: &Plan) -> Result<Vec<Change>, CareError> {
    let seen = agreement::seen(tx, who)?.last().map(|(until, _)| *until);
    let mut changes = plans::changes(tx, who)?;
    changes.retain(|change| is_news(change) && change.at >= plan.agreed_at && seen.is_none_or(|until| change.at > until));
    let real = |at: UtcTime| changes.iter().any(|change| change.at == at && (change.subject != "Week" || !change.after.is_empty()));
    Ok(changes.iter().filter(|change| real(change.at)).cloned().collect())
}

/// "I have seen this", up to the newest change that the page showed.
pub fn mark_seen(store: &Store, who: &PatientAccess<Own>, until: UtcTime, moment: Moment) -> Result<(), CareError> {
    store.write(|tx| {
        let known = agreement::seen(tx, who)?.last().is_some_and(|(seen, _)| *seen >= until);
        let newest = plans::changes(tx, who)?.first().map(|change| change.at);
        let Some(newest) = newest.filter(|_| !known) else { return Ok(()) };
        Ok(agreement::mark_seen(tx, who, until.min(newest), moment.utc)?)
    })
}

/// When the person said that they had seen the newest change made by others; none while they have not, or while
/// there is none. The first value says whether there is one.
pub fn seen_at<M: MayRead>(tx: &mut ReadTx, who: &PatientAccess<M>, plan: &Plan) -> Result<(bool, Option<UtcTime>), CareError> {
    let changes = plans::changes(tx, who)?;
    let newest = changes.iter().filter(|c| is_news(c) && c.subject != "Week" && c.at >= plan.agreed_at).map(|c| c.at).max();
    let Some(newest) = newest else { return Ok((false, None)) };
    let seen = agreement::seen(tx, who)?;
    Ok((true, seen.iter().find(|(until, _)| *until >= newest).map(|(_, at)| *at)))
}

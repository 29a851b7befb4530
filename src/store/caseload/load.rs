//! The statements of [`super::load`].

use super::{Draft, Event, Mark, Proposal, Record};
use crate::clinical::plan::template::Template;
use crate::clock::UtcTime;
use crate::store::away::{Break, Timeline};
use crate::store::errors::StoreError;
use crate::store::intake::{Hold, Intake};
use crate::store::journal::EntryBody;
use crate::store::logs::{DayRecord, TrainingLog};
use crate::store::oversight::Alert;
use crate::store::pattern::PROPOSED;
use crate::store::plans::Plan;
use crate::store::reviews::{Flare, Review, WeeklyCheck};
use crate::store::schema::{
    adverse_events, alerts, baseline_trials, breaks, day_records, flares, holds, inbox_marks, intakes, journal_entries, messages,
    plan_agreements, plan_days, plan_drafts, plan_template_versions as versions, plans, proposals, reclassifications, reviews,
    template_uses, training_logs, users, weekly_checks,
};
use crate::store::templates::Use;
use crate::store::{Json, ReadTx};
use chrono::{Days, Duration, NaiveDate};
use diesel::dsl::max;
use diesel::prelude::*;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use super::{MARKED_DAYS, RECENT_DAYS, REVIEWED_DAYS, SEEN_DAYS, ZONES};

/// The records of a physiotherapist's patients, by patient, as they are read.
pub(super) struct Load<'t, 'c> {
    pub(super) tx: &'t mut ReadTx<'c>,
    pub(super) ids: Vec<String>,
    pub(super) found: HashMap<String, Record>,
}

impl Load<'_, '_> {
    fn of(&mut self, patient: &str) -> &mut Record {
        self.found.entry(patient.to_owned()).or_default()
    }

    /// Plans with their days, breaks and edited versions.
    pub(super) fn plans(&mut self) -> Result<(), StoreError> {
        let rows: Vec<(Plan, Option<UtcTime>)> = plans::table
            .left_join(plan_agreements::table)
            .filter(plans::patient_id.eq_any(&self.ids))
            .order((plans::agreed_at.desc(), plans::id))
            .select((plans::all_columns, plan_agreements::agreed_at.nullable()))
            .load(self.tx.conn)?;
        for (plan, agreed) in rows {
            let record = self.of(&plan.patient_id);
            if record.plan.is_none() && plan.status == "active" {
                record.agreed = agreed.is_some();
                record.plan = Some(plan.clone());
            }
            record.latest.get_or_insert(plan);
        }
        let steps: Vec<(String, NaiveDate, Json<Vec<u8>>)> = plan_days::table
            .inner_join(plans::table)
            .filter(plans::patient_id.eq_any(&self.ids))
            .filter(plans::status.eq("active"))
            .order(plan_days::from_on)
            .select((plan_days::plan_id, plan_days::from_on, plan_days::days))
            .load(self.tx.conn)?;
        let mut of_plan: HashMap<String, Vec<(NaiveDate, Vec<u8>)>> = HashMap::new();
        for (plan, from, days) in steps {
            of_plan.entry(plan).or_default().push((from, days.into_inner()));
        }
        let announced: Vec<Break> = breaks::table
            .filter(breaks::patient_id.eq_any(&self.ids))
            .order((breaks::starts_on, breaks::told_at, breaks::id))
            .load(self.tx.conn)?;
        for record in self.found.values_mut() {
            record.days = record.plan.as_ref().map(|plan| Timeline::of(plan, of_plan.remove(&plan.id).unwrap_or_default()));
        }
        for one in announced {
            let record = self.of(&one.patient_id);
            if record.plan.as_ref().is_some_and(|plan| plan.id == one.plan_id) {
                record.breaks.push(one);
            }
        }
        let drafts: Vec<(String, Draft)> = plan_drafts::table
            .inner_join(plans::table)
            .filter(plans::patient_id.eq_any(&self.ids))
            .filter(plans::status.eq("active"))
            .order((plan_drafts::made_at.desc(), plan_drafts::id))
            .select((
                plans::patient_id,
                (plan_drafts::id, plan_drafts::plan_id, plan_drafts::status, plan_drafts::settled_at, plan_drafts::made_at),
            ))
            .load(self.tx.conn)?;
        for (patient, draft) in drafts {
            self.of(&patient).drafts.push(draft);
        }
        Ok(())
    }

    /// What of the clinic's templates the active plans follow.
    pub(super) fn templates(&mut self) -> Result<(), StoreError> {
        let used: Vec<(String, Use)> = template_uses::table
            .inner_join(plans::table)
            .filter(plans::patient_id.eq_any(&self.ids))
            .filter(plans::status.eq("active"))
            .order((template_uses::made_at, template_uses::id))
            .select((plans::patient_id, template_uses::all_columns))
            .load(self.tx.conn)?;
        // The last one of a plan is the one that counts.
        let newest: HashMap<String, Use> = used.into_iter().collect();
        let followed: BTreeSet<&String> = newest.values().map(|used| &used.template_id).collect();
        let bodies: Vec<(String, i32, Json<Template>)> = versions::table
            .filter(versions::template_id.eq_any(followed))
            .select((versions::template_id, versions::version, versions::body))
            .load(self.tx.conn)?;
        let bodies: HashMap<(String, i32), Arc<Template>> =
            bodies.into_iter().map(|(template, version, body)| ((template, version), Arc::new(body.into_inner()))).collect();
        for (patient, used) in newest {
            if let Some(body) = bodies.get(&(used.template_id.clone(), used.version)) {
                self.of(&patient).template = Some((used, Arc::clone(body)));
            }
        }
        Ok(())
    }

    /// Intakes and tries.
    pub(super) fn on_the_way(&mut self) -> Result<(), StoreError> {
        let rows: Vec<Intake> = intakes::table
            .filter(intakes::patient_id.eq_any(&self.ids))
            .order((intakes::created_at.desc(), intakes::id))
            .load(self.tx.conn)?;
        for intake in rows {
            let record = self.of(&intake.patient_id);
            record.came_on_at = record.came_on_at.max(Some(intake.updated_at));
            if record.submitted.is_none() && intake.status == "submitted" {
                record.submitted = Some(intake);
            }
        }
        let tries: Vec<(String, Option<UtcTime>)> = baseline_trials::table
            .filter(baseline_trials::patient_id.eq_any(&self.ids))
            .group_by(baseline_trials::patient_id)
            .select((baseline_trials::patient_id, max(baseline_trials::recorded_at)))
            .load(self.tx.conn)?;
        for (patient, at) in tries {
            let record = self.of(&patient);
            record.came_on_at = record.came_on_at.max(at);
        }
        Ok(())
    }

    /// Holds, checks, flares, alerts and the reviews behind them.
    pub(super) fn safety(&mut self, now: UtcTime) -> Result<(), StoreError> {
        let open: Vec<Hold> = holds::table
            .filter(holds::patient_id.eq_any(&self.ids))
            .filter(holds::cleared_at.is_null())
            .order((holds::placed_at.desc(), holds::id))
            .load(self.tx.conn)?;
        for hold in open {
            self.of(&hold.patient_id).holds.push(hold);
        }
        let asked: Vec<WeeklyCheck> = weekly_checks::table
            .filter(weekly_checks::patient_id.eq_any(&self.ids))
            .filter(weekly_checks::on_date.ge(now.date() - Days::new(SEEN_DAYS + ZONES)))
            .order((weekly_checks::on_date, weekly_checks::answered_at, weekly_checks::id))
            .load(self.tx.conn)?;
        for check in asked {
            self.of(&check.patient_id).checks.push(check);
        }
        let known: Vec<Flare> =
            flares::table.filter(flares::patient_id.eq_any(&self.ids)).order((flares::started_on.desc(), flares::id)).load(self.tx.conn)?;
        for flare in known {
            self.of(&flare.patient_id).flares.push(flare);
        }
        let raised: Vec<Alert> = alerts::table
            .filter(alerts::patient_id.eq_any(&self.ids))
            .filter(alerts::resolved_at.is_null())
            .order((alerts::raised_at.desc(), alerts::id))
            .load(self.tx.conn)?;
        let mut alerted: Vec<String> = raised.iter().map(|alert| alert.patient_id.clone()).collect();
        alerted.dedup();
        for alert in raised {
            self.of(&alert.patient_id).alerts.push(alert);
        }
        let reviewed: Vec<Review> = reviews::table
            .filter(reviews::patient_id.eq_any(&self.ids))
            .filter(reviews::reviewed_at.ge(now - Duration::days(REVIEWED_DAYS)).or(reviews::patient_id.eq_any(&alerted)))
            .order((reviews::reviewed_at, reviews::week))
            .load(self.tx.conn)?;
        for review in reviewed {
            self.of(&review.patient_id).reviews.push(review);
        }
        Ok(())
    }

    /// What waits for somebody at the desk, and what was said to it.
    pub(super) fn waiting(&mut self, now: UtcTime) -> Result<(), StoreError> {
        let looks: Vec<(String, String, UtcTime)> = reclassifications::table
            .filter(reclassifications::patient_id.eq_any(&self.ids))
            .filter(reclassifications::status.eq(PROPOSED))
            .order((reclassifications::made_at.desc(), reclassifications::id))
            .select((reclassifications::patient_id, reclassifications::id, reclassifications::made_at))
            .load(self.tx.conn)?;
        for (patient, id, at) in looks {
            self.of(&patient).patterns.push((id, at));
        }
        let steps: Vec<(String, Proposal)> = proposals::table
            .filter(proposals::patient_id.eq_any(&self.ids))
            .filter(proposals::status.eq("waiting"))
            .order((proposals::made_at.desc(), proposals::review_id))
            .select((proposals::patient_id, (proposals::review_id, proposals::plan_id, proposals::made_at)))
            .load(self.tx.conn)?;
        for (patient, proposal) in steps {
            self.of(&patient).proposals.push(proposal);
        }
        let unseen: Vec<(String, String, UtcTime)> = messages::table
            .filter(messages::patient_id.eq_any(&self.ids))
            .filter(messages::from_clinic.eq(false))
            .filter(messages::seen_at.is_null())
            .order((messages::sent_at.desc(), messages::id))
            .select((messages::patient_id, messages::id, messages::sent_at))
            .load(self.tx.conn)?;
        for (patient, id, at) in unseen {
            self.of(&patient).messages.push((id, at));
        }
        let problems: Vec<(String, Event)> = adverse_events::table
            .filter(adverse_events::patient_id.eq_any(&self.ids))
            .filter(adverse_events::closed_at.is_null())
            .order((adverse_events::opened_at.desc(), adverse_events::id))
            .select((
                adverse_events::patient_id,
                (
                    adverse_events::id,
                    adverse_events::exercise,
                    adverse_events::happened_on,
                    adverse_events::severity,
                    adverse_events::opened_at,
                ),
            ))
            .load(self.tx.conn)?;
        for (patient, event) in problems {
            self.of(&patient).events.push(event);
        }
        let said: Vec<(String, Mark)> = inbox_marks::table
            .left_join(users::table.on(inbox_marks::made_by.eq(users::id.nullable())))
            .filter(inbox_marks::patient_id.eq_any(&self.ids))
            .filter(inbox_marks::made_at.ge(now - Duration::days(MARKED_DAYS)))
            .order((inbox_marks::made_at, inbox_marks::id))
            .select((
                inbox_marks::patient_id,
                (inbox_marks::item, inbox_marks::mark, inbox_marks::until_on, users::name.nullable(), inbox_marks::made_at),
            ))
            .load(self.tx.conn)?;
        for (patient, mark) in said {
            self.of(&patient).marks.push(mark);
        }
        Ok(())
    }

    /// Sessions, numbers and entries of the last days, and the last of them.
    pub(super) fn recent(&mut self, now: UtcTime) -> Result<(), StoreError> {
        let from = now.date() - Days::new(RECENT_DAYS + ZONES);
        let logs: Vec<TrainingLog> = training_logs::table
            .filter(training_logs::patient_id.eq_any(&self.ids))
            .filter(training_logs::on_date.ge(from))
            .order((training_logs::on_date, training_logs::logged_at, training_logs::id))
            .load(self.tx.conn)?;
        for log in logs {
            // SAFETY(patient): a session's note is the patient's own.
            let log = TrainingLog { note: String::new(), ..log };
            self.of(&log.patient_id).logs.push(log);
        }
        let numbers: Vec<DayRecord> = day_records::table
            .filter(day_records::patient_id.eq_any(&self.ids))
            .filter(day_records::on_date.ge(from))
            .order(day_records::on_date)
            .load(self.tx.conn)?;
        for day in numbers {
            self.of(&day.patient_id).numbers.push(day);
        }
        let entries: Vec<(String, NaiveDate, Json<EntryBody>)> = journal_entries::table
            .filter(journal_entries::patient_id.eq_any(&self.ids))
            .filter(journal_entries::on_date.ge(from))
            .filter(journal_entries::import_id.is_null())
            .order((journal_entries::on_date, journal_entries::at_time, journal_entries::token))
            .select((journal_entries::patient_id, journal_entries::on_date, journal_entries::body))
            .load(self.tx.conn)?;
        for (patient, on, body) in entries {
            // SAFETY(patient): of an entry nothing but its pain leaves this function.
            self.of(&patient).pains.push((on, body.pain()));
        }
        let since = now.date() - Days::new(SEEN_DAYS + ZONES);
        let mut last: Vec<(String, Option<NaiveDate>)> = training_logs::table
            .filter(training_logs::patient_id.eq_any(&self.ids))
            .filter(training_logs::on_date.ge(since))
            .group_by(training_logs::patient_id)
            .select((training_logs::patient_id, max(training_logs::on_date)))
            .load(self.tx.conn)?;
        last.extend(
            day_records::table
                .filter(day_records::patient_id.eq_any(&self.ids))
                .filter(day_records::on_date.ge(since))
                .group_by(day_records::patient_id)
                .select((day_records::patient_id, max(day_records::on_date)))
                .load::<(String, Option<NaiveDate>)>(self.tx.conn)?,
        );
        last.extend(
            journal_entries::table
                .filter(journal_entries::patient_id.eq_any(&self.ids))
                .filter(journal_entries::on_date.ge(since))
                .filter(journal_entries::import_id.is_null())
                .group_by(journal_entries::patient_id)
                .select((journal_entries::patient_id, max(journal_entries::on_date)))
                .load::<(String, Option<NaiveDate>)>(self.tx.conn)?,
        );
        for (patient, on) in last {
            let record = self.of(&patient);
            record.last_on = record.last_on.max(on);
        }
        Ok(())
    }
}

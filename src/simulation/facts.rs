//! The facts of a virtual patient's week.

use super::life::{Life, Tally};
use crate::clinical::codes::{Colour, Disposition, Outcome};
use crate::clinical::journal::{mean, median};
use crate::clinical::week::{Away, WeekFacts};
use chrono::{Days, NaiveDate};

impl Life<'_> {
    /// The facts of the week, as section 12.3 names them.
    pub(super) fn facts(&mut self, week: u32, from: NaiveDate, tally: &Tally) -> WeekFacts {
        let to = from + Days::new(6);
        let within =
            |a: NaiveDate, b: NaiveDate| -> Vec<f64> { self.pain.iter().filter(|(d, _)| (a..=b).contains(d)).map(|(_, p)| *p).collect() };
        let (this, before) = (within(from, to), within(from - Days::new(14), from - Days::new(1)));
        let last3 = mean(&within(to - Days::new(2), to));
        let colours = |wanted| u32::try_from(tally.sessions.iter().filter(|(colour, _)| *colour == Some(wanted)).count()).unwrap_or(0);
        let efforts: Vec<f64> = tally.sessions.iter().map(|(_, effort)| *effort).collect();
        let asked = if self.keeping { 2 } else { self.person.training_days.len() };
        if let 4 | 8 | 12 | 25 | 38 | 51 = week
            && tally.spoken
        {
            self.rmdq = Some((week, self.person.disability()));
        }
        let last = self.reviews.last();
        let in_flare = self.flare_since.filter(|since| *since <= to);
        let flare_weeks = in_flare.map_or(0, |since| u32::try_from((to + Days::new(1) - since).num_days() / 7).unwrap_or(0));
        let psfs = self.person.activities(week).filter(|_| tally.spoken);
        let facts = WeekFacts {
            away: Away::default(),
            week,
            clinic: self.person.clinic,
            red_flag: self.paused(week).then_some(Disposition::SameDay),
            new_leg: false,
            flare: in_flare.is_some() && (flare_weeks == 0 || self.person.flares()),
            flare_weeks,
            flares_in_8_weeks: u32::try_from(self.flares_ended.iter().filter(|end| **end > to - Days::new(56)).count()).unwrap_or(0),
            days: u32::try_from(this.len()).unwrap_or(7),
            done: u32::try_from(tally.sessions.len()).unwrap_or(0),
            planned: u32::try_from(asked).unwrap_or(3),
            red: colours(Colour::Red),
            amber: colours(Colour::Amber),
            rpe: median(&efforts),
            quotas_met: tally.met,
            quotas_planned: 5,
            over: tally.over,
            nprs: mean(&this),
            nprs_prev: mean(&before).or(Some(self.person.intake_pain)),
            nprs_last3: last3,
            nprs_intake: Some(self.person.intake_pain),
            psfs: psfs.filter(|_| self.psfs_before.is_some()),
            psfs_prev: self.psfs_before,
            rmdq: self.rmdq.filter(|(at, _)| week - at <= 5).map(|(_, score)| score),
            rmdq_intake: self.rmdq.filter(|(at, _)| week - at <= 5).map(|_| self.person.intake_rmdq),
            goals_met: self.goal_seen && self.index + 1 >= self.quota.quotas.len(),
            acute: self.person.acute,
            low_data_previous: last.is_some_and(|(_, r)| r.rules.iter().any(|rule| rule == "P-04")),
            step_back_previous: last.is_some_and(|(_, r)| r.outcome == Outcome::StepBack),
            low_adherence_weeks: self.low_weeks(),
        };
        self.psfs_before = psfs.or(self.psfs_before);
        let long_ago = from - Days::new(40);
        self.pain.retain(|(on, _)| *on >= long_ago);
        facts
    }

    fn low_weeks(&self) -> u32 {
        let low = |done: u32, planned: u32| planned > 0 && 10 * done < 6 * planned;
        let asked = self.reviews.iter().rev().filter(|(_, r)| r.outcome != Outcome::PauseAlert);
        let weeks = asked.take_while(|(f, _)| low(f.done, f.planned) || low(f.quotas_met, f.quotas_planned)).count();
        u32::try_from(weeks).unwrap_or(u32::MAX)
    }
}
